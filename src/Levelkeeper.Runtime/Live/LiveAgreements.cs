using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Log;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>All agreements in force, kept current: fact by fact, and by the passing of time where something changes without one.</summary>
/// <remarks>One lock; nothing in it reads a clock or waits. A fact re-evaluates the agreements that it concerns, and time those whose instant has come.</remarks>
public sealed class LiveAgreements
{
    private readonly Lock _gate = new();
    private readonly FactRouter _router = new();
    private readonly List<FactConflict> _conflicts = [];

    /// <summary>The last entry of the log that was taken in.</summary>
    public long Head { get; private set; }

    /// <summary>When something changes next though no fact comes; null when nothing will. The past when a fact has come since the last <see cref="AdvanceTo"/>.</summary>
    public Instant? NextWake
    {
        get
        {
            lock (_gate)
            {
                var next = _router.Agreements.Select(a => a.IsTouched ? Instant.MinValue : a.Wake).DefaultIfEmpty(Instant.MaxValue).Min();
                return next == Instant.MaxValue ? null : next;
            }
        }
    }

    /// <summary>Puts an agreement in force, or another version in its place.</summary>
    public void Put(string id, AgreementVersions versions)
    {
        lock (_gate)
            _router.Put(new LiveAgreement(id, versions));
    }

    /// <summary>Takes an agreement out.</summary>
    public void Remove(string id)
    {
        lock (_gate)
            _router.Remove(id);
    }

    /// <summary>Takes in what was committed, in the order of the log. What was taken in before is passed over.</summary>
    /// <param name="facts">Facts that stand.</param>
    /// <param name="conflicts">Facts that were set aside because their identity was taken.</param>
    public void Apply(IEnumerable<StampedFact> facts, IEnumerable<StampedFact>? conflicts = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        lock (_gate)
        {
            var head = Head;
            foreach (var fact in facts.Where(f => f.LogSequence > head))
            {
                _router.Add(fact);
                Head = Math.Max(Head, fact.LogSequence);
            }

            foreach (var other in (conflicts ?? []).Where(f => f.LogSequence > head))
            {
                // Of one whose first was erased since, nobody can tell what is disputed.
                if (_router.Find(other.Fact.Key) is { } first)
                    _conflicts.Add(new FactConflict(first, other.Fact, other.LogSequence));
                Head = Math.Max(Head, other.LogSequence);
            }
        }
    }

    /// <summary>The facts of which versions with another content came too, in the order in which those came.</summary>
    public IReadOnlyList<FactConflict> Conflicts()
    {
        lock (_gate)
            return [.. _conflicts];
    }

    /// <summary>Brings to an instant all that a fact or time has changed.</summary>
    /// <param name="now">The instant; not before the last one.</param>
    /// <param name="read">Is told of each agreement that was read anew: the reading before, null for the first, and the new one.</param>
    public void AdvanceTo(Instant now, Action<LiveReading?, LiveReading> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        lock (_gate)
        {
            foreach (var agreement in _router.Agreements.Where(a => a.IsTouched || a.Wake <= now).OrderBy(a => a.Id, StringComparer.Ordinal).ToList())
            {
                var before = agreement.Reading;
                read(before, agreement.ReadAt(now));
            }
        }
    }

    /// <summary>Has an agreement read anew at an instant for the sake of somebody who follows it, if nothing happens before; the next reading forgets it.</summary>
    public void WakeAt(string id, Instant at)
    {
        lock (_gate)
            _router.Find(id)?.WakeAt(at);
    }

    /// <summary>A fact by its identity; null when none is known.</summary>
    public StampedFact? Find(FactKey key)
    {
        lock (_gate)
            return _router.Find(key);
    }

    /// <summary>The last reading of an agreement; null for one that is not in force or was not read yet.</summary>
    public LiveReading? Find(string id)
    {
        lock (_gate)
            return _router.Find(id)?.Reading;
    }

    /// <summary>The facts that an agreement might take in, in the order of the log; null for one that is not in force.</summary>
    public FactSet? FactsOf(string id)
    {
        lock (_gate)
            return _router.Find(id)?.Facts();
    }

    /// <summary>The facts that an agreement might have taken in when the log ended at a sequence number: what came later has not brought any of them to it.</summary>
    /// <param name="versions">The agreement as it was then.</param>
    /// <param name="sequence">The sequence number.</param>
    public FactSet FactsAsKnownAt(AgreementVersions versions, long sequence)
    {
        var (router, agreement) = (new FactRouter(), new LiveAgreement("", versions));
        router.Put(agreement);
        lock (_gate)
        {
            foreach (var fact in _router.Facts.Where(f => f.LogSequence <= sequence).OrderBy(f => f.LogSequence))
                router.Add(fact);
        }

        return agreement.Facts();
    }

    /// <summary>The last readings of all, by id.</summary>
    public IReadOnlyList<LiveReading> All()
    {
        lock (_gate)
            return [.. _router.Agreements.OrderBy(a => a.Id, StringComparer.Ordinal).Select(a => a.Reading).OfType<LiveReading>()];
    }

    /// <summary>The facts that no agreement in force takes in, with what the agreement says that might have; in the order of the log.</summary>
    public IReadOnlyList<(StampedFact Fact, string Reason)> Unmatched()
    {
        lock (_gate)
        {
            var taken = new HashSet<FactKey>();
            var refused = new Dictionary<FactKey, (StampedFact Fact, string Reason)>();
            foreach (var agreement in _router.Agreements.Where(a => a.Reading is not null))
            {
                var reasons = agreement.Reading!.Evaluation.Unmatched.Concat(agreement.Reading.Evaluation.LeftOut).GroupBy(u => u.Fact.Key).ToDictionary(g => g.Key, g => g.First().Reason);
                foreach (var fact in agreement.Facts().AsEnumerable())
                {
                    if (reasons.TryGetValue(fact.Fact.Key, out var reason))
                        refused.TryAdd(fact.Fact.Key, (fact, reason));
                    else
                        taken.Add(fact.Fact.Key);
                }
            }

            return
            [
                .. refused.Where(r => !taken.Contains(r.Key)).Select(r => r.Value)
                    .Concat(_router.Nobodys.Select(f => (f, "nothing in it names a service or anything else of an agreement in force")))
                    .OrderBy(f => f.Item1.LogSequence),
            ];
        }
    }

    /// <summary>How often an agreement was read; for tests of what touches what.</summary>
    internal int ReadingsOf(string id)
    {
        lock (_gate)
            return _router.Find(id)?.Readings ?? 0;
    }
}
