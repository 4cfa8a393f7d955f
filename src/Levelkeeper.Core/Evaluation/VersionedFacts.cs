using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;

namespace Levelkeeper.Core.Evaluation;

/// <summary>The facts as each version of an agreement takes them in; each is matched once, when it is asked for.</summary>
/// <remarks>A version also reads the facts from before it was in force: they say how things stood when it began, as facts from before the term do.</remarks>
internal sealed class VersionedFacts(AgreementVersions versions, EffectiveFacts facts)
{
    private readonly MatchedFacts?[] _matched = new MatchedFacts?[versions.All.Length];

    /// <summary>As a version takes them in.</summary>
    public MatchedFacts Of(int version) => _matched[version] ??= new FactMatcher(versions.All[version].Agreement).Match(facts);

    /// <summary>The business facts of all services, by the version in force at each fact's time.</summary>
    public ImmutableArray<EffectiveFact> Business => versions.All.Length == 1
        ? [.. Of(0).Business("")]
        : [.. Enumerable.Range(0, versions.All.Length).SelectMany(i => Of(i).Business("").Where(f => versions.NumberAt(f.Fact.Time) == i)).OrderBy(f => f.Fact.Time)];

    /// <summary>How many facts belong to a service, each by the version in force at its time or a later one.</summary>
    public long Count => versions.All.Length == 1
        ? Of(0).Count
        : facts.Entities.Sum(e => (long)e.Facts.Length) - Unmatched.Length - LeftOut.Length;

    /// <summary>Facts that neither the version in force at their time nor a later one takes in, with the reason that the first of them gives.</summary>
    public ImmutableArray<SetAsideFact> Unmatched => Aside(m => m.Unmatched);

    /// <summary>Facts whose source may not assert them, by the version in force at their time.</summary>
    public ImmutableArray<SetAsideFact> LeftOut
    {
        get
        {
            var result = ImmutableArray.CreateBuilder<SetAsideFact>();
            for (var i = 0; i < versions.All.Length; i++)
                result.AddRange(Of(i).LeftOut.Where(f => versions.NumberAt(f.Fact.Time) == i));
            return result.ToImmutable();
        }
    }

    private ImmutableArray<SetAsideFact> Aside(Func<MatchedFacts, ImmutableArray<SetAsideFact>> of)
    {
        if (versions.All.Length == 1)
            return of(Of(0));
        var aside = Enumerable.Range(0, versions.All.Length).Select(i => of(Of(i)).Select(f => f.Fact.Key).ToHashSet()).ToList();
        var result = ImmutableArray.CreateBuilder<SetAsideFact>();
        for (var i = 0; i < versions.All.Length; i++)
            result.AddRange(of(Of(i)).Where(f => versions.NumberAt(f.Fact.Time) == i && aside.Skip(i).All(later => later.Contains(f.Fact.Key))));
        return result.ToImmutable();
    }
}
