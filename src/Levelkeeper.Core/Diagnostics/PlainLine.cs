using System.Globalization;

namespace Levelkeeper.Core.Diagnostics;

/// <summary>Foreign text as one line that cannot command a terminal and cannot make a reader see something else than what it says.</summary>
public static class PlainLine
{
    /// <summary>The text with a blank for every character that would not show as itself: controls, line breaks, signs that steer the direction of writing, signs without a shape.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Any(Misleads) ? string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = Misleads(from[i]) ? ' ' : from[i];
        }) : text;
    }

    /// <summary>Whether a character is none that people see. The joiners and marks of Arabic and Indic writing and of emoji are seen by what they join.</summary>
    public static bool Misleads(char letter) => letter switch
    {
        // Most texts are in these two ranges; the table of categories costs more.
        >= ' ' and <= '~' => false,
        < ' ' => true,
        '\u200C' or '\u200D' or '\u200E' or '\u200F' or '\u061C' => false,
        _ => char.GetUnicodeCategory(letter) switch
        {
            UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
            UnicodeCategory.Format => letter is not ((>= '\u0600' and <= '\u0605') or '\u06DD' or '\u070F' or '\u0890' or '\u0891' or '\u08E2'),
            _ => false,
        },
    };
}
