using System.Globalization;

namespace Levelkeeper.Runtime.Access;

/// <summary>What is wrong with a new password.</summary>
public enum PasswordFault
{
    /// <summary>It has fewer than <see cref="PasswordRules.Shortest"/> characters.</summary>
    TooShort,

    /// <summary>It has more than <see cref="PasswordRules.Longest"/> characters.</summary>
    TooLong,

    /// <summary>Little is left of it once what everybody uses is taken out: common passwords and words, rows of keys, years, one character again and again, the account's own names.</summary>
    TooCommon,

    /// <summary>It is the one that it replaces.</summary>
    Unchanged,
}

/// <summary>Which passwords are taken. Length is what counts; nothing is asked of the kinds of characters, and nothing is cut off.</summary>
public static class PasswordRules
{
    /// <summary>The fewest characters, as people count them.</summary>
    public const int Shortest = 12;

    /// <summary>The most characters: enough for any sentence, and no more work for the server than it takes.</summary>
    public const int Longest = 128;

    /// <summary>So many characters must be left when what everybody uses is taken out.</summary>
    private const int LeastOwn = 6;

    /// <summary>Whether a text may be a password at all; what is not costs the server no work.</summary>
    public static bool MayBe(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        return password.Length is > 0 and <= 8 * Longest && Characters(password) <= Longest && !HasLoneSurrogate(password);
    }

    /// <summary>What is wrong with a new password; null where nothing is.</summary>
    /// <param name="password">The password.</param>
    /// <param name="own">Words of the account: its name, what people call it, its address, the product.</param>
    public static PasswordFault? Check(string password, params IEnumerable<string> own)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(password);
        if (password.Length > 0 && !MayBe(password))
            return PasswordFault.TooLong;
        if (Characters(password) < Shortest)
            return PasswordFault.TooShort;
        var text = password.ToLowerInvariant();
        var words = own.SelectMany(static o => o.ToLowerInvariant().Split([' ', '.', '@', '-', '_'], StringSplitOptions.RemoveEmptyEntries)).Where(static w => w.Length >= CommonWords.Shortest).ToHashSet(StringComparer.Ordinal);
        return OwnCharacters(text, words) < LeastOwn ? PasswordFault.TooCommon : null;
    }

    /// <summary>The fewest characters that are left when common words are taken out, however they are chosen.</summary>
    private static int OwnCharacters(string text, HashSet<string> words)
    {
        var left = new int[text.Length + 1];
        var longest = words.Select(static w => w.Length).Append(CommonWords.Longest).Max();
        for (var end = 1; end <= text.Length; end++)
        {
            // What repeats what stands before it adds nothing.
            left[end] = left[end - 1] + (end > 1 && text[end - 1] == text[end - 2] || IsRepeated(text, end) ? 0 : 1);
            for (var length = CommonWords.Shortest; length <= Math.Min(longest, end); length++)
            {
                var word = text.Substring(end - length, length);
                if (left[end - length] < left[end] && (CommonWords.All.Contains(word) || words.Contains(word)))
                    left[end] = left[end - length];
            }
        }

        return left[text.Length];
    }

    private static int Characters(string password) => new StringInfo(password).LengthInTextElements;

    /// <summary>Whether the two to six characters that end here stand right before as well: <c>kotkotkot</c> is <c>kot</c>.</summary>
    private static bool IsRepeated(string text, int end)
    {
        for (var unit = 2; unit <= 6 && 2 * unit <= end; unit++)
        {
            if (text.AsSpan(end - unit, unit).SequenceEqual(text.AsSpan(end - 2 * unit, unit)))
                return true;
        }

        return false;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return true;
        }

        return false;
    }
}
