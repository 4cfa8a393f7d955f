namespace Levelkeeper.Core.Facts;

/// <summary>A fact that a result does not use, and why.</summary>
/// <remarks>What an amendment leaves out of the log is a <see cref="LeftOutFact"/>, which says by a code why and because of which other fact; a result tells of both in words.</remarks>
/// <param name="Fact">The fact.</param>
/// <param name="Reason">Why, as the end of the sentence "set aside because…".</param>
public sealed record SetAsideFact(Fact Fact, string Reason);
