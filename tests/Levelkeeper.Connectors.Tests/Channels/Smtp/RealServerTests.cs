using System.Text;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Connectors.Channels.Smtp;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Connectors.Tests.Channels.Smtp;

/// <summary>Mail through a real server, read from the mailbox that it was put into.</summary>
public class RealServerTests(Postfix server) : IClassFixture<Postfix>
{
    private SmtpSettings Settings()
    {
        if (server.Missing.Length > 0)
            Assert.Skip(server.Missing);
        return new SmtpSettings
        {
            Host = "localhost", Port = server.Port, From = Mailbox.Of("sla@provider.test", "Levelkeeper"), User = Postfix.User, Password = new Secret(Postfix.Password), Authorities = [server.Authority],
        };
    }

    private static Task<Delivery> Send(SmtpSettings settings, Message message) => new SmtpChannel(settings, TimeProvider.System).SendAsync(message, default);

    [Fact]
    public async Task A_message_arrives_as_it_was_written()
    {
        var settings = Settings();
        var message = Notices.Message(TextLanguage.Polish);
        message = message with { Text = message.Text with { Plain = ".\nzażółć\n..\n" + new string('y', 2000) + "\n" } };
        Delivery? outcome = null;
        var mail = await server.Arriving(async () => outcome = await Send(settings, message));
        outcome.ShouldBeOfType<Delivery.Delivered>().Reference.ShouldMatch("^250 2\\.0\\.0 Ok: queued as [0-9A-F]+$");
        mail.ShouldContain("with ESMTPSA");
        // What the server added stands before what was handed over.
        Mailbox.TryRead("anna@example.test", "Anna Nowak", out var to).ShouldBeTrue();
        var sent = Encoding.UTF8.GetString(MailText.Write(message, settings.From, null, to)).ReplaceLineEndings("\n");
        mail.ShouldEndWith(sent);
    }

    [Fact]
    public async Task Sent_again_it_is_known_again_by_its_id()
    {
        var settings = Settings();
        var first = await server.Arriving(() => Send(settings, Notices.Message()));
        var second = await server.Arriving(() => Send(settings, Notices.Message()));
        Id(second).ShouldBe(Id(first));

        static string Id(string mail) => mail.Split('\n').Single(line => line.StartsWith("Message-ID:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_beyond_ASCII_is_reached()
    {
        var settings = Settings();
        var mail = await server.Arriving(async () => (await Send(settings, Notices.Message(TextLanguage.Russian, "żaneta@example.test", "Жанета"))).ShouldBeOfType<Delivery.Delivered>());
        mail.ShouldContain("Delivered-To: żaneta@example.test\n");
        mail.ShouldContain("\n <żaneta@example.test>\n");
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_not_said()
    {
        var settings = Settings() with { Password = new Secret("wrong one") };
        (await Send(settings, Notices.Message())).ShouldBe(new Delivery.Refused("While signing in the server said: 535"));
    }

    [Fact]
    public async Task Without_signing_in_the_server_takes_nothing()
    {
        var settings = Settings() with { User = "", Password = null };
        (await Send(settings, Notices.Message())).ShouldBeOfType<Delivery.Refused>().Why.ShouldStartWith("While naming sender and recipient the server said: 554 5.7.1");
    }

    [Fact]
    public async Task A_server_of_an_authority_that_nobody_named_gets_nothing()
    {
        var settings = Settings() with { Authorities = [] };
        (await Send(settings, Notices.Message())).ShouldBeOfType<Delivery.Failed>().Why.ShouldStartWith("While encrypting: the encryption failed: ");
    }

    [Fact]
    public async Task A_message_beyond_the_servers_bound_is_refused_before_it_is_sent()
    {
        var settings = Settings();
        var message = Notices.Message();
        message = message with { Text = message.Text with { Plain = new string('x', 120_000) } };
        (await Send(settings, message)).ShouldBeOfType<Delivery.Refused>().Why.ShouldEndWith("and the server takes 100000 at most.");
    }
}
