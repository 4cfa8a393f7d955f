using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Connectors.Channels.Chat;
using Levelkeeper.Connectors.Channels.Outgoing;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Notifications;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Connectors.Tests.Channels.Http;

/// <summary>What chats get.</summary>
public sealed class ChatChannelTests : IDisposable
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SelfMadeAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    private async Task<(Delivery Outcome, JsonElement Body)> Send(ChatKind kind, Message message, int status = 200)
    {
        using var certificate = _authority.Issue("localhost");
        await using var receiver = await Receiver.StartAsync(certificate, context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("ok");
        });
        using var requests = new OutgoingRequests(new OutgoingAddresses { Allowed = [IPNetwork.Parse("127.0.0.0/8")], Ports = [receiver.Port] }, TimeProvider.System, authorities: [_authority.Certificate]);
        var outcome = await new ChatChannel(new ChatSettings(kind, new Secret($"https://localhost:{receiver.Port}/services/T0/B0/k3y")), requests).SendAsync(message, default);
        receiver.Got[0].Headers["Content-Type"].ShouldBe("application/json; charset=utf-8");
        using var json = JsonDocument.Parse(receiver.Got[0].Body);
        return (outcome, json.RootElement.Clone());
    }

    [Fact]
    public async Task Slack_gets_the_subject_as_a_header_and_the_text_below_it()
    {
        var message = Notices.Message();
        var (outcome, body) = await Send(ChatKind.Slack, message);
        outcome.ShouldBe(new Delivery.Delivered("step:7f3a-1"));
        body.GetProperty("text").GetString().ShouldBe(message.Text.Subject);
        var blocks = body.GetProperty("blocks");
        blocks[0].GetProperty("type").GetString().ShouldBe("header");
        blocks[0].GetProperty("text").GetProperty("text").GetString().ShouldBe(message.Text.Subject);
        blocks[1].GetProperty("text").GetProperty("text").GetString()!.ShouldContain("\nDue: 10 March 2026, 13:02 (Europe/Warsaw, UTC+01:00)\n");
        blocks[2].GetProperty("text").GetProperty("text").GetString().ShouldBe("<https://sla.example.com/tickets/T-1042?tab=clocks&amp;x=1|Open in Levelkeeper>");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("pl")]
    [InlineData("ru")]
    [InlineData("ar")]
    public async Task Both_chats_get_what_was_approved_in_each_language(string code)
    {
        var bodies = new StringBuilder();
        foreach (var kind in new[] { ChatKind.Slack, ChatKind.Teams })
        {
            var (_, body) = await Send(kind, Notices.Message(TextLanguage.Of(code)));
            bodies.Append(JsonSerializer.Serialize(body, Readable)).Append('\n');
        }

        Verify(bodies.ToString(), $"Chat.{code}");
    }

    [Fact]
    public async Task A_ticket_cannot_call_a_whole_room()
    {
        var message = Notices.Message(Notices.AtRisk() with { Thread = new NotificationThread(ThreadOf.Ticket, "T-1", "<!channel> <@U1> <https://evil.test|click> & [x](https://evil.test)") });
        var (_, body) = await Send(ChatKind.Slack, message);
        var blocks = body.GetProperty("blocks");
        var text = blocks[1].GetProperty("text");
        text.GetProperty("verbatim").GetBoolean().ShouldBeTrue();
        text.GetProperty("text").GetString()!.ShouldContain("&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.test|click&gt; &amp; [x]");
        blocks[0].GetProperty("text").GetProperty("type").GetString().ShouldBe("plain_text");
        body.GetProperty("text").GetString()!.ShouldNotContain('<');
    }

    [Fact]
    public async Task Slack_gets_no_more_than_it_takes_and_no_half_escape()
    {
        var message = Notices.Message();
        message = message with { Text = message.Text with { Subject = new string('s', 200), Plain = string.Concat(Enumerable.Repeat("<😀", 3000)) } };
        var blocks = (await Send(ChatKind.Slack, message)).Body.GetProperty("blocks");
        blocks[0].GetProperty("text").GetProperty("text").GetString().ShouldBe(new string('s', 149) + "…");
        var text = blocks[1].GetProperty("text").GetProperty("text").GetString()!;
        text.Length.ShouldBeLessThanOrEqualTo(3000);
        text.TrimEnd('…').Replace("&lt;", "", StringComparison.Ordinal).Replace("😀", "", StringComparison.Ordinal).ShouldBe("");
    }

    [Fact]
    public async Task Teams_gets_an_adaptive_card_whose_text_is_no_markup()
    {
        var message = Notices.Message(Notices.AtRisk() with { Thread = new NotificationThread(ThreadOf.Ticket, "T-1", "[click](https://evil.test)") });
        var (outcome, body) = await Send(ChatKind.Teams, message, 202);
        outcome.ShouldBeOfType<Delivery.Delivered>();
        body.GetProperty("type").GetString().ShouldBe("message");
        var attachment = body.GetProperty("attachments")[0];
        attachment.GetProperty("contentType").GetString().ShouldBe("application/vnd.microsoft.card.adaptive");
        var card = attachment.GetProperty("content");
        card.GetProperty("type").GetString().ShouldBe("AdaptiveCard");
        card.TryGetProperty("rtl", out _).ShouldBeFalse();
        var lines = card.GetProperty("body").EnumerateArray().ToList();
        lines.ShouldAllBe(line => line.GetProperty("type").GetString() == "RichTextBlock");
        lines[0].GetProperty("inlines")[0].GetProperty("text").GetString().ShouldBe(message.Text.Subject);
        lines.Select(line => line.GetProperty("inlines")[0].GetProperty("text").GetString()).ShouldContain("Ticket: T-1 ([click](https://evil.test))");
        card.GetProperty("actions")[0].GetProperty("url").GetString().ShouldBe("https://sla.example.com/tickets/T-1042?tab=clocks&x=1");
    }

    [Fact]
    public async Task An_Arabic_card_is_laid_out_from_right_to_left()
    {
        var card = (await Send(ChatKind.Teams, Notices.Message(TextLanguage.Arabic))).Body.GetProperty("attachments")[0].GetProperty("content");
        card.GetProperty("rtl").GetBoolean().ShouldBeTrue();
        card.GetProperty("lang").GetString().ShouldBe("ar");
    }

    [Theory]
    [InlineData(400, typeof(Delivery.Refused))]
    [InlineData(404, typeof(Delivery.Refused))]
    [InlineData(429, typeof(Delivery.Failed))]
    [InlineData(500, typeof(Delivery.Failed))]
    public async Task A_room_that_is_gone_refuses_and_a_busy_chat_fails(int status, Type outcome)
    {
        var (delivery, _) = await Send(ChatKind.Slack, Notices.Message(), status);
        delivery.ShouldBeOfType(outcome);
        delivery.ToString().ShouldNotContain("k3y");
    }

    [Fact]
    public void Settings_do_not_say_the_address()
    {
        var settings = new ChatSettings(ChatKind.Slack, new Secret("https://hooks.example.com/services/k3y"));
        settings.ToString().ShouldNotContain("k3y");
        settings.Problems().ShouldBeEmpty();
        (settings with { Target = new Secret("nowhere") }).Problems().ShouldHaveSingleItem();
    }

    private static void Verify(string output, string name, [CallerFilePath] string test = "")
    {
        var beside = Path.Combine(Path.GetDirectoryName(test)!, name);
        File.Delete($"{beside}.received.json");
        if (File.Exists($"{beside}.approved.json") && File.ReadAllText($"{beside}.approved.json").ReplaceLineEndings("\n") == output)
            return;
        File.WriteAllText($"{beside}.received.json", output);
        Assert.Fail($"{name}.received.json differs from the approved file, or there is none: read it, and rename it when it is right.");
    }
}
