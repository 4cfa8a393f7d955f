using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Storage.Outbox;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>Decides the steps of an agreement's escalations whose time has come, from a reading of all of it: what <see cref="LiveEscalations"/> decides matter by matter.</summary>
/// <remarks>One turn at a time.</remarks>
/// <param name="outbox">Where decisions and messages are kept.</param>
public sealed class EscalationLoop(OutboxStore outbox)
{
    private readonly StepDecider _decider = new(outbox);
    private readonly ObjectiveWatch _objectives = new(outbox);

    /// <summary>Decides what has come by the instant of a reading.</summary>
    /// <param name="reading">How the agreement stands.</param>
    /// <param name="facts">Its facts: they say what was acknowledged.</param>
    /// <param name="cancel">Gives up; what is not decided then is decided the next time.</param>
    public async Task<EscalationTurn> RunAsync(LiveReading reading, FactSet facts, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(facts);
        var (versions, asOf) = (reading.Versions, reading.AsOf);
        var agreement = versions.At(asOf);
        if (agreement.Escalations.IsEmpty)
            return EscalationTurn.Nothing;
        var horizon = StepDecider.HorizonOf(agreement, asOf);
        var effective = facts.Effective(asOf);
        var acknowledged = new Lazy<ILookup<string, Instant>>(() => facts.AsEnumerable()
            .Where(f => f.Fact.Data is FactData.TicketAcknowledged && f.Fact.Time <= asOf).ToLookup(f => f.Fact.Subject, f => f.Fact.Time, StringComparer.Ordinal));
        var running = ObjectiveWatch.RunningOf(reading.Evaluation.Objectives);
        var ended = _objectives.Ended(agreement, versions.TermTime, running, asOf, (_, from, to) => Evaluator.Evaluate(versions, effective, from, to, asOf).Objectives);
        var turn = EscalationTurn.Nothing;
        foreach (var matter in StepDecider.MattersOf(agreement, reading.Clocks, horizon)
            .Concat(await _objectives.ReadAsync(agreement, running.Concat(ended), asOf, horizon, cancel))
            .Concat(OutageUpdates.Of(agreement, versions, reading.Evaluation.Objectives, effective, horizon)))
            turn = turn.And(await _decider.DecideAsync(agreement, asOf, matter, () => matter.Ticket.Length > 0 ? acknowledged.Value[matter.Ticket] : [], cancel));
        return turn;
    }
}
