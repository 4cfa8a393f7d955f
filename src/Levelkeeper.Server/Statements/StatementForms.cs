using Levelkeeper.Runtime.MonthEnd;
using NodaTime.Text;

namespace Levelkeeper.Server.Statements;

/// <summary>How far the statement of a period has come.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Period">The period.</param>
/// <param name="State"><c>none</c>, <c>draft</c> or <c>issued</c>.</param>
/// <param name="Issued">When it was issued.</param>
/// <param name="IssuedBy">By which account.</param>
/// <param name="Drafters">Who drafted it.</param>
/// <param name="Checklist">What stands between it and its issue; of an issued one empty.</param>
public sealed record StatementForm(string Agreement, string Period, string State, string? Issued, string? IssuedBy, IReadOnlyList<string> Drafters, IReadOnlyList<PointForm> Checklist)
{
    internal static StatementForm Of(string agreement, string period, StatementLife? life, IReadOnlyList<ClosePoint> points) => new(
        agreement, period, life is null ? "none" : life.Issued is null ? "draft" : "issued", life?.Issued is { } at ? InstantPattern.ExtendedIso.Format(at) : null, life is { IssuedBy.Length: > 0 } ? life.IssuedBy : null,
        [.. life?.Drafters ?? []],
        [.. points.Select(p => new PointForm(p.Id, p.Text, p.CanBeWaived, life?.Waivers.LastOrDefault(w => w.Point == p.Id) is { } waiver ? new WaiverForm(waiver.Point, waiver.Reason, waiver.By) : null))]);
}

/// <summary>A point of the checklist.</summary>
/// <param name="Id">Its id, by which it is waived.</param>
/// <param name="Text">What is the matter.</param>
/// <param name="CanBeWaived">Whether it can be waived.</param>
/// <param name="Waived">By whom and why it was; none while it is open.</param>
public sealed record PointForm(string Id, string Text, bool CanBeWaived, WaiverForm? Waived);

/// <summary>That a point does not matter.</summary>
/// <param name="Point">Its id.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who says so; set by the server.</param>
public sealed record WaiverForm(string Point, string Reason, string? By = null);

/// <summary>What is said of a line of a statement.</summary>
/// <param name="Remedy">The remedy of the line.</param>
/// <param name="Period">Its period.</param>
/// <param name="Event">The event of the line; none for one of the whole period.</param>
/// <param name="Amount">An amount, as a decimal number; what it is the operation says.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="Dispute">The name of a dispute.</param>
/// <param name="FactSource">The source of a fact that is contested.</param>
/// <param name="FactId">Its id.</param>
/// <param name="ApprovedBy">Who approved a waiver.</param>
/// <param name="Key">The same when the request is sent again.</param>
public sealed record LineForm(
    string Remedy, string Period, string? Event = null, decimal? Amount = null, string? Reason = null, string? Evidence = null, string? Dispute = null, string? FactSource = null, string? FactId = null, string? ApprovedBy = null, string? Key = null);

/// <summary>How a dispute is settled.</summary>
/// <param name="Amount">What the line comes to.</param>
/// <param name="Reason">Why.</param>
/// <param name="Key">The same when the request is sent again.</param>
public sealed record SettlementForm(decimal Amount, string? Reason = null, string? Key = null);
