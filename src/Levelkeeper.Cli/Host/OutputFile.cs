using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Host;

/// <summary>Writes a file as a whole or not at all: to a temporary file beside it, which is then moved into its place. A link stays a link, and who may read a file stays as it was.</summary>
internal static class OutputFile
{
    /// <returns>False after reporting that it cannot be written; the old file, if any, is still as it was.</returns>
    public static bool Write(string name, Terminal terminal, DiagnosticBag diagnostics, Action<TextWriter> write) =>
        WriteStream(name, terminal, diagnostics, stream =>
        {
            using var writer = new StreamWriter(stream, new System.Text.UTF8Encoding(false));
            write(writer);
        });

    /// <inheritdoc cref="Write"/>
    public static bool WriteBytes(string name, Terminal terminal, DiagnosticBag diagnostics, byte[] bytes) => WriteStream(name, terminal, diagnostics, stream => stream.Write(bytes));

    /// <summary>Whether a file that is about to be written is one of those that are read: reports it. The input would be lost.</summary>
    public static bool IsInput(string? name, IEnumerable<string> inputs, Terminal terminal, DiagnosticBag diagnostics)
    {
        if (name is null)
            return false;
        var path = Target(name, terminal);
        if (!inputs.Any(i => i != InputFile.StandardInput && Target(i, terminal) == path))
            return false;
        diagnostics.Error("LK5011", new Place(name), "This file is read here; written over, it would be lost.", "choose another name");
        return true;
    }

    private static bool WriteStream(string name, Terminal terminal, DiagnosticBag diagnostics, Action<Stream> write)
    {
        var beside = "";
        try
        {
            var path = Target(name, terminal);
            Refuse(path);
            beside = Beside(path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var stream = File.Create(beside))
                write(stream);
            KeepMode(path, beside);
            File.Move(beside, path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error("LK5010", new Place(name), $"This file cannot be written: {Why(e)}");
            return false;
        }
        finally
        {
            Remove(beside);
        }
    }

    /// <summary>Writes several files: all of them, or none. Every text is on the disk before the first file is moved into its place; a move that fails puts the earlier ones back.</summary>
    /// <returns>False after reporting what cannot be written.</returns>
    public static bool WriteAll(IReadOnlyList<(string Name, string Text)> files, Terminal terminal, DiagnosticBag diagnostics)
    {
        var steps = new List<(string Name, string Path, string Beside, string Before)>();
        var moved = new List<(string Path, string? Before)>();
        var current = "";
        try
        {
            foreach (var (name, text) in files)
            {
                current = name;
                var path = Target(name, terminal);
                Refuse(path);
                var step = (Name: name, Path: path, Beside: Beside(path), Before: Beside(path));
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                steps.Add(step);
                File.WriteAllText(step.Beside, text, new System.Text.UTF8Encoding(false));
                KeepMode(path, step.Beside);
            }

            foreach (var step in steps)
            {
                current = step.Name;
                var old = File.Exists(step.Path) ? step.Before : null;
                if (old is not null)
                    File.Copy(step.Path, old);
                moved.Add((step.Path, old));
                File.Move(step.Beside, step.Path, overwrite: true);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            foreach (var (path, before) in moved)
            {
                if (before is not null)
                    File.Move(before, path, overwrite: true);
                else
                    Remove(path);
            }

            diagnostics.Error("LK5010", new Place(current), $"This file cannot be written: {Why(e)}", files.Count > 1 ? "none of the files was changed" : null);
            return false;
        }
        finally
        {
            foreach (var step in steps)
            {
                Remove(step.Beside);
                Remove(step.Before);
            }
        }
    }

    /// <summary>Where a file really is: behind links, so that they are not replaced by what is written.</summary>
    public static string Target(string name, Terminal terminal)
    {
        var path = Path.GetFullPath(Path.Combine(terminal.Folder, name));
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException)
        {
            // Links that lead nowhere or in a circle; writing then tells.
            return path;
        }
    }

    /// <summary>A device is not a file that something can be moved into the place of.</summary>
    private static void Refuse(string path)
    {
        if (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal))
            throw new IOException("it is a device");
    }

    private static void KeepMode(string path, string beside)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
            File.SetUnixFileMode(beside, File.GetUnixFileMode(path));
    }

    /// <summary>Only there when something went wrong.</summary>
    private static void Remove(string path)
    {
        if (File.Exists(path))
            File.Delete(path);
    }

    /// <summary>The system's words without the name of the temporary file, which nobody knows.</summary>
    private static string Why(Exception e) => e is PathTooLongException ? "its name is too long" : e.Message;

    private static string Beside(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.tmp");
}
