using Levelkeeper.Server.Access;
using Levelkeeper.Server.Tests.SignIn;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Levelkeeper.Server.Tests.Agreements;

/// <summary>A party sees its own agreements and all that belongs to them, and nothing of anybody else's, at any address.</summary>
public sealed class VisibilityTests
{
    /// <summary>A body that every operation can read.</summary>
    private const string Body = """
        {"agreement":"others","service":"site","name":"n","start":"2026-02-01T00:00:00Z","end":"2026-02-02T00:00:00Z","cause":"force-majeure","remedy":"credit","period":"2026-02","point":"p","reason":"r","amount":1,
        "text":"t","dispute":"d","account":"x","scopes":["read"],"thread":"others/objective/uptime/2026-02"}
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_address_answers_a_party_with_what_is_anothers(bool bySession)
    {
        var (manager, customer, team) = ("", "", "");
        await using var server = await RunningServer.StartAsync(prepare: async store =>
        {
            manager = await SiteAgreement.TokenAsync(store, "maria", "manager finance operator");
            customer = await SiteAgreement.TokenAsync(store, "klient", "customer signatory", "Klient");
            team = await SiteAgreement.TokenAsync(store, "desk", "agent manager signatory finance legal", "Desk");
        });
        await server.PutInForceAsync("own", "Klient", manager);
        await server.PutInForceAsync("others", "Secretive", manager);
        (await server.PostAsync(SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z", "Secretive"), token: manager)).Status.ShouldBe(202);
        var ticket = (await server.SendAsync("POST", "/api/v1/tickets", """{"agreement":"others","service":"site"}""", manager)).Json.GetProperty("ticket").GetString()!;
        (await server.SendAsync("POST", "/api/v1/agreements/others/statements/2026-02/issue", null, manager)).Status.ShouldBe(200);

        var seen = new List<string>();
        foreach (var endpoint in server.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<AccessRule>() is { Callers: Callers.Permitted } || (bySession && e.Metadata.GetMetadata<AccessRule>() is { Callers: Callers.SignedIn })))
        {
            var pattern = endpoint.RoutePattern.RawText!.TrimEnd('/');
            var concrete = pattern.Contains("/agreements/{id}", StringComparison.Ordinal) || pattern.Contains("/tickets/{ticket}", StringComparison.Ordinal) || pattern.EndsWith("/tickets", StringComparison.Ordinal);
            // Who listens hears only what is theirs: tested with the events.
            if (pattern.EndsWith("/events", StringComparison.Ordinal))
                continue;
            var path = pattern.Replace("{id}", "others", StringComparison.Ordinal).Replace("{revision:int}", "1", StringComparison.Ordinal).Replace("{objective}", "uptime", StringComparison.Ordinal).Replace("{period}", "2026-02", StringComparison.Ordinal)
                .Replace("{ticket}", ticket, StringComparison.Ordinal).Replace("{name}", "n", StringComparison.Ordinal).Replace("{dispute}", "d", StringComparison.Ordinal).Replace("{*name}", "n", StringComparison.Ordinal).Replace("{*id}", "n", StringComparison.Ordinal);
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                var query = path.Split('/')[^1] switch { "comparison" => "?first=1&second=1", "simulation" => "?from=2026-01-01&to=2026-02-01", "search" => "?q=e&limit=200", "due" => "?from=2026-01-01T00:00:00Z&seconds=1", _ => "" };
                foreach (var (name, token) in new[] { ("klient", customer), ("desk", team) })
                {
                    var yaml = (method == "PUT" && pattern.EndsWith("/agreements/{id}", StringComparison.Ordinal)) || pattern.EndsWith("/simulation", StringComparison.Ordinal);
                    var answer = await server.SendAsync(
                        method, path + query, method is "GET" or "DELETE" ? null : yaml ? SiteAgreement.Text("others", "Klient") : Body, bySession ? null : token, yaml ? "application/yaml" : "application/json",
                        bySession ? await Browser.SessionAsync(server, name) : []);
                    // Who calls is known at every address: what is refused is refused for what they are.
                    answer.Status.ShouldNotBe(401, $"{method} {path}");
                    if (concrete && answer.Status is not (403 or 404))
                        seen.Add($"{method} {path}: {answer.Status} {answer.Text[..Math.Min(200, answer.Text.Length)]}");
                    if (answer.Text.Contains("Secretive", StringComparison.Ordinal) || (!concrete && answer.Text.Contains("others", StringComparison.Ordinal)))
                        seen.Add($"{method} {path} tells: {answer.Text[..Math.Min(200, answer.Text.Length)]}");
                }
            }
        }

        seen.ShouldBeEmpty();
        // It is no answer of a door that is shut to all.
        (await server.GetAsync("/api/v1/agreements/own/evaluation", customer)).Status.ShouldBe(200);
        (await server.GetAsync("/api/v1/agreements/others/evaluation", manager)).Status.ShouldBe(200);
        (await server.GetAsync("/api/v1/agreements", customer)).Json.GetProperty("agreements").EnumerateArray().Select(a => a.GetProperty("id").GetString()).ShouldBe(["own"]);
    }

    [Fact]
    public async Task Who_listens_hears_only_what_is_theirs()
    {
        var (manager, customer) = ("", "");
        await using var server = await RunningServer.StartAsync(prepare: async store =>
        {
            manager = await SiteAgreement.TokenAsync(store, "maria", "manager operator");
            customer = await SiteAgreement.TokenAsync(store, "klient", "customer", "Klient");
        });
        await server.PutInForceAsync("own", "Klient", manager);
        await server.PutInForceAsync("others", "Secretive", manager);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Authorization = new("Bearer", customer);
        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        (await lines.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("event: alive");

        await server.PostAsync(SiteAgreement.State("1", "down", "2026-03-02T11:00:00Z", "Secretive"), token: manager);
        await server.PostAsync(SiteAgreement.State("2", "down", "2026-03-02T11:00:00Z", "Klient"), token: manager);
        // Asking brings all to now, so that both have changed.
        await server.GetAsync("/api/v1/agreements/others/evaluation", manager);
        var heard = "";
        while (!heard.Contains("\"agreement\":\"own\"", StringComparison.Ordinal))
            heard += await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        heard.ShouldNotContain("others");
    }
}
