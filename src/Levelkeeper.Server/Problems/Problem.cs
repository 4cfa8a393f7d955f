using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Server.Facts;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Problems;

/// <summary>Why a request was refused, in the form of RFC 9457.</summary>
/// <param name="Type">Names the kind of problem: <c>urn:levelkeeper:</c> and the code.</param>
/// <param name="Title">The kind in words; the same for each.</param>
/// <param name="Status">The status of the response.</param>
/// <param name="Detail">What is wrong here.</param>
/// <param name="Code">A stable code; docs/diagnostics.md tells of each.</param>
/// <param name="Hint">How to mend it.</param>
/// <param name="Receipt">What became of the facts, where some were read.</param>
/// <param name="Problems">What is wrong in what was sent, each with its place.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail, string Code, string? Hint = null, Receipt? Receipt = null, IReadOnlyList<RowProblem>? Problems = null)
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The problem of a kind.</summary>
    internal static Problem Of(ProblemKind kind, string detail, string? hint = null, Receipt? receipt = null) => new(TypeOf(kind.Code), kind.Title, kind.Status, detail, kind.Code, hint ?? kind.Hint, receipt);

    internal static string TypeOf(string code) => $"urn:levelkeeper:{code}";

    /// <summary>Answers with it; nothing where the answer has begun.</summary>
    internal async Task WriteAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
            return;
        context.Response.StatusCode = Status;
        if (Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && context.Response.Headers.RetryAfter.Count == 0)
            context.Response.Headers.RetryAfter = "1";
        // What is left of the body is not read: the connection cannot serve another request.
        if (Status is StatusCodes.Status408RequestTimeout)
            context.Response.Headers.Connection = "close";
        await context.Response.WriteAsJsonAsync(this, PlainJson.Types.Problem, MediaType, CancellationToken.None);
    }
}

/// <summary>A kind of problem.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Status">The status of the response.</param>
/// <param name="Title">In words.</param>
/// <param name="Hint">How to mend it, where that is always the same.</param>
internal sealed record ProblemKind(string Code, int Status, string Title, string? Hint = null)
{
    public static readonly ProblemKind BadRequest = new("LK6100", 400, "The request is no HTTP request that can be read.");
    public static readonly ProblemKind TooLarge = new("LK6101", 413, "The request is too large.", "send the facts in several requests, or as lines: application/x-ndjson");
    public static readonly ProblemKind OtherMediaType = new("LK6102", 415, "The content type is none that is read here.", "application/cloudevents+json, application/cloudevents-batch+json, application/x-ndjson, or the attributes as 'ce-' headers");
    public static readonly ProblemKind QueueFull = new("LK6103", 429, "Too many facts wait for their commit.", "send them again, later; none of them was kept");
    public static readonly ProblemKind StoreAway = new("LK6104", 503, "The store cannot be reached.", "send it again; what is known already is not kept twice");
    public static readonly ProblemKind NotInTime = new("LK6105", 503, "It took too long.", "send it again; what is known already is not kept twice");
    public static readonly ProblemKind TooSlow = new("LK6106", 408, "The request came too slowly.");
    public static readonly ProblemKind NoFacts = new("LK6107", 422, "No fact could be kept.", "mend what the receipt lists");
    public static readonly ProblemKind BadParameter = new("LK6108", 400, "A parameter of the address cannot be used.");
    public static readonly ProblemKind NoToken = new("LK6110", 401, "Who asks is not known.", "send a token: 'Authorization: Bearer …'; 'levelkeeper token create' makes one");
    public static readonly ProblemKind OutOfScope = new("LK6111", 403, "The token may not do this.");
    public static readonly ProblemKind TooMany = new("LK6112", 429, "Too many requests.");
    public static readonly ProblemKind OtherHost = new("LK6113", 421, "The request is for another host.", "without accounts only 'localhost' and this machine's own addresses are answered");
    public static readonly ProblemKind CannotBeUsed = new("LK6114", 422, "What was sent cannot be used.", "mend what is listed");
    public static readonly ProblemKind Changed = new("LK6115", 409, "Somebody else changed it meanwhile.", "look at it again, and decide anew");
    public static readonly ProblemKind NotFound = new("LK6120", 404, "There is nothing at this address.", "/openapi/v1.json lists what there is");
    public static readonly ProblemKind OtherMethod = new("LK6121", 405, "This cannot be done at this address.", "/openapi/v1.json lists what can");
    public static readonly ProblemKind FromElsewhere = new("LK6180", 403, "The request may come from a page of another site.", "send what /api/v1/me shows as 'request-token' in the header X-Request-Token; programs send a token of their own instead of a cookie");
    public static readonly ProblemKind PasswordRefused = new("LK6181", 422, "The new password cannot be used.");
    public static readonly ProblemKind WrongPassword = new("LK6182", 403, "The password is wrong.");
    public static readonly ProblemKind BodiesFull = new("LK6183", 503, "Too many bytes are on their way at once.", "send it again, later; or as lines: application/x-ndjson");
    public static readonly ProblemKind PlainHttp = new("LK6184", 403, "Plain HTTP is not served to other machines.", "use https, or come by the reverse proxy");
    public static readonly ProblemKind TooMuchWork = new("LK6160", 422, "The request asks for more work than is done at once.", "ask for a shorter span");
    public static readonly ProblemKind Fault = new("LK6199", 500, "A fault of the program.", "the server's log tells more; please report it");
}

/// <summary>What is wrong with a row of a request.</summary>
/// <param name="Type">Names the kind of problem: <c>urn:levelkeeper:</c> and the code.</param>
/// <param name="Status">422 where the row was refused; 409 where it was set aside as a conflict; 200 where it was kept.</param>
/// <param name="Severity"><c>error</c>: the row was refused; <c>warning</c>, <c>note</c>: it was kept.</param>
/// <param name="Code">A stable code; docs/diagnostics.md tells of each.</param>
/// <param name="Detail">What is wrong, in a sentence.</param>
/// <param name="Line">The line of the body, from 1.</param>
/// <param name="Hint">How to mend it.</param>
/// <param name="Column">The column in that line, from 1; none for the line as a whole.</param>
public sealed record RowProblem(string Type, int Status, string Severity, string Code, string Detail, int Line, string? Hint = null, int? Column = null)
{
    internal static RowProblem Of(Diagnostic diagnostic) => new(
        Problem.TypeOf(diagnostic.Code),
        diagnostic.Code == "LK2050" ? StatusCodes.Status409Conflict : diagnostic.Severity == Core.Diagnostics.Severity.Error ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        diagnostic.Severity switch
        {
            Core.Diagnostics.Severity.Error => "error",
            Core.Diagnostics.Severity.Warning => "warning",
            Core.Diagnostics.Severity.Note => "note",
            _ => throw new ArgumentOutOfRangeException(nameof(diagnostic), diagnostic.Severity, "A severity without a name."),
        },
        diagnostic.Code, diagnostic.Message, diagnostic.Place.Line, diagnostic.Hint, diagnostic.Place.Column > 0 ? diagnostic.Place.Column : null);
}

/// <summary>Ends a request with a problem.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public ProblemException(ProblemKind kind, string detail, string? hint = null)
        : this(Problem.Of(kind, detail, hint))
    {
    }

    public Problem Problem => problem;
}
