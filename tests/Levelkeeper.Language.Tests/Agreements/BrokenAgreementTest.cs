namespace Levelkeeper.Language.Tests.Agreements;

/// <summary>Everything that is wrong is said in one pass, each with its line and column, what it is and how to mend it.</summary>
public class BrokenAgreementTest
{
    private const string Broken = """
        levelkeeper: v2
        id: broken
        titel: Everything is wrong
        parties:
          provider: { name: }
          customer: { nmae: Acme }
        term:
          from: 2026-02-30
          until: 2025-12-31
        zone: Europe/Warsav
        calendars:
          office:
            weekly: { mon-fri: 8-16, mon: closed, tomorrow: closed }
            holidays: Poland
        services:
          shop: { hours: offce }
        clocks:
          answer: { within: 4 h }
          respond: { within: { P1: 4, else: 1 fortnight }, calendar: offices, pauses: { a: b } }
        objectives:
          uptime:
            measure: availabilty
            of: shopp
            target: 99.9 %
            per: mnoth
          speed:
            measure: p95 of latency
            target: at least 95 %
            no-data: up
          leads:
            measure: sum of leads
            each: member of sale
            target: at least 10 leads
            nothing-measured: none
        """;

    [Fact]
    public void All_faults_are_reported_at_once_in_readable_lines()
    {
        var (agreement, diagnostics) = Sample.Read(Broken);
        agreement.ShouldBeNull();
        Approved.Check(string.Concat(diagnostics.Select(d => d + "\n")), "tests", "Levelkeeper.Language.Tests", "Agreements", "BrokenAgreement.approved.txt");
    }

    [Theory]
    [InlineData("objectives:\n  it: { measure: availability, target: at least 99 %, exclding: maintenance }", 13, 55, "excluding")]
    [InlineData("servces: {}", 17, 1, "services")]
    [InlineData("term: { form: 2026-01-01 }", 7, 9, "from")]
    public void An_unknown_key_is_reported_where_it_stands_with_what_was_meant(string fragment, int line, int column, string meant)
    {
        var diagnostic = Sample.Read(Sample.With(fragment)).Diagnostics.First(d => d.Code == "LK1102");
        diagnostic.Place.Line.ShouldBe(line);
        diagnostic.Place.Column.ShouldBe(column);
        diagnostic.Hint.ShouldBe($"did you mean '{meant}'?");
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void Line_ends_and_a_byte_order_mark_change_nothing(string end)
    {
        var text = "\uFEFF" + Sample.Base.ReplaceLineEndings(end);
        Sample.Good(text).Objectives[0].TargetClause.Place.ToString().ShouldBe("a.yaml:15:5");
    }
}
