using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Statements;

namespace Levelkeeper.Runtime.MonthEnd;

/// <summary>What stands between a period and its statement.</summary>
public enum ClosePointKind
{
    /// <summary>The period has not ended. The only point that nobody can waive.</summary>
    PeriodRuns,

    /// <summary>A ticket of the period that no agreement takes.</summary>
    UnmatchedTicket,

    /// <summary>A result of which the evidence leaves open what it is.</summary>
    GapInEvidence,

    /// <summary>An exclusion that was claimed, and nobody has decided.</summary>
    PendingExclusion,

    /// <summary>A breach without a stated cause and comment.</summary>
    UnexplainedBreach,

    /// <summary>A fact that is disputed, or of which a second version with other content came.</summary>
    DisputedFact,
}

/// <summary>Something to be settled, or waived with a reason, before a statement is issued.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Subject">What it is about: a ticket, an objective, a claim, a fact. With the kind its identity: the same in every draft.</param>
/// <param name="Text">What is the matter, in one sentence.</param>
public sealed record ClosePoint(ClosePointKind Kind, string Subject, string Text)
{
    /// <summary>Its identity within the statement, by which it is waived: <c>pending-exclusion:storm</c>.</summary>
    public string Id => $"{Word(Kind)}:{Subject}";

    /// <summary>Whether it can be waived.</summary>
    public bool CanBeWaived => Kind != ClosePointKind.PeriodRuns;

    private static string Word(ClosePointKind kind) => kind switch
    {
        ClosePointKind.PeriodRuns => "period-runs",
        ClosePointKind.UnmatchedTicket => "unmatched-ticket",
        ClosePointKind.GapInEvidence => "gap-in-evidence",
        ClosePointKind.PendingExclusion => "pending-exclusion",
        ClosePointKind.UnexplainedBreach => "unexplained-breach",
        ClosePointKind.DisputedFact => "disputed-fact",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind."),
    };
}

/// <summary>The checklist of a period: pure, so that whoever looks sees the same.</summary>
public static class CloseChecklist
{
    /// <summary>What is to be settled before a statement is issued.</summary>
    /// <param name="statement">The draft.</param>
    /// <param name="unmatched">The facts that no agreement of the installation takes.</param>
    /// <param name="conflicts">The identities of which versions with different content came.</param>
    public static ImmutableArray<ClosePoint> Of(Statement statement, IEnumerable<Fact> unmatched, IEnumerable<FactConflict> conflicts)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(unmatched);
        ArgumentNullException.ThrowIfNull(conflicts);
        var during = statement.Period.During;
        var points = new List<ClosePoint>();
        if (statement.Interim)
            points.Add(new(ClosePointKind.PeriodRuns, statement.Period.Label, $"The period {statement.Period.Label} has not ended."));
        foreach (var ticket in unmatched.Where(f => f.Type.StartsWith(TicketTypes, StringComparison.Ordinal) && during.Contains(f.Time.ToUnixTimeTicks())).GroupBy(f => f.Subject, StringComparer.Ordinal))
            points.Add(new(ClosePointKind.UnmatchedTicket, ticket.Key, $"The ticket '{ticket.Key}' belongs to no agreement."));
        foreach (var result in statement.Results.Where(r => !r.Period.Running).SelectMany(Parts))
            points.AddRange(Of(result, statement));
        foreach (var conflict in conflicts.Where(c => during.Contains(c.First.Fact.Time.ToUnixTimeTicks()) || during.Contains(c.Other.Time.ToUnixTimeTicks())))
            points.Add(new(ClosePointKind.DisputedFact, Name(conflict.First.Fact.Source, conflict.First.Fact.Id), $"The fact '{conflict.First.Fact.Id}' of '{conflict.First.Fact.Source}' came again with another content; the first counts."));
        foreach (var dispute in statement.Disputes.Where(d => d.InTime && d.Settled is null))
            points.Add(new(ClosePointKind.DisputedFact, dispute.Name, $"The dispute '{dispute.Name}' is open: {dispute.Reason}"));
        // Several conflicts of one identity are one point.
        return [.. points.DistinctBy(p => p.Id).OrderBy(p => p.Kind).ThenBy(p => p.Subject, StringComparer.Ordinal)];
    }

    private const string TicketTypes = FactTypes.Prefix + "ticket.";

    private static IEnumerable<ObjectiveEvaluation> Parts(ObjectiveEvaluation result) => result.Members.IsEmpty ? [result] : result.Members;

    private static IEnumerable<ClosePoint> Of(ObjectiveEvaluation result, Statement statement)
    {
        var subject = $"{result.Objective}/{result.Period.Label}{(result.Member.Length > 0 ? "/" : "")}{result.Member}";
        if (result.Verdict == Verdict.InsufficientEvidence)
            yield return new(ClosePointKind.GapInEvidence, subject, $"The evidence leaves open whether '{result.Title}' was kept in {result.Period.Label}.");
        foreach (var claim in result.Claimed.Where(c => c.Status == ExclusionStatus.Pending))
            yield return new(ClosePointKind.PendingExclusion, claim.Name, $"Nobody has decided whether '{claim.Name}' is excluded ({claim.Cause}).");
        if (result.Verdict == Verdict.Breached && !statement.Comments.Any(c => c.Objective == result.Objective && !string.IsNullOrWhiteSpace(c.Cause) && !string.IsNullOrWhiteSpace(c.Comment)))
            yield return new(ClosePointKind.UnexplainedBreach, result.Objective, $"No cause and comment of the breach of '{result.Title}' are stated.");
    }

    private static string Name(string source, string id) => $"{source}#{id}";
}
