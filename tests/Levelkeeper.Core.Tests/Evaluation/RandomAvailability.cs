using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using NodaTime;

namespace Levelkeeper.Core.Tests.Evaluation;

/// <summary>Random decisions on availability, and random facts that make them matter.</summary>
/// <param name="random">Where all that is random comes from.</param>
/// <param name="zone">The agreement's zone.</param>
/// <param name="days">About how many days the facts are spread over.</param>
/// <param name="withMaintenance">Whether maintenance may be excluded.</param>
/// <param name="plainEvidence">True: only changes of state by one source that say nothing else and last until the next.</param>
internal sealed class RandomAvailability(Random random, DateTimeZone zone, int days, bool withMaintenance, bool plainEvidence)
{
    private static readonly string[] Places = ["x", "y", "z"];
    private static readonly string[] Functions = ["pay", "search"];

    /// <summary>Every decision falls as by default about every second time, so that each is also seen without the others.</summary>
    public AvailabilityPolicy Policy() => AvailabilityPolicy.Default with
    {
        ConfirmingChecks = random.Next(1, 4),
        Initial = Pick(InitialState.NoData, InitialState.Up, InitialState.Up, InitialState.Down),
        ExcusingCauses = ["flood"],
        Maintenance = withMaintenance && random.Next(2) == 0 ? Maintenance() : null,
        Exclusion = Seldom(ExclusionTreatment.ExcusesDowntime, ExclusionTreatment.LeavesDenominator),
        NoData = Seldom(NoDataTreatment.Bounds, NoDataTreatment.Up, NoDataTreatment.Down, NoDataTreatment.Out),
        Freshness = plainEvidence ? null : Seldom<Duration?>(null, Minutes(days * 60), Minutes(days * 400)),
        PreviousState = Seldom(PreviousStateClaim.BeforeFirstOnly, PreviousStateClaim.UnknownAlsoBetween, PreviousStateClaim.Ignored),
        DowntimeBegins = Seldom(DowntimeBegin.FirstFailedCheck, DowntimeBegin.LastGoodCheck, DowntimeBegin.CustomerReport),
        PlacesThatConfirm = Seldom<int?>(null, 1, 2),
        ShortestOutage = Seldom(Duration.Zero, Minutes(30), Minutes(150)),
        ShortestOutageIsTooShort = random.Next(2) == 0,
        ShortestOutageWithin = Seldom<Duration?>(null, Minutes(300), Minutes(days * 500)),
        OutageUnit = Seldom(Duration.Zero, Minutes(7), Minutes(60)),
        FirstMinutesCount = random.Next(2) == 0,
        FlappingGap = Seldom(Duration.Zero, Minutes(40), Minutes(200)),
        Degraded = Pick(Enum.GetValues<DegradedTreatment>()),
        DegradedWeight = Pick(0.5m, 0.25m, 0m, 1m),
        EssentialFunctions = Pick<ImmutableSortedSet<string>>([], ["pay"]),
        WeighByAffectedShare = random.Next(3) == 0,
        SourcePrecedence = Seldom<ImmutableArray<string>>([], ["second"], ["source", "second"]),
        ObserverGap = Pick(Enum.GetValues<ObserverGap>()),
        CountsFrom = Seldom(CountingStart.PeriodStart, CountingStart.FirstFact, CountingStart.FirstFactIfAny),
    };

    /// <summary>How requests are judged by intervals.</summary>
    public RequestMethod Intervals() => random.Next(3) == 0
        ? new RequestMethod.MeanOfIntervals(Minutes(random.Next(20, 400))) { LeavesOutQuiet = random.Next(3) == 0 }
        : new RequestMethod.Slices(Minutes(random.Next(20, 400)), Pick(new Rational(1, 10), new Rational(1, 2), 1)) { LeavesOutQuiet = random.Next(3) == 0 };

    /// <summary>What does not count of requests; an allowance of maintenance is no matter of theirs.</summary>
    public RequestExclusions Exclusions(MaintenancePolicy? maintenance) => random.Next(3) == 0
        ? RequestExclusions.None
        : new RequestExclusions(maintenance is null ? null : maintenance with { Allowance = null, AllowancePer = null }, ["flood"], Pick(Enum.GetValues<ExclusionTreatment>()));

    /// <summary>Changes, checks, comings and goings of the observers; one source or two, one place or three.</summary>
    /// <param name="components">The components' names; one is the service itself.</param>
    /// <param name="start">The first instant of the facts.</param>
    /// <param name="make">Makes a fact of an instant, its data, its subject and its source.</param>
    public IEnumerable<Fact> StateFacts(ImmutableArray<string> components, Instant start, Func<Instant, FactData, string, string, Fact> make)
    {
        string[] sources = !plainEvidence && random.Next(3) == 0 ? ["source", "second"] : ["source"];
        string[] subjects = components.Length > 1 && random.Next(2) == 0 ? [.. components, "shop"] : [.. components];
        foreach (var subject in subjects)
        {
            foreach (var source in sources)
            {
                var (changes, checks) = plainEvidence ? (8, 0) : Pick((8, 0), (0, 8), (5, 5));
                var location = plainEvidence || random.Next(3) == 0 ? "" : null;
                var at = start + Minutes(random.Next(0, 800));
                for (var i = random.Next(9); i > 0; i--, at += Step())
                {
                    var kind = random.Next(changes + checks + (plainEvidence ? 0 : 1));
                    var place = location ?? Pick(Places);
                    yield return make(at, kind < changes ? Change(place) : kind < changes + checks ? Check(place) : new FactData.ObserverChanged(random.Next(2) == 0, Pick("", place)), subject, source);
                }
            }

            for (var at = start + Minutes(random.Next(0, 1500)); !plainEvidence && random.Next(4) == 0; at += Step())
                yield return make(at, new FactData.ObserverChanged(random.Next(2) == 0, ""), subject, "watchdog");
        }
    }

    private FactData.StateChanged Change(string place)
    {
        var state = Pick(ServiceState.Up, ServiceState.Down, ServiceState.Up, ServiceState.Degraded, ServiceState.Degraded, ServiceState.Unknown);
        if (plainEvidence)
            return FactData.StateChanged.To(state);
        var suffers = state is ServiceState.Degraded or ServiceState.Down;
        return new FactData.StateChanged(
            state,
            state == ServiceState.Degraded ? [.. Functions.Where(_ => random.Next(3) == 0)] : [],
            Seldom<ServiceState?>(null, ServiceState.Unknown, ServiceState.Up, ServiceState.Down),
            place,
            suffers ? Pick<decimal?>(null, 0.25m, 0.5m) : null);
    }

    private FactData.Probed Check(string place) => new(random.Next(2) == 0, null, place, Seldom("", Functions));

    private MaintenancePolicy Maintenance() => new(
        Pick(Enum.GetValues<MaintenanceTreatment>()),
        Minutes(Pick(0, 120)),
        Seldom<Duration?>(null, Duration.Zero, Minutes(45), Minutes(200)),
        Seldom<PeriodCalendar?>(null, Per(CalendarUnit.Day), Per(CalendarUnit.Week), Per(CalendarUnit.Month)));

    private PeriodCalendar Per(CalendarUnit unit) => new(new PeriodRule.Calendar(unit), zone);

    private Duration Step() => Minutes(random.Next(6) == 0 ? random.Next(0, 20) : random.Next(1, 300 * days));

    private static Duration Minutes(int minutes) => Duration.FromMinutes(minutes);

    private T Pick<T>(params T[] from) => from[random.Next(from.Length)];

    private T Seldom<T>(T usual, params T[] others) => random.Next(2) == 0 ? usual : Pick(others);
}
