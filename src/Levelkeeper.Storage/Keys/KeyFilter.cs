using Levelkeeper.Core.Facts;

namespace Levelkeeper.Storage.Keys;

/// <summary>A Bloom filter whose bits for one key lie in one cache line: it says of most keys that a run does not hold them, and never so of one that it holds.</summary>
/// <remarks>
/// Blocks of 512 bits; 42 keys a block (12.2 bits a key) with 7 bits each give about 0.5 % false positives. Blocked filters: Putze, Sanders, Singler, "Cache-, Hash- and
/// Space-Efficient Bloom Filters", 2007. The block is chosen by the upper half of the key in proportion, so that sorted keys fill the blocks in order.
/// </remarks>
internal sealed class KeyFilter(long blocks)
{
    private const int WordsInBlock = 8;
    private const int KeysInBlock = 42;
    private const int BitsOfKey = 7;

    private readonly ulong[] _words = new ulong[blocks * WordsInBlock];

    /// <summary>The size of a block in bytes.</summary>
    public const int BlockLength = WordsInBlock * sizeof(ulong);

    /// <summary>How many blocks so many different keys need; at least one.</summary>
    public static long BlocksFor(long keys) => keys / KeysInBlock + 1;

    /// <summary>The bits, for reading and writing.</summary>
    public Span<ulong> Words => _words;

    /// <summary>Adds a key.</summary>
    public void Add(FactKey key)
    {
        var block = Block(key);
        var bits = key.Low;
        for (var i = 0; i < BitsOfKey; i++, bits >>= 9)
            block[(int)(bits >> 6) & 7] |= 1UL << (int)bits;
    }

    /// <summary>False when the key was surely not added.</summary>
    public bool MayHold(FactKey key)
    {
        var block = Block(key);
        var bits = key.Low;
        for (var i = 0; i < BitsOfKey; i++, bits >>= 9)
        {
            if ((block[(int)(bits >> 6) & 7] & (1UL << (int)bits)) == 0)
                return false;
        }

        return true;
    }

    private Span<ulong> Block(FactKey key) => _words.AsSpan((int)Math.BigMul(key.High, (ulong)blocks, out _) * WordsInBlock, WordsInBlock);
}
