using System.IO.Compression;
using System.Text;
using Levelkeeper.Server.Tests.Serving;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Sql;
using Npgsql;

namespace Levelkeeper.Server.Tests.Upgrades;

/// <summary>What an earlier build kept, this one opens, brings up to date, and makes the same of. How the stores were made is in Earlier/README.md.</summary>
public sealed class EarlierStoreTests : IDisposable
{
    private const string Operator = "lk_3f605c0fa1b2_qoWzzO66UiZzy-KLHIfLKV7AMtKBb5qNRwbMH8h0E4U";
    private const string Finance = "lk_62d4762fef63_jj3LU9tRHAam1HFLWMOoD3hI626ZnKr5q7g2SjvaNBg";
    private const string Site = "/api/v1/agreements/site";

    /// <summary>What the log hashed to when that build verified it.</summary>
    private const string Chain = "a24517e88a3bc6646343a4552bf60adb0a3cbb54b87302731715145f6dc0b46f";

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-earlier-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_log_verifies_and_nothing_of_it_is_lost(bool postgres)
    {
        var database = await DatabaseAsync(postgres);
        await using var store = await Store.OpenAsync(database(), RunningServer.Noon, Cancel);
        var log = await store.Log().VerifyAsync(Cancel);
        log.Faults.ShouldBeEmpty();
        (log.Entries, log.Conflicts, log.Erased, log.Head.Chain.ToString()).ShouldBe((8, 1, 1, Chain));
        (await store.Audit.VerifyAsync(Cancel)).ShouldBeNull();
        (await store.Audit.LastAsync(Cancel)).ShouldBe(18);
        (await store.Accounts.ListAsync(Cancel)).Select(static a => (a.Name, string.Join(' ', a.Roles))).ShouldBe([("admin", "operator"), ("fred", "finance"), ("maria", "manager")]);
        (await store.Accounts.TokensAsync(cancel: Cancel)).Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_statement_is_made_anew_to_the_byte_and_results_are_the_same(bool postgres)
    {
        var database = await DatabaseAsync(postgres);
        await using var server = await RunningServer.StartAsync(database);
        // To 28 November, half past ten.
        server.Time.Advance(new DateTimeOffset(2026, 11, 28, 10, 30, 0, TimeSpan.Zero) - RunningServer.Noon.ToDateTimeOffset());

        var issued = await server.GetAsync($"{Site}/statements/2026-03", Finance);
        issued.Json.GetProperty("payable").GetProperty("by-provider").GetString().ShouldBe("100.00");
        // Other forms are made anew, and refused when they do not come to the same bytes.
        foreach (var form in new[] { "html", "text", "csv" })
            (await server.GetAsync($"{Site}/statements/2026-03?form={form}", Finance)).Status.ShouldBe(200, form);

        var uptime = (await server.GetAsync($"{Site}/evaluation?period=2026-03", Finance)).Json.GetProperty("evaluations")[0].GetProperty("objectives").EnumerateArray().Single(static o => o.GetProperty("objective").GetString() == "uptime");
        (uptime.GetProperty("verdict").GetString(), uptime.GetProperty("level").GetProperty("exact").GetString()).ShouldBe(("breached", "737/743"));
        var clocks = (await server.GetAsync($"{Site}/clocks", Finance)).Json.GetProperty("clocks").EnumerateArray().Select(static c => (c.GetProperty("ticket").GetString(), c.GetProperty("verdict").GetString(), c.GetProperty("due").GetString())).ToList();
        clocks.ShouldBe([("T-1", "met", "2026-03-10T04:10:00Z"), ("T-2", "breached", "2026-11-27T03:00:00Z")]);
        (await server.GetAsync("/api/v1/outbox?state=dead", Operator)).Json.EnumerateArray().Select(static m => m.GetProperty("thread").GetString()).ShouldBe(["site/ticket/T-2"]);
        // Keys are known for ever: the ticket sent again is no second one, and the answer that was erased is known too.
        var again = await server.PostAsync(
            """{"specversion":"1.0","id":"5","source":"desk","type":"levelkeeper.ticket.replied.v1","subject":"T-1","time":"2026-03-10T02:00:00Z","data":{"by":"provider"}}""", token: Operator);
        (again.Status, again["duplicates"]).ShouldBe((202, 1));
    }

    [Fact]
    public async Task The_commands_work_on_it_as_it_is()
    {
        var data = Path.Combine(_folder, "data");
        await UnpackAsync(data);
        (await Run("doctor")).Output.ShouldContain("All is as the log says.");
        (await Run("statement", "list", "site", "--as", "fred")).Output.ShouldContain("issued");
        (await Run("exclusion", "claim", "site", "storm", "--start", "2026-03-10", "--end", "2026-03-11", "--cause", "force-majeure", "--service", "site", "--as", "maria")).Output.ShouldContain("recorded: 9 ");
        (await Run("backup", "--to", Path.Combine(_folder, "copy"))).Output.ShouldContain("9 entries of the log");

        async Task<(int Code, string Output, string Errors)> Run(params string[] arguments)
        {
            var done = await ServerProcess.RunAsync(new Dictionary<string, string>(), [.. arguments, "--data", data]);
            done.Code.ShouldBe(0, done.Errors);
            return done;
        }
    }

    private static string File(string name) => RepositoryRoot.File("tests", "Levelkeeper.Server.Tests", "Upgrades", "Earlier", name);

    private static async Task UnpackAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await using var packed = new GZipStream(System.IO.File.OpenRead(File("levelkeeper.db.gz")), CompressionMode.Decompress);
        await using var file = System.IO.File.Create(Path.Combine(folder, SqliteDatabase.FileName));
        await packed.CopyToAsync(file, Cancel);
    }

    /// <summary>The store of the earlier build, in one database or the other.</summary>
    private async Task<Func<Database>> DatabaseAsync(bool postgres)
    {
        if (!postgres)
        {
            await UnpackAsync(_folder);
            return () => new SqliteDatabase(_folder);
        }

        var connection = await PostgresServer.SchemaAsync();
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(await System.IO.File.ReadAllTextAsync(File("levelkeeper.sql"), Encoding.UTF8, Cancel));
        await command.ExecuteNonQueryAsync(Cancel);
        return () => new PostgresDatabase(connection);
    }
}
