using System.Net.Http.Headers;
using System.Text;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Documents;
using NodaTime;

namespace Levelkeeper.Server.Tests;

/// <summary>An agreement, the people around it, and how they speak to the server.</summary>
internal static class SiteAgreement
{
    /// <summary>A site for 1,000.00 a month; a month below 99.9 % costs a tenth.</summary>
    public static string Text(string id, string customer, string target = "99.9") => $$"""
        levelkeeper: v1
        id: {{id}}
        title: The site of {{customer}}
        parties: { provider: { name: Firma }, customer: { name: {{customer}} } }
        zone: Europe/Warsaw
        currency: EUR
        term: { from: 2026-01-01, length: 12 months }
        services:
          site: { title: The site, fee: 1000.00 per month }
        exclusions:
          force-majeure: { decided-by: customer }
        objectives:
          uptime: { measure: availability, of: site, target: at least {{target}} %, per: month, degraded: up, excluding: force-majeure }
          reaction: { measure: time to respond, of: tickets of site, within: 4 h, target: at least 90 % of at least 1 tickets, per: month }
        remedies:
          credit: { when: uptime is missed, claim: not needed, credit: { of: fee of site, tiers: [ { below: 99.9 %, pay: 10 % } ] } }
        """;

    public static string State(string id, string state, string time, string customer = "Klient") =>
        $$$"""{"specversion":"1.0","id":"{{{id}}}","source":"probe","type":"levelkeeper.service.{{{state}}}.v1","subject":"site","time":"{{{time}}}","data":{"customer":"{{{customer}}}"}}""";

    /// <summary>Makes an account with a token that narrows nothing.</summary>
    public static async Task<string> TokenAsync(Store store, string name, string roles, params string[] parties)
    {
        await store.Accounts.WriteAsync(new Account { Name = name, DisplayName = name, Roles = [.. roles.Split(' ')], Parties = [.. parties], SecurityStamp = "1" }, new Act("test", RunningServer.Noon));
        var secret = TokenSecret.New();
        await store.Accounts.AddTokenAsync(new ApiToken(secret.Id, name, "", secret.Hash(), ["admin"], RunningServer.Noon, RunningServer.Noon + Duration.FromDays(365)), new Act("test", RunningServer.Noon));
        return secret.Reveal();
    }

    public static Task<Answer> SendAsync(this RunningServer server, string method, string path, string? body, string? token, string type = "application/json", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));
        return server.SendAsync(request, token);
    }

    /// <summary>Proposes an agreement and puts it in force.</summary>
    public static async Task PutInForceAsync(this RunningServer server, string id, string customer, string manager)
    {
        (await server.SendAsync("PUT", $"/api/v1/agreements/{id}", Text(id, customer), manager, "application/yaml")).Status.ShouldBe(200);
        (await server.SendAsync("POST", $"/api/v1/agreements/{id}/revisions/1/activation", """{"text":"signed on paper"}""", manager)).Status.ShouldBe(200);
    }
}
