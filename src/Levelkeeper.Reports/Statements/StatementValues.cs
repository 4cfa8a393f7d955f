using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Statements;
using Levelkeeper.Core.Time;
using Levelkeeper.Reports.Forms;
using Levelkeeper.Text.Forms;
using Levelkeeper.Text.Words;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Reports.Statements;

/// <summary>The values of a statement as a language writes them: amounts to the smallest unit, levels floored, instants on the agreement's wall clock.</summary>
internal sealed class StatementValues
{
    private static readonly LocalTimePattern s_time = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
    private static readonly LocalTimePattern s_exactTime = LocalTimePattern.CreateWithInvariantCulture("HH:mm:ss;FFFFFFF");
    private static readonly OffsetPattern s_offset = OffsetPattern.CreateWithInvariantCulture("+HH:mm");

    private readonly Phrasebook _words;
    private readonly Agreement _agreement;
    private readonly ValueForms _forms;

    public StatementValues(Phrasebook words, Agreement agreement)
    {
        (_words, _agreement, _forms) = (words, agreement, new ValueForms(words));
        Remedies = new RemedyForms(words, agreement.Currency, Reference);
    }

    /// <summary>Conditions, payments and rights.</summary>
    public RemedyForms Remedies { get; }

    /// <summary>A sentence of the word lists.</summary>
    public string Say(string key, params ReadOnlySpan<(string Name, string Value)> values) => _words.Say(key, values);

    /// <summary>A word of the lists for a member of an enumeration.</summary>
    public string Word<T>(string family, T member)
        where T : struct, Enum => _words.Say($"{family}.{member}");

    /// <summary>A text of somebody else.</summary>
    public string Foreign(string text) => text.Length == 0 ? "" : _forms.Name(text);

    /// <summary>A list with commas; the word for none where it is empty.</summary>
    public string List(IEnumerable<string> items) => items.ToList() is { Count: > 0 } list ? _forms.List(list) : _words.Say("doc.none");

    /// <summary>A number.</summary>
    public string Number(decimal number) => _forms.Number(number);

    /// <summary>An amount in the agreement's currency; one that is no multiple of its smallest unit is cut two places later, with an ellipsis.</summary>
    public string Money(Rational amount)
    {
        var digits = Currencies.MinorDigits(_agreement.Currency);
        var places = amount.RoundTo(digits, Rounding.Down) == amount ? digits : digits + 2;
        return _forms.Money(Cut(amount, places), _agreement.Currency, isCut: amount.RoundTo(places, Rounding.Down) != amount);
    }

    /// <summary>A quantity in full; what does not end is floored, with an ellipsis.</summary>
    public string Quantity(Quantity quantity) => Quantity(quantity, quantity.Unit is QuantityUnit.Share or QuantityUnit.Number ? 4 : NumberForm.DefaultPlaces(quantity), marked: true);

    /// <summary>A level beside its target, floored, with as many places as it takes to tell it from the target.</summary>
    public string Level(ObjectiveEvaluation result)
    {
        if (result.Level is { } level)
            return One(level);
        return result is { Lowest: { } lowest, Highest: { } highest }
            ? One(lowest) is var low && One(highest) is var high && low == high ? low : _words.Say("doc.band", ("low", low), ("high", high))
            : LevelForm.None;

        string One(Quantity quantity) => Quantity(quantity, LevelForm.Places(quantity, result.Target, result.Verdict), marked: false);
    }

    /// <summary>The target of a result: as it was compared, prorated where a part of the period is not under the agreement.</summary>
    public string Target(ObjectiveEvaluation result)
    {
        if (result.Bound is not { } bound)
            return _words.Say("target.not-seen");
        var objective = _agreement.Objectives.FirstOrDefault(o => o.Name == result.Objective);
        var (unit, name) = (objective?.TargetUnit ?? result.Level?.Unit ?? QuantityUnit.Number, result.Level?.Name ?? result.Lowest?.Name ?? "");
        return Remedies.Compared(bound.Comparison, Quantity(new Quantity(bound.Bound, unit, name), unit == QuantityUnit.Share ? 2 : 4, marked: true));
    }

    /// <summary>A length of time in ticks; fractions of a tick are floored.</summary>
    public string Length(Rational ticks) => ticks.Sign < 0 ? "−" + Length(-ticks) : _forms.Time(Duration.FromTicks((long)ticks.Floor()));

    /// <summary>A length of time in a table: above a minute in whole seconds, floored.</summary>
    public string ShortLength(Rational ticks) => Length(ticks.Floor() is var whole && System.Numerics.BigInteger.Abs(whole) < NodaConstants.TicksPerMinute ? ticks : new Rational(System.Numerics.BigInteger.Divide(whole, NodaConstants.TicksPerSecond) * NodaConstants.TicksPerSecond, 1));

    /// <summary>A date.</summary>
    public string Day(LocalDate date) => _forms.Date(date);

    /// <summary>An instant on the agreement's wall clock; with its offset from UTC only where the wall clock shows that time twice.</summary>
    public string At(Instant instant)
    {
        var local = instant.InZone(_agreement.Zone);
        // The last tick of a day is its end: a duty that is due by the end of a day.
        var time = local.TimeOfDay.TickOfDay == NodaConstants.TicksPerDay - 1 ? "24:00" : (local.TimeOfDay is { Second: 0, TickOfSecond: 0 } ? s_time : s_exactTime).Format(local.TimeOfDay);
        if (_agreement.Zone.MapLocal(local.LocalDateTime).Count > 1)
            time += $" (UTC{s_offset.Format(local.Offset)})";
        return _words.Say("doc.instant", ("date", _forms.Date(local.Date)), ("time", Text.Languages.Isolate.Signs(time, _words.Language)));
    }

    /// <summary>The start or the end of something that may have none.</summary>
    public string Edge(long ticks) => ticks is long.MinValue or long.MaxValue ? _words.Say("doc.unknown") : At(Instant.FromUnixTimeTicks(ticks));

    /// <summary>From an instant to another.</summary>
    public string Span(TickInterval span) => _words.Say("doc.span", ("from", Edge(span.Start)), ("to", Edge(span.End)));

    /// <summary>The last day that ends at an instant, or on which it lies.</summary>
    public string LastDay(Instant end) => (end - Duration.FromTicks(1)).InZone(_agreement.Zone).TimeOfDay.TickOfDay == NodaConstants.TicksPerDay - 1 ? Day((end - Duration.FromTicks(1)).InZone(_agreement.Zone).Date) : At(end);

    /// <summary>A line that facts name: its remedy's title, with what else tells it from others.</summary>
    /// <param name="name">The line.</param>
    /// <param name="label">The label of the period that need not be said.</param>
    public string Line(LineName name, string label) => Line(_agreement.Remedies.FirstOrDefault(r => r.Name == name.Remedy)?.Title ?? name.Remedy, name, label);

    /// <summary>A line of a statement.</summary>
    public string Line(StatementLine line, string label) => line.Line is { } name ? Line(line.Title, name, label) : Foreign(line.Title);

    /// <summary>An event that names a line: an instant is read on the wall clock.</summary>
    public string Event(string name) => InstantPattern.ExtendedIso.Parse(name) is { Success: true, Value: var at } ? At(at) : Foreign(name);

    /// <summary>Something of the agreement, by its title in quotes.</summary>
    public string Reference(string section, string name) => _forms.Quote(section switch
    {
        "services" => _agreement.Service(name)?.Title ?? name,
        "objectives" => _agreement.Objectives.FirstOrDefault(o => o.Name == name)?.Title ?? name,
        "remedies" => _agreement.Remedies.FirstOrDefault(r => r.Name == name)?.Title ?? name,
        "commitments" => _agreement.Commitments.FirstOrDefault(c => c.Name == name)?.Title ?? name,
        _ => name,
    });

    private string Line(string title, LineName name, string label)
    {
        var text = Foreign(title);
        if (name.Period != label)
            text = _words.Say("doc.of-period", ("title", text), ("period", Foreign(name.Period)));
        return name.Event.Length == 0 ? text : _words.Say("doc.event", ("title", text), ("event", Event(name.Event)));
    }

    private string Quantity(Quantity quantity, int places, bool marked) => quantity.Unit switch
    {
        QuantityUnit.Money => Money(quantity.Value),
        QuantityUnit.Ticks => Length(quantity.Value),
        QuantityUnit.Instant => At(Instant.FromUnixTimeTicks((long)quantity.Value.Floor())),
        QuantityUnit.Share => Text.Languages.Isolate.Signs($"{_forms.Number(Cut(quantity.Value * 100, places), marked ? 0 : places)}{(marked ? Mark(quantity.Value * 100, places) : "")}{_words.Language.BeforePercent}%", _words.Language),
        QuantityUnit.Number when quantity.Name == "days" => _forms.Count("time.day", Cut(quantity.Value, places)),
        QuantityUnit.Number => _forms.Number(Cut(quantity.Value, places)) + (marked ? Mark(quantity.Value, places) : "") + (quantity.Name.Length == 0 ? "" : $" {Foreign(quantity.Name)}"),
        _ => throw new InvalidOperationException("The units of a quantity are closed."),
    };

    private static string Mark(Rational value, int places) => value.RoundTo(places, Rounding.Down) == value ? "" : "…";

    private static decimal Cut(Rational value, int places) => decimal.Parse(value.ToString(places, Rounding.Down), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}
