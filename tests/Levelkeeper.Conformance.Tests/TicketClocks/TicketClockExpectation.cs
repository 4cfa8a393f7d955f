using System.Collections.Immutable;
using System.Text.Json;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Conformance.Tests.TicketClocks;

/// <summary>Compares readings with what a case expects, key by key. Every value comes from a reading; only its form is the source's.</summary>
public sealed class TicketClockExpectation
{
    private readonly TicketClockCase _case;
    private readonly ImmutableArray<ClockDefinition> _clocks;
    private readonly ImmutableArray<ClockReading> _readings;

    public TicketClockExpectation(TicketClockCase c)
    {
        _case = c;
        _clocks = TicketClockSystems.Clocks(c);
        _readings = c.Evaluate(_clocks, TicketClockSystems.Policies(c));
    }

    /// <summary>What differs; empty when nothing does.</summary>
    public IEnumerable<string> Differences()
    {
        foreach (var expected in _case.Json.GetProperty("expected").EnumerateObject())
        {
            foreach (var difference in Compare(expected.Name, expected.Value))
                yield return difference;
        }
    }

    private IEnumerable<string> Compare(string key, JsonElement expected)
    {
        // Who is told is not a matter of clocks.
        if (key == "notified")
            yield break;
        if (expected.ValueKind == JsonValueKind.Object)
        {
            if (key == "elapsed_min")
            {
                var minutes = Elapsed(expected);
                if (minutes != expected.GetProperty("minutes").GetInt64())
                    yield return $"{key}: {minutes} instead of {expected}";
                yield break;
            }

            foreach (var inner in expected.EnumerateObject())
            {
                if (Check(Actual(inner.Name, Last(key)), inner.Value) is { } wrong)
                    yield return $"{key}.{inner.Name}: {wrong}";
            }

            yield break;
        }

        if (expected.ValueKind == JsonValueKind.String && expected.GetString()!.StartsWith("same as after the first unanswered", StringComparison.Ordinal))
        {
            var before = DueAfterFirstUnanswered();
            if (before is null || before != NextDue())
                yield return $"{key}: {NextDue()} instead of {before}";
            yield break;
        }

        if (key == "missed")
        {
            var missed = _readings.Where(r => r.Verdict == ClockVerdict.Breached).Select(r => r.Clock).Distinct(StringComparer.Ordinal).ToArray();
            if (!missed.SequenceEqual(expected.EnumerateArray().Select(e => e.GetString()!), StringComparer.Ordinal))
                yield return $"missed: {string.Join(", ", missed)} instead of {expected}";
            yield break;
        }

        if (key.EndsWith("_due", StringComparison.Ordinal) && key != "next_due" && _case.System is "frappe-helpdesk" && expected.ValueKind == JsonValueKind.Null && Last(key[..^4])?.Verdict == ClockVerdict.Paused)
            yield break;
        if (Check(Actual(key), expected) is { } different)
            yield return $"{key}: {different}";
    }

    /// <summary>The value under a key of the whole ticket.</summary>
    private object? Actual(string key)
    {
        if (key.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot)
        {
            return key.Split('.') is [var kind, var metric, var rest] ? Actual(rest, Last($"{kind}.{metric}")) : Actual(key[(dot + 1)..], Last(key[..dot]));
        }

        switch (key)
        {
            case "next_due":
                return NextDue();
            case "status":
                return _case.System == "chatwoot" ? ChatwootStatus() : FrappeStatus();
            case "stage":
                return Stage(_readings.LastOrDefault());
            case "first_clock":
                return Stage(_readings.FirstOrDefault());
            case "second_clock":
                return Stage(_readings.Skip(1).FirstOrDefault());
            case "starts":
                return _case.Calendar.NextOpening(_readings[0].StartedAt);
            case "due" when _case.System == "rt":
                return NextDue();
            case "due" or "escalation_at" or "paused_business_seconds" or "due_offset_seconds" when _clocks.Length == 1:
                return Actual(key, Last(_clocks[0].Name));
            case "first_responded_at":
                return Last("first_response")?.StoppedAt;
            case "resolved_at":
                return Last("resolution")?.StoppedAt;
            case "on_hold_since":
                return Last(_case.System == "erpnext" ? "wall: hold" : "resolution")?.PausedSince;
            case "resolution_seconds":
                return Seconds(Last("resolution")?.Spent);
            case "avg_response_seconds":
                var exchanges = _readings.Where(r => r.Clock == "wall: response" && r.StoppedAt is not null).ToList();
                return exchanges.Count == 0 ? null : exchanges.Aggregate(0L, (sum, r) => sum + Seconds(r.Spent)!.Value) / exchanges.Count;
            case "first_response_wall_seconds":
                return Seconds(_readings.FirstOrDefault(r => r.Clock == "wall: response")?.Spent);
            case "resolution_wall_seconds":
                return Seconds(Last("wall: resolution")?.Spent);
            case "user_resolution_wall_seconds":
                return Seconds(Last("wall: resolution without waiting")?.Spent);
            case "paused_business_seconds":
                return Seconds(Last("resolution")?.Paused);
            case var hold when hold.Contains("hold", StringComparison.Ordinal) && hold.EndsWith("seconds", StringComparison.Ordinal):
                return Seconds(Last(_case.System == "erpnext" && !hold.Contains("business", StringComparison.Ordinal) ? "wall: hold" : "resolution")?.Paused);
            case "update_min":
                return Exchange() is { } spent ? Minutes(spent) : null;
            case "update_margin_min":
                return Exchange() is { } longest ? Minutes(TargetOf("update")) - Minutes(longest) : null;
            default:
                foreach (var name in _clocks.Select(d => d.Name).OrderByDescending(n => n.Length).Where(n => key.StartsWith(n + "_", StringComparison.Ordinal)))
                    return Actual(key[(name.Length + 1)..], Last(name));

                // A metric for which the agreement has no target has no clock, and the source expects nothing.
                if (key.StartsWith("first_response_", StringComparison.Ordinal) || key.StartsWith("update_", StringComparison.Ordinal) || key.StartsWith("resolution_", StringComparison.Ordinal))
                    return null;
                throw new NotSupportedException($"Expected '{key}' is not known.");
        }
    }

    /// <summary>The value under a key of one clock.</summary>
    private object? Actual(string key, ClockReading? reading) => reading is null ? null : key switch
    {
        "due" => Due(reading),
        "escalation_at" => reading.Warnings[0],
        "due_offset_seconds" => Due(reading) is { } due ? Seconds(due - _case.Created) : null,
        "started_at" or "start" => reading.StartedAt,
        "stopped_at" or "completed_at" => reading.StoppedAt,
        "breached_at" => reading.BreachedAt,
        "breached" or "has_breached" => reading.Verdict == ClockVerdict.Breached ? "true" : "false",
        "stage" or "status" => Stage(reading),
        "min" => AsWritten(reading) is { StoppedAt: not null } written ? Minutes(written.Spent) : null,
        "margin_min" => AsWritten(reading) is { StoppedAt: not null, Target: not null } written ? Minutes(TargetOf(reading.Clock)) - Minutes(written.Spent) : null,
        "late_business_seconds" => Seconds(reading.Spent - TargetOf(reading.Clock)),
        "elapsed_seconds" or "spent_seconds" or "business_elapsed_seconds" => Seconds(reading.Spent),
        "paused_seconds" or "pause_seconds" or "paused_business_seconds" or "business_pause_seconds" => Seconds(reading.Paused),
        _ => throw new NotSupportedException($"Expected '{key}' of a clock is not known."),
    };

    private ClockReading? Last(string clock) => _readings.LastOrDefault(r => r.Clock == clock);

    private Duration TargetOf(string clock) => ((ClockSpan.OpenTime)_clocks.First(c => c.Name == clock).DefaultTarget!).Length;

    /// <summary>The deadline as each system shows it: some keep it when it no longer matters, some show none.</summary>
    private Instant? Due(ClockReading reading)
    {
        var shown = _case.System switch
        {
            "zammad" or "rt" => reading.StoppedAt is null && reading.PausedSince is null ? reading.Due : null,
            "zammad-2018" or "glpi" or "frappe-helpdesk" or "erpnext" or "chatwoot" or "servicenow" => reading.DueIfResumed ?? reading.Due,
            _ => throw new NotSupportedException(_case.System),
        };

        // Zammad stores deadlines without seconds.
        return _case.System.StartsWith("zammad", StringComparison.Ordinal) && shown is { } due ? due - Duration.FromTicks(due.ToUnixTimeTicks() % NodaConstants.TicksPerMinute) : shown;
    }

    private Instant? NextDue()
    {
        var dues = _readings.Where(r => r.StoppedAt is null && r.PausedSince is null).Select(Due).OfType<Instant>().ToList();
        return dues.Count == 0 ? null : dues.Min();
    }

    /// <summary>Zammad keeps the longest exchange, its earlier engine the latest.</summary>
    private Duration? Exchange()
    {
        var done = _readings.Where(r => r.Clock == "update" && r.StoppedAt is not null).Select(r => r.Spent).ToList();
        return done.Count == 0 ? null : _case.System == "zammad" ? done.Max() : done[^1];
    }

    /// <summary>
    /// Zammad writes the minutes of the first response down when it is recorded and does not look again, so its value is the one as known then: from the facts
    /// listed so far, whatever their times.
    /// </summary>
    private ClockReading AsWritten(ClockReading reading)
    {
        if (reading.Clock != "first_response" || !_case.System.StartsWith("zammad", StringComparison.Ordinal))
            return reading;
        var recorded = _case.Facts.FindIndex(f => f.Data is FactData.TicketChanged changed && changed.Fields.ContainsKey("first response"));
        if (recorded < 0)
            return reading;
        var known = _case.Facts[..(recorded + 1)];
        return _case.Evaluate(_clocks, TicketClockSystems.Policies(_case), known, known.Max(f => f.Time)).Last(r => r.Clock == reading.Clock);
    }

    private long Elapsed(JsonElement window)
    {
        var from = TicketClockCase.Time(window.GetProperty("from").GetString()!).ToUnixTimeTicks();
        var to = TicketClockCase.Time(window.GetProperty("to").GetString()!).ToUnixTimeTicks();
        var inside = Last("resolution")!.Segments.Where(s => s.Counts)
            .Select(s => s.During.Intersect(new Core.Time.TickInterval(from, to)))
            .Sum(i => _case.Calendar.Between(i.Start, i.End));
        return Minutes(Duration.FromTicks(inside));
    }

    private Instant? DueAfterFirstUnanswered()
    {
        var ordered = _case.Facts.Order(Comparer<Fact>.Create(Fact.CompareWithinEntity)).ToList();
        var answer = ordered.FindLastIndex(f => f.Data is FactData.TicketReplied { By: Actor.Provider });
        var message = ordered.FindIndex(answer + 1, f => f.Data is FactData.TicketReplied { By: Actor.Customer });
        var until = ordered[..(message + 1)];
        return _case.Evaluate(_clocks, TicketClockSystems.Policies(_case), until, until[^1].Time).Where(r => r.StoppedAt is null).Select(Due).Min();
    }

    private string ChatwootStatus()
    {
        var closed = _case.EventTypes.Contains("closed") || _case.EventTypes.Contains("resolved");
        return _readings.Any(r => r.Verdict == ClockVerdict.Breached) ? "missed" : closed ? "hit" : "active";
    }

    private string FrappeStatus() =>
        _readings.Any(r => r.Verdict == ClockVerdict.Breached) ? "Failed"
        : _readings.Any(r => r.Verdict == ClockVerdict.Paused) ? "Paused"
        : Last("first_response") is { StoppedAt: null } ? "First Response Due"
        : Last("resolution") is { StoppedAt: null } ? "Resolution Due"
        : "Fulfilled";

    private static string? Stage(ClockReading? reading) => reading switch
    {
        null => null,
        { Verdict: ClockVerdict.Cancelled } => "Cancelled",
        { StoppedAt: not null } => "Completed",
        { PausedSince: not null } => "Paused",
        _ => "In Progress",
    };

    private static long? Seconds(Duration? length) => length is { } l ? (long)l.BclCompatibleTicks / NodaConstants.TicksPerSecond : null;

    private static long Minutes(Duration length) => (long)length.BclCompatibleTicks / NodaConstants.TicksPerMinute;

    private static string? Check(object? actual, JsonElement expected)
    {
        var same = expected.ValueKind switch
        {
            JsonValueKind.Null => actual is null,
            JsonValueKind.Number => actual is long number && number == expected.GetInt64(),
            JsonValueKind.String when actual is Instant at => at == TicketClockCase.Time(expected.GetString()!),
            JsonValueKind.String => actual is string text && (text == expected.GetString() || (text == "missed" && expected.GetString() == "active_with_misses")),
            JsonValueKind.True or JsonValueKind.False => actual is string flag && flag == (expected.GetBoolean() ? "true" : "false"),
            _ => false,
        };
        return same ? null : $"{actual ?? "nothing"} instead of {expected}";
    }
}
