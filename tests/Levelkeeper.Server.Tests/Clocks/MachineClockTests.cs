using System.Globalization;
using System.Text;
using Levelkeeper.Server.Tests.Serving;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Tests.Clocks;

/// <summary>The real program on a machine whose clock is set while it runs (libfaketime stands between it and the clock; what counts time that passes is left alone).</summary>
public sealed class MachineClockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-clock-").FullName;

    private static string? Library => OperatingSystem.IsLinux() && Directory.Exists("/usr/lib")
        ? Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(static d => Path.Combine(d, "faketime", "libfaketime.so.1")).FirstOrDefault(File.Exists)
        : null;

    private string Setting => Path.Combine(_folder, "clock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_goes_on_stamps_in_order_and_is_as_of_the_clock_through_every_step()
    {
        if (Library is not { } library)
        {
            Assert.Skip("No libfaketime is installed.");
            return;
        }

        SetClock(0);
        var variables = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = library, ["FAKETIME_TIMESTAMP_FILE"] = Setting, ["FAKETIME_NO_CACHE"] = "1", ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1", ["DONT_FAKE_MONOTONIC"] = "1",
        };
        await using var server = await ServerProcess.StartAsync(variables, "--data", Path.Combine(_folder, "data"));
        using var client = new HttpClient { BaseAddress = server.Url };
        await SendAsync(client, HttpMethod.Put, "/api/v1/agreements/site", SiteAgreement.Text("site", "Klient").Replace("from: 2026-01-01, length: 12 months", "from: 2001-01-01, length: 99 years", StringComparison.Ordinal), "application/yaml");
        await SendAsync(client, HttpMethod.Post, "/api/v1/agreements/site/revisions/1/activation", """{"text":"on paper"}""", "application/json");
        var tickets = 0;
        foreach (var hours in (int[])[0, 1, -1, 87_600, -87_600, 0])
        {
            SetClock(hours);
            while (((await client.GetAsync("/healthz", TestContext.Current.CancellationToken)).Headers.Date - TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(hours))?.Duration() > TimeSpan.FromMinutes(1))
            {
                // It learns of the time each second.
            }

            await SendAsync(client, HttpMethod.Post, "/api/v1/tickets", $$"""{"agreement":"site","service":"site","key":"{{++tickets}}"}""", "application/json");
            (await SendAsync(client, HttpMethod.Get, "/api/v1/doctor")).Json.GetProperty("healthy").GetBoolean().ShouldBeTrue($"{hours} h\n{server.Errors}");
        }

        var facts = (await SendAsync(client, HttpMethod.Get, "/api/v1/facts")).Json.GetProperty("facts").EnumerateArray().ToList();
        var recorded = facts.ConvertAll(static f => InstantPattern.ExtendedIso.Parse(f.GetProperty("recorded").GetString()!).Value);
        facts.Count.ShouldBe(tickets);
        recorded.ShouldBe(recorded.Distinct().Order());
        // It was really ten years ahead for a while; what came after is stamped after that.
        (recorded[^1] - recorded[0]).TotalDays.ShouldBeInRange(3_640, 3_660);
        (await server.StopAsync()).ShouldBe(0, server.Errors);
    }

    private void SetClock(int hours)
    {
        // At once as a whole: it is read all the time.
        File.WriteAllText($"{Setting}.new", string.Create(CultureInfo.InvariantCulture, $"{hours:+0;-0;+0}h"));
        File.Move($"{Setting}.new", Setting, overwrite: true);
    }

    private static async Task<Answer> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null, string type = "")
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, type) };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await Answer.OfAsync(response);
        answer.Status.ShouldBeOneOf([200, 201], answer.Text);
        return answer;
    }
}
