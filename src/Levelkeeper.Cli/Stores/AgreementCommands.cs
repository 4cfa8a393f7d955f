using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Signatures;
using Levelkeeper.Reports.Json;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using NodaTime.Text;
using Spectre.Console;

namespace Levelkeeper.Cli.Stores;

/// <summary><c>levelkeeper agreement …</c>: the agreements of a store, from proposal to end. A server that runs takes up what changes here.</summary>
internal static class AgreementCommands
{
    public static Command Group(Terminal terminal) => new("agreement", "The agreements that a store holds: propose, sign, put in force, end.")
    {
        new ListAgreements(terminal),
        new Propose(terminal),
        new Step(terminal, "comment", "Comment a proposal, or a clause of it.", "commented", (register, s, said) => register.CommentAsync(s.Id, s.Revision, said("--clause"), said("--text"), s.Known, s.By, s.Cancel)) { new Option<string>("--clause") { Description = "The clause that is meant: its path.", HelpName = "PATH" }, Text(required: true) },
        new Step(terminal, "review", "Record the lawyers' review of a proposal.", "reviewed", (register, s, said) => register.ReviewAsync(s.Id, s.Revision, said("--text"), s.Known, s.By, s.Cancel)) { Text() },
        new Sign(terminal),
        new Step(terminal, "activate", "Put a proposal in force. Each side must have signed it, here or on paper as the agreement records.", "in force", (register, s, said) => register.ActivateAsync(s.Id, s.Revision, said("--unsigned"), s.Known, s.By, s.Cancel)) { new Option<string>("--unsigned") { Description = "Why it runs though a side has not signed it.", HelpName = "REASON" } },
        new Step(terminal, "withdraw", "Take a proposal back.", "withdrawn", (register, s, said) => register.WithdrawAsync(s.Id, s.Revision, said("--text"), s.Known, s.By, s.Cancel)) { Text(required: true) },
        new Step(terminal, "end", "End an agreement that is in force: facts are judged by it no more.", "ended", (register, s, said) => register.EndAsync(s.Id, s.Revision, said("--text"), s.Known, s.By, s.Cancel)) { Text(required: true) },
    };

    private static Option<string> Text(bool required = false) => new("--text") { Description = "What is said, or why.", HelpName = "TEXT", Required = required };

    private static Option<string> Account() => new("--account") { Description = "On whose behalf, for the audit trail.", HelpName = "NAME", DefaultValueFactory = _ => "operator" };

    private sealed record Request(string Id, int Revision, long Known, Act By, CancellationToken Cancel);

    /// <summary><c>levelkeeper agreement list</c>.</summary>
    private sealed class ListAgreements : Verb
    {
        private readonly StoreOptions _store;
        private readonly Option<OutputFormat> _output = Inputs.Output();

        public ListAgreements(Terminal terminal)
            : base(terminal, "list", "List the agreements and how far each has come.", "levelkeeper agreement list --data data")
        {
            _store = new StoreOptions(terminal, this);
            Add(_output);
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            _store.Use(parsed, mayBeNew: false, diagnostics, async store =>
            {
                var (register, all) = (new AgreementRegister(store), new List<(string Id, AgreementLife Life)>());
                while (await register.ListAsync(all.Count == 0 ? "" : all[^1].Id, cancel: token) is { Count: > 0 } page)
                    all.AddRange(page);
                if (parsed.GetValue(_output) == OutputFormat.Json)
                    JsonText.Write(Terminal.Output, json => Write(json, all));
                else
                    Write(all);
            });
            return Finish(diagnostics);
        }

        private static void Write(System.Text.Json.Utf8JsonWriter json, List<(string Id, AgreementLife Life)> all)
        {
            json.WriteStartObject();
            json.Array("agreements", all, a =>
            {
                json.WriteString("id", a.Id);
                json.Array("revisions", a.Life.Revisions.Values, r =>
                {
                    json.WriteNumber("revision", r.Revision);
                    json.WriteString("stage", r.Stage.ToString().ToLowerInvariant());
                    json.WriteString("hash", r.Hash);
                    json.WriteString("proposed", InstantPattern.ExtendedIso.Format(r.Proposed));
                    json.WriteString("proposedBy", r.ProposedBy);
                    json.Array("signatures", r.Signatures, s =>
                    {
                        json.WriteString("side", s.Side.ToString().ToLowerInvariant());
                        json.WriteString("name", s.Name);
                        json.WriteString("account", s.Account);
                        json.WriteString("at", InstantPattern.ExtendedIso.Format(s.At));
                    });
                });
            });
            json.WriteEndObject();
        }

        private void Write(List<(string Id, AgreementLife Life)> all)
        {
            var table = new Table().RoundedBorder();
            foreach (var column in (string[])["Agreement", "Revision", "Stage", "Proposed", "Signed for"])
                table.AddColumn(column);
            foreach (var (id, life) in all)
            {
                foreach (var revision in life.Revisions.Values.Where(r => r.Stage is AgreementStage.Active || r.Revision == life.Latest.Revision))
                {
                    table.AddRow(
                        Markup.Escape(Colour.Safe(id)), $"{revision.Revision}", revision.Stage.ToString().ToLowerInvariant(), InstantPattern.General.Format(revision.Proposed),
                        string.Join(", ", revision.Signatures.Select(s => s.Side.ToString().ToLowerInvariant()).Distinct()));
                }
            }

            TableOrRecords.Write(Terminal.Drawing(), table);
        }
    }

    /// <summary><c>levelkeeper agreement propose</c>.</summary>
    private sealed class Propose : Verb
    {
        private readonly StoreOptions _store;
        private readonly Argument<string> _file = new("FILE") { Description = "The agreement." };
        private readonly Option<string> _account = Account();

        public Propose(Terminal terminal)
            : base(terminal, "propose", "Put an agreement, or a change of one, into the store as a proposal, with the files that it names. Nothing of it runs before it is put in force.",
                "levelkeeper agreement propose acme.yaml --data data")
        {
            _store = new StoreOptions(terminal, this);
            Add(_file);
            Add(_account);
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            if (InputFile.One(parsed.GetValue(_file)!, Terminal, diagnostics) is not { } file || file.ReadText(diagnostics) is not { } text)
                return Finish(diagnostics);
            var named = new SortedDictionary<string, string>(StringComparer.Ordinal);
            if (Engine.ReadAgreement(text, file.Name, Recording(file.Name, named), diagnostics) is not { } versions)
                return Finish(diagnostics);
            foreach (var supplier in versions.Latest.Suppliers)
                Recording(file.Name, named).Levels!(supplier.File, supplier.Clause.Place, diagnostics);
            _store.Use(parsed, mayBeNew: true, diagnostics, async store =>
            {
                var by = new Act(parsed.GetValue(_account)!, Terminal.Clock());
                var files = new FileRegister(store);
                foreach (var (name, content) in named)
                {
                    var last = await store.Files.FindAsync(name, cancel: token);
                    if (last is null || !last.Content.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(content)))
                        await files.PutAsync(name, last?.Revision ?? 0, Encoding.UTF8.GetBytes(content), by, diagnostics, token);
                }

                if (diagnostics.HasErrors)
                    return;
                var register = new AgreementRegister(store);
                var from = (await register.LifeAsync(versions.Latest.Id, token))?.Latest.Revision ?? 0;
                Tell(await register.ProposeAsync(versions.Latest.Id, from, text, await Known(store, token), by, token), "proposed", Terminal, diagnostics);
            });
            return Finish(diagnostics);
        }

        /// <summary>Reads the files around the agreement, and keeps each under its name in the register.</summary>
        private Language.Levels.AgreementFolder Recording(string agreement, SortedDictionary<string, string> named)
        {
            var registered = new Dictionary<string, string>(StringComparer.Ordinal) { [agreement] = RegisteredAgreement.FileOf("agreement") };
            var files = new NamedFiles(Terminal);
            return Engine.Folder((name, from, bag) =>
            {
                if (files.Read(name, from, bag) is not { } read)
                    return null;
                registered[read.File] = StoredFiles.NameBeside(registered[from.File], name);
                named[registered[read.File]] = read.Text;
                return read;
            });
        }
    }

    /// <summary>A verb about one revision.</summary>
    private abstract class RevisionVerb : Verb
    {
        private readonly Argument<string> _id = new("ID") { Description = "The agreement." };
        private readonly Option<int?> _revision = new("--revision") { Description = "Which revision. Default: the latest.", HelpName = "NUMBER" };
        private readonly Option<string> _account = Account();
        private readonly StoreOptions _store;

        protected RevisionVerb(Terminal terminal, string name, string description, params ImmutableArray<string> examples)
            : base(terminal, name, description, examples)
        {
            Add(_id);
            Add(_revision);
            Add(_account);
            _store = new StoreOptions(terminal, this);
        }

        protected void Take(ParseResult parsed, string done, DiagnosticBag diagnostics, CancellationToken token, Func<AgreementRegister, Request, Task<AgreementOutcome>> take) =>
            _store.Use(parsed, mayBeNew: false, diagnostics, async store =>
            {
                var (register, id) = (new AgreementRegister(store), parsed.GetValue(_id)!);
                var revision = parsed.GetValue(_revision) ?? (await register.LifeAsync(id, token))?.Latest.Revision ?? 0;
                var outcome = await take(register, new Request(id, revision, await Known(store, token), new Act(parsed.GetValue(_account)!, Terminal.Clock()), token));
                Tell(outcome, done, Terminal, diagnostics);
            });
    }

    /// <summary>A step in an agreement's life.</summary>
    private sealed class Step : RevisionVerb
    {
        private readonly string _done;
        private readonly Func<AgreementRegister, Request, Func<string, string>, Task<AgreementOutcome>> _take;

        public Step(Terminal terminal, string name, string description, string done, Func<AgreementRegister, Request, Func<string, string>, Task<AgreementOutcome>> take)
            : base(terminal, name, description, $"levelkeeper agreement {name} acme{(name is "comment" or "withdraw" or "end" ? " --text 'as agreed on the phone'" : "")} --data data") => (_done, _take) = (done, take);

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            Take(parsed, _done, diagnostics, token, (register, request) => _take(register, request, name => parsed.GetValue<string>(name) ?? ""));
            return Finish(diagnostics);
        }
    }

    /// <summary><c>levelkeeper agreement sign</c>.</summary>
    private sealed class Sign : RevisionVerb
    {
        private readonly Option<string> _side = new("--by") { Description = "For which side: provider or customer.", HelpName = "SIDE", Required = true };
        private readonly Option<string> _name = new("--name") { Description = "The person who signs.", HelpName = "NAME", Required = true };
        private readonly Option<string?> _signatures = new("--signatures") { Description = "The file that 'levelkeeper sign' wrote: the last signature for this side in it.", HelpName = "FILE" };

        public Sign(Terminal terminal)
            : base(terminal, "sign", "Record that a side signed a proposal; with --signatures by a key, which is checked.",
                "levelkeeper agreement sign acme --by provider --name 'J. Kowalska' --account kowalska --data data",
                "levelkeeper agreement sign acme --by customer --name 'A. Nowak' --signatures acme.yaml.signatures.json --account nowak --data data")
        {
            _side.AcceptOnlyFromAmong("provider", "customer");
            foreach (var option in new Option[] { _side, _name, _signatures })
                Add(option);
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            var side = parsed.GetValue(_side) == "customer" ? PartyRole.Customer : PartyRole.Provider;
            AgreementSignature? signature = null;
            if (parsed.GetValue(_signatures) is { } name)
            {
                if (InputFile.One(name, Terminal, diagnostics)?.ReadText(diagnostics) is not { } json || SignatureFile.Read(json, name, diagnostics) is not { } file)
                    return Finish(diagnostics);
                signature = file.Signatures.LastOrDefault(s => s.By == side);
                if (signature is null)
                    diagnostics.Error("LK6305", new Place(name), "No signature for this side is in the file.", "sign first: levelkeeper sign");
            }

            if (!diagnostics.HasErrors)
                Take(parsed, $"signed for the {parsed.GetValue(_side)}", diagnostics, token, (register, s) => register.SignAsync(s.Id, s.Revision, side, parsed.GetValue(_name)!, signature, s.Known, s.By, s.Cancel));
            return Finish(diagnostics);
        }
    }

    private static async Task<long> Known(Store store, CancellationToken token) => (await store.Log().HeadAsync(token)).Sequence;

    private static void Tell(AgreementOutcome outcome, string done, Terminal terminal, DiagnosticBag diagnostics)
    {
        foreach (var diagnostic in outcome.Diagnostics)
            diagnostics.Add(diagnostic);
        if (outcome.Agreement is { } agreement)
            terminal.Say($"{agreement.Id}, revision {agreement.Life.Revision}: {done}. {agreement.Content.Hash}");
    }
}
