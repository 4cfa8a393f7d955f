using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Levels;
using Levelkeeper.Storage;

namespace Levelkeeper.Runtime.Agreements;

/// <summary>The files that agreements name, out of the store, each in one revision; and which of them an agreement asked for.</summary>
public sealed class StoredFiles
{
    private readonly ImmutableSortedDictionary<string, (int Revision, string Text)> _files;
    private readonly SortedSet<string> _named = new(StringComparer.Ordinal);

    private StoredFiles(ImmutableSortedDictionary<string, (int Revision, string Text)> files)
    {
        _files = files;
        Folder = FolderReader.Of(Read);
    }

    /// <summary>Gives them to the reader of agreements.</summary>
    public AgreementFolder Folder { get; }

    /// <summary>Those that were asked for, each with its revision.</summary>
    public ImmutableSortedDictionary<string, int> Named => _named.ToImmutableSortedDictionary(n => n, n => _files[n].Revision, StringComparer.Ordinal);

    /// <summary>All files, each in its latest revision.</summary>
    public static async Task<StoredFiles> LatestAsync(Store store, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var files = ImmutableSortedDictionary.CreateBuilder<string, (int, string)>(StringComparer.Ordinal);
        for (var after = ""; ;)
        {
            var page = await store.Files.ListAsync(after, cancel: cancel);
            if (page.Count == 0)
                return new StoredFiles(files.ToImmutable());
            foreach (var file in page)
                files[file.Name] = (file.Revision, Encoding.UTF8.GetString(file.Content));
            after = page[^1].Name;
        }
    }

    /// <summary>The files that a proposal names, in the revisions that it was made with.</summary>
    public static async Task<StoredFiles> OfAsync(Store store, ImmutableSortedDictionary<string, int> revisions, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(revisions);
        var files = ImmutableSortedDictionary.CreateBuilder<string, (int, string)>(StringComparer.Ordinal);
        foreach (var (name, number) in revisions)
        {
            if (await store.Files.FindAsync(name, number, cancel) is { } file)
                files[name] = (number, Encoding.UTF8.GetString(file.Content));
        }

        return new StoredFiles(files.ToImmutable());
    }

    /// <summary>The text of a file; null when there is none of this name.</summary>
    public string? Find(string name) => _files.TryGetValue(name, out var file) ? file.Text : null;

    /// <summary>The name in the register of a file that another names. As in an address on the web, nothing lies above the root: <c>../x</c> there is <c>x</c>.</summary>
    public static string NameBeside(string file, string name)
    {
        var beside = FileBeside.Name(file, name);
        while (beside.StartsWith("../", StringComparison.Ordinal))
            beside = beside[3..];
        return beside;
    }

    private (string Text, string File)? Read(string name, Place from, DiagnosticBag diagnostics)
    {
        var file = NameBeside(from.File, name);
        if (_files.TryGetValue(file, out var found))
        {
            _named.Add(file);
            return (found.Text, file);
        }

        diagnostics.Error("LK6307", from, $"The register has no file {Diagnostic.Quote(file)}.", "put it there first; 'levelkeeper agreement propose' does so with the files that an agreement names");
        return null;
    }
}
