using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>Numbers of a day by sorting and adding; back-ups by going through the days.</summary>
public sealed class ReferenceValues(ReferenceLog log, ReferencePeriod day)
{
    private List<Rational> Values =>
        [.. log.Facts.Select(f => f.Fact).Where(f => day.Counts(f.Time)).Select(f => f.Data).OfType<FactData.Measured>().Select(m => Rational.From(m.Value)).Order()];

    /// <summary>The sum; no activity when nothing was measured.</summary>
    public Rational? Sum => Values is { Count: > 0 } values ? values.Aggregate(Rational.Zero, (a, b) => a + b) : null;

    /// <summary>The mean.</summary>
    public Rational? Average => Sum is { } sum ? sum / Values.Count : null;

    /// <summary>The value at the nearest rank: the first in ascending order that so many percent of the values do not exceed.</summary>
    public Rational? Percentile(int percent)
    {
        var values = Values;
        for (var rank = 1; rank <= values.Count; rank++)
        {
            if (rank * 100 >= percent * values.Count)
                return values[rank - 1];
        }

        return null;
    }

    /// <summary>A back-up is due every day at 18:00 wall clock, from a first date on; done by the first deed not yet used since the one before was due.</summary>
    /// <param name="from">The first date.</param>
    /// <param name="target">The share of those decided that must be done in time.</param>
    public ReferenceResult Backups(LocalDate from, Rational target)
    {
        var deeds = log.Facts.Select(f => f.Fact).Where(f => f.Data is FactData.DutyDone { Succeeded: true }).Select(f => f.Time).ToList();
        int done = 0, missed = 0, all = 0;
        var opens = day.Zone.AtStartOfDay(from).ToInstant();
        for (var date = from; ; date = date.PlusDays(1))
        {
            var due = day.Zone.AtLeniently(date.At(new LocalTime(18, 0))).ToInstant();
            if (due >= day.End)
                break;
            deeds.RemoveAll(d => d < opens);
            var deed = deeds.Count > 0 && deeds[0] <= due ? deeds[0] : Instant.MaxValue;
            if (deed != Instant.MaxValue)
                deeds.RemoveAt(0);
            opens = due;
            if (due < day.Start)
                continue;
            all++;
            if (deed != Instant.MaxValue)
                done++;
            else if (day.AsOf > due)
                missed++;
        }

        if (done + missed == 0)
            return ReferenceResult.Without(Verdict.NoActivity);
        var share = new Rational(done, done + missed);
        var result = ReferenceResult.AtLeast(target, share, share);
        if (!day.Running || result.Verdict != Verdict.Breached)
            return result;
        return new Rational(all - missed, all) < target ? result : result with { Verdict = Verdict.AtRisk };
    }
}
