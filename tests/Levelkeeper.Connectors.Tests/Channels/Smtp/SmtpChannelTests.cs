using Levelkeeper.Connectors.Channels;
using Levelkeeper.Connectors.Channels.Smtp;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Connectors.Tests.Channels.Smtp;

/// <summary>What no honest mail server does, and what becomes of the message.</summary>
public sealed class SmtpChannelTests : IDisposable
{
    private const string Offer = "250-test\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 1000000\r\n";

    private readonly SelfMadeAuthority _authority = new();
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);

    public void Dispose() => _authority.Dispose();

    private SmtpSettings Settings(ScriptedServer server) => new()
    {
        Host = "127.0.0.1", Port = server.Port, Security = SmtpSecurity.None, From = Mailbox.Of("sla@provider.test", "Levelkeeper"), ClientName = "desk.provider.test", Authorities = [_authority.Certificate],
    };

    private Task<Delivery> Send(ScriptedServer server, Func<SmtpSettings, SmtpSettings>? change = null, Message? message = null, CancellationToken cancellation = default) =>
        new SmtpChannel((change ?? (s => s))(Settings(server)), _time).SendAsync(message ?? Notices.Message(), cancellation);

    /// <summary>Greets, takes the envelope, and says 354.</summary>
    private static async Task TakeEnvelope(ScriptedServer.Conversation talk, string offer = Offer)
    {
        await talk.SayAsync("220 test\r\n");
        await talk.AnswerAsync(offer);
        await talk.AnswerAsync("250 2.1.0 ok\r\n");
        await talk.AnswerAsync("250 2.1.5 ok\r\n");
        await talk.AnswerAsync("354 go on\r\n");
    }

    /// <summary>Never answers QUIT, for which nobody waits long. The client's wait has begun when its command is heard.</summary>
    private async Task TakeLeave(ScriptedServer.Conversation talk)
    {
        await talk.HearUntilAsync("QUIT");
        _time.End();
        await talk.HangAsync();
    }

    [Fact]
    public async Task A_message_that_the_server_takes_is_delivered_under_the_servers_name_for_it()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await TakeEnvelope(talk);
            await talk.HearUntilAsync(".");
            await talk.SayAsync("250-2.0.0 Ok:\r\n250 queued as 4F2A\r\n");
            await talk.AnswerAsync("221 bye\r\n");
        });
        (await Send(server)).ShouldBe(new Delivery.Delivered("250 2.0.0 Ok: queued as 4F2A"));
        server.Heard[0].ShouldBe("EHLO desk.provider.test");
        server.Heard[1].ShouldStartWith("MAIL FROM:<sla@provider.test> SIZE=");
        server.Heard[2].ShouldBe("RCPT TO:<anna@example.test>");
        server.Heard[^1].ShouldBe("QUIT");
    }

    [Fact]
    public async Task A_connection_that_ends_after_the_final_stop_leaves_a_doubt()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await TakeEnvelope(talk);
            await talk.HearUntilAsync(".");
        });
        (await Send(server)).ShouldBe(new Delivery.Doubtful("While waiting for the server to take the message: the server hung up."));
    }

    [Fact]
    public async Task A_reply_that_ends_within_its_line_leaves_a_doubt()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await TakeEnvelope(talk);
            await talk.HearUntilAsync(".");
            await talk.SayAsync("250 2.0.0 Ok: que");
        });
        (await Send(server)).ShouldBeOfType<Delivery.Doubtful>();
    }

    [Fact]
    public async Task Silence_after_the_final_stop_leaves_a_doubt_when_the_time_is_over()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await TakeEnvelope(talk);
            await talk.HearUntilAsync(".");
            _time.End();
            await talk.HangAsync();
        });
        (await Send(server)).ShouldBe(new Delivery.Doubtful("While waiting for the server to take the message: no answer came in time."));
    }

    [Fact]
    public async Task Giving_up_after_the_final_stop_leaves_a_doubt_and_throws_nothing()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new ScriptedServer(async talk =>
        {
            await TakeEnvelope(talk);
            await talk.HearUntilAsync(".");
            await stop.CancelAsync();
            await talk.HangAsync();
        });
        (await Send(server, cancellation: stop.Token)).ShouldBe(new Delivery.Doubtful("While waiting for the server to take the message: it was given up."));
    }

    [Fact]
    public async Task Giving_up_before_the_final_stop_throws_for_nothing_was_sent()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 test\r\n");
            await talk.HearAsync();
            await stop.CancelAsync();
            await talk.HangAsync();
        });
        await Should.ThrowAsync<OperationCanceledException>(() => Send(server, cancellation: stop.Token));
    }

    [Fact]
    public async Task A_connection_that_ends_before_the_message_is_a_failure()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 test\r\n");
            await talk.AnswerAsync(Offer);
            await talk.HearAsync();
        });
        (await Send(server)).ShouldBe(new Delivery.Failed("While naming sender and recipient: the server hung up."));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_a_failure_when_the_time_is_over()
    {
        // The first wait is for the connection, the second for the greeting.
        _time.EndsAtOnce = 2;
        await using var server = new ScriptedServer(talk => talk.HangAsync());
        (await Send(server)).ShouldBe(new Delivery.Failed("While greeting: no answer came in time."));
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_failure()
    {
        int port;
        await using (var server = new ScriptedServer(_ => Task.CompletedTask))
            port = server.Port;
        var settings = new SmtpSettings { Host = "127.0.0.1", Port = port, Security = SmtpSecurity.None, From = Mailbox.Of("a@b.test") };
        (await new SmtpChannel(settings, TimeProvider.System).SendAsync(Notices.Message(), default)).ShouldBe(new Delivery.Failed("While connecting: the network said ConnectionRefused."));
    }

    [Theory]
    [InlineData("451 4.7.1 Greylisted", false)]
    [InlineData("452 4.2.2 Full", false)]
    [InlineData("550 5.1.1 No such user", true)]
    [InlineData("552 5.2.2 Over quota", true)]
    public async Task A_recipient_that_is_not_taken_is_a_failure_with_4_and_a_refusal_with_5(string reply, bool isRefused)
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 test\r\n");
            await talk.AnswerAsync(Offer);
            await talk.AnswerAsync("250 ok\r\n");
            await talk.AnswerAsync(reply + "\r\n");
            await talk.AnswerAsync("221 bye\r\n");
        });
        var why = $"While naming sender and recipient the server said: {reply}";
        (await Send(server)).ShouldBe(isRefused ? new Delivery.Refused(why) : new Delivery.Failed(why));
        server.Heard.ShouldNotContain("DATA");
    }

    [Theory]
    [InlineData("421 4.3.2 Shutting down", typeof(Delivery.Failed))]
    [InlineData("451 4.3.0 Try again", typeof(Delivery.Failed))]
    [InlineData("554 5.7.1 Spam", typeof(Delivery.Refused))]
    [InlineData("354 What?", typeof(Delivery.Doubtful))]
    [InlineData("HTTP/1.1 200 OK", typeof(Delivery.Doubtful))]
    [InlineData("999 no such code", typeof(Delivery.Doubtful))]
    [InlineData("250-begun\r\n550 and changed", typeof(Delivery.Doubtful))]
    public async Task What_the_server_says_to_the_whole_message_decides(string reply, Type outcome)
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await TakeEnvelope(talk);
            await talk.HearUntilAsync(".");
            await talk.SayAsync(reply + "\r\n");
            await TakeLeave(talk);
        });
        (await Send(server)).ShouldBeOfType(outcome);
    }

    [Theory]
    [InlineData("220 ", 5000, "a line of the server has no end")]
    [InlineData("220-a\r\n", 200, "the server's reply has too many lines")]
    public async Task A_reply_without_end_is_a_failure_and_fills_no_memory(string part, int times, string why)
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync(string.Concat(Enumerable.Repeat(part, times)));
            await talk.HangAsync();
        });
        (await Send(server)).ShouldBe(new Delivery.Failed($"While greeting: {why}."));
    }

    [Fact]
    public async Task What_a_server_says_cannot_forge_a_line_of_a_log()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("554 no\rFORGED \u001b[31m \u00e9" + new string('x', 1000) + "\r\n");
            await TakeLeave(talk);
        });
        var why = (await Send(server)).ShouldBeOfType<Delivery.Refused>().Why;
        why.ShouldStartWith("While greeting the server said: 554 no FORGED  [31m ?xxx");
        why.ShouldAllBe(c => c >= ' ' && c <= '~');
        why.Length.ShouldBeLessThan(400);
    }

    [Fact]
    public async Task Without_the_offer_of_encryption_nothing_is_said_that_matters()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 test\r\n");
            await talk.AnswerAsync(Offer);
            await talk.AnswerAsync("221 bye\r\n");
        });
        var outcome = await Send(server, s => s with { Security = SmtpSecurity.StartTls, User = "desk", Password = new Secret("geheim") });
        outcome.ShouldBe(new Delivery.Failed("The server does not offer STARTTLS, or somebody on the way took the offer away; nothing was sent."));
        server.Heard.ShouldBe(["EHLO desk.provider.test", "QUIT"]);
    }

    [Fact]
    public async Task A_password_is_not_sent_where_the_offer_of_encryption_was_taken_away()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 test\r\n");
            await talk.AnswerAsync(Offer);
            await talk.AnswerAsync("221 bye\r\n");
        });
        var outcome = await Send(server, s => s with { Security = SmtpSecurity.StartTlsWhenOffered, User = "desk", Password = new Secret("geheim") });
        outcome.ShouldBeOfType<Delivery.Failed>();
        server.Heard.ShouldBe(["EHLO desk.provider.test", "QUIT"]);
    }

    [Fact]
    public async Task What_is_slipped_in_behind_STARTTLS_ends_the_conversation()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 test\r\n");
            await talk.AnswerAsync("250-test\r\n250 STARTTLS\r\n");
            await talk.AnswerAsync("220 go on\r\n250 AUTH PLAIN\r\n");
            await talk.HangAsync();
        });
        (await Send(server, s => s with { Security = SmtpSecurity.StartTls })).ShouldBe(new Delivery.Failed("While encrypting: the server said something between STARTTLS and the encryption."));
    }

    /// <summary>What was offered before the encryption must not count after it.</summary>
    [Fact]
    public async Task After_the_encryption_the_server_is_asked_anew_what_it_offers()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 test\r\n");
            await talk.AnswerAsync("250-test\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n");
            await talk.AnswerAsync("220 go on\r\n");
            await talk.EncryptAsync(certificate);
            await talk.AnswerAsync("250 test\r\n");
            await talk.AnswerAsync("221 bye\r\n");
        });
        var outcome = await Send(server, s => s with { Security = SmtpSecurity.StartTls, User = "desk", Password = new Secret("geheim") });
        outcome.ShouldBe(new Delivery.Refused("The server knows none of the ways to sign in that are known here: PLAIN and LOGIN."));
    }

    [Theory]
    [InlineData("mail.other.test", false, true)]
    [InlineData("127.0.0.1", true, true)]
    [InlineData("127.0.0.1", false, false)]
    public async Task A_certificate_of_another_name_that_has_ended_or_comes_from_nobody_known_is_a_failure(string name, bool hasEnded, bool isKnown)
    {
        using var other = new SelfMadeAuthority();
        using var certificate = (isKnown ? _authority : other).Issue(name, hasEnded);
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.EncryptAsync(certificate);
            await talk.SayAsync("220 test\r\n");
            await talk.HangAsync();
        });
        var outcome = await Send(server, s => s with { Security = SmtpSecurity.Tls, User = "desk", Password = new Secret("geheim") });
        outcome.ShouldBeOfType<Delivery.Failed>().Why.ShouldStartWith("While encrypting: the encryption failed: ");
        server.Heard.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PLAIN LOGIN")]
    [InlineData("LOGIN")]
    public async Task A_server_that_says_the_password_back_does_not_get_it_into_a_text(string ways)
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.EncryptAsync(certificate);
            await talk.SayAsync("220 test\r\n");
            await talk.AnswerAsync($"250-test\r\n250 AUTH {ways}\r\n");
            var said = await talk.HearAsync();
            if (said == "AUTH LOGIN")
            {
                await talk.SayAsync("334 VXNlcm5hbWU6\r\n");
                await talk.AnswerAsync("334 UGFzc3dvcmQ6\r\n");
                said = await talk.HearAsync();
            }

            await talk.SayAsync($"535 5.7.8 wrong: {said} geheim\r\n");
            await talk.AnswerAsync("221 bye\r\n");
        });
        var settings = Settings(server) with { Security = SmtpSecurity.Tls, User = "desk", Password = new Secret("geheim") };
        var outcome = await new SmtpChannel(settings, _time).SendAsync(Notices.Message(), default);
        outcome.ShouldBe(new Delivery.Refused("While signing in the server said: 535"));
        settings.ToString().ShouldNotContain("geheim");
        var plain = Convert.ToBase64String("\0desk\0geheim"u8);
        server.Heard.ShouldContain(ways == "LOGIN" ? Convert.ToBase64String("geheim"u8) : $"AUTH PLAIN {plain}");
    }

    [Theory]
    [InlineData("anna@example.test>\r\nRCPT TO:<all@example.test")]
    [InlineData("anna @example.test")]
    [InlineData("<anna@example.test>")]
    [InlineData("\"anna\"@example.test")]
    [InlineData("anna@example.test\n")]
    [InlineData("anna@exa mple.test")]
    [InlineData("anna@example_test")]
    [InlineData("anna@[127.0.0.1]")]
    [InlineData("anna")]
    [InlineData("@example.test")]
    [InlineData("anna\u202E@example.test")]
    [InlineData("")]
    public async Task An_address_that_is_none_is_refused_before_anybody_is_called(string address)
    {
        await using var server = new ScriptedServer(_ => Task.CompletedTask);
        (await Send(server, message: Notices.Message(address: address))).ShouldBe(new Delivery.Refused("The recipient's address is not an e-mail address."));
        server.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task An_address_beyond_ASCII_needs_a_server_that_takes_such()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 test\r\n");
            await talk.AnswerAsync(Offer);
            await talk.AnswerAsync("221 bye\r\n");
        });
        (await Send(server, message: Notices.Message(address: "żaneta@example.test"))).ShouldBe(new Delivery.Refused("The server takes no address with letters beyond ASCII (SMTPUTF8)."));
    }

    [Fact]
    public async Task A_domain_beyond_ASCII_is_written_in_its_ASCII_form()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await TakeEnvelope(talk);
            await talk.HearUntilAsync(".");
            await talk.SayAsync("250 ok\r\n");
            await talk.AnswerAsync("221 bye\r\n");
        });
        (await Send(server, message: Notices.Message(address: "anna@bücher.test"))).ShouldBeOfType<Delivery.Delivered>();
        // RFC 3492: bücher is xn--bcher-kva.
        server.Heard.ShouldContain("RCPT TO:<anna@xn--bcher-kva.test>");
    }

    [Fact]
    public async Task A_message_that_is_too_large_for_the_server_is_not_sent()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 test\r\n");
            await talk.AnswerAsync("250-test\r\n250 SIZE 1000\r\n");
            await talk.AnswerAsync("221 bye\r\n");
        });
        (await Send(server)).ShouldBeOfType<Delivery.Refused>().Why.ShouldEndWith("and the server takes 1000 at most.");
    }

    [Fact]
    public async Task A_line_that_begins_with_a_full_stop_does_not_end_the_message()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await TakeEnvelope(talk);
            await talk.HearUntilAsync(".");
            await talk.SayAsync("250 ok\r\n");
            await talk.AnswerAsync("221 bye\r\n");
        });
        var message = Notices.Message();
        message = message with { Text = message.Text with { Plain = "first\n.\n..two\nlast\n" } };
        (await Send(server, message: message)).ShouldBeOfType<Delivery.Delivered>();
        var from = server.Heard.IndexOf("first");
        server.Heard.GetRange(from, 4).ShouldBe(["first", "..", "...two", "last"]);
    }

    [Fact]
    public void Settings_say_all_that_is_wrong_with_them()
    {
        var settings = new SmtpSettings { Host = "a b", Port = 0, From = Mailbox.Of("a@b.test"), ClientName = "x y", User = "u", Security = SmtpSecurity.None, Password = new Secret("p\0q"), ReplyTime = NodaTime.Duration.Zero };
        settings.Problems().Count().ShouldBe(6);
        Should.Throw<ArgumentException>(() => new SmtpChannel(settings, _time)).Message.ShouldNotContain("p\0q");
    }

    [Fact]
    public void The_same_message_is_the_same_bytes_and_every_line_is_short_and_ASCII()
    {
        foreach (var language in TextLanguage.All)
        {
            var from = Mailbox.Of("sla@provider.test", "Сервис \"Поддержки\"");
            var to = Mailbox.Of("anna@example.test", "أنا نوفاك\r\nBcc: all@example.test");
            var bytes = MailText.Write(Notices.Message(language), from, null, to);
            MailText.Write(Notices.Message(language), from, null, to).ShouldBe(bytes);
            var lines = System.Text.Encoding.Latin1.GetString(bytes).Split("\r\n");
            lines.ShouldAllBe(line => line.Length <= 78);
            bytes.ShouldAllBe(b => b >= ' ' && b <= '~' || b == '\r' || b == '\n');
            lines.ShouldNotContain(line => line.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));
        }
    }
}
