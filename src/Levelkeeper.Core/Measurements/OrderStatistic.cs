using System.Buffers;
using System.Numerics;

namespace Levelkeeper.Core.Measurements;

/// <summary>Finds the value of a given rank without sorting.</summary>
internal static class OrderStatistic
{
    private const int Digit = 11;
    private const int SortBelow = 128;

    /// <summary>The value that would stand at position <paramref name="rank"/> (from 0) if the values were sorted; exact.</summary>
    /// <remarks>
    /// Radix selection from the highest digit: counts the digits of <c>value - smallest</c>, keeps the values of the one bucket that holds the
    /// rank, and goes on inside it. Linear in the number of values; at most six passes over ever fewer values.
    /// </remarks>
    /// <param name="values">At least one value; not changed.</param>
    /// <param name="rank">0 to the number of values less one.</param>
    /// <param name="smallest">The smallest value, or less.</param>
    /// <param name="largest">The largest value, or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    public static long Select(ReadOnlySpan<long> values, int rank, long smallest, long largest)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, values.Length);
        Span<int> counts = stackalloc int[1 << Digit];
        var rented = Array.Empty<long>();
        var candidates = values;
        try
        {
            while (smallest != largest && candidates.Length > SortBelow)
            {
                var range = unchecked((ulong)largest - (ulong)smallest);
                var shift = Math.Max(0, 64 - BitOperations.LeadingZeroCount(range) - Digit);
                counts.Clear();
                foreach (var value in candidates)
                    counts[(int)(unchecked((ulong)value - (ulong)smallest) >> shift)]++;
                var digit = 0;
                while (rank >= counts[digit])
                    rank -= counts[digit++];

                var kept = counts[digit];
                if (rented.Length < kept)
                    rented = ArrayPool<long>.Shared.Rent(kept);
                Keep(candidates, rented, smallest, shift, (ulong)digit, kept);
                candidates = rented.AsSpan(0, kept);
                smallest = unchecked((long)((ulong)smallest + ((ulong)digit << shift)));
                largest = unchecked((long)((ulong)smallest + Math.Min((ulong)largest - (ulong)smallest, (1UL << shift) - 1)));
            }

            if (smallest == largest)
                return smallest;
            Span<long> few = stackalloc long[SortBelow];
            candidates.CopyTo(few);
            few = few[..candidates.Length];
            few.Sort();
            return few[rank];
        }
        finally
        {
            if (rented.Length > 0)
                ArrayPool<long>.Shared.Return(rented);
        }
    }

    // Writing every value and advancing only for those that stay spares a branch that cannot be predicted. Reading is never behind writing, so
    // the target may be the same memory as the source.
    private static void Keep(ReadOnlySpan<long> from, long[] to, long smallest, int shift, ulong digit, int kept)
    {
        var next = 0;
        foreach (var value in from)
        {
            if (next == kept)
                return;
            to[next] = value;
            next += unchecked((ulong)value - (ulong)smallest) >> shift == digit ? 1 : 0;
        }
    }
}
