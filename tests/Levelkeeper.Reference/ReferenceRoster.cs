using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>Who was on a roster at an instant: the list of the agreement, and everybody's comings and goings since, one after the other.</summary>
/// <param name="log">The facts as they count.</param>
/// <param name="roster">The roster's name.</param>
/// <param name="initial">Who belongs to it from the start.</param>
/// <param name="from">The start; what was said before it does not count.</param>
public sealed class ReferenceRoster(ReferenceLog log, string roster, IReadOnlyCollection<string> initial, Instant from)
{
    private readonly List<(Instant At, string Member, bool Joined)> _changes =
        [.. log.Facts.Select(f => f.Fact).Where(f => f.Time >= from && f.Data is FactData.RosterChanged r && r.Roster == roster).Select(f => (f.Time, ((FactData.RosterChanged)f.Data).Member, ((FactData.RosterChanged)f.Data).Joined))];

    /// <summary>Whether somebody is on it.</summary>
    public bool Has(string member, Instant at)
    {
        var inside = initial.Contains(member);
        foreach (var change in _changes)
        {
            if (change.At <= at && change.Member == member)
                inside = change.Joined;
        }

        return inside && at >= from;
    }

    /// <summary>In how many of the minutes under the agreement of a period somebody is on it, and how many there are.</summary>
    public (int There, int All) MinutesOf(string member, ReferencePeriod period)
    {
        var (there, all) = (0, 0);
        for (var minute = Instant.Max(period.Start, period.TermStart); minute < period.End; minute += Duration.FromMinutes(1))
            (there, all) = (there + (Has(member, minute) ? 1 : 0), all + 1);
        return (there, all);
    }

    /// <summary>The verdict on all of them together. Whoever has no result, or an excused one, is not asked.</summary>
    /// <param name="verdicts">One for each.</param>
    /// <param name="reaching">The share that must reach the target.</param>
    /// <param name="running">Whether the period is not over.</param>
    public static ReferenceResult Together(IReadOnlyCollection<Verdict> verdicts, Rational reaching, bool running)
    {
        var asked = verdicts.Where(v => v is not (Verdict.NoActivity or Verdict.Excused)).ToList();
        if (asked.Count == 0)
            return ReferenceResult.Without(verdicts.Contains(Verdict.Excused) ? Verdict.Excused : Verdict.NoActivity);
        var result = ReferenceResult.AtLeast(reaching, new Rational(asked.Count(v => v == Verdict.Met), asked.Count), new Rational(asked.Count(v => v != Verdict.Breached), asked.Count));
        return running && result.Verdict == Verdict.InsufficientEvidence && asked.Contains(Verdict.AtRisk) ? result with { Verdict = Verdict.AtRisk } : result;
    }
}
