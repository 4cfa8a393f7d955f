using NodaTime;

namespace Levelkeeper.Core.Time;

/// <summary>A half-open interval <c>[Start, End)</c> of instants, in ticks of 100 ns since 1970-01-01T00:00:00Z.</summary>
/// <remarks>
/// The engine's inner loops work on ticks; public operations take and return <see cref="Instant"/>. May be empty
/// (<c>Start == End</c>); never inverted. <c>default</c> is the empty interval at the epoch.
/// </remarks>
public readonly record struct TickInterval
{
    /// <summary>The interval <c>[start, end)</c>.</summary>
    /// <exception cref="ArgumentException">It would end before it starts.</exception>
    public TickInterval(long start, long end)
    {
        if (end < start)
            throw new ArgumentException($"An interval cannot end ({end}) before it starts ({start}).", nameof(end));
        Start = start;
        End = end;
    }

    /// <summary>First tick inside.</summary>
    public long Start { get; }

    /// <summary>First tick after.</summary>
    public long End { get; }

    /// <summary>Length in ticks; never negative.</summary>
    public long Length => End - Start;

    /// <summary>True when no tick is inside.</summary>
    public bool IsEmpty => Start == End;

    /// <summary>The interval between two instants, each floored to a tick.</summary>
    public static TickInterval Between(Instant start, Instant end) => new(start.ToUnixTimeTicks(), end.ToUnixTimeTicks());

    /// <summary>Whether the tick is inside; the end is not.</summary>
    public bool Contains(long tick) => tick >= Start && tick < End;

    /// <summary>The common part, empty (at the later start) when there is none.</summary>
    public TickInterval Intersect(TickInterval other)
    {
        var start = Math.Max(Start, other.Start);
        return new TickInterval(start, Math.Max(start, Math.Min(End, other.End)));
    }

    /// <summary>First instant inside.</summary>
    public Instant StartInstant => Instant.FromUnixTimeTicks(Start);

    /// <summary>First instant after.</summary>
    public Instant EndInstant => Instant.FromUnixTimeTicks(End);

    /// <summary>ISO 8601, <c>start/end</c>; an end beyond all calendars is <c>..</c>, as ISO 8601-2 writes an open one.</summary>
    public override string ToString() => $"{Text(Start)}/{Text(End)}";

    private static string Text(long ticks) =>
        ticks >= Instant.MinValue.ToUnixTimeTicks() && ticks <= Instant.MaxValue.ToUnixTimeTicks() ? Instant.FromUnixTimeTicks(ticks).ToString() : "..";
}
