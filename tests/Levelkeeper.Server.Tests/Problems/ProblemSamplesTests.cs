using System.Text.RegularExpressions;
using Levelkeeper.Server.Tests.SignIn;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Server.Tests.Problems;

/// <summary>Each code of the API in docs/diagnostics.md is given by some request, with the status that stands there.</summary>
public sealed partial class ProblemSamplesTests
{
    private const string Post = "POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cloudevents+json\r\n";

    private static readonly Dictionary<string, Func<Task<string>>> Samples = new(StringComparer.Ordinal)
    {
        ["LK6100"] = static () => On(static s => Raw(s, $"{Post}Transfer-Encoding: chunked\r\n\r\nnothing\r\n")),
        ["LK6101"] = static () => On(static s => Text(s.PostAsync(new string(' ', 9 << 20)))),
        ["LK6102"] = static () => On(static s => Text(s.PostAsync(Events.Closed("a"), "text/plain"))),
        ["LK6103"] = static () => On(QueueFull, static s => s with { QueuedFacts = 1 }),
        ["LK6104"] = StoreAway,
        ["LK6105"] = static () => On(NotInTime),
        ["LK6106"] = static () => On(TooSlow),
        ["LK6107"] = static () => On(static s => Text(s.PostAsync("{}"))),
        ["LK6108"] = static () => On(static s => Text(s.GetAsync("/api/v1/facts?limit=0"))),
        ["LK6110"] = static () => WithToken("admin", static (s, _) => Text(s.GetAsync("/api/v1/facts"))),
        ["LK6111"] = static () => WithToken("read", static (s, token) => Text(s.PostAsync(Events.Closed("a"), token: token))),
        ["LK6112"] = static () => On(static async s => await Text(s.GetAsync("/api/v1/facts")) + await Text(s.GetAsync("/api/v1/facts")), static s => s with { StrangersPerMinute = 1 }, account: true, last: true),
        ["LK6113"] = static () => On(OtherHost),
        ["LK6114"] = static () => On(static s => Text(PutAsync(s, """{"roles":["king"]}"""))),
        ["LK6115"] = static () => On(static async s => await Text(PutAsync(s, """{"version":7}"""))),
        ["LK6120"] = static () => On(static s => Text(s.GetAsync("/api/v1/nothing"))),
        ["LK6121"] = static () => On(static async s =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/facts");
            return await Text(s.SendAsync(request));
        }),
        ["LK6122"] = static () => On(static s => Text(PutAsync(s, """{"roles":["king"]}"""))),
        ["LK6123"] = static () => On(static s => Text(s.SendAsync("POST", "/api/v1/tokens", """{"account":"nobody","scopes":["read"]}""", null))),
        ["LK6180"] = static () => On(static s => Text(s.PostAsync(Events.Closed("a"), headers: ("Origin", "https://other.example")))),
        ["LK6181"] = static () => ChangePassword(Browser.Password, "password1234"),
        ["LK6182"] = static () => ChangePassword("rower w deszczu", "gvq7 tm2x k9fd"),
        ["LK6183"] = static () => On(static s => Text(s.PostAsync(new string(' ', 2 << 20))), static s => s with { BodiesBytes = 1 << 20 }),
        ["LK6184"] = ByPlainHttp,
        ["LK6160"] = static () => On(static async s =>
        {
            await s.PutInForceAsync("site", "Klient", null!);
            return await Text(s.SendAsync("POST", "/api/v1/agreements/site/simulation?from=2022-01-01&to=2026-01-02", SiteAgreement.Text("site", "Klient"), null, "application/yaml"));
        }),
        ["LK6199"] = static () => On(static async s =>
        {
            s.Open().Log.Committed = static _ => throw new NotSupportedException("A fault of the program.");
            return await Text(s.PostAsync(Events.Closed("a")));
        }),
    };

    public static TheoryData<string> Codes => [.. Samples.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_request_gives_the_code_with_its_status(string code)
    {
        var answer = await Samples[code]();
        answer.ShouldContain($"\"type\":\"urn:levelkeeper:{code}\"");
        answer.ShouldContain($"\"status\":{Documented()[code]},");
    }

    [Fact]
    public void Every_code_of_the_API_has_one_sample() => Documented().Keys.ShouldBe(Samples.Keys.Order(StringComparer.Ordinal));

    private static SortedDictionary<string, string> Documented() => new(
        Entry().Matches(File.ReadAllText(RepositoryRoot.File("docs", "diagnostics.md"))).ToDictionary(static m => m.Groups["code"].Value, static m => m.Groups["status"].Value), StringComparer.Ordinal);

    private static async Task<string> On(Func<RunningServer, Task<string>> drive, Func<ServerSettings, ServerSettings>? change = null, bool account = false, bool last = false)
    {
        await using var server = await RunningServer.StartAsync(change: change, prepare: account ? static store => RunningServer.TokenAsync(store) : null);
        var answer = await drive(server);
        return last ? answer[answer.LastIndexOf("{\"type\"", StringComparison.Ordinal)..] : answer;
    }

    private static async Task<string> WithToken(string scope, Func<RunningServer, string, Task<string>> drive)
    {
        var token = "";
        await using var server = await RunningServer.StartAsync(prepare: async store => token = (await RunningServer.TokenAsync(store, scopes: [scope])).Reveal());
        return await drive(server, token);
    }

    private static async Task<string> Text(Task<Answer> answer) => (await answer).Text;

    private static Task<string> Raw(RunningServer server, string request) => RawConnection.SendAsync(server.Url, request);

    private static async Task<Answer> PutAsync(RunningServer server, string form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/accounts/ewa") { Content = new StringContent(form, System.Text.Encoding.UTF8, "application/json") };
        return await server.SendAsync(request);
    }

    private static async Task<string> ChangePassword(string current, string password)
    {
        await using var server = await RunningServer.StartAsync(prepare: static store => Browser.AccountAsync(store, "maria"));
        return await Text(server.SendAsync("POST", "/api/v1/me/password", $$"""{"current":"{{current}}","new":"{{password}}"}""", null, headers: await Browser.SessionAsync(server, "maria")));
    }

    /// <summary>The address of this machine that others reach it at stands for another machine's.</summary>
    private static async Task<string> ByPlainHttp()
    {
        var own = System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().SelectMany(static n => n.GetIPProperties().UnicastAddresses)
            .Select(static a => a.Address).FirstOrDefault(static a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !System.Net.IPAddress.IsLoopback(a));
        Assert.SkipWhen(own is null, "This machine has no address but its loopback.");
        await using var server = await RunningServer.StartAsync(change: s => s with { Urls = [$"http://{own}:0"] }, prepare: static store => RunningServer.TokenAsync(store));
        return await Text(server.GetAsync("/api/v1/facts"));
    }

    private static async Task<string> QueueFull(RunningServer server)
    {
        using var gate = new SemaphoreSlim(0);
        server.Open().Log.Committed = _ => gate.Wait();
        var first = server.PostAsync(Events.Closed("a"));
        while (server.Open().Queue.Facts == 0)
            await Task.Yield();
        var second = await server.PostAsync(Events.Closed("b"));
        gate.Release();
        await first;
        return second.Text;
    }

    private static async Task<string> StoreAway()
    {
        var nowhere = Directory.CreateTempSubdirectory("levelkeeper-nowhere-").FullName;
        await using var server = await RunningServer.BeginAsync(() => new PostgresDatabase($"Host={nowhere};Username=postgres;Database=postgres"));
        Directory.Delete(nowhere);
        return await Text(server.PostAsync(Events.Closed("a")));
    }

    private static async Task<string> NotInTime(RunningServer server)
    {
        using var gate = new SemaphoreSlim(0);
        server.Open().Log.Committed = _ => gate.Wait();
        var posting = server.PostAsync(Events.Closed("a"));
        while (server.Open().Queue.Facts == 0)
            await Task.Yield();
        while (!posting.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        gate.Release();
        return (await posting).Text;
    }

    private static async Task<string> TooSlow(RunningServer server)
    {
        var limit = server.Time.TimerOf(TimeSpan.FromSeconds(30));
        var answering = Raw(server, $"{Post}Content-Length: 1000\r\n\r\n{{\"id\":");
        await limit;
        server.Time.Advance(TimeSpan.FromSeconds(31));
        return await answering;
    }

    private static async Task<string> OtherHost(RunningServer server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/facts");
        request.Headers.Host = "example.org";
        return await Text(server.SendAsync(request));
    }

    [GeneratedRegex(@"^### (?<code>LK61\d\d)\n\nStatus (?<status>\d{3})\.", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();
}
