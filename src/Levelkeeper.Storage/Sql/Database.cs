using System.Data;
using System.Data.Common;

namespace Levelkeeper.Storage.Sql;

/// <summary>A database that a store is kept in. The tables and the statements are the same in all; what differs is here.</summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>What people call it, without secrets: a folder, or a host and a database.</summary>
    public abstract string Name { get; }

    /// <summary>Makes sure that no other process owns a partition of the log, until it is disposed of.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="StoreInUseException">Another process owns it.</exception>
    public abstract Task<IAsyncDisposable> OwnAsync(int partition, CancellationToken cancel);

    /// <summary>True for a failure that may pass: the database is busy, is starting, or the connection was lost.</summary>
    public abstract bool IsPassing(Exception exception);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>True when a row was not written because its key is taken.</summary>
    internal abstract bool IsTaken(DbException exception);

    /// <summary>The type of bytes.</summary>
    internal abstract string BytesType { get; }

    /// <summary>The type of text that is compared by its code units.</summary>
    internal abstract string TextType { get; }

    /// <summary>Statements that belong to this kind of database only, run once after the tables are made.</summary>
    internal virtual IEnumerable<string> AfterSchema => [];

    /// <summary>Reads the bytes of a column into memory that is used again, and made larger where it must be.</summary>
    /// <returns>How many there are.</returns>
    internal virtual int ReadBytes(DbDataReader row, int column, ref byte[] into)
    {
        var length = (int)row.GetBytes(column, 0, null, 0, 0);
        Fit(ref into, length);
        return (int)row.GetBytes(column, 0, into, 0, length);
    }

    private protected static void Fit(ref byte[] bytes, int length)
    {
        if (bytes.Length < length)
            bytes = new byte[Math.Max(length, bytes.Length * 2)];
    }

    internal abstract Task<DbConnection> ConnectAsync(CancellationToken cancel);

    /// <summary>Begins a transaction that writes; of two at a time the second waits.</summary>
    internal virtual async Task<Session> BeginAsync(CancellationToken cancel)
    {
        var connection = await ConnectAsync(cancel);
        try
        {
            return new Session(connection, await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Commits. When it throws, nobody knows whether it took effect.</summary>
    internal virtual Task CommitAsync(Session session, CancellationToken cancel) => session.Transaction!.CommitAsync(cancel);

    /// <summary>Runs statements one after another and commits them together; in one round trip, where the database can. When it throws, nobody knows whether they took effect.</summary>
    /// <param name="cancel">Gives up before anything is sent, never later.</param>
    /// <param name="statements">The statements.</param>
    /// <returns>How many rows each touched.</returns>
    internal virtual async Task<int[]> CommitEachAsync(CancellationToken cancel, params (string Sql, object?[] Parameters)[] statements)
    {
        await using var session = await BeginAsync(cancel);
        var touched = await session.ExecuteEachAsync(CancellationToken.None, statements);
        await CommitAsync(session, CancellationToken.None);
        return touched;
    }

    /// <summary>A session that sees one state of all tables, for reading.</summary>
    internal virtual async Task<Session> SnapshotAsync(CancellationToken cancel)
    {
        var connection = await ConnectAsync(cancel);
        return new Session(connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel));
    }

    internal async Task<Session> ReadAsync(CancellationToken cancel) => new(await ConnectAsync(cancel), null);

    /// <summary>Writes all that the work writes, or nothing.</summary>
    internal async Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancel)
    {
        await using var session = await BeginAsync(cancel);
        var result = await work(session);
        await CommitAsync(session, cancel);
        return result;
    }
}

/// <summary>Another process owns what was to be opened.</summary>
public sealed class StoreInUseException(string message) : Exception(message);
