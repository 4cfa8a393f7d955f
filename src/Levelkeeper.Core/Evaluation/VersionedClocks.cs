using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>The clocks of tickets under an agreement with amendments: each cycle by the version in force when it started, in the hours in force at each instant.</summary>
internal sealed class VersionedClocks
{
    private readonly AgreementVersions _versions;
    private readonly VersionedFacts _facts;
    private readonly Instant _asOf;
    private readonly CalendarInForce _calendars = new();
    private readonly Agreement?[] _dated;
    private readonly Dictionary<string, ImmutableArray<ClockReading>> _readings = new(StringComparer.Ordinal);

    public VersionedClocks(AgreementVersions versions, VersionedFacts facts, Instant asOf)
    {
        (_versions, _facts, _asOf) = (versions, facts, asOf);
        _dated = new Agreement?[versions.All.Length];
    }

    /// <summary>The readings of the clock that an objective measures, over all its stretches.</summary>
    public ImmutableArray<ClockReading> Of(IReadOnlyList<ObjectiveStretch> stretches)
    {
        var name = stretches[0].Objective.Name;
        if (!_readings.TryGetValue(name, out var readings))
            _readings[name] = readings = [.. stretches.SelectMany(s => Of(s.Last, s.Objective, s.InForce))];
        return readings;
    }

    /// <summary>The readings of every clock that started under a version, the board's view: clocks that no objective measures still run.</summary>
    public IEnumerable<ClockReading> OfVersion(int number)
    {
        var agreement = Dated(number);
        var inForce = _versions.InForce(number, number);
        // A clock of which a decision was not seen does not run: its due would be a guess.
        var measured = agreement.Objectives.Where(o => o.NotSeen.IsEmpty).Select(o => (Objective: o, Clock: o.Indicator as Indicator.Clock)).Where(o => o.Clock is not null).ToList();
        // The same clock is listed once: with the targets that an objective sets, not again for one that only measures the time spent.
        measured.RemoveAll(o => !HasTarget(o.Clock!)
            && measured.Exists(p => p.Objective.Service == o.Objective.Service && p.Clock!.Definition.Name == o.Clock!.Definition.Name && HasTarget(p.Clock)));
        var others = agreement.Clocks.Where(c => !measured.Any(o => o.Clock!.Definition.Name == c.Name) && !IsHalfKnown(agreement, c.Name));
        return measured.SelectMany(o => Of(number, o.Objective, inForce))
            .Concat(others.SelectMany(c => Started(ClockObjectives.Read(agreement, c, "", TicketFilter.All, _facts.Of(number), _asOf), inForce)));
    }

    private static bool IsHalfKnown(Agreement agreement, string clock) =>
        agreement.NotSeen.Any(c => c.Path == "clocks" || c.Path.StartsWith($"clocks.{clock}.", StringComparison.Ordinal) || c.Path.StartsWith("calendars", StringComparison.Ordinal) || c.Path.StartsWith("tickets", StringComparison.Ordinal));

    private static bool HasTarget(Indicator.Clock clock) => clock.Definition.DefaultTarget is not null || !clock.Definition.Targets.IsEmpty;

    private IEnumerable<ClockReading> Of(int number, Objective objective, Time.TickInterval inForce)
    {
        var agreement = Dated(number);
        return agreement.Objectives.First(o => o.Name == objective.Name).Indicator is Indicator.Clock clock
            ? Started(ClockObjectives.Read(agreement, clock.Definition, objective.Service, clock.Where, _facts.Of(number), _asOf), inForce)
            : [];
    }

    private static IEnumerable<ClockReading> Started(ImmutableArray<ClockReading> readings, Time.TickInterval inForce) =>
        readings.Where(r => inForce.Contains(r.StartedAt.ToUnixTimeTicks()));

    /// <summary>A version whose clocks have, at each instant, the hours that the version in force then gives them.</summary>
    private Agreement Dated(int number)
    {
        if (_dated[number] is { } known)
            return known;
        var agreement = _versions.All[number].Agreement;
        if (_versions.All.Length > 1)
        {
            agreement = agreement with
            {
                Clocks = [.. agreement.Clocks.Select(c => Dated(c, number, a => a.Clocks.FirstOrDefault(o => o.Name == c.Name)))],
                Objectives = [.. agreement.Objectives.Select(o => o.Indicator is Indicator.Clock clock ? o with { Indicator = clock with { Definition = Dated(clock.Definition, number, a => Measured(a, o, clock.Definition)) } } : o)],
            };
        }

        return _dated[number] = agreement;
    }

    /// <summary>The clock of another version that goes on in the place of this one: that of the objective, else the agreement's own of the same name.</summary>
    private static ClockDefinition? Measured(Agreement agreement, Objective objective, ClockDefinition clock) =>
        agreement.Objectives.FirstOrDefault(o => o.Name == objective.Name)?.Indicator is Indicator.Clock { Definition: var same } && same.Name == clock.Name
            ? same
            : agreement.Clocks.FirstOrDefault(c => c.Name == clock.Name);

    private ClockDefinition Dated(ClockDefinition clock, int number, Func<Agreement, ClockDefinition?> find)
    {
        // A version without the clock leaves it the hours that it had.
        var others = _versions.All.Select((v, i) => (Number: i, v.From, Clock: i == number ? clock : find(v.Agreement))).Where(v => v.Clock is not null).ToImmutableArray();
        var own = others.Select((v, i) => (v.Number, i)).First(v => v.Number == number).i;
        var priorities = others.SelectMany(v => v.Clock!.Calendars.Keys).Distinct(StringComparer.Ordinal);
        return clock with
        {
            Calendar = _calendars.At([.. others.Select(v => (v.From, v.Clock!.Calendar))], own),
            Calendars = priorities.ToImmutableSortedDictionary(p => p, p => _calendars.At([.. others.Select(v => (v.From, v.Clock!.CalendarFor(p)))], own), StringComparer.Ordinal),
        };
    }
}
