using NodaTime;

namespace Levelkeeper.Runtime.Tests.Notifications;

/// <summary>Time that moves only when a test turns it; whoever waits goes on at its instant, in order.</summary>
internal sealed class HandTurnedTime(Instant start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private readonly SemaphoreSlim _waits = new(0);
    private Instant _now = start;

    public Instant Now
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();

    public override long TimestampFrequency => NodaConstants.TicksPerSecond;

    public override long GetTimestamp() => Now.ToUnixTimeTicks();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Until somebody waits for so long.</summary>
    public async Task WaitedForAsync(Func<TimeSpan, bool> howLong, CancellationToken cancel)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_timers.Exists(t => t.Due is { } due && howLong((due - _now).ToTimeSpan())))
                    return;
            }

            // A wait that never begins is a failure and no test that hangs.
            if (!await _waits.WaitAsync(TimeSpan.FromMinutes(1), cancel))
                throw new TimeoutException("Nobody has begun to wait so long.");
        }
    }

    public void Advance(Duration by)
    {
        var until = Now + by;
        while (true)
        {
            Timer? first;
            lock (_gate)
            {
                first = _timers.Where(t => t.Due <= until).MinBy(t => t.Due);
                _now = first?.Due is { } due ? Instant.Max(_now, due) : until;
                if (first is not null)
                    first.Due = null;
            }

            if (first is null)
                return;
            first.Fire();
        }
    }

    private sealed class Timer(HandTurnedTime owner, TimerCallback callback, object? state) : ITimer
    {
        public Instant? Due { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : owner._now + Duration.FromTimeSpan(dueTime);
                if (!owner._timers.Contains(this))
                    owner._timers.Add(this);
            }

            owner._waits.Release();
            return true;
        }

        public void Dispose()
        {
            lock (owner._gate)
                owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
