namespace Levelkeeper.Core.Availability;

/// <summary>What time without data is.</summary>
public enum NoDataTreatment
{
    /// <summary>Neither: the level is computed for both extremes and stands only where they agree. The default.</summary>
    Bounds,

    /// <summary>Counts as up.</summary>
    Up,

    /// <summary>Counts as down.</summary>
    Down,

    /// <summary>Leaves numerator and denominator.</summary>
    Out,
}

/// <summary>The state before the first fact that tells one, when that fact does not state the previous state either.</summary>
public enum InitialState
{
    /// <summary>No data. The default.</summary>
    NoData,

    /// <summary>Assumed up.</summary>
    Up,

    /// <summary>Assumed down.</summary>
    Down,
}

/// <summary>How far the previous state that a change states is believed.</summary>
public enum PreviousStateClaim
{
    /// <summary>Only where nothing earlier is known. The default.</summary>
    BeforeFirstOnly,

    /// <summary>Also between two changes when the later one states that the state before it was unknown: the time since the earlier one is no data.</summary>
    UnknownAlsoBetween,

    /// <summary>Never.</summary>
    Ignored,
}

/// <summary>The instant from which an outage counts.</summary>
public enum DowntimeBegin
{
    /// <summary>The first failed check of the run that confirmed it. The default.</summary>
    FirstFailedCheck,

    /// <summary>The last good check before that run.</summary>
    LastGoodCheck,

    /// <summary>The customer's first report within the outage; an outage that nobody reported does not count.</summary>
    CustomerReport,
}

/// <summary>What the time is while the observer does not watch.</summary>
public enum ObserverGap
{
    /// <summary>No data; on return the last known state holds again. The default.</summary>
    NoDataThenStateResumes,

    /// <summary>No data until there is news after the return.</summary>
    NoDataUntilNews,

    /// <summary>The last known state lasts through the gap.</summary>
    StateLasts,
}

/// <summary>What degraded service is.</summary>
public enum DegradedTreatment
{
    /// <summary>Down when an essential function is lost, else shown apart and not counted. The default.</summary>
    DownWhenEssentialFunctionLost,

    /// <summary>Loses <see cref="AvailabilityPolicy.DegradedWeight"/> of its time.</summary>
    Weighted,

    /// <summary>Counts as down.</summary>
    Down,

    /// <summary>Counts as up.</summary>
    Up,
}

/// <summary>What planned maintenance does to the level.</summary>
public enum MaintenanceTreatment
{
    /// <summary>The announced time leaves numerator and denominator, up or down; downtime beyond the allowance stays and counts. The default of an agreement that excludes maintenance.</summary>
    LeavesBoth,

    /// <summary>Only the actual downtime within the announced time leaves both.</summary>
    DowntimeLeavesBoth,

    /// <summary>Actual downtime within the announced time counts as up; the denominator stays.</summary>
    CountsAsUp,
}

/// <summary>What an approved exclusion by cause does to the level.</summary>
public enum ExclusionTreatment
{
    /// <summary>Excuses the downtime; the denominator stays. The default.</summary>
    ExcusesDowntime,

    /// <summary>The excused downtime leaves the denominator as well; time of which only a part is lost (a weight, a share of users) leaves whole.</summary>
    LeavesDenominator,
}

/// <summary>From when on time counts.</summary>
public enum CountingStart
{
    /// <summary>The start of the period, or of the time under the agreement. The default.</summary>
    PeriodStart,

    /// <summary>The first fact about the service; without any fact no time counts.</summary>
    FirstFact,

    /// <summary>The first fact about the service; without any fact the whole period counts.</summary>
    FirstFactIfAny,
}
