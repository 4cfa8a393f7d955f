using System.Text.Json;

namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>An agreement whose calendar is closed by an iCalendar file that lies beside it.</summary>
public sealed class ClosedByTest : IDisposable
{
    // 3 November 2025 is a Monday; Warsaw is at +01:00.
    private const string Fact = """{"specversion":"1.0","id":"1","source":"desk","type":"levelkeeper.ticket.reported.v1","subject":"T-1","time":"2025-11-03T15:00:00+01:00","data":{"service":"shop","priority":"P1"}}""";

    private readonly CommandRun _run = new();

    public ClosedByTest() => _run.Write("facts.jsonl", Fact);

    public void Dispose() => _run.Dispose();

    private static string Agreement(string closedBy) => $$"""
        levelkeeper: v1
        id: shop-sla
        title: Web shop
        kind: commitment
        parties:
          provider: { name: Hostly }
        term: { from: 2025-01-01 }
        zone: Europe/Warsaw
        services:
          shop: { title: Shop }
        calendars:
          office: { weekly: { mon-fri: 09:00-17:00 }{{closedBy}} }
        clocks:
          resolve: { within: 4 h, calendar: office }
        objectives:
          resolution:
            measure: time to resolve
            target: every ticket
        """;

    private static string Holiday(string date, string more = "") => $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:{date}\n{more}SUMMARY:A day off\nEND:VEVENT\nEND:VCALENDAR\n";

    private async Task<(int Code, string Due, string Error)> Due(string agreement = "agreement.yaml")
    {
        var (code, output, error) = await _run.Levelkeeper("clocks", "-a", agreement, "-f", "facts.jsonl", "--as-of", "2025-11-03T16:00", "-o", "json");
        if (output.Length == 0)
            return (code, "", error);
        using var json = JsonDocument.Parse(output);
        var clocks = json.RootElement.GetProperty("clocks");
        return (code, clocks.GetArrayLength() == 0 ? "" : clocks[0].GetProperty("due").GetString()!, error);
    }

    [Fact]
    public async Task Four_hours_from_Monday_15_00_end_on_Tuesday_11_00()
    {
        _run.Write("agreement.yaml", Agreement(""));
        (await Due()).ShouldBe((0, "2025-11-04T10:00:00Z", ""));
    }

    [Fact]
    public async Task With_Tuesday_closed_by_a_file_they_end_on_Wednesday_11_00()
    {
        _run.Write("agreement.yaml", Agreement(", closed-by: holidays.ics"));
        _run.Write("holidays.ics", Holiday("20251104"));
        (await Due()).ShouldBe((0, "2025-11-05T10:00:00Z", ""));
    }

    [Fact]
    public async Task The_table_of_clocks_shows_the_wall_clock()
    {
        _run.Write("agreement.yaml", Agreement(", closed-by: holidays.ics"));
        _run.Write("holidays.ics", Holiday("20251104"));
        var (_, output, _) = await _run.Levelkeeper("clocks", "-a", "agreement.yaml", "-f", "facts.jsonl", "--as-of", "2025-11-03T16:00");
        output.ShouldContain("2025-11-05");
        output.ShouldContain("11:00:00+01:00");
    }

    [Fact]
    public async Task Several_files_below_the_agreement_s_folder_close_together()
    {
        _run.Write("deep/agreement.yaml", Agreement(", closed-by: [days/a.ics, days/b.ics]"));
        _run.Write("deep/days/a.ics", Holiday("20251104"));
        _run.Write("deep/days/b.ics", Holiday("20241105", "RRULE:FREQ=YEARLY\n"));
        (await Due("deep/agreement.yaml")).ShouldBe((0, "2025-11-06T10:00:00Z", ""));
    }

    [Fact]
    public async Task Times_in_the_file_that_name_no_zone_are_the_calendar_s()
    {
        _run.Write("agreement.yaml", Agreement(", closed-by: holidays.ics"));
        _run.Write("holidays.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20251104T090000\nDTEND:20251104T100000\nEND:VEVENT\nEND:VCALENDAR\n");
        (await Due()).ShouldBe((0, "2025-11-04T11:00:00Z", "")); // Tuesday opens an hour later, at 10:00, so the end is 12:00.
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_from_where_the_user_stands()
    {
        _run.Write("deep/agreement.yaml", Agreement(", closed-by: holidays.ics"));
        var (code, due, error) = await Due("deep/agreement.yaml");
        (code, due).ShouldBe((2, ""));
        error.ShouldContain("deep/agreement.yaml:12:58: error LK5001: There is no file 'deep/holidays.ics'");
    }

    [Theory]
    [InlineData("../holidays.ics")]
    [InlineData("days/../../holidays.ics")]
    [InlineData("/etc/hostname")]
    public async Task A_file_outside_the_agreement_s_folder_is_not_opened(string name)
    {
        _run.Write("deep/agreement.yaml", Agreement($", closed-by: {name}"));
        _run.Write("holidays.ics", Holiday("20251104"));
        var (code, due, error) = await Due("deep/agreement.yaml");
        (code, due).ShouldBe((2, ""));
        error.ShouldContain("deep/agreement.yaml:12:");
        error.ShouldContain("LK1208");
    }

    [Fact]
    public async Task A_bad_rule_is_an_error_with_its_file_and_line()
    {
        _run.Write("agreement.yaml", Agreement(", closed-by: holidays.ics"));
        _run.Write("holidays.ics", Holiday("20251104", "RRULE:FREQ=FORTNIGHTLY\n"));
        var (code, _, error) = await Due();
        code.ShouldBe(2);
        error.ShouldContain("holidays.ics:4: error LK3206");
    }
}
