using System.Collections.Immutable;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Duties;

/// <summary>A time in which a duty was due and not done.</summary>
/// <param name="During">From when it was due, that instant included, until it was done; while it is not done the end is <see cref="long.MaxValue"/>.</param>
/// <param name="DoneBy">The fact that ended it; null while nothing has.</param>
public sealed record LateTime(TickInterval During, Fact? DoneBy);

/// <summary>When somebody was late with a recurring duty.</summary>
public static class DutyLateness
{
    /// <summary>The times in which the duty was late, as of an instant: ascending, apart from each other.</summary>
    /// <remarks>
    /// An occurrence that was done in time is never late. One that was done within its grace was late until then. One that was missed was late until the first deed after its
    /// grace, whichever occurrence that deed counts for: it shows that the duty is seen to again. A deed that failed, or has no evidence where evidence is required, ends nothing.
    /// </remarks>
    /// <param name="rule">The duty.</param>
    /// <param name="facts">Effective facts in their order, from the duty's first date on; only <see cref="FactData.DutyDone"/> of this duty is read.</param>
    /// <param name="asOf">Now: later facts are left out, and what falls due at it or later is not late yet.</param>
    public static ImmutableArray<LateTime> Of(DutyRule rule, IReadOnlyList<Fact> facts, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(facts);
        var times = new List<LateTime>();
        foreach (var pair in DutyPairing.Of(rule, facts, asOf, asOf))
        {
            var due = pair.Occurrence.Due.ToUnixTimeTicks();
            var doneBy = pair.Deed ?? pair.Next;
            if (pair.Deed?.Time <= pair.Occurrence.Due)
                continue;
            var late = new LateTime(new TickInterval(due, doneBy?.Time.ToUnixTimeTicks() ?? long.MaxValue), doneBy);
            if (times is [.., var last] && last.During.End >= due)
                times[^1] = late.During.End > last.During.End ? late with { During = new TickInterval(last.During.Start, late.During.End) } : last;
            else
                times.Add(late);
        }

        return [.. times];
    }
}
