using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Levelkeeper.Server.Requests;

/// <summary>Documents of one file that a browser shows.</summary>
internal static class Pages
{
    /// <summary>A page whose styles are within it; nothing else is loaded or run.</summary>
    public static ContentHttpResult Html(HttpContext context, string page)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox";
        return TypedResults.Text(page, "text/html", Encoding.UTF8);
    }
}
