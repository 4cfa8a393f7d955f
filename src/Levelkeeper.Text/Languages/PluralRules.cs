using System.Globalization;

namespace Levelkeeper.Text.Languages;

/// <summary>The forms that a counted noun can take. Which of them a language has is said by its <see cref="PluralRules"/>.</summary>
public enum PluralCategory
{
    /// <summary>None of it.</summary>
    Zero,

    /// <summary>One, or what is counted like one.</summary>
    One,

    /// <summary>Two.</summary>
    Two,

    /// <summary>A few.</summary>
    Few,

    /// <summary>Many.</summary>
    Many,

    /// <summary>Everything else; in the Slavic languages fractions.</summary>
    Other,
}

/// <summary>Which form a number asks for. The rules are those of the Unicode CLDR, "Language Plural Rules", cardinal numbers.</summary>
/// <remarks>A number with visible decimals is not a whole one: English says 1 hour and 1.5 hours, Polish 5 godzin and 1,5 godziny.</remarks>
public sealed class PluralRules
{
    private readonly Func<decimal, bool, PluralCategory> _rule;

    private PluralRules(Func<decimal, bool, PluralCategory> rule, params PluralCategory[] categories) => (_rule, Categories) = (rule, categories);

    /// <summary>The forms that the language has.</summary>
    public IReadOnlyList<PluralCategory> Categories { get; }

    /// <summary>One, and everything else.</summary>
    public static PluralRules English { get; } = new((n, whole) => whole && n == 1 ? PluralCategory.One : PluralCategory.Other, PluralCategory.One, PluralCategory.Other);

    /// <summary>One; 2 to 4 at the end but not 12 to 14; many; fractions.</summary>
    public static PluralRules Polish { get; } = new(
        (n, whole) => !whole ? PluralCategory.Other : n == 1 ? PluralCategory.One : EndsFew(n) ? PluralCategory.Few : PluralCategory.Many,
        PluralCategory.One, PluralCategory.Few, PluralCategory.Many, PluralCategory.Other);

    /// <summary>1 at the end but not 11; 2 to 4 at the end but not 12 to 14; many; fractions.</summary>
    public static PluralRules Russian { get; } = new(
        (n, whole) => !whole ? PluralCategory.Other : n % 10 == 1 && n % 100 != 11 ? PluralCategory.One : EndsFew(n) ? PluralCategory.Few : PluralCategory.Many,
        PluralCategory.One, PluralCategory.Few, PluralCategory.Many, PluralCategory.Other);

    /// <summary>None, one, two, 3 to 10 and 11 to 99 of each hundred, everything else.</summary>
    public static PluralRules Arabic { get; } = new(
        (n, whole) => n switch
        {
            0 => PluralCategory.Zero,
            1 => PluralCategory.One,
            2 => PluralCategory.Two,
            _ when whole && n % 100 is >= 3 and <= 10 => PluralCategory.Few,
            _ when whole && n % 100 >= 11 => PluralCategory.Many,
            _ => PluralCategory.Other,
        },
        PluralCategory.Zero, PluralCategory.One, PluralCategory.Two, PluralCategory.Few, PluralCategory.Many, PluralCategory.Other);

    /// <summary>The form for a number; its sign does not matter.</summary>
    public PluralCategory Of(decimal number)
    {
        var size = Math.Abs(number);
        // What counts is whether decimals are shown: 1.0 is shown as 1.0.
        return _rule(size, size.Scale == 0);
    }

    /// <summary>The word for a form in the word lists: <c>one</c>, <c>few</c>…</summary>
    public static string WordOf(PluralCategory category) => category.ToString().ToLower(CultureInfo.InvariantCulture);

    private static bool EndsFew(decimal n) => n % 10 is >= 2 and <= 4 && n % 100 is not (>= 12 and <= 14);
}
