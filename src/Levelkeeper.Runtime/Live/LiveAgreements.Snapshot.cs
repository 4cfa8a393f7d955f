using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live.Snapshots;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

public sealed partial class LiveAgreements
{
    /// <summary>Brings everything to an instant, and writes all that is kept: the same build goes on from it without the log before it.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="now">The instant; not before the last one.</param>
    /// <param name="stateOf">By what it is told whether an agreement is the same when this is read, by its id.</param>
    /// <param name="tell">Is told of each agreement of which something is not as it was.</param>
    /// <returns>The last entry of the log that is in it.</returns>
    public long Save(Stream to, Instant now, Func<string, string> stateOf, LiveTelling tell)
    {
        lock (_gate)
        {
            AdvanceTo(now, tell);
            using var writer = new SnapshotWriter(to);
            writer.Write(Head);
            writer.Instant(_now);
            var texts = new CloudEventWriter();
            writer.Each(_conflicts, c =>
            {
                Save(c.First);
                Save(new StampedFact(c.Other, c.LogSequence, c.First.Recorded));
            });
            _router.Save(writer, stateOf);
            return Head;

            void Save(StampedFact stamped)
            {
                writer.Write(stamped.LogSequence);
                writer.Instant(stamped.Recorded);
                writer.Raw<byte>(texts.Write(stamped.Fact));
            }
        }
    }

    /// <summary>Goes on from what was written. Only where nothing was put in force and no fact taken in yet.</summary>
    /// <param name="from">Where it was written, by the same build.</param>
    /// <param name="inForce">The agreement of an id and what <see cref="Save"/> was told of it; null for one that is not in force, or not the same any more: it is to be put in force anew.</param>
    /// <exception cref="Exception">It is not what was written. What is kept then is nothing to go on with.</exception>
    public void Load(Stream from, Func<string, string, AgreementVersions?> inForce)
    {
        ArgumentNullException.ThrowIfNull(inForce);
        lock (_gate)
        {
            using var reader = new SnapshotReader(from);
            Head = reader.ReadInt64();
            _now = reader.Instant();
            _router.Source.GoOnAfter(Head);
            var events = new CloudEventReader("snapshot", new DiagnosticBag());
            reader.Each(() =>
            {
                var (first, other) = (Fact(), Fact());
                _conflicts.Add(new FactConflict(first, other.Fact, other.LogSequence));
            });
            _router.Load(reader, (id, state) => inForce(id, state) is { } versions ? new LiveAgreement(id, versions, _router.Source, _router.Resting) : null);

            StampedFact Fact()
            {
                var (place, recorded) = (reader.ReadInt64(), reader.Instant());
                return new StampedFact(events.ReadOne(reader.Raw<byte>()) ?? throw new InvalidDataException("A fact cannot be read."), place, recorded);
            }
        }
    }

    /// <summary>Whether an agreement is in force.</summary>
    public bool Has(string id)
    {
        lock (_gate)
            return _router.Find(id) is not null;
    }
}
