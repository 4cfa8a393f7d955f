using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Server.Tests.Facts;

/// <summary>The bodies of all requests together take only so much memory.</summary>
public sealed class BodyBudgetTests
{
    private const string Start = "POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cloudevents-batch+json\r\nContent-Length: 700000\r\n\r\n[";

    [Fact]
    public async Task A_body_that_comes_while_others_take_the_room_is_refused_and_let_in_when_they_are_gone()
    {
        await using var server = await RunningServer.StartAsync(change: static s => s with { BodiesBytes = 1 << 20 });
        var body = Events.Batch(Enumerable.Range(0, 3000).Select(static i => Events.Closed($"{i}")));
        body.Length.ShouldBeInRange(400_000, 700_000);
        using (var slow = new System.Net.Sockets.TcpClient())
        {
            await slow.ConnectAsync(server.Url.Host, server.Url.Port);
            var timer = server.Time.TimerOf(TimeSpan.FromSeconds(30));
            await slow.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(Start + new string(' ', 690_000)));
            await timer;
            // What has come of it is counted once the server has read it.
            Answer answer;
            do
                answer = await server.PostAsync(body, "application/cloudevents-batch+json");
            while (answer.Status == 202);

            (answer.Status, answer.Code, answer.Headers.RetryAfter!.Delta).ShouldBe((503, "LK6183", TimeSpan.FromSeconds(1)));
            // Short ones, streams and questions go on.
            (await server.PostAsync(Events.Closed("a"))).Status.ShouldBe(202);
            (await server.PostAsync(body.Trim('[', ']').Replace(",\n", "\n", StringComparison.Ordinal), "application/x-ndjson")).Status.ShouldBe(202);
            (await server.GetAsync("/api/v1/facts")).Status.ShouldBe(200);
        }

        while ((await server.PostAsync(body, "application/cloudevents-batch+json")).Status != 202)
            await Task.Yield();
    }

    [Fact]
    public void A_bound_that_is_less_than_one_body_may_have_is_told() =>
        new ServerSettings { Database = new SqliteDatabase(Path.GetTempPath()), CacheFolder = "", BodiesBytes = 1 << 20 }.Problems().ShouldHaveSingleItem().ShouldContain("'bodies-bytes' is less than 'request-bytes'");
}
