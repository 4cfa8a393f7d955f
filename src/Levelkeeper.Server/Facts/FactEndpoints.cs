using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Facts;

/// <summary>Facts in, and the log out.</summary>
internal static class FactEndpoints
{
    private const string AfterAbout = "Only what was appended after this sequence number. Default: 0.";
    private const string LimitAbout = "How many at most. Default: 100.";
    private const string SubjectAbout = "Only facts about this ticket or component.";
    private const string SourceAbout = "Only facts of this source.";
    private const string TypeAbout = "Only facts of this type.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var facts = routes.MapGroup("/facts").WithTags("facts");
        facts.MapPost("", Append).Needs(Permission.AppendFacts).WithName("append-facts").WithSummary("Append facts")
            .WithDescription("Answers 202 once every fact that it counts is on the disk. Rows that are no facts are listed as problems; the others are kept. The same fact may be sent any number of times.")
            .WithMetadata(new EventBodies())
            .Refuses(ProblemKind.BadRequest, ProblemKind.TooSlow, ProblemKind.TooLarge, ProblemKind.OtherMediaType, ProblemKind.NoFacts, ProblemKind.QueueFull, ProblemKind.StoreAway);
        facts.MapGet("", List).Needs(Permission.ReadFacts).WithName("list-facts").WithSummary("Read the log")
            .WithDescription("The facts that stand, in the order in which they were appended. An answer may have fewer than 'limit' and yet more to come: read on while 'more' is true.")
            .Refuses(ProblemKind.BadParameter, ProblemKind.StoreAway);
        facts.MapGet("/conflicts", ListConflicts).Needs(Permission.ReadFacts).WithName("list-conflicts").WithSummary("Read what was set aside")
            .WithDescription("Facts whose source and id the log had already with other content.")
            .Refuses(ProblemKind.BadParameter, ProblemKind.StoreAway);
    }

    private static async Task<Accepted<Receipt>> Append(HttpContext context, FactIntake intake) => TypedResults.Accepted((string?)null, await intake.AppendAsync(context));

    private static Task<Ok<FactPage>> List(
        ServedStore served, CancellationToken cancel,
        [Description(AfterAbout)] long? after = null, [Description(LimitAbout), Range(1, FactQuery.LargestLimit)] int? limit = null,
        [Description(SubjectAbout)] string? subject = null, [Description(SourceAbout)] string? source = null, [Description(TypeAbout)] string? type = null) =>
        ReadAsync(served, FactQuery.Of(after, limit, conflicts: false, subject, source, type), cancel);

    private static Task<Ok<FactPage>> ListConflicts(
        ServedStore served, CancellationToken cancel,
        [Description(AfterAbout)] long? after = null, [Description(LimitAbout), Range(1, FactQuery.LargestLimit)] int? limit = null,
        [Description(SubjectAbout)] string? subject = null, [Description(SourceAbout)] string? source = null, [Description(TypeAbout)] string? type = null) =>
        ReadAsync(served, FactQuery.Of(after, limit, conflicts: true, subject, source, type), cancel);

    private static async Task<Ok<FactPage>> ReadAsync(ServedStore served, FactQuery query, CancellationToken cancel) =>
        TypedResults.Ok(await query.ReadAsync(served.Open ?? throw new ProblemException(ProblemKind.StoreAway, $"Not ready: {served.State}."), cancel));
}
