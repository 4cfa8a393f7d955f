using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Levelkeeper.Server.Requests;

/// <summary>Documents of one file that a browser shows.</summary>
internal static class Pages
{
    /// <summary>A document whose styles are within it; nothing else is loaded or run.</summary>
    public static ContentHttpResult Html(HttpContext context, string page)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'; sandbox";
        return TypedResults.Text(page, "text/html", Encoding.UTF8);
    }

    /// <summary>The same with forms, which go to this server only.</summary>
    public static ContentHttpResult WithForms(HttpContext context, string page)
    {
        // Not in a sandbox: what comes from there comes from another site.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        return TypedResults.Text(page, "text/html", Encoding.UTF8);
    }
}
