using Levelkeeper.Core.Facts;

namespace Levelkeeper.Storage.Keys;

public readonly record struct KeyEntry(FactKey Key, long Sequence);

// Stands in until the sorted runs are merged.
public sealed class KeyIndex : IDisposable
{
    private readonly Dictionary<FactKey, List<long>> _all = [];
    public static KeyIndex Open(string folder, string name, UInt128 logIdentity, long head) => new();
    public long Through { get; private set; }
    public void Add(ReadOnlySpan<KeyEntry> entries, long through)
    {
        foreach (var e in entries)
        {
            if (!_all.TryGetValue(e.Key, out var l)) _all.Add(e.Key, l = []);
            l.Add(e.Sequence);
        }
    }
    public bool TryFind(FactKey key, out long sequence) { sequence = _all.TryGetValue(key, out var l) ? l[0] : 0; return sequence > 0; }
    public void FindAll(FactKey key, ICollection<long> into) { if (_all.TryGetValue(key, out var l)) foreach (var s in l) into.Add(s); }
    public void Dispose() { }
}
