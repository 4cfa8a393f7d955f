namespace Levelkeeper.Core.Calendars;

/// <summary>Where an instant is put whose open time ends or begins exactly at the edge of opening hours.</summary>
/// <remarks>The two instants have no open time between them, so both are "8 open hours after"; sources differ on which one they mean.</remarks>
public enum DeadlineOnClosing
{
    /// <summary>
    /// The edge on the side of the start (the default): adding ends at the closing instant (Mon 09:00 + 8 h of 09-17 = Mon 17:00), subtracting at the
    /// opening instant. Adding or subtracting zero gives the start itself.
    /// </summary>
    ClosingInstant,

    /// <summary>The edge beyond the closed time: adding ends at the next opening, subtracting at the previous closing; also for zero.</summary>
    NextOpening,
}
