using Levelkeeper.Core.Calendars;
using NodaTime;

namespace Levelkeeper.Core.Reconciliation;

/// <summary>One deadline of ours beside one of somebody else's, with what is needed to try other rules.</summary>
public sealed record DueComparison
{
    /// <summary>When the clock started.</summary>
    public required Instant Started { get; init; }

    /// <summary>The deadline that the agreement gives; null when it gives none.</summary>
    public required Instant? Ours { get; init; }

    /// <summary>The deadline of somebody else.</summary>
    public required Instant Theirs { get; init; }

    /// <summary>The target as a length of open time; null for targets in days or calendar units.</summary>
    public Duration? Target { get; init; }

    /// <summary>Open time that pauses took out.</summary>
    public Duration Paused { get; init; }

    /// <summary>The deadline agreed with the customer; null when there is none.</summary>
    public Instant? Pinned { get; init; }

    /// <summary>The clock's calendar.</summary>
    public required BusinessCalendar Calendar { get; init; }

    /// <summary>Other calendars that they may have reckoned in, by name.</summary>
    public IReadOnlyList<(string Name, BusinessCalendar Calendar)> OtherCalendars { get; init; } = [];

    /// <summary>The zone whose wall clock they may show.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>Compares the two, and tries other rules when they differ.</summary>
    /// <param name="tolerance">Differences up to this, inclusive, are agreement; not negative.</param>
    public Finding Compare(Duration tolerance)
    {
        if (Ours is not { } ours)
            return new Finding(DifferenceReason.NoResult, "the agreement gives no deadline");
        if (Near(ours, Theirs))
            return Finding.Agreement;
        foreach (var alternative in Alternatives())
        {
            if (Near(alternative.Value, Theirs))
                return new Finding(alternative.Reason, alternative.Remark);
        }

        return new Finding(DifferenceReason.MovedByHand, "no rule gives their deadline");

        bool Near(Instant left, Instant right) => (left > right ? left - right : right - left) <= tolerance;
    }

    /// <summary>The deadline by other rules, in the order of <see cref="DifferenceReason"/>. Rules that give our own deadline are left out.</summary>
    public IEnumerable<Alternative<Instant>> Alternatives() =>
        Ours is { } ours ? Candidates(ours).Where(a => a.Value != ours).OrderBy(a => a.Reason) : [];

    private IEnumerable<Alternative<Instant>> Candidates(Instant ours)
    {
        yield return new(DifferenceReason.Zone, $"theirs is the wall clock of {Zone.Id} labelled UTC", AsIfUtc(ours));
        yield return new(DifferenceReason.Zone, $"theirs is UTC labelled as the wall clock of {Zone.Id}", AsIfLocal(ours));
        if (Target is { } target)
        {
            // Where no offset changes these two are plain elapsed time, which is a matter of the calendar.
            var elapsed = Started + target;
            if (WallClock(Started, target) is var kept && kept != elapsed)
                yield return new(DifferenceReason.Zone, $"they keep the wall clock of {Zone.Id} over a change of its offset", kept);
            if (AsIfUtc(AsIfLocal(Started) + target) is var relabelled && relabelled != elapsed)
                yield return new(DifferenceReason.Zone, $"both times are the wall clock of {Zone.Id} labelled UTC", relabelled);
            yield return new(DifferenceReason.Calendar, "they reckon in elapsed time", elapsed);
            foreach (var (name, calendar) in OtherCalendars)
            {
                if (Add(calendar, target + Paused) is { } due)
                    yield return new(DifferenceReason.Calendar, $"they reckon in the calendar '{name}'", due);
            }

            if (Paused > Duration.Zero && Add(Calendar, target) is { } unpaused)
                yield return new(DifferenceReason.Pause, "they do not take the pauses out", unpaused);
        }

        foreach (var (name, unit) in s_units)
        {
            var below = Instant.FromUnixTimeTicks(ours.ToUnixTimeTicks() / unit * unit);
            yield return new(DifferenceReason.Rounding, $"they cut to the {name}", below);
            yield return new(DifferenceReason.Rounding, $"they round up to the {name}", below.PlusTicks(unit));
        }

        var day = ours.InZone(Zone).Date;
        yield return new(DifferenceReason.Rounding, "they give the start of the day", Zone.AtStartOfDay(day).ToInstant());
        yield return new(DifferenceReason.Rounding, "they give the end of the day", Zone.AtStartOfDay(day.PlusDays(1)).ToInstant());
        if (Pinned is { } pinned)
            yield return new(DifferenceReason.Pinned, "theirs is the deadline agreed with the customer", pinned);
    }

    private static readonly (string Name, long Ticks)[] s_units =
        [("second", NodaConstants.TicksPerSecond), ("minute", NodaConstants.TicksPerMinute), ("hour", NodaConstants.TicksPerHour)];

    private Instant AsIfUtc(Instant instant) => instant.InZone(Zone).LocalDateTime.InUtc().ToInstant();

    private Instant AsIfLocal(Instant instant) => instant.InUtc().LocalDateTime.InZoneLeniently(Zone).ToInstant();

    private Instant WallClock(Instant start, Duration length) =>
        start.InZone(Zone).LocalDateTime.PlusTicks((long)length.BclCompatibleTicks).InZoneLeniently(Zone).ToInstant();

    private Instant? Add(BusinessCalendar calendar, Duration open) =>
        calendar.TryAdd(Started.ToUnixTimeTicks(), (long)open.BclCompatibleTicks, out var due) ? Instant.FromUnixTimeTicks(due) : null;
}
