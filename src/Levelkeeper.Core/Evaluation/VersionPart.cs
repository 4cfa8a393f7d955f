using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>The part of time in which the version that an objective is read from is in force.</summary>
/// <param name="InForce">From when to when; boundless for an agreement without amendments.</param>
/// <param name="From">The version's first day.</param>
/// <param name="IsCarriedOver">The objective is no longer in the agreement: for what started under the version.</param>
internal readonly record struct VersionPart(TickInterval InForce, LocalDate From, bool IsCarriedOver = false)
{
    /// <summary>True where not an amendment but the end of a grace cuts the period.</summary>
    public bool AfterGrace { get; init; }

    /// <summary>The period's time in it, with the period's name; a period that an amendment cuts is named with the version.</summary>
    public EvaluatedPeriod Of(Periods.Period period, Instant asOf)
    {
        var during = period.During.Intersect(InForce);
        var running = asOf.ToUnixTimeTicks() < during.End;
        if (IsCarriedOver)
            return new EvaluatedPeriod($"{period.Label} (carried over from the version of {From:uuuu-MM-dd})", during, running) { Version = From, IsCarriedOver = true, Whole = period.During };
        if (AfterGrace)
            return new EvaluatedPeriod($"{period.Label} (after the grace)", during, running) { AfterGrace = true, Whole = period.During };
        return during == period.During
            ? new EvaluatedPeriod(period.Label, during, running)
            : new EvaluatedPeriod($"{period.Label} (version of {From:uuuu-MM-dd})", during, running) { Version = From, Whole = period.During };
    }
}
