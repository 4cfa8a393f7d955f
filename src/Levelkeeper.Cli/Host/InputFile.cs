using System.IO.Enumeration;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Host;

/// <summary>A file named on the command line, or standard input.</summary>
/// <param name="Name">As the user wrote it, or as a pattern found it; diagnostics and explanations name it so.</param>
/// <param name="Open">Opens it for reading.</param>
internal sealed record InputFile(string Name, Func<Stream> Open)
{
    /// <summary>The largest text (agreement, map) that is read as a whole.</summary>
    private const long LargestText = 16 * 1024 * 1024;

    /// <summary>What standard input is called in diagnostics.</summary>
    public const string StandardInput = "(standard input)";

    /// <summary>Finds files: a name, a pattern with <c>*</c>, <c>?</c> or <c>**</c>, or <c>-</c>. What a pattern finds is in ordinal order.</summary>
    public static List<InputFile> Find(IEnumerable<string> arguments, Terminal terminal, DiagnosticBag diagnostics)
    {
        var files = new List<InputFile>();
        var piped = false;
        foreach (var argument in arguments)
        {
            if (argument == "-")
            {
                if (piped)
                    diagnostics.Error("LK5003", Place.None, "Standard input ('-') is named twice.", "it can be read only once");
                else
                    files.Add(new InputFile(StandardInput, terminal.OpenInput));
                piped = true;
                continue;
            }

            var before = files.Count;
            files.AddRange(Match(argument, terminal).Select(name => new InputFile(name, () => File.OpenRead(Path.Combine(terminal.Folder, name)))));
            if (files.Count == before)
            {
                var pattern = argument.AsSpan().ContainsAny('*', '?');
                diagnostics.Error("LK5001", new Place(argument), pattern ? "No file fits this pattern." : Directory.Exists(Path.Combine(terminal.Folder, argument)) ? "This is a folder." : "There is no such file.");
            }
        }

        return files;
    }

    /// <summary>Finds the one file that a name or pattern fits; null after reporting that there is none, or that there are several.</summary>
    public static InputFile? One(string argument, Terminal terminal, DiagnosticBag diagnostics)
    {
        var found = Find([argument], terminal, diagnostics);
        if (found.Count > 1)
            diagnostics.Error("LK5070", new Place(argument), $"{found.Count} files fit this pattern; one is taken at a time.", "name one");
        return found is [var one] ? one : null;
    }

    /// <summary>The whole text; null when it cannot be read.</summary>
    public string? ReadText(DiagnosticBag diagnostics)
    {
        try
        {
            using var reader = new StreamReader(Open(), new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true));
            var buffer = new char[1 << 16];
            var text = new System.Text.StringBuilder();
            for (var read = reader.Read(buffer); read > 0; read = reader.Read(buffer))
            {
                if (text.Length + read > LargestText)
                {
                    diagnostics.Error("LK5004", new Place(Name), "This file is too large to be an agreement or a map.", $"at most {LargestText >> 20} MB are read");
                    return null;
                }

                text.Append(buffer, 0, read);
            }

            return text.ToString();
        }
        catch (System.Text.DecoderFallbackException)
        {
            diagnostics.Error("LK5005", new Place(Name), "This file is not UTF-8 text.", "save it as UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error("LK5002", new Place(Name), $"This file cannot be read: {e.Message}");
        }

        return null;
    }

    private static IEnumerable<string> Match(string argument, Terminal terminal)
    {
        if (!argument.AsSpan().ContainsAny('*', '?') || File.Exists(Path.Combine(terminal.Folder, argument)))
            return File.Exists(Path.Combine(terminal.Folder, argument)) ? [argument] : [];
        var parts = argument.Split('/');
        var fixedParts = parts.TakeWhile(p => !p.AsSpan().ContainsAny('*', '?')).ToArray();
        var root = string.Join('/', fixedParts);
        var from = Path.Combine(terminal.Folder, fixedParts.Length > 0 && root.Length == 0 ? "/" : root);
        return Walk(from, fixedParts.Length == 0 ? "" : root + "/", parts.AsMemory(fixedParts.Length)).Order(StringComparer.Ordinal).Distinct();
    }

    private static IEnumerable<string> Walk(string folder, string shown, ReadOnlyMemory<string> pattern)
    {
        if (!Directory.Exists(folder) || pattern.IsEmpty)
            yield break;
        var (first, rest) = (pattern.Span[0], pattern[1..]);
        var options = new EnumerationOptions { IgnoreInaccessible = true };
        if (first == "**")
        {
            foreach (var found in Walk(folder, shown, rest))
                yield return found;
            // A link to a folder above would be walked for ever.
            foreach (var inner in Directory.EnumerateDirectories(folder, "*", new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = options.AttributesToSkip | FileAttributes.ReparsePoint }))
            {
                foreach (var found in Walk(inner, $"{shown}{Path.GetFileName(inner)}/", pattern))
                    yield return found;
            }

            yield break;
        }

        foreach (var entry in rest.IsEmpty ? Directory.EnumerateFiles(folder, "*", options) : Directory.EnumerateDirectories(folder, "*", options))
        {
            var name = Path.GetFileName(entry);
            if (!FileSystemName.MatchesSimpleExpression(first, name, ignoreCase: false))
                continue;
            if (rest.IsEmpty)
            {
                yield return shown + name;
            }
            else
            {
                foreach (var found in Walk(entry, $"{shown}{name}/", rest))
                    yield return found;
            }
        }
    }
}
