using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Remedies;

/// <summary>What a remedy gives. A closed choice.</summary>
public abstract record Benefit
{
    private Benefit()
    {
    }

    /// <summary>Money.</summary>
    /// <param name="Kind">In which form.</param>
    /// <param name="Amount">How much.</param>
    public sealed record Payment(PaymentKind Kind, AmountRule Amount) : Benefit;

    /// <summary>A free extension of the term.</summary>
    /// <param name="Length">How long.</param>
    public sealed record Extension(TimeAmount Length) : Benefit;

    /// <summary>A right: an entitlement with its deadline on the statement, not an amount.</summary>
    /// <param name="Holder">Who may use it; null for either side.</param>
    /// <param name="To">What it is a right to.</param>
    /// <param name="WithoutFee">Whether ending the agreement by it costs nothing.</param>
    /// <param name="Notice">The notice that must be given; null for none.</param>
    /// <param name="Within">How long it may be used after it arose; null for no limit.</param>
    public sealed record Right(PartyRole? Holder, EntitledTo To, bool WithoutFee, TimeAmount? Notice, TimeAmount? Within) : Benefit;
}

/// <summary>The form of a payment.</summary>
public enum PaymentKind
{
    /// <summary>A service credit, taken off what is to be paid.</summary>
    Credit,

    /// <summary>A discount on future services.</summary>
    Discount,

    /// <summary>A refund of what was paid.</summary>
    Refund,

    /// <summary>A contractual fine.</summary>
    Fine,

    /// <summary>A bonus for the provider.</summary>
    Bonus,

    /// <summary>What the provider earns back of credits that it gave.</summary>
    EarnBack,
}

/// <summary>What a right is a right to.</summary>
public enum EntitledTo
{
    /// <summary>To end the agreement.</summary>
    Terminate,

    /// <summary>To negotiate its terms anew.</summary>
    Renegotiate,

    /// <summary>To have the service reviewed.</summary>
    Review,
}
