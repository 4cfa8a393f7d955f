using System.Data.Common;
using Npgsql;

namespace Levelkeeper.Storage.Sql;

/// <summary>A store in a PostgreSQL database (15 or later), in the schema that the connection's search path names.</summary>
public sealed class PostgresDatabase : Database
{
    // Any constant: it keeps our advisory locks apart from those of other programs. They are the whole database's, so the schema is part of their name.
    private const int LockSpace = 0x4C4B;
    private const string LockArguments = "@p0, hashtext(current_schema() || '/' || @p1)";

    private const int StatementsPrepared = 40;

    private readonly NpgsqlDataSource _source;

    /// <summary>The store of a database.</summary>
    /// <param name="connection">A connection string of Npgsql.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public PostgresDatabase(string connection)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection);
        if (string.IsNullOrEmpty(builder.ApplicationName))
            builder.ApplicationName = "levelkeeper";
        // No session leaves anything behind that the next one would see.
        builder.NoResetOnClose = true;
        // The log says the same few statements again and again; to read them anew each time is a good part of the server's work. Who names a number, 0 too, has his reasons.
        if (!new DbConnectionStringBuilder { ConnectionString = connection }.Keys.Cast<string>().Any(k => k.Replace(" ", "", StringComparison.Ordinal).Equals(nameof(builder.MaxAutoPrepare), StringComparison.OrdinalIgnoreCase)))
            builder.MaxAutoPrepare = StatementsPrepared;
        Name = $"{builder.Host}/{builder.Database}";
        _source = NpgsqlDataSource.Create(builder);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override string BytesType => "BYTEA";

    internal override string TextType => "TEXT COLLATE \"C\"";

    // The texts are compressed neither by us nor by the database: that would cost more time than the disk does.
    internal override IEnumerable<string> AfterSchema => ["ALTER TABLE log_segment ALTER COLUMN bodies SET STORAGE EXTERNAL", "ALTER TABLE log_segment ALTER COLUMN entries SET STORAGE EXTERNAL"];

    /// <inheritdoc/>
    public override async Task<IAsyncDisposable> OwnAsync(int partition, CancellationToken cancel)
    {
        var connection = await _source.OpenConnectionAsync(cancel);
        try
        {
            await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({LockArguments})", connection);
            command.Parameters.AddWithValue("@p0", LockSpace);
            command.Parameters.AddWithValue("@p1", partition);
            if (await command.ExecuteScalarAsync(cancel) is true)
                return new Lock(connection, partition);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        throw new StoreInUseException($"Another process owns the log in {Name}.");
    }

    /// <inheritdoc/>
    public override bool IsPassing(Exception exception) => exception is NpgsqlException { IsTransient: true } or TimeoutException
        || exception is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.DiskFull };

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    internal override bool IsTaken(DbException exception) => exception.SqlState == PostgresErrorCodes.UniqueViolation;

    internal override async Task<DbConnection> ConnectAsync(CancellationToken cancel) => await _source.OpenConnectionAsync(cancel);

    // What is sent together without a transaction around it is one: it begins with the first statement and is committed after the last, unless one of them fails.
    internal override async Task<int[]> CommitEachAsync(CancellationToken cancel, params (string Sql, object?[] Parameters)[] statements)
    {
        await using var session = await ReadAsync(cancel);
        return await session.ExecuteEachAsync(CancellationToken.None, statements);
    }

    private sealed class Lock(NpgsqlConnection connection, int partition) : IAsyncDisposable
    {
        private bool _released;

        public async ValueTask DisposeAsync()
        {
            if (_released)
                return;
            _released = true;
            try
            {
                await using var command = new NpgsqlCommand($"SELECT pg_advisory_unlock({LockArguments})", connection);
                command.Parameters.AddWithValue("@p0", LockSpace);
                command.Parameters.AddWithValue("@p1", partition);
                await command.ExecuteNonQueryAsync();
            }
            catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
            {
                // The connection is gone, and the lock with it.
            }

            await connection.DisposeAsync();
        }
    }
}
