using System.Globalization;
using System.Text;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>Writes down what a busy provider's hours came to.</summary>
internal static class BusyReport
{
    public static string Of(BusyDay day, FlatMemory? memory, OutboxRows outbox, long compared, TimeSpan took)
    {
        var (scale, text) = (day.Scale, new StringBuilder());
        Line($"# A busy provider's {scale.Hours} hours");
        Line($"");
        Line($"Written by `eng/busy-day.sh`. What the run does, and when it fails: [README.md](README.md).");
        Line($"");
        Line($"{scale.Agreements:n0} agreements, {scale.Tickets:n0} open tickets, {scale.Probes:n0} components checked each minute, seed {scale.Seed}: {day.Acknowledged.Kept + day.Acknowledged.Duplicates:n0} facts were sent in {took.TotalMinutes:f1} minutes.");
        Line($"{day.Acknowledged.Duplicates:n0} of them came again, {day.World.SentLate:n0} late, {day.Acknowledged.Conflicts.Count:n0} with another content under an identity that was taken. The log has each once, and verifies.");
        Line($"{outbox.Told:n0} steps were decided, one message each; all were delivered ({day.Received:n0} requests). {compared:n0} states and steps of a sample, read anew from the log, stand as live.");
        Line($"");
        Line(memory is null ? (FormattableString)$"The run was too short or too small to judge its memory." : $"The heap's line rises by {memory}. It is {(memory.IsFlat ? "flat" : "NOT FLAT")}.");
        Line($"");
        Line($"| hour | heap after a full collection, MiB | process, MiB | facts sent | took, s | processors, s | of the time until acknowledged, s | lag of a minute's end, s: mean | most | steps decided until then | tickets open | reported |");
        Line($"|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var h in day.Hours)
            Line($"| {h.Hour} | {h.Heap / 1048576.0:f1} | {h.Resident / 1048576.0:f0} | {h.Facts:n0} | {h.Took.TotalSeconds:f1} | {h.Worked.TotalSeconds:f1} | {h.Appending.TotalSeconds:f1} | {h.Lag.TotalSeconds:f3} | {h.LongestLag.TotalSeconds:f3} | {h.Steps:n0} | {h.Open:n0} | {h.Tickets:n0} |");
        Line($"");
        Line($"Hour 0 is what was before: the agreements, and the facts of the tickets that are open when the watch begins. The lag is from the last acknowledgement of a minute until all that follows from the minute is decided; the");
        Line($"run then goes on at once with the next minute, so a simulated minute takes its share of what an hour took. The run itself holds what it needs to go on (open tickets, what is planned for them, facts that will come");
        Line($"late): part of the heap, and as much in each hour.");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
