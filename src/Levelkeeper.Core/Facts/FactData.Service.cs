using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Core.Facts;

public abstract partial record FactData
{
    /// <summary>The state of a service or component, from now on, as its source sees it.</summary>
    /// <param name="State">The new state.</param>
    /// <param name="LostFunctions">Functions that do not work, for <see cref="ServiceState.Degraded"/>; may be empty.</param>
    /// <param name="Previous">The state before, when the source says it: it fills the time before the first known state.</param>
    /// <param name="Location">Where it was observed from; empty for the service as such.</param>
    /// <param name="AffectedShare">Share of users affected, 0 to 1; null when not said.</param>
    public sealed record StateChanged(ServiceState State, ImmutableArray<string> LostFunctions, ServiceState? Previous, string Location, decimal? AffectedShare) : FactData
    {
        /// <summary>A plain change to a state.</summary>
        public static StateChanged To(ServiceState state, ServiceState? previous = null) => new(state, [], previous, "", null);

        /// <summary>Same content, the lost functions in the same order.</summary>
        public bool Equals(StateChanged? other) =>
            other is not null && State == other.State && Previous == other.Previous && Location == other.Location && AffectedShare == other.AffectedShare
            && LostFunctions.AsSpan().SequenceEqual(other.LostFunctions.AsSpan());

        /// <summary>A hash that agrees with <see cref="Equals(StateChanged)"/>.</summary>
        public override int GetHashCode() => HashCode.Combine(State, Previous, Location, AffectedShare, LostFunctions.Length);
    }

    /// <summary>One check of one probe.</summary>
    /// <param name="Good">Whether the check passed.</param>
    /// <param name="Latency">Response time; null when not measured.</param>
    /// <param name="Location">Where the probe stands; empty when there is only one.</param>
    /// <param name="Function">The function that was tried; empty for the service as such.</param>
    public sealed record Probed(bool Good, Duration? Latency, string Location, string Function) : FactData
    {
        /// <summary>For a run of checks told as one, the time of the last of them; null for a check as it was told. See <see cref="Availability.ObservationRuns"/>.</summary>
        internal Instant? Through { get; init; }
    }

    /// <summary>The observer itself stopped or resumed watching: between the two there is no data, which is not an outage.</summary>
    /// <param name="Watching">True when it watches again.</param>
    /// <param name="Location">Which observer; empty for all.</param>
    public sealed record ObserverChanged(bool Watching, string Location) : FactData;

    /// <summary>Numbers aggregated over a window <c>[start, fact time)</c>: requests, packets, latencies.</summary>
    /// <param name="Metric">The measured quantity's name, e.g. <c>requests</c>, <c>packets</c>, <c>latency</c>.</param>
    /// <param name="Start">First instant of the window; the fact's time is its end.</param>
    /// <param name="Good">Good events; null when not counted.</param>
    /// <param name="Total">All events; null when not counted.</param>
    /// <param name="Sum">Sum of the values; null when not known.</param>
    /// <param name="Histogram">Counts per bucket, ascending upper bounds; empty when there is none.</param>
    public sealed record Aggregated(string Metric, Instant Start, decimal? Good, decimal? Total, decimal? Sum, ImmutableArray<HistogramBucket> Histogram) : FactData
    {
        /// <summary>Same content, the buckets in the same order.</summary>
        public bool Equals(Aggregated? other) =>
            other is not null && Metric == other.Metric && Start == other.Start && Good == other.Good && Total == other.Total && Sum == other.Sum
            && Histogram.AsSpan().SequenceEqual(other.Histogram.AsSpan());

        /// <summary>A hash that agrees with <see cref="Equals(Aggregated)"/>.</summary>
        public override int GetHashCode() => HashCode.Combine(Metric, Start, Good, Total, Sum, Histogram.Length);
    }

    /// <summary>Planned maintenance is announced. Notice is reckoned from when this fact was <em>recorded</em>.</summary>
    /// <param name="Maintenance">The announcement's name; a later one with the same name replaces it.</param>
    /// <param name="Start">Planned start.</param>
    /// <param name="End">Planned end; after the start.</param>
    /// <param name="Reason">What is done.</param>
    public sealed record MaintenanceAnnounced(string Maintenance, Instant Start, Instant End, string Reason) : FactData;

    /// <summary>Planned maintenance is called off from this fact's time on.</summary>
    /// <param name="Maintenance">The announcement's name.</param>
    public sealed record MaintenanceCancelled(string Maintenance) : FactData;

    /// <summary>During an outage the provider told those concerned how it stands.</summary>
    /// <param name="Note">What was told; empty when it is not said here.</param>
    public sealed record OutageUpdated(string Note) : FactData;

    /// <summary>A party claims that time must not count.</summary>
    /// <param name="Exclusion">The claim's name; approval and rejection refer to it.</param>
    /// <param name="Start">First instant claimed.</param>
    /// <param name="End">First instant after.</param>
    /// <param name="Cause">A cause that the agreement lists: <c>force-majeure</c>, <c>customer-caused</c>, <c>third-party</c>, <c>suspension</c>…</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Evidence">Where the proof is; empty when none was given.</param>
    public sealed record ExclusionClaimed(string Exclusion, Instant Start, Instant End, string Cause, string Reason, string Evidence) : FactData
    {
        /// <summary>Who claims: a side, a party's name, a person of the agreement; empty for whoever may.</summary>
        public string By { get; init; } = "";
    }

    /// <summary>The claim is decided.</summary>
    /// <param name="Exclusion">The claim's name.</param>
    /// <param name="Approved">True: the time does not count. False: it does.</param>
    /// <param name="By">Who decided: a side, a party's name, a person of the agreement; anybody else is a third party.</param>
    /// <param name="Reason">Why.</param>
    public sealed record ExclusionDecided(string Exclusion, bool Approved, string By, string Reason) : FactData
    {
        /// <summary>Where the proof is; empty when none was given.</summary>
        public string Evidence { get; init; } = "";
    }
}

/// <summary>The state of a service or component.</summary>
public enum ServiceState : byte
{
    /// <summary>Nobody knows: no data. Neither up nor down.</summary>
    Unknown = 0,

    /// <summary>Works.</summary>
    Up = 1,

    /// <summary>Works in part; which functions are lost decides whether that is downtime.</summary>
    Degraded = 2,

    /// <summary>Does not work.</summary>
    Down = 3,
}

/// <summary>One bucket of a histogram: how many values were at most <paramref name="UpTo"/> and above the bucket before.</summary>
/// <param name="UpTo">Inclusive upper bound in the metric's unit; null for the last, unbounded bucket.</param>
/// <param name="Count">Values in this bucket alone (not cumulative); not negative.</param>
public readonly record struct HistogramBucket(decimal? UpTo, long Count);
