namespace Levelkeeper.Core.Clocks;

/// <summary>Hears what the fold does. A type parameter, so that the one that records nothing costs nothing.</summary>
internal interface IClockRecorder
{
    /// <summary>A cycle began; what was recorded of it before, while it did not apply, is void.</summary>
    void Begun(int clock);

    /// <summary>The target of the current cycle counts from here on.</summary>
    void CountedFrom(int clock, long at);

    /// <summary>A stretch of time of the current cycle ended.</summary>
    void Stretch(int clock, ClockSegmentKind kind, long start, long end, long open);

    /// <summary>The current cycle is over for good; the next event may start another.</summary>
    void Complete(int clock, in ClockState state);

    /// <summary>Both parties agree that no breach of the ticket counts.</summary>
    void Forgiven(int clock);
}

/// <summary>Records nothing.</summary>
internal readonly struct NoTrace : IClockRecorder
{
    public void Begun(int clock)
    {
    }

    public void CountedFrom(int clock, long at)
    {
    }

    public void Stretch(int clock, ClockSegmentKind kind, long start, long end, long open)
    {
    }

    public void Complete(int clock, in ClockState state)
    {
    }

    public void Forgiven(int clock)
    {
    }
}

/// <summary>What a clock did during a stretch of time.</summary>
public enum ClockSegmentKind
{
    /// <summary>It ran; the open time is spent.</summary>
    Running,

    /// <summary>It paused; the open time is taken out.</summary>
    Paused,

    /// <summary>It was hidden by a pause that takes no time out; the open time is spent.</summary>
    Hidden,

    /// <summary>The ticket was resolved and was opened again later; the open time is taken out.</summary>
    Resolved,

    /// <summary>The customer was late with a duty of its own; the open time is taken out.</summary>
    CustomerLate,

    /// <summary>Time that came with the earlier start of a ticket merged into this one; the open time is spent.</summary>
    Inherited,
}
