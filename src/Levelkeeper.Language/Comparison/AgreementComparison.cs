using System.Collections.Immutable;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Comparison;

/// <summary>Two effective agreements beside each other: what differs, clause by clause, and who is better off with the second.</summary>
/// <param name="Differences">In the order of the vocabulary; entries in the order of the first agreement, then what the second adds.</param>
public sealed record AgreementComparison(ImmutableArray<ClauseDifference> Differences)
{
    /// <summary>Clauses of two different agreements of which neither was seen: they read the same and may differ. Empty for two versions of one agreement.</summary>
    public ImmutableArray<string> NeitherSeen { get; init; } = [];

    /// <summary>Who is better off with the second as a whole: a side that gains by some clauses and loses by none, where all were seen.</summary>
    public Gain BetterOff => NeitherSeen.IsEmpty ? Gains.All(Differences.Select(d => d.BetterOff)) : Gain.Unclear;

    /// <summary>Compares.</summary>
    /// <param name="first">An effective agreement: its levels are laid over each other.</param>
    /// <param name="second">Another, or another version of it.</param>
    public static AgreementComparison Of(YamlNode.Mapping first, YamlNode.Mapping second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var walk = new ComparisonWalk(first, second);
        walk.Sections(AgreementVocabulary.Agreement, first, second, "", 1);
        return new AgreementComparison(walk.Differences) { NeitherSeen = walk.NeitherSeen };
    }
}
