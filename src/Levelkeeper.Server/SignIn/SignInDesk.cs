using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Documents;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Levelkeeper.Server.SignIn;

/// <summary>Signs people in, and sets their passwords.</summary>
internal sealed class SignInDesk(ServedStore served, ServerSettings settings, PasswordHashes hashes, KnownBrowsers browsers)
{
    /// <summary>So many wrong passwords in a row an account, or a browser that is known for it, may have.</summary>
    private const int FreeOfAccount = 5;

    /// <summary>So many an address may have, at which there may be many people.</summary>
    private const int FreeOfAddress = 20;

    private const int LongestName = 64;
    private const int LongestBrowser = 200;

    private readonly SignInDelays _addresses = new(FreeOfAddress);
    private readonly SignInDelays _known = new(FreeOfAccount);

    private OpenStore Open => served.Open ?? throw new ProblemException(ProblemKind.StoreAway, $"Not ready: {served.State}.");

    /// <summary>Signs in by name and password.</summary>
    /// <returns>Whether they are signed in. Why not, nobody is told: the name, the password and too many failures look the same.</returns>
    /// <exception cref="ProblemException">The address has failed too often.</exception>
    public async Task<bool> ByPasswordAsync(HttpContext context, string name, string password)
    {
        var (store, now, address, cancel) = (Open.Store, served.Now, AccessMiddleware.Neighbourhood(context), context.RequestAborted);
        ThrowIfTooOften(context, address, now);
        name = name.Trim().ToLowerInvariant();
        var account = name.Length is > 0 and <= LongestName ? await store.Accounts.FindAsync(name, cancel) : null;
        var browser = browsers.Find(context, name, now);
        // A known browser has failures of its own: those of others do not keep it out.
        var mayTry = browser is not null ? _known.Left(browser, now) is null : !(account?.LockedUntil > now);
        var (isRight, isOld) = await hashes.IsRightAsync(account is { IsDisabled: false } ? account.PasswordHash : null, password, cancel);
        // What is tried while it is locked counts neither way: it tells nothing, and makes it no longer.
        if (mayTry && isRight && await BeginAsync(context, account!, "password"))
        {
            if (browser is not null)
                _known.Forgive(browser);
            if (isOld)
                await store.Accounts.KeepHashAsync(name, account!.PasswordHash!, await hashes.HashAsync(password, cancel), cancel);
            return true;
        }

        _addresses.Count(address, now);
        if (browser is not null && mayTry)
            _known.Count(browser, now);
        // One entry either way: it takes as long where there is no such account, and where it is locked.
        var by = new Act("anonymous", now, $"from {context.Connection.RemoteIpAddress}");
        if (mayTry)
            await store.Accounts.CountFailureAsync(name, failures => Lock(failures, now), now - SignInDelays.Memory, by, cancel);
        else
            await store.Audit.WriteAsync(new Levelkeeper.Storage.Audit.Action(now, by.Actor, "tried to sign in while locked", $"account/{account!.Name}", by.Detail), cancel);
        return false;
    }

    /// <summary>Begins a session for an account, and gives the browser its cookie.</summary>
    /// <param name="context">The request.</param>
    /// <param name="account">Whose identity is proved.</param>
    /// <param name="way">How.</param>
    /// <returns>False when the account was disabled or changed meanwhile.</returns>
    public async Task<bool> BeginAsync(HttpContext context, Account account, string way)
    {
        var (now, secret, browser) = (served.Now, RandomSecret.New(), context.Request.Headers.UserAgent.ToString());
        var session = new SignedIn(secret.Hash(), account.Name, account.SecurityStamp, way, browser[..Math.Min(LongestBrowser, browser.Length)], now, now + Duration.FromTimeSpan(settings.SessionTime));
        if (!await Open.Store.Sessions.BeginAsync(session, new Act(account.Name, now, $"by {way} from {context.Connection.RemoteIpAddress}"), context.RequestAborted))
            return false;
        Cookies.Session.Write(context, secret.Reveal());
        Cookies.Form.Drop(context);
        browsers.Remember(context, account.Name, now);
        return true;
    }

    /// <summary>Changes the caller's own password, ends all their sessions and begins a new one.</summary>
    /// <returns>What is wrong; null when it is changed.</returns>
    public async Task<PasswordFault?> ChangePasswordAsync(HttpContext context, string current, string password)
    {
        var (caller, now, address, cancel) = (Caller.Of(context), served.Now, AccessMiddleware.Neighbourhood(context), context.RequestAborted);
        ThrowIfTooOften(context, address, now);
        var account = await Open.Store.Accounts.FindAsync(caller.Viewer.Name, cancel);
        if (!(await hashes.IsRightAsync(account?.PasswordHash, current, cancel)).IsRight)
        {
            _addresses.Count(address, now);
            throw new ProblemException(ProblemKind.WrongPassword, "The password until now is another.");
        }

        if (Fault(account!, password) is { } fault)
            return fault;
        if (password == current)
            return PasswordFault.Unchanged;
        var changed = account! with { SecurityStamp = NewStamp() };
        if (!await Open.Store.Accounts.SetPasswordAsync(account.Name, await hashes.HashAsync(password, cancel), changed.SecurityStamp, new Act(account.Name, now), cancel) || !await BeginAsync(context, changed, "password"))
            throw new ProblemException(ProblemKind.Changed, "The account was changed meanwhile.");
        return null;
    }

    /// <summary>Sets a password by a set-up code, and signs in.</summary>
    /// <returns>Whether the code is good, and what is wrong with the password; neither when they are signed in.</returns>
    public async Task<(bool IsGood, PasswordFault? Fault)> SetUpAsync(HttpContext context, string code, string password)
    {
        var (store, now, address, cancel) = (Open.Store, served.Now, AccessMiddleware.Neighbourhood(context), context.RequestAborted);
        ThrowIfTooOften(context, address, now);
        if (RandomSecret.Parse(code.Trim())?.Hash() is not { } hash || await store.Accounts.FindSetUpCodeAsync(hash, now, cancel) is not { } name || await store.Accounts.FindAsync(name, cancel) is not { IsDisabled: false } account)
        {
            _addresses.Count(address, now);
            return (false, null);
        }

        if (Fault(account, password) is { } fault)
            return (true, fault);
        var stamp = NewStamp();
        if (await store.Accounts.UseSetUpCodeAsync(hash, await hashes.HashAsync(password, cancel), stamp, now, cancel) is null)
            return (false, null);
        return (await BeginAsync(context, account with { SecurityStamp = stamp }, "password"), null);
    }

    private static PasswordFault? Fault(Account account, string password) => PasswordRules.Check(password, account.Name, account.DisplayName, account.Email, "Levelkeeper");

    private static string NewStamp() => Guid.NewGuid().ToString("N");

    private static Instant? Lock(int failures, Instant now) => SignInDelays.After(failures, FreeOfAccount) is var wait && wait > Duration.Zero ? now + wait : null;

    private void ThrowIfTooOften(HttpContext context, string address, Instant now)
    {
        if (_addresses.Left(address, now) is not { } wait)
            return;
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        throw new ProblemException(ProblemKind.TooMany, "Too many failures to sign in came from this address.");
    }
}
