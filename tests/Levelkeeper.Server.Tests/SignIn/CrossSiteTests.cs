using System.Text;
using Levelkeeper.Server.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Levelkeeper.Server.Tests.SignIn;

/// <summary>No page of another site acts through a browser in which somebody is signed in.</summary>
public sealed class CrossSiteTests
{
    [Fact]
    public async Task Nothing_that_changes_something_is_done_without_the_token_of_our_pages()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        await browser.SignInAsync("olga");
        var passed = new List<string>();
        foreach (var endpoint in server.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(static e => e.Metadata.GetMetadata<AccessRule>()!.Callers is Callers.Permitted or Callers.SignedIn))
        {
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(static m => m != "GET"))
            {
                var path = System.Text.RegularExpressions.Regex.Replace(endpoint.RoutePattern.RawText!, @"\{[^}]*\}", "1");
                foreach (var token in new[] { "", "x", RequestToken.Of(RandomSecret.New()) })
                {
                    var answer = await browser.SendAsync(new HttpMethod(method), path, null, ("X-Request-Token", token));
                    if (answer.Code != "LK6180")
                        passed.Add($"{method} {path}: {answer.Status}");
                }
            }
        }

        passed.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 404)]
    [InlineData("Sec-Fetch-Site", "none", 404)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "SELF", 404)]
    [InlineData("X-Other", "x", 404)]
    public async Task Where_the_browser_says_that_another_site_asks_the_token_does_not_help(string header, string value, int status)
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        await browser.SignInAsync("olga");
        var token = (await browser.GetAsync("/api/v1/me")).Json.GetProperty("request-token").GetString()!;

        var origin = server.Url.GetLeftPart(UriPartial.Authority);
        (await browser.SendAsync(HttpMethod.Delete, "/api/v1/tokens/0", null, (header, value.Replace("SELF", origin, StringComparison.Ordinal)), ("X-Request-Token", token))).Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_program_with_a_token_needs_neither()
    {
        var token = "";
        await using var server = await PasswordSignInTests.StartAsync(prepare: async store => token = (await RunningServer.TokenAsync(store)).Reveal());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/facts") { Content = new StringContent(Events.Closed("a"), Encoding.UTF8, "application/cloudevents+json") };
        request.Headers.Add("Origin", "https://dashboard.example");
        (await server.SendAsync(request, token)).Status.ShouldBe(202);
    }

    [Fact]
    public async Task The_token_of_one_session_is_of_no_use_in_another()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var mine = new Browser(server);
        using var theirs = new Browser(server);
        await mine.SignInAsync("olga");
        await theirs.SignInAsync("maria");
        var token = (await theirs.GetAsync("/api/v1/me")).Json.GetProperty("request-token").GetString()!;
        (await mine.SendAsync(HttpMethod.Delete, "/api/v1/me/sessions", null, ("X-Request-Token", token))).Code.ShouldBe("LK6180");
    }

    [Fact]
    public async Task No_other_site_signs_a_browser_in_to_an_account_of_its_own()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        (await browser.PostFormAsync("/sign-in", [("name", "maria"), ("password", Browser.Password)])).Text.ShouldContain("open for too long");
        await browser.GetAsync("/sign-in");
        (await browser.PostFormAsync("/sign-in", [("name", "maria"), ("password", Browser.Password), ("request-token", "x")])).Text.ShouldContain("open for too long");
        (await browser.PostFormAsync("/sign-in", [("name", "maria"), ("password", Browser.Password)], ("Sec-Fetch-Site", "cross-site"))).Code.ShouldBe("LK6180");
        browser.Cookies.ShouldNotContainKey("levelkeeper");
    }

    [Fact]
    public async Task Nobody_is_signed_out_by_another_site()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        await browser.SignInAsync("maria");
        (await browser.PostFormAsync("/sign-out", [])).Code.ShouldBe("LK6180");
        (await browser.GetAsync("/sign-out")).Status.ShouldBe(405);
        (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Without_an_account_a_page_of_another_site_changes_nothing_either()
    {
        await using var server = await RunningServer.StartAsync();
        (await server.PostAsync(Events.Closed("a"), headers: ("Origin", "https://evil.example"))).Code.ShouldBe("LK6180");
        (await server.PostAsync(Events.Closed("a"), headers: ("Sec-Fetch-Site", "cross-site"))).Code.ShouldBe("LK6180");
        (await server.PostAsync(Events.Closed("a"))).Status.ShouldBe(202);
    }

    [Fact]
    public async Task A_form_that_is_too_long_is_not_read()
    {
        await using var server = await PasswordSignInTests.StartAsync();
        using var browser = new Browser(server);
        await browser.GetAsync("/sign-in");
        (await browser.SubmitAsync("/sign-in", ("name", "maria"), ("password", new string('x', 20_000)))).Status.ShouldBe(413);
    }
}
