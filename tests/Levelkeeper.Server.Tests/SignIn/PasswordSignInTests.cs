using System.Globalization;
using Levelkeeper.Server.SignIn;
using Levelkeeper.Storage.Documents;

namespace Levelkeeper.Server.Tests.SignIn;

/// <summary>People sign in by name and password.</summary>
public sealed class PasswordSignInTests
{
    private const string Other = "rower w deszczu";

    [Fact]
    public async Task Who_gives_the_right_password_is_signed_in_and_led_to_where_they_wanted()
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server);
        (await browser.GetAsync("/?x=1", ("Accept", "text/html"))).Status.ShouldBe(302);
        browser.LedTo.ShouldBe("/sign-in?to=%2F%3Fx%3D1");
        (await browser.GetAsync(browser.LedTo)).Status.ShouldBe(200);
        var answer = await browser.SubmitAsync("/sign-in", ("name", " Maria "), ("password", Browser.Password));

        (answer.Status, browser.LedTo).ShouldBe((303, "/?x=1"));
        var me = await browser.GetAsync("/api/v1/me");
        me.Json.GetProperty("name").GetString().ShouldBe("maria");
        (await browser.GetAsync("/sign-in?to=/healthz")).Status.ShouldBe(302);
        browser.LedTo.ShouldBe("/healthz");
        (await AuditAsync(server)).ShouldBe(["maria signed in account/maria: by password from 127.0.0.1"]);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task Nobody_is_led_to_another_site(string to)
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server);
        await browser.GetAsync($"/sign-in?to={Uri.EscapeDataString(to)}");
        await browser.SubmitAsync("/sign-in", ("name", "maria"), ("password", Browser.Password));
        browser.LedTo.ShouldBe("/");
    }

    [Fact]
    public async Task What_is_wrong_nobody_learns()
    {
        await using var server = await StartAsync(prepare: async store =>
        {
            var off = await Browser.AccountAsync(store, "off");
            await store.Accounts.WriteAsync(off with { IsDisabled = true }, null);
            await store.Accounts.WriteAsync(new Storage.Accounts.Account { Name = "program", DisplayName = "program", SecurityStamp = "1" }, null);
        });
        using var browser = new Browser(server);
        var answers = new HashSet<(int, string)>();
        foreach (var (name, password) in new[] { ("maria", Other), ("maria", ""), ("maria", Browser.Password.ToUpperInvariant()), ("maria", Browser.Password + " "), ("nobody", Browser.Password), ("", ""), (new string('x', 5000), new string('x', 5000)), ("off", Browser.Password), ("program", ""), ("program", Browser.Password) })
        {
            var answer = await browser.SignInAsync(name, password);
            answers.Add((answer.Status, answer.Text));
        }

        var (status, page) = answers.ShouldHaveSingleItem();
        status.ShouldBe(422);
        page.ShouldContain("The name or the password is wrong, or there were too many wrong ones.");
        (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Failures_are_written_down_without_what_was_given()
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server);
        await browser.SignInAsync("maria", Other);
        await browser.SignInAsync("rower w deszczu", "x");

        (await AuditAsync(server)).ShouldBe(["anonymous failed to sign in account/maria: from 127.0.0.1", "anonymous failed to sign in account: from 127.0.0.1"]);
        server.Log.ShouldNotContain("rower");
    }

    [Fact]
    public async Task The_session_cookie_is_for_this_server_only_and_for_no_script()
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server);
        var answer = await browser.SignInAsync("maria");

        var cookie = answer.Headers.GetValues("Set-Cookie").Single(static c => c.StartsWith("levelkeeper=", StringComparison.Ordinal));
        cookie.Split("; ").Skip(1).ShouldBe(["path=/", "samesite=lax", "httponly"]);
        cookie.Split('=', ';')[1].Length.ShouldBe(43);
    }

    [Fact]
    public async Task A_cookie_that_somebody_planted_before_is_not_the_one_of_the_session()
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server);
        var planted = Levelkeeper.Server.Access.RandomSecret.New().Reveal();
        browser.Cookies["levelkeeper"] = planted;
        await browser.SignInAsync("maria");

        browser.Cookies["levelkeeper"].ShouldNotBe(planted);
    }

    [Fact]
    public async Task The_store_holds_neither_the_password_nor_the_cookie()
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server);
        await browser.SignInAsync("maria");
        var cookie = browser.Cookies["levelkeeper"];

        var account = (await server.Open().Store.Accounts.FindAsync("maria"))!;
        account.PasswordHash!.ShouldNotContain(Browser.Password);
        var session = (await server.Open().Store.Sessions.OfAccountAsync("maria", RunningServer.Noon)).ShouldHaveSingleItem();
        session.Hash.ShouldBe(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(cookie)));
        server.Log.ShouldNotContain(cookie);
    }

    [Fact]
    public async Task A_hash_of_fewer_rounds_is_made_anew_at_the_next_sign_in()
    {
        var old = new Microsoft.AspNetCore.Identity.PasswordHasher<Storage.Accounts.Account>().HashPassword(null!, Other);
        await using var server = await StartAsync(prepare: async store =>
        {
            var account = await Browser.AccountAsync(store, "old");
            await store.Accounts.WriteAsync(account with { PasswordHash = old }, null);
        });
        using var browser = new Browser(server);
        (await browser.SignInAsync("old", Other)).Status.ShouldBe(303);

        var now = (await server.Open().Store.Accounts.FindAsync("old"))!.PasswordHash!;
        now.ShouldNotBe(old);
        // The form of Identity: a byte of the version, the function and the rounds in big-endian.
        var bytes = Convert.FromBase64String(now);
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(5)).ShouldBe(210_000);
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)).ShouldBe(2);
        using var again = new Browser(server);
        (await again.SignInAsync("old", Other)).Status.ShouldBe(303);
    }

    [Fact]
    public async Task A_set_up_code_sets_the_password_once()
    {
        await using var server = await StartAsync();
        using var operating = new Browser(server);
        await operating.SignInAsync("olga");
        var given = await operating.CallAsync("POST", "/api/v1/accounts/maria/set-up");
        given.Status.ShouldBe(200);
        given.Json.GetProperty("expires").GetString().ShouldBe("2026-03-05T12:00:00Z");
        var code = given.Json.GetProperty("code").GetString()!;

        using var browser = new Browser(server);
        foreach (var (again, password, problem) in new[] { ("other", Other, "differ"), ("short", "short", "too short"), ("maria maria 1", "maria maria 1", "easy to guess") })
        {
            await browser.GetAsync("/sign-in/set-up");
            (await browser.SubmitAsync("/sign-in/set-up", ("code", code), ("new", password), ("again", again))).Text.ShouldContain(problem);
        }

        (await browser.SubmitAsync("/sign-in/set-up", ("code", code), ("new", Other), ("again", Other))).Status.ShouldBe(303);
        (await browser.GetAsync("/api/v1/me")).Json.GetProperty("name").GetString().ShouldBe("maria");
        using var elsewhere = new Browser(server);
        await elsewhere.GetAsync("/sign-in/set-up");
        (await elsewhere.SubmitAsync("/sign-in/set-up", ("code", code), ("new", Browser.Password), ("again", Browser.Password))).Text.ShouldContain("was used already");
        (await elsewhere.SignInAsync("maria")).Status.ShouldBe(422);
        (await elsewhere.SignInAsync("maria", Other)).Status.ShouldBe(303);
        (await AuditAsync(server)).ShouldContain("maria set the password account/maria: by set-up code");
        (await AuditAsync(server)).ShouldContain("olga gave a set-up code account/maria: ");
    }

    [Fact]
    public async Task A_set_up_code_is_good_for_three_days_and_a_newer_one_replaces_it()
    {
        await using var server = await StartAsync();
        var (accounts, by) = (server.Open().Store.Accounts, new Act("test", RunningServer.Noon));
        var first = (await SetUpCode.GiveAsync(accounts, "maria", by))!.Secret.Reveal();
        var second = (await SetUpCode.GiveAsync(accounts, "maria", by))!.Secret.Reveal();
        (await SetUpCode.GiveAsync(accounts, "nobody", by)).ShouldBeNull();
        using var browser = new Browser(server);
        await browser.GetAsync("/sign-in/set-up");
        (await browser.SubmitAsync("/sign-in/set-up", ("code", first), ("new", Other), ("again", Other))).Status.ShouldBe(422);
        server.Time.Advance(TimeSpan.FromDays(3) - TimeSpan.FromTicks(1));
        await browser.GetAsync("/sign-in/set-up");
        // A password that is refused shows that the code is still good.
        (await browser.SubmitAsync("/sign-in/set-up", ("code", second), ("new", "x"), ("again", "x"))).Text.ShouldContain("too short");
        server.Time.Advance(TimeSpan.FromTicks(1));
        (await browser.SubmitAsync("/sign-in/set-up", ("code", second), ("new", Other), ("again", Other))).Text.ShouldContain("too old");
    }

    [Fact]
    public async Task A_new_password_ends_all_other_sessions_at_once()
    {
        await using var server = await StartAsync();
        using var here = new Browser(server);
        using var there = new Browser(server);
        await here.SignInAsync("maria");
        await there.SignInAsync("maria");
        await here.GetAsync("/sign-in/password");
        (await here.SubmitAsync("/sign-in/password", ("current", Other), ("new", Other), ("again", Other))).Text.ShouldContain("not your password until now");
        (await here.SubmitAsync("/sign-in/password", ("current", Browser.Password), ("new", Browser.Password), ("again", Browser.Password))).Text.ShouldContain("is the old one");
        (await here.SubmitAsync("/sign-in/password", ("current", Browser.Password), ("new", Other), ("again", Other))).Status.ShouldBe(303);

        (await here.GetAsync("/api/v1/me")).Status.ShouldBe(200);
        (await there.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        (await there.SignInAsync("maria")).Status.ShouldBe(422);
        (await AuditAsync(server)).ShouldContain("maria set the password account/maria: ");
    }

    [Fact]
    public async Task A_script_can_change_the_password_too()
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server);
        await browser.SignInAsync("maria");
        (await browser.CallAsync("POST", "/api/v1/me/password", $$"""{"current":"{{Other}}","new":"{{Other}}"}""")).Code.ShouldBe("LK6182");
        (await browser.CallAsync("POST", "/api/v1/me/password", $$"""{"current":"{{Browser.Password}}","new":"password1234"}""")).Code.ShouldBe("LK6181");
        (await browser.CallAsync("POST", "/api/v1/me/password", $$"""{"current":"{{Browser.Password}}","new":"{{Other}}"}""")).Status.ShouldBe(204);
        using var again = new Browser(server);
        (await again.SignInAsync("maria", Other)).Status.ShouldBe(303);
    }

    [Fact]
    public async Task A_token_sets_no_password_and_ends_no_session()
    {
        var token = "";
        await using var server = await StartAsync(prepare: async store => token = (await RunningServer.TokenAsync(store)).Reveal());
        foreach (var (method, path) in new[] { ("POST", "/api/v1/me/password"), ("GET", "/api/v1/me/sessions"), ("DELETE", "/api/v1/me/sessions") })
            (await server.SendAsync(method, path, method == "POST" ? "{}" : null, token)).Code.ShouldBe("LK6111");
    }

    [Theory]
    [InlineData("en", "ltr", "Sign in")]
    [InlineData("pl-PL, en;q=0.5", "ltr", "Logowanie")]
    [InlineData("fr, ru;q=0.8, en;q=0.5", "ltr", "Вход")]
    [InlineData("ar-EG", "rtl", "تسجيل الدخول")]
    [InlineData("xx", "ltr", "Sign in")]
    public async Task The_page_is_in_the_language_of_whoever_asks(string accepts, string direction, string title)
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server) { Language = accepts };
        var answer = await browser.GetAsync("/sign-in");
        answer.Text.ShouldContain($"dir=\"{direction}\"");
        answer.Text.ShouldContain($"<h1>{title}</h1>");
        answer.Text.ShouldNotContain("<script", Case.Insensitive);
    }

    [Fact]
    public async Task What_the_address_says_never_becomes_markup()
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server);
        await browser.GetAsync("/sign-in?to=" + Uri.EscapeDataString("/\"><script>alert(1)</script>"));
        browser.Page.ShouldContain("value=\"/&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\"");
        browser.Page.ShouldNotContain("<script");
    }

    [Fact]
    public async Task A_password_field_hides_what_is_typed_and_takes_what_a_password_manager_pastes()
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server);
        (await browser.GetAsync("/sign-in")).Text.ShouldContain("name=\"password\" type=\"password\" autocomplete=\"current-password\" required>");
        (await browser.GetAsync("/sign-in/set-up")).Text.ShouldContain("name=\"new\" type=\"password\" autocomplete=\"new-password\" required>");
        browser.Page.ShouldNotContain("maxlength");
    }

    [Fact]
    public async Task The_page_may_run_nothing_load_nothing_and_send_its_form_to_this_server_only()
    {
        await using var server = await StartAsync();
        using var browser = new Browser(server);
        var answer = await browser.GetAsync("/sign-in");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; style-src 'sha256-");
        policy.ShouldEndWith("'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_nobody_has_an_account_the_page_says_so()
    {
        await using var server = await RunningServer.StartAsync();
        using var browser = new Browser(server);
        (await browser.GetAsync("/sign-in")).Text.ShouldContain("Nobody has an account here yet.");
    }

    internal static Task<RunningServer> StartAsync(Func<ServerSettings, ServerSettings>? change = null, Func<Storage.Store, Task>? prepare = null) => RunningServer.StartAsync(change: change, prepare: async store =>
    {
        await Browser.AccountAsync(store, "maria");
        await Browser.AccountAsync(store, "olga", "operator");
        if (prepare is not null)
            await prepare(store);
    });

    /// <summary>What the trail says of people's sign-ins.</summary>
    internal static async Task<IReadOnlyList<string>> AuditAsync(RunningServer server) =>
        [.. (await server.Open().Store.Audit.ReadAsync(0, 1000)).Select(static e => e.Action).Where(static a => a.Actor != "test").Select(static a => string.Create(CultureInfo.InvariantCulture, $"{a.Actor} {a.Verb} {a.Object}: {a.Detail}"))];
}
