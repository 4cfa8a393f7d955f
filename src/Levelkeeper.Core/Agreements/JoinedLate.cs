namespace Levelkeeper.Core.Agreements;

/// <summary>What counts of a period in which a service, or a part of it, was under the agreement for some of the time only.</summary>
public enum JoinedLate
{
    /// <summary>Its own time. The default.</summary>
    OwnTime,

    /// <summary>The whole period, with what was observed in the rest of it too.</summary>
    WholePeriod,

    /// <summary>The whole period, the rest of it as time in which everything was well. Without any time of its own there is no level all the same.</summary>
    RestIsWell,
}
