using System.Text;
using Levelkeeper.Server.Tests.Serving;

namespace Levelkeeper.Server.Tests.Disks;

/// <summary>The real program on a disk that is really full.</summary>
public sealed class FullDiskTests
{
    private static readonly Dictionary<string, string> s_noVariables = [];

    private readonly List<string> _acknowledged = [];

    [Fact]
    public async Task While_the_disk_is_full_facts_are_refused_and_when_there_is_room_it_goes_on_by_itself()
    {
        await using var disk = await SmallDisk.MountAsync();
        var data = Path.Combine(disk.Folder, "data");
        await using (var server = await ServerProcess.StartAsync(s_noVariables, "--data", data))
        {
            using var client = new HttpClient { BaseAddress = server.Url };
            (await SendAsync(client, "before")).Status.ShouldBe(202);
            disk.Fill(left: 2 << 20);
            var (refused, answer) = await SendUntilRefusedAsync(client, "filling");
            answer.Status.ShouldBe(503, answer.Text);
            answer.Code.ShouldBe("LK6104");
            answer.Headers.RetryAfter.ShouldNotBeNull();

            // It lives, and reads: nothing that was acknowledged is lost.
            (await client.GetAsync("/healthz", TestContext.Current.CancellationToken)).IsSuccessStatusCode.ShouldBeTrue();
            (await IdsAsync(client)).ShouldBe(_acknowledged);
            for (var i = 0; i < 20; i++)
                (await SendAsync(client, $"full-{i}")).Status.ShouldBeOneOf(202, 503);
            (await IdsAsync(client)).ShouldBe(_acknowledged);

            disk.MakeRoom();
            (await SendAsync(client, refused)).Status.ShouldBe(202);
            (await SendAsync(client, "after")).Status.ShouldBe(202);
            (await IdsAsync(client)).ShouldBe(_acknowledged);
            (await server.StopAsync()).ShouldBe(0, server.Errors);
        }

        var (code, output, errors) = await ServerProcess.RunAsync(s_noVariables, "verify", "log", "--data", data);
        code.ShouldBe(0, output + errors);
        output.ShouldContain("All holds.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_is_started_on_a_full_disk_goes_on_by_itself_when_there_is_room(bool killed)
    {
        await using var disk = await SmallDisk.MountAsync();
        var data = Path.Combine(disk.Folder, "data");
        string refused;
        await using (var server = await ServerProcess.StartAsync(s_noVariables, "--data", data))
        {
            using var client = new HttpClient { BaseAddress = server.Url };
            (await SendAsync(client, "before")).Status.ShouldBe(202);
            disk.Fill(left: 2 << 20);
            (refused, _) = await SendUntilRefusedAsync(client, "filling");
            if (killed)
                await server.KillAsync();
            else
                await server.StopAsync();
        }

        disk.Fill(left: 0);
        await using (var server = await ServerProcess.BeginAsync(s_noVariables, "--data", data))
        {
            using var client = new HttpClient { BaseAddress = server.Url };
            // After a clean end the database needs room even to be opened; after another it may have some left.
            await Task.WhenAny(server.SaysAsync("cannot be reached"), server.Ready).WaitAsync(TestContext.Current.CancellationToken);
            server.Ready.IsFaulted.ShouldBeFalse(server.Errors);
            (await client.GetAsync("/healthz", TestContext.Current.CancellationToken)).IsSuccessStatusCode.ShouldBeTrue();
            var answer = await SendAsync(client, refused);
            answer.Status.ShouldBe(503, answer.Text);
            answer.Code.ShouldBe("LK6104");
            disk.MakeRoom();
            await server.Ready;
            (await SendAsync(client, refused)).Status.ShouldBe(202);
            (await IdsAsync(client)).ShouldBe(_acknowledged);
            (await server.StopAsync()).ShouldBe(0, server.Errors);
        }

        var (code, output, errors) = await ServerProcess.RunAsync(s_noVariables, "verify", "log", "--data", data);
        code.ShouldBe(0, output + errors);
    }

    private async Task<(string Id, Answer Answer)> SendUntilRefusedAsync(HttpClient client, string name)
    {
        for (var i = 0; i < 1_000; i++)
        {
            var id = $"{name}-{i}";
            if (await SendAsync(client, id) is { Status: not 202 } answer)
                return (id, answer);
        }

        throw new InvalidOperationException("The disk does not get full.");
    }

    /// <summary>Sends a fact of a hundred thousand bytes, and keeps its id when it is acknowledged.</summary>
    private async Task<Answer> SendAsync(HttpClient client, string id)
    {
        using var content = new StringContent(Events.Closed(id, $"T-{new string('x', 100_000)}"), Encoding.UTF8, "application/cloudevents+json");
        using var response = await client.PostAsync("/api/v1/facts", content, TestContext.Current.CancellationToken);
        var answer = await Answer.OfAsync(response);
        if (answer.Status == 202)
            _acknowledged.Add(id);
        return answer;
    }

    /// <summary>The ids of all facts in the log, in its order.</summary>
    private static async Task<List<string>> IdsAsync(HttpClient client)
    {
        var (ids, after, more) = (new List<string>(), 0L, true);
        while (more)
        {
            using var response = await client.GetAsync($"/api/v1/facts?limit=20&after={after}", TestContext.Current.CancellationToken);
            var page = await Answer.OfAsync(response);
            page.Status.ShouldBe(200, page.Text);
            ids.AddRange(page.Json.GetProperty("facts").EnumerateArray().Select(static f => f.GetProperty("event").GetProperty("id").GetString()!));
            (after, more) = (page["after"], page.Json.GetProperty("more").GetBoolean());
        }

        return ids;
    }
}
