using System.Globalization;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Language.Calendars;
using Levelkeeper.Language.Clocks;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Language.Contract;

/// <summary>Hours, weekdays, holidays, and the clocks on tickets.</summary>
internal sealed partial class ContractValues
{
    /// <summary>Values that are said as a whole: hours by weekday, and the fields that a fact or ticket must fit.</summary>
    private string? Whole(string id, YamlNode node) => id switch
    {
        "calendar.weekly" or "calendar version.weekly" or "calendar.breaks" or "calendar version.breaks" or "calendar.dates" when node is YamlNode.Mapping days =>
            _forms.Parts(days.Entries.Select(e => _words.Say("pair", ("name", Days(e.Key)), ("value", Hours(e.Value))))),
        "calendar.moved-working-days" or "calendar version.moved-working-days" => Hours(node),
        "matching rule.when" or "objective.where" when node is YamlNode.Mapping fields =>
            _forms.Parts(fields.Entries.Select(e => _words.Say("field.is", ("name", Field(e.Key)), ("value", _forms.List(Texts(e.Value).Select(_forms.Quote)))))),
        _ => null,
    };

    private static IEnumerable<string> Texts(YamlNode node) => node switch
    {
        YamlNode.Scalar scalar => [scalar.Text],
        YamlNode.Sequence sequence => sequence.Items.SelectMany(Texts),
        YamlNode.Mapping mapping => mapping.Entries.SelectMany(e => Texts(e.Value)),
        _ => throw new InvalidOperationException("The cases of a YAML node are closed."),
    };

    private string Field(string name) => _words.Has($"field/{name}") ? _words.Say($"field/{name}") : _forms.Quote(name);

    private string Hours(YamlNode node) => _forms.List(Texts(node).SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(Span));

    private string Span(string text) => text switch
    {
        "closed" => _words.Say("hours.closed"),
        "all day" => _words.Say("hours.all-day"),
        _ => text.Split('-', StringSplitOptions.TrimEntries) is [var start, var end] ? _forms.Hours(start, end) : _forms.Name(text),
    };

    private string Days(string text) => HoursForm.WeekdaysOf(text) is { } days ? Weekdays(days) : Date(text) ?? _forms.Name(text);

    /// <summary>Weekdays, three and more in a row as a span.</summary>
    private string Weekdays(Weekdays days)
    {
        if (days == Core.Calendars.Weekdays.All)
            return _words.Say("weekday.every");
        var names = new List<string>();
        for (var first = 0; first < 7; first++)
        {
            if (!Has(first))
                continue;
            var last = first;
            while (last < 6 && Has(last + 1))
                last++;
            if (last - first >= 2)
                names.Add(_words.Say("weekday.span", ("from", Weekday(first)), ("to", Weekday(last))));
            else
                names.AddRange(Enumerable.Range(first, last - first + 1).Select(Weekday));
            first = last;
        }

        return _forms.List(names);

        bool Has(int day) => (days & (Weekdays)(1 << day)) != 0;
    }

    private string Weekday(int fromMonday) => _words.Say($"weekday.{fromMonday + 1}");

    private string? Date(string text)
    {
        if (SectionReader.DateFrom(text) is { } date)
            return _forms.Date(date);
        return AnnualDatePattern.Iso.Parse(text) is { Success: true } yearly ? _forms.Date(yearly.Value) : null;
    }

    private string? HoursValue(string id, string text) => id switch
    {
        "calendar.holidays" or "calendar version.holidays" => Date(text) ?? Holidays(text),
        "duty.at" => Text.Languages.Isolate.Signs(text, _words.Language),
        _ => null,
    };

    private string Holidays(string code)
    {
        var country = code.Split('-')[0];
        var name = _words.Has($"country.{country}") ? $"{_words.Say($"country.{country}")} ({_forms.Name(code)})" : _forms.Name(code);
        return _words.Say("holidays.public", ("country", name));
    }

    private string? ClockValue(string id, string text) => id switch
    {
        "clock.like" => ClockName(text),
        "clock.start" or "clock.stop" or "clock.pause" or "clock.resume" or "clock.reset" or "clock.cancel" or "clock.applies-when" => ConditionForm.Parse(text).Condition is { } condition ? Condition(condition) : null,
        "clock.warn-at" => PercentForm.Parse(text) is { } share ? _words.Say("warn.share", ("value", _forms.Percent(share))) : TimeAmountForm.Parse(text).Amount is { } left ? _words.Say("warn.left", ("value", _forms.Time(left))) : null,
        _ => null,
    };

    private string ClockName(string name) =>
        _agreement.Find("clocks")?.Value is YamlNode.Mapping clocks && clocks.Find(name)?.Value is YamlNode.Mapping clock && clock.Find("title") is not null || !_words.Has($"clock-name.{name}")
            ? Reference("clocks", name)
            : _words.Say($"clock-name.{name}");

    private string Condition(TicketCondition condition) => condition switch
    {
        TicketCondition.Happened happened => _words.Say($"happening.{happened.What}"),
        TicketCondition.IsResolved => _words.Say("happening.Resolved"),
        TicketCondition.FieldChanged changed => _words.Say("field.changes", ("name", Field(changed.Field))),
        TicketCondition.StatusIs status => _words.Say("field.is", ("name", Field("status")), ("value", OneOf(status.Statuses))),
        TicketCondition.PriorityIs priority => _words.Say("field.is", ("name", Field("priority")), ("value", OneOf(priority.Priorities))),
        TicketCondition.FieldIs field => _words.Say("field.is", ("name", Field(field.Field)), ("value", _forms.Quote(field.Value))),
        TicketCondition.Not not => _words.Say("condition.not", ("a", Condition(not.Part))),
        TicketCondition.All { Parts.IsEmpty: true } => _words.Say("condition.always"),
        TicketCondition.Any { Parts.IsEmpty: true } => _words.Say("condition.never"),
        TicketCondition.All all => Joined("condition.and", all.Parts.Select(Condition)),
        TicketCondition.Any any => Joined("condition.or", any.Parts.Select(Condition)),
        _ => throw new InvalidOperationException("The cases of a condition are closed."),
    };

    private string OneOf(IEnumerable<string> values) => Joined("condition.or", values.Select(_forms.Quote));

    private string Joined(string key, IEnumerable<string> parts) => parts.Aggregate((a, b) => _words.Say(key, ("a", a), ("b", b)));
}
