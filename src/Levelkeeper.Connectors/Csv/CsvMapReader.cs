using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;
using NodaTime.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Levelkeeper.Connectors.Csv;

/// <summary>Reads a map from YAML; unknown keys are errors with a suggestion, and all mistakes are reported at once.</summary>
internal sealed class CsvMapReader(string file, DiagnosticBag diagnostics)
{
    private const int LongestMap = 256 * 1024;
    private const int Deepest = 16;

    private static readonly string[] Attributes = ["id", "subject", "sequence", "service", "customer", "agreement"];

    private static readonly ImmutableArray<(string Word, CsvMap.MemberKind Value)> Kinds =
    [
        ("text", CsvMap.MemberKind.Text), ("number", CsvMap.MemberKind.Number), ("boolean", CsvMap.MemberKind.Boolean),
        ("time", CsvMap.MemberKind.Time), ("duration", CsvMap.MemberKind.Duration), ("list", CsvMap.MemberKind.List),
    ];

    private readonly Dictionary<string, ImmutableDictionary<string, string>> _tables = [];
    private bool _failed;

    internal CsvMap? Read(string text)
    {
        if (Load(text) is not { } root)
            return null;
        var top = Object(root, "the map", "levelkeeper-map", "source", "file", "times", "tables", "defaults", "facts");
        if (Scalar(top, "levelkeeper-map", root, required: true) is { } version && version != "v1")
            Report(CsvDiagnostics.WrongValue(At(top["levelkeeper-map"]), "levelkeeper-map", "v1"));
        var source = Scalar(top, "source", root, required: true) ?? "";
        var (delimiter, encoding) = ReadFile(top.GetValueOrDefault("file"));
        var times = ReadTimes(top.GetValueOrDefault("times"));
        foreach (var (name, table) in Members(top.GetValueOrDefault("tables"), "tables"))
            _tables[name] = Members(table, name).ToImmutableDictionary(static pair => pair.Key, pair => Text(pair.Value, pair.Key));
        var defaults = Object(top.GetValueOrDefault("defaults"), "defaults", [.. Attributes[1..], "recorded", "labels"]);
        var facts = ImmutableArray.CreateBuilder<CsvMap.FactRule>();
        if (top.GetValueOrDefault("facts") is YamlSequenceNode { Children.Count: > 0 } rules)
        {
            foreach (var rule in rules)
            {
                if (ReadRule(rule, defaults) is { } read)
                    facts.Add(read);
            }
        }
        else
        {
            Report(top.TryGetValue("facts", out var wrong) ? CsvDiagnostics.WrongValue(At(wrong), "facts", "a list with at least one entry") : CsvDiagnostics.KeyMissing(At(root), "facts"));
        }

        foreach (var part in facts.SelectMany(static rule => rule.Templates).SelectMany(static template => template.Parts.Select(part => (part, template.Place))))
        {
            if (part.part.Table is { } table && !_tables.ContainsKey(table))
                Report(CsvDiagnostics.Undefined(part.Place, "table", table, Suggestion.Closest(table, _tables.Keys)));
        }

        return _failed ? null : new CsvMap(file, source, delimiter, encoding, times, _tables.ToImmutableDictionary(), facts.ToImmutable());
    }

    private YamlNode? Load(string text)
    {
        if (text.Length > LongestMap)
        {
            Report(CsvDiagnostics.NotAllowed(new Place(file), $"more than {LongestMap:N0} characters"));
            return null;
        }

        try
        {
            // First the events alone: aliases and deep nesting are what a hostile file exhausts its reader with.
            var parser = new Parser(new StringReader(text));
            var depth = 0;
            while (parser.MoveNext())
            {
                depth += parser.Current!.NestingIncrease;
                var refused = parser.Current is AnchorAlias ? "aliases" : depth > Deepest ? $"more than {Deepest} levels" : null;
                if (refused is null)
                    continue;
                Report(CsvDiagnostics.NotAllowed(new Place(file, (int)parser.Current.Start.Line, (int)parser.Current.Start.Column), refused));
                return null;
            }

            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            if (yaml.Documents.Count == 1)
                return yaml.Documents[0].RootNode;
            Report(CsvDiagnostics.NotYaml(new Place(file), yaml.Documents.Count == 0 ? "it is empty" : "it has more than one document"));
        }
        catch (YamlException bad)
        {
            Report(CsvDiagnostics.NotYaml(new Place(file, (int)bad.Start.Line, (int)bad.Start.Column), bad.Message));
        }

        catch (Exception bad) when (bad is InvalidOperationException or ArgumentException or FormatException)
        {
            // What the YAML library itself stumbles over on some broken texts, without a place.
            Report(CsvDiagnostics.NotYaml(new Place(file), bad.Message));
        }

        return null;
    }

    private (char Delimiter, Encoding? Encoding) ReadFile(YamlNode? node)
    {
        var members = Object(node, "file", "delimiter", "encoding");
        var delimiter = ',';
        if (Scalar(members, "delimiter", node) is { } text)
        {
            text = text switch { "tab" => "\t", "comma" => ",", "semicolon" => ";", _ => text };
            if (text.Length == 1 && text[0] is not ('"' or '\r' or '\n'))
                delimiter = text[0];
            else
                Report(CsvDiagnostics.WrongValue(At(members["delimiter"]), "delimiter", "one character, or tab, comma, semicolon"));
        }

        var name = Scalar(members, "encoding", node)?.ToLowerInvariant();
        if (name is null or "utf-8")
            return (delimiter, null);
        try
        {
            return (delimiter, CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name));
        }
        catch (ArgumentException)
        {
            Report(CsvDiagnostics.WrongValue(At(members["encoding"]), "encoding", "a name such as utf-8, utf-16, windows-1252 or iso-8859-1"));
            return (delimiter, null);
        }
    }

    private CsvTimes ReadTimes(YamlNode? node)
    {
        var members = Object(node, "times", "zone", "formats", "strip", "ambiguous", "skipped");
        var zone = DateTimeZone.Utc;
        if (Scalar(members, "zone", node) is { } id)
        {
            if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is { } found)
                zone = found;
            else
                Report(CsvDiagnostics.Undefined(At(members["zone"]), "time zone", id, Suggestion.Closest(id, DateTimeZoneProviders.Tzdb.Ids)));
        }

        var formats = ImmutableArray.CreateBuilder<CsvTimes.Format>();
        if (members.TryGetValue("formats", out var list))
        {
            foreach (var each in list is YamlSequenceNode sequence ? sequence.Children : [list])
                formats.Add(ReadFormat(each));
        }
        else
        {
            formats.Add(CsvTimes.Iso);
        }

        return new CsvTimes(zone, formats.ToImmutable(), Scalar(members, "strip", node) ?? "", Choice(members, "ambiguous"), Choice(members, "skipped"));
    }

    private CsvTimes.Format ReadFormat(YamlNode node)
    {
        var text = Text(node, "formats");
        switch (text)
        {
            case "iso":
                return CsvTimes.Iso;
            case "unix":
                return new CsvTimes.Format([], [], NodaConstants.TicksPerSecond);
            case "unix-ms":
                return new CsvTimes.Format([], [], NodaConstants.TicksPerMillisecond);
        }

        try
        {
            return text.Contains("o<", StringComparison.Ordinal)
                ? new CsvTimes.Format([], [OffsetDateTimePattern.CreateWithInvariantCulture(text)], 0)
                : new CsvTimes.Format([LocalDateTimePattern.CreateWithInvariantCulture(text)], [], 0);
        }
        catch (InvalidPatternException bad)
        {
            Report(CsvDiagnostics.WrongValue(At(node), "formats", $"iso, unix, unix-ms or a pattern such as dd/MM/uuuu HH:mm ({bad.Message})"));
            return CsvTimes.Iso;
        }
    }

    private CsvTimes.Choice Choice(Dictionary<string, YamlNode> members, string key) =>
        members.TryGetValue(key, out var node) ? Word(node, key, CsvTimes.Choices) : CsvTimes.Choice.Reject;

    private CsvMap.FactRule? ReadRule(YamlNode node, Dictionary<string, YamlNode> defaults)
    {
        var members = Object(node, "facts", [.. Attributes, "type", "time", "recorded", "when", "labels", "data"]);
        foreach (var required in new[] { "type", "id", "time" })
        {
            if (!members.ContainsKey(required))
                Report(CsvDiagnostics.KeyMissing(At(node), required));
        }

        var type = Scalar(members, "type", node) ?? "";
        var known = FactTypeNames.All.Select(static name => name[FactTypes.Prefix.Length..^".v1".Length]).ToList();
        if (known.Contains(type))
            type = $"{FactTypes.Prefix}{type}.v1";
        else if (type.Length > 0 && !FactTypeNames.Known.Contains(type))
            Report(CsvDiagnostics.Undefined(At(members["type"]), "fact type", type, Suggestion.Closest(type, known)));
        var attributes = new Dictionary<string, CsvTemplate>();
        foreach (var key in Attributes)
        {
            if ((members.GetValueOrDefault(key) ?? defaults.GetValueOrDefault(key)) is { } value && Template(value, key) is { } template)
                attributes[key] = template;
        }

        var labels = new Dictionary<string, CsvTemplate>();
        foreach (var (name, value) in Members(defaults.GetValueOrDefault("labels"), "labels").Concat(Members(members.GetValueOrDefault("labels"), "labels")))
        {
            if (Template(value, name) is { } template)
                labels[name] = template;
        }

        var when = Members(members.GetValueOrDefault("when"), "when").Select(pair => ReadCondition(pair.Key, pair.Value)).ToImmutableArray();
        var data = Members(members.GetValueOrDefault("data"), "data").Select(pair => ReadMember(pair.Key, pair.Value)).ToImmutableArray();
        var recorded = (members.GetValueOrDefault("recorded") ?? defaults.GetValueOrDefault("recorded")) is { } from ? Template(from, "recorded") : null;
        return members.TryGetValue("time", out var at) && Template(at, "time") is { } time
            ? new CsvMap.FactRule(type, time, recorded, [.. attributes], when, [.. labels], data)
            : null;
    }

    private CsvMap.Condition ReadCondition(string column, YamlNode node)
    {
        var (not, value) = (false, node);
        if (node is YamlMappingNode)
        {
            var members = Object(node, "when", "present", "not");
            if (Scalar(members, "present", node) is { } present)
            {
                if (!bool.TryParse(present, out var flag))
                    Report(CsvDiagnostics.WrongValue(At(members["present"]), "present", "true or false"));
                return new CsvMap.Condition(column, At(node), flag, [], false);
            }

            not = true;
            if (!members.TryGetValue("not", out value!))
            {
                Report(CsvDiagnostics.KeyMissing(At(node), "not"));
                value = node;
            }
        }

        var values = value is YamlSequenceNode list ? list.Children.Select(child => Text(child, column)) : [Text(value, column)];
        return new CsvMap.Condition(column, At(node), null, [.. values], not);
    }

    private CsvMap.Member ReadMember(string name, YamlNode node)
    {
        if (node is not YamlMappingNode)
        {
            // A plain true, false or number is meant as such; in quotes it is text.
            var template = Template(node, name);
            var plain = node is YamlScalarNode { Style: ScalarStyle.Plain, Value: { } value } ? value : "";
            var kind = plain is "true" or "false" ? CsvMap.MemberKind.Boolean : CsvImport.IsNumber(plain) ? CsvMap.MemberKind.Number : CsvMap.MemberKind.Text;
            return new CsvMap.Member(name, template, kind, "", []);
        }

        if (!((YamlMappingNode)node).Children.ContainsKey(new YamlScalarNode("from")))
            return new CsvMap.Member(name, null, CsvMap.MemberKind.Text, "", [.. Members(node, name).Select(pair => ReadMember(pair.Key, pair.Value))]);
        var members = Object(node, name, "from", "as", "unit", "separator");
        var how = members.TryGetValue("as", out var word) ? Word(word, "as", Kinds) : CsvMap.MemberKind.Text;
        return new CsvMap.Member(name, Template(members["from"], "from"), how, Scalar(members, "unit", node) ?? Scalar(members, "separator", node) ?? "", []);
    }

    private CsvTemplate? Template(YamlNode node, string key)
    {
        var template = CsvTemplate.Parse(Text(node, key), At(node), diagnostics);
        _failed |= template is null;
        return template;
    }

    private T Word<T>(YamlNode node, string key, ImmutableArray<(string Word, T Value)> words)
        where T : struct
    {
        var text = Text(node, key);
        foreach (var (word, value) in words)
        {
            if (word == text)
                return value;
        }

        Report(CsvDiagnostics.WrongValue(At(node), key, string.Join(", ", words.Select(static each => each.Word))));
        return default;
    }

    private Dictionary<string, YamlNode> Object(YamlNode? node, string name, params string[] keys)
    {
        var members = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in Members(node, name))
        {
            if (keys.Contains(key))
                members[key] = value;
            else
                Report(CsvDiagnostics.UnknownKey(KeyPlace(node!, key), key, Suggestion.Closest(key, keys)));
        }

        return members;
    }

    private IEnumerable<KeyValuePair<string, YamlNode>> Members(YamlNode? node, string name)
    {
        if (node is null)
            return [];
        if (node is YamlMappingNode mapping)
            return mapping.Children.Select(pair => KeyValuePair.Create(Text(pair.Key, name), pair.Value));
        Report(CsvDiagnostics.WrongValue(At(node), name, "a mapping of keys to values"));
        return [];
    }

    private Place KeyPlace(YamlNode node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.Keys.FirstOrDefault(child => child is YamlScalarNode { Value: { } text } && text == key) is { } found ? At(found) : At(node);

    private string? Scalar(Dictionary<string, YamlNode> members, string key, YamlNode? parent, bool required = false)
    {
        if (members.TryGetValue(key, out var node))
            return Text(node, key);
        if (required)
            Report(CsvDiagnostics.KeyMissing(parent is null ? new Place(file) : At(parent), key));
        return null;
    }

    private string Text(YamlNode node, string key)
    {
        if (node is YamlScalarNode scalar)
            return scalar.Value ?? "";
        Report(CsvDiagnostics.WrongValue(At(node), key, "a single value"));
        return "";
    }

    private Place At(YamlNode node) => new(file, (int)node.Start.Line, (int)node.Start.Column);

    private void Report(Diagnostic diagnostic)
    {
        _failed |= diagnostic.Severity == Severity.Error;
        diagnostics.Add(diagnostic);
    }
}
