using Levelkeeper.Storage.Log;
using NodaTime;

namespace Levelkeeper.Storage.Handover;

/// <summary>A fact that another program puts into the store for the owner of the log to append, so that a command works beside a running server.</summary>
/// <param name="Id">Which handing over; not the fact's identity.</param>
/// <param name="Body">The whole event, as the log keeps it.</param>
/// <param name="Actor">Who asserts it.</param>
/// <param name="Detail">What, for the audit trail.</param>
/// <param name="At">When it was handed over.</param>
public sealed record HandedFact(Guid Id, ReadOnlyMemory<byte> Body, string Actor, string Detail, Instant At)
{
    /// <summary>What became of it; null as long as nobody has taken it.</summary>
    public AppendedEntry? Outcome { get; init; }
}
