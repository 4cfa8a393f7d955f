namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>The two files of a SQLite database as they are at one moment.</summary>
/// <param name="File">The database.</param>
/// <param name="Log">Its write-ahead log; empty when there is none.</param>
internal sealed record DiskImage(byte[] File, byte[] Log)
{
    private const int Sector = 512;
    private const int LogHeader = 32;

    /// <summary>What is on the disk when the power fails within a commit that makes another image of this one.</summary>
    /// <remarks>
    /// A commit writes to the log. Its header, where the log begins anew, is synced before what follows it. Of the rest any of the sectors may have arrived: the first ones, the last
    /// ones, any.
    /// </remarks>
    public DiskImage TornInCommit(DiskImage after, Random random)
    {
        var anew = Log.Length < LogHeader || after.Log.Length < LogHeader || !Log.AsSpan(0, LogHeader).SequenceEqual(after.Log.AsSpan(0, LogHeader));
        return anew && random.Next(4) == 0 ? this : new DiskImage(File, Mixed(Log, after.Log, anew ? LogHeader : 0, random));
    }

    /// <summary>What is on the disk when the power fails while what is in the log is written to the file: the log was synced before.</summary>
    public DiskImage TornInCheckpoint(DiskImage after, Random random) => new(Mixed(File, after.File, 0, random), Log);

    /// <summary>The bytes of one version with some sectors of another.</summary>
    private static byte[] Mixed(byte[] before, byte[] after, int synced, Random random)
    {
        // A file that grew may have its new length before its new content: zeros.
        var mixed = new byte[Math.Max(before.Length, after.Length)];
        before.CopyTo(mixed, 0);
        var changed = Enumerable.Range(0, (after.Length + Sector - 1) / Sector).Where(s => !Part(before, s).SequenceEqual(Part(after, s))).ToList();
        var kept = random.Next(4) switch
        {
            0 => changed.Take(random.Next(changed.Count + 1)).ToList(),
            1 => changed.Skip(random.Next(changed.Count + 1)).ToList(),
            2 => changed.Where(_ => random.Next(2) == 0).ToList(),
            _ => changed.Where((_, i) => i != changed.Count - 1).ToList(),
        };
        foreach (var sector in kept)
            Part(after, sector).CopyTo(mixed.AsSpan(sector * Sector));
        after.AsSpan(0, synced).CopyTo(mixed);
        return mixed;
    }

    private static ReadOnlySpan<byte> Part(byte[] bytes, int sector)
    {
        var start = Math.Min(bytes.Length, sector * Sector);
        return bytes.AsSpan(start, Math.Min(Sector, bytes.Length - start));
    }
}
