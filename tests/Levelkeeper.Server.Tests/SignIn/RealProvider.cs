using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Levelkeeper.Server.Tests.SignIn;

/// <summary>A certified identity provider in a process of its own: oidc-provider, with its own pages and session.</summary>
internal sealed partial class RealProvider : IAsyncDisposable
{
    private static readonly string s_folder = RepositoryRoot.File("tests", "providers", "oidc");

    private readonly Process _process;
    private readonly HttpClient _pages = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private RealProvider(Process process, string issuer) => (_process, Issuer) = (process, issuer);

    public static bool IsInstalled => Directory.Exists(Path.Combine(s_folder, "node_modules", "oidc-provider"));

    public string Issuer { get; }

    public static async Task<RealProvider> StartAsync(string algorithm)
    {
        var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(s_folder, "provider.mjs"), algorithm]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        process.BeginErrorReadLine();
        return new RealProvider(process, (await process.StandardOutput.ReadLineAsync())!);
    }

    /// <summary>Tells it where to people are sent back.</summary>
    public async Task SendsBackToAsync(string address)
    {
        await _process.StandardInput.WriteLineAsync(address);
        await _process.StandardInput.FlushAsync();
        (await _process.StandardOutput.ReadLineAsync()).ShouldBe("ready");
    }

    /// <summary>What somebody does there: gives their name, agrees, and is sent back.</summary>
    /// <param name="sentTo">Where our server sent them.</param>
    /// <param name="name">Who they are.</param>
    /// <param name="agrees">Whether they agree that our server learns who they are.</param>
    /// <returns>Where they are sent back.</returns>
    public async Task<string> SignInAsync(string sentTo, string name, bool agrees = true)
    {
        var (address, form) = (sentTo, (Dictionary<string, string>?)null);
        for (var step = 0; step < 20; step++)
        {
            using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, address);
            if (form is not null)
                request.Content = new FormUrlEncodedContent(form);
            using var response = await _pages.SendAsync(request);
            form = null;
            if (response.Headers.Location is { } next)
            {
                address = new Uri(new Uri(address), next).ToString();
                if (!address.StartsWith(Issuer, StringComparison.Ordinal))
                    return address;
                continue;
            }

            var page = await response.Content.ReadAsStringAsync();
            response.StatusCode.ShouldBe(HttpStatusCode.OK, page);
            if (!agrees)
            {
                address = new Uri(new Uri(address), Cancel().Match(page).Groups["to"].Value).ToString();
                continue;
            }

            address = new Uri(new Uri(address), Action().Match(page).Groups["to"].Value).ToString();
            form = Hidden().Matches(page).ToDictionary(static m => m.Groups["name"].Value, static m => m.Groups["value"].Value);
            if (page.Contains("name=\"login\"", StringComparison.Ordinal))
                (form["login"], form["password"]) = (name, "any");
        }

        throw new InvalidOperationException("The provider's pages lead nowhere.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _pages.Dispose();
    }

    [GeneratedRegex("<form[^>]* action=\"(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Action();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Hidden();

    [GeneratedRegex("href=\"(?<to>[^\"]*/abort)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Cancel();
}
