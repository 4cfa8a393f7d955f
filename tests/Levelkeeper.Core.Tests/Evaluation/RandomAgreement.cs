using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Rosters;
using Levelkeeper.Reference;
using NodaTime;

namespace Levelkeeper.Core.Tests.Evaluation;

/// <summary>A random small agreement about one day, its availability sometimes about the week or month around it, with facts on whole minutes. The seed says which.</summary>
internal sealed class RandomAgreement
{
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"];

    // Around the changes of the clocks in New York (8 March 2026) and Berlin (29 March 2026), and plain days.
    private static readonly LocalDate[] Dates = [new(2026, 3, 4), new(2026, 3, 6), new(2026, 3, 8), new(2026, 3, 9), new(2026, 3, 29), new(2026, 3, 30)];

    private readonly Random _random;
    private int _number;

    public RandomAgreement(int seed, bool withMaintenance = true, bool plainEvidence = false)
    {
        _random = new Random(seed);
        Zone = DateTimeZoneProviders.Tzdb[Pick(Zones)];
        Date = Pick(Dates);
        var start = Zone.AtStartOfDay(Date).ToInstant();
        var end = Zone.AtStartOfDay(Date.PlusDays(1)).ToInstant();
        Unit = _random.Next(10) switch { < 7 => CalendarUnit.Day, < 9 => CalendarUnit.Week, _ => CalendarUnit.Month };
        var (first, days) = Unit switch
        {
            CalendarUnit.Week => (Date.DayOfWeek == IsoDayOfWeek.Monday ? Date : Date.Previous(IsoDayOfWeek.Monday), 7),
            CalendarUnit.Month => (new LocalDate(Date.Year, Date.Month, 1), CalendarSystem.Iso.GetDaysInMonth(Date.Year, Date.Month)),
            _ => (Date, 1),
        };
        var (spanStart, spanEnd) = (Zone.AtStartOfDay(first).ToInstant(), Zone.AtStartOfDay(first.PlusDays(days)).ToInstant());
        AsOf = _random.Next(3) == 0 ? start + Duration.FromMinutes(_random.Next(1, 1380)) : Pick(end, spanEnd) + Duration.FromMinutes(_random.Next(0, 2000));
        From = _random.Next(3) == 0 ? Date : Date.PlusDays(-5);
        Day = new ReferencePeriod(start, end, Zone, AsOf, Zone.AtStartOfDay(From).ToInstant());
        Span = Day with { Start = spanStart, End = spanEnd };
        var availability = new RandomAvailability(_random, Zone, days, withMaintenance, plainEvidence);
        OfficeHours = _random.Next(2) == 0;
        Components = _random.Next(2) == 0 ? ["shop"] : ["a", "b", "c"];
        Needed = _random.Next(1, Components.Length + 1);
        Target = Pick(new Rational(1, 1), new Rational(99, 100), new Rational(9, 10), new Rational(1, 2));
        NewCycle = _random.Next(2) == 0;
        Policy = availability.Policy();
        Intervals = availability.Intervals();
        Exclusions = availability.Exclusions(Policy.Maintenance);
        JoinedLate = _random.Next(2) == 0 ? JoinedLate.OwnTime : Pick(Enum.GetValues<JoinedLate>());
        Partial = Pick(Enum.GetValues<PartialMembership>());
        Reaching = Pick(1, new Rational(1, 2));
        Agreement = Make();
        Facts = [.. Mended([.. availability.StateFacts(Components, spanStart - Duration.FromMinutes(600), (at, data, subject, source) => Fact(at, data, subject, source: source))]), .. ServerFacts(availability), .. ClaimFacts(), .. TicketFacts(), .. NumberFacts(), .. Deeds()];
    }

    public DateTimeZone Zone { get; }

    public LocalDate Date { get; }

    public LocalDate From { get; }

    public Instant AsOf { get; }

    public ReferencePeriod Day { get; }

    /// <summary>The period of the objectives on availability: a day, a week, a month.</summary>
    public ReferencePeriod Span { get; }

    public CalendarUnit Unit { get; }

    public bool OfficeHours { get; }

    public ImmutableArray<string> Components { get; }

    public int Needed { get; }

    public Rational Target { get; }

    public bool NewCycle { get; }

    public AvailabilityPolicy Policy { get; }

    public RequestMethod Intervals { get; }

    public RequestExclusions Exclusions { get; }

    public JoinedLate JoinedLate { get; }

    public PartialMembership Partial { get; }

    public Rational Reaching { get; }

    public Agreement Agreement { get; }

    public ImmutableArray<Fact> Facts { get; }

    public Random Random => _random;

    public static int MinutesFor(string priority) => priority == "P1" ? 60 : 240;

    /// <summary>Appended in a random order, some twice; recorded ever later, beginning before the day.</summary>
    public FactSet ShuffledLog(Random random)
    {
        Fact[] facts = [.. Facts, .. Facts.Where(_ => random.Next(5) == 0)];
        random.Shuffle(facts);
        var log = new FactLog();
        var recorded = Day.Start - Duration.FromDays(2);
        foreach (var fact in facts)
            log.Append(fact, recorded += Duration.FromMinutes(random.Next(0, 90)));
        return log.ToSet();
    }

    public AgreementEvaluation Evaluate(FactSet set, Instant? asOf = null) => Evaluator.Evaluate(Agreement, set.Effective(asOf ?? AsOf), Day.Start, Day.End, asOf ?? AsOf);

    /// <summary>Everything that a result says, as text.</summary>
    public static string Text(AgreementEvaluation evaluation) => string.Join('\n', evaluation.Objectives.Select(o =>
        $"{o.Objective} {o.Period} {o.Verdict} {o.IfPendingApproved} {o.Level} {o.Lowest} {o.Highest} {o.Volume} {o.Budget} {string.Join(';', o.Outages.Select(x => $"{x.Span} {x.Counted} {x.Excused}"))}"));

    private Agreement Make()
    {
        var office = new BusinessCalendar(new CalendarDefinition(
            Zone, new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(9, 0), new LocalTime(17, 0))) }));
        var resolve = ClockTemplates.Resolve(null) with
        {
            Targets = ImmutableSortedDictionary<string, ClockSpan>.Empty.Add("P1", ClockSpan.Minutes(60)),
            DefaultTarget = ClockSpan.Minutes(240),
            Calendar = OfficeHours ? office : BusinessCalendar.Always,
            Pause = new TicketCondition.StatusIs("waiting"),
            Reopening = new ReopenPolicy(NewCycle ? ReopenEffect.NewCycle : ReopenEffect.Resumes, null),
        };
        var backup = new DutyRule { Duty = "back-up", Recurrence = new DutyRecurrence.EveryDays(), At = new LocalTime(18, 0), Zone = Zone, From = From };
        return Shop.Agreement() with
        {
            Term = new Term(From, null),
            Zone = Zone,
            Calendars = ImmutableSortedDictionary<string, BusinessCalendar>.Empty.Add("always", BusinessCalendar.Always).Add("office", office),
            Rosters = [new RosterDefinition("servers", ["s1", "s2"], Partial, Clause.Default("rosters.servers"))],
            Services = [Shop.Service("shop") with { Components = Components.Length == 1 ? [] : Components, OperatingHours = OfficeHours ? "office" : null }],
            Objectives =
            [
                Promise("uptime", new Indicator.Availability(Policy, new ComponentCombination(CombinationKind.AtLeast, Needed), null, JoinedLate)) with { Period = new PeriodRule.Calendar(Unit) },
                Promise("intervals", new Indicator.Requests("requests", Intervals) { Exclusions = Exclusions, JoinedLate = JoinedLate }) with { Period = new PeriodRule.Calendar(Unit) },
                Promise("each server", new Indicator.Availability(Policy, ComponentCombination.All, null, JoinedLate)) with { Period = new PeriodRule.Calendar(Unit), EachOf = "servers", MembersReaching = Reaching },
                Promise("requests of each server", new Indicator.Requests("requests", Intervals) { Exclusions = Exclusions, JoinedLate = JoinedLate }) with { Period = new PeriodRule.Calendar(Unit), EachOf = "servers", MembersReaching = Reaching },
                Promise("resolve", Shop.Clock(resolve)),
                Promise("backups", new Indicator.Duty(backup)),
                Promise("requests", new Indicator.Requests("requests", new RequestMethod.Ratio()) { Exclusions = Exclusions }),
                Number("sum", new Aggregation.Sum()),
                Number("average", new Aggregation.Average()),
                Number("percentile", new Aggregation.Percentile(90)),
            ],
        };

        Objective Promise(string name, Indicator indicator) =>
            Shop.Objective(indicator, "shop") with { Name = name, Period = new PeriodRule.Calendar(CalendarUnit.Day), Target = new LevelTarget(LevelComparison.AtLeast, Target) };

        Objective Number(string name, Aggregation aggregation) => Promise(name, Shop.Values(aggregation)).WithTarget(LevelComparison.AtLeast, 50);
    }

    private T Pick<T>(params T[] from) => from[_random.Next(from.Length)];

    private Instant Minute(int from = -600, int to = 2000) => Day.Start + Duration.FromMinutes(_random.Next(from, to));

    /// <summary>A minute somewhere around the span of availability.</summary>
    private Instant SpanMinute() => Span.Start + Duration.FromMinutes(_random.Next(-600, (int)(Span.End - Span.Start).TotalMinutes + 600));

    private Fact Fact(Instant at, FactData data, string subject, FactAddress? address = null, string source = "source")
    {
        var id = (++_number).ToString(CultureInfo.InvariantCulture);
        return Shop.Fact(id, at, data, subject, source, address ?? Shop.OfService("shop")) with { Digest = new FactDigest(0, (ulong)_number) };
    }

    /// <summary>Servers come and go; each is watched by itself and counts its own requests.</summary>
    private IEnumerable<Fact> ServerFacts(RandomAvailability availability)
    {
        foreach (var server in (string[])["s1", "s2", "s3"])
        {
            for (var i = _random.Next(4); i > 0; i--)
                yield return Fact(SpanMinute(), new FactData.RosterChanged("servers", server, _random.Next(2) == 0), "", Shop.OfService(""));
            foreach (var fact in availability.StateFacts([server], Span.Start - Duration.FromMinutes(600), (at, data, subject, source) => Fact(at, data, subject, source: source)))
                yield return fact;
            for (var i = _random.Next(4); i > 0; i--)
            {
                var (end, total) = (SpanMinute(), _random.Next(0, 100));
                yield return Fact(end, new FactData.Aggregated("requests", end - Duration.FromMinutes(_random.Next(1, 100)), _random.Next(0, total + 1), total, null, []), server);
            }
        }
    }

    private IEnumerable<Fact> ClaimFacts()
    {
        for (var i = _random.Next(4); i > 0; i--)
        {
            var (name, start) = ($"X{_random.Next(4)}", SpanMinute());
            yield return Fact(SpanMinute(), new FactData.ExclusionClaimed(name, start, start + Duration.FromMinutes(_random.Next(600)), Pick("flood", "flood", "mood"), "", ""), "shop");
            if (_random.Next(4) > 0)
                yield return Fact(SpanMinute(), new FactData.ExclusionDecided(name, _random.Next(4) > 0, "customer", ""), "shop");
        }

        for (var i = _random.Next(4); i > 0; i--)
        {
            var (name, start) = ($"M{_random.Next(3)}", SpanMinute());
            yield return Fact(Minute(-600, 600), new FactData.MaintenanceAnnounced(name, start, start + Duration.FromMinutes(_random.Next(Pick(600, 600, 4000))), ""), "shop");
            if (_random.Next(3) == 0)
                yield return Fact(SpanMinute(), new FactData.MaintenanceCancelled(name), "shop");
        }
    }

    private IEnumerable<Fact> TicketFacts()
    {
        for (var i = _random.Next(5); i > 0; i--)
        {
            var (ticket, at) = ($"T-{i}", Minute(-600, 1400));
            yield return Fact(at, new FactData.TicketReported(Pick("P1", "P2"), "new", "", Actor.Customer, null), ticket);
            var (resolved, waiting) = (false, false);
            for (var step = _random.Next(7); step > 0; step--)
            {
                at += Duration.FromMinutes(Pick(30, 60, _random.Next(1, 200)));
                switch (_random.Next(6))
                {
                    case 0 when !resolved:
                        resolved = true;
                        yield return Fact(at, new FactData.TicketResolved(null), ticket);
                        break;
                    case 0 or 1 when resolved:
                        resolved = false;
                        yield return Fact(at, new FactData.TicketReopened(), ticket);
                        break;
                    case 2 or 3 when !resolved:
                        waiting = !waiting;
                        yield return Fact(at, new FactData.TicketStatus(waiting ? "waiting" : "open"), ticket);
                        break;
                    case 4 when !resolved && !waiting:
                        yield return Fact(at, new FactData.TicketPriority(Pick("P1", "P2"), PriorityReason.Unstated), ticket);
                        break;
                    case 5 when !resolved && _random.Next(4) == 0:
                        yield return Fact(at, new FactData.TicketCancelled("spam", false), ticket);
                        step = 0;
                        break;
                    default:
                        break;
                }
            }
        }
    }

    private IEnumerable<Fact> NumberFacts()
    {
        var own = new List<Fact>();
        for (var i = _random.Next(12); i > 0; i--)
            own.Add(Fact(Minute(), new FactData.Measured("leads", _random.Next(0, 200) / 10m, "", null), "", Shop.OfService("")));
        var end = Minute(-300, 0);
        for (var i = _random.Next(6); i > 0; i--)
        {
            var start = end;
            var total = _random.Next(0, 1000);
            own.Add(Fact(end += Duration.FromMinutes(_random.Next(1, 400)), new FactData.Aggregated("requests", start, _random.Next(0, total + 1), total, null, []), "shop"));
        }

        return Mended(own);
    }

    /// <summary>The facts, of which some are wrong and are mended later, or taken back.</summary>
    private List<Fact> Mended(List<Fact> own)
    {
        foreach (var wrong in own.Where(_ => _random.Next(6) == 0).ToList())
        {
            var measured = wrong.Data is FactData.Measured m ? m with { Value = m.Value + 1 } : wrong.Data;
            own.Add(Fact(
                Minute(),
                _random.Next(2) == 0 ? new FactData.Retracted(wrong.Source, wrong.Id, "wrong") : new FactData.Corrected(wrong.Source, wrong.Id, "wrong", null, measured),
                wrong.Subject,
                wrong.Address,
                wrong.Source));
        }

        return own;
    }

    private IEnumerable<Fact> Deeds()
    {
        for (var i = _random.Next(6); i > 0; i--)
            yield return Fact(Minute(-2000, 1500), new FactData.DutyDone("back-up", "", _random.Next(5) > 0), "");
    }
}
