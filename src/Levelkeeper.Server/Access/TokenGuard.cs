using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Accounts;

namespace Levelkeeper.Server.Access;

/// <summary>Finds out whose a token is.</summary>
/// <remarks>What is known of a good token is believed for five seconds: so long a token that was taken back, or a disabled account, may still be served.</remarks>
internal sealed class TokenGuard(ServedStore served, TimeProvider time)
{
    private static readonly TimeSpan s_believed = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_betweenTouches = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private bool _hasAccounts;
    private long _askedAt = long.MinValue;

    /// <summary>For whom a token acts; null when it is not good, whatever the reason.</summary>
    public async ValueTask<Viewer?> FindAsync(string text, OpenStore open, CancellationToken cancel)
    {
        if (TokenSecret.Parse(text) is not { } presented)
            return null;
        if (!_known.TryGetValue(presented.Id, out var known) || time.GetElapsedTime(known.At) > s_believed)
            known = await AskAsync(presented.Id, open.Store, cancel);
        if (known is null || !CryptographicOperations.FixedTimeEquals(presented.Hash(), known.Token.Hash) || known.Token.Expires <= served.Now)
            return null;
        await TouchAsync(known, open.Store);
        return known.Viewer;
    }

    /// <summary>Whether anybody has an account; asked again every few seconds as long as nobody has.</summary>
    public async ValueTask<bool> HasAccountsAsync(OpenStore open, CancellationToken cancel)
    {
        if (open.HasAccounts || Volatile.Read(ref _hasAccounts))
            return true;
        var askedAt = Volatile.Read(ref _askedAt);
        if (askedAt != long.MinValue && time.GetElapsedTime(askedAt) < s_believed)
            return false;
        var has = (await open.Store.Accounts.ListAsync(cancel)).Count > 0;
        Volatile.Write(ref _hasAccounts, has);
        Volatile.Write(ref _askedAt, time.GetTimestamp());
        return has;
    }

    private async Task<Known?> AskAsync(string id, Store store, CancellationToken cancel)
    {
        if (await store.Accounts.FindTokenAsync(id, cancel) is not { Revoked: null } token || await store.Accounts.FindAsync(token.Account, cancel) is not { IsDisabled: false } account)
        {
            _known.TryRemove(id, out _);
            return null;
        }

        var known = new Known(token, Viewer.Of(account) with { Scope = TokenScopes.Allow(token.Scopes) }, time.GetTimestamp());
        // Only tokens that exist are remembered: there are no more of them than somebody made.
        _known[id] = known;
        return known;
    }

    private async ValueTask TouchAsync(Known known, Store store)
    {
        var now = served.Now;
        if (now - (known.Token.LastUsed ?? known.Token.Made) < NodaTime.Duration.FromTimeSpan(s_betweenTouches) && known.Token.LastUsed is not null)
            return;
        var touched = known with { Token = known.Token with { LastUsed = now } };
        if (!_known.TryUpdate(known.Token.Id, touched, known))
            return;
        try
        {
            await store.Accounts.TouchTokenAsync(known.Token.Id, now);
        }
        catch (DbException)
        {
            // That it was used is worth less than the use.
        }
    }

    private sealed record Known(ApiToken Token, Viewer Viewer, long At);
}
