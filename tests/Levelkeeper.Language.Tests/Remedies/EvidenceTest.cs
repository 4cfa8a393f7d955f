using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Remedies;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>What is owed where data is missing, where a decision is pending, and where a clause was not seen.</summary>
public class EvidenceTest
{
    private const string Tiers = "tiers: [ { from: 98 %, below: 99 %, pay: 10 % }, { below: 98 %, pay: 25 % } ]";

    [Fact]
    public void Where_both_ends_miss_the_certain_part_is_paid_and_the_most_is_shown()
    {
        // 10 h down for certain (98.61 %); of 8 h nobody knows: down too it is 97.5 %.
        var line = Credit(Tiers).Down(At(4, 3), Hours(10)).Unknown(At(4, 20), At(4, 20, 8)).Owes("it/2026-04", At(5, 1));
        (line.State, Money(line.Amount), Money(line.AtMost)).ShouldBe((OwedState.Owed, "300.00", "750.00"));
        line.Steps.ShouldContain(s => s.Kind == AmountStepKind.Certain);
    }

    [Fact]
    public void Where_the_verdict_itself_is_open_nothing_is_paid()
    {
        // 5 h down for certain are within the 7.2 h; with 8 h of which nobody knows they are not.
        var line = Credit(Tiers).Down(At(4, 3), Hours(5)).Unknown(At(4, 20), At(4, 20, 8)).Owes("it/2026-04", At(5, 1));
        (line.State, Money(line.Amount), Money(line.AtMost)).ShouldBe((OwedState.InsufficientEvidence, "0.00", "300.00"));
    }

    [Fact]
    public void A_cap_limits_the_most_too()
    {
        var line = Credit(Tiers + ", cap-per-period: 20 %").Down(At(4, 3), Hours(10)).Unknown(At(4, 20), At(4, 20, 8)).Owes("it/2026-04", At(5, 1));
        (Money(line.Amount), Money(line.AtMost), line.CapReached).ShouldBe(("300.00", "600.00", false));
    }

    [Fact]
    public void Missing_data_that_changes_nothing_leaves_one_amount()
    {
        var line = Credit("pay: 10 %").Down(At(4, 3), Hours(10)).Unknown(At(4, 20), At(4, 20, 8)).Owes("it/2026-04", At(5, 1));
        (Money(line.Amount), Money(line.AtMost)).ShouldBe(("300.00", "300.00"));
    }

    [Fact]
    public void A_bonus_that_the_evidence_leaves_open_is_not_owed()
    {
        // At best 100 %, at worst 98.9 %.
        var line = Of("it: { when: uptime is exceeded, bonus: { pay: 50.00 } }").Unknown(At(4, 20), At(4, 20, 8)).Owes("it/2026-04", At(5, 1));
        (line.State, Money(line.Amount), Money(line.AtMost)).ShouldBe((OwedState.InsufficientEvidence, "0.00", "50.00"));
    }

    private const string Excusing = "uptime: { measure: availability, of: shop, target: at least 99 %, excluding: [flood], before-first: up, confirmed-after: 1 check, degraded: shown apart }";

    private static Ledger Flooded(string when, string amount, bool? approved = null)
    {
        var ledger = With(Excusing, $"it: {{ when: {when}, credit: {{ {amount} }} }}").Down(At(4, 3), Hours(20)).Down(At(4, 20), Hours(1));
        ledger.Add(At(4, 4), new FactData.ExclusionClaimed("X", At(4, 3), At(4, 3, 10), "flood", "the river", "a picture"));
        return approved is { } decision ? ledger.Add(At(4, 5), new FactData.ExclusionDecided("X", decision, "customer", "")) : ledger;
    }

    [Theory]
    // 21 h are 97.08 %; without the 10 h that wait 11 h are 98.47 %.
    [InlineData("uptime is missed", Tiers, "750.00", "300.00")]
    [InlineData("uptime is missed", "pay: 100.00 per hour", "2100.00", "1100.00")]
    [InlineData("uptime is missed", "pay: 100.00 per hour, reckoned-for: each event", "2000.00", "1000.00")]
    [InlineData("uptime below 98 %", "pay: 500.00", "500.00", "0.00")]
    [InlineData("uptime is missed", "pay: 50 %, cap-per-period: 40 %", "1200.00", "1200.00")]
    [InlineData("uptime is missed", "pay: 7.77777 %", "233.33", "233.33")]
    public void What_waits_for_a_decision_counts_and_is_shown_both_ways(string when, string amount, string now, string ifApproved)
    {
        var line = Flooded(when, amount).Owed(At(5, 1)).Lines[0];
        (Money(line.Amount), line.IfApproved is { } approved ? Money(approved) : "").ShouldBe((now, ifApproved));
    }

    [Fact]
    public void What_is_decided_is_shown_one_way()
    {
        var approved = Flooded("uptime is missed", Tiers, true).Owes("it/2026-04", At(5, 1));
        (Money(approved.Amount), approved.IfApproved).ShouldBe(("300.00", null));
        var rejected = Flooded("uptime is missed", Tiers, false).Owes("it/2026-04", At(5, 1));
        (Money(rejected.Amount), rejected.IfApproved).ShouldBe(("750.00", null));
    }

    [Fact]
    public void A_decision_that_was_not_seen_is_not_guessed()
    {
        var line = new Ledger("kind: commitment\nparties: { provider: { name: Northhost } }\n" + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: not seen } }")).Down(At(4, 3), Hours(10)).Owes("it/2026-04", At(5, 1));
        line.State.ShouldBe(OwedState.NotComputed);
        line.Unknown.ShouldContain("remedies.it.credit.pay");
        Money(line.Amount).ShouldBe("0.00");
    }

    [Fact]
    public void Of_what_was_not_seen_only_what_depends_on_it_is_not_computed()
    {
        var ledger = new Ledger("kind: commitment\nparties: { provider: { name: Northhost } }\n" + Section("objectives", Uptime, Uptime.Replace("uptime:", "other:").Replace("target: at least 99 %", "target: not seen"))
            + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }", "that: { when: other is missed, credit: { pay: 20 % } }")).Down(At(4, 3), Hours(10));
        ledger.Owed(At(5, 1)).Lines.Where(l => l.Name.Period == "2026-04").Select(l => (l.Name.Remedy, l.State, Money(l.Amount))).ShouldBe([("it", OwedState.Owed, "300.00"), ("that", OwedState.NotComputed, "0.00")]);
    }
}
