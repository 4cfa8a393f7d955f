using System.Globalization;
using Levelkeeper.Benchmarks.Clocks;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Benchmarks.Live;

/// <summary>Live evaluation as the server does it: a thousand customers with an agreement each and the same services, 500,000 open tickets with two clocks each, facts routed, clocks and objectives kept, deadlines fired.</summary>
internal static class LiveFigures
{
    private const int Customers = 1_000;
    private const int TicketsEach = 500;
    private const int Stream = 1_000_000;
    private const int Batch = 500;

    private static readonly Instant s_start = Instant.FromUtc(2026, 3, 2, 8, 0);

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        var agreements = Enumerable.Range(0, Customers).Select(Agreement).ToList();
        var reports = Enumerable.Range(0, Customers * TicketsEach).Select(Report).ToList();
        var stream = Enumerable.Range(0, Stream).Select(Next).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var live = new LiveAgreements(new FactsElsewhere());
        foreach (var agreement in agreements)
            live.Put(agreement.Latest.Id, agreement);
        var now = s_start + Duration.FromSeconds(1);
        var ready = ProcessorTime.Of(() =>
        {
            live.Apply(reports);
            live.AdvanceTo(now, (_, _) => { });
        });
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / (2 * Customers * TicketsEach);

        var best = double.MaxValue;
        for (var first = 0; first < Stream; first += Stream / 10)
        {
            // The best tenth counts: other programs on the machine take their share of the caches in the rest.
            best = Math.Min(best, ProcessorTime.Of(() =>
            {
                for (var i = first; i < first + Stream / 10; i += Batch)
                {
                    live.Apply(stream.GetRange(i, Batch));
                    live.AdvanceTo(now = stream[i + Batch - 1].Fact.Time, (_, _) => { });
                }
            }));
        }

        // The baseline: what one writes first, the agreement that a fact concerns evaluated anew from its facts.
        var facts = live.FactsOf(agreements[0].Latest.Id)!;
        var anew = Enumerable.Range(0, 5).Min(_ => ProcessorTime.Of(() => LiveReading.Of(agreements[0], facts, now)));
        const string baseline = "the agreement of the fact evaluated anew, 500 tickets";
        yield return new Figure("live evaluation in the server, 1 M open clocks in 1,000 agreements, facts routed in batches of 500", Stream / 10 / best, "facts/s", 1 / anew, baseline, Target.AtLeast(1e6, "≥ 1 M/s per core"));
        yield return new Figure("the same: from facts in memory to all clocks current", ready, "s", anew * Customers, "all agreements evaluated anew", null);
        yield return new Figure("the same: memory per open clock beside its facts, with routes, timers and what was told", bytes, "B", ObjectPerTicket.BytesPerClock(), "an object per ticket and clock, PriorityQueue of deadlines", Target.AtMost(150, "≤ 150 B"));

        // All tickets are of one hour, so that the warnings and deadlines of a million clocks come, and nobody does anything.
        var told = 0L;
        var fire = ProcessorTime.Of(() =>
        {
            for (var step = 0; step < 60; step++)
                live.AdvanceTo(now += Duration.FromMinutes(10), (_, changes) => told += changes.Count(c => c.Kind is LiveChangeKind.ClockAtRisk or LiveChangeKind.Clock));
        });
        yield return new Figure("the same: warnings and deadlines that fire, shares of tickets kept", told / fire, "/s", 1 / anew, baseline, null);
        GC.KeepAlive(live);
    }

    private static AgreementVersions Agreement(int customer) => Scene.Read(
        $$"""
        levelkeeper: v1
        id: agreement-{{customer}}
        title: Agreement {{customer}}
        parties: { provider: { name: Provider }, customer: { name: Customer {{customer}} } }
        zone: Europe/Warsaw
        term: { from: 2026-03-01, length: 12 months }
        services: { hosting: { title: Hosting } }
        objectives:
          reaction: { measure: time to respond, of: tickets of hosting, within: 4 h, target: at least 90 %, per: month }
          fix: { measure: time to resolve, of: tickets of hosting, within: 8 h, target: at least 80 %, per: month }
        """);

    private static StampedFact Report(int ticket) => Stamped(
        ticket + 1,
        $"T-{ticket}",
        s_start + Duration.FromTicks((long)ticket * NodaConstants.TicksPerHour / (Customers * TicketsEach)) - Duration.FromHours(1),
        FactAddress.None with { Service = "hosting", Customer = string.Create(CultureInfo.InvariantCulture, $"Customer {ticket % Customers}") },
        new FactData.TicketReported("high", "open", "", Actor.Customer, null));

    private static StampedFact Next(int i)
    {
        var ticket = (int)((i * 2_654_435_761L) % (Customers * TicketsEach));
        return Stamped(
            Customers * TicketsEach + i + 1,
            $"T-{ticket}",
            s_start + Duration.FromSeconds(2) + Duration.FromMilliseconds(i),
            FactAddress.None,
            (i % 4) switch
            {
                0 => new FactData.TicketReplied(Actor.Provider, true, false),
                1 => new FactData.TicketStatus("waiting"),
                2 => new FactData.TicketReplied(Actor.Customer, true, false),
                _ => new FactData.TicketAssigned("ann", ""),
            });
    }

    private static StampedFact Stamped(int sequence, string ticket, Instant time, FactAddress address, FactData data) => Scene.Stamped("desk", sequence, ticket, time, address, data, s_start);
}
