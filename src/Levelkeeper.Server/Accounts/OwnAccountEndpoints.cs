using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.SignIn;
using Levelkeeper.Storage.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Accounts;

/// <summary>What people see and change of their own account. Only by a session: a token acts for an account and does not own it.</summary>
internal static class OwnAccountEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var me = routes.MapGroup("/me").WithTags("accounts");
        me.MapPost("/password", Change).ForSignedIn().WithName("change-password").WithSummary("Change the own password").WithDescription("Ends all sessions of the account, and begins a new one for this browser. Only by a session.")
            .Refuses(ProblemKind.PasswordRefused, ProblemKind.WrongPassword, ProblemKind.FromElsewhere, ProblemKind.StoreAway);
        me.MapGet("/sessions", List).ForSignedIn().WithName("list-own-sessions").WithSummary("Where one is signed in").WithDescription("Only by a session.").Refuses(ProblemKind.StoreAway);
        me.MapDelete("/sessions", EndAll).ForSignedIn().WithName("sign-out-everywhere").WithSummary("Sign out everywhere").WithDescription("Only by a session.").Refuses(ProblemKind.FromElsewhere, ProblemKind.StoreAway);
        me.MapDelete("/sessions/{id}", End).ForSignedIn().WithName("end-own-session").WithSummary("Sign out at one place").WithDescription("Only by a session.").Refuses(ProblemKind.NotFound, ProblemKind.FromElsewhere, ProblemKind.StoreAway);
    }

    private static async Task<NoContent> Change(HttpContext context, SignInDesk desk, PasswordForm form)
    {
        if (await desk.ChangePasswordAsync(context, form.Current, form.New) is { } fault)
            throw new ProblemException(ProblemKind.PasswordRefused, Words(fault));
        return TypedResults.NoContent();
    }

    private static async Task<Ok<IReadOnlyList<SessionForm>>> List(HttpContext context, VisibleAgreements visible, CancellationToken cancel)
    {
        var own = Caller.Of(context).Session!;
        return TypedResults.Ok<IReadOnlyList<SessionForm>>([.. (await visible.Open.Store.Sessions.OfAccountAsync(own.Account, Acts.By(context).At, cancel)).Select(s => SessionForm.Of(s, own))]);
    }

    private static async Task<NoContent> EndAll(HttpContext context, VisibleAgreements visible, CancellationToken cancel)
    {
        await visible.Open.Store.Sessions.EndAllAsync(Caller.Of(context).Session!.Account, Acts.By(context), cancel);
        Cookies.Session.Drop(context);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> End(HttpContext context, VisibleAgreements visible, string id, CancellationToken cancel)
    {
        var (own, store, by) = (Caller.Of(context).Session!, visible.Open.Store, Acts.By(context));
        if ((await store.Sessions.OfAccountAsync(own.Account, by.At, cancel)).FirstOrDefault(s => s.Id == id) is not { } session || !await store.Sessions.EndAsync(own.Account, session.Hash, by, cancel))
            throw new ProblemException(ProblemKind.NotFound, "There is no such session.");
        return TypedResults.NoContent();
    }

    private static string Words(PasswordFault fault) => fault switch
    {
        PasswordFault.TooShort => $"It has fewer than {PasswordRules.Shortest} characters.",
        PasswordFault.TooLong => $"It has more than {PasswordRules.Longest} characters, or is no text.",
        PasswordFault.TooCommon => "It is easy to guess: little is left once common words and passwords, rows of keys, years, repetitions and the account's own names are taken out.",
        PasswordFault.Unchanged => "It is the one until now.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "A fault without words."),
    };
}

/// <summary>A password and the one that is to replace it.</summary>
/// <param name="Current">The one until now.</param>
/// <param name="New">The new one: from 12 to 128 characters.</param>
public sealed record PasswordForm(string Current, string New);

/// <summary>That somebody is signed in somewhere.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Way">How they signed in: password or provider.</param>
/// <param name="Browser">What the browser calls itself.</param>
/// <param name="Made">When it began.</param>
/// <param name="Seen">When a request came by it last, to a minute.</param>
/// <param name="Expires">From when on it is over, whatever happens.</param>
/// <param name="Current">Whether it is this one.</param>
public sealed record SessionForm(string Id, string Way, string Browser, string Made, string Seen, string Expires, bool Current)
{
    internal static SessionForm Of(SignedIn session, SignedIn own) =>
        new(session.Id, session.Way, session.Browser, AccountEndpoints.Text(session.Made), AccountEndpoints.Text(session.Seen), AccountEndpoints.Text(session.Expires), session.Id == own.Id);
}
