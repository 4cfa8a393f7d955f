using System.Collections.Concurrent;

namespace Levelkeeper.Connectors.Tests.Channels;

/// <summary>Time that stands still until a test says that all waiting is over.</summary>
internal sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    private readonly ConcurrentDictionary<Timer, byte> _timers = new();

    private int _begun;

    /// <summary>The wait, counted from 1, that is over as soon as it begins; 0 for none.</summary>
    public int EndsAtOnce { get; set; }

    public override DateTimeOffset GetUtcNow() => now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state, dueTime);
        _timers[timer] = 0;
        if (Interlocked.Increment(ref _begun) == EndsAtOnce)
            _ = Task.Run(timer.Fire);
        return timer;
    }

    /// <summary>Ends every wait of at least so long that has begun.</summary>
    public void End(TimeSpan atLeast = default)
    {
        foreach (var timer in _timers.Keys.Where(t => t.Due >= atLeast && t.Due != Timeout.InfiniteTimeSpan))
            timer.Fire();
    }

    private sealed class Timer(ManualTime owner, TimerCallback callback, object? state, TimeSpan due) : ITimer
    {
        public TimeSpan Due { get; private set; } = due;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Dispose() => owner._timers.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
