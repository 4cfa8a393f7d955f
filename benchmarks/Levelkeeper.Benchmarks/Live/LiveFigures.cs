using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Benchmarks.Live;

/// <summary>Live evaluation as the server does it: a thousand customers with an agreement each and the same services, 500,000 open tickets with two clocks each, facts routed, clocks and objectives kept, deadlines fired.</summary>
internal static class LiveFigures
{
    private const int Customers = 1_000;
    private const int TicketsEach = 500;
    private const int Stream = 100_000;
    private const int Batch = 500;

    private static readonly Instant s_start = Instant.FromUtc(2026, 3, 2, 8, 0);

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        var agreements = Enumerable.Range(0, Customers).Select(Agreement).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var reports = Enumerable.Range(0, Customers * TicketsEach).Select(Report).ToList();
        var facts = GC.GetTotalMemory(forceFullCollection: true) - before;
        var live = new LiveAgreements();
        foreach (var agreement in agreements)
            live.Put(agreement.Latest.Id, agreement);

        var started = ProcessorTime.Now;
        live.Apply(reports);
        var routed = ProcessorTime.Now - started;
        var now = s_start + Duration.FromSeconds(1);
        live.AdvanceTo(now, (_, _) => { });
        var ready = ProcessorTime.Now - started;
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before - facts;
        Console.Error.WriteLine($"facts {facts / (Customers * TicketsEach)} B each, routed in {routed.TotalSeconds:N2} s, ready in {ready.TotalSeconds:N2} s, kept {kept / (2 * Customers * TicketsEach)} B a clock");

        var stream = Enumerable.Range(0, Stream).Select(i => Next(i)).ToList();
        var best = double.MaxValue;
        for (var first = 0; first < Stream; first += Stream / 10)
        {
            started = ProcessorTime.Now;
            for (var i = first; i < first + Stream / 10; i += Batch)
            {
                live.Apply(stream.GetRange(i, Batch));
                live.AdvanceTo(now = stream[i + Batch - 1].Fact.Time, (_, _) => { });
            }

            best = Math.Min(best, (ProcessorTime.Now - started).TotalSeconds / (Stream / 10));
        }

        // The baseline: each agreement that a fact of the batch touches is evaluated from its facts.
        var (id, slow) = (agreements[0].Latest.Id, double.MaxValue);
        for (var round = 0; round < 3; round++)
        {
            started = ProcessorTime.Now;
            LiveReading.Of(agreements[0], live.FactsOf(id)!, now);
            slow = Math.Min(slow, (ProcessorTime.Now - started).TotalSeconds);
        }

        yield return new Figure("live evaluation in the server, 1 M open clocks in 1,000 agreements, facts in batches of 500", 1 / best, "facts/s", 1 / slow, "the agreement evaluated anew", Target.AtLeast(1e6, "≥ 1 M/s per core"));

        // All tickets are of one hour, so that a million deadlines come within it, and nobody does anything.
        var told = 0L;
        started = ProcessorTime.Now;
        for (var second = 0; second < 10 * 3600; second += 10)
            live.AdvanceTo(now += Duration.FromSeconds(10), (_, changes) => told += changes.Count(c => c.Now == "breached"));
        var fire = (ProcessorTime.Now - started).TotalSeconds;
        yield return new Figure("deadlines that fire, verdicts and shares of tickets told", told / fire, "deadlines/s", 1 / slow, "the agreement evaluated anew", null);
        GC.KeepAlive(live);
    }

    private static AgreementVersions Agreement(int customer)
    {
        var diagnostics = new DiagnosticBag();
        return AgreementReader.ReadVersions(
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
            """,
            "a.yaml",
            diagnostics) ?? throw new InvalidOperationException(string.Join(Environment.NewLine, diagnostics));
    }

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

    private static StampedFact Stamped(int sequence, string ticket, Instant time, FactAddress address, FactData data) => new(
        new Fact
        {
            Source = "desk",
            Id = sequence.ToString(CultureInfo.InvariantCulture),
            Type = FactTypes.Of(data)!,
            Subject = ticket,
            Time = time,
            Data = data,
            Digest = default,
            Address = address,
        },
        sequence,
        s_start.PlusTicks(sequence));
}
