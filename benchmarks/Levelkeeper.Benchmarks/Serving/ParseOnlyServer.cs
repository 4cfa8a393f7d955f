using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Levelkeeper.Benchmarks.Serving;

/// <summary>The baseline of the server's figures: Kestrel, the same parser, the same answer's size, and nothing kept.</summary>
internal static class ParseOnlyServer
{
    public const string Argument = "parse-only-server";

    public static void Run()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(AnswerAsync);
        app.Start();
        Console.Error.WriteLine($"Listening at {app.Urls.First()}.");
        Console.Error.WriteLine(": Ready: nothing is kept");
        app.WaitForShutdown();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        body.Position = 0;
        var read = CloudEventReader.Read(body, "", []).Count();
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$"""{"appended":{{read}},"duplicates":0,"conflicts":0,"refused":0,"sequence":1,"problems":[]}""");
    }
}
