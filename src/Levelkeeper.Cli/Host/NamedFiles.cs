using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Levels;

namespace Levelkeeper.Cli.Host;

/// <summary>Files that an agreement names: upper levels, suppliers' agreements, calendars. An agreement may come from somebody else, so what it may name is narrow.</summary>
/// <param name="terminal">The folder that files start from.</param>
/// <param name="instead">Texts that are about to be written, by their full path: they are read instead of the files.</param>
internal sealed class NamedFiles(Terminal terminal, IReadOnlyDictionary<string, string>? instead = null)
{
    /// <summary>Reads a file.</summary>
    /// <param name="name">As the agreement writes it, relative to the agreement.</param>
    /// <param name="from">Where it is named.</param>
    /// <param name="diagnostics">Takes why it is not read.</param>
    /// <returns>Its text, and its name as a person would write it from where they stand.</returns>
    public (string Text, string File)? Read(string name, Place from, DiagnosticBag diagnostics)
    {
        if (Path.IsPathRooted(name) || PlainLine.Of(name) != name)
        {
            diagnostics.Error("LK5006", from, $"{Diagnostic.Quote(name)} cannot be the name of a file here.", "name it relative to the agreement, so that it is found wherever the two are");
            return null;
        }

        var file = FileBeside.Name(from.File, name);
        var path = Path.GetFullPath(Path.Combine(terminal.Folder, file));
        if (instead?.GetValueOrDefault(OutputFile.Target(path, terminal)) is { } text)
            return (text, file);
        if (Regular(path) is not { } regular)
        {
            diagnostics.Error("LK5001", from, $"There is no file {Diagnostic.Quote(file)}, or it is empty.", "its name is relative to the agreement that names it");
            return null;
        }

        return new InputFile(file, () => File.OpenRead(regular)).ReadText(diagnostics) is { } read ? (read, file) : null;
    }

    /// <summary>A file with something in it, behind whatever links. Pipes and devices, which might never end, have no length.</summary>
    private static string? Regular(string path)
    {
        try
        {
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            return target is FileInfo { Exists: true, Length: > 0 } ? target.FullName : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
