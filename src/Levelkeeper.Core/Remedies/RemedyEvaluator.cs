using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Remedies;

/// <summary>Works out what follows from an agreement's results: amounts, rights, more time. A pure function of the agreement, the facts and an instant.</summary>
/// <remarks>
/// Everything is worked out from the start of the term on, because a cap in twelve months and a right that arises over a history need what came before. Remedies are those
/// of the version in force at the end of the period, or of its part where an amendment cuts it.
/// </remarks>
public sealed class RemedyEvaluator
{
    private readonly AgreementVersions _versions;
    private readonly EffectiveFacts _facts;
    private readonly Instant _asOf;
    private readonly ImmutableArray<ObjectiveEvaluation> _results;
    private readonly ResultHistory _history;
    private readonly FeeSchedule _fees;
    private readonly Dictionary<Instant, ResultHistory> _afterGrace = [];

    private RemedyEvaluator(AgreementVersions versions, EffectiveFacts facts, AgreementEvaluation evaluation)
    {
        _versions = versions;
        _facts = facts;
        _asOf = evaluation.AsOf;
        _results = evaluation.Objectives;
        _history = new ResultHistory(versions, evaluation.Objectives);
        _fees = new FeeSchedule(versions, evaluation.Business.Select(f => f.Fact));
    }

    /// <summary>What is owed.</summary>
    /// <param name="versions">The agreement with its amendments.</param>
    /// <param name="facts">The facts as they count.</param>
    /// <param name="evaluation">Its results from the start of the term on.</param>
    /// <param name="final">Lines that nothing moves any more, with what they came to when they became final: they fill caps so.</param>
    public static Owed Evaluate(AgreementVersions versions, EffectiveFacts facts, AgreementEvaluation evaluation, IReadOnlyDictionary<LineName, Rational>? final = null)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(evaluation);
        return new RemedyEvaluator(versions, facts, evaluation).Evaluate(final ?? ImmutableDictionary<LineName, Rational>.Empty);
    }

    private Owed Evaluate(IReadOnlyDictionary<LineName, Rational> final)
    {
        var lines = ImmutableArray.CreateBuilder<OwedLine>();
        var entitlements = ImmutableArray.CreateBuilder<Entitlement>();
        var limits = new Limits(_fees, final);
        var plain = Turns().Where(t => !t.Remedy.When.AsksForCap).SelectMany(Occasions).ToLookup(o => o.Arises);
        // Whether a cap was reached is known only when what arose before has been settled.
        var asking = Turns().Where(t => t.Remedy.When.AsksForCap).ToLookup(t => t.Result.Period.Span.EndInstant);
        var lapses = Lapsed().ToLookup(l => l.At);
        // Of started units each arises at its own instant, after that of the first.
        var later = new Dictionary<Instant, List<Candidate>>();
        var instants = new SortedSet<Instant>(plain.Select(g => g.Key).Concat(asking.Select(g => g.Key)).Concat(lapses.Select(g => g.Key)));
        while (instants.Count > 0)
        {
            var at = instants.Min;
            instants.Remove(at);
            later.Remove(at, out var units);
            Settle(at, plain[at], [.. units ?? [], .. lapses[at].Select(l => CandidateOf(l.Agreement, l.Remedy, l.Commitment, at, limits))]);
            Settle(at, [.. asking[at].SelectMany(Occasions)], []);
        }

        entitlements.AddRange(Lapses());
        return new Owed(lines.ToImmutable(), [.. entitlements.OrderBy(e => e.Arises)]);

        void Settle(Instant at, IEnumerable<Occasion> occasions, List<Candidate> candidates)
        {
            foreach (var occasion in occasions.OrderBy(o => o.Order).ThenBy(o => o.Result.Period.Span.Start))
            {
                if (occasion.Remedy.Benefit is Benefit.Payment payment)
                    candidates.AddRange(Candidates(occasion, payment.Amount, limits));
                else
                    entitlements.Add(EntitlementOf(occasion));
            }

            foreach (var unit in candidates.Where(c => c.Line.Arises > at))
            {
                if (!later.TryGetValue(unit.Line.Arises, out var list))
                    later[unit.Line.Arises] = list = [];
                list.Add(unit);
                instants.Add(unit.Line.Arises);
            }

            candidates.RemoveAll(c => c.Line.Arises > at);
            foreach (var line in limits.Settle(candidates))
            {
                if (line.CapReached)
                    _history.CapReached(line.Remedy.Name, line.Period);
                lines.Add(line);
            }
        }
    }

    /// <summary>A remedy and a result for whose period it is asked.</summary>
    private sealed record Turn(Agreement Agreement, Remedy Remedy, ObjectiveEvaluation Result, int Order);

    /// <summary>A period of a remedy, with how its condition stands.</summary>
    /// <param name="Agreement">The version in force.</param>
    /// <param name="Remedy">The remedy.</param>
    /// <param name="Result">The result whose period it is, after grace where the period straddles its end.</param>
    /// <param name="Truth">Whether the condition holds.</param>
    /// <param name="InGrace">Whether it held only in grace.</param>
    /// <param name="Arises">When what is owed arises.</param>
    /// <param name="Order">The remedy's place in the agreement.</param>
    /// <param name="Home">For what goes on being late after the period in which it missed: that period's result; null for the period itself.</param>
    private sealed record Occasion(Agreement Agreement, Remedy Remedy, ObjectiveEvaluation Result, Truth Truth, bool InGrace, Instant Arises, int Order, ObjectiveEvaluation? Home = null);

    private IEnumerable<Turn> Turns()
    {
        foreach (var result in _results)
        {
            var agreement = _versions.At(Instant.FromUnixTimeTicks(result.Period.Span.End - 1));
            for (var i = 0; i < agreement.Remedies.Length; i++)
            {
                if (Driver(agreement, agreement.Remedies[i].When) == result.Objective)
                    yield return new Turn(agreement, agreement.Remedies[i], result, i);
            }
        }
    }

    /// <summary>The period in which a condition holds, and those after it in which what missed goes on being late.</summary>
    private IEnumerable<Occasion> Occasions(Turn turn)
    {
        if (Occur(turn.Agreement, turn.Remedy, turn.Result, turn.Order) is not { } occasion)
            yield break;
        yield return occasion;
        if (turn.Remedy.Benefit is not Benefit.Payment { Amount: var rule } || occasion is not { Truth: Truth.Yes, InGrace: false } || turn.Result.Loss is not null || !GoesByLateness(rule))
            yield break;
        foreach (var later in _history.Of(turn.Result.Objective).Where(r => r.Period.Span.Start >= turn.Result.Period.Span.End && turn.Result.Misses.Any(m => m.Late.Count > 0 && m.Late[^1].End > r.Period.Span.Start)))
            yield return occasion with { Result = later, Home = occasion.Result, Arises = later.Period.Span.EndInstant };
    }

    private Occasion? Occur(Agreement agreement, Remedy remedy, ObjectiveEvaluation result, int order)
    {
        var graceEnd = agreement.GraceEnd(result.Service, remedy.Grace);
        var counted = result;
        Truth truth;
        var inGrace = false;
        if (remedy.Grace is null || result.Period.Span.Start >= graceEnd.ToUnixTimeTicks() && !remedy.When.AsksForHistory)
        {
            truth = _history.Holds(remedy.When, result);
        }
        else
        {
            var history = AfterGrace(graceEnd);
            counted = history.Of(result.Objective).FirstOrDefault(r => r.Period.Span.End == result.Period.Span.End);
            truth = counted is null ? Truth.No : history.Holds(remedy.When, counted);
            if (truth == Truth.No)
                (counted, truth, inGrace) = (result, _history.Holds(remedy.When, result), true);
        }

        if (truth == Truth.No)
            return null;
        var arises = remedy.Arises == RemedyArises.AtOnce && counted!.LostAt is { } lost && remedy.When.IsMiss && IsConstant(remedy.Benefit) ? lost : counted!.Period.Span.EndInstant;
        return new Occasion(agreement, remedy, counted, truth, inGrace, arises, order);
    }

    /// <summary>The history in which nothing counts that lies in a grace; a period that straddles its end counts from the end on.</summary>
    private ResultHistory AfterGrace(Instant graceEnd)
    {
        if (_afterGrace.TryGetValue(graceEnd, out var known))
            return known;
        var end = graceEnd.ToUnixTimeTicks();
        var results = new List<ObjectiveEvaluation>();
        foreach (var result in _results.Where(r => r.Period.Span.End > end))
        {
            if (result.Period.Span.Start >= end)
                results.Add(result);
            else if (Evaluator.PartFrom(_versions, _facts, result.Objective, result.Period.Span, graceEnd, _asOf) is { } part)
                results.Add(part);
        }

        return _afterGrace[graceEnd] = new ResultHistory(_versions, results, _history);
    }

    /// <summary>Whether what it gives is known at the instant at which it arises: nothing that still grows.</summary>
    private static bool IsConstant(Benefit benefit) =>
        benefit is not Benefit.Payment { Amount: var rule } || rule.Flat is Payout.Fixed or Payout.Share or Payout.FreeTime || IsByStartedUnits(rule);

    /// <summary>So much for each started unit beyond the target: each unit arises when it starts.</summary>
    private static bool IsByStartedUnits(AmountRule rule) =>
        rule.Flat is Payout.PerUnit { Each: Payout.Fixed or Payout.Share, Unit: ExcessUnit.OfTime { BeyondTarget: true }, Counting: UnitCounting.Started };

    private static bool GoesByLateness(AmountRule rule) =>
        rule.Scale is TierScale.Time or TierScale.DaysLate
        || rule.Tiers.Select(t => t.Pay).Append(rule.Flat!).Any(p => p is Payout.LostTime or Payout.PerUnit { Unit: ExcessUnit.OfTime or ExcessUnit.OfDaysLate });

    /// <summary>The objective whose periods a condition is asked for: of those that it names the one with the longest.</summary>
    private string? Driver(Agreement agreement, RemedyCondition condition)
    {
        var named = condition.Objectives.ToList();
        if (named.Count > 0)
            return named.MaxBy(o => _history.Of(o) is [var first, ..] ? first.Period.Whole.Length : 0);
        var cap = condition switch { RemedyCondition.OverHistory history => history.Of, var other => other } as RemedyCondition.CapReached;
        return cap is not null && agreement.Remedies.FirstOrDefault(r => r.Name == cap.Remedy) is { } remedy && !remedy.When.AsksForCap ? Driver(agreement, remedy.When) : null;
    }

    private Entitlement EntitlementOf(Occasion occasion)
    {
        var (agreement, remedy, result) = (occasion.Agreement, occasion.Remedy, occasion.Result);
        var within = remedy.Benefit is Benefit.Right { Within: { } length } ? agreement.After(occasion.Arises, length) : (Instant?)null;
        var state = StateOf(occasion);
        return new Entitlement(new LineName(remedy.Name, result.Period.Label, ""), remedy, "", state, remedy.Benefit, occasion.Arises, within, Parts.Reason(remedy.Title, $"When: {remedy.WhenText}.", result.Explanation) with { Clauses = [remedy.Clause, remedy.WhenClause] });
    }

    private OwedState StateOf(Occasion occasion) =>
        !occasion.Remedy.NotSeen.IsEmpty ? OwedState.NotComputed
        : occasion.Truth == Truth.Unknown ? OwedState.InsufficientEvidence
        : occasion.InGrace ? OwedState.InGrace
        : occasion.Arises > _asOf ? OwedState.Interim
        : OwedState.Owed;

    /// <summary>The payments that follow from commitments which lapsed, each with when.</summary>
    private IEnumerable<(Instant At, Agreement Agreement, Remedy Remedy, string Commitment)> Lapsed()
    {
        foreach (var commitment in _versions.All.SelectMany(v => v.Agreement.Commitments).Select(c => c.Name).Distinct(StringComparer.Ordinal))
        {
            if (_history.LapseOf(commitment, _asOf) is not { } at)
                continue;
            var agreement = _versions.At(at - Duration.FromTicks(1));
            foreach (var remedy in agreement.Remedies.Where(r => r is { When: RemedyCondition.Lapsed, Benefit: Benefit.Payment } && ((RemedyCondition.Lapsed)r.When).Commitment == commitment))
                yield return (at, agreement, remedy, commitment);
        }
    }

    /// <summary>What is owed because a commitment lapsed: once, and of the fees of the billing period in which it did.</summary>
    private Candidate CandidateOf(Agreement agreement, Remedy remedy, string commitment, Instant at, Limits limits)
    {
        var rule = ((Benefit.Payment)remedy.Benefit).Amount;
        var last = at - Duration.FromTicks(1);
        var span = AmountBasis.InvoiceOf(agreement, last);
        var draft = new OwedLine
        {
            Name = new LineName(remedy.Name, DayOf(agreement, at), ""),
            Remedy = remedy,
            Objective = "",
            Service = "",
            Period = new EvaluatedPeriod(DayOf(agreement, at), span, _asOf.ToUnixTimeTicks() < span.End),
            State = !remedy.NotSeen.IsEmpty ? OwedState.NotComputed : at <= agreement.GraceEnd("", remedy.Grace) && remedy.Grace is not null ? OwedState.InGrace : OwedState.Owed,
            Arises = at,
            Explanation = Parts.Reason(remedy.Title, $"When: {remedy.WhenText}."),
            Events = [new OwedEvent(OwedEventKind.Miss, commitment, new TickInterval(at.ToUnixTimeTicks(), at.ToUnixTimeTicks()))],
        };
        var bases = new AmountBasis(_fees, agreement, rule, "", null, 1, at, by => limits.GivenBy(by, at.ToUnixTimeTicks(), agreement.Zone));
        var maker = new CandidateMaker(agreement, remedy, rule, bases, span);
        if (maker.Reckoning is not { } reckoning)
            return maker.NotComputed(draft, maker.Unknown!);
        var amount = reckoning.Of(new AmountReading());
        return maker.Make(draft, draft.Name, amount, amount, null);
    }

    private static string DayOf(Agreement agreement, Instant at) => at.InZone(agreement.Zone).Date.ToString("uuuu-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What follows from commitments that lapse, and from remedies whose condition is just that.</summary>
    private IEnumerable<Entitlement> Lapses()
    {
        foreach (var commitment in _versions.All.SelectMany(v => v.Agreement.Commitments).Select(c => c.Name).Distinct(StringComparer.Ordinal))
        {
            if (_history.LapseOf(commitment, _asOf) is not { } lapse)
                continue;
            var agreement = _versions.At(lapse);
            if (agreement.Commitments.FirstOrDefault(c => c.Name == commitment) is not { } found)
                continue;
            var label = DayOf(agreement, lapse);
            var why = Parts.Reason(found.Title, "Its evidence has lapsed.") with { Clauses = [found.Clause] };
            if (found.WhenLapsed == Commitments.LapseEffect.CustomerMayTerminate)
                yield return new Entitlement(new LineName(commitment, label, ""), null, commitment, OwedState.Owed, new Benefit.Right(PartyRole.Customer, EntitledTo.Terminate, true, null, null), lapse, null, why);
            foreach (var remedy in agreement.Remedies.Where(r => r.When is RemedyCondition.Lapsed on && on.Commitment == commitment && r.Benefit is not Benefit.Payment))
            {
                yield return new Entitlement(
                    new LineName(remedy.Name, label, ""), remedy, commitment, OwedState.Owed, remedy.Benefit, lapse, remedy.Benefit is Benefit.Right { Within: { } length } ? agreement.After(lapse, length) : null, why);
            }
        }
    }

    private IEnumerable<Candidate> Candidates(Occasion occasion, AmountRule rule, Limits limits)
    {
        var (agreement, remedy, result) = (occasion.Agreement, occasion.Remedy, occasion.Result);
        var objective = agreement.Objectives.First(o => o.Name == Speaking(remedy.When, occasion));
        var source = objective.Name == (occasion.Home ?? result).Objective ? occasion.Home ?? result : Matching(objective.Name, result);
        var draft = new OwedLine
        {
            Name = new LineName(remedy.Name, result.Period.Label, occasion.Home?.Period.Label ?? ""),
            Remedy = remedy,
            Objective = objective.Name,
            Service = objective.Service,
            Period = result.Period,
            State = StateOf(occasion),
            Arises = occasion.Arises,
            Explanation = Parts.Reason(remedy.Title, $"When: {remedy.WhenText}."),
            Events = EventsOf(source),
        };
        var among = rule.ForEachMember && source.Members.Length > 0 ? source.Members.Length : (int?)null;
        var bases = new AmountBasis(_fees, agreement, rule, objective.Service, objective.Period, source.AffectedShare, occasion.Arises, by => limits.GivenBy(by, result.Period.Span.End, agreement.Zone)) { Among = among };
        var maker = new CandidateMaker(agreement, remedy, rule, bases, result.Period.Span.Intersect(agreement.TermTime));
        if (maker.Reckoning is not { } reckoning)
            return [maker.NotComputed(draft, maker.Unknown!)];
        // What it would be if what waits for a decision were approved: nothing where the condition no longer holds.
        var pending = source.IfApproved;
        var holds = pending is not null && _history.Holds(remedy.When, pending with { Period = result.Period }) == Truth.Yes;
        // Only the part of the time that has passed has been late or lost.
        var until = Math.Min(result.Period.Span.End, _asOf.ToUnixTimeTicks());
        var before = occasion.Home is null ? (long?)null : result.Period.Span.Start;
        if (among is not null)
            return ByMember();
        if (rule.ForEachEvent)
            return ByEvent();
        if (remedy.Arises == RemedyArises.AtOnce && IsByStartedUnits(rule) && source is { LostBeyond: { } lostBeyond, LostAt: not null })
            return StartedUnits(draft, (Payout.PerUnit)rule.Flat!, maker, AmountReading.Of(objective, source, true, agreement.Zone, until), lostBeyond, pending is null ? null : holds ? pending.LostBeyond : _ => null);
        var (best, worst) = (Whole(source, true), Whole(source, false));
        if (best.Amount > worst.Amount)
            (best, worst) = (worst, best);
        return occasion.Home is not null && worst.Amount.Sign == 0
            ? []
            : [maker.Make(draft, OriginOf(""), best, worst, pending is null ? null : holds ? Whole(pending, true).Amount : 0)];

        IEnumerable<Candidate> ByMember()
        {
            foreach (var member in source.Members.Where(m => _history.Holds(remedy.When, m) != Truth.No))
            {
                var (least, most) = (Whole(member, true), Whole(member, false));
                if (least.Amount > most.Amount)
                    (least, most) = (most, least);
                var waits = member.IfApproved is { } other ? _history.Holds(remedy.When, other) == Truth.Yes ? Whole(other, true).Amount : 0 : (Rational?)null;
                yield return maker.Make(draft with { Name = draft.Name with { Event = member.Member }, Events = EventsOf(member) }, OriginOf(member.Member), least, most, waits);
            }
        }

        IEnumerable<Candidate> ByEvent()
        {
            var earlier = before is { } start ? AmountReading.Events(objective, source, agreement.Zone, start).ToDictionary(e => e.Event, e => reckoning.Of(e.Reading), StringComparer.Ordinal) : null;
            var approved = pending is null || !holds ? [] : AmountReading.Events(objective, pending, agreement.Zone, until).ToDictionary(e => e.Event, e => reckoning.Of(e.Reading).Amount, StringComparer.Ordinal);
            foreach (var (name, during, reading) in AmountReading.Events(objective, source, agreement.Zone, until))
            {
                var reckoned = Increment(reckoning.Of(reading), earlier?.GetValueOrDefault(name));
                if (occasion.Home is null || reckoned.Amount.Sign > 0)
                    yield return maker.Make(draft with { Name = draft.Name with { Event = name }, Events = [.. draft.Events.Where(e => e.Span == during)] }, OriginOf(name), reckoned, reckoned, pending is null ? null : approved.GetValueOrDefault(name));
            }
        }

        LineName OriginOf(string name) => new(remedy.Name, (occasion.Home ?? result).Period.Label, name);

        Reckoned Whole(ObjectiveEvaluation of, bool atBest) => Increment(
            reckoning.Of(AmountReading.Of(objective, of, atBest, agreement.Zone, until)),
            before is { } start ? reckoning.Of(AmountReading.Of(objective, of, atBest, agreement.Zone, start)) : null);

        Reckoned Increment(Reckoned now, Reckoned? then)
        {
            if (then is null)
                return now;
            var given = Quantity.Money(then.Amount, agreement.Currency);
            var rest = now.Amount - then.Amount;
            return new Reckoned(
                rest,
                now.Steps.Add(new AmountStep(AmountStepKind.GivenBefore, given, Quantity.Money(rest, agreement.Currency), null, source.Period.Label, rule.Clause)),
                Parts.Derived("what this period adds", Quantity.Money(rest, agreement.Currency), Derivation.Difference, now.Explanation, Parts.Given("given in the periods before", given)));
        }
    }

    /// <summary>A line for each started unit beyond the target, which arises when the unit starts.</summary>
    private static IEnumerable<Candidate> StartedUnits(OwedLine draft, Payout.PerUnit payout, CandidateMaker maker, AmountReading reading, Func<Rational, Instant?> lostBeyond, Func<Rational, Instant?>? ifApproved)
    {
        var size = (long)((ExcessUnit.OfTime)payout.Unit).Length.BclCompatibleTicks;
        for (var i = 0L; lostBeyond(size * i) is { } started; i++)
        {
            // The unit alone: as if no more than its first moment were lost.
            var one = maker.Reckoning!.Of(reading with { Lost = reading.Allowed + 1 });
            var line = draft with { Name = draft.Name with { Event = (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) }, Arises = started };
            yield return maker.Make(line, draft.Name, one, one, ifApproved is null ? null : ifApproved(size * i) is null ? 0 : one.Amount);
        }
    }

    /// <summary>The objective that an amount is read from: the first that the condition names and that fits it, else the first.</summary>
    private string Speaking(RemedyCondition condition, Occasion occasion)
    {
        var named = condition.Objectives.ToList();
        if (named.Count == 0)
            return occasion.Result.Objective;
        return named.Count == 1 ? named[0] : named.FirstOrDefault(o => Matching(o, occasion.Result).Verdict == Verdict.Breached) ?? named[0];
    }

    private ObjectiveEvaluation Matching(string objective, ObjectiveEvaluation result) =>
        objective == result.Objective
            ? result
            : _history.Of(objective).LastOrDefault(r => r.Period.Span.End > result.Period.Span.Start && r.Period.Span.End <= result.Period.Span.End && r.Verdict == Verdict.Breached)
                ?? _history.Of(objective).LastOrDefault(r => r.Period.Span.Start < result.Period.Span.End)
                ?? result;

    private static ImmutableArray<OwedEvent> EventsOf(ObjectiveEvaluation result)
    {
        if (!result.Misses.IsEmpty)
            return [.. result.Misses.Select(m => new OwedEvent(OwedEventKind.Miss, m.Subject, m.Span))];
        var outages = result.Outages.Where(o => o.Counted > 0).Select(o => new OwedEvent(OwedEventKind.Outage, "", o.Span)).ToImmutableArray();
        return outages.IsEmpty ? [new OwedEvent(OwedEventKind.Period, "", result.Period.Span)] : outages;
    }
}
