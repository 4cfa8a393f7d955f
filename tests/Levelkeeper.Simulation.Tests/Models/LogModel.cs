using Levelkeeper.Core.Facts;
using Levelkeeper.Simulation.Tests.Worlds;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using NodaTime;

namespace Levelkeeper.Simulation.Tests.Models;

/// <summary>What the log must hold: plain lists, made from what was sent, what was told, and what earlier looks at the log have seen.</summary>
internal sealed class LogModel
{
    private readonly Dictionary<(FactKey, FactDigest), Arrival> _sent = [];
    private readonly List<LogRow> _rows = [];
    private readonly Dictionary<(FactKey, FactDigest), int> _places = [];
    private readonly HashSet<FactKey> _keys = [];
    private readonly HashSet<(FactKey, FactDigest)> _acknowledged = [];
    private readonly HashSet<(FactKey, FactDigest)> _toldNew = [];
    private readonly HashSet<long> _mayBeErased = [];
    private readonly HashSet<long> _erased = [];
    private readonly List<(Arrival Arrival, AppendedEntry Told)> _told = [];
    private readonly List<(Arrival Arrival, long Epoch)> _refused = [];

    /// <summary>Nothing known.</summary>
    public LogModel()
    {
    }

    private LogModel(LogModel other)
    {
        (_sent, _rows, _places, _keys) = (new(other._sent), [.. other._rows], new(other._places), [.. other._keys]);
        (_acknowledged, _toldNew, _mayBeErased, _erased, Epoch) = ([.. other._acknowledged], [.. other._toldNew], [.. other._mayBeErased], [.. other._erased], other.Epoch);
    }

    /// <summary>The entries in their order, the first one with number 1.</summary>
    public IReadOnlyList<LogRow> Rows => _rows;

    /// <summary>The sequence numbers of entries without text.</summary>
    public IReadOnlySet<long> Erased => _erased;

    /// <summary>The epoch that the log was seen in last; whoever has another one is replaced.</summary>
    public long Epoch { get; private set; }

    /// <summary>As it is now, for a copy of the store.</summary>
    public LogModel Copy() => new(this);

    /// <summary>Somebody sends it: from now on it may be in the log.</summary>
    public void Sent(Arrival arrival) => _sent[arrival.Content] = arrival;

    /// <summary>Whether it was acknowledged: from then on it must be in the log.</summary>
    public bool IsAcknowledged(Arrival arrival) => _acknowledged.Contains(arrival.Content);

    /// <summary>Somebody was told what became of it.</summary>
    public void Told(Arrival arrival, AppendedEntry told) => _told.Add((arrival, told));

    /// <summary>Somebody was told that it was not written, because the log has another owner.</summary>
    public void Refused(Arrival arrival, long epoch) => _refused.Add((arrival, epoch));

    /// <summary>Somebody wants texts erased; from now on they may be.</summary>
    public void Erasing(IEnumerable<long> sequences) => _mayBeErased.UnionWith(sequences);

    /// <summary>They were erased: from now on they must be.</summary>
    public void WereErased(IEnumerable<long> sequences) => _erased.UnionWith(sequences);

    /// <summary>What is known, leaving out what cannot be read any more.</summary>
    /// <param name="through">Up to this sequence number.</param>
    /// <param name="without">Without these.</param>
    public FactSet Facts(long through, IReadOnlySet<long> without)
    {
        var (facts, first, conflicts) = (new List<StampedFact>(), new Dictionary<FactKey, StampedFact>(), new List<FactConflict>());
        for (var sequence = 1; sequence <= Math.Min(through, _rows.Count); sequence++)
        {
            var row = _rows[sequence - 1];
            var stamped = new StampedFact(row.Arrival.Entry.Fact, sequence, row.Recorded);
            if (without.Contains(sequence))
                continue;
            if (!row.IsConflict)
            {
                facts.Add(stamped);
                first.Add(stamped.Fact.Key, stamped);
            }
            else if (first.TryGetValue(stamped.Fact.Key, out var stands))
            {
                conflicts.Add(new FactConflict(stands, stamped.Fact, sequence));
            }
        }

        return FactSet.Of(facts, [.. conflicts]);
    }

    /// <summary>Reads the log and says what is not as it must be.</summary>
    public async Task CheckAsync(Store store)
    {
        var log = store.Log();
        var head = await log.HeadAsync();
        Violation.Unless(head.Epoch >= Epoch, $"The epoch went back from {Epoch} to {head.Epoch}.");
        var sequence = 0;
        await foreach (var segment in log.SegmentsAsync())
        {
            for (var i = 0; i < segment.Count; i++)
                CheckEntry(segment, i, ++sequence);
        }

        Violation.Unless(sequence >= _rows.Count, $"The log had {_rows.Count} entries and has {sequence}.");
        Violation.Unless(head.Sequence == sequence, $"The log has {sequence} entries, its head says {head.Sequence}.");
        Violation.Unless(sequence == 0 || head.Recorded == _rows[^1].Recorded, $"The head was recorded at {head.Recorded}, not with its last entry.");
        Epoch = head.Epoch;
        CheckTold();
        var verified = await log.VerifyAsync();
        Violation.Unless(verified.Faults.Count == 0, $"The log does not verify: {verified.Faults.FirstOrDefault()}.");
        Violation.Unless(verified.Conflicts == _rows.Count(r => r.IsConflict) && verified.Erased == _erased.Count && verified.Entries == sequence, $"The verification counted otherwise.");
    }

    private void CheckEntry(LogSegment segment, int i, int sequence)
    {
        var content = (segment.KeyOf(i), segment.DigestOf(i));
        Violation.Unless(segment.First + i == sequence, $"Entry {sequence} has the number {segment.First + i}.");
        Violation.Unless(_sent.TryGetValue(content, out var arrival), $"Entry {sequence} is nothing that anybody sent.");
        var row = new LogRow(arrival!, segment.RecordedOf(i), segment.IsConflict(i), segment.Epoch);
        if (sequence <= _rows.Count)
            Violation.Unless(_rows[sequence - 1] == row, $"Entry {sequence} was {_rows[sequence - 1]} and is {row}.");
        else
            Append(row, sequence);

        Violation.Unless(segment.EntityOf(i) == LogEntry.EntityOf(arrival!.Entry.Fact.Subject), $"Entry {sequence} is about something else.");
        if (segment.IsErased(i))
        {
            Violation.Unless(_mayBeErased.Contains(sequence), $"The text of entry {sequence} is gone, though nobody erased it.");
            _erased.Add(sequence);
            return;
        }

        Violation.Unless(!_erased.Contains(sequence), $"The text of entry {sequence} was erased and is there again.");
        Violation.Unless(segment.BodyOf(i).Span.SequenceEqual(arrival.Entry.Body.Span), $"The text of entry {sequence} is not what was sent.");
    }

    private void Append(LogRow row, int sequence)
    {
        Violation.Unless(_places.TryAdd(row.Arrival.Content, sequence), $"Fact {row.Arrival.Number} is in the log twice, as entries {_places[row.Arrival.Content]} and {sequence}.");
        Violation.Unless(!_keys.Add(row.Arrival.Entry.Fact.Key) == row.IsConflict, $"Entry {sequence} is {(row.IsConflict ? "a conflict, but the first of its identity" : "no conflict, but its identity was taken")}.");
        Violation.Unless(_rows.Count == 0 || row.Recorded > _rows[^1].Recorded, $"Entry {sequence} was recorded at {row.Recorded}, not after the one before it.");
        Violation.Unless(_rows.Count == 0 || row.Epoch >= _rows[^1].Epoch, $"Entry {sequence} is of an earlier epoch than the one before it.");
        Violation.Unless(row.Epoch >= Epoch, $"Entry {sequence} was written by an owner of epoch {row.Epoch}, that had been replaced: the log was in epoch {Epoch}.");
        _rows.Add(row);
    }

    private void CheckTold()
    {
        foreach (var (arrival, told) in _told)
        {
            Violation.Unless(_places.TryGetValue(arrival.Content, out var sequence), $"Fact {arrival.Number} was acknowledged as {told} and is not in the log.");
            var row = _rows[sequence - 1];
            Violation.Unless(told.Sequence == sequence && told.Recorded == row.Recorded, $"Fact {arrival.Number} was acknowledged as {told}, but is entry {sequence}, {row}.");
            Violation.Unless(told.Outcome != AppendOutcome.Appended || !row.IsConflict, $"Fact {arrival.Number} was told to stand, but is a conflict.");
            Violation.Unless(told.Outcome != AppendOutcome.Conflict || row.IsConflict, $"Fact {arrival.Number} was told to be a conflict, but stands.");
            Violation.Unless(told.Outcome == AppendOutcome.Duplicate || _toldNew.Add(arrival.Content), $"Fact {arrival.Number} was acknowledged as new twice: {told}.");
            _acknowledged.Add(arrival.Content);
        }

        foreach (var (arrival, epoch) in _refused)
            Violation.Unless(!_places.TryGetValue(arrival.Content, out var at) || _rows[at - 1].Epoch != epoch, $"Of fact {arrival.Number} was said that it was not written, because epoch {epoch} was over, but it was.");
        _told.Clear();
        _refused.Clear();
    }
}

/// <summary>An entry of the log.</summary>
internal sealed record LogRow(Arrival Arrival, Instant Recorded, bool IsConflict, long Epoch)
{
    public override string ToString() => FormattableString.Invariant($"fact {Arrival.Number}, recorded {Recorded.ToUnixTimeTicks()}, epoch {Epoch}{(IsConflict ? ", a conflict" : "")}");
}
