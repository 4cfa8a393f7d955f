using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Conformance.Tests.Availability;

/// <summary>Tables of rows "status from … to …" per monitor. Each row is a component, known only while it lasts; a monitor is down while any of its rows is.</summary>
internal static class MonitorRows
{
    public static void Run(AvailabilityCase @case, CaseReport report)
    {
        var now = @case.Setting("now") is { Length: > 0 } ? AvailabilityCase.Time(@case.Settings.GetProperty("now")) : Instant.MaxValue;
        var rows = @case.Events.ToArray();
        var period = @case.Json.TryGetProperty("period", out _)
            ? StateHistory.PeriodOf(@case)
            : TickInterval.Between(rows.Min(r => AvailabilityCase.Time(r.GetProperty("start"))), now);
        var policy = PolicyOf(@case, report);
        var monitors = Timelines(@case, rows, policy, out var timelines);
        if (@case.Setting("multi_monitor") == "MonitorSecondsAverage")
        {
            report.Clauses.Add("components: average of time");
            var pooled = PooledAvailability.Of([.. monitors.Select(m => Evaluate(m.Combine(timelines)))]);
            var parts = pooled.Parts.Aggregate(default(AvailabilityBuckets), (sum, part) => sum + part.LowerBuckets);
            Compare(@case, report, parts, pooled.Lower, policy);
            return;
        }

        var service = ComponentRule.Series([.. monitors]).Combine(timelines);
        var result = Evaluate(service);
        Compare(@case, report, result.LowerBuckets, result.Level, policy);
        if (@case.Expected.TryGetProperty("labels", out var labels))
            report.Same("labels", string.Join(',', Labels(@case, service, result.Evaluated)), string.Join(',', labels.EnumerateArray().Select(l => l.GetString())));

        AvailabilityResult Evaluate(StateTimeline timeline) =>
            AvailabilityEvaluator.Evaluate(policy, new AvailabilityInput { Timeline = timeline, Period = period, AsOf = now });
    }

    /// <summary>Compares every number that a case on time states with the evaluated buckets.</summary>
    public static void Compare(AvailabilityCase @case, CaseReport report, AvailabilityBuckets buckets, Rational? level, AvailabilityPolicy policy)
    {
        var agreed = buckets.Agreed(policy);
        foreach (var stated in @case.Expected.EnumerateObject())
        {
            switch (stated.Name)
            {
                case "downtime_seconds":
                    report.Exact(stated.Name, buckets.Loss / NodaConstants.TicksPerSecond, AvailabilityCase.Number(stated.Value));
                    break;
                case "total_seconds":
                    report.Exact(stated.Name, new Rational(agreed, NodaConstants.TicksPerSecond), AvailabilityCase.Number(stated.Value));
                    break;
                case "labels":
                    break;
                case "availability_percent" when agreed == 0:
                    report.LeftOut.Add("a level of nothing: never a number with us");
                    break;
                case "availability_percent" when RoundedPlaces(@case) is { } places:
                    report.Exact(stated.Name, (level * 100)?.RoundTo(places, Rounding.HalfAwayFromZero), AvailabilityCase.Number(stated.Value));
                    break;
                case "availability_percent":
                    report.Near(stated.Name, level * 100, AvailabilityCase.Number(stated.Value));
                    break;
                case var name when name.StartsWith("availability_percent_floor", StringComparison.Ordinal):
                    report.Exact(name, (level * 100)?.RoundTo(name[^1] - '0', Rounding.Down), AvailabilityCase.Number(stated.Value));
                    break;
                case var name when name.StartsWith("burn_rate_at_", StringComparison.Ordinal):
                    var target = Rational.FromPercent(decimal.Parse(name["burn_rate_at_".Length..].Replace('_', '.'), CultureInfo.InvariantCulture));
                    report.Near(name, BurnRate.Of(buckets.Loss, agreed, target), AvailabilityCase.Number(stated.Value));
                    break;
                default:
                    report.Check(stated.Name, false, null, "a value that we do not know how to compare");
                    break;
            }
        }
    }

    private static int? RoundedPlaces(AvailabilityCase @case) =>
        @case.Settings.TryGetProperty("rounding", out var rounding) && rounding.TryGetProperty("decimals", out var decimals) && decimals.ValueKind == JsonValueKind.Number
            ? decimals.GetInt32()
            : null;

    private static AvailabilityPolicy PolicyOf(AvailabilityCase @case, CaseReport report)
    {
        report.Clauses.Add("no data: up");
        var policy = AvailabilityPolicy.Default with { NoData = NoDataTreatment.Up };
        if (!@case.Setting("denominator").Contains("first event", StringComparison.Ordinal))
            return policy;
        report.Clauses.Add("counts from: the first fact");
        // Where several monitors are pooled, the source has no denominator without rows; its single bar then takes the whole window.
        return policy with { CountsFrom = @case.Setting("multi_monitor").Length > 0 ? CountingStart.FirstFact : CountingStart.FirstFactIfAny };
    }

    private static List<ComponentRule> Timelines(AvailabilityCase @case, JsonElement[] rows, AvailabilityPolicy policy, out Dictionary<string, StateTimeline> timelines)
    {
        string[] downStatuses = @case.Settings.TryGetProperty("down_statuses", out var listed) ? [.. listed.EnumerateArray().Select(s => s.GetString()!)] : ["down"];
        var closedByNext = !@case.Setting("open_row").StartsWith("to window end", StringComparison.Ordinal);
        timelines = new Dictionary<string, StateTimeline>(StringComparer.Ordinal);
        var rules = new List<ComponentRule>();
        foreach (var monitor in rows.GroupBy(r => AvailabilityCase.Text(r, "monitor")))
        {
            var parts = new List<ComponentRule>();
            var ordered = monitor.OrderBy(r => AvailabilityCase.Time(r.GetProperty("start"))).ToArray();
            for (var i = 0; i < ordered.Length; i++)
            {
                var start = AvailabilityCase.Time(ordered[i].GetProperty("start"));
                Instant? end = ordered[i].TryGetProperty("end", out var stated) && stated.ValueKind != JsonValueKind.Null
                    ? AvailabilityCase.Time(stated)
                    : closedByNext && i + 1 < ordered.Length ? AvailabilityCase.Time(ordered[i + 1].GetProperty("start")) : null;
                var state = downStatuses.Contains(AvailabilityCase.Text(ordered[i], "status")) ? ServiceState.Down : ServiceState.Up;
                var facts = new List<StampedFact> { TestFacts.At(start, 0, FactData.StateChanged.To(state)) };
                if (end is { } until)
                    facts.Add(TestFacts.At(until, 1, FactData.StateChanged.To(ServiceState.Unknown)));
                var name = $"{monitor.Key}#{i}";
                timelines[name] = ComponentTimeline.Build(facts.Select(f => f.Fact), policy);
                parts.Add(new ComponentRule.Component(name));
            }

            rules.Add(ComponentRule.Series([.. parts]));
        }

        return rules;
    }

    private static IEnumerable<string> Labels(AvailabilityCase @case, StateTimeline timeline, TickInterval window)
    {
        var last = "";
        foreach (var span in timeline.Touching(window))
        {
            var label = span.State == ServiceState.Down ? @case.Settings.GetProperty("down_statuses")[0].GetString()! : "Operational";
            if (label != last)
                yield return label;
            last = label;
        }
    }
}
