namespace Levelkeeper.Core.Diagnostics;

/// <summary>Finds the word that was probably meant.</summary>
public static class Suggestion
{
    private const int LongestWord = 64;

    /// <summary>The candidate nearest to the text: at most a third of its letters changed, added, dropped or two neighbours swapped; null when none is that near.</summary>
    public static string? Closest(string text, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(candidates);
        if (text.Length is 0 or > LongestWord)
            return null;
        var best = Math.Max(1, text.Length / 3) + 1;
        string? closest = null;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > LongestWord || Math.Abs(candidate.Length - text.Length) >= best)
                continue;
            var distance = Distance(text, candidate);
            if (distance < best)
                (best, closest) = (distance, candidate);
        }

        return closest;
    }

    /// <summary>Optimal string alignment distance, ignoring case and taking <c>_</c> and blanks for hyphens.</summary>
    private static int Distance(string left, string right)
    {
        Span<int> beforeLast = stackalloc int[right.Length + 1];
        Span<int> last = stackalloc int[right.Length + 1];
        Span<int> current = stackalloc int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            last[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Fold(left[i - 1]) == Fold(right[j - 1]) ? 0 : 1;
                var distance = Math.Min(Math.Min(current[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && Fold(left[i - 1]) == Fold(right[j - 2]) && Fold(left[i - 2]) == Fold(right[j - 1]))
                    distance = Math.Min(distance, beforeLast[j - 2] + 1);
                current[j] = distance;
            }

            var spare = beforeLast;
            beforeLast = last;
            last = current;
            current = spare;
        }

        return last[right.Length];
    }

    private static char Fold(char letter) => letter is '_' or ' ' ? '-' : char.ToLowerInvariant(letter);
}
