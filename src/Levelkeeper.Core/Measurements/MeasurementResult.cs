using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Measurements;

/// <summary>What was measured in a period, with its evidence.</summary>
public sealed record MeasurementResult
{
    /// <summary>The number, a band, or no activity.</summary>
    public required MeasuredValue Value { get; init; }

    /// <summary>How many events stand behind it (values, requests, differences for jitter): what a smallest volume is compared with.</summary>
    public required Rational Volume { get; init; }

    /// <summary>How many facts were counted.</summary>
    public required long FactsCounted { get; init; }

    /// <summary>The first facts of the period that were left out, at most <see cref="FactTally.ListLimit"/> for each reason.</summary>
    public required ImmutableArray<SetAsideFact> LeftOut { get; init; }

    /// <summary>How many facts of the period were left out, listed or not.</summary>
    public required long FactsLeftOut { get; init; }

    /// <summary>The tree behind the value.</summary>
    public required Explanation Explanation { get; init; }
}
