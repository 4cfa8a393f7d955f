using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Conformance.Tests.Availability;

/// <summary>Cases on error budgets, burn rates and counted events.</summary>
internal static partial class Budgets
{
    private static readonly Rational Hour = NodaConstants.TicksPerHour;

    public static void AllowedDowntime(AvailabilityCase @case, CaseReport report)
    {
        // A month and a year are the mean ones of the Gregorian calendar where the source gives no number of days: 365.2425 days.
        var year = Rational.From(365.2425m);
        var days = @case.Input.TryGetProperty("window_days", out var stated) ? AvailabilityCase.Number(stated) : AvailabilityCase.Text(@case.Input, "window") switch
        {
            "day" => 1,
            "week" => 7,
            "month" => year / 12,
            "quarter" => year / 4,
            "year" => year,
            var other => throw new FormatException($"'{other}' is no window."),
        };
        var budget = ErrorBudget.Create(Target(@case.Input), days * 86_400, 0, [])!;
        var rounding = @case.Setting("rounding") switch
        {
            "nearest" => Rounding.HalfAwayFromZero,
            "ceil" or "up" => Rounding.Up,
            _ => Rounding.Down,
        };
        var exact = @case.Setting("rounding") is "exact" or "";
        report.Exact("seconds", exact ? budget.Allowed : budget.Allowed.RoundTo(0, rounding), AvailabilityCase.Number(@case.Expected, "seconds"));
    }

    public static void Budget(AvailabilityCase @case, CaseReport report)
    {
        var total = AvailabilityCase.Number(@case.Input, "total_seconds");
        var bad = @case.Input.TryGetProperty("bad_seconds", out var seconds)
            ? AvailabilityCase.Number(seconds)
            : (Rational.One - AvailabilityCase.Number(@case.Input, "sli_percent") / 100) * total;
        var diagnostics = new DiagnosticBag();
        var target = Target(@case.Input);
        var budget = ErrorBudget.Create(target, total, bad, diagnostics);
        if (@case.ExpectsError)
        {
            if (target == Rational.One)
                report.LeftOut.Add("a target of 100 % is allowed with us: the budget is zero and no burn rate is defined");
            report.Check("error", target == Rational.One ? budget!.Allowed.Sign == 0 && BurnRate.Of(bad, total, target) is null : budget is null && diagnostics.HasErrors, "accepted", "error");
            return;
        }

        foreach (var stated in @case.Expected.EnumerateObject())
        {
            var ours = stated.Name switch
            {
                "total" => budget!.Allowed,
                "consumed" => budget!.Consumed,
                "remaining" => budget!.Remaining,
                "remaining_percent" => budget!.ShareLeft * 100,
                _ => (Rational?)null,
            };
            report.Near(stated.Name, ours, AvailabilityCase.Number(stated.Value));
        }
    }

    public static void Burn(AvailabilityCase @case, CaseReport report)
    {
        var rate = BurnRate.Of(AvailabilityCase.Number(@case.Input, "bad"), AvailabilityCase.Number(@case.Input, "total"), Target(@case.Input));
        if (@case.ExpectsError)
            report.Check("error", rate is null, rate?.ToString(), "error");
        else
            report.Near("burn_rate", rate, AvailabilityCase.Number(@case.Expected, "burn_rate"));
    }

    public static void AlertWindows(AvailabilityCase @case, CaseReport report)
    {
        var period = Duration.FromDays(@case.Input.GetProperty("window_days").GetInt32());
        if (@case.Expected.TryGetProperty("factors", out var factors))
        {
            AlertTable(report, @case, period, factors);
            return;
        }

        if (@case.Settings.ValueKind == JsonValueKind.Object && @case.Settings.TryGetProperty("budget_percent", out var shares))
        {
            report.Clauses.Add("alerts: by share of the budget");
            var windows = @case.Setting("windows").Split(", ").Select(w => AvailabilityCase.Length(w.Split('/')[1])).ToArray();
            var names = @case.Expected.EnumerateObject().ToArray();
            for (var i = 0; i < names.Length; i++)
            {
                var share = AvailabilityCase.Number(shares[i]) / 100;
                report.Exact(names[i].Name, BurnRateAlert.ForBudgetShare(share, windows[i], period).Factor, AvailabilityCase.Number(names[i].Value));
            }

            return;
        }

        var scaled = BurnRateAlerts.Default.ScaledTo(period);
        foreach (var stated in @case.Expected.EnumerateObject())
            report.Exact(stated.Name, stated.Name switch { "fast" => scaled.Alerts[0].Factor, "slow" => scaled.Alerts[1].Factor, _ => null }, AvailabilityCase.Number(stated.Value));
    }

    /// <summary>A source whose factors stay and whose windows grow with the period: its own table for 28 days, stated as an agreement would.</summary>
    private static void AlertTable(CaseReport report, AvailabilityCase @case, Duration period, JsonElement factors)
    {
        report.Clauses.Add("alerts: own table, windows in proportion");
        var table = new BurnRateAlerts(Duration.FromDays(28),
        [
            new BurnRateAlert(14, Duration.FromHours(1), Duration.FromMinutes(5)),
            new BurnRateAlert(7, Duration.FromHours(6), Duration.FromMinutes(30)),
            new BurnRateAlert(2, Duration.FromDays(1), Duration.FromHours(2)),
            new BurnRateAlert(1, Duration.FromDays(4), Duration.FromHours(6)),
        ]).WithWindowsScaledTo(period);
        report.Check("factors", table.Alerts.Select(a => a.Factor).SequenceEqual(factors.EnumerateArray().Select(AvailabilityCase.Number)));
        if (@case.Expected.TryGetProperty("windows", out var windows))
        {
            var stated = windows.EnumerateArray().Select(w => w.GetString()!.Split('/')).Select(w => (AvailabilityCase.Length(w[1]), AvailabilityCase.Length(w[0])));
            report.Check("windows", table.Alerts.Select(a => (a.Long, a.Short)).SequenceEqual(stated));
        }

        if (@case.Expected.TryGetProperty("for", out _))
            report.LeftOut.Add("how long a monitoring system waits before it notifies is not part of an agreement");
    }

    public static void Threshold(AvailabilityCase @case, CaseReport report)
    {
        var window = AvailabilityCase.Number(@case.Input, "long_window_hours") * Hour;
        var period = AvailabilityCase.Number(@case.Input, "period_days") * 24 * Hour;
        foreach (var stated in @case.Expected.EnumerateObject())
        {
            var number = AvailabilityCase.Number(stated.Value);
            switch (stated.Name)
            {
                case "burn_rate":
                    report.Near(stated.Name, BurnRate.ThatUses(AvailabilityCase.Number(@case.Input, "budget_percent") / 100, window, period), number);
                    break;
                case "short_window_hours":
                    var alert = BurnRateAlert.ForBudgetShare(new Rational(1, 100), Duration.FromTicks((long)window.Round()), Duration.FromTicks((long)period.Round()));
                    report.Near(stated.Name, new Rational(alert.Short.BclCompatibleTicks, NodaConstants.TicksPerHour), number);
                    break;
                case "budget_percent":
                    var used = BurnRate.BudgetUsed(AvailabilityCase.Number(@case.Input, "burn_rate"), window, period) * 100;
                    report.Near(stated.Name, @case.Setting("rounding").Contains("truncates to 2", StringComparison.Ordinal) ? used.RoundTo(2, Rounding.Down) : used, number);
                    break;
                default:
                    report.Check(stated.Name, false, null, "a value that we do not know how to compare");
                    break;
            }
        }
    }

    public static void Exhaustion(AvailabilityCase @case, CaseReport report)
    {
        var left = @case.Input.TryGetProperty("remaining_percent", out var percent) ? AvailabilityCase.Number(percent) / 100 : Rational.One;
        var hours = BurnRate.TimeToExhaustion(left, AvailabilityCase.Number(@case.Input, "burn_rate"), AvailabilityCase.Number(@case.Input, "window_days") * 24);
        report.Near("hours", hours, AvailabilityCase.Number(@case.Expected, "hours"));
    }

    public static void Status(AvailabilityCase @case, CaseReport report)
    {
        var rule = RuleOf(@case);
        var next = rule.Next(StatusOf(AvailabilityCase.Text(@case.Input, "current")), AvailabilityCase.Number(@case.Input, "remaining_percent") / 100);
        report.Same("status", NameOf(next), AvailabilityCase.Text(@case.Expected, "status"));
    }

    public static void StatusWalk(AvailabilityCase @case, CaseReport report)
    {
        var rule = RuleOf(@case);
        var status = StatusOf(AvailabilityCase.Text(@case.Input, "start"));
        var names = new List<string>();
        foreach (var step in @case.Input.GetProperty("remaining_percent").EnumerateArray())
        {
            var next = rule.Next(status, AvailabilityCase.Number(step) / 100);
            names.Add(NameOf(next));
            status = next;
        }

        report.Same("statuses", string.Join(',', names), string.Join(',', @case.Expected.GetProperty("statuses").EnumerateArray().Select(s => s.GetString())));
    }

    public static void SloEvaluation(AvailabilityCase @case, CaseReport report)
    {
        if (@case.Input.TryGetProperty("good", out _))
            CountedEvaluation(@case, report);
        else
            TimedEvaluation(@case, report);
    }

    /// <summary>The downtime is at the end of a rolling period, which is evaluated from facts.</summary>
    private static void TimedEvaluation(AvailabilityCase @case, CaseReport report)
    {
        var end = Instant.FromUtc(2026, 1, 1, 0, 0);
        var length = AvailabilityCase.Length(AvailabilityCase.Text(@case.Member("period"), "length"));
        var down = Duration.FromTicks((long)(AvailabilityCase.Number(@case.Input, "downtime_seconds") * NodaConstants.TicksPerSecond).Round());
        StampedFact[] facts = [TestFacts.At(end - down, 1, FactData.StateChanged.To(ServiceState.Down, ServiceState.Up))];
        var result = AvailabilityEvaluator.Evaluate(AvailabilityPolicy.Default, facts, TickInterval.Between(end - length, end), end);
        var target = Target(@case.Settings);
        var budget = new ErrorBudget(target, new Rational(result.AgreedInWholePeriod, NodaConstants.TicksPerSecond), result.LowerBuckets.Loss / NodaConstants.TicksPerSecond);
        foreach (var stated in @case.Expected.EnumerateObject())
        {
            if (stated.Name == "status")
            {
                report.Same(stated.Name, NameOf(RuleOf(@case).Next(null, budget.ShareLeft)), stated.Value.GetString()!);
                continue;
            }

            Rational? ours = stated.Name switch
            {
                "sli_percent" => result.Level * 100,
                "budget_total_seconds" => budget.Allowed,
                "budget_remaining_seconds" => budget.Remaining,
                "budget_remaining_percent" => budget.ShareLeft * 100,
                var name when BurnOver().Match(name) is { Success: true } match => BurnOverMinutes(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)),
                _ => null,
            };
            report.Near(stated.Name, ours, AvailabilityCase.Number(stated.Value));
        }

        Rational? BurnOverMinutes(int minutes)
        {
            var buckets = result.Window(TickInterval.Between(end - Duration.FromMinutes(minutes), end));
            return BurnRate.Of(buckets.Loss, buckets.Agreed(result.Policy), target);
        }
    }

    private static void CountedEvaluation(AvailabilityCase @case, CaseReport report)
    {
        var good = AvailabilityCase.Number(@case.Input, "good");
        var bad = AvailabilityCase.Number(@case.Input, "bad");
        var goal = AvailabilityCase.Number(@case.Settings, "goal");
        var window = AvailabilityCase.Number(@case.Settings, "window_seconds");
        var level = Counted(good, bad, default).Level!.Value;
        var budget = new ErrorBudget(goal, window / 60, (Rational.One - level) * window / 60);
        var burn = BurnRate.Of(bad, good + bad, goal);
        foreach (var stated in @case.Expected.EnumerateObject())
        {
            if (stated.Name == "alert")
            {
                report.Check(stated.Name, burn > AvailabilityCase.Number(@case.Settings, "burn_rate_threshold") == stated.Value.GetBoolean());
                continue;
            }

            var ours = stated.Name switch
            {
                "sli" => level,
                "gap" => level - goal,
                "error_budget_target" => Rational.One - goal,
                "error_budget_measurement" => Rational.One - level,
                "burn_rate" or "error_budget_burn_rate" => burn,
                "error_budget_minutes" => budget.Allowed,
                "error_minutes" => budget.Consumed,
                "error_budget_remaining_minutes" => budget.Remaining,
                _ => (Rational?)null,
            };
            report.Near(stated.Name, ours, AvailabilityCase.Number(stated.Value));
        }
    }

    public static void Events(AvailabilityCase @case, CaseReport report)
    {
        var smallest = @case.Settings.TryGetProperty("min_valid_events", out var least) ? AvailabilityCase.Number(least) : Rational.Zero;
        if (smallest.Sign > 0)
            report.Clauses.Add("smallest volume");
        var (level, burn) = Measured();
        foreach (var stated in @case.Expected.EnumerateObject())
        {
            switch (stated.Name)
            {
                case "valid":
                    report.Check(stated.Name, level is not null == stated.Value.GetBoolean(), level?.ToString(), stated.Value.GetRawText());
                    break;
                case "sli":
                    report.Near(stated.Name, level, AvailabilityCase.Number(stated.Value));
                    break;
                case "alert":
                    var fires = burn is { } rate && rate > AvailabilityCase.Number(@case.Settings, "burn_rate_threshold");
                    report.Check(stated.Name, fires == stated.Value.GetBoolean(), fires.ToString(), stated.Value.GetRawText());
                    break;
                default:
                    report.Check(stated.Name, false, null, "a value that we do not know how to compare");
                    break;
            }
        }

        (Rational? Level, Rational? Burn) Measured()
        {
            var goal = AvailabilityCase.Number(@case.Settings, "goal");
            if (AvailabilityCase.Text(@case.Input, "method") == "sli")
            {
                // The source measured the level itself; there is no count to check a volume by.
                var said = @case.Input.TryGetProperty("sli", out var sli) && sli.ValueKind == JsonValueKind.Number ? AvailabilityCase.Number(sli) : (Rational?)null;
                var usable = said is { } share && share.Sign >= 0 && share <= Rational.One ? said : null;
                return (usable, usable is { } value ? BurnRate.Of(Rational.One - value, 1, goal) : null);
            }

            if (CountOf("good_events") is not { } good || CountOf("bad_events") is not { } bad)
                return (null, null);
            var counted = Counted(good, bad, smallest);
            return (counted.Level, counted.Level is null ? null : BurnRate.Of(bad, good + bad, goal));
        }

        // The source writes -1 where it has no value, and takes it as nothing counted.
        Rational? CountOf(string name) =>
            !@case.Input.TryGetProperty(name, out var count) || count.ValueKind != JsonValueKind.Number ? null
            : AvailabilityCase.Number(count) is var number && number == -1 ? Rational.Zero : number;
    }

    public static void TimeSlices(AvailabilityCase @case, CaseReport report)
    {
        var start = Instant.FromUtc(2026, 1, 1, 0, 0);
        var period = TickInterval.Between(start, start + Duration.FromDays(@case.Input.GetProperty("days").GetInt32()));
        var slices = RequestAvailability.CountIntervals(period, AvailabilityCase.Length(@case.Setting("slice")));
        var budget = new ErrorBudget(AvailabilityCase.Number(@case.Settings, "objective") / 100, slices, 0);
        foreach (var stated in @case.Expected.EnumerateObject().Where(p => p.Name != "text"))
            report.Exact(stated.Name, stated.Name switch { "slices" => slices, "bad_slices_allowed" => budget.Allowed, _ => null }, AvailabilityCase.Number(stated.Value));
    }

    /// <summary>Beats are counted, not timed: each is a window of one request.</summary>
    public static void Heartbeats(AvailabilityCase @case, CaseReport report)
    {
        report.Clauses.Add("availability by requests");
        var end = AvailabilityCase.Time(@case.Member("period").GetProperty("end"));
        var period = TickInterval.Between(end - AvailabilityCase.Length(AvailabilityCase.Text(@case.Member("period"), "length")), end);
        var beats = Beats(@case).Where(b => b.Status != "MAINTENANCE")
            .Select(b => new RequestWindow(TickInterval.Between(b.At, b.At), b.Status == "UP" ? 1 : 0, 1));
        var result = RequestAvailability.Evaluate(beats, period, end, new RequestMethod.Ratio());
        var stated = AvailabilityCase.Number(@case.Expected, "uptime_fraction");
        if (result.Level is null)
        {
            report.LeftOut.Add("a level of nothing: the source shows 0, with us there is no activity");
            report.Check("no beat counted", stated.Sign == 0, "no activity", stated.ToString());
        }
        else
        {
            report.Near("uptime_fraction", result.Level, stated);
        }
    }

    private static IEnumerable<(Instant At, string Status)> Beats(AvailabilityCase @case)
    {
        foreach (var told in @case.Events)
        {
            if (AvailabilityCase.Text(told, "generator") is not { Length: > 0 } generator)
            {
                yield return (AvailabilityCase.Time(told.GetProperty("at")), AvailabilityCase.Text(told, "status"));
                continue;
            }

            var match = Generator().Match(generator);
            var step = match.Groups[2].Value switch { "day" => Duration.FromDays(1), "hour" => Duration.FromHours(1), "minute" => Duration.FromMinutes(1), _ => throw new FormatException(generator) };
            var start = NodaTime.Text.InstantPattern.ExtendedIso.Parse(match.Groups[3].Value).Value;
            var statuses = match.Groups[4].Value.Split(", ");
            for (var i = 0; i < int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture); i++)
                yield return (start + step * i, statuses[i % statuses.Length]);
        }
    }

    private static RequestAvailability Counted(Rational good, Rational bad, Rational smallest)
    {
        var window = new TickInterval(0, NodaConstants.TicksPerHour);
        return RequestAvailability.Evaluate([new RequestWindow(window, good, good + bad)], window, Instant.MaxValue, new RequestMethod.Ratio(), smallest);
    }

    private static Rational Target(JsonElement element) => AvailabilityCase.Number(element, "target_percent") / 100;

    private static BudgetStatusRule RuleOf(AvailabilityCase @case) =>
        @case.Settings.ValueKind == JsonValueKind.Object && @case.Settings.TryGetProperty("at_risk_threshold_percent", out var percent)
            ? BudgetStatusRule.Default with { AtRiskAt = AvailabilityCase.Number(percent) / 100 }
            : BudgetStatusRule.Default;

    private static BudgetStatus? StatusOf(string name) => name switch
    {
        "Healthy" => BudgetStatus.Healthy,
        "AtRisk" => BudgetStatus.AtRisk,
        "BudgetExhausted" => BudgetStatus.Exhausted,
        _ => null,
    };

    private static string NameOf(BudgetStatus status) => status == BudgetStatus.Exhausted ? "BudgetExhausted" : status.ToString();

    [GeneratedRegex(@"^burn_rate_(\d+)min$")]
    private static partial Regex BurnOver();

    [GeneratedRegex(@"^(\d+) beats, one per (\w+) starting ([^,]+), alternating (.+)$")]
    private static partial Regex Generator();
}
