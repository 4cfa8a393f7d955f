using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live.Snapshots;

namespace Levelkeeper.Runtime.Live;

internal sealed partial class FactRouter
{
    /// <summary>Writes all that is kept, agreements last, each by itself.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="stateOf">By what it is told whether an agreement is the same when this is read.</param>
    public void Save(SnapshotWriter to, Func<string, string> stateOf)
    {
        var numbers = new Dictionary<FactNames, int>();
        foreach (var names in _names.Keys)
            numbers.Add(names, numbers.Count);
        to.Each(numbers.Keys, n =>
        {
            foreach (var name in (string[])[n.Service, n.Customer, n.Agreement, n.Word])
                to.Word(name);
        });
        int NumberOf(FactNames names) => numbers[names];

        var groups = new Dictionary<FactGroup, int>(ReferenceEqualityComparer.Instance);
        foreach (var part in (IReadOnlyCollection<FactGroup>[])[_bySubject.Values, _byNames.Values, _early])
        {
            to.Each(part, g =>
            {
                groups.Add(g, groups.Count);
                g.Save(to, NumberOf);
            });
        }

        to.Each([.. groups.Keys.SelectMany(g => g.Related.Select(r => (One: g, Other: r))).Where(p => groups[p.One] < groups[p.Other])], p =>
        {
            to.Number(groups[p.One]);
            to.Number(groups[p.Other]);
            to.Write(p.One.Together.Contains(p.Other));
        });
        to.Each(_amended, a =>
        {
            to.Write(a.Key.High);
            to.Write(a.Key.Low);
            to.Number(groups[a.Value]);
        });
        Resting.Save(to, NumberOf);
        to.Each([.. _quiet.Where(groups.ContainsKey)], g => to.Number(groups[g]));
        to.Each(_agreements.Values, a =>
        {
            using var own = new MemoryStream();
            using (var writer = new SnapshotWriter(own))
                a.Save(writer, g => groups[g]);
            to.Write(a.Id);
            to.Write(stateOf(a.Id));
            to.Raw<byte>(own.GetBuffer().AsSpan(0, (int)own.Length));
        });
    }

    /// <summary>Reads all that was kept, into a router that has nothing.</summary>
    /// <param name="from">Where it was written.</param>
    /// <param name="make">Makes an agreement that is as it was, without facts; null for one that is not in force any more, or otherwise.</param>
    public void Load(SnapshotReader from, Func<string, string, LiveAgreement?> make)
    {
        var names = new List<FactNames>();
        from.Each(() => names.Add(Intern(new FactNames(from.Word(), from.Word(), from.Word(), from.Word()))));
        var groups = new List<FactGroup>();
        from.Each(() => _bySubject.Add(Next().Subject, groups[^1]));
        from.Each(() => _byNames.Add(Next().Names.First(), groups[^1]));
        from.Each(() => _early.Add(Next()));
        from.Each(() => FactGroup.Relate(groups[from.Number()], groups[from.Number()], from.ReadBoolean()));
        from.Each(() => _amended.Add(new FactKey(from.ReadUInt64(), from.ReadUInt64()), groups[from.Number()]));
        Resting.Load(from, names);
        from.Each(() => _quiet.Enqueue(groups[from.Number()]));
        from.Each(() =>
        {
            var (id, state, own) = (from.ReadString(), from.ReadString(), from.Raw<byte>());
            if (make(id, state) is not { } agreement)
                return;
            Enter(agreement);
            agreement.Load(new SnapshotReader(new MemoryStream(own)), groups);
        });

        FactGroup Next()
        {
            groups.Add(FactGroup.Load(from, names));
            return groups[^1];
        }
    }
}
