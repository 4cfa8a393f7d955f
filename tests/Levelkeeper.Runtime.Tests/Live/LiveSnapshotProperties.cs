using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Live;

/// <summary>A snapshot and what came after it are the whole log.</summary>
public sealed class LiveSnapshotProperties
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 6, 0, 0);

    [Fact]
    public void Who_goes_on_from_a_snapshot_comes_to_what_all_facts_come_to() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), Holds).Check(Seeds.Config(40));

    [Fact]
    public void So_it_is_with_the_samples() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), HoldsForASample).Check(Seeds.Config(24));

    [Fact]
    public void A_snapshot_that_was_cut_off_is_told_from_a_whole_one()
    {
        var live = new LiveAgreements();
        live.Put("klient", LiveWorld.Agreements["klient"]);
        live.Apply([new StampedFact(LiveWorld.Fact("1", "probe", "service.down", "web", Start, ""), 1, Start)]);
        using var whole = new MemoryStream();
        live.Save(whole, Start, _ => "", (_, _) => { });
        for (var length = 0; length < whole.Length; length++)
        {
            var held = new HeldFacts();
            held.Add(live.Find(FactKey.Of("probe", "1"))!);
            Should.Throw<Exception>(() => new LiveAgreements(held, 0).Load(new MemoryStream(whole.ToArray()[..length]), (_, _) => LiveWorld.Agreements["klient"]));
        }
    }

    private static void Holds(int seed)
    {
        var random = new Random(seed);
        var (held, log, now) = (new HeldFacts(), new List<StampedFact>(), Start);
        var live = new LiveAgreements(held, random.Next(3));
        foreach (var (id, versions) in LiveWorld.Agreements)
            live.Put(id, versions);
        foreach (var fact in LiveProperties.Facts(random))
        {
            log.Add(new StampedFact(fact, log.Count + 1, Instant.FromUtc(2026, 4, 1, 0, 0).PlusTicks(log.Count)));
            live.Apply([log[^1]]);
            if (random.Next(4) == 0)
                continue;
            now += Duration.FromSeconds(random.Next(6) == 0 ? random.Next(400_000) : random.Next(9_000));
            if (random.Next(4) == 0)
                live = GoneOn(live, held, LiveWorld.Agreements, now, random, seed);
            live.AdvanceTo(now, (_, _) => { });
            LiveWorld.Agreements.Keys.SelectMany(id => LiveWorld.Differences(live, id, LiveWorld.Agreements[id], FactSet.Of(log), now)).ShouldBeEmpty($"seed {seed}, fact {log.Count}");
        }
    }

    private static void HoldsForASample(int seed)
    {
        var random = new Random(seed);
        var (name, versions, facts) = LiveWorld.Samples[random.Next(LiveWorld.Samples.Count)];
        var (held, log, now) = (new HeldFacts(), new List<StampedFact>(), facts.Min(f => f.Time));
        var live = new LiveAgreements(held, random.Next(3));
        live.Put(name, versions);
        foreach (var batch in facts.OrderBy(f => (f.Time - now).TotalHours + random.Next(4)).Chunk(Math.Max(1, facts.Count / 6)))
        {
            foreach (var fact in batch)
            {
                log.Add(new StampedFact(fact, log.Count + 1, Instant.FromUtc(2030, 1, 1, 0, 0).PlusTicks(log.Count)));
                live.Apply([log[^1]]);
            }

            now = Instant.Max(now, batch.Max(f => f.Time) - Duration.FromHours(random.Next(3)));
            live = GoneOn(live, held, new() { [name] = versions }, now, random, seed);
            live.AdvanceTo(now, (_, _) => { });
            LiveWorld.Differences(live, name, versions, FactSet.Of(log), now).ShouldBeEmpty($"{name}, seed {seed}, fact {log.Count}");
        }
    }

    /// <summary>What reads what was written; one agreement in some has changed meanwhile.</summary>
    private static LiveAgreements GoneOn(LiveAgreements live, HeldFacts held, Dictionary<string, AgreementVersions> agreements, Instant now, Random random, int seed)
    {
        using var snapshot = new MemoryStream();
        live.Save(snapshot, now, id => $"state of {id}", (_, _) => { });
        snapshot.Position = 0;
        var changed = random.Next(3) == 0 ? agreements.Keys.ElementAt(random.Next(agreements.Count)) : "";
        var next = new LiveAgreements(held, random.Next(3));
        next.Load(snapshot, (id, state) => state == $"state of {id}" && id != changed ? agreements[id] : null);
        snapshot.Position.ShouldBe(snapshot.Length);
        next.Head.ShouldBe(live.Head);
        next.Conflicts().ShouldBe(live.Conflicts());
        foreach (var (id, versions) in agreements.Where(a => !next.Has(a.Key)))
            next.Put(id, versions);
        // Nobody is told again how a clock stands.
        next.AdvanceTo(now, (agreement, changes) => changes.Where(c => !(changed.Length > 0 && agreement == agreements[changed]) && c.Kind is LiveChangeKind.Clock or LiveChangeKind.ClockAtRisk).ShouldBeEmpty($"seed {seed}"));
        return next;
    }
}
