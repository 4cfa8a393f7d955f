using System.Data.Common;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Backups;

/// <summary>Copies a whole store into an empty one, of the same or the other kind: backup, restore, and moving from one database to the other.</summary>
public static class StoreCopy
{
    /// <summary>Copies everything as it is at one instant; the source may go on meanwhile.</summary>
    /// <param name="source">From where. Its tables are of this build: open it as a <see cref="Store"/> first.</param>
    /// <param name="target">To where; has no tables yet.</param>
    /// <param name="asNewLife">True for a restore: what was derived from the store's earlier life (caches) is no longer believed.</param>
    /// <param name="now">For the tables that are made.</param>
    /// <param name="cancel">Gives up, with nothing in the target.</param>
    /// <returns>How many rows of each table were copied.</returns>
    /// <exception cref="StoreNotEmptyException">The target holds something.</exception>
    public static async Task<IReadOnlyDictionary<string, long>> CopyAsync(Database source, Database target, bool asNewLife, Instant now, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        await Schema.MigrateAsync(target, now, cancel);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var from = await source.SnapshotAsync(cancel);
        await using var to = await target.BeginAsync(cancel);
        foreach (var table in Schema.Tables)
        {
            if (Schema.IsSeeded(table))
            {
                // The rows that come with the tables say nothing yet.
                if (table == "store" ? await HasContentAsync(to, cancel) : false)
                    throw new StoreNotEmptyException($"{target.Name} holds a store already; a copy goes into an empty one.");
                await to.ExecuteAsync($"DELETE FROM {table}", cancel);
            }

            counts.Add(table, await CopyAsync(from, to, table, cancel));
        }

        if (asNewLife)
            await to.ExecuteAsync("UPDATE store SET incarnation = @p0", cancel, Guid.NewGuid().ToByteArray());
        await target.CommitAsync(to, cancel);
        return counts;
    }

    private static async Task<bool> HasContentAsync(Session session, CancellationToken cancel)
    {
        foreach (var table in Schema.Tables.Where(t => !Schema.IsSeeded(t)))
        {
            if (await session.FirstAsync($"SELECT 1 FROM {table} LIMIT 1", _ => true, cancel))
                return true;
        }

        return false;
    }

    private static async Task<long> CopyAsync(Session from, Session to, string table, CancellationToken cancel)
    {
        await using var select = from.Command($"SELECT * FROM {table}");
        await using var reader = await select.ExecuteReaderAsync(cancel);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var sql = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@p{i}"))})";
        var rows = 0L;
        var values = new object[columns.Count];
        while (await reader.ReadAsync(cancel))
        {
            reader.GetValues(values);
            await to.ExecuteAsync(sql, cancel, values);
            rows++;
        }

        return rows;
    }
}

/// <summary>A copy was to be made into a store that holds something.</summary>
public sealed class StoreNotEmptyException(string message) : Exception(message);
