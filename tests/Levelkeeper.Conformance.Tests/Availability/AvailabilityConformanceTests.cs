using System.Globalization;
using System.Text.Json;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Conformance.Tests.Availability;

/// <summary>
/// Runs the cases of other projects' availability figures. The adapters read the source's policy from a case's settings and state it as clauses;
/// every number comes from the engine.
/// </summary>
public sealed class AvailabilityConformanceTests(ITestOutputHelper output)
{
    private static readonly string[] WrongOrDoubtful = ["documents-a-bug", "semantics-questionable", "do-not-use"];

    private static readonly Dictionary<string, Action<AvailabilityCase, CaseReport>> Kinds = new(StringComparer.Ordinal)
    {
        ["availability_time"] = Time,
        ["components_seconds"] = MonitorLog.Run,
        ["availability_events"] = Budgets.Events,
        ["error_budget"] = Budgets.Budget,
        ["burn_rate"] = Budgets.Burn,
        ["burn_alert_windows"] = Budgets.AlertWindows,
        ["burn_threshold"] = Budgets.Threshold,
        ["budget_exhaustion"] = Budgets.Exhaustion,
        ["budget_status"] = Budgets.Status,
        ["budget_status_walk"] = Budgets.StatusWalk,
        ["slo_evaluation"] = Budgets.SloEvaluation,
        ["allowed_downtime"] = Budgets.AllowedDowntime,
        ["timeslice_budget"] = Budgets.TimeSlices,
        ["heartbeat"] = Budgets.Heartbeats,
        ["calendar_month_window"] = CalendarMonth,
        ["period_alignment"] = Alignment,
        ["interval_union"] = Union,
        ["display_rounding"] = Display,
        ["duration_format"] = DurationText,
        ["service_credit"] = Credits.Service,
        ["late_penalty"] = Credits.Late,
    };

    [Fact]
    public void Every_case_of_another_project_gives_its_number()
    {
        int passed = 0, reproduced = 0, values = 0;
        var failures = new List<string>();
        var leftOut = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var @case in Files().SelectMany(AvailabilityCase.Load))
        {
            var isOurs = Kinds.TryGetValue(@case.Kind, out var run);
            if (WrongOrDoubtful.Contains(@case.Trust))
            {
                if (isOurs || @case.Kind == "error_budget_events")
                    LeaveOut("the source is " + @case.Trust);
                continue;
            }

            if (!isOurs)
                continue;
            var report = new CaseReport();
            try
            {
                run!(@case, report);
            }
            catch (Exception failure) when (failure is FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException or NullReferenceException)
            {
                report.Differences.Add($"{failure.GetType().Name}: {failure.Message}");
            }

            values += report.Compared;
            foreach (var value in report.LeftOut.Distinct(StringComparer.Ordinal))
                LeaveOut("one value only: " + value);
            if (report.Differences.Count > 0 || report.Compared == 0 && report.LeftOut.Count == 0)
                failures.Add($"{@case.Kind} {@case.Id}: {string.Join("; ", report.Differences.DefaultIfEmpty("nothing compared"))}");
            else if (report.Clauses.Count > 0)
                reproduced++;
            else
                passed++;
        }

        var tally = $"availability: {passed + reproduced} passed ({reproduced} of them reproduced by choosing a clause; {values} values compared), {failures.Count} failed, "
            + $"left out: {(leftOut.Count == 0 ? "none" : string.Join(", ", leftOut.Select(l => $"{l.Value} ({l.Key})")))}";
        output.WriteLine(tally);
        Console.WriteLine(tally);
        foreach (var failure in failures)
            output.WriteLine(failure);
        failures.ShouldBeEmpty();
        (passed + reproduced).ShouldBeGreaterThan(100);

        void LeaveOut(string reason) => leftOut[reason] = leftOut.GetValueOrDefault(reason) + 1;
    }

    /// <summary>Each case of credits and penalties that is checked in, with what it came to: a source whose text and logic say different things is named.</summary>
    [Theory]
    [InlineData("accord.sla.100", "")]
    [InlineData("accord.sla.97", "")]
    // 11.01 were given where the source's own cap of 10 % of 110 allows 11.00; what is left of 12.00 follows all the same.
    [InlineData("accord.sla.annual_cap", "")]
    // A level below nothing is refused where it comes in.
    [InlineData("accord.sla.negative", "")]
    // Its text counts a part of a day as a day, which would be 63.00; its logic and its test count whole days, as we do: 10.5 % of 200.00 for each of 2.5 times two days.
    [InlineData("accord.penalty.late_5d", "")]
    [InlineData("accord.penalty.too_early", "")]
    [InlineData("accord.penalty.mini_8d", "")]
    [InlineData("accord.penalty.mini_capped_8d", "")]
    [InlineData("accord.penalty.fx", "an exchange of currencies: an agreement has one, so the penalty is multiplied after it is capped")]
    public void Every_credit_and_penalty_follows_from_clauses(string id, string leftOut)
    {
        var @case = AvailabilityCase.Load(Files().First()).Single(c => c.Id == id);
        var report = new CaseReport();
        Kinds[@case.Kind](@case, report);
        report.Differences.ShouldBeEmpty();
        report.Compared.ShouldBePositive();
        string.Join("; ", report.LeftOut).ShouldBe(leftOut);
    }

    private static IEnumerable<string> Files()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Data", "availability.json")))
            folder = folder.Parent ?? throw new InvalidOperationException("Data/availability.json is not beside the tests.");
        yield return Path.Combine(folder.FullName, "Data", "availability.json");
        if (Environment.GetEnvironmentVariable("LEVELKEEPER_CONFORMANCE") is { Length: > 0 } more && Directory.Exists(more))
        {
            foreach (var file in Directory.EnumerateFiles(more, "*.json").Order(StringComparer.Ordinal))
                yield return file;
        }
    }

    private static void Time(AvailabilityCase @case, CaseReport report)
    {
        if (@case.Setting("down_states").Length > 0)
            StateHistory.Run(@case, report);
        else
            MonitorRows.Run(@case, report);
    }

    private static void CalendarMonth(AvailabilityCase @case, CaseReport report)
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(@case.Setting("timezone") is { Length: > 0 } name ? name : "UTC");
        if (zone is null || @case.ExpectsError)
        {
            report.Check("error", zone is null && @case.ExpectsError, zone?.Id, "error");
            return;
        }

        var month = new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), zone).Containing(AvailabilityCase.Time(@case.Input.GetProperty("at")));
        foreach (var stated in @case.Expected.EnumerateObject())
        {
            if (stated.Name == "total_seconds")
                report.Exact(stated.Name, new Rational(month.During.Length, NodaConstants.TicksPerSecond), AvailabilityCase.Number(stated.Value));
            else
                report.Same(stated.Name, (stated.Name == "start" ? month.During.StartInstant : month.During.EndInstant).ToString(), AvailabilityCase.Time(stated.Value).ToString());
        }
    }

    private static void Alignment(AvailabilityCase @case, CaseReport report)
    {
        var unit = AvailabilityCase.Text(@case.Input, "frequency") switch
        {
            "daily" => CalendarUnit.Day,
            "weekly" => CalendarUnit.Week,
            "monthly" => CalendarUnit.Month,
            "quarterly" => CalendarUnit.Quarter,
            "annually" or "yearly" => CalendarUnit.Year,
            var other => throw new FormatException(other),
        };
        var firstDay = @case.Setting("week_starts") is { Length: > 0 } day ? Enum.Parse<IsoDayOfWeek>(day) : IsoDayOfWeek.Monday;
        if (unit == CalendarUnit.Week && firstDay != IsoDayOfWeek.Monday)
            report.Clauses.Add("first day of the week");
        var calendar = new PeriodCalendar(new PeriodRule.Calendar(unit, firstDay), DateTimeZone.Utc);
        var days = NodaTime.Text.LocalDatePattern.Iso;
        var from = days.Parse(AvailabilityCase.Text(@case.Input, "from_")).Value.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
        var to = days.Parse(AvailabilityCase.Text(@case.Input, "to")).Value.PlusDays(1).AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
        // The source lists the newest first.
        var ours = calendar.Touching(TickInterval.Between(from, to)).Reverse().ToArray();
        var stated = @case.Expected.GetProperty("periods").EnumerateArray().Select(p => p.EnumerateArray().Select(d => d.GetString()!).ToArray()).ToArray();
        report.Check("number of periods", ours.Length == stated.Length, ours.Length.ToString(CultureInfo.InvariantCulture), stated.Length.ToString(CultureInfo.InvariantCulture));
        foreach (var (period, edges) in ours.Zip(stated))
        {
            if (edges.Length == 1)
                report.Same("period", period.Label, edges[0]);
            else
                report.Same("period", $"{days.Format(period.FirstDay)}..{days.Format(period.LastDay)}", $"{edges[0]}..{edges[1]}");
        }
    }

    private static void Union(AvailabilityCase @case, CaseReport report)
    {
        // The source drops what ends before it starts; with us that is an error of its own and never becomes an interval.
        var given = @case.Events
            .Select(e => (Start: AvailabilityCase.Time(e.GetProperty("start")), End: AvailabilityCase.Time(e.GetProperty("end"))))
            .Where(e => e.End >= e.Start)
            .Select(e => TickInterval.Between(e.Start, e.End));
        var stated = @case.Expected.GetProperty("intervals").EnumerateArray().Select(i => TickInterval.Between(AvailabilityCase.Time(i[0]), AvailabilityCase.Time(i[1])));
        report.Same("intervals", IntervalSet.Of(given).ToString(), IntervalSet.Of(stated).ToString());
    }

    private static void Display(AvailabilityCase @case, CaseReport report)
    {
        var rounding = @case.Setting("mode") switch { "floor" => Rounding.Down, "ceil" => Rounding.Up, _ => Rounding.HalfAwayFromZero };
        report.Exact("value", AvailabilityCase.Number(@case.Input).RoundTo(@case.Settings.GetProperty("decimals").GetInt32(), rounding), AvailabilityCase.Number(@case.Expected, "value"));
    }

    private static void DurationText(AvailabilityCase @case, CaseReport report) =>
        report.Same("text", CompactDuration.Format(Duration.FromTicks((long)(AvailabilityCase.Number(@case.Input) * NodaConstants.TicksPerSecond).Floor())), AvailabilityCase.Text(@case.Expected, "text"));
}
