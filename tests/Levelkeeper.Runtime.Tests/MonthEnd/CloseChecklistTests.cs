using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Statements;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Runtime.MonthEnd;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.MonthEnd;

/// <summary>What stands between March 2026 and its statement. Each case adds one matter to a month that has none, or settles it.</summary>
public sealed class CloseChecklistTests
{
    private const string Up = """{"specversion":"1.0","id":"1","source":"probe","type":"levelkeeper.service.up.v1","subject":"site","time":"2026-01-01T00:00:00Z","data":{}}""";
    private const string Down = """{"specversion":"1.0","id":"2","source":"probe","type":"levelkeeper.service.down.v1","subject":"site","time":"2026-03-10T00:00:00Z","data":{}}""";
    private const string Back = """{"specversion":"1.0","id":"3","source":"probe","type":"levelkeeper.service.up.v1","subject":"site","time":"2026-03-10T06:00:00Z","data":{}}""";
    private const string Claim = """{"specversion":"1.0","id":"4","source":"desk","type":"levelkeeper.exclusion.claimed.v1","subject":"site","time":"2026-03-11T00:00:00Z","data":{"exclusion":"storm","cause":"force-majeure","start":"2026-03-10T00:00:00Z","end":"2026-03-10T06:00:00Z","by":"provider","reason":"a storm","evidence":"https://example.org/storm"}}""";
    private const string Rejected = """{"specversion":"1.0","id":"5","source":"desk","type":"levelkeeper.exclusion.rejected.v1","subject":"site","time":"2026-03-12T00:00:00Z","data":{"exclusion":"storm","by":"customer","reason":"no storm"}}""";
    private const string Comment = """{"specversion":"1.0","id":"6","source":"desk","type":"levelkeeper.breach.explained.v1","subject":"site","time":"2026-03-12T00:00:00Z","data":{"objective":"uptime","cause":"disk","owner":"ann","comment":"a disk broke"}}""";
    private const string Unknown = """{"specversion":"1.0","id":"7","source":"probe","type":"levelkeeper.service.unknown.v1","subject":"site","time":"2026-03-20T00:00:00Z","data":{}}""";
    private const string Known = """{"specversion":"1.0","id":"8","source":"probe","type":"levelkeeper.service.up.v1","subject":"site","time":"2026-03-21T00:00:00Z","data":{}}""";
    private const string OtherBack = """{"specversion":"1.0","id":"3","source":"probe","type":"levelkeeper.service.up.v1","subject":"site","time":"2026-03-10T05:00:00Z","data":{}}""";
    private const string Ticket = """{"specversion":"1.0","id":"9","source":"desk","type":"levelkeeper.ticket.reported.v1","subject":"T-1","time":"2026-03-10T05:00:00Z","data":{"service":"elsewhere"}}""";
    private const string LaterTicket = """{"specversion":"1.0","id":"10","source":"desk","type":"levelkeeper.ticket.reported.v1","subject":"T-2","time":"2026-04-01T05:00:00Z","data":{"service":"elsewhere"}}""";

    [Fact]
    public void A_month_that_was_kept_has_nothing_to_settle() => Ids([Up]).ShouldBeEmpty();

    [Fact]
    public void A_month_that_runs_is_not_closed_and_nobody_can_waive_that()
    {
        var points = Of([Up], "2026-03-31T00:00:00Z");
        points.ShouldHaveSingleItem().Id.ShouldBe("period-runs:2026-03");
        points[0].CanBeWaived.ShouldBeFalse();
    }

    [Fact]
    public void A_breach_needs_cause_and_comment()
    {
        Ids([Up, Down, Back]).ShouldBe(["unexplained-breach:uptime"]);
        Ids([Up, Down, Back, Comment]).ShouldBeEmpty();
        Ids([Up, Down, Back, Comment.Replace("a disk broke", " ", StringComparison.Ordinal)]).ShouldBe(["unexplained-breach:uptime"]);
    }

    [Fact]
    public void A_claim_that_nobody_decided_waits_and_a_rejected_one_does_not()
    {
        Ids([Up, Down, Back, Claim, Comment]).ShouldBe(["pending-exclusion:storm"]);
        Ids([Up, Down, Back, Claim, Comment, Rejected]).ShouldBeEmpty();
    }

    [Fact]
    public void A_gap_that_leaves_the_verdict_open_is_a_matter() => Ids([Up, Unknown, Known]).ShouldBe(["gap-in-evidence:uptime/2026-03"]);

    [Fact]
    public void A_fact_that_came_in_two_versions_is_a_matter() => Ids([Up, Down, Back, Comment, OtherBack]).ShouldBe(["disputed-fact:probe#3"]);

    [Fact]
    public void A_ticket_of_the_month_that_no_agreement_takes_is_a_matter_and_one_of_another_month_is_not() =>
        Of([Up], "2026-04-10T00:00:00Z", Ticket, Ticket.Replace("\"9\"", "\"11\"", StringComparison.Ordinal), LaterTicket, Down).Select(p => p.Id).ShouldBe(["unmatched-ticket:T-1"]);

    private static IEnumerable<string> Ids(string[] facts) => Of(facts, "2026-04-10T00:00:00Z").Select(p => p.Id);

    private static ImmutableArray<ClosePoint> Of(string[] lines, string asOf, params string[] unmatched)
    {
        var diagnostics = new DiagnosticBag();
        var versions = AgreementReader.ReadVersions(
            """
            levelkeeper: v1
            id: site
            title: A site
            parties:
              provider: { name: Firma }
              customer: { name: Klient }
            zone: UTC
            term: { from: 2026-01-01, length: 12 months }
            services:
              site: { title: The site }
            exclusions:
              force-majeure: { decided-by: customer }
            objectives:
              uptime: { measure: availability, of: site, target: at least 99.9 %, per: month, excluding: force-majeure }
            """, "site.yaml", diagnostics)!;
        var facts = FactFiles.Log(Facts(lines, diagnostics), null, diagnostics);
        var at = NodaTime.Text.InstantPattern.ExtendedIso.Parse(asOf).Value;
        var statement = StatementMaker.Make(versions, facts.Effective(at), PeriodCalendar.Parse("2026-03", DateTimeZone.Utc, diagnostics)!, at, []);
        diagnostics.Where(d => d.Severity == Severity.Error).ShouldBeEmpty();
        return CloseChecklist.Of(statement, Facts(unmatched, diagnostics), facts.Conflicts);
    }

    private static List<Fact> Facts(string[] lines, DiagnosticBag diagnostics) => [.. CloudEventReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), "facts", diagnostics)];
}
