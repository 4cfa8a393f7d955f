using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

/// <summary>A random log on whole seconds, and a random policy; the seed says which.</summary>
internal sealed record RandomLog
{
    public required ImmutableArray<(int At, ServiceState State)> Changes { get; init; }

    public required int PeriodStart { get; init; }

    public required int PeriodEnd { get; init; }

    public required int AsOf { get; init; }

    public required int TermStart { get; init; }

    public required int TermEnd { get; init; }

    public required ImmutableArray<(int Start, int End)> Open { get; init; }

    public required ImmutableArray<(int Start, int End)> Maintenance { get; init; }

    public required ImmutableArray<(int Start, int End, bool Approved)> Exclusions { get; init; }

    public static RandomLog Of(int seed)
    {
        var random = new Random(seed);
        var states = new[] { ServiceState.Up, ServiceState.Down, ServiceState.Degraded, ServiceState.Unknown, ServiceState.Up, ServiceState.Down };
        var at = 0;
        var changes = ImmutableArray.CreateBuilder<(int, ServiceState)>();
        for (var i = random.Next(25); i > 0; i--)
            changes.Add((at += random.Next(1, 20), states[random.Next(states.Length)]));
        var start = random.Next(0, 60);
        var end = start + random.Next(1, 220);
        return new RandomLog
        {
            Changes = changes.ToImmutable(),
            PeriodStart = start,
            PeriodEnd = end,
            AsOf = random.Next(3) == 0 ? random.Next(start, end + 1) : end + random.Next(50),
            TermStart = random.Next(4) == 0 ? start + random.Next(40) : -1000,
            TermEnd = random.Next(4) == 0 ? Math.Max(start + 40, end - random.Next(40)) : 1000,
            Open = random.Next(3) == 0 ? Spans(6, 60) : [(-1000, 1000)],
            Maintenance = Spans(4, 30),
            Exclusions = [.. Spans(4, 30).Select(s => (s.Start, s.End, random.Next(3) > 0))],
        };

        ImmutableArray<(int Start, int End)> Spans(int most, int length)
        {
            var spans = ImmutableArray.CreateBuilder<(int, int)>();
            for (var i = random.Next(most); i > 0; i--)
            {
                var from = random.Next(0, 250);
                spans.Add((from, from + random.Next(0, length)));
            }

            return spans.ToImmutable();
        }
    }

    public static AvailabilityPolicy Policy(int seed)
    {
        var random = new Random(seed * 31 + 7);
        return AvailabilityPolicy.Default with
        {
            NoData = Pick<NoDataTreatment>(),
            Freshness = random.Next(3) == 0 ? Duration.FromSeconds(random.Next(1, 30)) : null,
            ShortestOutage = Duration.FromSeconds(random.Next(2) == 0 ? 0 : random.Next(15)),
            FirstMinutesCount = random.Next(2) == 0,
            FlappingGap = Duration.FromSeconds(random.Next(2) == 0 ? 0 : random.Next(10)),
            Degraded = Pick<DegradedTreatment>(),
            DegradedWeight = random.Next(5) / 4m,
            Exclusion = Pick<ExclusionTreatment>(),
            ExcusingCauses = ["force-majeure"],
            Maintenance = random.Next(3) == 0 ? null : new MaintenancePolicy(Pick<MaintenanceTreatment>(), Duration.Zero, random.Next(2) == 0 ? Duration.FromSeconds(random.Next(20)) : null),
        };

        T Pick<T>() where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];
    }

    public IReadOnlyList<StampedFact> Facts => [.. Changes.Select(c => Seconds.Fact(c.At, FactData.StateChanged.To(c.State)))];

    public AvailabilityInput Input(AvailabilityPolicy policy) => new()
    {
        Timeline = ComponentTimeline.Build(Facts.Select(f => f.Fact), policy),
        Period = Seconds.Span(PeriodStart, PeriodEnd),
        AsOf = Seconds.At(AsOf),
        UnderAgreement = Seconds.Span(TermStart, TermEnd),
        OpenTime = IntervalSet.Of(Open.Select(o => Seconds.Span(o.Start, o.End))),
        Maintenance = [.. Maintenance.Select((m, i) => new MaintenanceWindow($"m{i}", Seconds.Span(m.Start, m.End), MaintenanceStatus.Accepted, null, Instant.MinValue))],
        Exclusions = [.. Exclusions.Select((e, i) => new Exclusion($"x{i}", "force-majeure", Seconds.Span(e.Start, e.End), e.Approved ? ExclusionStatus.Approved : ExclusionStatus.Pending, null, null))],
    };
}
