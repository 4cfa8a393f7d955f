using System.Text;
using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Comparison;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Signatures;
using Levelkeeper.Language.Yaml;
using Levelkeeper.Reports.Html;
using Levelkeeper.Reports.Json;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Agreements;

/// <summary>Agreements: from a proposal to the end, and what they say.</summary>
internal static class AgreementEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var agreements = routes.MapGroup("/agreements").WithTags("agreements");
        agreements.MapGet("", List).Needs(Permission.ReadAgreements).WithName("list-agreements").WithSummary("List agreements").Refuses(ProblemKind.BadParameter, ProblemKind.StoreAway);
        agreements.MapPost("/lint", Lint).Needs(Permission.ReadAgreements).TakesYaml().WithName("lint-agreement").WithSummary("Check the text of an agreement")
            .WithDescription("What is wrong, and what is probably not meant, each with its place. Nothing is kept.").Refuses(ProblemKind.TooLarge, ProblemKind.StoreAway);
        agreements.MapPut("/{id}", Propose).Needs(Permission.ProposeAgreements).TakesYaml().WithName("propose-agreement").WithSummary("Propose an agreement, or a change of one")
            .WithDescription("'from' is the revision that the text was made from, 0 for a new agreement. Nothing is kept of a text that cannot be used.")
            .Refuses(ProblemKind.NotFound, ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.TooLarge, ProblemKind.StoreAway);
        agreements.MapGet("/{id}", Get).Needs(Permission.ReadAgreements).WithName("get-agreement").WithSummary("How far an agreement has come").Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);
        agreements.MapGet("/{id}/source", Source).Needs(Permission.ReadAgreements).Produces<string>(200, "application/yaml").WithName("get-agreement-source").WithSummary("The text of an agreement").Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);
        agreements.MapGet("/{id}/effective", Effective).Needs(Permission.ReadAgreements).Produces<JsonElement>().WithName("get-effective-agreement").WithSummary("Every clause in force on a day, defaults included, with where it stands")
            .Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.StoreAway);
        agreements.MapGet("/{id}/versions", Versions).Needs(Permission.ReadAgreements).WithName("list-versions").WithSummary("The versions of an agreement: what it says from which day on")
            .WithDescription("The first holds from the start of the term, each other from the day of an amendment. '/effective' and '/contract' show one by a day in it. Revisions are what was proposed and signed; one revision has all versions.").Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);
        agreements.MapGet("/{id}/contract", Contract).Needs(Permission.ReadAgreements).Produces<string>(200, "text/html", "text/plain").WithName("get-contract").WithSummary("The agreement as a contract that people read")
            .WithDescription("'language': en, pl, ru, ar; 'form': html or text.").Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.StoreAway);
        agreements.MapGet("/{id}/comparison", Compare).Needs(Permission.ReadAgreements).WithName("compare-revisions").WithSummary("What two revisions say differently, and who is better off")
            .Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);

        var revision = agreements.MapGroup("/{id}/revisions/{revision:int}");
        Step(revision.MapPost("/comments", (HttpContext context, VisibleAgreements visible, string id, int revision, SaidForm said, CancellationToken cancel) =>
            StepAsync(context, visible, id, revision, (r, by) => r.CommentAsync(id, revision, said.Clause ?? "", said.Text ?? "", visible.Known, by, cancel), cancel)), Permission.CommentAgreements, "comment-agreement", "Comment a proposal, or a clause of it");
        Step(revision.MapPost("/review", (HttpContext context, VisibleAgreements visible, string id, int revision, SaidForm said, CancellationToken cancel) =>
            StepAsync(context, visible, id, revision, (r, by) => r.ReviewAsync(id, revision, said.Text ?? "", visible.Known, by, cancel), cancel)), Permission.ReviewAgreements, "review-agreement", "Record the lawyers' review");
        Step(revision.MapPost("/signatures", Sign), Permission.SignAgreements, "sign-agreement", "Sign a proposal");
        Step(revision.MapPost("/activation", (HttpContext context, VisibleAgreements visible, string id, int revision, SaidForm said, CancellationToken cancel) =>
            StepAsync(context, visible, id, revision, (r, by) => r.ActivateAsync(id, revision, said.Text ?? "", visible.Known, by, cancel), cancel)), Permission.ActivateAgreements, "activate-agreement", "Put a proposal in force")
            .WithDescription("Each side must have signed it, here or on paper as the agreement records; else 'text' says why it runs without.");
        Step(revision.MapPost("/withdrawal", (HttpContext context, VisibleAgreements visible, string id, int revision, SaidForm said, CancellationToken cancel) =>
            StepAsync(context, visible, id, revision, (r, by) => r.WithdrawAsync(id, revision, said.Text ?? "", visible.Known, by, cancel), cancel)), Permission.ProposeAgreements, "withdraw-agreement", "Take a proposal back");
        Step(revision.MapPost("/end", (HttpContext context, VisibleAgreements visible, string id, int revision, SaidForm said, CancellationToken cancel) =>
            StepAsync(context, visible, id, revision, (r, by) => r.EndAsync(id, revision, said.Text ?? "", visible.Known, by, cancel), cancel)), Permission.ActivateAgreements, "end-agreement", "End an agreement that is in force");

        static RouteHandlerBuilder Step(RouteHandlerBuilder step, Permission permission, string name, string summary) =>
            step.Needs(permission).WithName(name).WithSummary(summary).Refuses(ProblemKind.NotFound, ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.StoreAway);
    }

    private static async Task<Ok<AgreementPage>> List(HttpContext context, VisibleAgreements visible, CancellationToken cancel, string after = "", int limit = 100)
    {
        if (limit is < 1 or > MostListed)
            throw new ProblemException(ProblemKind.BadParameter, $"'limit' is from 1 to {MostListed}.");
        var listed = await visible.ListAsync(context.Viewer(), after, limit, cancel);
        return TypedResults.Ok(new AgreementPage([.. listed.Select(a => AgreementForm.Of(a.Agreement, a.Life))], listed.Count == limit ? listed[^1].Agreement.Id : null));
    }

    private static async Task<Ok<LintForm>> Lint(HttpContext context, VisibleAgreements visible, CancellationToken cancel)
    {
        var found = await visible.Register.LintAsync(await TextAsync(context, cancel), "agreement.yaml", cancel);
        return TypedResults.Ok(new LintForm(!found.HasErrors, [.. found.Select(RowProblem.Of)]));
    }

    private static async Task<Ok<AgreementForm>> Propose(HttpContext context, VisibleAgreements visible, string id, CancellationToken cancel, int from = 0)
    {
        // A change of an agreement of which the caller may not know would tell of it.
        if (await visible.Register.LifeAsync(id, cancel) is not null)
            await visible.FindAsync(context.Viewer(), id, null, cancel);
        var outcome = await visible.Register.ProposeAsync(id, from, await TextAsync(context, cancel), visible.Known, Acts.By(context), cancel);
        return await DoneAsync(visible, outcome, cancel);
    }

    private static async Task<Ok<AgreementForm>> Get(HttpContext context, VisibleAgreements visible, string id, CancellationToken cancel)
    {
        var agreement = await visible.FindAsync(context.Viewer(), id, null, cancel);
        return TypedResults.Ok(AgreementForm.Of(agreement, (await visible.Register.LifeAsync(id, cancel))!));
    }

    private static async Task<ContentHttpResult> Source(HttpContext context, VisibleAgreements visible, string id, CancellationToken cancel, int? revision = null) =>
        TypedResults.Text((await visible.FindAsync(context.Viewer(), id, revision, cancel)).Text, "application/yaml", Encoding.UTF8);

    private static async Task<IResult> Effective(HttpContext context, VisibleAgreements visible, string id, CancellationToken cancel, int? revision = null, string? on = null)
    {
        var effective = EffectiveOn(await visible.FindAsync(context.Viewer(), id, revision, cancel), Day(on));
        return Answers.Json(json =>
        {
            json.WriteStartObject();
            json.Array("clauses", ContractClause.Of(effective), clause =>
            {
                json.WriteString("path", clause.Path);
                json.WriteString("value", clause.Text);
                if (clause.IsDefault)
                    json.WriteBoolean("default", true);
                else
                    json.Place("place", clause.Place);
            });
            json.WriteEndObject();
        });
    }

    private static async Task<Ok<IReadOnlyList<VersionForm>>> Versions(HttpContext context, VisibleAgreements visible, ServedStore served, string id, CancellationToken cancel, int? revision = null)
    {
        var agreement = await visible.FindAsync(context.Viewer(), id, revision, cancel);
        var levels = LevelReader.Read(agreement.Text, agreement.File, agreement.Files.Folder.Levels, new DiagnosticBag())!;
        var versions = agreement.Versions;
        var today = served.Now.InZone(versions.Latest.Zone).Date;
        var days = versions.All.Select(v => v.From).ToList();
        return TypedResults.Ok<IReadOnlyList<VersionForm>>(
        [
            .. days.Select((day, i) => new VersionForm(
                LocalDatePattern.Iso.Format(day), i + 1 < days.Count ? LocalDatePattern.Iso.Format(days[i + 1]) : null, day <= today && (i + 1 == days.Count || today < days[i + 1]),
                [.. levels.Amendments.Where(a => i > 0 && a.From == day && a.Title.Length > 0).Select(a => a.Title)])),
        ]);
    }

    private static async Task<ContentHttpResult> Contract(HttpContext context, VisibleAgreements visible, string id, CancellationToken cancel, int? revision = null, string? on = null, string language = "en", string form = "html")
    {
        var agreement = await visible.FindAsync(context.Viewer(), id, revision, cancel);
        var words = Queries.Language(language);
        var day = Day(on);
        var levels = LevelReader.Read(agreement.Text, agreement.File, agreement.Files.Folder.Levels, new DiagnosticBag())!;
        var document = ContractDocument.Of(levels.Effective(day, new DiagnosticBag()), words, ContractVersion.Of(levels, day, agreement.Content));
        return form switch
        {
            "html" => Pages.Html(context, DocumentPage.Write(document)),
            "text" => TypedResults.Text(PlainText.Write(document), "text/plain", Encoding.UTF8),
            _ => throw new ProblemException(ProblemKind.BadParameter, "'form' is html or text."),
        };
    }

    private static async Task<Ok<ComparisonForm>> Compare(HttpContext context, VisibleAgreements visible, string id, int first, int second, CancellationToken cancel)
    {
        var (one, other) = (await visible.FindAsync(context.Viewer(), id, first, cancel), await visible.FindAsync(context.Viewer(), id, second, cancel));
        return TypedResults.Ok(ComparisonForm.Of(AgreementComparison.Of(EffectiveOn(one, null), EffectiveOn(other, null))));
    }

    private static Task<Ok<AgreementForm>> Sign(HttpContext context, VisibleAgreements visible, string id, int revision, SigningForm form, CancellationToken cancel) =>
        StepAsync(context, visible, id, revision, async (register, by) =>
        {
            var viewer = context.Viewer();
            var agreement = await visible.FindAsync(viewer, id, revision, cancel);
            var side = form.Side switch
            {
                null => viewer.SideOn(agreement.Versions.Latest),
                "provider" => PartyRole.Provider,
                "customer" => PartyRole.Customer,
                _ => throw new ProblemException(ProblemKind.CannotBeUsed, "'side' is provider or customer."),
            };
            // Who belongs to a party signs for that one; only the owner's own people, who belong to none, sign for the provider.
            if (side != viewer.SideOn(agreement.Versions.Latest))
                throw new ProblemException(ProblemKind.OutOfScope, $"'{viewer.Name}' stands on the other side.");
            var diagnostics = new DiagnosticBag();
            AgreementSignature? signature = null;
            if (form.Signatures is { } json && (signature = SignatureFile.Read(json, "signatures", diagnostics)?.Signatures.LastOrDefault(s => s.By == side)) is null && !diagnostics.HasErrors)
                diagnostics.Error("LK6305", new Place("signatures"), "No signature for this side is in the file.", "sign first: levelkeeper sign");
            Answers.ThrowIfWrong(diagnostics);
            return await register.SignAsync(id, revision, side, form.Name ?? viewer.DisplayName, signature, visible.Known, by, cancel);
        }, cancel);

    private static async Task<Ok<AgreementForm>> StepAsync(HttpContext context, VisibleAgreements visible, string id, int revision, Func<AgreementRegister, Act, Task<AgreementOutcome>> take, CancellationToken cancel)
    {
        await visible.FindAsync(context.Viewer(), id, revision, cancel);
        return await DoneAsync(visible, await take(visible.Register, Acts.By(context)), cancel);
    }

    private static async Task<Ok<AgreementForm>> DoneAsync(VisibleAgreements visible, AgreementOutcome outcome, CancellationToken cancel)
    {
        Answers.ThrowIfWrong(outcome.Diagnostics, outcome.Changed);
        await visible.RefreshAsync(cancel);
        var agreement = outcome.Agreement!;
        return TypedResults.Ok(AgreementForm.Of(agreement, (await visible.Register.LifeAsync(agreement.Id, cancel))!));
    }

    private static YamlNode.Mapping EffectiveOn(RegisteredAgreement agreement, LocalDate? on) =>
        LevelReader.Read(agreement.Text, agreement.File, agreement.Files.Folder.Levels, new DiagnosticBag())!.Effective(on, new DiagnosticBag());

    private static LocalDate? Day(string? text) =>
        text is null ? null : LocalDatePattern.Iso.Parse(text) is { Success: true } day ? day.Value : throw new ProblemException(ProblemKind.BadParameter, $"{Diagnostic.Quote(text)} is not a date.", "write 2026-03-01");

    private static async Task<string> TextAsync(HttpContext context, CancellationToken cancel) => Encoding.UTF8.GetString(await Bodies.ReadAsync(context, FileRegister.MostBytes, cancel));
}
