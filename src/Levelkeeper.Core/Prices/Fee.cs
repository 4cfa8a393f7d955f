using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Periods;

namespace Levelkeeper.Core.Prices;

/// <summary>What is paid for something: so much once, per period, or per unit and period.</summary>
/// <param name="Amount">In the agreement's currency, net; not negative.</param>
/// <param name="Per">The period; null when it is paid once, or per unit only.</param>
/// <param name="Unit">What is counted, in the singular; empty when nothing is.</param>
/// <param name="IsOnce">Whether it is paid once.</param>
public sealed record Fee(decimal Amount, CalendarUnit? Per, string Unit, bool IsOnce);

/// <summary>A fee with what it pays for.</summary>
/// <param name="Name">Its name; for a service's own fee that of the service.</param>
/// <param name="Title">As people read it.</param>
/// <param name="Fee">How much.</param>
/// <param name="Service">The service it pays for; empty for the agreement as a whole.</param>
/// <param name="Plan">The plan in which it is due; empty for every plan.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record NamedFee(string Name, string Title, Fee Fee, string Service, string Plan, Clause Clause);

/// <summary>Fees from a date on.</summary>
/// <param name="From">The first day.</param>
/// <param name="Fee">The fee's name.</param>
/// <param name="NewFee">How much from then on.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record FeeChange(NodaTime.LocalDate From, string Fee, Fee NewFee, Clause Clause);

/// <summary>What is paid, when and how.</summary>
public sealed record Price
{
    /// <summary>Nothing but the fees of services.</summary>
    public static Price Default { get; } = new();

    /// <summary>The fees, those of services first.</summary>
    public System.Collections.Immutable.ImmutableArray<NamedFee> Fees { get; init; } = [];

    /// <summary>Changes that are agreed already, in the order of their dates.</summary>
    public System.Collections.Immutable.ImmutableArray<FeeChange> Changes { get; init; } = [];

    /// <summary>How often it is billed.</summary>
    public CalendarUnit BilledPer { get; init; } = CalendarUnit.Month;

    /// <summary>Whether in advance; in arrears else.</summary>
    public bool InAdvance { get; init; }

    /// <summary>How long after the invoice it is due.</summary>
    public Time.TimeAmount Due { get; init; } = new Time.TimeAmount.CalendarUnits(0, 30);

    /// <summary>The yearly rate charged on late payments, a fraction of one; null for the law's.</summary>
    public Numbers.Rational? LatePaymentPerYear { get; init; }
}
