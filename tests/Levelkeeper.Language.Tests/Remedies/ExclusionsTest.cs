using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Remedies;
using NodaTime;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>
/// Who may claim that downtime must not count, by when, with what evidence, who decides, what silence means, and how much a cause excuses. A credit of 30.00 for each hour down, when more than 7.2 h of
/// April were; from 3 April 00:00 on 20 h were down, of which a claim says 12 h were the flood's.
/// </summary>
public class ExclusionsTest
{
    private const string All = "600.00";
    private const string Excused = "240.00";

    private static Ledger Deal(string rule, string objective = "", string people = "") => new(
        people + Section("exclusions", $"flood: {{ {rule} }}")
        + Section("objectives", $"uptime: {{ measure: availability, of: shop, target: at least 99 %, excluding: [flood], before-first: up, confirmed-after: 1 check, degraded: shown apart{objective} }}")
        + Section("remedies", "it: { when: uptime at most 100 %, credit: { pay: 30.00 per hour } }"));

    private static Ledger Flood(string rule, string objective = "", string people = "") => Deal(rule, objective, people).Down(At(4, 3), Hours(20));

    private static FactData.ExclusionClaimed Claim(string by = "", string evidence = "a picture", string name = "X", Instant? start = null, double hours = 12) =>
        new(name, start ?? At(4, 3), (start ?? At(4, 3)) + Hours(hours), "flood", "the river", evidence) { By = by };

    private static FactData.ExclusionDecided Decision(string by, bool approved = true, string name = "X") => new(name, approved, by, "");

    /// <summary>Claimed at noon of 3 April, approved by the customer on the 5th, unless a test says otherwise.</summary>
    private static Ledger Approved(string rule, string by = "customer") => Flood(rule).Add(At(4, 3, 12), Claim()).Add(At(4, 5), Decision(by));

    private static string Remark(Ledger ledger, Instant asOf) => Nodes(Uptime(ledger, asOf).Explanation).Single(n => n.Title == "exclusion X: flood").Remark;

    private static ObjectiveEvaluation Uptime(Ledger ledger, Instant asOf) => ledger.Results(asOf).Single(r => r.Period.Label == "2026-04");

    private static IEnumerable<Explanation> Nodes(Explanation node) => node.Parts.SelectMany(Nodes).Prepend(node);

    [Fact]
    public void What_was_claimed_and_approved_in_time_is_excused()
    {
        Approved("claim-within: 24 h, decided-within: 5 days").April().ShouldBe(Excused);
        Remark(Approved("claim-within: 24 h, decided-within: 5 days"), At(5, 1)).ShouldBe("approved: what went wrong in it does not count");
    }

    [Theory]
    // The flood began on the 3rd; what counts is when the claim was recorded.
    [InlineData("claim-within: 24 h", 4, 0, 0, Excused)]
    [InlineData("claim-within: 24 h", 4, 0, 1, All)]
    // The 3rd is a Friday.
    [InlineData("claim-within: 2 business days", 7, 0, 0, Excused)]
    [InlineData("claim-within: 2 business days", 7, 0, 1, All)]
    [InlineData("definition: high water", 29, 0, 0, Excused)]
    public void A_claim_that_was_recorded_too_late_counts_for_nothing(string rule, int day, int hour, int minute, string expected)
    {
        var ledger = Flood(rule).Add(At(4, 3, 12), Claim(), recorded: At(4, day, hour, minute)).Add(At(4, 30), Decision("customer"));
        ledger.April().ShouldBe(expected);
        if (expected == All)
            Remark(ledger, At(5, 1)).ShouldBe("claimed after the time agreed for it: it counts");
    }

    [Theory]
    [InlineData("provider", "provider", Excused)]
    [InlineData("provider", "Northhost", Excused)]
    [InlineData("provider", "bea", Excused)]
    [InlineData("provider", "Bea Bell", Excused)]
    [InlineData("provider", "", Excused)]
    [InlineData("provider", "customer", All)]
    [InlineData("provider", "Acme", All)]
    [InlineData("provider", "ito", All)]
    [InlineData("provider", "somebody", All)]
    [InlineData("customer", "customer", Excused)]
    [InlineData("customer", "provider", All)]
    [InlineData("either", "provider", Excused)]
    [InlineData("either", "customer", Excused)]
    public void A_claim_counts_of_the_side_that_may_make_it(string mayClaim, string by, string expected)
    {
        const string people = "people: { bea: { name: Bea Bell }, ito: { name: Ms Ito, of: customer } }\n";
        var ledger = Flood($"claimed-by: {mayClaim}", people: people).Add(At(4, 3, 12), Claim(by)).Add(At(4, 5), Decision("ito"));
        ledger.April().ShouldBe(expected);
        if (expected == All)
            Remark(ledger, At(5, 1)).ShouldBe("claimed by a side that may not claim it: it counts");
    }

    [Theory]
    [InlineData("definition: high water", "", All)]
    [InlineData("evidence: required", "", All)]
    [InlineData("evidence: logs and a report", "", All)]
    [InlineData("evidence: logs and a report", "the report", Excused)]
    [InlineData("evidence: not required", "", Excused)]
    public void A_claim_without_the_evidence_that_is_asked_for_counts_for_nothing(string rule, string evidence, string expected)
    {
        var ledger = Flood(rule).Add(At(4, 3, 12), Claim(evidence: evidence)).Add(At(4, 5), Decision("customer"));
        ledger.April().ShouldBe(expected);
        if (expected == All)
            Remark(ledger, At(5, 1)).ShouldBe("claimed without the evidence that is asked for: it counts");
    }

    [Fact]
    public void Evidence_can_be_brought_while_the_time_to_claim_runs()
    {
        var ledger = Flood("claim-within: 24 h").Add(At(4, 3, 12), Claim(evidence: "")).Add(At(4, 3, 20), Claim()).Add(At(4, 5), Decision("customer"));
        ledger.April().ShouldBe(Excused);
        Flood("claim-within: 24 h").Add(At(4, 3, 12), Claim(evidence: "")).Add(At(4, 4, 20), Claim()).Add(At(4, 5), Decision("customer")).April().ShouldBe(All);
        // A late claim takes nothing from one that came in time: 12 h stay excused, not 20.
        Flood("claim-within: 24 h").Add(At(4, 3, 12), Claim()).Add(At(4, 4, 20), Claim(hours: 20)).Add(At(4, 5), Decision("customer")).April().ShouldBe(Excused);
    }

    [Theory]
    [InlineData("customer", "customer", Excused)]
    [InlineData("customer", "Acme", Excused)]
    [InlineData("customer", "provider", All)]
    [InlineData("provider", "provider", Excused)]
    [InlineData("provider", "customer", All)]
    [InlineData("third party", "the auditor", Excused)]
    [InlineData("third party", "customer", All)]
    [InlineData("customer", "the auditor", All)]
    public void Only_the_decision_of_who_decides_counts(string decides, string by, string expected) => Approved($"decided-by: {decides}", by).April().ShouldBe(expected);

    [Fact]
    public void Where_both_sides_decide_both_must_approve()
    {
        const string both = "decided-by: both";
        Approved(both, "customer").April().ShouldBe(All);
        Uptime(Approved(both, "customer"), At(5, 1)).IfApproved.ShouldNotBeNull();
        Approved(both, "customer").Add(At(4, 6), Decision("provider")).April().ShouldBe(Excused);
        var rejected = Approved(both, "customer").Add(At(4, 6), Decision("provider", approved: false));
        rejected.April().ShouldBe(All);
        Uptime(rejected, At(5, 1)).IfApproved.ShouldBeNull();
        // One side may change its mind.
        rejected.Add(At(4, 7), Decision("provider")).April().ShouldBe(Excused);
    }

    [Fact]
    public void Until_the_time_to_decide_is_over_a_claim_is_pending_and_then_silence_decides()
    {
        Ledger Silent(string silence) => Flood($"decided-within: 5 days{silence}").Add(At(4, 3, 12), Claim());
        foreach (var (silence, expected, remark) in new[]
        {
            ("", All, "nobody decided in time, and silence rejects: it counts"),
            (", silence: rejects", All, "nobody decided in time, and silence rejects: it counts"),
            (", silence: approves", Excused, "nobody decided in time, and silence approves: what went wrong in it does not count"),
        })
        {
            var pending = Silent(silence).Owed(At(4, 8, 12), At(5, 1)).Lines[^1];
            (Money(pending.WouldBe), Money(pending.IfApproved!.Value)).ShouldBe((All, Excused));
            Silent(silence).Owed(At(4, 8, 12, 1), At(5, 1)).Lines[^1].IfApproved.ShouldBeNull();
            Silent(silence).April().ShouldBe(expected);
            Remark(Silent(silence), At(5, 1)).ShouldBe(remark);
        }
    }

    [Theory]
    [InlineData(8, 12, 0, Excused)]
    [InlineData(8, 12, 1, All)]
    public void A_decision_counts_when_it_was_recorded_in_time(int day, int hour, int minute, string expected) =>
        Flood("decided-within: 5 days").Add(At(4, 3, 12), Claim()).Add(At(4, 6), Decision("customer"), recorded: At(4, day, hour, minute)).April().ShouldBe(expected);

    [Fact]
    public void A_rejection_in_time_stands_against_silence_that_approves() =>
        Flood("decided-within: 5 days, silence: approves").Add(At(4, 3, 12), Claim()).Add(At(4, 6), Decision("customer", approved: false)).April().ShouldBe(All);

    [Fact]
    public void Silence_does_not_approve_what_counts_for_nothing() =>
        Flood("claim-within: 24 h, decided-within: 5 days, silence: approves").Add(At(4, 5), Claim()).April().ShouldBe(All);

    [Fact]
    public void A_cause_of_which_the_agreement_says_nothing_is_decided_by_anybody()
    {
        var ledger = new Ledger(Section("objectives", "uptime: { measure: availability, of: shop, target: at least 99 %, excluding: [flood], before-first: up, confirmed-after: 1 check, degraded: shown apart }")
            + Section("remedies", "it: { when: uptime is missed, credit: { pay: 30.00 per hour } }")).Down(At(4, 3), Hours(20)).Add(At(4, 28), Claim(evidence: "")).Add(At(4, 29), Decision("somebody"));
        ledger.April().ShouldBe(Excused);
    }

    [Theory]
    // 12 h are claimed; of at most 5 h the rest counts: 15 h.
    [InlineData("at-most: 5 h", "450.00")]
    [InlineData("at-most: 5 h per month", "450.00")]
    [InlineData("at-most: 12 h", Excused)]
    [InlineData("at-most: 24 h", Excused)]
    [InlineData("at-most: 0 h", All)]
    public void A_cause_excuses_so_much_at_most_in_order_of_time(string rule, string expected)
    {
        Approved(rule).April().ShouldBe(expected);
        if (expected == "450.00")
            Uptime(Approved(rule), At(5, 1)).Outages.ShouldHaveSingleItem().Excused.ShouldBe(5 * NodaConstants.TicksPerHour);
    }

    [Fact]
    public void Only_downtime_uses_up_what_a_cause_excuses()
    {
        // Two claims of 10 h each; in the first only 2 h were down, in the second 6 h: of 5 h three are left for it. 2 + 6 - 5 = 3 h count; with 20 h more 23 h.
        var ledger = Flood("at-most: 5 h").Down(At(4, 10), Hours(2)).Down(At(4, 20), Hours(6))
            .Add(At(4, 11), Claim(name: "A", start: At(4, 9, 16), hours: 10)).Add(At(4, 21), Claim(name: "B", start: At(4, 20), hours: 10)).Add(At(4, 22), Decision("customer", name: "A")).Add(At(4, 22), Decision("customer", name: "B"));
        ledger.April().ShouldBe("690.00");
    }

    [Fact]
    public void Overlapping_claims_use_it_up_once()
    {
        // Two claims of the same 4 h of downtime: 4 of 6 h are used, 2 are left for the other 4 h: 28 - 6 = 22 h count.
        var ledger = Flood("at-most: 6 h").Down(At(4, 10), Hours(4)).Down(At(4, 20), Hours(4))
            .Add(At(4, 11), Claim(name: "A", start: At(4, 10), hours: 4)).Add(At(4, 11, 1), Claim(name: "B", start: At(4, 10), hours: 4)).Add(At(4, 21), Claim(name: "C", start: At(4, 20), hours: 4));
        foreach (var name in new[] { "A", "B", "C" })
            ledger.Add(At(4, 22), Decision("customer", name: name));
        ledger.April().ShouldBe("660.00");
    }

    [Fact]
    public void A_limit_of_a_year_is_used_up_over_the_months()
    {
        // 5 h a year: 3 h in January leave 2 h for April: of 20 h 18 count.
        var ledger = Approved("at-most: 5 h per year").Down(At(1, 10), Hours(3)).Add(At(1, 11), Claim(name: "J", start: At(1, 10), hours: 3)).Add(At(1, 12), Decision("customer", name: "J"));
        ledger.April().ShouldBe("540.00");
    }

    [Fact]
    public void A_limit_of_a_month_is_whole_again_within_a_yearly_period()
    {
        // 5 h a month: January's 8 h leave 3, April's 12 claimed of 20 leave 15: 18 h of the year count.
        var ledger = Flood("at-most: 5 h per month", ", per: year").Add(At(4, 3, 12), Claim()).Add(At(4, 5), Decision("customer"))
            .Down(At(1, 10), Hours(8)).Add(At(1, 11), Claim(name: "J", start: At(1, 10), hours: 8)).Add(At(1, 12), Decision("customer", name: "J"));
        Money(ledger.Owes("it/2026", At(1, 1, year: 2027)).Amount).ShouldBe("540.00");
    }

    [Fact]
    public void An_amendment_that_cuts_a_period_gives_nobody_a_second_limit()
    {
        // 5 h in April: 4 h of the first half's outage, 1 h of the second's 4 h; 3 h count in the second half.
        var ledger = new Ledger(Section("exclusions", "flood: { at-most: 5 h }")
            + Section("objectives", "uptime: { measure: availability, of: shop, target: at least 99 %, excluding: [flood], before-first: up, confirmed-after: 1 check, degraded: shown apart }")
            + Section("remedies", "it: { when: uptime at most 100 %, credit: { pay: 30.00 per hour } }")
            + "amendments:\n  - { from: 2026-04-16, changes: { objectives: { uptime: { target: at least 98 % } } } }\n")
            .Down(At(4, 3), Hours(4)).Down(At(4, 20), Hours(4)).Add(At(4, 4), Claim(name: "A", hours: 4)).Add(At(4, 21), Claim(name: "B", start: At(4, 20), hours: 4))
            .Add(At(4, 22), Decision("customer", name: "A")).Add(At(4, 22), Decision("customer", name: "B"));
        ledger.Owed(At(5, 1)).Lines.Where(l => l.Name.Period.StartsWith("2026-04", StringComparison.Ordinal)).Select(l => Money(l.Amount)).ShouldBe(["0.00", "90.00"]);
    }

    [Fact]
    public void The_explanation_says_how_much_a_cause_excuses() => Remark(Approved("at-most: 5 h"), At(5, 1)).ShouldBe("approved: what went wrong in it does not count; its cause excuses at most 5 h in the period, in order of time");

    [Fact]
    public void A_limit_in_a_rolling_time_has_no_instant_at_which_it_is_whole_again()
    {
        var (_, diagnostics) = Sample.Read(Sample.With(Section("exclusions", "flood: { at-most: 5 h per rolling 30 days }")));
        diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1503");
    }
}
