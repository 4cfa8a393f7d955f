using Levelkeeper.Core.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Problems;

/// <summary>Makes a problem of whatever ends a request badly, and of answers without a body.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, FaultReports faults)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, ContentType: null } && OfBareAnswer(context) is { } problem)
                await problem.WriteAsync(context);
        }
        catch (Exception exception)
        {
            // The caller has gone: nobody reads an answer.
            if (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException and not BadHttpRequestException)
                return;
            await faults.ProblemOf(exception, context).WriteAsync(context);
        }
    }

    /// <summary>What the framework says by a status alone.</summary>
    private static Problem? OfBareAnswer(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status400BadRequest => Problem.Of(ProblemKind.BadParameter, "A parameter is not of the kind that is described.", "/openapi/v1.json describes them"),
        StatusCodes.Status404NotFound => Problem.Of(ProblemKind.NotFound, "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => Problem.Of(ProblemKind.OtherMethod, $"{context.Request.Method} is not possible at this address."),
        StatusCodes.Status415UnsupportedMediaType => Problem.Of(ProblemKind.OtherMediaType, $"The content type is {Diagnostic.Quote(context.Request.ContentType)}.", "/openapi/v1.json tells which is read here"),
        _ => null,
    };
}
