using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class LiveProperties
{
    [Fact]
    public void Clocks_kept_live_through_late_and_shuffled_facts_equal_the_replay_of_the_log() =>
        FsCheck.Check.One(Seeds.Config(200), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var world = new RandomAgreement(seed);
            var resolve = ((Indicator.Clock)world.Agreement.Objectives.Single(o => o.Name == "resolve").Indicator).Definition;
            // In some worlds the back-ups are the customer's, who is late with them now and then.
            var backup = new DutyDefinition("Back-ups", PartyRole.Customer, ((Indicator.Duty)world.Agreement.Objectives.Single(o => o.Name == "backups").Indicator).Rule) { Delays = ["resolve"] };
            var agreement = world.Agreement with { Duties = world.Random.Next(2) == 0 ? [backup] : [] };
            if (!agreement.Duties.IsEmpty)
                resolve = resolve with { Lateness = [new LatenessRule(ClockTemplates.OnDuty("back-up").Name, LatenessEffect.Pauses)] };
            var versions = AgreementVersions.Of(agreement);
            var clock = MeasuredClock.Of(versions, "resolve", new CalendarInForce());
            var program = ClockProgram.Compile([resolve, ClockTemplates.Recover(ClockSpan.Minutes(200)) with { Calendar = resolve.Calendar }, .. agreement.ActingOn(resolve)], TicketPolicies.Default, new DiagnosticBag())!;
            Fact[] facts = [.. world.Facts.Where(f => IsOfTicket(f) || f.Data is FactData.StateChanged or FactData.Probed or FactData.DutyDone), .. BetweenTickets(world)];
            world.Random.Shuffle(facts);

            var log = new FactLog();
            var known = log.ToSet().Effective(Instant.MaxValue);
            var now = world.Day.Start - Duration.FromDays(2);
            var changes = new List<VerdictChange>();
            var live = new LiveTickets(program, now, ticket => [.. known.Of(ticket).Facts.Select(f => f.Fact)], 1);
            foreach (var fact in facts)
            {
                log.Append(fact, fact.Time);
                known = log.ToSet().Effective(Instant.MaxValue);
                live.Apply(fact, changes);
                if (world.Random.Next(3) == 0)
                    live.AdvanceTo(now += Duration.FromMinutes(world.Random.Next(0, 300)), changes);
                Same();
            }

            live.AdvanceTo(now = Instant.Max(now, world.Day.End + Duration.FromDays(world.Random.Next(1, 4))), changes);
            Same();

            void Same()
            {
                // Outages are judged by checks that confirm each other, so what a ticket shares can change with every check.
                var matched = new VersionedFacts(versions, log.ToSet().Effective(now));
                var around = clock.Surroundings(matched);
                live.Surround(around, agreement.Duties.IsEmpty ? [] : facts.Where(IsOfTicket).Select(f => f.Subject), changes);
                var replayed = TicketClocks.Evaluate(program, matched.All.Tickets.SelectMany(t => t.Facts).Select(f => f.Fact), now, around).ToLookup(r => (r.Ticket, r.Clock));
                foreach (var ticket in facts.Where(IsOfTicket).Select(f => f.Subject).Distinct())
                {
                    live.VerdictOf(ticket, 0).ShouldBe(replayed[(ticket, "resolve")].LastOrDefault()?.Verdict, $"{ticket} as of {now}, seed {seed}");
                    live.VerdictOf(ticket, 1).ShouldBe(replayed[(ticket, "recover")].LastOrDefault()?.Verdict, $"{ticket} as of {now}, seed {seed}");
                }
            }
        }));

    [Fact]
    public void The_random_agreements_show_every_verdict()
    {
        Assert.SkipUnless(Seeds.AllCases, "With fewer cases not every verdict comes up.");
        string[] wide = ["uptime", "each server"];
        var seen = new HashSet<(string Objective, Verdict Verdict)>();
        // A day that is at risk is rare: as many worlds as it takes, and no more.
        for (var seed = 1; seed <= 4000 && (seed <= 400 || wide.Any(w => seen.Count(s => s.Objective == w) < Enum.GetValues<Verdict>().Length)); seed++)
        {
            var world = new RandomAgreement(seed);
            seen.UnionWith(world.Evaluate(world.ShuffledLog(world.Random)).Objectives.Select(o => (o.Objective, o.Verdict)));
        }

        foreach (var objective in wide)
            seen.Where(s => s.Objective == objective).Select(s => s.Verdict).Order().ShouldBe(Enum.GetValues<Verdict>(), ignoreOrder: false, objective);
        Verdict[] counted = [Verdict.Met, Verdict.Breached, Verdict.AtRisk, Verdict.NoActivity];
        seen.Where(s => s.Objective == "resolve").Select(s => s.Verdict).Order().ShouldBe(counted);
        // One back-up a day: what is missed cannot be made good, so the day is never merely at risk.
        seen.Where(s => s.Objective == "backups").Select(s => s.Verdict).Order().ShouldBe([Verdict.Met, Verdict.Breached, Verdict.NoActivity]);
    }

    private static bool IsOfTicket(Fact fact) => fact.Subject.StartsWith("T-", StringComparison.Ordinal);

    /// <summary>Tickets are linked to the service and its components, and merged into one another.</summary>
    private static IEnumerable<Fact> BetweenTickets(RandomAgreement world)
    {
        var tickets = world.Facts.Where(IsOfTicket).ToList();
        foreach (var fact in tickets.Where(_ => world.Random.Next(4) == 0))
        {
            FactData data = world.Random.Next(3) == 0
                ? new FactData.TicketMerged(tickets[world.Random.Next(tickets.Count)].Subject)
                : new FactData.TicketLinked(world.Random.Next(2) == 0 ? "shop" : world.Components[world.Random.Next(world.Components.Length)]);
            yield return Shop.Fact($"{fact.Id}/with", fact.Time + Duration.FromMinutes(world.Random.Next(300)), data, fact.Subject, "desk", Shop.OfService("shop"));
        }
    }
}
