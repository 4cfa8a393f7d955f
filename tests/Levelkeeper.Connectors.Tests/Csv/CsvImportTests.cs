using System.Text;
using Levelkeeper.Connectors.Csv;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Connectors.Tests.Csv;

public class CsvImportTests
{
    internal const string Map = """
        levelkeeper-map: v1
        source: desk
        times: {zone: Europe/Berlin, formats: ["dd.MM.uuuu HH:mm", iso]}
        tables:
          state: {Neu: new, "*": other}
        facts:
          - type: ticket.status
            id: "{Nr}/status"
            subject: "{Nr}"
            time: "{Zeit}"
            when: {Nr: {not: "0"}}
            data: {status: "{Status|state}"}
            labels: {queue: "{Gruppe}"}
        """;

    private const string Header = "Nr,Zeit,Status,Gruppe\n";

    internal sealed record Imported(CsvImportResult Result, List<Fact> Facts, string Rejects, List<Diagnostic> Diagnostics)
    {
        internal IEnumerable<string> Codes => Diagnostics.Select(each => $"{each.Code}:{each.Place.Line}");
    }

    internal static Imported Run(string csv, string map = Map) => Run(Encoding.UTF8.GetBytes(csv), map);

    internal static Imported Run(byte[] csv, string map = Map)
    {
        var diagnostics = new DiagnosticBag();
        var read = CsvMap.Read(map, "map.yaml", diagnostics);
        diagnostics.ShouldBeEmpty();
        var facts = new List<Fact>();
        var rejects = new StringWriter { NewLine = "\n" };
        var result = CsvImport.Run(read!, new MemoryStream(csv), "table.csv", facts.Add, rejects, diagnostics);
        return new Imported(result, facts, rejects.ToString(), [.. diagnostics]);
    }

    [Fact]
    public void A_row_becomes_a_fact()
    {
        var imported = Run(Header + "7,02.03.2026 10:00,Neu,\"Netz, \"\"LAN\"\"\"\n");
        imported.Diagnostics.ShouldBeEmpty();
        var fact = imported.Facts.ShouldHaveSingleItem();
        (fact.Source, fact.Id, fact.Subject, fact.Type).ShouldBe(("desk", "7/status", "7", FactTypes.TicketStatus));
        fact.Time.ShouldBe(Instant.FromUtc(2026, 3, 2, 9, 0));
        fact.Data.ShouldBe(new FactData.TicketStatus("new"));
        fact.Address.Labels["queue"].ShouldBe("Netz, \"LAN\"");
        fact.Place.ShouldBe(new Place("table.csv", 2));
    }

    [Fact]
    public void Rows_that_do_not_fit_are_kept_aside_as_they_stood_and_the_rest_is_read()
    {
        var imported = Run(Header + "1,02.03.2026 10:00,Neu,a\n2,31.02.2026 10:00,Neu,\"b\"\n3,02.03.2026 10:00,Neu\n4,02.03.2026 10:00,Neu,a,x\n5,2026-03-02T10:00:00Z,Neu,\n6,,Neu,\n7,02.03.2026 10:00,,\n");
        imported.Facts.Select(fact => fact.Subject).ShouldBe(["1", "5", "7"]);
        imported.Codes.ShouldBe(["LK2508:3", "LK2504:4", "LK2504:5", "LK2512:7"]);
        imported.Rejects.ShouldBe(Header + "2,31.02.2026 10:00,Neu,\"b\"\n3,02.03.2026 10:00,Neu\n4,02.03.2026 10:00,Neu,a,x\n6,,Neu,\n");
        imported.Result.ShouldBe(new CsvImportResult(7, 3, 4, 0));
    }

    [Theory]
    [InlineData("\"open,02.03.2026 10:00,Neu,a")]
    [InlineData("\"1\"x,02.03.2026 10:00,Neu,a")]
    [InlineData("1,02.03.2026 10:00,Neu,\"a")]
    public void A_broken_quote_costs_its_own_line_only(string broken)
    {
        var imported = Run(Header + "1,02.03.2026 10:00,Neu,a\n" + broken + "\n3,02.03.2026 10:00,Neu,\"c\"\n4,02.03.2026 10:00,Neu,d");
        imported.Facts.Select(fact => fact.Subject).ShouldBe(["1", "3", "4"]);
        imported.Codes.ShouldBe(["LK2505:3"]);
        imported.Rejects.ShouldBe(Header + broken + "\n");
    }

    [Fact]
    public void Quoted_fields_may_hold_line_breaks_and_lines_are_counted_on()
    {
        var imported = Run(Header.Replace("\n", "\r\n") + "1,02.03.2026 10:00,Neu,\"two\r\nlines\"\r\n\r\n2,bad,Neu,5\" pipe\r\n3,02.03.2026 10:00,Neu,5\" pipe\r\n");
        imported.Facts.Select(fact => (fact.Place.Line, fact.Address.Labels["queue"])).ShouldBe([(2, "two\r\nlines"), (6, "5\" pipe")]);
        imported.Codes.ShouldBe(["LK2508:5"]);
    }

    [Fact]
    public void A_huge_field_is_skipped()
    {
        var imported = Run(Header + "1,02.03.2026 10:00,Neu," + new string('x', 2 << 20) + "\n2,02.03.2026 10:00,Neu,b\n");
        imported.Facts.Select(fact => fact.Subject).ShouldBe(["2"]);
        imported.Codes.ShouldBe(["LK2506:2"]);
        imported.Rejects.Length.ShouldBeLessThan(2000);
    }

    [Theory]
    [InlineData("", "LK2501:1")]
    [InlineData("Nr,Zeit,Stat,Gruppe\n", "LK2502:1")]
    [InlineData("Nr,Zeit,Status,Gruppe,Nr\n", "LK2503:1")]
    [InlineData("Nr,Zeit,Status,\"Gruppe\n", "LK2505:1")]
    public void A_header_that_does_not_fit_ends_the_import(string csv, string code) => Run(csv).Codes.ShouldBe([code]);

    [Fact]
    public void A_missing_column_is_named_with_a_suggestion()
    {
        Run("Nr,Zeit,Stat,Gruppe\n").Diagnostics[0].ToString().ShouldBe(
            "table.csv:1: error LK2502: The map uses the column 'Status', which the header does not have. (did you mean 'Stat'?)");
    }

    [Fact]
    public void A_duplicate_column_that_the_map_does_not_use_is_no_matter()
    {
        Run("Nr,Zeit,Status,Gruppe,x,x\n1,02.03.2026 10:00,Neu,a,1,2\n").Facts.Count.ShouldBe(1);
    }

    [Fact]
    public void Byte_order_marks_and_encodings_are_understood()
    {
        const string Row = Header + "ü,02.03.2026 10:00,Neu,a\n";
        Run([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Row)]).Facts[0].Subject.ShouldBe("ü");
        Run([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Row)]).Facts[0].Subject.ShouldBe("ü");
        Run(Encoding.Latin1.GetBytes(Row), Map + "\nfile: {encoding: windows-1252}").Facts[0].Subject.ShouldBe("ü");
        Run(Encoding.Latin1.GetBytes(Row)).Codes.ShouldBe(["LK2507:2"]);
        Run(Row.Replace(',', ';'), Map + "\nfile: {delimiter: semicolon}").Facts[0].Subject.ShouldBe("ü");
    }

    [Theory]
    [InlineData("reject", "25.10.2026 02:30", null, "LK2509:2")]
    [InlineData("earlier", "25.10.2026 02:30", "2026-10-25T00:30:00Z", "LK2513:2")]
    [InlineData("later", "25.10.2026 02:30", "2026-10-25T01:30:00Z", "LK2513:2")]
    [InlineData("reject", "29.03.2026 02:30", null, "LK2510:2")]
    [InlineData("later", "29.03.2026 02:30", "2026-03-29T01:00:00Z", "LK2513:2")]
    public void Local_times_that_are_there_twice_or_not_at_all_are_settled_by_the_map(string choice, string time, string? expected, string code)
    {
        var imported = Run(Header + $"1,{time},Neu,a\n", Map.Replace("{zone:", $"{{ambiguous: {choice}, skipped: {choice}, zone:"));
        imported.Codes.ShouldBe([code]);
        imported.Facts.SingleOrDefault()?.Time.ToString().ShouldBe(expected);
    }

    [Fact]
    public void A_value_that_no_table_has_rejects_the_row()
    {
        Run(Header + "1,02.03.2026 10:00,Alt,a\n", Map.Replace(", \"*\": other", "")).Codes.ShouldBe(["LK2511:2"]);
    }

    [Fact]
    public void Conditions_leave_rows_without_facts()
    {
        Run(Header + "0,02.03.2026 10:00,Neu,a\n").Result.ShouldBe(new CsvImportResult(1, 0, 0, 1));
    }

    [Fact]
    public void Typed_data_is_checked_like_that_of_events()
    {
        const string Probes = """
            levelkeeper-map: v1
            source: probe
            times: {formats: [unix, unix-ms]}
            facts:
              - type: probe.result
                id: "{t}"
                time: "{t}"
                subject: web
                data:
                  good: {from: "{ok}", as: boolean}
                  latency: {from: "{ms}", as: duration, unit: ms}
            """;
        var imported = Run("t,ok,ms\n1772442000,yes,12.5\n1772442001,perhaps,1\n1772442002,no,-1\n1772442003,,3\n", Probes);
        var fact = imported.Facts.ShouldHaveSingleItem();
        fact.Time.ShouldBe(Instant.FromUtc(2026, 3, 2, 9, 0));
        fact.Data.ShouldBe(new FactData.Probed(true, Duration.FromTicks(125_000), "", ""));
        imported.Codes.ShouldBe(["LK2512:3", "LK2033:4", "LK2031:5"]);
    }
}
