using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Periods;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>Every decision by which facts become availability. The parameterless policy is the default of edition <c>v1</c>.</summary>
/// <remarks>Immutable. A value that the agreement states carries its clause in <see cref="Clauses"/>; explanations name it.</remarks>
public sealed record AvailabilityPolicy
{
    /// <summary>The defaults of edition <c>v1</c>.</summary>
    public static AvailabilityPolicy Default { get; } = new();

    /// <summary>What time without data is.</summary>
    public NoDataTreatment NoData { get; init; } = NoDataTreatment.Bounds;

    /// <summary>How long <em>up</em> lasts without news; then there is no data. Null, the default: until there is news. Down and degraded always last until there is evidence of up.</summary>
    public Duration? Freshness { get; init; }

    /// <summary>The state before anything is known.</summary>
    public InitialState Initial { get; init; } = InitialState.NoData;

    /// <summary>How far a stated previous state is believed.</summary>
    public PreviousStateClaim PreviousState { get; init; } = PreviousStateClaim.BeforeFirstOnly;

    /// <summary>From when on an outage counts. It ends with the first good check of the run that confirmed the recovery.</summary>
    public DowntimeBegin DowntimeBegins { get; init; } = DowntimeBegin.FirstFailedCheck;

    /// <summary>Consecutive checks that confirm a change; at least 1. State changes are taken as confirmed by their source.</summary>
    public int ConfirmingChecks { get; init; } = 2;

    /// <summary>Null, the default: checks of all places form one sequence. Else each place is confirmed by itself, and the service is down when so many places see it down.</summary>
    public int? PlacesThatConfirm { get; init; }

    /// <summary>Outages shorter than this are left out; zero counts all. Judged by the outage's whole length, also across the edge of a period; one that has not ended by its length so far.</summary>
    public Duration ShortestOutage { get; init; } = Duration.Zero;

    /// <summary>True when an outage of just <see cref="ShortestOutage"/> is left out too; false, the default, when it counts.</summary>
    public bool ShortestOutageIsTooShort { get; init; }

    /// <summary>
    /// Null, the default: each outage is held against <see cref="ShortestOutage"/> by itself. Else it counts when some span of this length that it touches holds so much
    /// downtime, whichever outages that is of; it then counts from its start.
    /// </summary>
    public Duration? ShortestOutageWithin { get; init; }

    /// <summary>Whether an outage that reaches <see cref="ShortestOutage"/> counts from its start; otherwise only from then on.</summary>
    public bool FirstMinutesCount { get; init; } = true;

    /// <summary>Of each outage only full units of this length count, from where it begins to count; zero, the default, counts all of it. One that has not ended has so many as it has by then.</summary>
    public Duration OutageUnit { get; init; } = Duration.Zero;

    /// <summary>Two outages with a shorter time between them are one; zero merges none.</summary>
    public Duration FlappingGap { get; init; } = Duration.Zero;

    /// <summary>Null, the default: maintenance is not excluded.</summary>
    public MaintenancePolicy? Maintenance { get; init; }

    /// <summary>The causes that excuse; empty by default, so that no claim excuses anything.</summary>
    public ImmutableSortedSet<string> ExcusingCauses { get; init; } = [];

    /// <summary>The causes of which the agreement says how much they excuse at most.</summary>
    public ImmutableSortedDictionary<string, ExcuseLimit> ExcuseLimits { get; init; } = ImmutableSortedDictionary<string, ExcuseLimit>.Empty;

    /// <summary>What an approved exclusion does.</summary>
    public ExclusionTreatment Exclusion { get; init; } = ExclusionTreatment.ExcusesDowntime;

    /// <summary>What degraded service is.</summary>
    public DegradedTreatment Degraded { get; init; } = DegradedTreatment.DownWhenEssentialFunctionLost;

    /// <summary>Functions whose loss is downtime.</summary>
    public ImmutableSortedSet<string> EssentialFunctions { get; init; } = [];

    /// <summary>For <see cref="DegradedTreatment.Weighted"/>: the part of degraded time that is lost, 0 to 1, to twelve decimal places.</summary>
    public decimal DegradedWeight { get; init; } = 0.5m;

    /// <summary>True: downtime is weighted by the share of users affected where the fact states it (to twelve decimal places, a finer rest in the customer's favour). False, the default: down is down.</summary>
    public bool WeighByAffectedShare { get; init; }

    /// <summary>Sources whose word prevails, first to last; empty, the default: where known sources differ there is no data.</summary>
    public ImmutableArray<string> SourcePrecedence { get; init; } = [];

    /// <summary>What the time is while the observer does not watch.</summary>
    public ObserverGap ObserverGap { get; init; } = ObserverGap.NoDataThenStateResumes;

    /// <summary>From when on time counts.</summary>
    public CountingStart CountsFrom { get; init; } = CountingStart.PeriodStart;

    /// <summary>The name in <see cref="Clauses"/> of the clause on operating hours, which the input brings and no property.</summary>
    public const string OperatingHours = nameof(OperatingHours);

    /// <summary>The name in <see cref="Clauses"/> of the clause on joining late, which the input brings and no property.</summary>
    public const string JoinedLate = nameof(JoinedLate);

    /// <summary>Clauses by the name of the property they decide, e.g. <c>NoData</c>, those that the edition's default decides too; a policy made in code may have none.</summary>
    public ImmutableDictionary<string, Clause> Clauses { get; init; } = ImmutableDictionary<string, Clause>.Empty;

    /// <summary>The clause that decided a property, or the default's.</summary>
    /// <param name="property">A property's name.</param>
    public Clause ClauseOf(string property) => Clauses.TryGetValue(property, out var clause) ? clause : Clause.Default("availability." + property);
}

/// <summary>When announced maintenance is excluded, and how much of it.</summary>
/// <param name="Treatment">What it does to the level.</param>
/// <param name="Notice">Least time between the announcement's being <em>recorded</em> and the start. Zero: any time before the start.</param>
/// <param name="Allowance">Most downtime that maintenance excuses in one allowance period, used up in order of time by actual downtime; null: unlimited.</param>
/// <param name="AllowancePer">The period of the allowance; null: the evaluated period itself.</param>
/// <param name="Times">When maintenance may take place: only the announced time that is open here may be excluded; null: any time.</param>
public sealed record MaintenancePolicy(
    MaintenanceTreatment Treatment = MaintenanceTreatment.LeavesBoth,
    Duration Notice = default,
    Duration? Allowance = null,
    PeriodCalendar? AllowancePer = null,
    BusinessCalendar? Times = null);
