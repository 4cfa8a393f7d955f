using System.CommandLine;
using System.Data.Common;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Backups;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Cli.Stores;

/// <summary>Which store a verb works on: <c>--data</c> names a folder with SQLite, <c>--store</c> a PostgreSQL database.</summary>
internal sealed class StoreOptions
{
    /// <summary>The variable that holds the connection string, so that no password is in a list of processes.</summary>
    public const string Variable = "LEVELKEEPER_STORE";

    private readonly Terminal _terminal;
    private readonly Option<string?> _data;
    private readonly Option<string?> _store;

    public StoreOptions(Terminal terminal, Command command)
    {
        _terminal = terminal;
        _data = new("--data") { Description = "The folder of the store (SQLite). Default: data.", HelpName = "FOLDER" };
        _store = new("--store") { Description = $"A PostgreSQL store instead: its connection string; better in {Variable}, where no list of processes shows it.", HelpName = "CONNECTION" };
        command.Add(_data);
        command.Add(_store);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_data) is not null && result.GetValue(_store) is not null)
                result.AddError("Give --data or --store, not both.");
        });
    }

    /// <summary>The folder that caches and other files of a store are kept in, also where the store itself is elsewhere.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="usual">What holds where the command line says nothing.</param>
    public string Folder(ParseResult parsed, string? usual = null) => Path.GetFullPath(Path.Combine(_terminal.Folder, parsed.GetValue(_data) ?? usual ?? "data"));

    /// <summary>The database; null after reporting that there is none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="mayBeNew">Whether it may be made.</param>
    /// <param name="diagnostics">What is wrong.</param>
    /// <param name="usualStore">The connection string where neither the command line nor the environment says anything.</param>
    /// <param name="usualFolder">The folder then.</param>
    public Database? Database(ParseResult parsed, bool mayBeNew, DiagnosticBag diagnostics, string? usualStore = null, string? usualFolder = null)
    {
        var connection = parsed.GetValue(_store) ?? (parsed.GetValue(_data) is null ? _terminal.Variable(Variable) ?? usualStore : null);
        if (!string.IsNullOrEmpty(connection))
        {
            try
            {
                return new PostgresDatabase(connection);
            }
            catch (ArgumentException)
            {
                // Its words may quote the connection string, and with it a password.
                diagnostics.Error("LK6003", new Place("--store"), "This is no connection string.", "write for example 'Host=db;Database=levelkeeper;Username=levelkeeper'");
                return null;
            }
        }

        var folder = Folder(parsed, usualFolder);
        if (!mayBeNew && !File.Exists(Path.Combine(folder, SqliteDatabase.FileName)))
        {
            diagnostics.Error("LK6001", new Place(folder), "There is no store in this folder.", "name the folder that 'levelkeeper serve' was started with: --data FOLDER");
            return null;
        }

        return new SqliteDatabase(folder);
    }

    /// <summary>Does something with the store; what a store may refuse is reported.</summary>
    public void Use(ParseResult parsed, bool mayBeNew, DiagnosticBag diagnostics, Func<Store, Task> work)
    {
        if (Database(parsed, mayBeNew, diagnostics) is not { } database)
            return;
        Report(database.Name, diagnostics, async () =>
        {
            await using var store = await Store.OpenAsync(database, _terminal.Clock());
            await work(store);
        });
    }

    /// <summary>Runs work on stores and reports what they refuse.</summary>
    public static void Report(string name, DiagnosticBag diagnostics, Func<Task> work)
    {
        try
        {
            work().GetAwaiter().GetResult();
        }
        catch (StoreInUseException e)
        {
            diagnostics.Error("LK6002", new Place(name), e.Message, "stop the server, or give the work to it");
        }
        catch (LogFencedException e)
        {
            diagnostics.Error("LK6002", new Place(name), e.Message, "stop the server, or give the work to it");
        }
        catch (StoreVersionException e)
        {
            diagnostics.Error("LK6004", new Place(name), e.Message, "use the build that made it, or a later one");
        }
        catch (StoreNotEmptyException e)
        {
            diagnostics.Error("LK6005", new Place(name), e.Message, "name another place");
        }
        catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException or TimeoutException or System.Net.Sockets.SocketException)
        {
            diagnostics.Error("LK6003", new Place(name), $"The store cannot be opened: {(e.InnerException ?? e).Message.ReplaceLineEndings(" ")}");
        }
    }
}
