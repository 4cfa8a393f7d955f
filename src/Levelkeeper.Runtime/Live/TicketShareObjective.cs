using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Runtime.Live.Snapshots;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>An objective that is a share of tickets in time: read from what each cycle of its clock came to, without a look at a fact.</summary>
internal sealed class TicketShareObjective(PreparedAgreement agreement, string name) : LiveObjective(agreement.Versions, name)
{
    /// <summary>A place that nobody uses: cancelled after its deadline is what no share counts.</summary>
    private static readonly ClockOutcome s_nothing = new(ClockVerdict.Cancelled, true, long.MinValue, long.MinValue, long.MinValue);

    private readonly List<ClockOutcome> _outcomes = [];
    private readonly Stack<int> _free = [];
    /// <summary>Where the first cycle on each ticket is, by the ticket's place; -1 for none.</summary>
    private readonly List<int> _first = [];
    /// <summary>Where the others are: most tickets have none.</summary>
    private readonly Dictionary<int, int[]> _more = [];
    private readonly Dictionary<ulong, (int First, int[] More)> _resting = [];
    private readonly bool _countsOpened = agreement.Versions.All.Any(v => v.Agreement.Objectives.Any(o => o.Name == name && o.Indicator is Indicator.Clock { CountedIn: CountedIn.Opened }));
    private bool _touched = true;
    private Instant _lookAgain = Instant.MinValue;

    public override bool IsTouched => _touched;

    /// <summary>With a window that slides, what happened leaves it as time passes.</summary>
    protected override bool MovesByItself => Rolls;

    /// <summary>Whether an objective is one, in every version that has it.</summary>
    public static bool Fits(AgreementVersions versions, string name) => versions.All.SelectMany(v => v.Agreement.Objectives).Where(o => o.Name == name)
        .All(o => o is { Indicator: Indicator.Clock { Statistic: ClockStatistic.ShareInTime }, IsForEach: false, NotSeen.IsEmpty: true });

    public override void Touch(bool facts) => _touched = true;

    /// <summary>Replaces what the cycles on a ticket came to.</summary>
    /// <param name="ticket">The ticket's place.</param>
    /// <param name="outcomes">What they came to.</param>
    /// <param name="now">The instant of the reading.</param>
    public void Replace(int ticket, ReadOnlySpan<ClockOutcome> outcomes, Instant now)
    {
        while (_first.Count <= ticket)
            _first.Add(-1);
        var more = _more.GetValueOrDefault(ticket, []);
        if (outcomes.Length != (_first[ticket] < 0 ? 0 : 1 + more.Length))
        {
            _touched = true;
            foreach (var place in _first[ticket] < 0 ? [] : more.Prepend(_first[ticket]))
            {
                _outcomes[place] = s_nothing;
                _free.Push(place);
            }

            _more.Remove(ticket);
            _first[ticket] = outcomes.IsEmpty ? -1 : Take();
            if (outcomes.Length > 1)
                _more[ticket] = more = [.. Enumerable.Range(1, outcomes.Length - 1).Select(_ => Take())];
        }

        for (var i = 0; i < outcomes.Length; i++)
        {
            var place = i == 0 ? _first[ticket] : more[i - 1];
            if (_outcomes[place] == outcomes[i])
                continue;
            _touched = true;
            _outcomes[place] = outcomes[i];
            // What passed of a period does not hold the instant itself.
            var at = now.ToUnixTimeTicks();
            if ((_countsOpened && outcomes[i].StartedAt >= at) || outcomes[i].StoppedAt >= at || outcomes[i].BreachedAt >= at)
                _lookAgain = now.PlusTicks(1);
        }
    }

    /// <summary>Keeps what the cycles on a ticket came to though nothing else is kept of it.</summary>
    /// <param name="ticket">The place that the ticket had.</param>
    /// <param name="number">By which it is known from here on.</param>
    public void Rest(int ticket, ulong number)
    {
        if (ticket >= _first.Count || _first[ticket] < 0)
            return;
        _more.Remove(ticket, out var more);
        _resting[number] = (_first[ticket], more ?? []);
        _first[ticket] = -1;
    }

    /// <summary>Takes it back.</summary>
    public void Restore(int ticket, ulong number)
    {
        if (!_resting.Remove(number, out var places))
            return;
        while (_first.Count <= ticket)
            _first.Add(-1);
        _first[ticket] = places.First;
        if (places.More.Length > 0)
            _more[ticket] = places.More;
    }

    public override void Save(SnapshotWriter to)
    {
        to.Raw<ClockOutcome>(CollectionsMarshal.AsSpan(_outcomes));
        to.Raw<int>([.. _free]);
        to.Raw<int>(CollectionsMarshal.AsSpan(_first));
        to.Each(_more, m =>
        {
            to.Number(m.Key);
            to.Raw<int>(m.Value);
        });
        to.Each(_resting, r =>
        {
            to.Write(r.Key);
            to.Number(r.Value.First);
            to.Raw<int>(r.Value.More);
        });
        to.Instant(_lookAgain);
    }

    public override void Load(SnapshotReader from)
    {
        _outcomes.AddRange(from.Raw<ClockOutcome>());
        foreach (var place in from.Raw<int>().Reverse())
            _free.Push(place);
        _first.AddRange(from.Raw<int>());
        from.Each(() => _more.Add(from.Number(), from.Raw<int>()));
        from.Each(() => _resting.Add(from.ReadUInt64(), (from.Number(), from.Raw<int>())));
        _lookAgain = from.Instant();
    }

    public override ImmutableArray<ObjectiveEvaluation> ResultsIn(Instant from, Instant to, Instant asOf) => agreement.Summarize(Name, CollectionsMarshal.AsSpan(_outcomes), from, to, asOf);

    protected override void Prepare(Instant now) => _touched = false;

    protected override List<PeriodReading> Read(Instant from, Instant to, Instant asOf) =>
        [.. agreement.Judge(Name, CollectionsMarshal.AsSpan(_outcomes), from, to, asOf).Select(s => (Share: s, Label: LabelOf(s.Period))).Select(s => new PeriodReading(s.Label, s.Share.Period, [LiveState.Of(Name, s.Label, s.Share, asOf)], ObjectiveFigures.Of(Name, s.Share, asOf)))];

    protected override Instant NextOf(Instant now) => _lookAgain > now ? _lookAgain : Instant.MaxValue;

    private int Take()
    {
        if (_free.TryPop(out var place))
            return place;
        _outcomes.Add(s_nothing);
        return _outcomes.Count - 1;
    }
}
