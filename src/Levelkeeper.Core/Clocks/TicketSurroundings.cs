using System.Collections.Immutable;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>What the clocks need to know about tickets that their own facts do not say.</summary>
public sealed record TicketSurroundings
{
    /// <summary>Nothing.</summary>
    public static TicketSurroundings None { get; } = new();

    /// <summary>When the agreement began to apply to a ticket, by ticket; one that is not here had it from its report on.</summary>
    public ImmutableDictionary<string, Instant> AttachedAt { get; init; } = ImmutableDictionary<string, Instant>.Empty;

    /// <summary>The facts by which their ticket came under the agreement (true) or left it (false). A ticket without any is under it from its report on.</summary>
    public ImmutableDictionary<FactKey, bool> Turns { get; init; } = ImmutableDictionary<FactKey, bool>.Empty;

    /// <summary>The instants at which tickets came under the agreement (true) or left it (false) by an amendment, by ticket, ascending.</summary>
    public ImmutableDictionary<string, ImmutableArray<(Instant At, bool Belongs)>> TurnsAt { get; init; } = ImmutableDictionary<string, ImmutableArray<(Instant At, bool Belongs)>>.Empty;

    /// <summary>When no clock of a ticket starts, because the version in force then does not measure it, by ticket. What runs goes on.</summary>
    public ImmutableDictionary<string, IntervalSet> NotMeasured { get; init; } = ImmutableDictionary<string, IntervalSet>.Empty;

    /// <summary>When each outage's component recovered, ascending. A linked ticket shares the first recovery at or after its report.</summary>
    public ImmutableDictionary<string, ImmutableArray<Instant>> Recoveries { get; init; } = ImmutableDictionary<string, ImmutableArray<Instant>>.Empty;

    /// <summary>When the customer was late with its recurring duties. They concern every ticket, and act on the clocks whose <see cref="LatenessRule"/> names <see cref="ClockTemplates.OnDuty"/>.</summary>
    public ImmutableArray<LateDuty> Late { get; init; } = [];
}

/// <summary>A recurring duty of the customer with the times in which it was late.</summary>
/// <param name="Duty">Its name.</param>
/// <param name="Times">Ascending, apart from each other.</param>
public sealed record LateDuty(string Duty, ImmutableArray<LateTime> Times);
