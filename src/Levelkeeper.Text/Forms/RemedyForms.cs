using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using Levelkeeper.Text.Words;
using NodaTime;

namespace Levelkeeper.Text.Forms;

/// <summary>Conditions, payments, tiers and rights as a language words them: the same in a contract and in a statement.</summary>
/// <param name="words">The words of the language.</param>
/// <param name="currency">The agreement's currency, for amounts without one.</param>
/// <param name="reference">What stands elsewhere in the agreement, by the section and the name, as the text mentions it.</param>
public sealed class RemedyForms(Phrasebook words, string currency, Func<string, string, string> reference)
{
    private readonly ValueForms _forms = new(words);

    /// <summary>When a remedy arises.</summary>
    public string Condition(RemedyCondition condition) => Condition(condition, inner: false);

    /// <summary>A level against a limit.</summary>
    public string Compared(LevelComparison comparison, string level) => words.Say($"compare.{comparison}", ("value", level));

    /// <summary>A limit or a level, with all its digits.</summary>
    public string Level(Rational limit, QuantityUnit kind, string unit) => kind switch
    {
        QuantityUnit.Share => _forms.Percent(limit),
        QuantityUnit.Ticks => _forms.Time(Duration.FromTicks((long)limit.Floor())),
        QuantityUnit.Number or QuantityUnit.Instant or QuantityUnit.Money => unit.Length == 0 ? _forms.Number(limit) : $"{_forms.Number(limit)} {_forms.Name(unit)}",
        _ => throw new InvalidOperationException("The units of a quantity are closed."),
    };

    /// <summary>An amount; in the agreement's currency where it names none.</summary>
    public string Money(decimal amount, string of = "") => _forms.Money(amount, of.Length > 0 ? of : currency);

    /// <summary>A payment.</summary>
    /// <param name="payout">How much, and for what.</param>
    /// <param name="of">The currency of its amounts; empty for the agreement's.</param>
    /// <param name="countingIsOpen">True where what a started unit counts is said elsewhere.</param>
    public string Payment(Payout payout, string of = "", bool countingIsOpen = false) => payout switch
    {
        Payout.Fixed amount => Money(amount.Amount, of),
        Payout.Share share => _forms.Percent(share.Of),
        Payout.LostTime { BeyondTarget: true } lost => words.Say("payout.beyond", ("payout", Payment(lost with { BeyondTarget = false }, of, countingIsOpen))),
        Payout.LostTime { Times: 1 } => words.Say("payout.lost-time"),
        Payout.LostTime lost => words.Say("payout.lost-time-times", ("n", _forms.Number(lost.Times))),
        Payout.FreeTime free => words.Say("payout.free", ("time", _forms.Time(free.Length))),
        Payout.AffectedShare => words.Say("payout.affected"),
        Payout.PerUnit per => words.Say(countingIsOpen ? "payout.per" : $"payout.per-{per.Counting}", ("each", Payment(per.Each, of)), ("unit", Unit(per.Unit))),
        _ => throw new InvalidOperationException("The forms of a payment are closed."),
    };

    /// <summary>An edge of a tier.</summary>
    public string Edge(Rational edge, TierScale scale) => scale switch
    {
        TierScale.Level => _forms.Percent(edge),
        TierScale.Time => _forms.Time(Duration.FromTicks((long)edge.Floor())),
        TierScale.Count => _forms.Number(edge),
        TierScale.DaysLate => words.Say("edge.late", ("time", _forms.Time(new TimeAmount.CalendarUnits(0, (int)edge.Floor())))),
        _ => throw new InvalidOperationException("The scales of tiers are closed."),
    };

    /// <summary>What percentages are of.</summary>
    public string Base(AmountBase of) => of switch
    {
        AmountBase.FeeOfService service => words.Say("base.service", ("name", reference("services", service.Service))),
        AmountBase.FeeOfAgreement => words.Say("base.agreement"),
        AmountBase.FeeOfAffected => words.Say("base.affected"),
        AmountBase.FeeNamed fee => words.Say("base.fee", ("name", reference("price.fees", fee.Fee))),
        AmountBase.Invoice => words.Say("base.invoice"),
        AmountBase.GivenBy given => words.Say("base.given", ("name", reference("remedies", given.Remedy))),
        _ => throw new InvalidOperationException("The bases of an amount are closed."),
    };

    /// <summary>A right, with its terms.</summary>
    public string Right(Benefit.Right right)
    {
        ArgumentNullException.ThrowIfNull(right);
        var text = words.Say($"right.{(right.Holder is { } holder ? holder.ToString() : "Either")}.{right.To}");
        if (right.WithoutFee)
            text = words.Say("right.without-fee", ("right", text));
        if (right.Notice is { } notice)
            text = words.Say("right.notice", ("right", text), ("time", _forms.Time(notice)));
        return right.Within is { } within ? words.Say("right.within", ("right", text), ("time", _forms.Time(within))) : text;
    }

    /// <summary>When what is owed is settled.</summary>
    public string Settled(Settlement settlement) => settlement switch
    {
        Settlement.Within within => words.Say("settled.within", ("time", _forms.Time(within.Length))),
        Settlement.WithNextInvoice or Settlement.OnRequest => words.Say($"settled.{settlement.GetType().Name}"),
        _ => throw new InvalidOperationException("The cases of a settlement are closed."),
    };

    private string Unit(ExcessUnit unit) => unit switch
    {
        ExcessUnit.OfTime { BeyondTarget: true } time => words.Say("unit.beyond", ("unit", _forms.Time(time.Length))),
        ExcessUnit.OfTime time => _forms.Time(time.Length),
        ExcessUnit.OfLevel level => words.Say("unit.level", ("step", _forms.Percent(level.Step))),
        ExcessUnit.OfCount { Number: 1 } count => _forms.Quote(count.Noun),
        ExcessUnit.OfCount count => words.Say("unit.several", ("n", _forms.Number(count.Number)), ("unit", _forms.Quote(count.Noun))),
        ExcessUnit.OfDaysLate { Number: 1 } => words.Say("unit.day-late"),
        ExcessUnit.OfDaysLate days => words.Say("unit.days-late", ("time", _forms.Time(new TimeAmount.CalendarUnits(0, days.Number)))),
        _ => throw new InvalidOperationException("The units of an excess are closed."),
    };

    private string Condition(RemedyCondition condition, bool inner) => condition switch
    {
        RemedyCondition.Has has => words.Say($"when.{has.Outcome}", ("name", reference("objectives", has.Objective))),
        RemedyCondition.Level level => words.Say("when.level", ("name", reference("objectives", level.Objective)), ("value", Compared(level.Comparison, Level(level.Limit, level.Unit, "")))),
        RemedyCondition.Average average => words.Say("when.average", ("name", reference("objectives", average.Objective)), ("n", _forms.Number(average.Periods)), ("unit", PeriodOf(average.Over)), ("value", Compared(average.Comparison, Level(average.Limit, average.Unit, "")))),
        RemedyCondition.OverHistory history => words.Say(
            history.Consecutive ? "when.consecutive" : history.CountsEach ? "when.times" : "when.history", ("a", Condition(history.Of, inner: true)), ("k", _forms.Number(history.Times)), ("n", _forms.Number(history.Periods)),
            ("unit", PeriodOf(history.Unit))),
        RemedyCondition.CapReached cap => words.Say("when.cap", ("name", reference("remedies", cap.Remedy))),
        RemedyCondition.Lapsed lapsed => words.Say("when.lapsed", ("name", reference("commitments", lapsed.Commitment))),
        RemedyCondition.All all => Several("condition.and", all.Of, inner),
        RemedyCondition.Any any => Several("condition.or", any.Of, inner),
        _ => throw new InvalidOperationException("The cases of a condition are closed."),
    };

    private string PeriodOf(CalendarUnit? unit) => words.Say(unit is { } of ? $"period.{of}" : "period.of-objective");

    private string Several(string key, ImmutableArray<RemedyCondition> parts, bool inner)
    {
        var text = parts.Select(p => Condition(p, inner: true)).Aggregate((a, b) => words.Say(key, ("a", a), ("b", b)));
        return inner ? $"({text})" : text;
    }
}
