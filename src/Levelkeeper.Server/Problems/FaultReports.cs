using System.Data.Common;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage.Log;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Levelkeeper.Server.Problems;

/// <summary>Tells callers of what went wrong no more than helps them; the log tells the rest.</summary>
internal sealed class FaultReports(ServedStore store, ServerSettings settings, TimeProvider time, ILogger<FaultReports> log)
{
    /// <summary>What somebody tried who may not, or tried in a way that no program of ours does.</summary>
    private static readonly HashSet<string> s_refusals = [ProblemKind.NoToken.Code, ProblemKind.OutOfScope.Code, ProblemKind.TooMany.Code, ProblemKind.OtherHost.Code, ProblemKind.FromElsewhere.Code, ProblemKind.WrongPassword.Code, ProblemKind.PlainHttp.Code];

    /// <summary>Whoever is refused does not fill the disk with it.</summary>
    private readonly RequestBudget _refused = new(time, TimeSpan.FromSeconds(6), 20);


    /// <summary>What an exception means to the caller.</summary>
    public Problem ProblemOf(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case ProblemException known:
                if (s_refusals.Contains(known.Problem.Code) && AccessMiddleware.Neighbourhood(context) is var address && _refused.Spend(address) is null)
                    ServerLog.Refused(log, known.Problem.Code, context.Features.Get<Caller>()?.Viewer.Name ?? "a stranger", $"{context.Connection.RemoteIpAddress}", context.Request.Method, context.Request.Path);
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
