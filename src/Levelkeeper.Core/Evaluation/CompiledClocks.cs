using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Measurements.Tickets;

namespace Levelkeeper.Core.Evaluation;

/// <summary>The clocks of an agreement through its versions, each compiled once, when it is asked for.</summary>
internal sealed class CompiledClocks(AgreementVersions versions)
{
    private readonly CalendarInForce _calendars = new();
    private readonly Dictionary<string, MeasuredClock> _byObjective = new(StringComparer.Ordinal);
    private readonly List<MeasuredClock> _made = [];
    private ImmutableArray<MeasuredClock> _board;

    /// <summary>The clock that an objective measures, in all versions that have it.</summary>
    public MeasuredClock Of(string objective)
    {
        if (!_byObjective.TryGetValue(objective, out var clock))
            _byObjective[objective] = clock = Made(MeasuredClock.UsesOf(versions, objective));
        return clock;
    }

    /// <summary>Every clock, the board's view: clocks that no objective measures still run.</summary>
    public ImmutableArray<MeasuredClock> Board => _board.IsDefault ? _board = [.. All()] : _board;

    /// <summary>All of them, those of the board first and in its order, each with whether it is on it and the objectives that measure it.</summary>
    public IEnumerable<(MeasuredClock Clock, bool IsOnBoard, ImmutableArray<string> Objectives)> Each(IEnumerable<string> objectives)
    {
        var measured = objectives.Where(o => !MeasuredClock.UsesOf(versions, o).All(u => u is null)).Select(o => (Name: o, Clock: Of(o))).ToList();
        return Board.Concat(measured.Select(m => m.Clock)).Distinct().Select(c => (c, Board.Contains(c), measured.Where(m => m.Clock == c).Select(m => m.Name).ToImmutableArray()));
    }

    private IEnumerable<MeasuredClock> All()
    {
        var measured = versions.All.Select(v => Measured(v.Agreement)).ToList();
        foreach (var objective in measured.SelectMany(m => m.Keys).Distinct(StringComparer.Ordinal))
            yield return Made([.. measured.Select(m => m.GetValueOrDefault(objective))]);
        var others = versions.All.Select((v, i) => v.Agreement.Clocks.Where(c => !measured[i].Values.Any(m => m.Clock.Name == c.Name) && !IsHalfKnown(v.Agreement, c.Name)).ToDictionary(c => c.Name, StringComparer.Ordinal)).ToList();
        foreach (var name in others.SelectMany(o => o.Keys).Distinct(StringComparer.Ordinal))
            yield return Made([.. others.Select(o => o.GetValueOrDefault(name) is { } clock ? new ClockUse(clock, "", TicketFilter.All) : null)]);
    }

    /// <summary>What is measured alike is read once.</summary>
    private MeasuredClock Made(ImmutableArray<ClockUse?> uses)
    {
        if (_made.Find(m => m.Uses.SequenceEqual(uses)) is { } known)
            return known;
        _made.Add(new MeasuredClock(versions, uses, _calendars));
        return _made[^1];
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
