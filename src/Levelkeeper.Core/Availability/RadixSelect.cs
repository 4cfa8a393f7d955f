using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Availability;

/// <summary>Exact order statistics without sorting: one histogram per 11 bits of the value, most significant first.</summary>
public static class RadixSelect
{
    private const int Bits = 11;

    /// <summary>The smallest value such that at least <paramref name="share"/> of all values are at or below it (nearest rank).</summary>
    /// <param name="values">At least one value, in any order; not changed.</param>
    /// <param name="share">More than 0 and at most 1.</param>
    public static uint NearestRank(ReadOnlySpan<uint> values, Rational share)
    {
        if (share.Sign <= 0 || share > Rational.One)
            throw new ArgumentOutOfRangeException(nameof(share), "A percentile is above 0 and at most 100 %.");
        return Smallest(values, (int)(share * values.Length).Ceiling() - 1);
    }

    /// <summary>The value that would stand at a position if the values were sorted.</summary>
    /// <param name="values">At least one value, in any order; not changed.</param>
    /// <param name="rank">0 is the smallest.</param>
    public static uint Smallest(ReadOnlySpan<uint> values, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, values.Length);
        Span<int> counts = stackalloc int[1 << Bits];
        var prefix = 0u;
        var mask = 0u;
        for (var shift = 32 - Bits; ; shift = Math.Max(0, shift - Bits))
        {
            counts.Clear();
            var width = shift == 0 ? 32 - 2 * Bits : Bits;
            var digits = (1u << width) - 1;
            foreach (var value in values)
                if ((value & mask) == prefix)
                    counts[(int)((value >> shift) & digits)]++;
            var digit = 0;
            while (rank >= counts[digit])
                rank -= counts[digit++];
            prefix |= (uint)digit << shift;
            mask |= digits << shift;
            if (shift == 0)
                return prefix;
        }
    }
}
