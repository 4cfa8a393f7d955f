using System.Text.Json;
using Levelkeeper.Core.Facts;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage.Log;
using NodaTime.Text;

namespace Levelkeeper.Server.Facts;

/// <summary>Which facts of the log are asked for.</summary>
/// <param name="After">Only those after this sequence number.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="Conflicts">Those that were set aside, and no others; or those that stand.</param>
/// <param name="Subject">Only those about this entity; null for all.</param>
/// <param name="Source">Only those of this source; null for all.</param>
/// <param name="Type">Only those of this type; null for all.</param>
internal sealed record FactQuery(long After, int Limit, bool Conflicts, string? Subject, string? Source, string? Type)
{
    public const int UsualLimit = 100;
    public const int LargestLimit = 1_000;

    /// <summary>As many entries are looked at for one answer, however few of them are asked for: the next answer goes on there.</summary>
    private const int MostLookedAt = 50_000;

    /// <summary>The query that parameters make.</summary>
    /// <exception cref="ProblemException">One of them cannot be used.</exception>
    public static FactQuery Of(long? after, int? limit, bool conflicts, string? subject, string? source, string? type)
    {
        if (after < 0)
            throw new ProblemException(ProblemKind.BadParameter, "'after' is a sequence number, from 0.");
        if (limit is < 1 or > LargestLimit)
            throw new ProblemException(ProblemKind.BadParameter, $"'limit' is from 1 to {LargestLimit}.");
        return new FactQuery(after ?? 0, limit ?? UsualLimit, conflicts, subject, source, type);
    }

    /// <summary>Reads the page.</summary>
    public async Task<FactPage> ReadAsync(OpenStore open, CancellationToken cancel)
    {
        var page = new Page(this, open.Log.Head.Sequence);
        if (Subject is not null)
            await ReadSubjectAsync(open, page, cancel);
        else
            await ReadAllAsync(open, page, cancel);
        return new FactPage(page.Facts, page.Through, page.Through < page.Head);
    }

    private async Task ReadAllAsync(OpenStore open, Page page, CancellationToken cancel)
    {
        await foreach (var segment in open.Store.Log().SegmentsAsync(After, page.Head, cancel))
        {
            for (var i = (int)Math.Max(0, After + 1 - segment.First); i < segment.Count; i++)
            {
                if (!page.Take(segment, i))
                    return;
            }
        }
    }

    private async Task ReadSubjectAsync(OpenStore open, Page page, CancellationToken cancel)
    {
        LogSegment? segment = null;
        foreach (var sequence in open.Log.OfEntity(Subject!).Where(s => s > After && s <= page.Head))
        {
            if (segment is null || sequence > segment.Last)
                segment = await open.Store.Log().SegmentOfAsync(sequence, cancel);
            if (segment is null || !page.Take(segment, (int)(sequence - segment.First)))
                return;
        }

        page.End();
    }

    /// <summary>Whether an event is asked for.</summary>
    private bool Wants(JsonElement fact) =>
        (Source is null || (fact.TryGetProperty("source", out var source) && source.ValueEquals(Source))) && (Type is null || (fact.TryGetProperty("type", out var type) && type.ValueEquals(Type)));

    /// <summary>A page that fills.</summary>
    private sealed class Page(FactQuery query, long head)
    {
        private int _lookedAt;

        public List<LoggedFact> Facts { get; } = [];

        public long Head => head;

        public long Through { get; private set; } = query.After;

        /// <summary>Takes an entry, if it is asked for; false when the page is full.</summary>
        public bool Take(LogSegment segment, int i)
        {
            if (Facts.Count == query.Limit || ++_lookedAt > MostLookedAt)
                return false;
            Through = segment.First + i;
            if (segment.IsConflict(i) != query.Conflicts)
                return true;
            var text = segment.BodyOf(i);
            var fact = text.IsEmpty ? (JsonElement?)null : JsonElement.Parse(text.Span);
            // Nobody knows any more what an erased one was.
            if (fact is { } known ? query.Wants(known) : query.Source is null && query.Type is null)
                Facts.Add(new LoggedFact(Through, InstantPattern.ExtendedIso.Format(segment.RecordedOf(i)), fact));
            return true;
        }

        /// <summary>All was looked at.</summary>
        public void End() => Through = Math.Max(Through, head);
    }
}
