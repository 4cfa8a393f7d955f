using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Remedies;

/// <summary>A line before caps, rounding and what it stands together with.</summary>
/// <param name="Line">The line.</param>
/// <param name="Agreement">The version in force.</param>
/// <param name="Rule">How its amount is reckoned.</param>
/// <param name="Origin">What a cap for one event is counted by: the line of the period in which its event began; of started units the line that they are parts of.</param>
/// <param name="Reach">What it came to; null where it is not computed.</param>
internal sealed record Candidate(OwedLine Line, Agreement Agreement, AmountRule Rule, LineName Origin, Reach? Reach);

/// <summary>What a line came to before it is limited.</summary>
/// <param name="Least">The certain amount.</param>
/// <param name="Most">What the evidence allows at most.</param>
/// <param name="IfApproved">If what waits for a decision were approved; null when nothing waits.</param>
/// <param name="Caps">How much its caps come to.</param>
internal sealed record Reach(Reckoned Least, Rational Most, Rational? IfApproved, CapSizes Caps);

/// <summary>Makes the lines of one remedy in one period.</summary>
internal sealed class CandidateMaker
{
    private readonly Agreement _agreement;
    private readonly Remedy _remedy;
    private readonly AmountRule _rule;
    private readonly AmountBasis _bases;
    private readonly Basis? _basis;

    /// <param name="agreement">The version in force.</param>
    /// <param name="remedy">The remedy, which is a payment.</param>
    /// <param name="rule">How its amount is reckoned.</param>
    /// <param name="bases">What percentages are of.</param>
    /// <param name="span">The time that the base is the price of.</param>
    public CandidateMaker(Agreement agreement, Remedy remedy, AmountRule rule, AmountBasis bases, TickInterval span)
    {
        (_agreement, _remedy, _rule, _bases) = (agreement, remedy, rule, bases);
        (_basis, Unknown) = remedy.NotSeen.IsEmpty ? bases.Over(span) : (null, "not seen: " + string.Join(", ", remedy.NotSeen.Select(c => c.Path)));
        var pays = remedy.Benefit is Benefit.Payment { Kind: not (PaymentKind.Bonus or PaymentKind.EarnBack) };
        if (_basis is not null)
            Reckoning = new Reckoning(agreement, rule, pays, _basis, span, during => bases.Over(during).Basis?.Amount ?? 0);
    }

    /// <summary>What must be known and is not; null where everything is.</summary>
    public string? Unknown { get; }

    /// <summary>By which amounts are reckoned; null where something is not known.</summary>
    public Reckoning? Reckoning { get; }

    /// <summary>A line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="origin">See <see cref="Candidate"/>.</param>
    /// <param name="least">The certain amount.</param>
    /// <param name="most">What the evidence allows at most.</param>
    /// <param name="approved">If what waits for a decision were approved; null when nothing waits.</param>
    public Candidate Make(OwedLine line, LineName origin, Reckoned least, Reckoned most, Rational? approved)
    {
        var (caps, unknown) = _bases.Caps(Reckoning!, _basis!, _rule.ForEachEvent ? 1 : line.Events.Length, line.Period.Span.End);
        if (unknown is not null)
            return NotComputed(line, unknown);
        var steps = least.Steps;
        if (least.Amount != most.Amount)
            steps = steps.Add(new AmountStep(AmountStepKind.Certain, Quantity.Money(least.Amount, _agreement.Currency), Quantity.Money(most.Amount, _agreement.Currency), null, "", _rule.Clause));
        return new Candidate(line with { Steps = steps }, _agreement, _rule, origin, new Reach(least, most.Amount, approved, caps));
    }

    /// <summary>A line of which something is not known.</summary>
    public Candidate NotComputed(OwedLine line, string unknown) => new(
        line with
        {
            State = OwedState.NotComputed,
            Unknown = unknown,
            Explanation = Parts.Reason(_remedy.Title, $"Not computed: {unknown}.") with { Clauses = _remedy.NotSeen.IsEmpty ? [_rule.Clause] : _remedy.NotSeen },
        },
        _agreement,
        _rule,
        line.Name,
        null);
}
