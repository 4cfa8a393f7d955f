using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Language.Grammar;

namespace Levelkeeper.Language.Comparison;

/// <summary>Who gains by another target, condition or right: by what the forms mean, not by their words.</summary>
internal static class MeaningOrder
{
    /// <summary>Targets: the customer gains by one that is harder to reach, and by a verdict on fewer things.</summary>
    public static Gain Targets(string first, string second)
    {
        if (TargetForm.Parse(first).Target is not { } one || TargetForm.Parse(second).Target is not { } other || one.Kind != other.Kind || one.Unit != other.Unit)
            return Gain.Unclear;
        var harder = Harder(one.Bound, one.Limit, other.Bound, other.Limit);
        var volume = Gains.OfGreater(one.SmallestVolume.CompareTo(other.SmallestVolume));
        var again = one.Again is { } a && other.Again is { } b && a.Per == b.Per ? Gains.OfGreater(a.Allowed.CompareTo(b.Allowed)) : one.Again == other.Again || harder != Gain.Nobody ? Gain.Nobody : Gain.Unclear;
        return harder.And(volume).And(again);
    }

    /// <summary>Who gains where a level must be beyond another limit.</summary>
    private static Gain Harder(LevelComparison one, Rational limit, LevelComparison other, Rational otherLimit)
    {
        var upwards = IsUpwards(one);
        if (upwards != IsUpwards(other))
            return Gain.Unclear;
        var sign = otherLimit.CompareTo(limit) * (upwards ? 1 : -1);
        // On the same limit, the one on which the limit itself is a miss is the harder.
        return Gains.OfGreater(sign != 0 ? sign : IsStrict(other).CompareTo(IsStrict(one)));
    }

    private static bool IsUpwards(LevelComparison comparison) => comparison is LevelComparison.AtLeast or LevelComparison.MoreThan;

    private static bool IsStrict(LevelComparison comparison) => comparison is LevelComparison.MoreThan or LevelComparison.LessThan;

    /// <summary>Conditions of one build: who gains where the second holds in more cases (the customer) or in fewer.</summary>
    public static Gain Conditions(string first, string second) =>
        RemedyConditionForm.Parse(first).Condition is { } one && RemedyConditionForm.Parse(second).Condition is { } other ? MoreOften(one, other) : Gain.Unclear;

    private static Gain MoreOften(RemedyCondition one, RemedyCondition other) => (one, other) switch
    {
        (RemedyCondition.Has a, RemedyCondition.Has b) => a == b ? Gain.Nobody : Gain.Unclear,
        (RemedyCondition.CapReached a, RemedyCondition.CapReached b) => a == b ? Gain.Nobody : Gain.Unclear,
        (RemedyCondition.Lapsed a, RemedyCondition.Lapsed b) => a == b ? Gain.Nobody : Gain.Unclear,
        // A condition is the reverse of a target: what is easier to fall under holds more often.
        (RemedyCondition.Level a, RemedyCondition.Level b) when a.Objective == b.Objective && a.Unit == b.Unit => Harder(a.Comparison, a.Limit, b.Comparison, b.Limit).Turned(),
        (RemedyCondition.Average a, RemedyCondition.Average b) when a.Objective == b.Objective && a.Unit == b.Unit && a.Periods == b.Periods && a.Over == b.Over => Harder(a.Comparison, a.Limit, b.Comparison, b.Limit).Turned(),
        (RemedyCondition.OverHistory a, RemedyCondition.OverHistory b) when a.Unit == b.Unit && (a.CountsEach == b.CountsEach || a.Unit is null) => MoreOften(a.Of, b.Of).And(History(a, b)),
        (RemedyCondition.All a, RemedyCondition.All b) when a.Of.Length == b.Of.Length => Gains.All(a.Of.Zip(b.Of, MoreOften)),
        (RemedyCondition.Any a, RemedyCondition.Any b) when a.Of.Length == b.Of.Length => Gains.All(a.Of.Zip(b.Of, MoreOften)),
        _ => Gain.Unclear,
    };

    /// <summary>Fewer times, in a longer history, not in a row: it holds more often.</summary>
    private static Gain History(RemedyCondition.OverHistory a, RemedyCondition.OverHistory b)
    {
        var times = Gains.OfGreater(a.Times.CompareTo(b.Times));
        if (a.Consecutive != b.Consecutive)
        {
            // Twice in a row is also twice in any span of at least two.
            return b.Consecutive ? b.Times >= a.Times && b.Times <= a.Periods ? Gain.Provider : Gain.Unclear : a.Times >= b.Times && a.Times <= b.Periods ? Gain.Customer : Gain.Unclear;
        }

        return a.Consecutive ? times : times.And(Gains.OfGreater(b.Periods.CompareTo(a.Periods)));
    }

    /// <summary>Rights to the same: who gains by another holder, fee, notice or time.</summary>
    public static Gain Rights(string? first, string? second)
    {
        var (one, other) = (Right(first), Right(second));
        if (one is null || other is null)
            return Favours(other).And(Favours(one).Turned());
        if (one.To != other.To)
            return Gain.Unclear;
        if (one.Holder != other.Holder)
            return one with { Holder = other.Holder } == other && one.Holder is not null && other.Holder is not null ? Favours(other) : Gain.Unclear;
        var gain = Gains.OfGreater(other.WithoutFee.CompareTo(one.WithoutFee))
            .And(one.Notice == other.Notice ? Gain.Nobody : one.Notice is null ? Gain.Provider : other.Notice is null ? Gain.Customer : Gains.OfGreater(-ValueOrder.Times(one.Notice, other.Notice, inOpenTime: false)))
            .And(one.Within == other.Within ? Gain.Nobody : one.Within is null ? Gain.Provider : other.Within is null ? Gain.Customer : Gains.OfGreater(ValueOrder.Times(one.Within, other.Within, inOpenTime: false)));
        return one.Holder switch
        {
            PartyRole.Customer => gain,
            PartyRole.Provider => gain.Turned(),
            _ => gain == Gain.Nobody ? gain : Gain.Unclear,
        };
    }

    private static Benefit.Right? Right(string? text) => text is null ? null : EntitlementForm.Parse(text).Right;

    /// <summary>Whom it favours that a right is there.</summary>
    private static Gain Favours(Benefit.Right? right) => right switch
    {
        null => Gain.Nobody,
        { Holder: PartyRole.Customer } => Gain.Customer,
        { Holder: PartyRole.Provider } => Gain.Provider,
        _ => Gain.Unclear,
    };
}
