using System.Text;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Levelkeeper.Server.Agreements;

/// <summary>The files that agreements name: calendars, levels above them, suppliers' agreements, known keys. Others' customers are named in them, so only those who see all agreements see them.</summary>
internal static class FileEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files").WithTags("agreements");
        files.MapGet("", List).Needs(Permission.ManageFiles).WithName("list-files").WithSummary("List the files that agreements can name").Refuses(ProblemKind.StoreAway);
        files.MapGet("/{*name}", Get).Needs(Permission.ManageFiles).Produces<string>(200, "text/plain").WithName("get-file").WithSummary("The text of a file").Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);
        files.MapPut("/{*name}", Put).Needs(Permission.ManageFiles).Accepts<string>("text/plain").WithName("put-file").WithSummary("Put a file, or a new revision of it")
            .WithDescription("'from' is the revision that it was made from, 0 for a new file. It changes no agreement: those that name it are proposed anew with it.")
            .Refuses(ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.TooLarge, ProblemKind.StoreAway);
    }

    private static async Task<Ok<IReadOnlyList<FileForm>>> List(VisibleAgreements visible, CancellationToken cancel, string after = "") =>
        TypedResults.Ok<IReadOnlyList<FileForm>>([.. (await visible.Open.Store.Files.ListAsync(after, cancel: cancel)).Select(f => new FileForm(f.Name, f.Revision, f.Content.Length))]);

    private static async Task<ContentHttpResult> Get(HttpContext context, VisibleAgreements visible, string name, CancellationToken cancel, int? revision = null)
    {
        var content = (await visible.Open.Store.Files.FindAsync(name, revision, cancel))?.Content ?? throw new ProblemException(ProblemKind.NotFound, $"There is no file {Diagnostic.Quote(name)}.");
        // A browser keeps it, and shows it as nothing.
        var kept = new ContentDispositionHeaderValue("attachment");
        kept.SetHttpFileName(name);
        context.Response.Headers.ContentDisposition = kept.ToString();
        return TypedResults.Text(Encoding.UTF8.GetString(content), "text/plain", Encoding.UTF8);
    }

    private static async Task<Ok<FileForm>> Put(HttpContext context, VisibleAgreements visible, string name, CancellationToken cancel, int from = 0)
    {
        var diagnostics = new DiagnosticBag();
        var content = await Bodies.ReadAsync(context, FileRegister.MostBytes, cancel);
        var revision = await new FileRegister(visible.Open.Store).PutAsync(name, from, content, Acts.By(context), diagnostics, cancel);
        Answers.ThrowIfWrong(diagnostics, diagnostics.Any(d => d.Code == "LK6302"));
        return TypedResults.Ok(new FileForm(name, revision!.Value, content.Length));
    }
}

/// <summary>A file that agreements can name.</summary>
/// <param name="Name">As they name it.</param>
/// <param name="Revision">Its latest revision.</param>
/// <param name="Bytes">How long it is.</param>
public sealed record FileForm(string Name, int Revision, int Bytes);
