using System.Data.Common;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage.Log;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Levelkeeper.Server.Problems;

/// <summary>Tells callers of what went wrong no more than helps them; the log tells the rest.</summary>
internal sealed class FaultReports(ServedStore store, ServerSettings settings, ILogger<FaultReports> log)
{
    /// <summary>What an exception means to the caller.</summary>
    public Problem ProblemOf(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case ProblemException known:
                return known.Problem;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                // Not even what is left is read.
                context.Response.Headers.Connection = "close";
                return Problem.Of(ProblemKind.TooLarge, "The body is longer than is read.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return Problem.Of(ProblemKind.TooSlow, "The body came too slowly, and was given up.");
            case BadHttpRequestException bad:
                return Problem.Of(ProblemKind.BadRequest, bad.Message);
            case LogFencedException:
                store.Fenced();
                return Problem.Of(ProblemKind.StoreAway, "Another server has taken the log over.");
            case TimeoutException or OperationCanceledException:
                return Problem.Of(ProblemKind.NotInTime, "It is not known whether the work was done.");
            case DbException or IOException:
                ServerLog.AppendFailed(log, exception.Message);
                return Problem.Of(ProblemKind.StoreAway, settings.Database.IsPassing(exception) ? "The store cannot be reached now." : "The store has failed.");
            default:
                ServerLog.RequestFailed(log, context.Request.Path, exception);
                return Problem.Of(ProblemKind.Fault, "The request met a fault of the program.");
        }
    }
}
