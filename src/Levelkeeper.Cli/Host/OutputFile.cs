using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Host;

/// <summary>Writes a file as a whole or not at all: to a temporary file beside it, which is then moved into its place.</summary>
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

    private static bool WriteStream(string name, Terminal terminal, DiagnosticBag diagnostics, Action<Stream> write)
    {
        var path = Path.GetFullPath(Path.Combine(terminal.Folder, name));
        var beside = Beside(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var stream = File.Create(beside))
                write(stream);
            File.Move(beside, path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error("LK5010", new Place(name), $"This file cannot be written: {e.Message}");
            return false;
        }
        finally
        {
            // Only left behind when something went wrong above.
            if (File.Exists(beside))
                File.Delete(beside);
        }
    }

    /// <summary>Writes several files: all of them, or none. Every text is on the disk before the first file is moved into its place; a move that fails puts the earlier ones back.</summary>
    /// <returns>False after reporting what cannot be written.</returns>
    public static bool WriteAll(IReadOnlyList<(string Name, string Text)> files, Terminal terminal, DiagnosticBag diagnostics)
    {
        var steps = files.Select(f => (f.Name, f.Text, Path: Path.GetFullPath(Path.Combine(terminal.Folder, f.Name)))).Select(f => (f.Name, f.Text, f.Path, Beside: Beside(f.Path), Before: Beside(f.Path))).ToList();
        var moved = new List<(string Path, string? Before)>();
        var current = "";
        try
        {
            foreach (var step in steps)
            {
                current = step.Name;
                Directory.CreateDirectory(Path.GetDirectoryName(step.Path)!);
                File.WriteAllText(step.Beside, step.Text, new System.Text.UTF8Encoding(false));
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
                    File.Delete(path);
            }

            diagnostics.Error("LK5010", new Place(current), $"This file cannot be written: {e.Message}", files.Count > 1 ? "none of the files was changed" : null);
            return false;
        }
        finally
        {
            foreach (var step in steps)
            {
                File.Delete(step.Beside);
                File.Delete(step.Before);
            }
        }
    }

    private static string Beside(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
}
