using NodaTime;

namespace Levelkeeper.Core.Agreements;

/// <summary>How long the agreement holds: from the start of the first day to the end of the last, in its zone.</summary>
/// <param name="From">First day.</param>
/// <param name="Until">First day after; null when it has no end.</param>
public sealed record Term(LocalDate From, LocalDate? Until);
