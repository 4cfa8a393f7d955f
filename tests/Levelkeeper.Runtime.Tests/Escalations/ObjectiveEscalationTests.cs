using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Runtime.Notifications;
using Levelkeeper.Runtime.Tests.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Outbox;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Escalations;

/// <summary>What people are told of objectives: a budget that is used up, a target that is missed at the end of its period, a period that rolls.</summary>
/// <remarks>March has 744 h, of which 99 % leaves 7 h 26 min 24 s; thirty days leave 7 h 12 min.</remarks>
public sealed class ObjectiveEscalationTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-objectives-").FullName;
    private readonly List<StampedFact> _facts = [];
    private Store _store = null!;
    private EscalationLoop _loop = null!;
    private AgreementVersions _versions = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await Store.OpenAsync(new SqliteDatabase(_folder), On(3, 1), Cancel);
        _loop = new EscalationLoop(_store.Outbox);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_share_of_a_budget_is_told_when_it_is_noticed_and_again_until_somebody_acknowledges()
    {
        Reads("uptime: { measure: availability, of: site, target: at least 99 %, per: month }", "uptime: [ { at: 50 % of budget, tell: anna, repeat: 6 h } ]");
        Site("up", On(1, 1));
        Site("down", On(3, 2));
        (await At(On(3, 2, 3))).ShouldBeEmpty();
        (await At(On(3, 2, 4))).ShouldBe([0]);
        Site("up", On(3, 2, 4));
        (await At(On(3, 2, 9, 59))).ShouldBeEmpty();
        // Another process goes on from when the first one noticed it.
        _loop = new EscalationLoop(_store.Outbox);
        (await At(On(3, 2, 10))).ShouldBe([1]);
        (await At(On(3, 2, 22, 1))).ShouldBe([3]);
        await _store.Outbox.AcknowledgeAsync((await Messages())[0].Thread, new Act("jan", On(3, 3)), Cancel);
        (await At(On(3, 3, 12))).ShouldBeEmpty();
        (await At(On(3, 20))).ShouldBeEmpty();
        (await Messages()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_turn_says_when_a_budget_is_told_of_again()
    {
        Reads("uptime: { measure: availability, of: site, target: at least 99 %, per: month }", "uptime: [ { at: 50 % of budget, tell: anna, repeat: 6 h } ]");
        Site("up", On(1, 1));
        Site("down", On(3, 2));
        (await Turn(On(3, 2, 4))).Next.ShouldBe(On(3, 2, 10));
        (await Turn(On(3, 2, 5))).Next.ShouldBe(On(3, 2, 10));
        (await Turn(On(3, 2, 10))).Next.ShouldBe(On(3, 2, 16));
    }

    [Fact]
    public async Task What_only_the_end_of_a_period_shows_is_told_then()
    {
        Reads("leads: { measure: sum of leads, target: at least 5, per: month }", "leads: [ { at: breach, tell: anna }, { at: 1 h after breach, tell: anna } ]");
        Leads(4, On(3, 5));
        (await At(On(3, 31, 23, 59))).ShouldBeEmpty();
        (await At(On(4, 1, 0, 30))).ShouldBe([0]);
        _loop = new EscalationLoop(_store.Outbox);
        (await At(On(4, 1, 0, 59))).ShouldBeEmpty();
        (await Turn(On(4, 1, 0, 59))).Next.ShouldBe(On(4, 1, 1));
        (await At(On(4, 1, 1))).ShouldBe([0]);
        (await At(On(4, 20))).ShouldBeEmpty();
        StoredNotice.Read((await Messages())[0].Content)!.Objective.ShouldBe("leads/2026-03");
    }

    [Fact]
    public async Task Of_a_period_that_ends_well_nobody_is_told()
    {
        Reads("leads: { measure: sum of leads, target: at least 5, per: month }", "leads: [ { at: breach, tell: anna } ]");
        Leads(5, On(3, 5));
        (await At(On(3, 31))).ShouldBeEmpty();
        (await At(On(4, 1, 0, 30))).ShouldBeEmpty();
        Leads(1, On(4, 5));
        (await At(On(4, 30))).ShouldBeEmpty();
        (await At(On(5, 1, 0, 1))).ShouldBe([0]);
    }

    [Fact]
    public async Task The_last_period_is_told_of_when_the_term_is_over()
    {
        Reads("leads: { measure: sum of leads, target: at least 5, per: month }", "leads: [ { at: breach, tell: anna } ]");
        Leads(4, On(12, 5));
        (await At(On(12, 31, 12))).ShouldBeEmpty();
        (await At(Instant.FromUtc(2027, 1, 1, 0, 1))).ShouldBe([0]);
        StoredNotice.Read((await Messages())[^1].Content)!.Objective.ShouldBe("leads/2026-12");
    }

    [Fact]
    public async Task A_rolling_objective_is_told_of_once_in_each_stretch()
    {
        Reads("uptime: { measure: availability, of: site, target: at least 99 %, per: rolling 30 days }", "uptime: [ { at: 50 % of budget, tell: anna } ]");
        Site("up", On(1, 1));
        Outage(On(3, 2), hours: 4);
        // Half of what is allowed is 3 h 36 min; after 4 h April the 1st has begun to leave them behind.
        var told = new List<Instant>();
        for (var now = On(3, 2); now < On(4, 10); now += Duration.FromHours(2))
        {
            if (now == On(4, 5))
                Outage(On(4, 5), hours: 5);
            _loop = new EscalationLoop(_store.Outbox);
            if ((await At(now)).Count > 0)
                told.Add(now);
        }

        told.ShouldBe([On(3, 2, 4), On(4, 5, 4)]);
    }

    [Fact]
    public async Task A_missed_clock_is_told_of_its_ticket_and_not_of_the_objective_again()
    {
        Reads("reaction: { measure: time to respond, of: tickets of site, within: 4 h, target: every ticket, per: month }", "reaction: [ { at: breach, tell: anna } ]");
        Add("desk", "ticket.reported", "T-1", On(3, 2), "\"service\":\"site\"");
        (await At(On(3, 2, 5))).ShouldBe([0]);
        StoredNotice.Read((await Messages()).Single().Content)!.Ticket.ShouldBe("T-1");
    }

    [Fact]
    public async Task Each_time_a_budget_begins_to_burn_too_fast_it_is_told_and_a_swing_of_the_short_window_is_no_new_time()
    {
        Reads("uptime: { measure: availability, of: site, target: at least 99 %, per: month, burn-alerts: 10 x over 1 h and 5 min }", "uptime: [ { at: burn alert, tell: anna } ]");
        Site("up", On(1, 1));
        // Ten times one percent of an hour is six minutes.
        Site("down", On(3, 10, 12));
        (await At(On(3, 10, 12, 6))).ShouldBeEmpty();
        (await At(On(3, 10, 12, 7))).ShouldBe([0]);
        Site("up", On(3, 10, 12, 10));
        _loop = new EscalationLoop(_store.Outbox);
        (await At(On(3, 10, 12, 20))).ShouldBeEmpty();
        Site("down", On(3, 10, 12, 30));
        Site("up", On(3, 10, 12, 38));
        (await At(On(3, 10, 12, 37))).ShouldBeEmpty();
        await _store.Outbox.AcknowledgeAsync((await Messages())[0].Thread, new Act("jan", On(3, 10, 12, 40)), Cancel);
        (await At(On(3, 10, 14))).ShouldBeEmpty();
        Site("down", On(3, 10, 15));
        (await At(On(3, 10, 15, 5))).ShouldBeEmpty();
        (await At(On(3, 10, 15, 7))).ShouldBe([0]);
        (await At(On(3, 10, 15, 8))).ShouldBeEmpty();
        (await Messages()).Count.ShouldBe(2);
        StoredNotice.Read((await Messages())[0].Content)!.Point.ShouldBe("burn");
    }

    [Fact]
    public async Task Two_windows_and_rates_are_watched_at_once_for_a_share_of_requests_too()
    {
        Reads("good: { measure: share of requests, of: site, target: at least 99 %, per: month, burn-alerts: [ 14 x over 1 h and 5 min, 2 x over 6 h and 30 min ] }", "good: [ { at: burn alert, tell: anna } ]");
        for (var at = On(3, 9); at < On(3, 10); at += Duration.FromMinutes(5))
            Requests(at, good: 100, total: 100);
        // 3 of 100 are bad: three times the even rate. It is too little for the hour, and above twice after four of the six hours: 48 windows of 3 in 72 of 100 are 2 %.
        for (var at = On(3, 10); at < On(3, 10, 6); at += Duration.FromMinutes(5))
            Requests(at, good: 97, total: 100);
        (await At(On(3, 10, 4))).ShouldBeEmpty();
        (await At(On(3, 10, 4, 5))).ShouldBe([0]);
    }

    [Fact]
    public async Task A_number_that_falls_behind_its_period_is_told_of_when_a_tenth_of_it_has_passed()
    {
        Reads("leads: { measure: sum of leads, target: at least 31, per: month }", "leads: [ { at: projected breach, tell: anna } ]");
        Leads(1, On(3, 1, 1));
        // A tenth of the 31 days of March is over on the 4th at 2:24.
        (await Turn(On(3, 3))).ShouldSatisfyAllConditions(t => t.Told.ShouldBeEmpty(), t => t.Next.ShouldBe(On(3, 4, 2, 24)));
        (await At(On(3, 4, 2, 24))).ShouldBe([0]);
        Leads(10, On(3, 5));
        (await At(On(3, 6))).ShouldBeEmpty();
        // Behind again, in the same period.
        (await At(On(3, 20))).ShouldBeEmpty();
        Leads(1, On(4, 2));
        (await At(On(4, 10))).ShouldBe([0]);
    }

    [Fact]
    public async Task Who_has_caught_up_by_then_is_not_told_of()
    {
        Reads("leads: { measure: sum of leads, target: at least 31, per: month }", "leads: [ { at: projected breach, tell: anna } ]");
        Leads(1, On(3, 1, 1));
        (await At(On(3, 3))).ShouldBeEmpty();
        Leads(4, On(3, 4, 1));
        (await At(On(3, 4, 2, 24))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_budget_that_burns_faster_than_its_period_passes_is_projected_to_be_missed()
    {
        Reads("uptime: { measure: availability, of: site, target: at least 99 %, per: month }", "uptime: [ { at: projected breach, tell: anna } ]");
        Site("up", On(1, 1));
        // On the 9th at 23:00 two of 215 hours are lost; at 23:10 more than one of a hundred.
        Site("down", On(3, 9, 21));
        (await At(On(3, 9, 23))).ShouldBeEmpty();
        (await At(On(3, 9, 23, 10))).ShouldBe([0]);
        StoredNotice.Read((await Messages()).Single().Content)!.Point.ShouldBe("projection");
    }

    [Fact]
    public async Task During_an_outage_an_update_is_asked_for_before_it_is_due_and_missed_after_it()
    {
        ReadsUpdates();
        Site("up", On(1, 1));
        Site("down", On(3, 10, 12));
        (await Turn(On(3, 10, 12, 1))).ShouldSatisfyAllConditions(t => t.Told.ShouldBeEmpty(), t => t.Next.ShouldBe(On(3, 10, 12, 25)));
        (await Turn(On(3, 10, 12, 25))).ShouldSatisfyAllConditions(t => t.Told.Single().Recipients.Single().Person.Key.ShouldBe("anna"), t => t.Next.ShouldBe(On(3, 10, 12, 30)));
        // Who tells just at the due is in time; a tick later it is missed.
        (await Turn(On(3, 10, 12, 30))).ShouldSatisfyAllConditions(t => t.Told.ShouldBeEmpty(), t => t.Next.ShouldBe(On(3, 10, 12, 30).PlusTicks(1)));
        (await Turn(On(3, 10, 12, 30).PlusTicks(1))).Told.Single().Recipients.Single().Person.Key.ShouldBe("jan");
        _loop = new EscalationLoop(_store.Outbox);
        (await At(On(3, 10, 12, 44))).ShouldBeEmpty();
        (await At(On(3, 10, 12, 45))).ShouldBe([1]);

        Update(On(3, 10, 12, 50));
        (await At(On(3, 10, 13, 5))).ShouldBeEmpty();
        (await At(On(3, 10, 13, 15))).ShouldBe([0]);
        Update(On(3, 10, 13, 20));
        (await At(On(3, 10, 13, 30))).ShouldBeEmpty();
        Site("up", On(3, 10, 13, 40));
        (await At(On(3, 10, 14, 30))).ShouldBeEmpty();
        StoredNotice.Read((await Messages())[0].Content)!.ToNotification("k").Thread.ShouldBe(new Text.Notifications.NotificationThread(Text.Notifications.ThreadOf.Outage, "site/2026-03-10T12:00:00Z"));
        (await Messages()).Select(m => m.Thread).Distinct().ShouldBe(["site/outage/site/2026-03-10T12:00:00Z"]);
    }

    [Fact]
    public async Task Who_takes_an_update_on_is_reminded_of_the_next_one()
    {
        ReadsUpdates();
        Site("up", On(1, 1));
        Site("down", On(3, 10, 12));
        (await At(On(3, 10, 12, 25))).ShouldBe([0]);
        await _store.Outbox.AcknowledgeAsync((await Messages())[0].Thread, new Act("anna", On(3, 10, 12, 26)), Cancel);
        (await At(On(3, 10, 12, 40))).ShouldBeEmpty();
        Update(On(3, 10, 12, 41));
        (await At(On(3, 10, 13, 6))).ShouldBe([0]);
    }

    [Fact]
    public async Task Planned_maintenance_asks_for_no_update_and_another_services_update_is_none()
    {
        ReadsUpdates();
        Site("up", On(1, 1));
        Add("ops", "maintenance.announced", "web", On(3, 1), "\"service\":\"site\",\"maintenance\":\"M\",\"start\":\"2026-03-10T12:00:00Z\",\"end\":\"2026-03-10T14:00:00Z\"");
        Site("down", On(3, 10, 12));
        (await At(On(3, 10, 13))).ShouldBeEmpty();
        Site("up", On(3, 10, 13, 30));
        Site("down", On(3, 11));
        Add("status", "outage.updated", "other", On(3, 11, 0, 10), "\"service\":\"other\"");
        (await At(On(3, 11, 0, 25))).ShouldBe([0]);
    }

    private void ReadsUpdates() => Reads(
        "uptime: { measure: availability, of: site, target: at least 99 %, per: month, excluding: maintenance }", "uptime: [ { at: 5 min before update, tell: anna }, { at: missed update, tell: jan, repeat: 15 min } ]", "support: { updates: { P1: 15 min, else: 30 min } }\nmaintenance: { site: {} }");

    private void Update(Instant at) => Add("status", "outage.updated", "web", at, "\"service\":\"site\",\"note\":\"we are on it\"");

    private void Requests(Instant start, int good, int total) =>
        Add("proxy", "measurement.window", "web", start + Duration.FromMinutes(5), $"\"service\":\"site\",\"metric\":\"requests\",\"start\":\"{NodaTime.Text.InstantPattern.ExtendedIso.Format(start)}\",\"good\":{good},\"total\":{total}");

    private static Instant On(int month, int day, int hour = 0, int minute = 0) => Instant.FromUtc(2026, month, day, hour, minute);

    private void Reads(string objective, string steps, string rest = "") => _versions = LiveWorld.Read("site", $$"""
        parties: { provider: { name: Firma }, customer: { name: Klient } }
        zone: UTC
        term: { from: 2026-01-01, length: 12 months }
        services: { site: { title: Site } }
        people:
          anna: { name: Anna, email: anna@example.org }
          jan: { name: Jan, email: jan@example.org }
        objectives:
          {{objective}}
        escalation:
          {{steps}}

        """ + rest);

    private async Task<EscalationTurn> Turn(Instant now)
    {
        var facts = FactSet.Of(_facts.OrderBy(f => f.LogSequence));
        return await _loop.RunAsync(LiveReading.Of(_versions, facts, now), facts, Cancel);
    }

    private async Task<List<int>> At(Instant now) => [.. (await Turn(now)).Told.Select(s => s.Repetition)];

    private async Task<IReadOnlyList<Outgoing>> Messages() => [.. (await _store.Outbox.ListAsync(null, 100, cancel: Cancel)).OrderBy(m => m.Due)];

    private void Outage(Instant from, int hours)
    {
        Site("down", from);
        Site("up", from + Duration.FromHours(hours));
    }

    private void Site(string what, Instant at) => Add("probe", $"service.{what}", "web", at, "\"service\":\"site\"");

    private void Leads(int value, Instant at) => Add("crm", "business.measured", "sales", at, $"\"metric\":\"leads\",\"value\":{value}");

    private void Add(string source, string type, string subject, Instant at, string data) =>
        _facts.Add(new StampedFact(LiveWorld.Fact($"{_facts.Count}", source, type, subject, at, data), _facts.Count + 1, at.PlusTicks(_facts.Count)));
}
