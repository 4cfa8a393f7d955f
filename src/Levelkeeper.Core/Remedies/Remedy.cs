using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Remedies;

/// <summary>What follows when an objective is missed or exceeded: money, more time, or a right.</summary>
public sealed record Remedy
{
    /// <summary>Its name, unique in the agreement.</summary>
    public required string Name { get; init; }

    /// <summary>As people read it.</summary>
    public required string Title { get; init; }

    /// <summary>When it arises.</summary>
    public required RemedyCondition When { get; init; }

    /// <summary>The condition as the agreement words it.</summary>
    public required string WhenText { get; init; }

    /// <summary>Who owes it.</summary>
    public PartyRole By { get; init; } = PartyRole.Provider;

    /// <summary>What is owed.</summary>
    public required Benefit Benefit { get; init; }

    /// <summary>When what is owed arises.</summary>
    public RemedyArises Arises { get; init; } = RemedyArises.AtPeriodEnd;

    /// <summary>When it is settled.</summary>
    public Settlement Due { get; init; } = Settlement.NextInvoice;

    /// <summary>How it must be claimed; null when it need not be.</summary>
    public ClaimRule? Claim { get; init; }

    /// <summary>Whether the agreement says anything about claiming; false when the default holds.</summary>
    public bool ClaimIsStated { get; init; }

    /// <summary>True when each remedy pays though one event misses several objectives of one service; false, the default, when only the best for the customer does.</summary>
    public bool EachPays { get; init; }

    /// <summary>How long after go-live nothing is owed; null for no grace.</summary>
    public TimeAmount? Grace { get; init; }

    /// <summary>The decisions it depends on that were not seen, its objectives' among them. Where there are any, nothing is reckoned by it; what it says is then only what is known of it.</summary>
    public ImmutableArray<Clause> NotSeen { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public required Clause Clause { get; init; }

    /// <summary>Where its condition stands.</summary>
    public required Clause WhenClause { get; init; }
}

/// <summary>When what is owed arises.</summary>
public enum RemedyArises
{
    /// <summary>At the end of the period. The default.</summary>
    AtPeriodEnd,

    /// <summary>At the instant at which the condition holds, once a period: the allowance is used up, the limit passed.</summary>
    AtOnce,
}

/// <summary>When what is owed is settled. A closed choice.</summary>
public abstract record Settlement
{
    private Settlement()
    {
    }

    /// <summary>With the next invoice. The default.</summary>
    public static Settlement NextInvoice { get; } = new WithNextInvoice();

    /// <summary>With the next invoice.</summary>
    public sealed record WithNextInvoice : Settlement;

    /// <summary>Within a time after it arose.</summary>
    /// <param name="Length">How long.</param>
    public sealed record Within(TimeAmount Length) : Settlement;

    /// <summary>When the other side asks for it.</summary>
    public sealed record OnRequest : Settlement;
}

/// <summary>How what is owed must be claimed.</summary>
/// <param name="Within">How long after <see cref="Starts"/>; null for no limit, and where <see cref="BillingCycles"/> are counted.</param>
/// <param name="Evidence">What must be shown; empty for the statement.</param>
/// <param name="To">Where the claim goes; empty for the other side's contact.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record ClaimRule(TimeAmount? Within, string Evidence, string To, Clause Clause)
{
    /// <summary>When the window starts.</summary>
    public ClaimStart Starts { get; init; } = ClaimStart.PeriodEnd;

    /// <summary>The window ends with this billing cycle after the one in which the incident was: 2 for the second; null where it is a length of time.</summary>
    public int? BillingCycles { get; init; }
}

/// <summary>When a window to claim starts.</summary>
public enum ClaimStart
{
    /// <summary>At the end of the period. The default.</summary>
    PeriodEnd,

    /// <summary>When the incident ended.</summary>
    Incident,

    /// <summary>When the claimant became aware of the incident.</summary>
    Awareness,
}
