using System.Globalization;
using System.Text;
using System.Xml;
using Levelkeeper.Core.Numbers;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Reports.Accounting;

/// <summary>Writes credit notes as UBL 2.1 (ISO/IEC 19845) in the form of Peppol BIS Billing 3.0, a CIUS of EN 16931-1. Equal notes give equal bytes. See docs/accounting.md.</summary>
public static class UblCreditNote
{
    private const string Ubl = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2";
    private const string Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    private const string Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

    /// <summary>UNTDID 1001: credit note.</summary>
    private const string CreditNoteCode = "381";

    /// <summary>UN/ECE recommendation 20: one.</summary>
    private const string One = "C62";

    /// <summary>Decimals of every amount (BR-DEC-*).</summary>
    private const int Decimals = 2;

    /// <summary>Writes a note whose data are complete.</summary>
    public static byte[] Write(CreditNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, IndentChars = "  ", NewLineChars = "\n", NewLineHandling = NewLineHandling.Entitize }))
        {
            xml.WriteStartDocument();
            xml.WriteStartElement("CreditNote", Ubl);
            xml.WriteAttributeString("xmlns", "cac", null, Cac);
            xml.WriteAttributeString("xmlns", "cbc", null, Cbc);
            new Writer(xml, note).Write();
            xml.WriteEndElement();
            xml.WriteEndDocument();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private sealed class Writer(XmlWriter xml, CreditNote note)
    {
        private AccountedStatement Statement => note.Statement;

        /// <summary>The elements in the order of the schema.</summary>
        public void Write()
        {
            Basic("CustomizationID", "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0");
            Basic("ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0");
            Basic("ID", note.Number);
            Basic("IssueDate", Date(note.Issued));
            Basic("CreditNoteTypeCode", CreditNoteCode);
            Basic("Note", note.Subject);
            Basic("DocumentCurrencyCode", Statement.Currency);
            Basic("BuyerReference", note.BuyerReference);
            Group("InvoicePeriod", () =>
            {
                Basic("StartDate", Date(Statement.FirstDay));
                Basic("EndDate", Date(Statement.LastDay));
            });
            foreach (var (number, issued) in note.Invoices)
            {
                Group("BillingReference", () => Group("InvoiceDocumentReference", () =>
                {
                    Basic("ID", number);
                    if (issued is { } date)
                        Basic("IssueDate", Date(date));
                }));
            }

            Group("ContractDocumentReference", () => Basic("ID", Statement.Agreement));
            Group("AdditionalDocumentReference", () =>
            {
                Basic("ID", $"{Statement.Agreement}/{Statement.Period}");
                Basic("DocumentDescription", $"SHA-256 {Statement.Digest}");
            });
            Group("AccountingSupplierParty", () => Party(Statement.Seller));
            Group("AccountingCustomerParty", () => Party(Statement.Buyer!));
            Group("PaymentTerms", () => Basic("Note", note.Terms));
            Group("TaxTotal", () =>
            {
                Amount("TaxAmount", note.TaxAmount);
                Group("TaxSubtotal", () =>
                {
                    Amount("TaxableAmount", note.Net);
                    Amount("TaxAmount", note.TaxAmount);
                    Group("TaxCategory", () => Category(withReason: true));
                });
            });
            Group("LegalMonetaryTotal", () =>
            {
                Amount("LineExtensionAmount", note.Net);
                Amount("TaxExclusiveAmount", note.Net);
                Amount("TaxInclusiveAmount", note.Gross);
                Amount("PayableAmount", note.Gross);
            });
            for (var i = 0; i < note.Lines.Length; i++)
                Line(note.Lines[i], i + 1);
        }

        private void Line(CreditNoteLine line, int number) => Group("CreditNoteLine", () =>
        {
            Basic("ID", number.ToString(CultureInfo.InvariantCulture));
            // A price is never negative (BR-27): what takes something off is a negative quantity.
            Basic("CreditedQuantity", line.Amount.Sign < 0 ? "-1" : "1", ("unitCode", One));
            Amount("LineExtensionAmount", line.Amount);
            Group("Item", () =>
            {
                Basic("Description", line.Description);
                Basic("Name", line.Of.Title);
                Group("ClassifiedTaxCategory", () => Category(withReason: false));
            });
            Group("Price", () => Amount("PriceAmount", line.Amount.Sign < 0 ? -line.Amount : line.Amount));
        });

        private void Party(PartyData party) => Group("Party", () =>
        {
            var (scheme, id) = party.Endpoint.Split(':', 2) is [var s, var i] ? (s, i) : ("", party.Endpoint);
            Basic("EndpointID", id, ("schemeID", scheme));
            Group("PartyName", () => Basic("Name", party.Name));
            Group("PostalAddress", () =>
            {
                Optional("StreetName", party.Address);
                Optional("CityName", party.City);
                Optional("PostalZone", party.PostCode);
                Group("Country", () => Basic("IdentificationCode", party.Country));
            });
            // What is not subject to tax names no tax number of either side (BR-O-02).
            if (party.VatId.Length > 0 && note.Tax.Category != TaxCategory.O)
            {
                Group("PartyTaxScheme", () =>
                {
                    Basic("CompanyID", party.VatId);
                    Scheme();
                });
            }

            Group("PartyLegalEntity", () =>
            {
                Basic("RegistrationName", party.Name);
                Optional("CompanyID", party.Registration);
            });
            if (party.Contact.Contains('@', StringComparison.Ordinal))
                Group("Contact", () => Basic("ElectronicMail", party.Contact));
        });

        private void Category(bool withReason)
        {
            Basic("ID", note.Tax.Category.ToString());
            if (note.Tax.HasRate)
                Basic("Percent", note.Tax.Rate.ToString("0.####", CultureInfo.InvariantCulture));
            if (withReason)
            {
                Optional("TaxExemptionReasonCode", note.Tax.ReasonCode);
                Optional("TaxExemptionReason", note.Tax.Reason);
            }

            Scheme();
        }

        private void Scheme() => Group("TaxScheme", () => Basic("ID", "VAT"));

        private void Amount(string name, Rational amount) => Basic(name, amount.ToString(Decimals, Rounding.HalfAwayFromZero), ("currencyID", Statement.Currency));

        private void Optional(string name, string value)
        {
            if (value.Trim().Length > 0)
                Basic(name, value);
        }

        private void Basic(string name, string value, params ReadOnlySpan<(string Name, string Value)> attributes)
        {
            xml.WriteStartElement("cbc", name, Cbc);
            foreach (var (attribute, text) in attributes)
                xml.WriteAttributeString(attribute, text);
            xml.WriteString(string.Concat(value.Where(XmlConvert.IsXmlChar)));
            xml.WriteEndElement();
        }

        private void Group(string name, Action write)
        {
            xml.WriteStartElement("cac", name, Cac);
            write();
            xml.WriteEndElement();
        }

        private static string Date(LocalDate date) => LocalDatePattern.Iso.Format(date);
    }
}
