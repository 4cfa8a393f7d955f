using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Server.Tests.Health;

/// <summary>When the server says that it runs, and when that it is ready.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_server_with_its_store_open_is_ready()
    {
        await using var server = await RunningServer.StartAsync();
        (await server.GetAsync("/healthz")).Status.ShouldBe(200);
        (await server.GetAsync("/readyz")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_server_whose_database_is_not_there_runs_is_not_ready_and_takes_nothing()
    {
        var nowhere = Directory.CreateTempSubdirectory("levelkeeper-nowhere-").FullName;
        await using var server = await RunningServer.BeginAsync(() => new PostgresDatabase($"Host={nowhere};Username=postgres;Database=postgres"));
        var ready = await server.GetAsync("/readyz");

        ready.Status.ShouldBe(503);
        ready.Json.GetProperty("state").GetString().ShouldStartWith("the store");
        (await server.GetAsync("/healthz")).Status.ShouldBe(200);
        var answer = await server.PostAsync(Events.Closed("a"));
        answer.Status.ShouldBe(503);
        answer.Code.ShouldBe("LK6104");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        Directory.Delete(nowhere);
    }

    [Fact]
    public async Task A_database_that_comes_later_is_waited_for()
    {
        await using var link = await DatabaseLink.MakeAsync();
        link.Cut();
        await using var server = await RunningServer.BeginAsync(() => new PostgresDatabase(link.Connection));
        (await server.GetAsync("/readyz")).Status.ShouldBe(503);
        link.Mend();
        while (!server.Server.Ready.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await server.Server.Ready;
        (await server.PostAsync(Events.Closed("a"))).Status.ShouldBe(202);
    }

    [Fact]
    public async Task While_the_database_is_away_facts_are_refused_and_taken_again_when_it_is_back()
    {
        await using var link = await DatabaseLink.MakeAsync();
        await using var server = await RunningServer.StartAsync(() => new PostgresDatabase(link.Connection));
        await server.PostAsync(Events.Closed("a"));
        await link.CutAndHangUpAsync();
        var refused = await server.PostAsync(Events.Closed("b"));
        link.Mend();
        var taken = await server.PostAsync(Events.Closed("b"));

        refused.Status.ShouldBe(503);
        refused.Code.ShouldBe("LK6104");
        taken.Status.ShouldBe(202, taken.Text);
        taken["appended"].ShouldBe(1);
        taken["sequence"].ShouldBe(2);
    }

    [Fact]
    public async Task A_server_whose_log_another_took_over_takes_nothing_more_and_ends()
    {
        var connection = await PostgresServer.SchemaAsync();
        await using var server = await RunningServer.StartAsync(() => new PostgresDatabase(connection));
        await server.PostAsync(Events.Closed("a"));
        var cache = Directory.CreateTempSubdirectory("levelkeeper-cache-").FullName;
        await using var other = await Storage.Store.OpenAsync(new PostgresDatabase(connection), RunningServer.Noon);
        await using (await Storage.Log.FactLogWriter.TakeAsync(other, cache, takeOver: true))
        {
            var answer = await server.PostAsync(Events.Closed("b"));
            answer.Status.ShouldBe(503);
            answer.Code.ShouldBe("LK6104");
            await server.Server.WaitAsync(TestContext.Current.CancellationToken);
        }

        Directory.Delete(cache, recursive: true);
    }

    [Fact]
    public async Task A_second_server_on_one_folder_refuses_to_start()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-two-").FullName;
        await using (await RunningServer.StartAsync(() => new SqliteDatabase(folder)))
        {
            await using var second = await RunningServer.BeginAsync(() => new SqliteDatabase(folder));
            (await Should.ThrowAsync<StoreInUseException>(() => second.Server.Ready)).Message.ShouldContain(folder);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Facts_commits_and_the_log_are_told_to_Prometheus()
    {
        await using var server = await RunningServer.StartAsync();
        await server.PostAsync(Events.Batch(Events.Closed("a"), Events.Closed("a"), Events.Closed("a", "T-2"), "{}", Events.Closed("b")), "application/cloudevents-batch+json");
        var answer = await server.GetAsync("/metrics");
        var samples = answer.Text.Split('\n').Where(static l => l.Length > 0 && l[0] != '#').ToDictionary(static l => l[..l.LastIndexOf(' ')], static l => l[(l.LastIndexOf(' ') + 1)..]);

        answer.Type.ShouldBe("text/plain");
        samples["levelkeeper_facts_total{outcome=\"appended\"}"].ShouldBe("2");
        samples["levelkeeper_facts_total{outcome=\"duplicate\"}"].ShouldBe("1");
        samples["levelkeeper_facts_total{outcome=\"conflict\"}"].ShouldBe("1");
        samples["levelkeeper_facts_total{outcome=\"refused\"}"].ShouldBe("1");
        samples["levelkeeper_log_sequence"].ShouldBe("3");
        samples["levelkeeper_queued_facts"].ShouldBe("0");
        samples["levelkeeper_ready"].ShouldBe("1");
        samples["levelkeeper_commit_seconds_count"].ShouldBe("1");
        samples["levelkeeper_commit_seconds_bucket{le=\"+Inf\"}"].ShouldBe("1");
        // Every sample belongs to a metric that was announced.
        foreach (var name in samples.Keys)
            answer.Text.ShouldContain($"# TYPE {name.Split('{')[0].Replace("_bucket", "", StringComparison.Ordinal).Replace("_sum", "", StringComparison.Ordinal).Replace("_count", "", StringComparison.Ordinal)} ");
    }
}
