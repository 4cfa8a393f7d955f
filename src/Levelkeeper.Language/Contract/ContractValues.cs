using System.Collections.Immutable;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using Levelkeeper.Text.Forms;
using Levelkeeper.Text.Words;

namespace Levelkeeper.Language.Contract;

/// <summary>The sentences of a contract and the values in them, in one language. A value of a wrong form is given as it is written.</summary>
internal sealed partial class ContractValues
{
    /// <summary>Parts of a key in the word lists that no value can be mistaken for.</summary>
    private static readonly ImmutableHashSet<string> Reserved = ["default", "entry", "else", "heading", "item", "share", "column"];

    /// <summary>Keys whose value names something that stands elsewhere, with the section where it does.</summary>
    private static readonly ImmutableDictionary<string, string> References = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["person.hours"] = "calendars", ["service.hours"] = "calendars", ["channel.hours"] = "calendars", ["clock.calendar"] = "calendars", ["objective.calendar"] = "calendars",
        ["escalation step.in-hours-of"] = "calendars", ["duty.calendar"] = "calendars", ["person.stands-in"] = "people", ["service.team"] = "people", ["escalation step.tell"] = "people",
        ["reviews.with"] = "people", ["statement.to"] = "people", ["service.depends-on"] = "services", ["fee.of"] = "services", ["matching rule.service"] = "services", ["objective.excluding"] = "exclusions", ["duty.delays"] = "objectives",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private readonly Phrasebook _words;
    private readonly ValueForms _forms;
    private readonly YamlNode.Mapping _agreement;
    private readonly RemedyForms _remedies;

    public ContractValues(Phrasebook words, YamlNode.Mapping agreement)
    {
        (_words, _forms, _agreement) = (words, new ValueForms(words), agreement);
        _remedies = new RemedyForms(words, TextAt("currency"), Reference);
    }

    /// <summary>A text at the top of the agreement; empty when it is not there.</summary>
    public string TextAt(string key) => _agreement.Find(key)?.Value is YamlNode.Scalar { Text: var text } ? text : "";

    /// <summary>The sentence of a clause: its own words for the value, else the key's sentence with the value put in.</summary>
    public string Sentence(ContractClause clause)
    {
        var id = $"{clause.Section.Name}.{clause.Key.Name}";
        if (clause.IsDefault && _words.Has($"{id}/default") && !_words.Has($"{id}/{clause.Key.Default}"))
            return _words.Say($"{id}/default");
        var node = clause.Value ?? new YamlNode.Scalar(DefaultValue(clause.Key), false, Core.Diagnostics.Place.None);
        var value = Value(id, clause.Key.Shape, node);
        var template = clause.Name.Length == 0 ? id : clause.Name == "else" && _words.Has($"{id}/else") ? $"{id}/else" : $"{id}/entry";
        var name = clause.Key.Name is "escalation" ? Reference("objectives", clause.Name) : _forms.Name(clause.Name);
        var sentence = _words.Has(template) ? _words.Say(template, ("value", value), ("name", name)) : value;
        // Words that say nothing of the value, or nothing but it, would not say which decision it is.
        return clause.Value is { } stated && NotSeen.Is(stated) && (sentence == value || !sentence.Contains(value, StringComparison.Ordinal))
            ? _words.Say("not-seen.clause", ("name", _forms.Name(clause.Path)))
            : sentence;
    }

    /// <summary>The heading of a named part: its title, with the name by which the file knows it.</summary>
    public string Heading(ContractGroup group)
    {
        var mapping = group.Value as YamlNode.Mapping;
        var title = mapping?.Find(group.Of is { Name: "person" } ? "name" : "title")?.Value is YamlNode.Scalar { Text: var text } ? text : null;
        if (group.Key.Name == "escalation")
            return Reference("objectives", group.Name);
        if (group.Key.Name == "maintenance")
            return Reference("services", group.Name);
        if (group.Key.Name == "clocks" && title is null && _words.Has($"clock-name.{group.Name}"))
            return $"{_words.Say($"clock-name.{group.Name}")} ({_forms.Name(group.Name)})";
        return title is null || title == group.Name ? _forms.Name(group.Name) : $"{_forms.Name(title)} ({_forms.Name(group.Name)})";
    }

    /// <summary>Something that stands elsewhere, by its title in quotes; with its name where two have the same title.</summary>
    public string Reference(string section, string name)
    {
        if (section == "calendars" && name == "always")
            return _words.Say("calendar.always");
        if (!_titles.TryGetValue(section, out var titles))
        {
            var all = Titles(section).Concat(section == "services" ? Titles("suppliers") : []).ToLookup(t => t.Name, t => t.Title, StringComparer.Ordinal);
            titles = _titles[section] = (all, all.SelectMany(t => t).CountBy(t => t, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal));
        }

        var title = titles.ByName[name].FirstOrDefault() ?? name;
        return _forms.Quote(title) + (titles.Count.GetValueOrDefault(title) > 1 ? $" ({_forms.Name(name)})" : "");
    }

    /// <summary>By section: the titles of its names, and how many have the same.</summary>
    private readonly Dictionary<string, (ILookup<string, string> ByName, Dictionary<string, int> Count)> _titles = new(StringComparer.Ordinal);

    private IEnumerable<(string Name, string Title)> Titles(string section) =>
        _agreement.Find(section)?.Value is YamlNode.Mapping mapping
            ? mapping.Entries.Select(e => (e.Key, (e.Value as YamlNode.Mapping)?.Find(section == "people" ? "name" : "title")?.Value is YamlNode.Scalar { Text: var title } ? title : e.Key))
            : [];

    /// <summary>The default without the remark after it: <c>unknown: both extremes are computed</c> is <c>unknown</c>.</summary>
    private static string DefaultValue(Key key)
    {
        var text = key.Default ?? "";
        return Words(key.Shape).FirstOrDefault(w => text == w || text.StartsWith(w + ":", StringComparison.Ordinal) || text.StartsWith(w + ",", StringComparison.Ordinal)) ?? text;
    }

    private static IEnumerable<string> Words(ValueShape shape) => shape switch
    {
        ValueShape.OneOf words => words.Words,
        ValueShape.Either either => either.Shapes.SelectMany(Words),
        ValueShape.ListOf list => Words(list.Item),
        _ => [],
    };

    /// <summary>The shape that a text was written in: of several the first that it fits.</summary>
    private static ValueShape? LeafShape(ValueShape shape, string text) => shape switch
    {
        ValueShape.Text form => form.Problem?.Invoke(text) is null ? form : null,
        ValueShape.OneOf words => words.Words.Contains(text) ? words : null,
        ValueShape.ListOf list => LeafShape(list.Item, text),
        ValueShape.MapOf map => LeafShape(map.Value, text),
        ValueShape.Either either => either.Shapes.Select(s => LeafShape(s, text)).FirstOrDefault(s => s is not null),
        ValueShape.Keys => null,
        _ => throw new InvalidOperationException("The shapes of a value are closed."),
    };

    private string Value(string id, ValueShape shape, YamlNode node) => node switch
    {
        _ when Whole(id, node) is { } whole => whole,
        _ when NotSeen.Is(node) => _words.Say("not-seen"),
        YamlNode.Scalar scalar => Scalar(id, shape, scalar.Text),
        YamlNode.Sequence sequence => _forms.List(sequence.Items.Select(i => Value(id, shape, i))),
        YamlNode.Mapping mapping => _forms.Parts(mapping.Entries.Select(e => _words.Say("pair", ("name", _forms.Name(e.Key)), ("value", Value(id, shape, e.Value))))),
        _ => throw new InvalidOperationException("The cases of a YAML node are closed."),
    };

    private string Scalar(string id, ValueShape shape, string text)
    {
        var leaf = LeafShape(shape, text);
        if (!ReferenceEquals(leaf, Forms.FreeText) && !Reserved.Contains(text) && _words.Has($"{id}/{text}"))
            return _words.Say($"{id}/{text}");
        if (References.TryGetValue(id, out var section) && !(section == "exclusions" && text == "maintenance"))
            return Reference(section, text);
        return ByKey(id, text) ?? (leaf is null ? null : ByForm(id, leaf, text)) ?? _forms.Name(text);
    }

    /// <summary>The forms that many keys share.</summary>
    private string? ByForm(string id, ValueShape form, string text)
    {
        if (ReferenceEquals(form, Forms.Date))
            return SectionReader.DateFrom(text) is { } date ? _forms.Date(date) : null;
        if (ReferenceEquals(form, Forms.Time) || ReferenceEquals(form, Forms.Elapsed) || ReferenceEquals(form, Forms.Unit))
            return TimeAmountForm.Parse(text).Amount is { } amount ? _forms.Time(amount) : null;
        if (ReferenceEquals(form, Forms.Percent))
            return PercentForm.Parse(text) is { } share ? (_words.Has($"{id}/share") ? _words.Say($"{id}/share", ("value", _forms.Percent(share))) : _forms.Percent(share)) : null;
        if (ReferenceEquals(form, Forms.Number))
            return decimal.TryParse(text, out var number) ? _forms.Number(number) : null;
        return TermsForm(form, text) ?? MoneyFormOf(form, text);
    }
}
