using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Runtime.Assertions;

/// <summary>A claim that time must not count.</summary>
/// <param name="Name">Its name, by which it is decided.</param>
/// <param name="Start">From when: RFC 3339.</param>
/// <param name="End">To when.</param>
/// <param name="Cause">A cause that the agreement lists.</param>
/// <param name="Service">The service; null for none.</param>
/// <param name="Component">The component; null for the service as a whole.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">What shows it.</param>
public sealed record ExclusionClaim(string Name, string Start, string End, string Cause, string? Service = null, string? Component = null, string? Reason = null, string? Evidence = null);

/// <summary>What is claimed and decided about time that must not count, and what is said about breaches, as facts.</summary>
public static class ExclusionFacts
{
    /// <summary>A claim.</summary>
    public static AssertedFact Claim(string agreement, ExclusionClaim claim, PartyRole side)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return new AssertedFact(FactTypes.ExclusionClaimed, claim.Component ?? claim.Service ?? "", json =>
        {
            json.WriteString("agreement", agreement);
            AssertedFact.Member(json, "service", claim.Service);
            json.WriteString("exclusion", claim.Name);
            json.WriteString("start", claim.Start);
            json.WriteString("end", claim.End);
            json.WriteString("cause", claim.Cause);
            AssertedFact.Member(json, "reason", claim.Reason);
            AssertedFact.Member(json, "evidence", claim.Evidence);
            json.WriteString("by", AssertedFact.Word(side));
        });
    }

    /// <summary>What is decided of a claim. Whose word counts, and until when, the agreement says.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="name">The claim's name.</param>
    /// <param name="approved">Whether it is granted.</param>
    /// <param name="service">The service that the claim names.</param>
    /// <param name="component">The component that it names.</param>
    /// <param name="reason">Why.</param>
    /// <param name="evidence">What shows it.</param>
    /// <param name="side">Who decides.</param>
    public static AssertedFact Decision(string agreement, string name, bool approved, string? service, string? component, string? reason, string? evidence, PartyRole side) =>
        new(approved ? FactTypes.ExclusionApproved : FactTypes.ExclusionRejected, component ?? service ?? "", json =>
        {
            json.WriteString("agreement", agreement);
            AssertedFact.Member(json, "service", service);
            json.WriteString("exclusion", name);
            json.WriteString("by", AssertedFact.Word(side));
            AssertedFact.Member(json, "reason", reason);
            AssertedFact.Member(json, "evidence", evidence);
        });

    /// <summary>Cause, owner and comment of a breach. What is said about a period is a fact of that period, though it is recorded later: the statement of the period shows it.</summary>
    public static AssertedFact Comment(string agreement, string objective, Period period, string? cause, string? owner, string? comment, Instant now)
    {
        ArgumentNullException.ThrowIfNull(period);
        return new AssertedFact(FactTypes.BreachExplained, "", json =>
        {
            json.WriteString("agreement", agreement);
            json.WriteString("objective", objective);
            AssertedFact.Member(json, "cause", cause);
            AssertedFact.Member(json, "owner", owner);
            AssertedFact.Member(json, "comment", comment);
        })
        { Time = Instant.Min(Instant.FromUnixTimeTicks(period.During.End - 1), now) };
    }
}
