using System.Data.Common;
using System.Globalization;
using NodaTime;

namespace Levelkeeper.Storage.Sql;

/// <summary>The tables, and how those of an earlier build become those of this one.</summary>
internal static class Schema
{
    /// <summary>Every table with its columns in the order in which they are made, so that a copy of all tables is a copy of the store.</summary>
    internal static readonly string[] Tables = ["store", "log_head", "log_segment"];

    /// <summary>What makes each version of the schema out of the one before. Never changed once released: a later version adds an entry.</summary>
    private static readonly string[][] Versions =
    [
        [
            "CREATE TABLE store (id {bytes} NOT NULL, incarnation {bytes} NOT NULL, made BIGINT NOT NULL)",
            "CREATE TABLE log_head (partition INTEGER NOT NULL PRIMARY KEY, epoch BIGINT NOT NULL, sequence BIGINT NOT NULL, recorded BIGINT NOT NULL, chain {bytes} NOT NULL)",
            """
            CREATE TABLE log_segment (
                partition INTEGER NOT NULL, last BIGINT NOT NULL, epoch BIGINT NOT NULL, recorded BIGINT NOT NULL, chain {bytes} NOT NULL,
                entries {bytes} NOT NULL, bodies {bytes} NOT NULL, PRIMARY KEY (partition, last))
            """,
        ],
    ];

    /// <summary>The version that this build reads and writes.</summary>
    internal static int Latest => Versions.Length;

    /// <summary>Brings the tables to this build's version, all or nothing.</summary>
    /// <exception cref="StoreVersionException">A later build made them.</exception>
    internal static async Task MigrateAsync(Database database, Instant now, CancellationToken cancel)
    {
        await using (var session = await database.ReadAsync(cancel))
        {
            if (await VersionAsync(session, cancel) == Latest)
                return;
        }

        await using var writing = await database.BeginAsync(cancel);
        await writing.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)", cancel);
        var version = await VersionAsync(writing, cancel);
        if (version > Latest)
            throw new StoreVersionException($"The store {database.Name} was made by a later build (schema {version}); this one knows schemas up to {Latest}.");
        for (var i = version; i < Latest; i++)
        {
            foreach (var statement in Versions[i])
                await writing.ExecuteAsync(statement.Replace("{bytes}", database.BytesType, StringComparison.Ordinal).Replace("{text}", database.TextType, StringComparison.Ordinal), cancel);
        }

        foreach (var statement in version == 0 ? database.AfterSchema : [])
            await writing.ExecuteAsync(statement, cancel);
        await writing.ExecuteAsync("DELETE FROM schema_version", cancel);
        await writing.ExecuteAsync("INSERT INTO schema_version (version) VALUES (@p0)", cancel, Latest);
        if (version == 0)
            await writing.ExecuteAsync("INSERT INTO store (id, incarnation, made) VALUES (@p0, @p1, @p2)", cancel, Guid.NewGuid().ToByteArray(), Guid.NewGuid().ToByteArray(), now.ToUnixTimeTicks());
        await database.CommitAsync(writing, cancel);
    }

    /// <summary>0 when there are no tables yet.</summary>
    private static async Task<int> VersionAsync(Session session, CancellationToken cancel)
    {
        try
        {
            return await session.FirstAsync("SELECT version FROM schema_version", r => r.GetInt32(0), cancel);
        }
        catch (DbException) when (session.Transaction is null)
        {
            return 0;
        }
    }
}

/// <summary>A store that this build cannot open.</summary>
public sealed class StoreVersionException(string message) : Exception(message);
