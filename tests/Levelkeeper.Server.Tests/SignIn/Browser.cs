using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Levelkeeper.Server.Access;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Documents;
using Microsoft.AspNetCore.Identity;

namespace Levelkeeper.Server.Tests.SignIn;

/// <summary>A browser as the server sees it: it keeps cookies, fills in forms and does not follow redirects by itself.</summary>
internal sealed partial class Browser : IDisposable
{
    public const string Password = "kanapka z serem";

    private static readonly string s_hash = new PasswordHasher<Account>(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 210_000 })).HashPassword(null!, Password);

    private readonly HttpClient _client;

    public Browser(Uri url, HttpMessageHandler? handler = null)
    {
        _client = new HttpClient(handler ?? new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = url };
    }

    public Browser(RunningServer server)
        : this(server.Url)
    {
    }

    /// <summary>Its cookies. They are kept until the server takes them back: the time of a test is not that of the machine.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>The last page that it showed.</summary>
    public string Page { get; private set; } = "";

    /// <summary>The language that it asks for.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Where the last answer led to; empty for nowhere.</summary>
    public string LedTo { get; private set; } = "";

    /// <summary>Makes an account whose password is <see cref="Password"/>.</summary>
    public static Task<Account> AccountAsync(Store store, string name, string roles = "manager", params string[] parties) => store.Accounts.WriteAsync(
        new Account { Name = name, DisplayName = name, Roles = [.. roles.Split(' ')], Parties = [.. parties], SecurityStamp = "1", PasswordHash = s_hash }, new Act("test", RunningServer.Noon));

    /// <summary>Begins a session of an account, without a form.</summary>
    /// <returns>What the request of a page of ours carries.</returns>
    public static async Task<(string Name, string Value)[]> SessionAsync(RunningServer server, string account)
    {
        var (store, now, secret) = (server.Open().Store, NodaTime.Instant.FromDateTimeOffset(server.Time.GetUtcNow()), RandomSecret.New());
        var stamp = (await store.Accounts.FindAsync(account))!.SecurityStamp;
        (await store.Sessions.BeginAsync(new SignedIn(secret.Hash(), account, stamp, "password", "", now, now + NodaTime.Duration.FromHours(1)), new Act(account, now))).ShouldBeTrue();
        return [("Cookie", $"levelkeeper={secret.Reveal()}"), ("X-Request-Token", RequestToken.Of(secret))];
    }

    public void Dispose() => _client.Dispose();

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Sends a form with the hidden fields of the page that it shows.</summary>
    public Task<Answer> SubmitAsync(string path, params (string Name, string Value)[] fields)
    {
        var hidden = Hidden().Matches(Page).Select(static m => (m.Groups["name"].Value, WebUtility.HtmlDecode(m.Groups["value"].Value)));
        return PostFormAsync(path, [.. hidden, .. fields]);
    }

    public Task<Answer> PostFormAsync(string path, (string Name, string Value)[] fields, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(static f => KeyValuePair.Create(f.Name, f.Value))), headers);

    /// <summary>Goes to the page where people sign in, and does.</summary>
    public async Task<Answer> SignInAsync(string name, string password = Password)
    {
        await GetAsync("/sign-in");
        return await SubmitAsync("/sign-in", ("name", name), ("password", password));
    }

    /// <summary>As a script of our own pages does: with the token that it was told.</summary>
    public async Task<Answer> CallAsync(string method, string path, string? body = null)
    {
        var token = (await GetAsync("/api/v1/me")).Json.TryGetProperty("request-token", out var t) ? t.GetString()! : "";
        return await SendAsync(new HttpMethod(method), path, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), ("X-Request-Token", token));
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept-Language", Language);
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(static c => $"{c.Key}={c.Value}")));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var (pair, isTakenBack) = (cookie.Split(';')[0].Split('=', 2), cookie.Contains("max-age=0", StringComparison.OrdinalIgnoreCase) || cookie.Contains("01 Jan 1970", StringComparison.Ordinal));
            Cookies.Remove(pair[0]);
            if (!isTakenBack)
                Cookies.Add(pair[0], pair[1]);
        }

        var answer = await Answer.OfAsync(response);
        LedTo = response.Headers.Location?.ToString() ?? "";
        if (answer.Type == "text/html")
            Page = answer.Text;
        return answer;
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\">", RegexOptions.ExplicitCapture)]
    private static partial Regex Hidden();
}
