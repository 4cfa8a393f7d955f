using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Reference;

/// <summary>What the reference says of one objective over one period.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Lowest">The lowest level that the facts allow; null when there is none.</param>
/// <param name="Highest">The highest.</param>
public sealed record ReferenceResult(Verdict Verdict, Rational? Lowest, Rational? Highest)
{
    /// <summary>The error budget of the whole period, in minutes.</summary>
    public Rational Allowed { get; init; }

    /// <summary>What of it is used, in minutes.</summary>
    public Rational Consumed { get; init; }

    /// <summary>No level at all.</summary>
    public static ReferenceResult Without(Verdict verdict) => new(verdict, null, null);

    /// <summary>A closed band against a target of at least so much.</summary>
    public static ReferenceResult AtLeast(Rational target, Rational lowest, Rational highest) => new(
        lowest >= target ? Verdict.Met : highest < target ? Verdict.Breached : Verdict.InsufficientEvidence,
        lowest,
        highest);
}
