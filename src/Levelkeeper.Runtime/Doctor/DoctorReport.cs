using System.Collections.Immutable;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Runtime.Doctor;

/// <summary>What an examination of live evaluation found.</summary>
/// <param name="Head">The last entry of the log that counted.</param>
/// <param name="AsOf">The instant.</param>
/// <param name="Agreements">How many agreements were rebuilt.</param>
/// <param name="Compared">How many clocks, objectives, outages and alerts were compared.</param>
/// <param name="Findings">What stands otherwise; empty when live equals replay.</param>
public sealed record DoctorReport(long Head, Instant AsOf, int Agreements, long Compared, ImmutableArray<DoctorFinding> Findings)
{
    /// <summary>Whether everything stands as it should.</summary>
    public bool IsHealthy => Findings.IsEmpty;

    /// <summary>How many entries of the log were erased: what rested on them can no longer be rebuilt.</summary>
    public long Erased { get; init; }

    /// <summary>The entries that this build cannot read, each with why.</summary>
    public ImmutableArray<(long Sequence, string Why)> Unreadable { get; init; } = [];
}

/// <summary>Something that stands otherwise than the log says.</summary>
/// <param name="Agreement">Which agreement.</param>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Subject">Which.</param>
/// <param name="Live">What is kept; empty for nothing.</param>
/// <param name="Rebuilt">What the log says; empty for nothing.</param>
public sealed record DoctorFinding(string Agreement, LiveChangeKind Kind, string Subject, string Live, string Rebuilt);
