using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Benchmarks.Live;

/// <summary>Escalations as the server decides them: a thousand agreements with a hundred open tickets each, and a matrix of four steps; facts come in batches, and after each what has come is decided.</summary>
internal static class EscalationFigures
{
    private const int Customers = 1_000;
    private const int TicketsEach = 100;
    private const int Tickets = Customers * TicketsEach;
    private const int Stream = 100_000;
    private const int Batch = 500;

    private static readonly Instant s_start = Instant.FromUtc(2026, 3, 2, 8, 0);

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-escalation-figures-").FullName;
        try
        {
            return MeasureAsync(folder).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<Figure>> MeasureAsync(string folder)
    {
        await using var store = await Store.OpenAsync(new SqliteDatabase(folder), s_start, CancellationToken.None);
        var agreements = Enumerable.Range(0, Customers).Select(Agreement).ToList();
        var reports = Enumerable.Range(0, Tickets).Select(Report).ToList();
        var stream = Enumerable.Range(0, Stream).Select(Next).ToList();
        var live = new LiveAgreements();
        foreach (var agreement in agreements)
            live.Put(agreement.Latest.Id, agreement);
        var escalations = new LiveEscalations(live, store.Outbox);
        var now = s_start + Duration.FromSeconds(1);
        live.Apply(reports);
        live.AdvanceTo(now, (_, _) => { });
        var first = ProcessorTime.Of(() => Turn());
        var (best, alone) = (double.MaxValue, double.MaxValue);
        for (var begin = 0; begin < Stream; begin += Stream / 10)
        {
            // The best tenth counts, as for live evaluation.
            var planning = 0.0;
            var all = ProcessorTime.Of(() =>
            {
                for (var i = begin; i < begin + Stream / 10; i += Batch)
                {
                    live.Apply(stream.GetRange(i, Batch));
                    live.AdvanceTo(now = stream[i + Batch - 1].Fact.Time, (_, _) => { });
                    planning += ProcessorTime.Of(() => Turn());
                }
            });
            (best, alone) = (Math.Min(best, all), Math.Min(alone, planning));
        }

        // The baseline: each agreement of which something came is read from all its facts, and all of it is planned.
        var (sample, loop) = (agreements[0], new EscalationLoop(store.Outbox));
        var facts = live.FactsOf(sample.Latest.Id)!;
        var anew = Enumerable.Range(0, 5).Min(_ => ProcessorTime.Of(() => loop.RunAsync(LiveReading.Of(sample, facts, now), facts).GetAwaiter().GetResult()));
        var touched = Enumerable.Range(0, Stream / Batch).Average(b => stream.GetRange(b * Batch, Batch).Select(f => CustomerOf(TicketOf((int)f.LogSequence - Tickets - 1))).Distinct().Count());
        var whole = Batch / (touched * anew);
        var baseline = string.Create(CultureInfo.InvariantCulture, $"each of the {touched:N0} agreements that a batch touches read and planned as a whole, without the evaluation");
        var idle = ProcessorTime.Of(() =>
        {
            for (var second = 0; second < 60; second++)
            {
                live.AdvanceTo(now += Duration.FromSeconds(1), (_, _) => { });
                Turn();
            }
        }) / 60;

        // All tickets are of one hour: of a thirtieth of them half the target passes in the first two minutes after five hours.
        live.AdvanceTo(now = s_start + Duration.FromHours(4) + Duration.FromMinutes(2), (_, _) => { });
        var told = 0;
        var telling = ProcessorTime.Of(() => told = Turn());
        return
        [
            new Figure("live evaluation with escalations, 1,000 agreements of 100 open tickets, a matrix of four steps, facts in batches of 500", Stream / 10 / best, "facts/s", whole, baseline, Target.Times(20)),
            new Figure("the same: the escalations alone", Stream / 10 / alone, "facts/s", whole, baseline, null),
            new Figure("the same: a second in which nothing comes", idle * 1000, "ms", anew * 1000, "one agreement read and planned as a whole", Target.Times(1)),
            new Figure("the same: from a start to all open tickets planned", first, "s", anew * Customers, "all agreements read and planned as a whole", null),
            new Figure("the same: steps that come, decided and written with their messages", told / telling, "steps/s", 1 / anew, "one agreement read and planned as a whole", null),
        ];

        int Turn()
        {
            var steps = 0;
            foreach (var id in escalations.Due())
                steps += escalations.RunAsync(id).GetAwaiter().GetResult().Told.Length;
            return steps;
        }
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
        people:
          anna: { name: Anna, email: anna@example.org }
          jan: { name: Jan, email: jan@example.org }
        objectives:
          reaction: { measure: time to respond, of: tickets of hosting, within: 10 h, target: at least 90 %, per: month }
          fix: { measure: time to resolve, of: tickets of hosting, within: 20 h, target: at least 80 %, per: month, pauses: waiting }
        escalation:
          reaction: [ { at: 50 % of clock, tell: anna }, { at: breach, tell: [anna, jan] } ]
          fix: [ { at: 75 % of clock, tell: anna }, { at: breach, tell: jan, repeat: 2 h } ]
        """);

    private static int CustomerOf(int ticket) => ticket % Customers;

    private static int TicketOf(int i) => (int)((i * 2_654_435_761L) % Tickets);

    private static StampedFact Report(int ticket) => Stamped(
        ticket + 1,
        $"T-{ticket}",
        s_start + Duration.FromTicks((long)ticket * NodaConstants.TicksPerHour / Tickets) - Duration.FromHours(1),
        FactAddress.None with { Service = "hosting", Customer = string.Create(CultureInfo.InvariantCulture, $"Customer {CustomerOf(ticket)}") },
        new FactData.TicketReported("high", "open", "", Actor.Customer, null));

    /// <summary>As for live evaluation, and the pause has an effect: half of what comes moves a clock.</summary>
    private static StampedFact Next(int i) => Stamped(
        Tickets + i + 1,
        $"T-{TicketOf(i)}",
        s_start + Duration.FromSeconds(2) + Duration.FromMilliseconds(i),
        FactAddress.None,
        (i % 4) switch
        {
            0 => new FactData.TicketReplied(Actor.Provider, true, false),
            1 => new FactData.TicketStatus("waiting"),
            2 => new FactData.TicketReplied(Actor.Customer, true, false),
            _ => new FactData.TicketAssigned("ann", ""),
        });

    private static StampedFact Stamped(int sequence, string ticket, Instant time, FactAddress address, FactData data) => Scene.Stamped("desk", sequence, ticket, time, address, data, s_start);
}
