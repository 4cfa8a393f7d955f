using System.Globalization;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Prices;
using Levelkeeper.Reports.Csv;
using Levelkeeper.Reports.Statements;
using NodaTime.Text;

namespace Levelkeeper.Reports.Accounting;

/// <summary>A credit note as a table for book-keeping: a row for each line, the note's totals on each row. Tax is reckoned on the note as a whole, so a line has none of its own.</summary>
public static class CreditNoteCsv
{
    /// <summary>Writes the table.</summary>
    public static void Write(TextWriter output, CreditNote note)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(note);
        var (csv, statement) = (new CsvText(output), note.Statement);
        csv.Row("number", "date", "seller", "seller-vat-id", "buyer", "buyer-vat-id", "agreement", "period", "invoices", "line", "title", "description", "kind", "form", "currency", "net", "tax-category", "tax-rate", "note-net", "note-tax", "note-gross");
        foreach (var line in note.Lines)
        {
            csv.Text(note.Number).Own(LocalDatePattern.Iso.Format(note.Issued)).Text(statement.Seller.Name).Text(statement.Seller.VatId).Text(statement.Buyer?.Name ?? "").Text(statement.Buyer?.VatId ?? "")
                .Text(statement.Agreement).Own(statement.Period).Text(string.Join(' ', note.Invoices.Select(i => i.Number))).Text(line.Of.Id).Text(line.Of.Title).Text(line.Description)
                .Own(StatementWords.Of(line.Of.Kind)).Own(line.Of.Form is { } form ? StatementWords.Of(form) : "").Own(statement.Currency).Own(Amount(line.Amount))
                .Own(note.Tax.Category.ToString()).Own(note.Tax.HasRate ? note.Tax.Rate.ToString("0.####", CultureInfo.InvariantCulture) : "").Own(Amount(note.Net)).Own(Amount(note.TaxAmount)).Own(Amount(note.Gross))
                .End();
        }

        string Amount(Rational amount) => amount.ToString(Math.Max(2, Currencies.MinorDigits(statement.Currency)), Rounding.HalfAwayFromZero);
    }
}
