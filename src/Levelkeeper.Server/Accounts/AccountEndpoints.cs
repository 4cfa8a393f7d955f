using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.SignIn;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Accounts;

/// <summary>People and programs that may use the server, and their tokens.</summary>
internal static class AccountEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/me", Me).WithTags("accounts").Needs(Permission.ReadAgreements).WithName("who-am-i").WithSummary("Who asks, and what they may do").Refuses(ProblemKind.StoreAway);
        var accounts = routes.MapGroup("/accounts").WithTags("accounts");
        accounts.MapGet("", List).Needs(Permission.ManageAccounts).WithName("list-accounts").WithSummary("List accounts").Refuses(ProblemKind.StoreAway);
        accounts.MapPut("/{name}", Put).Needs(Permission.ManageAccounts).WithName("put-account").WithSummary("Make an account, or change what it is")
            .WithDescription("'version' is that of the account that the change was made from, 0 for a new one.").Refuses(ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.StoreAway);
        accounts.MapPost("/{name}/set-up", SetUp).Needs(Permission.ManageAccounts).WithName("give-set-up-code").WithSummary("Make a code by which somebody sets the account's password, once")
            .WithDescription("It is shown this once, is good for three days, and replaces one that was given before. The password until then stays good.").Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);
        accounts.MapDelete("/{name}/sessions", EndSessions).Needs(Permission.ManageAccounts).WithName("end-sessions").WithSummary("Sign an account out everywhere").Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);
        var tokens = routes.MapGroup("/tokens").WithTags("accounts");
        tokens.MapGet("", Tokens).Needs(Permission.ManageAccounts).WithName("list-tokens").WithSummary("List tokens; never their secrets").Refuses(ProblemKind.StoreAway);
        tokens.MapPost("", Create).Needs(Permission.ManageAccounts).WithName("create-token").WithSummary("Make a token; its secret is shown this once").Refuses(ProblemKind.CannotBeUsed, ProblemKind.StoreAway);
        tokens.MapDelete("/{id}", Revoke).Needs(Permission.ManageAccounts).WithName("revoke-token").WithSummary("Take a token back, for good").Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);
    }

    private static Ok<ViewerForm> Me(HttpContext context)
    {
        var viewer = context.Viewer();
        return TypedResults.Ok(new ViewerForm(
            viewer.Name, viewer.DisplayName, [.. viewer.Roles.Select(RolePermissions.NameOf).Order(StringComparer.Ordinal)], [.. viewer.Parties.Order(StringComparer.Ordinal)],
            [.. Enum.GetValues<Permission>().Where(viewer.May).Select(Reports.Statements.StatementWords.Of)], Caller.Of(context).Secret is { } secret ? RequestToken.Of(secret) : null));
    }

    private static async Task<Ok<IReadOnlyList<AccountForm>>> List(VisibleAgreements visible, CancellationToken cancel) =>
        TypedResults.Ok<IReadOnlyList<AccountForm>>([.. (await visible.Open.Store.Accounts.ListAsync(cancel)).Select(AccountForm.Of)]);

    private static async Task<Ok<AccountForm>> Put(HttpContext context, VisibleAgreements visible, string name, AccountForm form, CancellationToken cancel)
    {
        var (diagnostics, place) = (new DiagnosticBag(), new Place("account"));
        AccountRules.Check(name, form.Roles ?? [], form.Language, form.Parties ?? [], place, diagnostics);
        if (form.External is { Length: > 0 } named && (named.Length > 1024 || !named.Contains(' ', StringComparison.Ordinal) || named.Any(char.IsControl)))
            diagnostics.Error("LK6122", place, "'external' is the address of the identity provider, a blank, and what its claim says of the person.", "for example 'https://id.example.org 248289761001'");
        Answers.ThrowIfWrong(diagnostics);
        var store = visible.Open.Store;
        var known = await store.Accounts.FindAsync(name, cancel);
        var account = (known ?? new Account { Name = name, DisplayName = name, SecurityStamp = Guid.NewGuid().ToString("N") }) with
        {
            DisplayName = form.DisplayName ?? known?.DisplayName ?? name,
            Email = form.Email ?? known?.Email ?? "",
            Language = form.Language ?? known?.Language ?? "en",
            Roles = form.Roles is { } roles ? [.. roles.Distinct(StringComparer.Ordinal)] : known?.Roles ?? [],
            Parties = form.Parties is { } parties ? [.. parties.Distinct(StringComparer.Ordinal)] : known?.Parties ?? [],
            ExternalId = form.External is { } external ? external.Length == 0 ? null : external : known?.ExternalId,
            IsDisabled = form.Disabled ?? known?.IsDisabled ?? false,
            Version = form.Version ?? 0,
        };
        try
        {
            return TypedResults.Ok(AccountForm.Of(await store.Accounts.WriteAsync(account, Acts.By(context, $"roles {string.Join(',', account.Roles)}; parties {string.Join(',', account.Parties)}{(account.IsDisabled ? "; disabled" : "")}"), known is null ? "made" : "changed", cancel)));
        }
        catch (DocumentChangedException e)
        {
            throw new ProblemException(ProblemKind.Changed, e.Message);
        }
    }

    private static async Task<Ok<SetUpForm>> SetUp(HttpContext context, VisibleAgreements visible, string name, CancellationToken cancel) =>
        await SetUpCode.GiveAsync(visible.Open.Store.Accounts, name, Acts.By(context), cancel) is { } code ? TypedResults.Ok(new SetUpForm(code.Secret.Reveal(), Text(code.Expires))) : throw NoAccount(name);

    private static async Task<NoContent> EndSessions(HttpContext context, VisibleAgreements visible, string name, CancellationToken cancel)
    {
        if (await visible.Open.Store.Accounts.FindAsync(name, cancel) is null)
            throw NoAccount(name);
        await visible.Open.Store.Sessions.EndAllAsync(name, Acts.By(context), cancel);
        return TypedResults.NoContent();
    }

    private static ProblemException NoAccount(string name) => new(ProblemKind.NotFound, $"There is no account {Diagnostic.Quote(name)} that may sign in.");

    private static async Task<Ok<IReadOnlyList<TokenForm>>> Tokens(VisibleAgreements visible, CancellationToken cancel, string? account = null) =>
        TypedResults.Ok<IReadOnlyList<TokenForm>>([.. (await visible.Open.Store.Accounts.TokensAsync(account, cancel)).Select(TokenForm.Of)]);

    private static async Task<Ok<NewTokenForm>> Create(HttpContext context, VisibleAgreements visible, TokenRequest form, CancellationToken cancel)
    {
        var (diagnostics, place, by) = (new DiagnosticBag(), new Place("token"), Acts.By(context));
        if (await visible.Open.Store.Accounts.FindAsync(form.Account, cancel) is not { IsDisabled: false })
            diagnostics.Error("LK6123", place, $"There is no account {Diagnostic.Quote(form.Account)} that may sign in.", "make it first");
        foreach (var scope in form.Scopes.Where(s => !TokenScopes.Names.Contains(s)))
            diagnostics.Error("LK6123", place, $"{Diagnostic.Quote(scope)} is no scope.", string.Join(", ", TokenScopes.Names));
        if (form.Scopes.Count == 0)
            diagnostics.Error("LK6123", place, "A token without a scope may do nothing.", string.Join(", ", TokenScopes.Names));
        if (form.Days is < 1 or > 3660)
            diagnostics.Error("LK6123", place, "'days' is from 1 to 3660.");
        Answers.ThrowIfWrong(diagnostics);
        var secret = TokenSecret.New();
        var token = new ApiToken(secret.Id, form.Account, form.Title ?? "", secret.Hash(), [.. form.Scopes.Distinct(StringComparer.Ordinal)], by.At, by.At + Duration.FromDays(form.Days ?? 365));
        await visible.Open.Store.Accounts.AddTokenAsync(token, by, cancel);
        return TypedResults.Ok(new NewTokenForm(secret.Reveal(), TokenForm.Of(token)));
    }

    private static async Task<NoContent> Revoke(HttpContext context, VisibleAgreements visible, string id, CancellationToken cancel) =>
        await visible.Open.Store.Accounts.RevokeTokenAsync(id, Acts.By(context), cancel) ? TypedResults.NoContent() : throw new ProblemException(ProblemKind.NotFound, "There is no such token, or it was taken back before.");

    internal static string Text(Instant at) => InstantPattern.ExtendedIso.Format(at);
}

/// <summary>Who asks.</summary>
/// <param name="Name">The account.</param>
/// <param name="DisplayName">As people read it.</param>
/// <param name="Roles">What it is.</param>
/// <param name="Parties">The parties that it belongs to.</param>
/// <param name="May">What it may do.</param>
/// <param name="RequestToken">What requests of a page that change something bring in the header X-Request-Token; none where a token of the API asks.</param>
public sealed record ViewerForm(string Name, string DisplayName, IReadOnlyList<string> Roles, IReadOnlyList<string> Parties, IReadOnlyList<string> May, string? RequestToken = null);

/// <summary>A code by which somebody sets a password.</summary>
/// <param name="Code">The code: it is shown this once.</param>
/// <param name="Expires">From when on it is no longer good.</param>
public sealed record SetUpForm(string Code, string Expires);

/// <summary>An account. In a change, what is left out stays as it is.</summary>
/// <param name="Name">Its name; the address says it in a change.</param>
/// <param name="DisplayName">As people read it.</param>
/// <param name="Email">Where mail goes.</param>
/// <param name="Language">In which language: en, pl, ru, ar.</param>
/// <param name="Roles">What it is: operator, manager, agent, legal, finance, signatory, customer, auditor.</param>
/// <param name="Parties">The parties that it belongs to; a customer sees their agreements only.</param>
/// <param name="Disabled">Whether it may no longer sign in.</param>
/// <param name="Version">How often it was written.</param>
/// <param name="External">Who it is at the identity provider: its address, a blank, and what the claim says of the person; empty for nobody.</param>
/// <param name="LockedUntil">Until when nobody can sign in by a browser that is not known, because of too many wrong passwords. Not for changes.</param>
public sealed record AccountForm(
    string? Name = null, string? DisplayName = null, string? Email = null, string? Language = null, IReadOnlyList<string>? Roles = null, IReadOnlyList<string>? Parties = null, bool? Disabled = null, int? Version = null, string? External = null, string? LockedUntil = null)
{
    internal static AccountForm Of(Account account) => new(account.Name, account.DisplayName, account.Email, account.Language, account.Roles, account.Parties, account.IsDisabled, account.Version, account.ExternalId, account.LockedUntil is { } until ? AccountEndpoints.Text(until) : null);
}

/// <summary>A token, without its secret.</summary>
/// <param name="Id">Its public part.</param>
/// <param name="Account">For whom it acts.</param>
/// <param name="Title">What it is for.</param>
/// <param name="Scopes">What it may do, as far as its account may.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Expires">From when on it is no longer good.</param>
/// <param name="LastUsed">When it was used last, to a minute.</param>
/// <param name="Revoked">When it was taken back.</param>
public sealed record TokenForm(string Id, string Account, string Title, IReadOnlyList<string> Scopes, string Made, string Expires, string? LastUsed, string? Revoked)
{
    internal static TokenForm Of(ApiToken token) => new(
        token.Id, token.Account, token.Title, token.Scopes, AccountEndpoints.Text(token.Made), AccountEndpoints.Text(token.Expires), token.LastUsed is { } used ? AccountEndpoints.Text(used) : null, token.Revoked is { } revoked ? AccountEndpoints.Text(revoked) : null);
}

/// <summary>A token that is asked for.</summary>
/// <param name="Account">For whom it acts.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Title">What it is for.</param>
/// <param name="Days">For how many days it is good; 365 by default.</param>
public sealed record TokenRequest(string Account, IReadOnlyList<string> Scopes, string? Title = null, int? Days = null);

/// <summary>A token that was made.</summary>
/// <param name="Secret">The whole token: it is shown this once.</param>
/// <param name="Token">What is kept of it.</param>
public sealed record NewTokenForm(string Secret, TokenForm Token);
