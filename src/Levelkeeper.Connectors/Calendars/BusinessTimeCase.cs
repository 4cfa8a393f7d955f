using Levelkeeper.Core.Calendars;
using NodaTime;

namespace Levelkeeper.Connectors.Calendars;

/// <summary>What a <see cref="BusinessTimeCase"/> asks.</summary>
public enum BusinessTimeOperation
{
    /// <summary>The instant when an open time has passed since the start.</summary>
    Add,

    /// <summary>The instant since which an open time has passed at the start.</summary>
    Subtract,

    /// <summary>The open time between start and end.</summary>
    Between,

    /// <summary>Whether the calendar is open at the start.</summary>
    InHours,

    /// <summary>The start when it is open, else the next opening.</summary>
    NextOpen,

    /// <summary>The start when the time just before it is open, else the closing before it.</summary>
    PreviousOpen,
}

/// <summary>The answer to a <see cref="BusinessTimeCase"/>.</summary>
public abstract record BusinessTimeAnswer
{
    private BusinessTimeAnswer()
    {
    }

    /// <summary>An instant.</summary>
    /// <param name="Instant">In UTC.</param>
    public sealed record At(Instant Instant) : BusinessTimeAnswer;

    /// <summary>An open time in seconds, exact to the tick; negative when the case's end is before its start.</summary>
    /// <param name="Seconds">Seconds.</param>
    public sealed record Length(decimal Seconds) : BusinessTimeAnswer;

    /// <summary>Open or not.</summary>
    /// <param name="IsOpen">True when open.</param>
    public sealed record Open(bool IsOpen) : BusinessTimeAnswer;
}

/// <summary>One question to a calendar, as test suites of business-time libraries state them: a calendar, an operation, its arguments.</summary>
public sealed record BusinessTimeCase
{
    /// <summary>The calendar.</summary>
    public required BusinessCalendar Calendar { get; init; }

    /// <summary>What is asked.</summary>
    public required BusinessTimeOperation Operation { get; init; }

    /// <summary>The instant that it is asked of.</summary>
    public required Instant Start { get; init; }

    /// <summary>For <see cref="BusinessTimeOperation.Between"/>: the end.</summary>
    public Instant End { get; init; }

    /// <summary>For adding and subtracting: the open time, not negative.</summary>
    public Duration Open { get; init; }

    /// <summary>Whole units to cut an open time down to, towards zero; one tick when the case does not say.</summary>
    public Duration Unit { get; init; } = Duration.FromTicks(1);

    /// <summary>Where a result at the edge of opening hours is put.</summary>
    public DeadlineOnClosing Edge { get; init; }

    /// <summary>True for sources that answer "open" at the closing instant; we do not. Only <see cref="BusinessTimeOperation.InHours"/> looks at it.</summary>
    public bool ClosingInstantIsOpen { get; init; }

    /// <summary>The answer.</summary>
    /// <exception cref="CalendarExhaustedException">The calendar has not enough open time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An instant is outside the range of calendars.</exception>
    public BusinessTimeAnswer Answer() => Operation switch
    {
        BusinessTimeOperation.Add => new BusinessTimeAnswer.At(Calendar.Add(Start, Open, Edge)),
        BusinessTimeOperation.Subtract => new BusinessTimeAnswer.At(Calendar.Subtract(Start, Open, Edge)),
        BusinessTimeOperation.Between => new BusinessTimeAnswer.Length(SignedSeconds()),
        BusinessTimeOperation.InHours => new BusinessTimeAnswer.Open(
            Calendar.IsOpen(Start) || (ClosingInstantIsOpen && Calendar.PreviousClosing(Start) == Start)),
        BusinessTimeOperation.NextOpen => new BusinessTimeAnswer.At(Calendar.NextOpening(Start)),
        BusinessTimeOperation.PreviousOpen => new BusinessTimeAnswer.At(Calendar.PreviousClosing(Start)),
        _ => throw new ArgumentOutOfRangeException(nameof(Operation)),
    };

    // The calendar refuses a span that ends before it starts. This format states a difference instead, whose sign says which of the two is later.
    private decimal SignedSeconds()
    {
        var ticks = End >= Start
            ? Calendar.Between(Start, End).BclCompatibleTicks
            : -Calendar.Between(End, Start).BclCompatibleTicks;
        ticks -= ticks % Unit.BclCompatibleTicks;
        return ticks / (decimal)NodaConstants.TicksPerSecond;
    }
}
