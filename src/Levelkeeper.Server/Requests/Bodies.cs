using Levelkeeper.Server.Facts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Levelkeeper.Server.Requests;

/// <summary>Bodies of requests that are read as texts.</summary>
internal static class Bodies
{
    /// <summary>The body, of at most so many bytes, within the time that a request has.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext context, int limit, CancellationToken cancel)
    {
        var services = context.RequestServices;
        using var timer = new CancellationTokenSource(services.GetRequiredService<ServerSettings>().RequestTime, services.GetRequiredService<TimeProvider>());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        using var body = await RequestBody.ReadAsync(context.Request, limit, either.Token);
        return body.Text.ToArray();
    }

    /// <summary>Says in the description of the API that the body is a text of YAML.</summary>
    public static RouteHandlerBuilder TakesYaml(this RouteHandlerBuilder endpoint) => endpoint.Accepts<string>("application/yaml");
}
