using Levelkeeper.Connectors.Channels.Templates;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Server.Settings;
using Levelkeeper.Storage.Sql;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Notifications;

namespace Levelkeeper.Server.Tests.Escalations;

/// <summary>The samples of docs/notifications.md are read as they stand there. The event is held against the webhook beside the webhook's tests.</summary>
public sealed class NotificationsPageTests : IDisposable
{
    private static readonly MarkdownBlock[] Blocks = [.. MarkdownBlock.Of(RepositoryRoot.File("docs", "notifications.md"))];

    private readonly string _secrets = Directory.CreateTempSubdirectory("levelkeeper-secrets-").FullName;

    public void Dispose() => Directory.Delete(_secrets, recursive: true);

    [Fact]
    public void The_agreement_tells_whom_the_page_says()
    {
        var diagnostics = new DiagnosticBag();
        var agreement = AgreementReader.Read(Blocks.Single(b => b.Info == "yaml agreement").Text, "notifications.md", diagnostics);
        diagnostics.ShouldBeEmpty();
        agreement!.Escalations.Select(s => (s.Of, string.Join(' ', s.Tell))).ShouldBe([("reaction", "anna"), ("reaction", "anna duty"), ("uptime", "anna"), ("uptime", "duty")], ignoreOrder: true);
    }

    [Fact]
    public void Each_way_is_set_up_as_the_page_says()
    {
        (string File, string Text)[] secrets = [("mail-password", "pass"), ("webhook-address", "https://hooks.example.org/k3y"), ("webhook-secrets", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), ("chat-address", "https://chat.example.org/k3y")];
        foreach (var (file, text) in secrets)
            File.WriteAllText(Path.Combine(_secrets, file), text + "\n");
        var diagnostics = new DiagnosticBag();
        var samples = Blocks.Where(b => b.Info == "yaml settings").Select(b => b.Text).ToList();
        samples.Count.ShouldBe(3);
        var settings = SettingsReader.Read(string.Concat(samples).Replace("/run/secrets", _secrets, StringComparison.Ordinal), "notifications.md", _ => null, diagnostics);
        diagnostics.ShouldBeEmpty();
        var channels = settings!.Changes(new ServerSettings { Database = new SqliteDatabase(_secrets), CacheFolder = "" }).Channels;
        channels.Problems().ShouldBeEmpty();
        channels.MailPassword!.Reveal().ShouldBe("pass");
        channels.Open(TimeProvider.System).Where(c => c.Channel is not Runtime.Notifications.MissingChannel).Select(c => (c.Name, c.SendsAgainInDoubt)).ShouldBe([("email", true), ("webhook", true), ("chat", false)]);
        channels.ToString().ShouldNotContain("k3y");
    }

    [Fact]
    public void The_names_that_a_text_of_ones_own_can_have_are_all_there_and_its_sample_can_be_used()
    {
        var names = NotificationWriter.Values(new Notification
        {
            Key = "k", Kind = new NotificationKind.Test(), Thread = new NotificationThread(ThreadOf.Test, ""), AgreementId = "", AgreementTitle = "", Now = default, Zone = NodaTime.DateTimeZone.Utc,
            Recipient = new NotificationRecipient("", "", TextLanguage.English),
        }).Keys;
        var page = File.ReadAllText(RepositoryRoot.File("docs", "notifications.md"));
        var listed = page[page.IndexOf("A text can name: ", StringComparison.Ordinal)..];
        listed[..listed.IndexOf(". Each is one line", StringComparison.Ordinal)].Split('`').Where((_, i) => i % 2 == 1).Order(StringComparer.Ordinal).ShouldBe(names.Order(StringComparer.Ordinal));
        new OwnTexts([new OwnText("escalation-step", TextLanguage.English, null, Blocks.Single(b => b.Info == "text template").Text, null)]).Problems.ShouldBeEmpty();
    }
}
