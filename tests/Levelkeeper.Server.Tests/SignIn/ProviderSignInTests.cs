using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Server.SignIn;
using Levelkeeper.Storage.Documents;
using Microsoft.IdentityModel.Tokens;

namespace Levelkeeper.Server.Tests.SignIn;

/// <summary>People sign in by an identity provider, and a provider that does wrong signs nobody in.</summary>
public sealed class ProviderSignInTests : IAsyncDisposable
{
    private FakeProvider _provider = null!;
    private RunningServer _server = null!;
    private Browser _browser = null!;

    /// <summary>What a token may not be, and what is wrong with it.</summary>
    private static readonly Dictionary<string, Action<FakeProvider>> Wrong = new()
    {
        ["nonce of another sign-in"] = static p => p.Change = static c => c["nonce"] = "639000000000000000.b3RoZXI",
        ["no nonce"] = static p => p.Change = static c => c.Remove("nonce"),
        ["for another client"] = static p => p.Change = static c => c["aud"] = "other",
        ["for nobody"] = static p => p.Change = static c => c.Remove("aud"),
        ["of another issuer"] = static p => p.Change = static c => c["iss"] = "https://other.example",
        ["of another issuer, as its documents say too"] = static p =>
        {
            p.Claims = "https://other.example";
            p.Change = static c => c["iss"] = "https://other.example";
        },
        ["expired"] = static p => p.Change = static c => c["exp"] = RunningServer.Noon.ToUnixTimeSeconds() - 60,
        ["without an end"] = static p => p.Change = static c => c.Remove("exp"),
        ["not yet good"] = static p => p.Change = static c => c["nbf"] = RunningServer.Noon.ToUnixTimeSeconds() + 61,
        ["signed by nobody"] = static p => p.Forge = static c => FakeProvider.Signed(c, null),
        ["signed by somebody else"] = static p => p.Forge = static c => FakeProvider.Signed(c, new SigningCredentials(new RsaSecurityKey(RSA.Create(2048)) { KeyId = "1" }, SecurityAlgorithms.RsaSha256)),
        ["signed with the client's secret"] = static p => p.Forge = static c => FakeProvider.Signed(c, new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(FakeProvider.Secret)), SecurityAlgorithms.HmacSha256)),
        ["changed after it was signed"] = static p => p.Forge = c =>
        {
            var parts = p.Signed(c).Split('.');
            var claims = JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!;
            claims["sub"] = "the boss";
            return $"{parts[0]}.{Base64UrlEncoder.Encode(claims.ToJsonString())}.{parts[2]}";
        },
    };

    public static TheoryData<string> Wrongs => [.. Wrong.Keys];

    public async ValueTask DisposeAsync()
    {
        _browser?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        if (_provider is not null)
            await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Who_the_provider_knows_is_signed_in_to_the_account_that_names_them()
    {
        await StartAsync();
        (await _browser.GetAsync("/sign-in?to=/metrics")).Text.ShouldContain("<a href=\"/sign-in/provider?to=%2Fmetrics\">Sign in with Kontor</a>");
        var answer = await ComeBackAsync("/metrics");

        (answer.Status, _browser.LedTo).ShouldBe((302, "/metrics"), _server.Log);
        (await _browser.GetAsync("/api/v1/me")).Json.GetProperty("name").GetString().ShouldBe("maria");
        _provider.Asked["response_type"].ShouldBe("code");
        _provider.Asked["code_challenge_method"].ShouldBe("S256");
        _provider.Asked["redirect_uri"].ShouldBe($"{_server.Url}sign-in/provider/return");
        (await PasswordSignInTests.AuditAsync(_server)).ShouldBe(["maria signed in account/maria: by provider from 127.0.0.1"]);
        (await _browser.GetAsync("/api/v1/me/sessions")).Json[0].GetProperty("way").GetString().ShouldBe("provider");
    }

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task A_token_that_is_not_right_in_every_way_signs_nobody_in(string what)
    {
        await StartAsync();
        Wrong[what](_provider);
        await ComeBackAsync();
        await ShouldBeRefusedAsync("/sign-in?failed=provider");
        (await _browser.GetAsync(_browser.LedTo)).Text.ShouldContain("Signing in there did not succeed.");
        _server.Log.ShouldContain("Somebody could not be signed in by the identity provider: ");
    }

    [Fact]
    public async Task A_minute_of_difference_between_the_clocks_is_borne()
    {
        await StartAsync();
        _provider.Change = static c => (c["nbf"], c["exp"]) = (RunningServer.Noon.ToUnixTimeSeconds() + 60, RunningServer.Noon.ToUnixTimeSeconds() + 300);
        await ComeBackAsync();
        (await _browser.GetAsync("/api/v1/me")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("248289761002")]
    [InlineData("maria")]
    [InlineData("Maria")]
    public async Task Who_is_known_there_and_has_no_account_here_gets_none(string subject)
    {
        await StartAsync();
        _provider.Subject = subject;
        await ComeBackAsync();
        await ShouldBeRefusedAsync("/sign-in?failed=unknown");
        (await _browser.GetAsync(_browser.LedTo)).Text.ShouldContain("no account here belongs to you");
        (await _server.Open().Store.Accounts.ListAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_disabled_account_is_not_signed_in_by_the_provider_either()
    {
        await StartAsync();
        var account = (await _server.Open().Store.Accounts.FindAsync("maria"))!;
        await _server.Open().Store.Accounts.WriteAsync(account with { IsDisabled = true }, new Act("test", RunningServer.Noon));
        await ComeBackAsync();
        await ShouldBeRefusedAsync("/sign-in?failed=unknown");
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(null, false)]
    public async Task An_address_counts_only_where_the_provider_has_verified_it(bool? verified, bool isSignedIn)
    {
        await StartAsync(static p => p with { Claim = "email", Scopes = "openid email" }, "maria@example.org");
        _provider.About["email"] = "maria@example.org";
        if (verified is { } said)
            _provider.About["email_verified"] = said;
        await ComeBackAsync();
        (await _browser.GetAsync("/api/v1/me")).Status.ShouldBe(isSignedIn ? 200 : 401);
        _provider.Asked["scope"].ShouldBe("openid email");
    }

    [Fact]
    public async Task A_return_that_this_browser_did_not_begin_signs_nobody_in()
    {
        await StartAsync();
        await _browser.GetAsync("/sign-in/provider");
        var back = _provider.SendBack(_browser.LedTo);
        // A link that somebody sends, so that another's browser is signed in to their account.
        using var victim = new Browser(_server);
        await victim.GetAsync(back);
        victim.LedTo.ShouldBe("/sign-in?failed=provider");
        (await victim.GetAsync("/api/v1/me")).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("?code=x")]
    [InlineData("?code=x&state=made-up")]
    [InlineData("?error=access_denied&error_description=%3Cscript%3E&state=STATE")]
    [InlineData("")]
    public async Task A_return_without_what_belongs_to_it_signs_nobody_in(string query)
    {
        await StartAsync();
        await _browser.GetAsync("/sign-in/provider");
        _provider.SendBack(_browser.LedTo);
        await _browser.GetAsync($"/sign-in/provider/return{query.Replace("STATE", Uri.EscapeDataString(_provider.Asked["state"]!), StringComparison.Ordinal)}");
        await ShouldBeRefusedAsync("/sign-in?failed=provider");
        (await _browser.GetAsync(_browser.LedTo)).Text.ShouldNotContain("<script");
        _server.Log.ShouldNotContain("<script");
    }

    [Fact]
    public async Task Nobody_is_signed_in_because_another_site_led_them_here()
    {
        await StartAsync();
        await _browser.GetAsync("/sign-in/provider?to=/metrics", ("Sec-Fetch-Site", "cross-site"));
        _browser.LedTo.ShouldBe("/sign-in?to=%2Fmetrics");
        foreach (var ours in new[] { "same-origin", "none" })
        {
            await _browser.GetAsync("/sign-in/provider", ("Sec-Fetch-Site", ours));
            _browser.LedTo.ShouldStartWith($"{_provider.Issuer}/authorize?");
        }
    }

    [Fact]
    public async Task A_return_counts_once()
    {
        await StartAsync();
        await _browser.GetAsync("/sign-in/provider");
        var back = _provider.SendBack(_browser.LedTo);
        await _browser.GetAsync(back);
        (await _browser.GetAsync("/api/v1/me")).Status.ShouldBe(200);
        await _browser.GetAsync(back);
        _browser.LedTo.ShouldBe("/sign-in?failed=provider");
    }

    [Fact]
    public async Task A_provider_that_is_away_is_said_to_be_and_passwords_go_on()
    {
        await StartAsync();
        _provider.IsAway = true;
        await _browser.GetAsync("/sign-in/provider");
        _browser.LedTo.ShouldBe("/sign-in?failed=provider");
        (await _browser.SignInAsync("maria")).Status.ShouldBe(303);
    }

    [Fact]
    public async Task A_provider_in_a_network_that_nobody_allowed_is_never_asked()
    {
        await StartAsync(static p => p with { Networks = [IPNetwork.Parse("10.0.0.0/8")] });
        await _browser.GetAsync("/sign-in/provider");
        _browser.LedTo.ShouldBe("/sign-in?failed=provider");
        _server.Log.ShouldContain("is private or reserved, and not among the allowed networks");
    }

    [Fact]
    public async Task Nobody_is_led_to_another_site_afterwards()
    {
        await StartAsync();
        await ComeBackAsync("https://evil.example/");
        _browser.LedTo.ShouldBe("/");
    }

    [Fact]
    public async Task The_secret_and_the_tokens_get_into_no_log()
    {
        await StartAsync();
        await ComeBackAsync();
        _provider.Change = static c => c["aud"] = "other";
        await ComeBackAsync();
        _server.Log.ShouldNotContain(FakeProvider.Secret);
        _server.Log.ShouldNotContain("eyJ");
        _server.Log.ShouldNotContain(_provider.Subject);
    }

    [Fact]
    public void Settings_that_do_not_fit_together_are_told()
    {
        var settings = new ProviderSettings { Authority = new Uri("http://10.0.0.1/"), Scopes = "email" };
        settings.Problems().Count().ShouldBe(4);
        new ProviderSettings().Problems().ShouldBeEmpty();
        new ProviderSettings { Authority = new Uri("https://id.example.org"), Client = "c", Secret = new Secret("s") }.Problems().ShouldBeEmpty();
        new ProviderSettings { Authority = new Uri("http://10.0.0.1:5556/dex"), Client = "c", Secret = new Secret("s"), Networks = [IPNetwork.Parse("10.0.0.0/24")] }.Problems().ShouldBeEmpty();
    }

    private async Task StartAsync(Func<ProviderSettings, ProviderSettings>? change = null, string? claim = null)
    {
        _provider = await FakeProvider.StartAsync(new ManualTime(RunningServer.Noon.ToDateTimeOffset()));
        var settings = new ProviderSettings { Authority = new Uri(_provider.Issuer), Client = FakeProvider.Client, Secret = new Secret(FakeProvider.Secret), Title = "Kontor", Networks = [IPNetwork.Parse("127.0.0.0/8")] };
        _server = await RunningServer.StartAsync(change: s => s with { Provider = change?.Invoke(settings) ?? settings }, prepare: async store =>
        {
            var maria = await Browser.AccountAsync(store, "maria");
            await store.Accounts.WriteAsync(maria with { ExternalId = $"{_provider.Issuer} {claim ?? _provider.Subject}" }, null);
        });
        _browser = new Browser(_server);
    }

    /// <summary>Goes to the provider and back.</summary>
    private async Task<Answer> ComeBackAsync(string to = "/")
    {
        (await _browser.GetAsync($"/sign-in/provider?to={Uri.EscapeDataString(to)}")).Status.ShouldBe(302);
        return await _browser.GetAsync(_provider.SendBack(_browser.LedTo));
    }

    private async Task ShouldBeRefusedAsync(string page)
    {
        _browser.LedTo.ShouldBe(page);
        _browser.Cookies.ShouldNotContainKey("levelkeeper");
        using var script = new HttpClient { BaseAddress = _server.Url };
        ((int)(await script.GetAsync("/api/v1/me")).StatusCode).ShouldBe(401);
    }
}
