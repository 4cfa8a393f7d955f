using System.Collections.Immutable;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Retention;
using Levelkeeper.Core.Statements;
using Levelkeeper.Core.Time;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Runtime.Retention;

/// <summary>Finds the facts that nothing needs any more. Pure: who asks again with the same gets the same.</summary>
/// <remarks>
/// <para>
/// A ticket goes as a whole, with all that was merged into it: once it is over, no clock of it runs, and everything that is known of it lies before the edge of each agreement that might take it in (<see cref="RetentionEdge"/>). Measurements go one by one, those apart that were
/// amended, and the last probe of each observer, which says how things stood. Everything else goes when the agreement is over.
/// </para>
/// <para>
/// Then the proof is made: each open period's statement, with its results, and each running clock are worked out with and without. An agreement of which anything differs keeps all of its facts.
/// </para>
/// </remarks>
public sealed class RetentionPlanner
{
    private readonly Instant _now;
    private readonly Instant _before;
    private readonly Func<Statement, string> _form;
    private readonly ImmutableArray<RetainedAgreement> _agreements;
    private readonly HeldFacts _held = new();
    private readonly FactRouter _router;
    private readonly Dictionary<string, LiveAgreement> _live = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RetentionEdge> _edges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _running = new(StringComparer.Ordinal);

    private RetentionPlanner(IEnumerable<RetainedAgreement> agreements, IEnumerable<StampedFact> facts, Instant now, Duration age, Func<Statement, string> form)
    {
        (_now, _before, _form, _agreements) = (now, now - age, form, [.. agreements.OrderBy(a => a.Id, StringComparer.Ordinal)]);
        _router = new FactRouter(_held);
        foreach (var agreement in _agreements)
        {
            _live[agreement.Id] = new LiveAgreement(agreement.Id, agreement.Versions, _held, _router.Resting);
            _router.Put(_live[agreement.Id]);
        }

        foreach (var fact in facts)
            _router.Add(fact);
        foreach (var agreement in _agreements)
        {
            var effective = _live[agreement.Id].Facts().Effective(now);
            var settled = SettledStatements.Of(agreement.Versions, effective, agreement.Issued, now, age, agreement.ArchivedUntil);
            _edges[agreement.Id] = RetentionEdge.Of(agreement.Versions, settled, now, _before);
            _running[agreement.Id] = Evaluator.Clocks(agreement.Versions, effective, now).Where(IsRunning).Select(c => c.Ticket).ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>Makes a plan.</summary>
    /// <param name="agreements">Those that are in force, and those that were.</param>
    /// <param name="facts">The facts that stand, in the order of the log.</param>
    /// <param name="conflicts">Those that were set aside because their identity was taken.</param>
    /// <param name="now">Now.</param>
    /// <param name="age">How old facts must be to go; and how long a statement can be corrected where the agreement sets no end to that.</param>
    /// <param name="form">All that a statement says, but what it was made of: equal for equal statements.</param>
    public static RetentionPlan Make(IEnumerable<RetainedAgreement> agreements, IEnumerable<StampedFact> facts, IEnumerable<StampedFact> conflicts, Instant now, Duration age, Func<Statement, string> form)
    {
        ArgumentNullException.ThrowIfNull(agreements);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(conflicts);
        ArgumentNullException.ThrowIfNull(form);
        return new RetentionPlanner(agreements, facts, now, age, form).Make(conflicts.ToLookup(c => c.Fact.Key, c => c.LogSequence));
    }

    private RetentionPlan Make(ILookup<FactKey, long> conflicts)
    {
        // What one agreement keeps is restored to others too, so all are looked at again until nothing differs.
        for (; ; )
        {
            var gone = _router.Groups.SelectMany(Gone).ToDictionary(f => f.LogSequence);
            var changed = _agreements.Select(a => (a.Id, What: Change(a, gone))).Where(c => c.What is not null).ToList();
            foreach (var (id, what) in changed)
                _edges[id] = _edges[id] with { FactsFrom = null, ArchivedUntil = null, IsOver = false, Because = what! };
            if (changed.Count == 0)
                return Plan(gone, conflicts);
        }
    }

    private RetentionPlan Plan(Dictionary<long, StampedFact> gone, ILookup<FactKey, long> conflicts) => new(
        _before,
        [.. _agreements.Select(a => new AgreementRetention(a.Id, _edges[a.Id], Count(a, f => gone.ContainsKey(f.LogSequence)), Count(a, f => IsOld(f) && !gone.ContainsKey(f.LogSequence))))],
        [.. gone.Keys.Concat(gone.Values.SelectMany(f => conflicts[f.Fact.Key])).Order()],
        _router.Nobodys.SelectMany(g => g.Facts(_held)).Count(f => gone.ContainsKey(f.LogSequence)));

    private int Count(RetainedAgreement agreement, Func<StampedFact, bool> counts) => _live[agreement.Id].Facts().AsEnumerable().Count(counts);

    private bool IsOld(StampedFact fact) => fact.Fact.Time < _before && fact.Recorded < _before;

    /// <summary>The facts of a group that can go.</summary>
    private IEnumerable<StampedFact> Gone(FactGroup group)
    {
        // What goes together goes by one decision.
        var together = group.Closure();
        var facts = together.SelectMany(g => g.Facts(_held)).ToList();
        var owners = together.SelectMany(g => g.Agreements()).Select(a => _edges[a.Id]).Distinct().ToList();
        if (facts.Count == 0 || EdgeOf(owners) is not { } edge)
            return [];
        if (facts.TrueForAll(f => IsBefore(f, edge)))
        {
            var isTicket = facts.TrueForAll(f => f.Fact.Data.IsAmendment || FactMatcher.IsOfTicket(f.Fact.Data));
            if (isTicket ? together.All(g => IsOver(g, together)) : owners.TrueForAll(o => o.IsOver))
                return group.Facts(_held);
        }

        // What was amended stays with its amendments: one without the other would say something else.
        var kept = facts.Select(f => f.Fact.Data.Amended).OfType<FactKey>().ToHashSet();
        kept.UnionWith(facts.Where(f => f.Fact.Data is FactData.Probed && IsBefore(f, edge)).GroupBy(f => (f.Fact.Subject, f.Fact.Source, ((FactData.Probed)f.Fact.Data).Location, ((FactData.Probed)f.Fact.Data).Function))
            .Select(g => g.MaxBy(f => f.Fact.Time)!.Fact.Key));
        return group.Facts(_held).Where(f => IsMeasurement(f.Fact.Data) && IsBefore(f, edge) && !kept.Contains(f.Fact.Key));
    }

    /// <summary>Whether it is open yet what a clock comes to. One that was missed, of a ticket that is over, goes on for ever and decides nothing.</summary>
    private static bool IsRunning(ClockReading clock) => clock is { StoppedAt: null, Verdict: not ClockVerdict.Breached };

    private static bool IsMeasurement(FactData data) => data is FactData.Probed or FactData.Aggregated or FactData.Measured or FactData.DutyDone or FactData.BreachExplained;

    /// <summary>Before which instant facts of these agreements may go; null for none. What is nobody's may still be asked for on the checklist of an open period.</summary>
    private Instant? EdgeOf(List<RetentionEdge> owners)
    {
        if (owners.Count == 0)
            return _edges.Values.Select(e => e.OpenFrom).Append(_before).Min();
        return owners.TrueForAll(o => o.FactsFrom is not null) ? owners.Min(o => o.FactsFrom!.Value) : null;
    }

    private bool IsBefore(StampedFact fact, Instant edge) => fact.Fact.Time < edge && IsOld(fact);

    /// <summary>Whether nobody has to do anything for a ticket any more.</summary>
    private bool IsOver(FactGroup ticket, IReadOnlyCollection<FactGroup> together)
    {
        if (together.SelectMany(g => g.Agreements()).Any(a => _running[a.Id].Contains(ticket.Subject)))
            return false;
        var open = false;
        foreach (var fact in ticket.Facts(_held).Select(f => f.Fact).OrderBy(f => f.Time))
        {
            open = fact.Data switch
            {
                FactData.TicketReported or FactData.TicketReopened => true,
                FactData.TicketResolved or FactData.TicketClosed or FactData.TicketCancelled or FactData.TicketMerged => false,
                _ => open,
            };
        }

        return !open;
    }

    /// <summary>What would be otherwise without some facts; null when nothing would.</summary>
    private string? Change(RetainedAgreement agreement, Dictionary<long, StampedFact> gone)
    {
        var (edge, all) = (_edges[agreement.Id], _live[agreement.Id].Facts());
        if (edge.FactsFrom is null || !all.AsEnumerable().Any(f => gone.ContainsKey(f.LogSequence)))
            return null;
        var left = FactSet.Of(all.AsEnumerable().Where(f => !gone.ContainsKey(f.LogSequence)));
        var (with, without) = (all.Effective(_now), left.Effective(_now));
        if (!Clocks(with).SequenceEqual(Clocks(without)))
            return "a clock that runs would change";
        foreach (var period in Open(agreement, edge))
        {
            if (Form(with, agreement.ArchivedUntil) != Form(without, edge.ArchivedUntil))
                return $"the statement of {period.Label} would change";

            string Form(EffectiveFacts facts, Instant? archived)
            {
                var statement = StatementMaker.Make(agreement.Versions, facts, period, _now, agreement.Issued, archived);
                // What is final is shown and moves nothing: of an archived period it is not shown any longer. So it is with old facts that count for nothing.
                return _form(statement with
                {
                    Lines = [.. statement.Lines.Where(l => l is not { Kind: StatementLineKind.Adjustment, Standing: LineStanding.Final })],
                    Evaluation = statement.Evaluation with { Unmatched = [.. statement.Evaluation.Unmatched.Where(IsNew)], LeftOut = [.. statement.Evaluation.LeftOut.Where(IsNew)] },
                });
            }
        }

        return null;

        bool IsNew(SetAsideFact aside) => aside.Fact.Time >= edge.FactsFrom;

        List<string> Clocks(EffectiveFacts facts) => [.. Evaluator.Clocks(agreement.Versions, facts, _now).Where(IsRunning).Select(c => $"{c.Ticket}/{c.Clock}/{c.Cycle}/{c.Verdict}/{c.Due}/{c.Spent}")];
    }

    /// <summary>The months of an agreement that are not settled, the one that runs included.</summary>
    private IEnumerable<Core.Periods.Period> Open(RetainedAgreement agreement, RetentionEdge edge)
    {
        var term = agreement.Versions.TermTime;
        var open = new TickInterval(Math.Max(edge.OpenFrom.ToUnixTimeTicks(), term.Start), Math.Min(_now.ToUnixTimeTicks() + 1, term.End));
        return open.Start >= open.End ? [] : new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), agreement.Versions.Latest.Zone).Touching(open);
    }
}
