using System.Globalization;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Text.Tests.Languages;

/// <summary>The examples of the Unicode CLDR, "Language Plural Rules", cardinal numbers.</summary>
public class PluralRulesTest
{
    [Theory]
    [InlineData("en", "other:0 one:1 other:2 other:5 other:11 other:12 other:21 other:22 other:25 other:100 other:101 other:103 other:111 other:1.0 other:1.5")]
    [InlineData("pl", "many:0 one:1 few:2 few:4 many:5 many:11 many:12 many:14 many:21 few:22 few:24 many:25 many:100 many:101 few:102 few:103 many:111 many:112 few:122 other:1.5 other:1.0")]
    [InlineData("ru", "many:0 one:1 few:2 few:4 many:5 many:11 many:12 many:14 one:21 few:22 few:24 many:25 many:100 one:101 few:103 many:111 many:112 few:122 one:1001 other:1.5 other:1.0")]
    [InlineData("ar", "zero:0 one:1 two:2 few:3 few:5 few:10 many:11 many:12 many:21 many:22 many:25 many:99 other:100 other:101 other:102 few:103 few:110 many:111 other:200 other:1000 few:1003 other:1.5")]
    public void A_number_takes_the_form_that_its_language_asks_for(string code, string examples)
    {
        var rules = TextLanguage.Of(code).ShouldNotBeNull().Plurals;
        foreach (var example in examples.Split(' '))
        {
            var (form, number) = (example.Split(':')[0], decimal.Parse(example.Split(':')[1], CultureInfo.InvariantCulture));
            PluralRules.WordOf(rules.Of(number)).ShouldBe(form, example);
            rules.Categories.ShouldContain(rules.Of(number));
        }
    }
}
