using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Vocabulary;

/// <summary>
/// The value <c>not seen</c>: somebody decided this, and whoever wrote the file did not see how, as with a public agreement of which half is known.
/// It is no default: what depends on it is not computed. (<c>unknown</c> would not do: for time without evidence it is a decision of its own.)
/// </summary>
/// <remarks>Recognised here and nowhere else: a decision that was not seen leaves the mapping and stays beside it, so that no reader takes the words for a value.</remarks>
internal static class NotSeen
{
    public const string Word = "not seen";

    /// <summary>Decisions without a default of which a reader can still make something: those that money depends on, and what is promised.</summary>
    private static readonly ImmutableHashSet<string> WithoutDefault =
        ["measure", "target", "within", "delays", "pay", "tiers", "credit", "discount", "refund", "fine", "bonus", "earn-back"];

    /// <summary>Whether a key may be <c>not seen</c>: it has a default, which must not hold then, or money or a promise depends on it.</summary>
    public static bool IsAllowed(Key key) => key.Default is not null || WithoutDefault.Contains(key.Name);

    /// <summary>The document with those decisions set aside.</summary>
    /// <param name="section">What it is.</param>
    /// <param name="document">An effective agreement.</param>
    /// <param name="diagnostics">Takes those that must be seen.</param>
    /// <returns>The document, the same one where nothing was set aside; and the clauses, in the order of the file.</returns>
    public static (YamlNode.Mapping Document, ImmutableArray<Clause> Clauses) SetAside(Section section, YamlNode.Mapping document, DiagnosticBag diagnostics)
    {
        var walk = new Walk(diagnostics);
        var rest = walk.Of(section, document, "");
        return (rest, walk.Clauses);
    }

    /// <summary>Whether a value says so.</summary>
    public static bool Is(YamlNode node) => node is YamlNode.Scalar { Quoted: false, Text: Word };

    private sealed class Walk(DiagnosticBag diagnostics)
    {
        private readonly ImmutableArray<Clause>.Builder _clauses = ImmutableArray.CreateBuilder<Clause>();

        public ImmutableArray<Clause> Clauses => _clauses.ToImmutable();

        public YamlNode.Mapping Of(Section section, YamlNode.Mapping mapping, string path)
        {
            ImmutableArray<YamlEntry>.Builder? rest = null;
            var aside = ImmutableArray.CreateBuilder<YamlEntry>();
            for (var i = 0; i < mapping.Entries.Length; i++)
            {
                var entry = mapping.Entries[i];
                if (section.Find(entry.Key) is not { } key)
                {
                    rest?.Add(entry);
                    continue;
                }

                if (Is(entry.Value))
                {
                    if (IsAllowed(key))
                        _clauses.Add(new Clause(Join(path, entry.Key), entry.Value.Place));
                    else
                        Refuse(entry.Value, Join(path, entry.Key));
                    rest ??= Before(mapping.Entries, i);
                    aside.Add(entry);
                    continue;
                }

                Keep(mapping.Entries, i, OfValue(key.Shape, entry.Value, path, entry.Key), ref rest);
            }

            return rest is null ? mapping : mapping with { Entries = rest.ToImmutable(), NotSeen = aside.ToImmutable() };
        }

        private YamlNode OfValue(ValueShape shape, YamlNode value, string path, string name)
        {
            switch (value)
            {
                case YamlNode.Scalar when Is(value):
                    Refuse(value, Join(path, name));
                    return value;
                case YamlNode.Mapping mapping:
                    return Inner(shape) switch
                    {
                        ValueShape.Keys keys => Of(keys.Section, mapping, Join(path, name)),
                        ValueShape.MapOf map => OfNames(map, mapping, Join(path, name)),
                        _ => value,
                    };
                case YamlNode.Sequence list when (shape as ValueShape.ListOf)?.Item is { } item:
                    var items = list.Items;
                    for (var i = 0; i < items.Length; i++)
                    {
                        var changed = OfValue(item, items[i], path, $"{name}[{i}]");
                        if (!ReferenceEquals(changed, items[i]))
                            items = items.SetItem(i, changed);
                    }

                    return items == list.Items ? list : list with { Items = items };
                default:
                    return value;
            }
        }

        private void Refuse(YamlNode value, string path) =>
            diagnostics.Error("LK1114", value.Place, $"'{path}' cannot be '{Word}': nothing can be made of the agreement without it.", "say it, or say 'not seen' of a key that has a default, a target or an amount; in quotes the words are a text");

        private YamlNode.Mapping OfNames(ValueShape.MapOf map, YamlNode.Mapping mapping, string path)
        {
            ImmutableArray<YamlEntry>.Builder? rest = null;
            for (var i = 0; i < mapping.Entries.Length; i++)
                Keep(mapping.Entries, i, OfValue(map.Value, mapping.Entries[i].Value, path, mapping.Entries[i].Key), ref rest);
            return rest is null ? mapping : mapping with { Entries = rest.ToImmutable() };
        }

        /// <summary>The shape by which a mapping is read.</summary>
        private static ValueShape Inner(ValueShape shape) => shape switch
        {
            ValueShape.Either either => either.Shapes.FirstOrDefault(s => s is ValueShape.Keys or ValueShape.MapOf) ?? shape,
            ValueShape.ListOf list => list.Item,
            _ => shape,
        };

        /// <summary>Copies a mapping only once something in it is set aside.</summary>
        private static void Keep(ImmutableArray<YamlEntry> entries, int at, YamlNode value, ref ImmutableArray<YamlEntry>.Builder? rest)
        {
            if (!ReferenceEquals(value, entries[at].Value))
                (rest ??= Before(entries, at)).Add(entries[at] with { Value = value });
            else
                rest?.Add(entries[at]);
        }

        private static ImmutableArray<YamlEntry>.Builder Before(ImmutableArray<YamlEntry> entries, int at)
        {
            var before = ImmutableArray.CreateBuilder<YamlEntry>(entries.Length);
            before.AddRange(entries.AsSpan(0, at));
            return before;
        }

        private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
    }
}
