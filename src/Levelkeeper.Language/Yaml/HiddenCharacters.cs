using System.Globalization;
using System.Text;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Language.Yaml;

/// <summary>Characters that a reader does not see, or that show a text in another order than it is read: what two parties sign must be what they saw.</summary>
/// <remarks>
/// Refused are control characters, halves of surrogate pairs, and everything without a shape of its own: the signs that override the direction of writing, blanks
/// without width, tags. What real writing needs is let through where it does its work: joiners behind a letter or sign beyond the Latin, Greek and Cyrillic ones,
/// direction marks in a text that has right-to-left letters, variation selectors behind a symbol.
/// </remarks>
internal static class HiddenCharacters
{
    /// <summary>Where the first of them stands; null for none. Tabs and line breaks are none of them.</summary>
    public static int? First(string text) => text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? FirstOf(text) : null;

    private static int? FirstOf(string text)
    {
        bool? isRightToLeft = null;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter is (>= ' ' and <= '~') or '\t' or '\n' || (letter == '\r' && i + 1 < text.Length && text[i + 1] == '\n'))
                continue;
            if (!Rune.TryGetRuneAt(text, i, out var rune))
                return i;
            var hides = rune.Value is 0x200E or 0x200F or 0x061C ? !(isRightToLeft ??= text.Any(IsRightToLeft)) : IsHidden(rune, i > 0 ? text[i - 1] : '\0');
            if (hides)
                return i;
            i += rune.Utf16SequenceLength - 1;
        }

        return null;
    }

    /// <summary>The code point at a place, for messages: <c>U+202E</c>.</summary>
    public static string NameAt(string text, int index) => $"U+{(Rune.TryGetRuneAt(text, index, out var rune) ? rune.Value : text[index]).ToString("X4", CultureInfo.InvariantCulture)}";

    private static bool IsHidden(Rune rune, char before) => rune.Value switch
    {
        0x200C or 0x200D => before < '\u0600',
        >= 0xFE00 and <= 0xFE0F => before < '\u2000',
        // Letters and a symbol by name, blanks by look.
        0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 => true,
        <= char.MaxValue => PlainLine.Misleads((char)rune.Value),
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control || rune.Value is >= 0xE0100 and <= 0xE01EF,
    };

    private static bool IsRightToLeft(char letter) => letter is (>= '\u0590' and <= '\u08FF' and not '\u061C') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFC');
}
