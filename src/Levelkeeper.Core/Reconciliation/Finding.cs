using System.Collections.Immutable;

namespace Levelkeeper.Core.Reconciliation;

/// <summary>Why a figure of somebody else differs from ours. Tried in this order; the first that makes them agree is named.</summary>
public enum DifferenceReason
{
    /// <summary>Theirs agrees when a time is read in another zone, or when wall-clock time is kept over a change of offset.</summary>
    Zone,

    /// <summary>Theirs agrees when reckoned in another calendar: elapsed time, other hours, another length of the period.</summary>
    Calendar,

    /// <summary>Theirs agrees when the pauses are not taken out.</summary>
    Pause,

    /// <summary>Theirs agrees when short outages are left out, or counted although the agreement leaves them out.</summary>
    ShortOutages,

    /// <summary>Theirs lies between the bounds that the missing evidence leaves.</summary>
    NoData,

    /// <summary>Theirs agrees when rounded, or cut to whole minutes.</summary>
    Rounding,

    /// <summary>Theirs is the deadline that was agreed with the customer.</summary>
    Pinned,

    /// <summary>We have no result to compare: no such clock or period, or it is not decided.</summary>
    NoResult,

    /// <summary>No rule that we know gives theirs: it was probably moved by hand.</summary>
    MovedByHand,
}

/// <summary>What came of comparing one figure.</summary>
/// <param name="Reason">Why they differ; null when they agree.</param>
/// <param name="Remark">The rule that makes them agree, in words; empty when they agree as they are.</param>
public readonly record struct Finding(DifferenceReason? Reason, string Remark = "")
{
    /// <summary>They agree within the tolerance.</summary>
    public static Finding Agreement { get; } = new(null);

    /// <summary>Whether they agree.</summary>
    public bool Agrees => Reason is null;
}

/// <summary>A figure by another rule.</summary>
/// <param name="Reason">What kind of rule.</param>
/// <param name="Remark">The rule in words.</param>
/// <param name="Value">What it gives.</param>
/// <typeparam name="T">An instant or a level.</typeparam>
public readonly record struct Alternative<T>(DifferenceReason Reason, string Remark, T Value);

/// <summary>Counts of findings.</summary>
/// <param name="Compared">How many figures.</param>
/// <param name="Agreeing">How many agree.</param>
/// <param name="Differences">How many differ, by reason, in the order of <see cref="DifferenceReason"/>; reasons without any are left out.</param>
public sealed record ReconciliationSummary(int Compared, int Agreeing, ImmutableArray<(DifferenceReason Reason, int Count)> Differences)
{
    /// <summary>Counts.</summary>
    public static ReconciliationSummary Of(IReadOnlyCollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return new ReconciliationSummary(
            findings.Count,
            findings.Count(f => f.Agrees),
            [.. findings.Where(f => !f.Agrees).GroupBy(f => f.Reason!.Value).OrderBy(g => g.Key).Select(g => (g.Key, g.Count()))]);
    }
}
