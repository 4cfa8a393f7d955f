using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using NodaTime.Text;

namespace Levelkeeper.Server.Live;

/// <summary>What changes, as it changes.</summary>
internal static class EventEndpoints
{
    private static readonly TimeSpan s_betweenSigns = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_believed = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/events", Events).WithTags("results").Needs(Permission.ReadAgreements).Produces<LiveForm>(200, "text/event-stream").WithName("listen").WithSummary("Changes as they happen: server-sent events")
            .WithDescription("'change': a clock, an objective, an outage or an alert is not as it was. 'resync': something was lost because the listener was too slow; read anew. 'alive': every 15 seconds in which nothing happens.")
            .Refuses(ProblemKind.StoreAway);

    private static IResult Events(HttpContext context, LiveFeed feed, TimeProvider time, IHostApplicationLifetime lifetime, CancellationToken cancel) =>
        TypedResults.ServerSentEvents(ListenAsync(Caller.Of(context), feed, time, lifetime.ApplicationStopping, cancel));

    private static async IAsyncEnumerable<SseItem<LiveForm>> ListenAsync(Caller caller, LiveFeed feed, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancel);
        using var listener = feed.Listen();
        var (viewer, asked) = (caller.Viewer, time.GetTimestamp());
        // The first sign tells that from now on nothing is missed.
        yield return new SseItem<LiveForm>(LiveForm.Nothing, "alive");
        while (!ending.IsCancellationRequested)
        {
            // A listener whose session or token is over, or whose account was changed, is not served on.
            if (time.GetElapsedTime(asked) >= s_believed)
            {
                if (await caller.Again(CancellationToken.None) is not { } again || !again.May(Permission.ReadAgreements))
                    yield break;
                (viewer, asked) = (again, time.GetTimestamp());
            }

            if (listener.TakeLost())
                yield return new SseItem<LiveForm>(LiveForm.Nothing, "resync");
            while (listener.Changes.TryRead(out var next))
            {
                if (viewer.Sees(next.Agreement.Latest))
                    yield return new SseItem<LiveForm>(LiveForm.Of(next.Change), "change");
            }

            if (!await WaitAsync(listener, time, ending.Token))
                yield return new SseItem<LiveForm>(LiveForm.Nothing, "alive");
        }
    }

    /// <summary>Waits for a change; false when none came in time.</summary>
    private static async Task<bool> WaitAsync(LiveFeed.Listener listener, TimeProvider time, CancellationToken ending)
    {
        using var timer = new CancellationTokenSource(s_betweenSigns, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, ending);
        try
        {
            return await listener.Changes.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return ending.IsCancellationRequested;
        }
    }
}

/// <summary>A change.</summary>
/// <param name="Kind"><c>clock</c>, <c>clock-at-risk</c>, <c>objective</c>, <c>outage</c>, <c>burn-alert</c>, <c>budget</c>, <c>projection</c>, <c>period</c>; empty for a sign of life.</param>
/// <param name="Agreement">The agreement.</param>
/// <param name="Subject">What it is about: clock, ticket and cycle; objective, period and member.</param>
/// <param name="Before">What it was.</param>
/// <param name="Now">What it is.</param>
/// <param name="At">When it became so.</param>
public sealed record LiveForm(string Kind, string Agreement, string Subject, string Before, string Now, string At)
{
    internal static LiveForm Nothing { get; } = new("", "", "", "", "", "");

    internal static LiveForm Of(LiveChange change) =>
        new(Reports.Statements.StatementWords.Of(change.Kind), change.Agreement, change.Subject, change.Before, change.Now, InstantPattern.ExtendedIso.Format(change.At));
}
