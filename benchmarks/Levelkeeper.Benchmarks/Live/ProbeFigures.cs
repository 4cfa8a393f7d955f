using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Benchmarks.Live;

/// <summary>What probes tell again and again: a thousand services of ten components each, every one of them checked each minute, availability kept current after each check.</summary>
internal static class ProbeFigures
{
    private const int Customers = 1_000;
    private const int Components = 10;
    private const int Minutes = 60;

    private static readonly Instant s_start = Instant.FromUtc(2026, 3, 2, 8, 0);

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        var agreements = Enumerable.Range(0, Customers).Select(Agreement).ToList();
        var live = new LiveAgreements(new FactsElsewhere());
        foreach (var agreement in agreements)
            live.Put(agreement.Latest.Id, agreement);
        var sequence = 0L;
        Minute(0);
        Minute(1);
        Minute(2);
        var taken = ProcessorTime.Now;
        for (var minute = 3; minute < Minutes; minute++)
            Minute(minute);
        var seconds = (ProcessorTime.Now - taken).TotalSeconds;

        // The baseline: what one writes first, the objective evaluated anew after each check.
        var (facts, now) = (live.FactsOf(agreements[0].Latest.Id)!, s_start + Duration.FromMinutes(Minutes));
        var anew = Enumerable.Range(0, 5).Min(_ => ProcessorTime.Of(() => LiveReading.Of(agreements[0], facts, now)));
        yield return new Figure(
            "live evaluation in the server, 10,000 probes that find all well each minute, 1,000 availabilities", (Minutes - 3) * Customers * Components / seconds, "facts/s", 1 / anew, "the agreement evaluated anew after each check, of an hour", null);

        void Minute(int minute)
        {
            for (var customer = 0; customer < Customers; customer++)
            {
                var at = s_start + Duration.FromMinutes(minute) + Duration.FromMilliseconds(customer * 60);
                live.Apply(Enumerable.Range(0, Components).Select(c => Check(++sequence, customer, c, at)));
                live.AdvanceTo(at, (_, _) => { });
            }
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
        services: { site: { title: Site, components: [{{string.Join(", ", Enumerable.Range(0, Components).Select(c => $"node-{customer}-{c}"))}}] } }
        objectives:
          uptime: { measure: availability, of: site, target: at least 99.9 %, per: month, combine: all, fresh-for: 15 min }
        """);

    private static StampedFact Check(long sequence, int customer, int component, Instant at) =>
        Scene.Stamped("probe", sequence, $"node-{customer}-{component}", at, FactAddress.None, new FactData.Probed(true, null, "", ""), s_start);
}
