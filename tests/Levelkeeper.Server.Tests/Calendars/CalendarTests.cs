namespace Levelkeeper.Server.Tests.Calendars;

/// <summary>When the calendars of an agreement are open.</summary>
public sealed class CalendarTests : IAsyncLifetime
{
    private const string Site = "/api/v1/agreements/site/calendars";

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        var text = SiteAgreement.Text("site", "Klient") + "\ncalendars: { office: { weekly: { mon-fri: 09:00-17:00 }, holidays: [PL, 12-24] } }\n";
        (await _server.SendAsync("PUT", "/api/v1/agreements/site", text, null, "application/yaml")).Status.ShouldBe(200);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_is_listed_with_whether_it_is_open_now()
    {
        // Monday 2 March, 13:00 in Warsaw.
        var office = (await _server.GetAsync(Site)).Json.EnumerateArray().Single(c => c.GetProperty("name").GetString() == "office");
        (office.GetProperty("zone").GetString(), office.GetProperty("open").GetBoolean()).ShouldBe(("Europe/Warsaw", true));
        _server.Time.Advance(TimeSpan.FromHours(4));
        office = (await _server.GetAsync(Site)).Json.EnumerateArray().Single(c => c.GetProperty("name").GetString() == "office");
        (office.GetProperty("open").GetBoolean(), office.GetProperty("next-opening").GetString()).ShouldBe((false, "2026-03-03T08:00:00Z"));
    }

    [Fact]
    public async Task Holidays_and_weekends_are_closed()
    {
        // Monday to Wednesday are worked, Christmas Eve is the agreement's own holiday, Friday and Saturday are Poland's.
        var answer = (await _server.GetAsync($"{Site}/office?from=2026-12-21&to=2026-12-28")).Json;
        answer.GetProperty("open-seconds").GetDecimal().ShouldBe(3 * 8 * 3600);
        answer.GetProperty("openings").EnumerateArray().Select(o => o.GetProperty("from").GetString()).ShouldBe(["2026-12-21T08:00:00Z", "2026-12-22T08:00:00Z", "2026-12-23T08:00:00Z"]);
    }

    [Fact]
    public async Task Open_time_is_counted_over_closed_days() =>
        // From Wednesday 16:00 an hour is left; three more are on Monday 28 December until noon.
        (await _server.GetAsync($"{Site}/office/due?from=2026-12-23T15:00:00Z&seconds=14400")).Json.GetProperty("due").GetString().ShouldBe("2026-12-28T11:00:00Z");

    [Theory]
    [InlineData("office?from=2026-12-21&to=2026-12-21", "LK6108")]
    [InlineData("office?from=2026-01-01&to=2027-02-06", "LK6108")]
    [InlineData("office?from=1800-01-01&to=1800-02-01", "LK6108")]
    [InlineData("office/due?from=2026-12-21T00:00:00Z&seconds=-1", "LK6108")]
    [InlineData("nowhere", "LK6120")]
    public async Task What_cannot_be_told_is_refused(string path, string code) => (await _server.GetAsync($"{Site}/{path}")).Code.ShouldBe(code);
}
