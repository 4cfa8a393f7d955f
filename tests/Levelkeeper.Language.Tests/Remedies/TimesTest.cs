using Levelkeeper.Core.Remedies;
using NodaTime;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>When amounts arise, from when on they can, and what goes on being late over several periods.</summary>
public class TimesTest
{
    private const string Yearly = "uptime: { measure: availability, of: shop, per: year, target: at least 99.99 %, before-first: up, confirmed-after: 1 check, degraded: shown apart }";

    [Fact]
    public void A_credit_arises_at_the_end_of_the_period_and_is_interim_until_then()
    {
        var ledger = Credit("pay: 10 %").Down(At(4, 3), Hours(10));
        var before = ledger.Owed(At(4, 30, 23, 59), At(5, 1)).Lines.ShouldHaveSingleItem();
        (before.State, Money(before.Amount), Money(before.WouldBe)).ShouldBe((OwedState.Interim, "0.00", "300.00"));
        var after = ledger.Owes("it/2026-04", At(5, 1));
        (after.State, after.Arises, Money(after.Amount)).ShouldBe((OwedState.Owed, At(5, 1), "300.00"));
    }

    [Fact]
    public void A_fine_on_an_allowance_arises_when_it_is_used_up_once_a_period_and_is_due_from_then()
    {
        // 0.01 % of 8760 h are 52 min 33.6 s. 30 min in February; the second outage uses it up after 22 min 33.6 s.
        var ledger = With(Yearly, "it: { when: uptime is missed, fine: { pay: 500.00 }, arises: at once, paid: within 15 days }").Down(At(2, 3, 10), Duration.FromMinutes(30)).Down(At(3, 5, 10), Duration.FromHours(3)).Down(At(6, 1), Duration.FromHours(3));
        var line = ledger.Owes("it/2026", At(7, 1));
        var usedUp = At(3, 5, 10, 22) + Duration.FromMilliseconds(33_600);
        (line.State, line.Arises, Money(line.Amount)).ShouldBe((OwedState.Owed, usedUp, "500.00"));

        var statement = ledger.Statement("2026-03", At(4, 10)).Lines.ShouldHaveSingleItem();
        (statement.Arises, statement.Due, Money(statement.Payable)).ShouldBe((usedUp, usedUp + Duration.FromDays(15), "500.00"));
        ledger.Statement("2026-06", At(7, 10)).Lines.ShouldBeEmpty();
        ledger.Statement("2026-02", At(3, 10)).Lines.ShouldBeEmpty();
    }

    [Fact]
    public void An_allowance_that_is_just_used_up_is_not_passed()
    {
        var ledger = With(Yearly, "it: { when: uptime is missed, fine: { pay: 500.00 }, arises: at once }").Down(At(3, 5, 10), Duration.FromMilliseconds(52 * 60_000 + 33_600));
        ledger.Owed(At(4, 1)).Lines.ShouldBeEmpty();
        // The next outage passes it as it begins.
        ledger.Down(At(3, 9), Duration.FromSeconds(1)).Owes("it/2026", At(4, 1)).Arises.ShouldBe(At(3, 9));
    }

    [Fact]
    public void Each_started_hour_beyond_the_allowance_is_a_line_of_its_own_that_arises_when_it_starts()
    {
        // 52 min 33.6 s are allowed; of 3 h 30 min 2 h 37 min 26.4 s are beyond: three started hours.
        var ledger = With(Yearly, "it: { when: uptime is missed, fine: { pay: 50.00 per started hour beyond the target }, arises: at once, paid: within 15 days }").Down(At(3, 5, 10), Hours(3.5));
        var usedUp = At(3, 5, 10, 52) + Duration.FromMilliseconds(33_600);
        ledger.Owed(At(4, 1)).Lines.Select(l => (l.Name.ToString(), l.Arises, Money(l.Amount))).ShouldBe(
            [("it/2026/1", usedUp, "50.00"), ("it/2026/2", usedUp + Duration.FromHours(1), "50.00"), ("it/2026/3", usedUp + Duration.FromHours(2), "50.00")]);
        // Ten minutes in a later month go on in the third hour (37 min 26.4 s are used of it), half an hour starts the fourth after 22 min 33.6 s.
        ledger.Down(At(5, 5), Duration.FromMinutes(30));
        var fourth = ledger.Owed(At(6, 1)).Lines[^1];
        (fourth.Name.Event, fourth.Arises).ShouldBe(("4", At(5, 5, 0, 22) + Duration.FromMilliseconds(33_600)));
        ledger.Statement("2026-05", At(6, 10)).Lines.ShouldHaveSingleItem().Due.ShouldBe(fourth.Arises + Duration.FromDays(15));
    }

    [Fact]
    public void Started_hours_at_once_keep_the_cap_of_percentages_and_of_the_agreement()
    {
        // 1 % of a year's 36000 for each started hour: 360.
        With(Yearly, "it: { when: uptime is missed, fine: { pay: 1 % per started hour beyond the target }, arises: at once }").Down(At(3, 5, 10), Hours(2.5)).Owed(At(4, 1)).Lines.Select(l => Money(l.Amount)).ShouldBe(["360.00", "360.00"]);
        With(Yearly, "it: { when: uptime is missed, fine: { pay: 50.00 per started hour beyond the target, cap-per-period: 120.00 }, arises: at once }").Down(At(3, 5, 10), Hours(5)).Owed(At(4, 1)).Lines.Select(l => Money(l.Amount)).ShouldBe(["50.00", "50.00", "20.00", "0.00", "0.00"]);
        // One event: 70 for all its hours together.
        With(Yearly, "it: { when: uptime is missed, fine: { pay: 50.00 per started hour beyond the target, cap-per-event: 70.00 }, arises: at once }").Down(At(3, 5, 10), Hours(3.5)).Owed(At(4, 1)).Lines.Select(l => Money(l.Amount)).ShouldBe(["50.00", "20.00", "0.00"]);
    }

    [Fact]
    public void Started_hours_at_once_fill_a_cap_on_everything_in_order_of_time_with_what_arises_between_them()
    {
        // Of 220: 50 in March, 150 for April (11 h are 1.5 % of it), 20 of the 50 that arise on 5 May; nothing is left for those of 20 May and for May itself (13 h of 744 h).
        var ledger = new Ledger("cap: { per-12-months: 220.00 }\n" + Section("objectives", Yearly, Uptime.Replace("uptime:", "monthly:"))
            + Section("remedies", "it: { when: uptime is missed, fine: { pay: 50.00 per started 12 h beyond the target }, arises: at once, together: each pays }", "credit: { when: monthly is missed, credit: { pay: 5 % }, together: each pays }"));
        // 52 min 33.6 s are allowed. Beyond them are 55 min 26.4 s after March, 11 h 55 min 26.4 s after April: the second 12 h begin 4 min 33.6 s into 5 May, the third on 20 May.
        ledger.Down(At(3, 5), Hours(1.8)).Down(At(4, 5), Hours(11)).Down(At(5, 5), Hours(3)).Down(At(5, 20), Hours(10));
        ledger.Owed(At(6, 1)).Lines.Select(l => (l.Name.ToString(), l.Arises.InUtc().Month, Money(l.Amount))).ShouldBe(
            [("it/2026/1", 3, "50.00"), ("credit/2026-04", 5, "150.00"), ("it/2026/2", 5, "20.00"), ("it/2026/3", 5, "0.00"), ("credit/2026-05", 6, "0.00")]);
    }

    [Fact]
    public void Started_hours_reckoned_at_the_end_are_one_line()
    {
        var ledger = With(Yearly, "it: { when: uptime is missed, fine: { pay: 50.00 per started hour beyond the target } }").Down(At(3, 5, 10), Hours(3.5));
        var line = ledger.Owes("it/2026", At(1, 1, year: 2027));
        (Money(line.Amount), line.Arises).ShouldBe(("150.00", At(1, 1, year: 2027)));
    }

    [Fact]
    public void The_outage_that_is_one_too_many_arises_when_it_begins()
    {
        var ledger = With("outages: { measure: number of outages, of: shop, target: at most 2, before-first: up, confirmed-after: 1 check, degraded: shown apart }", "it: { when: outages is missed, fine: { pay: 70.00 }, arises: at once }");
        ledger.Down(At(4, 3), Hours(1)).Down(At(4, 9), Hours(1)).Down(At(4, 20, 7), Hours(1)).Down(At(4, 25), Hours(1));
        ledger.Owes("it/2026-04", At(4, 21)).Arises.ShouldBe(At(4, 20, 7));
    }

    private static Ledger Grace(string from = "2026-01-01", string? goLive = null) =>
        new(Section("services", $"shop: {{ title: Shop, fee: 3000.00 per month{(goLive is null ? "" : $", go-live: {goLive}")} }}") + $"term: {{ from: {from} }}\n" + Section("objectives", Uptime)
            + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % }, grace: 90 days }", "leave: { when: uptime is missed in 2 of 3 months, entitles: customer to terminate, grace: 90 days }"));

    [Fact]
    public void In_grace_nothing_is_owed_and_what_would_have_been_is_shown()
    {
        // 90 days from 1 January end with 31 March.
        var ledger = Grace().Down(At(3, 3), Hours(10)).Down(At(4, 3), Hours(10));
        var march = ledger.Owes("it/2026-03", At(5, 1));
        (march.State, Money(march.Amount), Money(march.WouldBe)).ShouldBe((OwedState.InGrace, "0.00", "300.00"));
        ledger.April().ShouldBe("300.00");
    }

    [Fact]
    public void What_is_missed_in_grace_does_not_count_towards_leaving()
    {
        // March is in grace; April and May are two of three.
        var ledger = Grace().Down(At(3, 3), Hours(10)).Down(At(4, 3), Hours(10));
        ledger.Owed(At(5, 1)).Entitlements.Where(e => e.State != OwedState.InGrace).ShouldBeEmpty();
        ledger.Down(At(5, 3), Hours(10)).Owed(At(6, 1)).Entitlements.Where(e => e.State == OwedState.Owed).ShouldHaveSingleItem().Arises.ShouldBe(At(6, 1));
    }

    [Fact]
    public void A_period_that_straddles_the_end_of_the_grace_counts_from_the_end_on()
    {
        // From go-live on 16 January 90 days end with 15 April: half of the month counts. 10 h before that do not, 4 h after it are 1.11 % of 360 h.
        var ledger = Grace(goLive: "2026-01-16").Down(At(4, 3), Hours(10));
        var before = ledger.Owes("it/2026-04", At(5, 1));
        (before.State, Money(before.WouldBe)).ShouldBe((OwedState.InGrace, "300.00"));
        ledger.Down(At(4, 20), Hours(4));
        var line = ledger.Owed(At(5, 1)).Lines.Where(l => l.State == OwedState.Owed).ShouldHaveSingleItem();
        // Half of the month's fee is the base of what counts.
        (line.Name.Period, Money(line.Amount)).ShouldBe(("2026-04 (after the grace)", "150.00"));
    }

    [Fact]
    public void Grace_runs_from_the_go_live_of_the_service() =>
        Grace(goLive: "2026-02-01").Down(At(4, 3), Hours(10)).Owes("it/2026-04", At(5, 1)).State.ShouldBe(OwedState.InGrace);

    private const string Delivery = "delivery: { measure: time to resolve, of: tickets of shop, within: 2 days, target: every ticket }";

    private static string Lines(Ledger ledger, Instant asOf) => string.Join(' ', ledger.Owed(asOf).Lines.Select(l => $"{l.Name} {Money(l.Amount)}"));

    [Fact]
    public void Lateness_that_goes_on_accrues_in_each_period()
    {
        // Due on 28 April 00:00, delivered on 10 June 00:00: 3 days in April, 31 in May, 9 in June.
        var ledger = With(Delivery, "it: { when: delivery is missed, fine: { pay: 10.00 per day late } }").Ticket("D-1", At(4, 26), At(6, 10));
        Lines(ledger, At(7, 1)).ShouldBe("it/2026-04 30.00 it/2026-05/2026-04 310.00 it/2026-06/2026-04 90.00");
        // As of the middle of May only what has passed counts, and it is interim.
        var may = ledger.Owed(At(5, 11), At(6, 1)).Lines[^1];
        (may.State, Money(may.WouldBe)).ShouldBe((OwedState.Interim, "100.00"));
    }

    [Fact]
    public void Full_units_that_a_periods_end_cuts_are_counted_once_in_all()
    {
        // 43 days late are 14 full three days (42 days): April 3 days give 1, May up to 34 days gives 11 - 1 = 10, June up to 43 days 14 - 11 = 3.
        var ledger = With(Delivery, "it: { when: delivery is missed, fine: { pay: 10.00 per full 3 days late } }").Ticket("D-1", At(4, 26), At(6, 10));
        Lines(ledger, At(7, 1)).ShouldBe("it/2026-04 10.00 it/2026-05/2026-04 100.00 it/2026-06/2026-04 30.00");
    }

    [Fact]
    public void A_tier_that_lateness_reaches_later_pays_what_it_adds()
    {
        var ledger = With(Delivery, "it: { when: delivery is missed, fine: { tiers: [ { from: 1 day, below: 10 days, pay: 100.00 }, { from: 10 days, pay: 250.00 } ] } }").Ticket("D-1", At(4, 26), At(6, 10));
        // April: 3 days late, 100; May: 34 days, 150 more; June: nothing more.
        Lines(ledger, At(7, 1)).ShouldBe("it/2026-04 100.00 it/2026-05/2026-04 150.00");
    }

    [Fact]
    public void A_cap_for_one_event_holds_over_all_periods_in_which_it_is_late()
    {
        var ledger = With(Delivery, "it: { when: delivery is missed, fine: { pay: 10.00 per day late, cap-per-event: 200.00 } }").Ticket("D-1", At(4, 26), At(6, 10));
        Lines(ledger, At(7, 1)).ShouldBe("it/2026-04 30.00 it/2026-05/2026-04 170.00 it/2026-06/2026-04 0.00");
        var each = With(Delivery, "it: { when: delivery is missed, fine: { pay: 10.00 per day late, cap-per-event: 200.00, reckoned-for: each event } }").Ticket("D-1", At(4, 26), At(6, 10)).Ticket("D-2", At(5, 20), At(5, 30));
        // D-2 was due on 22 May: 8 days.
        Lines(each, At(7, 1)).ShouldBe("it/2026-04/D-1 30.00 it/2026-05/D-1 170.00 it/2026-05/D-2 80.00 it/2026-06/D-1 0.00");
    }

    [Fact]
    public void A_flat_amount_for_what_is_late_is_paid_once()
    {
        Lines(With(Delivery, "it: { when: delivery is missed, fine: { pay: 100.00 } }").Ticket("D-1", At(4, 26), At(6, 10)), At(7, 1)).ShouldBe("it/2026-04 100.00");
    }

    [Fact]
    public void Lateness_by_the_hour_is_the_clocks_own_time()
    {
        // 8 h in office hours; reported Friday 3 April 13:00 it is due Monday 13:00, resolved Tuesday 11:00: 4 h on Monday and 2 h on Tuesday.
        var ledger = new Ledger("calendars: { office: { weekly: { mon-fri: 09:00-17:00 } } }\n" + Section("objectives", "repair: { measure: time to resolve, of: tickets of shop, within: 8 h, calendar: office, target: every ticket }") + Section("remedies", "it: { when: repair is missed, fine: { pay: 10.00 per hour } }"));
        Lines(ledger.Ticket("T-1", At(4, 3, 13), At(4, 7, 11)), At(5, 1)).ShouldBe("it/2026-04 60.00");
    }

    [Fact]
    public void A_fine_on_a_commitment_that_lapsed_arises_once_when_it_did()
    {
        var ledger = new Ledger(Section("commitments", "iso: { standard: ISO/IEC 27001, valid-until: 2026-04-14, when-lapsed: a breach }") + Section("objectives", Uptime)
            + Section("remedies", "it: { when: commitment iso lapses, fine: { pay: 5 % } }", "mended: { when: uptime is missed, credit: { pay: 10 % } }"));
        var line = ledger.Owed(At(6, 1)).Lines.ShouldHaveSingleItem();
        // From the day after its last; 5 % of what the agreement costs in April.
        (line.Name.ToString(), line.Arises, Money(line.Amount), line.Objective).ShouldBe(("it/2026-04-15", At(4, 15), "150.00", ""));
        ledger.Owed(At(4, 14, 23)).Lines.ShouldBeEmpty();
        ledger.Statement("2026-04", At(5, 10)).Lines.ShouldHaveSingleItem().Id.ShouldBe("it/2026-04-15");
    }

    [Fact]
    public void The_time_to_mend_a_lapsed_commitment_comes_first()
    {
        var ledger = new Ledger(Section("commitments", "iso: { standard: ISO/IEC 27001, valid-until: 2026-04-14, mend-within: 30 days }") + Section("objectives", Uptime) + Section("remedies", "it: { when: commitment iso lapses, fine: { pay: 50.00 } }"));
        ledger.Owed(At(5, 14)).Lines.ShouldBeEmpty();
        ledger.Owed(At(5, 15)).Lines.ShouldHaveSingleItem().Arises.ShouldBe(At(5, 15));
    }

    [Fact]
    public void The_customers_own_breaches_are_owed_by_the_customer()
    {
        var ledger = new Ledger("""
            clocks:
              access: { on: customer, start: status is waiting, stop: customer replies, within: 4 h }

            """ + Section("objectives", "answers: { measure: time to access, of: tickets of shop, target: every ticket }") + Section("remedies", "it: { when: answers is missed, by: customer, fine: { pay: 20.00 per ticket } }"));
        ledger.Ticket("T-1", At(4, 3, 9), null).Add(At(4, 3, 10), new Core.Facts.FactData.TicketStatus("waiting"), "T-1").Add(At(4, 3, 18), new Core.Facts.FactData.TicketReplied(Core.Facts.Actor.Customer, true, false), "T-1");
        var line = ledger.Owes("it/2026-04", At(5, 1));
        (line.By, Money(line.Amount)).ShouldBe((Core.Agreements.PartyRole.Customer, "20.00"));
        var statement = ledger.Statement("2026-04", At(5, 10));
        (Money(statement.PayableBy(Core.Agreements.PartyRole.Customer)), Money(statement.PayableBy(Core.Agreements.PartyRole.Provider))).ShouldBe(("20.00", "0.00"));
    }
}
