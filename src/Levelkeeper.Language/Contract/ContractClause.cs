using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Contract;

/// <summary>One clause of an effective agreement: a decision with its value, or with the default that holds because nobody wrote it.</summary>
/// <param name="Path">Keys joined by dots: <c>objectives.uptime.target</c>.</param>
/// <param name="Section">The section that the key belongs to.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value as written; null when the default holds.</param>
public sealed record ContractClause(string Path, Section Section, Key Key, YamlNode? Value)
{
    /// <summary>True when nobody wrote it.</summary>
    public bool IsDefault => Value is null;

    /// <summary>Where it stands; <see cref="Place.None"/> for a default.</summary>
    public Place Place => Value?.Place ?? Place.None;

    /// <summary>The value in one line: lists with commas, names with their values; the default's words where the default holds.</summary>
    public string Text => Value is null ? Key.Default ?? "" : TextOf(Value);

    private static string TextOf(YamlNode node) => node switch
    {
        YamlNode.Scalar scalar => scalar.Text,
        YamlNode.Sequence sequence => string.Join(", ", sequence.Items.Select(TextOf)),
        YamlNode.Mapping mapping => string.Join("; ", mapping.Entries.Select(e => $"{e.Key}: {TextOf(e.Value)}")),
        _ => throw new InvalidOperationException("The cases of a YAML node are closed."),
    };

    /// <summary>Every clause of an effective agreement, in the order of the vocabulary, defaults included where they decide something.</summary>
    public static IEnumerable<ContractClause> Of(YamlNode.Mapping effective)
    {
        ArgumentNullException.ThrowIfNull(effective);
        return OfSection(AgreementVocabulary.Agreement, effective, "");
    }

    private static IEnumerable<ContractClause> OfSection(Section section, YamlNode.Mapping mapping, string path)
    {
        var measure = ReferenceEquals(section, AgreementVocabulary.Objective) && mapping.Find("measure")?.Value is YamlNode.Scalar { Text: var text } ? MeasureForm.Parse(text).Measure : null;
        foreach (var key in section.Members)
        {
            if (measure is not null && !MeasureKeys.Decides(measure, key.Name))
                continue;
            var own = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            if (mapping.Find(key.Name) is { } entry)
            {
                foreach (var clause in OfValue(section, key, key.Shape, entry.Value, own))
                    yield return clause;
            }
            else if (key.Default is not null)
            {
                yield return new ContractClause(own, section, key, null);
            }
        }
    }

    /// <summary>Sections and named entries are taken apart; everything else is one clause.</summary>
    private static IEnumerable<ContractClause> OfValue(Section section, Key key, ValueShape shape, YamlNode value, string path)
    {
        switch (shape)
        {
            case ValueShape.Keys keys when value is YamlNode.Mapping mapping:
                return OfSection(keys.Section, mapping, path);
            case ValueShape.MapOf { OneClause: false } map when value is YamlNode.Mapping names:
                return names.Entries.SelectMany(e => OfValue(section, key, map.Value, e.Value, $"{path}.{e.Key}"));
            case ValueShape.ListOf { Item: ValueShape.Keys keys }:
                var items = value is YamlNode.Sequence list ? list.Items : [value];
                return items.SelectMany((item, i) => OfValue(section, key, keys, item, $"{path}[{i}]"));
            case ValueShape.Either either when value is YamlNode.Mapping && either.Shapes.FirstOrDefault(s => s is ValueShape.Keys or ValueShape.MapOf { OneClause: false }) is { } inner:
                return OfValue(section, key, inner, value, path);
            default:
                return [new ContractClause(path, section, key, value)];
        }
    }
}
