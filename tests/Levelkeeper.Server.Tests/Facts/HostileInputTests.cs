using System.Net.Sockets;
using System.Text;

namespace Levelkeeper.Server.Tests.Facts;

/// <summary>What somebody sends who means harm, or whose program is broken: each is bounded, and the server goes on.</summary>
public sealed class HostileInputTests
{
    private const string One = "application/cloudevents+json";
    private const string Lines = "application/x-ndjson";

    [Fact]
    public async Task A_body_that_is_announced_too_long_is_refused_unread()
    {
        await using var server = await RunningServer.StartAsync(change: static s => s with { RequestBytes = 4096 });
        var answer = await RawConnection.SendAsync(server.Url, $"POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: {One}\r\nContent-Length: 1000000000\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 413 ");
        answer.ShouldContain("LK6101");
        await IsAliveAsync(server);
    }

    [Theory]
    [InlineData(One)]
    [InlineData("application/cloudevents-batch+json")]
    public async Task A_body_that_turns_out_too_long_is_refused(string type)
    {
        await using var server = await RunningServer.StartAsync(change: static s => s with { RequestBytes = 4096 });
        using var content = new PipedContent(type);
        await content.WriteAsync(new string(' ', 5000));
        content.End();
        var answer = await server.PostAsync(content);

        answer.Status.ShouldBe(413);
        answer.Code.ShouldBe("LK6101");
        await IsAliveAsync(server);
    }

    [Fact]
    public async Task A_stream_that_grows_too_long_says_what_of_it_was_kept()
    {
        await using var server = await RunningServer.StartAsync(change: static s => s with { StreamBytes = 4096 });
        using var content = new PipedContent(Lines);
        await content.WriteAsync(Events.Closed("a") + "\n");
        var posting = server.PostAsync(content);
        while (server.Open().Log.Head.Sequence == 0)
            await Task.Yield();
        await content.WriteAsync(new string(' ', 5000));
        content.End();
        var answer = await posting;

        answer.Status.ShouldBe(413);
        answer.Json.GetProperty("receipt").GetProperty("appended").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_line_without_end_costs_no_memory_and_only_itself()
    {
        await using var server = await RunningServer.StartAsync(change: static s => s with { Events = s.Events with { EventBytes = 2048 } });
        var answer = await server.PostAsync(Events.Lines(Events.Closed("a"), "{\"x\":\"" + new string('x', 8 << 20) + "\"}", Events.Closed("b")), Lines);

        answer.Status.ShouldBe(202);
        answer["appended"].ShouldBe(2);
        answer["refused"].ShouldBe(1);
        answer.Json.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("LK2002");
    }

    [Fact]
    public async Task Brackets_without_end_are_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var deep = string.Concat(Enumerable.Repeat("[", 100_000));
        foreach (var type in new[] { One, Lines, "application/cloudevents-batch+json" })
            (await server.PostAsync("{\"data\":" + deep, type)).Status.ShouldBe(422);
        var binary = await server.PostAsync(deep, "application/json", null, ("ce-specversion", "1.0"), ("ce-id", "a"), ("ce-source", "desk"), ("ce-type", "levelkeeper.ticket.closed.v1"), ("ce-subject", "T-1"), ("ce-time", "2026-03-02T09:00:00Z"));
        binary.Status.ShouldBe(422);
        await IsAliveAsync(server);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var text = Encoding.Latin1.GetBytes(Events.Closed("Zürich"));
        foreach (var type in new[] { One, Lines, "application/cloudevents-batch+json" })
        {
            var answer = await server.PostAsync(text, type);
            answer.Status.ShouldBe(422);
            answer.Json.GetProperty("receipt").GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("LK2005");
        }
    }

    [Fact]
    public async Task Of_many_bad_rows_a_thousand_are_listed_and_all_are_counted()
    {
        await using var server = await RunningServer.StartAsync();
        var answer = await server.PostAsync(Events.Lines(Enumerable.Repeat("[]", 20_000).Append(Events.Closed("a"))), Lines);

        answer.Status.ShouldBe(202);
        answer["refused"].ShouldBe(20_000);
        answer.Json.GetProperty("problems").GetArrayLength().ShouldBe(1_000);
        answer["problems-left-out"].ShouldBe(19_000);
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("text/plain", "")]
    [InlineData("application/cloudevents+json; charset=utf-16", "")]
    [InlineData("application/cloudevents+json", "gzip")]
    [InlineData("application/cloudevents+xml", "")]
    [InlineData(null, "")]
    [InlineData("nonsense", "")]
    public async Task Other_content_types_are_refused_with_those_that_are_read(string? type, string encoding)
    {
        await using var server = await RunningServer.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Events.Closed("a")));
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding.Length > 0)
            content.Headers.ContentEncoding.Add(encoding);
        var answer = await server.PostAsync(content);

        answer.Status.ShouldBe(415);
        answer.Code.ShouldBe("LK6102");
        answer.Json.GetProperty("hint").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_body_that_trickles_in_is_given_up_in_time()
    {
        await using var server = await RunningServer.StartAsync();
        var limit = server.Time.TimerOf(TimeSpan.FromSeconds(30));
        var answering = RawConnection.SendAsync(server.Url, $"POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: {One}\r\nContent-Length: 1000\r\n\r\n{{\"id\":");
        await limit;
        server.Time.Advance(TimeSpan.FromSeconds(31));
        var answer = await answering;

        answer.ShouldStartWith("HTTP/1.1 408 ");
        answer.ShouldContain("LK6106");
        await IsAliveAsync(server);
    }

    [Fact]
    public async Task A_stream_without_end_is_given_up_in_time()
    {
        await using var server = await RunningServer.StartAsync();
        var limit = server.Time.TimerOf(TimeSpan.FromHours(1));
        var answering = RawConnection.SendAsync(server.Url, $"POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: {Lines}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\n\n\n\n\n\r\n");
        await limit;
        server.Time.Advance(TimeSpan.FromHours(2));

        (await answering).ShouldStartWith("HTTP/1.1 503 ");
        await IsAliveAsync(server);
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var headers = string.Concat(Enumerable.Range(0, 65).Select(static i => $"ce-x{i}: y\r\n"));
        (await RawConnection.SendAsync(server.Url, $"POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")).ShouldStartWith("HTTP/1.1 431 ");
        (await RawConnection.SendAsync(server.Url, $"POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nce-id: {new string('x', 20_000)}\r\n\r\n")).ShouldStartWith("HTTP/1.1 431 ");
    }

    [Fact]
    public async Task A_sender_who_hangs_up_disturbs_nobody()
    {
        await using var server = await RunningServer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server.Url.Host, server.Url.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: {Lines}\r\nContent-Length: 100000\r\n\r\n{Events.Closed($"{i}")}\n"));
        }

        await IsAliveAsync(server);
        server.Log.ShouldNotContain("error");
    }

    [Fact]
    public async Task Parameters_that_cannot_be_used_are_refused()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var query in new[] { "after=x", "after=-1", "limit=0", "limit=1001", "limit=99999999999999999999" })
        {
            var answer = await server.GetAsync($"/api/v1/facts?{query}");
            answer.Status.ShouldBe(400, query);
            answer.Code.ShouldBe("LK6108", query);
        }
    }

    private static async Task IsAliveAsync(RunningServer server) => (await server.PostAsync(Events.Closed("alive"))).Status.ShouldBe(202);
}
