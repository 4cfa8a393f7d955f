namespace Levelkeeper.Core.Diagnostics;

/// <summary>A place in an input: where a clause stands, or where a diagnostic points.</summary>
/// <param name="File">The file's name as the user gave it; empty when the input has no name.</param>
/// <param name="Line">1-based line; 0 when the place is the file as a whole.</param>
/// <param name="Column">1-based column in UTF-16 units; 0 when the place is the line as a whole.</param>
public readonly record struct Place(string File, int Line = 0, int Column = 0)
{
    /// <summary>No place: made in code, not read from an input.</summary>
    public static Place None { get; } = new("");

    /// <summary><c>file:line:column</c>, without the parts that are not known.</summary>
    public override string ToString() =>
        Line == 0 ? File : Column == 0 ? $"{File}:{Line}" : $"{File}:{Line}:{Column}";
}
