using System.Text;
using System.Text.Json;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Reports.Html;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Assertions;
using Levelkeeper.Runtime.MonthEnd;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Facts;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Text.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Statements;

/// <summary>Statements: drafted, closed month by month, issued; and what is said of their lines afterwards.</summary>
internal static class StatementEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var statements = routes.MapGroup("/agreements/{id}/statements").WithTags("statements");
        Reads(statements.MapGet("", List), "list-statements", "The statements of an agreement");
        Reads(statements.MapGet("/{period}", Get).Produces<JsonElement>(200, "application/json", "text/html", "text/plain", "text/csv", Workbook), "get-statement", "A statement")
            .WithDescription("As issued; before that as it would be now, which only those who draft statements see. 'form': json, html, text, csv, xlsx; 'language': en, pl, ru, ar.");
        Reads(statements.MapGet("/{period}/checklist", Checklist), "get-checklist", "What stands between a statement and its issue");
        Writes(statements.MapPost("/{period}/draft", Draft), Permission.DraftStatements, "draft-statement", "Keep a draft of a statement as it is now");
        Writes(statements.MapPost("/{period}/waivers", Waive), Permission.DraftStatements, "waive-point", "Waive a point of the checklist, with a reason");
        Writes(statements.MapPost("/{period}/issue", Issue), Permission.IssueStatements, "issue-statement", "Issue a statement: it is kept as it is now, for good");
        Writes(statements.MapPost("/claims", (HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, LineForm form, CancellationToken cancel) =>
            Assert(context, visible, facts, id, FactTypes.ClaimMade, form, form.Key, cancel)), Permission.DisputeStatements, "claim-line", "Claim what a line owes, where the agreement asks for a claim");
        Writes(statements.MapPost("/disputes", (HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, LineForm form, CancellationToken cancel) =>
            Assert(context, visible, facts, id, FactTypes.DisputeOpened, form, form.Key, cancel)), Permission.DisputeStatements, "open-dispute", "Contest a line, or a fact behind it");
        Writes(statements.MapPost("/disputes/{dispute}/settlement", Settle), Permission.SettleStatements, "settle-dispute", "What a contested line comes to by agreement");
        Writes(statements.MapPost("/acceptances", (HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, LineForm form, CancellationToken cancel) =>
            Assert(context, visible, facts, id, FactTypes.AdjustmentAccepted, form, form.Key, cancel)), Permission.DisputeStatements, "accept-adjustment", "Accept an adjustment to an earlier line");
        Writes(statements.MapPost("/payments", (HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, LineForm form, CancellationToken cancel) =>
            Assert(context, visible, facts, id, FactTypes.AmountPaid, form, form.Key, cancel)), Permission.SettleStatements, "record-payment", "Record that a line was paid or credited");
        Writes(statements.MapPost("/amounts-waived", (HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, LineForm form, CancellationToken cancel) =>
            Assert(context, visible, facts, id, FactTypes.AmountWaived, form, form.Key, cancel)), Permission.DisputeStatements, "waive-amount", "Waive what is owed to one's side");

        static RouteHandlerBuilder Reads(RouteHandlerBuilder endpoint, string name, string summary) =>
            endpoint.Needs(Permission.ReadStatements).WithName(name).WithSummary(summary).Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.CannotBeUsed, ProblemKind.StoreAway);

        static RouteHandlerBuilder Writes(RouteHandlerBuilder endpoint, Permission permission, string name, string summary) =>
            endpoint.Needs(permission).WithName(name).WithSummary(summary).Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.QueueFull, ProblemKind.StoreAway);
    }

    private const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static async Task<Ok<IReadOnlyList<StatementForm>>> List(HttpContext context, VisibleAgreements visible, StatementDesk desk, string id, CancellationToken cancel)
    {
        var viewer = context.Viewer();
        await visible.FindAsync(viewer, id, null, cancel);
        return TypedResults.Ok<IReadOnlyList<StatementForm>>([.. (await desk.Register.ListAsync(id, cancel)).Where(l => l.Issued is not null || viewer.May(Permission.DraftStatements)).Select(l => StatementForm.Of(id, l.Period, l, []))]);
    }

    private static async Task<IResult> Get(HttpContext context, VisibleAgreements visible, StatementDesk desk, string id, string period, CancellationToken cancel, string form = "json", string language = "en")
    {
        var viewer = context.Viewer();
        await visible.FindAsync(viewer, id, null, cancel);
        var life = await desk.Register.LifeAsync(id, period, cancel);
        if (life?.Issued is { } issued)
        {
            // What was issued is given as it was kept; other forms are made anew of the same.
            return form == "json" ? TypedResults.Bytes((await desk.Register.TextAsync(id, period, cancel))!, "application/json") : Print(context, await desk.RemakeAsync(viewer, life, issued, cancel), form, language);
        }

        if (!viewer.May(Permission.DraftStatements) && !viewer.May(Permission.IssueStatements))
            throw new ProblemException(ProblemKind.NotFound, $"The statement of {Diagnostic.Quote(period)} is not issued.");
        return Print(context, (await desk.PrepareAsync(viewer, id, period, cancel)).Made, form, language);
    }

    private static async Task<Ok<StatementForm>> Checklist(HttpContext context, StatementDesk desk, string id, string period, CancellationToken cancel)
    {
        var viewer = context.Viewer();
        var life = await desk.Register.LifeAsync(id, period, cancel);
        if (!viewer.May(Permission.DraftStatements) && !viewer.May(Permission.IssueStatements))
            throw new ProblemException(ProblemKind.OutOfScope, $"'{viewer.Name}' closes no month.");
        var prepared = await desk.PrepareAsync(viewer, id, period, cancel);
        return TypedResults.Ok(StatementForm.Of(id, period, life, life?.Issued is null ? prepared.Draft.Points : []));
    }

    private static async Task<Ok<StatementForm>> Draft(HttpContext context, StatementDesk desk, string id, string period, CancellationToken cancel)
    {
        var prepared = await desk.PrepareAsync(context.Viewer(), id, period, cancel);
        return await DoneAsync(id, prepared, diagnostics => desk.Register.DraftAsync(id, prepared.Period.Label, prepared.Draft, prepared.Known, Acts.By(context), diagnostics, cancel));
    }

    private static async Task<Ok<StatementForm>> Waive(HttpContext context, StatementDesk desk, string id, string period, WaiverForm form, CancellationToken cancel)
    {
        var prepared = await desk.PrepareAsync(context.Viewer(), id, period, cancel);
        return await DoneAsync(id, prepared, diagnostics => desk.Register.WaiveAsync(id, prepared.Period.Label, prepared.Draft, form.Point, form.Reason, prepared.Known, Acts.By(context), diagnostics, cancel));
    }

    private static async Task<Ok<StatementForm>> Issue(HttpContext context, StatementDesk desk, string id, string period, CancellationToken cancel)
    {
        var prepared = await desk.PrepareAsync(context.Viewer(), id, period, cancel);
        // It stands as of when it was made; the step says the same instant, so that it can be made anew.
        var by = new Act(context.Viewer().Name, prepared.Made.Statement.AsOf);
        return await DoneAsync(id, prepared with { Draft = prepared.Draft }, diagnostics => desk.Register.IssueAsync(id, prepared.Period.Label, prepared.Draft, prepared.Known, by, diagnostics, cancel));
    }

    private static async Task<Ok<StatementForm>> DoneAsync(string id, PreparedStatement prepared, Func<DiagnosticBag, Task<StatementLife?>> act)
    {
        var diagnostics = new DiagnosticBag();
        var life = await act(diagnostics);
        Answers.ThrowIfWrong(diagnostics, diagnostics.Any(d => d.Code == "LK6302"));
        return TypedResults.Ok(StatementForm.Of(id, prepared.Period.Label, life, life?.Issued is null ? prepared.Draft.Points : []));
    }

    private static async Task<Ok<RecordedFact>> Settle(HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, string dispute, SettlementForm form, CancellationToken cancel)
    {
        var viewer = context.Viewer();
        var agreement = await visible.FindAsync(viewer, id, null, cancel);
        return TypedResults.Ok(await facts.AppendAsync(viewer, StatementFacts.Settlement(id, dispute, form.Amount, form.Reason, viewer.SideOn(agreement.Versions.Latest)), form.Key, cancel));
    }

    private static async Task<Ok<RecordedFact>> Assert(HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, string type, LineForm form, string? key, CancellationToken cancel)
    {
        var viewer = context.Viewer();
        var agreement = await visible.FindAsync(viewer, id, null, cancel);
        var line = new LineWords(form.Remedy, form.Period, form.Event, form.Amount, form.Reason, form.Evidence, form.Dispute, form.FactSource, form.FactId, form.ApprovedBy);
        return TypedResults.Ok(await facts.AppendAsync(viewer, StatementFacts.OfLine(id, type, line, viewer.SideOn(agreement.Versions.Latest)), key, cancel));
    }

    private static IResult Print(HttpContext context, MadeStatement made, string form, string language)
    {
        var words = Queries.Language(language);
        Document Document() => StatementDocument.Of(made.Statement, made.Provenance, words);
        return form switch
        {
            "json" => TypedResults.Bytes(made.ToJson(), "application/json"),
            "html" => Pages.Html(context, DocumentPage.Write(Document())),
            "text" => TypedResults.Text(PlainText.Write(Document()), "text/plain", Encoding.UTF8),
            "csv" => TypedResults.Text(StatementCsv.Write(made.Statement), "text/csv", Encoding.UTF8),
            "xlsx" => TypedResults.Bytes(StatementWorkbook.Write(made.Statement, made.Provenance, words), Workbook, "statement.xlsx"),
            _ => throw new ProblemException(ProblemKind.BadParameter, "'form' is json, html, text, csv or xlsx."),
        };
    }
}
