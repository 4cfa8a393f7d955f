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
            if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound, ContentType: null })
                await Problem.Of(ProblemKind.NotFound, "There is nothing at this address.").WriteAsync(context);
            else if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status405MethodNotAllowed, ContentType: null })
                await Problem.Of(ProblemKind.OtherMethod, $"{context.Request.Method} is not possible at this address.").WriteAsync(context);
        }
        catch (Exception exception)
        {
            // The caller has gone: nobody reads an answer.
            if (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException and not BadHttpRequestException)
                return;
            await faults.ProblemOf(exception, context).WriteAsync(context);
        }
    }
}
