using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Statements;
using Levelkeeper.Runtime.Retention;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Retention;

/// <summary>Whatever happened, and whatever happens then: what retention lets go of changes no statement of a period that is not settled, now or later.</summary>
public sealed class RetentionProperties
{
    private const int Years = 3;
    private const int MonthsAfter = 8;

    private int _worlds;
    private int _lettingGo;
    private long _gone;

    [Fact]
    public void Nothing_that_is_open_changes_now_or_later()
    {
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed => Holds(seed, RetentionWorld.Form)).Check(Seeds.Config(30));
        // It would hold of a retention that keeps everything.
        if (Seeds.AllCases)
            (_lettingGo * 3).ShouldBeGreaterThan(_worlds, $"{_lettingGo} of {_worlds} worlds let something go, {_gone} facts");
    }

    [Fact]
    public void It_holds_by_the_clauses_alone_without_the_proof_by_working_out() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed => Holds(seed, static _ => "")).Check(Seeds.Config(30));

    private void Holds(int seed, Func<Statement, string> form)
    {
        var world = new RetentionWorld(seed);
        var (gone, archived, from, edge) = (new HashSet<long>(), (Instant?)null, Instant.MinValue, "");
        for (var month = 0; month < 12 * Years; month++)
            world.Pass(month, Issue);
        var now = RetentionWorld.Month(12 * Years).During.StartInstant + Duration.FromDays(13);
        var plan = RetentionPlanner.Make([new RetainedAgreement(world.Versions.Latest.Id, world.Versions, [.. world.Issued], null)], world.Log, [], now, world.Age, form);
        _worlds++;
        _lettingGo += plan.Sequences.IsEmpty ? 0 : 1;
        _gone += plan.Sequences.Length;

        (gone, archived, from, edge) = ([.. plan.Sequences], plan.Agreements[0].Edge.ArchivedUntil, plan.Agreements[0].Edge.FactsFrom ?? Instant.MinValue, $"{plan.Agreements[0]}");
        for (var month = 12 * Years; month < 12 * Years + MonthsAfter; month++)
            world.Pass(month, Issue);

        Statement Issue(Core.Periods.Period month, Instant at)
        {
            var whole = Make(world, world.Log, month, at, null);
            if (gone.Count > 0)
            {
                var kept = Make(world, world.Log.Where(f => !gone.Contains(f.LogSequence)), month, at, archived);
                RetentionWorld.Form(kept, from).ShouldBe(RetentionWorld.Form(whole, from), $"seed {seed}, {world.Versions.Latest.Id}, {month.Label}: {edge}");
            }

            return whole;
        }
    }

    private static Statement Make(RetentionWorld world, IEnumerable<StampedFact> facts, Core.Periods.Period month, Instant at, Instant? archived) =>
        StatementMaker.Make(world.Versions, FactSet.Of(facts.Where(f => f.Recorded <= at)).Effective(at), month, at, world.Issued, archived);
}
