using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Availability;

/// <summary>What became of a claim that time must not count.</summary>
public enum ExclusionStatus
{
    /// <summary>Not decided yet: it counts as downtime, and the result is also shown as if it were approved.</summary>
    Pending,

    /// <summary>Approved: it does not count.</summary>
    Approved,

    /// <summary>Agreed beforehand: the agreement itself excuses it, and nobody need claim or decide.</summary>
    Agreed,

    /// <summary>Rejected: it counts.</summary>
    Rejected,

    /// <summary>The agreement does not list its cause, so it counts whatever was decided.</summary>
    CauseNotAgreed,

    /// <summary>It ends before it starts.</summary>
    Invalid,
}

/// <summary>A claim by cause, as decided so far.</summary>
/// <param name="Name">The claim's name.</param>
/// <param name="Cause">The cause claimed.</param>
/// <param name="During">The time claimed.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Claim">The fact of the claim; null where nobody need claim it.</param>
/// <param name="Decision">The fact of the latest decision, or of what ended it; null while pending.</param>
public sealed record Exclusion(string Name, string Cause, TickInterval During, ExclusionStatus Status, Fact? Claim, Fact? Decision)
{
    /// <summary>Where it is agreed, when the agreement excuses it by itself; null for a claim.</summary>
    public Clause? Clause { get; init; }

    /// <summary>All claims, each with its latest claim and decision by the order of their facts; sorted by start and name.</summary>
    /// <param name="facts">Facts of the agreement in any order; others than claims and decisions are passed over.</param>
    /// <param name="policy">Which causes excuse.</param>
    public static ImmutableArray<Exclusion> From(IEnumerable<Fact> facts, AvailabilityPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return From(facts, policy.ExcusingCauses);
    }

    /// <summary>As the other.</summary>
    /// <param name="facts">Facts of the agreement in any order; others than claims and decisions are passed over.</param>
    /// <param name="excusing">The causes that excuse.</param>
    public static ImmutableArray<Exclusion> From(IEnumerable<Fact> facts, ImmutableSortedSet<string> excusing)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(excusing);
        var claims = new Dictionary<string, Fact>(StringComparer.Ordinal);
        var decisions = new Dictionary<string, Fact>(StringComparer.Ordinal);
        foreach (var fact in facts)
        {
            switch (fact.Data)
            {
                case FactData.ExclusionClaimed claimed:
                    KeepLater(claims, claimed.Exclusion, fact);
                    break;
                case FactData.ExclusionDecided decided:
                    KeepLater(decisions, decided.Exclusion, fact);
                    break;
                default:
                    break;
            }
        }

        var result = ImmutableArray.CreateBuilder<Exclusion>(claims.Count);
        foreach (var (name, fact) in claims)
        {
            var claimed = (FactData.ExclusionClaimed)fact.Data;
            var decision = decisions.GetValueOrDefault(name);
            var valid = claimed.End >= claimed.Start;
            var status = !valid ? ExclusionStatus.Invalid
                : !excusing.Contains(claimed.Cause) ? ExclusionStatus.CauseNotAgreed
                : decision is null ? ExclusionStatus.Pending
                : ((FactData.ExclusionDecided)decision.Data).Approved ? ExclusionStatus.Approved : ExclusionStatus.Rejected;
            var during = valid ? TickInterval.Between(claimed.Start, claimed.End) : default;
            result.Add(new Exclusion(name, claimed.Cause, during, status, fact, decision));
        }

        result.Sort(static (a, b) => a.During.Start != b.During.Start ? a.During.Start.CompareTo(b.During.Start) : string.CompareOrdinal(a.Name, b.Name));
        return result.ToImmutable();
    }

    private static void KeepLater(Dictionary<string, Fact> kept, string name, Fact fact)
    {
        if (!kept.TryGetValue(name, out var other) || Fact.CompareWithinEntity(other, fact) < 0)
            kept[name] = fact;
    }
}
