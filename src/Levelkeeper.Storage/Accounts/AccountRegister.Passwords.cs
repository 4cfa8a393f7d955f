using Levelkeeper.Storage.Audit;
using Levelkeeper.Storage.Documents;
using NodaTime;

namespace Levelkeeper.Storage.Accounts;

/// <summary>Passwords: how they are set, and what a failed sign-in leaves behind.</summary>
public sealed partial class AccountRegister
{
    /// <summary>Counts a failed sign-in, and writes it down. Does the same work for a name that nobody has, so that the time it takes does not tell which names there are.</summary>
    /// <param name="name">The account, or what was given for one.</param>
    /// <param name="lockedUntil">Until when the account cannot sign in after so many failures in a row; null where it still can.</param>
    /// <param name="forgotten">Where the account was locked until before this, the failures before are forgotten.</param>
    /// <param name="by">When; its detail tells from where. The actor is not known.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Until when the account is locked by this failure; null where it is not, or where there is no such account.</returns>
    public Task<Instant?> CountFailureAsync(string name, Func<int, Instant?> lockedUntil, Instant forgotten, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                ArgumentNullException.ThrowIfNull(lockedUntil);
                ArgumentNullException.ThrowIfNull(by);
                var failures = await session.FirstAsync(
                    "UPDATE account SET failures = CASE WHEN locked_until < @p1 THEN 1 ELSE failures + 1 END, locked_until = CASE WHEN locked_until < @p1 THEN NULL ELSE locked_until END WHERE name = @p0 RETURNING failures",
                    static r => (int?)r.GetInt32(0), cancel, name, forgotten.ToUnixTimeTicks());
                var until = failures is { } count ? lockedUntil(count) : null;
                if (until is not null)
                    await session.ExecuteAsync("UPDATE account SET locked_until = @p1 WHERE name = @p0", cancel, name, until.Value.ToUnixTimeTicks());
                // What was given for a name may be a password that slipped into the wrong field: it is not kept.
                await AuditTrail.WriteAsync(session, new Audit.Action(by.At, by.Actor, until is null ? "failed to sign in" : "failed to sign in, locked", failures is null ? "account" : $"account/{name}", by.Detail), cancel);
                return until;
            },
            cancel);

    /// <summary>Sets an account's password: its failures are forgotten, its set-up code is used up, all its sessions end.</summary>
    /// <param name="name">The account.</param>
    /// <param name="passwordHash">The password's hash.</param>
    /// <param name="stamp">The account's new stamp.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when there is no such account, or it is disabled.</returns>
    public Task<bool> SetPasswordAsync(string name, string passwordHash, string stamp, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(session => SetPasswordAsync(session, name, passwordHash, stamp, by, cancel), cancel);

    /// <summary>Keeps a password's hash in a new form; changes nothing else.</summary>
    public Task KeepHashAsync(string name, string before, string now, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(session => session.ExecuteAsync("UPDATE account SET password = @p2 WHERE name = @p0 AND password = @p1", cancel, name, before, now), cancel);

    /// <summary>Lets somebody set an account's password once, by a code that only they are given. One given before is no longer good.</summary>
    /// <param name="name">The account.</param>
    /// <param name="hash">SHA-256 of the code, which has at least 128 random bits.</param>
    /// <param name="expires">From when on it is no longer good.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when there is no such account, or it is disabled.</returns>
    public Task<bool> AddSetUpCodeAsync(string name, byte[] hash, Instant expires, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                ArgumentNullException.ThrowIfNull(by);
                if (!await session.FirstAsync("SELECT 1 FROM account WHERE name = @p0 AND disabled = 0", static _ => true, cancel, name))
                    return false;
                await session.ExecuteAsync("DELETE FROM set_up_code WHERE account = @p0 OR expires <= @p1", cancel, name, by.At.ToUnixTimeTicks());
                await session.ExecuteAsync("INSERT INTO set_up_code (account, hash, expires) VALUES (@p0, @p1, @p2)", cancel, name, hash, expires.ToUnixTimeTicks());
                await AuditTrail.WriteAsync(session, new Audit.Action(by.At, by.Actor, "gave a set-up code", $"account/{name}", by.Detail), cancel);
                return true;
            },
            cancel);

    /// <summary>For which account a set-up code is good; null when it is not.</summary>
    public async Task<string?> FindSetUpCodeAsync(byte[] hash, Instant now, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.FirstAsync("SELECT account FROM set_up_code WHERE hash = @p0 AND expires > @p1", static r => r.GetString(0), cancel, hash, now.ToUnixTimeTicks());
    }

    /// <summary>Uses a set-up code up and sets the password of its account with it.</summary>
    /// <param name="hash">SHA-256 of the code.</param>
    /// <param name="passwordHash">The password's hash.</param>
    /// <param name="stamp">The account's new stamp.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The account; null when the code is not good, or its account is disabled.</returns>
    public Task<string?> UseSetUpCodeAsync(byte[] hash, string passwordHash, string stamp, Instant now, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                var name = await session.FirstAsync("DELETE FROM set_up_code WHERE hash = @p0 AND expires > @p1 RETURNING account", static r => r.GetString(0), cancel, hash, now.ToUnixTimeTicks());
                return name is not null && await SetPasswordAsync(session, name, passwordHash, stamp, new Act(name, now, "by set-up code"), cancel) ? name : null;
            },
            cancel);

    private static async Task<bool> SetPasswordAsync(Sql.Session session, string name, string passwordHash, string stamp, Act by, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (await session.ExecuteAsync("UPDATE account SET password = @p1, stamp = @p2, failures = 0, locked_until = NULL, version = version + 1 WHERE name = @p0 AND disabled = 0", cancel, name, passwordHash, stamp) == 0)
            return false;
        await session.ExecuteAsync("DELETE FROM session WHERE account = @p0", cancel, name);
        await session.ExecuteAsync("DELETE FROM set_up_code WHERE account = @p0", cancel, name);
        await AuditTrail.WriteAsync(session, new Audit.Action(by.At, by.Actor, "set the password", $"account/{name}", by.Detail), cancel);
        return true;
    }
}
