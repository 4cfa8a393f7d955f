using System.Text;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Notifications;

namespace Levelkeeper.Connectors.Channels.Templates;

/// <summary>
/// Reads words of one's own from a folder: in it a folder for each language, and in that <c>escalation-step.subject.txt</c>, <c>escalation-step.txt</c> and <c>escalation-step.html</c>, the kind of the notification before the first dot.
/// </summary>
public static class OwnTextFolder
{
    private const int LongestFile = 4 * OwnTemplate.LongestTemplate;

    /// <summary>Reads all of them, and checks each.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="diagnostics">What is wrong goes here, each with its file: LK6070.</param>
    /// <returns>Null when something is wrong.</returns>
    public static OwnTexts? Read(string folder, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var errors = diagnostics.Errors;
        var texts = new SortedDictionary<(string Language, string Kind), OwnText>();
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                Read(folder, file, texts, diagnostics);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Wrong(folder, $"The folder cannot be read: {exception.Message.ReplaceLineEndings(" ")}", "name a folder that is there");
        }

        return diagnostics.Errors == errors ? new OwnTexts(texts.Values) : null;

        void Wrong(string place, string message, string hint) => diagnostics.Error("LK6070", new Place(place), message, hint);
    }

    private static void Read(string folder, string file, SortedDictionary<(string Language, string Kind), OwnText> texts, DiagnosticBag diagnostics)
    {
        var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
        var parts = name.Split('/');
        if (parts.Length != 2 || TextLanguage.Of(parts[0]) is not { } language)
        {
            Wrong(1, "A text stands in the folder of its language.", "such as pl/escalation-step.txt; the languages are en, pl, ru and ar");
            return;
        }

        var cut = parts[1].IndexOf('.', StringComparison.Ordinal);
        var (kind, form) = cut < 0 ? (parts[1], "") : (parts[1][..cut], parts[1][cut..]);
        if (!NotificationKind.Names.Contains(kind))
        {
            Wrong(1, $"There is no kind of notification {Diagnostic.Quote(kind)}.", Suggestion.Closest(kind, NotificationKind.Names) is { } meant ? $"did you mean '{meant}'?" : $"there are {string.Join(", ", NotificationKind.Names)}");
            return;
        }

        if (form is not (".subject.txt" or ".txt" or ".html"))
        {
            Wrong(1, $"{Diagnostic.Quote(parts[1])} is no name of a text.", $"{kind}.subject.txt, {kind}.txt or {kind}.html");
            return;
        }

        if (new FileInfo(file).Length > LongestFile)
        {
            Wrong(1, $"The text is longer than {LongestFile} bytes.", "say less");
            return;
        }

        string source;
        try
        {
            source = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            Wrong(1, "The text is no UTF-8.", "save it as UTF-8");
            return;
        }

        var text = texts.GetValueOrDefault((language.Code, kind)) ?? new OwnText(kind, language, null, null, null);
        text = form switch { ".subject.txt" => text with { Subject = source.Trim() }, ".txt" => text with { Plain = source }, _ => text with { Html = source } };
        texts[(language.Code, kind)] = text;
        if (OwnTexts.ProblemOf(source, form == ".html") is var (line, problem))
            Wrong(line, $"The text cannot be used: {problem}.", "docs/notifications.md says what a text can name");

        void Wrong(int line, string message, string hint) => diagnostics.Error("LK6070", new Place(name, line), message, hint);
    }
}
