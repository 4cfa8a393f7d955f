using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>During an outage the provider has promised to say how it stands, every so often: each time from the last update on, and the first from the beginning of the outage.</summary>
public static class OutageUpdates
{
    /// <summary>Whether anybody is told of updates.</summary>
    public static bool AreWatched(Agreement agreement) => (agreement ?? throw new ArgumentNullException(nameof(agreement))).Escalations.Any(s => s.At is EscalationPoint.BeforeUpdate or EscalationPoint.AfterMissedUpdate);

    /// <summary>The outages that last, with the update that each waits for. An outage in which all time is excused or outside the agreed hours waits for none.</summary>
    internal static IEnumerable<EscalatedMatter> Of(Agreement agreement, LiveReading reading, FactSet facts, Instant horizon)
    {
        if (!AreWatched(agreement) || !agreement.Support.Updates.TryGetValue("else", out var rhythm))
            yield break;
        var interest = new AgreementInterest(reading.Versions);
        foreach (var results in reading.Evaluation.Objectives.Where(o => o.Period.Running && o.Service.Length > 0).GroupBy(o => o.Service))
        {
            var lasting = results.SelectMany(r => r.Outages.Where(o => o.Lasting && o.Span.Intersect(r.Period.Span).Length > o.Excused)).ToList();
            if (lasting.Count == 0)
                continue;
            var began = Instant.FromUnixTimeTicks(lasting.Min(o => o.Span.Start));
            var words = AgreementInterest.WordsOf(agreement, results.Key).ToHashSet(StringComparer.Ordinal);
            var last = facts.Effective(reading.AsOf).All.Select(f => f.Fact)
                .Where(f => f.Data is FactData.OutageUpdated && f.Time >= began && (words.Contains(f.Subject) || words.Contains(f.Address.Service)) && interest.Admits(f.Address))
                .Select(f => f.Time).DefaultIfEmpty(began).Max();
            var (outage, due, objectives) = ($"{results.Key}/{InstantPattern.ExtendedIso.Format(began)}", last + rhythm, results.Select(r => r.Objective).ToHashSet(StringComparer.Ordinal));
            yield return new EscalatedMatter
            {
                Thread = EscalationPlan.ThreadOfOutage(agreement.Id, outage),
                Outage = outage,
                Due = due,
                IsBreached = reading.AsOf > due,
                Plan = acknowledged => EscalationPlan.OfUpdate(agreement, objectives, outage, last, due, acknowledged, horizon),
            };
        }
    }
}
