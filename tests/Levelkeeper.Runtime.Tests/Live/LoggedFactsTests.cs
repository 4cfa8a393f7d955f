using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Live;

/// <summary>Facts that stay in the log, a real one: what is found there is what was taken in, and live evaluation that reads them there is that which holds them.</summary>
public sealed class LoggedFactsTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 6, 0, 0);

    [Fact]
    public void Live_equals_the_evaluation_of_all_facts_though_they_stay_in_the_log() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), Holds).Check(Seeds.Config(12));

    [Fact]
    public async Task They_are_found_as_they_were_taken_in() => await WithLogAsync(async (store, writer) =>
    {
        var (held, logged) = (new HeldFacts(), new LoggedFacts(store.Log(), writer));
        writer.Committed = committed =>
        {
            foreach (var fact in committed.Facts)
            {
                held.Add(fact);
                logged.Add(fact);
            }
        };
        Fact[] facts =
        [
            Fact("1", "service.down", "web"), Fact("2", "service.up", "web"), Fact("3", "service.down", "db"),
            LiveWorld.Fact("4", "probe", "fact.retracted", "web", Start, "\"source\":\"probe\",\"id\":\"1\",\"reason\":\"mistaken\""),
            Fact("1", "service.up", "db"),
            LiveWorld.Fact("5", "probe", "measurement.recorded", "", Start, "\"metric\":\"calls\",\"value\":\"3\""),
            Fact("6", "service.up", "db"),
        ];
        await AppendAsync(writer, facts[..4]);
        await AppendAsync(writer, facts[4..]);

        // The fifth has the identity of the first, so it is set aside; a retraction is where it was put, not where its subject would have it.
        Places(logged.Read(["web", "nobody"], [])).ShouldBe([1, 2]);
        Places(logged.Read(["web", "db"], [4, 6])).ShouldBe([1, 2, 3, 4, 6, 7]);
        logged.Read(["web", "db"], [4, 6]).ShouldBe(held.Read(["web", "db"], [4, 6]));
        logged.Find(FactKey.Of("probe", "1")).ShouldBe(held.Find(FactKey.Of("probe", "1")));
        logged.Find(FactKey.Of("probe", "4"))!.LogSequence.ShouldBe(4);
        logged.Find(FactKey.Of("probe", "none")).ShouldBeNull();

        // What was committed and not taken in yet is not known yet; what was erased is no more.
        writer.Committed = null;
        await AppendAsync(writer, [Fact("7", "service.up", "web")]);
        Places(logged.Read(["web"], [])).ShouldBe([1, 2]);
        logged.Find(FactKey.Of("probe", "7")).ShouldBeNull();
        await store.Log().EraseAsync([1]);
        Places(logged.Read(["web"], [])).ShouldBe([2]);
        logged.Find(FactKey.Of("probe", "1")).ShouldBeNull();
    });

    private static List<long> Places(IEnumerable<StampedFact> facts) => [.. facts.Select(f => f.LogSequence)];

    private static Fact Fact(string id, string type, string subject) => LiveWorld.Fact(id, "probe", type, subject, Start, "");

    /// <summary>Facts are committed some at a time, taken in later, and everything is put in force again now and then, so that its facts must be found again.</summary>
    private static void Holds(int seed) => WithLogAsync(async (store, writer) =>
    {
        var (random, log, now) = (new Random(seed), new List<StampedFact>(), Start);
        var (live, waiting) = (new LiveAgreements(new LoggedFacts(store.Log(), writer), random.Next(3)), new Queue<CommittedFacts>());
        writer.Committed = waiting.Enqueue;
        foreach (var (id, versions) in LiveWorld.Agreements)
            live.Put(id, versions);
        foreach (var batch in LiveProperties.Facts(random).Chunk(random.Next(1, 9)))
        {
            await AppendAsync(writer, batch);
            if (random.Next(3) == 0)
                continue;
            while (waiting.TryDequeue(out var committed))
            {
                live.Apply(committed.Facts, committed.Conflicts);
                log.AddRange(committed.Facts);
                if (random.Next(2) == 0)
                    live.TakeIn(now);
            }

            if (random.Next(8) == 0)
                live.Put("tied", LiveWorld.Agreements["tied"]);
            now += Duration.FromSeconds(random.Next(6) == 0 ? random.Next(400_000) : random.Next(20_000));
            live.AdvanceTo(now, (_, _) => { });
            var all = FactSet.Of(log);
            LiveWorld.Agreements.Keys.SelectMany(id => LiveWorld.Differences(live, id, LiveWorld.Agreements[id], all, now)).ShouldBeEmpty($"seed {seed}");
        }
    }).GetAwaiter().GetResult();

    private static Task AppendAsync(FactLogWriter writer, IEnumerable<Fact> facts)
    {
        var texts = new CloudEventWriter();
        return writer.AppendAsync([.. facts.Select(f => new LogEntry(f, texts.Write(f).ToArray()))], Start);
    }

    private static async Task WithLogAsync(Func<Store, FactLogWriter, Task> use)
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-logged-").FullName;
        try
        {
            await using var store = await Store.OpenAsync(new SqliteDatabase(folder), Start);
            await using var writer = await FactLogWriter.TakeAsync(store, Path.Combine(folder, "keys"));
            await use(store, writer);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
