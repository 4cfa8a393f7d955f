using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Keys;

namespace Levelkeeper.Storage.Tests.Keys;

/// <summary>A folder for the runs of one index, gone after the test, and what the index told.</summary>
internal sealed class KeyFolder : IDisposable
{
    public const string Name = "facts";
    public static readonly UInt128 LogIdentity = new(1, 2);

    public string Path { get; } = Directory.CreateTempSubdirectory("levelkeeper-keys-").FullName;

    public List<KeyIndexProblem> Told { get; } = [];

    public IEnumerable<KeyIndexProblemKind> KindsTold => Told.Select(p => p.Kind);

    /// <summary>The run files, in the order of what they cover.</summary>
    public string[] Files => [.. Directory.EnumerateFiles(Path, "*.run").Order(StringComparer.Ordinal)];

    /// <summary>Opens an index of a log in which nothing was ever lost, or of one that says otherwise.</summary>
    public KeyIndex Open(int tableEntries, Func<long, UInt128?>? markAt = null, string name = Name, UInt128? log = null, int waitingTables = 3) => KeyIndex.OpenAsync(
        Path,
        name,
        log ?? LogIdentity,
        sequence => ValueTask.FromResult(markAt is null ? MarkAt(sequence) : markAt(sequence)),
        new KeyIndexOptions { TableEntries = tableEntries, WaitingTables = waitingTables, Report = Told.Add }).GetAwaiter().GetResult();

    /// <summary>What such a log is up to a sequence number.</summary>
    public static UInt128 MarkAt(long sequence) => new(17, (ulong)sequence);

    /// <summary>Adds keys 1, 2, … at their own sequence numbers, one call each, and waits for the background.</summary>
    public static void Fill(KeyIndex index, int from, int to)
    {
        for (var i = from; i <= to; i++)
            index.Add([Entry(i)], i, MarkAt(i));
        index.WaitForBackground();
    }

    /// <summary>A folder in which keys 1 to <paramref name="to"/> were added and the index closed.</summary>
    public static KeyFolder Filled(int to, int tableEntries)
    {
        var folder = new KeyFolder();
        using var index = folder.Open(tableEntries);
        Fill(index, 1, to);
        return folder;
    }

    public static KeyEntry Entry(int number) => new(Key(number), number);

    public static FactKey Key(int number) => FactKey.Of("test", number.ToString());

    public static void ShouldHold(KeyIndex index, int to)
    {
        for (var i = 1; i <= to; i++)
        {
            index.TryFind(Key(i), out var sequence).ShouldBeTrue();
            sequence.ShouldBe(i);
        }

        index.TryFind(Key(to + 1), out _).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
