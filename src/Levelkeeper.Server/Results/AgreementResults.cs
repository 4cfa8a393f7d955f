using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.Stores;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Results;

/// <summary>How agreements stand, for those who may know.</summary>
internal sealed class AgreementResults(VisibleAgreements visible, LiveService live, ServedStore served)
{
    /// <summary>The results of a period, or of the periods that run.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="id">The agreement; it is in force.</param>
    /// <param name="period">The period; null for those that run.</param>
    /// <param name="asOf">The instant as of which they stand; null for now.</param>
    /// <param name="known">As known at this sequence number of the log, the agreement too; null for all that is known.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<AgreementEvaluation> EvaluateAsync(Viewer viewer, string id, string? period, Instant? asOf, long? known, CancellationToken cancel)
    {
        var (agreement, facts) = await KnownAsync(viewer, id, known, cancel);
        var at = asOf ?? served.Now;
        var span = period is null ? null : Queries.Period(period, agreement.Versions.Latest);
        if (span is not null && (await visible.Register.LifeAsync(id, cancel))?.FactsFrom is { } from && span.During.StartInstant < from)
            throw new ProblemException(ProblemKind.CannotBeUsed, $"Facts before {InstantPattern.ExtendedIso.Format(from)} may be gone, so what '{id}' came to in {span.Label} can no longer be worked out.", "the statement that was issued of it is kept");
        return Evaluator.Evaluate(
            agreement.Versions, facts.Effective(at), span is null ? at : Instant.FromUnixTimeTicks(span.During.Start), span is null ? at.PlusTicks(1) : Instant.FromUnixTimeTicks(span.During.End), at);
    }

    /// <summary>An agreement in force with the facts that it might take in.</summary>
    public async Task<(RegisteredAgreement Agreement, FactSet Facts)> KnownAsync(Viewer viewer, string id, long? known, CancellationToken cancel)
    {
        var agreement = await visible.FindAsync(viewer, id, null, cancel);
        live.Advance();
        var facts = live.Agreements.FactsOf(id) ?? throw new ProblemException(ProblemKind.NotFound, $"'{id}' is not in force, so nothing is judged by it.");
        if (known is not { } sequence)
            return (agreement, facts);
        var life = (await visible.Register.LifeAsync(id, cancel))!;
        var then = life.RanAt(sequence) ?? throw new ProblemException(ProblemKind.NotFound, $"'{id}' was not in force when the log ended at {sequence}.");
        var before = await visible.FindAsync(viewer, id, then.Revision, cancel);
        return (before, live.Agreements.FactsAsKnownAt(before.Versions, sequence));
    }

    /// <summary>How an agreement in force stands now.</summary>
    public async Task<LiveReading> ReadAsync(Viewer viewer, string id, CancellationToken cancel)
    {
        var (agreement, facts) = await KnownAsync(viewer, id, null, cancel);
        return LiveReading.Of(agreement.Versions, facts, served.Now);
    }

    /// <summary>How all agreements in force that the viewer may know of stand now.</summary>
    public IEnumerable<LiveReading> ReadAll(Viewer viewer)
    {
        live.Advance();
        foreach (var agreement in visible.InForce(viewer))
        {
            if (live.Agreements.FactsOf(agreement.Id) is { } facts)
                yield return LiveReading.Of(agreement.Versions, facts, served.Now);
        }
    }
}
