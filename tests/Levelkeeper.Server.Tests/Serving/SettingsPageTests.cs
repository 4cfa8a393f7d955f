using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Server.Settings;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Server.Tests.Serving;

/// <summary>docs/operations.md lists what can be set, with what holds when nobody sets it.</summary>
public sealed class SettingsPageTests
{
    private static readonly string Page = RepositoryRoot.File("docs", "operations.md");

    [Fact]
    public async Task The_page_lists_every_setting()
    {
        var rows = string.Join('\n', SettingsReader.All.Select(static s => $"| `{s.Key}` | `{s.Variable}` | {s.Usual} | {s.About} |"));
        var page = await File.ReadAllTextAsync(Page);
        if (Environment.GetEnvironmentVariable("LEVELKEEPER_APPROVE") == "1")
        {
            var lines = page.Split('\n').ToList();
            var first = lines.FindIndex(static l => l.StartsWith("| key | variable |", StringComparison.Ordinal)) + 2;
            lines.RemoveRange(first, lines.FindIndex(first, static l => !l.StartsWith("| `", StringComparison.Ordinal)) - first);
            lines.Insert(first, rows);
            await File.WriteAllTextAsync(Page, page = string.Join('\n', lines));
        }

        page.ShouldContain($"\n{rows}\n\n");
    }

    [Fact]
    public void What_the_page_calls_usual_is_what_holds()
    {
        var usual = new ServerSettings { Database = new SqliteDatabase(Path.GetTempPath()), CacheFolder = "" };
        foreach (var setting in SettingsReader.All.Where(static s => s.Usual is not ("none" or "nowhere" or "data")))
        {
            var diagnostics = new DiagnosticBag();
            var set = SettingsReader.Read(null, "", name => name == setting.Variable ? setting.Usual : null, diagnostics)!.Changes(usual);
            diagnostics.ShouldBeEmpty();
            (set with { Urls = usual.Urls }).ShouldBe(usual, setting.Key);
            set.Urls.ShouldBe(usual.Urls);
        }
    }

    [Fact]
    public void Each_setting_can_be_set_by_file_and_by_variable()
    {
        var usual = new ServerSettings { Database = new SqliteDatabase(Path.GetTempPath()), CacheFolder = "" };
        foreach (var setting in SettingsReader.All)
        {
            var value = setting.Key switch { "urls" => "http://127.0.0.1:1", "traces-to" => "http://127.0.0.1:2", "mail-security" => "tls", "mail-from" => "a@example.org", "chat-kind" => "teams", "mail-in-doubt" or "webhook-in-doubt" => "ask", "chat-in-doubt" => "send-again", "outgoing-networks" or "oidc-networks" or "proxies" => "10.0.0.0/8", "oidc-authority" => "https://id.example.org", "bodies-bytes" => "1048576", _ when setting.Key.EndsWith("-file", StringComparison.Ordinal) => typeof(SettingsPageTests).Assembly.Location, _ => "1024" };
            // These do not go so far.
            value = setting.Key is "event-depth" or "session-hours" ? "7" : value;
            var diagnostics = new DiagnosticBag();
            var byVariable = SettingsReader.Read(null, "", name => name == setting.Variable ? value : null, diagnostics)!;
            var byFile = SettingsReader.Read($"{setting.Key}: {value}", "f", static _ => null, diagnostics)!;

            diagnostics.ShouldBeEmpty();
            var (one, other) = (byVariable.Changes(usual), byFile.Changes(usual));
            Plain(one, usual).ShouldBe(Plain(other, usual));
            one.Channels.MailPassword?.Reveal().ShouldBe(other.Channels.MailPassword?.Reveal());
            one.Provider.Secret?.Reveal().ShouldBe(other.Provider.Secret?.Reveal());
            one.Proxies.ShouldBe(other.Proxies);
            one.Provider.Networks.ShouldBe(other.Provider.Networks);
            (byVariable.Data, byVariable.Store).ShouldBe((byFile.Data, byFile.Store));
            (byVariable.Data is not null || byVariable.Store is not null || byVariable.Changes(usual) != usual).ShouldBeTrue(setting.Key);
        }
    }

    /// <summary>Without what has no equality: lists, and secrets so that nothing compares them by accident.</summary>
    private static ServerSettings Plain(ServerSettings settings, ServerSettings usual) =>
        settings with { Urls = usual.Urls, Channels = usual.Channels, Proxies = [], Provider = settings.Provider with { Secret = null, Networks = [] } };
}
