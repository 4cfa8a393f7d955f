using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Remedies;

/// <summary>A cause that excuses downtime or delay: who may claim it, by when, with what evidence, who decides, and what silence means.</summary>
public sealed record ExclusionRule
{
    /// <summary>The cause, as objectives and facts name it.</summary>
    public required string Cause { get; init; }

    /// <summary>Who may claim it; null for either side.</summary>
    public PartyRole? ClaimedBy { get; init; } = PartyRole.Provider;

    /// <summary>How long after it began; null for any time before the statement.</summary>
    public TimeAmount? ClaimWithin { get; init; }

    /// <summary>Whether a claim without evidence counts for nothing.</summary>
    public bool EvidenceRequired { get; init; } = true;

    /// <summary>Who decides.</summary>
    public ExclusionDecider DecidedBy { get; init; } = ExclusionDecider.Customer;

    /// <summary>How long after the claim; null for no limit.</summary>
    public TimeAmount? DecidedWithin { get; init; }

    /// <summary>True when silence approves; false, the default, when it rejects.</summary>
    public bool SilenceApproves { get; init; }

    /// <summary>How much it may excuse in a period, in order of time; null for no limit.</summary>
    public Duration? AtMost { get; init; }

    /// <summary>The period of <see cref="AtMost"/>; null for that of the objective.</summary>
    public PeriodRule? AtMostPer { get; init; }

    /// <summary>Where it stands.</summary>
    public required Clause Clause { get; init; }
}

/// <summary>Who decides on a claim.</summary>
public enum ExclusionDecider
{
    /// <summary>The customer. The default.</summary>
    Customer,

    /// <summary>The provider.</summary>
    Provider,

    /// <summary>Both sides together.</summary>
    Both,

    /// <summary>A third party.</summary>
    ThirdParty,
}
