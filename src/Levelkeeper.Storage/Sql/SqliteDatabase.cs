using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Levelkeeper.Storage.Sql;

/// <summary>A store in a folder of its own, in SQLite: write-ahead log, synced at each commit (<c>synchronous=FULL</c>).</summary>
public sealed class SqliteDatabase : Database
{
    /// <summary>The name of the file in the folder.</summary>
    public const string FileName = "levelkeeper.db";

    private readonly string _folder;
    private readonly string _connection;
    private readonly SemaphoreSlim _writers = new(1, 1);

    /// <summary>The connections of the pool that are set up: a commit opens and closes one, and to set each up again would read the file and take locks each time.</summary>
    private readonly ConditionalWeakTable<SQLitePCL.sqlite3, object> _setUp = [];

    /// <summary>The store of a folder.</summary>
    /// <param name="folder">Is made when it is not there. On a local disk: locks and syncs of network drives cannot be relied on.</param>
    public SqliteDatabase(string folder)
    {
        _folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(_folder);
        // Its own connections are pooled, so that a store that is disposed of leaves no open file behind.
        _connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(_folder, FileName), DefaultTimeout = 30, Pooling = true }.ToString();
    }

    /// <inheritdoc/>
    public override string Name => _folder;

    internal override string BytesType => "BLOB";

    internal override string TextType => "TEXT";

    /// <inheritdoc/>
    public override Task<IAsyncDisposable> OwnAsync(int partition, CancellationToken cancel)
    {
        var path = Path.Combine(_folder, $"owner-{partition}.lock");
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException)
        {
            throw new StoreInUseException($"The store in {_folder} is open in another process.");
        }

        try
        {
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
        }
        catch (IOException)
        {
            // On a full disk. The lock is what counts; whose it is, is for people to read.
        }

        return Task.FromResult<IAsyncDisposable>(file);
    }

    /// <inheritdoc/>
    public override bool IsPassing(Exception exception) => exception is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED or SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR };

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    internal override bool IsTaken(DbException exception) => exception is SqliteException { SqliteExtendedErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE or SQLitePCL.raw.SQLITE_CONSTRAINT_PRIMARYKEY };

    // The provider's own way copies them into a new array first.
    internal override int ReadBytes(DbDataReader row, int column, ref byte[] into)
    {
        var bytes = SQLitePCL.raw.sqlite3_column_blob(((SqliteDataReader)row).Handle!, column);
        Fit(ref into, bytes.Length);
        bytes.CopyTo(into);
        return bytes.Length;
    }

    internal override async Task<DbConnection> ConnectAsync(CancellationToken cancel)
    {
        var connection = new SqliteConnection(_connection);
        try
        {
            await connection.OpenAsync(cancel);
            if (_setUp.TryGetValue(connection.Handle!, out _))
                return connection;
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864";
            await command.ExecuteNonQueryAsync(cancel);
            _setUp.AddOrUpdate(connection.Handle!, connection.Handle!);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // SQLite has one writer: waiting for it here costs no polling of the file.
    internal override async Task<Session> BeginAsync(CancellationToken cancel)
    {
        await _writers.WaitAsync(cancel);
        try
        {
            var connection = (SqliteConnection)await ConnectAsync(cancel);
            try
            {
                return new Session(connection, connection.BeginTransaction(deferred: false), _writers);
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }
        catch
        {
            _writers.Release();
            throw;
        }
    }

    internal override async Task<Session> SnapshotAsync(CancellationToken cancel)
    {
        var connection = (SqliteConnection)await ConnectAsync(cancel);
        return new Session(connection, connection.BeginTransaction(deferred: true));
    }
}
