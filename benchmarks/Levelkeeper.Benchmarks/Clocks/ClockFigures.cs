using System.Globalization;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Benchmarks.Clocks;

/// <summary>Replay, live evaluation and memory of ticket clocks: two clocks a ticket (respond, resolve with pauses) in office hours, six facts a ticket. </summary>
internal static class ClockFigures
{
    private const int Tickets = 200_000;
    private const int LiveTickets = 1_000_000;
    private const int LiveFacts = 4_000_000;
    private const int LiveBatch = 500;

    /// <summary>A Monday.</summary>
    public static Instant Start { get; } = Instant.FromUtc(2025, 1, 6, 0, 0);

    public static Duration RespondWithin { get; } = Duration.FromHours(1);

    public static Duration ResolveWithin { get; } = Duration.FromHours(16);

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        var program = Program();
        var names = Enumerable.Range(0, Tickets).Select(static i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        var (events, ends) = Compile(program, Facts());
        var asOf = Start + Duration.FromDays(400);

        // A fast wrong answer is no figure.
        var tallies = ClockReplay.Count(program, events, ends, asOf);
        if (ObjectPerTicket.Replay(names, events, ends) != (tallies[0].Met, tallies[1].Met))
            throw new InvalidOperationException("The baseline's verdicts differ.");

        var (replay, objects) = ProcessorTime.Best(
            events.Length, () => ClockReplay.Count(program, events, ends, asOf)[0].Met, events.Length, () => ObjectPerTicket.Replay(names, events, ends).Responded, 20);
        yield return new Figure("replay of ticket facts from memory, 2 clocks", 1 / replay, "facts/s", 1 / objects, "an object per ticket and clock, found by name", Target.AtLeast(20e6, "≥ 20 M/s per core"));

        var amended = Amended();
        var (amendedEvents, amendedEnds) = Compile(amended, Facts());
        var (versions, plain) = ProcessorTime.Best(
            events.Length, () => ClockReplay.Count(amended, amendedEvents, amendedEnds, asOf)[0].Met, events.Length, () => ClockReplay.Count(program, events, ends, asOf)[0].Met, 20);
        yield return new Figure("the same replay when an amendment changes both clocks half-way", 1 / versions, "facts/s", 1 / plain, "the replay without an amendment", null);

        var (live, bytes, liveObjects) = Live(program);
        yield return new Figure("live evaluation, 1 M open tickets, timers included", live, "facts/s", liveObjects, "an object per ticket and clock, PriorityQueue of deadlines", Target.AtLeast(1e6, "≥ 1 M/s per core"));
        yield return new Figure("memory per open clock, index and timer included", bytes, "B", ObjectPerTicket.BytesPerClock(), "an object per ticket and clock, PriorityQueue of deadlines", Target.AtMost(150, "≤ 150 B"));
    }

    private static ClockProgram Program() => ClockProgram.Compile(Clocks(RespondWithin, ResolveWithin));

    private static ClockProgram Amended() => ClockProgram.Compile(
        [
            new ClockVersion(Instant.MinValue, [.. Clocks(RespondWithin, ResolveWithin)], TicketPolicies.Default),
            new ClockVersion(Start + Duration.FromDays(150), [.. Clocks(RespondWithin / 2, ResolveWithin / 2)], TicketPolicies.Default),
        ],
        new DiagnosticBag())!;

    private static ClockDefinition[] Clocks(Duration respondWithin, Duration resolveWithin)
    {
        var office = Office();
        return
        [
            ClockTemplates.Respond(ClockSpan.Of(respondWithin)) with { Calendar = office },
            ClockTemplates.Resolve(ClockSpan.Of(resolveWithin)) with { Calendar = office, Pause = new TicketCondition.StatusIs("waiting") },
        ];
    }

    public static BusinessCalendar Office() => new(new CalendarDefinition(
        DateTimeZone.Utc, new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(9, 0), new LocalTime(17, 0))) }));

    private static Fact[] Facts()
    {
        var random = new Random(1);
        var facts = new Fact[Tickets * 6];
        for (var ticket = 0; ticket < Tickets; ticket++)
        {
            var at = Start + Duration.FromSeconds(random.Next(300 * 86_400));
            FactData[] story =
            [
                new FactData.TicketReported("P2", "new", "", Actor.Customer, null), new FactData.TicketAssigned("a", ""), new FactData.TicketReplied(Actor.Provider, true, false),
                new FactData.TicketStatus("waiting"), new FactData.TicketStatus("open"), new FactData.TicketResolved(null),
            ];
            for (var i = 0; i < story.Length; i++)
            {
                at += Duration.FromSeconds(random.Next(60, 40_000));
                facts[ticket * 6 + i] = new Fact { Source = "desk", Id = "", Type = "", Subject = "t", Time = at, Data = story[i], Digest = default };
            }
        }

        return facts;
    }

    private static (TicketEvent[] Events, int[] Ends) Compile(ClockProgram program, Fact[] facts)
    {
        var reader = new TicketEventReader(program);
        var events = new List<TicketEvent>(facts.Length * 2);
        var ends = new List<int>(Tickets);
        for (var i = 0; i < facts.Length; i++)
        {
            // Nobody asks when a ticket was entered, so one event a fact is all there is to fold.
            var before = events.Count;
            reader.Read(facts[i], events);
            if (events.Count > before + 1)
                events.RemoveAt(events.Count - 1);
            if (i % 6 == 5)
                ends.Add(events.Count);
        }

        return ([.. events], [.. ends]);
    }

    /// <summary>A million tickets reported, then a stream of replies, pauses and resumptions on random ones while time passes and deadlines fire.</summary>
    private static (double Rate, double Bytes, double BaselineRate) Live(ClockProgram program)
    {
        var random = new Random(2);
        var keys = new UInt128[LiveTickets];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64());
        FactData[] kinds = [new FactData.TicketReplied(Actor.Provider, true, false), new FactData.TicketStatus("waiting"), new FactData.TicketStatus("open"), new FactData.TicketReplied(Actor.Customer, true, false)];
        var events = kinds.Select(k => Event(program, k)).ToArray();
        var from = ReportedAt(LiveTickets);
        var stream = new (UInt128 Ticket, TicketEvent Event)[LiveFacts];
        for (var i = 0; i < stream.Length; i++)
            stream[i] = (keys[random.Next(LiveTickets)], events[random.Next(events.Length)] with { At = (from + Duration.FromMilliseconds(20L * i)).ToUnixTimeTicks() });
        var reported = Event(program, new FactData.TicketReported("P2", "new", "", Actor.Customer, null));

        var changes = new List<VerdictChange>(1 << 16);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var live = new LiveClocks(program, Start, LiveTickets);
        for (var i = 0; i < keys.Length; i++)
        {
            live.TryApply(keys[i], reported with { At = ReportedAt(i).ToUnixTimeTicks() }, changes);
            changes.Clear();
        }

        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / (2 * LiveTickets);
        live.AdvanceTo(from, changes);
        changes.Clear();
        var best = double.MaxValue;
        var chunk = LiveFacts / 10;
        for (var first = 0; first < LiveFacts; first += chunk)
        {
            // The best tenth counts: other programs on the machine take their share of the caches in the rest.
            var started = ProcessorTime.Now;
            for (var i = first; i < first + chunk; i++)
            {
                live.TryApply(stream[i].Ticket, stream[i].Event, changes);
                if (i % LiveBatch != LiveBatch - 1)
                    continue;
                live.AdvanceTo(Instant.FromUnixTimeTicks(stream[i].Event.At), changes);
                changes.Clear();
            }

            best = Math.Min(best, (ProcessorTime.Now - started).TotalSeconds);
        }

        GC.KeepAlive(live);
        return (chunk / best, bytes, ObjectPerTicket.LiveRate(keys, reported, ReportedAt, stream.AsSpan(0, LiveFacts / 4).ToArray(), LiveBatch));
    }

    private static Instant ReportedAt(int ticket) => Start + Duration.FromMilliseconds(300L * ticket);

    private static TicketEvent Event(ClockProgram program, FactData data)
    {
        var read = new List<TicketEvent>();
        new TicketEventReader(program).Read(new Fact { Source = "", Id = "", Type = "", Subject = "t", Time = Start, Data = data, Digest = default }, read);
        return read[0];
    }
}
