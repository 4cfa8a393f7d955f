namespace Levelkeeper.Server.Tests.Agreements;

/// <summary>What an agreement says from which day on.</summary>
public sealed class VersionTests
{
    [Fact]
    public async Task Each_amendment_makes_a_version_from_its_day_on()
    {
        await using var server = await RunningServer.StartAsync();
        var text = SiteAgreement.Text("site", "Klient") + """

            amendments:
              - { from: 2026-03-01, title: Higher, changes: { objectives: { uptime: { target: at least 99.95 % } } } }
              - { from: 2026-06-01, title: Highest, changes: { objectives: { uptime: { target: at least 99.99 % } } } }
            """;
        (await server.SendAsync("PUT", "/api/v1/agreements/site", text, null, "application/yaml")).Status.ShouldBe(200);

        // Today is 2 March.
        (await server.GetAsync("/api/v1/agreements/site/versions")).Json.EnumerateArray()
            .Select(v => (v.GetProperty("from").GetString(), v.TryGetProperty("to", out var to) ? to.GetString() : null, v.GetProperty("today").GetBoolean(), string.Join(',', v.GetProperty("amendments").EnumerateArray())))
            .ShouldBe([("2026-01-01", "2026-03-01", false, ""), ("2026-03-01", "2026-06-01", true, "Higher"), ("2026-06-01", null, false, "Highest")]);
        (await server.GetAsync("/api/v1/agreements/site/effective?on=2026-04-01")).Text.ShouldContain("99.95");
    }
}
