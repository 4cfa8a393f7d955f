using System.Runtime.InteropServices;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>An objective that is a share of tickets in time: read from what each cycle of its clock came to, without a look at a fact.</summary>
internal sealed class TicketShareObjective(PreparedAgreement agreement, string name) : LiveObjective(agreement.Versions, name)
{
    /// <summary>A place that nobody uses: cancelled after its deadline is what no share counts.</summary>
    private static readonly ClockOutcome s_nothing = new(ClockVerdict.Cancelled, true, long.MinValue, long.MinValue, long.MinValue);

    private readonly List<ClockOutcome> _outcomes = [];
    private readonly Stack<int> _free = [];
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
    /// <param name="places">Where the ticket's are now.</param>
    /// <param name="outcomes">What they came to.</param>
    /// <param name="now">The instant of the reading.</param>
    /// <returns>Where they are from now on.</returns>
    public int[] Replace(int[] places, ReadOnlySpan<ClockOutcome> outcomes, Instant now)
    {
        if (places.Length != outcomes.Length)
        {
            _touched = true;
            foreach (var place in places)
            {
                _outcomes[place] = s_nothing;
                _free.Push(place);
            }

            places = new int[outcomes.Length];
            for (var i = 0; i < places.Length; i++)
            {
                if (!_free.TryPop(out places[i]))
                {
                    places[i] = _outcomes.Count;
                    _outcomes.Add(s_nothing);
                }
            }
        }

        for (var i = 0; i < places.Length; i++)
        {
            if (_outcomes[places[i]] == outcomes[i])
                continue;
            _touched = true;
            _outcomes[places[i]] = outcomes[i];
            // What passed of a period does not hold the instant itself.
            var at = now.ToUnixTimeTicks();
            if ((_countsOpened && outcomes[i].StartedAt >= at) || outcomes[i].StoppedAt >= at || outcomes[i].BreachedAt >= at)
                _lookAgain = now.PlusTicks(1);
        }

        return places;
    }

    protected override void Prepare(Instant now) => _touched = false;

    protected override List<PeriodReading> Read(Instant from, Instant to, Instant asOf) =>
        [.. agreement.Judge(Name, CollectionsMarshal.AsSpan(_outcomes), from, to, asOf).Select(s => (Share: s, Label: LabelOf(s.Period))).Select(s => new PeriodReading(s.Label, s.Share.Period, [LiveState.Of(Name, s.Label, s.Share, asOf)], ObjectiveFigures.Of(Name, s.Share, asOf)))];

    protected override Instant NextOf(Instant now) => _lookAgain > now ? _lookAgain : Instant.MaxValue;
}
