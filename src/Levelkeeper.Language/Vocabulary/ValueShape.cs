using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Levelkeeper.Language.Vocabulary;

/// <summary>What may stand under a key: the one description from which reading, the JSON Schema and the reference are made.</summary>
public abstract record ValueShape
{
    private ValueShape()
    {
    }

    /// <summary>A text of a form that <paramref name="Form"/> names, with examples; <paramref name="Pattern"/> helps editors and never decides.</summary>
    /// <param name="Form">What it is, with an article: <c>a date</c>.</param>
    /// <param name="Pattern">A regular expression for editors; null for none.</param>
    /// <param name="Examples">How it is written.</param>
    /// <param name="Problem">What is wrong with a text, null when nothing is; null for a form that any text fits, or that its own reader checks.</param>
    public sealed record Text(string Form, string? Pattern, ImmutableArray<string> Examples, Func<string, string?>? Problem = null) : ValueShape;

    /// <summary>One of a few words.</summary>
    public sealed record OneOf(ImmutableArray<string> Words) : ValueShape;

    /// <summary>A list, or a single value that stands for a list of one.</summary>
    public sealed record ListOf(ValueShape Item) : ValueShape;

    /// <summary>Any names, each with a value of one shape.</summary>
    /// <param name="NameOfKey">What the names are.</param>
    /// <param name="Value">The shape of each value.</param>
    /// <param name="OneClause">True when the names say one thing together, as weekly hours do: a lower level then states them anew as a whole. Else each is a clause of its own.</param>
    public sealed record MapOf(string NameOfKey, ValueShape Value, bool OneClause = false) : ValueShape;

    /// <summary>A mapping with the keys of a section.</summary>
    /// <param name="Section">The section.</param>
    /// <param name="InPart">True where it states a part of a section that stands elsewhere, as a plan does: nothing is required then.</param>
    public sealed record Keys(Section Section, bool InPart = false) : ValueShape;

    /// <summary>One of several shapes.</summary>
    public sealed record Either(ImmutableArray<ValueShape> Shapes) : ValueShape;

    /// <summary>The same shape where only a part is stated: no section in it requires anything.</summary>
    public static ValueShape AsPart(ValueShape shape) => shape switch
    {
        Keys keys => keys with { InPart = true },
        MapOf map => map with { Value = AsPart(map.Value) },
        ListOf list => list with { Item = AsPart(list.Item) },
        Either either => new Either([.. either.Shapes.Select(AsPart)]),
        Text or OneOf => shape,
        _ => throw new InvalidOperationException("The shapes of a value are closed."),
    };
}

/// <summary>A kind of mapping in an agreement: its name and its keys.</summary>
/// <param name="Name">Name in the reference and the schema.</param>
/// <param name="Summary">What it is, in one sentence.</param>
/// <param name="Members">Its keys, in the order in which an agreement is best written.</param>
public sealed record Section(string Name, string Summary, ImmutableArray<Key> Members)
{
    private readonly FrozenDictionary<string, Key> _byName = Members.ToFrozenDictionary(k => k.Name, StringComparer.Ordinal);

    /// <summary>The key of that name, or null.</summary>
    public Key? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>A key of a section.</summary>
/// <param name="Name">As written in the file.</param>
/// <param name="Shape">What may stand under it.</param>
/// <param name="Summary">What it decides, in one sentence.</param>
/// <param name="Default">What holds when it is absent, in words; null when there is nothing to decide.</param>
/// <param name="Required">Whether the section is incomplete without it.</param>
/// <param name="Favour">What the customer gains by when it changes; a test demands that each key says it.</param>
public sealed record Key(string Name, ValueShape Shape, string Summary, string? Default = null, bool Required = false, Favour? Favour = null);
