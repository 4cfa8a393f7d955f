using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Remedies;

/// <summary>How long a statement can be disputed, and when nothing moves any more.</summary>
/// <param name="Within">How long after a statement; the default is 30 days.</param>
/// <param name="UndisputedWaits">True when the undisputed part waits too; false, the default, when it is payable.</param>
/// <param name="Finality">How long after a statement nothing moves any more; null for no end.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record DisputeRule(TimeAmount Within, bool UndisputedWaits, TimeAmount? Finality, Clause Clause)
{
    /// <summary>What holds when the agreement is silent.</summary>
    public static DisputeRule Default { get; } = new(new TimeAmount.CalendarUnits(0, 30), false, null, Clause.Default("disputes"));
}
