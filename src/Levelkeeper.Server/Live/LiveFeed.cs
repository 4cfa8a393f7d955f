using System.Threading.Channels;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Runtime.Live;

namespace Levelkeeper.Server.Live;

/// <summary>Tells whoever listens what changes. One who is too slow loses the oldest and is told that something was lost, so that it can read anew.</summary>
internal sealed class LiveFeed
{
    /// <summary>As many changes wait for one listener.</summary>
    private const int MostWaiting = 1_000;

    private readonly Lock _gate = new();
    private readonly HashSet<Listener> _listeners = [];

    /// <summary>How many listen.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _listeners.Count;
        }
    }

    /// <summary>Begins to listen; ends with the listener's disposal.</summary>
    public Listener Listen()
    {
        var listener = new Listener(this);
        lock (_gate)
            _listeners.Add(listener);
        return listener;
    }

    /// <summary>Tells all.</summary>
    public void Publish(AgreementVersions agreement, IReadOnlyList<LiveChange> changes)
    {
        if (changes.Count == 0)
            return;
        lock (_gate)
        {
            foreach (var listener in _listeners)
                listener.Tell(agreement, changes);
        }
    }

    private void End(Listener listener)
    {
        lock (_gate)
            _listeners.Remove(listener);
    }

    /// <summary>Somebody who listens.</summary>
    internal sealed class Listener : IDisposable
    {
        private readonly LiveFeed _feed;
        private readonly Channel<(AgreementVersions Agreement, LiveChange Change)> _waiting;
        private int _lost;

        public Listener(LiveFeed feed)
        {
            _feed = feed;
            _waiting = Channel.CreateBounded<(AgreementVersions, LiveChange)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Interlocked.Exchange(ref _lost, 1));
        }

        public ChannelReader<(AgreementVersions Agreement, LiveChange Change)> Changes => _waiting.Reader;

        /// <summary>Whether something was lost since this was asked last.</summary>
        public bool TakeLost() => Interlocked.Exchange(ref _lost, 0) == 1;

        public void Tell(AgreementVersions agreement, IReadOnlyList<LiveChange> changes)
        {
            foreach (var change in changes)
                _waiting.Writer.TryWrite((agreement, change));
        }

        public void Dispose() => _feed.End(this);
    }
}
