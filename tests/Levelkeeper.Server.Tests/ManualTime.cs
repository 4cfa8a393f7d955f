namespace Levelkeeper.Server.Tests;

/// <summary>A time that stands still until a test moves it.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan? Due, TaskCompletionSource Set)> _awaited = [];
    private DateTimeOffset _now = start;
    private TimeSpan _ahead;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Ends when the next timer is set, whatever it is for.</summary>
    public Task NextTimer => TimerOf(null);

    /// <summary>Ends when the next timer is set that is due in just this time; null for any.</summary>
    public Task TimerOf(TimeSpan? due)
    {
        var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
            _awaited.Add((due, set));
        return set.Task;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now + _ahead;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _now.Ticks;
    }

    /// <summary>Sets the clock on, or back (a negative time), as somebody does who corrects it: no time passes, and timers go on as before.</summary>
    public void SetClock(TimeSpan by)
    {
        lock (_gate)
            _ahead += by;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        Pass(by);
        Fire();
    }

    /// <summary>Ends when a timer is set that is due in just this time; at once where one is.</summary>
    public Task PendingTimerOf(TimeSpan due)
    {
        lock (_gate)
            return _timers.Exists(t => t.In == due) ? Task.CompletedTask : TimerOf(due);
    }

    /// <summary>Time goes on; the timers whose time has come are told by <see cref="Fire"/>.</summary>
    public void Pass(TimeSpan by)
    {
        lock (_gate)
            _now += by;
    }

    /// <summary>Tells the timers whose time has come.</summary>
    public void Fire()
    {
        ManualTimer[] due;
        lock (_gate)
        {
            due = [.. _timers.Where(t => t.Due <= _now)];
            _timers.RemoveAll(t => t.Due <= _now);
        }

        foreach (var timer in due)
            timer.Fire();
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        /// <summary>In what time it was due when it was set.</summary>
        public TimeSpan In { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                (Due, In) = (time._now + dueTime, dueTime);
                time._timers.Add(this);
                foreach (var awaited in time._awaited.Where(a => a.Due is null || a.Due == dueTime))
                    awaited.Set.TrySetResult();
                time._awaited.RemoveAll(a => a.Due is null || a.Due == dueTime);
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
