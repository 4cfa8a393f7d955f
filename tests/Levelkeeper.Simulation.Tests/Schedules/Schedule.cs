using System.Collections.Immutable;

namespace Levelkeeper.Simulation.Tests.Schedules;

/// <summary>What happens in a world, all of it from one seed.</summary>
/// <param name="Seed">The seed; also of what the steps do not decide: the facts, the bounds.</param>
/// <param name="Steps">The steps.</param>
internal sealed record Schedule(int Seed, ImmutableArray<Step> Steps)
{
    /// <summary>How often each kind of step comes, of the sum.</summary>
    private static readonly (StepKind Kind, int Weight)[] Weights =
    [
        (StepKind.Send, 30), (StepKind.Append, 14), (StepKind.AppendWithFault, 10), (StepKind.Pause, 5), (StepKind.Wake, 4), (StepKind.Tick, 12), (StepKind.SetClock, 1),
        (StepKind.TakeOver, 3), (StepKind.Ask, 1), (StepKind.Restart, 2), (StepKind.Kill, 2), (StepKind.PowerCut, 2), (StepKind.Lose, 2), (StepKind.Regain, 3), (StepKind.Erase, 2),
        (StepKind.Decide, 8), (StepKind.Deliver, 16), (StepKind.Act, 2), (StepKind.Backup, 2), (StepKind.Restore, 1), (StepKind.Checkpoint, 2), (StepKind.Evaluate, 2),
    ];

    private static readonly int Sum = Weights.Sum(w => w.Weight);

    /// <summary>The schedule of a seed: 40 to 120 steps.</summary>
    public static Schedule Of(int seed)
    {
        var random = new Random(seed);
        return new Schedule(seed, [.. Enumerable.Range(0, random.Next(40, 121)).Select(_ => new Step(Pick(random.Next(Sum)), random.Next()))]);
    }

    private static StepKind Pick(int at)
    {
        foreach (var (kind, weight) in Weights)
        {
            if (at < weight)
                return kind;
            at -= weight;
        }

        throw new InvalidOperationException("The number is beyond the sum of the weights.");
    }
}
