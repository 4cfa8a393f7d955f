using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Contract;

/// <summary>One clause of an effective agreement: a decision with its value, or with the default that holds because nobody wrote it.</summary>
/// <param name="Path">Keys joined by dots: <c>objectives.uptime.target</c>.</param>
/// <param name="Section">The section that the key belongs to.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value as written; null when the default holds.</param>
public sealed record ContractClause(string Path, Section Section, Key Key, YamlNode? Value) : ContractPart(Path, Section, Key)
{
    /// <summary>For one of several named values under a key, such as a target by priority, its name; else empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>True when nobody wrote it.</summary>
    public bool IsDefault => Value is null;

    /// <summary>Where it stands; <see cref="Place.None"/> for a default.</summary>
    public Place Place => Value?.Place ?? Place.None;

    /// <summary>The value in one line: lists with commas, names with their values; the default's words where the default holds.</summary>
    public string Text => Value is null ? Key.Default ?? "" : TextOf(Value);

    /// <summary>Every clause of an effective agreement, in the order of the vocabulary, defaults included where they decide something.</summary>
    public static IEnumerable<ContractClause> Of(YamlNode.Mapping effective) => PartsOf(effective).SelectMany(Flat);

    private static IEnumerable<ContractClause> Flat(ContractPart part) => part switch
    {
        ContractClause clause => [clause],
        ContractGroup group => group.Parts.SelectMany(Flat),
        _ => throw new InvalidOperationException("The parts of a contract are closed."),
    };

    private static string TextOf(YamlNode node) => node switch
    {
        YamlNode.Scalar scalar => scalar.Text,
        // Of a list of mappings, such as tiers, each is a part of its own.
        YamlNode.Sequence { Items: var items } when items.Any(i => i is YamlNode.Mapping) => string.Join("; ", items.Select(i => i is YamlNode.Mapping one ? string.Join(", ", one.Entries.Select(e => $"{e.Key}: {TextOf(e.Value)}")) : TextOf(i))),
        YamlNode.Sequence sequence => string.Join(", ", sequence.Items.Select(TextOf)),
        YamlNode.Mapping mapping => string.Join("; ", mapping.Entries.Select(e => $"{e.Key}: {TextOf(e.Value)}")),
        _ => throw new InvalidOperationException("The cases of a YAML node are closed."),
    };
}
