using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Log;

namespace Levelkeeper.Runtime.Facts;

/// <summary>Reads the entries of a log back as facts, and keeps count of those that are none any more.</summary>
/// <param name="log">The log.</param>
public sealed class LogReplay(FactLogReader log)
{
    /// <summary>How many entries were erased: what rested on them can no longer be recomputed.</summary>
    public long Erased { get; private set; }

    /// <summary>The entries whose texts this build cannot read, each with why: they count for nothing until one that can reads the log.</summary>
    public ImmutableArray<(long Sequence, string Why)> Unreadable { get; private set; } = [];

    /// <summary>The sequence number of the last entry that was passed, of whatever kind.</summary>
    public long Head { get; private set; }

    /// <summary>What the log has, in its order, as it was committed: of each segment the facts that stand, and those that were set aside because their identity was taken.</summary>
    /// <param name="after">Only those after this sequence number.</param>
    /// <param name="through">Only those up to this one.</param>
    /// <param name="cancel">Stops.</param>
    public async IAsyncEnumerable<CommittedFacts> ReadAsync(long after = 0, long through = long.MaxValue, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var diagnostics = new DiagnosticBag();
        var events = new CloudEventReader("log", diagnostics);
        await foreach (var segment in log.PassingSegmentsAsync(after, through, cancel))
        {
            var (facts, conflicts) = (new List<StampedFact>(segment.Count), new List<StampedFact>());
            for (var i = (int)Math.Max(0, after + 1 - segment.First); i < segment.Count && segment.First + i <= through; i++)
            {
                Head = segment.First + i;
                if (segment.IsErased(i))
                    Erased++;
                else if (Read(events, segment, i, diagnostics) is { } fact)
                    (segment.IsConflict(i) ? conflicts : facts).Add(new StampedFact(fact, Head, segment.RecordedOf(i)));
            }

            yield return new CommittedFacts(facts, conflicts);
        }
    }

    private Fact? Read(CloudEventReader events, LogSegment segment, int i, DiagnosticBag diagnostics)
    {
        try
        {
            if (events.ReadStored(segment.BodyOf(i).Span, segment.DigestOf(i), segment.KeyOf(i)) is { } fact)
                return fact;
            Unreadable = Unreadable.Add((Head, diagnostics.LastOrDefault(d => d.Severity == Severity.Error)?.Message ?? ""));
        }
        catch (Exception exception)
        {
            // Whatever one text does to the reader, the log is read on.
            Unreadable = Unreadable.Add((Head, exception.Message));
        }

        return null;
    }
}
