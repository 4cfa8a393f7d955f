namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>How often what happened.</summary>
internal sealed class Counts
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>By name, in order.</summary>
    public IEnumerable<KeyValuePair<string, long>> All => _counts;

    public long this[string what] => _counts.GetValueOrDefault(what);

    public void Add(string what, long times = 1) => _counts[what] = this[what] + times;

    public void Add(Counts others)
    {
        foreach (var (what, times) in others._counts)
            Add(what, times);
    }

    public override string ToString() => string.Join(", ", _counts.Select(c => $"{c.Key} {c.Value}"));
}
