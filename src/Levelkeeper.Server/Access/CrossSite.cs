using Levelkeeper.Server.Problems;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Access;

/// <summary>Keeps pages of other sites from acting through a browser in which somebody is signed in: where the request comes from is looked at, and it must bring what only our pages know.</summary>
internal static class CrossSite
{
    private const int LongestForm = 16 * 1024;

    /// <summary>Whether a request only reads.</summary>
    public static bool IsSafe(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);

    /// <summary>Ends a request that a page of another site made, as far as the browser says so.</summary>
    /// <remarks>Sec-Fetch-Site decides where there is one; browsers that send none send the origin. A program that is no browser sends neither.</remarks>
    public static void ThrowIfFromElsewhere(HttpRequest request)
    {
        var isOurs = request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "" => request.Headers.Origin.ToString() is var origin && (origin.Length == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)),
            "same-origin" or "none" => true,
            _ => false,
        };
        if (!isOurs)
            throw new ProblemException(ProblemKind.FromElsewhere, "A page of another site made the request.");
    }

    /// <summary>Ends a request that changes something and does not bring the token that belongs to the cookie's secret.</summary>
    public static async ValueTask ThrowIfNotOursAsync(HttpContext context, RandomSecret secret)
    {
        ThrowIfFromElsewhere(context.Request);
        var token = context.Request.Headers[RequestToken.Header].FirstOrDefault() ?? (await FormAsync(context))?[RequestToken.Field].FirstOrDefault();
        if (!RequestToken.Fits(token, secret))
            throw new ProblemException(ProblemKind.FromElsewhere, "The request does not bring the token of the page that it should come from.");
    }

    /// <summary>The form that a request sends; null where it sends none.</summary>
    public static async ValueTask<IFormCollection?> FormAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return null;
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = LongestForm;
        return await context.Request.ReadFormAsync(context.RequestAborted);
    }
}
