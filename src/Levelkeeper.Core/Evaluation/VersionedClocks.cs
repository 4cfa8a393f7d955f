using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Measurements.Tickets;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>The clocks of tickets under an agreement with amendments: each cycle by the version in force when it started, in the hours in force at each instant.</summary>
internal sealed class VersionedClocks(AgreementVersions versions, VersionedFacts facts, Instant asOf)
{
    private readonly CalendarInForce _calendars = new();
    private readonly Dictionary<string, ImmutableArray<ClockReading>> _readings = new(StringComparer.Ordinal);

    /// <summary>The readings of the clock that an objective measures, in all versions that have it.</summary>
    public ImmutableArray<ClockReading> Of(string objective)
    {
        if (!_readings.TryGetValue(objective, out var readings))
            _readings[objective] = readings = MeasuredClock.Of(versions, objective, _calendars).Read(facts, asOf);
        return readings;
    }

    /// <summary>The readings of every clock, the board's view: clocks that no objective measures still run.</summary>
    public IEnumerable<ClockReading> All()
    {
        var measured = versions.All.Select(v => Measured(v.Agreement)).ToList();
        foreach (var objective in measured.SelectMany(m => m.Keys).Distinct(StringComparer.Ordinal))
        {
            foreach (var reading in new MeasuredClock(versions, [.. measured.Select(m => m.GetValueOrDefault(objective))], _calendars).Read(facts, asOf))
                yield return reading;
        }

        var others = versions.All.Select((v, i) => v.Agreement.Clocks.Where(c => !measured[i].Values.Any(m => m.Clock.Name == c.Name) && !IsHalfKnown(v.Agreement, c.Name)).ToDictionary(c => c.Name, StringComparer.Ordinal)).ToList();
        foreach (var name in others.SelectMany(o => o.Keys).Distinct(StringComparer.Ordinal))
        {
            foreach (var reading in new MeasuredClock(versions, [.. others.Select(o => o.GetValueOrDefault(name) is { } clock ? new ClockUse(clock, "", TicketFilter.All) : null)], _calendars).Read(facts, asOf))
                yield return reading;
        }
    }

    /// <summary>The clocks that objectives of a version measure, by the objective.</summary>
    private static Dictionary<string, ClockUse> Measured(Agreement agreement)
    {
        // A clock of which a decision was not seen does not run: its due would be a guess.
        var measured = agreement.Objectives.Where(o => o.NotSeen.IsEmpty).Select(o => (o.Name, o.Service, Clock: o.Indicator as Indicator.Clock)).Where(o => o.Clock is not null).ToList();
        // The same clock is listed once: with the targets that an objective sets, not again for one that only measures the time spent.
        measured.RemoveAll(o => !HasTarget(o.Clock!) && measured.Exists(p => p.Service == o.Service && p.Clock!.Definition.Name == o.Clock!.Definition.Name && HasTarget(p.Clock)));
        return measured.ToDictionary(o => o.Name, o => new ClockUse(o.Clock!.Definition, o.Service, o.Clock.Where), StringComparer.Ordinal);
    }

    private static bool IsHalfKnown(Agreement agreement, string clock) =>
        agreement.NotSeen.Any(c => c.Path == "clocks" || c.Path.StartsWith($"clocks.{clock}.", StringComparison.Ordinal) || c.Path.StartsWith("calendars", StringComparison.Ordinal) || c.Path.StartsWith("tickets", StringComparison.Ordinal));

    private static bool HasTarget(Indicator.Clock clock) => clock.Definition.DefaultTarget is not null || !clock.Definition.Targets.IsEmpty;
}
