using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Forms;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;

namespace Levelkeeper.Language.Contract;

/// <summary>An effective agreement as a contract that people read: every clause, written or by default, has a numbered sentence that is made from it.</summary>
public sealed class ContractDocument
{
    /// <summary>The chapters in their order, each with the top-level keys that it states. A test sees that no key is left out.</summary>
    internal static readonly ImmutableArray<(string Chapter, ImmutableArray<string> Keys)> Chapters =
    [
        ("agreement", ["levelkeeper", "id", "kind", "state", "extends", "plan", "languages", "master", "legal-review", "suspensions", "at-least-as-strict", "plans", "amendments"]),
        ("parties", ["parties", "people"]),
        ("term", ["term", "zone"]),
        ("calendars", ["calendars"]),
        ("services", ["services", "suppliers"]),
        ("support", ["support"]),
        ("maintenance", ["maintenance"]),
        ("objectives", ["objectives", "rosters"]),
        ("clocks", ["clocks", "tickets"]),
        ("duties", ["duties"]),
        ("commitments", ["commitments"]),
        ("price", ["currency", "price"]),
        ("exclusions", ["exclusions"]),
        ("remedies", ["remedies", "remedies-are", "cap", "statement"]),
        ("escalation", ["escalation"]),
        ("disputes", ["disputes"]),
        ("reviews", ["reviews"]),
        ("other", ["indemnity", "texts"]),
        ("signatures", ["signed-on-paper"]),
    ];

    /// <summary>The top-level keys of the annex; the objectives' technical keys come before them.</summary>
    internal static readonly ImmutableArray<string> AnnexKeys = ["assertions", "matching"];

    /// <summary>Keys of an objective that say how a number is measured; a lawyer finds them in the annex.</summary>
    internal static readonly ImmutableHashSet<string> Technical =
    [
        "rounded", "counted-in", "first-contact", "closed-ticket", "settles-after", "unit", "nothing-measured", "straddling-windows", "failed-checks", "smallest-possible", "percentile",
        "exclusions", "no-data", "fresh-for", "before-first", "previous-state", "confirmed-after", "observer-gap", "downtime-begins", "shortest-outage", "short-outages", "full-units", "degraded",
        "merge-within", "combine", "joined-late", "slices", "affected-share", "prevails", "counts-from", "period-length", "burn-alerts",
    ];

    /// <summary>Keys whose absence decides nothing, so that nothing is said about it; titles stand in headings.</summary>
    private static readonly ImmutableHashSet<string> Silent =
    [
        "party.contact", "party.address", "party.post-code", "party.city", "party.country", "party.registration", "party.tax-number", "party.vat-id", "party.endpoint", "party.represented-by", "party.also-called",
        "person.name", "person.role", "person.email", "person.phone", "person.chat", "master agreement.reference", "master agreement.dated",
        "action.done", "review.decisions", "review.findings", "review.actions", "review.present", "legal review.by", "legal review.on", "legal review.remark", "paper signature.role", "paper signature.reference",
        "agreement.rosters", "term.length", "calendar.versions", "calendar.closed-by", "calendar.moved-working-days", "service.description", "service.delivery", "service.technologies",
        "channel.contact", "priority.definition", "priority.examples", "duty.description", "objective.description", "objective.benchmark", "objective.benchmark-source",
        "tax.rate", "tax.amount", "price.changes", "agreement.extends", "agreement.plan", "agreement.plans", "agreement.amendments", "agreement.at-least-as-strict",
        "agreement.signed-on-paper", "agreement.suspensions", "agreement.indemnity", "agreement.texts", "commitment.standard", "plan.extends", "plan.title", "amendment.title",
    ];

    private readonly Phrasebook _words;
    private readonly ContractValues _values;

    private readonly ValueForms _forms;
    private readonly ContractVersion? _version;

    private ContractDocument(YamlNode.Mapping effective, TextLanguage language, ContractVersion? version)
    {
        _words = Phrasebook.Of(language);
        _forms = new ValueForms(_words);
        _version = version;
        _values = new ContractValues(_words, effective);
    }

    /// <summary>Builds the document.</summary>
    /// <param name="effective">The agreement with its levels laid over each other; one that can be read. A value of a wrong form is given as it is written.</param>
    /// <param name="language">The language.</param>
    /// <param name="version">Which version it is and what is signed; null to leave both out.</param>
    public static Document Of(YamlNode.Mapping effective, TextLanguage language, ContractVersion? version = null)
    {
        ArgumentNullException.ThrowIfNull(effective);
        ArgumentNullException.ThrowIfNull(language);
        return new ContractDocument(effective, language, version).Build(effective);
    }

    /// <summary>Whether nothing is said where nobody wrote the key.</summary>
    internal static bool IsSilent(Section section, Key key) => key.Name == "title" || Silent.Contains($"{section.Name}.{key.Name}");

    private Document Build(YamlNode.Mapping effective)
    {
        var parts = ContractPart.PartsOf(effective).ToDictionary(p => p.Key.Name, StringComparer.Ordinal);
        var chapters = ImmutableArray.CreateBuilder<DocumentSection>();
        foreach (var (chapter, keys) in Chapters)
        {
            var number = (chapters.Count + 1).ToString(CultureInfo.InvariantCulture);
            if (Chapter(number, chapter, keys.Where(parts.ContainsKey).Select(k => parts[k])) is { } section)
                chapters.Add(section);
        }

        if (Annex(parts) is { } annex)
            chapters.Add(annex);
        var title = effective.Find("title")?.Value is YamlNode.Scalar { Text: var text } ? text : "";
        return new Document(_words.Language, title, _words.Say("subtitle", ("id", _forms.Name(_values.TextAt("id"))), ("edition", _forms.Name(_values.TextAt("levelkeeper")))), chapters.ToImmutable(), _words.Say("contents"));
    }

    private DocumentSection? Chapter(string number, string chapter, IEnumerable<ContractPart> parts)
    {
        var builder = new SectionBuilder(number, _words.Say($"chapter.{chapter}"));
        foreach (var part in parts)
            Add(builder, part, p => !IsTechnical(p));
        if (_version is not null)
            Version(builder, chapter, _version);
        return builder.Build();
    }

    /// <summary>What is known of the version and of no clause: among the first sentences which one it is, among the last what is signed.</summary>
    private void Version(SectionBuilder into, string chapter, ContractVersion version)
    {
        if (chapter == "signatures")
            into.Clause(_words.Say("version.hash", ("value", _forms.Name(version.Hash))), "", "");
        if (chapter != "agreement" || version.From is not { } from)
            return;
        into.Clause(_words.Say("version.from", ("value", _forms.Date(from))), "", "");
        if (version.Last is { } last)
            into.Clause(_words.Say("version.last", ("value", _forms.Date(last))), "", "");
        foreach (var (since, title) in version.Amendments)
            into.Clause(_words.Say(title.Length == 0 ? "version.amendment" : "version.amendment-title", ("from", _forms.Date(since)), ("title", _forms.Name(title))), "", "");
    }

    private DocumentSection? Annex(Dictionary<string, ContractPart> parts)
    {
        var annex = new SectionBuilder(_words.Say("annex.number"), _words.Say("chapter.annex"));
        if (parts.TryGetValue("objectives", out var objectives) && objectives is ContractGroup group)
        {
            foreach (var objective in group.Parts.OfType<ContractGroup>())
            {
                annex.Part(_words.Say("annex.objective", ("name", _values.Reference("objectives", objective.Name))), section =>
                {
                    foreach (var part in objective.Parts.Where(IsTechnical))
                        Add(section, part, _ => true);
                });
            }
        }

        foreach (var key in AnnexKeys.Where(parts.ContainsKey))
            Add(annex, parts[key], _ => true);
        return annex.Build();
    }

    private static bool IsTechnical(ContractPart part) => ReferenceEquals(part.Section, AgreementVocabulary.Objective) && Technical.Contains(part.Key.Name);

    private void Add(SectionBuilder into, ContractPart part, Func<ContractPart, bool> here)
    {
        if (!here(part))
            return;
        var id = $"{part.Section.Name}.{part.Key.Name}";
        switch (part)
        {
            case ContractClause clause:
                if (!(clause.IsDefault && IsSilent(part.Section, part.Key)) && !IsHeading(clause))
                    into.Clause(_values.Sentence(clause), clause.IsDefault ? _words.Say("default") : "", clause.Path);
                break;
            case ContractGroup { Key.Name: "tiers" } tiers:
                into.Table(_words.Say(id), _values.TierColumns(), [.. tiers.Parts.OfType<ContractGroup>().Select(_values.TierRow)]);
                break;
            case ContractGroup { Key.Name: "matrix", Name: "" } matrix:
                into.Table(_words.Say(id), [.. new[] { "impact", "urgency", "priority" }.Select(c => _words.Say($"{id}/{c}"))], [.. _values.MatrixRows(matrix)]);
                break;
            case ContractGroup { Name: "", Of: not null } keys when !part.Path.EndsWith(']'):
                if (_words.Has(id))
                    into.Clause(_words.Say(id), "", part.Path);
                if (_words.Has($"{id}/heading"))
                    into.Part(_words.Say($"{id}/heading"), section => AddAll(section, keys, here));
                else
                    AddAll(into, keys, here);
                break;
            case ContractGroup { Name: "", Of: null } many:
                AddAll(into, many, here);
                break;
            case ContractGroup group:
                into.Part(Heading(id, group), section => AddAll(section, group, here));
                break;
            default:
                throw new InvalidOperationException("The parts of a contract are closed.");
        }
    }

    private void AddAll(SectionBuilder into, ContractGroup group, Func<ContractPart, bool> here)
    {
        foreach (var part in group.Parts)
            Add(into, part, here);
    }

    private static bool IsHeading(ContractClause clause) => clause.Key.Name == "title" && !ReferenceEquals(clause.Section, PartyClauses.Master) && clause.Section.Name != "amendment"
        || clause is { Key.Name: "name", Section.Name: "person" };

    private string Heading(string id, ContractGroup group)
    {
        if (group.Path.EndsWith(']'))
        {
            var index = int.Parse(group.Path.AsSpan(group.Path.LastIndexOf('[') + 1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture);
            return _words.Say($"{id}/item", ("n", (index + 1).ToString(CultureInfo.InvariantCulture)));
        }

        var name = _values.Heading(group);
        return _words.Has($"{id}/heading") ? _words.Say($"{id}/heading", ("name", name)) : name;
    }

    /// <summary>A section while it grows: sentences first, then its parts, numbered in that order.</summary>
    private sealed class SectionBuilder(string number, string heading)
    {
        private readonly List<Func<string, DocumentBlock>> _blocks = [];
        private readonly List<(string Heading, Action<SectionBuilder> Fill)> _parts = [];

        public void Clause(string text, string note, string source)
        {
            if (text.Length > 0)
                _blocks.Add(n => new DocumentBlock.Clause(n, text, note, source));
        }

        public void Table(string caption, ImmutableArray<string> columns, ImmutableArray<ImmutableArray<string>> rows) => _blocks.Add(n => new DocumentBlock.Table(n, caption, columns, rows));

        public void Part(string title, Action<SectionBuilder> fill) => _parts.Add((title, fill));

        /// <summary>The section; null when nothing is in it.</summary>
        public DocumentSection? Build()
        {
            var blocks = _blocks.Select((make, i) => make($"{number}.{i + 1}")).ToImmutableArray();
            var sections = ImmutableArray.CreateBuilder<DocumentSection>();
            foreach (var (title, fill) in _parts)
            {
                var builder = new SectionBuilder($"{number}.{blocks.Length + sections.Count + 1}", title);
                fill(builder);
                if (builder.Build() is { } section)
                    sections.Add(section);
            }

            return blocks.IsEmpty && sections.Count == 0 ? null : new DocumentSection(number, heading, blocks, sections.ToImmutable());
        }
    }
}
