using System.Text;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Server.Tests.Live;

/// <summary>A server that ends writes down what it keeps, and the next one goes on from there.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-restart-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_server_goes_on_where_the_one_before_it_ended()
    {
        await using (var first = await StartAsync(AgreementAsync))
        {
            (await first.PostAsync(Lines(0, 1_200), "application/x-ndjson")).Status.ShouldBe(202);
        }

        await using (var second = await StartAsync())
        {
            second.Log.ShouldContain("goes on from what was written down up to entry 1200");
            (await second.PostAsync(Lines(1_200, 3), "application/x-ndjson")).Status.ShouldBe(202);
            await IsAsTheLogSaysAsync(second, 1_203);
        }

        // So few more are not worth another one; but they are read.
        await using (var third = await StartAsync())
        {
            third.Log.ShouldContain("goes on from what was written down up to entry 1200");
            await IsAsTheLogSaysAsync(third, 1_203);
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "cache", "live-0.snapshot"), "nothing of the kind");
        await using var fourth = await StartAsync();
        fourth.Log.ShouldContain("is not used, the log is read instead: it is cut off");
        await IsAsTheLogSaysAsync(fourth, 1_203);
    }

    private static async Task IsAsTheLogSaysAsync(RunningServer server, int tickets)
    {
        var report = (await server.GetAsync("/api/v1/doctor")).Json;
        report.GetProperty("healthy").GetBoolean().ShouldBeTrue();
        report.GetProperty("head").GetInt64().ShouldBe(tickets);
        (await server.GetAsync("/metrics")).Text.ShouldContain($"levelkeeper_clocks_open{{agreement=\"site\",clock=\"respond\"}} {tickets}");
    }

    private static string Lines(int from, int count) => string.Join('\n', Enumerable.Range(from, count).Select(i =>
        $$$"""{"specversion":"1.0","id":"{{{i}}}","source":"desk","type":"levelkeeper.ticket.reported.v1","subject":"T-{{{i}}}","time":"2026-03-02T11:00:00Z","data":{"service":"site","customer":"Klient"}}"""));

    private static async Task AgreementAsync(Store store)
    {
        var (register, by) = (new AgreementRegister(store), new Act("test", RunningServer.Noon));
        await register.ProposeAsync(null, 0, SiteAgreement.Text("site", "Klient"), 0, by);
        (await register.ActivateAsync("site", 1, "a test", 0, by)).Agreement.ShouldNotBeNull();
    }

    private Task<RunningServer> StartAsync(Func<Store, Task>? prepare = null) =>
        RunningServer.StartAsync(() => new SqliteDatabase(Path.Combine(_folder, "data")), settings => settings with { CacheFolder = Path.Combine(_folder, "cache") }, prepare);
}
