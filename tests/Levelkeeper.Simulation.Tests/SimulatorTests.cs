using System.Collections.Concurrent;
using System.Diagnostics;
using Levelkeeper.Simulation.Tests.Schedules;
using Levelkeeper.Simulation.Tests.Worlds;

namespace Levelkeeper.Simulation.Tests;

/// <summary>Worlds in which everything goes wrong that can, each from one seed: what was acknowledged is in the log once, nobody who was replaced writes, and all that is made of the log is made of all of it.</summary>
public sealed class SimulatorTests
{
    /// <summary>What was found once: the seed of a world, and the steps that its failure needed.</summary>
    private static readonly (string Story, Schedule Schedule)[] s_found =
    [
        ("An owner whose commit had taken effect said that it had not, because another had taken the log over before it asked.",
            new Schedule(56, [new(StepKind.Send, 477245913), new(StepKind.AppendWithFault, 1176708735), new(StepKind.TakeOver, 1991559874)])),
    ];

    private static readonly bool s_isLong = Environment.GetEnvironmentVariable("LEVELKEEPER_LONG") == "1";

    private static readonly int s_seeds = int.TryParse(Environment.GetEnvironmentVariable("LEVELKEEPER_SEEDS"), out var seeds) ? seeds : s_isLong ? 5_000 : Seeds.Share(60);

    [Fact]
    public async Task Nothing_is_lost_whatever_goes_wrong()
    {
        var clock = Stopwatch.StartNew();
        var (counts, failures) = (new Counts(), new ConcurrentQueue<Outcome>());
        var first = First();
        await Parallel.ForAsync(0, s_seeds, TestContext.Current.CancellationToken, async (i, _) =>
        {
            var outcome = await World.RunAsync(Schedule.Of(first + i));
            lock (counts)
                counts.Add(outcome.Counts);
            if (outcome.Failure is not null)
                failures.Enqueue(outcome);
        });
        var summary = $"{s_seeds} seeds from {first} on in {clock.Elapsed.TotalSeconds:f1} s; {counts}";
        TestContext.Current.SendDiagnosticMessage(summary);
        if (Environment.GetEnvironmentVariable("LEVELKEEPER_SIMULATION_REPORT") is { Length: > 0 } report)
            await SimulationReport.WriteAsync(report, first, s_seeds, clock.Elapsed, counts, [.. failures]);
        if (failures.OrderBy(f => f.Schedule.Seed).FirstOrDefault() is { } failure)
            Assert.Fail($"{failures.Count} of {summary}\n{await Failures.TellAsync(failure, Mutation.None)}");
    }

    [Fact]
    public async Task What_was_found_once_stays_mended()
    {
        foreach (var (story, schedule) in s_found)
        {
            var outcome = await World.RunAsync(schedule);
            if (outcome.Failure is not null)
                Assert.Fail($"{story}\n{await Failures.TellAsync(outcome, Mutation.None)}");
        }
    }

    [Fact]
    public async Task A_seed_gives_the_same_world_each_time()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var (once, again) = (await World.RunAsync(Schedule.Of(seed)), await World.RunAsync(Schedule.Of(seed)));
            again.Trace.ShouldBe(once.Trace);
            again.Counts.All.ShouldBe(once.Counts.All);
        }
    }

    private static int First() => Environment.GetEnvironmentVariable("LEVELKEEPER_SEED") switch
    {
        null or "" => s_isLong ? 1_000_000 : 0,
        "random" => Random.Shared.Next(1 << 30),
        var seed => int.Parse(seed),
    };
}
