using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Forecasts;

/// <summary>How a chance was reckoned.</summary>
public enum ChanceMethod
{
    /// <summary>Weeks of the past, drawn at random and put together to a period: each day of it is a past day of the same weekday. What adds up over days is forecast so.</summary>
    Weeks,

    /// <summary>The share of past periods that missed, half a miss in one period more being assumed (Jeffreys). What does not add up over days is forecast so.</summary>
    Periods,

    /// <summary>The past is too short.</summary>
    TooShort,
}

/// <summary>The chance that an objective is missed in a period to come.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Period">The period.</param>
/// <param name="Method">How it was reckoned.</param>
/// <param name="History">How many days, or periods, of the past it was reckoned from.</param>
/// <param name="Chance">From 0 to 1; null where the past is too short.</param>
public sealed record BreachChance(string Objective, Period Period, ChanceMethod Method, int History, Rational? Chance);

/// <summary>A forecast of a period that is over, with what came of it.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Period">The period.</param>
/// <param name="Chance">The chance that would have been told at its start.</param>
/// <param name="Missed">Whether it was missed.</param>
public sealed record ForecastTrial(string Objective, Period Period, Rational Chance, bool Missed);

/// <summary>Forecasts breaches by resampling the past.</summary>
/// <remarks>
/// The block bootstrap of Künsch (1989) with blocks of a week that begin on the weekday they stand for. It assumes that the weeks to come are like those of the past and independent of each other: no trend, no season
/// longer than a week, the same volume. The draws are made from a fixed seed, so that equal inputs give equal chances. A chance decides nothing.
/// </remarks>
public static class BreachForecast
{
    /// <summary>How many periods are drawn.</summary>
    public const int Draws = 4_000;

    /// <summary>The fewest days from which weeks are drawn.</summary>
    public const int FewestDays = 28;

    private const int DaysOfWeek = 7;

    /// <summary>The chances of an agreement's objectives in the period that follows a span of its past.</summary>
    /// <param name="versions">The agreement.</param>
    /// <param name="facts">The facts as they count at the span's end.</param>
    /// <param name="past">The past: what lies before its start is not looked at.</param>
    /// <param name="cancel">Gives up.</param>
    public static ImmutableArray<BreachChance> Of(AgreementVersions versions, EffectiveFacts facts, TickInterval past, CancellationToken cancel = default) =>
        Of(versions, facts, past, calendar => (calendar.Containing(past.EndInstant), false), cancel);

    /// <summary>The chances in the periods that run at the end of a span of the past: what has happened in them stands, the days that are left are drawn, and of the day that runs the part that is left of a past day.</summary>
    /// <inheritdoc cref="Of(AgreementVersions, EffectiveFacts, TickInterval, CancellationToken)"/>
    public static ImmutableArray<BreachChance> OfRunning(AgreementVersions versions, EffectiveFacts facts, TickInterval past, CancellationToken cancel = default) =>
        Of(versions, facts, past, calendar => (calendar.Containing(past.EndInstant), true), cancel);

    /// <summary>The chances in the periods that follow those that run at the end of a span of the past.</summary>
    /// <inheritdoc cref="Of(AgreementVersions, EffectiveFacts, TickInterval, CancellationToken)"/>
    public static ImmutableArray<BreachChance> OfNext(AgreementVersions versions, EffectiveFacts facts, TickInterval past, CancellationToken cancel = default) =>
        Of(versions, facts, past, calendar => (calendar.Containing(calendar.Containing(past.EndInstant).During.EndInstant), false), cancel);

    /// <summary>How well the chances would have told the past: each ended period is forecast from the days before it alone.</summary>
    /// <param name="versions">The agreement.</param>
    /// <param name="facts">The facts as they count at the span's end. A day's own results do not change after it, so they are those that were known then.</param>
    /// <param name="past">The past.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>For each objective that adds up over days, its forecasts with what came of them, in order of time.</returns>
    public static ImmutableArray<ForecastTrial> Trials(AgreementVersions versions, EffectiveFacts facts, TickInterval past, CancellationToken cancel = default) => Trials(versions, facts, past, _ => 0, cancel);

    /// <summary>The same for periods that run: each ended period of two days or more is forecast when half of its days have passed.</summary>
    /// <inheritdoc cref="Trials(AgreementVersions, EffectiveFacts, TickInterval, CancellationToken)"/>
    public static ImmutableArray<ForecastTrial> TrialsRunning(AgreementVersions versions, EffectiveFacts facts, TickInterval past, CancellationToken cancel = default) => Trials(versions, facts, past, days => days / 2, cancel);

    private static ImmutableArray<BreachChance> Of(AgreementVersions versions, EffectiveFacts facts, TickInterval past, Func<PeriodCalendar, (Period Period, bool Runs)> choose, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(versions);
        var agreement = versions.Latest;
        var chances = ImmutableArray.CreateBuilder<BreachChance>();
        var periods = Evaluator.Evaluate(versions, facts, past.StartInstant, past.EndInstant, past.EndInstant, cancel);
        var days = Days(agreement, facts, past, cancel);
        foreach (var objective in agreement.Objectives.Where(o => o.NotSeen.IsEmpty && !o.Period.EndsWithItsInstant && o.Period is not PeriodRule.WholeTerm))
        {
            var (period, runs) = choose(new PeriodCalendar(objective.Period, agreement.Zone));
            if (days.GetValueOrDefault(objective.Name) is { } history)
            {
                // The day that runs is no day of the past yet.
                var whole = history.Running is null ? history : history with { Days = history.Days[..^1] };
                chances.Add(whole.Days.Count < FewestDays
                    ? new BreachChance(objective.Name, period, ChanceMethod.TooShort, whole.Days.Count, null)
                    : new BreachChance(objective.Name, period, ChanceMethod.Weeks, whole.Days.Count, Drawn(objective, period, whole, runs ? Passed.Of(history, period) : Passed.Nothing(period), cancel)));
                continue;
            }

            var ended = periods.Objectives.Where(r => r.Objective == objective.Name && !r.Period.Running && r.Verdict is (Verdict.Met or Verdict.Breached)).ToList();
            chances.Add(ended.Count == 0
                ? new BreachChance(objective.Name, period, ChanceMethod.TooShort, 0, null)
                : new BreachChance(objective.Name, period, ChanceMethod.Periods, ended.Count, (ended.Count(r => r.Verdict == Verdict.Breached) + new Rational(1, 2)) / (ended.Count + 1)));
        }

        return chances.ToImmutable();
    }

    private static ImmutableArray<ForecastTrial> Trials(AgreementVersions versions, EffectiveFacts facts, TickInterval past, Func<int, int> daysPassed, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(versions);
        var agreement = versions.Latest;
        var days = Days(agreement, facts, past, cancel);
        var trials = ImmutableArray.CreateBuilder<ForecastTrial>();
        foreach (var result in Evaluator.Evaluate(versions, facts, past.StartInstant, past.EndInstant, past.EndInstant, cancel).Objectives.Where(r => !r.Period.Running && r.Verdict is Verdict.Met or Verdict.Breached))
        {
            if (result.Period.Running || days.GetValueOrDefault(result.Objective) is not { } history)
                continue;
            var objective = agreement.Objectives.First(o => o.Name == result.Objective);
            var period = new PeriodCalendar(objective.Period, agreement.Zone).Containing(result.Period.Span.StartInstant);
            var passed = daysPassed(NodaTime.Period.DaysBetween(period.FirstDay, period.DayAfter));
            if (passed == 0 && daysPassed(2) > 0)
                continue;
            var before = NodaTime.Period.DaysBetween(history.First, period.FirstDay) + passed;
            if (before < FewestDays || before > history.Days.Count)
                continue;
            var known = history with { Days = history.Days[..before], Running = null };
            trials.Add(new ForecastTrial(objective.Name, period, Drawn(objective, period, known, passed == 0 ? Passed.Nothing(period) : Passed.Of(known, period), cancel), result.Verdict == Verdict.Breached));
        }

        return trials.ToImmutable();
    }

    /// <summary>What a day adds: of a share what was bad and what it is a part of; of a sum the value alone.</summary>
    /// <param name="Bad">Lost ticks, bad events; or the value.</param>
    /// <param name="Whole">Agreed ticks, all events; 0 for a sum.</param>
    private readonly record struct Day(Rational Bad, Rational Whole);

    /// <summary>Days that follow each other.</summary>
    /// <param name="First">The first.</param>
    /// <param name="Days">What each added.</param>
    /// <param name="Running">Of the last day, which runs, the share that is left; null where all are over.</param>
    private sealed record History(LocalDate First, List<Day> Days, Rational? Running);

    /// <summary>What of a period has passed.</summary>
    /// <param name="Sum">What it added.</param>
    /// <param name="From">The first day of which something is left.</param>
    /// <param name="Left">The share of that day.</param>
    private readonly record struct Passed(Day Sum, LocalDate From, Rational Left)
    {
        public static Passed Nothing(Period period) => new(new Day(0, 0), period.FirstDay, 1);

        public static Passed Of(History history, Period period)
        {
            var skipped = Math.Max(0, NodaTime.Period.DaysBetween(history.First, period.FirstDay));
            var (bad, whole) = (Rational.Zero, Rational.Zero);
            foreach (var day in history.Days.Skip(skipped))
                (bad, whole) = (bad + day.Bad, whole + day.Whole);
            var next = history.First.PlusDays(history.Days.Count);
            return history.Running is { } left ? new Passed(new Day(bad, whole), next.PlusDays(-1), left) : new Passed(new Day(bad, whole), next, 1);
        }
    }

    /// <summary>The days of the past by objective; none for an objective that does not add up over days.</summary>
    private static Dictionary<string, History?> Days(Agreement agreement, EffectiveFacts facts, TickInterval past, CancellationToken cancel)
    {
        var daily = agreement with { Objectives = [.. agreement.Objectives.Where(AddsUp).Select(o => o with { Period = new PeriodRule.Calendar(CalendarUnit.Day), SmallestVolume = 0 })] };
        var results = Evaluator.Evaluate(AgreementVersions.Of(daily), facts, past.StartInstant, past.EndInstant, past.EndInstant, cancel).Objectives;
        return results.GroupBy(r => r.Objective, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (History?)new History(g.First().Period.Span.StartInstant.InZone(agreement.Zone).Date, [.. g.Select(Of)], Left(g.Last().Period)), StringComparer.Ordinal);

        Rational? Left(EvaluatedPeriod last) => last.Span.End > past.End ? new Rational(last.Span.End - past.End, last.Span.Length) : null;


        static Day Of(ObjectiveEvaluation day) => day switch
        {
            // A day of which nobody knows tells nothing.
            { Loss: { } loss } => loss.AtBest == loss.AtWorst ? new Day(loss.AtWorst, loss.Agreed) : new Day(0, 0),
            { Level: { Unit: QuantityUnit.Share } share, Volume: { } volume } => new Day((1 - share.Value) * volume, volume),
            { Level: { Unit: QuantityUnit.Number } number } => new Day(number.Value, 0),
            _ => new Day(0, 0),
        };
    }

    private static bool AddsUp(Objective objective) => objective.NotSeen.IsEmpty && objective.EachOf.Length == 0 && objective.Indicator switch
    {
        Indicator.Availability { DividedBy: null } or Indicator.Requests { Method: Availability.RequestMethod.Ratio } => true,
        Indicator.Clock { Statistic: ClockStatistic.ShareInTime } => true,
        Indicator.Values { Rule.Aggregation: Measurements.Aggregation.Share or Measurements.Aggregation.PercentWithin or Measurements.Aggregation.Sum or Measurements.Aggregation.Count } => true,
        _ => false,
    };

    private static Rational Drawn(Objective objective, Period period, History history, Passed passed, CancellationToken cancel)
    {
        var length = NodaTime.Period.DaysBetween(passed.From, period.DayAfter);
        var random = new SplitMix(objective.Name);
        // The first past day that has the weekday of the first day that is drawn.
        var offset = ((NodaTime.Period.DaysBetween(history.First, passed.From) % DaysOfWeek) + DaysOfWeek) % DaysOfWeek;
        var weeks = (history.Days.Count - offset) / DaysOfWeek;
        var sums = Sums(history.Days);
        var missed = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            cancel.ThrowIfCancellationRequested();
            var (bad, whole) = (passed.Sum.Bad, passed.Sum.Whole);
            for (var day = 0; day < length; day += DaysOfWeek)
            {
                var start = offset + (int)(random.Next() % (ulong)weeks) * DaysOfWeek;
                var end = start + Math.Min(DaysOfWeek, length - day);
                bad += sums[end].Bad - sums[start].Bad;
                whole += sums[end].Whole - sums[start].Whole;
                if (day == 0 && passed.Left != 1)
                    (bad, whole) = (bad - history.Days[start].Bad * (1 - passed.Left), whole - history.Days[start].Whole * (1 - passed.Left));
            }

            // Where nothing happens nothing is missed.
            if (objective.TargetUnit == QuantityUnit.Share && whole.Sign == 0)
                continue;
            var level = objective.TargetUnit == QuantityUnit.Share ? (whole - bad) / whole : bad;
            if (!objective.Target.IsMetBy(level))
                missed++;
        }

        return new Rational(missed, Draws);
    }

    /// <summary>What the days before each day add up to.</summary>
    private static Day[] Sums(List<Day> days)
    {
        var sums = new Day[days.Count + 1];
        for (var i = 0; i < days.Count; i++)
            sums[i + 1] = new Day(sums[i].Bad + days[i].Bad, sums[i].Whole + days[i].Whole);
        return sums;
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014), seeded by a name.</summary>
    private sealed class SplitMix(string name)
    {
        private ulong _state = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

        public ulong Next()
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
