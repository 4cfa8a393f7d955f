using System.Text;
using Levelkeeper.Simulation.Tests.Schedules;
using Levelkeeper.Simulation.Tests.Worlds;

namespace Levelkeeper.Simulation.Tests;

/// <summary>Tells of a world that failed, so that it can be run again.</summary>
internal static class Failures
{
    private const int TriesToShrink = 150;

    /// <summary>The seed, what was wrong, and the fewest steps that were found to come to the same.</summary>
    public static async Task<string> TellAsync(Outcome outcome, Mutation mutation)
    {
        var kind = outcome.Failure!.GetType();
        var shrunk = await Shrinking.OfAsync(outcome.Schedule, async s => (await World.RunAsync(s, mutation)).Failure?.GetType() == kind, TriesToShrink);
        var again = await World.RunAsync(shrunk, mutation);
        var told = new StringBuilder();
        told.AppendLine(FormattableString.Invariant($"Seed {outcome.Schedule.Seed} after {outcome.Trace.Count} steps: {outcome.Failure}"));
        told.AppendLine("Its last steps:");
        foreach (var line in outcome.Trace.TakeLast(5))
            told.Append("  ").AppendLine(line);
        told.AppendLine(FormattableString.Invariant($"The same with {again.Trace.Count} steps: {again.Failure?.Message}"));
        foreach (var line in again.Trace)
            told.Append("  ").AppendLine(line);
        return told.ToString();
    }
}
