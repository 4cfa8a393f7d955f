using Levelkeeper.Server.Facts;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Stores;

namespace Levelkeeper.Server.Metrics;

/// <summary>What became of facts since the start of the server.</summary>
internal sealed class FactMetrics : IMetricSource
{
    private long _appended;
    private long _duplicates;
    private long _conflicts;
    private long _refused;

    public void Count(Receipt receipt)
    {
        Interlocked.Add(ref _appended, receipt.Appended);
        Interlocked.Add(ref _duplicates, receipt.Duplicates);
        Interlocked.Add(ref _conflicts, receipt.Conflicts);
        Interlocked.Add(ref _refused, receipt.Refused);
    }

    public ValueTask WriteAsync(MetricsText text, CancellationToken cancel)
    {
        const string Name = "levelkeeper_facts_total";
        text.Metric(Name, "counter", "Facts received, by what became of them.")
            .Sample(Name, Volatile.Read(ref _appended), ("outcome", "appended"))
            .Sample(Name, Volatile.Read(ref _duplicates), ("outcome", "duplicate"))
            .Sample(Name, Volatile.Read(ref _conflicts), ("outcome", "conflict"))
            .Sample(Name, Volatile.Read(ref _refused), ("outcome", "refused"));
        return ValueTask.CompletedTask;
    }
}

/// <summary>How long commits take.</summary>
internal sealed class StoreMetrics : IMetricSource
{
    private static readonly decimal[] s_bounds = [0.001m, 0.0025m, 0.005m, 0.01m, 0.025m, 0.05m, 0.1m, 0.25m, 0.5m, 1m, 2.5m, 10m];

    private readonly long[] _counts = new long[s_bounds.Length + 1];
    private readonly Lock _gate = new();
    private long _ticks;

    public void Commit(int facts, TimeSpan took)
    {
        var seconds = took.Ticks / (decimal)TimeSpan.TicksPerSecond;
        var bucket = Array.FindIndex(s_bounds, bound => seconds <= bound);
        lock (_gate)
        {
            _counts[bucket < 0 ? s_bounds.Length : bucket]++;
            _ticks += took.Ticks;
        }
    }

    public ValueTask WriteAsync(MetricsText text, CancellationToken cancel)
    {
        const string Name = "levelkeeper_commit_seconds";
        text.Metric(Name, "histogram", "How long commits to the log took.");
        lock (_gate)
        {
            var sum = 0L;
            for (var i = 0; i < s_bounds.Length; i++)
                text.Sample($"{Name}_bucket", sum += _counts[i], ("le", s_bounds[i].ToString(System.Globalization.CultureInfo.InvariantCulture)));
            sum += _counts[^1];
            text.Sample($"{Name}_bucket", sum, ("le", "+Inf")).Sample($"{Name}_sum", _ticks / (decimal)TimeSpan.TicksPerSecond).Sample($"{Name}_count", sum);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Where the log stands.</summary>
internal sealed class LogMetrics(ServedStore served, LiveService live) : IMetricSource
{
    public async ValueTask WriteAsync(MetricsText text, CancellationToken cancel)
    {
        var open = served.Open;
        text.Metric("levelkeeper_ready", "gauge", "1 when the store is open and the log is owned.").Sample("levelkeeper_ready", open is null ? 0L : 1L);
        if (open is null)
            return;
        text.Metric("levelkeeper_queued_facts", "gauge", "Facts that wait for their commit.").Sample("levelkeeper_queued_facts", open.Queue.Facts);
        text.Metric("levelkeeper_log_sequence", "gauge", "The log's last sequence number.").Sample("levelkeeper_log_sequence", open.Log.Head.Sequence);
        text.Metric("levelkeeper_live_sequence", "gauge", "The last sequence number that live evaluation has taken in.").Sample("levelkeeper_live_sequence", live.Agreements.Head);
        text.Metric("levelkeeper_outbox_messages", "gauge", "Messages to people, by state; without those that were delivered.");
        foreach (var (state, count) in await open.Store.Outbox.CountsAsync(cancel))
            text.Sample("levelkeeper_outbox_messages", count, ("state", state.ToString().ToLowerInvariant()));
    }
}
