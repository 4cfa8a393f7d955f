using System.Net.Sockets;
using System.Text;

namespace Levelkeeper.Server.Tests.Serving;

/// <summary><c>levelkeeper serve</c> and <c>levelkeeper token</c>, as they are run.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-serve-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task SIGTERM_stops_it_cleanly_and_what_was_acknowledged_stays()
    {
        await using var server = await ServerProcess.StartAsync(NoVariables, "--data", Data);
        using var client = new HttpClient { BaseAddress = server.Url };
        await PostAsync(client, Events.Closed("a"));
        (await server.StopAsync()).ShouldBe(0, server.Errors);

        await using var again = await ServerProcess.StartAsync(NoVariables, "--data", Data);
        again.Errors.ShouldContain("log at 1.");
    }

    [Fact]
    public async Task A_service_manager_is_told_that_it_is_up_that_it_lives_and_that_it_stops()
    {
        var path = Path.Combine(_folder, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        var variables = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "200000" };
        await using var server = await ServerProcess.StartAsync(variables, "--data", Data);
        (await HearAsync(s => s.Contains("READY=1", StringComparison.Ordinal))).ShouldStartWith("READY=1");
        await HearAsync(s => s == "STATUS=Ready.");
        await HearAsync(s => s == "WATCHDOG=1");
        await HearAsync(s => s == "WATCHDOG=1");
        (await server.StopAsync()).ShouldBe(0, server.Errors);
        await HearAsync(s => s.StartsWith("STOPPING=1", StringComparison.Ordinal));

        async Task<string> HearAsync(Func<string, bool> wanted)
        {
            var bytes = new byte[1024];
            while (true)
            {
                var heard = Encoding.UTF8.GetString(bytes, 0, await manager.ReceiveAsync(bytes, TestContext.Current.CancellationToken));
                if (wanted(heard))
                    return heard;
            }
        }
    }

    [Fact]
    public async Task SIGTERM_lets_requests_on_their_way_finish()
    {
        await using var server = await ServerProcess.StartAsync(NoVariables, "--data", Data);
        using var client = new HttpClient { BaseAddress = server.Url };
        using var content = new PipedContent("application/x-ndjson");
        await content.WriteAsync(Events.Closed("a") + "\n");
        var posting = client.PostAsync("/api/v1/facts", content);
        // The request has begun once its first fact is in the log.
        while (!(await client.GetStringAsync("/api/v1/facts")).Contains("\"a\"", StringComparison.Ordinal))
        {
        }

        var stopping = server.StopAsync();
        // It has heard once it takes no more connections.
        while (await TakesConnectionsAsync(server.Url))
        {
        }

        await content.WriteAsync(Events.Closed("b") + "\n");
        content.End();

        var answer = await Answer.OfAsync(await posting);
        answer.Status.ShouldBe(202);
        answer["appended"].ShouldBe(2);
        (await stopping).ShouldBe(0, server.Errors);
    }

    [Fact]
    public async Task A_second_server_on_one_folder_ends_with_a_diagnostic()
    {
        await using var server = await ServerProcess.StartAsync(NoVariables, "--data", Data);
        var (code, _, errors) = await ServerProcess.RunAsync(NoVariables, "serve", "--urls", "http://127.0.0.1:0", "--data", Data);

        code.ShouldBe(2);
        errors.ShouldContain("error LK6002");
        errors.ShouldContain("is open in another process");
    }

    [Fact]
    public async Task A_second_server_at_one_address_ends_with_a_diagnostic()
    {
        await using var server = await ServerProcess.StartAsync(NoVariables, "--data", Data);
        var (code, _, errors) = await ServerProcess.RunAsync(NoVariables, "serve", "--urls", server.Url.ToString(), "--data", Path.Combine(_folder, "other"));

        code.ShouldBe(2);
        errors.ShouldContain("error LK6012");
        errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Without_an_account_it_does_not_listen_where_others_reach_it()
    {
        var behindAProxy = new Dictionary<string, string> { ["LEVELKEEPER_PROXIES"] = "10.1.0.5" };
        var (code, _, errors) = await ServerProcess.RunAsync(behindAProxy, "serve", "--urls", "http://0.0.0.0:0", "--data", Data);

        code.ShouldBe(2);
        errors.ShouldContain("error LK6013");
    }

    [Fact]
    public async Task By_plain_HTTP_it_does_not_listen_where_others_reach_it_unless_a_proxy_is_named()
    {
        var (code, _, errors) = await ServerProcess.RunAsync(NoVariables, "serve", "--urls", "http://0.0.0.0:0", "--data", Data);

        code.ShouldBe(2);
        errors.ShouldContain("error LK6011: 'http://0.0.0.0:0' is plain HTTP where other machines can reach it");
    }

    [Fact]
    public async Task The_first_token_is_printed_once_and_opens_the_server()
    {
        var (code, output, _) = await ServerProcess.RunAsync(NoVariables, "token", "create", "--data", Data, "--title", "desk");
        code.ShouldBe(0);
        var token = output.Trim();
        await using var server = await ServerProcess.StartAsync(NoVariables, "--data", Data);
        using var client = new HttpClient { BaseAddress = server.Url };
        ((int)(await client.GetAsync("/api/v1/facts")).StatusCode).ShouldBe(401);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        ((int)(await client.GetAsync("/api/v1/facts")).StatusCode).ShouldBe(200);

        var listed = (await ServerProcess.RunAsync(NoVariables, "token", "list", "--data", Data)).Output;
        listed.ShouldContain("desk");
        listed.ShouldNotContain(token[16..]);
        (await ServerProcess.RunAsync(NoVariables, "token", "revoke", token[3..15], "--data", Data)).Code.ShouldBe(0);
        (await ServerProcess.RunAsync(NoVariables, "token", "revoke", token[3..15], "--data", Data)).Errors.ShouldContain("LK6015");
        foreach (var file in Directory.EnumerateFiles(Data))
            Encoding.Latin1.GetString(await ReadSharedAsync(file)).ShouldNotContain(token[16..]);
    }

    [Fact]
    public async Task Options_go_before_variables_and_variables_before_the_file()
    {
        var config = Path.Combine(_folder, "levelkeeper.yaml");
        await File.WriteAllTextAsync(config, $"data: {Path.Combine(_folder, "of-the-file")}\nevent-bytes: 1024\nrequest-bytes: 4096\n");
        var variables = new Dictionary<string, string> { ["LEVELKEEPER_DATA"] = Path.Combine(_folder, "of-the-variable"), ["LEVELKEEPER_REQUEST_BYTES"] = "8192" };
        await using var server = await ServerProcess.StartAsync(variables, "--config", config, "--data", Data);
        using var client = new HttpClient { BaseAddress = server.Url };

        Directory.EnumerateDirectories(_folder).Select(Path.GetFileName).ShouldBe(["data"]);
        (await PostAsync(client, new string(' ', 6000))).Code.ShouldBe("LK6107");
        (await PostAsync(client, new string(' ', 9000))).Code.ShouldBe("LK6101");
        (await PostAsync(client, Events.Closed(new string('x', 2000)))).Text.ShouldContain("LK2002");
    }

    [Theory]
    [InlineData("{\"request-bytes\": 4096, \"event-depth\": 300}", "levelkeeper.yaml:1:25: error LK6011", "from 1 to 256")]
    [InlineData("reqest-bytes: 4096", "levelkeeper.yaml:1:1: error LK6010", "did you mean 'request-bytes'?")]
    [InlineData("- data", "error LK6011", "keys with values")]
    [InlineData("urls: ftp://x", "error LK6011", "no address to listen at")]
    [InlineData("traces-to: here", "error LK6011", "no address that begins with http")]
    public async Task Settings_that_cannot_be_used_are_told_with_their_place(string text, string where, string why)
    {
        var config = Path.Combine(_folder, "levelkeeper.yaml");
        await File.WriteAllTextAsync(config, text);
        var (code, _, errors) = await ServerProcess.RunAsync(NoVariables, "serve", "--config", config, "--data", Data);

        code.ShouldBe(2);
        errors.ShouldContain(where);
        errors.ShouldContain(why);
        Directory.Exists(Data).ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_command_says_beside_a_running_server_the_server_takes_and_knows_of_at_once()
    {
        var agreement = Path.Combine(_folder, "site.yaml");
        await File.WriteAllTextAsync(agreement, SiteAgreement.Text("site", "Klient"));
        await using var server = await ServerProcess.StartAsync(NoVariables, "--data", Data);
        using var client = new HttpClient { BaseAddress = server.Url };
        (await Run("agreement", "propose", agreement)).Code.ShouldBe(0);
        (await Run("agreement", "activate", "site", "--unsigned", "paper")).Code.ShouldBe(0);
        var reported = await Run("ticket", "report", "site", "--service", "site");
        reported.Code.ShouldBe(0, reported.Errors);

        (await client.GetStringAsync("/api/v1/facts")).ShouldContain(reported.Output.Split('\n')[0]);
        (await server.StopAsync()).ShouldBe(0, server.Errors);
        // Without it the next command appends by itself.
        (await Run("ticket", "acknowledge", reported.Output.Split('\n')[0])).Output.ShouldContain("recorded: 2 ");
        (await Run("verify", "log")).Code.ShouldBe(0);

        Task<(int Code, string Output, string Errors)> Run(params string[] arguments) => ServerProcess.RunAsync(NoVariables, [.. arguments, "--data", Data]);
    }

    [Fact]
    public async Task A_connection_string_is_never_printed()
    {
        var variables = new Dictionary<string, string> { ["LEVELKEEPER_STORE"] = "Host=127.0.0.1;Port=1;Usrname=x;Password=very-secret" };
        var (code, output, errors) = await ServerProcess.RunAsync(variables, "serve", "--urls", "http://127.0.0.1:0");

        code.ShouldBe(2);
        (output + errors).ShouldNotContain("very-secret");
    }

    private static async Task<bool> TakesConnectionsAsync(Uri url)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(url.Host, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<Answer> PostAsync(HttpClient client, string text)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/cloudevents+json");
        return await Answer.OfAsync(await client.PostAsync("/api/v1/facts", content));
    }

    /// <summary>Of a file that the server has open.</summary>
    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        if (file.EndsWith(".lock", StringComparison.Ordinal))
            return [];
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory);
        return memory.ToArray();
    }
}
