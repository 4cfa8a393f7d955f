using System.CommandLine;
using Levelkeeper.Cli.Bundles;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Statements;
using Levelkeeper.Language.Levels;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Server.Statements;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Cli.Commands;

/// <summary>The options of all commands that make a statement.</summary>
internal sealed class StatementOptions
{
    public Option<string> Agreement { get; } = new("--agreement", "-a") { Description = "The agreement.", HelpName = "FILE", Required = true };

    public Option<string[]> Facts { get; } = Inputs.Facts();

    public Option<string?> Map { get; } = Inputs.Map();

    public Option<RecordedRule> Recorded { get; } = Inputs.Recorded();

    public Option<string> Period { get; } = new("--period", "-p") { Description = "The period: 2026-03, 2026-Q1, 2026.", HelpName = "PERIOD", Required = true };

    public Option<string?> AsOf { get; } = Inputs.AsOf();

    public Option<string[]> Issued { get; } = new("--issued") { Description = "The statements that were issued before (JSON); patterns.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };

    /// <summary>Whether a file that is about to be written is one of those that the options name; reports it.</summary>
    public bool Reads(string? to, ParseResult parsed, Terminal terminal, DiagnosticBag diagnostics)
    {
        string?[] named = [parsed.GetValue(Agreement), parsed.GetValue(Map), .. parsed.GetValue(Facts) ?? [], .. parsed.GetValue(Issued) ?? []];
        // What cannot be found is reported when it is read.
        return OutputFile.IsInput(to, InputFile.Find(named.OfType<string>(), terminal, new DiagnosticBag()).Select(f => f.Name), terminal, diagnostics);
    }

    public IEnumerable<Option> All => [Agreement, Facts, Map, Recorded, Period, AsOf, Issued];
}

/// <summary>What a statement is made of, read.</summary>
/// <param name="Text">The agreement's text.</param>
/// <param name="File">Its name.</param>
/// <param name="Folder">The files around it.</param>
/// <param name="Versions">The agreement with its amendments.</param>
/// <param name="Facts">The facts.</param>
/// <param name="RecordedOtherwise">When facts that do not say it were recorded; null: when they happened.</param>
/// <param name="Period">The period.</param>
/// <param name="AsOf">The instant as of which it stands.</param>
/// <param name="Issued">The earlier statements, each with its name and bytes.</param>
internal sealed record StatementInputs(
    string Text, string File, AgreementFolder Folder, AgreementVersions Versions, FactSet Facts, Instant? RecordedOtherwise, Period Period, Instant AsOf,
    IReadOnlyList<(string Name, byte[] Bytes, IssuedStatement Statement)> Issued)
{
    /// <summary>Reads what the options name; null when it cannot be used, which is reported.</summary>
    public static StatementInputs? Read(ParseResult parsed, StatementOptions options, Terminal terminal, AgreementFolder folder, DiagnosticBag diagnostics, CancellationToken token)
    {
        var file = InputFile.Find([parsed.GetValue(options.Agreement)!], terminal, diagnostics).FirstOrDefault();
        if (file?.ReadText(diagnostics) is not { } text || Engine.ReadAgreement(text, file.Name, folder, diagnostics) is not { } versions)
            return null;
        // The clock is asked once: what is recorded as read is recorded as of the statement's now.
        var now = terminal.Clock();
        var recorded = parsed.GetValue(options.Recorded);
        var facts = Inputs.ReadFacts(parsed.GetValue(options.Facts)!, parsed.GetValue(options.Map), recorded, terminal, diagnostics, token, now);
        var asOf = parsed.GetValue(options.AsOf) is { } at ? Inputs.Time("--as-of", at, versions.Latest.Zone, diagnostics) : now;
        var issued = ReadIssued(InputFile.Find(parsed.GetValue(options.Issued) ?? [], terminal, diagnostics).Select(f => (f.Name, f.ReadText(diagnostics))), versions.Latest.Id, diagnostics);
        return asOf is { } instant && PeriodCalendar.Parse(parsed.GetValue(options.Period)!, versions.Latest.Zone, diagnostics) is { } period
            ? new StatementInputs(text, file.Name, folder, versions, facts, recorded == RecordedRule.AsRead ? now : null, period, instant, issued)
            : null;
    }

    /// <summary>Earlier statements; what is none of this agreement is reported.</summary>
    public static List<(string Name, byte[] Bytes, IssuedStatement Statement)> ReadIssued(IEnumerable<(string Name, string? Text)> files, string agreement, DiagnosticBag diagnostics)
    {
        var issued = new List<(string, byte[], IssuedStatement)>();
        foreach (var (name, text) in files.Where(f => f.Text is not null))
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(text!);
            var (statement, of, problem) = StatementJson.Read(bytes);
            if (statement is null)
                diagnostics.Error("LK5120", new Place(name), $"This is no issued statement: {problem}.", "give the JSON that 'levelkeeper statement' wrote");
            else if (of != agreement)
                diagnostics.Error("LK5121", new Place(name), $"This statement is of the agreement {Diagnostic.Quote(of)}, not of {Diagnostic.Quote(agreement)}.");
            else
                issued.Add((name, bytes, statement));
        }

        return issued;
    }

    /// <summary>Makes the statement; null when it cannot be made, which is reported.</summary>
    public MadeStatement? Make(DiagnosticBag diagnostics) => MadeStatement.Make(Text, File, Folder, Versions, Facts, Period, AsOf, Issued.Select(i => i.Statement), diagnostics);
}
