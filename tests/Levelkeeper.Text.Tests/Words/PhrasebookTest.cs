using System.Text.RegularExpressions;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;

namespace Levelkeeper.Text.Tests.Words;

/// <summary>What a translator must not forget.</summary>
public partial class PhrasebookTest
{
    private static readonly Phrasebook English = Phrasebook.Of(TextLanguage.English);

    public static TheoryData<string> Codes => [.. TextLanguage.All.Select(l => l.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_language_has_every_key_and_no_other(string code)
    {
        var words = Phrasebook.Of(TextLanguage.Of(code)!);
        words.Keys.Select(Plain).Distinct().Except(English.Keys.Select(Plain)).ShouldBeEmpty();
        English.Keys.Select(Plain).Distinct().Except(words.Keys.Select(Plain)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_counted_noun_has_the_forms_of_its_language_and_no_other(string code)
    {
        var words = Phrasebook.Of(TextLanguage.Of(code)!);
        var forms = words.Language.Plurals.Categories.Select(PluralRules.WordOf).Order().ToList();
        foreach (var noun in words.Keys.Where(k => k.EndsWith(']')).GroupBy(Plain))
            noun.Select(k => k[(k.IndexOf('[', StringComparison.Ordinal) + 1)..^1]).Order().ToList().ShouldBe(forms, noun.Key);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_template_says_every_value_that_the_English_one_says(string code)
    {
        var words = Phrasebook.Of(TextLanguage.Of(code)!);
        var offenders = English.Keys.Where(k => !k.EndsWith(']') && words.Has(k)).Where(k => !Values(English.Template(k)).SequenceEqual(Values(words.Template(k))));
        offenders.ShouldBeEmpty();
    }

    /// <summary>The dual and the singular of Arabic are said without a digit; every other form shows its number.</summary>
    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_form_of_a_counted_noun_shows_its_number_or_is_one_of_its_own(string code)
    {
        var words = Phrasebook.Of(TextLanguage.Of(code)!);
        foreach (var noun in words.Keys.Where(k => k.EndsWith(']')).GroupBy(Plain))
        {
            var bare = noun.Where(k => !words.Template(k).Contains("{n}", StringComparison.Ordinal)).ToList();
            bare.Select(k => k[(k.IndexOf('[', StringComparison.Ordinal) + 1)..^1]).Except(code == "ar" ? ["one", "two"] : []).ShouldBeEmpty(noun.Key);
            bare.Select(words.Template).Distinct().Count().ShouldBe(bare.Count);
        }
    }

    [Theory]
    [InlineData("pl", "ąćęłńóśźż")]
    [InlineData("ru", "абвгдежз")]
    [InlineData("ar", "ابتثجحخد")]
    public void No_sentence_was_left_in_English(string code, string letters)
    {
        var words = Phrasebook.Of(TextLanguage.Of(code)!);
        var same = English.Keys.Where(k => words.Has(k) && words.Template(k) == English.Template(k) && English.Template(k).Any(char.IsLetter) && Values(English.Template(k)).Sum(v => v.Length + 2) < English.Template(k).Count(c => !char.IsWhiteSpace(c) && c is not (':' or '(' or ')' or '.' or '–')));
        // Words that are the same in Polish.
        same.Except(["annex.number", "field/status", "objective.per", "person.email", "escalation step.by/email", "escalation step.by/webhook"]).Where(k => code != "pl" || words.Template(k).Length > 22).ShouldBeEmpty();
        words.Keys.Count(k => words.Template(k).Any(letters.Contains)).ShouldBeGreaterThan(300);
    }

    private static string Plain(string key) => key.EndsWith(']') ? key[..key.IndexOf('[', StringComparison.Ordinal)] + "[]" : key;

    private static IEnumerable<string> Values(string template) => Braces().Matches(template).Select(m => m.Value).Distinct().Order();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Braces();
}
