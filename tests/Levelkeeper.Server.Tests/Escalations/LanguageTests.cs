using System.Text.Json;
using Levelkeeper.Connectors.Channels.Templates;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Server.Tests.Escalations;

/// <summary>Each is told in their language, in words of one's own where there are such: from the agreement to what a real receiver got.</summary>
public sealed class LanguageTests
{
    [Fact]
    public async Task Each_is_told_in_their_language_and_who_names_none_in_that_of_the_agreement()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-texts-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "ru"));
        await File.WriteAllTextAsync(Path.Combine(folder, "ru", "escalation-step.subject.txt"), "{{objective}}: {{point}}", TestContext.Current.CancellationToken);
        var texts = OwnTextFolder.Read(folder, new DiagnosticBag());
        Directory.Delete(folder, recursive: true);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await RunningServer.StartAsync(change: s => s with { Channels = receiver.Channels with { Texts = texts } });
        var text = SiteAgreement.Text("site", "Klient") + """

            languages: { prevails: pl }
            people:
              anna: { name: Anna, email: anna@example.org }
              bill: { name: Bill, email: bill@example.org, language: en }
              vera: { name: Vera, email: vera@example.org, language: ru }
              zaid: { name: Zaid, email: zaid@example.org, language: ar }
            escalation:
              uptime: [ { at: 50 % of budget, tell: [anna, bill, vera, zaid], by: webhook } ]
            """;
        (await server.SendAsync("PUT", "/api/v1/agreements/site", text, null, "application/yaml")).Status.ShouldBe(200);
        (await server.SendAsync("POST", "/api/v1/agreements/site/revisions/1/activation", """{"text":"on paper"}""", null)).Status.ShouldBe(200);
        (await server.PostAsync(SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z"))).Status.ShouldBe(202);
        (await server.PostAsync(SiteAgreement.State("2", "down", "2026-03-02T10:00:00Z"))).Status.ShouldBe(202);
        await WebhookReceiver.UntilAsync(server, () => receiver.Got.Count == 4, TimeSpan.FromSeconds(1));

        var told = receiver.Got.Select(g => g.GetProperty("data")).ToDictionary(d => d.GetProperty("recipient").GetProperty("name").GetString()!, d => (Language: d.GetProperty("recipient").GetProperty("language").GetString(), Text: d.GetProperty("text")));
        told.ToDictionary(t => t.Key, t => t.Value.Language).ShouldBe(new Dictionary<string, string?> { ["Anna"] = "pl", ["Bill"] = "en", ["Vera"] = "ru", ["Zaid"] = "ar" }, ignoreOrder: true);
        Subject("Anna").ShouldBe("Eskalacja, krok 1 z 1: uptime/2026-03");
        Subject("Bill").ShouldBe("Escalation, step 1 of 1: uptime/2026-03");
        // Words of the installation's own, with the point as the product says it in Russian.
        Subject("Vera").ShouldStartWith("uptime/2026-03: ");
        Subject("Zaid").ShouldContain("⁨uptime/2026-03⁩");
        told["Zaid"].Text.GetProperty("plain").GetString()!.ShouldContain("الاتفاقية");

        string Subject(string name) => told[name].Text.GetProperty("subject").GetString()!;
    }
}
