using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Connectors.Csv;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Changes;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper new</c>: an agreement made of a template, or one for each row of a table.</summary>
internal sealed class NewCommand : Verb
{
    /// <summary>The column that names each agreement, and its file.</summary>
    private const string Id = "id";

    private readonly Option<string> _template = new("--template") { Description = $"The template: {string.Join(", ", Engine.Templates)}.", HelpName = "NAME", Required = true };
    private readonly Option<string?> _to = new("--to") { Description = "The file to write, or the folder with --table. Default: standard output.", HelpName = "FILE|FOLDER" };
    private readonly Option<string[]> _set = Set();
    private readonly Option<string?> _table = new("--table") { Description = "A CSV file whose columns are paths of clauses; each row becomes an agreement, named by its column 'id'. An empty field leaves the template's value.", HelpName = "FILE" };

    public NewCommand(Terminal terminal)
        : base(terminal, "new", "Start an agreement from a template, with comments that explain; or many at once from a table.",
            "levelkeeper new --template customer --to acme.yaml",
            "levelkeeper new --template customer --set id=acme --set 'parties.customer.name=Acme S.A.' --to acme.yaml",
            "levelkeeper new --template customer --table customers.csv --to agreements")
    {
        _template.AcceptOnlyFromAmong([.. Engine.Templates]);
        foreach (var option in new Option[] { _template, _to, _set, _table })
            Add(option);
    }

    /// <summary>The option that sets clauses.</summary>
    public static Option<string[]> Set() => new("--set") { Description = "A clause and its value; may be given again. Lists are '[a, b]', mappings '{ a: b }'.", HelpName = "PATH=VALUE" };

    /// <summary>The clauses that are set; what cannot be read is reported.</summary>
    public static List<ClauseSetting> Settings(string[]? texts, DiagnosticBag diagnostics) =>
        [.. (texts ?? []).Select(t => Engine.Setting(t, new Place("--set"), diagnostics)).OfType<ClauseSetting>()];

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var template = parsed.GetValue(_template)!;
        var settings = Settings(parsed.GetValue(_set), diagnostics);
        var to = parsed.GetValue(_to);
        var drafts = new List<(string Name, string Text)>();
        if (parsed.GetValue(_table) is { } table)
        {
            if (to is null)
                diagnostics.Error("LK5063", new Place("--table"), "Many agreements need a folder to be written to.", "add --to FOLDER");
            else
                drafts.AddRange(Rows(table, template, settings, to, diagnostics, token));
        }
        else if (!diagnostics.HasErrors && Draft(template, settings, new Place("--set"), to ?? template, diagnostics) is { } draft)
        {
            drafts.Add((to ?? "", draft));
        }

        foreach (var (name, _) in drafts.Where(d => d.Name.Length > 0 && Path.Exists(Path.Combine(Terminal.Folder, d.Name))))
            diagnostics.Error("LK5084", new Place(name), "There is a file of this name already.", "choose another name, or move the file away");
        if (diagnostics.HasErrors)
            return Finish(diagnostics);
        if (to is null)
        {
            Terminal.Output.Write(drafts[0].Text);
        }
        else if (OutputFile.WriteAll(drafts, Terminal, diagnostics))
        {
            foreach (var (name, _) in drafts)
                Terminal.Say($"{name}: written");
        }

        return Finish(diagnostics);
    }

    /// <summary>The agreement; null after reporting, at the place of its values, what is wrong with it.</summary>
    private string? Draft(string template, IEnumerable<ClauseSetting> settings, Place place, string name, DiagnosticBag diagnostics)
    {
        if (Engine.Draft(template, settings, diagnostics) is not { } text)
            return null;
        var own = new DiagnosticBag();
        Engine.ReadAgreement(text, name, Inputs.Folder(Terminal), own);
        // The file is not there yet: the line to look at is the one that set the values.
        foreach (var diagnostic in own)
            diagnostics.Add(diagnostic with { Place = place });
        return own.HasErrors ? null : text;
    }

    private const int LongestId = 100;

    /// <summary>Names that Windows takes for devices, with whatever behind a dot.</summary>
    private static readonly HashSet<string> s_devices = new(["con", "prn", "aux", "nul", .. Enumerable.Range(1, 9).SelectMany(n => new[] { $"com{n}", $"lpt{n}" })], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether an id names a file, and the same one on every system: none above the folder, none that a command would take for an option.</summary>
    private static bool NamesFile(string id) =>
        id.Length <= LongestId && char.IsLetterOrDigit(id[0]) && id.All(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-') && !s_devices.Contains(id.Split('.')[0]);

    private List<(string Name, string Text)> Rows(string table, string template, List<ClauseSetting> settings, string folder, DiagnosticBag diagnostics, CancellationToken token)
    {
        var drafts = new List<(string Name, string Text)>();
        if (InputFile.One(table, Terminal, diagnostics) is not { } file || file.ReadText(diagnostics) is not { } text)
            return drafts;
        // Where the comma is the sign of decimals, spreadsheets write semicolons between the fields.
        var separator = text.AsSpan(0, Math.Max(0, text.IndexOf('\n', StringComparison.Ordinal))).Contains(',') ? ',' : ';';
        var csv = new CsvRecordReader(new StringReader(text), separator, CsvImport.LongestRow);
        if (csv.Read() != CsvRecordReader.Outcome.Record || csv.Fields.Select(f => f.Trim()).ToArray() is not { } header || !header.Contains(Id) || header.Distinct(StringComparer.Ordinal).Count() != header.Length)
        {
            diagnostics.Error("LK5085", new Place(file.Name, 1), "The first row must name the clauses that the columns set, each once, and 'id' among them.", "for example 'id,parties.customer.name,services.shop.fee'");
            return drafts;
        }

        var lines = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var outcome = csv.Read(); outcome != CsvRecordReader.Outcome.End; outcome = csv.Read())
        {
            token.ThrowIfCancellationRequested();
            var place = new Place(file.Name, csv.Line);
            if (outcome != CsvRecordReader.Outcome.Record || csv.Fields.Count != header.Length)
            {
                diagnostics.Error("LK5087", place, outcome == CsvRecordReader.Outcome.Record ? $"This row has {csv.Fields.Count} fields; the header has {header.Length}." : "This row cannot be read.", "mend the row; no file was written");
                continue;
            }

            var own = header.Zip(csv.Fields, (path, value) => new ClauseSetting(path, value.Trim(), place)).Where(s => s.Value.Length > 0).ToList();
            var id = own.Find(s => s.Path == Id)?.Value ?? "";
            if (id.Length == 0)
                diagnostics.Error("LK5087", place, "This row has no 'id'.", "it names the agreement and its file");
            else if (!NamesFile(id))
                diagnostics.Error("LK5087", place, $"{Diagnostic.Quote(id)} cannot name a file.", $"an id is letters, digits, '.', '_' and '-', begins with a letter or a digit, and is at most {LongestId} long");
            else if (!lines.TryAdd(id, csv.Line))
                diagnostics.Error("LK5087", place, $"{Diagnostic.Quote(id)} stands here a second time; the first is on line {lines[id]}.", "an id belongs to one agreement");
            else if (Draft(template, settings.Concat(own), place, id, diagnostics) is { } draft)
                drafts.Add((Path.Combine(folder, id + ".yaml"), draft));
        }

        return drafts;
    }
}
