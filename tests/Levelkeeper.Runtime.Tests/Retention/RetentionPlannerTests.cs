using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Statements;
using Levelkeeper.Runtime.Retention;
using Levelkeeper.Runtime.Tests.Live;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Runtime.Tests.Retention;

/// <summary>What goes and what stays, case by case. Now is 15 April 2026; facts go when they are a year old and nothing needs them.</summary>
public sealed class RetentionPlannerTests
{
    private const string Parties = "parties: { provider: { name: Firma }, customer: { name: Klient } }\nzone: UTC\ncurrency: EUR\nservices: { site: { title: Site, fee: 1000.00 per month } }\n";

    private static readonly Instant Now = Instant.FromUtc(2026, 4, 15, 12, 0);
    private static readonly Duration Year = Duration.FromDays(365);

    /// <summary>Nothing is ever owed by it.</summary>
    private static readonly AgreementVersions Own = LiveWorld.Read("own", Parties + """
        term: { from: 2022-01-01 }
        objectives:
          uptime: { measure: availability, of: site, target: at least 99 %, per: month, degraded: up }
          fix: { measure: time to resolve, of: tickets of site, within: 8 h, target: at least 50 %, per: month }
        """);

    /// <summary>A month below 99 % costs a tenth; sixty days after a statement nothing moves.</summary>
    private static readonly AgreementVersions Paid = LiveWorld.Read("paid", Parties + """
        term: { from: 2022-01-01, until: 2023-12-31 }
        objectives:
          uptime: { measure: availability, of: site, target: at least 99 %, per: month, degraded: up }
          fix: { measure: time to resolve, of: tickets of site, within: 8 h, target: at least 50 %, per: month }
        remedies:
          credit: { when: uptime is missed, claim: not needed, credit: { of: fee of site, pay: 10 % } }
        disputes: { within: 20 days, finality: 60 days }
        """);

    private readonly List<StampedFact> _log = [];

    [Fact]
    public void A_ticket_that_is_over_goes_as_a_whole_and_one_that_is_not_stays_however_old()
    {
        Ticket("done", "2023-05-01", "ticket.reported", "ticket.resolved", "ticket.closed");
        Ticket("waiting", "2023-05-02", "ticket.reported");
        Ticket("again", "2023-05-03", "ticket.reported", "ticket.resolved", "ticket.reopened");
        Ticket("young", "2026-03-01", "ticket.reported", "ticket.resolved");
        Gone(Own).ShouldBe(["done", "done", "done"]);
    }

    [Fact]
    public void Tickets_that_were_merged_go_together_or_not_at_all()
    {
        Ticket("one", "2023-05-01", "ticket.reported");
        Add("2023-05-02", "ticket.merged", "one", "\"into\":\"two\"");
        Ticket("two", "2023-05-01", "ticket.reported");
        Gone(Own).ShouldBeEmpty();
        Ticket("two", "2023-05-03", "ticket.resolved");
        Gone(Own).ShouldBe(["one", "one", "two", "two"], ignoreOrder: true);
    }

    [Fact]
    public void A_fact_that_came_late_is_as_young_as_its_coming()
    {
        Ticket("done", "2023-05-01", "ticket.reported", "ticket.resolved");
        _log[^1] = _log[^1] with { Recorded = Instant.FromUtc(2026, 4, 1, 0, 0) };
        Gone(Own).ShouldBeEmpty();
    }

    [Fact]
    public void What_still_says_how_things_stand_stays()
    {
        Add("2022-01-01", "service.up", "site", "");
        Add("2023-01-01", "probe.result", "site", "\"good\":true");
        Add("2023-01-02", "probe.result", "site", "\"good\":true");
        Add("2023-01-03", "probe.result", "site", "\"good\":true,\"location\":\"Oslo\"");
        // The last of each observer says how it is since.
        Plan(Own).Sequences.ShouldBe([2]);
    }

    [Fact]
    public void What_was_corrected_stays_with_its_correction()
    {
        Add("2023-01-01", "probe.result", "site", "\"good\":true");
        Add("2023-01-02", "probe.result", "site", "\"good\":true");
        Add("2023-01-03", "fact.retracted", "", "\"source\":\"test\",\"id\":\"0\",\"reason\":\"mistaken\"");
        Add("2023-01-04", "probe.result", "site", "\"good\":true");
        Plan(Own).Sequences.ShouldBe([2]);
    }

    [Fact]
    public void The_other_version_of_a_fact_that_goes_goes_too()
    {
        Ticket("done", "2023-05-01", "ticket.reported", "ticket.resolved");
        var other = new StampedFact(_log[0].Fact, 99, _log[0].Recorded.PlusTicks(5));
        Make(Own, [], [other]).Sequences.ShouldBe([1, 2, 99]);
    }

    [Fact]
    public void An_agreement_that_is_over_and_settled_needs_nothing_any_more()
    {
        Add("2022-01-01", "service.up", "site", "");
        Ticket("done", "2023-05-01", "ticket.reported", "ticket.resolved");
        var plan = Make(Paid, All(), []);
        plan.Sequences.ShouldBe([1, 2, 3]);
        plan.Agreements[0].Edge.IsOver.ShouldBeTrue();
    }

    [Fact]
    public void A_month_that_was_never_issued_keeps_what_follows_and_what_it_looks_back_to()
    {
        Add("2022-01-01", "service.up", "site", "");
        Ticket("early", "2022-02-01", "ticket.reported", "ticket.resolved");
        Ticket("done", "2023-05-01", "ticket.reported", "ticket.resolved");
        // August 2023 is missing. Twelve months of caps and more before it reach into June 2022.
        var plan = Make(Paid, [.. All().Where(static s => s.Label != "2023-08")], []);
        Subjects(plan).ShouldBe(["early", "early"]);
        plan.Agreements[0].Edge.Because.ShouldContain("2023-08-01");
        plan.Agreements[0].Kept.ShouldBe(3);
    }

    [Fact]
    public void An_open_dispute_keeps_what_it_is_about_until_it_is_settled_by_a_statement()
    {
        // Down all of July 2023: a tenth was owed.
        Add("2022-01-01", "service.up", "site", "");
        Add("2023-07-01", "service.down", "site", "");
        Add("2023-08-01", "service.up", "site", "");
        Ticket("done", "2023-07-05", "ticket.reported", "ticket.resolved");
        Make(Paid, All(), []).Sequences.Length.ShouldBe(5);
        Add("2023-08-10", "dispute.opened", "", "\"dispute\":\"D-1\",\"remedy\":\"credit\",\"period\":\"2023-07\",\"by\":\"customer\",\"reason\":\"worse\"");
        var plan = Make(Paid, All(), []);
        plan.Sequences.ShouldBeEmpty();
        plan.Agreements[0].Edge.Because.ShouldContain("2023-07-01");
    }

    [Fact]
    public void What_nobody_takes_in_goes_when_no_open_period_asks_for_it()
    {
        Add("2023-05-01", "ticket.reported", "stray", "", customer: "Nobody");
        Add("2023-05-02", "ticket.resolved", "stray", "", customer: "Nobody");
        var plan = Make(Paid, All(), []);
        (plan.Sequences.Length, plan.Unowned).ShouldBe((2, 2));
        // Of May 2023 nothing is issued: the checklist must still name it.
        Make(Paid, [.. All().Where(static s => string.CompareOrdinal(s.Label, "2023-05") < 0)], []).Sequences.ShouldBeEmpty();
    }

    [Fact]
    public void A_fact_goes_only_when_all_that_might_take_it_in_let_it_go()
    {
        Ticket("done", "2023-05-01", "ticket.reported", "ticket.resolved");
        RetentionPlanner.Make([Of(Own, []), Of(Paid, [])], _log, [], Now, Year, RetentionWorld.Form).Sequences.ShouldBeEmpty();
        RetentionPlanner.Make([Of(Own, []), Of(Paid, All())], _log, [], Now, Year, RetentionWorld.Form).Sequences.Length.ShouldBe(2);
    }

    /// <summary>A statement of each month of the term, issued on the fifth of the next.</summary>
    private ImmutableArray<IssuedStatement> All()
    {
        var issued = ImmutableArray.CreateBuilder<IssuedStatement>();
        foreach (var month in new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), DateTimeZone.Utc).Touching(Paid.TermTime))
        {
            var at = month.During.EndInstant + Duration.FromDays(5);
            issued.Add(IssuedStatement.Of(StatementMaker.Make(Paid, FactSet.Of(_log.Where(f => f.Recorded <= at)).Effective(at), month, at, issued), ""));
        }

        return issued.ToImmutable();
    }

    private RetentionPlan Plan(AgreementVersions versions) => Make(versions, [], []);

    private IEnumerable<string> Gone(AgreementVersions versions) => Subjects(Plan(versions));

    private IEnumerable<string> Subjects(RetentionPlan plan) => plan.Sequences.Select(s => _log[(int)s - 1].Fact.Subject);

    private RetentionPlan Make(AgreementVersions versions, ImmutableArray<IssuedStatement> issued, IEnumerable<StampedFact> conflicts) =>
        RetentionPlanner.Make([Of(versions, issued)], _log, conflicts, Now, Year, RetentionWorld.Form);

    private static RetainedAgreement Of(AgreementVersions versions, ImmutableArray<IssuedStatement> issued) => new(versions.Latest.Id, versions, issued, null);

    private void Ticket(string ticket, string day, params string[] types)
    {
        foreach (var (type, hour) in types.Select(static (t, i) => (t, i)))
            Add($"{day}T{9 + hour:00}:00:00Z", type, ticket, type == "ticket.reported" ? "\"service\":\"site\"" : "");
    }

    private void Add(string time, string type, string subject, string data, string customer = "Klient")
    {
        var at = InstantPattern.ExtendedIso.Parse(time.Length == 10 ? $"{time}T00:00:00Z" : time).Value;
        var address = type.StartsWith("fact.", StringComparison.Ordinal) ? "" : $"\"customer\":\"{customer}\"{(data.Length > 0 ? "," : "")}";
        _log.Add(new StampedFact(LiveWorld.Fact($"{_log.Count}", "test", type, subject, at, address + data), _log.Count + 1, _log.Count == 0 ? at : Instant.Max(at, _log[^1].Recorded.PlusTicks(1))));
    }
}
