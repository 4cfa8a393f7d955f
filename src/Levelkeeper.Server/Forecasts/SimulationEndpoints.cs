using System.ComponentModel;
using System.Text;
using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Forecasts;
using Levelkeeper.Reports.Json;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
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

/// <summary>What a draft would have come to over the facts of an agreement that is in force, beside that agreement.</summary>
internal static class SimulationEndpoints
{
    private const int MostMonths = 36;

    private const string Assumptions =
        "Assumed: both in force over the whole span, nothing in grace unless 'with-grace', every claim made, nothing waived or disputed. A chance assumes that the weeks to come are like those of the past and independent of each other; it decides nothing.";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/agreements/{id}/simulation", SimulateAsync).WithTags("agreements").Needs(Permission.ProposeAgreements).TakesYaml().Produces<JsonElement>().WithName("simulate-agreement")
            .WithSummary("What a draft would have come to over the facts of an agreement in force: met, breached, paid, month by month, beside that agreement")
            .WithDescription($"The body is the text of the draft; it has the id and the customer of the agreement, as facts name them. Nothing is kept. 'from' and 'to' are days, 'to' the first day after, of at most {MostMonths} months that have passed.")
            .Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.CannotBeUsed, ProblemKind.TooLarge, ProblemKind.TooMuchWork, ProblemKind.StoreAway);

    private static async Task<IResult> SimulateAsync(
        HttpContext context, VisibleAgreements visible, AgreementResults results, BoundedWork work, ServedStore served, string id, [Description("The first day.")] string from, [Description("The first day after.")] string to, CancellationToken cancel,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "with-grace"), Description("Count a grace from the first day on; else none is.")] bool withGrace = false)
    {
        var (agreement, facts) = await results.KnownAsync(context.Viewer(), id, null, cancel);
        var (first, end) = (Queries.Day("from", from), Queries.Day("to", to));
        if (first >= end)
            throw new ProblemException(ProblemKind.BadParameter, "The span ends before it starts.");
        if (end > first.PlusMonths(MostMonths))
            throw new ProblemException(ProblemKind.TooMuchWork, $"The span is longer than {MostMonths} months.");
        if (end > served.Now.InZone(agreement.Versions.Latest.Zone).Date)
            throw new ProblemException(ProblemKind.BadParameter, "The span has not passed yet.", "'to' is today at the latest");
        var text = Encoding.UTF8.GetString(await Bodies.ReadAsync(context, FileRegister.MostBytes, cancel));
        var diagnostics = new DiagnosticBag();
        var draft = SimulatedDraft.Read(text, "agreement.yaml", await StoredFiles.LatestAsync(visible.Open.Store, cancel), first, end, withGrace, diagnostics);
        Answers.ThrowIfWrong(diagnostics);
        var present = SimulatedDraft.Read(agreement.Text, agreement.File, agreement.Files, first, end, withGrace, new DiagnosticBag());
        var simulated = new (string Of, Agreement? Agreement)[] { ("proposed", draft), ("in force", present) }.Where(s => s.Agreement is not null).ToList();
        var simulations = await work.RunAsync(token => simulated.ConvertAll(s => (s.Of, Simulation.Of(s.Agreement!, facts.Effective(s.Agreement!.TermTime.EndInstant), token))), cancel);
        return Answers.Json(json => SimulationJson.Write(json, Assumptions, "of", simulations));
    }
}
