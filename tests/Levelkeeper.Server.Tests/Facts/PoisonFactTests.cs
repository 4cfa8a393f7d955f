using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Tests.Facts;

/// <summary>Facts that are well formed and make no sense: at the first and the last instant that a text can name, about themselves, of the greatest numbers. The server takes them, and goes on with all others.</summary>
public sealed class PoisonFactTests
{
    private static readonly string[] s_times = ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"];

    private static readonly string[] s_numbers = ["79228162514264337593543950335", "-79228162514264337593543950335", "0.0000000000000000000000000001", "9223372036854775807", "0"];

    [Fact]
    public async Task Facts_at_the_ends_of_time_about_themselves_and_of_the_greatest_numbers_hold_nothing_up()
    {
        await using var server = await RunningServer.StartAsync();
        await InForceAsync(server, "site", "Klient");
        await InForceAsync(server, "other", "Other");
        var quiet = server.Log;
        var taken = 0;
        foreach (var (poison, index) in Poison().Select((p, i) => (p, i)))
        {
            // Some are refused as no facts at all, with a diagnostic: that is as good.
            if ((await server.PostAsync(poison)).Status == 202)
                taken++;
            if (index % 50 == 0)
                await HealthyAsync(poison);
        }

        taken.ShouldBeGreaterThan(100);
        await HealthyAsync("all");
        foreach (var customer in (string[])["Klient", "Other"])
        {
            var reported = $$$"""{"specversion":"1.0","id":"good-{{{customer}}}","source":"desk","type":"levelkeeper.ticket.reported.v1","subject":"good-{{{customer}}}","time":"2026-03-02T12:00:00Z","data":{"service":"site","customer":"{{{customer}}}"}}""";
            (await server.PostAsync(reported)).Status.ShouldBe(202);
        }

        server.Time.Advance(TimeSpan.FromHours(5));
        await HealthyAsync("good ones");
        foreach (var (id, customer) in ((string, string)[])[("site", "Klient"), ("other", "Other")])
            (await server.GetAsync($"/api/v1/agreements/{id}/clocks")).Json.GetProperty("clocks").EnumerateArray().ShouldContain(c => c.GetProperty("ticket").GetString() == $"good-{customer}" && c.GetProperty("verdict").GetString() == "breached");
        server.Log.ShouldBe(quiet);

        async Task HealthyAsync(string after)
        {
            var doctor = await server.GetAsync("/api/v1/doctor");
            doctor.Status.ShouldBe(200, $"{after}: {doctor.Text}\n{server.Log}");
            doctor.Json.GetProperty("healthy").GetBoolean().ShouldBeTrue($"{after}: {doctor.Text}");
        }
    }

    /// <summary>The documented example of each type, spoiled in each way.</summary>
    private static IEnumerable<string> Poison()
    {
        var examples = MarkdownBlock.Of(Path.Combine(RepositoryRoot.Path, "docs", "facts.md")).Where(b => b.Heading == "Types" && b.Info == "json").SelectMany(b => b.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        examples.Count.ShouldBeGreaterThan(40);
        var number = 0;
        foreach (var example in examples)
        {
            var plain = example.Replace("\"acme-shop\"", "\"site\"", StringComparison.Ordinal).Replace("\"shop\"", "\"site\"", StringComparison.Ordinal).Replace("\"Acme\"", "\"Klient\"", StringComparison.Ordinal);
            foreach (var time in s_times)
                yield return Spoiled(plain, e => e["time"] = time);
            // Every time that it names.
            foreach (var time in s_times)
                yield return Spoiled(plain, e => Each(e["data"], v => InstantPattern.ExtendedIso.Parse(v.ToString()).Success, _ => time));
            foreach (var greatest in s_numbers)
                yield return Spoiled(plain, e => Each(e["data"], v => v.GetValueKind() == System.Text.Json.JsonValueKind.Number, _ => JsonNode.Parse(greatest)!));
            // About itself.
            yield return Spoiled(plain, e => Each(e["data"], v => v.GetValueKind() == System.Text.Json.JsonValueKind.String, v => v.GetPropertyName() switch
            {
                "source" => e["source"]!.DeepClone(),
                "id" => e["id"]!.DeepClone(),
                "into" or "outage" or "member" or "to" => e["subject"]?.DeepClone() ?? v.DeepClone(),
                _ => v.DeepClone(),
            }));
        }

        string Spoiled(string example, Action<JsonObject> spoil)
        {
            var poison = JsonNode.Parse(example)!.AsObject();
            (poison["id"], poison["source"]) = ($"poison-{++number}", "poison");
            poison["data"] ??= new JsonObject();
            poison["data"]!["service"] ??= "site";
            poison["data"]!["customer"] ??= "Klient";
            spoil(poison);
            return poison.ToJsonString();
        }

        static void Each(JsonNode? data, Func<JsonValue, bool> which, Func<JsonValue, JsonNode> by)
        {
            foreach (var (name, value) in data?.AsObject().ToList() ?? [])
            {
                if (value is JsonValue plain && which(plain))
                    data![name] = by(plain);
            }
        }
    }

    private static async Task InForceAsync(RunningServer server, string id, string customer)
    {
        var text = SiteAgreement.Text(id, customer) + """

            people: { anna: { name: Anna, email: anna@example.org } }
            escalation:
              uptime: [ { at: 50 % of budget, tell: anna }, { at: burn alert, tell: anna }, { at: projected breach, tell: anna } ]
              reaction: [ { at: 80 % of clock, tell: anna }, { at: breach, tell: anna, repeat: 30 min } ]
            """;
        text = text.Replace("per: month }\nremedies", """
            per: month }
              fix: { measure: time to resolve, of: tickets of site, within: 2 business days, calendar: office, pauses: waiting, target: at least 90 % of at least 1 tickets, per: month }
              requests: { measure: share of requests, of: site, target: at least 99 %, per: month }
              leads: { measure: sum of leads, target: at least 5, per: month }
            calendars: { office: { weekly: { mon-fri: 09:00-17:00 } } }
            remedies
            """, StringComparison.Ordinal);
        text.ShouldContain("share of requests");
        var proposed = await server.SendAsync("PUT", $"/api/v1/agreements/{id}", text, null, "application/yaml");
        proposed.Status.ShouldBe(200, proposed.Text);
        (await server.SendAsync("POST", $"/api/v1/agreements/{id}/revisions/1/activation", """{"text":"on paper"}""", null)).Status.ShouldBe(200);
    }
}
