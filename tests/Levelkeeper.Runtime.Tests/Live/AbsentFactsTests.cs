using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Live;

/// <summary>Where facts cannot be read for a moment, whoever tries again later comes to the same.</summary>
public sealed class AbsentFactsTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 6, 0, 0);

    [Fact]
    public void What_could_not_be_read_is_read_when_it_can_be() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), Holds).Check(Seeds.Config(30));

    private static void Holds(int seed)
    {
        var (random, log, now, failures) = (new Random(seed), new List<StampedFact>(), Start, 0);
        var source = new NowAndThen(new HeldFacts());
        var live = new LiveAgreements(source, random.Next(3));
        foreach (var (id, versions) in LiveWorld.Agreements)
            live.Put(id, versions);
        foreach (var fact in LiveProperties.Facts(random))
        {
            log.Add(new StampedFact(fact, log.Count + 1, Instant.FromUtc(2026, 4, 1, 0, 0).PlusTicks(log.Count)));
            Again(() => live.Apply([log[^1]]));
            if (random.Next(4) == 0)
                continue;
            now += Duration.FromSeconds(random.Next(6) == 0 ? random.Next(400_000) : random.Next(9_000));
            Again(() => live.AdvanceTo(now, (_, _) => { }));
            LiveWorld.Agreements.Keys.SelectMany(id => LiveWorld.Differences(live, id, LiveWorld.Agreements[id], FactSet.Of(log), now)).ShouldBeEmpty($"seed {seed}, fact {log.Count}");
        }

        // Several agreements may fail in one go.
        source.Refused.ShouldBeGreaterThanOrEqualTo(failures);
        failures.ShouldBePositive();

        void Again(Action action)
        {
            for (source.IsAway = () => random.Next(3) == 0; ; failures++)
            {
                try
                {
                    action();
                    source.IsAway = () => false;
                    return;
                }
                catch (IOException)
                {
                    // It is away; soon it is not.
                }
            }
        }
    }

    private sealed class NowAndThen(HeldFacts held) : IFactSource
    {
        public Func<bool> IsAway { get; set; } = () => false;

        public int Refused { get; private set; }

        public void Add(StampedFact fact) => held.Add(fact);

        public StampedFact? Find(FactKey key)
        {
            Try();
            return held.Find(key);
        }

        public IReadOnlyList<StampedFact> Read(IReadOnlyCollection<string> subjects, IReadOnlyCollection<long> places)
        {
            Try();
            return held.Read(subjects, places);
        }

        public void GoOnAfter(long place) => held.GoOnAfter(place);

        private void Try()
        {
            if (!IsAway())
                return;
            Refused++;
            throw new IOException("It is away.");
        }
    }
}
