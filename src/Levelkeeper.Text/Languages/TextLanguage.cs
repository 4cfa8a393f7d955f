using System.Collections.Immutable;

namespace Levelkeeper.Text.Languages;

/// <summary>A language in which the product writes: its direction, its plurals and the signs of its numbers. Words are in its word lists.</summary>
/// <remarks>Immutable. Signs and grouping are those of the Unicode CLDR for the language; Arabic is written with the digits 0 to 9 (docs/decisions/0008).</remarks>
public sealed record TextLanguage
{
    private const string NoBreakSpace = "\u00A0";

    private TextLanguage()
    {
    }

    /// <summary>ISO 639-1 code.</summary>
    public required string Code { get; init; }

    /// <summary>What it calls itself.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is written from right to left.</summary>
    public bool IsRightToLeft { get; init; }

    /// <summary>Its plurals.</summary>
    public required PluralRules Plurals { get; init; }

    /// <summary>The sign between whole number and decimals.</summary>
    public required string DecimalSign { get; init; }

    /// <summary>The sign between groups of three digits.</summary>
    public required string GroupSign { get; init; }

    /// <summary>From how many digits on a whole number is grouped: 4, or 5 where 4000 stays together.</summary>
    public int GroupedFrom { get; init; } = 4;

    /// <summary>What stands between a number and its percent sign.</summary>
    public string BeforePercent { get; init; } = "";

    /// <summary>Whether a currency's code stands before its amount.</summary>
    public bool CurrencyFirst { get; init; }

    /// <summary>The signs around a quotation.</summary>
    public required (string Open, string Close) Quotes { get; init; }

    /// <summary>The comma of a list.</summary>
    public string Comma { get; init; } = ", ";

    /// <summary>The semicolon between longer parts.</summary>
    public string Semicolon { get; init; } = "; ";

    /// <summary>English.</summary>
    public static TextLanguage English { get; } = new() { Code = "en", Name = "English", Plurals = PluralRules.English, DecimalSign = ".", GroupSign = ",", CurrencyFirst = true, Quotes = ("“", "”") };

    /// <summary>Polish.</summary>
    public static TextLanguage Polish { get; } = new() { Code = "pl", Name = "polski", Plurals = PluralRules.Polish, DecimalSign = ",", GroupSign = NoBreakSpace, GroupedFrom = 5, Quotes = ("„", "”") };

    /// <summary>Russian.</summary>
    public static TextLanguage Russian { get; } = new() { Code = "ru", Name = "русский", Plurals = PluralRules.Russian, DecimalSign = ",", GroupSign = NoBreakSpace, BeforePercent = NoBreakSpace, Quotes = ("«", "»") };

    /// <summary>Arabic.</summary>
    public static TextLanguage Arabic { get; } = new() { Code = "ar", Name = "العربية", IsRightToLeft = true, Plurals = PluralRules.Arabic, DecimalSign = ".", GroupSign = ",", Quotes = ("«", "»"), Comma = "، ", Semicolon = "؛ " };

    /// <summary>All of them, English first.</summary>
    public static ImmutableArray<TextLanguage> All { get; } = [English, Polish, Russian, Arabic];

    /// <summary>The language of a code, or null.</summary>
    public static TextLanguage? Of(string code) => All.FirstOrDefault(l => l.Code == code);

    /// <inheritdoc/>
    public override string ToString() => Code;
}
