using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Core.Agreements;

/// <summary>An agreement as it stands from a date until the next version.</summary>
/// <param name="From">The first day on which it is in force, in its zone; of the first version the term's first day.</param>
/// <param name="Agreement">How it stands.</param>
public sealed record AgreementVersion(LocalDate From, Agreement Agreement)
{
    /// <summary>Objectives that, with all that their results depend on, are as in the version before. Empty: every objective counts as changed.</summary>
    public ImmutableHashSet<string> Unchanged { get; init; } = [];
}
