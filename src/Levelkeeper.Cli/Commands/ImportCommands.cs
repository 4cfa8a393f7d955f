using System.CommandLine;
using System.Globalization;
using System.Text;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper import …</c>.</summary>
internal static class ImportCommands
{
    public static Command Group(Terminal terminal) => new("import", "Turn exports of other systems into facts.") { new CsvCommand(terminal) };

    /// <summary><c>levelkeeper import csv</c>: the rows of a table as facts.</summary>
    private sealed class CsvCommand : Verb
    {
        private readonly Option<string> _map = new("--map", "-m") { Description = "How rows become facts (YAML).", HelpName = "MAP.yaml", Required = true };
        private readonly Argument<string> _file = new("FILE") { Description = "The table; '-' for standard input." };
        private readonly Option<string?> _out = new("--out") { Description = "Where the facts go. Default: standard output.", HelpName = "FACTS.jsonl" };
        private readonly Option<string?> _rejects = new("--rejects") { Description = "Where the header and the rows that do not fit go.", HelpName = "FILE" };

        public CsvCommand(Terminal terminal)
            : base(terminal, "csv", "Turn the rows of a CSV into facts by a map; rows that do not fit are reported with their line and kept aside.",
                "levelkeeper import csv --map map.yaml tickets.csv --out tickets.jsonl --rejects rejects.csv",
                "levelkeeper import csv --map map.yaml tickets.csv | levelkeeper clocks -a agreement.yaml -f -")
        {
            Add(_map);
            Add(_file);
            Add(_out);
            Add(_rejects);
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            if (InputFile.One(parsed.GetValue(_file)!, Terminal, diagnostics) is not { } file || Inputs.ReadMap(parsed.GetValue(_map)!, Terminal, diagnostics) is not { } map)
                return Finish(diagnostics);
            string[] inputs = [file.Name, parsed.GetValue(_map)!];
            if (OutputFile.IsInput(parsed.GetValue(_out), inputs, Terminal, diagnostics) | OutputFile.IsInput(parsed.GetValue(_rejects), inputs, Terminal, diagnostics))
                return Finish(diagnostics);

            var rejects = parsed.GetValue(_rejects) is null ? null : new StringWriter();
            using var progress = new Progress(Terminal, "Facts made", token);
            var summary = "";
            if (parsed.GetValue(_out) is { } output)
                OutputFile.Write(output, Terminal, diagnostics, Import);
            else
                Import(Terminal.Output);
            if (rejects is { } rejected && rejected.GetStringBuilder().Length > 0)
                OutputFile.Write(parsed.GetValue(_rejects)!, Terminal, diagnostics, writer => writer.Write(rejected.GetStringBuilder()));
            var code = Finish(diagnostics);
            if (summary.Length > 0)
                Terminal.Error.WriteLine(summary);
            return code;

            void Import(TextWriter to)
            {
                using var csv = file.Open();
                var result = Engine.ImportCsv(map, csv, file.Name, Take, rejects, diagnostics);
                summary = string.Create(CultureInfo.InvariantCulture, $"{result.Rows:N0} rows: {result.Facts:N0} facts, {result.Rejected:N0} rows rejected, {result.WithoutFacts:N0} rows without a fact");

                void Take(Fact fact, ReadOnlySpan<byte> canonical)
                {
                    to.Write(Encoding.UTF8.GetString(canonical));
                    to.Write('\n');
                    progress.Step();
                }
            }
        }
    }
}
