using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Language.Tests.Tickets;
using NodaTime;

namespace Levelkeeper.Language.Tests.Contract;

/// <summary>A decision that was not seen is no default: what depends on it is not computed, and says so.</summary>
public class NotSeenTest
{
    private const string Credit = """
        currency: EUR
        services:
          shop: { title: Shop, fee: 100.00 per month }

        """;

    private static AgreementEvaluation January(string text)
    {
        var facts = new FactLog().ToSet().Effective(Instant.FromUtc(2026, 3, 1, 0, 0));
        return Evaluator.Evaluate(Sample.Good(text), facts, Instant.FromUtc(2025, 12, 31, 23, 0), Instant.FromUtc(2026, 1, 31, 23, 0), Instant.FromUtc(2026, 3, 1, 0, 0));
    }

    [Fact]
    public void An_objective_that_depends_on_one_has_insufficient_evidence_and_names_the_clause()
    {
        // Without the clause that was not seen, time without data counts as up: 100 %, met.
        January(Sample.Uptime("no-data: up\nbefore-first: up")).Objectives.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.Met);
        var result = January(Sample.Uptime("no-data: up\nbefore-first: up\nexcluding: not seen")).Objectives.ShouldHaveSingleItem();
        (result.Verdict, result.IfPendingApproved, result.Level).ShouldBe((Verdict.InsufficientEvidence, Verdict.InsufficientEvidence, null));
        var why = result.Explanation.Parts[0];
        why.Title.ShouldBe("not computed: not seen is 'objectives.it.excluding'");
        why.Clauses.ShouldHaveSingleItem().Path.ShouldBe("objectives.it.excluding");
    }

    [Theory]
    [InlineData("title: not seen")]
    [InlineData("weight: not seen")]
    [InlineData("benchmark: not seen")]
    [InlineData("burn-alerts: not seen")]
    public void What_is_only_shown_keeps_nothing_from_being_computed(string line)
    {
        var text = Sample.Uptime("no-data: up\nbefore-first: up\n" + line);
        January(text).Objectives.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.Met);
        Sample.Good(text).NotSeen.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_target_that_was_not_seen_is_neither_met_nor_missed()
    {
        var text = Sample.Objective("measure: availability\ntarget: not seen\nno-data: down");
        var objective = Sample.Good(text).Objectives.ShouldHaveSingleItem();
        (objective.IsTargetSeen, objective.TargetText).ShouldBe((false, "not seen"));
        January(text).Objectives.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.InsufficientEvidence);
    }

    [Fact]
    public void How_it_is_measured_may_be_not_seen() =>
        January(Sample.Objective("measure: not seen\ntarget: at least 99 %\nno-data: up")).Objectives.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.InsufficientEvidence);

    [Fact]
    public void The_time_allowed_may_be_not_seen() =>
        January(Sample.Objective("measure: time to resolve\nof: tickets of shop\nwithin: not seen\ntarget: every ticket")).Objectives.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.InsufficientEvidence);

    [Fact]
    public void The_time_that_a_clock_allows_may_be_not_seen() =>
        Sample.Good(Sample.With("clocks: { fix: { like: resolve, within: not seen } }\nobjectives:\n  it: { measure: time to fix, target: every ticket }\n"))
            .Objectives.ShouldHaveSingleItem().NotSeen.ShouldHaveSingleItem().Path.ShouldBe("clocks.fix.within");

    [Fact]
    public void Fees_may_be_seen_where_their_currency_was_not() =>
        Sample.Good(Sample.With("currency: not seen\nservices:\n  shop: { title: Shop, fee: 100.00 per month }\n")).NotSeen.ShouldHaveSingleItem().Path.ShouldBe("currency");

    [Fact]
    public void An_objective_whose_period_was_not_seen_has_one_result_for_the_whole_span()
    {
        var facts = new FactLog().ToSet().Effective(Instant.FromUtc(2026, 6, 1, 0, 0));
        var (from, to) = (Instant.FromUtc(2026, 1, 31, 23, 0), Instant.FromUtc(2026, 4, 30, 22, 0));
        var result = Evaluator.Evaluate(Sample.Good(Sample.Uptime("per: not seen")), facts, from, to, Instant.FromUtc(2026, 6, 1, 0, 0)).Objectives.ShouldHaveSingleItem();
        (result.Period.Span.Start, result.Period.Span.End).ShouldBe((from.ToUnixTimeTicks(), to.ToUnixTimeTicks()));
        result.Verdict.ShouldBe(Verdict.InsufficientEvidence);
    }

    [Theory]
    [InlineData("services:\n  shop: { title: Shop, hours: not seen }\n")]
    [InlineData("services:\n  shop: { title: Shop, essential: not seen }\n")]
    [InlineData("exclusions: not seen\nobjectives:\n  uptime: { measure: availability, target: at least 99 %, excluding: [flood] }\n")]
    [InlineData("exclusions: { flood: { at-most: not seen } }\nobjectives:\n  uptime: { measure: availability, target: at least 99 %, excluding: [flood] }\n")]
    [InlineData("maintenance: { shop: { notice: not seen } }\nobjectives:\n  uptime: { measure: availability, target: at least 99 %, excluding: [maintenance] }\n")]
    public void An_objective_depends_on_what_stands_elsewhere(string fragment) =>
        Sample.Good(Sample.With(fragment)).Objectives.ShouldHaveSingleItem().NotSeen.ShouldHaveSingleItem();

    [Theory]
    [InlineData("exclusions: { flood: { at-most: not seen } }\n")]
    [InlineData("maintenance: { shop: { notice: not seen } }\n")]
    [InlineData("services:\n  shop: { title: Shop, team: not seen }\n")]
    public void An_objective_does_not_depend_on_what_it_does_not_use(string fragment) =>
        Sample.Good(Sample.With(fragment)).Objectives.ShouldHaveSingleItem().NotSeen.ShouldBeEmpty();

    [Theory]
    [InlineData("credit: { pay: not seen }", "remedies.credit.credit.pay")]
    [InlineData("credit: not seen", "remedies.credit.credit")]
    [InlineData("credit: { of: not seen, pay: 10 % }", "remedies.credit.credit.of")]
    [InlineData("credit: { pay: 10 %, cap-per-period: not seen }", "remedies.credit.credit.cap-per-period")]
    [InlineData("credit: { tiers: [ { from: not seen, below: 99.9 %, pay: 10 % } ] }", "remedies.credit.credit.tiers[0].from")]
    [InlineData("credit: { pay: 10 % }, claim: not seen", "remedies.credit.claim")]
    [InlineData("credit: { pay: 10 % }, claim: { within: not seen }", "remedies.credit.claim.within")]
    public void A_remedy_that_depends_on_one_is_marked(string lines, string path)
    {
        var agreement = Sample.Good(Sample.With(Credit + $"remedies:\n  credit: {{ when: uptime is missed, {lines} }}\n"));
        agreement.Remedies.ShouldHaveSingleItem().NotSeen.ShouldHaveSingleItem().Path.ShouldBe(path);
        agreement.Objectives.ShouldHaveSingleItem().NotSeen.ShouldBeEmpty();
    }

    [Fact]
    public void A_remedy_depends_on_what_its_objective_depends_on_and_on_the_fee()
    {
        var agreement = Sample.Good(Sample.With("""
            currency: EUR
            services:
              shop: { title: Shop, fee: not seen, hours: not seen }
            remedies:
              credit: { when: uptime is missed, credit: { pay: 10 % } }

            """));
        agreement.Remedies.ShouldHaveSingleItem().NotSeen.Select(c => c.Path).ShouldBe(["services.shop.fee", "services.shop.hours"], ignoreOrder: true);
    }

    [Fact]
    public void No_cap_of_100_percent_is_assumed_where_the_cap_was_not_seen()
    {
        var remedy = Sample.Good(Sample.With(Credit + "remedies:\n  credit: { when: uptime is missed, credit: { pay: 10 %, cap-per-period: not seen } }\n")).Remedies.ShouldHaveSingleItem();
        remedy.Benefit.ShouldBeOfType<Benefit.Payment>().Amount.PerPeriod.ShouldBeNull();
    }

    [Fact]
    public void All_remedies_may_be_not_seen() => Sample.Good(Sample.With("remedies: not seen\n")).NotSeen.ShouldHaveSingleItem().Path.ShouldBe("remedies");

    [Fact]
    public void In_quotes_the_words_are_a_text() => Sample.Good(Sample.Uptime("title: 'not seen'")).Objectives.ShouldHaveSingleItem().Title.ShouldBe("not seen");

    [Fact]
    public void Time_without_evidence_that_is_unknown_is_a_decision_that_was_seen()
    {
        var objective = Sample.Good(Sample.Uptime("no-data: unknown\nbefore-first: unknown")).Objectives.ShouldHaveSingleItem();
        objective.NotSeen.ShouldBeEmpty();
    }

    [Fact]
    public void Lint_says_of_each_what_is_not_computed()
    {
        var (_, diagnostics) = Sample.Read(Sample.With(Credit + """
            objectives:
              uptime: { measure: availability, target: at least 99.9 %, degraded: not seen }
            remedies:
              credit: { when: uptime is missed, credit: { pay: 10 % } }

            """), lint: true);
        var note = diagnostics.ShouldHaveSingleItem();
        (note.Code, note.Severity).ShouldBe(("LK1736", Severity.Note));
        note.Message.ShouldBe("'objectives.uptime.degraded' was not seen: 'uptime', 'credit' are not computed.");
    }

    [Theory]
    [InlineData("status is waiting", 1)]
    [InlineData("not seen", 0)]
    public void A_clock_of_which_a_decision_was_not_seen_does_not_run(string pause, int running)
    {
        new Desk().Reported(Desk.At(2, 9)).All(Desk.Clock("respond", "within: 1 h\npause: " + pause), "respond", Desk.At(2, 10)).Length.ShouldBe(running);
    }
}
