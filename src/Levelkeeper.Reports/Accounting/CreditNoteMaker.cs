using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Text.Forms;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;
using NodaTime;

namespace Levelkeeper.Reports.Accounting;

/// <summary>Makes a credit note of what a statement says the provider pays, and says what is missing for one.</summary>
public static class CreditNoteMaker
{
    /// <summary>What a line is credited as; each can be had in a note of its own, because their taxes differ.</summary>
    public static readonly ImmutableArray<string> Forms = ["credit", "discount", "refund", "fine", "goodwill", "late-payment"];

    /// <summary>Makes the note.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="request">What only the issuer knows.</param>
    /// <param name="diagnostics">Takes what is missing.</param>
    /// <returns>Null when there is nothing to credit or something is wrong.</returns>
    public static CreditNote? Make(AccountedStatement statement, CreditNoteRequest request, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var words = Phrasebook.Of(request.Language);
        var lines = statement.Lines.Where(l => request.Forms.IsEmpty || request.Forms.Contains(FormOf(l))).ToImmutableArray();
        var note = new CreditNote
        {
            Number = request.Number,
            Issued = request.Issued,
            Statement = statement,
            BuyerReference = request.BuyerReference.Length > 0 ? request.BuyerReference : statement.Agreement,
            Invoices = request.Invoices,
            Tax = request.Tax,
            Subject = Plain(words.Say("note.subject", ("title", statement.Title), ("period", statement.Period))),
            Terms = lines.Min(l => l.LastDay) is { } due ? words.Say("note.due", ("date", new ValueForms(words).Date(due))) : words.Say("note.set-off"),
            Lines = [.. lines.Select(l => new CreditNoteLine(l, Plain(words.Say("note.line", ("kind", words.Say(KindKey(l))), ("line", l.Id))), l.Payable))],
        };
        if (note.Net.Sign <= 0)
            diagnostics.Error("LK5140", request.Place, lines.IsEmpty ? "By this statement there is nothing to credit." : "The lines take more off than they credit, so there is no credit note.", lines.IsEmpty && !statement.Lines.IsEmpty ? "'--form' leaves out all its lines" : null);
        return diagnostics.HasErrors ? null : note;
    }

    /// <summary>Whether the data suffice for Peppol BIS Billing 3.0; each that is missing is reported with the rule that asks for it.</summary>
    public static bool IsComplete(CreditNote note, Place place, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var statement = note.Statement;
        if (Currencies.MinorDigits(statement.Currency) > 2)
            diagnostics.Error("LK5143", place, $"Amounts in {statement.Currency} have more than two decimals, which EN 16931 does not allow (BR-DEC).", "write '--output csv'");
        var of = note.Tax.Category;
        Check("provider", statement.Seller, needsVatId: of != TaxCategory.O, "BR-S-02, BR-Z-02, BR-E-02, BR-AE-02");
        // Whoever has no tax number in the note must be known by another one.
        if (of == TaxCategory.O && statement.Seller.Registration.Length == 0)
            Missing("provider", "registration", "BR-CO-26");
        if (statement.Buyer is { } buyer)
            Check("customer", buyer, needsVatId: of == TaxCategory.AE, "BR-AE-02");
        else
            diagnostics.Error("LK5141", place, "The statement names no customer, and a credit note has a buyer (BR-07).");
        return !diagnostics.HasErrors;

        void Check(string side, PartyData party, bool needsVatId, string rule)
        {
            if (party.Endpoint.Length == 0)
                Missing(side, "endpoint", side == "provider" ? "PEPPOL-EN16931-R020" : "PEPPOL-EN16931-R010");
            if (party.Country.Length == 0)
                Missing(side, "country", side == "provider" ? "BR-09" : "BR-11");
            if (needsVatId && party.VatId.Length == 0)
                Missing(side, "vat-id", rule);
        }

        void Missing(string side, string key, string rule) =>
            diagnostics.Error("LK5141", place, $"The statement does not say the {side}'s '{key}', which a Peppol credit note needs here ({rule}).", $"state 'parties.{side}.{key}' in the agreement and make the statement again");
    }

    /// <summary>What a line is credited as.</summary>
    public static string FormOf(AccountedLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line switch
        {
            { Kind: StatementLineKind.LatePayment } => "late-payment",
            { Form: { } form } => StatementWords.Of(form),
            { Kind: StatementLineKind.Goodwill } => "goodwill",
            _ => "credit",
        };
    }

    private static string KindKey(AccountedLine line) => line is { Kind: StatementLineKind.Remedy, Form: { } form } ? $"payment.{form}" : $"kind.{line.Kind}";

    private static string Plain(string text) => string.Concat(text.Where(c => c is not (Isolate.FirstStrong or Isolate.LeftToRight or Isolate.End)));
}

/// <summary>What only the issuer of a credit note knows.</summary>
public sealed record CreditNoteRequest
{
    /// <summary>Its number.</summary>
    public required string Number { get; init; }

    /// <summary>When it is issued.</summary>
    public required LocalDate Issued { get; init; }

    /// <summary>How it is taxed.</summary>
    public required TaxTreatment Tax { get; init; }

    /// <summary>What the buyer knows it by; empty for the agreement's id.</summary>
    public string BuyerReference { get; init; } = "";

    /// <summary>The invoices that it corrects.</summary>
    public ImmutableArray<(string Number, LocalDate? Issued)> Invoices { get; init; } = [];

    /// <summary>Only these forms, of <see cref="CreditNoteMaker.Forms"/>; empty for all.</summary>
    public ImmutableArray<string> Forms { get; init; } = [];

    /// <summary>The language of its sentences.</summary>
    public TextLanguage Language { get; init; } = TextLanguage.English;

    /// <summary>Where its data were read from, for diagnostics.</summary>
    public Place Place { get; init; } = Place.None;
}
