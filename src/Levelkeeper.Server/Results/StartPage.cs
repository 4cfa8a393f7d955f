using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Results;

/// <summary>What a browser shows at the address that the server prints: the agreements in force, and where each is found.</summary>
internal static class StartPage
{
    // Letters of every script stay readable; what could end a text or an attribute is escaped.
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", Start).Needs(Permission.ReadAgreements).Produces<string>(200, "text/html").WithTags("results").WithName("start").WithSummary("A page that lists the agreements in force")
        .Refuses(ProblemKind.StoreAway);

    private static ContentHttpResult Start(HttpContext context, VisibleAgreements visible)
    {
        var page = new StringBuilder("""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Levelkeeper</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color-scheme:light dark}table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:.4rem .6rem;border-bottom:1px solid #8884}</style></head><body>
            <h1>Levelkeeper</h1><p>The agreements in force.</p><table><thead><tr><th>Agreement</th><th>Between</th><th></th></tr></thead><tbody>
            """);
        foreach (var agreement in visible.InForce(context.Viewer()))
        {
            var (latest, address) = (agreement.Versions.Latest, $"/api/v1/agreements/{Uri.EscapeDataString(agreement.Id)}");
            page.Append("<tr><td>").Append(s_encoder.Encode(latest.Title)).Append("</td><td>").Append(s_encoder.Encode($"{latest.Provider.Name}{(latest.Customer is { } customer ? $", {customer.Name}" : "")}")).Append("</td><td>");
            foreach (var (where, what) in ((string, string)[])[($"{address}/contract", "contract"), ($"{address}/evaluation?form=html", "results now"), ($"{address}/clocks", "clocks"), ($"{address}/statements", "statements")])
                page.Append("<a href=\"").Append(s_encoder.Encode(where)).Append("\">").Append(what).Append("</a> ");
            page.Append("</td></tr>");
        }

        page.Append("</tbody></table><p><a href=\"/openapi/v1.json\">What the API can do</a></p>");
        if (Caller.Of(context) is { Session: not null, Secret: { } secret } caller)
        {
            page.Append("<form method=\"post\" action=\"/sign-out\"><p>").Append(s_encoder.Encode(caller.Viewer.DisplayName)).Append(" · <a href=\"/sign-in/password\">Change your password</a> · <input type=\"hidden\" name=\"").Append(RequestToken.Field).Append("\" value=\"")
                .Append(s_encoder.Encode(RequestToken.Of(secret))).Append("\"><button>Sign out</button></p></form>");
        }

        page.Append("</body></html>\n");
        return Pages.WithForms(context, page.ToString());
    }
}
