using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using Levelkeeper.Text.Forms;
using NodaTime;

namespace Levelkeeper.Language.Contract;

/// <summary>Fees, payments, rights and the conditions on which they arise.</summary>
internal sealed partial class ContractValues
{
    /// <summary>The headings of a table of tiers.</summary>
    public ImmutableArray<string> TierColumns() => [_words.Say("tier.from"), _words.Say("tier.below"), _words.Say("tier.pay")];

    /// <summary>A tier as a row.</summary>
    public ImmutableArray<string> TierRow(ContractGroup tier) =>
        [Edge(tier, "above") ?? Cell(tier, "from"), Edge(tier, "up-to") ?? Cell(tier, "below"), Cell(tier, "pay")];

    private string Cell(ContractGroup tier, string key) => ClauseOf(tier, key) is not { } clause ? ""
        : clause.IsDefault ? _words.Say($"tier.{key}/default") : Value($"tier.{key}", clause.Key.Shape, clause.Value!);

    /// <summary>An edge that belongs to the tier, or does not, other than the column says; null where the tier does not state it.</summary>
    private string? Edge(ContractGroup tier, string key) =>
        ClauseOf(tier, key) is { IsDefault: false } clause ? _words.Say($"tier.{key}", ("value", Value($"tier.{key}", clause.Key.Shape, clause.Value!))) : null;

    private static ContractClause? ClauseOf(ContractGroup tier, string key) => tier.Parts.OfType<ContractClause>().FirstOrDefault(c => c.Key.Name == key);

    /// <summary>Impact, urgency and priority, a row for each.</summary>
    public IEnumerable<ImmutableArray<string>> MatrixRows(ContractGroup matrix) =>
        from impact in matrix.Parts.OfType<ContractGroup>()
        from urgency in impact.Parts.OfType<ContractClause>()
        select (ImmutableArray<string>)[_forms.Name(impact.Name), _forms.Name(urgency.Name), _forms.Name(urgency.Text)];

    private string? MoneyFormOf(ValueShape form, string text)
    {
        if (ReferenceEquals(form, Forms.Money))
            return MoneyForm.Parse(text).Money is { } money ? Money(money.Amount, money.Currency) : null;
        if (ReferenceEquals(form, Forms.MoneyOrPercent))
            return MoneyForm.ParseCap(text) switch { (Cap.Share share, _, _) => _forms.Percent(share.Of), (Cap.Amount amount, var currency, _) => Money(amount.Of, currency), (Cap.PriceOf price, _, _) => _words.Say("cap.price-of", ("time", _forms.Time(price.Length))), _ => null };
        if (ReferenceEquals(form, Forms.Smallest))
            return MoneyForm.ParseSmallest(text).Smallest is { } smallest ? smallest.IsTooLittle ? _words.Say("smallest.more", ("amount", Money(smallest.Amount, smallest.Currency))) : Money(smallest.Amount, smallest.Currency) : null;
        if (ReferenceEquals(form, Forms.YearlyRate))
            return MoneyForm.ParseYearlyRate(text).Rate is { } rate ? _forms.Percent(rate) : null;
        if (ReferenceEquals(form, Forms.FeeForm))
            return MoneyForm.ParseFee(text) is { Fee: { } fee, Currency: var of } ? Fee(fee, of) : null;
        if (ReferenceEquals(form, Forms.Payout))
            return PayoutForm.Parse(text, UnitCounting.ProRata) is { Payout: { } payout, Currency: var paid } ? _remedies.Payment(payout, paid, !payout.Equals(PayoutForm.Parse(text, UnitCounting.Started).Payout)) : null;
        if (ReferenceEquals(form, Forms.Edge))
            return TierEdgeForm.Parse(text).Edge is { } edge ? _remedies.Edge(edge.Edge, edge.Scale) : null;
        if (ReferenceEquals(form, Forms.Base))
            return AmountBaseForm.Parse(text).Base is { } of2 ? _remedies.Base(of2) : null;
        return null;
    }

    private string? TermsForm(ValueShape form, string text)
    {
        if (ReferenceEquals(form, Forms.ClaimWindow))
            return ClaimWindowForm.Parse(text).Window switch { null => null, { Length: { } length, Starts: var starts } => _words.Say($"claim-window.{starts}", ("time", _forms.Time(length))), var cycle => _words.Say("claim-window.cycle", ("n", _forms.Number(cycle.BillingCycles!.Value))) };
        if (ReferenceEquals(form, Forms.Condition))
            return RemedyConditionForm.Parse(text).Condition is { } condition ? _remedies.Condition(condition) : null;
        if (ReferenceEquals(form, Forms.Right))
            return EntitlementForm.Parse(text).Right is { } right ? _remedies.Right(right) : null;
        if (ReferenceEquals(form, Forms.Settled))
            return SettlementForm.Parse(text).Settlement is { } settlement ? _remedies.Settled(settlement) : null;
        if (ReferenceEquals(form, Forms.Billing))
            return BillingForm.Parse(text).Billing is { } billing ? _words.Say(billing.InAdvance ? "billing.advance" : "billing.arrears", ("period", _words.Say($"period.{billing.Per}"))) : null;
        if (ReferenceEquals(form, Forms.EscalationAt))
            return EscalationPointForm.Parse(text).Point is { } point ? Point(point) : null;
        if (ReferenceEquals(form, Forms.TimeInPeriod))
            return TimeInPeriodForm.Parse(text).Amount is { } amount ? amount.Per.Length == 0 ? _forms.Time(amount.Length) : _words.Say("time.in-period", ("time", _forms.Time(amount.Length)), ("period", Period(amount.Per) ?? _forms.Name(amount.Per))) : null;
        if (ReferenceEquals(form, Forms.Window))
            return MaintenanceTimeForm.Parse(text).Time is { } time && text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var hours] ? $"{Weekdays(time.Days)} {Span(hours)}" : null;
        if (ReferenceEquals(form, Forms.Recurrence))
            return RecurrenceForm.Parse(text) is { } recurrence ? Recurrence(recurrence) : null;
        return null;
    }

    private string Money(decimal amount, string currency) => _remedies.Money(amount, currency);

    private string Fee(Fee fee, string currency)
    {
        var text = Money(fee.Amount, currency);
        if (fee.IsOnce)
            return _words.Say("fee.once", ("amount", text));
        if (fee.Unit.Length > 0)
            text = _words.Say("fee.unit", ("amount", text), ("unit", _forms.Quote(fee.Unit)));
        return fee.Per is { } per ? _words.Say("fee.per", ("amount", text), ("period", _words.Say($"per.{PerWord(per)}"))) : text;
    }

    private static string PerWord(Core.Periods.CalendarUnit unit) => unit == Core.Periods.CalendarUnit.HalfYear ? "half-year" : unit.ToString().ToLowerInvariant();

    private string Point(EscalationPoint point) => new EscalationForms(_words, _forms).Point(point);

    private string Recurrence(DutyRecurrence recurrence) => recurrence switch
    {
        DutyRecurrence.EveryDays { Days: 1 } => _words.Say("every.each-day"),
        DutyRecurrence.EveryWeeks { Weeks: 1 } weeks => _words.Say("every.each-week", ("day", Weekday((int)weeks.Day - 1))),
        DutyRecurrence.EveryMonths { Months: 1 } months => _words.Say("every.each-month", ("day", DayOf(months))),
        DutyRecurrence.Once once => _words.Say("every.once", ("day", _forms.Date(once.On))),
        DutyRecurrence.EveryDays days => _words.Say("every.days", ("length", _forms.Time(new TimeAmount.CalendarUnits(0, days.Days)))),
        DutyRecurrence.EveryWeeks weeks => _words.Say("every.weeks", ("length", _forms.Count("time.week", weeks.Weeks)), ("day", Weekday((int)weeks.Day - 1))),
        DutyRecurrence.EveryMonths months => _words.Say("every.months", ("length", _forms.Time(new TimeAmount.CalendarUnits(months.Months, 0))), ("day", DayOf(months))),
        _ => throw new InvalidOperationException("The recurrences of a duty are closed."),
    };

    private string DayOf(DutyRecurrence.EveryMonths months)
    {
        var day = months.Day switch
        {
            { Number: < 0, IsWorkingDay: true } => _words.Say("every.last-working-day"),
            { Number: < 0 } => _words.Say("every.last-day"),
            { IsWorkingDay: true } => _words.Say("every.first-working-day"),
            { Number: var number } => _words.Say("every.day", ("n", _forms.Number(number))),
        };
        return months.Months == 1 ? day : _words.Say(months.Day.Number < 0 ? "every.of-last-month" : "every.of-first-month", ("day", day));
    }
}
