using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Tests.Clocks;

/// <summary>Live equals replay: after each fact, however it comes, what is kept and what was told are what the whole log says.</summary>
public sealed class LiveTicketsProperties
{
    [Fact]
    public void What_is_kept_and_told_live_equals_the_replay_of_the_log_after_every_fact() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => new LiveRun(seed).ToTheEnd()).Check(Seeds.Config(500));

    [Fact]
    public void So_it_does_when_amendments_change_the_clocks() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => new LiveRun(seed, isAmended: true).ToTheEnd()).Check(Seeds.Config(500));

    [Fact]
    public void The_random_desks_show_every_verdict_and_what_goes_between_tickets()
    {
        var desks = Enumerable.Range(1, 300).Select(seed => new RandomDesk(seed)).ToList();
        var readings = desks.SelectMany(d => TicketClocks.Evaluate(d.Program, d.Facts, TicketLog.Monday + Duration.FromDays(5))).ToList();
        readings.Select(r => r.Verdict).Distinct().Order().ShouldBe(Enum.GetValues<ClockVerdict>());
        readings.ShouldContain(r => r.Segments.Any(s => s.Kind == ClockSegmentKind.Inherited));
        readings.ShouldContain(r => r.Segments.Any(s => s.Kind == ClockSegmentKind.CustomerLate));
        readings.ShouldContain(r => r.Cycle > 2);
        readings.ShouldContain(r => r.PinnedDue != null);
    }

    [Fact]
    public void The_amended_desks_show_clocks_of_every_kind_of_version()
    {
        var desks = Enumerable.Range(1, 300).Select(seed => new RandomDesk(seed, isAmended: true)).ToList();
        var read = desks.SelectMany(d => TicketClocks.Evaluate(d.Program, d.Facts, TicketLog.Monday + Duration.FromDays(5))
            .Select(r => (Desk: d, Reading: r, IsLast: ReferenceEquals(r.Definition, d.Program.Definitions.First(c => c.Name == r.Clock))))).ToList();
        read.ShouldContain(r => r.IsLast);
        read.ShouldContain(r => !r.IsLast && r.Reading.Verdict == ClockVerdict.Running);
        read.ShouldContain(r => !r.IsLast && r.Reading.Segments.Any(s => s.Kind == ClockSegmentKind.Inherited));
        // Cycles of one clock under two versions, one after the other.
        read.GroupBy(r => (r.Desk, r.Reading.Ticket, r.Reading.Clock)).ShouldContain(g => g.Select(r => r.Reading.Definition).Distinct().Count() > 1);
    }

    /// <summary>One log, delivered in a random order while time passes.</summary>
    private sealed class LiveRun
    {
        private readonly RandomDesk _desk;
        private readonly FactLog _log = new();
        private readonly LiveTickets _live;
        private readonly List<VerdictChange> _changes = [];
        private readonly Dictionary<(UInt128 Ticket, int Clock, int Cycle), ClockVerdict> _told = [];
        private readonly string _story;
        private TicketSurroundings _around = TicketSurroundings.None;
        private EffectiveFacts _known;
        private Instant _now = TicketLog.Monday;

        public LiveRun(int seed, bool isAmended = false)
        {
            _desk = new RandomDesk(seed, isAmended);
            _story = $"seed {seed}\n{_desk}";
            _known = _log.ToSet().Effective(Instant.MaxValue);
            _live = new LiveTickets(_desk.Program, _now, ticket => [.. _known.Of(ticket).Facts.Select(f => f.Fact)], 1);
        }

        public void ToTheEnd()
        {
            var random = _desk.Random;

            // Some come late, some before their time, some twice; or all in any order.
            var anyOrder = _desk.Chance(4);
            foreach (var fact in _desk.Facts.Concat(_desk.Facts.Where(_ => _desk.Chance(5)))
                .OrderBy(f => anyOrder ? random.Next(100_000) : (f.Time - TicketLog.Monday).TotalMinutes + (_desk.Chance(3) ? random.Next(-200, 3000) : 0)).ToList())
            {
                if (_desk.Chance(3) || !anyOrder)
                    Pass(Instant.Max(_now, fact.Time - Duration.FromMinutes(_desk.Chance(4) ? random.Next(300) : 0)));
                Deliver(fact);
                Same();
                if (_desk.Chance(6))
                    Surround();
            }

            for (var i = 0; i < 6; i++)
            {
                Pass(_now + Duration.FromMinutes(random.Next(1, 2000)));
                if (_desk.Chance(3))
                    Surround();
            }
        }

        private void Pass(Instant now)
        {
            _live.AdvanceTo(_now = now, _changes);
            Same();
        }

        private void Deliver(Fact fact)
        {
            if (_log.Append(fact, fact.Time) != AppendOutcome.Appended)
                return;
            _known = _log.ToSet().Effective(Instant.MaxValue);
            var amended = _log.ToSet().AsEnumerable().Any(f => TargetOf(f.Fact) is { } target && target == fact.Key);
            if (TargetOf(fact) is not null || amended)
                _live.Reread(fact.Subject, _changes);
            else
                _live.Apply(fact, _changes);
        }

        private static FactKey? TargetOf(Fact fact) => fact.Data switch
        {
            FactData.Retracted retracted => FactKey.Of(retracted.Source, retracted.Id),
            FactData.Corrected corrected => FactKey.Of(corrected.Source, corrected.Id),
            _ => null,
        };

        private void Surround()
        {
            string[] touched = [];
            if (_desk.Chance(3))
            {
                _around = _around with { Late = _desk.Late() };
                touched = [.. _desk.Facts.Select(f => f.Subject).Distinct()];
            }
            else if (_desk.Chance(2))
            {
                _around = _around with { Recoveries = _desk.Recoveries() };
            }
            else
            {
                _around = _desk.Attachments(_around, out var ticket);
                touched = [ticket];
            }

            _live.Surround(_around, touched, _changes);
            Same();
        }

        private void Same()
        {
            foreach (var change in _changes)
            {
                if (change.Verdict is { } verdict)
                    _told[(change.Ticket, change.Clock, change.Cycle)] = verdict;
                else
                    _told.Remove((change.Ticket, change.Clock, change.Cycle)).ShouldBeTrue(_story);
            }

            _changes.Clear();
            var facts = _log.ToSet().Effective(_now).All.Select(f => f.Fact);
            var replayed = TicketClocks.Evaluate(_desk.Program, facts, _now, _around);
            Text(_told.Select(t => (t.Key.Ticket, t.Key.Clock, t.Key.Cycle, t.Value)))
                .ShouldBe(Text(replayed.Select(r => (LiveTickets.KeyOf(r.Ticket), NumberOf(r.Clock), r.Cycle, r.Verdict))), $"as of {_now}; {_story}");
            foreach (var ticket in _desk.Facts.Select(f => f.Subject).Distinct())
            {
                for (var clock = 0; clock < _desk.Program.Definitions.Length; clock++)
                {
                    var last = replayed.LastOrDefault(r => r.Ticket == ticket && r.Clock == _desk.Program.Definitions[clock].Name);
                    _live.VerdictOf(ticket, clock).ShouldBe(last?.Verdict, $"{ticket} {_desk.Program.Definitions[clock].Name} as of {_now}; {_story}");
                }
            }
        }

        private int NumberOf(string clock) => _desk.Program.Definitions.Select(d => d.Name).ToImmutableArray().IndexOf(clock);

        private string Text(IEnumerable<(UInt128 Ticket, int Clock, int Cycle, ClockVerdict Verdict)> verdicts) => string.Join('\n', verdicts
            .Select(v => $"{_desk.Facts.First(f => LiveTickets.KeyOf(f.Subject) == v.Ticket).Subject} {_desk.Program.Definitions[v.Clock].Name} {v.Cycle} {v.Verdict}").Order(StringComparer.Ordinal));
    }
}
