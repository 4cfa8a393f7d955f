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
        foreach (var group in Occasions().GroupBy(o => o.Arises).OrderBy(g => g.Key))
        {
            // A remedy that asks for another's cap comes after it.
            foreach (var turn in group.GroupBy(o => AsksForCap(o.Remedy.When)).OrderBy(g => g.Key))
            {
                var candidates = new List<Candidate>();
                foreach (var occasion in turn.OrderBy(o => o.Order).ThenBy(o => o.Result.Period.Span.Start))
                {
                    if (occasion.Remedy.Benefit is Benefit.Payment payment)
                        candidates.AddRange(Candidates(occasion, payment.Amount, limits));
                    else if (EntitlementOf(occasion) is { } entitlement)
                        entitlements.Add(entitlement);
                }

                foreach (var line in limits.Settle(candidates))
                {
                    if (line.CapReached)
                        _history.CapsReached.Add((line.Remedy.Name, line.Period.Span.End));
                    lines.Add(line);
                }
            }
        }

        entitlements.AddRange(Lapses());
        return new Owed(lines.ToImmutable(), [.. entitlements.OrderBy(e => e.Arises)]);
    }

    private static bool AsksForCap(RemedyCondition condition) => condition switch
    {
        RemedyCondition.CapReached => true,
        RemedyCondition.OverHistory history => AsksForCap(history.Of),
        RemedyCondition.All all => all.Of.Any(AsksForCap),
        RemedyCondition.Any any => any.Of.Any(AsksForCap),
        _ => false,
    };

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

    private IEnumerable<Occasion> Occasions()
    {
        foreach (var result in _results)
        {
            var agreement = _versions.At(Instant.FromUnixTimeTicks(result.Period.Span.End - 1));
            for (var i = 0; i < agreement.Remedies.Length; i++)
            {
                var remedy = agreement.Remedies[i];
                if (Driver(agreement, remedy.When) != result.Objective || Occur(agreement, remedy, result, i) is not { } occasion)
                    continue;
                yield return occasion;
                if (remedy.Benefit is Benefit.Payment { Amount: var rule } && occasion is { Truth: Truth.Yes, InGrace: false } && result.Loss is null && GoesByLateness(rule))
                {
                    foreach (var later in _history.Of(result.Objective).Where(r => r.Period.Span.Start >= result.Period.Span.End && result.Misses.Any(m => m.Late.Count > 0 && m.Late[^1].End > r.Period.Span.Start)))
                        yield return occasion with { Result = later, Home = occasion.Result, Arises = later.Period.Span.EndInstant };
                }
            }
        }
    }

    private Occasion? Occur(Agreement agreement, Remedy remedy, ObjectiveEvaluation result, int order)
    {
        var graceEnd = agreement.GraceEnd(result.Service, remedy.Grace);
        var counted = result;
        Truth truth;
        var inGrace = false;
        if (remedy.Grace is null || result.Period.Span.Start >= graceEnd.ToUnixTimeTicks() && !AsksForHistory(remedy.When))
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
        var arises = remedy.Arises == RemedyArises.AtOnce && counted!.LostAt is { } lost && IsMiss(remedy.When) && IsConstant(remedy.Benefit) ? lost : counted!.Period.Span.EndInstant;
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

        return _afterGrace[graceEnd] = new ResultHistory(_versions, results);
    }

    private static bool AsksForHistory(RemedyCondition condition) => condition switch
    {
        RemedyCondition.OverHistory or RemedyCondition.Average => true,
        RemedyCondition.All all => all.Of.Any(AsksForHistory),
        RemedyCondition.Any any => any.Of.Any(AsksForHistory),
        _ => false,
    };

    private static bool IsMiss(RemedyCondition condition) => condition is RemedyCondition.Has { Outcome: ObjectiveOutcome.Missed } or RemedyCondition.OverHistory { Of: RemedyCondition.Has { Outcome: ObjectiveOutcome.Missed } };

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
        return cap is not null && agreement.Remedies.FirstOrDefault(r => r.Name == cap.Remedy) is { } remedy && !AsksForCap(remedy.When) ? Driver(agreement, remedy.When) : null;
    }

    private Entitlement? EntitlementOf(Occasion occasion)
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
            var label = lapse.InZone(agreement.Zone).Date.ToString("uuuu-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
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
        var span = result.Period.Span.Intersect(agreement.TermTime);
        var draft = new OwedLine
        {
            Name = new LineName(remedy.Name, result.Period.Label, ""),
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
        var (basis, unknown) = BasisOf(agreement, rule, objective, span, result, limits, occasion.Arises, among);
        if (draft.State == OwedState.NotComputed || basis is null)
        {
            var missing = draft.State == OwedState.NotComputed ? "not seen: " + string.Join(", ", remedy.NotSeen.Select(c => c.Path)) : unknown!;
            yield return new Candidate(draft with { State = OwedState.NotComputed, Unknown = missing, Explanation = Parts.Reason(remedy.Title, $"Not computed: {missing}.") with { Clauses = remedy.NotSeen.IsEmpty ? [rule.Clause] : remedy.NotSeen } }, agreement, rule, null);
            yield break;
        }

        // Only the part of the time that has passed has been late or lost.
        var until = Math.Min(result.Period.Span.End, _asOf.ToUnixTimeTicks());
        var before = occasion.Home is null ? (long?)null : result.Period.Span.Start;
        var pays = remedy.Benefit is Benefit.Payment { Kind: not (PaymentKind.Bonus or PaymentKind.EarnBack) };
        var reckoning = new Reckoning(agreement, rule, pays, basis, span, during => _fees.Of(objective.Service.Length == 0 ? null : objective.Service, during).Amount);
        if (among is not null)
        {
            foreach (var member in source.Members.Where(m => _history.Holds(remedy.When, m) != Truth.No))
                yield return Whole(draft with { Name = draft.Name with { Event = member.Member }, Events = EventsOf(member) }, member, goesOn: false)!;
            yield break;
        }

        if (rule.ForEachEvent)
        {
            var earlier = before is { } start ? AmountReading.Events(objective, source, agreement.Zone, start).ToList() : null;
            var number = 0;
            foreach (var (name, during, reading) in AmountReading.Events(objective, source, agreement.Zone, until))
            {
                var reckoned = Increment(reckoning.Of(reading), earlier?[number] is { } known ? reckoning.Of(known.Reading) : null);
                number++;
                if (occasion.Home is null || reckoned.Amount.Sign > 0)
                    yield return Make(draft with { Name = draft.Name with { Event = name }, Events = [.. draft.Events.Where(e => e.Span == during)] }, reckoned, reckoned, null);
            }

            yield break;
        }

        var name2 = occasion.Home is { } home ? draft.Name with { Event = home.Period.Label } : draft.Name;
        if (remedy.Arises == RemedyArises.AtOnce && IsByStartedUnits(rule) && source.LostBeyond is { } lostBeyond && source.LostAt is not null)
        {
            foreach (var unit in StartedUnits(draft, rule, reckoning, AmountReading.Of(objective, source, true, agreement.Zone, until), lostBeyond))
                yield return unit;
            yield break;
        }

        if (Whole(draft with { Name = name2 }, source, before is not null) is { } whole)
            yield return whole;

        // Nothing where an earlier lateness adds nothing.
        Candidate? Whole(OwedLine line, ObjectiveEvaluation of, bool goesOn)
        {
            var (best, worst) = (ReckonedOf(of, true), ReckonedOf(of, false));
            var approved = of.IfApproved is { } pending ? pending.Verdict == Verdict.Breached || !IsMiss(remedy.When) ? ReckonedOf(pending, true).Amount : 0 : (Rational?)null;
            return goesOn && worst.Amount.Sign == 0 ? null : Make(line, best.Amount <= worst.Amount ? best : worst, best.Amount <= worst.Amount ? worst : best, approved);
        }

        Reckoned ReckonedOf(ObjectiveEvaluation of, bool atBest) => Increment(
            reckoning.Of(AmountReading.Of(objective, of, atBest, agreement.Zone, until)),
            before is { } start ? reckoning.Of(AmountReading.Of(objective, of, atBest, agreement.Zone, start)) : null);

        Candidate Make(OwedLine line, Reckoned least, Reckoned most, Rational? approvedAmount)
        {
            var steps = least.Steps;
            if (least.Amount != most.Amount)
                steps = steps.Add(new AmountStep(AmountStepKind.Certain, Quantity.Money(least.Amount, agreement.Currency), Quantity.Money(most.Amount, agreement.Currency), null, "", rule.Clause));
            return new Candidate(line with { Steps = steps, IfApproved = approvedAmount }, agreement, rule, new Reach(reckoning, basis, span, least, most.Amount));
        }

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
    private IEnumerable<Candidate> StartedUnits(OwedLine draft, AmountRule rule, Reckoning reckoning, AmountReading reading, Func<Rational, Instant?> lostBeyond)
    {
        var payout = (Payout.PerUnit)rule.Flat!;
        var size = (long)((ExcessUnit.OfTime)payout.Unit).Length.BclCompatibleTicks;
        var agreement = _versions.At(Instant.FromUnixTimeTicks(draft.Period.Span.End - 1));
        for (var i = 0L; lostBeyond(size * i) is { } started; i++)
        {
            // The unit alone: as if no more than its first moment were lost.
            var one = reckoning.Of(reading with { Lost = reading.Allowed + 1 });
            yield return new Candidate(
                draft with { Name = draft.Name with { Event = (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) }, Arises = started, Steps = one.Steps },
                agreement,
                rule,
                new Reach(reckoning, new Basis(0, "", rule.Clause, one.Explanation), draft.Period.Span, one, one.Amount));
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

    private (Basis? Basis, string? Unknown) BasisOf(Agreement agreement, AmountRule rule, Objective objective, TickInterval span, ObjectiveEvaluation result, Limits limits, Instant arises, int? among)
    {
        var needed = rule.Flat is { } flat ? NeedsBase(flat) : rule.Tiers.Any(t => NeedsBase(t.Pay));
        needed |= rule.PerEvent is Cap.Share or Cap.PriceOf || rule.PerPeriod is Cap.Share or Cap.PriceOf || rule.Per12Months is Cap.Share or Cap.PriceOf;
        if (!needed)
            return (new Basis(0, "", rule.Clause, Parts.Given("base", Quantity.Money(0, agreement.Currency))), null);
        switch (rule.Base)
        {
            case AmountBase.FeeOfService fee:
                var service = fee.Service.Length > 0 ? fee.Service : objective.Service;
                return OfFees(service.Length == 0 ? null : service, span, objective.Period);
            case AmountBase.FeeOfAgreement:
                return OfFees(null, span, objective.Period);
            case AmountBase.FeeOfAffected:
                var (whole, unknown) = OfFees(objective.Service.Length == 0 ? null : objective.Service, span, objective.Period);
                return whole is null ? (null, unknown) : (whole with
                {
                    Amount = whole.Amount * result.AffectedShare,
                    Explanation = Parts.Derived("fee of the affected", Quantity.Money(whole.Amount * result.AffectedShare, agreement.Currency), Derivation.Product, whole.Explanation, Parts.Given("share that was affected", Quantity.Share(result.AffectedShare))),
                }, null);
            case AmountBase.FeeNamed named:
                return agreement.Price.Fees.FirstOrDefault(f => f.Name == named.Fee) is { } found
                    ? found.Fee.IsOnce ? (Named(found, Rational.From(found.Fee.Amount)), null) : _fees.Of(agreement, found, span, objective.Period) is { Unknown: null } priced ? (Named(found, priced.Amount), null) : (null, $"what '{named.Fee}' costs")
                    : (null, $"what '{named.Fee}' costs");
            case AmountBase.Invoice:
                return OfFees(null, InvoiceOf(agreement, arises), null);
            case AmountBase.GivenBy given:
                var amount = limits.GivenBy(given.Remedy, result.Period.Span.End, agreement.Zone);
                return (new Basis(amount, given.Remedy, rule.Clause, Parts.Given($"given by '{given.Remedy}' in twelve months and not earned back", Quantity.Money(amount, agreement.Currency))), null);
            default:
                throw new InvalidOperationException("The cases of a base are closed.");
        }

        Basis Named(NamedFee fee, Rational amount) => new(amount, fee.Name, fee.Clause, Parts.Given($"fee '{fee.Name}'", Quantity.Money(amount, agreement.Currency)) with { Clauses = [fee.Clause] });

        (Basis? Basis, string? Unknown) OfFees(string? service, TickInterval during, PeriodRule? periods)
        {
            var fees = agreement.Price.Fees.Where(f => (service is null || f.Service == service) && (f.Plan.Length == 0 || f.Plan == agreement.Plan)).ToList();
            if (fees.Count == 0)
                return (null, service is null ? "what the agreement costs" : $"what '{service}' costs");
            var (amount, unknown) = _fees.Of(service, during, periods, among);
            var clause = fees.Count == 1 ? fees[0].Clause : rule.Clause;
            return unknown is not null
                ? (null, unknown)
                : (new Basis(amount, service ?? "", clause, Parts.Given(service is null ? "fees of the agreement" : $"fee of '{service}'", Quantity.Money(amount, agreement.Currency)) with { Clauses = [clause], During = during }), null);
        }
    }

    private static bool NeedsBase(Payout payout) => payout is not (Payout.Fixed or Payout.PerUnit { Each: Payout.Fixed });

    /// <summary>The billing period in which an amount arises: its invoice is the one on which it lands.</summary>
    internal static TickInterval InvoiceOf(Agreement agreement, Instant arises) =>
        new PeriodCalendar(new PeriodRule.Calendar(agreement.Price.BilledPer), agreement.Zone).Containing(arises).During;
}

/// <summary>A line before caps, rounding and what it stands together with.</summary>
/// <param name="Line">The line.</param>
/// <param name="Agreement">The version in force.</param>
/// <param name="Rule">How its amount is reckoned.</param>
/// <param name="Reach">What it came to; null where it is not computed.</param>
internal sealed record Candidate(OwedLine Line, Agreement Agreement, AmountRule Rule, Reach? Reach);

/// <summary>What a line came to before it is limited.</summary>
/// <param name="Reckoning">By which it was reckoned.</param>
/// <param name="Basis">What percentages are of.</param>
/// <param name="Span">The time that the base is the price of.</param>
/// <param name="Least">The certain amount.</param>
/// <param name="Most">What the evidence allows at most.</param>
internal sealed record Reach(Reckoning Reckoning, Basis Basis, TickInterval Span, Reckoned Least, Rational Most);
