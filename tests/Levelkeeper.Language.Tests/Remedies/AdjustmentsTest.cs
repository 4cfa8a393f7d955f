using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Statements;
using NodaTime;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>What a statement that was issued owes once more is known, and what is contested. A credit of 30.00 an hour, when more than 7.2 h of April were down.</summary>
public class AdjustmentsTest
{
    private const string PerHour = "it: { when: uptime is missed, credit: { pay: 30.00 per hour } }";

    /// <summary>Ten hours down on 3 April: 300.00. The fact of the recovery is <c>up</c>.</summary>
    private static Ledger Ten(string sections = "", string remedy = PerHour) => new Ledger(sections + Section("objectives", Uptime) + Section("remedies", remedy))
        .Add(At(4, 3), FactData.StateChanged.To(ServiceState.Down), "shop").Add(At(4, 3, 10), FactData.StateChanged.To(ServiceState.Up), "shop", id: "up");

    private static Ledger Corrected(Ledger ledger, Instant at, double hours) => ledger.Add(at, new FactData.Corrected("desk", "up", "read again", At(4, 3) + Hours(hours), null), "shop");

    private static string Text(Statement statement) => string.Join(' ', statement.Lines.Select(l => $"{l.Id} {l.Standing} {Money(l.Computed)} {Money(l.Payable)}"));

    [Fact]
    public void A_correction_that_raises_what_is_owed_is_an_adjustment_on_the_next_statement()
    {
        var ledger = Ten();
        var april = ledger.Issue("2026-04", At(5, 10));
        Corrected(ledger, At(5, 20), 12);
        var may = ledger.Statement("2026-05", At(6, 10), april);
        Text(may).ShouldBe("adjustment/it/2026-04/2026-05 Payable 60.00 60.00");
        var line = may.Lines[0];
        (line.AdjustedStatement, Money(line.Before), Money(line.Owed!.Amount)).ShouldBe(("2026-04", "300.00", "360.00"));
        // And not again.
        ledger.Statement("2026-06", At(7, 10), april, IssuedStatement.Of(may, "")).Lines.ShouldBeEmpty();
    }

    [Fact]
    public void One_that_lowers_it_waits_for_the_customers_acceptance()
    {
        var ledger = Ten();
        var april = ledger.Issue("2026-04", At(5, 10));
        Corrected(ledger, At(5, 20), 8);
        Text(ledger.Statement("2026-05", At(6, 10), april)).ShouldBe("adjustment/it/2026-04/2026-05 AwaitsAcceptance -60.00 0.00");
        var may = ledger.Issue("2026-05", At(6, 10), april);
        // It goes on waiting.
        Text(ledger.Statement("2026-06", At(7, 10), april, may)).ShouldBe("adjustment/it/2026-04/2026-06 AwaitsAcceptance -60.00 0.00");
        ledger.Add(At(6, 20), new FactData.AdjustmentAccepted(Line("it/2026-04"), "Ms Ito"));
        var june = ledger.Statement("2026-06", At(7, 10), april, may);
        Text(june).ShouldBe("adjustment/it/2026-04/2026-06 Payable -60.00 -60.00");
        june.Lines[0].DecidedBy.ShouldBe("Ms Ito");
    }

    [Fact]
    public void A_line_that_the_facts_no_longer_give_is_adjusted_to_nothing()
    {
        var ledger = Ten();
        var april = ledger.Issue("2026-04", At(5, 10));
        // 5 h do not miss the target at all.
        Corrected(ledger, At(5, 20), 5).Add(At(5, 21), new FactData.AdjustmentAccepted(Line("it/2026-04"), "Ms Ito"));
        Text(ledger.Statement("2026-05", At(6, 10), april)).ShouldBe("adjustment/it/2026-04/2026-05 Payable -300.00 -300.00");
        var may = ledger.Issue("2026-05", At(6, 10), april);
        ledger.Statement("2026-06", At(7, 10), april, may).Lines.ShouldBeEmpty();
        // And back again.
        Corrected(ledger, At(7, 20), 10);
        Text(ledger.Statement("2026-07", At(8, 10), april, may)).ShouldBe("adjustment/it/2026-04/2026-07 Payable 300.00 300.00");
    }

    [Fact]
    public void A_line_that_no_one_knew_of_when_its_period_was_issued_is_an_adjustment_from_nothing()
    {
        var ledger = Of(PerHour);
        var april = ledger.Issue("2026-04", At(5, 10));
        april.Lines.ShouldBeEmpty();
        ledger.Down(At(4, 3), Hours(10));
        var may = ledger.Statement("2026-05", At(6, 10), april);
        Text(may).ShouldBe("adjustment/it/2026-04/2026-05 Payable 300.00 300.00");
        may.Lines[0].AdjustedStatement.ShouldBe("2026-04");
        ledger.Statement("2026-06", At(7, 10), april, IssuedStatement.Of(may, "")).Lines.ShouldBeEmpty();
        // Where nobody issued a statement for April, May's says nothing of it.
        ledger.Statement("2026-05", At(6, 10)).Lines.ShouldBeEmpty();
    }

    [Fact]
    public void What_the_customer_owes_more_by_waits_and_what_it_owes_less_by_does_not()
    {
        const string byCustomer = "it: { when: uptime is missed, fine: { pay: 30.00 per hour }, by: customer }";
        var ledger = Ten(remedy: byCustomer);
        var april = ledger.Issue("2026-04", At(5, 10));
        Text(Corrected(ledger, At(5, 20), 12).Statement("2026-05", At(6, 10), april)).ShouldBe("adjustment/it/2026-04/2026-05 AwaitsAcceptance 60.00 0.00");
        var other = Ten(remedy: byCustomer);
        april = other.Issue("2026-04", At(5, 10));
        Text(Corrected(other, At(5, 20), 8).Statement("2026-05", At(6, 10), april)).ShouldBe("adjustment/it/2026-04/2026-05 Payable -60.00 -60.00");
    }

    [Fact]
    public void After_the_finality_term_nothing_moves()
    {
        var ledger = Ten("disputes: { finality: 60 days }\n");
        var april = ledger.Issue("2026-04", At(5, 10));
        Corrected(ledger, At(7, 1), 12);
        // Sixty days after 10 May end with 9 July.
        Text(ledger.Statement("2026-06", At(7, 9), april)).ShouldBe("adjustment/it/2026-04/2026-06 Payable 60.00 60.00");
        Text(ledger.Statement("2026-06", At(7, 9, 0, 1), april)).ShouldBe("adjustment/it/2026-04/2026-06 Final 60.00 0.00");
    }

    [Fact]
    public void A_final_line_goes_on_filling_a_cap_with_what_was_owed_by_it()
    {
        // 300 in April and 300 in May, at most 500 in twelve months: May's is 200. April turns out as 240, too late to be moved: May's stays 200.
        const string capped = "it: { when: uptime is missed, credit: { pay: 30.00 per hour, cap-per-12-months: 500.00 } }";
        var ledger = Ten("disputes: { finality: 60 days }\n", capped).Down(At(5, 3), Hours(10));
        var april = ledger.Issue("2026-04", At(5, 10));
        var may = ledger.Issue("2026-05", At(6, 10), april);
        Money(may.Lines["it/2026-05"].Payable).ShouldBe("200.00");
        Corrected(ledger, At(7, 20), 8);
        Text(ledger.Statement("2026-07", At(8, 1), april, may)).ShouldBe("adjustment/it/2026-04/2026-07 Final -60.00 0.00");
        // In time both would have moved: 240 in April, 260 in May.
        Text(ledger.Statement("2026-07", At(7, 5), april, may)).ShouldBe("");
        var early = Ten("disputes: { finality: 60 days }\n", capped).Down(At(5, 3), Hours(10));
        april = early.Issue("2026-04", At(5, 10));
        may = early.Issue("2026-05", At(6, 10), april);
        Text(Corrected(early, At(6, 20), 8).Statement("2026-06", At(7, 1), april, may)).ShouldBe("adjustment/it/2026-04/2026-06 AwaitsAcceptance -60.00 0.00 adjustment/it/2026-05/2026-06 Payable 60.00 60.00");
    }

    private static FactData.DisputeOpened Opened(decimal? amount, string line = "it/2026-04") => new("D-1", Line(line), amount, "", "", "Northhost", "the monitor was wrong");

    [Fact]
    public void The_contested_part_waits_and_the_undisputed_part_is_payable()
    {
        var line = Ten().Add(At(5, 5), Opened(100)).Statement("2026-04", At(5, 10)).Lines.ShouldHaveSingleItem();
        (line.Standing, Money(line.Computed), Money(line.Contested), Money(line.Payable)).ShouldBe((LineStanding.Payable, "300.00", "100.00", "200.00"));
        line = Ten().Add(At(5, 5), Opened(null)).Statement("2026-04", At(5, 10)).Lines.ShouldHaveSingleItem();
        (line.Standing, Money(line.Contested), Money(line.Payable)).ShouldBe((LineStanding.Contested, "300.00", "0.00"));
    }

    [Fact]
    public void Where_it_is_agreed_the_undisputed_part_waits_too()
    {
        var line = Ten("disputes: { undisputed-part: waits }\n").Add(At(5, 5), Opened(100)).Statement("2026-04", At(5, 10)).Lines.ShouldHaveSingleItem();
        (line.Standing, Money(line.Contested), Money(line.Payable)).ShouldBe((LineStanding.Contested, "300.00", "0.00"));
    }

    [Theory]
    // 200 were payable.
    [InlineData(250, "50.00")]
    [InlineData(200, "0.00")]
    [InlineData(150, "-50.00")]
    [InlineData(300, "100.00")]
    public void The_settlement_is_a_line_apart_that_makes_up_the_rest(decimal amount, string rest)
    {
        var ledger = Ten().Add(At(5, 5), Opened(100));
        var april = ledger.Issue("2026-04", At(5, 10));
        ledger.Add(At(5, 20), new FactData.DisputeSettled("D-1", amount, "both", "met in the middle"));
        var line = ledger.Statement("2026-05", At(6, 10), april).Lines.ShouldHaveSingleItem();
        (line.Id, line.Kind, Money(line.Payable), Money(line.Before), line.DecidedBy).ShouldBe(("settlement/D-1", StatementLineKind.Settlement, rest, "200.00", "both"));
        // What was computed stays as it is, and a line that was settled moves no more.
        var may = ledger.Issue("2026-05", At(6, 10), april);
        Corrected(ledger, At(6, 20), 12).Statement("2026-06", At(7, 10), april, may).Lines.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_settled_before_the_statement_stands_beside_what_was_computed()
    {
        var statement = Ten().Add(At(5, 5), Opened(100)).Add(At(5, 8), new FactData.DisputeSettled("D-1", 250, "both", "")).Statement("2026-04", At(5, 10));
        Text(statement).ShouldBe("it/2026-04 Payable 300.00 200.00 settlement/D-1 Payable 50.00 50.00");
        Money(statement.PayableBy(PartyRole.Provider)).ShouldBe("250.00");
    }

    [Fact]
    public void What_is_contested_after_it_was_issued_is_shown_and_takes_nothing_back()
    {
        var ledger = Ten();
        var april = ledger.Issue("2026-04", At(5, 10));
        ledger.Add(At(5, 20), Opened(100));
        var may = ledger.Statement("2026-05", At(6, 10), april);
        var line = may.Lines.ShouldHaveSingleItem();
        (line.Standing, Money(line.Contested), Money(line.Computed), Money(line.Payable)).ShouldBe((LineStanding.Contested, "100.00", "0.00", "0.00"));
        ledger.Add(At(6, 20), new FactData.DisputeSettled("D-1", 240, "both", ""));
        Text(ledger.Statement("2026-06", At(7, 10), april, IssuedStatement.Of(may, ""))).ShouldBe("settlement/D-1 Payable -60.00 -60.00");
    }

    [Fact]
    public void A_dispute_counts_when_it_was_recorded_in_time()
    {
        // Thirty days after 10 May.
        var ledger = Ten();
        var april = ledger.Issue("2026-04", At(5, 10));
        ledger.Add(At(6, 9), Opened(100)).Statement("2026-05", At(6, 10), april).Lines.Length.ShouldBe(1);
        var late = Ten();
        april = late.Issue("2026-04", At(5, 10));
        late.Add(At(6, 9, 0, 1), Opened(100)).Statement("2026-05", At(6, 10), april).Lines.ShouldBeEmpty();
        var longer = Ten("disputes: { within: 45 days }\n");
        april = longer.Issue("2026-04", At(5, 10));
        longer.Add(At(6, 20), Opened(100)).Statement("2026-05", At(6, 21), april).Lines.Length.ShouldBe(1);
    }

    [Fact]
    public void A_waiver_after_a_settlement_takes_all_that_was_settled()
    {
        var ledger = Ten().Add(At(5, 5), Opened(100));
        var april = ledger.Issue("2026-04", At(5, 10));
        ledger.Add(At(5, 20), new FactData.DisputeSettled("D-1", 250, "both", ""));
        var may = ledger.Issue("2026-05", At(6, 10), april);
        ledger.Add(At(6, 20), new FactData.AmountWaived(Line("it/2026-04"), null, "Acme", "the board", "peace"));
        Text(ledger.Statement("2026-06", At(7, 10), april, may)).ShouldBe($"waiver/it/2026-04/{4} Payable -250.00 -250.00");
    }

    [Fact]
    public void A_correction_of_one_line_moves_another_through_a_cap()
    {
        // At most 500 in twelve months. March turns out to have been missed too: 300 there, and 200 instead of 300 in April.
        const string capped = "it: { when: uptime is missed, credit: { pay: 30.00 per hour, cap-per-12-months: 500.00 } }";
        var ledger = Ten(remedy: capped);
        var march = ledger.Issue("2026-03", At(4, 10));
        var april = ledger.Issue("2026-04", At(5, 10), march);
        ledger.Down(At(3, 3), Hours(10));
        Text(ledger.Statement("2026-05", At(6, 10), march, april)).ShouldBe("adjustment/it/2026-03/2026-05 Payable 300.00 300.00 adjustment/it/2026-04/2026-05 AwaitsAcceptance -100.00 0.00");
    }
}
