using NodaTime;

namespace Levelkeeper.Core.Facts;

/// <summary>What one line of a statement is called by facts: a remedy in a period of its objective, and the event where each is reckoned by itself.</summary>
/// <param name="Remedy">The remedy's name.</param>
/// <param name="Period">The period's label: <c>2026-03</c>.</param>
/// <param name="Event">The event: a ticket, the instant at which an outage began; empty where the period as a whole is reckoned.</param>
public readonly record struct LineName(string Remedy, string Period, string Event)
{
    /// <summary>The names joined by slashes: <c>uptime-credit/2026-03</c>.</summary>
    public override string ToString() => Event.Length == 0 ? $"{Remedy}/{Period}" : $"{Remedy}/{Period}/{Event}";
}

public abstract partial record FactData
{
    /// <summary>The side to which something is owed claims it. Windows are reckoned by when this was <em>recorded</em>.</summary>
    /// <param name="Line">What is claimed; without an event, every event of the period.</param>
    /// <param name="By">Who claims.</param>
    /// <param name="Evidence">Where the proof is; empty for the statement.</param>
    public sealed record ClaimMade(LineName Line, string By, string Evidence) : FactData;

    /// <summary>The side to which something is owed waives it, in whole or in part. The result stays as it is.</summary>
    /// <param name="Line">What is waived.</param>
    /// <param name="Amount">How much; null for all of it.</param>
    /// <param name="By">Who waives.</param>
    /// <param name="ApprovedBy">Who approved that; required.</param>
    /// <param name="Reason">Why; required.</param>
    public sealed record AmountWaived(LineName Line, decimal? Amount, string By, string ApprovedBy, string Reason) : FactData;

    /// <summary>One side gives the other something that it does not owe.</summary>
    /// <param name="Goodwill">Its name; a later one with the same name replaces it.</param>
    /// <param name="Amount">How much, in the agreement's currency; positive.</param>
    /// <param name="By">Which side gives: <c>provider</c> or <c>customer</c>.</param>
    /// <param name="ApprovedBy">Who approved it; required.</param>
    /// <param name="Reason">Why; required.</param>
    public sealed record GoodwillGiven(string Goodwill, decimal Amount, Agreements.PartyRole By, string ApprovedBy, string Reason) : FactData;

    /// <summary>A side contests a line of a statement, or a fact behind it.</summary>
    /// <param name="Dispute">Its name; the settlement refers to it.</param>
    /// <param name="Line">The contested line.</param>
    /// <param name="Amount">How much of it is contested; null for all of it.</param>
    /// <param name="FactSource">The source of the contested fact; empty when the line as such is contested.</param>
    /// <param name="FactId">That fact's id.</param>
    /// <param name="By">Who contests.</param>
    /// <param name="Reason">Why; required.</param>
    public sealed record DisputeOpened(string Dispute, LineName Line, decimal? Amount, string FactSource, string FactId, string By, string Reason) : FactData;

    /// <summary>A dispute is settled: what the line comes to by agreement. What was computed stays as it is.</summary>
    /// <param name="Dispute">The dispute's name.</param>
    /// <param name="Amount">What the line comes to, in the agreement's currency; not negative.</param>
    /// <param name="By">Who settled it; required.</param>
    /// <param name="Reason">On what grounds.</param>
    public sealed record DisputeSettled(string Dispute, decimal Amount, string By, string Reason) : FactData;

    /// <summary>The side that loses by it accepts the adjustment of an earlier statement's line.</summary>
    /// <param name="Line">The line.</param>
    /// <param name="By">Who accepts; required.</param>
    public sealed record AdjustmentAccepted(LineName Line, string By) : FactData;

    /// <summary>What a line of a statement owes was paid or credited.</summary>
    /// <param name="Line">The line; for one with events, without an event: all of them.</param>
    /// <param name="Amount">How much; positive.</param>
    /// <param name="Reference">The credit note or transfer.</param>
    public sealed record AmountPaid(LineName Line, decimal Amount, string Reference) : FactData;

    /// <summary>An invoice for the fees was issued.</summary>
    /// <param name="Invoice">Its number; a later one with the same number replaces it.</param>
    /// <param name="Amount">Net, in the agreement's currency; not negative.</param>
    /// <param name="Due">When it is due; null for what the agreement says.</param>
    public sealed record InvoiceIssued(string Invoice, decimal Amount, Instant? Due) : FactData;

    /// <summary>An invoice was paid, in whole or in part.</summary>
    /// <param name="Invoice">Its number.</param>
    /// <param name="Amount">How much; positive.</param>
    public sealed record InvoicePaid(string Invoice, decimal Amount) : FactData;

    /// <summary>How many units of something that is paid per unit there are from now on: users, devices, lines.</summary>
    /// <param name="Unit">What, in the singular, as the fee names it.</param>
    /// <param name="Count">How many; not negative.</param>
    public sealed record UnitsCounted(string Unit, decimal Count) : FactData;
}
