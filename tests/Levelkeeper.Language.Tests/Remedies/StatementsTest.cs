using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using NodaTime;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>Claims, waivers, goodwill and late payment on the statement of a period; when what is owed is due. Disputes and adjustments have tests of their own.</summary>
public class StatementsTest
{
    private static StatementLine Only(Statement statement) => statement.Lines.ShouldHaveSingleItem();

    private static (LineStanding Standing, string Computed, string Payable) Of(StatementLine line) => (line.Standing, Money(line.Computed), Money(line.Payable));

    /// <summary>A credit of 300 for April with these keys.</summary>
    private static Ledger Three(string beside = "", string sections = "") =>
        new Ledger(sections + Section("objectives", Uptime) + Section("remedies", $"it: {{ when: uptime is missed, credit: {{ pay: 10 % }}{(beside.Length > 0 ? ", " + beside : "")} }}")).Down(At(4, 3), Hours(10));

    [Fact]
    public void A_line_belongs_to_the_statement_in_whose_period_it_arises()
    {
        Of(Only(Three().Statement("2026-04", At(5, 10)))).ShouldBe((LineStanding.Payable, "300.00", "300.00"));
        Three().Statement("2026-05", At(6, 10)).Lines.ShouldBeEmpty();
        Three().Statement("2026-03", At(5, 10)).Lines.ShouldBeEmpty();
    }

    [Fact]
    public void A_quarters_statement_holds_its_months() => Three().Down(At(5, 3), Hours(10)).Statement("2026-Q2", At(7, 10)).Lines.Select(l => l.Id).ShouldBe(["it/2026-04", "it/2026-05"]);

    [Fact]
    public void A_statement_of_a_period_that_runs_is_interim()
    {
        var statement = Three().Statement("2026-04", At(4, 20));
        statement.Interim.ShouldBeTrue();
        Of(Only(statement)).ShouldBe((LineStanding.Interim, "0.00", "0.00"));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("paid: next invoice", null)]
    [InlineData("paid: on request", null)]
    [InlineData("paid: within 15 days", 16)]
    public void What_is_owed_is_due_with_the_next_invoice_on_request_or_so_long_after_it_arose(string paid, int? mayDay)
    {
        Only(Three(paid).Statement("2026-04", At(5, 10))).Due.ShouldBe(mayDay is { } day ? At(5, day) : null);
    }

    [Fact]
    public void Business_days_of_a_due_date_skip_what_is_closed()
    {
        // The end of April is Friday 1 May 00:00, which counts as that Friday's opening: 5 business days on is Friday, 8 May.
        Only(Three("paid: within 5 business days").Statement("2026-04", At(5, 10))).Due.ShouldBe(At(5, 8));
    }

    [Fact]
    public void What_need_not_be_claimed_is_payable_without_a_claim() => Only(Three().Statement("2026-04", At(5, 10))).ClaimUntil.ShouldBeNull();

    [Theory]
    [InlineData("30 days", 31)]
    [InlineData("240 h", 11)]
    // The outage ended on 3 April 10:00.
    [InlineData("35 days after the incident", 8, 10)]
    [InlineData("48 h after becoming aware", null)]
    // April's billing cycle is that of the incident; the first after it is May.
    [InlineData("the end of the 1st billing cycle after the incident", 32)]
    public void A_claim_window_runs_from_the_periods_end_the_incident_or_by_billing_cycles(string within, int? mayDay, int hour = 0)
    {
        var last = mayDay is { } day ? At(5, 1, hour) + Duration.FromDays(day - 1) : At(4, 5, 10);
        Only(Three($"claim: {{ within: {within} }}").Statement("2026-04", At(5, 2))).ClaimUntil.ShouldBe(last);
    }

    [Fact]
    public void What_must_be_claimed_can_be_until_its_last_day_and_then_has_lapsed()
    {
        var ledger = Three("claim: { within: 30 days }");
        Of(Only(ledger.Statement("2026-04", At(5, 10)))).ShouldBe((LineStanding.ToBeClaimed, "300.00", "0.00"));
        Of(Only(ledger.Statement("2026-04", At(5, 31)))).ShouldBe((LineStanding.ToBeClaimed, "300.00", "0.00"));
        Of(Only(ledger.Statement("2026-04", At(5, 31, 0, 1)))).ShouldBe((LineStanding.ClaimLapsed, "300.00", "0.00"));
    }

    [Fact]
    public void A_claim_counts_by_when_it_was_recorded()
    {
        Of(Only(Three("claim: { within: 30 days }").Claimed("it/2026-04", At(5, 31)).Statement("2026-04", At(6, 10)))).ShouldBe((LineStanding.Payable, "300.00", "300.00"));
        // Dated in time, but known too late.
        Of(Only(Three("claim: { within: 30 days }").Claimed("it/2026-04", At(5, 31, 0, 1), time: At(5, 30)).Statement("2026-04", At(6, 10)))).ShouldBe((LineStanding.ClaimLapsed, "300.00", "0.00"));
        // A claim of another line is none of this one.
        Of(Only(Three("claim: { within: 30 days }").Claimed("it/2026-03", At(5, 5)).Statement("2026-04", At(5, 10)))).ShouldBe((LineStanding.ToBeClaimed, "300.00", "0.00"));
    }

    [Fact]
    public void A_claim_without_a_limit_can_always_be_made()
    {
        Of(Only(Three("claim: { needed: yes }").Statement("2026-04", At(12, 1)))).ShouldBe((LineStanding.ToBeClaimed, "300.00", "0.00"));
        Of(Only(Three("claim: { needed: no }").Statement("2026-04", At(12, 1)))).ShouldBe((LineStanding.Payable, "300.00", "300.00"));
    }

    [Fact]
    public void A_claim_of_a_period_claims_each_event_of_it()
    {
        var ledger = Credit("pay: 10.00 per hour, reckoned-for: each event", "claim: { within: 30 days }").Down(At(4, 3), Hours(8)).Down(At(4, 9), Hours(2));
        ledger.Claimed("it/2026-04", At(5, 5)).Statement("2026-04", At(5, 10)).Lines.ShouldAllBe(l => l.Standing == LineStanding.Payable);
        var one = Credit("pay: 10.00 per hour, reckoned-for: each event", "claim: { within: 30 days }").Down(At(4, 3), Hours(8)).Down(At(4, 9), Hours(2)).Claimed($"it/2026-04/{At(4, 9)}", At(5, 5)).Statement("2026-04", At(5, 10));
        one.Lines.Select(l => l.Standing).ShouldBe([LineStanding.ToBeClaimed, LineStanding.Payable]);
    }

    [Fact]
    public void A_claim_made_after_the_statement_is_an_adjustment_of_it()
    {
        var ledger = Three("claim: { within: 30 days }");
        var april = ledger.Issue("2026-04", At(5, 10));
        var line = Only(ledger.Claimed("it/2026-04", At(5, 20)).Statement("2026-05", At(6, 10), april));
        (line.Kind, line.AdjustedStatement).ShouldBe((StatementLineKind.Adjustment, "2026-04"));
        Of(line).ShouldBe((LineStanding.Payable, "300.00", "300.00"));
    }

    [Fact]
    public void The_window_of_a_period_that_an_amendment_cuts_runs_from_its_end()
    {
        var ledger = new Ledger(Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % }, claim: { within: 30 days } }")
            + "amendments:\n  - { from: 2026-04-16, changes: { objectives: { uptime: { target: at least 98 % } } } }\n").Down(At(4, 3), Hours(10));
        Only(ledger.Statement("2026-04", At(5, 10))).ClaimUntil.ShouldBe(At(5, 31));
    }

    private static FactData.AmountWaived Waived(decimal? amount, string line = "it/2026-04") => new(Line(line), amount, "Acme", "the board", "a long friendship");

    [Theory]
    [InlineData(null, "-300.00", "0.00")]
    [InlineData(120, "-120.00", "180.00")]
    // No more can be waived than is owed.
    [InlineData(500, "-300.00", "0.00")]
    public void A_waiver_is_a_line_of_its_own_with_who_approved_it_and_why(int? amount, string expected, string left)
    {
        var statement = Three().Add(At(5, 5), Waived(amount)).Statement("2026-04", At(5, 10));
        statement.Lines.Length.ShouldBe(2);
        Of(statement.Lines[0]).ShouldBe((LineStanding.Payable, "300.00", "300.00"));
        var waiver = statement.Lines[1];
        (waiver.Kind, Money(waiver.Payable), waiver.DecidedBy, waiver.Reason).ShouldBe((StatementLineKind.Waiver, expected, "Acme, the board", "a long friendship"));
        Money(statement.PayableBy(PartyRole.Provider)).ShouldBe(left);
    }

    [Fact]
    public void Two_waivers_of_one_line_take_no_more_than_all_of_it()
    {
        var statement = Three().Add(At(5, 5), Waived(200)).Add(At(5, 6), Waived(null)).Statement("2026-04", At(5, 10));
        statement.Lines.Skip(1).Select(l => Money(l.Payable)).ShouldBe(["-200.00", "-100.00"]);
    }

    [Fact]
    public void A_waiver_after_the_statement_is_on_the_next_one_and_only_there()
    {
        var ledger = Three();
        var april = ledger.Issue("2026-04", At(5, 10));
        ledger.Add(At(5, 20), Waived(120));
        var may = ledger.Issue("2026-05", At(6, 10), april);
        Money(may.Lines.Values.ShouldHaveSingleItem().Payable).ShouldBe("-120.00");
        ledger.Statement("2026-06", At(7, 10), april, may).Lines.ShouldBeEmpty();
    }

    [Fact]
    public void What_was_waived_is_not_owed_back_when_the_line_gets_smaller()
    {
        // 10 h at 30.00 are 300, all of it waived; it turns out that they were 8 h.
        var ledger = Credit("pay: 30.00 per hour").Add(At(4, 3), FactData.StateChanged.To(ServiceState.Down), "shop", id: "down").Add(At(4, 3, 10), FactData.StateChanged.To(ServiceState.Up), "shop", id: "up");
        ledger.Add(At(5, 5), Waived(null));
        var april = ledger.Issue("2026-04", At(5, 10));
        ledger.Add(At(5, 20), new FactData.Corrected("desk", "up", "read again", At(4, 3, 8), null)).Add(At(5, 21), new FactData.AdjustmentAccepted(Line("it/2026-04"), "Acme"));
        ledger.Statement("2026-05", At(6, 10), april).Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Goodwill_is_a_line_of_its_own_of_the_side_that_gives_it()
    {
        var ledger = Three().Add(At(4, 20), new FactData.GoodwillGiven("flowers", 25, PartyRole.Provider, "Ms Ito", "for the trouble")).Add(At(4, 21), new FactData.GoodwillGiven("lunch", 40, PartyRole.Customer, "Mr Bee", ""));
        var statement = ledger.Statement("2026-04", At(5, 10));
        statement.Lines.Where(l => l.Kind == StatementLineKind.Goodwill).Select(l => (l.Id, l.By, Money(l.Payable), l.DecidedBy)).ShouldBe([("goodwill/flowers", PartyRole.Provider, "25.00", "Ms Ito"), ("goodwill/lunch", PartyRole.Customer, "40.00", "Mr Bee")]);
        Money(statement.PayableBy(PartyRole.Provider)).ShouldBe("325.00");
        // Given after the period's end it is on the first statement that knows of it, and not again.
        ledger.Add(At(5, 12), new FactData.GoodwillGiven("more", 5, PartyRole.Provider, "Ms Ito", ""));
        var april = ledger.Issue("2026-04", At(5, 20));
        april.Lines.Keys.ShouldContain("goodwill/more");
        ledger.Statement("2026-05", At(6, 10), april).Lines.ShouldBeEmpty();
    }

    private const string Late = "price: { late-payment: 7.3 % a year, due: 14 days }\n";

    [Fact]
    public void An_invoice_that_is_paid_late_is_charged_by_the_day()
    {
        // 10000 at 7.3 % a year are 2.00 a day. Due on 15 April, paid on 25 April: the nine days from the 16th to the 24th.
        var ledger = Three(sections: Late).Add(At(4, 1), new FactData.InvoiceIssued("I-1", 10_000, null)).Add(At(4, 25, 14), new FactData.InvoicePaid("I-1", 10_000));
        var charge = ledger.Statement("2026-04", At(5, 10)).Lines.Single(l => l.Kind == StatementLineKind.LatePayment);
        (charge.Id, charge.By, Money(charge.Payable), charge.Due, Money(charge.Before)).ShouldBe(("late/I-1/2026-04", PartyRole.Customer, "18.00", At(4, 15), "10000.00"));
    }

    [Fact]
    public void An_invoice_paid_on_its_last_day_or_the_next_is_not_charged()
    {
        foreach (var day in new[] { 15, 16 })
            Three(sections: Late).Add(At(4, 1), new FactData.InvoiceIssued("I-1", 10_000, null)).Add(At(4, day, 23), new FactData.InvoicePaid("I-1", 10_000)).Statement("2026-04", At(5, 10)).Lines.ShouldNotContain(l => l.Kind == StatementLineKind.LatePayment);
    }

    [Fact]
    public void What_is_paid_in_part_is_charged_on_the_rest()
    {
        // Overdue from the 16th: 2.00 a day until the 19th (4 days), from the 20th, when 5000 were paid, 1.00 until the 30th (11 days); in May 1.00 for 31 days.
        var ledger = Three(sections: Late).Add(At(4, 1), new FactData.InvoiceIssued("I-1", 10_000, null)).Add(At(4, 20), new FactData.InvoicePaid("I-1", 5_000));
        Money(ledger.Statement("2026-04", At(5, 10)).Lines.Single(l => l.Kind == StatementLineKind.LatePayment).Payable).ShouldBe("19.00");
        Money(Only(ledger.Statement("2026-05", At(6, 10), ledger.Issue("2026-04", At(5, 10)))).Payable).ShouldBe("31.00");
    }

    [Fact]
    public void An_invoice_may_state_its_own_due_date()
    {
        var ledger = Three(sections: Late).Add(At(4, 1), new FactData.InvoiceIssued("I-1", 10_000, At(4, 28)));
        Money(ledger.Statement("2026-04", At(5, 10)).Lines.Single(l => l.Kind == StatementLineKind.LatePayment).Payable).ShouldBe("4.00");
    }

    [Fact]
    public void What_the_provider_owes_and_pays_late_is_charged_too()
    {
        // 1000 due on 16 May, paid on 26 May: nine days (17 to 25) at 1000 * 7.3 % / 365 = 0.20.
        var ledger = new Ledger(Late + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, fine: { pay: 1000.00 }, paid: within 15 days }")).Down(At(4, 3), Hours(10));
        var april = ledger.Issue("2026-04", At(5, 10));
        ledger.Add(At(5, 26), new FactData.AmountPaid(Line("it/2026-04"), 1000, "transfer"));
        var charge = Only(ledger.Statement("2026-05", At(6, 10), april));
        (charge.By, Money(charge.Payable), charge.Id).ShouldBe((PartyRole.Provider, "1.80", "late/it/2026-04/2026-05"));
    }

    [Fact]
    public void What_is_waived_is_not_overdue()
    {
        var ledger = new Ledger(Late + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, fine: { pay: 1000.00 }, paid: within 15 days }")).Down(At(4, 3), Hours(10));
        var april = ledger.Issue("2026-04", At(5, 10));
        // Waived on the 19th: two days, the 17th and the 18th.
        ledger.Add(At(5, 19), Waived(null));
        ledger.Statement("2026-05", At(6, 10), april).Lines.Select(l => (l.Kind, Money(l.Payable))).ShouldBe([(StatementLineKind.Waiver, "-1000.00"), (StatementLineKind.LatePayment, "0.40")]);
    }

    [Fact]
    public void Without_a_rate_nothing_is_charged() =>
        Three(sections: "price: { due: 14 days }\n").Add(At(4, 1), new FactData.InvoiceIssued("I-1", 10_000, null)).Statement("2026-04", At(5, 10)).Lines.ShouldNotContain(l => l.Kind == StatementLineKind.LatePayment);

    [Fact]
    public void What_the_parties_said_about_breaches_is_on_the_statement()
    {
        var comment = Three().Add(At(4, 6), new FactData.BreachExplained("uptime", "disk", "ann", "replaced"), service: "").Statement("2026-04", At(5, 10)).Comments.ShouldHaveSingleItem();
        (comment.Objective, comment.Cause, comment.Owner, comment.Comment).ShouldBe(("uptime", "disk", "ann", "replaced"));
    }
}
