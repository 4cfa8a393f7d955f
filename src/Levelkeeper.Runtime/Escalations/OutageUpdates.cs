using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Evaluation;
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
    /// <param name="agreement">The agreement whose matrix counts.</param>
    /// <param name="versions">The agreement.</param>
    /// <param name="results">The results of the periods that run: of every objective that counts outages of a service, and so may be named by a step.</param>
    /// <param name="facts">Its facts as they count, those that give updates at least.</param>
    /// <param name="horizon">Repetitions later than this are not listed.</param>
    internal static IEnumerable<EscalatedMatter> Of(Agreement agreement, AgreementVersions versions, IEnumerable<ObjectiveEvaluation> results, EffectiveFacts facts, Instant horizon)
    {
        if (!AreWatched(agreement) || !agreement.Support.Updates.TryGetValue("else", out var rhythm))
            yield break;
        var interest = new AgreementInterest(versions);
        foreach (var ofService in results.Where(o => o.Period.Running && o.Service.Length > 0).GroupBy(o => o.Service))
        {
            var lasting = ofService.SelectMany(r => r.Outages.Where(o => o.Lasting && Counts(o, r))).ToList();
            if (lasting.Count == 0)
                continue;
            var began = Instant.FromUnixTimeTicks(lasting.Min(o => o.Span.Start));
            var words = AgreementInterest.WordsOf(agreement, ofService.Key).ToHashSet(StringComparer.Ordinal);
            var last = facts.All.Select(f => f.Fact)
                .Where(f => f.Data is FactData.OutageUpdated && f.Time >= began && (words.Contains(f.Subject) || words.Contains(f.Address.Service)) && interest.Admits(f.Address))
                .Select(f => f.Time).DefaultIfEmpty(began).Max();
            var (outage, due, objectives) = ($"{ofService.Key}/{InstantPattern.ExtendedIso.Format(began)}", last + rhythm, ofService.Select(r => r.Objective).ToHashSet(StringComparer.Ordinal));
            yield return new EscalatedMatter
            {
                Thread = EscalationPlan.ThreadOfOutage(agreement.Id, outage),
                Outage = outage,
                Due = due,
                IsBreached = facts.AsOf > due,
                Plan = acknowledged => EscalationPlan.OfUpdate(agreement, objectives, outage, last, due, acknowledged, horizon),
            };
        }
    }

    /// <summary>Whether an outage lasts in which nothing counts yet: it may at any time, though nothing happens.</summary>
    internal static bool MayYetCount(ObjectiveEvaluation result) => result.Outages.Any(o => o.Lasting && !Counts(o, result));

    private static bool Counts(OutageReading outage, ObjectiveEvaluation result) => outage.Span.Intersect(result.Period.Span).Length > outage.Excused;
}
