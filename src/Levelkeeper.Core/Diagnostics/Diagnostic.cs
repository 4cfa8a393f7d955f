namespace Levelkeeper.Core.Diagnostics;

/// <summary>What is wrong with an input, where, and how to mend it. Input errors are values, collected; never the first exception.</summary>
/// <param name="Code">A stable code: two or three capital letters for the area and four digits, for example <c>LK1003</c>.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Place">Where in the input.</param>
/// <param name="Message">What is wrong, in one sentence, with the offending text quoted and cut to a bounded length.</param>
/// <param name="Hint">How to mend it; null when the message already says so.</param>
public sealed record Diagnostic(string Code, Severity Severity, Place Place, string Message, string? Hint = null)
{
    /// <summary>One line: <c>place: severity code: message (hint)</c>.</summary>
    public override string ToString()
    {
        var severity = Severity switch { Severity.Error => "error", Severity.Warning => "warning", Severity.Note => "note" , _ => throw new ArgumentOutOfRangeException(nameof(Severity)) };
        var place = Place.ToString();
        return $"{(place.Length == 0 ? "" : place + ": ")}{severity} {Code}: {Message}{(Hint is null ? "" : $" ({Hint})")}";
    }

    /// <summary>Cuts foreign text so that a hostile input cannot flood a message or make it read otherwise; see <see cref="PlainLine"/>.</summary>
    public static string Quote(string? text, int limit = 60)
    {
        if (text is null)
            return "null";
        return $"'{PlainLine.Of(text.Length <= limit ? text : string.Concat(text.AsSpan(0, limit), "…"))}'";
    }
}
