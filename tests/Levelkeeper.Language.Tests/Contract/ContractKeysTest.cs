using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Commitments;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Language.Tests.Contract;

/// <summary>What each key of the contract decides.</summary>
public class ContractKeysTest
{
    private static readonly Agreement Hosted = Sample.Good(Hosting.Text);

    private static Remedy Remedy(string name) => Hosted.Remedies.Single(r => r.Name == name);

    private static AmountRule Amount(string name) => Remedy(name).Benefit.ShouldBeOfType<Benefit.Payment>().Amount;

    [Fact]
    public void The_term_says_how_it_is_renewed_and_ended()
    {
        Hosted.Term.ShouldBe(new Term(new LocalDate(2026, 1, 1), new LocalDate(2027, 1, 1))
        {
            Renewal = new Renewal(new TimeAmount.CalendarUnits(12, 0), new TimeAmount.CalendarUnits(0, 60), null),
            Termination = new EarlyTermination(PartyRole.Customer, new TimeAmount.CalendarUnits(3, 0), null, new Cap.Share(new Rational(3, 10))),
            PriceLock = new TimeAmount.CalendarUnits(12, 0),
            Clause = Hosted.Term.Clause,
        });
        Hosted.State.ShouldBe(AgreementState.Proposed);
    }

    [Fact]
    public void A_service_has_a_fee_and_depends_on_others()
    {
        var shop = Hosted.Service("shop")!;
        shop.DependsOn.ShouldBe(["dns", "payments"]);
        shop.Fee.ShouldBe(new Fee(4000m, CalendarUnit.Month, "", false));
        Hosted.Suppliers.ShouldHaveSingleItem().ShouldBe(new Supplier("payments", "payments.yaml", "gateway", Hosted.Suppliers[0].Clause));
    }

    [Fact]
    public void Prices_are_fees_of_services_and_others_with_their_changes()
    {
        Hosted.Price.Fees.Select(f => (f.Name, f.Fee)).ShouldBe([
            ("shop", new Fee(4000m, CalendarUnit.Month, "", false)), ("dns", new Fee(100m, CalendarUnit.Month, "", false)),
            ("set-up", new Fee(2000m, null, "", true)), ("seats", new Fee(5m, CalendarUnit.Month, "user", false))]);
        (Hosted.Price.BilledPer, Hosted.Price.InAdvance, Hosted.Price.Due, Hosted.Price.LatePaymentPerYear).ShouldBe((CalendarUnit.Month, true, new TimeAmount.CalendarUnits(0, 14), new Rational(8, 100)));
        var change = Hosted.Price.Changes.ShouldHaveSingleItem();
        (change.From, change.Fee, change.NewFee.Amount).ShouldBe((new LocalDate(2027, 1, 1), "shop", 4200m));
    }

    [Fact]
    public void A_credit_by_tiers_is_capped_at_its_base_and_claimed()
    {
        var credit = Amount("uptime-credit");
        credit.Base.ShouldBe(new AmountBase.FeeOfService("shop"));
        credit.Scale.ShouldBe(TierScale.Level);
        credit.Tiers.Select(t => (t.From, t.Below, t.Pay)).ShouldBe([
            (new Rational(99, 100), new Rational(999, 1000), new Payout.Share(new Rational(1, 10))),
            (new Rational(95, 100), new Rational(99, 100), new Payout.Share(new Rational(1, 4))),
            (null, new Rational(95, 100), new Payout.Share(1))]);
        (credit.PerPeriod, credit.Per12Months, credit.PerEvent).ShouldBe((new Cap.Share(1), new Cap.Amount(10_000m), null));
        Remedy("uptime-credit").Claim!.Within.ShouldBe(new TimeAmount.CalendarUnits(0, 30));
        Remedy("uptime-credit").When.ShouldBe(new RemedyCondition.Has("uptime", ObjectiveOutcome.Missed));
    }

    [Fact]
    public void A_fine_per_ticket_is_not_capped_unless_the_agreement_says_so()
    {
        var fine = Amount("late-answers");
        fine.Flat.ShouldBe(new Payout.PerUnit(new Payout.Fixed(50m), new ExcessUnit.OfCount("ticket"), UnitCounting.ProRata));
        (fine.PerPeriod, fine.Smallest).ShouldBe((new Cap.Amount(1000m), 10m));
        Remedy("late-answers").Due.ShouldBe(new Settlement.Within(new TimeAmount.CalendarUnits(0, 15)));
        Remedy("late-answers").Claim.ShouldBeNull();
    }

    [Fact]
    public void A_right_arises_over_history()
    {
        var right = Remedy("way-out");
        right.Benefit.ShouldBe(new Benefit.Right(PartyRole.Customer, EntitledTo.Terminate, true, new TimeAmount.CalendarUnits(0, 30), null));
        var any = right.When.ShouldBeOfType<RemedyCondition.Any>();
        any.Of.ShouldBe([
            new RemedyCondition.OverHistory(new RemedyCondition.Has("uptime", ObjectiveOutcome.Missed), 3, 6, CalendarUnit.Month, false),
            new RemedyCondition.Average("uptime", 3, LevelComparison.LessThan, new Rational(99, 100), QuantityUnit.Share) { Over = CalendarUnit.Month }]);
    }

    [Fact]
    public void A_bonus_is_owed_by_the_customer()
    {
        var reward = Remedy("reward");
        (reward.By, reward.Grace).ShouldBe((PartyRole.Customer, new TimeAmount.CalendarUnits(0, 90)));
        Hosted.RemediesAreTheOnlyOnes.ShouldBeTrue();
    }

    [Fact]
    public void Exclusions_say_who_claims_who_decides_and_what_silence_means()
    {
        var caused = Hosted.Exclusions[0];
        (caused.Cause, caused.ClaimedBy, caused.ClaimWithin, caused.DecidedBy, caused.DecidedWithin, caused.SilenceApproves, caused.EvidenceRequired)
            .ShouldBe(("customer-caused", PartyRole.Provider, new TimeAmount.BusinessDays(5), ExclusionDecider.Customer, new TimeAmount.BusinessDays(10), true, true));
        var force = Hosted.Exclusions[1];
        (force.ClaimedBy, force.DecidedBy, force.AtMost, force.SilenceApproves).ShouldBe((null, ExclusionDecider.Both, Duration.FromHours(24), false));
        (Hosted.Disputes.Within, Hosted.Disputes.Finality).ShouldBe((new TimeAmount.CalendarUnits(0, 30), new TimeAmount.CalendarUnits(12, 0)));
    }

    [Fact]
    public void A_statement_takes_one_person_unless_the_agreement_asks_for_two()
    {
        (Hosted.StatementApproval, Hosted.StatementWithin).ShouldBe((StatementApproval.TwoPeople, new TimeAmount.BusinessDays(5)));
        foreach (var lines in (string[])["", "statement: { within: 5 business days }\n", "statement: { approved-by: one person }\n"])
            Sample.Good(Sample.Base + lines).StatementApproval.ShouldBe(StatementApproval.OnePerson);
    }

    [Fact]
    public void Escalation_tells_people_at_shares_of_budget_and_clock()
    {
        Hosted.Escalations.Select(e => (e.Of, e.At)).ShouldBe([
            ("uptime", new EscalationPoint.OfBudget(new Rational(1, 2))), ("uptime", new EscalationPoint.OfBudget(new Rational(4, 5))),
            ("reaction", new EscalationPoint.OfClock(new Rational(4, 5))), ("reaction", new EscalationPoint.AfterBreach(Duration.FromHours(1)))]);
        Hosted.Escalations[1].By.ShouldBe([EscalationWay.Email, EscalationWay.Phone]);
        Hosted.Escalations[0].By.ShouldBe([EscalationWay.Email]);
        Hosted.People.Select(p => (p.Key, p.Name, p.StandsIn)).ShouldBe([("duty-engineer", "duty-engineer", null), ("service-manager", "J. Kowalska", "duty-engineer")]);
    }

    [Fact]
    public void Support_has_channels_priorities_and_a_matrix()
    {
        Hosted.Support.Priorities.ShouldBe(["P1", "P2", "P3"]);
        Hosted.Support.Matrix[("high", "low")].ShouldBe("P2");
        Hosted.Support.Updates["P1"].ShouldBe(Duration.FromMinutes(30));
        Hosted.Support.Channels.Single(c => c.Name == "phone").Hours.ShouldBe("office");
    }

    [Fact]
    public void A_commitment_can_lapse()
    {
        var iso = Hosted.Commitments[0];
        (iso.ValidUntil, iso.WhenLapsed, iso.MendWithin, iso.WarnBefore).ShouldBe((new LocalDate(2027, 5, 31), LapseEffect.CustomerMayTerminate, new TimeAmount.CalendarUnits(0, 60), new TimeAmount.CalendarUnits(0, 60)));
    }

    [Fact]
    public void Maintenance_has_its_times_of_the_week_and_an_allowance_for_a_period()
    {
        var policy = ((Indicator.Availability)Hosted.Objectives[0].Indicator).Policy.Maintenance!;
        (policy.Notice, policy.Allowance).ShouldBe((Duration.FromHours(72), Duration.FromHours(4)));
        policy.AllowancePer!.Rule.ShouldBe(new PeriodRule.Calendar(CalendarUnit.Month));
        // Sunday 4 January 2026, 02:30 in Warsaw.
        policy.Times!.IsOpen(Instant.FromUtc(2026, 1, 4, 1, 30)).ShouldBeTrue();
        policy.Times.IsOpen(Instant.FromUtc(2026, 1, 4, 3, 0)).ShouldBeFalse();
        policy.Times.IsOpen(Instant.FromUtc(2026, 1, 5, 1, 30)).ShouldBeFalse();
    }

    [Fact]
    public void An_objective_has_a_weight_and_a_benchmark() =>
        (Hosted.Objectives[0].Weight, Hosted.Objectives[0].Benchmark).ShouldBe((new Rational(3, 5), new Rational(9995, 10000)));
}
