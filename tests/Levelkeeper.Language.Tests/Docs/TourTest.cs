using System.Text;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Language.Tests.Docs;

/// <summary>The numbers of docs/tutorial.md, each worked out there by hand.</summary>
public class TourTest
{
    private static readonly Lazy<AgreementEvaluation> April = new(() =>
    {
        var agreement = Sample.Good(File.ReadAllText(Approved.PathOf("samples", "tour", "agreement.yaml")));
        var diagnostics = new DiagnosticBag();
        var log = new FactLog();
        // A file does not say when a fact was recorded: each counts as recorded when it happened.
        foreach (var fact in CloudEventReader.Read(new MemoryStream(File.ReadAllBytes(Approved.PathOf("samples", "tour", "facts.jsonl"))), "facts.jsonl", diagnostics))
            log.Append(fact, fact.Time);
        diagnostics.ShouldBeEmpty();
        var asOf = Instant.FromUtc(2026, 5, 10, 0, 0);
        var effective = log.ToSet().Effective(asOf);
        return Evaluator.Evaluate(agreement, effective, Instant.FromUtc(2026, 3, 31, 22, 0), Instant.FromUtc(2026, 4, 30, 22, 0), asOf);
    });

    private static ObjectiveEvaluation Of(string objective) => April.Value.Objectives.Single(o => o.Objective == objective);

    [Theory]
    [InlineData("uptime", 2149, 2151, Verdict.Met)]
    [InlineData("restore", 20 * 600_000_000L, 1, Verdict.Met)]
    [InlineData("answers", 3, 4, Verdict.Met)]
    [InlineData("solutions", 2, 3, Verdict.Breached)]
    [InlineData("satisfaction", 9, 10, Verdict.Met)]
    [InlineData("leads", 2, 3, Verdict.Met)]
    [InlineData("backups", 3, 4, Verdict.Met)]
    [InlineData("requests", 699, 700, Verdict.Met)]
    [InlineData("speed", 290 * 10_000L, 1, Verdict.Met)]
    public void The_level_of_April_is_the_one_of_the_tutorial(string objective, long numerator, long denominator, Verdict verdict)
    {
        var result = Of(objective);
        result.Period.Label.ShouldBe("2026-04");
        result.Level.ShouldNotBeNull().Value.ShouldBe(new Rational(numerator, denominator));
        result.Verdict.ShouldBe(verdict);
    }

    [Fact]
    public void Forty_of_43_minutes_and_1_2_seconds_of_the_error_budget_are_used()
    {
        var budget = Of("uptime").Budget.ShouldNotBeNull();
        budget.Allowed.ShouldBe(new Rational(25_812_000_000 * 10, 10)); // 0.1 % of 717 h is 2,581.2 s
        budget.Consumed.ShouldBe(40 * 600_000_000L);
    }

    [Fact]
    public void Each_representative_has_the_verdict_of_the_tutorial()
    {
        var members = Of("leads").Members;
        members.Select(m => (m.Member, m.Level!.Value.Value, m.Verdict)).ShouldBe([("ann", 11, Verdict.Met), ("ben", 9, Verdict.Breached), ("carl", 5, Verdict.Met)]);
    }

    [Fact]
    public void The_help_desks_word_on_the_service_is_set_aside_with_the_reason()
    {
        April.Value.Unmatched.ShouldBeEmpty();
        var left = April.Value.LeftOut.ShouldHaveSingleItem();
        left.Fact.Type.ShouldBe(FactTypes.ServiceDown);
        left.Reason.ShouldBe("the source 'desk' may not assert 'levelkeeper.service.down.v1' under this agreement");
    }

    [Fact]
    public void The_tour_has_nothing_to_warn_of_but_that_it_shows_more_objectives_than_people_watch() =>
        Sample.Read(File.ReadAllText(Approved.PathOf("samples", "tour", "agreement.yaml")), lint: true).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1727");
}
