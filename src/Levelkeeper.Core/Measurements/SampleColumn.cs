using System.Numerics;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Measurements;

/// <summary>Many exact values as 64-bit integers over one power of ten; values that do not fit are kept as fractions instead.</summary>
/// <remarks>Append-only; one writer. 525,600 response times take 4 MB, and their percentile needs no sort.</remarks>
internal sealed class SampleColumn
{
    private readonly long _factor;
    private long[] _units = [];
    private int _count;
    private int _scale;
    private long _smallest = long.MaxValue;
    private long _largest = long.MinValue;
    private List<Rational>? _fractions;
    private Rational[]? _sorted;

    /// <summary>An empty column.</summary>
    /// <param name="factor">What every decimal that is added is multiplied with; positive.</param>
    public SampleColumn(long factor = 1) => _factor = factor;

    /// <summary>How many values.</summary>
    public int Count => _fractions?.Count ?? _count;

    /// <summary>Adds a number, times the factor.</summary>
    public void Add(decimal value)
    {
        if (_fractions is null && TryScale(value, out var units))
            Append(units);
        else
            Fractions().Add(Rational.From(value) * _factor);
    }

    /// <summary>Adds an integer as it is; the factor does not apply.</summary>
    public void AddWhole(long value)
    {
        if (_fractions is null && (_scale == 0 || TryFit((Int128)value * PowerOfTen(_scale), out value)))
            Append(value);
        else
            Fractions().Add(value);
    }

    /// <summary>The value at a position, in the order of adding.</summary>
    public Rational this[int index] => _fractions is null ? FromUnits(_units[index]) : _fractions[index];

    /// <summary>The sum; 0 of none.</summary>
    public Rational Sum()
    {
        if (_fractions is not null)
            return _fractions.Aggregate(Rational.Zero, static (sum, value) => sum + value);
        Int128 total = 0; // 2^31 values of 2^63 fit.
        foreach (var units in _units.AsSpan(0, _count))
            total += units;
        return FromUnits((BigInteger)total);
    }

    /// <summary>The smallest value of at least one.</summary>
    public Rational Smallest() => _fractions is null ? FromUnits(_smallest) : Sorted()[0];

    /// <summary>The largest value of at least one.</summary>
    public Rational Largest() => _fractions is null ? FromUnits(_largest) : Sorted()[^1];

    /// <summary>The value of a rank, from 0, in ascending order.</summary>
    public Rational Select(int rank) =>
        _fractions is null ? FromUnits(OrderStatistic.Select(_units.AsSpan(0, _count), rank, _smallest, _largest)) : Sorted()[rank];

    /// <summary>How many values are at most the limit.</summary>
    public int CountAtMost(Rational limit)
    {
        if (_fractions is not null)
            return _fractions.Count(value => value <= limit);
        var units = (limit * new Rational(BigInteger.Pow(10, _scale), 1)).Floor();
        if (units >= _largest)
            return _count;
        if (units < _smallest)
            return 0;
        var bound = (long)units;
        var within = 0;
        foreach (var value in _units.AsSpan(0, _count))
            within += value <= bound ? 1 : 0;
        return within;
    }

    /// <summary>All values, in the order of adding.</summary>
    public IEnumerable<Rational> Values()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    private void Append(long units)
    {
        if (_count == _units.Length)
            Array.Resize(ref _units, Math.Max(16, _count * 2));
        _units[_count++] = units;
        _smallest = Math.Min(_smallest, units);
        _largest = Math.Max(_largest, units);
    }

    private bool TryScale(decimal value, out long units)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        units = 0;
        var scale = (bits[3] >> 16) & 0xFF;
        if (scale == _scale && _factor <= int.MaxValue && (bits[1] | bits[2]) == 0)
        {
            // The common case: 32 bits times 31 bits.
            units = (value < 0 ? -_factor : _factor) * (uint)bits[0];
            return true;
        }

        if (bits[2] != 0 || scale > 18 || (scale > _scale && !TryRescale(scale)))
            return false;
        var magnitude = ((UInt128)(uint)bits[1] << 32) | (uint)bits[0];
        var factor = (Int128)_factor * PowerOfTen(_scale - scale);
        if (factor > long.MaxValue)
            return value == 0;
        var product = (Int128)magnitude * factor; // 2^64 times 2^63 fits into the 127 bits.
        return TryFit(value < 0 ? -product : product, out units);
    }

    private bool TryRescale(int scale)
    {
        var factor = PowerOfTen(scale - _scale);
        if (_count > 0 && !(TryFit((Int128)_smallest * factor, out _) && TryFit((Int128)_largest * factor, out _)))
            return false;
        foreach (ref var units in _units.AsSpan(0, _count))
            units *= factor;
        if (_count > 0)
            (_smallest, _largest) = (_smallest * factor, _largest * factor);
        _scale = scale;
        return true;
    }

    private static bool TryFit(Int128 wide, out long units)
    {
        var fits = wide >= long.MinValue && wide <= long.MaxValue;
        units = fits ? (long)wide : 0;
        return fits;
    }

    private static long PowerOfTen(int exponent)
    {
        var power = 1L;
        while (exponent-- > 0)
            power *= 10;
        return power;
    }

    private Rational FromUnits(BigInteger units) => new(units, BigInteger.Pow(10, _scale));

    private List<Rational> Fractions()
    {
        _sorted = null;
        return _fractions ??= [.. Values()];
    }

    private Rational[] Sorted() => _sorted ??= [.. _fractions!.Order()];
}
