using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Connectors.Channels.Outgoing;
using Levelkeeper.Connectors.Channels.Webhooks;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Text.Notifications;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Levelkeeper.Connectors.Tests.Channels.Http;

/// <summary>Webhooks against a real web server, and against servers that no honest one is like.</summary>
public sealed class WebhookChannelTests : IDisposable
{
    private const string SecretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);

    private readonly SelfMadeAuthority _authority = new();
    private readonly ManualTime _time = new(Now);

    public void Dispose() => _authority.Dispose();

    private OutgoingRequests Requests(int port, bool allowsHttp = false, string allowed = "127.0.0.0/8", Func<string, IPAddress[]>? resolve = null) => new(
        new OutgoingAddresses { Allowed = allowed.Length > 0 ? [IPNetwork.Parse(allowed)] : [], Ports = [port], AllowsHttp = allowsHttp }, _time, Duration.FromSeconds(20), [_authority.Certificate],
        resolve is null ? null : (name, _) => Task.FromResult(resolve(name)));

    private static Task<Delivery> Send(OutgoingRequests requests, string target, Message? message = null, CancellationToken cancellation = default) =>
        new WebhookChannel(new WebhookSettings { Target = new Secret(target), Secrets = [new Secret(SecretText)] }, requests).SendAsync(message ?? Notices.Message(), cancellation);

    private async Task<(Delivery Outcome, Receiver Got)> ToReceiver(Func<HttpContext, Task> answer, Message? message = null)
    {
        using var certificate = _authority.Issue("localhost");
        await using var receiver = await Receiver.StartAsync(certificate, answer);
        using var requests = Requests(receiver.Port);
        return (await Send(requests, $"https://localhost:{receiver.Port}/hook", message), receiver);
    }

    private static Func<HttpContext, Task> Status(int status, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    };

    /// <summary>The example of the Standard Webhooks specification's libraries: its secret, id, time and body give this signature.</summary>
    [Fact]
    public void A_signature_is_that_of_the_published_example()
    {
        WebhookSignature.TryRead(new Secret(SecretText), out var signature).ShouldBeTrue();
        signature.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}"u8).ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Fact]
    public void The_page_about_notifications_shows_an_event_as_it_is_sent()
    {
        var shown = MarkdownBlock.Of(Repository.File("docs", "notifications.md")).Single(b => b.Info == "json notification").Text;
        var message = Notices.Message(new Notification
        {
            Key = "lk-0123456789abcdef0123456789abcdef",
            Kind = new NotificationKind.EscalationStepTaken(1, 2, new EscalationPoint.OfBudget(new Rational(1, 2))),
            Thread = new NotificationThread(ThreadOf.Objective, "uptime/2026-03"),
            AgreementId = "desk",
            AgreementTitle = "A desk",
            Customer = "Klient",
            Objective = "uptime/2026-03",
            Now = Instant.FromUtc(2026, 3, 10, 11, 0),
            Zone = DateTimeZoneProviders.Tzdb["Europe/Warsaw"],
            Recipient = new NotificationRecipient("Anna Nowak", "", Text.Languages.TextLanguage.English),
        });
        // What it says for people is shown by its place alone.
        message = message with { Text = message.Text with { Subject = "…", Plain = "…" } };
        JsonElement.DeepEquals(JsonElement.Parse(NotificationEvent.Write(message, new Uri("urn:levelkeeper"))), JsonElement.Parse(shown)).ShouldBeTrue(Encoding.UTF8.GetString(NotificationEvent.Write(message, new Uri("urn:levelkeeper"))));
    }

    [Fact]
    public async Task A_notification_arrives_as_a_signed_event()
    {
        var (outcome, receiver) = await ToReceiver(Status(204));
        outcome.ShouldBe(new Delivery.Delivered("step:7f3a-1"));
        var (path, headers, body) = receiver.Got.ShouldHaveSingleItem();
        path.ShouldBe("/hook");
        headers["Content-Type"].ShouldBe("application/cloudevents+json; charset=utf-8");
        headers["webhook-id"].ShouldBe("step:7f3a-1");
        headers["Idempotency-Key"].ShouldBe("\"step:7f3a-1\"");
        headers["webhook-timestamp"].ShouldBe("1614265330");
        // Computed here from the specification's words: id, time and body joined by full stops.
        var signed = Encoding.UTF8.GetBytes("step:7f3a-1.1614265330.").Concat(body).ToArray();
        headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(SecretText["whsec_".Length..]), signed)));
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        root.GetProperty("specversion").GetString().ShouldBe("1.0");
        root.GetProperty("id").GetString().ShouldBe("step:7f3a-1");
        root.GetProperty("source").GetString().ShouldBe("urn:levelkeeper");
        root.GetProperty("type").GetString().ShouldBe("levelkeeper.notification.clock-at-risk.v1");
        root.GetProperty("subject").GetString().ShouldBe("ticket/T-1042");
        root.GetProperty("time").GetString().ShouldBe("2026-03-10T11:00:00Z");
        var data = root.GetProperty("data");
        data.GetProperty("due").GetString().ShouldBe("2026-03-10T12:02:00Z");
        data.GetProperty("target").GetProperty("within").GetString().ShouldBe("PT14400S");
        data.GetProperty("about").GetProperty("id").GetString().ShouldBe("T-1042");
        data.GetProperty("text").GetProperty("subject").GetString().ShouldBe("[T-1042] Time limit at risk: resolution time");
        // The address of a person is nothing that a receiving program needs.
        Encoding.UTF8.GetString(body).ShouldNotContain("anna@example.test");
    }

    [Fact]
    public async Task Exact_numbers_stay_exact()
    {
        var step = Notices.AtRisk() with { Kind = new NotificationKind.EscalationStepTaken(2, 3, new EscalationPoint.OfClock(new Rational(1, 3))) };
        var (_, receiver) = await ToReceiver(Status(200), Notices.Message(step));
        using var json = JsonDocument.Parse(receiver.Got[0].Body);
        json.RootElement.GetProperty("data").GetProperty("at").GetProperty("clockShare").GetString().ShouldBe("1/3");
    }

    [Fact]
    public async Task During_a_change_of_secrets_each_signs()
    {
        using var certificate = _authority.Issue("localhost");
        await using var receiver = await Receiver.StartAsync(certificate, Status(200));
        using var requests = Requests(receiver.Port);
        var settings = new WebhookSettings { Target = new Secret($"https://localhost:{receiver.Port}/"), Secrets = [new Secret(SecretText), new Secret("whsec_" + Convert.ToBase64String(new byte[24]))] };
        (await new WebhookChannel(settings, requests).SendAsync(Notices.Message(), default)).ShouldBeOfType<Delivery.Delivered>();
        var signatures = receiver.Got[0].Headers["webhook-signature"].Split(' ');
        signatures.Length.ShouldBe(2);
        signatures.ShouldAllBe(s => s.StartsWith("v1,"));
        signatures.Distinct().Count().ShouldBe(2);
        settings.ToString().ShouldNotContain("whsec_");
    }

    [Theory]
    [InlineData(200, typeof(Delivery.Delivered))]
    [InlineData(202, typeof(Delivery.Delivered))]
    [InlineData(301, typeof(Delivery.Refused))]
    [InlineData(307, typeof(Delivery.Refused))]
    [InlineData(400, typeof(Delivery.Refused))]
    [InlineData(401, typeof(Delivery.Refused))]
    [InlineData(404, typeof(Delivery.Refused))]
    [InlineData(408, typeof(Delivery.Failed))]
    [InlineData(410, typeof(Delivery.Refused))]
    [InlineData(425, typeof(Delivery.Failed))]
    [InlineData(429, typeof(Delivery.Failed))]
    [InlineData(500, typeof(Delivery.Failed))]
    [InlineData(503, typeof(Delivery.Failed))]
    public async Task The_status_decides(int status, Type outcome)
    {
        var (delivery, receiver) = await ToReceiver(context =>
        {
            context.Response.StatusCode = status;
            if (status is >= 300 and < 400)
                context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        delivery.ShouldBeOfType(outcome);
        // No redirect is followed and nothing is tried again.
        receiver.Got.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 0)]
    [InlineData("99999999", 86400)]
    [InlineData("Thu, 25 Feb 2021 15:03:10 GMT", 60)]
    [InlineData("Thu, 25 Feb 2021 14:00:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public async Task A_busy_target_says_when_to_come_again_within_a_day(string? retryAfter, int? seconds)
    {
        // The standing time is 25 February 2021, 15:02:10 UTC.
        var (outcome, _) = await ToReceiver(Status(503, retryAfter));
        outcome.ShouldBe(new Delivery.Failed("The target answered 503.", seconds is { } s ? Duration.FromSeconds(s) : null));
    }

    [Fact]
    public async Task An_endless_answer_is_not_read()
    {
        var (outcome, _) = await ToReceiver(async context =>
        {
            try
            {
                var part = new byte[65536];
                // Ends when the other side hangs up.
                while (true)
                    await context.Response.Body.WriteAsync(part, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        });
        outcome.ShouldBeOfType<Delivery.Delivered>();
    }

    [Fact]
    public async Task A_connection_that_ends_after_the_body_leaves_a_doubt()
    {
        await using var server = new ScriptedServer(async talk => await talk.HearUntilAsync(""));
        using var requests = Requests(server.Port, allowsHttp: true);
        (await Send(requests, $"http://127.0.0.1:{server.Port}/")).ShouldBeOfType<Delivery.Doubtful>().Why.ShouldStartWith("The request was sent, then ");
    }

    [Fact]
    public async Task Silence_after_the_body_leaves_a_doubt_when_the_time_is_over()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.HearUntilAsync("");
            _time.End();
            await talk.HangAsync();
        });
        using var requests = Requests(server.Port, allowsHttp: true);
        (await Send(requests, $"http://127.0.0.1:{server.Port}/")).ShouldBe(new Delivery.Doubtful("The request was sent, then no answer came in time."));
    }

    [Fact]
    public async Task Giving_up_after_the_body_leaves_a_doubt_and_throws_nothing()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.HearUntilAsync("");
            await stop.CancelAsync();
            await talk.HangAsync();
        });
        using var requests = Requests(server.Port, allowsHttp: true);
        (await Send(requests, $"http://127.0.0.1:{server.Port}/", cancellation: stop.Token)).ShouldBe(new Delivery.Doubtful("The request was sent, then it was given up."));
    }

    [Fact]
    public async Task Giving_up_before_the_body_throws_for_nothing_was_sent()
    {
        using var stop = new CancellationTokenSource();
        using var requests = Requests(443, resolve: _ =>
        {
            stop.Cancel();
            return [IPAddress.Loopback];
        });
        await Should.ThrowAsync<OperationCanceledException>(() => Send(requests, "https://hooks.example.test/", cancellation: stop.Token));
    }

    [Theory]
    [InlineData("220 this is mail\r\n")]
    [InlineData("HTTP/1.1 200\r\nX: ")]
    public async Task An_answer_that_is_none_leaves_a_doubt_and_fills_no_memory(string answer)
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.HearUntilAsync("");
            await talk.SayAsync(answer + new string('x', 100_000));
        });
        using var requests = Requests(server.Port, allowsHttp: true);
        (await Send(requests, $"http://127.0.0.1:{server.Port}/")).ShouldBeOfType<Delivery.Doubtful>();
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_failure()
    {
        int port;
        await using (var server = new ScriptedServer(_ => Task.CompletedTask))
            port = server.Port;
        using var requests = Requests(port);
        (await Send(requests, $"https://localhost:{port}/")).ShouldBe(new Delivery.Failed("Nothing was sent: the network said ConnectionRefused."));
    }

    [Theory]
    [InlineData("other.test", true)]
    [InlineData("localhost", false)]
    public async Task A_certificate_that_is_not_the_targets_gets_nothing(string name, bool isKnown)
    {
        using var other = new SelfMadeAuthority();
        using var certificate = (isKnown ? _authority : other).Issue(name);
        await using var receiver = await Receiver.StartAsync(certificate, Status(200));
        using var requests = Requests(receiver.Port);
        (await Send(requests, $"https://localhost:{receiver.Port}/")).ShouldBe(new Delivery.Failed("Nothing was sent: the target's certificate or encryption was not accepted."));
        receiver.Got.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_leads_to_this_host_is_refused_and_nobody_is_called()
    {
        await using var server = new ScriptedServer(talk => talk.HangAsync());
        using var requests = Requests(server.Port, allowed: "");
        (await Send(requests, $"https://localhost:{server.Port}/")).ShouldBeOfType<Delivery.Refused>().Why.ShouldContain("is private or reserved");
        server.Connections.ShouldBe(0);
    }

    /// <summary>A name server that answers with an open address first and with a private one when it is asked again.</summary>
    [Fact]
    public async Task A_name_is_resolved_once_and_the_judged_address_is_the_one_that_is_called()
    {
        await using var server = new ScriptedServer(talk => talk.HangAsync());
        var asked = 0;
        using var requests = Requests(server.Port, allowed: "127.0.0.2/32", resolve: _ => Interlocked.Increment(ref asked) == 1 ? [IPAddress.Parse("127.0.0.2")] : [IPAddress.Loopback]);
        // Nobody listens at the judged address; the scripted server would be reached by the second answer only.
        (await Send(requests, $"https://rebind.test:{server.Port}/")).ShouldBe(new Delivery.Failed("Nothing was sent: the network said ConnectionRefused."));
        asked.ShouldBe(1);
        server.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Of_several_addresses_only_allowed_ones_are_called()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.HearUntilAsync("");
            await talk.SayAsync("HTTP/1.1 204 No Content\r\n\r\n");
        });
        using var requests = Requests(server.Port, allowsHttp: true, allowed: "127.0.0.1/32", resolve: _ => [IPAddress.Parse("10.0.0.1"), IPAddress.Loopback]);
        (await Send(requests, $"http://two.test:{server.Port}/")).ShouldBeOfType<Delivery.Delivered>();
    }

    [Fact]
    public async Task A_target_without_encryption_is_refused_unless_it_is_allowed()
    {
        await using var server = new ScriptedServer(talk => talk.HangAsync());
        using var requests = Requests(server.Port);
        (await Send(requests, $"http://127.0.0.1:{server.Port}/")).ShouldBe(new Delivery.Refused("The target is not an address of https."));
        server.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task No_outcome_says_the_target_for_it_may_hold_a_key()
    {
        const string Key = "k3y-in-the-path";
        foreach (var status in new[] { 302, 404, 500 })
        {
            using var certificate = _authority.Issue("localhost");
            await using var receiver = await Receiver.StartAsync(certificate, Status(status));
            using var requests = Requests(receiver.Port);
            (await Send(requests, $"https://localhost:{receiver.Port}/{Key}")).ToString().ShouldNotContain(Key);
        }

        using var closed = Requests(1);
        (await Send(closed, $"https://127.0.0.1:1/{Key}")).ToString().ShouldNotContain(Key);
        (await Send(closed, $"https://127.0.0.1:2/{Key}")).ToString().ShouldNotContain(Key);
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_short")]
    [InlineData("whsec_AAAA")]
    [InlineData("whsec_!!!")]
    public void A_secret_that_is_none_is_refused_without_being_said(string secret)
    {
        using var requests = Requests(443);
        var settings = new WebhookSettings { Target = new Secret("https://hooks.example.com/"), Secrets = [new Secret(secret)] };
        Should.Throw<ArgumentException>(() => new WebhookChannel(settings, requests)).Message.ShouldNotContain(secret);
    }
}
