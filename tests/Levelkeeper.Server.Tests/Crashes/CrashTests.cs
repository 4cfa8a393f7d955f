using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Levelkeeper.Server.Tests.Serving;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Server.Tests.Crashes;

/// <summary>The real program is killed under load at random moments, again and again on one store: what it has acknowledged is in the log, each fact once, and the log verifies.</summary>
public abstract class CrashTests : IDisposable
{
    private const int Senders = 6;
    private const int LargestBatch = 40;
    private const int LatestAnswer = 60;

    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("LEVELKEEPER_CRASHES"), out var rounds) ? rounds : Environment.GetEnvironmentVariable("LEVELKEEPER_LONG") == "1" ? 200 : 15;

    /// <summary>Ids of facts that were acknowledged, and of those that were sent and not answered: of them nobody knows.</summary>
    private readonly ConcurrentDictionary<string, bool> _acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string[]> _inDoubt = [];
    private int _sentAgain;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("levelkeeper-crash-").FullName;

    protected abstract Task<(Dictionary<string, string> Variables, Func<Database> Database)> NewStoreAsync();

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9_at_any_moment()
    {
        var ((variables, database), clock) = (await NewStoreAsync(), Stopwatch.StartNew());
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(Seed() + round);
            await using var server = await ServerProcess.StartAsync(variables);
            await SendDoubtfulAgainAsync(server);
            await CheckAsync(database(), round);
            await LoadAndKillAsync(server, round, random);
        }

        await CheckAsync(database(), Rounds);
        _acknowledged.Count.ShouldBeGreaterThan(Rounds);
        string[] store = variables.ContainsKey("LEVELKEEPER_STORE") ? [] : ["--data", Folder];
        var (code, output, errors) = await ServerProcess.RunAsync(variables, ["verify", "log", .. store]);
        code.ShouldBe(0, output + errors);
        output.ShouldContain("All holds.");
        if (Environment.GetEnvironmentVariable("LEVELKEEPER_CRASHES_REPORT") is { Length: > 0 } report)
            await CrashReport.AddAsync(report, database().Name.StartsWith(Folder, StringComparison.Ordinal) ? "SQLite" : "PostgreSQL", Rounds, Seed(), _acknowledged.Count, _sentAgain, clock.Elapsed);
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private static int Seed() => int.TryParse(Environment.GetEnvironmentVariable("LEVELKEEPER_SEED"), out var seed) ? seed : Environment.GetEnvironmentVariable("LEVELKEEPER_SEED") == "random" ? Random.Shared.Next(1 << 30) : 20_260_101;

    /// <summary>Several senders at once, until the server is killed when so many answers have come: then the others are somewhere on their way.</summary>
    private async Task LoadAndKillAsync(ServerProcess server, int round, Random random)
    {
        var (left, kill) = (random.Next(1, LatestAnswer), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var client = new HttpClient { BaseAddress = server.Url };
        var senders = Enumerable.Range(0, Senders).Select(sender => (Name: $"{round}-{sender}", Random: new Random(random.Next()))).Select(sender => Task.Run(async () =>
        {
            for (var batch = 0; ; batch++)
            {
                string[] ids = [.. Enumerable.Range(0, sender.Random.Next(1, LargestBatch)).Select(i => $"{sender.Name}-{batch}-{i}")];
                if (!await TrySendAsync(client, ids, sender.Random.Next(3)))
                    return;
                if (Interlocked.Decrement(ref left) == 0)
                    kill.TrySetResult();
            }
        })).ToArray();
        await Task.WhenAny(kill.Task, Task.WhenAll(senders));
        kill.Task.IsCompleted.ShouldBeTrue($"The server failed before it was killed, in round {round}: {server.Errors}");
        await server.KillAsync();
        await Task.WhenAll(senders);
    }

    private async Task SendDoubtfulAgainAsync(ServerProcess server)
    {
        using var client = new HttpClient { BaseAddress = server.Url };
        var doubtful = _inDoubt.ToArray();
        _inDoubt.Clear();
        _sentAgain += doubtful.Sum(static ids => ids.Length);
        foreach (var ids in doubtful)
            (await TrySendAsync(client, ids, 0)).ShouldBeTrue();
    }

    /// <summary>Sends facts in one of the three forms; false when the server is gone.</summary>
    private async Task<bool> TrySendAsync(HttpClient client, string[] ids, int form)
    {
        if (form == 2)
            ids = ids[..1];
        var events = ids.Select(static id => Events.Closed(id, $"T-{id.Split('-')[1]}"));
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(form == 0 ? Events.Batch(events) : Events.Lines(events)));
        content.Headers.TryAddWithoutValidation("Content-Type", form switch { 0 => "application/cloudevents-batch+json", 1 => "application/x-ndjson", _ => "application/cloudevents+json" });
        try
        {
            using var response = await client.PostAsync("/api/v1/facts", content);
            var answer = await Answer.OfAsync(response);
            answer.Status.ShouldBe(202, answer.Text);
            (answer["appended"] + answer["duplicates"]).ShouldBe(ids.Length, answer.Text);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            _inDoubt.Add(ids);
            return false;
        }

        foreach (var id in ids)
            _acknowledged[id] = true;
        return true;
    }

    private async Task CheckAsync(Database database, int round)
    {
        await using var store = await Store.OpenAsync(database, RunningServer.Noon);
        (await store.Log().VerifyAsync()).Faults.ShouldBeEmpty($"round {round}, seed {Seed()}");
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var last = 0L;
        await foreach (var segment in store.Log().SegmentsAsync())
        {
            for (var i = 0; i < segment.Count; i++)
            {
                segment.IsConflict(i).ShouldBeFalse();
                var id = JsonElement.Parse(segment.BodyOf(i).Span).GetProperty("id").GetString()!;
                counts[id] = counts.GetValueOrDefault(id) + 1;
                last++;
            }
        }

        counts.Where(static c => c.Value != 1).ShouldBeEmpty($"round {round}, seed {Seed()}: facts that are in the log more than once");
        _acknowledged.Keys.Where(id => !counts.ContainsKey(id)).ShouldBeEmpty($"round {round}, seed {Seed()}: acknowledged facts that are not in the log");
        (await store.Log().HeadAsync()).Sequence.ShouldBe(last);
    }
}

public sealed class CrashTestsOnSqlite : CrashTests
{
    protected override Task<(Dictionary<string, string> Variables, Func<Database> Database)> NewStoreAsync() => Task.FromResult<(Dictionary<string, string>, Func<Database>)>((new Dictionary<string, string> { ["LEVELKEEPER_DATA"] = Folder }, () => new SqliteDatabase(Folder)));
}

public sealed class CrashTestsOnPostgres : CrashTests
{
    protected override async Task<(Dictionary<string, string> Variables, Func<Database> Database)> NewStoreAsync()
    {
        var connection = await PostgresServer.SchemaAsync();
        return (new Dictionary<string, string> { ["LEVELKEEPER_STORE"] = connection, ["LEVELKEEPER_DATA"] = Folder }, () => new PostgresDatabase(connection));
    }
}
