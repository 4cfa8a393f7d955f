using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Metrics;

/// <summary>Requests that were answered, by what was asked for: as many series as there are operations and statuses, whatever addresses are tried.</summary>
internal sealed class RequestMetrics(TimeProvider time) : IMetricSource
{
    private static readonly decimal[] s_bounds = [0.005m, 0.025m, 0.1m, 0.25m, 1m, 5m, 30m];

    private readonly ConcurrentDictionary<(string Method, string Route, int Status), long> _answered = new();
    private readonly long[] _counts = new long[s_bounds.Length + 1];
    private long _ticks;

    /// <summary>Counts each request once it is answered.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        var began = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            // What is no operation is one series, or whoever tries addresses fills the memory.
            var (method, route) = context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern } ? (context.Request.Method, pattern) : ("", "");
            _answered.AddOrUpdate((method, route, context.Response.StatusCode), 1, static (_, count) => count + 1);
            // A stream of events lasts as long as somebody listens.
            if (!route.EndsWith("/events", StringComparison.Ordinal))
            {
                var took = time.GetElapsedTime(began);
                var bucket = Array.FindIndex(s_bounds, bound => took.Ticks / (decimal)TimeSpan.TicksPerSecond <= bound);
                Interlocked.Increment(ref _counts[bucket < 0 ? s_bounds.Length : bucket]);
                Interlocked.Add(ref _ticks, took.Ticks);
            }
        }
    }

    public ValueTask WriteAsync(MetricsText text, CancellationToken cancel)
    {
        const string Total = "levelkeeper_http_requests_total";
        text.Metric(Total, "counter", "Requests that were answered, by operation and status.");
        foreach (var ((method, route, status), count) in _answered.OrderBy(a => a.Key.Route, StringComparer.Ordinal).ThenBy(a => a.Key.Method, StringComparer.Ordinal).ThenBy(a => a.Key.Status))
            text.Sample(Total, count, ("method", method), ("route", route), ("status", status.ToString(CultureInfo.InvariantCulture)));
        const string Took = "levelkeeper_http_request_seconds";
        text.Metric(Took, "histogram", "How long requests took, streams of events apart.");
        var sum = 0L;
        for (var i = 0; i < s_bounds.Length; i++)
            text.Sample($"{Took}_bucket", sum += Volatile.Read(ref _counts[i]), ("le", s_bounds[i].ToString(CultureInfo.InvariantCulture)));
        sum += Volatile.Read(ref _counts[^1]);
        text.Sample($"{Took}_bucket", sum, ("le", "+Inf")).Sample($"{Took}_sum", Volatile.Read(ref _ticks) / (decimal)TimeSpan.TicksPerSecond).Sample($"{Took}_count", sum);
        return ValueTask.CompletedTask;
    }
}
