using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Levels;

/// <summary>
/// Reads an agreement with the levels above it (corporate, plan, customer) and its amendments, and lays them over each other. At every level the base comes
/// first, then the chosen plan, then the amendments in force, in order of their dates; a lower level comes over all of that.
/// </summary>
public sealed class LevelReader
{
    /// <summary>The most levels above one another.</summary>
    public const int MostLevels = 8;

    /// <summary>The most amendments of an agreement, on all its levels. Each is a version, which is read and checked by itself.</summary>
    public const int MostAmendments = 200;

    /// <summary>The most values of all versions together.</summary>
    public const int MostValues = 500_000;

    private readonly ImmutableArray<YamlNode.Mapping> _levels;
    private readonly ImmutableArray<ChosenPlan> _plans;
    private readonly ImmutableArray<Amendment> _amendments;

    private LevelReader(ImmutableArray<YamlNode.Mapping> levels, ImmutableArray<ChosenPlan> plans, ImmutableArray<Amendment> amendments) =>
        (_levels, _plans, _amendments) = (levels, plans, amendments);

    /// <summary>Keys that belong to one file and are not inherited.</summary>
    private static readonly ImmutableHashSet<string> Own = ["id", "title", "kind", "extends", "plan", "plans", "amendments", "at-least-as-strict", "state", "legal-review", "signed-on-paper", "suspensions"];

    /// <summary>The dates from which amendments are in force, ascending and distinct; before the first the agreement stands as it was signed.</summary>
    public ImmutableArray<LocalDate> Dates => [.. _amendments.Select(a => a.From).Distinct().Order()];

    /// <summary>The amendments of all levels with their titles (empty where none is said), in order of their dates.</summary>
    public IEnumerable<(LocalDate From, string Title)> Amendments => _amendments.OrderBy(a => a.From).Select(a => (a.From, a.Title));

    /// <summary>How many levels there are; 1 for an agreement that extends nothing.</summary>
    public int Count => _levels.Length;

    /// <summary>Reads an agreement's text and what it extends.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name, for places.</param>
    /// <param name="files">Reads upper levels; null refuses them.</param>
    /// <param name="diagnostics">Takes what is wrong with the levels; what is wrong with clauses is found when the effective agreement is read.</param>
    /// <returns>Null when a level cannot be read at all.</returns>
    public static LevelReader? Read(string text, string file, AgreementFiles? files, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var levels = new List<YamlNode.Mapping>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        (string Text, string File)? next = (text, file);
        while (next is { } current)
        {
            // An agreement may name any file that its reader can open; what is in one that is no agreement is not repeated.
            var own = new DiagnosticBag();
            var root = YamlReader.Read(current.Text, current.File, own);
            if (levels.Count > 0 && root is not null && (root as YamlNode.Mapping)?.Find("levelkeeper") is null)
            {
                diagnostics.Error("LK1807", new Place(current.File), "This file is no agreement, and another extends it.", "begin the upper level with 'levelkeeper: v1'");
                return null;
            }

            foreach (var diagnostic in own)
                diagnostics.Add(diagnostic);
            if (root is null)
                return null;
            if (root is not YamlNode.Mapping level)
            {
                diagnostics.Error("LK1101", root.Place, $"The agreement must be a mapping of keys; this is {root.Kind}.", "start with 'levelkeeper: v1'");
                return null;
            }

            levels.Insert(0, level);
            seen.Add(current.File);
            if (level.Find("extends") is not { } extends)
                break;
            next = Upper(extends, seen, levels.Count, files, diagnostics);
            if (next is null)
                return null;
        }

        var amendments = levels.SelectMany((level, i) => AmendmentsOf(level, i, diagnostics)).ToImmutableArray();
        // Counted only where so many amendments could make them too many at all.
        var mayBeTooMany = amendments.Length > 0 && (amendments.Length + 1L) * levels.Count * YamlReader.MaxNodes > MostValues;
        if (amendments.Length > MostAmendments || (mayBeTooMany && (amendments.Length + 1L) * levels.Sum(Values) > MostValues))
        {
            diagnostics.Error("LK1808", levels[^1].Find("amendments")?.Place ?? levels[^1].Place,
                $"There are {amendments.Length} amendments; at most {MostAmendments} are read, and {MostValues} values in all versions together.", "begin a new agreement from the effective one: levelkeeper effective");
            return null;
        }

        var plans = levels.Select((level, i) => (Level: i, From: (LocalDate?)null, Entry: level.Find("plan")))
            .Concat(amendments.Select(a => (a.Level, From: (LocalDate?)a.From, Entry: a.Changes.Find("plan"))))
            .Where(p => p.Entry is not null)
            .OrderBy(p => p.Level).ThenBy(p => p.From ?? LocalDate.MinIsoValue)
            .Select(p => new ChosenPlan(p.From, p.Entry!, p.Entry!.Value is YamlNode.Scalar { Quoted: false, Text: LevelMerge.Removed } ? [] : PlansOf(p.Entry!, levels, diagnostics)))
            .ToImmutableArray();
        var reader = new LevelReader([.. levels], plans, amendments);
        if (levels.Any(l => l.Find("at-least-as-strict") is not null))
            reader.CheckStrictness(diagnostics);
        return reader;
    }

    private static (string Text, string File)? Upper(YamlEntry extends, HashSet<string> seen, int count, AgreementFiles? files, DiagnosticBag diagnostics)
    {
        var place = extends.Value.Place;
        if (extends.Value is not YamlNode.Scalar { Text: { Length: > 0 } name })
        {
            diagnostics.Error("LK1801", place, "'extends' names the file of the upper level.", "for example 'extends: corporate.yaml'");
            return null;
        }

        if (files is null)
        {
            diagnostics.Error("LK1801", place, $"The upper level {Diagnostic.Quote(name)} cannot be read here.", "give the effective agreement instead: levelkeeper effective");
            return null;
        }

        if (count >= MostLevels)
        {
            diagnostics.Error("LK1803", place, $"There are more than {MostLevels} levels.");
            return null;
        }

        if (files(name, place, diagnostics) is not { } upper)
            return null;
        if (!seen.Contains(upper.File))
            return upper;
        diagnostics.Error("LK1802", place, $"The agreement extends itself: {Diagnostic.Quote(name)} is already below this level.", "let the upper level stand by itself");
        return null;
    }

    /// <summary>The agreement as it is in force on a date: every level, the plan and the amendments up to then laid over each other.</summary>
    /// <param name="on">The date; null for all amendments.</param>
    /// <param name="diagnostics">Takes what is wrong with the levels among themselves.</param>
    public YamlNode.Mapping Effective(LocalDate? on, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var effective = new YamlNode.Mapping([], Place.None);
        foreach (var layer in Layers(on))
            effective = Over(effective, layer.Stated, diagnostics);
        if (Chosen(on) is { Chain: [.., var name] } chosen)
            effective = effective with { Entries = effective.Entries.Add(chosen.Entry with { Value = new YamlNode.Scalar(name, false, chosen.Entry.Value.Place) }) };
        return effective with { Place = _levels[^1].Place };
    }

    /// <summary>The last plan that a level or an amendment in force chooses; null for none.</summary>
    private ChosenPlan? Chosen(LocalDate? on) => _plans.LastOrDefault(p => on is null || p.From is null || p.From <= on);

    /// <summary>What is laid over what came before, in order: each level's own clauses, its part of the chosen plan, and its amendments in force.</summary>
    private IEnumerable<Layer> Layers(LocalDate? on)
    {
        var chain = Chosen(on)?.Chain ?? [];
        for (var i = 0; i < _levels.Length; i++)
        {
            var level = _levels[i];
            yield return new Layer(i, Without(level, i == _levels.Length - 1 ? ["extends", "plans", "plan", "amendments", "at-least-as-strict"] : Own), IsOwn: true);
            foreach (var section in chain.Select(plan => PlanOf(level, plan)).OfType<YamlNode.Mapping>())
                yield return new Layer(i, Without(section, ["title", "extends"]), IsOwn: false);
            foreach (var amendment in _amendments.Where(a => a.Level == i && (on is null || a.From <= on)).OrderBy(a => a.From))
                yield return new Layer(i, Without(amendment.Changes, ["plan"]), IsOwn: false);
        }
    }

    /// <summary>Reports changes of clauses that a level lets nobody make worse for the customer, in any version, each once. A plan that nobody chose is held against its own level.</summary>
    private void CheckStrictness(DiagnosticBag diagnostics)
    {
        var found = new DiagnosticBag();
        LocalDate?[] versions = _amendments.IsEmpty ? [null] : [Dates[0].PlusDays(-1), .. Dates.Select(d => (LocalDate?)d)];
        foreach (var on in versions)
            CheckStrictness(on, found);
        foreach (var diagnostic in found.Distinct())
            diagnostics.Add(diagnostic);
    }

    private void CheckStrictness(LocalDate? on, DiagnosticBag diagnostics)
    {
        // What is wrong with the layers otherwise is reported when they are laid over each other.
        var unheard = new DiagnosticBag();
        var strictness = new Strictness();
        var effective = new YamlNode.Mapping([], Place.None);
        foreach (var layer in Layers(on))
        {
            var next = Over(effective, layer.Stated, unheard);
            if (layer.Level > 0 || !layer.IsOwn)
                strictness.Check(effective, next, layer.Stated, diagnostics);
            effective = next;
            if (!layer.IsOwn)
                continue;
            strictness.Add(_levels[layer.Level], diagnostics);
            if (_plans.IsEmpty && _levels[layer.Level].Find("plans")?.Value is YamlNode.Mapping plans)
            {
                foreach (var plan in plans.Entries.Select(p => p.Value).OfType<YamlNode.Mapping>())
                    strictness.Check(effective, Over(effective, Without(plan, ["title", "extends"]), unheard), plan, diagnostics);
            }
        }
    }

    /// <summary>The versions of the agreement with the dates from which they are in force, earliest first: one as it is when its term starts, and one for each date of an amendment after that.</summary>
    /// <param name="diagnostics">Takes what is wrong with the levels among themselves, in any version.</param>
    /// <returns>Dates ascend. Where no term is stated (a corporate agreement), the first version is that of the day before the first amendment; its date is null when there is none.</returns>
    public ImmutableArray<(LocalDate? From, YamlNode.Mapping Effective)> Versions(DiagnosticBag diagnostics)
    {
        if (_amendments.IsEmpty)
        {
            var only = Effective(null, diagnostics);
            return [(StartOf(only), only)];
        }

        var before = Dates[0].PlusDays(-1);
        var start = StartOf(Effective(before, diagnostics)) ?? before;
        LocalDate[] dates = [start, .. Dates.Where(d => d > start)];
        return [.. dates.Select(d => ((LocalDate?)d, Effective(d, diagnostics)))];

        static LocalDate? StartOf(YamlNode.Mapping effective) =>
            effective.Find("term")?.Value is YamlNode.Mapping term && term.Find("from")?.Value is YamlNode.Scalar from ? SectionReader.DateFrom(from.Text) : null;
    }

    private static long Values(YamlNode node) => node switch
    {
        YamlNode.Mapping mapping => 1 + mapping.Entries.Sum(e => 1 + Values(e.Value)),
        YamlNode.Sequence sequence => 1 + sequence.Items.Sum(Values),
        _ => 1,
    };

    private static YamlNode.Mapping Over(YamlNode.Mapping upper, YamlNode.Mapping lower, DiagnosticBag diagnostics) =>
        LevelMerge.Merge(AgreementVocabulary.Agreement, upper, lower, "", diagnostics);

    private static YamlNode.Mapping Without(YamlNode.Mapping level, ImmutableHashSet<string> keys) =>
        level with { Entries = level.Entries.RemoveAll(e => keys.Contains(e.Key)) };

    private static YamlNode.Mapping? PlanOf(YamlNode.Mapping level, string plan) =>
        level.Find("plans")?.Value is YamlNode.Mapping plans && plans.Find(plan)?.Value is YamlNode.Mapping section ? section : null;

    /// <summary>The chosen plan with the plans that it extends, those first.</summary>
    private static ImmutableArray<string> PlansOf(YamlEntry chosen, List<YamlNode.Mapping> levels, DiagnosticBag diagnostics)
    {
        var sections = levels.SelectMany(l => l.Find("plans")?.Value is YamlNode.Mapping plans ? plans.Entries : []).ToLookup(e => e.Key, e => e.Value as YamlNode.Mapping, StringComparer.Ordinal);
        var known = sections.Select(s => s.Key);
        var chain = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (node, place) = (chosen.Value, chosen.Value.Place);
        while (true)
        {
            if (node is not YamlNode.Scalar { Text: var name } || !sections.Contains(name))
            {
                var text = (node as YamlNode.Scalar)?.Text ?? "";
                var near = Suggestion.Closest(text, known);
                diagnostics.Error("LK1804", place, $"There is no plan {Diagnostic.Quote(text)}.", near is not null ? $"did you mean '{near}'?" : sections.Count == 0 ? "define it under 'plans', here or at an upper level" : $"there are {string.Join(", ", known)}");
                return [];
            }

            if (!seen.Add(name))
            {
                diagnostics.Error("LK1806", place, $"The plan '{name}' extends itself.", "let one of the plans stand by itself");
                return [];
            }

            chain.Add(name);
            if (sections[name].Select(s => s?.Find("extends")).LastOrDefault(e => e is not null) is not { } extends)
                return [.. Enumerable.Reverse(chain)];
            (node, place) = (extends.Value, extends.Value.Place);
        }
    }

    private static IEnumerable<Amendment> AmendmentsOf(YamlNode.Mapping level, int index, DiagnosticBag diagnostics)
    {
        if (level.Find("amendments") is not { } stated)
            yield break;
        var items = stated.Value is YamlNode.Sequence sequence ? sequence.Items : [stated.Value];
        for (var i = 0; i < items.Length; i++)
        {
            if (SectionReader.Open(items[i], AgreementVocabulary.Amendment, $"amendments[{i}]", diagnostics) is not { } reader)
                continue;
            if (reader.Date("from") is { } from && reader.Node("changes") is { } node && SectionReader.Open(node, AgreementVocabulary.Changes, $"amendments[{i}].changes", diagnostics) is not null)
                yield return new Amendment(index, from, reader.Node("title") is YamlNode.Scalar title ? title.Text : "", (YamlNode.Mapping)node);
        }
    }

    /// <summary>Something that is laid over what came before.</summary>
    /// <param name="Level">The level that states it.</param>
    /// <param name="Stated">What it states.</param>
    /// <param name="IsOwn">True for the level's own clauses, false for a plan or an amendment.</param>
    private sealed record Layer(int Level, YamlNode.Mapping Stated, bool IsOwn);

    /// <summary>A plan that a level or an amendment chooses, with the plans that it extends before it; empty after reporting.</summary>
    private sealed record ChosenPlan(LocalDate? From, YamlEntry Entry, ImmutableArray<string> Chain);

    /// <summary>Changes that are in force from a date.</summary>
    private sealed record Amendment(int Level, LocalDate From, string Title, YamlNode.Mapping Changes);
}
