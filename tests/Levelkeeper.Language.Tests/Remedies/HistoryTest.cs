using Levelkeeper.Core.Remedies;
using NodaTime;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>What follows from results of several periods, and the rights that arise.</summary>
public class HistoryTest
{
    private static Ledger Leave(string when, string objectives = Uptime, string beside = "") => With(objectives, $"leave: {{ when: {when}, entitles: 'customer to terminate without fee{beside}' }}");

    /// <summary>Ten hours down in each of these months of 2026.</summary>
    private static Ledger Missed(Ledger ledger, params int[] months)
    {
        foreach (var month in months)
            ledger.Down(At(month, 3), Hours(10));
        return ledger;
    }

    /// <summary>The months in whose end the right arose, up to the end of the year.</summary>
    private static string Arose(Ledger ledger, int upTo = 12) =>
        string.Join(' ', ledger.Owed(upTo == 12 ? At(1, 1, year: 2027) : At(upTo + 1, 1)).Entitlements.Where(e => e.State == OwedState.Owed).Select(e => e.Name.Period));

    [Fact]
    public void K_of_n_periods_counts_the_last_n_with_this_one()
    {
        // The third of six: January, March and June. July is missed too, but of February to July only three are (March, June, July): it arises again. December stands alone with July of July to December.
        Arose(Missed(Leave("uptime is missed in 3 of 6 months"), 1, 3, 6, 7, 12)).ShouldBe("2026-06 2026-07");
        // In the seventh month the first no longer counts.
        Arose(Missed(Leave("uptime is missed in 3 of 6 months"), 1, 3, 7)).ShouldBe("");
    }

    [Fact]
    public void It_arises_by_what_happens_now_and_not_again_by_what_was_counted_before()
    {
        Arose(Missed(Leave("uptime is missed in 2 of 3 months"), 1, 2)).ShouldBe("2026-02");
    }

    [Fact]
    public void Consecutive_periods_follow_each_other()
    {
        Arose(Missed(Leave("uptime is missed in 3 consecutive months"), 1, 2, 4, 5, 6)).ShouldBe("2026-06");
        Arose(Missed(Leave("uptime is missed in 3 consecutive months"), 1, 2, 4, 5, 7, 8)).ShouldBe("");
    }

    [Fact]
    public void N_failures_in_twelve_months_count_each()
    {
        var ledger = Missed(Leave("uptime is missed 4 times in 12 months"), 1, 4, 8, 12);
        Arose(ledger).ShouldBe("2026-12");
        // In January 2027 that of January 2026 has left the twelve months: April, December and January are three.
        Missed(Leave("uptime is missed 4 times in 12 months"), 1, 4, 12).Down(At(1, 5, year: 2027), Hours(10)).Owed(At(2, 1, year: 2027)).Entitlements.ShouldBeEmpty();
    }

    private const string Weekly = "uptime: { measure: availability, of: shop, per: week, target: at least 99 %, before-first: up, confirmed-after: 1 check, degraded: shown apart }";

    [Fact]
    public void Of_weekly_results_k_of_n_months_counts_months_and_n_times_counts_weeks()
    {
        // A week has 168 h: 2 h are more than 1 %. Weeks that end on 13, 20 and 27 April: one month, three times.
        var once = Leave("uptime is missed in 2 of 3 months", Weekly).Down(At(4, 7), Hours(2)).Down(At(4, 14), Hours(2)).Down(At(4, 21), Hours(2));
        Arose(once, 5).ShouldBe("");
        // The week that ends on 11 May makes the second month.
        once.Down(At(5, 5), Hours(2));
        Arose(once, 5).ShouldBe("2026-W19");
        var times = Leave("uptime is missed 3 times in 2 months", Weekly).Down(At(4, 7), Hours(2)).Down(At(4, 14), Hours(2)).Down(At(4, 21), Hours(2));
        Arose(times, 5).ShouldBe("2026-W17");
        // Two months before 28 June end after the week that ends on 27 April.
        Arose(Leave("uptime is missed 3 times in 2 months", Weekly).Down(At(4, 21), Hours(2)).Down(At(5, 19), Hours(2)).Down(At(6, 23), Hours(2)), 7).ShouldBe("");
    }

    [Fact]
    public void More_failures_than_periods_can_be_asked_for() => Arose(Leave("uptime is missed 3 times in 1 months", Weekly).Down(At(4, 7), Hours(2)).Down(At(4, 14), Hours(2)).Down(At(4, 21), Hours(2)), 5).ShouldBe("2026-W17");

    [Fact]
    public void Of_weekly_results_consecutive_months_are_months_with_a_miss()
    {
        Arose(Leave("uptime is missed in 2 consecutive months", Weekly).Down(At(4, 7), Hours(2)).Down(At(5, 5), Hours(2)), 5).ShouldBe("2026-W19");
        Arose(Leave("uptime is missed in 2 consecutive months", Weekly).Down(At(4, 7), Hours(2)).Down(At(6, 2), Hours(2)), 6).ShouldBe("");
    }

    [Fact]
    public void A_rolling_average_is_the_mean_of_the_levels()
    {
        // March 744 h, April 720 h, May 744 h: 10 h, 0 h and 13 h down are 98.6559, 100 and 98.2527 %: a mean of 98.9695 %.
        var ledger = Leave("average of uptime over 3 months below 99 %").Down(At(3, 3), Hours(10)).Down(At(5, 3), Hours(13));
        Arose(ledger, 5).ShouldBe("2026-05");
        // 12 h in May are 98.3871 %: 99.0143 %.
        Arose(Leave("average of uptime over 3 months below 99 %").Down(At(3, 3), Hours(10)).Down(At(5, 3), Hours(12)), 5).ShouldBe("");
        // Before there are three months there is no average of three.
        Arose(Leave("average of uptime over 3 months below 99 %").Down(At(1, 3), Hours(100)).Down(At(2, 3), Hours(100)), 2).ShouldBe("");
    }

    [Fact]
    public void An_average_of_weekly_results_over_months_takes_all_weeks_that_ended_in_them()
    {
        // From 1 April to 30 April five weeks end: on 6, 13, 20 and 27 April, and on 4 May no more. 168 h each: 16.8 h in one of four are 2.5 % of the mean.
        var ledger = Leave("average of uptime over 2 months below 99 %", Weekly).Down(At(4, 7), Hours(16.8));
        // Two months back from 27 April nine weeks end (2, 9, 16, 23, 30 March, 6, 13, 20, 27 April): 10 % of one is 1.11 % of the mean of nine, 98.89 %.
        ledger.Owed(At(4, 27)).Entitlements.Select(e => e.Name.Period).ShouldContain("2026-W17");
        // 15 h are 8.93 %: 0.992 % of the mean.
        Leave("average of uptime over 2 months below 99 %", Weekly).Down(At(4, 7), Hours(15)).Owed(At(4, 27)).Entitlements.Select(e => e.Name.Period).ShouldNotContain("2026-W17");
    }

    private const string Capped = "credit: { when: uptime is missed, credit: { pay: 50 %, cap-per-period: 20 % } }";

    [Fact]
    public void A_cap_that_was_reached_so_often_gives_a_right()
    {
        // 10 h reach the cap of 600 each time.
        var ledger = With(Uptime, Capped, "leave: { when: cap of credit is reached in 2 of 4 months, entitles: customer to terminate }");
        Arose(Missed(ledger, 2, 5), 5).ShouldBe("2026-05");
        Arose(Missed(With(Uptime, Capped, "leave: { when: cap of credit is reached in 2 of 4 months, entitles: customer to terminate }"), 1, 5), 5).ShouldBe("");
        Arose(Missed(With(Uptime, "credit: { when: uptime is missed, credit: { pay: 10 %, cap-per-period: 20 % } }", "leave: { when: cap of credit is reached, entitles: customer to terminate }"), 2, 5), 5).ShouldBe("");
    }

    [Fact]
    public void A_cap_that_was_reached_pays_more_where_it_is_agreed()
    {
        var ledger = With(Uptime, Capped, "more: { when: cap of credit is reached, fine: { pay: 99.00 } }");
        Missed(ledger, 4).Owed(At(5, 1)).Lines.Select(l => (l.Name.Remedy, Money(l.Amount))).ShouldBe([("credit", "600.00"), ("more", "99.00")]);
    }

    [Fact]
    public void A_cap_that_would_have_been_reached_in_grace_does_not_count()
    {
        const string graced = "credit: { when: uptime is missed, credit: { pay: 50 %, cap-per-period: 20 % }, grace: 90 days }";
        Arose(Missed(With(Uptime, graced, "leave: { when: cap of credit is reached in 2 of 4 months, entitles: customer to terminate, grace: 90 days }"), 2, 4), 4).ShouldBe("");
        Arose(Missed(With(Uptime, graced, "leave: { when: cap of credit is reached in 2 of 4 months, entitles: customer to terminate, grace: 90 days }"), 2, 4, 5), 5).ShouldBe("2026-05");
    }

    [Theory]
    // 40 h of 720 are 94.44 %.
    [InlineData("uptime below 95 %", 40, true)]
    [InlineData("uptime below 95 %", 36, false)]
    [InlineData("uptime at most 95 %", 36, true)]
    [InlineData("uptime is missed and repair is missed", 40, false)]
    [InlineData("uptime is missed or repair is missed", 40, true)]
    [InlineData("repair is missed or ( uptime is missed and uptime below 99.5 % )", 10, true)]
    [InlineData("uptime is met", 7.2, true)]
    [InlineData("uptime is met", 7.3, false)]
    public void A_condition_reads_levels_verdicts_and_their_combinations(string when, double hours, bool holds)
    {
        var ledger = Leave(when, Uptime + "\nrepair: { measure: time to resolve, of: tickets of shop, within: 4 h, target: every ticket }").Ticket("T-1", At(4, 3), At(4, 3, 1)).Down(At(4, 3), Hours(hours));
        ledger.Owed(At(5, 1)).Entitlements.Any(e => e.Name.Period == "2026-04").ShouldBe(holds);
    }

    [Fact]
    public void A_condition_on_objectives_with_different_periods_is_asked_for_the_longer_one()
    {
        // A quarterly objective, and a monthly one that was missed in one of its months.
        const string objectives = Uptime + "\nlonger: { measure: availability, of: shop, per: quarter, target: at least 99.5 %, before-first: up, confirmed-after: 1 check, degraded: shown apart }";
        // 11 h of the quarter's 2184 h are 0.5037 %; of May's 744 h 1.48 %.
        Leave("longer is missed and uptime is missed", objectives).Down(At(5, 3), Hours(11)).Owed(At(7, 1)).Entitlements.Select(e => e.Name.Period).ShouldBe(["2026-Q2"]);
        Leave("longer is missed and uptime is missed", objectives).Down(At(5, 3), Hours(6)).Down(At(6, 3), Hours(6)).Owed(At(7, 1)).Entitlements.ShouldBeEmpty();
    }

    [Fact]
    public void A_right_has_its_holder_its_notice_and_its_last_day()
    {
        var ledger = Leave("uptime below 95 %", beside: ", notice 30 days, within 60 days").Down(At(4, 3), Hours(40));
        var right = ledger.Owed(At(5, 1)).Entitlements.ShouldHaveSingleItem();
        (right.Arises, right.Until).ShouldBe((At(5, 1), At(6, 30)));
        var benefit = right.Benefit.ShouldBeOfType<Benefit.Right>();
        (benefit.Holder, benefit.To, benefit.WithoutFee, benefit.Notice!.ToString()).ShouldBe((Core.Agreements.PartyRole.Customer, EntitledTo.Terminate, true, "30 days"));
        ledger.Statement("2026-04", At(5, 10)).Entitlements.ShouldHaveSingleItem();
        ledger.Statement("2026-05", At(6, 10)).Entitlements.ShouldBeEmpty();
    }

    [Fact]
    public void A_right_without_a_last_day_has_none() => Leave("uptime below 95 %").Down(At(4, 3), Hours(40)).Owed(At(5, 1)).Entitlements.ShouldHaveSingleItem().Until.ShouldBeNull();

    [Fact]
    public void A_right_to_renegotiate_or_review_can_be_either_sides()
    {
        var ledger = Of("talk: { when: uptime is missed, entitles: either to renegotiate }", "look: { when: uptime is missed, entitles: provider to review the service }").Down(At(4, 3), Hours(10));
        ledger.Owed(At(5, 1)).Entitlements.Select(e => e.Benefit).Cast<Benefit.Right>().Select(r => (r.Holder, r.To)).ShouldBe([(null, EntitledTo.Renegotiate), (Core.Agreements.PartyRole.Provider, EntitledTo.Review)]);
    }

    [Fact]
    public void An_extension_is_an_entitlement_and_no_amount()
    {
        var owed = Of("more: { when: uptime is missed, extension: 1 month }").Down(At(4, 3), Hours(10)).Owed(At(5, 1));
        owed.Lines.ShouldBeEmpty();
        owed.Entitlements.ShouldHaveSingleItem().Benefit.ShouldBeOfType<Benefit.Extension>().Length.ToString().ShouldBe("1 month");
    }

    [Fact]
    public void A_lapsed_commitment_gives_the_right_that_was_agreed()
    {
        var ledger = new Ledger(Section("commitments", "iso: { standard: ISO/IEC 27001, valid-until: 2026-04-14, when-lapsed: customer may terminate }", "soc: { standard: SOC 2, valid-until: 2026-05-31 }") + Section("objectives", Uptime)
            + Section("remedies", "talk: { when: commitment soc lapses, entitles: either to renegotiate, within: ~ }".Replace(", within: ~", "")));
        ledger.Owed(At(4, 14, 23)).Entitlements.ShouldBeEmpty();
        var leave = ledger.Owed(At(5, 1)).Entitlements.ShouldHaveSingleItem();
        (leave.Commitment, leave.Arises, ((Benefit.Right)leave.Benefit).To).ShouldBe(("iso", At(4, 15), EntitledTo.Terminate));
        ledger.Owed(At(6, 1)).Entitlements.Select(e => e.Name.ToString()).ShouldBe(["iso/2026-04-15", "talk/2026-06-01"]);
    }

    [Fact]
    public void A_right_in_a_period_that_runs_is_interim()
    {
        Leave("uptime is missed").Down(At(4, 3), Hours(10)).Owed(At(4, 20), At(5, 1)).Entitlements.ShouldHaveSingleItem().State.ShouldBe(OwedState.Interim);
    }

    [Fact]
    public void What_the_evidence_leaves_open_gives_no_right_yet()
    {
        // Nobody knows of 10 h: the month may be 98.6 % or 100 %.
        Leave("uptime is missed").Unknown(At(4, 3), At(4, 3, 10)).Owed(At(5, 1)).Entitlements.ShouldHaveSingleItem().State.ShouldBe(OwedState.InsufficientEvidence);
        // Two months are missed for certain; the third may be: three of three is open, two of three is certain.
        var ledger = Missed(With(Uptime, "three: { when: uptime is missed in 3 of 3 months, entitles: customer to terminate }", "two: { when: uptime is missed in 2 of 3 months, entitles: customer to terminate }"), 2, 4).Unknown(At(3, 3), At(3, 3, 10));
        ledger.Owed(At(5, 1)).Entitlements.Where(e => e.Name.Period == "2026-04").Select(e => (e.Name.Remedy, e.State)).ShouldBe([("three", OwedState.InsufficientEvidence), ("two", OwedState.Owed)]);
    }
}
