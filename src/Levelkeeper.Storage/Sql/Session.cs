using System.Data.Common;

namespace Levelkeeper.Storage.Sql;

/// <summary>A connection, in a transaction where it writes, with statements that both databases understand. Parameters are named <c>@p0</c>, <c>@p1</c>… in order.</summary>
internal sealed class Session(DbConnection connection, DbTransaction? transaction, SemaphoreSlim? gate = null) : IAsyncDisposable
{
    private bool _detached;

    internal DbConnection Connection => connection;

    internal DbTransaction? Transaction => transaction;

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it touched.</returns>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancel, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>All rows of a query.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancel, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>The first row of a query; the default when there is none.</summary>
    public async Task<T?> FirstAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancel, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? read(reader) : default;
    }

    /// <summary>Runs statements one after another; in one round trip, where the database can.</summary>
    /// <returns>How many rows each touched.</returns>
    public async Task<int[]> ExecuteEachAsync(CancellationToken cancel, params (string Sql, object?[] Parameters)[] statements)
    {
        var touched = new int[statements.Length];
        if (!connection.CanCreateBatch)
        {
            for (var i = 0; i < statements.Length; i++)
                touched[i] = await ExecuteAsync(statements[i].Sql, cancel, statements[i].Parameters);
            return touched;
        }

        await using var batch = Batch(statements);
        await batch.ExecuteNonQueryAsync(cancel);
        for (var i = 0; i < touched.Length; i++)
            touched[i] = batch.BatchCommands[i].RecordsAffected;
        return touched;
    }

    /// <summary>The first row of each of several queries, or the default; in one round trip, where the database can.</summary>
    public async Task<List<T?>> FirstOfEachAsync<T>(IReadOnlyList<(string Sql, object?[] Parameters)> queries, Func<DbDataReader, T> read, CancellationToken cancel)
    {
        var rows = new List<T?>(queries.Count);
        if (!connection.CanCreateBatch)
        {
            foreach (var (sql, parameters) in queries)
                rows.Add(await FirstAsync(sql, read, cancel, parameters));
            return rows;
        }

        await using var batch = Batch(queries);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        do
        {
            rows.Add(await reader.ReadAsync(cancel) ? read(reader) : default);
        }
        while (await reader.NextResultAsync(cancel));
        return rows;
    }

    internal DbCommand Command(string sql, params object?[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            parameter.Value = parameters[i] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private DbBatch Batch(IReadOnlyList<(string Sql, object?[] Parameters)> statements)
    {
        var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var (sql, parameters) in statements)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            for (var i = 0; i < parameters.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = $"@p{i}";
                parameter.Value = parameters[i] ?? DBNull.Value;
                command.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    /// <summary>Hands its connection and transaction over to another session, so that this one's end does not end them.</summary>
    internal Session Detach()
    {
        var detached = new Session(connection, transaction, gate);
        _detached = true;
        return detached;
    }

    public async ValueTask DisposeAsync()
    {
        if (_detached)
            return;
        if (transaction is not null)
            await transaction.DisposeAsync();
        await connection.DisposeAsync();
        gate?.Release();
    }
}
