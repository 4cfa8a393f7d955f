using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Reports.Accounting;

/// <summary>The categories of value added tax that a credit note can have; UNCL 5305 as EN 16931 uses it.</summary>
public enum TaxCategory
{
    /// <summary>Standard rate.</summary>
    S,

    /// <summary>Zero rate.</summary>
    Z,

    /// <summary>Exempt.</summary>
    E,

    /// <summary>Reverse charge.</summary>
    AE,

    /// <summary>Not subject to tax: a contractual penalty in most countries. Which category is right the taxpayer decides, not this program.</summary>
    O,
}

/// <summary>How the amounts of a credit note are taxed: all of them alike.</summary>
/// <param name="Category">The category.</param>
/// <param name="Rate">In percent; above zero for <see cref="TaxCategory.S"/>, 0 for the others.</param>
/// <param name="Reason">Why no tax is charged; empty where some is.</param>
public sealed record TaxTreatment(TaxCategory Category, decimal Rate, string Reason)
{
    /// <summary>The code of the reason in the VATEX list; empty where there is none.</summary>
    public string ReasonCode => Category switch
    {
        TaxCategory.AE => "VATEX-EU-AE",
        TaxCategory.O => "VATEX-EU-O",
        TaxCategory.S or TaxCategory.Z or TaxCategory.E => "",
        _ => throw new InvalidOperationException("Unknown category."),
    };

    /// <summary>Whether the category has a rate at all: <see cref="TaxCategory.O"/> has none (BR-O-05).</summary>
    public bool HasRate => Category != TaxCategory.O;

    /// <summary>The tax on a net amount, to the cent, a half away from zero (BR-CO-17).</summary>
    public Rational On(Rational net) => (net * Rational.From(Rate) / 100).RoundTo(2, Rounding.HalfAwayFromZero);
}
