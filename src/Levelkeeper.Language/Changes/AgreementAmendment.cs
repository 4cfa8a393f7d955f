using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Formatting;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Language.Changes;

/// <summary>Appends an amendment to an agreement's file. The rest of the file stays as it is, letter by letter, wherever the layout allows it.</summary>
public static class AgreementAmendment
{
    private const string Amendments = "amendments";

    /// <summary>A file with one more amendment, the last of its list.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name, for places.</param>
    /// <param name="from">The first day on which it is in force.</param>
    /// <param name="title">What it is about; empty for nothing.</param>
    /// <param name="settings">The clauses with their values from then on; <c>removed</c> takes one away.</param>
    /// <param name="diagnostics">Takes what is wrong; whether the amended agreement holds together is found when it is read.</param>
    /// <returns>The text; null when the file cannot be read or a setting cannot be made.</returns>
    public static string? Append(string text, string file, LocalDate from, string title, IEnumerable<ClauseSetting> settings, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (CommentedFile.Read(text, file, diagnostics) is not { } read || Changes(read.Root, settings, diagnostics) is not { } changes)
            return null;
        var entries = ImmutableArray.Create(Entry("from", new YamlNode.Scalar(LocalDatePattern.Iso.Format(from), false, Place.None)));
        if (title.Length > 0)
            entries = entries.Add(Entry("title", new YamlNode.Scalar(title, true, Place.None)));
        var amendment = new YamlNode.Mapping(entries.Add(Entry("changes", changes)), Place.None);

        var list = read.Root.Find(Amendments)?.Value switch
        {
            null => [],
            YamlNode.Sequence stated => stated.Items,
            var one => [one],
        };
        var lines = CommentedFile.Lines(text);
        var before = read.Root;
        read.Set([Amendments], new YamlNode.Sequence(list.Add(amendment), Place.None));
        // What is put together from lines is only believed when it reads as what was meant; else the file is written in its canonical form.
        var amended = Appended(lines, before, amendment) is { } appended && YamlReader.Read(appended, file, new DiagnosticBag()) is { } again && AgreementFormat.IsSame(read.Root, again) && Remarks.Count(appended) == Remarks.Count(lines)
            ? appended
            : read.Write();
        return text.Contains("\r\n", StringComparison.Ordinal) ? amended.ReplaceLineEndings("\r\n") : amended;
    }

    private static YamlEntry Entry(string key, YamlNode value) => new(key, Place.None, value);

    private static YamlNode.Mapping? Changes(YamlNode.Mapping root, IEnumerable<ClauseSetting> settings, DiagnosticBag diagnostics)
    {
        var changes = new YamlNode.Mapping([], Place.None);
        var isGood = true;
        foreach (var setting in settings)
        {
            if (setting.Parts(AgreementVocabulary.Changes, root, diagnostics) is { } parts && setting.Node(diagnostics) is { } value)
                changes = With(changes, parts.AsSpan(), value);
            else
                isGood = false;
        }

        return isGood ? changes : null;
    }

    private static YamlNode.Mapping With(YamlNode.Mapping mapping, ReadOnlySpan<string> path, YamlNode value)
    {
        var old = mapping.Find(path[0]);
        var entry = Entry(path[0], path.Length == 1 ? value : With(old?.Value as YamlNode.Mapping ?? new YamlNode.Mapping([], Place.None), path[1..], value));
        return mapping with { Entries = old is null ? mapping.Entries.Add(entry) : mapping.Entries.Replace(old, entry) };
    }

    /// <summary>The lines of the file with those of the amendment after the last one, or in a section of their own at the end.</summary>
    private static string? Appended(string text, YamlNode.Mapping root, YamlNode.Mapping amendment)
    {
        var section = AgreementFormat.Write(new YamlNode.Mapping([Entry(Amendments, new YamlNode.Sequence([amendment], Place.None))], Place.None), Remarks.None);
        if (root.Find(Amendments) is not { } stated)
            return $"{text.TrimEnd('\n')}\n\n{section}";
        if (stated.Value is not YamlNode.Sequence { InBrackets: false, Items: [.., var last] })
            return null;
        var lines = text.TrimEnd('\n').Split('\n').ToList();
        var dash = last.Place.Line <= lines.Count ? lines[last.Place.Line - 1].IndexOf('-', StringComparison.Ordinal) : -1;
        if (dash < 0 || dash >= last.Place.Column)
            return null;
        // Up to the next section, without the empty lines and comments before it.
        var end = root.Entries.Select(e => e.Place.Line - 1).Where(l => l >= last.Place.Line).DefaultIfEmpty(lines.Count).Min();
        while (end > last.Place.Line && (lines[end - 1].AsSpan().Trim().IsEmpty || lines[end - 1].StartsWith('#')))
            end--;
        lines.InsertRange(end, section.TrimEnd('\n').Split('\n').Skip(1).Select(l => l.Length == 0 ? l : new string(' ', dash) + l[2..]));
        return string.Join('\n', lines) + "\n";
    }
}
