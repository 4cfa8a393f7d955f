using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Evaluation;

/// <summary>The clocks of tickets under agreements with random amendments: other targets, rules, hours, zones, services and matching, and objectives that go and come back.</summary>
public sealed class AmendedClockProperties
{
    [Fact]
    public void Clocks_kept_live_over_amendments_equal_what_the_agreement_gives_after_every_fact() => ForAll(200, seed =>
    {
        var world = new Amended(seed);
        var clock = MeasuredClock.Of(world.Versions, "resolve", new CalendarInForce());
        Fact[] facts = [.. world.Facts];
        world.Random.Shuffle(facts);
        var log = new FactLog();
        var known = log.ToSet().Effective(Instant.MaxValue);
        var now = world.Start;
        var around = TicketSurroundings.None;
        var told = new Dictionary<(UInt128 Ticket, int Cycle), ClockVerdict>();
        var changes = new List<VerdictChange>();
        var live = new LiveTickets(clock.Program, now, ticket => [.. known.Of(ticket).Facts.Select(f => f.Fact)], 1);
        foreach (var fact in facts)
        {
            log.Append(fact, fact.Time);
            known = log.ToSet().Effective(Instant.MaxValue);
            live.Apply(fact, changes);
            if (world.Random.Next(2) == 0)
                live.AdvanceTo(now += Duration.FromMinutes(world.Random.Next(0, 700)), changes);
            Same();
        }

        for (var i = 0; i < 4; i++)
        {
            live.AdvanceTo(now += Duration.FromMinutes(world.Random.Next(1, 3000)), changes);
            Same();
        }

        void Same()
        {
            var matched = new VersionedFacts(world.Versions, log.ToSet().Effective(now));
            var before = around;
            around = clock.Surroundings(matched);
            live.Surround(around, log.ToSet().AsEnumerable().GroupBy(f => f.Fact.Subject).Where(t => Text(t.Key, t.Select(f => f.Fact), before) != Text(t.Key, t.Select(f => f.Fact), around)).Select(t => t.Key).ToList(), changes);
            foreach (var change in changes)
            {
                if (clock.Program.Definitions[change.Clock].Name != "resolve")
                    continue;
                if (change.Verdict is { } verdict)
                    told[(change.Ticket, change.Cycle)] = verdict;
                else
                    told.Remove((change.Ticket, change.Cycle)).ShouldBeTrue();
            }

            changes.Clear();
            // Who keeps clocks live tells them of tickets that belong to the agreement.
            var ours = matched.All.Tickets.Select(t => LiveTickets.KeyOf(t.Ticket)).ToHashSet();
            var batch = new VersionedClocks(world.Versions, matched, now).Of("resolve");
            told.Where(t => ours.Contains(t.Key.Ticket)).Select(t => $"{t.Key} {t.Value}").Order().ShouldBe(batch.Select(r => $"{(LiveTickets.KeyOf(r.Ticket), r.Cycle)} {r.Verdict}").Order(), $"as of {now}, seed {seed}");
        }
    });

    [Fact]
    public void Every_ticket_that_is_decided_counts_in_exactly_one_result() => ForAll(300, seed =>
    {
        var world = new Amended(seed);
        var asOf = world.Start + Duration.FromDays(world.Random.Next(1, 20));
        var facts = world.Log().Effective(asOf);
        // What is decided this very instant counts in the time that begins with it.
        var decided = new VersionedClocks(world.Versions, new VersionedFacts(world.Versions, facts), asOf).Of("resolve")
            .Where(r => r.DecidedAt is { } at && at < asOf && world.Versions.TermTime.Contains(at.ToUnixTimeTicks())).ToList();
        var results = Evaluator.Evaluate(world.Versions, facts, Instant.FromUtc(2026, 1, 1, 0, 0), asOf, asOf).Objectives.Where(o => o.Objective == "resolve").ToList();
        results.Aggregate(Rational.Zero, (sum, r) => sum + (r.Volume ?? 0)).ShouldBe(decided.Count, $"seed {seed}");
        foreach (var result in results)
        {
            Shop.AddsUp(result);
            if (result.Volume is { } volume)
                volume.ShouldBe(decided.Count(r => result.Period.Span.Contains(r.DecidedAt!.Value.ToUnixTimeTicks())), $"{result.Period}, seed {seed}");
        }
    });

    [Fact]
    public void A_cycle_is_what_its_version_alone_would_give_where_only_targets_differ() => ForAll(300, seed =>
    {
        var world = new Amended(seed, onlyTargets: true);
        var asOf = world.Start + Duration.FromDays(world.Random.Next(1, 20));
        var facts = world.Log().Effective(asOf);
        // Without merges: a start that is inherited moves a ticket to another version when it is merged, not before. Each version as if it were in force always, and of its cycles those that start in its time.
        var alone = world.Versions.All.SelectMany((v, i) => Evaluator.Clocks(v.Agreement, facts, asOf).Where(r => world.Versions.NumberAt(r.StartedAt) == i)).Where(r => r.Clock == "resolve");
        Text(Evaluator.Clocks(world.Versions, facts, asOf).Where(r => r.Clock == "resolve")).ShouldBe(Text(alone), $"seed {seed}");

        static IEnumerable<string> Text(IEnumerable<ClockReading> readings) => readings.Select(r => $"{r.Ticket} {r.StartedAt} {r.StoppedAt} {r.Due} {r.Target} {r.Spent} {r.Paused} {r.Verdict} {r.BreachedAt}").Order(StringComparer.Ordinal);
    });

    [Fact]
    public void A_cycle_that_amendments_take_along_is_in_time_while_it_has_spent_no_more_than_the_target_in_force() => ForAll(300, seed =>
    {
        var world = new Amended(seed, onlyTargets: true, takesClocks: true);
        var asOf = world.Start + Duration.FromDays(world.Random.Next(1, 20));
        // What a change of priority or another opening does to a target is not the amendment's.
        var others = world.Facts.Where(f => f.Data is FactData.TicketPriority or FactData.TicketReopened).Select(f => f.Subject).ToHashSet(StringComparer.Ordinal);
        foreach (var reading in Evaluator.Clocks(world.Versions, world.Log().Effective(asOf), asOf).Where(r => r.Clock == "resolve" && !others.Contains(r.Ticket)))
        {
            var end = reading.BreachedAt ?? reading.StoppedAt ?? asOf;
            var last = world.Versions.NumberAt(end);
            // A version that a pause outlasts does not judge the clock.
            for (var version = world.Versions.NumberAt(reading.StartedAt); version < last; version++)
            {
                var inForce = world.Versions.InForce(version, version);
                if (!reading.Segments.Any(s => !s.Counts && s.During.Start <= inForce.Start && s.During.End >= inForce.End))
                    Spent(inForce.End).ShouldBeLessThanOrEqualTo(Target(version), $"{reading.Ticket}, seed {seed}");
            }

            if (reading.BreachedAt is null)
            {
                if (reading.Segments is [.., { Counts: true }])
                    Spent(end.ToUnixTimeTicks()).ShouldBeLessThanOrEqualTo(Target(last), $"{reading.Ticket}, seed {seed}");
                continue;
            }

            reading.Target.ShouldBe(TargetOf(last), $"{reading.Ticket}, seed {seed}");
            // More is spent than the target only where the amendment, or the end of a pause over it, made it so.
            if (world.Versions.InForce(last, last).Start == end.ToUnixTimeTicks() || reading.Segments.Any(s => !s.Counts && s.During.End == end.ToUnixTimeTicks()))
                Spent(end.ToUnixTimeTicks()).ShouldBeGreaterThanOrEqualTo(Target(last), $"{reading.Ticket}, seed {seed}");
            else
                Spent(end.ToUnixTimeTicks()).ShouldBe(Target(last), $"{reading.Ticket}, seed {seed}");

            long Spent(long at) => reading.Segments.Where(s => s.Counts && s.During.Start < at).Sum(s => world.OpenIn(new TickInterval(s.During.Start, Math.Min(at, s.During.End))));

            long Target(int version) => (long)((ClockSpan.OpenTime)TargetOf(version)!).Length.BclCompatibleTicks;

            ClockSpan? TargetOf(int version) =>
                ((Indicator.Clock)world.Versions.All[version].Agreement.Objectives.Single(o => o.Name == "resolve").Indicator).Definition.TargetFor(reading.Priority);
        }
    });

    [Fact]
    public void A_cycle_has_the_target_in_force_when_it_started_and_the_hours_in_force_at_each_instant() => ForAll(300, seed =>
    {
        var world = new Amended(seed);
        var asOf = world.Start + Duration.FromDays(world.Random.Next(1, 20));
        var facts = world.Log().Effective(asOf);
        foreach (var reading in new VersionedClocks(world.Versions, new VersionedFacts(world.Versions, facts), asOf).Of("resolve"))
        {
            var starts = world.Versions.At(reading.StartedAt);
            // Where an amendment takes running clocks with it, another property says which target they have.
            if (world.Versions.All.All(v => v.Agreement.TicketPolicies.Amendment == AmendmentPolicy.KeepsTarget) && starts.Objectives.FirstOrDefault(o => o.Name == "resolve")?.Indicator is Indicator.Clock clock)
                reading.Target.ShouldBe(clock.Definition.TargetFor(reading.Priority), $"{reading.Ticket}, seed {seed}");
            foreach (var segment in reading.Segments)
                ((long)segment.Open.BclCompatibleTicks).ShouldBe(world.OpenIn(segment.During), $"{reading.Ticket} {segment}, seed {seed}");
        }
    });

    [Fact]
    public void The_random_amendments_show_all_that_can_happen()
    {
        Assert.SkipUnless(Seeds.AllCases, "With fewer cases not everything comes up.");
        var worlds = Enumerable.Range(1, 300).Select(seed => new Amended(seed)).ToList();
        var asOf = worlds[0].Start + Duration.FromDays(30);
        worlds.SelectMany(w => Evaluator.Clocks(w.Versions, w.Log().Effective(asOf), asOf).Where(r => w.Versions.At(r.StartedAt).Objectives.FirstOrDefault(o => o.Name == r.Clock)?.Indicator is Indicator.Clock c && c.Definition.TargetFor(r.Priority) != r.Target))
            .ShouldContain(r => r.Verdict == ClockVerdict.Breached);
        worlds.ShouldContain(w => w.Versions.All.Any(v => v.Agreement.Objectives.All(o => o.Name != "resolve")));
        worlds.ShouldContain(w => new VersionedFacts(w.Versions, w.Log().Effective(asOf)).All.Tickets.Any(t => !t.TurnsAt.IsEmpty));
        worlds.Select(w => w.Versions.All.Select(v => w.CalendarIn(v.Agreement)?.Zone).OfType<DateTimeZone>().Distinct().Count()).ShouldContain(zones => zones > 1);
        worlds.SelectMany(w => Evaluator.Evaluate(w.Versions, w.Log().Effective(asOf), Instant.FromUtc(2026, 1, 1, 0, 0), asOf, asOf).Objectives).ShouldContain(r => r.Period.IsCarriedOver && r.Volume > 0);
        worlds.SelectMany(w => Evaluator.Clocks(w.Versions, w.Log().Effective(asOf), asOf).GroupBy(r => (r.Ticket, r.Clock))).ShouldContain(g => g.Select(r => r.Target).Distinct().Count() > 1);
    }

    private static string Text(string ticket, IEnumerable<Fact> facts, TicketSurroundings around) =>
        $"{string.Join(',', facts.Select(f => around.Turns.TryGetValue(f.Key, out var belongs) ? $"{f.Id} {belongs}" : ""))} {string.Join(',', around.TurnsAt.GetValueOrDefault(ticket, []))} {around.NotMeasured.GetValueOrDefault(ticket)}";

    private static void ForAll(int times, Action<int> property) =>
        FsCheck.Check.One(Seeds.Config(times), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), property));

    /// <summary>A random agreement's tickets under two to four versions, which begin around them.</summary>
    private sealed class Amended
    {
        private static readonly TicketPolicies Takes = new() { Amendment = AmendmentPolicy.TakesNewTarget };

        private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"];

        public Amended(int seed, bool onlyTargets = false, bool takesClocks = false)
        {
            var world = new RandomAgreement(seed);
            Random = new Random(seed);
            Start = world.Day.Start - Duration.FromDays(2);
            var first = world.Agreement with { Objectives = [.. world.Agreement.Objectives.Where(o => o.Name == "resolve")], Services = [.. world.Agreement.Services, Shop.Service("mail")] };
            var dates = Enumerable.Range(0, Random.Next(1, 4)).Select(_ => world.Date.PlusDays(Random.Next(-1, 4))).Where(d => d > first.Term.From).Distinct().Order();
            Versions = new AgreementVersions([new AgreementVersion(first.Term.From, first), .. dates.Select(d => new AgreementVersion(d, onlyTargets ? WithTargets(takesClocks ? first with { TicketPolicies = Takes } : first) : Amend(first)))]);
            Facts = [.. world.Facts.Where(f => f.Subject.StartsWith("T-", StringComparison.Ordinal) && f.Data is not (FactData.Corrected or FactData.Retracted)), .. onlyTargets ? [] : Merges(world)];
        }

        public Random Random { get; }

        public Instant Start { get; }

        public AgreementVersions Versions { get; }

        public ImmutableArray<Fact> Facts { get; }

        public FactSet Log() => Shop.Log(Facts);

        public BusinessCalendar? CalendarIn(Agreement agreement) => (agreement.Objectives.FirstOrDefault(o => o.Name == "resolve")?.Indicator as Indicator.Clock)?.Definition.Calendar;

        /// <summary>The open time of the version in force, day by day and version by version; a version without the clock leaves the hours as they were.</summary>
        public long OpenIn(TickInterval span)
        {
            var open = 0L;
            BusinessCalendar? hours = null;
            for (var i = 0; i < Versions.All.Length; i++)
            {
                hours = CalendarIn(Versions.All[i].Agreement) ?? hours;
                var part = span.Intersect(Versions.InForce(i, i));
                open += part.IsEmpty ? 0 : (hours ?? CalendarIn(Versions.All.First(v => CalendarIn(v.Agreement) is not null).Agreement)!).Between(part.Start, part.End);
            }

            return open;
        }

        private Agreement WithTargets(Agreement agreement) => WithClock(agreement, c => c with
        {
            Targets = c.Targets.SetItem("P1", ClockSpan.Minutes(Random.Next(1, 300))),
            DefaultTarget = ClockSpan.Minutes(Random.Next(1, 600)),
        });

        private Agreement Amend(Agreement agreement)
        {
            agreement = WithTargets(agreement);
            if (Random.Next(2) == 0)
            {
                var office = new BusinessCalendar(new CalendarDefinition(
                    DateTimeZoneProviders.Tzdb[Zones[Random.Next(Zones.Length)]], new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(8, 0), new LocalTime(16, 30))) }));
                agreement = WithClock(agreement, c => c with { Calendar = office });
            }

            if (Random.Next(2) == 0)
                agreement = WithClock(agreement, c => c with { Reopening = new ReopenPolicy((ReopenEffect)Random.Next(3), Random.Next(2) == 0 ? ClockSpan.Minutes(Random.Next(600)) : null) });
            if (Random.Next(4) == 0)
                agreement = WithClock(agreement, c => c with { Pause = TicketCondition.Never });
            if (Random.Next(3) == 0)
                agreement = agreement with { MatchRules = [Rule("T-1", "mail"), .. Random.Next(2) == 0 ? [Rule("T-2", "mail")] : ImmutableArray<MatchRule>.Empty] };
            if (Random.Next(3) == 0)
                agreement = agreement with { Objectives = [.. agreement.Objectives.Select(o => o with { Service = Random.Next(2) == 0 ? "mail" : "" })] };
            if (Random.Next(6) == 0)
                agreement = agreement with { Services = [Shop.Service("mail")] };
            if (Random.Next(5) == 0)
                agreement = agreement with { TicketPolicies = new TicketPolicies { ResolvedStatuses = ["waiting"] } };
            if (Random.Next(3) == 0)
                agreement = agreement with { TicketPolicies = agreement.TicketPolicies with { Amendment = AmendmentPolicy.TakesNewTarget } };
            if (Random.Next(3) == 0)
                agreement = agreement with { TicketPolicies = agreement.TicketPolicies with { Leaving = LeavingPolicy.ClocksRunOn } };
            if (Random.Next(4) == 0)
                agreement = agreement with { Objectives = [] };
            return agreement;
        }

        private static Agreement WithClock(Agreement agreement, Func<ClockDefinition, ClockDefinition> with) => agreement with
        {
            Objectives = [.. agreement.Objectives.Select(o => o with { Indicator = (Indicator.Clock)o.Indicator with { Definition = with(((Indicator.Clock)o.Indicator).Definition) } })],
        };

        private static MatchRule Rule(string ticket, string service) => new([("subject", [new Glob(ticket)])], service, "", Shop.Stated);

        private IEnumerable<Fact> Merges(RandomAgreement world)
        {
            var tickets = world.Facts.Where(f => f.Subject.StartsWith("T-", StringComparison.Ordinal)).ToList();
            return tickets.Where(_ => Random.Next(12) == 0).Select(f => Shop.Fact(
                $"{f.Id}/merged", f.Time + Duration.FromMinutes(Random.Next(2000)), new FactData.TicketMerged(tickets[Random.Next(tickets.Count)].Subject), f.Subject, "desk", Shop.OfService("shop"))).ToList();
        }
    }
}
