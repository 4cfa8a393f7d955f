using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using NodaTime;

namespace Levelkeeper.Core.Agreements;

/// <summary>An indicator (SLI): how a number is measured from facts. A closed choice.</summary>
public abstract record Indicator
{
    private Indicator()
    {
    }

    /// <summary>The share of the agreed time in which the service was up.</summary>
    /// <param name="Policy">Every decision about states, outages and exclusions.</param>
    /// <param name="Combination">How the components make up the service.</param>
    /// <param name="DividedBy">A stated length that is divided by instead of the agreed time; null for the agreed time.</param>
    /// <param name="JoinedLate">What counts of a period of which only a part is under the agreement.</param>
    public sealed record Availability(AvailabilityPolicy Policy, ComponentCombination Combination, Duration? DividedBy, JoinedLate JoinedLate = JoinedLate.OwnTime) : Indicator;

    /// <summary>The share of good requests, over the period or by intervals.</summary>
    /// <param name="Metric">The counted quantity.</param>
    /// <param name="Method">How counts become a level.</param>
    public sealed record Requests(string Metric, RequestMethod Method) : Indicator
    {
        /// <summary>What does not count.</summary>
        public RequestExclusions Exclusions { get; init; } = RequestExclusions.None;

        /// <summary>By intervals: what counts of a period of which only a part is under the agreement.</summary>
        public JoinedLate JoinedLate { get; init; }
    }

    /// <summary>A number over the outages of the service.</summary>
    /// <param name="Statistic">Which.</param>
    /// <param name="Policy">How facts become outages.</param>
    /// <param name="Combination">How the components make up the service.</param>
    public sealed record Outages(OutageIndicator Statistic, AvailabilityPolicy Policy, ComponentCombination Combination) : Indicator;

    /// <summary>A number over the readings of a clock.</summary>
    /// <param name="Definition">The clock with the objective's targets.</param>
    /// <param name="Statistic">The share in time, or an aggregation of the time spent.</param>
    /// <param name="CountedIn">To which period a ticket belongs.</param>
    /// <param name="Where">Which tickets count.</param>
    public sealed record Clock(ClockDefinition Definition, ClockStatistic Statistic, CountedIn CountedIn, TicketFilter Where) : Indicator
    {
        /// <summary>What a ticket that was cancelled is in the share in time. One that was breached, and whose breach both sides agreed not to count, is never counted.</summary>
        public CountedAs Cancelled { get; init; }

        /// <summary>What an open ticket that is not due is in the share in time; counted only with <see cref="CountedIn.Opened"/>, for it belongs to no other period yet.</summary>
        public CountedAs NotYetDue { get; init; }
    }

    /// <summary>A number over tickets.</summary>
    /// <param name="Rule">What is counted and when.</param>
    /// <param name="Where">Which tickets count.</param>
    public sealed record Tickets(TicketRule Rule, TicketFilter Where) : Indicator;

    /// <summary>An aggregation of measured values.</summary>
    /// <param name="Metric">The measured quantity; <c>latency</c> also reads probes.</param>
    /// <param name="Rule">The aggregation and its decisions.</param>
    /// <param name="Where">Which facts count, by their labels.</param>
    public sealed record Values(string Metric, MeasurementRule Rule, TicketFilter Where) : Indicator;

    /// <summary>The share of a recurring duty's occurrences that were done in time.</summary>
    /// <param name="Rule">The duty.</param>
    public sealed record Duty(DutyRule Rule) : Indicator;
}

/// <summary>How the components of a service make up the service.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="Needed">For <see cref="CombinationKind.AtLeast"/>: how many must be up.</param>
/// <param name="Rule">For <see cref="CombinationKind.Nested"/>: the rule; else null.</param>
public readonly record struct ComponentCombination(CombinationKind Kind, int Needed, ComponentRule? Rule = null)
{
    /// <summary>All components must be up.</summary>
    public static ComponentCombination All { get; } = new(CombinationKind.All, 0);
}

/// <summary>The rules by which components are combined.</summary>
public enum CombinationKind
{
    /// <summary>The service is up while all are (series).</summary>
    All,

    /// <summary>The service is up while any is (parallel).</summary>
    Any,

    /// <summary>The service is up while so many are.</summary>
    AtLeast,

    /// <summary>A rule of rules: series and parallel parts of a dependency graph.</summary>
    Nested,

    /// <summary>All components' agreed seconds in one denominator, all their downtime in one numerator.</summary>
    Average,
}

/// <summary>What is reckoned from a clock's readings. A closed choice.</summary>
public abstract record ClockStatistic
{
    private ClockStatistic()
    {
    }

    /// <summary>Met / (met + breached).</summary>
    public sealed record ShareInTime : ClockStatistic;

    /// <summary>An aggregation of the time spent on clocks that stopped.</summary>
    /// <param name="Aggregation">Which.</param>
    public sealed record TimeSpent(Aggregation Aggregation) : ClockStatistic;
}

/// <summary>To which period a ticket belongs.</summary>
public enum CountedIn
{
    /// <summary>The instant its verdict is decided: the earlier of stop and due.</summary>
    Decided,

    /// <summary>The instant its clock started.</summary>
    Opened,

    /// <summary>The instant its clock stopped.</summary>
    Stopped,
}

/// <summary>What a ticket without a verdict is in the share of tickets in time.</summary>
public enum CountedAs
{
    /// <summary>It is in neither number. The default.</summary>
    NotCounted,

    /// <summary>It is in both: as if it had been in time.</summary>
    Met,

    /// <summary>It is in the whole only: as if it had been late.</summary>
    Missed,
}

/// <summary>Which tickets or facts count: every named field must fit one of its patterns. Empty: all.</summary>
/// <param name="Conditions">Field or label, and what it may be.</param>
public sealed record TicketFilter(ImmutableArray<(string Field, ImmutableArray<Glob> Fits)> Conditions)
{
    /// <summary>All.</summary>
    public static TicketFilter All { get; } = new([]);

    /// <summary>Whether the labels fit.</summary>
    public bool Fits(ImmutableSortedDictionary<string, string> labels)
    {
        foreach (var (field, fits) in Conditions)
        {
            var value = labels.GetValueOrDefault(field, "");
            if (!fits.Any(g => g.Fits(value)))
                return false;
        }

        return true;
    }
}
