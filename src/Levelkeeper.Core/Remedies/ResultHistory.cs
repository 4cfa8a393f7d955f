using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Remedies;

/// <summary>Whether a condition holds, as far as the evidence tells.</summary>
internal enum Truth
{
    /// <summary>It does not.</summary>
    No,

    /// <summary>The evidence allows both.</summary>
    Unknown,

    /// <summary>It does.</summary>
    Yes,
}

/// <summary>An agreement's results over time, and whether conditions about them hold at the end of a period.</summary>
internal sealed class ResultHistory
{
    private readonly AgreementVersions _versions;
    private readonly List<(string Remedy, long End)> _capsReached;
    private readonly Dictionary<string, List<ObjectiveEvaluation>> _results;

    /// <param name="versions">The agreement.</param>
    /// <param name="results">Its results.</param>
    /// <param name="sharing">Another history, whose caps that were reached are this one's too; null for none.</param>
    public ResultHistory(AgreementVersions versions, IEnumerable<ObjectiveEvaluation> results, ResultHistory? sharing = null)
    {
        _versions = versions;
        _capsReached = sharing?._capsReached ?? [];
        _results = results.GroupBy(r => r.Objective, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.OrderBy(r => r.Period.Span.End).ToList(), StringComparer.Ordinal);
    }

    /// <summary>Notes that the cap of a remedy was reached in a period.</summary>
    public void CapReached(string remedy, EvaluatedPeriod period) => _capsReached.Add((remedy, period.Span.End));

    /// <summary>An objective's results, by the ends of their periods.</summary>
    public IReadOnlyList<ObjectiveEvaluation> Of(string objective) => _results.TryGetValue(objective, out var list) ? list : [];

    /// <summary>Whether a condition holds for an occasion.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="occasion">The result whose period it is asked for; results of other objectives count that end within it, or else the one that covers its end.</param>
    public Truth Holds(RemedyCondition condition, ObjectiveEvaluation occasion) => condition switch
    {
        RemedyCondition.Has has => AnyOf(has.Objective, occasion, r => Holds(has.Outcome, r)),
        RemedyCondition.Level level => AnyOf(level.Objective, occasion, r => Compare(r, level.Comparison, level.Limit)),
        RemedyCondition.Average average => Holds(average, occasion),
        RemedyCondition.OverHistory history => Holds(history, occasion),
        RemedyCondition.CapReached cap => _capsReached.Any(c => c.Remedy == cap.Remedy && c.End > occasion.Period.Span.Start && c.End <= occasion.Period.Span.End) ? Truth.Yes : Truth.No,
        RemedyCondition.Lapsed lapsed => LapseOf(lapsed.Commitment, occasion.Period.Span.EndInstant) is not null ? Truth.Yes : Truth.No,
        RemedyCondition.All all => all.Of.Min(c => Holds(c, occasion)),
        RemedyCondition.Any any => any.Of.Max(c => Holds(c, occasion)),
        _ => throw new InvalidOperationException("The cases of a condition are closed."),
    };

    /// <summary>When a commitment lapsed by an instant, the time to mend it included; null while it has not.</summary>
    public Instant? LapseOf(string commitment, Instant by)
    {
        var agreement = _versions.At(by - Duration.Epsilon);
        if (agreement.Commitments.FirstOrDefault(c => c.Name == commitment) is not { ValidUntil: { } until } found)
            return null;
        var lapse = agreement.Zone.AtStartOfDay(until.PlusDays(1)).ToInstant();
        if (found.MendWithin is { } mend)
            lapse = agreement.After(lapse, mend);
        return lapse <= by ? lapse : null;
    }

    private static Truth Holds(ObjectiveOutcome outcome, ObjectiveEvaluation result) => outcome switch
    {
        ObjectiveOutcome.Missed => Of(result.Verdict, Verdict.Breached),
        ObjectiveOutcome.Met => Of(result.Verdict, Verdict.Met),
        ObjectiveOutcome.Exceeded when result.Verdict != Verdict.Met => Of(result.Verdict, Verdict.Met),
        // Better than the target at both ends of what the evidence allows.
        ObjectiveOutcome.Exceeded => result.Bound is { } bound ? Compare(result, bound.IsFloor ? LevelComparison.MoreThan : LevelComparison.LessThan, bound.Bound) : Truth.No,
        _ => throw new InvalidOperationException("Unknown outcome."),
    };

    private static Truth Of(Verdict verdict, Verdict wanted) => verdict == wanted ? Truth.Yes : verdict == Verdict.InsufficientEvidence ? Truth.Unknown : Truth.No;

    private static Truth Compare(ObjectiveEvaluation result, LevelComparison comparison, Rational limit)
    {
        // What is rounded before it is held against the target is rounded here too.
        var target = new LevelTarget(comparison, limit, result.Bound?.RoundingPlaces);
        if (result.Level is { } level)
            return target.IsMetBy(level.Value) ? Truth.Yes : Truth.No;
        if (result.Lowest is not { } low || result.Highest is not { } high)
            return result.Verdict == Verdict.InsufficientEvidence ? Truth.Unknown : Truth.No;
        return Judged(target.Judge(low.Value, high.Value));
    }

    private static Truth Judged(Verdict verdict) => verdict switch
    {
        Verdict.Met => Truth.Yes,
        Verdict.InsufficientEvidence => Truth.Unknown,
        Verdict.Breached or Verdict.AtRisk or Verdict.Excused or Verdict.NoActivity => Truth.No,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "Unknown verdict."),
    };

    private Truth AnyOf(string objective, ObjectiveEvaluation occasion, Func<ObjectiveEvaluation, Truth> holds)
    {
        if (occasion.Objective == objective)
            return holds(occasion);
        var during = occasion.Period.Span;
        var within = Of(objective).Where(r => r.Period.Span.End > during.Start && r.Period.Span.End <= during.End).ToList();
        if (within.Count == 0)
            within = [.. Of(objective).Where(r => r.Period.Span.Contains(during.End - 1))];
        return within.Count == 0 ? Truth.No : within.Max(holds);
    }

    private Truth Holds(RemedyCondition.Average average, ObjectiveEvaluation occasion)
    {
        // A period that an amendment cuts has no one level: its parts weigh by their length.
        var all = Periods(average.Objective, occasion);
        if (all.Count == 0)
            return Truth.No;
        List<List<ObjectiveEvaluation>> periods;
        if (average.Over is not { } unit || IsOf(unit, all[^1][0]))
        {
            periods = [.. all.TakeLast(average.Periods)];
            if (periods.Count < average.Periods)
                return Truth.No;
        }
        else
        {
            var span = Back(all[^1][0].Period.Whole.End, unit, average.Periods);
            if (all[0][0].Period.Whole.Start > span.Start)
                return Truth.No;
            periods = [.. all.Where(p => EndsIn(p, span))];
        }

        var (low, high, weight) = (Rational.Zero, Rational.Zero, Rational.Zero);
        foreach (var part in periods.SelectMany(p => p))
        {
            if (part.Verdict == Verdict.InsufficientEvidence && (part.Lowest is null || part.Highest is null))
                return Truth.Unknown;
            if ((part.Level ?? part.Lowest) is not { } lowest || (part.Level ?? part.Highest) is not { } highest)
                continue;
            var share = new Rational(part.Period.Span.Length, part.Period.Whole.Length);
            (low, high, weight) = (low + lowest.Value * share, high + highest.Value * share, weight + share);
        }

        return weight.Sign == 0 ? Truth.No : Judged(new LevelTarget(average.Comparison, average.Limit).Judge(low / weight, high / weight));
    }

    private Truth Holds(RemedyCondition.OverHistory history, ObjectiveEvaluation occasion)
    {
        // It arises by what happens now, never again by what was counted before.
        var now = Holds(history.Of, occasion);
        if (now == Truth.No)
            return Truth.No;
        var named = history.Of.Objectives.ToList();
        var periods = Periods(named.Count == 0 || named.Contains(occasion.Objective) ? occasion.Objective : named[0], occasion);
        if (periods.Count == 0)
            return Truth.No;
        var counted = periods[^1][0].Period.Whole.End;
        IEnumerable<Truth> truths;
        if (history.Unit is not { } unit || IsOf(unit, periods[^1][0]))
        {
            truths = periods.TakeLast(history.Periods).Select(InOne);
        }
        else if (history.CountsEach)
        {
            var span = Back(counted, unit, history.Periods);
            truths = periods.Where(p => EndsIn(p, span)).Select(InOne);
        }
        else
        {
            var units = new PeriodCalendar(new PeriodRule.Calendar(unit), ZoneAt(counted));
            var last = units.Containing(Instant.FromUnixTimeTicks(counted - 1));
            var first = units.Zone.AtStartOfDay(Before(last.FirstDay, unit, history.Periods - 1)).ToInstant().ToUnixTimeTicks();
            truths = units.Touching(new TickInterval(first, last.During.End)).Select(u => periods.Where(p => EndsIn(p, u.During)).Select(InOne).DefaultIfEmpty(Truth.No).Max());
        }

        var known = truths.ToList();
        var (yes, unknown) = (known.Count(t => t == Truth.Yes), known.Count(t => t == Truth.Unknown));
        return yes >= history.Times ? now : yes + unknown >= history.Times ? Truth.Unknown : Truth.No;

        Truth InOne(List<ObjectiveEvaluation> parts) => parts.Max(r => Holds(history.Of, r));
    }

    /// <summary>The units of the calendar up to an instant, as a span.</summary>
    private TickInterval Back(long end, CalendarUnit unit, int count)
    {
        var zone = ZoneAt(end);
        return new TickInterval(zone.AtStartOfDay(Before(Instant.FromUnixTimeTicks(end).InZone(zone).Date, unit, count)).ToInstant().ToUnixTimeTicks(), end);
    }

    private DateTimeZone ZoneAt(long end) => _versions.At(Instant.FromUnixTimeTicks(end - 1)).Zone;

    private static bool EndsIn(List<ObjectiveEvaluation> period, TickInterval span) => period[0].Period.Whole.End > span.Start && period[0].Period.Whole.End <= span.End;

    private static bool IsOf(CalendarUnit unit, ObjectiveEvaluation result)
    {
        var days = result.Period.Whole.Length / NodaConstants.TicksPerDay;
        return unit switch
        {
            CalendarUnit.Day => days <= 1,
            CalendarUnit.Week => days is 6 or 7,
            CalendarUnit.Month => days is >= 27 and <= 31,
            CalendarUnit.Quarter => days is >= 89 and <= 92,
            CalendarUnit.HalfYear => days is >= 180 and <= 184,
            CalendarUnit.Year => days is >= 364 and <= 366,
            _ => false,
        };
    }

    private static LocalDate Before(LocalDate day, CalendarUnit unit, int count) => unit switch
    {
        CalendarUnit.Day => day.PlusDays(-count),
        CalendarUnit.Week => day.PlusWeeks(-count),
        CalendarUnit.Month => day.PlusMonths(-count),
        CalendarUnit.Quarter => day.PlusMonths(-3 * count),
        CalendarUnit.HalfYear => day.PlusMonths(-6 * count),
        CalendarUnit.Year => day.PlusYears(-count),
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    /// <summary>The periods of an objective up to an occasion's, the parts of each together.</summary>
    private List<List<ObjectiveEvaluation>> Periods(string objective, ObjectiveEvaluation occasion) =>
        [.. Of(objective).Where(r => r.Period.Span.End <= occasion.Period.Span.End).GroupBy(r => r.Period.Whole).OrderBy(g => g.Key.End).Select(g => g.ToList())];
}
