using System.Collections.Immutable;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Facts;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Storage.Log;
using NodaTime;

namespace Levelkeeper.Runtime.Doctor;

/// <summary>Holds live evaluation against the log: rebuilds everything from the facts with the evaluator of everything else, and lists what stands otherwise.</summary>
public static class LiveDoctor
{
    /// <summary>Examines what is kept live, up to the last fact that it has taken in.</summary>
    /// <param name="live">What is kept. It goes on meanwhile; it is compared as it stood when this began.</param>
    /// <param name="log">The log that it was fed from.</param>
    /// <param name="now">The instant to which it is brought first; not before the last one.</param>
    /// <param name="tell">Is told what that changes, as by <see cref="LiveAgreements.AdvanceTo"/>.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<DoctorReport> ExamineAsync(LiveAgreements live, FactLogReader log, Instant now, LiveTelling tell, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(log);
        var standing = live.StandingAt(now, tell);
        var (facts, replay) = await KnownFacts.ReadAsync(log, standing.Head, cancel);
        return Compare(standing, facts) with { Erased = replay.Erased, Unreadable = replay.Unreadable };
    }

    /// <summary>Compares how everything stood with what the facts come to.</summary>
    /// <param name="standing">How everything stood.</param>
    /// <param name="facts">All facts of the log up to there.</param>
    public static DoctorReport Compare(LiveStanding standing, FactSet facts)
    {
        ArgumentNullException.ThrowIfNull(standing);
        var findings = ImmutableArray.CreateBuilder<DoctorFinding>();
        var compared = 0L;
        foreach (var agreement in standing.Agreements)
        {
            var reading = LiveReading.Of(agreement.Versions, facts, standing.AsOf);
            var batch = new Dictionary<(LiveChangeKind Kind, string Subject), LiveState>(reading.States());
            foreach (var clock in reading.Clocks.Where(c => standing.Rests(c.Ticket)))
            {
                var key = (LiveChangeKind.Clock, LiveState.SubjectOf(clock.Ticket, clock.Clock, clock.Cycle));
                // What a ticket that rests came to is counted in the objectives; of itself it is only said that all is over on it.
                if (clock.StoppedAt is not null || clock.Verdict == ClockVerdict.Cancelled)
                    (compared, _) = (compared + 1, batch.Remove(key));
            }

            foreach (var key in batch.Keys.Union(agreement.States.Keys).OrderBy(k => k.Kind).ThenBy(k => k.Subject, StringComparer.Ordinal))
            {
                compared++;
                var (kept, rebuilt) = (StateOf(agreement.States, key), StateOf(batch, key));
                if (kept != rebuilt)
                    findings.Add(new DoctorFinding(agreement.Id, key.Kind, key.Subject, kept, rebuilt));
            }
        }

        return new DoctorReport(standing.Head, standing.AsOf, standing.Agreements.Length, compared, findings.ToImmutable());
    }

    private static string StateOf(IReadOnlyDictionary<(LiveChangeKind Kind, string Subject), LiveState> states, (LiveChangeKind Kind, string Subject) key) => states.TryGetValue(key, out var state) ? state.State : "";
}
