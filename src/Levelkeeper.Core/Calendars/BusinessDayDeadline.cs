namespace Levelkeeper.Core.Calendars;

/// <summary>At which time of the last business day a span of business days ends.</summary>
public enum BusinessDayDeadline
{
    /// <summary>At the local time of the start, at the latest when that day closes.</summary>
    SameLocalTime,

    /// <summary>When that day closes.</summary>
    EndOfWorkingDay,
}
