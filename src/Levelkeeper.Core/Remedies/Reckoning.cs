using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Remedies;

/// <summary>What an amount came to, exact, with its steps and the tree behind it.</summary>
/// <param name="Amount">In the agreement's currency; not negative.</param>
/// <param name="Steps">From the result to the amount.</param>
/// <param name="Explanation">The tree, which a machine can reckon again.</param>
internal sealed record Reckoned(Rational Amount, ImmutableArray<AmountStep> Steps, Explanation Explanation);

/// <summary>Reckons amounts by one rule over one base.</summary>
/// <param name="agreement">The agreement in force.</param>
/// <param name="rule">How the amount is reckoned.</param>
/// <param name="payer">True where the worse result pays more: a bonus pays for the better one.</param>
/// <param name="basis">What percentages are of, with its name and clause.</param>
/// <param name="span">The time that the base is the price of.</param>
/// <param name="over">What the base is over other spans.</param>
internal sealed class Reckoning(Agreement agreement, AmountRule rule, bool payer, Basis basis, TickInterval span, Func<TickInterval, Rational> over)
{
    /// <summary>What a reading comes to.</summary>
    public Reckoned Of(AmountReading reading)
    {
        if (rule.Flat is { } flat)
            return Start(Pay(flat, reading, rule.Clause));
        if (rule.Scale is not { } scale || reading.On(scale) is not { } measured)
            return new Reckoned(0, [], Parts.Reason("no amount", "There is no level by which a tier could be chosen."));
        var reached = Reached(reading, measured);
        var head = Step(AmountStepKind.Measured, measured, rule.Clause);
        if (reached.Count == 0)
            return new Reckoned(0, [head], Parts.Derived("no tier is reached", Money(0), Derivation.Given) with { Clauses = [rule.Clause], Remark = "The result lies in none of the tiers." });
        var paid = reached.Select(tier => (Tier: tier, Reckoned: Pay(tier.Pay, reading, tier.Clause))).ToList();
        if (!rule.TiersAdd)
            paid = [paid.MaxBy(p => p.Reckoned.Amount)];
        var amount = paid.Aggregate(Rational.Zero, (sum, p) => sum + p.Reckoned.Amount);
        var tree = paid.Count == 1 ? paid[0].Reckoned.Explanation : Parts.Derived("every tier reached", Money(amount), Derivation.Sum, paid.Select(p => p.Reckoned.Explanation));
        return Start(new Reckoned(amount, [head, .. paid.SelectMany(p => p.Reckoned.Steps.Insert(0, Step(AmountStepKind.Tier, measured, p.Tier.Clause) with { Tier = p.Tier }))], tree));
    }

    /// <summary>The size of a cap.</summary>
    /// <param name="cap">The cap.</param>
    /// <param name="basis">What a share is of.</param>
    public Rational Of(Cap cap, Rational basis) => cap switch
    {
        Cap.Amount fixedCap => Rational.From(fixedCap.Of),
        Cap.Share share => share.Of * basis,
        Cap.PriceOf price => PriceOf(price.Length),
        _ => throw new InvalidOperationException("The cases of a cap are closed."),
    };

    private bool UsesBase => rule.Flat is { } flat ? AmountBasis.Takes(flat) : rule.Tiers.Any(t => AmountBasis.Takes(t.Pay));

    private Reckoned Start(Reckoned reckoned) => reckoned with
    {
        Steps =
        [
            .. UsesBase ? [Step(AmountStepKind.Base, Money(basis.Amount), basis.Clause) with { Name = basis.Name }] : ImmutableArray<AmountStep>.Empty,
            .. reckoned.Steps,
            Step(AmountStepKind.Reckoned, Money(reckoned.Amount), rule.Clause),
        ],
    };

    /// <summary>The tiers that hold the result; where every tier reached pays, also those that lie between it and a good result.</summary>
    private List<Tier> Reached(AmountReading reading, Quantity measured)
    {
        var value = measured.Value;
        if (!rule.TiersAdd)
            return [.. rule.Tiers.Where(t => t.Contains(value))];
        // A level gets worse downwards where the target is a floor; time, counts and days get worse upwards. A bonus goes the other way.
        var floor = rule.Scale == TierScale.Level && reading.Target is { IsFloor: true };
        return floor == payer
            ? [.. rule.Tiers.Where(t => t.Below is not { } below || (t.BelowIsInside ? value <= below : value < below))]
            : [.. rule.Tiers.Where(t => t.From is not { } from || (t.FromIsOutside ? value > from : value >= from))];
    }

    private Reckoned Pay(Payout payout, AmountReading reading, Clause clause)
    {
        switch (payout)
        {
            case Payout.Fixed amount:
                return new Reckoned(Rational.From(amount.Amount), [], Given("fixed amount", Rational.From(amount.Amount), clause));
            case Payout.Share share:
                return Times("share of the base", share.Of * basis.Amount, Parts.Given("share", Quantity.Share(share.Of)) with { Clauses = [clause] }, basis.Explanation);
            case Payout.AffectedShare:
                return Times("share of the base", reading.Affected * basis.Amount, Parts.Given("share that was affected", Quantity.Share(reading.Affected)) with { Clauses = [clause] }, basis.Explanation);
            case Payout.FreeTime free:
                return new Reckoned(PriceOf(free.Length), [], Given($"price of {free.Length}", PriceOf(free.Length), clause));
            case Payout.LostTime lost:
                var time = reading.Lost is null ? reading.Late : lost.BeyondTarget ? Rational.Max(reading.Lost.Value - reading.Allowed, 0) : reading.Lost.Value;
                var price = basis.Amount * time / span.Length * Rational.From(lost.Times);
                return Times(
                    "price of the lost time",
                    price,
                    basis.Explanation,
                    Parts.Derived("share of the period that is lost", Quantity.Share(time / span.Length), Derivation.Quotient, Parts.Given("lost time", new Quantity(time, QuantityUnit.Ticks)), Parts.Given("length of the period", Quantity.Ticks(span.Length))),
                    Parts.Given("times", new Quantity(Rational.From(lost.Times), QuantityUnit.Number)) with { Clauses = [clause] }) with { Steps = [Step(AmountStepKind.Units, new Quantity(time, QuantityUnit.Ticks), clause) with { Second = Quantity.Ticks(span.Length), Third = Quantity.Share(time / span.Length) }] };
            case Payout.PerUnit unit:
                return PerUnit(unit, reading, clause);
            default:
                throw new InvalidOperationException("The cases of a payment are closed.");
        }
    }

    private Reckoned PerUnit(Payout.PerUnit payout, AmountReading reading, Clause clause)
    {
        var measured = reading.In(payout.Unit);
        var size = payout.Unit switch
        {
            ExcessUnit.OfTime time => (long)time.Length.BclCompatibleTicks,
            ExcessUnit.OfLevel level => level.Step,
            ExcessUnit.OfCount count => count.Number,
            ExcessUnit.OfDaysLate days => days.Number,
            _ => throw new InvalidOperationException("The cases of a unit are closed."),
        };
        var exact = measured.Value / size;
        Rational units = payout.Counting switch
        {
            UnitCounting.ProRata => exact,
            UnitCounting.Started => new Rational(exact.Ceiling(), 1),
            UnitCounting.Full => new Rational(exact.Floor(), 1),
            _ => throw new InvalidOperationException("Unknown counting."),
        };
        var each = Pay(payout.Each, reading, clause);
        var quotient = Parts.Derived("units", new Quantity(exact, QuantityUnit.Number), Derivation.Quotient, Parts.Given("measured", measured), Parts.Given("size of a unit", measured with { Value = size }));
        var counted = units == exact
            ? quotient
            : Parts.Derived(payout.Counting == UnitCounting.Started ? "units, a started one counts whole" : "full units", new Quantity(units, QuantityUnit.Number), Derivation.Rounded, quotient, Parts.Given("to whole units", new Quantity(1, QuantityUnit.Number)));
        return Times("amount per unit times units", each.Amount * units, each.Explanation, counted with { Clauses = [clause] }) with
        {
            Steps = [.. each.Steps, Step(AmountStepKind.Units, measured, clause) with { Second = measured with { Value = size }, Third = new Quantity(units, QuantityUnit.Number) }],
        };
    }

    /// <summary>What a length of the service costs: elapsed time and days at the price of the failed period, months and years at that of those that follow.</summary>
    private Rational PriceOf(TimeAmount length)
    {
        switch (length)
        {
            case TimeAmount.Elapsed elapsed:
                return basis.Amount * (long)elapsed.Duration.BclCompatibleTicks / span.Length;
            case TimeAmount.BusinessDays days:
                return basis.Amount * days.Count / FeeSchedule.Days(agreement.Zone, span);
            case TimeAmount.CalendarUnits units:
                var following = units.Months == 0 ? 0 : over(TickInterval.Between(span.EndInstant, agreement.After(span.EndInstant, units with { Days = 0 })));
                return following + (units.Days == 0 ? 0 : basis.Amount * units.Days / FeeSchedule.Days(agreement.Zone, span));
            default:
                throw new InvalidOperationException("The cases of a length of time are closed.");
        }
    }

    private Reckoned Times(string title, Rational amount, params IEnumerable<Explanation> factors) => new(amount, [], Parts.Derived(title, Money(amount), Derivation.Product, factors));

    private Explanation Given(string title, Rational amount, Clause clause) => Parts.Given(title, Money(amount)) with { Clauses = [clause] };

    private Quantity Money(Rational amount) => Quantity.Money(amount, agreement.Currency);

    private static AmountStep Step(AmountStepKind kind, Quantity first, Clause clause) => new(kind, first, null, null, "", clause);
}
