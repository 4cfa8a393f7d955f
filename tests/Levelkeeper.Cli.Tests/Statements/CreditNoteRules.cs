using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>
/// The rules that apply to a credit note without allowances, charges, prepayments and delivery: those of EN 16931-1:2017 (BR, BR-CO, BR-DEC, BR-CL and by category of tax) and of Peppol BIS Billing 3.0
/// (PEPPOL-EN16931-R), each under its own name, written from their wording. The order and number of elements are those of UBL 2.1 (UBL-ORDER), which has no name for them.
/// </summary>
internal static partial class CreditNoteRules
{
    public static readonly XNamespace Ubl = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2";
    public static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    public static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

    /// <summary>The sequences of the schema, as far as the notes use them: parent, then its children in order.</summary>
    private static readonly Dictionary<string, string> s_sequences = new(StringComparer.Ordinal)
    {
        ["CreditNote"] = "CustomizationID ProfileID ID IssueDate CreditNoteTypeCode Note DocumentCurrencyCode BuyerReference InvoicePeriod BillingReference* ContractDocumentReference AdditionalDocumentReference AccountingSupplierParty AccountingCustomerParty PaymentTerms TaxTotal LegalMonetaryTotal CreditNoteLine*",
        ["InvoicePeriod"] = "StartDate EndDate",
        ["BillingReference"] = "InvoiceDocumentReference",
        ["InvoiceDocumentReference"] = "ID IssueDate",
        ["ContractDocumentReference"] = "ID",
        ["AdditionalDocumentReference"] = "ID DocumentDescription",
        ["AccountingSupplierParty"] = "Party",
        ["AccountingCustomerParty"] = "Party",
        ["Party"] = "EndpointID PartyName PostalAddress PartyTaxScheme PartyLegalEntity Contact",
        ["PartyName"] = "Name",
        ["PostalAddress"] = "StreetName CityName PostalZone Country",
        ["Country"] = "IdentificationCode",
        ["PartyTaxScheme"] = "CompanyID TaxScheme",
        ["TaxScheme"] = "ID",
        ["PartyLegalEntity"] = "RegistrationName CompanyID",
        ["Contact"] = "ElectronicMail",
        ["PaymentTerms"] = "Note",
        ["TaxTotal"] = "TaxAmount TaxSubtotal",
        ["TaxSubtotal"] = "TaxableAmount TaxAmount TaxCategory",
        ["TaxCategory"] = "ID Percent TaxExemptionReasonCode TaxExemptionReason TaxScheme",
        ["LegalMonetaryTotal"] = "LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount PayableAmount",
        ["CreditNoteLine"] = "ID CreditedQuantity LineExtensionAmount Item Price",
        ["Item"] = "Description Name ClassifiedTaxCategory",
        ["ClassifiedTaxCategory"] = "ID Percent TaxScheme",
        ["Price"] = "PriceAmount",
    };

    public static readonly IReadOnlyDictionary<string, Func<XDocument, bool>> All = new Dictionary<string, Func<XDocument, bool>>(StringComparer.Ordinal)
    {
        ["UBL-ORDER"] = n => n.Root!.Name == Ubl + "CreditNote" && n.Descendants().Where(e => e.HasElements).All(InOrder),
        ["BR-01"] = n => Has(n, "CustomizationID"),
        ["BR-02"] = n => Has(n, "ID"),
        ["BR-03"] = n => DateTime.TryParseExact(Value(n, "IssueDate"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        ["BR-04"] = n => Has(n, "CreditNoteTypeCode"),
        ["BR-05"] = n => Has(n, "DocumentCurrencyCode"),
        ["BR-06"] = n => Has(Party(n, "Supplier"), "PartyLegalEntity/RegistrationName"),
        ["BR-07"] = n => Has(Party(n, "Customer"), "PartyLegalEntity/RegistrationName"),
        ["BR-08"] = n => Party(n, "Supplier").Element(Cac + "PostalAddress") is not null,
        ["BR-09"] = n => Has(Party(n, "Supplier"), "PostalAddress/Country/IdentificationCode"),
        ["BR-10"] = n => Party(n, "Customer").Element(Cac + "PostalAddress") is not null,
        ["BR-11"] = n => Has(Party(n, "Customer"), "PostalAddress/Country/IdentificationCode"),
        ["BR-12"] = n => Has(n, "LegalMonetaryTotal/LineExtensionAmount"),
        ["BR-13"] = n => Has(n, "LegalMonetaryTotal/TaxExclusiveAmount"),
        ["BR-14"] = n => Has(n, "LegalMonetaryTotal/TaxInclusiveAmount"),
        ["BR-15"] = n => Has(n, "LegalMonetaryTotal/PayableAmount"),
        ["BR-16"] = n => Lines(n).Any(),
        ["BR-21"] = n => Lines(n).All(l => Has(l, "ID")),
        ["BR-22"] = n => Lines(n).All(l => Has(l, "CreditedQuantity")),
        ["BR-23"] = n => Lines(n).All(l => l.Element(Cbc + "CreditedQuantity")!.Attribute("unitCode") is not null),
        ["BR-24"] = n => Lines(n).All(l => Has(l, "LineExtensionAmount")),
        ["BR-25"] = n => Lines(n).All(l => Has(l, "Item/Name")),
        ["BR-26"] = n => Lines(n).All(l => Has(l, "Price/PriceAmount")),
        ["BR-27"] = n => Lines(n).All(l => Amount(l, "Price/PriceAmount") >= 0),
        ["BR-29"] = n => string.CompareOrdinal(Value(n, "InvoicePeriod/EndDate"), Value(n, "InvoicePeriod/StartDate")) >= 0,
        ["BR-45"] = n => Subtotals(n).All(s => Has(s, "TaxableAmount")),
        ["BR-46"] = n => Subtotals(n).All(s => Has(s, "TaxAmount")),
        ["BR-47"] = n => Subtotals(n).All(s => Has(s, "TaxCategory/ID")),
        ["BR-48"] = n => Subtotals(n).All(s => Value(s, "TaxCategory/ID") == "O" || Has(s, "TaxCategory/Percent")),
        ["BR-52"] = n => n.Root!.Elements(Cac + "AdditionalDocumentReference").All(r => Has(r, "ID")),
        ["BR-55"] = n => n.Root!.Elements(Cac + "BillingReference").All(r => Has(r, "InvoiceDocumentReference/ID")),
        ["BR-62"] = n => Party(n, "Supplier").Element(Cbc + "EndpointID")!.Attribute("schemeID") is not null,
        ["BR-63"] = n => Party(n, "Customer").Element(Cbc + "EndpointID")!.Attribute("schemeID") is not null,
        ["BR-CO-04"] = n => Lines(n).All(l => Has(l, "Item/ClassifiedTaxCategory/ID")),
        ["BR-CO-09"] = n => n.Descendants(Cac + "PartyTaxScheme").All(s => Prefix().IsMatch(Value(s, "CompanyID"))),
        ["BR-CO-10"] = n => Amount(n, "LegalMonetaryTotal/LineExtensionAmount") == Lines(n).Sum(l => Amount(l, "LineExtensionAmount")),
        ["BR-CO-13"] = n => Amount(n, "LegalMonetaryTotal/TaxExclusiveAmount") == Amount(n, "LegalMonetaryTotal/LineExtensionAmount"),
        ["BR-CO-14"] = n => Amount(n, "TaxTotal/TaxAmount") == Subtotals(n).Sum(s => Amount(s, "TaxAmount")),
        ["BR-CO-15"] = n => Amount(n, "LegalMonetaryTotal/TaxInclusiveAmount") == Amount(n, "LegalMonetaryTotal/TaxExclusiveAmount") + Amount(n, "TaxTotal/TaxAmount"),
        ["BR-CO-16"] = n => Amount(n, "LegalMonetaryTotal/PayableAmount") == Amount(n, "LegalMonetaryTotal/TaxInclusiveAmount"),
        ["BR-CO-17"] = n => Subtotals(n).All(s => Amount(s, "TaxAmount") == Math.Round(Amount(s, "TaxableAmount") * (Has(s, "TaxCategory/Percent") ? Amount(s, "TaxCategory/Percent") : 0) / 100, 2, MidpointRounding.AwayFromZero)),
        ["BR-CO-18"] = n => Subtotals(n).Any(),
        ["BR-CO-25"] = n => Amount(n, "LegalMonetaryTotal/PayableAmount") <= 0 || Has(n, "PaymentTerms/Note"),
        ["BR-CO-26"] = n => Has(Party(n, "Supplier"), "PartyLegalEntity/CompanyID") || Has(Party(n, "Supplier"), "PartyTaxScheme/CompanyID"),
        ["BR-DEC"] = n => n.Descendants().Where(e => e.Attribute("currencyID") is not null).All(e => TwoDecimals().IsMatch(e.Value)),
        ["BR-CL-01"] = n => Value(n, "CreditNoteTypeCode") is "381" or "396" or "81" or "83" or "532",
        ["BR-CL-04"] = n => Currency().IsMatch(Value(n, "DocumentCurrencyCode")),
        ["BR-CL-14"] = n => n.Descendants(Cbc + "IdentificationCode").All(c => Country().IsMatch(c.Value)),
        ["BR-CL-17"] = n => n.Descendants(Cac + "TaxCategory").All(IsCategory),
        ["BR-CL-18"] = n => n.Descendants(Cac + "ClassifiedTaxCategory").All(IsCategory),
        ["BR-CL-23"] = n => Lines(n).All(l => l.Element(Cbc + "CreditedQuantity")!.Attribute("unitCode")!.Value == "C62"),
        ["BR-CL-25"] = n => n.Descendants(Cbc + "EndpointID").All(e => Scheme().IsMatch(e.Attribute("schemeID")!.Value)),
        ["BR-S-02"] = n => Category(n) is not ("S" or "Z" or "E") || Has(Party(n, "Supplier"), "PartyTaxScheme/CompanyID"),
        ["BR-S-05"] = n => Category(n) != "S" || Lines(n).All(l => Amount(l, "Item/ClassifiedTaxCategory/Percent") > 0),
        ["BR-S-08"] = n => Subtotals(n).All(s => Amount(s, "TaxableAmount") == Lines(n).Where(l => Value(l, "Item/ClassifiedTaxCategory/ID") == Value(s, "TaxCategory/ID")).Sum(l => Amount(l, "LineExtensionAmount"))),
        ["BR-S-10"] = n => Category(n) is not ("S" or "Z") || !n.Descendants(Cbc + "TaxExemptionReason").Any() && !n.Descendants(Cbc + "TaxExemptionReasonCode").Any(),
        ["BR-E-10"] = n => Category(n) != "E" || Has(Subtotals(n).Single(), "TaxCategory/TaxExemptionReason"),
        ["BR-AE-02"] = n => Category(n) != "AE" || Has(Party(n, "Supplier"), "PartyTaxScheme/CompanyID") && Has(Party(n, "Customer"), "PartyTaxScheme/CompanyID"),
        ["BR-AE-05"] = n => Category(n) != "AE" || Lines(n).All(l => Amount(l, "Item/ClassifiedTaxCategory/Percent") == 0),
        ["BR-AE-10"] = n => Category(n) != "AE" || Value(Subtotals(n).Single(), "TaxCategory/TaxExemptionReasonCode") == "VATEX-EU-AE",
        ["BR-O-02"] = n => Category(n) != "O" || !n.Descendants(Cac + "PartyTaxScheme").Any(),
        ["BR-O-05"] = n => Category(n) != "O" || !n.Descendants(Cac + "ClassifiedTaxCategory").Elements(Cbc + "Percent").Any(),
        ["BR-O-09"] = n => Category(n) != "O" || Subtotals(n).All(s => Amount(s, "TaxAmount") == 0),
        ["BR-O-10"] = n => Category(n) != "O" || Value(Subtotals(n).Single(), "TaxCategory/TaxExemptionReasonCode") == "VATEX-EU-O",
        ["BR-O-11"] = n => Category(n) != "O" || Subtotals(n).Count() == 1,
        ["PEPPOL-EN16931-R001"] = n => Has(n, "ProfileID"),
        ["PEPPOL-EN16931-R002"] = n => n.Root!.Elements(Cbc + "Note").Count() <= 1,
        ["PEPPOL-EN16931-R003"] = n => Has(n, "BuyerReference"),
        ["PEPPOL-EN16931-R004"] = n => Value(n, "CustomizationID").StartsWith("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", StringComparison.Ordinal),
        ["PEPPOL-EN16931-R007"] = n => Profile().IsMatch(Value(n, "ProfileID")),
        ["PEPPOL-EN16931-R008"] = n => n.Descendants().All(e => e.HasElements || e.Value.Trim().Length > 0),
        ["PEPPOL-EN16931-R010"] = n => Has(Party(n, "Customer"), "EndpointID"),
        ["PEPPOL-EN16931-R020"] = n => Has(Party(n, "Supplier"), "EndpointID"),
        ["PEPPOL-EN16931-R051"] = n => n.Descendants().Where(e => e.Name.LocalName.EndsWith("Amount", StringComparison.Ordinal)).All(e => e.Attribute("currencyID")?.Value == Value(n, "DocumentCurrencyCode")),
        ["PEPPOL-EN16931-R053"] = n => n.Root!.Elements(Cac + "TaxTotal").Count(t => t.Element(Cac + "TaxSubtotal") is not null) == 1,
        ["PEPPOL-EN16931-R120"] = n => Lines(n).All(l => Amount(l, "LineExtensionAmount") == Amount(l, "CreditedQuantity") * Amount(l, "Price/PriceAmount")),
    };

    /// <summary>Children in the order of the schema, each once unless its name has a star, and none beside them.</summary>
    private static bool InOrder(XElement parent)
    {
        if (!s_sequences.TryGetValue(parent.Name.LocalName, out var sequence))
            return false;
        var allowed = sequence.Split(' ');
        var last = -1;
        foreach (var child in parent.Elements())
        {
            var at = Array.FindIndex(allowed, a => a.TrimEnd('*') == child.Name.LocalName);
            if (at < last || at < 0 || at == last && !allowed[at].EndsWith('*') || child.Name.Namespace != (child.HasElements ? Cac : Cbc))
                return false;
            last = at;
        }

        return true;
    }

    private static XElement? Find(XElement from, string path) => path.Split('/').Aggregate((XElement?)from, (at, name) => at?.Elements().FirstOrDefault(e => e.Name.LocalName == name));

    private static string Value(XElement from, string path) => Find(from, path)?.Value ?? "";

    private static string Value(XDocument note, string path) => Value(note.Root!, path);

    private static bool Has(XElement from, string path) => Value(from, path).Trim().Length > 0;

    private static bool Has(XDocument note, string path) => Has(note.Root!, path);

    private static decimal Amount(XElement from, string path) => decimal.Parse(Value(from, path), CultureInfo.InvariantCulture);

    private static decimal Amount(XDocument note, string path) => Amount(note.Root!, path);

    private static XElement Party(XDocument note, string side) => note.Root!.Element(Cac + $"Accounting{side}Party")!.Element(Cac + "Party")!;

    private static IEnumerable<XElement> Lines(XDocument note) => note.Root!.Elements(Cac + "CreditNoteLine");

    private static IEnumerable<XElement> Subtotals(XDocument note) => note.Root!.Elements(Cac + "TaxTotal").Elements(Cac + "TaxSubtotal");

    private static string Category(XDocument note) => Value(Lines(note).First(), "Item/ClassifiedTaxCategory/ID");

    private static bool IsCategory(XElement category) => Value(category, "ID") is "S" or "Z" or "E" or "AE" or "O" && Value(category, "TaxScheme/ID") == "VAT";

    [GeneratedRegex(@"^-?\d+(\.\d{1,2})?$", RegexOptions.ExplicitCapture)]
    private static partial Regex TwoDecimals();

    [GeneratedRegex("^[A-Z]{2}[0-9A-Z+*]+$")]
    private static partial Regex Prefix();

    [GeneratedRegex("^[A-Z]{3}$")]
    private static partial Regex Currency();

    [GeneratedRegex("^[A-Z]{2}$")]
    private static partial Regex Country();

    [GeneratedRegex("^[0-9]{4}$")]
    private static partial Regex Scheme();

    [GeneratedRegex("^urn:fdc:peppol.eu:2017:poacc:billing:[0-9]{2}:1.0$")]
    private static partial Regex Profile();
}
