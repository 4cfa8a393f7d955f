using Levelkeeper.Server.Access;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.SignIn;

/// <summary>The pages where people sign in and out and set their password. They are for browsers and no part of the API.</summary>
internal static class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/sign-in", Show).ForStrangers();
        pages.MapPost("/sign-in", SignIn).ForStrangers();
        pages.MapGet("/sign-in/set-up", static (HttpContext context) => SignInPages.For(context).SetUp()).ForStrangers();
        pages.MapPost("/sign-in/set-up", SetUp).ForStrangers();
        pages.MapGet("/sign-in/password", static (HttpContext context) => SignInPages.For(context).Change()).ForSignedIn();
        pages.MapPost("/sign-in/password", Change).ForSignedIn();
        pages.MapPost("/sign-out", SignOut).ForSignedIn();
    }

    /// <summary>A place within this server, for after the sign-in; the start where the text names none.</summary>
    public static string Within(string? to) => to is ['/', ..] && to.Length <= 1024 && (to.Length == 1 || to[1] is not ('/' or '\\')) && !to.Any(char.IsControl) && to.All(char.IsAscii) ? to : "/";

    private static async Task<IResult> Show(HttpContext context, ServedStore served, TokenGuard guard, SessionGuard sessions, ServerSettings settings, string? to = null, string? failed = null)
    {
        var open = Open(served);
        if (!await guard.HasAccountsAsync(open, context.RequestAborted))
            return SignInPages.For(context).Nobody();
        return await sessions.FindAsync(context, open) is null ? SignInPages.For(context).SignIn(Within(to), settings.Provider.Name, failed switch { "provider" => "sign-in.provider-failed", "unknown" => "sign-in.provider-unknown", _ => null }) : TypedResults.Redirect(Within(to));
    }

    private static async Task<IResult> SignIn(HttpContext context, SignInDesk desk, ServerSettings settings)
    {
        var form = await CrossSite.FormAsync(context);
        var to = Within(Field(form, "to"));
        if (!await IsOursAsync(context))
            return SignInPages.For(context).SignIn(to, settings.Provider.Name, "sign-in.stale");
        return await desk.ByPasswordAsync(context, Field(form, "name"), Field(form, "password")) ? SeeOther(context, to) : SignInPages.For(context).SignIn(to, settings.Provider.Name, "sign-in.wrong");
    }

    private static async Task<IResult> SetUp(HttpContext context, SignInDesk desk)
    {
        var (form, pages) = (await CrossSite.FormAsync(context), SignInPages.For(context));
        if (!await IsOursAsync(context))
            return pages.SetUp("sign-in.stale");
        if (Field(form, "new") != Field(form, "again"))
            return pages.SetUp("sign-in.differ");
        return await desk.SetUpAsync(context, Field(form, "code"), Field(form, "new")) switch
        {
            (_, { } fault) => pages.SetUp(SignInPages.ProblemOf(fault)),
            (true, null) => SeeOther(context, "/"),
            (false, null) => pages.SetUp("sign-in.code-wrong"),
        };
    }

    private static async Task<IResult> Change(HttpContext context, SignInDesk desk)
    {
        var (form, pages) = (await CrossSite.FormAsync(context), SignInPages.For(context));
        if (Field(form, "new") != Field(form, "again"))
            return pages.Change("sign-in.differ");
        try
        {
            return await desk.ChangePasswordAsync(context, Field(form, "current"), Field(form, "new")) is { } fault ? pages.Change(SignInPages.ProblemOf(fault)) : SeeOther(context, "/");
        }
        catch (ProblemException e) when (e.Problem.Code == ProblemKind.WrongPassword.Code)
        {
            return pages.Change("sign-in.current-wrong");
        }
    }

    private static async Task<IResult> SignOut(HttpContext context, ServedStore served)
    {
        var session = Caller.Of(context).Session!;
        await Open(served).Store.Sessions.EndAsync(session.Account, session.Hash, Acts.By(context));
        Cookies.Session.Drop(context);
        // What the browser keeps of the pages is not for whoever sits there next.
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return SeeOther(context, "/sign-in");
    }

    /// <summary>Whether a form of ours sent the request; ends it where another site did.</summary>
    private static async Task<bool> IsOursAsync(HttpContext context)
    {
        CrossSite.ThrowIfFromElsewhere(context.Request);
        return RandomSecret.Parse(Cookies.Form.Read(context)) is { } secret && RequestToken.Fits(Field(await CrossSite.FormAsync(context), RequestToken.Field), secret);
    }

    private static OpenStore Open(ServedStore served) => served.Open ?? throw new ProblemException(ProblemKind.StoreAway, $"Not ready: {served.State}.");

    private static string Field(IFormCollection? form, string name) => form?[name].FirstOrDefault() ?? "";

    /// <summary>Leads on, by a request that only reads.</summary>
    private static IResult SeeOther(HttpContext context, string to)
    {
        context.Response.Headers.Location = to;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }
}
