using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>The tree behind a <see cref="ClockReading"/>.</summary>
internal static class ClockExplanation
{
    public static Explanation Of(ClockReading reading)
    {
        var parts = ImmutableArray.CreateBuilder<Explanation>();
        var counted = reading.Segments.Where(s => s.Counts && s.During.Start >= reading.CountedFrom.ToUnixTimeTicks()).ToList();
        parts.Add(new Explanation { Title = "spent", Value = Quantity.Of(reading.Spent), Derivation = Derivation.Sum, Parts = [.. counted.Select(Of)] });
        var out_ = TakenOut(reading).ToList();
        if (out_.Count > 0)
            parts.Add(new Explanation { Title = "taken out", Value = Quantity.Of(reading.Paused), Derivation = Derivation.Sum, Parts = [.. out_.Select(Of)] });
        if (reading.Due is { } due)
            parts.Add(Due(reading, due, out_));
        if (reading.PinnedDue is { } pinned)
            parts.Add(new Explanation { Title = "deadline agreed with the customer", Value = Quantity.Of(pinned), Remark = "It decides; pauses do not move it." });
        if (reading.StoppedAt is { } stopped)
        {
            var last = reading.Segments.IsEmpty ? null : reading.Segments[^1].EndedBy;
            parts.Add(new Explanation
            {
                Title = reading.Verdict == ClockVerdict.Cancelled ? "cancelled" : "stopped",
                Value = Quantity.Of(stopped),
                Facts = last is { } fact ? [fact] : [],
                FactCount = last is null ? 0 : 1,
            });
        }

        return new Explanation
        {
            Title = $"clock {reading.Clock} on {reading.Ticket}, cycle {reading.Cycle}",
            Derivation = Derivation.Narrative,
            Parts = parts.ToImmutable(),
            Clauses = reading.Clauses,
            Remark = Sentence(reading),
        };
    }

    private static IEnumerable<ClockSegment> TakenOut(ClockReading reading) =>
        reading.Segments.Where(s => !s.Counts && s.During.Start >= reading.CountedFrom.ToUnixTimeTicks());

    private static Explanation Of(ClockSegment segment) => new()
    {
        Title = segment.Kind switch
        {
            ClockSegmentKind.Running => "ran",
            ClockSegmentKind.Paused => "paused",
            ClockSegmentKind.Hidden => "hidden, but running",
            ClockSegmentKind.Resolved => "resolved, and reopened later",
            ClockSegmentKind.CustomerLate => "waited for a customer that was late",
            ClockSegmentKind.Inherited => "inherited from a merged ticket",
            _ => throw new InvalidOperationException("A kind of segment that is not handled."),
        },
        Value = Quantity.Of(segment.Open),
        During = segment.During,
        Facts = segment.EndedBy is { } fact ? [fact] : [],
        FactCount = segment.EndedBy is null ? 0 : 1,
    };

    private static Explanation Due(ClockReading reading, Instant due, List<ClockSegment> takenOut)
    {
        var before = takenOut.Where(s => s.During.End <= due.ToUnixTimeTicks()).ToList();
        var paused = before.Aggregate(Duration.Zero, (sum, s) => sum + s.Open);
        var start = reading.SpanEnd is { } end
            ? new[] { Given($"{reading.Target} after {reading.CountedFrom}", Quantity.Of(end)) }
            : [Given("counted from", Quantity.Of(reading.CountedFrom)), Given("target", Quantity.Of(((ClockSpan.OpenTime)reading.Target!).Length))];
        var parts = start.Append(Given("taken out before it", Quantity.Of(paused))).Append(Given("closed hours", Quantity.Of(reading.ClosedBeforeDue ?? Duration.Zero))).ToImmutableArray();
        var sum = parts.Aggregate(Numbers.Rational.Zero, (total, p) => total + p.Value!.Value.Value);
        var adds = sum == Quantity.Of(due).Value;
        return new Explanation
        {
            Title = "due",
            Value = Quantity.Of(due),
            Derivation = adds ? Derivation.Sum : Derivation.Given,
            Parts = adds ? parts : [],
            Remark = adds ? "" : "The deadline lies before the change that set it: the target was already spent then.",
        };
    }

    private static Explanation Given(string title, Quantity value) => new() { Title = title, Value = value };

    private static string Sentence(ClockReading r) => r.Verdict switch
    {
        ClockVerdict.Running when (r.PinnedDue ?? r.Due) is { } due => $"Running, due {due}.",
        ClockVerdict.Running => "Running without a target.",
        ClockVerdict.Paused when r.Remaining is { } left => $"Paused since {r.PausedSince}, {ClockText.Length((long)left.BclCompatibleTicks)} left.",
        ClockVerdict.Paused => $"Paused since {r.PausedSince}.",
        ClockVerdict.Met when (r.PinnedDue ?? r.Due) is { } due => $"Met: stopped {r.StoppedAt}, due {due}.",
        ClockVerdict.Met => $"Met: stopped {r.StoppedAt}.",
        ClockVerdict.Breached => $"Breached at {r.BreachedAt}, {(r.StoppedAt is { } stopped ? $"stopped {stopped}" : "and still open")}.",
        ClockVerdict.Cancelled => $"Cancelled at {r.StoppedAt}.",
        _ => throw new InvalidOperationException("A verdict that is not handled."),
    };
}
