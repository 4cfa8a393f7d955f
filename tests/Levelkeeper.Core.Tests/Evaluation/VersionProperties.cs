using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class VersionProperties
{
    [Fact]
    public void An_amendment_that_changes_nothing_gives_the_same_results() => ForAll(100, seed =>
    {
        var world = new RandomAgreement(seed);
        var facts = world.ShuffledLog(new Random(seed)).Effective(world.AsOf);
        var versions = Versions(world, world.Agreement, unchanged: true);
        Text(world, versions).ShouldBe(Text(world, AgreementVersions.Of(world.Agreement)));
        Clocks(versions).ShouldBe(Clocks(AgreementVersions.Of(world.Agreement)));

        IEnumerable<object> Clocks(AgreementVersions of) => Evaluator.Clocks(of, facts, world.AsOf).Select(c => (object)(c.Ticket, c.Clock, c.Cycle, c.Due, c.Spent, c.Verdict));
    });

    [Fact]
    public void An_amendment_that_cuts_nothing_but_the_books_moves_no_downtime() => ForAll(100, seed =>
    {
        var world = new RandomAgreement(seed);
        // The first minutes of an outage that lasts over the cut may not count yet at the cut; and an allowance with its own period may begin before either part.
        if (world.Policy.ShortestOutage > Duration.Zero || world.Policy.OutageUnit > Duration.Zero || world.Policy.Maintenance?.Allowance is not null)
            return;
        var asOf = world.Span.End + Duration.FromDays(3);
        var whole = Evaluate(AgreementVersions.Of(world.Agreement)).ToList();
        var parts = Evaluate(Versions(world, world.Agreement, unchanged: false)).ToList();
        Sum(parts, b => b.Allowed).ShouldBe(Sum(whole, b => b.Allowed));
        Sum(parts, b => b.Consumed).ShouldBe(Sum(whole, b => b.Consumed));

        static Rational Sum(IEnumerable<ObjectiveEvaluation> results, Func<BudgetReading, Rational> of) => results.Aggregate(Rational.Zero, (sum, r) => sum + of(r.Budget!));

        IEnumerable<ObjectiveEvaluation> Evaluate(AgreementVersions versions) =>
            Evaluator.Evaluate(versions, world.ShuffledLog(new Random(seed)).Effective(asOf), world.Span.Start, world.Span.End, asOf).Objectives.Where(o => o.Objective == "uptime");
    });

    [Fact]
    public void An_amendment_of_where_states_belong_needs_no_cut_to_leave_the_states_that_each_version_reads() => ForAll(150, seed =>
    {
        var world = new RandomAgreement(seed);
        if (world.Policy.ShortestOutage > Duration.Zero || world.Policy.FlappingGap > Duration.Zero || world.Policy.Maintenance?.Allowance is not null)
            return;
        var asOf = world.Span.End + Duration.FromDays(3);
        var elsewhere = new MatchRule([("type", [new Glob("*.service.*"), new Glob("*.probe.*"), new Glob("*.observer.*")]), ("subject", [new Glob(world.Components[0])])], "mail", "", Shop.Stated);
        var other = world.Agreement with { Services = [.. world.Agreement.Services, Shop.Service("mail")], MatchRules = [elsewhere] };
        var (first, second) = world.Random.Next(2) == 0 ? (world.Agreement, other) : (other, world.Agreement);
        var whole = Uptime(Versions(world, first, unchanged: true, second)).ShouldHaveSingleItem();
        var parts = Uptime(Versions(world, first, unchanged: false, second)).ToList();
        whole.Budget!.Consumed.ShouldBe(parts.Aggregate(Rational.Zero, (sum, r) => sum + r.Budget!.Consumed), $"seed {seed}");

        IEnumerable<ObjectiveEvaluation> Uptime(AgreementVersions versions) =>
            Evaluator.Evaluate(versions, world.ShuffledLog(new Random(seed)).Effective(asOf), world.Span.Start, world.Span.End, asOf).Objectives.Where(o => o.Objective == "uptime");
    });

    /// <summary>The agreement, and again from a day within the week or month around the world's day.</summary>
    private static AgreementVersions Versions(RandomAgreement world, Agreement agreement, bool unchanged, Agreement? then = null) => new(
        new AgreementVersion(agreement.Term.From, agreement),
        new AgreementVersion(LocalDate.Max(agreement.Term.From.PlusDays(1), world.Date.PlusDays(new Random(world.Date.DayOfYear + world.Facts.Length).Next(-2, 3))), then ?? agreement) { Unchanged = unchanged ? [.. agreement.Objectives.Select(o => o.Name)] : [] });

    private static string Text(RandomAgreement world, AgreementVersions versions) =>
        RandomAgreement.Text(Evaluator.Evaluate(versions, world.ShuffledLog(new Random(7)).Effective(world.AsOf), world.Day.Start, world.Day.End, world.AsOf));

    private static void ForAll(int times, Action<int> property) =>
        FsCheck.Check.One(Seeds.Config(times), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), property));
}
