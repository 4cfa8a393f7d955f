using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Telemetry;
using Levelkeeper.Server.Tests.OpenApi;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Sql;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Levelkeeper.Server.Tests;

/// <summary>A real server on a free port of this machine, with a store of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly LogLines _log = new();

    private RunningServer(string folder, DateTimeOffset? start) => (_folder, Time, Client) = (folder, new ManualTime(start ?? Noon.ToDateTimeOffset()), new HttpClient(Answers));

    public static Instant Noon { get; } = Instant.FromUtc(2026, 3, 2, 12, 0);

    public ManualTime Time { get; }

    public LevelkeeperServer Server { get; private set; } = null!;

    /// <summary>Every answer is held against the API's description.</summary>
    public DescribedAnswers Answers { get; } = new();

    public HttpClient Client { get; }

    /// <summary>Where its store is, unless another was made for it.</summary>
    public string StoreFolder => Path.Combine(_folder, "data");

    /// <summary>All that was logged.</summary>
    public string Log => _log.ToString();

    public Uri Url => Client.BaseAddress!;

    /// <summary>Starts one, and waits until it is ready.</summary>
    /// <param name="database">Makes the database; SQLite in a folder of its own when null.</param>
    /// <param name="change">Changes the settings.</param>
    /// <param name="prepare">Is done with the store before the server opens it.</param>
    /// <param name="start">The time at first; noon when null.</param>
    /// <param name="built">Is done with the server before it starts.</param>
    public static async Task<RunningServer> StartAsync(
        Func<Database>? database = null, Func<ServerSettings, ServerSettings>? change = null, Func<Store, Task>? prepare = null, DateTimeOffset? start = null, Action<LevelkeeperServer>? built = null)
    {
        var running = await BeginAsync(database, change, prepare, start, built);
        await running.Server.Ready;
        return running;
    }

    /// <summary>Starts one, and does not wait until it is ready.</summary>
    public static async Task<RunningServer> BeginAsync(
        Func<Database>? database = null, Func<ServerSettings, ServerSettings>? change = null, Func<Store, Task>? prepare = null, DateTimeOffset? start = null, Action<LevelkeeperServer>? built = null)
    {
        var running = new RunningServer(Directory.CreateTempSubdirectory("levelkeeper-server-").FullName, start);
        database ??= () => new SqliteDatabase(running.StoreFolder);
        if (prepare is not null)
        {
            await using var store = await Store.OpenAsync(database(), Noon);
            await prepare(store);
        }

        var settings = new ServerSettings { Database = database(), CacheFolder = Path.Combine(running._folder, "cache"), Urls = ["http://127.0.0.1:0"] };
        running.Server = LevelkeeperServer.Build(change?.Invoke(settings) ?? settings, running.Time, logging => logging.AddProvider(new LineLog(running._log, running.Time)));
        built?.Invoke(running.Server);
        await running.Server.StartAsync();
        if (running.Server.Urls.FirstOrDefault() is { } url)
            running.Client.BaseAddress = new Uri(url);
        return running;
    }

    /// <summary>Makes an account and a token for it.</summary>
    public static async Task<TokenSecret> TokenAsync(Store store, Role role = Role.Operator, string[]? scopes = null, int days = 1, string? account = null)
    {
        var name = account ?? RolePermissions.NameOf(role);
        if (await store.Accounts.FindAsync(name) is null)
            await store.Accounts.WriteAsync(new Account { Name = name, DisplayName = name, Roles = [RolePermissions.NameOf(role)], SecurityStamp = "1" }, new Act("test", Noon));
        var secret = TokenSecret.New();
        await store.Accounts.AddTokenAsync(new ApiToken(secret.Id, name, "", secret.Hash(), [.. scopes ?? ["admin"]], Noon, Noon + Duration.FromDays(days)), new Act("test", Noon));
        return secret;
    }

    public Task<Answer> PostAsync(string body, string type = "application/cloudevents+json", string? token = null, params (string Name, string Value)[] headers) =>
        PostAsync(Encoding.UTF8.GetBytes(body), type, token, headers);

    public Task<Answer> PostAsync(byte[] body, string? type, string? token = null, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(body);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return PostAsync(content, token, headers);
    }

    public async Task<Answer> PostAsync(HttpContent content, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/facts") { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request, token);
    }

    public async Task<Answer> GetAsync(string path, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, token);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request, string? token = null)
    {
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await Client.SendAsync(request);
        return await Answer.OfAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Lines that may be read while others are written.</summary>
    private sealed class LogLines : TextWriter
    {
        private readonly ConcurrentQueue<string?> _lines = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => _lines.Enqueue(value);

        public override string ToString() => string.Join('\n', _lines);
    }
}

/// <summary>What a server answered.</summary>
internal sealed record Answer(int Status, string? Type, string Text, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public long this[string name] => Json.GetProperty(name).GetInt64();

    public static async Task<Answer> OfAsync(HttpResponseMessage response) => new((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(), response.Headers);
}

/// <summary>Events to send.</summary>
internal static class Events
{
    public static string Closed(string id, string subject = "T-1", string source = "desk") =>
        $$"""{"specversion":"1.0","id":"{{id}}","source":"{{source}}","type":"levelkeeper.ticket.closed.v1","subject":"{{subject}}","time":"2026-03-02T09:00:00Z"}""";

    public static string Lines(params IEnumerable<string> events) => string.Join('\n', events);

    public static string Batch(params IEnumerable<string> events) => $"[{string.Join(",\n", events)}]";
}
