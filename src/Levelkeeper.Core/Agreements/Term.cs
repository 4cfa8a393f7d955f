using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Agreements;

/// <summary>How long the agreement holds: from the start of the first day to the end of the last, in its zone.</summary>
/// <param name="From">First day.</param>
/// <param name="Until">First day after; null when it has no end.</param>
public sealed record Term(LocalDate From, LocalDate? Until)
{
    /// <summary>Where it stands; null when it was made in code.</summary>
    public Clause? Clause { get; init; }

    /// <summary>What happens at its end; null when it is not renewed by itself.</summary>
    public Renewal? Renewal { get; init; }

    /// <summary>Ending it early without a cause; null when that cannot be.</summary>
    public EarlyTermination? Termination { get; init; }

    /// <summary>How long prices cannot be raised; null when they change as the agreement says.</summary>
    public TimeAmount? PriceLock { get; init; }
}

/// <summary>What happens at the end of a term.</summary>
/// <param name="Automatic">For how long it is renewed when neither side gives notice.</param>
/// <param name="Notice">How long before the end a side must say that it does not renew; null for none.</param>
/// <param name="MostTimes">How often at most; null for without end.</param>
public sealed record Renewal(TimeAmount Automatic, TimeAmount? Notice, int? MostTimes);

/// <summary>Ending an agreement before its term is over, without a cause.</summary>
/// <param name="By">Who may; null for either side.</param>
/// <param name="Notice">How long before.</param>
/// <param name="NotBefore">The first day for which notice can be given; null for from the start.</param>
/// <param name="Fee">What it costs: an amount, or a share of the fees for the rest of the term; null for nothing.</param>
public sealed record EarlyTermination(PartyRole? By, TimeAmount Notice, LocalDate? NotBefore, Cap? Fee);

/// <summary>How far an agreement has come.</summary>
public enum AgreementState
{
    /// <summary>Being written. The default.</summary>
    Draft,

    /// <summary>Offered to the other side.</summary>
    Proposed,

    /// <summary>Reviewed by lawyers.</summary>
    Reviewed,

    /// <summary>Signed by the sides.</summary>
    Signed,

    /// <summary>In force.</summary>
    Active,

    /// <summary>Suspended for a time.</summary>
    Suspended,

    /// <summary>Over.</summary>
    Ended,
}
