using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Conformance.Tests.Availability;

/// <summary>Histories of numeric states, as Icinga keeps them: reads the source's policy from the settings' texts and states it as clauses.</summary>
internal static partial class StateHistory
{
    public static void Run(AvailabilityCase @case, CaseReport report)
    {
        var period = PeriodOf(@case);
        var facts = new List<StampedFact>();
        var policy = PolicyOf(@case, report);
        var threshold = int.Parse(Threshold().Match(@case.Setting("down_states")).Groups[1].Value, CultureInfo.InvariantCulture);
        var unknown = @case.Setting("unknown_state") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : (int?)null;
        foreach (var told in Told(@case, period))
        {
            var at = AvailabilityCase.Time(told.GetProperty("at"));
            var previous = told.TryGetProperty("previous_state", out var before) ? StateOf(before.GetInt32()) : (ServiceState?)null;
            facts.Add(TestFacts.At(at, facts.Count, FactData.StateChanged.To(StateOf(told.GetProperty("state").GetInt32()), previous)));
        }

        var current = @case.Events.Where(e => AvailabilityCase.Text(e, "type") == "current_state").Select(e => StateOf(e.GetProperty("state").GetInt32())).ToArray();
        if (current is [ServiceState.Down] && @case.Setting("initial_state").Contains("current_state", StringComparison.Ordinal))
            policy = policy with { Initial = InitialState.Down };
        if (policy.Maintenance is not null)
        {
            foreach (var downtime in @case.Events.Where(e => AvailabilityCase.Text(e, "type") == "downtime"))
            {
                var start = AvailabilityCase.Time(downtime.GetProperty("start"));
                var name = facts.Count.ToString(CultureInfo.InvariantCulture);
                var announced = new FactData.MaintenanceAnnounced(name, start, AvailabilityCase.Time(downtime.GetProperty("end")), "");
                facts.Add(TestFacts.At(start - Duration.FromSeconds(1), facts.Count, announced));
            }
        }

        var result = AvailabilityEvaluator.Evaluate(policy, facts, period, Instant.MaxValue);
        if (@case.ExpectsError)
        {
            report.Check("error", result.Level is null, result.Level?.ToString(), "error");
            return;
        }

        MonitorRows.Compare(@case, report, result.LowerBuckets, result.Level, policy);

        ServiceState StateOf(int state) => state == unknown ? ServiceState.Unknown : state > threshold ? ServiceState.Down : ServiceState.Up;
    }

    public static TickInterval PeriodOf(AvailabilityCase @case)
    {
        var period = @case.Member("period");
        return TickInterval.Between(AvailabilityCase.Time(period.GetProperty("start")), AvailabilityCase.Time(period.GetProperty("end")));
    }

    [GeneratedRegex(@"state\s*>\s*(\d+)")]
    private static partial Regex Threshold();

    private static AvailabilityPolicy PolicyOf(AvailabilityCase @case, CaseReport report)
    {
        var policy = AvailabilityPolicy.Default with { Initial = InitialState.Up };
        report.Clauses.Add("initial state: up");
        if (@case.Setting("unknown_policy") is { Length: > 0 } unknown)
        {
            if (unknown.Contains("excluded from denominator", StringComparison.OrdinalIgnoreCase))
            {
                policy = policy with { NoData = NoDataTreatment.Out };
                report.Clauses.Add("no data: out");
            }

            if (unknown.Contains("NEXT state event", StringComparison.OrdinalIgnoreCase))
            {
                policy = policy with { PreviousState = PreviousStateClaim.UnknownAlsoBetween };
                report.Clauses.Add("previous state: unknown also between");
            }
        }

        if (@case.Setting("downtime_policy").Contains("counts as OK", StringComparison.OrdinalIgnoreCase))
        {
            policy = policy with { Maintenance = new MaintenancePolicy(MaintenanceTreatment.CountsAsUp) };
            report.Clauses.Add("maintenance: counts as up");
        }

        return policy;
    }

    /// <summary>Hard states only where the source says so; of states seen after the period and current statuses the earliest one counts, as the source says.</summary>
    private static IEnumerable<JsonElement> Told(AvailabilityCase @case, TickInterval period)
    {
        var hardOnly = @case.Setting("state_kind").Contains("hard", StringComparison.Ordinal);
        var states = @case.Events.Where(e => AvailabilityCase.Text(e, "type") == "state" && !(hardOnly && AvailabilityCase.Text(e, "state_type") == "soft")).ToArray();
        if (!@case.Setting("initial_state").Contains("current status", StringComparison.Ordinal))
            return states;
        var within = states.Where(e => AvailabilityCase.Time(e.GetProperty("at")).ToUnixTimeTicks() <= period.End);
        var after = states.Where(e => AvailabilityCase.Time(e.GetProperty("at")).ToUnixTimeTicks() > period.End)
            .Concat(@case.Events.Where(e => AvailabilityCase.Text(e, "type") == "current_status"))
            .OrderBy(e => AvailabilityCase.Time(e.GetProperty("at")))
            .Take(1);
        return within.Concat(after);
    }
}

/// <summary>Facts for cases.</summary>
internal static class TestFacts
{
    /// <summary>A fact that became known when it happened; the number keeps the order of facts of one instant.</summary>
    public static StampedFact At(Instant at, int number, FactData data, string subject = "") => new(
        new Fact
        {
            Source = "case",
            Id = number.ToString(CultureInfo.InvariantCulture),
            Type = "case",
            Subject = subject,
            Time = at,
            Sequence = number.ToString("D9", CultureInfo.InvariantCulture),
            Data = data,
            Digest = default,
        },
        number + 1,
        at);
}
