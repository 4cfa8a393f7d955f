using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using NodaTime;

namespace Levelkeeper.Core.Measurements;

/// <summary>How an indicator's number is made of measurements: the aggregation and the decisions around it.</summary>
public sealed record MeasurementRule
{
    /// <summary>How the values become one.</summary>
    public required Aggregation Aggregation { get; init; }

    /// <summary>The unit of the measured numbers.</summary>
    public ValueUnit Unit { get; init; } = ValueUnit.Plain("");

    /// <summary>What a window that begins before the period does.</summary>
    public StraddlingWindow Straddling { get; init; } = StraddlingWindow.WhereItEnds;

    /// <summary>What a check that failed means for <see cref="Aggregation.PercentWithin"/>.</summary>
    public FailedCheck FailedChecks { get; init; } = FailedCheck.LeftOut;

    /// <summary>What a count or a sum is when no fact reports anything.</summary>
    public NothingMeasured Nothing { get; init; } = NothingMeasured.NoActivity;

    /// <summary>
    /// The smallest value that the metric can have, in its unit: the lower edge of a histogram's first bucket. 0 by default (response times, sizes,
    /// ages; Prometheus assumes the same); null when there is none. A first bucket that ends below it has no lower edge.
    /// </summary>
    public decimal? SmallestPossible { get; init; } = 0;

    /// <summary>The clauses that say all this, for the explanation.</summary>
    public ImmutableArray<Clause> Clauses { get; init; } = [];
}

/// <summary>The unit of measured numbers: a length of time, which results give in ticks, or any other, which stays as it is.</summary>
public readonly record struct ValueUnit
{
    private readonly string? _name;

    private ValueUnit(string name, long ticksPerUnit)
    {
        _name = name;
        TicksPerUnit = ticksPerUnit;
    }

    /// <summary>Its name, e.g. <c>ms</c> or <c>leads</c>; may be empty.</summary>
    public string Name => _name ?? "";

    /// <summary>Ticks of 100 ns in one unit; 0 when it is no length of time.</summary>
    public long TicksPerUnit { get; }

    /// <summary>Whether it is a length of time.</summary>
    public bool IsTime => TicksPerUnit != 0;

    /// <summary>A unit that is no length of time.</summary>
    public static ValueUnit Plain(string name) => new(name, 0);

    /// <summary>A unit of time. The response times of checks need one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive whole number of ticks.</exception>
    public static ValueUnit Time(string name, Duration unit)
    {
        var ticks = unit.BclCompatibleTicks;
        if (ticks <= 0 || Duration.FromTicks(ticks) != unit)
            throw new ArgumentOutOfRangeException(nameof(unit), unit, "A unit of time is a positive whole number of 100 ns.");
        return new ValueUnit(name, ticks);
    }

    /// <summary>What one measured unit is in the result's unit.</summary>
    internal long Factor => IsTime ? TicksPerUnit : 1;

    /// <summary>A value with this unit.</summary>
    internal Quantity Of(Numbers.Rational value) => IsTime ? new Quantity(value, QuantityUnit.Ticks) : new Quantity(value, QuantityUnit.Number, Name);
}

/// <summary>What an aggregated window that begins before the period and ends in it does.</summary>
public enum StraddlingWindow
{
    /// <summary>It belongs whole to the period that its last instant lies in, so that months add up to the year. Nothing is prorated: nobody measured at what rate the events came.</summary>
    WhereItEnds,

    /// <summary>Only windows that lie in the period whole are counted.</summary>
    LeftOut,
}

/// <summary>What a check that failed means where response times are compared with a limit.</summary>
public enum FailedCheck
{
    /// <summary>It has no response time: only availability counts it.</summary>
    LeftOut,

    /// <summary>It was not answered within the limit.</summary>
    TooSlow,
}

/// <summary>What a count or a sum is when nothing was measured.</summary>
public enum NothingMeasured
{
    /// <summary>Unknown: nobody reported.</summary>
    NoActivity,

    /// <summary>Zero: what is not reported did not happen.</summary>
    Zero,
}
