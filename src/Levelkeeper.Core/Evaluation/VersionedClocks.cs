using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>The clocks of tickets under an agreement with amendments: each cycle by the version in force when it started, in the hours in force at each instant.</summary>
internal sealed class VersionedClocks(CompiledClocks clocks, VersionedFacts facts, Instant asOf)
{
    private readonly Dictionary<MeasuredClock, ImmutableArray<ClockReading>> _readings = [];

    public VersionedClocks(AgreementVersions versions, VersionedFacts facts, Instant asOf)
        : this(new CompiledClocks(versions), facts, asOf)
    {
    }

    /// <summary>The readings of the clock that an objective measures, in all versions that have it.</summary>
    public ImmutableArray<ClockReading> Of(string objective) => Read(clocks.Of(objective));

    /// <summary>The readings of every clock, the board's view: clocks that no objective measures still run.</summary>
    public IEnumerable<ClockReading> All() => clocks.Board.SelectMany(c => Read(c));

    private ImmutableArray<ClockReading> Read(MeasuredClock clock)
    {
        if (!_readings.TryGetValue(clock, out var readings))
            _readings[clock] = readings = clock.Read(facts, asOf);
        return readings;
    }
}
