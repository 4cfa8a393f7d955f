using System.Globalization;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Live;

/// <summary>Worked by hand. Times are of March 2026 on the wall clock of Warsaw, an hour ahead of UTC; its office is open from 09:00 to 17:00, from Monday to Friday.</summary>
public sealed class LiveAgreementsTests
{
    private readonly LiveAgreements _live = new();
    private readonly List<StampedFact> _log = [];
    private readonly List<LiveChange> _changes = [];

    [Fact]
    public void A_breach_comes_at_its_instant_without_any_fact()
    {
        // Four hours in office hours from Friday 09:00: at risk when four fifths are gone, at 12:12; due at 13:00.
        Put("klient");
        Happens("ticket.reported", "T-1", At(6, 9), "\"service\":\"site\",\"customer\":\"Klient\"");
        Pass(At(6, 9)).ShouldContain(Clock("klient", "respond/T-1/1", "", "running", At(6, 9)));
        _live.NextWake.ShouldBe(At(6, 12, 12));
        Pass(At(6, 12, 12)).ShouldBe([new LiveChange(LiveChangeKind.ClockAtRisk, "klient", "respond/T-1/1", "", "at risk", At(6, 12, 12))]);
        _live.NextWake.ShouldBe(At(6, 13).PlusTicks(1));
        Pass(At(6, 13)).ShouldBeEmpty();
        Pass(At(6, 13).PlusTicks(1)).ShouldContain(Clock("klient", "respond/T-1/1", "running", "breached", At(6, 13)));
        // One of one late: nine in ten can still be reached while that version is in force.
        StateOf("klient", LiveChangeKind.Objective, "reaction/2026-03 (version of 2026-03-01)").ShouldBe("at risk");
    }

    [Fact]
    public void Whoever_looks_late_is_told_of_the_breach_with_its_instant()
    {
        Put("klient");
        Happens("ticket.reported", "T-1", At(6, 9), "\"service\":\"site\",\"customer\":\"Klient\"");
        Pass(At(6, 9));
        Pass(At(9, 0)).ShouldContain(Clock("klient", "respond/T-1/1", "running", "breached", At(6, 13)));
    }

    [Fact]
    public void What_was_done_in_time_and_becomes_known_late_undoes_the_breach()
    {
        Put("klient");
        Happens("ticket.reported", "T-1", At(6, 9), "\"service\":\"site\",\"customer\":\"Klient\"");
        Pass(At(6, 14));
        Happens("ticket.replied", "T-1", At(6, 12), "\"by\":\"provider\"");
        Pass(At(6, 15)).ShouldBe(
        [
            Clock("klient", "respond/T-1/1", "breached", "met", At(6, 12)),
            new LiveChange(LiveChangeKind.Objective, "klient", "reaction/2026-03 (version of 2026-03-01)", "at risk", "met", At(6, 15)),
        ], ignoreOrder: true);
    }

    [Fact]
    public void A_retraction_takes_back_what_followed_from_the_fact()
    {
        Put("klient");
        Happens("ticket.reported", "T-1", At(6, 9), "\"service\":\"site\",\"customer\":\"Klient\"");
        Pass(At(6, 10));
        Happens("fact.retracted", "", At(6, 10), "\"source\":\"test\",\"id\":\"1\",\"reason\":\"a test\"");
        Pass(At(6, 11)).ShouldContain(Clock("klient", "respond/T-1/1", "running", "", At(6, 11)));
        _live.StatesOf("klient")!.Keys.ShouldNotContain(k => k.Kind == LiveChangeKind.Clock);
    }

    [Fact]
    public void An_outage_that_lasts_uses_up_the_budget_at_its_instant()
    {
        // A week has 168 h; one per cent of them is 1 h 40 min 48 s.
        Put("other");
        Happens("service.up", "site", At(8, 12), "\"service\":\"site\"");
        Happens("service.down", "site", At(9, 10), "\"service\":\"site\"");
        Pass(At(9, 10).PlusTicks(1));
        List<LiveChange> told = [];
        while (_live.NextWake is { } wake && wake < At(9, 12))
            told.AddRange(Pass(wake));
        var lost = told.Where(c => c.Now == "breached").ShouldHaveSingleItem();
        (lost.Subject, lost.Before, lost.At).ShouldBe(("uptime/2026-W11", "at risk", At(9, 11, 40) + Duration.FromSeconds(48)));
        StateOf("other", LiveChangeKind.Outage, "uptime/2026-W11").ShouldBe("down");
    }

    [Fact]
    public void A_share_of_the_budget_of_which_somebody_is_told_is_reached_at_its_instant()
    {
        // Half of 1 h 40 min 48 s.
        Put("other");
        Happens("service.up", "site", At(8, 12), "\"service\":\"site\"");
        Happens("service.down", "site", At(9, 10), "\"service\":\"site\"");
        Pass(At(9, 10).PlusTicks(1));
        List<LiveChange> told = [];
        while (_live.NextWake is { } wake && wake < At(9, 11))
            told.AddRange(Pass(wake));
        var half = told.Where(c => c.Kind == LiveChangeKind.Budget).ShouldHaveSingleItem();
        (half.Subject, half.Before, half.Now).ShouldBe(("uptime/2026-W11", "", "50 % used"));
        // No formula gives the instant: it is found to the millisecond.
        (half.At - (At(9, 10, 50) + Duration.FromSeconds(24))).ShouldBeInRange(Duration.Zero, Duration.FromMilliseconds(1));

        // The outage was shorter than it seemed.
        Happens("service.up", "site", At(9, 10, 30), "\"service\":\"site\"");
        Pass(At(9, 11)).ShouldContain(c => c.Kind == LiveChangeKind.Budget && c.Before == "50 % used" && c.Now == "");
    }

    [Fact]
    public void A_fact_about_one_service_has_nothing_read_anew_that_rests_on_another()
    {
        Put("klient");
        Put("other");
        Happens("ticket.reported", "T-1", At(6, 9), "\"service\":\"site\",\"customer\":\"Klient\"");
        Happens("ticket.reported", "T-2", At(6, 9), "\"service\":\"desk\",\"customer\":\"Klient\"");
        Happens("service.up", "web", At(6, 9), "");
        Happens("service.up", "db", At(6, 9), "");
        Pass(At(6, 9, 30));
        var (before, tickets) = (Readings(), Tickets());

        Happens("ticket.replied", "T-1", At(6, 9, 30), "\"by\":\"provider\"");
        Pass(At(6, 9, 31));
        (Tickets() - tickets).ShouldBe(1);
        Readings().ShouldBe(before with { Reaction = before.Reaction + 1 });
        (before, tickets) = (Readings(), Tickets());

        // A reply moves no clock, so no share of tickets is other than it was.
        Happens("ticket.replied", "T-2", At(6, 9, 32), "\"by\":\"provider\"");
        Pass(At(6, 9, 33));
        (Tickets() - tickets).ShouldBe(1);
        Readings().ShouldBe(before);

        Happens("service.down", "web", At(6, 9, 34), "");
        Pass(At(6, 9, 35));
        (Tickets() - tickets).ShouldBe(1);
        Readings().ShouldBe(before with { Uptime = before.Uptime + 1 });

        ReadingCounts Readings() => new(
            _live.ReadingsOf("klient", "uptime"), _live.ReadingsOf("klient", "reaction"), _live.ReadingsOf("klient", "fix"), _live.ReadingsOf("other", "uptime") + _live.ReadingsOf("other", "reaction"));
        int Tickets() => _live.TicketReadingsOf("klient");
    }

    [Fact]
    public void A_new_version_tells_only_what_stands_otherwise_than_before()
    {
        Put("other");
        Happens("ticket.reported", "T-1", At(6, 9), "\"service\":\"site\"");
        Happens("ticket.reported", "T-2", At(6, 11), "\"service\":\"site\"");
        Pass(At(6, 11, 30)).ShouldContain(Clock("other", "respond/T-1/1", "", "breached", At(6, 10)));
        _live.Put("other", LiveWorld.Agreements["other"]);
        Pass(At(6, 11, 31)).ShouldBeEmpty();
        _live.Put("other", LiveWorld.Slower);
        Pass(At(6, 11, 32)).ShouldBe(
        [
            // Three hours from 09:00: at risk from 11:24 on.
            Clock("other", "respond/T-1/1", "breached", "running", At(6, 11, 32)),
            new LiveChange(LiveChangeKind.ClockAtRisk, "other", "respond/T-1/1", "", "at risk", At(6, 11, 24)),
            new LiveChange(LiveChangeKind.Objective, "other", "reaction/2026-03", "breached", "no activity", At(6, 11, 32)),
        ], ignoreOrder: true);
    }

    [Fact]
    public void A_period_that_is_over_is_told_with_what_it_came_to()
    {
        // Two leads of the five that are promised for March: Warsaw's April begins at 22:00 UTC.
        Put("leads");
        Happens("business.measured", "", At(10, 9), "\"metric\":\"leads\",\"value\":2");
        Pass(At(30, 9));
        var end = Instant.FromUtc(2026, 3, 31, 22, 0);
        List<LiveChange> told = [];
        while (_live.NextWake is { } wake && wake <= end)
            told.AddRange(Pass(wake));
        told.ShouldContain(new LiveChange(LiveChangeKind.Period, "leads", "leads/2026-03", "running", "breached", end));
        told.ShouldContain(new LiveChange(LiveChangeKind.Objective, "leads", "leads/2026-03", "at risk", "breached", end));
    }

    [Fact]
    public void Whoever_looks_first_at_the_instant_at_which_a_period_begins_misses_nothing_of_it()
    {
        // Warsaw's March began at 23:00 UTC; a tick later it has a result.
        Put("leads");
        Pass(At(1, 0));
        _live.NextWake.ShouldBe(At(1, 0).PlusTicks(1));
        Pass(At(1, 0).PlusTicks(1)).ShouldHaveSingleItem().Subject.ShouldBe("leads/2026-03");
    }

    [Fact]
    public void A_fact_of_later_waits_until_then()
    {
        Put("klient");
        Happens("ticket.reported", "T-1", At(6, 12), "\"service\":\"site\",\"customer\":\"Klient\"");
        Pass(At(6, 9)).ShouldNotContain(c => c.Kind == LiveChangeKind.Clock);
        _live.NextWake.ShouldBe(At(6, 12));
        Pass(At(6, 12)).ShouldContain(Clock("klient", "respond/T-1/1", "", "running", At(6, 12)));
    }

    [Fact]
    public void A_conflict_changes_nothing_and_is_listed()
    {
        Put("klient");
        Happens("ticket.reported", "T-1", At(6, 9), "\"service\":\"site\",\"customer\":\"Klient\"");
        Pass(At(6, 9));
        var other = LiveWorld.Fact("1", "test", "ticket.reported", "T-1", At(6, 8), "\"service\":\"site\"");
        _live.Apply([], [new StampedFact(other, 2, At(6, 10))]);
        _live.Head.ShouldBe(2);
        Pass(At(6, 9, 1)).ShouldBeEmpty();
        _live.Conflicts().ShouldHaveSingleItem().Other.ShouldBe(other);
    }

    [Fact]
    public void What_was_taken_in_before_is_passed_over()
    {
        Put("klient");
        Happens("ticket.reported", "T-1", At(6, 9), "\"service\":\"site\",\"customer\":\"Klient\"");
        Pass(At(6, 9));
        _live.Apply(_log);
        Pass(At(6, 9, 1)).ShouldBeEmpty();
        _live.FactsOf("klient")!.Count.ShouldBe(1);
    }

    private static Instant At(int day, int hour, int minute = 0) => Instant.FromUtc(2026, 3, day, hour, minute) - Duration.FromHours(1);

    private static LiveChange Clock(string agreement, string subject, string before, string now, Instant at) => new(LiveChangeKind.Clock, agreement, subject, before, now, at);

    private void Put(string id) => _live.Put(id, LiveWorld.Agreements[id]);

    private void Happens(string type, string subject, Instant time, string data)
    {
        var fact = LiveWorld.Fact((_log.Count + 1).ToString(CultureInfo.InvariantCulture), "test", type, subject, time, data);
        _log.Add(new StampedFact(fact, _log.Count + 1, Instant.FromUtc(2026, 4, 1, 0, 0).PlusTicks(_log.Count)));
        _live.Apply([_log[^1]]);
    }

    private List<LiveChange> Pass(Instant now)
    {
        var told = new List<LiveChange>();
        _live.AdvanceTo(now, (_, changes) => told.AddRange(changes));
        foreach (var agreement in _live.StandingAt(now, (_, _) => throw new InvalidOperationException("Nothing more may change.")).Agreements)
            LiveWorld.Differences(_live, agreement.Id, agreement.Versions, FactSet.Of(_log), now).ShouldBeEmpty();
        return told;
    }

    private string? StateOf(string id, LiveChangeKind kind, string subject) => _live.StatesOf(id)!.TryGetValue((kind, subject), out var state) ? state.State : null;

    private sealed record ReadingCounts(int Uptime, int Reaction, int Fix, int Others);
}
