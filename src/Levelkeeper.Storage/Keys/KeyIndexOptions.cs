namespace Levelkeeper.Storage.Keys;

/// <summary>How much a <see cref="KeyIndex"/> holds in memory, and whom it tells of problems.</summary>
public sealed record KeyIndexOptions
{
    /// <summary>
    /// How many entries, or sequence numbers without an entry, are gathered before they are written as a file; at least 1. About 40 bytes of memory each. Few make many small
    /// files to merge; many make more to add again after a restart. One call of <see cref="KeyIndex.Add"/> is never split, so a table may be larger by one call.
    /// </summary>
    public int TableEntries { get; init; } = 250_000;

    /// <summary>How many full tables may wait to be written before <see cref="KeyIndex.Add"/> waits; at least 1.</summary>
    public int WaitingTables { get; init; } = 3;

    /// <summary>Is told each problem once, on the thread that calls <see cref="KeyIndex.OpenAsync"/>, <see cref="KeyIndex.Add"/> or <see cref="KeyIndex.Dispose"/>.</summary>
    public Action<KeyIndexProblem>? Report { get; init; }
}
