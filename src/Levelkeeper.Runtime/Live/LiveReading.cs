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
    public Instant? AtRiskFrom(ClockReading clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        if (clock.Verdict != ClockVerdict.Running)
            return null;
        return Versions.At(clock.StartedAt).Objectives
            .Where(o => o.Indicator is Indicator.Clock measured && measured.Definition.Name == clock.Clock)
            .Select(o => clock.ReachedAt(1 - o.AtRiskLeft)).Where(i => i is not null).Min();
    }

    /// <summary>What changed since an earlier reading, in order.</summary>
    public IEnumerable<LiveChange> Since(LiveReading? before)
    {
        var id = Versions.Latest.Id;
        var (was, now) = (before?.States() ?? [], States());
        foreach (var (key, state) in now)
        {
            if (!was.TryGetValue(key, out var old) || old.State != state.State)
                yield return new LiveChange(key.Kind, id, key.Subject, old.State ?? "", state.State, state.At);
        }

        foreach (var (key, state) in was)
        {
            // A period that is over and an alert of it are no change: their last word was said.
            if (!now.ContainsKey(key) && key.Kind is LiveChangeKind.Clock or LiveChangeKind.ClockAtRisk)
                yield return new LiveChange(key.Kind, id, key.Subject, state.State, "", AsOf);
        }
    }

    private SortedDictionary<(LiveChangeKind Kind, string Subject), (string State, Instant At)> States()
    {
        var states = new SortedDictionary<(LiveChangeKind, string), (string, Instant)>(Comparer<(LiveChangeKind Kind, string Subject)>.Create(static (a, b) => a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : string.CompareOrdinal(a.Subject, b.Subject)));
        foreach (var clock in Clocks)
        {
            var subject = $"{clock.Clock}/{clock.Ticket}/{clock.Cycle}";
            states[(LiveChangeKind.Clock, subject)] = (clock.Verdict.ToString().ToLowerInvariant(), clock.DecidedAt ?? clock.PausedSince ?? AsOf);
            if (AtRiskFrom(clock) is { } from && from <= AsOf)
                states[(LiveChangeKind.ClockAtRisk, subject)] = ("at risk", from);
        }

        foreach (var result in Evaluation.Objectives.SelectMany(o => o.Members.Prepend(o)))
        {
            var subject = $"{result.Objective}/{result.Period.Label}{(result.Member.Length > 0 ? "/" : "")}{result.Member}";
            states[(LiveChangeKind.Objective, subject)] = (Words(result.Verdict), result.Verdict == Verdict.Breached ? result.LostAt ?? AsOf : AsOf);
            if (result.Outages.Any(o => o.Lasting))
                states[(LiveChangeKind.Outage, subject)] = ("down", Instant.FromUnixTimeTicks(result.Outages.Where(o => o.Lasting).Min(o => o.Span.Start)));
            else if (!result.Outages.IsEmpty)
                states[(LiveChangeKind.Outage, subject)] = ("up", Instant.FromUnixTimeTicks(result.Outages.Max(o => o.Span.End)));
            foreach (var (alert, i) in result.BurnAlerts.Select((a, i) => (a, i)).Where(a => a.a.Fires))
                states[(LiveChangeKind.BurnAlert, $"{subject}/{i}")] = ("fires", AsOf);
        }

        return states;
    }

    private static string Words(Verdict verdict) => verdict switch
    {
        Verdict.Met => "met",
        Verdict.Breached => "breached",
        Verdict.AtRisk => "at risk",
        Verdict.Excused => "excused",
        Verdict.InsufficientEvidence => "insufficient evidence",
        Verdict.NoActivity => "no activity",
        _ => throw new InvalidOperationException("Unknown verdict."),
    };
}
