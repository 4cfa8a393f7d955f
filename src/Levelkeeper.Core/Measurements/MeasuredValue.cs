using Levelkeeper.Core.Explanations;

namespace Levelkeeper.Core.Measurements;

/// <summary>The value of an indicator: one exact number, a band that certainly holds it, or nothing to measure. A closed choice.</summary>
public abstract record MeasuredValue
{
    private MeasuredValue()
    {
    }

    /// <summary>Nothing happened that could be measured: neither 0 nor 100 %.</summary>
    public sealed record NoActivity : MeasuredValue
    {
        /// <summary>The only instance that is needed.</summary>
        public static NoActivity Instance { get; } = new();
    }

    /// <summary>An exact number.</summary>
    /// <param name="Value">The number with its unit.</param>
    public sealed record Exact(Quantity Value) : MeasuredValue;

    /// <summary>The facts fix the value only up to a band; a target inside it is <em>insufficient evidence</em>.</summary>
    /// <param name="Low">The value is at least this; null when nothing bounds it from below.</param>
    /// <param name="High">The value is at most this; null when nothing bounds it from above.</param>
    public sealed record Band(Quantity? Low, Quantity? High) : MeasuredValue;

    /// <summary>A band, or an exact value when both ends are the same number.</summary>
    public static MeasuredValue Between(Quantity? low, Quantity? high) =>
        low is { } value && low == high ? new Exact(value) : new Band(low, high);
}
