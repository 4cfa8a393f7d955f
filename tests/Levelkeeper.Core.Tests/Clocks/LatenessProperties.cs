using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Clocks;

/// <summary>Customers who are late by day and by night, at the weekend and in the middle of pauses, with targets in days: deadlines that lateness moves fall into closed hours.</summary>
public sealed class LatenessProperties
{
    private static void ForLateCustomers(int tests, Action<LateCustomer> property) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => property(new LateCustomer(seed))).Check(Seeds.Config(tests));

    [Fact]
    public void Live_equals_batch_at_every_edge_and_in_between() => ForLateCustomers(1000, ticket =>
    {
        var changes = new List<VerdictChange>();
        var told = new Dictionary<(int Clock, int Cycle), ClockVerdict>();
        var live = new LiveTickets(ticket.Program, TicketLog.Monday, _ => ticket.Facts, 1);
        live.Surround(ticket.Around, [], changes);
        foreach (var fact in ticket.Facts)
            live.Apply(fact, changes);
        foreach (var now in ticket.Instants())
        {
            live.AdvanceTo(now, changes);
            foreach (var change in changes)
                told[(change.Clock, change.Cycle)] = change.Verdict!.Value;
            changes.Clear();
            var batch = ticket.Read(now);
            told.OrderBy(t => t.Key).Select(t => (ticket.Program.Definitions[t.Key.Clock].Name, t.Key.Cycle, t.Value))
                .ShouldBe(batch.Select(r => (r.Clock, r.Cycle, r.Verdict)), $"as of {now}; {ticket}");
        }
    });

    [Fact]
    public void A_breach_stays_with_its_date_as_time_passes() => ForLateCustomers(300, ticket =>
    {
        var breaches = new Dictionary<(string, int), Instant?>();
        foreach (var now in ticket.Instants())
        {
            var read = ticket.Read(now).ToDictionary(r => (r.Clock, r.Cycle), r => r.BreachedAt);
            foreach (var (cycle, breachedAt) in breaches)
                read[cycle].ShouldBe(breachedAt, $"{cycle} as of {now}; {ticket}");
            foreach (var (cycle, breachedAt) in read.Where(r => r.Value is not null))
                breaches[cycle] = breachedAt;
        }
    });

    [Fact]
    public void A_fact_that_changes_nothing_changes_nothing() => ForLateCustomers(300, ticket =>
    {
        var more = ticket.Facts.Concat(Enumerable.Range(0, 6).Select(i => ticket.Nothing(i))).ToList();
        foreach (var now in ticket.Instants())
        {
            ticket.Read(more, now).Select(r => (r.Clock, r.Cycle, r.Verdict, r.Due, r.BreachedAt, r.StoppedAt, r.Spent, r.Paused))
                .ShouldBe(ticket.Read(now).Select(r => (r.Clock, r.Cycle, r.Verdict, r.Due, r.BreachedAt, r.StoppedAt, r.Spent, r.Paused)), $"as of {now}; {ticket}");
        }
    });

    [Fact]
    public void No_clock_breaches_while_the_customer_is_late_but_by_being_opened_again_too_late() => ForLateCustomers(1000, ticket =>
    {
        foreach (var at in ticket.Read(ticket.Instants().Last()).Where(r => r.Party == ClockParty.Provider && r.BreachedAt is not null).Select(r => r.BreachedAt!.Value))
        {
            if (ticket.Facts.Exists(f => f.Time == at && f.Data is FactData.TicketReopened))
                continue;
            ticket.Read(at).ShouldNotContain(r => r.Party == ClockParty.Customer && r.StoppedAt == null && r.BreachedAt < at, $"breached {at}; {ticket}");
        }
    });

    [Fact]
    public void The_late_customers_show_what_they_are_for()
    {
        var read = Enumerable.Range(1, 300).Select(seed => new LateCustomer(seed)).SelectMany(t => t.Instants().SelectMany(now => t.Read(now))).ToList();
        foreach (var effect in new[] { LatenessEffect.Pauses, LatenessEffect.Extends })
        {
            var late = read.Where(r => r.Definition.Lateness is [var rule, ..] && rule.Effect == effect
                && r.Segments is [.., { Kind: ClockSegmentKind.CustomerLate } last] && last.During.EndInstant == r.AsOf).ToList();
            late.ShouldContain(r => r.Verdict == ClockVerdict.Breached);
            late.ShouldContain(r => r.Verdict != ClockVerdict.Breached && (r.Due ?? r.DueIfResumed) < r.AsOf && r.Target is ClockSpan.BusinessDays);
            late.ShouldContain(r => r.Verdict != ClockVerdict.Breached && (r.Due ?? r.DueIfResumed) < r.AsOf && r.Target is ClockSpan.CalendarUnits);
        }
    }

    /// <summary>A ticket on which the customer is asked for information now and then. The seed says which.</summary>
    private sealed class LateCustomer
    {
        private readonly Random _random;
        private readonly TicketLog _log = new();
        
        public LateCustomer(int seed)
        {
            _random = new Random(seed);
            var effect = Chance(2) ? LatenessEffect.Extends : LatenessEffect.Pauses;
            var resolve = ClockTemplates.Resolve(Target()) with
            {
                Calendar = TicketLog.Office,
                Targets = ImmutableSortedDictionary<string, ClockSpan>.Empty.Add("high", Target()),
                Pause = new TicketCondition.StatusIs("waiting"),
                Pausing = new PausePolicy(Longest: Chance(3) ? ClockSpan.Minutes(_random.Next(1, 500)) : null),
                PriorityChange = Chance(2) ? PriorityChangePolicy.FromStart : PriorityChangePolicy.FromChange,
                Lateness = [new LatenessRule("inform", effect), new LatenessRule("duty access", effect)],
            };
            var inform = ClockTemplates.OnCustomer("inform", ClockSpan.Minutes(_random.Next(1, 600)), "need info") with { Calendar = Chance(3) ? TicketLog.Office : BusinessCalendar.Always };
            Program = ClockProgram.Compile([resolve, inform, ClockTemplates.OnDuty("access")], TicketPolicies.Default, new DiagnosticBag())!;

            // Half of all tickets are reported in the evening: their days count from the next opening, before which the customer can be late already.
            var at = Chance(2) ? Minute(0, 2 * 24 * 60) : TicketLog.At(_random.Next(1, 3), _random.Next(17, 24));
            _log.Reported(at, Chance(2) ? "high" : "low");
            for (var i = _random.Next(1, 9); i > 0; i--)
            {
                at += Duration.FromMinutes(_random.Next(4) switch { 0 => 0, 1 => 60, _ => _random.Next(1, 1500) });
                _ = _random.Next(12) switch
                {
                    0 or 1 or 2 => _log.Status(at, "need info"),
                    3 or 4 => _log.Status(at, "waiting"),
                    5 or 6 => _log.Status(at, "open"),
                    7 => _log.CustomerWrites(at),
                    8 => _log.Priority(at, Chance(2) ? "high" : "low"),
                    9 => _log.Resolved(at),
                    10 => _log.Reopened(at),
                    _ => _log.Changed(at, "room", "12"),
                };
            }

            Around = new TicketSurroundings { Late = [new LateDuty("access", [.. LateTimes()])] };
        }

        public TicketSurroundings Around { get; }

        public ClockProgram Program { get; }

        public List<Fact> Facts => _log.Facts;

        public ImmutableArray<ClockReading> Read(Instant asOf) => Read(Facts, asOf);

        public ImmutableArray<ClockReading> Read(List<Fact> facts, Instant asOf) => TicketClocks.Evaluate(Program, facts, asOf, Around);

        /// <summary>A fact about which no clock asks.</summary>
        public Fact Nothing(int number) => new TicketLog().Changed(Minute(0, 8 * 24 * 60), "floor", "3").Facts[0] with
        {
            Source = "other",
            Id = $"{number}",
            Sequence = $"{number + 900:D6}",
            Digest = new FactDigest(1, (ulong)number),
        };

        /// <summary>Where something happens, opens or closes, and the tick after each; the same in every call.</summary>
        public IEnumerable<Instant> Instants()
        {
            var lateness = Around.Late[0].Times.SelectMany(t => new[] { t.During.StartInstant, t.DoneBy?.Time ?? t.During.StartInstant });
            var hours = Enumerable.Range(1, 9).SelectMany(day => new[] { 9, 12, 17, 22 }.Select(hour => TicketLog.At(day, hour)));
            return Facts.Select(f => f.Time).Concat(lateness).Concat(hours).SelectMany(e => new[] { e, e + Duration.FromTicks(1) }).Distinct().Where(e => e >= Facts[0].Time).Order();
        }

        public override string ToString() => string.Join('\n', [
            .. Program.Definitions.Select(d => $"{d}"),
            .. Around.Late[0].Times.Select(t => $"late {t.During.StartInstant} {t.DoneBy?.Time}"),
            .. Facts.Select(f => $"{f.Time} {f.Data}"),
        ]);

        /// <summary>When the customer was late with the duty; the last time may not have ended.</summary>
        private IEnumerable<LateTime> LateTimes()
        {
            var edges = Enumerable.Range(0, _random.Next(4)).Select(_ => Chance(2) ? Minute(0, 6 * 24 * 60) : TicketLog.At(_random.Next(1, 6), _random.Next(17, 24))).Distinct().Order();
            return edges.Chunk(2).Select(e => e.Length == 2
                ? new LateTime(TickInterval.Between(e[0], e[1]), Nothing(99) with { Time = e[1], Data = new FactData.DutyDone("access", "", true) })
                : new LateTime(new TickInterval(e[0].ToUnixTimeTicks(), long.MaxValue), null));
        }

        private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

        private Instant Minute(int from, int to) => TicketLog.Monday + Duration.FromMinutes(_random.Next(from, to));

        private ClockSpan Target() => _random.Next(7) switch
        {
            0 => ClockSpan.Minutes(_random.Next(1, 1500)),
            1 or 2 => new ClockSpan.CalendarUnits(0, _random.Next(1, 3)),
            3 => new ClockSpan.BusinessDays(_random.Next(1, 3), BusinessDayDeadline.EndOfWorkingDay),
            _ => new ClockSpan.BusinessDays(_random.Next(0, 3)),
        };
    }
}
