using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Json;
using Levelkeeper.Reports.Statements;
using NodaTime;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper statement</c>: a period's results and what follows from them.</summary>
internal sealed class StatementCommand : Verb
{
    private readonly Option<string> _agreement = new("--agreement", "-a") { Description = "The agreement.", HelpName = "FILE", Required = true };
    private readonly Option<string[]> _facts = Inputs.Facts();
    private readonly Option<string?> _map = Inputs.Map();
    private readonly Option<RecordedRule> _recorded = Inputs.Recorded();
    private readonly Option<string> _period = new("--period", "-p") { Description = "The period: 2026-03, 2026-Q1, 2026.", HelpName = "PERIOD", Required = true };
    private readonly Option<string?> _asOf = Inputs.AsOf();
    private readonly Option<string[]> _issued = new("--issued") { Description = "The statements that were issued before (JSON); patterns.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _to = new("--to") { Description = "The file to write. Default: standard output.", HelpName = "FILE" };

    public StatementCommand(Terminal terminal)
        : base(terminal, "statement", "Make the statement of a period: results, amounts with every step to them, rights, adjustments of earlier statements.",
            "levelkeeper statement -a agreement.yaml -f facts.jsonl --period 2026-03 --as-of 2026-04-10 --to march.json",
            "levelkeeper statement -a agreement.yaml -f facts.jsonl --period 2026-04 --as-of 2026-05-11 --issued march.json")
    {
        foreach (var option in new Option[] { _agreement, _facts, _map, _recorded, _period, _asOf, _issued, _to })
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var file = InputFile.Find([parsed.GetValue(_agreement)!], Terminal, diagnostics).FirstOrDefault();
        if (file?.ReadText(diagnostics) is not { } text || Engine.ReadAgreement(text, file.Name, Inputs.Folder(Terminal), diagnostics) is not { } versions
            || Engine.Signed(text, file.Name, Inputs.Folder(Terminal), new DiagnosticBag()) is not { } signed)
            return Finish(diagnostics);
        var facts = Inputs.ReadFacts(parsed.GetValue(_facts)!, parsed.GetValue(_map), parsed.GetValue(_recorded), Terminal, diagnostics, token);
        var asOf = parsed.GetValue(_asOf) is { } at ? Inputs.Time("--as-of", at, versions.Latest.Zone, diagnostics) : Terminal.Clock();
        var issued = Issued(parsed.GetValue(_issued) ?? [], versions.Latest.Id, diagnostics);
        if (asOf is { } instant && PeriodCalendar.Parse(parsed.GetValue(_period)!, versions.Latest.Zone, diagnostics) is { } period)
        {
            var statement = Engine.Statement(versions, facts, period, instant, issued);
            var provenance = new StatementProvenance(signed.Hash, "v1", DateTimeZoneProviders.Tzdb.VersionId, MerkleRoot.Of(facts), facts.Count);
            if (parsed.GetValue(_to) is { } to)
                OutputFile.Write(to, Terminal, diagnostics, writer => JsonText.Write(writer, json => StatementJson.Write(json, statement, provenance)));
            else
                JsonText.Write(Terminal.Output, json => StatementJson.Write(json, statement, provenance));
        }

        return Finish(diagnostics);
    }

    private List<IssuedStatement> Issued(string[] files, string agreement, DiagnosticBag diagnostics)
    {
        var issued = new List<IssuedStatement>();
        foreach (var file in InputFile.Find(files, Terminal, diagnostics))
        {
            if (file.ReadText(diagnostics) is not { } text)
                continue;
            var (statement, of, problem) = StatementJson.Read(System.Text.Encoding.UTF8.GetBytes(text));
            if (statement is null)
                diagnostics.Error("LK5120", new Place(file.Name), $"This is no issued statement: {problem}.", "give the JSON that 'levelkeeper statement' wrote");
            else if (of != agreement)
                diagnostics.Error("LK5121", new Place(file.Name), $"This statement is of the agreement {Diagnostic.Quote(of)}, not of {Diagnostic.Quote(agreement)}.");
            else
                issued.Add(statement);
        }

        return issued;
    }
}
