using System.Collections.Immutable;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Contract;

/// <summary>A part of an effective agreement: a <see cref="ContractClause"/>, or a <see cref="ContractGroup"/> of parts.</summary>
/// <param name="Path">Keys joined by dots.</param>
/// <param name="Section">The section that the key belongs to.</param>
/// <param name="Key">The key.</param>
public abstract record ContractPart(string Path, Section Section, Key Key)
{
    /// <summary>The parts of an effective agreement, in the order of the vocabulary, defaults included where they decide something.</summary>
    public static ImmutableArray<ContractPart> PartsOf(YamlNode.Mapping effective)
    {
        ArgumentNullException.ThrowIfNull(effective);
        return [.. OfSection(AgreementVocabulary.Agreement, effective, "", effective)];
    }

    private static IEnumerable<ContractPart> OfSection(Section section, YamlNode.Mapping mapping, string path, YamlNode.Mapping agreement)
    {
        var measure = ReferenceEquals(section, AgreementVocabulary.Objective) && mapping.Find("measure")?.Value is YamlNode.Scalar { Text: var text } ? MeasureForm.Parse(text).Measure : null;
        foreach (var key in section.Members)
        {
            if (measure is not null && !MeasureKeys.Decides(measure, key.Name))
                continue;
            var own = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            if (mapping.Find(key.Name) is { } entry)
                yield return OfValue(section, key, key.Shape, entry.Value, own, "", agreement);
            else if (key.Default is not null && ClauseDefaults.Of(section, key, mapping, agreement) is { } holds)
                yield return new ContractClause(own, section, key with { Default = holds }, null);
        }
    }

    /// <summary>Sections and named entries are taken apart; everything else is one clause.</summary>
    private static ContractPart OfValue(Section section, Key key, ValueShape shape, YamlNode value, string path, string name, YamlNode.Mapping agreement)
    {
        switch (shape)
        {
            case ValueShape.Keys keys when value is YamlNode.Mapping mapping:
                return new ContractGroup(path, section, key, name, keys.Section, mapping, [.. OfSection(keys.Section, mapping, path, agreement)]);
            case ValueShape.MapOf { OneClause: false } map when value is YamlNode.Mapping names:
                return new ContractGroup(path, section, key, name, null, names, [.. names.Entries.Select(e => OfValue(section, key, map.Value, e.Value, $"{path}.{e.Key}", e.Key, agreement))]);
            case ValueShape.ListOf { Item: ValueShape.Keys keys }:
                var items = value is YamlNode.Sequence list ? list.Items : [value];
                return new ContractGroup(path, section, key, name, null, value, [.. items.Select((item, i) => OfValue(section, key, keys, item, $"{path}[{i}]", "", agreement))]);
            case ValueShape.Either either when value is YamlNode.Mapping && either.Shapes.FirstOrDefault(s => s is ValueShape.Keys or ValueShape.MapOf { OneClause: false }) is { } inner:
                return OfValue(section, key, inner, value, path, name, agreement);
            default:
                return new ContractClause(path, section, key, value) { Name = name };
        }
    }
}

/// <summary>Parts that belong together: the keys of a section, the named values under a key, or the items of a list.</summary>
/// <param name="Path">Keys joined by dots.</param>
/// <param name="Section">The section that the key belongs to.</param>
/// <param name="Key">The key.</param>
/// <param name="Name">For one of several named values, its name; else empty.</param>
/// <param name="Of">The section that its parts are keys of; null for names and lists.</param>
/// <param name="Value">The value as written.</param>
/// <param name="Parts">What is in it.</param>
public sealed record ContractGroup(string Path, Section Section, Key Key, string Name, Section? Of, YamlNode Value, ImmutableArray<ContractPart> Parts) : ContractPart(Path, Section, Key);
