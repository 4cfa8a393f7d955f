using System.Collections.Immutable;
using System.Text.Json;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Conformance.Tests.Availability;

/// <summary>
/// Logs of a monitor with more kinds of state than ours. The seconds of each kind are the downtime of an evaluation in which that kind alone is down:
/// which states are down is the agreement's choice.
/// </summary>
internal sealed class MonitorLog
{
    private static readonly string[] HostStates = ["up", "down", "unreachable"];
    private static readonly string[] Kinds = ["up", "down", "unreachable", "ok", "warning", "unknown", "critical"];

    private readonly AvailabilityCase _case;
    private readonly AvailabilityPolicy _policy;
    private readonly TickInterval _period;
    private readonly JsonElement[] _states;
    private readonly bool _isHost;
    private readonly IntervalSet _scheduled;
    private readonly IntervalSet _notRunning;
    private readonly IntervalSet? _open;

    private MonitorLog(AvailabilityCase @case, CaseReport report)
    {
        _case = @case;
        _period = StateHistory.PeriodOf(@case);
        var softToo = @case.Setting("includesoftstates") == "yes";
        _states = [.. @case.Events.Where(e => AvailabilityCase.Text(e, "type") == "state" && (softToo || AvailabilityCase.Text(e, "state_type") != "soft"))];
        var named = _states.Select(s => AvailabilityCase.Text(s, "state")).Concat(@case.Expected.EnumerateObject().Select(p => p.Name[(p.Name.LastIndexOf('_') + 1)..]));
        _isHost = named.Any(n => HostStates.Contains(n.ToLowerInvariant()));
        _policy = PolicyOf(report);
        _scheduled = Scheduled();
        _notRunning = NotRunning();
        _open = Open();
    }

    public static void Run(AvailabilityCase @case, CaseReport report)
    {
        var log = new MonitorLog(@case, report);
        log.Compare(report, "", @case.Expected, log._period);
        if (@case.Json.TryGetProperty("expected_breakdown", out var breakdown))
            log.CompareDays(report, breakdown);
    }

    private void CompareDays(CaseReport report, JsonElement breakdown)
    {
        // The source writes both names of its zone; the first is in the tz database.
        var zone = DateTimeZoneProviders.Tzdb[_case.Setting("tz") is { Length: > 0 } tz ? tz.Split('/')[0] : "UTC"];
        foreach (var day in breakdown.EnumerateObject())
        {
            var period = PeriodCalendar.Parse(day.Name, zone, [])!;
            Compare(report, day.Name + " ", day.Value, period.During.Intersect(_period));
        }
    }

    private void Compare(CaseReport report, string prefix, JsonElement expected, TickInterval window)
    {
        foreach (var stated in expected.EnumerateObject())
        {
            var value = Value(stated.Name, window);
            report.Exact(prefix + stated.Name, value is { } ticks ? new Rational(ticks, NodaConstants.TicksPerSecond) : null, AvailabilityCase.Number(stated.Value));
        }
    }

    private long? Value(string name, TickInterval window)
    {
        var scheduled = name.StartsWith("scheduled_", StringComparison.Ordinal);
        var plain = scheduled ? name["scheduled_".Length..] : name;
        var windows = scheduled ? _scheduled.Intersect(window) : IntervalSet.Of(window);
        if (!plain.StartsWith("time_", StringComparison.Ordinal))
            return null;
        var kind = plain["time_".Length..];
        if (Kinds.Contains(kind))
            return Sum(Evaluate(kind), windows, b => b.Down);
        var any = Evaluate(_isHost ? "down" : "critical");
        return kind switch
        {
            "indeterminate" => Sum(any, windows, b => b.NoData),
            "indeterminate_nodata" => Sum(any, windows, b => b.NoData) - Sum(any, windows.Intersect(_notRunning), b => b.NoData),
            "indeterminate_notrunning" => Sum(any, windows.Intersect(_notRunning), b => b.NoData),
            _ when kind.Contains("outside", StringComparison.Ordinal) => Sum(any, windows, b => b.OutsideHours),
            _ => null,
        };
    }

    private static long Sum(AvailabilityResult result, IntervalSet windows, Func<AvailabilityBuckets, long> bucket) => windows.Sum(w => bucket(result.Window(w)));

    private AvailabilityResult Evaluate(string kind)
    {
        var facts = new List<StampedFact>();
        foreach (var told in _case.Events)
        {
            FactData? data = AvailabilityCase.Text(told, "type") switch
            {
                "monitor_start" => new FactData.ObserverChanged(true, ""),
                "monitor_stop" => new FactData.ObserverChanged(false, ""),
                "state" when _states.Contains(told) => FactData.StateChanged.To(Matches(AvailabilityCase.Text(told, "state"), kind) ? ServiceState.Down : ServiceState.Up),
                _ => null,
            };
            if (data is not null)
                facts.Add(TestFacts.At(AvailabilityCase.Time(told.GetProperty("at")), facts.Count, data));
        }

        var assumed = _case.Setting(_isHost ? "initialassumedhoststate" : "initialassumedservicestate");
        if (assumed == "current" && _states.Length > 0)
            assumed = AvailabilityCase.Text(_states[^1], "state");
        var policy = _policy;
        if (_case.Setting("assumeinitialstates") != "no" && Kinds.Contains(assumed.ToLowerInvariant()))
            policy = policy with { Initial = Matches(assumed, kind) ? InitialState.Down : InitialState.Up };
        return AvailabilityEvaluator.Evaluate(policy, facts, _period, Instant.MaxValue, _open);
    }

    private static bool Matches(string state, string kind) => string.Equals(state, kind, StringComparison.OrdinalIgnoreCase);

    private AvailabilityPolicy PolicyOf(CaseReport report)
    {
        report.Clauses.Add("which states are down");
        var gap = _case.Setting("assumestatesduringnotrunning") == "yes" ? ObserverGap.StateLasts
            : _case.Setting("assumestateretention") == "no" ? ObserverGap.NoDataUntilNews
            : ObserverGap.NoDataThenStateResumes;
        if (gap != ObserverGap.NoDataThenStateResumes)
            report.Clauses.Add("observer down: " + gap);
        return AvailabilityPolicy.Default with { NoData = NoDataTreatment.Out, ObserverGap = gap };
    }

    /// <summary>A service inherits its host's downtime, a host not its services'.</summary>
    private IntervalSet Scheduled()
    {
        var intervals = new List<TickInterval>();
        var open = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var told in _case.Events.Where(e => e.TryGetProperty("at", out _)).OrderBy(e => AvailabilityCase.Time(e.GetProperty("at"))))
        {
            var scope = AvailabilityCase.Text(told, "scope");
            if (_isHost && scope == "service")
                continue;
            var at = AvailabilityCase.Time(told.GetProperty("at")).ToUnixTimeTicks();
            var type = AvailabilityCase.Text(told, "type");
            if (type == "downtime_start")
                open.TryAdd(scope, at);
            else if (type.StartsWith("downtime_", StringComparison.Ordinal) && open.Remove(scope, out var start))
                intervals.Add(new TickInterval(start, at));
        }

        intervals.AddRange(open.Values.Select(start => new TickInterval(start, long.MaxValue)));
        return IntervalSet.Of(intervals);
    }

    private IntervalSet NotRunning()
    {
        if (_policy.ObserverGap == ObserverGap.StateLasts)
            return IntervalSet.Empty;
        var intervals = new List<TickInterval>();
        long? stopped = null;
        foreach (var told in _case.Events.Where(e => AvailabilityCase.Text(e, "type").StartsWith("monitor_", StringComparison.Ordinal)).OrderBy(e => e.GetProperty("at").GetInt64()))
        {
            var at = AvailabilityCase.Time(told.GetProperty("at")).ToUnixTimeTicks();
            if (AvailabilityCase.Text(told, "type") == "monitor_stop")
                stopped ??= at;
            else if (stopped is { } since)
                intervals.Add(new TickInterval(since, at));
            if (AvailabilityCase.Text(told, "type") != "monitor_stop")
                stopped = null;
        }

        if (stopped is { } last)
            intervals.Add(new TickInterval(last, long.MaxValue));
        return IntervalSet.Of(intervals);
    }

    /// <summary>The operating hours as the log tells them: 1 inside the named time period, 0 outside.</summary>
    private IntervalSet? Open()
    {
        var name = _case.Setting("rpttimeperiod");
        if (name.Length == 0)
            return null;
        var changes = _case.Events.Where(e => AvailabilityCase.Text(e, "type") == "timeperiod" && AvailabilityCase.Text(e, "name") == name).OrderBy(e => e.GetProperty("at").GetInt64()).ToArray();
        var intervals = new List<TickInterval>();
        for (var i = 0; i < changes.Length; i++)
        {
            var from = AvailabilityCase.Time(changes[i].GetProperty("at")).ToUnixTimeTicks();
            if (i == 0 && changes[i].GetProperty("frm").GetInt32() == 1)
                intervals.Add(new TickInterval(long.MinValue / 2, from));
            if (changes[i].GetProperty("to").GetInt32() == 1)
                intervals.Add(new TickInterval(from, i + 1 < changes.Length ? AvailabilityCase.Time(changes[i + 1].GetProperty("at")).ToUnixTimeTicks() : long.MaxValue));
        }

        return IntervalSet.Of(intervals);
    }
}
