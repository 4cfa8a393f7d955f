using System.Data.Common;
using Levelkeeper.Storage.Audit;
using Levelkeeper.Storage.Documents;
using NodaTime;

namespace Levelkeeper.Storage.Accounts;

/// <summary>That somebody is signed in, in a browser. The secret that the browser holds is not kept.</summary>
/// <param name="Hash">SHA-256 of that secret, which has at least 128 random bits.</param>
/// <param name="Account">Who.</param>
/// <param name="Stamp">The account's stamp when it began: with another the session is over.</param>
/// <param name="Way">How they signed in: <c>password</c> or <c>provider</c>.</param>
/// <param name="Browser">What the browser calls itself, for people.</param>
/// <param name="Made">When it began.</param>
/// <param name="Expires">From when on it is over, whatever happens.</param>
public sealed record SignedIn(byte[] Hash, string Account, string Stamp, string Way, string Browser, Instant Made, Instant Expires)
{
    private const int IdDigits = 16;

    /// <summary>When a request came by it last, to a minute.</summary>
    public Instant Seen { get; init; } = Made;

    /// <summary>What it is called, so that it can be ended: the first digits of its hash, from which nobody finds the secret.</summary>
    public string Id => Convert.ToHexStringLower(Hash)[..IdDigits];
}

/// <summary>Who is signed in.</summary>
public sealed class SessionRegister
{
    private const string Columns = "hash, account, stamp, way, browser, made, seen, expires";

    private static readonly int s_width = Columns.Split(',').Length;

    private readonly Store _store;

    internal SessionRegister(Store store) => _store = store;

    /// <summary>Begins a session, forgets the account's failed sign-ins, and drops sessions that are over.</summary>
    /// <param name="session">The session.</param>
    /// <param name="by">Who signed in, and from where.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when the account was disabled, or its stamp changed, meanwhile.</returns>
    public Task<bool> BeginAsync(SignedIn session, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async sql =>
            {
                ArgumentNullException.ThrowIfNull(session);
                ArgumentNullException.ThrowIfNull(by);
                if (await sql.ExecuteAsync("UPDATE account SET failures = 0, locked_until = NULL WHERE name = @p0 AND stamp = @p1 AND disabled = 0", cancel, session.Account, session.Stamp) == 0)
                    return false;
                await sql.ExecuteAsync("DELETE FROM session WHERE expires <= @p0", cancel, session.Made.ToUnixTimeTicks());
                await sql.ExecuteAsync(
                    $"INSERT INTO session ({Columns}) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)", cancel,
                    session.Hash, session.Account, session.Stamp, session.Way, session.Browser, session.Made.ToUnixTimeTicks(), session.Seen.ToUnixTimeTicks(), session.Expires.ToUnixTimeTicks());
                await AuditTrail.WriteAsync(sql, new Audit.Action(by.At, by.Actor, "signed in", $"account/{session.Account}", by.Detail), cancel);
                return true;
            },
            cancel);

    /// <summary>A session with its account as it is now; null when there is none, or when the account was disabled or its stamp changed since.</summary>
    /// <param name="hash">SHA-256 of the secret.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<(SignedIn Session, Account Account)?> FindAsync(byte[] hash, CancellationToken cancel = default)
    {
        await using var sql = await _store.Database.ReadAsync(cancel);
        var columns = string.Join(", ", Columns.Split(", ").Select(static c => $"s.{c}").Concat(AccountRegister.Columns.Split(", ").Select(static c => $"a.{c}")));
        return await sql.FirstAsync(
            $"SELECT {columns} FROM session s JOIN account a ON a.name = s.account AND a.stamp = s.stamp WHERE s.hash = @p0 AND a.disabled = 0",
            static r => ((SignedIn Session, Account Account)?)(Read(r), AccountRegister.Read(r, s_width)), cancel, hash);
    }

    /// <summary>The sessions of an account that are not over by their end, the newest first.</summary>
    public async Task<IReadOnlyList<SignedIn>> OfAccountAsync(string account, Instant now, CancellationToken cancel = default)
    {
        await using var sql = await _store.Database.ReadAsync(cancel);
        return await sql.QueryAsync($"SELECT {Columns} FROM session WHERE account = @p0 AND expires > @p1 ORDER BY made DESC, hash", Read, cancel, account, now.ToUnixTimeTicks());
    }

    /// <summary>Notes that a request came by a session.</summary>
    public Task TouchAsync(byte[] hash, Instant at, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(sql => sql.ExecuteAsync("UPDATE session SET seen = @p1 WHERE hash = @p0", cancel, hash, at.ToUnixTimeTicks()), cancel);

    /// <summary>Ends a session of an account.</summary>
    /// <returns>False when there is no such.</returns>
    public Task<bool> EndAsync(string account, byte[] hash, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async sql =>
            {
                ArgumentNullException.ThrowIfNull(by);
                if (await sql.ExecuteAsync("DELETE FROM session WHERE account = @p0 AND hash = @p1", cancel, account, hash) == 0)
                    return false;
                await AuditTrail.WriteAsync(sql, new Audit.Action(by.At, by.Actor, "signed out", $"account/{account}", by.Detail), cancel);
                return true;
            },
            cancel);

    /// <summary>Ends all sessions of an account.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> EndAllAsync(string account, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async sql =>
            {
                ArgumentNullException.ThrowIfNull(by);
                var ended = await sql.ExecuteAsync("DELETE FROM session WHERE account = @p0", cancel, account);
                await AuditTrail.WriteAsync(sql, new Audit.Action(by.At, by.Actor, "signed out everywhere", $"account/{account}", by.Detail), cancel);
                return ended;
            },
            cancel);

    private static SignedIn Read(DbDataReader r) => new(
        r.GetFieldValue<byte[]>(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), Instant.FromUnixTimeTicks(r.GetInt64(5)), Instant.FromUnixTimeTicks(r.GetInt64(7)))
    {
        Seen = Instant.FromUnixTimeTicks(r.GetInt64(6)),
    };
}
