using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Formatting;

/// <summary>An agreement's file with its comments, whose values can be set.</summary>
internal sealed class CommentedFile
{
    private readonly Remarks _remarks;

    private CommentedFile(YamlNode.Mapping root, Remarks remarks) => (Root, _remarks) = (root, remarks);

    /// <summary>What the file says.</summary>
    public YamlNode.Mapping Root { get; private set; }

    /// <summary>Reads a file; null after reporting why it cannot be read.</summary>
    public static CommentedFile? Read(string text, string file, DiagnosticBag diagnostics)
    {
        var own = new DiagnosticBag();
        text = Lines(text);
        var read = YamlReader.Read(text, file, own);
        foreach (var diagnostic in own)
            diagnostics.Add(diagnostic);
        if (read is null || own.HasErrors)
            return null;
        if (read is YamlNode.Mapping { Entries.IsEmpty: false } root)
            return new CommentedFile(root, Remarks.Of(text, root));
        diagnostics.Error("LK1101", read.Place, $"The agreement must be a mapping of keys; this is {read.Kind}.", "start with 'levelkeeper: v1'");
        return null;
    }

    /// <summary>A text with line feeds and without a byte order mark.</summary>
    public static string Lines(string text) => text.TrimStart('\uFEFF').ReplaceLineEndings("\n");

    /// <summary>Sets a value; mappings on the way that are not there are made.</summary>
    /// <param name="path">Its keys, at least one.</param>
    /// <param name="value">The value; it takes the place of the one that is there, whose comments stay.</param>
    public void Set(ImmutableArray<string> path, YamlNode value) => Root = Set(Root, path, 0, value);

    private YamlNode.Mapping Set(YamlNode.Mapping mapping, ImmutableArray<string> path, int at, YamlNode value)
    {
        var old = mapping.Find(path[at]);
        var inner = at == path.Length - 1 ? value : Set(old?.Value as YamlNode.Mapping ?? new YamlNode.Mapping([], Place.None), path, at + 1, value);
        var entry = new YamlEntry(path[at], old?.Place ?? Place.None, inner);
        var entries = old is null ? mapping.Entries.Add(entry) : mapping.Entries.Replace(old, entry, ReferenceEqualityComparer.Instance);
        var changed = mapping with { Entries = entries };
        _remarks.Move(mapping, changed);
        if (old is not null)
            _remarks.Move(old, entry);
        return changed;
    }

    /// <summary>The file in its canonical form.</summary>
    public string Write() => AgreementFormat.Write(Root, _remarks);
}
