using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Reference;

/// <summary>What a service of several components is in a minute: it works while so many of them do.</summary>
internal sealed class ReferenceService(AvailabilityPolicy policy, IReadOnlyList<ReferenceComponent> components, int needed)
{
    /// <summary>Every minute with one reading of those of which nobody knows anything.</summary>
    public ReferenceMinute[] All(int count, ServiceState? unknownAs)
    {
        var all = new ReferenceMinute[count];
        for (var minute = 0; minute < count; minute++)
        {
            var same = minute > 0 && components.All(c => ReferenceEquals(c.At(minute), c.At(minute - 1)));
            all[minute] = same ? all[minute - 1] : At(minute, unknownAs);
        }

        return all;
    }

    /// <summary>What the minute is when a component of which nobody knows anything is taken for something; null takes it for nothing.</summary>
    private ReferenceMinute At(int minute, ServiceState? unknownAs)
    {
        var states = components
            .Select(c => c.At(minute))
            .Select(s => s.Is(ServiceState.Unknown) && unknownAs is { } taken ? ReferenceState.Plain(taken) : s)
            .ToList();
        var up = states.Count(s => s.Is(ServiceState.Up));
        var degraded = states.Where(s => s.Is(ServiceState.Degraded)).ToList();
        var down = states.Where(s => s.Is(ServiceState.Down)).ToList();
        if (up >= needed)
            return ReferenceMinute.Up;
        if (up + degraded.Count >= needed)
            return OfDegraded(degraded, function => up + degraded.Count(d => !d.Lost.Contains(function)) < needed);
        return states.Count - down.Count < needed ? new ReferenceMinute(ReferenceKind.Down, ShareOf(down)) : ReferenceMinute.NoData;
    }

    /// <summary>A function is lost when fewer components than are needed still have it.</summary>
    private ReferenceMinute OfDegraded(List<ReferenceState> degraded, Func<string, bool> isLost)
    {
        var share = ShareOf(degraded);
        return policy.Degraded switch
        {
            DegradedTreatment.Up => ReferenceMinute.Up,
            DegradedTreatment.Down => new ReferenceMinute(ReferenceKind.Down, share),
            DegradedTreatment.Weighted => new ReferenceMinute(ReferenceKind.Degraded, policy.DegradedWeight * share),
            _ when policy.EssentialFunctions.Any(isLost) => new ReferenceMinute(ReferenceKind.Down, share),
            _ => new ReferenceMinute(ReferenceKind.Degraded, 0),
        };
    }

    /// <summary>The part of the users that suffers: as many as where most do. Not said is everybody, and so is it where the agreement does not weigh.</summary>
    private decimal ShareOf(List<ReferenceState> states) => policy.WeighByAffectedShare && states.TrueForAll(s => s.Share is not null) ? states.Max(s => s.Share!.Value) : 1;
}

/// <summary>What a minute is before calendar, maintenance and claims are looked at.</summary>
internal enum ReferenceKind
{
    Up,
    Degraded,
    Down,
    NoData,

    /// <summary>Down, but by the agreement no outage.</summary>
    Disregarded,
}

/// <summary>A minute.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Loss">The part of it that is lost, 0 to 1.</param>
internal readonly record struct ReferenceMinute(ReferenceKind Kind, decimal Loss)
{
    public static ReferenceMinute Up => new(ReferenceKind.Up, 0);

    public static ReferenceMinute NoData => new(ReferenceKind.NoData, 0);
}
