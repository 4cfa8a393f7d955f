using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>How an agreement stands at an instant: every clock, and the results of the periods that run then.</summary>
/// <param name="Versions">The agreement.</param>
/// <param name="AsOf">The instant.</param>
/// <param name="Known">The last fact that it is made of: its place in the log.</param>
/// <param name="Clocks">The clocks, by ticket, name and cycle.</param>
/// <param name="Evaluation">The results.</param>
public sealed record LiveReading(AgreementVersions Versions, Instant AsOf, long Known, ImmutableArray<ClockReading> Clocks, AgreementEvaluation Evaluation)
{
    /// <summary>Reads an agreement from its facts: what live evaluation comes to at any instant, by the evaluator of everything else.</summary>
    /// <param name="versions">The agreement.</param>
    /// <param name="facts">The facts.</param>
    /// <param name="asOf">The instant.</param>
    public static LiveReading Of(AgreementVersions versions, FactSet facts, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var effective = facts.Effective(asOf);
        return new LiveReading(versions, asOf, facts.Head, Evaluator.Clocks(versions, effective, asOf), Evaluator.Evaluate(versions, effective, asOf, asOf.PlusTicks(1), asOf));
    }

    /// <summary>When a running clock is at risk, by the objective that warns first; null where nothing warns, and for one that does not run.</summary>
    public Instant? AtRiskFrom(ClockReading clock) => AtRiskFrom(Versions, clock);

    /// <summary>As the other.</summary>
    /// <param name="versions">The agreement.</param>
    /// <param name="clock">The clock.</param>
    public static Instant? AtRiskFrom(AgreementVersions versions, ClockReading clock)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(clock);
        if (clock.Verdict != ClockVerdict.Running)
            return null;
        return versions.At(clock.StartedAt).Objectives
            .Where(o => o.Indicator is Indicator.Clock measured && measured.Definition.Name == clock.Clock)
            .Select(o => clock.ReachedAt(1 - o.AtRiskLeft)).Where(i => i is not null).Min();
    }

    /// <summary>How everything stands: what live evaluation must come to as well. By kind and subject.</summary>
    public IReadOnlyDictionary<(LiveChangeKind Kind, string Subject), LiveState> States()
    {
        var states = new SortedDictionary<(LiveChangeKind, string), LiveState>(Comparer<(LiveChangeKind Kind, string Subject)>.Create(static (a, b) => a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : string.CompareOrdinal(a.Subject, b.Subject)));
        foreach (var state in Clocks.SelectMany(c => LiveState.Of(c, AtRiskFrom(c))).Concat(Evaluation.Objectives.SelectMany(o => LiveState.Of(o, LiveState.LabelOf(Versions, o.Objective, o.Period), AsOf, LiveState.WatchedShares(Versions, o.Objective), LiveState.IsProjectionWatched(Versions, o.Objective)))))
            states[(state.Kind, state.Subject)] = state;
        return states;
    }
}
