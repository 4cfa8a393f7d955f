using System.Buffers;
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
    private static readonly SearchValues<char> s_plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c), '\t', '\n']);

    /// <summary>Where the first of them stands; null for none. Tabs and line breaks are none of them.</summary>
    public static int? First(string text)
    {
        bool? isRightToLeft = null;
        var from = 0;
        // Most texts have nothing but plain letters, and are passed over at once.
        for (var next = text.AsSpan().IndexOfAnyExcept(s_plain); next >= 0; next = text.AsSpan(from).IndexOfAnyExcept(s_plain))
        {
            var i = from + next;
            from = i + 1;
            if (text[i] == '\r' && from < text.Length && text[from] == '\n')
                continue;
            if (!Rune.TryGetRuneAt(text, i, out var rune))
                return i;
            if (rune.Value is 0x200E or 0x200F or 0x061C ? !(isRightToLeft ??= text.Any(IsRightToLeft)) : IsHidden(rune, i > 0 ? text[i - 1] : '\0'))
                return i;
            from = i + rune.Utf16SequenceLength;
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
