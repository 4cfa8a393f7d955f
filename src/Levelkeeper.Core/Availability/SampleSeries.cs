using System.Collections.Immutable;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>Samples at a fixed interval: the compact form of a year of one-minute checks.</summary>
/// <remarks>Sample <c>i</c> stands for <c>[start + i × step, start + (i + 1) × step)</c>. Read-only; the arrays are not copied.</remarks>
public sealed class SampleSeries
{
    /// <summary>A loss of everything.</summary>
    public const ushort FullLoss = 10_000;

    private readonly long _start;
    private readonly long _step;
    private readonly ReadOnlyMemory<ushort> _losses;
    private readonly ReadOnlyMemory<uint> _latencies;

    /// <summary>A series.</summary>
    /// <param name="start">Start of the first sample.</param>
    /// <param name="step">Length of a sample; more than zero.</param>
    /// <param name="losses">Lost share of each sample in hundredths of a percent: 0 is up, <see cref="FullLoss"/> is down.</param>
    /// <param name="latencies">Response time of each sample in microseconds; empty when not measured.</param>
    public SampleSeries(Instant start, Duration step, ReadOnlyMemory<ushort> losses, ReadOnlyMemory<uint> latencies)
    {
        if (step <= Duration.Zero)
            throw new ArgumentOutOfRangeException(nameof(step), "A sample must last.");
        if (latencies.Length != 0 && latencies.Length != losses.Length)
            throw new ArgumentException("There must be a latency for each sample or none at all.", nameof(latencies));
        _start = start.ToUnixTimeTicks();
        _step = step.BclCompatibleTicks;
        _losses = losses;
        _latencies = latencies;
    }

    /// <summary>The statement of the whole series, cut at boundaries.</summary>
    /// <param name="boundaries">Ascending instants; a boundary inside a sample cuts it exactly.</param>
    /// <param name="percentile">Which latency percentile, a fraction of one: the smallest value with at least so many of the samples at or below it (nearest rank).</param>
    public SampleStatement State(ReadOnlySpan<Instant> boundaries, Rational percentile)
    {
        var losses = _losses.Span;
        var end = _start + losses.Length * _step;
        var parts = ImmutableArray.CreateBuilder<SamplePart>(boundaries.Length + 1);
        var partStart = _start;
        var totalLoss = Int128.Zero;
        for (var b = 0; b <= boundaries.Length; b++)
        {
            var partEnd = b < boundaries.Length ? Math.Clamp(boundaries[b].ToUnixTimeTicks(), partStart, end) : end;
            var loss = LossBetween(losses, partStart, partEnd);
            totalLoss += loss;
            if (partEnd > partStart)
                parts.Add(new SamplePart(new TickInterval(partStart, partEnd), Level(loss, partEnd - partStart)));
            partStart = partEnd;
        }

        uint? latency = _latencies.IsEmpty ? null : RadixSelect.NearestRank(_latencies.Span, percentile);
        return new SampleStatement(losses.IsEmpty ? null : Level(totalLoss, end - _start), parts.ToImmutable(), LongestOutage(losses), latency);
    }

    private static Rational Level(Int128 loss, long length) =>
        Rational.One - new Rational((System.Numerics.BigInteger)loss, (System.Numerics.BigInteger)length * FullLoss);

    /// <summary>Ticks × share lost, over whole samples and the cut ones at both ends.</summary>
    private Int128 LossBetween(ReadOnlySpan<ushort> losses, long from, long to)
    {
        if (to <= from)
            return 0;
        var first = (int)((from - _start) / _step);
        var last = (int)((to - 1 - _start) / _step);
        var whole = 0L;
        foreach (var loss in losses[first..(last + 1)])
            whole += loss;
        var cut = (Int128)(from - (_start + first * _step)) * losses[first] + (Int128)(_start + (last + 1) * _step - to) * losses[last];
        return (Int128)whole * _step - cut;
    }

    private TickInterval LongestOutage(ReadOnlySpan<ushort> losses)
    {
        int bestStart = 0, bestLength = 0;
        for (var i = losses.IndexOf(FullLoss); i >= 0 && i < losses.Length;)
        {
            var length = losses[i..].IndexOfAnyExcept(FullLoss);
            if (length < 0)
                length = losses.Length - i;
            if (length > bestLength)
                (bestStart, bestLength) = (i, length);
            i += length;
            var next = losses[i..].IndexOf(FullLoss);
            i = next < 0 ? losses.Length : i + next;
        }

        return new TickInterval(_start + bestStart * _step, _start + (bestStart + bestLength) * _step);
    }
}

/// <summary>A part of a sampled statement.</summary>
/// <param name="During">When.</param>
/// <param name="Level">Weighted availability, a fraction of one.</param>
public readonly record struct SamplePart(TickInterval During, Rational Level);

/// <summary>What a series of samples comes to.</summary>
/// <param name="Level">Weighted availability of the whole; null without samples.</param>
/// <param name="Parts">And of each part.</param>
/// <param name="LongestOutage">The longest run of samples that lost everything, the earliest of equals; empty when there is none.</param>
/// <param name="LatencyPercentile">In microseconds; null when latency was not measured.</param>
public sealed record SampleStatement(Rational? Level, ImmutableArray<SamplePart> Parts, TickInterval LongestOutage, uint? LatencyPercentile);
