using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
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
            var program = ClockProgram.Compile([resolve], TicketPolicies.Default, new DiagnosticBag())!;
            var reader = new TicketEventReader(program);
            Fact[] facts = [.. world.Facts.Where(f => f.Subject.StartsWith("T-", StringComparison.Ordinal))];
            var end = world.Day.End + Duration.FromDays(world.Random.Next(1, 4));
            var start = world.Day.Start - Duration.FromDays(2);

            var live = new LiveClocks(program, start, capacity: 1);
            var changes = new List<VerdictChange>();
            var known = new Dictionary<string, List<Fact>>();
            Fact[] shuffled = [.. facts];
            world.Random.Shuffle(shuffled);
            var now = start;
            foreach (var fact in shuffled)
            {
                if (!known.TryGetValue(fact.Subject, out var own))
                    known.Add(fact.Subject, own = []);
                own.Add(fact);
                own.Sort(Fact.CompareWithinEntity);
                if (!ReferenceEquals(own[^1], fact) || !Events(reader, [fact]).All(e => live.TryApply(Key(fact.Subject), e, changes)))
                    live.Refold(Key(fact.Subject), Events(reader, own), changes);
                if (world.Random.Next(3) == 0)
                    live.AdvanceTo(now += Duration.FromMinutes(world.Random.Next(0, 300)), changes);
            }

            live.AdvanceTo(end, changes);
            var replayed = TicketClocks.Evaluate(program, facts, end).GroupBy(r => r.Ticket).ToDictionary(g => g.Key, g => g.Last().Verdict);
            foreach (var ticket in known.Keys)
                live.VerdictOf(Key(ticket), 0).ShouldBe(replayed[ticket], ticket);
            live.Count.ShouldBe(known.Count);
        }));

    [Fact]
    public void The_random_agreements_show_every_verdict()
    {
        Assert.SkipUnless(Seeds.AllCases, "With fewer cases not every verdict comes up.");
        var seen = Enumerable.Range(1, 400).SelectMany(seed =>
        {
            var world = new RandomAgreement(seed);
            return world.Evaluate(world.ShuffledLog(world.Random)).Objectives.Select(o => (o.Objective, o.Verdict));
        }).ToHashSet();
        seen.Where(s => s.Objective == "uptime").Select(s => s.Verdict).Order().ShouldBe(Enum.GetValues<Verdict>());
        Verdict[] counted = [Verdict.Met, Verdict.Breached, Verdict.AtRisk, Verdict.NoActivity];
        seen.Where(s => s.Objective == "resolve").Select(s => s.Verdict).Order().ShouldBe(counted);
        // One back-up a day: what is missed cannot be made good, so the day is never merely at risk.
        seen.Where(s => s.Objective == "backups").Select(s => s.Verdict).Order().ShouldBe([Verdict.Met, Verdict.Breached, Verdict.NoActivity]);
    }

    private static UInt128 Key(string ticket) => (UInt128)(ticket[^1] - '0');

    private static TicketEvent[] Events(TicketEventReader reader, List<Fact> facts)
    {
        var events = new List<TicketEvent>();
        foreach (var fact in facts)
            reader.Read(fact, events);
        return [.. events];
    }
}
