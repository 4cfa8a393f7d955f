using Levelkeeper.Server.SignIn;
using NodaTime;

namespace Levelkeeper.Server.Tests.SignIn;

/// <summary>Trying passwords out is slow, and keeps nobody out of their own account.</summary>
public sealed class LockoutTests
{
    private const string Wrong = "rower w deszczu";

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(9, 480)]
    [InlineData(10, 900)]
    [InlineData(1_000_000, 900)]
    public void Each_failure_after_the_fourth_doubles_the_wait_up_to_a_quarter_of_an_hour(int failures, int seconds) => SignInDelays.After(failures, 5).ShouldBe(Duration.FromSeconds(seconds));

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_has_to_wait_too_and_the_answer_is_the_same()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        for (var i = 0; i < 5; i++)
            (await browser.SignInAsync("maria", Wrong)).Status.ShouldBe(422);
        var locked = await browser.SignInAsync("maria");
        locked.Status.ShouldBe(422);
        locked.Text.ShouldContain("The name or the password is wrong, or there were too many wrong ones.");
        (await PasswordSignInTests.AuditAsync(server)).TakeLast(3).ShouldBe(
            ["anonymous failed to sign in account/maria: from 127.0.0.1", "anonymous failed to sign in, locked account/maria: from 127.0.0.1", "anonymous tried to sign in while locked account/maria: from 127.0.0.1"]);

        server.Time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        (await browser.SignInAsync("maria")).Status.ShouldBe(422);
        server.Time.Advance(TimeSpan.FromTicks(1));
        (await browser.SignInAsync("maria")).Status.ShouldBe(303);
        (await server.Open().Store.Accounts.FindAsync("maria"))!.FailedSignIns.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_tried_while_it_is_locked_makes_it_no_longer()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        for (var i = 0; i < 9; i++)
            await browser.SignInAsync("maria", Wrong);
        var account = (await server.Open().Store.Accounts.FindAsync("maria"))!;
        (account.FailedSignIns, account.LockedUntil).ShouldBe((5, RunningServer.Noon + Duration.FromSeconds(30)));
    }

    [Fact]
    public async Task The_browser_of_the_owner_is_not_kept_out_by_what_others_try_elsewhere()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var owners = new Browser(server);
        await owners.SignInAsync("maria");
        await owners.GetAsync("/sign-in/password");
        await owners.SubmitAsync("/sign-out");
        using var attackers = new Browser(server);
        for (var i = 0; i < 6; i++)
            await attackers.SignInAsync("maria", Wrong);
        (await attackers.SignInAsync("maria")).Status.ShouldBe(422);

        (await owners.SignInAsync("maria")).Status.ShouldBe(303);
    }

    [Fact]
    public async Task A_known_browser_has_failures_of_its_own()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var owners = new Browser(server);
        await owners.SignInAsync("maria");
        await owners.GetAsync("/sign-in/password");
        await owners.SubmitAsync("/sign-out");
        for (var i = 0; i < 5; i++)
            await owners.SignInAsync("maria", Wrong);
        (await owners.SignInAsync("maria")).Status.ShouldBe(422);
        server.Time.Advance(TimeSpan.FromSeconds(30));
        (await owners.SignInAsync("maria")).Status.ShouldBe(303);
    }

    [Fact]
    public async Task A_cookie_that_somebody_made_up_makes_no_browser_known()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        for (var i = 0; i < 5; i++)
            await browser.SignInAsync("maria", Wrong);
        browser.Cookies["levelkeeper-known"] = "maria%0A0123456789ABCDEF%0A1772452800";
        (await browser.SignInAsync("maria")).Status.ShouldBe(422);
    }

    [Fact]
    public async Task An_hour_after_the_wait_earlier_failures_are_forgotten()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        for (var i = 0; i < 5; i++)
            await browser.SignInAsync("maria", Wrong);
        server.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(31));
        await browser.SignInAsync("maria", Wrong);
        var account = (await server.Open().Store.Accounts.FindAsync("maria"))!;
        (account.FailedSignIns, account.LockedUntil).ShouldBe((1, null));
    }

    [Fact]
    public async Task A_lock_outlives_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-lock-").FullName;
        try
        {
            Storage.Sql.Database Data() => new Storage.Sql.SqliteDatabase(folder);
            await using (var server = await RunningServer.StartAsync(Data, prepare: static store => Browser.AccountAsync(store, "maria")))
            {
                using var browser = new Browser(server);
                for (var i = 0; i < 5; i++)
                    await browser.SignInAsync("maria", Wrong);
            }

            await using var again = await RunningServer.StartAsync(Data);
            using var other = new Browser(again);
            (await other.SignInAsync("maria")).Status.ShouldBe(422);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_address_that_tries_many_names_has_to_wait_whatever_the_names()
    {
        await using var server = await PasswordSignInTests.StartAsync(static s => s with { StrangersPerMinute = 1000 });
        using var browser = new Browser(server);
        for (var i = 0; i < 20; i++)
            (await browser.SignInAsync($"name-{i}", Wrong)).Status.ShouldBe(422);
        var refused = await browser.SignInAsync("maria");
        (refused.Status, refused.Code, refused.Headers.RetryAfter!.Delta).ShouldBe((429, "LK6112", TimeSpan.FromSeconds(30)));
        server.Time.Advance(TimeSpan.FromSeconds(30));
        (await browser.SignInAsync("maria")).Status.ShouldBe(303);
    }

    [Fact]
    public async Task An_address_may_ask_to_sign_in_only_so_often_in_a_minute()
    {
        await using var server = await PasswordSignInTests.StartAsync(static s => s with { StrangersPerMinute = 3 });
        using var browser = new Browser(server);
        for (var i = 0; i < 3; i++)
            (await browser.GetAsync("/sign-in")).Status.ShouldBe(200);
        var refused = await browser.GetAsync("/sign-in");
        (refused.Status, refused.Headers.RetryAfter!.Delta).ShouldBe((429, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task An_unknown_name_costs_as_much_work_as_a_known_one()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        async Task<TimeSpan> Took(string name)
        {
            await browser.GetAsync("/sign-in");
            var watch = System.Diagnostics.Stopwatch.StartNew();
            await browser.SubmitAsync("/sign-in", ("name", name), ("password", Wrong));
            return watch.Elapsed;
        }

        // The first of each is not measured; of the others the fastest, which other work of the machine disturbs least.
        await Took("maria");
        await Took("nobody-0");
        var known = TimeSpan.MaxValue;
        var unknown = TimeSpan.MaxValue;
        for (var i = 1; i <= 5; i++)
            (known, unknown) = (TimeSpan.FromTicks(Math.Min(known.Ticks, (await Took("olga")).Ticks)), TimeSpan.FromTicks(Math.Min(unknown.Ticks, (await Took($"nobody-{i}")).Ticks)));

        // Without the work for nobody's password the ratio is above ten.
        (known / unknown).ShouldBeInRange(0.5, 2);
    }
}
