namespace Levelkeeper.Text.Languages;

/// <summary>Keeps text of another direction from reordering what stands around it, by the isolates of the Unicode Bidirectional Algorithm (UAX #9).</summary>
public static class Isolate
{
    /// <summary>Begins a run whose direction is that of its first letter.</summary>
    public const char FirstStrong = '\u2068';

    /// <summary>Begins a run from left to right.</summary>
    public const char LeftToRight = '\u2066';

    /// <summary>Ends a run.</summary>
    public const char End = '\u2069';

    /// <summary>A foreign text (a name, a quotation) within a text of a language; alone where it cannot disturb.</summary>
    /// <remarks>Signs that steer direction are taken out of it: a name must not be able to turn what stands after it.</remarks>
    public static string Foreign(string text, TextLanguage around)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(around);
        if (text.Any(Steers))
            text = string.Concat(text.Where(letter => !Steers(letter)));
        // Without a letter there is no direction to find, and a telephone number would be turned.
        if (!text.Any(char.IsLetter))
            return Signs(text, around);
        return around.IsRightToLeft || text.Any(IsRightToLeft) ? $"{FirstStrong}{text}{End}" : text;
    }

    /// <summary>Signs that are read from left to right whatever stands around them: an amount with its code, hours from-to.</summary>
    public static string Signs(string text, TextLanguage around)
    {
        ArgumentNullException.ThrowIfNull(around);
        return around.IsRightToLeft ? $"{LeftToRight}{text}{End}" : text;
    }

    private static bool Steers(char letter) => letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    // Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms.
    private static bool IsRightToLeft(char letter) => letter is (>= '\u0590' and <= '\u08FF') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFF');
}
