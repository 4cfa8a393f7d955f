using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Commitments;

/// <summary>A commitment that is shown by evidence which can lapse: a certificate, a law, a way of working.</summary>
public sealed record Commitment
{
    /// <summary>Its name, unique in the agreement.</summary>
    public required string Name { get; init; }

    /// <summary>As people read it.</summary>
    public required string Title { get; init; }

    /// <summary>Who commits.</summary>
    public PartyRole By { get; init; } = PartyRole.Provider;

    /// <summary>The last day of the evidence at hand; null when it does not lapse.</summary>
    public LocalDate? ValidUntil { get; init; }

    /// <summary>Whether the agreement says how often it is renewed.</summary>
    public bool IsRenewed { get; init; }

    /// <summary>How long before it lapses both sides are told.</summary>
    public TimeAmount WarnBefore { get; init; } = new TimeAmount.CalendarUnits(0, 60);

    /// <summary>What follows when it lapses.</summary>
    public LapseEffect WhenLapsed { get; init; } = LapseEffect.BothAreTold;

    /// <summary>How long after it lapsed it may be mended before that follows; null for at once.</summary>
    public TimeAmount? MendWithin { get; init; }

    /// <summary>Where it stands.</summary>
    public required Clause Clause { get; init; }
}

/// <summary>What follows when a commitment's evidence lapses.</summary>
public enum LapseEffect
{
    /// <summary>Both sides are told. The default.</summary>
    BothAreTold,

    /// <summary>It is a breach of the agreement.</summary>
    Breach,

    /// <summary>The customer may end the agreement.</summary>
    CustomerMayTerminate,
}
