using System.Text.RegularExpressions;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;

namespace Levelkeeper.Language.Tests.Contract;

/// <summary>The contract that people read says what the agreement says: all of it, and nothing else.</summary>
public class ContractDocumentTest
{
    /// <summary>The agreements of the samples and one with a bit of everything.</summary>
    internal static readonly (string Name, string Text)[] Agreements =
    [
        ("hosting", Hosting.Text),
        ("cloud", Cloud.Text),
        .. new[] { "tour", "boston-311", "status-page", "levels" }.Select(name => (name, File.ReadAllText(Approved.PathOf("samples", name == "levels" ? "hosting" : name, "agreement.yaml")))),
    ];

    public static TheoryData<string, string> Texts =>
        [.. from agreement in Agreements from language in TextLanguage.All where language == TextLanguage.English || agreement.Name is "hosting" or "cloud" or "tour" select (agreement.Name, language.Code)];

    public static TheoryData<string> Codes => [.. TextLanguage.All.Select(l => l.Code)];

    internal static YamlNode.Mapping Effective(string text) =>
        LevelReader.Read(text, "a.yaml", (name, _, _) => (File.ReadAllText(Approved.PathOf("samples", "hosting", name)), name), new DiagnosticBag())!.Effective(null, new DiagnosticBag());

    [Theory]
    [MemberData(nameof(Texts))]
    public void The_contract_reads_as_approved(string name, string code)
    {
        var document = ContractDocument.Of(Effective(Agreements.Single(a => a.Name == name).Text), TextLanguage.Of(code)!);
        Approved.Check(PlainText.Write(document), "tests", "Levelkeeper.Language.Tests", "Contract", "Approved", $"{name}.{code}.txt");
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_clause_and_every_default_that_decides_something_is_stated(string code)
    {
        foreach (var (name, text) in Agreements)
        {
            var effective = Effective(text);
            var stated = Clauses(ContractDocument.Of(effective, TextLanguage.Of(code)!).Sections).ToList();
            var clauses = ContractClause.Of(effective).Where(c => !(c.IsDefault && ContractDocument.IsSilent(c.Section, c.Key)))
                .Where(c => (c.Key.Name != "title" || c.Section == PartyClauses.Master) && c is not { Section.Name: "person", Key.Name: "name" } && c.Section != RemedyClauses.Tier && c.Key.Name != "matrix").ToList();
            clauses.Select(c => c.Path).Except([.. stated.Select(s => s.Source), "levelkeeper", "id"]).ShouldBeEmpty(name);
            var note = Phrasebook.Of(TextLanguage.Of(code)!).Say("default");
            stated.Where(s => s.Note == note).Select(s => s.Source).ShouldBe(stated.Where(s => clauses.Any(c => c.Path == s.Source && c.IsDefault)).Select(s => s.Source), name);
        }
    }

    [Fact]
    public void Every_top_level_key_has_its_chapter() =>
        AgreementVocabulary.Agreement.Members.Select(k => k.Name).Except([.. ContractDocument.Chapters.SelectMany(c => c.Keys), .. ContractDocument.AnnexKeys, "title"]).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_key_has_a_sentence_and_every_word_one_of_its_own(string code)
    {
        var words = Phrasebook.Of(TextLanguage.Of(code)!);
        var missing = new List<string>();
        foreach (var (section, key) in Keys().Where(k => k.Key.Name != "title" && k is not ({ Name: "person" }, { Name: "name" })))
        {
            var id = $"{section.Name}.{key.Name}";
            // The words of a clock's model are names of clocks.
            missing.AddRange(Leaves(key.Shape).OfType<ValueShape.OneOf>().SelectMany(w => w.Words).Select(w => id == "clock.like" ? $"clock-name.{w}" : $"{id}/{w}").Where(k => !words.Has(k) && id != "agreement.levelkeeper"));
            if (Leaves(key.Shape).OfType<ValueShape.Text>().Any() && !words.Has(id) && !words.Has($"{id}/entry"))
                missing.Add(id);
        }

        missing.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("pl")]
    [InlineData("ru")]
    [InlineData("ar")]
    public void Every_default_is_said_in_the_language_of_the_contract(string code)
    {
        var values = new ContractValues(Phrasebook.Of(TextLanguage.Of(code)!), Effective(Sample.Base));
        var english = from key in Keys()
                      where key.Key.Default is { } words && words.Any(char.IsLetter) && !ContractDocument.IsSilent(key.Section, key.Key)
                      let sentence = values.Sentence(new ContractClause("x", key.Section, key.Key, null))
                      where sentence.Contains(key.Key.Default!, StringComparison.Ordinal) && key.Key.Default is not "no"
                      select $"{key.Section.Name}.{key.Key.Name}: {sentence}";
        english.ShouldBeEmpty();
    }

    /// <summary>Every form of every key, also those that no sample uses: none is left as it stands in the file.</summary>
    [Theory]
    [InlineData("pl")]
    [InlineData("ru")]
    [InlineData("ar")]
    public void Every_form_of_a_value_is_said_in_the_language_of_the_contract(string code)
    {
        var values = new ContractValues(Phrasebook.Of(TextLanguage.Of(code)!), Effective(Sample.Base));
        // Names and codes stay as they are.
        string[] asTheyAre = ["a name", "an IANA time zone", "an ISO 4217 code", "a file beside this one", "a text", "a limit"];
        var forms = from key in Keys()
                    from form in Leaves(key.Key.Shape).OfType<ValueShape.Text>()
                    where !asTheyAre.Contains(form.Form)
                    from example in form.Examples.Concat(Known($"{key.Section.Name}.{key.Key.Name}"))
                    where example.Any(char.IsLetter)
                    select (key.Section, key.Key, Example: example);
        forms.Count().ShouldBeGreaterThan(100);
        var left = from form in forms
                   // Hours stand under weekdays; a country's code is said beside its name; numbers by which registers know a party are the same in every language.
                   where form.Key.Name is not ("holidays" or "weekly" or "breaks" or "dates" or "country" or "vat-id" or "endpoint")
                   let sentence = values.Sentence(new ContractClause("x", form.Section, form.Key, new YamlNode.Scalar(form.Example, false, Place.None)))
                   where Regex.IsMatch(sentence, Regex.Escape(form.Example) + @"(?!\p{L})", RegexOptions.None, TimeSpan.FromSeconds(5))
                   select $"{form.Section.Name}.{form.Key.Name}: {form.Example}: {sentence}";
        left.ShouldBeEmpty();
    }

    private static IEnumerable<string> Known(string key) => key switch
    {
        "objective.measure" => MeasureForm.KnownForms,
        "objective.per" => PeriodForm.KnownWords.Where(w => w != "term"),
        _ => [],
    };

    [Theory]
    [InlineData("reported")]
    [InlineData("provider replies")]
    [InlineData("linked to an outage")]
    [InlineData("status is waiting or hold and not resolved")]
    [InlineData("queue changes")]
    public void Conditions_of_clocks_are_said_in_the_language_of_the_contract(string condition)
    {
        var clock = Keys().Single(k => k is ({ Name: "clock" }, { Name: "pause" }));
        var said = TextLanguage.All.Select(l => new ContractValues(Phrasebook.Of(l), Effective(Sample.Base)).Sentence(new ContractClause("x", clock.Section, clock.Key, new YamlNode.Scalar(condition, false, Place.None)))).ToList();
        said.Distinct().Count().ShouldBe(4);
        said.Skip(1).ShouldAllBe(s => !s.Contains(condition, StringComparison.Ordinal));
    }

    [Fact]
    public void A_default_that_another_clause_decides_is_not_stated()
    {
        var stated = Clauses(ContractDocument.Of(Effective(Hosting.Text), TextLanguage.English).Sections).ToDictionary(c => c.Source, c => c.Text);
        // The allowance names its own period, the term its length, and a bonus is owed by the customer.
        stated.ShouldNotContainKey("maintenance.shop.allowance-per");
        stated.ShouldNotContainKey("term.until");
        stated["remedies.reward.by"].ShouldBe("The customer owes it.");
        stated["remedies.late-answers.by"].ShouldBe("The provider owes it.");
        stated.ShouldNotContainKey("remedies.way-out.by");
        stated.ShouldNotContainKey("objectives.uptime.stated-twice");
        stated["objectives.reaction.counted-in"].ShouldBe("A ticket belongs to the period in which its verdict was decided.");
        Clauses(ContractDocument.Of(Effective(Sample.Base), TextLanguage.English).Sections).Single(c => c.Source == "term.until").Text.ShouldBe("The term has no end.");
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Isolates_are_balanced_and_only_where_directions_meet(string code)
    {
        foreach (var (name, text) in Agreements)
        {
            foreach (var clause in Clauses(ContractDocument.Of(Effective(text), TextLanguage.Of(code)!).Sections))
            {
                var depth = 0;
                foreach (var letter in clause.Text)
                {
                    depth += letter is Isolate.FirstStrong or Isolate.LeftToRight ? 1 : letter is Isolate.End ? -1 : 0;
                    depth.ShouldBeInRange(0, code == "ar" ? 2 : 0, $"{name}: {clause.Text}");
                }

                depth.ShouldBe(0, clause.Text);
            }
        }
    }

    internal static IEnumerable<DocumentBlock.Clause> Clauses(IEnumerable<DocumentSection> sections) =>
        sections.SelectMany(s => s.Blocks.OfType<DocumentBlock.Clause>().Concat(Clauses(s.Sections)));

    /// <summary>Every key that an effective agreement can have: plans and amendments are laid over it already.</summary>
    private static List<(Section Section, Key Key)> Keys()
    {
        var found = new HashSet<Section>(ReferenceEqualityComparer.Instance);
        Add(AgreementVocabulary.Agreement);
        return [.. found.SelectMany(s => s.Members.Select(k => (s, k))).Where(k => !(k.s == AgreementVocabulary.Agreement && k.k.Name is "plans" or "amendments"))];

        void Add(Section section)
        {
            if (!found.Add(section))
                return;
            foreach (var inner in section.Members.Where(k => k.Name is not ("plans" or "amendments")).SelectMany(k => Parts(k.Shape)))
                Add(inner);
        }
    }

    private static IEnumerable<Section> Parts(ValueShape shape) => shape switch
    {
        ValueShape.Keys keys => [keys.Section],
        ValueShape.MapOf map => Parts(map.Value),
        ValueShape.ListOf list => Parts(list.Item),
        ValueShape.Either either => either.Shapes.SelectMany(Parts),
        _ => [],
    };

    private static IEnumerable<ValueShape> Leaves(ValueShape shape) => shape switch
    {
        ValueShape.MapOf map => Leaves(map.Value),
        ValueShape.ListOf list => Leaves(list.Item),
        ValueShape.Either either => either.Shapes.SelectMany(Leaves),
        ValueShape.Keys => [],
        _ => [shape],
    };
}
