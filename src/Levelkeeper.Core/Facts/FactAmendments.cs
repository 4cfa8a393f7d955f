using System.Collections.Immutable;

namespace Levelkeeper.Core.Facts;

/// <summary>Applies retractions and corrections to the facts that they refer to, whatever the order in which they came.</summary>
/// <remarks>
/// Each amendment refers to exactly one fact, which may itself be an amendment. What an amendment says is settled before it is applied, so a retracted correction
/// has no effect and a corrected correction has its corrected effect. The amendments of one fact are applied in the order within an entity
/// (time, sequence, source, id): the latest decides. A correction replaces only what it names (time, data) and reinstates a fact that an earlier amendment took back.
/// Amendments that refer to each other in a circle have no effect.
/// </remarks>
internal sealed class FactAmendments
{
    private readonly Func<Fact, Fact, bool> _mayCorrect;
    private readonly Dictionary<FactKey, StampedFact> _amendments = [];
    private readonly Dictionary<FactKey, List<StampedFact>> _byTarget = [];
    private readonly Dictionary<FactKey, StampedFact> _targets = [];
    private readonly HashSet<FactKey> _circular = [];
    private readonly Dictionary<FactKey, Settled> _settled = [];

    private FactAmendments(Func<Fact, Fact, bool> mayCorrect) => _mayCorrect = mayCorrect;

    /// <summary>Amendments that took effect, with those that did not and why; ordered as facts are.</summary>
    internal List<StampedFact> Applied { get; } = [];

    internal List<LeftOutFact> LeftOut { get; } = [];

    internal static FactAmendments Of(ReadOnlySpan<StampedFact> facts, Func<Fact, Fact, bool> mayCorrect)
    {
        var result = new FactAmendments(mayCorrect);
        foreach (var fact in facts)
        {
            if (fact.Fact.Data.Amended is not { } target)
                continue;
            result._amendments.Add(fact.Fact.Key, fact);
            if (!result._byTarget.TryGetValue(target, out var list))
                result._byTarget.Add(target, list = []);
            list.Add(fact);
        }

        if (result._amendments.Count > 0)
            result.Link(facts);
        return result;
    }

    /// <summary>What a fact says once all that refers to it is applied.</summary>
    internal Settled Settle(StampedFact original)
    {
        if (_byTarget.Count == 0 || !_byTarget.TryGetValue(original.Fact.Key, out var list))
            return new Settled(original.Fact, [], null);
        if (_settled.TryGetValue(original.Fact.Key, out var known))
            return known;

        // Settled bottom-up without recursion on the stack of the machine: a chain of corrections can be as long as the log.
        var pending = new Stack<(StampedFact Fact, bool Ready)>();
        pending.Push((original, false));
        while (pending.TryPop(out var next))
        {
            if (_settled.ContainsKey(next.Fact.Fact.Key))
                continue;
            var amendments = _byTarget.GetValueOrDefault(next.Fact.Fact.Key);
            if (!next.Ready && amendments is not null)
            {
                pending.Push((next.Fact, true));
                foreach (var amendment in amendments)
                {
                    if (!_circular.Contains(amendment.Fact.Key))
                        pending.Push((amendment, false));
                }
            }
            else
            {
                _settled[next.Fact.Fact.Key] = Apply(next.Fact, amendments ?? []);
            }
        }

        return _settled[original.Fact.Key];
    }

    private void Link(ReadOnlySpan<StampedFact> facts)
    {
        foreach (var fact in facts)
        {
            if (_byTarget.ContainsKey(fact.Fact.Key))
                _targets.Add(fact.Fact.Key, fact);
        }

        foreach (var (target, list) in _byTarget)
        {
            if (!_targets.ContainsKey(target))
                LeftOut.AddRange(list.Select(static fact => new LeftOutFact(fact, LeftOutReason.RefersToNothing, null)));
        }

        FindCircles();
        foreach (var key in _circular)
            LeftOut.Add(new LeftOutFact(_amendments[key], LeftOutReason.Circular, _targets[_amendments[key].Fact.Data.Amended!.Value]));
        foreach (var amendment in _amendments.Values)
        {
            var settled = Settle(amendment);
            if (settled.RetractedBy is { } by)
                LeftOut.Add(new LeftOutFact(amendment, LeftOutReason.Retracted, by));
        }

        foreach (var target in _targets.Values)
            Settle(target);
    }

    /// <summary>Every amendment points at one fact, so each walk either leaves the amendments or runs into a circle.</summary>
    private void FindCircles()
    {
        var seen = new Dictionary<FactKey, int>();
        var walk = 0;
        foreach (var start in _amendments.Keys)
        {
            walk++;
            var key = start;
            while (_amendments.TryGetValue(key, out var amendment) && seen.TryAdd(key, walk))
                key = amendment.Fact.Data.Amended!.Value;
            if (!_amendments.ContainsKey(key) || seen[key] != walk)
                continue;
            while (_circular.Add(key))
                key = _amendments[key].Fact.Data.Amended!.Value;
        }
    }

    private Settled Apply(StampedFact target, List<StampedFact> amendments)
    {
        var inEffect = new List<(Fact Says, StampedFact Original)>();
        foreach (var amendment in amendments)
        {
            if (_circular.Contains(amendment.Fact.Key))
                continue;
            var says = _settled[amendment.Fact.Key];
            if (says.RetractedBy is not null)
                continue;
            var reason = !_mayCorrect(amendment.Fact, target.Fact) ? LeftOutReason.NotPermitted
                : says.Fact.Data is FactData.Corrected { Replacement: { } replacement } && replacement.GetType() != target.Fact.Data.GetType() ? LeftOutReason.OtherKind
                : (LeftOutReason?)null;
            if (reason is { } why)
                LeftOut.Add(new LeftOutFact(amendment, why, target));
            else
                inEffect.Add((says.Fact, amendment));
        }

        inEffect.Sort(static (left, right) => Fact.CompareWithinEntity(left.Says, right.Says));
        var (fact, retractedBy) = (target.Fact, (StampedFact?)null);
        foreach (var (says, original) in inEffect)
        {
            Applied.Add(original);
            if (says.Data is FactData.Corrected corrected)
            {
                // The amended fact is a view, not a record: it has no wire form of its own, so the original's body must not stay with it.
                var data = Replace(fact.Data, corrected.Replacement);
                fact = fact with { Time = corrected.Time ?? fact.Time, Data = data, Type = FactTypes.Of(data) ?? fact.Type, Body = "" };
                retractedBy = null;
            }
            else
            {
                retractedBy = original;
            }
        }

        return new Settled(fact, [.. inEffect.Select(static entry => entry.Original)], retractedBy);
    }

    /// <summary>A correction of an amendment changes what it says, never what it refers to: the circles were found for the original references.</summary>
    private static FactData Replace(FactData current, FactData? replacement) => (current, replacement) switch
    {
        (_, null) => current,
        (FactData.Retracted old, FactData.Retracted changed) => changed with { Source = old.Source, Id = old.Id },
        (FactData.Corrected old, FactData.Corrected changed) => changed with { Source = old.Source, Id = old.Id },
        _ => replacement,
    };

    /// <summary>A fact with all that refers to it applied.</summary>
    /// <param name="Fact">As it counts; meaningless when taken back.</param>
    /// <param name="Corrections">What was applied, in order.</param>
    /// <param name="RetractedBy">The retraction that took it back; null when it stands.</param>
    internal readonly record struct Settled(Fact Fact, ImmutableArray<StampedFact> Corrections, StampedFact? RetractedBy);
}
