using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Csv;
using Levelkeeper.Reports.Forms;
using NodaTime;

namespace Levelkeeper.Reports.Statements;

/// <summary>A statement's lines as a table for spreadsheets and programs, a row each; the words are those of the JSON form.</summary>
public static class StatementCsv
{
    /// <summary>The table.</summary>
    public static string Write(Statement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        using var output = new StringWriter();
        var csv = new CsvText(output);
        csv.Row("agreement", "period", "id", "kind", "title", "remedy", "remedy-period", "event", "by", "form", "standing", "state", "currency", "computed", "contested", "payable", "before", "arises", "due", "claim-until", "decided-by", "reason");
        foreach (var line in statement.Lines)
        {
            csv.Text(statement.Agreement.Id).Own(statement.Period.Label).Text(line.Id).Own(StatementWords.Of(line.Kind)).Text(line.Title)
                .Text(line.Line?.Remedy ?? "").Text(line.Line?.Period ?? "").Text(line.Line?.Event ?? "")
                .Own(StatementWords.Of(line.By)).Own(line.Form is { } form ? StatementWords.Of(form) : "").Own(StatementWords.Of(line.Standing)).Own(line.Owed is { } owed ? StatementWords.Of(owed.State) : "")
                .Own(statement.Agreement.Currency).Own(Amount(line.Computed)).Own(Amount(line.Contested)).Own(Amount(line.Payable)).Own(HasBefore(line) ? Amount(line.Before) : "")
                .Own(Iso(line.Arises)).Own(Iso(line.Due)).Own(Iso(line.ClaimUntil)).Text(line.DecidedBy).Text(line.Reason)
                .End();
        }

        return output.ToString();

        string Amount(Rational amount) => amount.ToString(Currencies.MinorDigits(statement.Agreement.Currency), Rounding.HalfAwayFromZero);

        static bool HasBefore(StatementLine line) => line.Kind is StatementLineKind.Adjustment or StatementLineKind.Settlement or StatementLineKind.LatePayment;

        static string Iso(Instant? instant) => instant is { } at ? NumberForm.Iso(at) : "";
    }
}
