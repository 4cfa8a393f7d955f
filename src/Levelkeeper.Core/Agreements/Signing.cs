using NodaTime;

namespace Levelkeeper.Core.Agreements;

/// <summary>The lawyers' review before anybody signs.</summary>
/// <param name="Required">Whether the agreement cannot be signed without it.</param>
/// <param name="By">Who reviewed it; empty for nobody yet.</param>
/// <param name="On">When; null for not yet.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record LegalReview(bool Required, string By, LocalDate? On, Clause Clause)
{
    /// <summary>None is required.</summary>
    public static LegalReview None { get; } = new(false, "", null, Clause.Default("legal-review"));

    /// <summary>Whether it stands in the way of signing on a date: it is required, and nobody did it by then.</summary>
    public bool IsMissing(LocalDate on) => Required && !(By.Length > 0 && On <= on);
}

/// <summary>The record of a signature on paper.</summary>
/// <param name="By">Which side.</param>
/// <param name="Name">Who signed.</param>
/// <param name="On">When.</param>
/// <param name="Reference">Where the paper is kept; empty when that is not said.</param>
public sealed record PaperSignature(PartyRole By, string Name, LocalDate On, string Reference);
