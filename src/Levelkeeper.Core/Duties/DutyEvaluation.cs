using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Duties;

/// <summary>What became of one occurrence of a duty.</summary>
public enum DutyOutcome
{
    /// <summary>Done in time.</summary>
    Done,

    /// <summary>Done after it was due, within the grace.</summary>
    DoneLate,

    /// <summary>Not done, and the grace is over.</summary>
    Missed,

    /// <summary>Not done, and it can still be done in time or late.</summary>
    Pending,
}

/// <summary>One occurrence of a duty, with what became of it.</summary>
/// <param name="Occurrence">When it opened and was due.</param>
/// <param name="Outcome">What became of it, as of the instant of the evaluation.</param>
/// <param name="IsOverdue">True when it is past due and not done: it can no longer be done in time.</param>
/// <param name="By">The fact that did it; null when none did.</param>
/// <param name="Evidence">Where the proof is; empty when there is none.</param>
public sealed record DutyOccurrenceResult(DutyOccurrence Occurrence, DutyOutcome Outcome, bool IsOverdue, FactReference? By, string Evidence);

/// <summary>A duty's result over a period.</summary>
public sealed record DutyResult
{
    /// <summary>Occurrences done in time / occurrences decided; no activity when none is decided.</summary>
    public required MeasuredValue Value { get; init; }

    /// <summary>How many occurrences are decided.</summary>
    public required int Volume { get; init; }

    /// <summary>The occurrences that are due in the period, ascending.</summary>
    public required ImmutableArray<DutyOccurrenceResult> Occurrences { get; init; }

    /// <summary>The facts of the period that count for none of them, the first for each reason.</summary>
    public required ImmutableArray<SetAsideFact> LeftOut { get; init; }

    /// <summary>The tree behind the value.</summary>
    public required Explanation Explanation { get; init; }
}

/// <summary>Finds what was done of a recurring duty.</summary>
public static class DutyEvaluation
{
    /// <summary>The result of a duty over a period, as of an instant.</summary>
    /// <remarks>
    /// <para>An occurrence belongs to the period that holds the instant at which it is due.</para>
    /// <para>Occurrences are taken in order from the duty's first date, each by the earliest fact not yet used whose time is in <c>[opens, due + grace]</c>, both ends included.</para>
    /// <para>An occurrence is decided when it was done, or when it can no longer become in time: after it was due, or after the grace where late counts.</para>
    /// </remarks>
    /// <param name="rule">The duty.</param>
    /// <param name="facts">Effective facts in their order, from the duty's first date on; only <see cref="FactData.DutyDone"/> of this duty is read.</param>
    /// <param name="period">The whole period, also while it runs.</param>
    /// <param name="asOf">Now: later facts are left out, and nothing is missed before its time has passed.</param>
    public static DutyResult Evaluate(DutyRule rule, IReadOnlyList<Fact> facts, TickInterval period, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(facts);
        var tally = new FactTally();
        var results = ImmutableArray.CreateBuilder<DutyOccurrenceResult>();
        var used = new HashSet<Fact>(ReferenceEqualityComparer.Instance);
        foreach (var (occurrence, deed, _) in DutyPairing.Of(rule, facts, period.EndInstant, asOf))
        {
            var isOfPeriod = occurrence.Due >= period.StartInstant;
            if (isOfPeriod)
                results.Add(Result(occurrence, deed, asOf));
            if (deed is null)
                continue;
            used.Add(deed);
            if (isOfPeriod)
                tally.Count(deed);
            else if (IsIn(period, deed))
                tally.LeaveOut(deed, "it did what was due before this period");
        }

        foreach (var deed in facts.Where(f => f.Data is FactData.DutyDone done && done.Duty == rule.Duty && IsIn(period, f) && !used.Contains(f)))
            tally.LeaveOut(deed, DutyPairing.ReasonAgainst(rule, deed, asOf) ?? "nothing that is due in this period was left to be done by it");
        return Result(rule, results.ToImmutable(), period, tally);
    }

    private static bool IsIn(TickInterval period, Fact fact) => period.Contains(fact.Time.ToUnixTimeTicks());

    private static DutyOccurrenceResult Result(DutyOccurrence occurrence, Fact? deed, Instant asOf)
    {
        if (deed is not null)
        {
            var outcome = deed.Time <= occurrence.Due ? DutyOutcome.Done : DutyOutcome.DoneLate;
            return new DutyOccurrenceResult(occurrence, outcome, false, FactReference.To(deed), ((FactData.DutyDone)deed.Data).Evidence);
        }

        return new DutyOccurrenceResult(occurrence, asOf > occurrence.Latest ? DutyOutcome.Missed : DutyOutcome.Pending, asOf > occurrence.Due, null, "");
    }

    private static DutyResult Result(DutyRule rule, ImmutableArray<DutyOccurrenceResult> occurrences, TickInterval period, FactTally tally)
    {
        var done = Of(DutyOutcome.Done, "done in time");
        var late = Of(DutyOutcome.DoneLate, "done late");
        var missed = Of(DutyOutcome.Missed, "missed");
        var overdue = Listed("overdue", occurrences.Where(result => !rule.LateCounts && result is { Outcome: DutyOutcome.Pending, IsOverdue: true }));
        var pending = occurrences.Count(result => result.Outcome == DutyOutcome.Pending && (rule.LateCounts || !result.IsOverdue));

        var decided = Total("due", done, late, missed, overdue);
        var kept = rule.LateCounts ? Total("done in time or within the grace", done, late) : done;
        var volume = occurrences.Length - pending;
        Explanation tree;
        MeasuredValue value;
        if (volume == 0)
        {
            value = MeasuredValue.NoActivity.Instance;
            tree = Parts.Reason(rule.Duty, "Nothing was due in this period that is decided: no activity.");
        }
        else
        {
            var share = Quantity.Share(kept.Value!.Value.Value / decided.Value!.Value.Value);
            value = new MeasuredValue.Exact(share);
            tree = Parts.Derived(rule.Duty, share, Derivation.Quotient, kept, decided);
        }

        var open = pending == 0 ? [] : new[] { Parts.Reason("pending", $"{pending} can still be done and do not count yet.") };
        return new DutyResult
        {
            Value = value,
            Volume = volume,
            Occurrences = occurrences,
            LeftOut = tally.LeftOut,
            Explanation = tree with { Parts = [.. tree.Parts, .. open, .. tally.Reasons()], Clauses = rule.Clauses, During = period, Facts = tally.Facts, FactCount = tally.Counted },
        };

        Explanation Of(DutyOutcome outcome, string title) => Listed(title, occurrences.Where(result => result.Outcome == outcome));
    }

    private static Explanation Listed(string title, IEnumerable<DutyOccurrenceResult> occurrences)
    {
        DutyOccurrenceResult[] all = [.. occurrences];
        return Parts.Count(title, all.Length, "", all.Select(Node));
    }

    private static Explanation Total(string title, params Explanation[] parts) => Parts.Derived(
        title, new Quantity(parts.Aggregate(Rational.Zero, static (sum, part) => sum + part.Value!.Value.Value), QuantityUnit.Number), Derivation.Sum, parts);

    private static Explanation Node(DutyOccurrenceResult result) => new()
    {
        Title = $"due {result.Occurrence.Due}",
        Value = Quantity.Of(result.Occurrence.Due),
        Derivation = Derivation.Given,
        Remark = result.By is { } by ? $"Done at {by.Time}.{(result.Evidence.Length > 0 ? $" Evidence: {result.Evidence}" : "")}" : "Not done.",
        Facts = result.By is { } fact ? [fact] : [],
        FactCount = result.By is null ? 0 : 1,
    };
}
