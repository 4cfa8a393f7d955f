using System.Collections.Immutable;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>An objective that is read from its facts: availability, outages, requests, values, duties, numbers over tickets.</summary>
internal sealed class FactObjective(PreparedAgreement agreement, string name, FactShare share, FactShare common) : LiveObjective(agreement.Versions, name)
{
    /// <summary>Where no instant can be told beforehand, as for a burn rate over a window that slides, it is looked at this often.</summary>
    private static readonly Duration s_betweenLooks = Duration.FromMinutes(1);

    private readonly ImmutableArray<Rational> _shares = LiveState.WatchedShares(agreement.Versions, name);
    private readonly bool _projected = LiveState.IsProjectionWatched(agreement.Versions, name);
    private List<StampedFact> _facts = [];
    private PreparedFacts? _prepared;
    private Instant _nextFact = Instant.MinValue;
    private bool _burns;

    public FactShare Share => share;

    public override bool IsTouched => share.IsTouched;

    public override void Touch() => share.IsTouched = true;

    protected override bool MovesByItself => true;

    protected override void Prepare(Instant now)
    {
        if (share.IsTouched)
            _facts = FactShare.FactsOf(share.Groups.Concat(common.Groups));
        if (share.IsTouched || now >= _nextFact)
        {
            _prepared = agreement.With(FactSet.Of(_facts).Effective(now));
            _nextFact = FactTimes.NextAfter(_facts, now);
        }

        share.IsTouched = false;
    }

    protected override List<PeriodReading> Read(Instant from, Instant to, Instant asOf)
    {
        var results = _prepared!.Evaluate(Name, from, to, asOf);
        if (to > asOf)
            _burns = results.Any(r => r.BurnAlerts.Any(a => a.LongRate is { Sign: > 0 }));
        return [.. results.Select(r => (Result: r, Label: LabelOf(r.Period))).Select(r => new PeriodReading(r.Label, r.Result.Period, [.. LiveState.Of(r.Result, r.Label, asOf, _shares, _projected)], ObjectiveFigures.Of(r.Result, asOf)))];
    }

    protected override Instant NextOf(Instant now) => Instant.Min(_nextFact, _burns ? now + s_betweenLooks : Instant.MaxValue);
}
