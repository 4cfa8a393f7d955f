using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Reports.Html;
using Levelkeeper.Reports.Json;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime.Text;

namespace Levelkeeper.Server.Results;

/// <summary>How agreements stand: results, clocks, outages, explanations; now, for any period, and as known at any time.</summary>
internal static class ResultEndpoints
{
    private const int MostListed = 10_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Times = "Without 'period' the periods that run. 'as-of' is the instant as of which it stands, now by default; 'known' a sequence number of the log: as it was known then, also the agreement.";
        var agreement = routes.MapGroup("/agreements/{id}").WithTags("results");
        agreement.MapGet("/evaluation", Evaluate).Needs(Permission.ReadAgreements).Produces<JsonElement>(200, "application/json", "text/html").WithName("evaluate").WithSummary("Results of an agreement").WithDescription(Times)
            .Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.StoreAway);
        agreement.MapGet("/explanations/{objective}", Explain).Needs(Permission.ReadAgreements).Produces<JsonElement>().WithName("explain").WithSummary("The tree behind a result: formula, values, clauses, facts counted and left out").WithDescription(Times)
            .Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.StoreAway);
        agreement.MapGet("/outages", Outages).Needs(Permission.ReadAgreements).WithName("list-outages").WithSummary("Outages that touch a period").WithDescription(Times)
            .Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.StoreAway);
        agreement.MapGet("/clocks", ClocksOf).Needs(Permission.ReadAgreements).Produces<JsonElement>().WithName("list-clocks").WithSummary("The clocks of an agreement's tickets")
            .WithDescription("'verdict': running, paused, met, breached or cancelled; all without it. Those that are due first come first; 'skip' passes over those that were read before.").Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.StoreAway);
        routes.MapGet("/clocks", Board).WithTags("results").Needs(Permission.ReadAgreements).Produces<JsonElement>().WithName("list-all-clocks").WithSummary("The clocks of all agreements, due first first")
            .WithDescription("'verdict': running, paused, met, breached or cancelled; all without it. 'skip' passes over those that were read before.").Refuses(ProblemKind.BadParameter, ProblemKind.StoreAway);
        routes.MapGet("/unmatched", Unmatched).WithTags("facts").Needs(Permission.ReadFacts).WithName("list-unmatched").WithSummary("The facts that no agreement in force takes in, with the reason").WithDescription("The latest, in the order of the log. 'before': only those before this sequence number.").Refuses(ProblemKind.BadParameter, ProblemKind.StoreAway);
    }

    private static async Task<IResult> Evaluate(HttpContext context, AgreementResults results, string id, CancellationToken cancel, string? period = null, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "as-of")] string? asOf = null, long? known = null, string form = "json")
    {
        var evaluation = await results.EvaluateAsync(context.Viewer(), id, period, Queries.Instant("as-of", asOf), known, cancel);
        return form switch
        {
            "json" => Answers.Json(json => EvaluationJson.Write(json, [evaluation])),
            "html" => Pages.Html(context, EvaluationPage.Write([evaluation])),
            _ => throw new ProblemException(ProblemKind.BadParameter, "'form' is json or html."),
        };
    }

    private static async Task<IResult> Explain(
        HttpContext context, AgreementResults results, string id, string objective, CancellationToken cancel, string? period = null, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "as-of")] string? asOf = null, long? known = null, string? member = null)
    {
        var evaluation = await results.EvaluateAsync(context.Viewer(), id, period, Queries.Instant("as-of", asOf), known, cancel);
        var chosen = evaluation.Objectives.Where(o => o.Objective == objective).SelectMany(o => member is null ? [o] : o.Members.Where(m => m.Member == member)).ToList();
        if (chosen.Count == 0)
            throw new ProblemException(ProblemKind.NotFound, $"There is no result of {Diagnostic.Quote(objective)}{(member is null ? "" : $" for {Diagnostic.Quote(member)}")} then.");
        return Answers.Json(json => EvaluationJson.Write(json, [evaluation with { Objectives = [.. chosen] }], explained: true));
    }

    private static async Task<Ok<IReadOnlyList<OutageForm>>> Outages(HttpContext context, AgreementResults results, string id, CancellationToken cancel, string? period = null, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "as-of")] string? asOf = null, long? known = null)
    {
        var evaluation = await results.EvaluateAsync(context.Viewer(), id, period, Queries.Instant("as-of", asOf), known, cancel);
        return TypedResults.Ok<IReadOnlyList<OutageForm>>(
            [.. evaluation.Objectives.SelectMany(o => o.Members.Prepend(o)).SelectMany(o => o.Outages.Select(outage => OutageForm.Of(o, outage))).OrderBy(o => o.From, StringComparer.Ordinal).ThenBy(o => o.Objective, StringComparer.Ordinal)]);
    }

    private static async Task<IResult> ClocksOf(HttpContext context, AgreementResults results, string id, CancellationToken cancel, string? verdict = null, string? ticket = null, int limit = 1_000, int skip = 0)
    {
        var reading = await results.ReadAsync(context.Viewer(), id, cancel);
        return Clocks(reading.Clocks.Select(c => (reading.Versions.Latest, c)), verdict, ticket, limit, skip);
    }

    private static IResult Board(HttpContext context, AgreementResults results, string? verdict = null, string? ticket = null, int limit = 1_000, int skip = 0) =>
        Clocks(results.ReadAll(context.Viewer()).SelectMany(r => r.Clocks.Select(c => (r.Versions.Latest, c))), verdict, ticket, limit, skip);

    private static IResult Clocks(IEnumerable<(Agreement Agreement, ClockReading Clock)> clocks, string? verdict, string? ticket, int limit, int skip)
    {
        if (limit is < 1 or > MostListed)
            throw new ProblemException(ProblemKind.BadParameter, $"'limit' is from 1 to {MostListed}.");
        if (skip < 0)
            throw new ProblemException(ProblemKind.BadParameter, "'skip' is 0 or more.");
        if (verdict is not null && !Enum.GetValues<ClockVerdict>().Any(v => ClockJson.Word(v) == verdict))
            throw new ProblemException(ProblemKind.BadParameter, $"{Diagnostic.Quote(verdict)} is no verdict.", "running, paused, met, breached or cancelled");
        var chosen = clocks.Where(c => (verdict is null || ClockJson.Word(c.Clock.Verdict) == verdict) && (ticket is null || c.Clock.Ticket == ticket))
            .OrderBy(c => c.Clock.PinnedDue ?? c.Clock.Due ?? NodaTime.Instant.MaxValue).ThenBy(c => c.Agreement.Id, StringComparer.Ordinal).ThenBy(c => c.Clock.Ticket, StringComparer.Ordinal).ThenBy(c => c.Clock.Clock, StringComparer.Ordinal).ThenBy(c => c.Clock.Cycle)
            .Skip(skip).Take(limit).ToList();
        return Answers.Json(json => ClockJson.Write(json, chosen));
    }

    private static Ok<IReadOnlyList<UnmatchedForm>> Unmatched(LiveService live, int limit = 100, long? before = null)
    {
        if (limit is < 1 or > MostListed)
            throw new ProblemException(ProblemKind.BadParameter, $"'limit' is from 1 to {MostListed}.");
        live.Advance();
        return TypedResults.Ok<IReadOnlyList<UnmatchedForm>>([.. live.Agreements.Unmatched().Where(u => before is null || u.Fact.LogSequence < before).TakeLast(limit).Select(u => UnmatchedForm.Of(u.Fact, u.Reason))]);
    }
}

/// <summary>An outage as it counts in a period.</summary>
/// <param name="Objective">The objective that counts it.</param>
/// <param name="Period">The period.</param>
/// <param name="Member">The member that it counts for; none for the service as a whole.</param>
/// <param name="Service">The service.</param>
/// <param name="From">From when.</param>
/// <param name="To">To when; the instant of the evaluation while it lasts.</param>
/// <param name="Lasting">Whether it has not ended.</param>
/// <param name="CountedSeconds">Seconds of the period that count as downtime because of it.</param>
/// <param name="ExcusedSeconds">Seconds of it that are excused, or outside the agreed hours.</param>
/// <param name="Components">The components that were down.</param>
public sealed record OutageForm(string Objective, string Period, string? Member, string Service, string From, string To, bool Lasting, decimal CountedSeconds, decimal ExcusedSeconds, IReadOnlyList<string> Components)
{
    internal static OutageForm Of(ObjectiveEvaluation result, OutageReading outage) => new(
        result.Objective, result.Period.Label, result.Member.Length > 0 ? result.Member : null, result.Service, Text(outage.Span.Start), Text(outage.Span.End), outage.Lasting,
        outage.Counted / (decimal)TimeSpan.TicksPerSecond, outage.Excused / (decimal)TimeSpan.TicksPerSecond, outage.Components);

    private static string Text(long ticks) => InstantPattern.ExtendedIso.Format(NodaTime.Instant.FromUnixTimeTicks(ticks));
}

/// <summary>A fact that no agreement in force takes in.</summary>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="Source">Who asserts it.</param>
/// <param name="Id">Its id within the source.</param>
/// <param name="Type">What happened.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Reason">Why: as the end of "set aside because".</param>
public sealed record UnmatchedForm(long Sequence, string Source, string Id, string Type, string Subject, string Time, string Reason)
{
    internal static UnmatchedForm Of(Core.Facts.StampedFact fact, string reason) =>
        new(fact.LogSequence, fact.Fact.Source, fact.Fact.Id, fact.Fact.Type, fact.Fact.Subject, InstantPattern.ExtendedIso.Format(fact.Fact.Time), reason);
}
