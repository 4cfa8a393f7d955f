using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Assertions;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Facts;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.Results;
using Levelkeeper.Server.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime.Text;

namespace Levelkeeper.Server.Exclusions;

/// <summary>Claims that time must not count, what is decided of them, and what is said about breaches. Whether a claim was in time, and whose word decides, the agreement says.</summary>
internal static class ExclusionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var agreement = routes.MapGroup("/agreements/{id}").WithTags("exclusions");
        agreement.MapGet("/exclusions", List).Needs(Permission.ReadAgreements).WithName("list-exclusions").WithSummary("What was claimed in a period, and what became of it").Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.StoreAway);
        agreement.MapPost("/exclusions", Claim).Needs(Permission.ClaimExclusions).WithName("claim-exclusion").WithSummary("Claim that time must not count").Refuses(ProblemKind.NotFound, ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.QueueFull, ProblemKind.StoreAway);
        agreement.MapPost("/exclusions/{name}/approval", (HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, string name, DecisionForm form, CancellationToken cancel) =>
            Decide(context, visible, facts, id, name, true, form, cancel)).Needs(Permission.DecideExclusions).WithName("approve-exclusion").WithSummary("Grant a claim")
            .Refuses(ProblemKind.NotFound, ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.QueueFull, ProblemKind.StoreAway);
        agreement.MapPost("/exclusions/{name}/rejection", (HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, string name, DecisionForm form, CancellationToken cancel) =>
            Decide(context, visible, facts, id, name, false, form, cancel)).Needs(Permission.DecideExclusions).WithName("reject-exclusion").WithSummary("Reject a claim, with a reason")
            .Refuses(ProblemKind.NotFound, ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.QueueFull, ProblemKind.StoreAway);
        agreement.MapGet("/breaches", Breaches).Needs(Permission.ReadAgreements).WithName("list-breaches").WithSummary("What was missed in a period, and what was said about it").WithDescription("Without 'period' the periods that run; 'known' as for results.")
            .Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.StoreAway);
        agreement.MapPost("/breaches/{objective}/comments", Comment).Needs(Permission.CommentBreaches).WithName("comment-breach").WithSummary("State cause, owner and comment of a breach")
            .WithDescription("It belongs to the period, whenever it is said.").Refuses(ProblemKind.NotFound, ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.QueueFull, ProblemKind.StoreAway);
    }

    private static async Task<Ok<IReadOnlyList<ExclusionForm>>> List(HttpContext context, AgreementResults results, string id, CancellationToken cancel, string? period = null)
    {
        var evaluation = await results.EvaluateAsync(context.Viewer(), id, period, null, null, cancel);
        return TypedResults.Ok<IReadOnlyList<ExclusionForm>>(
            [.. evaluation.Objectives.SelectMany(o => o.Claimed.Select(c => ExclusionForm.Of(o.Objective, o.Period.Label, c))).OrderBy(c => c.Start, StringComparer.Ordinal).ThenBy(c => c.Name, StringComparer.Ordinal)]);
    }

    private static async Task<Ok<IReadOnlyList<ListedBreach>>> Breaches(HttpContext context, AgreementResults results, ServedStore served, string id, CancellationToken cancel, string? period = null, long? known = null)
    {
        var viewer = context.Viewer();
        var evaluation = await results.EvaluateAsync(viewer, id, period, null, known, cancel);
        var (_, facts) = await results.KnownAsync(viewer, id, known, cancel);
        var said = facts.Effective(served.Now).All.Select(f => f.Fact).Where(f => f.Data is FactData.BreachExplained).ToLookup(f => ((FactData.BreachExplained)f.Data).Objective, StringComparer.Ordinal);
        return TypedResults.Ok<IReadOnlyList<ListedBreach>>(
        [
            .. evaluation.Objectives.SelectMany(o => o.Members.Prepend(o)).Where(o => o.Verdict == Verdict.Breached)
                .Select(o => ListedBreach.Of(o, said[o.Objective].Where(f => o.Period.Whole.Contains(f.Time.ToUnixTimeTicks())))),
        ]);
    }

    private static async Task<Ok<RecordedFact>> Claim(HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, ClaimForm form, CancellationToken cancel)
    {
        var viewer = context.Viewer();
        var agreement = await visible.FindAsync(viewer, id, null, cancel);
        var claim = new ExclusionClaim(form.Name, form.Start, form.End, form.Cause, form.Service, form.Component, form.Reason, form.Evidence);
        return TypedResults.Ok(await facts.AppendAsync(viewer, ExclusionFacts.Claim(id, claim, viewer.SideOn(agreement.Versions.Latest)), form.Key, cancel));
    }

    private static async Task<Ok<RecordedFact>> Decide(HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, string name, bool approved, DecisionForm form, CancellationToken cancel)
    {
        var viewer = context.Viewer();
        var agreement = await visible.FindAsync(viewer, id, null, cancel);
        if (!approved && string.IsNullOrWhiteSpace(form.Reason))
            throw new ProblemException(ProblemKind.CannotBeUsed, "Whoever rejects a claim says why.", "give a 'reason'");
        return TypedResults.Ok(await facts.AppendAsync(viewer, ExclusionFacts.Decision(id, name, approved, form.Service, form.Component, form.Reason, form.Evidence, viewer.SideOn(agreement.Versions.Latest)), form.Key, cancel));
    }

    private static async Task<Ok<RecordedFact>> Comment(HttpContext context, VisibleAgreements visible, ServedStore served, RecordedFacts facts, string id, string objective, BreachForm form, CancellationToken cancel)
    {
        var viewer = context.Viewer();
        var agreement = await visible.FindAsync(viewer, id, null, cancel);
        var period = Queries.Period(form.Period, agreement.Versions.Latest);
        return TypedResults.Ok(await facts.AppendAsync(viewer, ExclusionFacts.Comment(id, objective, period, form.Cause, form.Owner, form.Comment, served.Now), form.Key, cancel));
    }
}

/// <summary>A claim that time must not count.</summary>
/// <param name="Name">Its name, by which it is decided.</param>
/// <param name="Start">From when: RFC 3339.</param>
/// <param name="End">To when.</param>
/// <param name="Cause">A cause that the agreement lists.</param>
/// <param name="Service">The service.</param>
/// <param name="Component">The component; none for the service as a whole.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="Key">The same when the request is sent again.</param>
public sealed record ClaimForm(string Name, string Start, string End, string Cause, string? Service = null, string? Component = null, string? Reason = null, string? Evidence = null, string? Key = null);

/// <summary>A decision on a claim.</summary>
/// <param name="Service">The service that the claim names.</param>
/// <param name="Component">The component that it names.</param>
/// <param name="Reason">Why; a rejection must say it.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="Key">The same when the request is sent again.</param>
public sealed record DecisionForm(string? Service = null, string? Component = null, string? Reason = null, string? Evidence = null, string? Key = null);

/// <summary>What is said about a breach.</summary>
/// <param name="Period">The period of the breach: <c>2026-03</c>.</param>
/// <param name="Cause">The cause.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Comment">In words.</param>
/// <param name="Key">The same when the request is sent again.</param>
public sealed record BreachForm(string Period, string? Cause = null, string? Owner = null, string? Comment = null, string? Key = null);

/// <summary>A claim, and what became of it for an objective.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Objective">The objective.</param>
/// <param name="Period">The period.</param>
/// <param name="Cause">The cause claimed.</param>
/// <param name="Start">From when.</param>
/// <param name="End">To when.</param>
/// <param name="Status"><c>pending</c>, <c>approved</c>, <c>agreed</c>, <c>rejected</c>, or why it counts for nothing.</param>
/// <param name="ExcusedSeconds">Downtime in the period that it excuses, or would.</param>
/// <param name="DecidedBy">Who decided.</param>
/// <param name="Reason">Why it was decided so, or claimed.</param>
/// <param name="ClaimedBy">Who claimed.</param>
/// <param name="Evidence">What shows the claim.</param>
/// <param name="DecisionEvidence">What shows the decision.</param>
public sealed record ExclusionForm(
    string Name, string Objective, string Period, string Cause, string Start, string End, string Status, decimal ExcusedSeconds, string? DecidedBy, string? Reason, string? ClaimedBy, string? Evidence, string? DecisionEvidence)
{
    internal static ExclusionForm Of(string objective, string period, Core.Evaluation.ClaimedTime claim) => new(
        claim.Name, objective, period, claim.Cause, Text(claim.During.Start), Text(claim.During.End), Reports.Statements.StatementWords.Of(claim.Status), claim.Excused / (decimal)TimeSpan.TicksPerSecond,
        Said(claim.DecidedBy), Said(claim.Reason), Said(claim.ClaimedBy), Said(claim.Evidence), Said(claim.DecisionEvidence));

    private static string? Said(string text) => text.Length > 0 ? text : null;

    private static string Text(long ticks) => InstantPattern.ExtendedIso.Format(NodaTime.Instant.FromUnixTimeTicks(ticks));
}

/// <summary>An objective that was missed.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Member">The member that missed it; none for the objective as a whole.</param>
/// <param name="Period">The period.</param>
/// <param name="LostAt">From when on it could no longer be reached; none where only the whole period tells.</param>
/// <param name="Comments">What was said about it, in order of time.</param>
public sealed record ListedBreach(string Objective, string? Member, string Period, string? LostAt, IReadOnlyList<BreachComment> Comments)
{
    internal static ListedBreach Of(ObjectiveEvaluation result, IEnumerable<Fact> said) => new(
        result.Objective, result.Member.Length > 0 ? result.Member : null, result.Period.Label, result.LostAt is { } at ? InstantPattern.ExtendedIso.Format(at) : null,
        [.. said.OrderBy(f => f.Time).Select(f => (Fact: f, Data: (FactData.BreachExplained)f.Data)).Select(f => new BreachComment(InstantPattern.ExtendedIso.Format(f.Fact.Time), f.Fact.Source, f.Data.Cause, f.Data.Owner, f.Data.Comment))]);
}

/// <summary>What was said about a breach.</summary>
/// <param name="Time">When.</param>
/// <param name="Source">Who asserts it.</param>
/// <param name="Cause">The cause.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Comment">In words.</param>
public sealed record BreachComment(string Time, string Source, string Cause, string Owner, string Comment);
