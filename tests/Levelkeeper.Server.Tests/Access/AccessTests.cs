using System.Text.RegularExpressions;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Tests.SignIn;
using Levelkeeper.Storage.Documents;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Levelkeeper.Server.Tests.Access;

/// <summary>Who is let in, and for what.</summary>
public sealed partial class AccessTests
{
    [Fact]
    public async Task Every_endpoint_says_who_may_call_it()
    {
        await using var server = await RunningServer.StartAsync();
        var silent = Endpoints(server).Where(static e => e.Metadata.GetMetadata<AccessRule>() is null).Select(static e => e.RoutePattern.RawText);
        silent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_endpoint_that_needs_a_permission_refuses_strangers_bad_tokens_and_tokens_that_allow_nothing()
    {
        var powerless = "";
        await using var server = await RunningServer.StartAsync(prepare: async store => powerless = (await RunningServer.TokenAsync(store, scopes: ["unknown-scope"])).Reveal(), change: static s => s with { StrangersPerMinute = 1000 });
        var guarded = Endpoints(server).Where(static e => e.Metadata.GetMetadata<AccessRule>() is { Permission: not null }).ToArray();
        guarded.Length.ShouldBeGreaterThanOrEqualTo(4);
        foreach (var endpoint in guarded)
        {
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                foreach (var (token, status) in new[] { (null, 401), (TokenSecret.New().Reveal(), 401), ("lk_x", 401), (powerless, 403) })
                {
                    using var request = new HttpRequestMessage(new HttpMethod(method), Parameter().Replace(endpoint.RoutePattern.RawText!, "1"));
                    var answer = await server.SendAsync(request, token);
                    answer.Status.ShouldBe(status, $"{method} {endpoint.RoutePattern.RawText}");
                    answer.Type.ShouldBe("application/problem+json");
                }
            }
        }
    }

    [Theory]
    [InlineData("facts:write", 202, 403)]
    [InlineData("read", 403, 200)]
    [InlineData("admin", 202, 200)]
    public async Task A_token_may_do_what_its_scope_says(string scope, int post, int get)
    {
        var token = "";
        await using var server = await RunningServer.StartAsync(prepare: async store => token = (await RunningServer.TokenAsync(store, scopes: [scope])).Reveal());

        (await server.PostAsync(Events.Closed("a"), token: token)).Status.ShouldBe(post);
        (await server.GetAsync("/api/v1/facts", token)).Status.ShouldBe(get);
    }

    [Theory]
    [InlineData(Role.Customer)]
    [InlineData(Role.Auditor)]
    public async Task A_token_may_never_more_than_its_account(Role role)
    {
        var token = "";
        await using var server = await RunningServer.StartAsync(prepare: async store => token = (await RunningServer.TokenAsync(store, role, ["admin"])).Reveal());

        (await server.PostAsync(Events.Closed("a"), token: token)).Status.ShouldBe(403);
        (await server.GetAsync("/api/v1/facts", token)).Status.ShouldBe(role == Role.Auditor ? 200 : 403);
    }

    [Fact]
    public async Task A_token_is_good_until_the_instant_at_which_it_expires()
    {
        var token = "";
        await using var server = await RunningServer.StartAsync(prepare: async store => token = (await RunningServer.TokenAsync(store, days: 1)).Reveal());

        server.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        (await server.GetAsync("/api/v1/facts", token)).Status.ShouldBe(200);
        server.Time.Advance(TimeSpan.FromTicks(1));
        (await server.GetAsync("/api/v1/facts", token)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_token_that_was_taken_back_is_refused_after_five_seconds_at_most()
    {
        TokenSecret? token = null;
        await using var server = await RunningServer.StartAsync(prepare: async store => token = await RunningServer.TokenAsync(store));
        (await server.GetAsync("/api/v1/facts", token!.Reveal())).Status.ShouldBe(200);
        await server.Open().Store.Accounts.RevokeTokenAsync(token.Id, new Act("test", RunningServer.Noon));
        server.Time.Advance(TimeSpan.FromSeconds(5.1));

        (await server.GetAsync("/api/v1/facts", token.Reveal())).Status.ShouldBe(401);
    }

    [Fact]
    public async Task The_tokens_of_a_disabled_account_are_refused()
    {
        var token = "";
        await using var server = await RunningServer.StartAsync(prepare: async store =>
        {
            token = (await RunningServer.TokenAsync(store)).Reveal();
            var account = (await store.Accounts.FindAsync("operator"))!;
            await store.Accounts.WriteAsync(account with { IsDisabled = true }, new Act("test", RunningServer.Noon));
        });

        (await server.GetAsync("/api/v1/facts", token)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task When_a_token_was_used_is_noted_once_a_minute()
    {
        TokenSecret? token = null;
        await using var server = await RunningServer.StartAsync(prepare: async store => token = await RunningServer.TokenAsync(store));
        var begin = RunningServer.Noon;
        foreach (var (seconds, noted) in new[] { (0, 0), (59, 0), (60, 60), (100, 60), (121, 121) })
        {
            server.Time.Advance(TimeSpan.FromSeconds(seconds) - (server.Time.GetUtcNow() - begin.ToDateTimeOffset()));
            await server.GetAsync("/api/v1/facts", token!.Reveal());
            (await server.Open().Store.Accounts.FindTokenAsync(token.Id))!.LastUsed.ShouldBe(begin + NodaTime.Duration.FromSeconds(noted));
        }
    }

    [Fact]
    public async Task Without_an_account_this_machine_may_do_everything_and_the_log_says_so()
    {
        await using var server = await RunningServer.StartAsync();

        (await server.PostAsync(Events.Closed("a"))).Status.ShouldBe(202);
        server.Log.ShouldContain("Nobody has an account yet");
    }

    [Fact]
    public async Task Without_an_account_a_page_of_another_site_gets_nothing()
    {
        await using var server = await RunningServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/facts");
        request.Headers.Host = "evil.example";
        var answer = await server.SendAsync(request);

        answer.Status.ShouldBe(421);
        answer.Code.ShouldBe("LK6113");
    }

    [Fact]
    public async Task Once_there_is_an_account_tokens_are_asked_for_without_a_restart()
    {
        await using var server = await RunningServer.StartAsync();
        (await server.GetAsync("/api/v1/facts")).Status.ShouldBe(200);
        var token = await RunningServer.TokenAsync(server.Open().Store);
        server.Time.Advance(TimeSpan.FromSeconds(5.1));

        (await server.GetAsync("/api/v1/facts")).Status.ShouldBe(401);
        (await server.GetAsync("/api/v1/facts", token.Reveal())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Without_an_account_no_other_machine_can_be_served()
    {
        await using var server = await RunningServer.BeginAsync(change: static s => s with { Urls = ["http://0.0.0.0:0"] });
        await Should.ThrowAsync<Stores.OpenToAllException>(() => server.Server.Ready);
    }

    [Fact]
    public async Task With_an_account_other_machines_can_be_served()
    {
        await using var server = await RunningServer.StartAsync(change: static s => s with { Urls = ["http://0.0.0.0:0"] }, prepare: static store => RunningServer.TokenAsync(store));
        server.Server.Ready.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task Guessing_tokens_is_slowed_down_and_good_tokens_go_on()
    {
        var token = "";
        await using var server = await RunningServer.StartAsync(prepare: async store => token = (await RunningServer.TokenAsync(store)).Reveal(), change: static s => s with { StrangersPerMinute = 5 });
        for (var i = 0; i < 5; i++)
            (await server.GetAsync("/api/v1/facts", TokenSecret.New().Reveal())).Status.ShouldBe(401);
        var refused = await server.GetAsync("/api/v1/facts", TokenSecret.New().Reveal());

        refused.Status.ShouldBe(429);
        refused.Code.ShouldBe("LK6112");
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(12));
        (await server.GetAsync("/api/v1/facts", token)).Status.ShouldBe(200);
        server.Time.Advance(TimeSpan.FromSeconds(12));
        (await server.GetAsync("/api/v1/facts", TokenSecret.New().Reveal())).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_token_that_is_used_too_often_has_to_wait_and_no_other_not_even_of_the_same_account()
    {
        var (busy, other) = ("", "");
        await using var server = await RunningServer.StartAsync(
            prepare: async store => (busy, other) = ((await RunningServer.TokenAsync(store)).Reveal(), (await RunningServer.TokenAsync(store)).Reveal()),
            change: static s => s with { RequestsPerSecond = 1 });
        for (var i = 0; i < 10; i++)
            (await server.GetAsync("/api/v1/facts", busy)).Status.ShouldBe(200);

        (await server.GetAsync("/api/v1/facts", busy)).Status.ShouldBe(429);
        (await server.GetAsync("/api/v1/facts", other)).Status.ShouldBe(200);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        (await server.GetAsync("/api/v1/facts", busy)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Who_has_signed_in_and_asks_too_often_has_to_wait_whatever_the_session()
    {
        await using var server = await RunningServer.StartAsync(prepare: static async store => await Browser.AccountAsync(store, "maria"), change: static s => s with { RequestsPerSecond = 1 });
        for (var i = 0; i < 10; i++)
            (await server.SendAsync("GET", "/api/v1/facts", null, null, headers: await Browser.SessionAsync(server, "maria"))).Status.ShouldBe(200);
        (await server.SendAsync("GET", "/api/v1/facts", null, null, headers: await Browser.SessionAsync(server, "maria"))).Status.ShouldBe(429);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        (await server.SendAsync("GET", "/api/v1/facts", null, null, headers: await Browser.SessionAsync(server, "maria"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_is_refused_is_logged_with_who_tried_it_and_no_more_than_twenty_lines_at_once()
    {
        var token = "";
        await using var server = await RunningServer.StartAsync(prepare: async store => token = (await RunningServer.TokenAsync(store, Role.Auditor)).Reveal(), change: static s => s with { StrangersPerMinute = 1000 });
        await server.PostAsync(Events.Closed("a"), token: token);
        server.Log.ShouldContain("Refused with LK6111: auditor from 127.0.0.1: POST /api/v1/facts");
        for (var i = 0; i < 100; i++)
            await server.GetAsync("/api/v1/files/a%0Aforged%20line");
        server.Log.Split('\n').Count(static l => l.Contains("Refused with", StringComparison.Ordinal)).ShouldBe(20);
        server.Log.Split('\n').ShouldAllBe(static l => !l.StartsWith("forged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_offered_at_an_address_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var method in new[] { "TRACE", "OPTIONS", "PATCH", "DELETE" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/facts");
            (await server.SendAsync(request)).Status.ShouldBe(405);
        }
    }

    [Fact]
    public async Task A_file_that_somebody_put_is_kept_by_browsers_and_not_shown()
    {
        await using var server = await RunningServer.StartAsync();
        (await server.SendAsync("PUT", "/api/v1/files/notes.txt", "<script>alert(1)</script>", null, "text/plain")).Status.ShouldBe(200);
        using var response = await server.Client.GetAsync("/api/v1/files/notes.txt");
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
        response.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        response.Content.Headers.ContentDisposition.FileNameStar.ShouldBe("notes.txt");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Fact]
    public async Task A_text_of_SQL_is_only_a_text()
    {
        var token = "";
        await using var server = await RunningServer.StartAsync(prepare: async store =>
        {
            await Browser.AccountAsync(store, "maria");
            token = (await RunningServer.TokenAsync(store)).Reveal();
        });
        (await server.PostAsync(Events.Closed("a"), token: token)).Status.ShouldBe(202);
        using var browser = new Browser(server);
        await browser.SignInAsync("maria' OR '1'='1");
        await browser.SignInAsync("maria' --");
        (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        foreach (var (subject, found) in new[] { ("T-1", 1), ("x' OR '1'='1", 0), ("T-1'; DROP TABLE account; --", 0) })
            (await server.GetAsync("/api/v1/facts?subject=" + Uri.EscapeDataString(subject), token)).Json.GetProperty("facts").GetArrayLength().ShouldBe(found, subject);
    }

    [Fact]
    public async Task A_fault_tells_the_caller_nothing_of_its_inside()
    {
        await using var server = await RunningServer.StartAsync();
        server.Open().Log.Committed = static _ => throw new NotSupportedException("inside");
        var answer = await server.PostAsync(Events.Closed("a"));
        (answer.Status, answer.Code).ShouldBe((500, "LK6199"));
        answer.Text.ShouldNotContain("inside");
        answer.Text.ShouldNotContain("NotSupported");
        server.Log.ShouldContain("inside");
    }

    [Fact]
    public async Task No_secret_gets_into_the_log_or_an_answer()
    {
        TokenSecret? token = null;
        await using var server = await RunningServer.StartAsync(prepare: async store => token = await RunningServer.TokenAsync(store));
        var answers = new List<Answer>
        {
            await server.GetAsync("/api/v1/facts", token!.Reveal()),
            await server.GetAsync("/api/v1/facts?after=x", token.Reveal()),
            await server.GetAsync("/api/v1/facts", token.Reveal()[..^1] + (token.Secret[^1] == 'A' ? 'B' : 'A')),
            await server.PostAsync("{", token: token.Reveal()),
        };

        var secret = token.Secret[..20];
        answers.ShouldAllBe(a => !a.Text.Contains(secret, StringComparison.Ordinal));
        server.Log.ShouldNotContain(secret);
        $"{token}".ShouldBe(token.Id);
    }

    [Fact]
    public async Task Answers_carry_the_headers_that_keep_browsers_safe()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var path in new[] { "/healthz", "/api/v1/facts", "/nothing" })
        {
            var headers = (await server.GetAsync(path)).Headers;
            headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; base-uri 'none'; frame-ancestors 'none'"]);
            headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
            headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["same-origin"]);
            headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
            headers.CacheControl!.NoStore.ShouldBeTrue();
            headers.Contains("Server").ShouldBeFalse();
        }
    }

    private static IEnumerable<RouteEndpoint> Endpoints(RunningServer server) => server.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
