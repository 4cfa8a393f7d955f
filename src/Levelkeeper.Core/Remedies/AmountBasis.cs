using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Remedies;

/// <summary>What percentages are of.</summary>
/// <param name="Amount">How much.</param>
/// <param name="Name">The service, fee or remedy whose it is; empty for the agreement as a whole.</param>
/// <param name="Clause">Where the agreement states it.</param>
/// <param name="Explanation">The tree behind it.</param>
internal sealed record Basis(Rational Amount, string Name, Clause Clause, Explanation Explanation);

/// <summary>How much the caps of a rule come to for one line; null where there is none.</summary>
/// <param name="PerEvent">For all events of the line together.</param>
/// <param name="PerPeriod">In the period, or on the invoice.</param>
/// <param name="Per12Months">In the twelve months up to the period's end.</param>
internal sealed record CapSizes(Rational? PerEvent, Rational? PerPeriod, Rational? Per12Months);

/// <summary>What percentages of one rule are of, over any span of time.</summary>
/// <param name="fees">What things cost.</param>
/// <param name="agreement">The version in force.</param>
/// <param name="rule">The rule.</param>
/// <param name="service">The service of the objective; empty for the agreement as a whole.</param>
/// <param name="periods">The objective's periods, which say where own months begin; null for the calendar's.</param>
/// <param name="affected">The share that was affected.</param>
/// <param name="arises">When the amount arises.</param>
/// <param name="given">What another remedy gave in the twelve months before and was not earned back.</param>
internal sealed class AmountBasis(FeeSchedule fees, Agreement agreement, AmountRule rule, string service, PeriodRule? periods, Rational affected, Instant arises, Func<string, Rational> given)
{
    private const int MonthsOfYear = 12;

    /// <summary>Whether the rule takes percentages of anything; where it does not, nothing has to be known of fees.</summary>
    private bool IsNeeded =>
        (rule.Flat is { } flat ? Takes(flat) : rule.Tiers.Any(t => Takes(t.Pay)))
        || rule.PerEvent is Cap.Share or Cap.PriceOf || rule.PerPeriod is Cap.Share or Cap.PriceOf || rule.Per12Months is Cap.Share or Cap.PriceOf;

    /// <summary>Whether a payment is reckoned from the base.</summary>
    public static bool Takes(Payout payout) => payout is not (Payout.Fixed or Payout.PerUnit { Each: Payout.Fixed });

    /// <summary>The base of a span; or what must be known and is not.</summary>
    public (Basis? Basis, string? Unknown) Over(TickInterval span)
    {
        if (!IsNeeded)
            return (new Basis(0, "", rule.Clause, Parts.Given("base", Money(0))), null);
        switch (rule.Base)
        {
            case AmountBase.FeeOfService fee:
                return OfFees(fee.Service.Length > 0 ? fee.Service : service, span);
            case AmountBase.FeeOfAgreement:
                return OfFees("", span);
            case AmountBase.FeeOfAffected:
                var (whole, unknown) = OfFees(service, span);
                return whole is null ? (null, unknown) : (whole with
                {
                    Amount = whole.Amount * affected,
                    Explanation = Parts.Derived("fee of the affected", Money(whole.Amount * affected), Derivation.Product, whole.Explanation, Parts.Given("share that was affected", Quantity.Share(affected))),
                }, null);
            case AmountBase.FeeNamed named:
                return OfNamed(named.Fee, span);
            case AmountBase.Invoice:
                return OfFees("", InvoiceOf(agreement, arises), byCalendar: true);
            case AmountBase.GivenBy by:
                var amount = given(by.Remedy);
                return (new Basis(amount, by.Remedy, rule.Clause, Parts.Given($"given by '{by.Remedy}' in twelve months and not earned back", Money(amount))), null);
            default:
                throw new InvalidOperationException("The cases of a base are closed.");
        }
    }

    /// <summary>The sizes of the caps; or what must be known for them and is not.</summary>
    /// <param name="reckoning">By which amounts of the line are reckoned.</param>
    /// <param name="basis">The base of the line's period.</param>
    /// <param name="events">How many events the line is for.</param>
    /// <param name="end">The end of its period.</param>
    public (CapSizes Caps, string? Unknown) Caps(Reckoning reckoning, Basis basis, int events, long end)
    {
        var (period, year) = (basis.Amount, basis.Amount);
        if (rule is { PerPeriod: Cap.Share, CapMeasuredOn: CapMeasure.Invoice })
        {
            var (invoice, unknown) = OfFees("", InvoiceOf(agreement, arises), byCalendar: true);
            if (invoice is null)
                return (new CapSizes(null, null, null), unknown);
            period = invoice.Amount;
        }

        if (rule.Per12Months is Cap.Share)
        {
            var span = YearBefore(agreement.Zone, end);
            var (twelve, unknown) = rule.Base is AmountBase.Invoice ? OfFees("", span, byCalendar: true) : Over(span);
            if (twelve is null)
                return (new CapSizes(null, null, null), unknown);
            year = twelve.Amount;
        }

        return (new CapSizes(rule.PerEvent is null ? null : reckoning.Of(rule.PerEvent, basis.Amount) * Math.Max(1, events), Size(rule.PerPeriod, period), Size(rule.Per12Months, year)), null);

        Rational? Size(Cap? cap, Rational of) => cap is null ? null : reckoning.Of(cap, of);
    }

    /// <summary>The billing period in which an amount arises: its invoice is the one on which it lands.</summary>
    public static TickInterval InvoiceOf(Agreement agreement, Instant arises) =>
        new PeriodCalendar(new PeriodRule.Calendar(agreement.Price.BilledPer), agreement.Zone).Containing(arises).During;

    /// <summary>The twelve months up to an instant.</summary>
    public static TickInterval YearBefore(DateTimeZone zone, long end) => new(Instant.FromUnixTimeTicks(end).InZone(zone).LocalDateTime.PlusMonths(-MonthsOfYear).InZoneLeniently(zone).ToInstant().ToUnixTimeTicks(), end);

    private (Basis? Basis, string? Unknown) OfNamed(string name, TickInterval span)
    {
        if (agreement.Price.Fees.FirstOrDefault(f => f.Name == name) is not { } fee)
            return (null, $"what '{name}' costs");
        var (amount, unknown) = fee.Fee.IsOnce ? (Rational.From(fee.Fee.Amount), null) : fees.Of(agreement, fee, span, periods);
        return unknown is not null
            ? (null, unknown)
            : (new Basis(amount, fee.Name, fee.Clause, Parts.Given($"fee '{fee.Name}'", Money(amount)) with { Clauses = [fee.Clause] }), null);
    }

    private (Basis? Basis, string? Unknown) OfFees(string of, TickInterval during, bool byCalendar = false)
    {
        var only = of.Length == 0 ? null : of;
        var counted = agreement.Price.Fees.Where(f => (only is null || f.Service == only) && (f.Plan.Length == 0 || f.Plan == agreement.Plan)).ToList();
        if (counted.Count == 0)
            return (null, only is null ? "what the agreement costs" : $"what '{only}' costs");
        var (amount, unknown) = fees.Of(only, during, byCalendar ? null : periods);
        var clause = counted.Count == 1 ? counted[0].Clause : rule.Clause;
        return unknown is not null
            ? (null, unknown)
            : (new Basis(amount, of, clause, Parts.Given(only is null ? "fees of the agreement" : $"fee of '{only}'", Money(amount)) with { Clauses = [clause], During = during }), null);
    }

    private Quantity Money(Rational of) => Quantity.Money(of, agreement.Currency);
}
