using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Levels;
using NodaTime;

namespace Levelkeeper.Language.Contract;

/// <summary>Which version of an agreement a contract prints, and what of the agreement is signed: so that the page and the signatures can be held against each other.</summary>
/// <param name="Hash">The hash of what is signed: of all versions.</param>
/// <param name="From">The first day on which this version is in force; null when the agreement has but one.</param>
/// <param name="Last">The last day; null for the latest version.</param>
/// <param name="Amendments">The amendments in force in it, in order of their dates.</param>
public sealed record ContractVersion(string Hash, LocalDate? From, LocalDate? Last, ImmutableArray<(LocalDate From, string Title)> Amendments)
{
    /// <summary>The version of a date.</summary>
    /// <param name="levels">The agreement.</param>
    /// <param name="on">The date; null for the latest version.</param>
    /// <param name="content">What of the agreement is signed.</param>
    public static ContractVersion Of(LevelReader levels, LocalDate? on, SignedContent content)
    {
        ArgumentNullException.ThrowIfNull(levels);
        ArgumentNullException.ThrowIfNull(content);
        var starts = levels.Versions(new DiagnosticBag()).Select(v => v.From).OfType<LocalDate>().ToList();
        if (starts.Count < 2)
            return new ContractVersion(content.Hash, null, null, []);
        var index = on is null ? starts.Count - 1 : Math.Max(0, starts.FindLastIndex(d => d <= on));
        return new ContractVersion(content.Hash, starts[index], index + 1 < starts.Count ? starts[index + 1].PlusDays(-1) : null, [.. levels.Amendments.Where(a => a.From <= starts[index])]);
    }
}
