namespace Levelkeeper.Core.Matching;

/// <summary>A text with <c>*</c> for any run of characters; ordinal, ignoring case. Linear in the text for each star: no pattern can be made slow.</summary>
public readonly record struct Glob(string Pattern)
{
    /// <summary>Whether the whole text fits the pattern.</summary>
    public bool Fits(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var pattern = Pattern ?? "";
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && char.ToUpperInvariant(pattern[p]) == char.ToUpperInvariant(text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
