using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Tests.Availability;

/// <summary>
/// A slow evaluator that asks each second by itself what it is. It shares no code with the engine but the policy; everything happens on whole seconds,
/// between <see cref="First"/> and <see cref="Last"/>, beyond which nothing changes any more.
/// </summary>
internal sealed class ReferenceEvaluator(AvailabilityPolicy policy, RandomLog log)
{
    public const int First = -30;
    public const int Last = 400;

    private enum Kind
    {
        Up,
        Degraded,
        Down,
        NoData,
        Disregarded,
    }

    public (long Up, long Degraded, long Down, long Disregarded, long Excused, long Maintenance, long OutsideHours, long OutsideAgreement, long NoData) Evaluate(ServiceState takeUnknownAs)
    {
        var kinds = Enumerable.Range(First, Last - First).Select(t => KindOf(StateAt(t), takeUnknownAs)).ToArray();
        ApplyOutageRules(kinds);
        var allowance = policy.Maintenance?.Allowance?.TotalSeconds ?? double.MaxValue;
        long up = 0, degraded = 0, down = 0, disregarded = 0, excused = 0, maintenance = 0, outsideHours = 0, outsideAgreement = 0, noData = 0;
        for (var t = log.PeriodStart; t < Math.Min(log.PeriodEnd, log.AsOf); t++)
        {
            var kind = kinds[t - First];
            var suffers = kind == Kind.Down || kind == Kind.Degraded && policy.Degraded == DegradedTreatment.Weighted && policy.DegradedWeight > 0;
            var excluded = log.Exclusions.Any(e => e.Approved && t >= e.Start && t < e.End);
            if (t < log.TermStart || t >= log.TermEnd)
            {
                outsideAgreement++;
            }
            else if (!log.Open.Any(o => t >= o.Start && t < o.End))
            {
                outsideHours++;
            }
            else if (policy.Maintenance is not null && log.Maintenance.Any(m => t >= m.Start && t < m.End) && (suffers ? allowance > 0 : policy.Maintenance.Treatment == MaintenanceTreatment.LeavesBoth))
            {
                maintenance++;
                if (suffers)
                    allowance--;
            }
            else if (suffers && excluded)
            {
                excused++;
            }
            else
            {
                switch (kind)
                {
                    case Kind.Up: up++; break;
                    case Kind.Degraded: degraded++; break;
                    case Kind.Down: down++; break;
                    case Kind.NoData: noData++; break;
                    default: disregarded++; break;
                }
            }
        }

        return (up, degraded, down, disregarded, excused, maintenance, outsideHours, outsideAgreement, noData);
    }

    private ServiceState StateAt(int t)
    {
        var told = log.Changes.Where(c => c.At <= t).OrderBy(c => c.At).ToArray();
        if (told.Length == 0)
            return ServiceState.Unknown;
        var (at, state) = told[^1];
        return state == ServiceState.Up && policy.Freshness is { } freshness && t >= at + freshness.TotalSeconds ? ServiceState.Unknown : state;
    }

    private Kind KindOf(ServiceState state, ServiceState takeUnknownAs) => (state == ServiceState.Unknown ? takeUnknownAs : state) switch
    {
        ServiceState.Up => Kind.Up,
        ServiceState.Down => Kind.Down,
        ServiceState.Unknown => Kind.NoData,
        _ => policy.Degraded switch
        {
            DegradedTreatment.Down => Kind.Down,
            DegradedTreatment.Up => Kind.Up,
            _ => Kind.Degraded,
        },
    };

    private void ApplyOutageRules(Kind[] kinds)
    {
        var gap = (int)policy.FlappingGap.TotalSeconds;
        // A gap counts as merged when it is shorter than the limit and both its neighbours are down.
        for (var t = 1; t < kinds.Length; t++)
        {
            if (kinds[t] == Kind.Down || kinds[t - 1] != Kind.Down)
                continue;
            var end = t;
            while (end < kinds.Length && kinds[end] != Kind.Down)
                end++;
            if (end < kinds.Length && end - t < gap && !kinds.AsSpan(t, end - t).Contains(Kind.NoData))
                kinds.AsSpan(t, end - t).Fill(Kind.Down);
        }

        var shortest = (int)policy.ShortestOutage.TotalSeconds;
        var until = Math.Clamp(log.AsOf, log.PeriodStart, log.PeriodEnd);
        for (var t = 0; t < kinds.Length; t++)
        {
            if (kinds[t] != Kind.Down)
                continue;
            var end = t;
            while (end < kinds.Length && kinds[end] == Kind.Down)
                end++;
            // At the edges of the small world an outage has always been, or has not ended yet.
            var forever = t == 0;
            var length = forever ? int.MaxValue : end == kinds.Length ? Math.Max(0, until - (t + First)) : end - t;
            if (length < shortest)
                kinds.AsSpan(t, end - t).Fill(Kind.Disregarded);
            else if (!policy.FirstMinutesCount && !forever)
                kinds.AsSpan(t, Math.Min(shortest, end - t)).Fill(Kind.Disregarded);
            t = end - 1;
        }
    }
}
