using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Levelkeeper.Storage.Keys;

/// <summary>What a run file says about itself. The whole file is, in the byte order of the machine:</summary>
/// <remarks>
/// <list type="bullet">
/// <item>this header, 144 bytes: magic number (8), version (4), level (4), log identity (16), mark (16), first (8), last (8), count (8), filter blocks (8), name in ASCII (64, padded by zeros);</item>
/// <item>the entries, 24 bytes each: upper and lower half of the key, sequence number; sorted by key, then by sequence number;</item>
/// <item>the filter, 64 bytes a block;</item>
/// <item>SHA-256 over all of that, 32 bytes.</item>
/// </list>
/// The magic number does not read the same in another byte order, so a folder carried to such a machine is foreign and made anew.
/// </remarks>
/// <param name="Name">The name of the index; up to 64 ASCII characters.</param>
/// <param name="LogIdentity">The log that the sequence numbers are of.</param>
/// <param name="Mark">What the log was up to the last sequence number.</param>
/// <param name="Level">0 when written from memory, one more with each merge.</param>
/// <param name="First">The first sequence number covered, with an entry or without.</param>
/// <param name="Last">The last sequence number covered.</param>
/// <param name="Count">How many entries there are.</param>
/// <param name="FilterBlocks">How many blocks the filter has.</param>
internal sealed record RunHeader(string Name, UInt128 LogIdentity, UInt128 Mark, int Level, long First, long Last, long Count, long FilterBlocks)
{
    private const ulong Magic = 0x314E_5552_5945_4B4C;
    private const int Version = 2;

    /// <summary>The length of the header in bytes.</summary>
    public const int Length = 80 + NameLength;

    /// <summary>The longest name in bytes.</summary>
    public const int NameLength = 64;

    /// <summary>The length of an entry in bytes.</summary>
    public const int EntryLength = 24;

    /// <summary>Where the filter begins.</summary>
    public long FilterOffset => Length + Count * EntryLength;

    /// <summary>The length of the whole file.</summary>
    public long FileLength => FilterOffset + FilterBlocks * KeyFilter.BlockLength + SHA256.HashSizeInBytes;

    /// <summary>The name of the file.</summary>
    public string FileName => $"{Name}.{First:d19}-{Last:d19}{Extension}";

    /// <summary>How the names of run files end.</summary>
    public const string Extension = ".run";

    /// <summary>How the name of a file that is being written ends.</summary>
    public const string Unfinished = ".tmp";

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> into)
    {
        into[..Length].Clear();
        MemoryMarshal.Write(into, Magic);
        MemoryMarshal.Write(into[8..], Version);
        MemoryMarshal.Write(into[12..], Level);
        MemoryMarshal.Write(into[16..], LogIdentity);
        MemoryMarshal.Write(into[32..], Mark);
        MemoryMarshal.Write(into[48..], First);
        MemoryMarshal.Write(into[56..], Last);
        MemoryMarshal.Write(into[64..], Count);
        MemoryMarshal.Write(into[72..], FilterBlocks);
        Encoding.ASCII.GetBytes(Name, into.Slice(80, NameLength));
    }

    /// <summary>Reads a header; null when it is of another format. Of a file so long, every count is possible that the header gives.</summary>
    /// <exception cref="InvalidDataException">It contradicts itself or the length of the file.</exception>
    public static RunHeader? Read(ReadOnlySpan<byte> from, long fileLength)
    {
        if (from.Length < Length)
            throw new InvalidDataException("The file ends within its header.");
        if (MemoryMarshal.Read<ulong>(from) != Magic || MemoryMarshal.Read<int>(from[8..]) != Version)
            return null;
        var header = new RunHeader(
            Encoding.ASCII.GetString(from.Slice(80, NameLength)).TrimEnd('\0'),
            MemoryMarshal.Read<UInt128>(from[16..]),
            MemoryMarshal.Read<UInt128>(from[32..]),
            MemoryMarshal.Read<int>(from[12..]),
            MemoryMarshal.Read<long>(from[48..]),
            MemoryMarshal.Read<long>(from[56..]),
            MemoryMarshal.Read<long>(from[64..]),
            MemoryMarshal.Read<long>(from[72..]));
        // The counts are bounded by the length first, so that no product of them overflows.
        var sound = header.Level >= 0 && header.First >= 1 && header.Last >= header.First
            && header.Count >= 0 && header.Count <= fileLength / EntryLength
            && header.FilterBlocks >= 1 && header.FilterBlocks <= fileLength / KeyFilter.BlockLength
            && header.FileLength == fileLength;
        return sound ? header : throw new InvalidDataException("The file is not as long as its header says.");
    }
}
