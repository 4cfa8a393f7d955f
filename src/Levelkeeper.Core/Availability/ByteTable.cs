using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Levelkeeper.Core.Availability;

/// <summary>A mapping of small numbers to bytes, applied to many of them at once: what a switch says about each case, sixteen spans of a timeline in one step.</summary>
internal static class ByteTable
{
    /// <summary>The most cases that a table can tell apart.</summary>
    public const int Size = 16;

    /// <summary>Looks every element up.</summary>
    /// <param name="table">The result of each case; at most <see cref="Size"/> of them.</param>
    /// <param name="from">Cases: numbers below the table's length.</param>
    /// <param name="to">Receives the results; as long as <paramref name="from"/>.</param>
    public static void Map<TFrom, TTo>(ReadOnlySpan<TTo> table, ReadOnlySpan<TFrom> from, Span<TTo> to)
        where TFrom : unmanaged, Enum
        where TTo : unmanaged, Enum
    {
        var cases = MemoryMarshal.Cast<TFrom, byte>(from);
        var results = MemoryMarshal.Cast<TTo, byte>(to)[..cases.Length];
        Span<byte> padded = stackalloc byte[Size];
        padded.Clear();
        MemoryMarshal.Cast<TTo, byte>(table).CopyTo(padded);
        var lookup = Vector128.Create<byte>(padded);
        ref var source = ref MemoryMarshal.GetReference(cases);
        ref var target = ref MemoryMarshal.GetReference(results);
        var i = 0;
        for (; i <= cases.Length - Size; i += Size)
            Vector128.ShuffleNative(lookup, Vector128.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        for (; i < cases.Length; i++)
            results[i] = padded[cases[i]];
    }
}
