using System.Net;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Server.SignIn;

namespace Levelkeeper.Server.Tests.SignIn;

/// <summary>People sign in by a real identity provider, through its own pages.</summary>
public sealed class RealProviderTests
{
    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("PS256")]
    public async Task Who_signs_in_there_is_signed_in_here(string algorithm)
    {
        await using var provider = await StartAsync(algorithm);
        await using var server = await ServeAsync(provider);
        using var browser = new Browser(server);
        await browser.GetAsync("/sign-in/provider?to=/metrics");
        var back = await provider.SignInAsync(browser.LedTo, "248289761001");
        back.ShouldStartWith($"{server.Url}sign-in/provider/return?");
        await browser.GetAsync(back);

        browser.LedTo.ShouldBe("/metrics", server.Log);
        (await browser.GetAsync("/api/v1/me")).Json.GetProperty("name").GetString().ShouldBe("maria");
    }

    [Fact]
    public async Task Who_has_no_account_here_is_told_so()
    {
        await using var provider = await StartAsync();
        await using var server = await ServeAsync(provider);
        using var browser = new Browser(server);
        await browser.GetAsync("/sign-in/provider");
        await browser.GetAsync(await provider.SignInAsync(browser.LedTo, "somebody else"));
        browser.LedTo.ShouldBe("/sign-in?failed=unknown", server.Log);
    }

    [Fact]
    public async Task Who_does_not_agree_there_is_not_signed_in()
    {
        await using var provider = await StartAsync();
        await using var server = await ServeAsync(provider);
        using var browser = new Browser(server);
        await browser.GetAsync("/sign-in/provider");
        await browser.GetAsync(await provider.SignInAsync(browser.LedTo, "248289761001", agrees: false));
        browser.LedTo.ShouldBe("/sign-in?failed=provider", server.Log);
    }

    [Theory]
    [InlineData("anna", "/")]
    [InlineData("eve", "/sign-in?failed=unknown")]
    public async Task An_address_comes_from_the_userinfo_endpoint_and_counts_only_where_it_is_verified(string name, string ledTo)
    {
        await using var provider = await StartAsync();
        await using var server = await ServeAsync(provider, static p => p with { Claim = "email", Scopes = "openid email" }, $"{name}@example.org");
        using var browser = new Browser(server);
        await browser.GetAsync("/sign-in/provider");
        await browser.GetAsync(await provider.SignInAsync(browser.LedTo, name));
        browser.LedTo.ShouldBe(ledTo, server.Log);
    }

    private static Task<RealProvider> StartAsync(string algorithm = "RS256")
    {
        Assert.SkipUnless(RealProvider.IsInstalled, "oidc-provider is not installed: ./test does so where there is Node.js 20 or later.");
        return RealProvider.StartAsync(algorithm);
    }

    private static async Task<RunningServer> ServeAsync(RealProvider provider, Func<ProviderSettings, ProviderSettings>? change = null, string claim = "248289761001")
    {
        var settings = new ProviderSettings { Authority = new Uri(provider.Issuer), Client = "levelkeeper", Secret = new Secret(FakeProvider.Secret), Networks = [IPNetwork.Parse("127.0.0.0/8")] };
        var server = await RunningServer.StartAsync(
            // The provider's clock is the machine's.
            start: TimeProvider.System.GetUtcNow(),
            change: s => s with { Provider = change?.Invoke(settings) ?? settings },
            prepare: async store =>
            {
                var maria = await Browser.AccountAsync(store, "maria");
                await store.Accounts.WriteAsync(maria with { ExternalId = $"{provider.Issuer} {claim}" }, null);
            });
        await provider.SendsBackToAsync($"{server.Url}sign-in/provider/return");
        return server;
    }
}
