using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Runtime.Live.Snapshots;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>An objective that is read from its facts: availability, outages, requests, values, duties, numbers over tickets.</summary>
/// <remarks>Of one on the state of a service those facts are kept that tell something: a check that finds what was found before has nothing read anew.</remarks>
internal sealed class FactObjective(PreparedAgreement agreement, IFactSource source, string name, FactShare share, FactShare common) : LiveObjective(agreement.Versions, name)
{
    /// <summary>Where no instant can be told beforehand, as for a burn rate over a window that slides, it is looked at this often.</summary>
    private static readonly Duration s_betweenLooks = Duration.FromMinutes(1);

    private readonly ImmutableArray<Rational> _shares = LiveState.WatchedShares(agreement.Versions, name);
    private readonly ObservationRuns? _runs = RunsOf(agreement.Versions, name);
    private readonly bool _projected = LiveState.IsProjectionWatched(agreement.Versions, name);
    private List<StampedFact> _facts = [];
    private PreparedFacts? _prepared;
    private Instant _nextFact = Instant.MinValue;
    private Instant _freshUntil = Instant.MinValue;
    private bool _isNew = true;
    private bool _isRenewed;
    private bool _wasConfirmed;
    private bool _burns;
    private bool _hasAmended;

    public FactShare Share => share;

    public override bool IsTouched => _isNew || share.IsTouched;

    public override void Touch(bool facts) => (_isNew, _isRenewed) = (true, _isRenewed || facts);

    public override void TakeIn(Instant now)
    {
        if (!share.IsTouched)
            return;
        _isRenewed |= share.IsRenewed;
        var came = share.Hand();
        // Until something that was confirmed would grow stale, who confirms it changes nothing.
        var tells = _runs is null || _isNew || _freshUntil <= now;
        foreach (var fact in came)
        {
            if (_isRenewed)
                break;
            if (_runs is null)
                _facts.Add(fact);
            else if (_runs.Add(fact, now) is { } news)
                tells |= news;
            else
                _isRenewed = true;
        }

        _isNew = tells || _isRenewed;
        if (_isNew)
            return;
        Wake = Instant.Min(Wake, _freshUntil);
        _wasConfirmed = true;
        share.Settle();
    }

    public override void Save(SnapshotWriter to)
    {
        to.Write(_runs is not null && !_hasAmended);
        if (!_hasAmended)
            _runs?.Save(to);
    }

    public override void Load(SnapshotReader from)
    {
        // What counts otherwise than it stands in the log is gone through again, and so is what is counted one by one.
        _isRenewed = !from.ReadBoolean();
        if (!_isRenewed)
            _runs!.Load(from, places => source.Read([], places).ToDictionary(f => f.LogSequence));
    }

    public override ImmutableArray<ObjectiveEvaluation> ResultsIn(Instant from, Instant to, Instant asOf) => _prepared!.Evaluate(Name, from, to, asOf);

    protected override bool MovesByItself => true;

    protected override void Prepare(Instant now)
    {
        if (IsTouched || _wasConfirmed || now >= _nextFact)
        {
            if (_isRenewed)
                Renew(now);
            if (_runs is not null)
                _facts = _runs.Facts();
            else
                // What an agreement gets late may have come before all that it had.
                _facts.Sort(static (a, b) => a.LogSequence.CompareTo(b.LogSequence));
            _prepared = agreement.With(FactSet.Of(_facts).Effective(now));
            _nextFact = FactTimes.NextAfter(_facts, now);
        }

        _freshUntil = _runs?.FreshUntil(now) ?? Instant.MaxValue;
        (_isNew, _isRenewed, _wasConfirmed) = (false, false, false);
        share.Settle();
    }

    protected override List<PeriodReading> Read(Instant from, Instant to, Instant asOf)
    {
        var results = _prepared!.Evaluate(Name, from, to, asOf);
        if (to > asOf)
            _burns = results.Any(r => r.BurnAlerts.Any(a => a.LongRate is { Sign: > 0 }));
        return [.. results.Select(r => (Result: r, Label: LabelOf(r.Period))).Select(r => new PeriodReading(r.Label, r.Result.Period, [.. LiveState.Of(r.Result, r.Label, asOf, _shares, _projected)], ObjectiveFigures.Of(r.Result, asOf)))];
    }

    protected override Instant NextOf(Instant now) => Instant.Min(_nextFact, _burns ? now + s_betweenLooks : Instant.MaxValue);

    private static ObservationRuns? RunsOf(AgreementVersions versions, string name)
    {
        var policies = new List<AvailabilityPolicy>();
        foreach (var indicator in versions.All.SelectMany(v => v.Agreement.Objectives).Where(o => o.Name == name).Select(o => o.Indicator))
        {
            switch (indicator)
            {
                case Indicator.Availability availability:
                    policies.Add(availability.Policy);
                    break;
                case Indicator.Outages outages:
                    policies.Add(outages.Policy);
                    break;
                default:
                    return null;
            }
        }

        var agreements = versions.All.Select(v => v.Agreement).ToList();
        // A rule may put any subject anywhere, and so may a roster; else a check of something that is no component is one of the service as a whole.
        if (agreements.Exists(a => !a.MatchRules.IsEmpty || a.Objectives.Any(o => o.ObservedRoster.Length > 0)))
            return new ObservationRuns(policies);
        var components = agreements.SelectMany(a => a.Services.SelectMany(s => s.Components)).ToHashSet(StringComparer.Ordinal);
        return new ObservationRuns(policies) { PartOf = f => components.Contains(f.Subject) ? f.Subject : "" };
    }

    /// <summary>Goes through all its facts again.</summary>
    private void Renew(Instant now)
    {
        _facts = FactGroup.FactsOf(source, share.Groups.Concat(common.Groups));
        var effective = FactSet.Of(_facts).Effective(Instant.MaxValue).All;
        _hasAmended = effective.Any(f => !ReferenceEquals(f.Fact, f.Original.Fact));
        _runs?.Renew(effective.Select(f => new StampedFact(f.Fact, f.Original.LogSequence, f.Original.Recorded)), now);
    }
}
