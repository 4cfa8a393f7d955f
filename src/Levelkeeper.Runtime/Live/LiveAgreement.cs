using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>One agreement with the facts that it might take in. It is read anew when one of them comes, or when time alone changes something; in between it stands.</summary>
internal sealed class LiveAgreement(string id, AgreementVersions versions)
{
    /// <summary>Where no instant can be told beforehand, as for a burn rate over a window that slides, it is looked at this often.</summary>
    private static readonly Duration s_betweenLooks = Duration.FromMinutes(1);

    /// <summary>As close as an instant is found that no formula gives.</summary>
    private const long Closely = NodaConstants.TicksPerMillisecond;

    private readonly List<StampedFact> _facts = [];
    private bool _sorted = true;
    private FactSet? _set;

    public string Id => id;

    public AgreementVersions Versions => versions;

    /// <summary>The last reading; null before the first.</summary>
    public LiveReading? Reading { get; private set; }

    /// <summary>Whether a fact has come since.</summary>
    public bool IsTouched { get; private set; } = true;

    /// <summary>When something changes though no fact comes.</summary>
    public Instant Wake { get; private set; } = Instant.MinValue;

    /// <summary>Has it read anew at an instant, if nothing happens before.</summary>
    public void WakeAt(Instant at) => Wake = Instant.Min(Wake, at);

    /// <summary>How often it was read: what touches others does not count here.</summary>
    public int Readings { get; private set; }

    public void Add(StampedFact fact)
    {
        _sorted &= _facts.Count == 0 || _facts[^1].LogSequence < fact.LogSequence;
        _facts.Add(fact);
        _set = null;
        IsTouched = true;
    }

    /// <summary>Its facts, in the order of the log.</summary>
    public FactSet Facts()
    {
        if (!_sorted)
            _facts.Sort(static (a, b) => a.LogSequence.CompareTo(b.LogSequence));
        _sorted = true;
        return _set ??= FactSet.Of(_facts);
    }

    /// <summary>Reads it as of an instant, and finds out when to look again.</summary>
    public LiveReading ReadAt(Instant asOf)
    {
        Readings++;
        IsTouched = false;
        Reading = LiveReading.Of(versions, Facts(), asOf);
        Wake = NextWake(Reading);
        return Reading;
    }

    private Instant NextWake(LiveReading reading)
    {
        var (now, wake) = (reading.AsOf, Instant.MaxValue);
        foreach (var clock in reading.Clocks)
        {
            // A clock is breached after its due, not at it.
            if (clock.Verdict == ClockVerdict.Running && (clock.PinnedDue ?? clock.Due) is { } due)
                Sooner(due.PlusTicks(1));
            if (reading.AtRiskFrom(clock) is { } risk)
                Sooner(risk);
            // What ends a pause by itself, no reading tells.
            if (clock.Verdict == ClockVerdict.Paused)
                Sooner(now + s_betweenLooks);
        }

        foreach (var result in reading.Evaluation.Objectives)
        {
            Sooner(Instant.FromUnixTimeTicks(result.Period.Span.End));
            if (!result.BurnAlerts.IsEmpty && result.BurnAlerts.Any(a => a.LongRate is { Sign: > 0 }))
                Sooner(now + s_betweenLooks);
        }

        var term = versions.TermTime;
        foreach (var edge in (long[])[term.Start, term.End, .. Facts().Facts.Length == 0 ? (long[])[] : [NextOf(Facts(), now)]])
        {
            if (edge is not (long.MaxValue or long.MinValue))
                Sooner(Instant.FromUnixTimeTicks(edge));
        }

        return MovesBy(reading, wake) is { } moved ? Instant.Min(moved, wake) : wake;

        void Sooner(Instant at)
        {
            if (at > now && at < wake)
                wake = at;
        }
    }

    /// <summary>The first fact that claims to be of later than now: it counts from then on.</summary>
    private static long NextOf(FactSet facts, Instant now)
    {
        var next = long.MaxValue;
        foreach (var fact in facts.Facts)
        {
            if (fact.Fact.Time > now)
                next = Math.Min(next, fact.Fact.Time.ToUnixTimeTicks());
        }

        return next;
    }

    /// <summary>When a verdict changes by the passing of time alone before an instant: an outage that lasts uses up what is allowed, evidence grows old, a sum falls behind. Found by evaluating what would be, so that it is the same rule.</summary>
    private Instant? MovesBy(LiveReading reading, Instant horizon)
    {
        if (reading.Evaluation.Objectives.IsEmpty)
            return null;
        var last = horizon == Instant.MaxValue ? reading.AsOf + Duration.FromDays(1) : horizon.PlusTicks(-1);
        if (last <= reading.AsOf || Same(reading, last))
            return horizon == Instant.MaxValue ? last : null;
        var (low, high) = (reading.AsOf.ToUnixTimeTicks(), last.ToUnixTimeTicks());
        while (high - low > Closely)
        {
            var middle = low + (high - low) / 2;
            if (Same(reading, Instant.FromUnixTimeTicks(middle)))
                low = middle;
            else
                high = middle;
        }

        return Instant.FromUnixTimeTicks(high);
    }

    private bool Same(LiveReading reading, Instant at)
    {
        var then = Evaluator.Evaluate(versions, Facts().Effective(at), at, at.PlusTicks(1), at);
        return then.Objectives.SelectMany(o => o.Members.Prepend(o)).Select(o => (o.Objective, o.Member, o.Period.Label, o.Verdict))
            .SequenceEqual(reading.Evaluation.Objectives.SelectMany(o => o.Members.Prepend(o)).Select(o => (o.Objective, o.Member, o.Period.Label, o.Verdict)));
    }
}
