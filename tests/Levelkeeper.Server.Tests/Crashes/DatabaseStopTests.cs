using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Levelkeeper.Server.Tests.Serving;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Server.Tests.Crashes;

/// <summary>PostgreSQL is stopped at once under load, stays away for a while, and comes back, again and again; the real program goes on by itself.</summary>
public sealed class DatabaseStopTests : IDisposable
{
    private const int Senders = 4;
    private const int Stops = 3;

    /// <summary>So many batches are refused before the database is started again, and acknowledged before it is stopped the next time.</summary>
    private const int Batches = 20;

    private readonly ConcurrentDictionary<string, bool> _acknowledged = new(StringComparer.Ordinal);
    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-stop-").FullName;
    private readonly PostgresServer _postgres = PostgresServer.StartOwn();
    private SemaphoreSlim _taken = new(0);
    private SemaphoreSlim _refused = new(0);

    public void Dispose()
    {
        _postgres.Remove();
        Directory.Delete(_folder, recursive: true);
        _taken.Dispose();
        _refused.Dispose();
    }

    [Fact]
    public async Task What_was_acknowledged_survives_that_the_database_is_stopped_at_once_and_the_server_goes_on()
    {
        var variables = new Dictionary<string, string> { ["LEVELKEEPER_STORE"] = _postgres.Connection, ["LEVELKEEPER_DATA"] = _folder };
        await using var server = await ServerProcess.StartAsync(variables);
        using var client = new HttpClient { BaseAddress = server.Url };
        using var enough = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(s => Task.Run(() => SendAsync(client, s, enough.Token))).ToArray();
        for (var stop = 0; stop < Stops; stop++)
        {
            await ComeAsync(_taken);
            _postgres.Halt();
            // What waits in the meantime is refused, and the server lives.
            await ComeAsync(_refused);
            (await client.GetAsync("/healthz", TestContext.Current.CancellationToken)).IsSuccessStatusCode.ShouldBeTrue();
            _postgres.Begin();
            Forget();
        }

        await ComeAsync(_taken);
        await enough.CancelAsync();
        await Task.WhenAll(senders);
        (await server.StopAsync()).ShouldBe(0, server.Errors);

        await using var store = await Store.OpenAsync(new PostgresDatabase(_postgres.Connection), RunningServer.Noon);
        (await store.Log().VerifyAsync()).Faults.ShouldBeEmpty();
        var ids = new List<string>();
        await foreach (var segment in store.Log().SegmentsAsync())
            ids.AddRange(Enumerable.Range(0, segment.Count).Select(i => JsonElement.Parse(segment.BodyOf(i).Span).GetProperty("id").GetString()!));
        ids.ShouldBeUnique();
        _acknowledged.Keys.Except(ids, StringComparer.Ordinal).ShouldBeEmpty("acknowledged facts that are not in the log");

        async Task ComeAsync(SemaphoreSlim batches)
        {
            for (var i = 0; i < Batches; i++)
                (await batches.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).ShouldBeTrue(server.Errors);
        }
    }

    /// <summary>What was taken or refused until now does not count for what comes next.</summary>
    private void Forget() => (_taken, _refused) = (new SemaphoreSlim(0), new SemaphoreSlim(0));

    /// <summary>Sends batches; one that is refused is sent again until it is taken.</summary>
    private async Task SendAsync(HttpClient client, int sender, CancellationToken enough)
    {
        for (var batch = 0; !enough.IsCancellationRequested; batch++)
        {
            string[] ids = [.. Enumerable.Range(0, 20).Select(i => $"{sender}-{batch}-{i}")];
            while (!await TrySendAsync(client, ids) && !enough.IsCancellationRequested)
                _refused.Release();
        }
    }

    private async Task<bool> TrySendAsync(HttpClient client, string[] ids)
    {
        using var content = new StringContent(Events.Batch(ids.Select(static id => Events.Closed(id))), Encoding.UTF8, "application/cloudevents-batch+json");
        using var response = await client.PostAsync("/api/v1/facts", content);
        var answer = await Answer.OfAsync(response);
        if (answer.Status == 503)
        {
            answer.Code.ShouldBe("LK6104");
            return false;
        }

        answer.Status.ShouldBe(202, answer.Text);
        (answer["appended"] + answer["duplicates"]).ShouldBe(ids.Length, answer.Text);
        foreach (var id in ids)
            _acknowledged[id] = true;
        _taken.Release();
        return true;
    }
}
