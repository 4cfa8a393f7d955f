using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Runtime.Notifications;
using Levelkeeper.Runtime.Tests.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Outbox;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Notifications;

/// <summary>Four hours to respond, at all hours: Anna is told at half of it, at 80 % every half hour until somebody acknowledges, Jan at the breach. The ticket is reported at noon.</summary>
public sealed class EscalationLoopTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);

    private static readonly AgreementVersions Versions = LiveWorld.Read("desk", """
        parties: { provider: { name: Firma }, customer: { name: Klient } }
        zone: UTC
        term: { from: 2026-01-01, length: 12 months }
        services: { desk: { title: Desk } }
        people:
          anna: { name: Anna, email: anna@example.org }
          jan: { name: Jan, email: jan@example.org }
        objectives:
          reaction: { measure: time to respond, of: tickets of desk, within: 4 h, target: every ticket, per: month }
        escalation:
          reaction:
            - { at: 50 % of clock, tell: anna }
            - { at: 80 % of clock, tell: anna, repeat: 30 min }
            - { at: breach, tell: [anna, jan] }
        """);

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-escalation-").FullName;
    private readonly List<StampedFact> _facts = [];
    private AgreementVersions _versions = Versions;
    private Store _store = null!;
    private EscalationLoop _loop = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await Store.OpenAsync(new SqliteDatabase(_folder), Noon, Cancel);
        _loop = new EscalationLoop(_store.Outbox);
        Add("reported", Noon);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Each_step_is_decided_when_its_time_has_come_and_once()
    {
        (await At(13, 59)).ShouldBeEmpty();
        (await At(14, 0)).ShouldBe([(0, "50 %")]);
        (await At(14, 0)).ShouldBeEmpty();
        // Half and 80 % of four hours, then every half hour: 14:00, 15:12, 15:42; the breach at 16:00.
        (await At(15, 12)).ShouldBe([(0, "80 %")]);
        (await At(15, 42)).ShouldBe([(1, "80 %")]);
        (await At(16, 1)).ShouldBe([(0, "breach")]);
        (await Messages()).Select(m => (Address(m), m.Due)).ShouldBe(
        [
            ("anna@example.org", Noon + Duration.FromHours(2)),
            ("anna@example.org", Noon + Duration.FromMinutes(192)),
            ("anna@example.org", Noon + Duration.FromMinutes(222)),
            ("anna@example.org", Noon + Duration.FromMinutes(241)),
            ("jan@example.org", Noon + Duration.FromMinutes(241)),
        ]);
    }

    [Fact]
    public async Task Another_process_that_knows_nothing_decides_nothing_twice()
    {
        await At(14, 0);
        _loop = new EscalationLoop(_store.Outbox);
        (await At(14, 1)).ShouldBeEmpty();
        (await Messages()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task After_a_time_in_which_nothing_was_decided_of_what_repeats_only_the_last_is_told()
    {
        (await At(15, 50)).ShouldBe([(0, "50 %"), (1, "80 %")]);
        (await At(15, 50)).ShouldBeEmpty();
        (await Messages()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Who_acknowledges_stops_the_chain_and_the_breach_is_not_told()
    {
        await At(15, 12);
        Add("acknowledged", Noon + Duration.FromMinutes(200));
        (await At(15, 50)).ShouldBeEmpty();
        (await At(17, 0)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_clock_that_was_stopped_nobody_is_told_any_more()
    {
        Add("replied", Noon + Duration.FromHours(1), "\"by\":\"provider\"");
        (await At(17, 0)).ShouldBeEmpty();
        (await Messages()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_turn_says_when_the_next_step_comes()
    {
        var facts = FactSet.Of(_facts);
        var wakes = new List<Instant>();
        for (var now = Noon; now < Noon + Duration.FromHours(4); now = wakes[^1])
            wakes.Add((await _loop.RunAsync(LiveReading.Of(Versions, facts, now), facts, Cancel)).Next!.Value);
        wakes.ShouldBe([.. ((int[])[120, 192, 222, 240]).Select(m => Noon + Duration.FromMinutes(m))]);
        // The breach is a tick later.
        (await _loop.RunAsync(LiveReading.Of(Versions, facts, wakes[^1]), facts, Cancel)).Next.ShouldBe(wakes[^1].PlusTicks(1));
    }

    [Fact]
    public async Task At_its_due_a_clock_is_not_breached_yet_and_who_replies_just_then_is_in_time()
    {
        (await At(15, 59)).Count().ShouldBe(2);
        (await At(16, 0)).ShouldBeEmpty();
        Add("replied", Noon + Duration.FromHours(4), "\"by\":\"provider\"");
        (await At(16, 1)).ShouldBeEmpty();
        (await Messages()).ShouldAllBe(m => Address(m) == "anna@example.org");
    }

    [Fact]
    public async Task Who_acknowledges_the_thread_without_a_fact_stops_the_chain_too()
    {
        await At(15, 12);
        await _store.Outbox.AcknowledgeAsync(EscalationPlan.ThreadOf("desk", "T-1"), new Storage.Documents.Act("jan", Noon + Duration.FromMinutes(200)), Cancel);
        (await At(15, 50)).ShouldBeEmpty();
        (await At(17, 0)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_passed_over_is_written_down_and_tells_nobody_later()
    {
        (await At(15, 50)).Count().ShouldBe(2);
        // 80 % at 15:12 was passed over for its repetition at 15:42.
        var names = (await Messages()).Select(m => m.Decision).ToList();
        names.Single(n => n.EndsWith("/1", StringComparison.Ordinal)).ShouldBe("desk/respond/T-1/1/4/5 of clock/1");
        (await _store.Outbox.DecidedAtAsync("desk/respond/T-1/1/4/5 of clock", Cancel)).ShouldBe(Noon + Duration.FromMinutes(230));
        names.ShouldNotContain("desk/respond/T-1/1/4/5 of clock");
    }

    [Fact]
    public async Task Whom_the_version_in_force_names_is_told_and_not_whom_a_later_one_will()
    {
        var versions = LiveWorld.Read("desk", """
            parties: { provider: { name: Firma }, customer: { name: Klient } }
            zone: UTC
            term: { from: 2026-01-01, length: 12 months }
            services: { desk: { title: Desk } }
            people:
              anna: { name: Anna, email: anna@example.org }
            objectives:
              reaction: { measure: time to respond, of: tickets of desk, within: 4 h, target: every ticket, per: month }
            escalation:
              reaction: [ { at: 50 % of clock, tell: anna } ]
            amendments:
              - { from: 2026-03-10, title: Another address, changes: { people: { anna: { email: later@example.org } } } }
            """);
        var facts = FactSet.Of(_facts);
        await _loop.RunAsync(LiveReading.Of(versions, facts, Noon + Duration.FromHours(3)), facts, Cancel);
        Address((await Messages()).Single()).ShouldBe("anna@example.org");
    }

    [Fact]
    public async Task An_amendment_that_puts_steps_in_another_order_renames_the_objective_and_adds_one_has_nobody_told_twice()
    {
        (await At(15, 12)).ShouldBe([(0, "50 %"), (0, "80 %")]);
        _versions = LiveWorld.Read("desk", """
            parties: { provider: { name: Firma }, customer: { name: Klient } }
            zone: UTC
            term: { from: 2026-01-01, length: 12 months }
            services: { desk: { title: Desk } }
            people:
              anna: { name: Anna, email: anna@example.org }
              jan: { name: Jan, email: jan@example.org }
            objectives:
              answer: { measure: time to respond, of: tickets of desk, within: 4 h, target: every ticket, per: month }
            escalation:
              answer:
                - { at: breach, tell: [anna, jan] }
                - { at: 75 % of clock, tell: jan }
                - { at: 80 % of clock, tell: [jan, anna] }
                - { at: 50 % of clock, tell: jan }
            """);
        // Only what is new is told: three quarters of the four hours passed at 15:00.
        (await At(15, 13)).ShouldBe([(0, "75 %")]);
        (await At(16, 1)).ShouldBe([(0, "breach")]);
    }

    [Fact]
    public async Task A_second_step_at_the_same_point_that_comes_first_by_its_name_is_told_and_the_older_one_not_again()
    {
        _versions = AtBreach("{ at: breach, tell: jan, repeat: 1 h }");
        (await At(16, 1)).ShouldBe([(0, "breach")]);
        _versions = AtBreach("{ at: breach, tell: jan, repeat: 1 h }", "{ at: breach, tell: anna }");
        (await At(16, 2)).ShouldBe([(0, "breach")]);
        // An hour after the breach Jan's comes again, and Anna's does not.
        (await At(17, 1)).ShouldBe([(1, "breach")]);
        _loop = new EscalationLoop(_store.Outbox);
        (await At(17, 2)).ShouldBeEmpty();
        _versions = AtBreach("{ at: breach, tell: anna }", "{ at: breach, tell: jan, repeat: 1 h }");
        (await At(17, 3)).ShouldBeEmpty();
        (await Messages()).Select(Address).ShouldBe(["jan@example.org", "anna@example.org", "jan@example.org"]);
    }

    [Fact]
    public async Task Who_is_named_in_place_of_another_at_the_same_point_is_not_told_again()
    {
        _versions = AtBreach("{ at: breach, tell: jan }");
        (await At(16, 1)).ShouldBe([(0, "breach")]);
        _versions = AtBreach("{ at: breach, tell: anna }");
        (await At(16, 2)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_earlier_build_decided_under_the_name_of_its_place_is_not_decided_again()
    {
        await _store.Outbox.DecideAsync("desk/respond/T-1/1/escalation.reaction[0]", [], Noon + Duration.FromHours(2), [], Cancel);
        await _store.Outbox.DecideAsync("desk/respond/T-1/1/escalation.reaction[1]/1", [], Noon + Duration.FromMinutes(222), [], Cancel);
        (await At(15, 50)).ShouldBeEmpty();
        (await At(16, 1)).ShouldBe([(0, "breach")]);
    }

    private static AgreementVersions AtBreach(params string[] steps) => LiveWorld.Read("desk", $$"""
        parties: { provider: { name: Firma }, customer: { name: Klient } }
        zone: UTC
        term: { from: 2026-01-01, length: 12 months }
        services: { desk: { title: Desk } }
        people:
          anna: { name: Anna, email: anna@example.org }
          jan: { name: Jan, email: jan@example.org }
        objectives:
          reaction: { measure: time to respond, of: tickets of desk, within: 4 h, target: every ticket, per: month }
        escalation:
          reaction: [ {{string.Join(", ", steps)}} ]
        """);

    private async Task<IEnumerable<(int Repetition, string At)>> At(int hour, int minute)
    {
        var facts = FactSet.Of(_facts);
        var reading = LiveReading.Of(_versions, facts, Instant.FromUtc(2026, 3, 2, hour, minute));
        return (await _loop.RunAsync(reading, facts, Cancel)).Told.Select(s => (s.Repetition, s.Step.At switch
        {
            Core.Escalations.EscalationPoint.OfClock { Share: var share } => $"{(share * 100).Floor()} %",
            Core.Escalations.EscalationPoint.AfterBreach => "breach",
            _ => "another",
        }));
    }

    private async Task<IReadOnlyList<Outgoing>> Messages() => [.. (await _store.Outbox.ListAsync(null, 100, cancel: Cancel)).OrderBy(m => m.Due).ThenBy(Address, StringComparer.Ordinal)];

    private static string Address(Outgoing message) => StoredNotice.Read(message.Content)!.Address;

    private void Add(string what, Instant at, string data = "\"service\":\"desk\"") =>
        _facts.Add(new StampedFact(LiveWorld.Fact($"{_facts.Count}", "desk", $"ticket.{what}", "T-1", at, data), _facts.Count + 1, at.PlusTicks(_facts.Count)));
}
