using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Time;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Evaluation;

/// <summary>An agreement with all that is made of it once: the matchers of its versions, its clocks compiled. For whoever evaluates it again and again, over parts of its facts.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class PreparedAgreement
{
    private static readonly MatchedFacts s_nothing = new MatchedFacts.Builder().Build();

    private readonly FactMatcher?[] _matchers;
    private readonly ImmutableArray<ImmutableArray<ObjectiveStretch>> _objectives;
    private readonly Dictionary<string, ImmutableArray<ObjectiveStretch>> _byName;
    private readonly Dictionary<string, (TickInterval Within, List<(ObjectiveStretch Stretch, Period Period)> Periods)> _periods = new(StringComparer.Ordinal);

    /// <summary>Prepares an agreement.</summary>
    public PreparedAgreement(AgreementVersions versions)
    {
        ArgumentNullException.ThrowIfNull(versions);
        Versions = versions;
        Clocks = new CompiledClocks(versions);
        _matchers = new FactMatcher?[versions.All.Length];
        _objectives = [.. versions.Objectives().Select(o => o.ToImmutableArray())];
        _byName = _objectives.ToDictionary(o => o[0].Objective.Name, StringComparer.Ordinal);
    }

    /// <summary>The agreement.</summary>
    public AgreementVersions Versions { get; }

    /// <summary>The names of its objectives, in the order of the agreement, those first that the latest version has.</summary>
    public IEnumerable<string> Objectives => _objectives.Select(o => o[0].Objective.Name);

    /// <summary>The instants at which another version comes into force, ascending.</summary>
    public ImmutableArray<Instant> Changes => [.. Enumerable.Range(1, Versions.All.Length - 1).Select(i => Versions.InForce(i, i).StartInstant)];

    /// <summary>
    /// Whether a ticket that belongs goes on doing so unless a fact names another service, customer or agreement, and nothing but its own facts acts on its clocks: there
    /// are no rules, nor sources that may not speak, nor amendments, nor duties whose lateness delays.
    /// </summary>
    public bool TicketsStay => Versions.All is [{ Agreement: { MatchRules.IsEmpty: true, Assertions.IsEmpty: true } agreement }] && agreement.Duties.All(d => d.Delays.IsEmpty);

    /// <summary>Whether which tickets count depends on their fields.</summary>
    public bool LooksAtFields => Clocks.Each(Objectives).SelectMany(c => c.Clock.Uses).Any(u => u is { Where.Conditions.IsEmpty: false });

    /// <summary>A table for each clock, empty: those that people see first, in their order.</summary>
    public ImmutableArray<ClockTable> Tables() => [.. Clocks.Each(Objectives).Select(c => new ClockTable(c.Clock, Versions, c.IsOnBoard, c.Objectives))];

    internal CompiledClocks Clocks { get; }

    internal ImmutableArray<ImmutableArray<ObjectiveStretch>> Stretches => _objectives;

    /// <summary>The agreement with facts.</summary>
    /// <param name="facts">All of them, or those that what is asked depends on.</param>
    public PreparedFacts With(EffectiveFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return new PreparedFacts(this, facts);
    }

    /// <summary>The service to which a ticket belongs of which one fact is known; null for none. Only where <see cref="TicketsStay"/>.</summary>
    public string? ServiceOf(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return MatcherOf(0).ServiceByName(fact);
    }

    /// <summary>How an objective that is a share of tickets in time stands, told from what each cycle of its clock came to: the verdicts that <see cref="PreparedFacts.Evaluate(string, Instant, Instant, Instant)"/> gives.</summary>
    /// <param name="objective">Its name. In every version it must be such a share, for the service as a whole, with nothing that was not seen.</param>
    /// <param name="outcomes">Every cycle on every ticket, in any order; those may be missing that were decided before the periods that are asked for.</param>
    /// <param name="from">First instant of the span.</param>
    /// <param name="to">First instant after it.</param>
    /// <param name="asOf">The instant as of which the result stands.</param>
    public ImmutableArray<ClockShareVerdict> Judge(string objective, ReadOnlySpan<ClockOutcome> outcomes, Instant from, Instant to, Instant asOf)
    {
        var results = ImmutableArray.CreateBuilder<ClockShareVerdict>(1);
        foreach (var context in ContextsOf(objective, from, to, asOf))
        {
            if (ClockObjectives.Judge(context, (Indicator.Clock)context.Objective.Indicator, outcomes) is { } result)
                results.Add(result);
        }

        return results.DrainToImmutable();
    }

    /// <summary>As <see cref="Judge"/>, as results that do not tell what they are made of: period, verdict, budget, and when the target was lost.</summary>
    /// <inheritdoc cref="Judge"/>
    public ImmutableArray<ObjectiveEvaluation> Summarize(string objective, ReadOnlySpan<ClockOutcome> outcomes, Instant from, Instant to, Instant asOf)
    {
        var results = ImmutableArray.CreateBuilder<ObjectiveEvaluation>(1);
        foreach (var context in ContextsOf(objective, from, to, asOf))
        {
            if (ClockObjectives.Judge(context, (Indicator.Clock)context.Objective.Indicator, outcomes) is not { } share)
                continue;
            var made = Parts.Reason("share in time", $"{share.InTime} of {share.Counted} that count were in time.");
            results.Add(context.Make(share.Verdict, share.Verdict, made) with { Period = share.Period, Budget = share.Budget, LostAt = share.LostAt, Volume = share.Counted });
        }

        return results.DrainToImmutable();
    }

    private IEnumerable<ObjectiveContext> ContextsOf(string objective, Instant from, Instant to, Instant asOf)
    {
        foreach (var (stretch, period) in PeriodsOf(objective, from, to))
        {
            if (Evaluator.HasBegun(stretch, period, asOf))
                yield return new ObjectiveContext(stretch.Agreement, stretch.Objective, s_nothing, period, new VersionPart(stretch.InForce, stretch.From, stretch.IsCarriedOver), asOf);
        }
    }

    /// <summary>The periods of an objective that touch a span. For spans within the same periods, one after the other, they are found once.</summary>
    private List<(ObjectiveStretch Stretch, Period Period)> PeriodsOf(string objective, Instant from, Instant to)
    {
        var span = Evaluator.SpanOf(Versions, from, to);
        if (_periods.TryGetValue(objective, out var known) && known.Within.Start <= span.Start && span.End <= known.Within.End && !span.IsEmpty)
            return known.Periods;
        var stretches = StretchesOf(objective);
        List<(ObjectiveStretch Stretch, Period Period)> periods = [.. stretches.SelectMany(s => Evaluator.PeriodsOf(s, span).Select(p => (s, p)))];
        // Wherever no period and no version begins or ends, the answer is the same.
        if (stretches.All(s => !s.Objective.Period.EndsWithItsInstant && s.InForce.Intersect(span) == span) && periods.Count == stretches.Length)
            _periods[objective] = (periods.Aggregate(Versions.TermTime, (w, p) => w.Intersect(p.Period.During).Intersect(p.Stretch.InForce)), periods);
        return periods;
    }

    internal ImmutableArray<ObjectiveStretch> StretchesOf(string objective) => _byName.GetValueOrDefault(objective, []);

    internal FactMatcher MatcherOf(int version) => _matchers[version] ??= new FactMatcher(Versions.All[version].Agreement);
}

/// <summary>Facts as an agreement takes them in. Evaluations of one instant share what they have in common.</summary>
/// <remarks>Not thread-safe. It may be read as of later instants than that of the facts, as long as no fact that is left out for being later would count by then.</remarks>
public sealed class PreparedFacts
{
    private readonly PreparedAgreement _agreement;
    private readonly EffectiveFacts _facts;
    private readonly VersionedFacts _matched;
    private readonly Dictionary<ObjectiveStretch, TimelineCache> _timelines = new(ReferenceEqualityComparer.Instance);
    private (Instant AsOf, VersionedClocks Clocks)? _clocks;
    private Dictionary<string, List<Fact>>? _tickets;
    private TicketMerges? _merges;

    internal PreparedFacts(PreparedAgreement agreement, EffectiveFacts facts)
    {
        (_agreement, _facts) = (agreement, facts);
        _matched = new VersionedFacts(agreement.Versions, facts, agreement.MatcherOf);
    }

    /// <summary>Facts that belong to no service of the agreement, with the reason.</summary>
    public ImmutableArray<SetAsideFact> Unmatched => _matched.All.Unmatched;

    /// <summary>Facts that were left out: not permitted to the source, retracted, from the future.</summary>
    public ImmutableArray<SetAsideFact> LeftOut => [.. _matched.All.LeftOut, .. _facts.LeftOut.Select(l => new SetAsideFact(l.Fact.Fact, Evaluator.Words(l.Reason)))];

    /// <summary>Every objective: see <see cref="Evaluator.Evaluate(AgreementVersions, EffectiveFacts, Instant, Instant, Instant, CancellationToken)"/>.</summary>
    public AgreementEvaluation Evaluate(Instant from, Instant to, Instant asOf, CancellationToken cancel = default)
    {
        var latest = _agreement.Versions.Latest;
        return new AgreementEvaluation
        {
            Agreement = latest.Id,
            Title = latest.Title,
            Zone = latest.Zone,
            AsOf = asOf,
            Objectives = [.. _agreement.Stretches.SelectMany(s => Evaluate(s, from, to, asOf, cancel))],
            Business = [.. _matched.All.Business("")],
            MatchedFacts = _matched.All.Count,
            Unmatched = Unmatched,
            LeftOut = LeftOut,
        };
    }

    /// <summary>One objective by its name, for every period of it that touches a span of time.</summary>
    public ImmutableArray<ObjectiveEvaluation> Evaluate(string objective, Instant from, Instant to, Instant asOf) => [.. Evaluate(_agreement.StretchesOf(objective), from, to, asOf, CancellationToken.None)];

    /// <summary>Every clock of every ticket as of an instant, ordered by ticket, clock and cycle.</summary>
    public ImmutableArray<ClockReading> Clocks(Instant asOf) =>
    [
        .. ClocksAt(asOf).All()
            // Several objectives may measure one clock: it still runs once.
            .DistinctBy(r => (r.Ticket, r.Clock, r.Cycle, r.Target, r.Due, r.Verdict))
            .OrderBy(r => r.Ticket, StringComparer.Ordinal)
            .ThenBy(r => r.Clock, StringComparer.Ordinal)
            .ThenBy(r => r.Cycle),
    ];

    /// <summary>The cycles of the clock that an objective measures, on every ticket that it measures.</summary>
    public ImmutableArray<ClockReading> ClocksOf(string objective, Instant asOf) => ClocksAt(asOf).Of(objective);

    /// <summary>Folds a ticket anew from these facts.</summary>
    /// <param name="table">The clock.</param>
    /// <param name="place">The ticket's place in the table.</param>
    /// <param name="ticket">The ticket.</param>
    /// <param name="asOf">The instant.</param>
    /// <returns>When the first event comes that is later than the instant; <see cref="Instant.MaxValue"/> for none.</returns>
    public Instant Refold(ClockTable table, int place, string ticket, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(ticket);
        if (_tickets is null)
        {
            _tickets = _matched.All.Tickets.ToDictionary(t => t.Ticket, t => t.Facts.Select(f => f.Fact).ToList(), StringComparer.Ordinal);
            _merges = TicketClocks.Merges(_tickets);
        }

        var next = long.MaxValue;
        if (!_tickets.TryGetValue(ticket, out var facts) || !table.Clock.MeasuredTickets(_matched).Contains(ticket))
            table.Clear(place);
        else
            table.Refold(place, new TicketStory(new TicketEventReader(table.Clock.Program)).Until(ticket, facts, _merges!, table.Clock.Surroundings(_matched, asOf), asOf.ToUnixTimeTicks(), out next));
        return next == long.MaxValue ? Instant.MaxValue : Instant.FromUnixTimeTicks(next);
    }

    /// <summary>The service to which a ticket belongs and did from its first fact on; null for one that does not, or came and went.</summary>
    public string? ServiceOf(string ticket) => _matched.All.Tickets.FirstOrDefault(t => t.Ticket == ticket) is { Turns.IsEmpty: true, TurnsAt.IsEmpty: true, LeftAt: null } found ? found.Service : null;

    private IEnumerable<ObjectiveEvaluation> Evaluate(ImmutableArray<ObjectiveStretch> stretches, Instant from, Instant to, Instant asOf, CancellationToken cancel)
    {
        var span = Evaluator.SpanOf(_agreement.Versions, from, to);
        foreach (var stretch in stretches)
        {
            if (!_timelines.TryGetValue(stretch, out var timelines))
                _timelines.Add(stretch, timelines = new TimelineCache());
            var evaluator = new ObjectiveEvaluator(stretch, _matched.InForce(stretch.First, stretch.Last), () => ClocksAt(asOf).Of(stretch.Objective.Name), timelines, asOf);
            foreach (var period in Evaluator.BegunPeriodsOf(stretch, span, asOf))
            {
                cancel.ThrowIfCancellationRequested();
                if (evaluator.HasResult(period))
                    yield return evaluator.For(period);
            }
        }
    }

    private VersionedClocks ClocksAt(Instant asOf)
    {
        if (_clocks is not { } known || known.AsOf != asOf)
            _clocks = known = (asOf, new VersionedClocks(_agreement.Clocks, _matched, asOf));
        return known.Clocks;
    }
}
