using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Search;

/// <summary>One search over everything that has a name.</summary>
internal static class SearchEndpoint
{
    private const int LongestText = 100;
    private const int MostListed = 200;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/search", Search).WithTags("results").Needs(Permission.ReadAgreements).WithName("search").WithSummary("Find agreements, services, tickets, statements, subjects of facts and accounts by a part of their name")
            .WithDescription("Only what the caller may see. The case of letters does not matter. By kind and then by key: accounts (who may manage them), agreements (by id, title and parties), services with their components, statements, subjects of facts (who may read facts), tickets with clocks of an agreement in force. Read on with 'after' as the answer gives it.")
            .Refuses(ProblemKind.BadParameter, ProblemKind.StoreAway);

    private static async Task<Ok<HitPage>> Search(
        HttpContext context, Searcher searcher, [Description("A part of a name, up to 100 characters.")] string q, CancellationToken cancel, [Description("Only this kind: account, agreement, service, statement, subject or ticket.")] string? kind = null,
        [Description("After this one, as the answer before gave it.")] string? after = null, [Description("How many at most. Default: 50."), Range(1, MostListed)] int limit = 50)
    {
        if (limit is < 1 or > MostListed)
            throw new ProblemException(ProblemKind.BadParameter, $"'limit' is from 1 to {MostListed}.");
        var text = q.Trim();
        if (text.Length is 0 or > LongestText)
            throw new ProblemException(ProblemKind.BadParameter, $"'q' is 1 to {LongestText} characters.");
        if (kind is not null && !Searcher.Kinds.Contains(kind))
            throw new ProblemException(ProblemKind.BadParameter, $"{Diagnostic.Quote(kind)} is no kind.", string.Join(", ", Searcher.Kinds));
        var hits = await searcher.FindAsync(context.Viewer(), text, kind, After(after), limit + 1, cancel);
        return TypedResults.Ok(hits.Count <= limit ? new HitPage(hits, null) : new HitPage([.. hits.Take(limit)], $"{hits[limit - 1].Kind}/{hits[limit - 1].Key}"));
    }

    private static (string Kind, string Key)? After(string? after)
    {
        if (after is null)
            return null;
        var cut = after.IndexOf('/', StringComparison.Ordinal);
        return cut > 0 && Searcher.Kinds.Contains(after[..cut]) ? (after[..cut], after[(cut + 1)..]) : throw new ProblemException(ProblemKind.BadParameter, "'after' is not one that an answer gave.");
    }
}

/// <summary>What was found.</summary>
/// <param name="Hits">By kind and key.</param>
/// <param name="After">Where to read on; none when that is all.</param>
public sealed record HitPage(IReadOnlyList<HitForm> Hits, string? After);

/// <summary>Something that was found.</summary>
/// <param name="Kind"><c>account</c>, <c>agreement</c>, <c>service</c>, <c>statement</c>, <c>subject</c>, <c>ticket</c>.</param>
/// <param name="Key">Unique among its kind: an id, or the agreement and what it is of it.</param>
/// <param name="Title">As people read it.</param>
/// <param name="Address">Where more of it is.</param>
public sealed record HitForm(string Kind, string Key, string Title, string Address);
