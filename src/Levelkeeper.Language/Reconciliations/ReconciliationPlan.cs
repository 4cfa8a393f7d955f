using System.Collections.Immutable;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Language.Reconciliations;

/// <summary>What is compared with the figures of somebody else: <c>reconcile.yaml</c>, or the same said by options.</summary>
public sealed record ReconciliationPlan
{
    /// <summary>The agreement's file.</summary>
    public required string Agreement { get; init; }

    /// <summary>The files of facts; patterns.</summary>
    public required ImmutableArray<string> Facts { get; init; }

    /// <summary>The map by which facts are made of CSV; null when they are CloudEvents.</summary>
    public string? Map { get; init; }

    /// <summary>The table with their figures: CSV, or JSON lines.</summary>
    public required string Against { get; init; }

    /// <summary>The instant as of which ours stand, as written; null for now.</summary>
    public string? AsOf { get; init; }

    /// <summary>Which rows count: column to values. A value of <c>*</c> means anything but empty.</summary>
    public ImmutableArray<(string Column, ImmutableArray<string> Values)> Only { get; init; } = [];

    /// <summary>How their times are written.</summary>
    public WrittenTime Time { get; init; } = new(null, "", []);

    /// <summary>What is compared.</summary>
    public required ImmutableArray<PlannedComparison> Comparisons { get; init; }
}

/// <summary>How a table writes its times.</summary>
/// <param name="Zone">Whose wall clock a time without an offset shows; null for the agreement's.</param>
/// <param name="Strip">A suffix that is not part of the time, such as an offset that is false; empty for none.</param>
/// <param name="Formats">Patterns of NodaTime, tried in this order; none means ISO 8601.</param>
public sealed record WrittenTime(DateTimeZone? Zone, string Strip, ImmutableArray<string> Formats);

/// <summary>One column of theirs and what of ours stands beside it.</summary>
public abstract record PlannedComparison
{
    private PlannedComparison()
    {
    }

    /// <summary>Their column.</summary>
    public required string Column { get; init; }

    /// <summary>Deadlines.</summary>
    /// <param name="Clock">The clock.</param>
    /// <param name="Key">The ticket's name, with columns in braces: <c>{case_id}</c>.</param>
    /// <param name="Tolerance">Differences up to this, inclusive, are agreement.</param>
    public sealed record Due(string Clock, string Key, Duration Tolerance) : PlannedComparison;

    /// <summary>Labels.</summary>
    /// <param name="Clock">The clock.</param>
    /// <param name="Key">The ticket's name, with columns in braces.</param>
    /// <param name="Met">Their words for met.</param>
    /// <param name="Late">Their words for breached.</param>
    public sealed record Label(string Clock, string Key, ImmutableArray<string> Met, ImmutableArray<string> Late) : PlannedComparison;

    /// <summary>Percentages.</summary>
    /// <param name="Objective">The objective.</param>
    /// <param name="At">The column with the instant at which a rolling period ends; empty when <paramref name="Period"/> names the period.</param>
    /// <param name="Period">The column with the label of the period; empty when there is none.</param>
    /// <param name="Rounding">How they round.</param>
    /// <param name="Places">Decimal places to compare; null for those that they write.</param>
    public sealed record Percent(string Objective, string At, string Period, Rounding Rounding, int? Places) : PlannedComparison;
}
