using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Runtime.Live.Snapshots;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>One objective of an agreement, kept current: how its running periods stand, and when that changes though nothing touches it.</summary>
internal abstract class LiveObjective(AgreementVersions agreement, string name)
{
    /// <summary>As close as an instant is found that no formula gives.</summary>
    private const long Closely = NodaConstants.TicksPerMillisecond;

    private readonly List<PeriodReading> _read = [];
    private readonly SortedSet<Instant> _edges = [];
    private ObjectiveFigures? _figures;

    public string Name => name;

    /// <summary>Whether it must be read anew.</summary>
    public abstract bool IsTouched { get; }

    /// <summary>Has it read anew whatever happened.</summary>
    /// <param name="facts">Whether from all facts, of which others than its own have changed.</param>
    public abstract void Touch(bool facts);

    /// <summary>Writes what is kept beside what a reading finds again.</summary>
    public virtual void Save(SnapshotWriter to)
    {
    }

    /// <summary>Goes on from what was written; it is read anew in any case.</summary>
    public virtual void Load(SnapshotReader from)
    {
    }

    /// <summary>Takes in what came, and finds out whether it must be read anew for it.</summary>
    public virtual void TakeIn(Instant now)
    {
    }

    /// <summary>When to look again though nothing touches it.</summary>
    public Instant Wake { get; protected set; } = Instant.MaxValue;

    /// <summary>How often it was read: what touches others does not count here.</summary>
    public int Readings { get; private set; }

    /// <summary>Whether it was read anew since somebody last looked.</summary>
    public bool IsNews { get; set; }

    public IEnumerable<LiveState> States => _read.SelectMany(r => r.States);

    /// <summary>How it stands in figures, in the period that runs; null when none does. As of when, they say.</summary>
    public ObjectiveFigures? Figures => _figures;

    /// <summary>Whether its figures are those of a moment that has passed, and have moved since though its verdict has not.</summary>
    public bool HasMovedSince(Instant instant) => MovesByItself && _figures is { } figures && figures.AsOf < instant;

    /// <summary>Brings its figures to an instant to which everything else of it was brought.</summary>
    public void ReadFigures(Instant now) => _figures = FiguresOf(Read(now, now.PlusTicks(1), now));

    /// <summary>Reads it as of an instant and finds out when to look again.</summary>
    /// <param name="now">The instant.</param>
    /// <param name="changes">Receives what is not as it was.</param>
    public void ReadAt(Instant now, ICollection<LiveChange> changes)
    {
        Readings++;
        IsNews = true;
        Prepare(now);
        var read = Read(now, now.PlusTicks(1), now);
        foreach (var before in _read.Where(b => !read.Exists(r => r.Label == b.Label)))
            Close(before, now, changes);
        foreach (var reading in read)
            Tell(_read.Find(b => b.Label == reading.Label)?.States ?? [], reading.States, now, changes);
        _read.Clear();
        _read.AddRange(read);
        _figures = FiguresOf(read);
        foreach (var reading in Rolls ? [] : read)
        {
            // At its end a period is over; the next has its first result a tick later.
            _edges.Add(Instant.FromUnixTimeTicks(reading.Period.Span.End));
            _edges.Add(Instant.FromUnixTimeTicks(reading.Period.Span.End + 1));
        }

        if (read.Count == 0 && Read(now.PlusTicks(1), now.PlusTicks(2), now.PlusTicks(1)).Count > 0)
            _edges.Add(now.PlusTicks(1));
        _edges.RemoveWhere(e => e <= now);
        var horizon = Instant.Min(_edges.Count > 0 ? _edges.Min : Instant.MaxValue, NextOf(now));
        Wake = Instant.Min(horizon, MovesBefore(horizon, now) ?? Instant.MaxValue);
    }

    /// <summary>Its results for the periods that touch a span.</summary>
    /// <param name="from">First instant of the span.</param>
    /// <param name="to">First instant after it.</param>
    /// <param name="asOf">The instant; nothing may wait that touches it or that time has changed by then.</param>
    public abstract ImmutableArray<ObjectiveEvaluation> ResultsIn(Instant from, Instant to, Instant asOf);

    /// <summary>Whether its period ends with the instant at which it is read, so that what happened leaves it as time passes.</summary>
    protected bool Rolls { get; } = agreement.All.Any(v => v.Agreement.Objectives.Any(o => o.Name == name && o.Period.EndsWithItsInstant));

    /// <summary>The name of a period of it.</summary>
    protected string LabelOf(EvaluatedPeriod period) => Rolls ? LiveState.LabelOf(agreement, name, period) : period.Label;

    /// <summary>Gets ready to be read as of an instant; from here on it is not touched.</summary>
    protected abstract void Prepare(Instant now);

    /// <summary>Reads the periods that touch a span.</summary>
    protected abstract List<PeriodReading> Read(Instant from, Instant to, Instant asOf);

    /// <summary>The first instant after now at which something is known to happen.</summary>
    protected abstract Instant NextOf(Instant now);

    /// <summary>Whether the verdict may change between instants at which something happens.</summary>
    protected abstract bool MovesByItself { get; }

    /// <summary>When something changes by the passing of time alone before an instant: an outage that lasts uses up what is allowed, evidence grows old, a sum falls behind. Found by evaluating what would be, so that it is the same rule.</summary>
    private Instant? MovesBefore(Instant horizon, Instant now)
    {
        if (!MovesByItself || _read.Count == 0)
            return null;
        var last = horizon == Instant.MaxValue ? now + Duration.FromDays(1) : horizon.PlusTicks(-1);
        if (last <= now || IsSameAt(last))
            return horizon == Instant.MaxValue ? last : null;
        // What happened at this very instant has passed a tick later.
        if (!IsSameAt(now.PlusTicks(1)))
            return now.PlusTicks(1);
        var (low, high) = (now.ToUnixTimeTicks(), last.ToUnixTimeTicks());
        while (high - low > Closely)
        {
            var middle = low + (high - low) / 2;
            if (IsSameAt(Instant.FromUnixTimeTicks(middle)))
                low = middle;
            else
                high = middle;
        }

        return Instant.FromUnixTimeTicks(high);
    }

    private bool IsSameAt(Instant at) => What(Read(at, at.PlusTicks(1), at)).SequenceEqual(What(_read));

    private static IEnumerable<(LiveChangeKind Kind, string Subject, string State)> What(IEnumerable<PeriodReading> read) => read.SelectMany(r => r.States).Select(s => (s.Kind, s.Subject, s.State));

    /// <summary>Tells what a period came to that is over.</summary>
    private void Close(PeriodReading before, Instant now, ICollection<LiveChange> changes)
    {
        if (Rolls || before.Period.Span.End > now.ToUnixTimeTicks())
            return;
        foreach (var last in Read(before.Period.Span.StartInstant, before.Period.Span.EndInstant, now).Where(r => r.Label == before.Label))
        {
            var verdicts = last.States.FindAll(s => s.Kind == LiveChangeKind.Objective);
            Tell(before.States.FindAll(s => s.Kind == LiveChangeKind.Objective), verdicts, now, changes);
            foreach (var state in verdicts)
                changes.Add(new LiveChange(LiveChangeKind.Period, agreement.Latest.Id, state.Subject, "running", state.State, before.Period.Span.EndInstant));
        }
    }

    private void Tell(List<LiveState> before, List<LiveState> states, Instant now, ICollection<LiveChange> changes)
    {
        foreach (var state in states)
        {
            var was = before.Find(s => s.Kind == state.Kind && s.Subject == state.Subject);
            if (was.State != state.State)
                changes.Add(new LiveChange(state.Kind, agreement.Latest.Id, state.Subject, was.State ?? "", state.State, state.At));
        }

        foreach (var was in before)
        {
            if (!states.Exists(s => s.Kind == was.Kind && s.Subject == was.Subject))
                changes.Add(new LiveChange(was.Kind, agreement.Latest.Id, was.Subject, was.State, "", now));
        }
    }

    /// <summary>What an amendment has removed is still carried to its end beside what is in force: the figures are those of the latter.</summary>
    private static ObjectiveFigures? FiguresOf(List<PeriodReading> read) => (read.FindLast(r => !r.Period.IsCarriedOver) ?? read.LastOrDefault())?.Figures;

    /// <summary>How a period stands.</summary>
    protected sealed record PeriodReading(string Label, EvaluatedPeriod Period, List<LiveState> States, ObjectiveFigures Figures);
}
