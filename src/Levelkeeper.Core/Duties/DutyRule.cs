using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using NodaTime;

namespace Levelkeeper.Core.Duties;

/// <summary>Something that must be done again and again: a back-up taken, an update installed, a report sent, a review held.</summary>
public sealed record DutyRule
{
    /// <summary>The duty's name, as in <see cref="Facts.FactData.DutyDone"/>.</summary>
    public required string Duty { get; init; }

    /// <summary>On which dates it falls due.</summary>
    public required DutyRecurrence Recurrence { get; init; }

    /// <summary>At what local time of those dates: doing it at this instant is still in time.</summary>
    public required LocalTime At { get; init; }

    /// <summary>The zone of the dates and the time.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>The first date on which it can fall due: the agreement's start. Counting begins here, whatever period is asked for.</summary>
    public required LocalDate From { get; init; }

    /// <summary>The first date on which it no longer falls due; null for no end.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>How long before it is due it can be done; null for as early as the occurrence before was due. Positive.</summary>
    public Duration? Window { get; init; }

    /// <summary>How long after it was due it can still be done, late. Not negative.</summary>
    public Duration Grace { get; init; } = Duration.Zero;

    /// <summary>Whether what was done late, within the grace, counts like what was done in time.</summary>
    public bool LateCounts { get; init; }

    /// <summary>Whether it counts as done only with evidence.</summary>
    public bool EvidenceRequired { get; init; }

    /// <summary>Tells working days; null for Monday to Friday. Only <see cref="DayOfMonth.LastWorkingDay"/> and <see cref="DayOfMonth.WorkingDay"/> ask.</summary>
    public Func<LocalDate, bool>? IsWorkingDay { get; init; }

    /// <summary>The clauses that say all this, for the explanation.</summary>
    public ImmutableArray<Clause> Clauses { get; init; } = [];
}
