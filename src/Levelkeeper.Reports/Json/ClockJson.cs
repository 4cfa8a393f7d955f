using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;

namespace Levelkeeper.Reports.Json;

/// <summary>Clocks for programs.</summary>
public static class ClockJson
{
    /// <summary>Writes clocks as an object with the one member <c>clocks</c>; the shape is in docs/command-line.md.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<(Agreement Agreement, ClockReading Reading)> clocks)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.Array("clocks", clocks, item =>
        {
            var (agreement, reading) = item;
            json.WriteString("agreement", agreement.Id);
            json.WriteString("ticket", reading.Ticket);
            json.WriteString("clock", reading.Clock);
            json.WriteNumber("cycle", reading.Cycle);
            json.WriteString("priority", reading.Priority);
            json.Instant("as-of", reading.AsOf);
            json.Instant("started", reading.StartedAt);
            json.Instant("counted-from", reading.CountedFrom);
            json.Instant("due", reading.Due);
            json.Instant("pinned-due", reading.PinnedDue);
            json.Instant("due-if-resumed", reading.DueIfResumed);
            json.Instant("stopped", reading.StoppedAt);
            json.WriteString("target", reading.Target?.ToString());
            json.Duration("spent", reading.Spent);
            json.Duration("paused", reading.Paused);
            json.Duration("remaining", reading.Remaining);
            json.WriteString("verdict", Word(reading.Verdict));
            json.Instant("breached", reading.BreachedAt);
            json.Array("clauses", reading.Clauses, c => json.Clause(c));
        });
        json.WriteEndObject();
    }

    /// <summary>The word for a verdict.</summary>
    public static string Word(ClockVerdict verdict) => verdict switch
    {
        ClockVerdict.Running => "running",
        ClockVerdict.Paused => "paused",
        ClockVerdict.Met => "met",
        ClockVerdict.Breached => "breached",
        ClockVerdict.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };
}
