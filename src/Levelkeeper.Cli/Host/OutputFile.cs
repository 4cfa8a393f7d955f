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
        var beside = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
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
}
