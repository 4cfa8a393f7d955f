using System.Collections.Immutable;

namespace Levelkeeper.Language.Vocabulary;

/// <summary>What may stand under a key: the one description from which reading, the JSON Schema and the reference are made.</summary>
public abstract record ValueShape
{
    private ValueShape()
    {
    }

    /// <summary>A text of a form that <paramref name="Form"/> names, with examples; <paramref name="Pattern"/> helps editors and never decides.</summary>
    public sealed record Text(string Form, string? Pattern, ImmutableArray<string> Examples) : ValueShape;

    /// <summary>One of a few words.</summary>
    public sealed record OneOf(ImmutableArray<string> Words) : ValueShape;

    /// <summary>A list, or a single value that stands for a list of one.</summary>
    public sealed record ListOf(ValueShape Item) : ValueShape;

    /// <summary>Any names, each with a value of one shape.</summary>
    public sealed record MapOf(string NameOfKey, ValueShape Value) : ValueShape;

    /// <summary>A mapping with the keys of a section.</summary>
    public sealed record Keys(Section Section) : ValueShape;

    /// <summary>One of several shapes.</summary>
    public sealed record Either(ImmutableArray<ValueShape> Shapes) : ValueShape;
}

/// <summary>A kind of mapping in an agreement: its name and its keys.</summary>
/// <param name="Name">Name in the reference and the schema.</param>
/// <param name="Summary">What it is, in one sentence.</param>
/// <param name="Members">Its keys, in the order in which an agreement is best written.</param>
public sealed record Section(string Name, string Summary, ImmutableArray<Key> Members)
{
    /// <summary>The key of that name, or null.</summary>
    public Key? Find(string name) => Members.FirstOrDefault(k => k.Name == name);
}

/// <summary>A key of a section.</summary>
/// <param name="Name">As written in the file.</param>
/// <param name="Shape">What may stand under it.</param>
/// <param name="Summary">What it decides, in one sentence.</param>
/// <param name="Default">What holds when it is absent, in words; null when there is nothing to decide.</param>
/// <param name="Required">Whether the section is incomplete without it.</param>
public sealed record Key(string Name, ValueShape Shape, string Summary, string? Default = null, bool Required = false);
