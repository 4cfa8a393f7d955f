using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Audit;
using Levelkeeper.Storage.Log;

namespace Levelkeeper.Cli.Stores;

/// <summary><c>levelkeeper facts …</c>: facts into a store and out of it, where no server runs.</summary>
internal static class FactsCommands
{
    public static Command Group(Terminal terminal) => new("facts", "Put facts into a store, take them out, erase their texts.") { new ImportCommand(terminal), new ExportCommand(terminal), new EraseCommand(terminal), new RetainCommand(terminal) };

    /// <summary><c>levelkeeper facts import</c>.</summary>
    private sealed class ImportCommand : Verb
    {
        private const int BatchSize = 2000;

        private readonly StoreOptions _store;
        private readonly Option<string[]> _facts = Inputs.Facts();

        public ImportCommand(Terminal terminal)
            : base(terminal, "import", "Append facts to a store, each once: what is there already stays as it is. A server that has the store open takes them itself.",
                "levelkeeper facts import --facts facts.jsonl --data data")
        {
            _store = new StoreOptions(terminal, this);
            Add(_facts);
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            _store.Use(parsed, mayBeNew: true, diagnostics, async store =>
            {
                await using var log = await FactLogWriter.TakeAsync(store, Path.Combine(_store.Folder(parsed), "cache"), cancel: token);
                var counts = new long[3];
                var writer = new CloudEventWriter();
                using var progress = new Progress(Terminal, "Facts appended", token);
                foreach (var file in InputFile.Find(parsed.GetValue(_facts)!, Terminal, diagnostics))
                {
                    using var stream = file.Open();
                    foreach (var batch in Engine.ReadFacts(stream, file.Name, diagnostics).Select(f => new LogEntry(f, writer.Write(f).ToArray())).Chunk(BatchSize))
                    {
                        foreach (var outcome in (await log.AppendAsync(batch, Terminal.Clock(), token)).Outcomes)
                        {
                            counts[(int)outcome.Outcome]++;
                            progress.Step();
                        }
                    }
                }

                Terminal.Say($"{counts[(int)AppendOutcome.Appended]} appended, {counts[(int)AppendOutcome.Duplicate]} were there already, {counts[(int)AppendOutcome.Conflict]} set aside as conflicts; head {log.Head.Sequence} {log.Head.Chain}");
            });
            return Finish(diagnostics);
        }
    }

    /// <summary><c>levelkeeper facts export</c>.</summary>
    private sealed class ExportCommand : Verb
    {
        private readonly StoreOptions _store;
        private readonly Option<string?> _to = new("--to") { Description = "The file; standard output when none is named.", HelpName = "FILE" };
        private readonly Option<long> _after = new("--after") { Description = "Only what was appended after this sequence number.", HelpName = "NUMBER" };
        private readonly Option<bool> _conflicts = new("--conflicts") { Description = "Only those that were set aside because their identity was taken." };

        public ExportCommand(Terminal terminal)
            : base(terminal, "export", "Write the facts of a store as CloudEvents, one on each line, as they were appended and in that order. Erased ones are left out, and counted.",
                "levelkeeper facts export --data data --to facts.jsonl",
                "levelkeeper facts export --data data --conflicts")
        {
            _store = new StoreOptions(terminal, this);
            Add(_to);
            Add(_after);
            Add(_conflicts);
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            _store.Use(parsed, mayBeNew: false, diagnostics, async store =>
            {
                if (parsed.GetValue(_to) is { } name)
                {
                    var lines = 0L;
                    var erased = 0L;
                    if (OutputFile.Write(name, Terminal, diagnostics, text => (lines, erased) = WriteAsync(store, text, parsed, token).GetAwaiter().GetResult()))
                        Terminal.Say($"{lines} facts written to {name}{(erased > 0 ? $"; {erased} are erased" : "")}");
                }
                else
                {
                    await WriteAsync(store, Terminal.Output, parsed, token);
                }
            });
            return Finish(diagnostics);
        }

        private async Task<(long Lines, long Erased)> WriteAsync(Storage.Store store, TextWriter text, ParseResult parsed, CancellationToken token)
        {
            var (after, conflicts, lines, erased) = (parsed.GetValue(_after), parsed.GetValue(_conflicts), 0L, 0L);
            await foreach (var segment in store.Log().PassingSegmentsAsync(after, cancel: token))
            {
                for (var i = 0; i < segment.Count; i++)
                {
                    if (segment.First + i <= after || segment.IsConflict(i) != conflicts)
                        continue;
                    if (segment.IsErased(i))
                    {
                        erased++;
                        continue;
                    }

                    text.Write(System.Text.Encoding.UTF8.GetString(segment.BodyOf(i).Span));
                    text.Write('\n');
                    lines++;
                }
            }

            return (lines, erased);
        }
    }

    /// <summary><c>levelkeeper facts erase</c>.</summary>
    private sealed class EraseCommand : Verb
    {
        private readonly StoreOptions _store;
        private readonly Option<long[]> _numbers = new("--sequence") { Description = "The sequence numbers of the entries.", HelpName = "NUMBER", Required = true, AllowMultipleArgumentsPerToken = true };
        private readonly Option<string> _reason = new("--reason") { Description = "Why; kept in the audit trail. Name nobody in it.", HelpName = "TEXT", Required = true };

        public EraseCommand(Terminal terminal)
            : base(terminal, "erase", "Erase the texts of entries for good, as where the law asks for it. Their keys and digests stay, so that the log still verifies; what rests on them can no longer be recomputed.",
                "levelkeeper facts erase --sequence 1203 1204 --reason 'request 17 of the data protection officer' --data data")
        {
            _store = new StoreOptions(terminal, this);
            Add(_numbers);
            Add(_reason);
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            _store.Use(parsed, mayBeNew: false, diagnostics, async store =>
            {
                var numbers = parsed.GetValue(_numbers)!;
                // Written down first: an erasure that nobody ordered would be worse than an order that was not carried out.
                await store.Audit.WriteAsync(new Storage.Audit.Action(Terminal.Clock(), "operator", "ordered erased", $"log/{string.Join(',', numbers)}", parsed.GetValue(_reason)!), token);
                var erased = await store.Log().EraseAsync(numbers, token);
                Terminal.Say($"{erased} texts erased.");
            });
            return Finish(diagnostics);
        }
    }
}
