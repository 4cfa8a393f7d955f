using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Keys;

namespace Levelkeeper.Storage.Tests.Keys;

public sealed class KeyIndexProperties
{
    /// <summary>Whatever happens to the process, to the files and to the log: once the log is added again from where the index asks, the index knows what the log knows.</summary>
    [Fact]
    public void An_index_knows_what_its_log_knows_whatever_happened_to_its_files() => Prop.ForAll(Lives(), life =>
    {
        using var model = new KeyModel(life.TableEntries);
        foreach (var (what, seed) in life.Events)
        {
            model.Live(what, new Random(seed));
            model.ShouldAgree();
        }
    }).Check(Seeds.Config(80));

    private static Arbitrary<(int TableEntries, (KeyModel.Event What, int Seed)[] Events)> Lives()
    {
        var what = Gen.Frequency(
            (8, Gen.Constant(KeyModel.Event.AddFew)),
            (2, Gen.Constant(KeyModel.Event.AddMany)),
            (2, Gen.Constant(KeyModel.Event.Restart)),
            (2, Gen.Constant(KeyModel.Event.Crash)),
            (2, Gen.Constant(KeyModel.Event.CrashAndDamage)),
            (1, Gen.Constant(KeyModel.Event.CrashAndStaleFiles)),
            (1, Gen.Constant(KeyModel.Event.LogRestored)));
        var step = what.Zip(Gen.Choose(0, int.MaxValue - 1)).Select(p => (What: p.Item1, Seed: p.Item2));
        var life = Gen.Elements(1, 2, 3, 10, 100, 700).Zip(Gen.Choose(1, 25).SelectMany(n => step.ArrayOf(n))).Select(p => (TableEntries: p.Item1, Events: p.Item2));
        return Arb.From(life, l => Enumerable.Range(0, l.Events.Length).Select(i => (l.TableEntries, l.Events.Where((_, at) => at != i).ToArray())));
    }
}
