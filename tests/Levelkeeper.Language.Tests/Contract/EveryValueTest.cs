using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Language.Tests.Contract;

/// <summary>Text and program cannot drift apart: whichever value of an agreement is changed, the contract changes in every language.</summary>
public partial class EveryValueTest
{
    /// <summary>Changes that change nothing that runs, so that the contract need not change. Path, new value, and why.</summary>
    private static readonly (string Agreement, string Path, string Value, string Why)[] Same = [];

    public static TheoryData<string> Names => [.. ContractDocumentTest.Agreements.Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_value_that_is_changed_changes_the_contract_in_every_language(string name)
    {
        var effective = ContractDocumentTest.Effective(ContractDocumentTest.Agreements.Single(a => a.Name == name).Text);
        var before = TextLanguage.All.Select(l => Text(effective, l)).ToList();
        var changes = Changes(new ValueShape.Keys(AgreementVocabulary.Agreement), effective, "").ToList();
        changes.Count.ShouldBeGreaterThan(20);
        var silent = new List<string>();
        foreach (var (path, value, changed) in changes.Where(c => !Same.Any(s => s.Agreement == name && s.Path == c.Path && s.Value == c.Value)))
        {
            var agreement = (YamlNode.Mapping)changed;
            for (var i = 0; i < before.Count; i++)
            {
                if (Text(agreement, TextLanguage.All[i]) == before[i])
                    silent.Add($"{path} = {value} ({TextLanguage.All[i]})");
            }
        }

        silent.ShouldBeEmpty();
    }

    /// <summary>Not only the values that a sample happens to have: every word that any key takes reads differently from every other word of it.</summary>
    [Theory]
    [MemberData(nameof(ContractDocumentTest.Codes), MemberType = typeof(ContractDocumentTest))]
    public void No_two_words_of_a_key_read_the_same(string code)
    {
        var words = Levelkeeper.Text.Words.Phrasebook.Of(TextLanguage.Of(code)!);
        var groups = words.Keys.Where(k => k.Contains('/', StringComparison.Ordinal)).GroupBy(k => k.Split('/')[0]);
        foreach (var group in groups)
        {
            var values = group.Where(k => k.Split('/')[1] is not ("default" or "heading")).ToList();
            values.Select(words.Template).Distinct().Count().ShouldBe(values.Count, group.Key);
        }
    }

    private static string Text(YamlNode.Mapping agreement, TextLanguage language) => PlainText.Write(ContractDocument.Of(agreement, language));

    /// <summary>Every single change: the path, the new value, and the whole with it.</summary>
    private static IEnumerable<(string Path, string Value, YamlNode Changed)> Changes(ValueShape shape, YamlNode node, string path)
    {
        switch (node)
        {
            case YamlNode.Scalar scalar:
                foreach (var other in Others(shape, scalar.Text))
                    yield return (path, other, scalar with { Text = other });
                break;
            case YamlNode.Sequence sequence:
                for (var i = 0; i < sequence.Items.Length; i++)
                {
                    foreach (var (inner, value, changed) in Changes(shape, sequence.Items[i], $"{path}[{i}]"))
                        yield return (inner, value, sequence with { Items = sequence.Items.SetItem(i, changed) });
                    if (sequence.Items.Length > 1)
                        yield return ($"{path}[{i}]", "removed", sequence with { Items = sequence.Items.RemoveAt(i) });
                }

                break;
            case YamlNode.Mapping mapping:
                for (var i = 0; i < mapping.Entries.Length; i++)
                {
                    var entry = mapping.Entries[i];
                    foreach (var (inner, value, changed) in Changes(Inner(shape, mapping, entry.Key), entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}"))
                        yield return (inner, value, mapping with { Entries = mapping.Entries.SetItem(i, entry with { Value = changed }) });
                    if (Section(shape, mapping) is null)
                        yield return ($"{path}.{entry.Key}", "renamed", mapping with { Entries = mapping.Entries.SetItem(i, entry with { Key = OtherName(entry.Key) }) });
                }

                break;
            default:
                throw new InvalidOperationException("The cases of a YAML node are closed.");
        }
    }

    private static string OtherName(string name) => name switch
    {
        "mon-fri" => "tue-fri",
        "2026-05-15" => "2026-05-18",
        _ => name + "x",
    };

    /// <summary>The section whose keys a mapping has; null when its keys are names.</summary>
    private static Section? Section(ValueShape shape, YamlNode.Mapping mapping) => shape switch
    {
        ValueShape.Keys keys => keys.Section,
        ValueShape.ListOf list => Section(list.Item, mapping),
        ValueShape.Either either => either.Shapes.OfType<ValueShape.MapOf>().Any() ? null : either.Shapes.Select(s => Section(s, mapping)).FirstOrDefault(s => s is not null),
        _ => null,
    };

    private static ValueShape Inner(ValueShape shape, YamlNode.Mapping mapping, string key) => shape switch
    {
        ValueShape.Keys keys => keys.Section.Find(key)!.Shape,
        ValueShape.MapOf map => map.Value,
        ValueShape.ListOf list => Inner(list.Item, mapping, key),
        ValueShape.Either either => Inner(either.Shapes.First(s => s is ValueShape.Keys or ValueShape.MapOf || s is ValueShape.ListOf { Item: ValueShape.Keys }), mapping, key),
        _ => shape,
    };

    /// <summary>Other values that a key takes: each other word; each number of the text made one more, or one less; a text with a letter more.</summary>
    private static IEnumerable<string> Others(ValueShape shape, string text)
    {
        var leaves = Leaves(shape).ToList();
        foreach (var word in leaves.OfType<ValueShape.OneOf>().Where(w => w.Words.Contains(text)).SelectMany(w => w.Words).Where(w => w != text))
            yield return word;
        var numbers = Numbers().Matches(text).ToList();
        var any = false;
        foreach (var form in leaves.OfType<ValueShape.Text>().Where(f => f.Problem?.Invoke(text) is null))
        {
            foreach (var number in numbers)
            {
                var other = new[] { 1, -1 }
                    .Select(step => (long.Parse(number.Value, CultureInfo.InvariantCulture) + step).ToString(new string('0', number.Length), CultureInfo.InvariantCulture))
                    .Select(changed => text[..number.Index] + changed + text[(number.Index + number.Length)..])
                    .FirstOrDefault(changed => form.Problem?.Invoke(changed) is null);
                if (other is null)
                    continue;
                any = true;
                yield return other;
            }

            if (numbers.Count == 0 || !any)
            {
                var other = form.Examples.FirstOrDefault(e => e != text && form.Problem?.Invoke(e) is null) ?? text + "x";
                if (form.Problem?.Invoke(other) is null)
                    yield return other;
            }
        }
    }

    private static IEnumerable<ValueShape> Leaves(ValueShape shape) => shape switch
    {
        ValueShape.MapOf map => Leaves(map.Value),
        ValueShape.ListOf list => Leaves(list.Item),
        ValueShape.Either either => either.Shapes.SelectMany(Leaves),
        ValueShape.Keys => [],
        _ => [shape],
    };

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();
}
