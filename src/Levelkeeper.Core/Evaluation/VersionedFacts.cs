using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>The facts as the versions of an agreement take them in; each version matches them once, when it is asked for.</summary>
/// <remarks>
/// A fact belongs where the version in force at its time says. The first of some versions also reads the facts from before it, as they say how things stood when it
/// began; and a fact that the version of its time does not take in belongs where the next one does that takes it in: a service that an amendment adds has the state in
/// which it was last seen.
/// </remarks>
internal sealed class VersionedFacts(AgreementVersions versions, EffectiveFacts facts, Func<int, FactMatcher> matcherOf)
{
    private readonly MatchedFacts?[] _matched = new MatchedFacts?[versions.All.Length];
    private readonly Dictionary<(int First, int Last), MatchedFacts> _inForce = [];

    public VersionedFacts(AgreementVersions versions, EffectiveFacts facts)
        : this(versions, facts, i => new FactMatcher(versions.All[i].Agreement))
    {
    }

    /// <summary>The instant as of which they count.</summary>
    public Instant AsOf => facts.AsOf;

    /// <summary>As all versions take them in.</summary>
    public MatchedFacts All => InForce(0, versions.All.Length - 1);

    /// <summary>As one version takes them in, whenever they happened.</summary>
    public MatchedFacts Of(int version) => _matched[version] ??= matcherOf(version).Match(facts);

    /// <summary>As a run of versions takes them in: the first of them also those from before it, the last those from after it.</summary>
    public MatchedFacts InForce(int first, int last)
    {
        if (!_inForce.TryGetValue((first, last), out var known))
        {
            _inForce[(first, last)] = known = MatchedFacts.InForce(
                [.. Enumerable.Range(first, last - first + 1).Select(i => (new TickInterval(i == first ? long.MinValue : versions.InForce(i, i).Start, i == last ? long.MaxValue : versions.InForce(i, i).End), Of(i)))], facts.AsOf);
        }

        return known;
    }
}
