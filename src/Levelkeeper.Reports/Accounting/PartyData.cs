namespace Levelkeeper.Reports.Accounting;

/// <summary>What a credit note says of a party; empty for what is not known.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Contact">Where it is reached.</param>
/// <param name="Address">Street and number, or the whole address.</param>
/// <param name="PostCode">The post code.</param>
/// <param name="City">The city.</param>
/// <param name="Country">ISO 3166-1, two letters.</param>
/// <param name="Registration">Its number in the register of companies.</param>
/// <param name="VatId">With its country's prefix.</param>
/// <param name="Endpoint"><c>scheme:identifier</c>.</param>
public sealed record PartyData(string Name, string Contact, string Address, string PostCode, string City, string Country, string Registration, string VatId, string Endpoint);
