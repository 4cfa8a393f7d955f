using System.Data.Common;
using System.Globalization;
using NodaTime;

namespace Levelkeeper.Storage.Sql;

/// <summary>The tables, and how those of an earlier build become those of this one.</summary>
internal static class Schema
{
    /// <summary>Every table with its columns in the order in which they are made, so that a copy of all tables is a copy of the store.</summary>
    /// <remarks>Not those of <see cref="OfThisLife"/>.</remarks>
    internal static readonly string[] Tables =
        ["store", "audit_head", "audit", "log_head", "log_segment", "document_revision", "document_step", "account", "api_token", "decision", "outgoing", "acknowledgement", "handed_fact"];

    /// <summary>Tables that are not copied: who is signed in, and what is signed with. A session that was ended since must not come back with a backup, and no backup can open one.</summary>
    internal static readonly string[] OfThisLife = ["session", "set_up_code", "protection_key"];

    /// <summary>Tables whose one row comes with them.</summary>
    internal static bool IsSeeded(string table) => table is "store" or "audit_head";

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
            "CREATE TABLE audit_head (only_one INTEGER NOT NULL PRIMARY KEY, number BIGINT NOT NULL, chain {bytes} NOT NULL)",
            """
            CREATE TABLE audit (
                number BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, actor {text} NOT NULL, verb {text} NOT NULL, object {text} NOT NULL, detail {text} NOT NULL, chain {bytes} NOT NULL)
            """,
            "CREATE INDEX audit_object ON audit (object, number)",
            """
            CREATE TABLE document_revision (
                kind {text} NOT NULL, name {text} NOT NULL, revision INTEGER NOT NULL, content {bytes} NOT NULL, hash {bytes} NOT NULL, made BIGINT NOT NULL, made_by {text} NOT NULL,
                PRIMARY KEY (kind, name, revision))
            """,
            """
            CREATE TABLE document_step (
                kind {text} NOT NULL, name {text} NOT NULL, number INTEGER NOT NULL, revision INTEGER NOT NULL, step {text} NOT NULL, at BIGINT NOT NULL, taken_by {text} NOT NULL,
                known BIGINT NOT NULL, detail {bytes} NOT NULL, PRIMARY KEY (kind, name, number))
            """,
            """
            CREATE TABLE account (
                name {text} NOT NULL PRIMARY KEY, display {text} NOT NULL, email {text} NOT NULL, language {text} NOT NULL, roles {text} NOT NULL, parties {text} NOT NULL, password {text},
                stamp {text} NOT NULL, failures INTEGER NOT NULL, locked_until BIGINT, disabled INTEGER NOT NULL, external_id {text} UNIQUE, version INTEGER NOT NULL)
            """,
            """
            CREATE TABLE api_token (
                id {text} NOT NULL PRIMARY KEY, account {text} NOT NULL, title {text} NOT NULL, hash {bytes} NOT NULL, scopes {text} NOT NULL, made BIGINT NOT NULL, expires BIGINT NOT NULL,
                last_used BIGINT, revoked BIGINT)
            """,
            "CREATE TABLE decision (name {text} NOT NULL PRIMARY KEY, at BIGINT NOT NULL, detail {bytes} NOT NULL)",
            """
            CREATE TABLE outgoing (
                id {text} NOT NULL PRIMARY KEY, decision {text} NOT NULL, channel {text} NOT NULL, thread {text} NOT NULL, content {bytes} NOT NULL, state INTEGER NOT NULL,
                attempts INTEGER NOT NULL, due BIGINT NOT NULL, made BIGINT NOT NULL, since BIGINT NOT NULL, note {text} NOT NULL)
            """,
            "CREATE INDEX outgoing_due ON outgoing (state, due)",
            "CREATE TABLE acknowledgement (thread {text} NOT NULL, at BIGINT NOT NULL, taken_by {text} NOT NULL, PRIMARY KEY (thread, at))",
        ],
        [
            // Sign-in.
            """
            CREATE TABLE session (
                hash {bytes} NOT NULL PRIMARY KEY, account {text} NOT NULL, stamp {text} NOT NULL, way {text} NOT NULL, browser {text} NOT NULL, made BIGINT NOT NULL, seen BIGINT NOT NULL, expires BIGINT NOT NULL)
            """,
            "CREATE INDEX session_account ON session (account)",
            "CREATE TABLE set_up_code (account {text} NOT NULL PRIMARY KEY, hash {bytes} NOT NULL, expires BIGINT NOT NULL)",
            "CREATE TABLE protection_key (name {text} NOT NULL PRIMARY KEY, content {text} NOT NULL)",
            // What commands say beside a running server.
            """
            CREATE TABLE handed_fact (
                id {text} NOT NULL PRIMARY KEY, body {bytes} NOT NULL, actor {text} NOT NULL, detail {text} NOT NULL, handed BIGINT NOT NULL, outcome INTEGER, sequence BIGINT, recorded BIGINT)
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
        {
            await writing.ExecuteAsync("INSERT INTO audit_head (only_one, number, chain) VALUES (1, 0, @p0)", cancel, Array.Empty<byte>());
            await writing.ExecuteAsync("INSERT INTO store (id, incarnation, made) VALUES (@p0, @p1, @p2)", cancel, Guid.NewGuid().ToByteArray(), Guid.NewGuid().ToByteArray(), now.ToUnixTimeTicks());
        }

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
