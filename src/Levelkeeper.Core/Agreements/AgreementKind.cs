namespace Levelkeeper.Core.Agreements;

/// <summary>What kind of agreement it is (ITIL 4, ISO/IEC 20000-1).</summary>
public enum AgreementKind
{
    /// <summary>Between a provider and a customer.</summary>
    Customer,

    /// <summary>Between teams of one organisation: operational level agreement (OLA).</summary>
    Internal,

    /// <summary>With a supplier behind a service: underpinning contract (UC).</summary>
    Supplier,

    /// <summary>One-sided service-level commitment (SLC), as public cloud providers publish it.</summary>
    Commitment,

    /// <summary>The corporate level of a multi-level agreement: not concluded by itself, extended by those that are.</summary>
    Corporate,
}

/// <summary>The two sides.</summary>
public enum PartyRole : byte
{
    /// <summary>Delivers the services.</summary>
    Provider,

    /// <summary>Receives them.</summary>
    Customer,
}

/// <summary>A side of the agreement.</summary>
/// <param name="Role">Which side.</param>
/// <param name="Name">Its name.</param>
/// <param name="Contact">Where it is reached; empty when not said.</param>
/// <param name="Aliases">Other names under which facts may mention it.</param>
public sealed record Party(PartyRole Role, string Name, string Contact, System.Collections.Immutable.ImmutableArray<string> Aliases)
{
    /// <summary>Street and number, or the whole address; empty when not said.</summary>
    public string Address { get; init; } = "";

    /// <summary>The post code; empty when not said.</summary>
    public string PostCode { get; init; } = "";

    /// <summary>The city; empty when not said.</summary>
    public string City { get; init; } = "";

    /// <summary>The country's ISO 3166-1 code of two letters; empty when not said.</summary>
    public string Country { get; init; } = "";

    /// <summary>Its number in the register of companies; empty when not said.</summary>
    public string Registration { get; init; } = "";

    /// <summary>Its VAT identification number with its country's prefix; empty when not said.</summary>
    public string VatId { get; init; } = "";

    /// <summary>Where electronic invoices reach it, <c>scheme:identifier</c> with the scheme of the Peppol list of electronic addresses; empty when not said.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Whether a fact that names a party means this one (ordinal, ignoring case).</summary>
    public bool IsCalled(string name) =>
        string.Equals(Name, name, StringComparison.OrdinalIgnoreCase) || Aliases.Any(a => string.Equals(a, name, StringComparison.OrdinalIgnoreCase));
}
