using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Text.Forms;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Text.Notifications;

/// <summary>What the plain text and the page of a notification both say.</summary>
internal sealed class NotificationContent
{
    /// <summary>A cut subject must not lose what comes after a name.</summary>
    private const int LongestInSubject = 80;

    private static readonly string[] StandardClocks = ["respond", "update", "update-interval", "workaround", "resolve", "recover"];

    private readonly Notification _notification;
    private readonly ValueForms _forms;
    private readonly EscalationForms _escalation;
    private readonly ImmutableArray<Row>.Builder _rows = ImmutableArray.CreateBuilder<Row>();
    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);

    public NotificationContent(Notification notification)
    {
        _notification = notification;
        Words = Phrasebook.Of(notification.Recipient.Language);
        _forms = new ValueForms(Words);
        _escalation = new EscalationForms(Words, _forms);
        Lead = Words.Say($"notice.lead.{notification.Kind.Name}");
        Subject = NotificationWriter.Line(SubjectOf(), NotificationWriter.LongestSubject);
        AddRows();
        Rows = _rows.ToImmutable();
    }

    public Phrasebook Words { get; }

    public string Subject { get; }

    public string Lead { get; }

    public ImmutableArray<Row> Rows { get; }

    public string? Link => _notification.Link?.AbsoluteUri;

    /// <summary>The values by name, for templates.</summary>
    public ImmutableSortedDictionary<string, string> Named()
    {
        string[] all = ["customer", "ticket", "outage", "title", "objective", "clock", "target", "due", "left", "over", "step", "steps", "point", "share", "alert", "acknowledged_by", "period"];
        foreach (var name in all)
            _named.TryAdd(name, "");
        var language = Words.Language;
        _named["kind"] = _notification.Kind.Name;
        _named["key"] = _notification.Key;
        _named["subject"] = Subject;
        _named["lead"] = Lead;
        _named["id"] = Foreign(_notification.Thread.Id).Plain;
        _named["title"] = Foreign(_notification.Thread.Title).Plain;
        _named["agreement"] = Foreign(_notification.AgreementTitle).Plain;
        _named["agreement_id"] = Foreign(_notification.AgreementId).Plain;
        _named["link"] = Link ?? "";
        _named["recipient"] = Foreign(_notification.Recipient.Name).Plain;
        _named["language"] = language.Code;
        _named["direction"] = language.IsRightToLeft ? "rtl" : "ltr";
        return _named.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private string SubjectOf()
    {
        var name = _notification switch
        {
            { Kind: NotificationKind.StatementIssued period } => Period(period),
            // The matter is taken on or over, not one of its time limits.
            { Kind: NotificationKind.Acknowledged or NotificationKind.Resolved, Thread.Title: { Length: > 0 } matter } => Foreign(matter, LongestInSubject).Plain,
            { Clock.Length: > 0 } => Clock().Plain,
            { Objective: { Length: > 0 } objective } => Foreign(objective, LongestInSubject).Plain,
            { Thread.Title: { Length: > 0 } title } => Foreign(title, LongestInSubject).Plain,
            _ => Foreign(_notification.AgreementTitle, LongestInSubject).Plain,
        };
        var key = $"notice.{_notification.Kind.Name}";
        var text = _notification.Kind switch
        {
            NotificationKind.EscalationStepTaken step => Words.Say(key, ("k", Whole(step.Number)), ("n", Whole(step.Of)), ("name", name)),
            NotificationKind.BudgetUsed used => Words.Say(key, ("share", Share(used.Share)), ("name", name)),
            _ => Words.Say(key, ("name", name)),
        };
        // An objective's id is the name that is said already.
        return _notification.Thread is { Of: ThreadOf.Ticket or ThreadOf.Outage, Id: var id } ? Words.Say("notice.subject", ("id", Foreign(id, LongestInSubject / 2).Plain), ("text", text)) : text;
    }

    private void AddRows()
    {
        Add("agreement", "pair.agreement", Foreign(_notification.AgreementTitle), Foreign(_notification.AgreementId));
        Add("customer", "pair.customer", Foreign(_notification.Customer));
        var (id, title) = (Foreign(_notification.Thread.Id), Foreign(_notification.Thread.Title));
        if (_notification.Thread.Of is ThreadOf.Ticket)
            Add("ticket", "notice.ticket", id, title);
        else if (_notification.Thread.Of is ThreadOf.Outage)
            Add("outage", "notice.outage", id, title);
        Add("objective", "notice.objective", Foreign(_notification.Objective));
        if (_notification.Clock.Length > 0)
            Add("clock", "notice.clock", Clock());
        AddKind();
        if (_notification.Target is { } target)
            Add("target", "notice.target", Ours(Target(target)));
        AddDue();
        Add("now", "notice.now", Ours(At(_notification.Now)));
    }

    private void AddKind()
    {
        switch (_notification.Kind)
        {
            case NotificationKind.EscalationStepTaken step:
                Add(null, "notice.step", Ours(Words.Say("notice.step-of", ("k", Whole(step.Number)), ("n", Whole(step.Of)))));
                Add("point", "notice.point", Ours(_escalation.Point(step.At)));
                (_named["step"], _named["steps"]) = (Whole(step.Number), Whole(step.Of));
                break;
            case NotificationKind.BudgetUsed used:
                Add("share", "notice.share", Ours(Share(used.Share)));
                break;
            case NotificationKind.BurnAlert burn:
                Add("alert", "notice.alert", Ours(_escalation.Alert(burn.Alert)));
                break;
            case NotificationKind.Acknowledged acknowledged:
                Add("acknowledged_by", "notice.acknowledged-by", Foreign(acknowledged.By));
                break;
            case NotificationKind.StatementIssued period:
                Add("period", "pair.period", Ours(Period(period)));
                break;
            default:
                // The other kinds are told by what every notification has.
                break;
        }
    }

    private void AddDue()
    {
        // What is over has no time left: a message that says how late it was would only alarm.
        var isOver = _notification.Kind is NotificationKind.Acknowledged or NotificationKind.Resolved or NotificationKind.StatementIssued;
        if (_notification.Due is not { } due)
            return;
        Add("due", "notice.due", Ours(At(due)));
        if (isOver)
            return;
        if (_notification.Now >= due)
            Add("over", "notice.over", Ours(Length(_notification.Now - due)));
        else if (_notification.LeftOfClock is { } left)
            Add("left", "notice.left-of-clock", Ours(Length(left)));
        else
            Add("left", "notice.left", Ours(Length(due - _notification.Now)));
    }

    private void Add(string? name, string label, Value value, Value? beside = null)
    {
        if (value.Plain.Length == 0)
            return;
        if (name is not null)
            _named[name] = value.Plain;
        _rows.Add(beside is { Plain.Length: > 0 } more
            ? new Row(Words.Say(label), $"{value.Plain} ({more.Plain})", $"{value.Html} ({more.Html})")
            : new Row(Words.Say(label), value.Plain, value.Html));
    }

    private Value Clock() => StandardClocks.Contains(_notification.Clock) ? Ours(Words.Say($"clock-name.{_notification.Clock}")) : Foreign(_notification.Clock, LongestInSubject);

    private Value Foreign(string text, int longest = NotificationWriter.LongestForeign)
    {
        var line = NotificationWriter.Line(text, longest);
        if (line.Length == 0)
            return new Value("", "");
        var plain = Isolate.Foreign(line, Words.Language);
        var bare = plain.Trim(Isolate.FirstStrong, Isolate.LeftToRight, Isolate.End);
        return new Value(plain, $"<bdi>{NotificationWriter.Escaped(bare)}</bdi>");
    }

    private static Value Ours(string text) => new(text, NotificationWriter.Escaped(text));

    private string Target(NotificationTarget target) => target switch
    {
        NotificationTarget.Within within => _forms.Time(within.Length),
        NotificationTarget.Level level => Words.Say($"compare.{level.Comparison}", ("value", Quantity(level.Value))),
        _ => throw new InvalidOperationException("The cases of a target are closed."),
    };

    private string Quantity(Quantity quantity) => quantity.Unit switch
    {
        QuantityUnit.Share => _forms.Percent(quantity.Value),
        QuantityUnit.Ticks => _forms.Time(Duration.FromTicks((long)quantity.Value.Floor())),
        QuantityUnit.Instant => At(Instant.FromUnixTimeTicks((long)quantity.Value.Floor())),
        QuantityUnit.Money or QuantityUnit.Number => quantity.Name.Length > 0 ? $"{_forms.Number(quantity.Value)}\u00A0{_forms.Name(quantity.Name)}" : _forms.Number(quantity.Value),
        _ => throw new InvalidOperationException("The units of a quantity are closed."),
    };

    /// <summary>A measured share, floored to hundredths of a percent: a budget is not said to be used up before it is.</summary>
    private string Share(Rational share) => _forms.Percent(new Rational((share * 10_000).Floor(), 10_000));

    private string Period(NotificationKind.StatementIssued period) => Words.Say("doc.span", ("from", _forms.Date(period.First)), ("to", _forms.Date(period.Last)));

    private string At(Instant instant)
    {
        var local = instant.InZone(_notification.Zone);
        var time = local.TimeOfDay.ToString(local.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
        // The offset tells the two hours of an autumn night apart.
        var zone = Isolate.Signs($"{_notification.Zone.Id}, UTC{OffsetPattern.CreateWithInvariantCulture("+HH:mm").Format(local.Offset)}", Words.Language);
        return Words.Say("notice.instant", ("date", _forms.Date(local.Date)), ("time", time), ("zone", zone));
    }

    /// <summary>A length of time floored to minutes, below one minute to seconds: never more time than there is.</summary>
    private string Length(Duration length)
    {
        var unit = length >= Duration.FromMinutes(1) ? NodaConstants.TicksPerMinute : NodaConstants.TicksPerSecond;
        var ticks = (long)length.BclCompatibleTicks;
        return _forms.Time(Duration.FromTicks(ticks - ticks % unit));
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A line of the message.</summary>
    internal readonly record struct Row(string Label, string Plain, string Html);

    private readonly record struct Value(string Plain, string Html);
}
