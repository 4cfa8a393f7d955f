using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Remedies;

/// <summary>How an amount is reckoned from a result. Exact until the named rounding of a payable line.</summary>
public sealed record AmountRule
{
    /// <summary>What percentages are of.</summary>
    public AmountBase Base { get; init; } = new AmountBase.FeeOfService("");

    /// <summary>The payment where there are no tiers; null where there are.</summary>
    public Payout? Flat { get; init; }

    /// <summary>Amounts by bands of results, in the order of the file; empty where <see cref="Flat"/> is given.</summary>
    public ImmutableArray<Tier> Tiers { get; init; } = [];

    /// <summary>What the tiers' edges are edges of; null without tiers.</summary>
    public TierScale? Scale { get; init; }

    /// <summary>True when every tier that was reached pays; false, the default, when the worst one replaces the others.</summary>
    public bool TiersAdd { get; init; }

    /// <summary>The most for one event; null for no cap.</summary>
    public Cap? PerEvent { get; init; }

    /// <summary>The most in a period. A percentage credit is capped at 100 % of its base unless the agreement says otherwise; amounts are not capped.</summary>
    public Cap? PerPeriod { get; init; }

    /// <summary>The most in twelve months; null for no cap.</summary>
    public Cap? Per12Months { get; init; }

    /// <summary>On what a cap is measured.</summary>
    public CapMeasure CapMeasuredOn { get; init; } = CapMeasure.FailedPeriod;

    /// <summary>The smallest amount that is paid out; zero when all are.</summary>
    public decimal Smallest { get; init; }

    /// <summary>True when only more than <see cref="Smallest"/> is paid out; false, the default, when just as much is too.</summary>
    public bool SmallestIsTooLittle { get; init; }

    /// <summary>True when each event is reckoned by itself; false, the default, when the whole period is.</summary>
    public bool ForEachEvent { get; init; }

    /// <summary>True when each member or component is reckoned by its own result, and percentages are of what it pays; false, the default, when all are together.</summary>
    public bool ForEachMember { get; init; }

    /// <summary>How a payable line is rounded, once, to the currency's minor unit.</summary>
    public MoneyRounding Rounding { get; init; } = MoneyRounding.HalfAwayFromZero;

    /// <summary>Where it stands.</summary>
    public required Clause Clause { get; init; }
}

/// <summary>What a percentage is of. A closed choice.</summary>
public abstract record AmountBase
{
    private AmountBase()
    {
    }

    /// <summary>The fee of a service for the period.</summary>
    /// <param name="Service">The service; empty for that of the objective.</param>
    public sealed record FeeOfService(string Service) : AmountBase;

    /// <summary>All fees of the agreement for the period.</summary>
    public sealed record FeeOfAgreement : AmountBase;

    /// <summary>The part of the fee that the affected users, components or devices pay.</summary>
    public sealed record FeeOfAffected : AmountBase;

    /// <summary>One fee by its name: a delivery that is paid once, a part of what a service costs.</summary>
    /// <param name="Fee">The fee's name under the price.</param>
    public sealed record FeeNamed(string Fee) : AmountBase;

    /// <summary>The fees of the billing period in which the amount arises: of the invoice on which it lands.</summary>
    public sealed record Invoice : AmountBase;

    /// <summary>What another remedy has given in the twelve months before and was not earned back.</summary>
    /// <param name="Remedy">The remedy's name.</param>
    public sealed record GivenBy(string Remedy) : AmountBase;
}

/// <summary>A band of results: from its lower edge on, below its upper edge, unless it says otherwise.</summary>
/// <param name="From">The lower edge, which belongs to it unless <see cref="FromIsOutside"/>; null for none.</param>
/// <param name="Below">The upper edge, which does not belong to it unless <see cref="BelowIsInside"/>; null for none.</param>
/// <param name="Pay">How much.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record Tier(Rational? From, Rational? Below, Payout Pay, Clause Clause)
{
    /// <summary>True where a table says "above" its lower edge: the edge itself is not in the band.</summary>
    public bool FromIsOutside { get; init; }

    /// <summary>True where a table says "up to" its upper edge: the edge itself is in the band.</summary>
    public bool BelowIsInside { get; init; }

    /// <summary>Whether a result lies in the band.</summary>
    public bool Contains(Rational result) =>
        (From is not { } from || (FromIsOutside ? result > from : result >= from)) && (Below is not { } below || (BelowIsInside ? result <= below : result < below));
}

/// <summary>What the edges of tiers are edges of.</summary>
public enum TierScale
{
    /// <summary>The level of the objective, a fraction of one.</summary>
    Level,

    /// <summary>A length of time, in ticks: downtime, or the level of an objective that measures time.</summary>
    Time,

    /// <summary>A number: of events, tickets, or the level of an objective that counts.</summary>
    Count,

    /// <summary>Whole days late, from the due date on.</summary>
    DaysLate,
}

/// <summary>A payment. A closed choice.</summary>
public abstract record Payout
{
    private Payout()
    {
    }

    /// <summary>A fixed amount.</summary>
    /// <param name="Amount">In the agreement's currency; not negative.</param>
    public sealed record Fixed(decimal Amount) : Payout;

    /// <summary>A share of the base.</summary>
    /// <param name="Of">A fraction of one.</param>
    public sealed record Share(Rational Of) : Payout;

    /// <summary>So much for each unit.</summary>
    /// <param name="Each">The payment for one unit: fixed, a share, or free service.</param>
    /// <param name="Unit">What is counted.</param>
    /// <param name="Counting">What a started unit counts.</param>
    public sealed record PerUnit(Payout Each, ExcessUnit Unit, UnitCounting Counting) : Payout;

    /// <summary>The price of the lost time, so many times: the base divided by the period's length, times the downtime that counts.</summary>
    /// <param name="Times">How many times; 1 refunds it.</param>
    public sealed record LostTime(decimal Times) : Payout
    {
        /// <summary>True when only the downtime beyond what the target allows counts; false, the default, when all of it does.</summary>
        public bool BeyondTarget { get; init; }
    }

    /// <summary>Service free of charge.</summary>
    /// <param name="Length">How long.</param>
    public sealed record FreeTime(Time.TimeAmount Length) : Payout;

    /// <summary>The base times the share of users, components or devices that were affected.</summary>
    public sealed record AffectedShare : Payout;
}

/// <summary>What a payment is made for each of. A closed choice.</summary>
public abstract record ExcessUnit
{
    private ExcessUnit()
    {
    }

    /// <summary>Of downtime, or of the time beyond the target of an objective that measures time.</summary>
    /// <param name="Length">Positive.</param>
    public sealed record OfTime(Duration Length) : ExcessUnit
    {
        /// <summary>True when of downtime only what is beyond the target's allowance counts; false, the default, when all of it does.</summary>
        public bool BeyondTarget { get; init; }
    }

    /// <summary>Of the distance between level and target.</summary>
    /// <param name="Step">A fraction of one; positive.</param>
    public sealed record OfLevel(Rational Step) : ExcessUnit;

    /// <summary>Each event, ticket, lead or member that missed.</summary>
    /// <param name="Noun">What, in the singular where it is one.</param>
    /// <param name="Number">How many make a unit; at least 1.</param>
    public sealed record OfCount(string Noun, int Number = 1) : ExcessUnit;

    /// <summary>Each day late.</summary>
    /// <param name="Number">How many make a unit; at least 1.</param>
    public sealed record OfDaysLate(int Number = 1) : ExcessUnit;
}

/// <summary>What a started unit counts.</summary>
public enum UnitCounting
{
    /// <summary>In proportion, exactly. The default.</summary>
    ProRata,

    /// <summary>As a whole one.</summary>
    Started,

    /// <summary>Nothing: only full units count.</summary>
    Full,
}

/// <summary>The most that is paid. A closed choice.</summary>
public abstract record Cap
{
    private Cap()
    {
    }

    /// <summary>An amount.</summary>
    public sealed record Amount(decimal Of) : Cap;

    /// <summary>A share of the base.</summary>
    public sealed record Share(Rational Of) : Cap;

    /// <summary>What the service costs for a length of time.</summary>
    public sealed record PriceOf(Time.TimeAmount Length) : Cap;
}

/// <summary>On what a cap is measured.</summary>
public enum CapMeasure
{
    /// <summary>The base of the period that failed. The default.</summary>
    FailedPeriod,

    /// <summary>The invoice on which the amount lands.</summary>
    Invoice,
}

/// <summary>How a payable line is rounded to the currency's minor unit.</summary>
public enum MoneyRounding
{
    /// <summary>To the nearest; a half goes away from zero. The default.</summary>
    HalfAwayFromZero,

    /// <summary>To the nearest; a half goes to the even digit.</summary>
    HalfToEven,

    /// <summary>Away from zero.</summary>
    Up,

    /// <summary>Towards zero.</summary>
    Down,
}
