using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Language.Calendars;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Reconciliations;

using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>Reads <c>reconcile.yaml</c>.</summary>
public static class ReconciliationReader
{
    private static readonly Section s_comparison = new("comparison", "One column of theirs and what of ours stands beside it.",
    [
        new("due", FreeText, "Their column of deadlines."),
        new("label", FreeText, "Their column of labels."),
        new("percent", FreeText, "Their column of percentages."),
        new("clock", Name, "Our clock, or the objective that measures it, for deadlines and labels."),
        new("key", Text("a template", "{case_id}"), "The ticket's name, with columns in braces."),
        new("met", Texts, "Their words for met."),
        new("late", Texts, "Their words for breached."),
        new("tolerance", Elapsed, "Differences up to this are agreement.", "none"),
        new("objective", Name, "Our objective, for percentages."),
        new("at", FreeText, "Their column with the instant at which the period ends."),
        new("period", FreeText, "Their column with the period, such as 2025-10."),
        new("rounding", Words("half-up", "down", "up"), "How they round.", "half-up"),
        new("places", Number, "Decimal places to compare.", "those that they write"),
    ]);

    private static readonly Section s_times = new("times", "How their table writes times.",
    [
        new("zone", Zone, "Whose wall clock a time without an offset shows.", "the agreement's zone"),
        new("strip", FreeText, "A suffix that is not part of the time, such as an offset that is false.", "none"),
        new("formats", Texts, "Patterns, tried in this order.", "ISO 8601"),
    ]);

    private static readonly Section s_plan = new("reconciliation", "Our results beside the figures of somebody else.",
    [
        new("agreement", FreeText, "The agreement's file.", Required: true),
        new("facts", Texts, "The files of facts.", Required: true),
        new("map", FreeText, "The map by which facts are made of CSV.", "the facts are CloudEvents"),
        new("against", FreeText, "The table with their figures: CSV, or JSON lines.", Required: true),
        new("as-of", FreeText, "The instant as of which our results stand.", "now"),
        new("only", Map("a column", Any(FreeText, Texts)), "Which rows count.", "all"),
        new("times", Of(s_times), "How their table writes times."),
        new("compare", List(Of(s_comparison)), "What is compared.", Required: true),
    ]);

    private static readonly Dictionary<string, Rounding> s_roundings = new(StringComparer.Ordinal)
    {
        ["half-up"] = Rounding.HalfAwayFromZero, ["down"] = Rounding.Down, ["up"] = Rounding.Up,
    };

    /// <summary>Reads a plan.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="file">The name that diagnostics carry.</param>
    /// <param name="diagnostics">Takes all that is wrong.</param>
    /// <returns>Null when an error was reported. Names of files are as written.</returns>
    public static ReconciliationPlan? Read(string text, string file, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var own = new DiagnosticBag();
        var plan = YamlReader.Read(text, file, own) is { } root && SectionReader.Open(root, s_plan, "", own) is { } reader ? Plan(reader) : null;
        foreach (var diagnostic in own)
            diagnostics.Add(diagnostic);
        return own.HasErrors ? null : plan;
    }

    private static ReconciliationPlan Plan(SectionReader reader)
    {
        var comparisons = ImmutableArray.CreateBuilder<PlannedComparison>();
        var node = reader.Node("compare");
        ImmutableArray<YamlNode> items = node is YamlNode.Sequence sequence ? sequence.Items : node is null ? [] : [node];
        for (var i = 0; i < items.Length; i++)
        {
            if (SectionReader.Open(items[i], s_comparison, $"compare[{i}]", reader.Diagnostics) is { } item && Comparison(item) is { } comparison)
                comparisons.Add(comparison);
        }

        return new ReconciliationPlan
        {
            Agreement = reader.Text("agreement") ?? "",
            Facts = reader.Texts("facts"),
            Map = reader.Text("map"),
            Against = reader.Text("against") ?? "",
            AsOf = reader.Text("as-of"),
            Only = [.. reader.Named("only").Select(o => (o.Entry.Key, reader.TextsOf(o.Entry.Value, o.Path)))],
            Time = reader.Section("times", s_times) is { } times ? Times(times) : new WrittenTime(null, "", []),
            Comparisons = comparisons.ToImmutable(),
        };
    }

    private static WrittenTime Times(SectionReader reader)
    {
        DateTimeZone? zone = null;
        if (reader.Text("zone") is { } id && (zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(id)) is null)
            CalendarReader.UnknownZone(reader, "zone", id);
        return new WrittenTime(zone, reader.Text("strip") ?? "", reader.Texts("formats"));
    }

    private static PlannedComparison? Comparison(SectionReader reader)
    {
        string[] kinds = ["due", "label", "percent"];
        if (kinds.Count(reader.Has) != 1)
        {
            reader.Diagnostics.Error("LK1901", reader.Place, $"'{reader.Path}' must name one column: as 'due', 'label' or 'percent'.");
            return null;
        }

        var kind = kinds.First(reader.Has);
        var column = reader.Text(kind) ?? "";
        if (kind == "percent")
        {
            if (reader.Has("at") == reader.Has("period"))
                reader.Diagnostics.Error("LK1902", reader.Place, $"'{reader.Path}' must name the column of the instant ('at') or of the period ('period').");
            return new PlannedComparison.Percent(
                Need("objective"), reader.Text("at") ?? "", reader.Text("period") ?? "", reader.Word("rounding", s_roundings) ?? Rounding.HalfAwayFromZero, reader.Count("places", 0, 12)) { Column = column };
        }

        return kind == "due"
            ? new PlannedComparison.Due(Need("clock"), Need("key"), reader.Elapsed("tolerance") ?? Duration.Zero) { Column = column }
            : new PlannedComparison.Label(Need("clock"), Need("key"), Needed("met"), Needed("late")) { Column = column };

        string Need(string key) => Needed(key) is [var first, ..] ? first : "";

        ImmutableArray<string> Needed(string key)
        {
            if (!reader.Has(key))
                reader.Diagnostics.Error("LK1903", reader.Place, $"'{reader.Path}' compares '{kind}' and lacks the key '{key}'.");
            return reader.Texts(key);
        }
    }
}
