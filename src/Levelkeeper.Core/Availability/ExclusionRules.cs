using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Remedies;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>Judges claims that time must not count by what the agreement says of their cause: who may claim, by when, with what evidence, who decides, and what silence means.</summary>
/// <param name="agreement">The agreement; of a cause that it does not describe any claim counts, and the latest decision of anybody.</param>
/// <param name="asOf">The instant as of which it is judged: until then somebody may still decide.</param>
/// <remarks>Windows are reckoned by when claims and decisions were <em>recorded</em>, so nobody can claim in the past.</remarks>
public sealed class ExclusionRules(Agreement agreement, Instant asOf)
{
    /// <summary>What the agreement says of a cause; null where it says nothing.</summary>
    internal ExclusionRule? Of(string cause) => agreement.Exclusions.FirstOrDefault(e => e.Cause == cause);

    /// <summary>Why a claim counts for nothing; null where it may be decided.</summary>
    internal ExclusionStatus? Refusal(ExclusionRule rule, StampedFact claim)
    {
        var claimed = (FactData.ExclusionClaimed)claim.Fact.Data;
        // A claim that does not say whose it is is taken for that of the side that may make it.
        if (rule.ClaimedBy is { } side && claimed.By.Length > 0 && SideOf(claimed.By) != side)
            return ExclusionStatus.NotEntitled;
        if (rule.ClaimWithin is { } within && claim.Recorded > agreement.After(claimed.Start, within))
            return ExclusionStatus.TooLate;
        return rule.EvidenceRequired && claimed.Evidence.Length == 0 ? ExclusionStatus.WithoutEvidence : null;
    }

    /// <summary>What became of a claim: the decision of who decides, in time; else, once the time is over, what silence means.</summary>
    /// <param name="rule">What the agreement says of its cause.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="decisions">The decisions on it, in the order of facts.</param>
    internal (ExclusionStatus Status, Fact? Decision, bool BySilence) Decide(ExclusionRule rule, StampedFact claim, IEnumerable<StampedFact> decisions)
    {
        var until = rule.DecidedWithin is { } within ? agreement.After(claim.Recorded, within) : (Instant?)null;
        var inTime = decisions.Where(d => until is null || d.Recorded <= until).Select(d => (d.Fact, Data: (FactData.ExclusionDecided)d.Fact.Data)).Select(d => (d.Fact, d.Data.Approved, Side: SideOf(d.Data.By))).ToList();
        if (rule.DecidedBy == ExclusionDecider.Both)
        {
            var words = new[] { PartyRole.Provider, PartyRole.Customer }.Select(side => inTime.LastOrDefault(d => d.Side == side)).Where(d => d.Fact is not null).ToList();
            if (words.Find(w => !w.Approved) is { Fact: not null } no)
                return (ExclusionStatus.Rejected, no.Fact, false);
            if (words.Count == 2)
                return (ExclusionStatus.Approved, words.MaxBy(w => w.Fact.Time).Fact, false);
        }
        else if (inTime.LastOrDefault(d => Decides(rule.DecidedBy, d.Side)) is { Fact: not null } word)
        {
            return (word.Approved ? ExclusionStatus.Approved : ExclusionStatus.Rejected, word.Fact, false);
        }

        return until is { } over && asOf > over
            ? (rule.SilenceApproves ? ExclusionStatus.Approved : ExclusionStatus.Rejected, null, true)
            : (ExclusionStatus.Pending, null, false);
    }

    private static bool Decides(ExclusionDecider decider, PartyRole? side) => decider switch
    {
        ExclusionDecider.Customer => side == PartyRole.Customer,
        ExclusionDecider.Provider => side == PartyRole.Provider,
        ExclusionDecider.ThirdParty => side is null,
        ExclusionDecider.Both => side is not null,
        _ => throw new InvalidOperationException("Unknown decider."),
    };

    /// <summary>Whose side somebody is on: a side by its word or its name, a person of the agreement; null for a third party.</summary>
    private PartyRole? SideOf(string name)
    {
        if (IsCalled(name, "provider") || agreement.Provider.IsCalled(name))
            return PartyRole.Provider;
        if (IsCalled(name, "customer") || agreement.Customer?.IsCalled(name) == true)
            return PartyRole.Customer;
        return agreement.People.FirstOrDefault(p => IsCalled(name, p.Key) || IsCalled(name, p.Name))?.Side;
    }

    private static bool IsCalled(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
