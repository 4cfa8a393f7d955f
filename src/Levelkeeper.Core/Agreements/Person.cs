namespace Levelkeeper.Core.Agreements;

/// <summary>A person, a role or a team that is told, decides or acts under the agreement.</summary>
/// <param name="Key">The name by which clauses refer to it.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Side">Whose side it is on.</param>
/// <param name="Email">An e-mail address; empty for none.</param>
/// <param name="Phone">A telephone number; empty for none.</param>
/// <param name="Chat">A chat address; empty for none.</param>
/// <param name="Hours">The calendar in which it is reached; null for always.</param>
/// <param name="StandsIn">Who is told when it is not reached; null for nobody.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record Person(string Key, string Name, PartyRole Side, string Email, string Phone, string Chat, string? Hours, string? StandsIn, Clause Clause)
{
    /// <summary>In which language it is told: ISO 639-1.</summary>
    public string Language { get; init; } = "en";
}
