using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Language.Yaml;

/// <summary>A value of a YAML document with its place. Only what agreements need: text, lists and mappings; no tags, anchors or aliases.</summary>
public abstract record YamlNode(Place Place)
{
    /// <summary>A text. Numbers, dates and times stay as typed; what they mean is decided by the key they stand under.</summary>
    /// <param name="Text">The text without quotes.</param>
    /// <param name="Quoted">Whether it stood in quotes.</param>
    /// <param name="Place">Where it starts.</param>
    public sealed record Scalar(string Text, bool Quoted, Place Place) : YamlNode(Place);

    /// <summary>A list.</summary>
    public sealed record Sequence(ImmutableArray<YamlNode> Items, Place Place) : YamlNode(Place)
    {
        /// <summary>Whether it stood in brackets; how a file is laid out, and nothing that it says.</summary>
        public bool InBrackets { get; init; }
    }

    /// <summary>A mapping, in the order of the file; keys are unique.</summary>
    public sealed record Mapping(ImmutableArray<YamlEntry> Entries, Place Place) : YamlNode(Place)
    {
        /// <summary>Whether it stood in braces; how a file is laid out, and nothing that it says.</summary>
        public bool InBraces { get; init; }

        /// <summary>Entries whose decision was not seen: set aside, so that they are no values and still not absent.</summary>
        public ImmutableArray<YamlEntry> NotSeen { get; init; } = [];

        /// <summary>Below so many entries it is quicker to look at each.</summary>
        private const int Few = 16;

        private KeyIndex _index = KeyIndex.None;

        /// <summary>The entry of a key, or null.</summary>
        public YamlEntry? Find(string key)
        {
            if (Entries.Length > Few)
                return (_index.IsOf(Entries) ? _index : _index = new KeyIndex(Entries)).Find(key);
            foreach (var entry in Entries)
            {
                if (entry.Key == key)
                    return entry;
            }

            return null;
        }
    }

    /// <summary>The entries of a large mapping by their keys, made when they are first asked for. A copy of the mapping has it too, until its entries are others.</summary>
    private sealed class KeyIndex(ImmutableArray<YamlEntry> entries) : IEquatable<KeyIndex>
    {
        public static readonly KeyIndex None = new([]);

        private readonly Dictionary<string, YamlEntry> _byKey = ByKey(entries);

        public bool IsOf(ImmutableArray<YamlEntry> others) => entries == others;

        public YamlEntry? Find(string key) => _byKey.GetValueOrDefault(key);

        // What was looked for makes no mapping differ from another.
        public bool Equals(KeyIndex? other) => other is not null;

        public override bool Equals(object? obj) => obj is KeyIndex;

        public override int GetHashCode() => 0;

        private static Dictionary<string, YamlEntry> ByKey(ImmutableArray<YamlEntry> entries)
        {
            var byKey = new Dictionary<string, YamlEntry>(entries.Length, StringComparer.Ordinal);
            foreach (var entry in entries)
                byKey.TryAdd(entry.Key, entry);
            return byKey;
        }
    }

    /// <summary>What it is, for messages.</summary>
    public string Kind => this switch
    {
        Scalar => "a text",
        Sequence => "a list",
        Mapping => "a mapping",
        _ => throw new InvalidOperationException("The cases of a YAML node are closed."),
    };
}

/// <summary>A key of a mapping with its value.</summary>
/// <param name="Key">The key's text.</param>
/// <param name="Place">Where the key starts.</param>
/// <param name="Value">The value.</param>
public sealed record YamlEntry(string Key, Place Place, YamlNode Value);
