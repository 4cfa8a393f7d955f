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

    /// <summary>The side that claimed it may not, so it counts whatever was decided.</summary>
    NotEntitled,

    /// <summary>It was claimed after the time agreed for it, so it counts whatever was decided.</summary>
    TooLate,

    /// <summary>It was claimed without the evidence that the agreement asks for, so it counts whatever was decided.</summary>
    WithoutEvidence,
}

/// <summary>A claim by cause, as decided so far.</summary>
/// <param name="Name">The claim's name.</param>
/// <param name="Cause">The cause claimed.</param>
/// <param name="During">The time claimed.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Claim">The fact of the claim; null where nobody need claim it.</param>
/// <param name="Decision">The fact of the decision that counts, or of what ended it; null while nobody decided.</param>
public sealed record Exclusion(string Name, string Cause, TickInterval During, ExclusionStatus Status, Fact? Claim, Fact? Decision)
{
    /// <summary>True when nobody decided in time, and silence approved or rejected it.</summary>
    public bool BySilence { get; init; }

    /// <summary>Where it is agreed, when the agreement excuses it by itself; null for a claim.</summary>
    public Clause? Clause { get; init; }

    /// <summary>Where the agreement says who may claim the cause and who decides; null where it does not.</summary>
    public Clause? Rule { get; init; }

    /// <summary>
    /// All claims, sorted by start and name. Of several claims of one name the latest prevails that was made by the right side, in time and with evidence, else the latest; of several decisions the latest by whoever decides, in the order of
    /// their facts.
    /// </summary>
    /// <param name="facts">Facts of the agreement in any order; others than claims and decisions are passed over.</param>
    /// <param name="policy">Which causes excuse.</param>
    /// <param name="rules">What the agreement says of the causes; null for nothing.</param>
    public static ImmutableArray<Exclusion> From(IEnumerable<StampedFact> facts, AvailabilityPolicy policy, ExclusionRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return From(facts, policy.ExcusingCauses, rules);
    }

    /// <summary>As the other.</summary>
    /// <param name="facts">Facts of the agreement in any order; others than claims and decisions are passed over.</param>
    /// <param name="excusing">The causes that excuse.</param>
    /// <param name="rules">What the agreement says of the causes; null for nothing.</param>
    public static ImmutableArray<Exclusion> From(IEnumerable<StampedFact> facts, ImmutableSortedSet<string> excusing, ExclusionRules? rules)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(excusing);
        var claims = new Dictionary<string, List<StampedFact>>(StringComparer.Ordinal);
        var decisions = new Dictionary<string, List<StampedFact>>(StringComparer.Ordinal);
        foreach (var fact in facts)
        {
            switch (fact.Fact.Data)
            {
                case FactData.ExclusionClaimed claimed:
                    ListOf(claims, claimed.Exclusion).Add(fact);
                    break;
                case FactData.ExclusionDecided decided:
                    ListOf(decisions, decided.Exclusion).Add(fact);
                    break;
                default:
                    break;
            }
        }

        foreach (var list in claims.Values.Concat(decisions.Values))
            list.Sort(static (a, b) => Fact.CompareWithinEntity(a.Fact, b.Fact));
        var result = ImmutableArray.CreateBuilder<Exclusion>(claims.Count);
        foreach (var (name, list) in claims)
            result.Add(Of(name, list, decisions.GetValueOrDefault(name) ?? [], excusing, rules));
        result.Sort(static (a, b) => a.During.Start != b.During.Start ? a.During.Start.CompareTo(b.During.Start) : string.CompareOrdinal(a.Name, b.Name));
        return result.MoveToImmutable();
    }

    private static Exclusion Of(string name, List<StampedFact> claims, List<StampedFact> decisions, ImmutableSortedSet<string> excusing, ExclusionRules? rules)
    {
        var judged = claims.Select(c => (Claim: c, Refusal: Refusal(c, excusing, rules))).ToList();
        var (claim, refusal) = judged.FindLastIndex(c => !IsNoClaim(c.Refusal)) is >= 0 and var stands ? judged[stands] : judged[^1];
        var claimed = (FactData.ExclusionClaimed)claim.Fact.Data;
        var rule = rules?.Of(claimed.Cause);
        var latest = decisions.Count > 0 ? decisions[^1].Fact : null;
        var (status, decision, bySilence) = refusal is { } refused ? (refused, latest, false)
            : rule is not null ? rules!.Decide(rule, claim, decisions)
            : (latest is null ? ExclusionStatus.Pending : ((FactData.ExclusionDecided)latest.Data).Approved ? ExclusionStatus.Approved : ExclusionStatus.Rejected, latest, false);
        return new Exclusion(name, claimed.Cause, refusal == ExclusionStatus.Invalid ? default : TickInterval.Between(claimed.Start, claimed.End), status, claim.Fact, decision) { BySilence = bySilence, Rule = rule?.Clause };
    }

    /// <summary>Whether it takes nothing from an earlier claim of its name: who may not claim, or comes too late, cannot replace one either.</summary>
    private static bool IsNoClaim(ExclusionStatus? refusal) => refusal is ExclusionStatus.NotEntitled or ExclusionStatus.TooLate or ExclusionStatus.WithoutEvidence;

    private static ExclusionStatus? Refusal(StampedFact claim, ImmutableSortedSet<string> excusing, ExclusionRules? rules)
    {
        var claimed = (FactData.ExclusionClaimed)claim.Fact.Data;
        return claimed.End < claimed.Start ? ExclusionStatus.Invalid
            : !excusing.Contains(claimed.Cause) ? ExclusionStatus.CauseNotAgreed
            : rules?.Of(claimed.Cause) is { } rule ? rules.Refusal(rule, claim) : null;
    }

    private static List<StampedFact> ListOf(Dictionary<string, List<StampedFact>> lists, string name)
    {
        if (!lists.TryGetValue(name, out var list))
            lists[name] = list = [];
        return list;
    }
}
