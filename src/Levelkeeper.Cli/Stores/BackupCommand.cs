using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Backups;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Cli.Stores;

/// <summary><c>levelkeeper backup</c>: a copy of a whole store, while the server goes on.</summary>
internal sealed class BackupCommand : Verb
{
    private readonly StoreOptions _from;
    private readonly Option<string> _to = new("--to") { Description = "The folder of the copy; it must not hold a store yet.", HelpName = "FOLDER", Required = true };

    public BackupCommand(Terminal terminal)
        : base(terminal, "backup", "Copy a whole store, of either kind, as it is at one instant; the server may go on meanwhile. The copy is checked. It is a folder that --data takes.",
            "levelkeeper backup --data data --to backup-2026-03-01",
            "LEVELKEEPER_STORE='Host=db;Database=levelkeeper' levelkeeper backup --to backup-2026-03-01")
    {
        _from = new StoreOptions(terminal, this);
        Add(_to);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        _from.Use(parsed, mayBeNew: false, diagnostics, async store =>
        {
            var folder = Path.GetFullPath(Path.Combine(Terminal.Folder, parsed.GetValue(_to)!));
            await CopyCheck.CopyAsync(store.Database, new SqliteDatabase(folder), asNewLife: false, Terminal, diagnostics, token);
        });
        return Finish(diagnostics);
    }
}

/// <summary><c>levelkeeper restore</c>: a store out of a copy.</summary>
internal sealed class RestoreCommand : Verb
{
    private readonly StoreOptions _to;
    private readonly Option<string> _from = new("--from") { Description = "The folder of the copy.", HelpName = "FOLDER", Required = true };

    public RestoreCommand(Terminal terminal)
        : base(terminal, "restore", "Make a store out of a backup: into an empty folder or an empty database, also of the other kind. What is restored is checked.",
            "levelkeeper restore --from backup-2026-03-01 --data data",
            "LEVELKEEPER_STORE='Host=db;Database=levelkeeper' levelkeeper restore --from backup-2026-03-01")
    {
        _to = new StoreOptions(terminal, this);
        Add(_from);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var folder = Path.GetFullPath(Path.Combine(Terminal.Folder, parsed.GetValue(_from)!));
        if (!File.Exists(Path.Combine(folder, SqliteDatabase.FileName)))
            diagnostics.Error("LK6001", new Place(folder), "There is no store in this folder.", "name the folder that 'levelkeeper backup' made");
        else if (_to.Database(parsed, mayBeNew: true, diagnostics) is { } target)
        {
            StoreOptions.Report(target.Name, diagnostics, async () =>
            {
                // Opened as a store first, so that a copy of an earlier build is brought up to date.
                await using var source = await Store.OpenAsync(new SqliteDatabase(folder), Terminal.Clock());
                await CopyCheck.CopyAsync(source.Database, target, asNewLife: true, Terminal, diagnostics, token);
            });
        }

        return Finish(diagnostics);
    }
}

/// <summary>Copies and then checks the copy.</summary>
internal static class CopyCheck
{
    public static async Task CopyAsync(Database from, Database to, bool asNewLife, Terminal terminal, DiagnosticBag diagnostics, CancellationToken token)
    {
        var counts = await StoreCopy.CopyAsync(from, to, asNewLife, terminal.Clock(), token);
        await using var copy = await Store.OpenAsync(to, terminal.Clock(), token);
        var log = await copy.Log().VerifyAsync(token);
        LogReport.Faults(log, to.Name, diagnostics);
        if (await copy.Audit.VerifyAsync(token) is { } broken)
            diagnostics.Error("LK6006", new Place(to.Name), $"The audit trail was changed at entry {broken}.", "it was so in the original: find out since when from earlier backups");
        terminal.Say($"{log.Entries} entries of the log, {counts["document_revision"]} revisions of documents, {counts["audit"]} actions copied to {to.Name}; head {log.Head.Sequence} {log.Head.Chain}");
    }
}
