using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Runtime.Tests.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Sql;
using Levelkeeper.Storage.Tests.Log;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Escalations;

/// <summary>What is looked at, and how often, when something happens and when nothing does.</summary>
/// <remarks>A hundred tickets, reported a minute apart from noon on; four hours of time to respond, of which people are told at two hours, at the breach, and an hour after it.</remarks>
public sealed class LiveEscalationsTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-planned-").FullName;
    private readonly LiveAgreements _live = new();
    private FaultyDatabase _database = null!;
    private Store _store = null!;
    private LiveEscalations _escalations = null!;
    private int _facts;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = new FaultyDatabase(new SqliteDatabase(_folder));
        _store = await Store.OpenAsync(_database, Noon, Cancel);
        _escalations = new LiveEscalations(_live, _store.Outbox);
        _live.Put("desk", Desk("{ at: 50 % of clock, tell: anna }, { at: breach, tell: anna }, { at: 1 h after breach, tell: anna }"));
        Happens("service.up", "web", Instant.FromUtc(2026, 1, 1, 0, 0), "\"service\":\"desk\"");
        for (var i = 0; i < 100; i++)
            Happens("ticket.reported", $"T-{i}", Noon + Duration.FromMinutes(i), "\"service\":\"desk\"");
        // Of these nobody is told anything.
        for (var i = 0; i < 100; i++)
            Happens("ticket.reported", $"C-{i}", Noon + Duration.FromMinutes(i), "\"service\":\"chat\"");
        await LookAsync(Noon + Duration.FromMinutes(100));
        _escalations.TicketsPlanned.ShouldBe(100);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_fact_of_one_ticket_has_one_ticket_planned()
    {
        Happens("ticket.status", "T-7", Noon + Duration.FromMinutes(101), "\"status\":\"waiting\"");
        (await LookAsync(Noon + Duration.FromMinutes(101))).ShouldBeEmpty();
        _escalations.TicketsPlanned.ShouldBe(101);
    }

    [Fact]
    public async Task A_fact_by_which_its_clocks_go_on_as_they_did_has_none_planned()
    {
        Happens("ticket.replied", "T-7", Noon + Duration.FromMinutes(101), "\"by\":\"customer\"");
        Happens("ticket.assigned", "T-8", Noon + Duration.FromMinutes(101), "\"to\":\"ann\"");
        (await LookAsync(Noon + Duration.FromMinutes(101))).ShouldBeEmpty();
        _escalations.TicketsPlanned.ShouldBe(100);
    }

    [Fact]
    public async Task A_ticket_on_whose_clocks_no_step_is_costs_nothing()
    {
        Happens("ticket.status", "C-7", Noon + Duration.FromMinutes(101), "\"status\":\"waiting\"");
        Happens("ticket.priority", "C-8", Noon + Duration.FromMinutes(101), "\"priority\":\"low\"");
        (await LookAsync(Noon + Duration.FromMinutes(101))).ShouldBeEmpty();
        _escalations.TicketsPlanned.ShouldBe(100);
    }

    [Fact]
    public async Task A_second_in_which_nothing_happens_plans_nothing()
    {
        for (var second = 1; second < 60; second++)
        {
            _live.AdvanceTo(Noon + Duration.FromMinutes(100) + Duration.FromSeconds(second), (_, _) => { });
            _escalations.Due().ShouldBeEmpty();
        }

        // Two hours after the first was reported.
        _escalations.NextWake.ShouldBe(Noon + Duration.FromHours(2));
        await LookAsync(Noon + Duration.FromMinutes(119));
        (_escalations.TicketsPlanned, _escalations.ObjectivesPlanned).ShouldBe((100, 1));
    }

    [Fact]
    public async Task A_step_that_comes_has_its_ticket_planned_and_no_other()
    {
        (await LookAsync(Noon + Duration.FromMinutes(120))).Single().Name.ShouldBe("desk/respond/T-0/1/1/2 of clock");
        (await LookAsync(Noon + Duration.FromMinutes(122))).Select(s => s.Name).ShouldBe(["desk/respond/T-1/1/1/2 of clock", "desk/respond/T-2/1/1/2 of clock"], ignoreOrder: true);
        _escalations.TicketsPlanned.ShouldBe(103);
        _escalations.NextWake.ShouldBe(Noon + Duration.FromMinutes(123));
    }

    [Fact]
    public async Task Of_a_ticket_that_was_answered_nothing_waits_any_more()
    {
        for (var i = 0; i < 100; i++)
            Happens("ticket.replied", $"T-{i}", Noon + Duration.FromMinutes(101), "\"by\":\"provider\"");
        (await LookAsync(Noon + Duration.FromMinutes(101))).ShouldBeEmpty();
        _escalations.TicketsPlanned.ShouldBe(100);
        _escalations.NextWake.ShouldBeNull();
        (await LookAsync(Noon + Duration.FromHours(9))).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_amended_agreement_has_all_its_tickets_planned_by_what_it_says_now()
    {
        _live.Put("desk", Desk("{ at: 25 % of clock, tell: anna }"));
        // An hour ago or more some forty were reported.
        (await LookAsync(Noon + Duration.FromMinutes(101))).Length.ShouldBe(42);
        _escalations.TicketsPlanned.ShouldBe(200);
    }

    [Fact]
    public async Task An_agreement_that_is_taken_out_tells_nobody_any_more()
    {
        Happens("ticket.status", "T-7", Noon + Duration.FromMinutes(101), "\"status\":\"waiting\"");
        _live.AdvanceTo(Noon + Duration.FromMinutes(101), (_, _) => { });
        _live.Remove("desk");
        (await LookAsync(Noon + Duration.FromHours(9))).ShouldBeEmpty();
        _escalations.NextWake.ShouldBeNull();
        (await _store.Outbox.ListAsync(null, 10, cancel: Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_could_not_be_written_is_decided_a_second_later()
    {
        _database.Next = CommitFault.Before;
        var now = Noon + Duration.FromMinutes(120);
        await Should.ThrowAsync<IOException>(() => LookAsync(now));
        _database.Unreachable = false;
        _escalations.NextWake.ShouldBe(now + Duration.FromSeconds(1));
        _live.AdvanceTo(now + Duration.FromMilliseconds(900), (_, _) => { });
        _escalations.Due().ShouldBeEmpty();
        (await LookAsync(now + Duration.FromSeconds(1))).Single().Name.ShouldBe("desk/respond/T-0/1/1/2 of clock");
    }

    [Fact]
    public async Task A_stretch_of_a_rolling_objective_ends_though_nothing_happens()
    {
        // Of 48 hours 28 min 48 s may be lost: half of it after 14 min 24 s, and again when the first outage has left the window.
        _live.Remove("desk");
        _live.Put("rolls", LiveWorld.Read("rolls", """
            parties: { provider: { name: Firma }, customer: { name: Klient } }
            zone: UTC
            term: { from: 2026-01-01, length: 12 months }
            services: { site: { title: Site } }
            people: { anna: { name: Anna, email: anna@example.org } }
            objectives: { uptime: { measure: availability, of: site, target: at least 99 %, per: rolling 2 days } }
            escalation: { uptime: [ { at: 50 % of budget, tell: anna } ] }
            """));
        var (told, now) = (new List<Instant>(), Noon + Duration.FromHours(3));
        Happens("service.up", "node", Instant.FromUtc(2026, 1, 1, 0, 0), "\"service\":\"site\"");
        await OutageAsync();
        await UntilAsync(now + Duration.FromDays(3));
        await OutageAsync();
        // The second began twenty minutes and three days after the first; live evaluation finds the instant to the millisecond.
        var expected = Noon + Duration.FromHours(3) + Duration.FromSeconds(864);
        told.Count.ShouldBe(2);
        (told[0] - expected).ShouldBeInRange(Duration.Zero, Duration.FromMilliseconds(1));
        (told[1] - expected - Duration.FromDays(3) - Duration.FromMinutes(20)).ShouldBeInRange(Duration.Zero, Duration.FromMilliseconds(1));

        async Task OutageAsync()
        {
            Happens("service.down", "node", now, "\"service\":\"site\"");
            await UntilAsync(now + Duration.FromMinutes(20));
            Happens("service.up", "node", now, "\"service\":\"site\"");
        }

        async Task UntilAsync(Instant end)
        {
            // As the server does: it wakes when something is said to come, and at no other time.
            for (; now < end; now = Instant.Min(end, Instant.Max(now, Instant.Min(_live.NextWake ?? end, _escalations.NextWake ?? end))))
                told.AddRange((await LookAsync(now)).Select(_ => now));
        }
    }

    private static AgreementVersions Desk(string steps) => LiveWorld.Read("desk", $$"""
        parties: { provider: { name: Firma }, customer: { name: Klient } }
        zone: UTC
        term: { from: 2026-01-01, length: 12 months }
        services: { desk: { title: Desk }, chat: { title: Chat } }
        people: { anna: { name: Anna, email: anna@example.org } }
        clocks: { chatted: { like: respond, pauses: waiting } }
        objectives:
          reaction: { measure: time to respond, of: tickets of desk, within: 4 h, target: every ticket, per: month, pauses: waiting }
          chats: { measure: time to chatted, of: tickets of chat, within: 1 h, target: every ticket, per: month }
          uptime: { measure: availability, of: desk, target: at least 99 %, per: month }
        escalation:
          reaction: [ {{steps}} ]
          uptime: [ { at: 50 % of budget, tell: anna } ]
        """);

    private async Task<PlannedStep[]> LookAsync(Instant now)
    {
        _live.AdvanceTo(now, (_, _) => { });
        var told = new List<PlannedStep>();
        foreach (var id in _escalations.Due())
            told.AddRange((await _escalations.RunAsync(id, Cancel)).Told);
        return [.. told];
    }

    private void Happens(string type, string ticket, Instant at, string data)
    {
        _facts++;
        _live.Apply([new StampedFact(LiveWorld.Fact($"{_facts}", "desk", type, ticket, at, data), _facts, Instant.FromUtc(2030, 1, 1, 0, 0).PlusTicks(_facts))]);
    }
}
