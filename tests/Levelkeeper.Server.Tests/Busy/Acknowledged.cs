using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Log;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>What was acknowledged, in a few numbers: how many facts, and the sum of their identities. Another fact, one too many or one too few gives another sum.</summary>
internal sealed class Acknowledged
{
    private readonly Lock _gate = new();
    private KeySum _facts;
    private KeySum _conflicts;
    private long _duplicates;

    /// <summary>Facts that stand.</summary>
    public KeySum Facts => _facts;

    /// <summary>Facts that were set aside.</summary>
    public KeySum Conflicts => _conflicts;

    /// <summary>Facts that were known already.</summary>
    public long Duplicates => _duplicates;

    /// <summary>How many entries the log must have.</summary>
    public long Kept => _facts.Count + _conflicts.Count;

    /// <summary>Takes in what was told, which must be what was to be expected.</summary>
    public void Take(IReadOnlyList<SentFact> sent, IReadOnlyList<LogEntry> entries, IReadOnlyList<AppendedEntry> outcomes)
    {
        lock (_gate)
        {
            for (var i = 0; i < sent.Count; i++)
            {
                var told = outcomes[i].Outcome switch { AppendOutcome.Appended => Expected.Appended, AppendOutcome.Duplicate => Expected.Duplicate, _ => Expected.Conflict };
                told.ShouldBe(sent[i].Expected, System.Text.Encoding.UTF8.GetString(sent[i].Text));
                switch (told)
                {
                    case Expected.Appended:
                        _facts = _facts.With(entries[i].Fact.Key);
                        break;
                    case Expected.Conflict:
                        _conflicts = _conflicts.With(entries[i].Fact.Key);
                        break;
                    case Expected.Duplicate:
                    default:
                        _duplicates++;
                        break;
                }
            }
        }
    }

    /// <summary>The same of a log.</summary>
    public static async Task<(KeySum Facts, KeySum Conflicts)> OfAsync(FactLogReader log)
    {
        var (facts, conflicts) = (default(KeySum), default(KeySum));
        await foreach (var segment in log.PassingSegmentsAsync())
        {
            for (var i = 0; i < segment.Count; i++)
            {
                if (segment.IsConflict(i))
                    conflicts = conflicts.With(segment.KeyOf(i));
                else
                    facts = facts.With(segment.KeyOf(i));
            }
        }

        return (facts, conflicts);
    }
}

/// <summary>How many identities there are, and their sum modulo 2^128.</summary>
internal readonly record struct KeySum(long Count, UInt128 Sum)
{
    public KeySum With(FactKey key) => new(Count + 1, unchecked(Sum + new UInt128(key.High, key.Low)));
}
