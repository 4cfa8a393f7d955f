using System.Text;
using Levelkeeper.Simulation.Tests.Worlds;

namespace Levelkeeper.Simulation.Tests;

/// <summary>Writes down what a run of the simulator came to.</summary>
internal static class SimulationReport
{
    public static async Task WriteAsync(string file, int first, int seeds, TimeSpan took, Counts counts, IReadOnlyCollection<Outcome> failures)
    {
        var text = new StringBuilder();
        text.Append(FormattableString.Invariant(
            $"""
            # The simulator's last long run

            Written by `eng/simulation.sh`. What the simulator does, and what it has found: [README.md](README.md).

            Seeds {first} to {first + seeds - 1}: {seeds} worlds, {counts["steps"]} steps, {counts["checks"]} checks of everything, {counts["evaluations"]} evaluations from the log, in {took.TotalSeconds:f0} s
            ({seeds / took.TotalSeconds:f1} worlds a second). {(failures.Count == 0 ? "Nothing was found." : $"{failures.Count} failed.")}

            | what happened | times |
            |---|---|

            """));
        foreach (var (what, times) in counts.All)
            text.AppendLine(FormattableString.Invariant($"| {what} | {times} |"));
        if (failures.Count > 0)
        {
            text.AppendLine().AppendLine("| seed | found |").AppendLine("|---|---|");
            foreach (var failure in failures.OrderBy(f => f.Schedule.Seed))
                text.AppendLine(FormattableString.Invariant($"| {failure.Schedule.Seed} | {failure.Failure!.Message.ReplaceLineEndings(" ")} |"));
        }

        await File.WriteAllTextAsync(file, text.ToString());
    }
}
