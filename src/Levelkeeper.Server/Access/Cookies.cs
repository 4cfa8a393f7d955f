using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Access;

/// <summary>The cookies that the server gives browsers. No script can read them and no other site's page send them along; over TLS no neighbouring host can set them and they leave the browser over TLS only.</summary>
internal sealed class Cookies
{
    private readonly string _name;

    private Cookies(string name) => _name = name;

    /// <summary>Holds the secret of a session; gone when the browser is closed.</summary>
    public static Cookies Session { get; } = new("levelkeeper");

    /// <summary>Holds the secret that forms are bound to before there is a session.</summary>
    public static Cookies Form { get; } = new("levelkeeper-form");

    /// <summary>Tells a browser by which somebody has signed in before.</summary>
    public static Cookies KnownBrowser { get; } = new("levelkeeper-known");

    /// <summary>What a request brings; null for nothing.</summary>
    public string? Read(HttpContext context) => context.Request.Cookies[NameOn(context)];

    /// <summary>Gives it a value.</summary>
    /// <param name="context">The request that is answered.</param>
    /// <param name="value">The value.</param>
    /// <param name="age">How long the browser keeps it; null until it is closed.</param>
    public void Write(HttpContext context, string value, TimeSpan? age = null) => context.Response.Cookies.Append(NameOn(context), value, Options(context, age));

    /// <summary>Takes it back.</summary>
    public void Drop(HttpContext context) => context.Response.Cookies.Append(NameOn(context), "", Options(context, TimeSpan.Zero));

    private static CookieOptions Options(HttpContext context, TimeSpan? age) => new() { HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = age, IsEssential = true };

    private string NameOn(HttpContext context) => context.Request.IsHttps ? $"__Host-{_name}" : _name;
}
