using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Text.Forms;
using NodaTime;

namespace Levelkeeper.Language.Contract;

/// <summary>What is measured, in which period, and what is promised.</summary>
internal sealed partial class ContractValues
{
    /// <summary>Only its dates are asked for, and the whole term has an end here: a contract may name it before it is fixed.</summary>
    private static readonly Term AnyTerm = new(new LocalDate(2000, 1, 1), new LocalDate(2001, 1, 1));

    private string? ByKey(string id, string text) => id switch
    {
        "objective.measure" => MeasureForm.Parse(text).Measure is { } measure ? Measure(measure) : null,
        "objective.of" => text.StartsWith("tickets of ", StringComparison.Ordinal) ? _words.Say("of.tickets", ("name", Reference("services", text["tickets of ".Length..]))) : Reference("services", text),
        "objective.per" or "maintenance.allowance-per" => Period(text),
        "objective.target" => TargetForm.Parse(text).Target is { } target ? Target(target) : null,
        "objective.benchmark" => TargetForm.Parse($"at least {text}").Target is { } benchmark ? _remedies.Level(benchmark.Limit, benchmark.Kind, benchmark.Unit) : null,
        "objective.burn-alerts" => BurnAlertForm.Parse(text).Alert is { } alert ? new EscalationForms(_words, _forms).Alert(alert) : null,
        "objective.excluding" => _words.Say("objective.excluding/maintenance"),
        "objective.rounded" => Places(text),
        "objective.each" => text.StartsWith("member of ", StringComparison.Ordinal) ? _words.Say("each.member", ("name", _forms.Quote(text["member of ".Length..]))) : text == "component" ? null : _words.Say("each.member", ("name", _forms.Quote(text))),
        "objective.shortest-outage" => OutageLengthForm.Parse(text).Length is { } shortest ? OutageLength(shortest) : null,
        "objective.confirmed-after" => Confirmation(text),
        "objective.combine" => Combination(text),
        "objective.smallest-possible" => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? _forms.Number(number) : null,
        _ => ClockValue(id, text) ?? HoursValue(id, text),
    };

    private string Measure(MeasureForm measure) => measure switch
    {
        MeasureForm.Availability => _words.Say("measure.availability"),
        MeasureForm.Clock { Aggregation: null } clock => _words.Say("measure.clock", ("name", ClockName(clock.ClockName))),
        MeasureForm.Clock clock => _words.Say("measure.clock-time", ("aggregation", Aggregated(clock.Aggregation!)), ("name", ClockName(clock.ClockName))),
        MeasureForm.Values { Within: { } limit } values => _words.Say("measure.within", ("name", _forms.Quote(values.Metric)), ("limit", TargetForm.Parse($"at most {limit}").Target is { } most ? _remedies.Level(most.Limit, most.Kind, most.Unit) : _forms.Name(limit))),
        MeasureForm.Values values => _words.Say("measure.values", ("aggregation", Aggregated(values.Aggregation!)), ("name", _forms.Quote(values.Metric))),
        MeasureForm.Requests requests => _words.Say("measure.requests", ("name", _forms.Quote(requests.Metric))),
        MeasureForm.Tickets tickets => _words.Say($"measure.{tickets.Words}"),
        MeasureForm.Outages outages => _words.Say($"measure.{outages.Indicator}"),
        MeasureForm.Duty duty => _words.Say("measure.duty", ("name", Reference("duties", duty.DutyName))),
        _ => throw new InvalidOperationException("The forms of a measure are closed."),
    };

    private string Aggregated(Aggregation aggregation) => aggregation is Aggregation.Percentile percentile
        ? _words.Say("aggregation.Percentile", ("n", _forms.Number(percentile.Percent)))
        : _words.Say($"aggregation.{aggregation.GetType().Name}");

    private string OutageLength(OutageLengthForm form)
    {
        var length = _forms.Time(form.Length);
        if (form.Within is { } span)
            length = _words.Say("shortest.within", ("length", length), ("span", _forms.Time(span)));
        return form.IsTooShort ? _words.Say("shortest.more", ("length", length)) : length;
    }

    private string? Period(string text) => PeriodForm.Parse(text, AnyTerm).Rule switch
    {
        null => null,
        PeriodRule.Calendar { FirstDayOfWeek: IsoDayOfWeek.Sunday } => _words.Say("period.week-from-sunday"),
        PeriodRule.Calendar calendar => _words.Say($"period.{calendar.Unit}"),
        PeriodRule.OwnMonths own => _words.Say("period.own", ("length", _forms.Time(new Core.Time.TimeAmount.CalendarUnits(own.Months, 0)))),
        PeriodRule.Rolling rolling => _words.Say("period.rolling", ("length", _forms.Time(rolling.Length))),
        PeriodRule.RollingDays days => _words.Say("period.rolling-days", ("length", _forms.Time(new Core.Time.TimeAmount.CalendarUnits(0, days.Days)))),
        PeriodRule.RollingMonths months => _words.Say("period.rolling-days", ("length", _forms.Time(new Core.Time.TimeAmount.CalendarUnits(months.Months, 0)))),
        PeriodRule.MonthsBack back => _words.Say("period.back", ("length", _forms.Time(new Core.Time.TimeAmount.CalendarUnits(back.Months, 0)))),
        PeriodRule.WholeTerm => _words.Say("period.term"),
        _ => throw new InvalidOperationException("The rules of a period are closed."),
    };

    private string Target(TargetForm target)
    {
        var text = _remedies.Compared(target.Bound, _remedies.Level(target.Limit, target.Kind, target.Unit));
        if (target.SmallestVolume > 0)
            text = _words.Say("target.volume", ("target", text), ("n", _forms.Number(target.SmallestVolume)));
        return target.Again is { } again
            ? _words.Say("target.again", ("target", text), ("time", _forms.Time(again.Allowed)), ("period", _words.Say($"per.{again.Per}")))
            : text;
    }

    private string? Places(string text) =>
        TimeAmountForm.Words(text) is [var places, ..] && int.TryParse(places, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? _forms.Number(number) : null;

    private string? Confirmation(string text) => TimeAmountForm.Words(text) switch
    {
        [var checks, "check" or "checks"] => _words.Say("confirmed.checks", ("n", Digits(checks))),
        [var some, "of", var all, "locations" or "places"] => _words.Say("confirmed.places", ("k", Digits(some)), ("m", Digits(all))),
        [var checks, "check" or "checks", "at", var some, "of", var all, "locations" or "places"] => _words.Say("confirmed.both", ("n", Digits(checks)), ("k", Digits(some)), ("m", Digits(all))),
        _ => null,
    };

    private string? Combination(string text)
    {
        if (text.Split(" of ") is [var some, var all] && int.TryParse(some, out _) && int.TryParse(all, out _))
            return _words.Say("combine.of", ("k", Digits(some)), ("m", Digits(all)));
        // The components are those of the rule itself: whether the service has them is for its reader to say.
        var components = text.Split([' ', '(', ')', ','], StringSplitOptions.RemoveEmptyEntries).Where(w => w is not ("and" or "or" or "of") && !int.TryParse(w, out _)).Distinct(StringComparer.Ordinal);
        return CombinationForm.Parse(text, [.. components]).Rule is { } rule ? Combination(rule, inner: false) : null;
    }

    private string Combination(ComponentRule rule, bool inner)
    {
        switch (rule)
        {
            case ComponentRule.Component component:
                return _words.Say("combine.up", ("name", _forms.Quote(component.Name)));
            case ComponentRule.AtLeast some:
                var parts = some.Parts.Select(p => Combination(p, inner: true)).ToList();
                var text = some.Working == parts.Count ? Joined("condition.and", parts)
                    : some.Working == 1 ? Joined("condition.or", parts)
                    : _words.Say("combine.some", ("k", _forms.Number(some.Working)), ("parts", _forms.List(parts)));
                return inner ? $"({text})" : text;
            default:
                throw new InvalidOperationException("The cases of a component rule are closed.");
        }
    }

    private string Digits(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? _forms.Number(number) : _forms.Name(text);
}
