using Levelkeeper.Cli.Host;
using Levelkeeper.Language.Levels;

namespace Levelkeeper.Cli.Bundles;

/// <summary>The files around an agreement, with a record of those that were read.</summary>
internal sealed class RecordingFolder(Terminal terminal)
{
    /// <summary>The files by the names under which they were read.</summary>
    public SortedDictionary<string, byte[]> Read { get; } = new(StringComparer.Ordinal);

    /// <summary>The files, which are read where they lie.</summary>
    public AgreementFolder Folder => Engine.Folder((name, from, diagnostics) =>
    {
        if (new NamedFiles(terminal).Read(name, from, diagnostics) is not { } found)
            return null;
        Read[found.File] = System.Text.Encoding.UTF8.GetBytes(found.Text);
        return found;
    });

    /// <summary>Names under one folder, in which every file lies as it did beside the others.</summary>
    /// <param name="names">The names as they were read.</param>
    public static Dictionary<string, string> Under(string folder, IEnumerable<string> names)
    {
        var full = names.ToDictionary(n => n, n => Path.GetFullPath(n, "/root").Split('/', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
        var common = 0;
        while (full.Values.All(p => p.Length > common + 1) && full.Values.Select(p => p[common]).Distinct(StringComparer.Ordinal).Count() == 1)
            common++;
        return full.ToDictionary(f => f.Key, f => folder + string.Join('/', f.Value.Skip(common)), StringComparer.Ordinal);
    }
}
