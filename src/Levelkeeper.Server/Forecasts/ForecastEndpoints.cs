using System.ComponentModel;
using System.Text.Json;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Forecasts;
using Levelkeeper.Core.Time;
using Levelkeeper.Reports.Forms;
using Levelkeeper.Reports.Json;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.Results;
using Levelkeeper.Server.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Levelkeeper.Server.Forecasts;

/// <summary>The chance that an objective is missed, in the period that runs and in the next, with how well such chances have told the past.</summary>
internal static class ForecastEndpoints
{
    private const string Assumptions = "A chance assumes that the weeks to come are like those of the past and independent of each other: no trend, no season. It decides nothing. What has happened in a period that runs stands.";

    /// <summary>So far back the past is looked at when nobody says: a year, and what of a month its first days miss.</summary>
    private static readonly Duration s_usual = Duration.FromDays(400);

    private static readonly Duration s_longest = Duration.FromDays(1_200);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/agreements/{id}/forecast", ForecastAsync).WithTags("results").Needs(Permission.ReadAgreements).Produces<JsonElement>().WithName("forecast")
            .WithSummary("The chance of a breach in the periods that run and in the next ones, with how well such chances have told the past")
            .WithDescription("'since' is the first day of the past that is drawn from, by default 400 days back; 'as-of' and 'known' as for results. 'method': weeks of the past drawn at random, the share of past periods, or too-short. No chance is given of what is lost already.")
            .Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.TooMuchWork, ProblemKind.StoreAway);

    private static async Task<IResult> ForecastAsync(
        HttpContext context, AgreementResults results, BoundedWork work, ServedStore served, string id, CancellationToken cancel, [Description("The first day of the past.")] string? since = null,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "as-of")] string? asOf = null, long? known = null)
    {
        var at = Queries.Instant("as-of", asOf) ?? served.Now;
        var (agreement, facts) = await results.KnownAsync(context.Viewer(), id, known, cancel);
        var versions = agreement.Versions;
        var start = since is null ? at - s_usual : Queries.Day("since", since).AtStartOfDayInZone(versions.Latest.Zone).ToInstant();
        if (start >= at)
            throw new ProblemException(ProblemKind.BadParameter, "The past begins after the instant of the forecast.");
        if (start < at - s_longest)
            throw new ProblemException(ProblemKind.TooMuchWork, $"The past is longer than {s_longest.Days} days.");
        var past = TickInterval.Between(start, at).Intersect(versions.TermTime);
        if (past.IsEmpty)
            throw new ProblemException(ProblemKind.BadParameter, "The agreement has not begun then.");
        var effective = facts.Effective(at);
        var (running, next, now, calibrations) = await work.RunAsync(
            token => (
                BreachForecast.OfRunning(versions, effective, past, token), BreachForecast.OfNext(versions, effective, past, token),
                Evaluator.Evaluate(versions, effective, at, at.PlusTicks(1), at, token),
                (Calibration.Of(BreachForecast.TrialsRunning(versions, effective, past, token)), Calibration.Of(BreachForecast.Trials(versions, effective, past, token)))),
            cancel);
        return Answers.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("assumptions", Assumptions);
            json.WriteString("agreement", agreement.Id);
            json.Instant("as-of", at);
            json.Instant("since", past.StartInstant);
            json.Array("running", running, c =>
            {
                var result = now.Objectives.LastOrDefault(o => o.Objective == c.Objective && !o.Period.IsCarriedOver);
                SimulationJson.Chance(json, result?.Verdict == Verdict.Breached ? c with { Chance = null } : c);
                json.WriteString("verdict", result is null ? null : VerdictForm.Key(result.Verdict));
            });
            json.Array("next", next, c => SimulationJson.Chance(json, c));
            SimulationJson.Calibrations(json, "record-running", calibrations.Item1);
            SimulationJson.Calibrations(json, "record-next", calibrations.Item2);
            json.WriteEndObject();
        });
    }
}
