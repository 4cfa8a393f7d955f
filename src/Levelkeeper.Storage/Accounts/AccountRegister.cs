using System.Data.Common;
using Levelkeeper.Storage.Audit;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Accounts;

/// <summary>The people and programs that may sign in, and their tokens.</summary>
public sealed partial class AccountRegister
{
    internal const string Columns = "name, display, email, language, roles, parties, password, stamp, failures, locked_until, disabled, external_id, version";
    private const string TokenColumns = "id, account, title, hash, scopes, made, expires, last_used, revoked";

    private readonly Store _store;

    internal AccountRegister(Store store) => _store = store;

    /// <summary>Writes an account, a new one or a change.</summary>
    /// <param name="account">Its <see cref="Account.Version"/> is that of the one that it was made from; 0 for a new one.</param>
    /// <param name="by">Who does it; null for what is no action of a person, as a failed sign-in is counted.</param>
    /// <param name="verb">What is done, for the audit trail.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>As it stands now.</returns>
    /// <exception cref="DocumentChangedException">It was changed meanwhile, or the name or the external identity is taken.</exception>
    public Task<Account> WriteAsync(Account account, Act? by, string verb = "changed", CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                ArgumentNullException.ThrowIfNull(account);
                object?[] values =
                [
                    account.Name, account.DisplayName, account.Email, account.Language, string.Join(' ', account.Roles), string.Join('\n', account.Parties), account.PasswordHash, account.SecurityStamp,
                    account.FailedSignIns, account.LockedUntil?.ToUnixTimeTicks(), account.IsDisabled ? 1 : 0, account.ExternalId, account.Version + 1, account.Version,
                ];
                try
                {
                    var written = account.Version == 0
                        ? await session.ExecuteAsync($"INSERT INTO account ({Columns}) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12)", cancel, values[..13])
                        : await session.ExecuteAsync(
                            """
                            UPDATE account SET display = @p1, email = @p2, language = @p3, roles = @p4, parties = @p5, password = @p6, stamp = @p7, failures = @p8, locked_until = @p9,
                            disabled = @p10, external_id = @p11, version = @p12 WHERE name = @p0 AND version = @p13
                            """, cancel, values);
                    if (written != 1)
                        throw new DocumentChangedException($"The account '{account.Name}' was changed meanwhile.");
                }
                catch (DbException exception) when (_store.Database.IsTaken(exception))
                {
                    throw new DocumentChangedException($"There is an account '{account.Name}', or one of the same external identity, already.");
                }

                // Whoever changes the stamp, or disables the account, ends its sessions at once and for good.
                if (account.IsDisabled)
                    await session.ExecuteAsync("DELETE FROM set_up_code WHERE account = @p0", cancel, account.Name);
                await session.ExecuteAsync("DELETE FROM session WHERE account = @p0 AND (stamp <> @p1 OR @p2 = 1)", cancel, account.Name, account.SecurityStamp, account.IsDisabled ? 1 : 0);
                if (by is not null)
                    await AuditTrail.WriteAsync(session, new Audit.Action(by.At, by.Actor, verb, $"account/{account.Name}", by.Detail), cancel);
                return account with { Version = account.Version + 1 };
            },
            cancel);

    /// <summary>An account by its name; null when there is none.</summary>
    public async Task<Account?> FindAsync(string name, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.FirstAsync($"SELECT {Columns} FROM account WHERE name = @p0", Read, cancel, name);
    }

    /// <summary>An account by what an identity provider calls it; null when there is none.</summary>
    public async Task<Account?> FindExternalAsync(string externalId, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.FirstAsync($"SELECT {Columns} FROM account WHERE external_id = @p0", Read, cancel, externalId);
    }

    /// <summary>All accounts, by name.</summary>
    public async Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.QueryAsync($"SELECT {Columns} FROM account ORDER BY name", Read, cancel);
    }

    /// <summary>Writes a new token.</summary>
    /// <exception cref="DocumentChangedException">Its id is taken.</exception>
    public Task AddTokenAsync(ApiToken token, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                ArgumentNullException.ThrowIfNull(token);
                await session.ExecuteAsync(
                    $"INSERT INTO api_token ({TokenColumns}) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, NULL, NULL)",
                    cancel, token.Id, token.Account, token.Title, token.Hash, string.Join(' ', token.Scopes), token.Made.ToUnixTimeTicks(), token.Expires.ToUnixTimeTicks());
                return await AuditTrail.WriteAsync(session, new Audit.Action(by.At, by.Actor, "made", $"token/{token.Id}", $"for {token.Account}: {string.Join(' ', token.Scopes)}"), cancel);
            },
            cancel);

    /// <summary>A token by its id; null when there is none.</summary>
    public async Task<ApiToken?> FindTokenAsync(string id, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.FirstAsync($"SELECT {TokenColumns} FROM api_token WHERE id = @p0", ReadToken, cancel, id);
    }

    /// <summary>The tokens of an account, or all, by id.</summary>
    public async Task<IReadOnlyList<ApiToken>> TokensAsync(string? account = null, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return account is null
            ? await session.QueryAsync($"SELECT {TokenColumns} FROM api_token ORDER BY id", ReadToken, cancel)
            : await session.QueryAsync($"SELECT {TokenColumns} FROM api_token WHERE account = @p0 ORDER BY id", ReadToken, cancel, account);
    }

    /// <summary>Takes a token back, for good.</summary>
    /// <returns>False when there is none, or it was taken back before.</returns>
    public Task<bool> RevokeTokenAsync(string id, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                if (await session.ExecuteAsync("UPDATE api_token SET revoked = @p1 WHERE id = @p0 AND revoked IS NULL", cancel, id, by.At.ToUnixTimeTicks()) == 0)
                    return false;
                await AuditTrail.WriteAsync(session, new Audit.Action(by.At, by.Actor, "revoked", $"token/{id}", by.Detail), cancel);
                return true;
            },
            cancel);

    /// <summary>Notes that a token was used.</summary>
    public Task TouchTokenAsync(string id, Instant at, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(session => session.ExecuteAsync("UPDATE api_token SET last_used = @p1 WHERE id = @p0", cancel, id, at.ToUnixTimeTicks()), cancel);

    private static Account Read(DbDataReader r) => Read(r, 0);

    /// <summary>An account whose columns begin at one.</summary>
    internal static Account Read(DbDataReader r, int first) => new()
    {
        Name = r.GetString(first),
        DisplayName = r.GetString(first + 1),
        Email = r.GetString(first + 2),
        Language = r.GetString(first + 3),
        Roles = [.. r.GetString(first + 4).Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        Parties = [.. r.GetString(first + 5).Split('\n', StringSplitOptions.RemoveEmptyEntries)],
        PasswordHash = r.IsDBNull(first + 6) ? null : r.GetString(first + 6),
        SecurityStamp = r.GetString(first + 7),
        FailedSignIns = r.GetInt32(first + 8),
        LockedUntil = r.IsDBNull(first + 9) ? null : Instant.FromUnixTimeTicks(r.GetInt64(first + 9)),
        IsDisabled = r.GetInt32(first + 10) != 0,
        ExternalId = r.IsDBNull(first + 11) ? null : r.GetString(first + 11),
        Version = r.GetInt32(first + 12),
    };

    private static ApiToken ReadToken(DbDataReader r) => new(r.GetString(0), r.GetString(1), r.GetString(2), r.GetFieldValue<byte[]>(3), [.. r.GetString(4).Split(' ', StringSplitOptions.RemoveEmptyEntries)], Instant.FromUnixTimeTicks(r.GetInt64(5)), Instant.FromUnixTimeTicks(r.GetInt64(6)))
    {
        LastUsed = r.IsDBNull(7) ? null : Instant.FromUnixTimeTicks(r.GetInt64(7)),
        Revoked = r.IsDBNull(8) ? null : Instant.FromUnixTimeTicks(r.GetInt64(8)),
    };
}
