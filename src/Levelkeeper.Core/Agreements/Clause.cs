using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Core.Agreements;

/// <summary>A clause of an agreement: its path in the document and its place in the file. Every result names the clauses that decided it.</summary>
/// <param name="Path">Keys joined by dots, e.g. <c>objectives.uptime.target</c>.</param>
/// <param name="Place">Where it stands; <see cref="Place.None"/> for a documented default that nobody wrote.</param>
public sealed record Clause(string Path, Place Place)
{
    /// <summary>A default of the semantics' edition that no line of the file states.</summary>
    public static Clause Default(string path) => new(path, Place.None);

    /// <summary>True when the agreement does not state it and the edition's default holds.</summary>
    public bool IsDefault => Place == Place.None;

    /// <summary><c>path (file:line)</c>, or <c>path (default)</c>.</summary>
    public override string ToString() => IsDefault ? $"{Path} (default)" : $"{Path} ({Place.File}:{Place.Line})";
}
