using System.Data.Common;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Documents;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Levelkeeper.Server.Access;

/// <summary>Finds out whose session a browser's cookie opens. Nothing is remembered from one request to the next: a session that was ended is over at once.</summary>
internal sealed class SessionGuard(ServedStore served, ServerSettings settings)
{
    private static readonly Duration s_betweenTouches = Duration.FromMinutes(1);

    /// <summary>Who calls by a session; null when there is none that is good.</summary>
    public async ValueTask<Caller?> FindAsync(HttpContext context, OpenStore open)
    {
        if (RandomSecret.Parse(Cookies.Session.Read(context)) is not { } secret)
            return null;
        var hash = secret.Hash();
        return await LookAsync(hash, open.Store, isUse: true, context.RequestAborted) is var (session, account)
            ? new Caller(Viewer.Of(account), async cancel => await LookAsync(hash, open.Store, isUse: false, cancel) is var (_, now) ? Viewer.Of(now) : null) { Session = session, Secret = secret }
            : null;
    }

    private async ValueTask<(SignedIn Session, Account Account)?> LookAsync(byte[] hash, Store store, bool isUse, CancellationToken cancel)
    {
        if (await store.Sessions.FindAsync(hash, cancel) is not var (session, account))
            return null;
        var now = served.Now;
        if (now >= session.Expires)
            return null;
        if (now - session.Seen >= Duration.FromTimeSpan(settings.SessionIdle))
        {
            await store.Sessions.EndAsync(session.Account, hash, new Act("system", now, "nothing came by it for too long"), cancel);
            return null;
        }

        if (isUse && now - session.Seen >= s_betweenTouches)
            await TouchAsync(hash, now, store);
        return (session, account);
    }

    private static async ValueTask TouchAsync(byte[] hash, Instant now, Store store)
    {
        try
        {
            await store.Sessions.TouchAsync(hash, now);
        }
        catch (DbException)
        {
            // That it was used is worth less than the use.
        }
    }
}
