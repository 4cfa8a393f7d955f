using Levelkeeper.Storage.Documents;

namespace Levelkeeper.Server.Tests.SignIn;

/// <summary>How long somebody is signed in, and what ends it.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task A_session_is_over_when_nothing_came_by_it_for_half_an_hour()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        await browser.SignInAsync("maria");
        for (var i = 0; i < 4; i++)
        {
            server.Time.Advance(TimeSpan.FromMinutes(29.99));
            (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(200);
        }

        server.Time.Advance(TimeSpan.FromMinutes(30));
        (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        (await server.Open().Store.Sessions.OfAccountAsync("maria", RunningServer.Noon)).ShouldBeEmpty();
        (await PasswordSignInTests.AuditAsync(server)).ShouldContain("system signed out account/maria: nothing came by it for too long");
    }

    [Fact]
    public async Task A_session_is_over_after_twelve_hours_whatever_came_by_it()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        await browser.SignInAsync("maria");
        for (var i = 1; i < 36; i++)
        {
            server.Time.Advance(TimeSpan.FromMinutes(20));
            (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(200, $"{i}");
        }

        server.Time.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromTicks(1));
        (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(200);
        server.Time.Advance(TimeSpan.FromTicks(1));
        (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Both_times_can_be_set()
    {
        await using var server = await PasswordSignInTests.StartAsync(static s => s with { SessionIdle = TimeSpan.FromMinutes(5), SessionTime = TimeSpan.FromMinutes(8) });
        using var browser = new Browser(server);
        await browser.SignInAsync("maria");
        server.Time.Advance(TimeSpan.FromMinutes(4));
        (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(200);
        server.Time.Advance(TimeSpan.FromMinutes(4));
        (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        await browser.SignInAsync("maria");
        server.Time.Advance(TimeSpan.FromMinutes(5));
        (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Who_signs_out_is_signed_out_on_the_server_too()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        await browser.SignInAsync("maria");
        var cookie = browser.Cookies["levelkeeper"];
        (await browser.GetAsync("/")).Text.ShouldContain("<button>Sign out</button>");
        var answer = await browser.SubmitAsync("/sign-out");
        answer.Headers.GetValues("Clear-Site-Data").ShouldBe(["\"cache\", \"storage\""]);

        (answer.Status, browser.LedTo).ShouldBe((303, "/sign-in"));
        browser.Cookies.ShouldNotContainKey("levelkeeper");
        using var thief = new Browser(server);
        thief.Cookies["levelkeeper"] = cookie;
        (await thief.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        (await PasswordSignInTests.AuditAsync(server))[^1].ShouldBe("maria signed out account/maria: ");
    }

    [Fact]
    public async Task People_see_where_they_are_signed_in_and_sign_out_there_or_everywhere()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var here = new Browser(server);
        using var there = new Browser(server);
        using var olga = new Browser(server);
        await olga.SignInAsync("olga");
        await there.SignInAsync("maria");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await here.SignInAsync("maria");
        var sessions = (await here.GetAsync("/api/v1/me/sessions")).Json.EnumerateArray().ToList();
        sessions.Select(static s => s.GetProperty("current").GetBoolean()).ShouldBe([true, false]);
        sessions[1].GetProperty("made").GetString().ShouldBe("2026-03-02T12:00:00Z");

        (await olga.CallAsync("DELETE", $"/api/v1/me/sessions/{sessions[1].GetProperty("id").GetString()}")).Status.ShouldBe(404);
        (await there.GetAsync("/api/v1/me")).Status.ShouldBe(200);
        (await here.CallAsync("DELETE", $"/api/v1/me/sessions/{sessions[1].GetProperty("id").GetString()}")).Status.ShouldBe(204);
        (await there.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        await there.SignInAsync("maria");
        (await here.CallAsync("DELETE", "/api/v1/me/sessions")).Status.ShouldBe(204);
        (await there.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        (await here.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        (await olga.GetAsync("/api/v1/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_operator_signs_an_account_out_everywhere()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var maria = new Browser(server);
        using var olga = new Browser(server);
        await maria.SignInAsync("maria");
        await olga.SignInAsync("olga");
        (await maria.CallAsync("DELETE", "/api/v1/accounts/olga/sessions")).Status.ShouldBe(403);
        (await olga.CallAsync("DELETE", "/api/v1/accounts/nobody/sessions")).Status.ShouldBe(404);
        (await olga.CallAsync("DELETE", "/api/v1/accounts/maria/sessions")).Status.ShouldBe(204);
        (await maria.GetAsync("/api/v1/me")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task The_sessions_of_a_disabled_account_end_at_once_and_stay_ended_when_it_is_enabled_again()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var maria = new Browser(server);
        using var olga = new Browser(server);
        await maria.SignInAsync("maria");
        await olga.SignInAsync("olga");
        (await olga.CallAsync("PUT", "/api/v1/accounts/maria", """{"disabled":true,"version":1}""")).Status.ShouldBe(200);
        (await maria.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        (await olga.CallAsync("PUT", "/api/v1/accounts/maria", """{"disabled":false,"version":2}""")).Status.ShouldBe(200);
        (await maria.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        (await maria.SignInAsync("maria")).Status.ShouldBe(303);
    }

    [Fact]
    public async Task A_role_that_was_taken_away_is_gone_at_once()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var maria = new Browser(server);
        await maria.SignInAsync("maria");
        (await maria.GetAsync("/api/v1/audit")).Status.ShouldBe(200);
        var account = (await server.Open().Store.Accounts.FindAsync("maria"))!;
        await server.Open().Store.Accounts.WriteAsync(account with { Roles = ["agent"] }, new Act("test", RunningServer.Noon));
        (await maria.GetAsync("/api/v1/audit")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Who_listens_is_not_served_on_when_the_session_is_over()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var maria = new Browser(server);
        await maria.SignInAsync("maria");
        using var client = new HttpClient { BaseAddress = server.Url };
        client.DefaultRequestHeaders.Add("Cookie", $"levelkeeper={maria.Cookies["levelkeeper"]}");
        using var response = await client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await lines.ReadLineAsync()).ShouldBe("event: alive");
        await server.Open().Store.Sessions.EndAllAsync("maria", new Act("test", RunningServer.Noon));
        var rest = lines.ReadToEndAsync();
        while (!rest.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        (await rest).ShouldNotContain("change");
    }

    [Fact]
    public async Task A_restart_signs_nobody_out_and_a_restored_backup_signs_nobody_in()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-sessions-").FullName;
        try
        {
            Storage.Sql.Database Data(string name) => new Storage.Sql.SqliteDatabase(Path.Combine(folder, name));
            var cookie = "";
            await using (var server = await RunningServer.StartAsync(() => Data("a"), prepare: static store => Browser.AccountAsync(store, "maria")))
            {
                using var browser = new Browser(server);
                await browser.SignInAsync("maria");
                cookie = browser.Cookies["levelkeeper"];
                await Storage.Backups.StoreCopy.CopyAsync(server.Open().Store.Database, Data("b"), asNewLife: true, RunningServer.Noon);
            }

            foreach (var (name, status) in new[] { ("a", 200), ("b", 401) })
            {
                await using var again = await RunningServer.StartAsync(() => Data(name));
                using var browser = new Browser(again);
                browser.Cookies["levelkeeper"] = cookie;
                (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(status);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
