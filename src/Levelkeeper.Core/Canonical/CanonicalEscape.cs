using System.Globalization;

namespace Levelkeeper.Core.Canonical;

/// <summary>How canonical JSON (RFC 8785, section 3.2.2.2) writes the characters of a string that cannot stand as they are. One table for facts, which are bytes, and for agreements, which are text.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public static class CanonicalEscape
{
    private static readonly string?[] Escapes = [.. Enumerable.Range(0, 128).Select(static c => Make((char)c))];

    /// <summary>The escape of a character, in ASCII; null for one that stands as it is. Half of a surrogate pair is no character: <see cref="OfUnit"/> writes it.</summary>
    public static string? Of(char character) => character < Escapes.Length ? Escapes[character] : null;

    /// <summary>A UTF-16 unit by its number: <c>\u001f</c>.</summary>
    public static string OfUnit(char unit) => "\\u" + ((int)unit).ToString("x4", CultureInfo.InvariantCulture);

    private static string? Make(char character) => character switch
    {
        '"' or '\\' => $"\\{character}",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => OfUnit(character),
        _ => null,
    };
}
