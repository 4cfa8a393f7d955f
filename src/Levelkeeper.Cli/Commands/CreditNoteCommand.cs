using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Reports.Accounting;
using Levelkeeper.Text.Languages;
using NodaTime;

namespace Levelkeeper.Cli.Commands;

/// <summary>How a credit note is written.</summary>
internal enum CreditNoteFormat
{
    /// <summary>UBL 2.1 in the form of Peppol BIS Billing 3.0.</summary>
    Ubl,

    /// <summary>A row for each line.</summary>
    Csv,
}

/// <summary><c>levelkeeper credit-note</c>: what the provider credits by an issued statement, for book-keeping.</summary>
internal sealed class CreditNoteCommand : Verb
{
    private readonly Option<string> _statement = new("--statement", "-s") { Description = "The issued statement (JSON).", HelpName = "FILE", Required = true };
    private readonly Option<string> _number = new("--number", "-n") { Description = "The credit note's number.", HelpName = "NUMBER", Required = true };
    private readonly Option<string?> _date = new("--date") { Description = "Its date. Default: today in UTC.", HelpName = "DATE" };
    private readonly Option<TaxCategory> _tax = new("--tax") { Description = "How it is taxed: S standard rate, Z zero rate, E exempt, AE reverse charge, O not subject to tax.", Required = true };
    private readonly Option<string?> _rate = new("--rate") { Description = "The rate in percent, for --tax S.", HelpName = "PERCENT" };
    private readonly Option<string?> _reason = new("--tax-reason") { Description = "Why no tax is charged; needed for --tax E.", HelpName = "TEXT" };
    private readonly Option<string[]> _invoice = new("--invoice") { Description = "The invoice that it corrects, with its date where known: INV-7 or INV-7=2026-04-01; several.", HelpName = "NUMBER", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _reference = new("--buyer-reference") { Description = "What the buyer knows it by. Default: the agreement's id.", HelpName = "TEXT" };
    private readonly Option<string[]> _form = new("--form") { Description = "Only lines of these forms: credit, discount, refund, fine, goodwill, late-payment.", HelpName = "FORM", AllowMultipleArgumentsPerToken = true };
    private readonly Option<CreditNoteFormat> _output = new("--output", "-o") { Description = "UBL for sending, or a table for book-keeping.", DefaultValueFactory = _ => CreditNoteFormat.Ubl };
    private readonly Option<string> _language = new("--language", "-l") { Description = "The language of its sentences: en, pl, ru or ar.", DefaultValueFactory = _ => "en", HelpName = "LANGUAGE" };
    private readonly Option<string?> _to = new("--to") { Description = "The file to write. Default: standard output.", HelpName = "FILE" };

    public CreditNoteCommand(Terminal terminal)
        : base(terminal, "credit-note", "Write a credit note of what the provider owes by an issued statement: UBL 2.1 for Peppol, or CSV.",
            "levelkeeper credit-note --statement march.json --number CN-7 --tax S --rate 23 --invoice INV-2026-3 --to cn-7.xml",
            "levelkeeper credit-note --statement march.json --number CN-8 --form fine --tax O --output csv")
    {
        _language.AcceptOnlyFromAmong([.. TextLanguage.All.Select(l => l.Code)]);
        _form.AcceptOnlyFromAmong([.. CreditNoteMaker.Forms]);
        foreach (var option in new Option[] { _statement, _number, _date, _tax, _rate, _reason, _invoice, _reference, _form, _output, _language, _to })
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var date = Inputs.Date("--date", parsed.GetValue(_date), diagnostics) ?? Terminal.Clock().InUtc().Date;
        var tax = Tax(parsed.GetValue(_tax), parsed.GetValue(_rate), parsed.GetValue(_reason) ?? "", diagnostics);
        var invoices = Invoices(parsed.GetValue(_invoice) ?? [], diagnostics);
        if (InputFile.Find([parsed.GetValue(_statement)!], Terminal, diagnostics).FirstOrDefault() is not { } file || file.ReadText(diagnostics) is not { } text || tax is null)
            return Finish(diagnostics);
        var (statement, problem) = AccountedStatement.Read(Encoding.UTF8.GetBytes(text));
        if (statement is null)
        {
            diagnostics.Error("LK5120", new Place(file.Name), $"This is no issued statement: {problem}.", "give the JSON that 'levelkeeper statement' wrote");
            return Finish(diagnostics);
        }

        var request = new CreditNoteRequest
        {
            Number = parsed.GetValue(_number)!,
            Issued = date,
            Tax = tax,
            BuyerReference = parsed.GetValue(_reference) ?? "",
            Invoices = invoices,
            Forms = [.. parsed.GetValue(_form) ?? []],
            Language = TextLanguage.Of(parsed.GetValue(_language)!)!,
            Place = new Place(file.Name),
        };
        if (CreditNoteMaker.Make(statement, request, diagnostics) is { } note)
            Write(note, parsed.GetValue(_output), parsed.GetValue(_to), request.Place, diagnostics);
        return Finish(diagnostics);
    }

    private void Write(CreditNote note, CreditNoteFormat output, string? to, Place place, DiagnosticBag diagnostics)
    {
        if (output == CreditNoteFormat.Csv)
        {
            if (to is null)
                CreditNoteCsv.Write(Terminal.Output, note);
            else
                OutputFile.Write(to, Terminal, diagnostics, writer => CreditNoteCsv.Write(writer, note));
        }
        else if (CreditNoteMaker.IsComplete(note, place, diagnostics))
        {
            var xml = UblCreditNote.Write(note);
            if (to is null)
                Terminal.Output.Write(Encoding.UTF8.GetString(xml));
            else
                OutputFile.WriteBytes(to, Terminal, diagnostics, xml);
        }
    }

    private static TaxTreatment? Tax(TaxCategory category, string? rate, string reason, DiagnosticBag diagnostics)
    {
        var percent = 0m;
        if (rate is not null && !(decimal.TryParse(rate, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent) && percent <= 100))
            diagnostics.Error("LK5142", new Place("--rate"), $"This is no rate: {Diagnostic.Quote(rate)}.", "a percentage, for example '23'");
        else if (category == TaxCategory.S != percent > 0)
            diagnostics.Error("LK5142", new Place("--rate"), category == TaxCategory.S ? "The standard rate is not given." : $"Tax of category {category} has no rate.", category == TaxCategory.S ? "add '--rate 23'" : "leave it out, or say '--tax S'");
        if (category == TaxCategory.E && reason.Trim().Length == 0)
            diagnostics.Error("LK5142", new Place("--tax-reason"), "It is not said why it is exempt from tax (BR-E-10).", "add '--tax-reason' with the provision");
        if (category is TaxCategory.S or TaxCategory.Z && reason.Length > 0)
            diagnostics.Error("LK5142", new Place("--tax-reason"), $"Tax of category {category} has no reason for an exemption (BR-{category}-10).", "leave it out");
        return diagnostics.HasErrors ? null : new TaxTreatment(category, percent, reason.Length > 0 ? reason : category switch
        {
            TaxCategory.AE => "Reverse charge",
            TaxCategory.O => "Not subject to VAT",
            TaxCategory.S or TaxCategory.Z or TaxCategory.E => "",
            _ => throw new InvalidOperationException("Unknown category."),
        });
    }

    private static ImmutableArray<(string Number, LocalDate? Issued)> Invoices(string[] stated, DiagnosticBag diagnostics) =>
        [.. stated.Select(text => text.Split('=', 2) is [var number, var date] ? (number, Inputs.Date("--invoice", date, diagnostics)) : (text, (LocalDate?)null))];
}
