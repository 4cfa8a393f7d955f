using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using Levelkeeper.Text.Notifications;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Connectors.Channels.Webhooks;

/// <summary>Writes a notification as a CloudEvent 1.0 in structured JSON. Exact numbers are strings, shares are fractions of one. Pure: the same message makes the same bytes.</summary>
internal static class NotificationEvent
{
    public const string ContentType = "application/cloudevents+json; charset=utf-8";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Message message, Uri source)
    {
        var (notification, text) = message;
        var bytes = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", notification.Key);
            json.WriteString("source", source.OriginalString);
            json.WriteString("type", $"levelkeeper.notification.{notification.Kind.Name}.v1");
            json.WriteString("subject", Subject(notification.Thread));
            json.WriteString("time", InstantPattern.ExtendedIso.Format(notification.Now));
            json.WriteString("datacontenttype", "application/json");
            json.WriteStartObject("data");
            Data(json, notification);
            json.WriteStartObject("text");
            json.WriteString("language", text.Language.Code);
            json.WriteString("subject", text.Subject);
            json.WriteString("plain", text.Plain);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static string Subject(NotificationThread thread) => thread.Of == ThreadOf.Test ? "test" : $"{Word(thread.Of)}/{thread.Id}";

    private static void Data(Utf8JsonWriter json, Notification notification)
    {
        json.WriteString("agreement", notification.AgreementId);
        json.WriteString("agreementTitle", notification.AgreementTitle);
        Text(json, "customer", notification.Customer);
        json.WriteStartObject("about");
        json.WriteString("kind", Word(notification.Thread.Of));
        Text(json, "id", notification.Thread.Id);
        Text(json, "title", notification.Thread.Title);
        json.WriteEndObject();
        Text(json, "objective", notification.Objective);
        Text(json, "clock", notification.Clock);
        Kind(json, notification.Kind);
        if (notification.Target is { } target)
            Target(json, target);
        if (notification.Due is { } due)
            json.WriteString("due", InstantPattern.ExtendedIso.Format(due));
        if (notification.LeftOfClock is { } left)
            json.WriteString("leftOfClock", Length(left));
        json.WriteString("zone", notification.Zone.Id);
        if (notification.Link is { } link)
            json.WriteString("link", link.AbsoluteUri);
        json.WriteStartObject("recipient");
        Text(json, "name", notification.Recipient.Name);
        json.WriteString("language", notification.Recipient.Language.Code);
        json.WriteEndObject();
    }

    private static void Kind(Utf8JsonWriter json, NotificationKind kind)
    {
        switch (kind)
        {
            case NotificationKind.EscalationStepTaken step:
                json.WriteNumber("step", step.Number);
                json.WriteNumber("steps", step.Of);
                json.WriteStartObject("at");
                Point(json, step.At);
                json.WriteEndObject();
                break;
            case NotificationKind.BudgetUsed used:
                json.WriteString("budgetUsed", Exact(used.Share));
                break;
            case NotificationKind.BurnAlert { Alert: var alert }:
                json.WriteStartObject("burnAlert");
                json.WriteString("factor", Exact(alert.Factor));
                json.WriteString("long", Length(alert.Long));
                json.WriteString("short", Length(alert.Short));
                json.WriteEndObject();
                break;
            case NotificationKind.Acknowledged acknowledged:
                json.WriteString("acknowledgedBy", acknowledged.By);
                break;
            case NotificationKind.StatementIssued period:
                json.WriteString("periodFirst", LocalDatePattern.Iso.Format(period.First));
                json.WriteString("periodLast", LocalDatePattern.Iso.Format(period.Last));
                break;
            default:
                // The type of the event says it all.
                break;
        }
    }

    private static void Point(Utf8JsonWriter json, EscalationPoint point)
    {
        switch (point)
        {
            case EscalationPoint.OfBudget budget:
                json.WriteString("budgetShare", Exact(budget.Share));
                break;
            case EscalationPoint.OfClock clock:
                json.WriteString("clockShare", Exact(clock.Share));
                break;
            case EscalationPoint.BeforeDue before:
                json.WriteString("beforeDue", Length(before.Length));
                break;
            case EscalationPoint.AfterBreach after:
                json.WriteString("afterBreach", Length(after.Length));
                break;
            case EscalationPoint.OfBurn:
                json.WriteBoolean("burnAlert", true);
                break;
            case EscalationPoint.OfProjection:
                json.WriteBoolean("projectedBreach", true);
                break;
            case EscalationPoint.BeforeUpdate before:
                json.WriteString("beforeUpdate", Length(before.Length));
                break;
            case EscalationPoint.AfterMissedUpdate after:
                json.WriteString("afterMissedUpdate", Length(after.Length));
                break;
            default:
                throw new InvalidOperationException("The points of an escalation are closed.");
        }
    }

    private static void Target(Utf8JsonWriter json, NotificationTarget target)
    {
        json.WriteStartObject("target");
        switch (target)
        {
            case NotificationTarget.Within { Length: TimeAmount.Elapsed elapsed }:
                json.WriteString("within", Length(elapsed.Duration));
                break;
            case NotificationTarget.Within { Length: TimeAmount.BusinessDays days }:
                json.WriteNumber("withinBusinessDays", days.Count);
                break;
            case NotificationTarget.Within { Length: TimeAmount.CalendarUnits units }:
                json.WriteString("within", PeriodPattern.NormalizingIso.Format(new PeriodBuilder { Months = units.Months, Days = units.Days }.Build()));
                break;
            case NotificationTarget.Level level:
                json.WriteString("comparison", Word(level.Comparison));
                json.WriteString("value", Exact(level.Value.Value));
                json.WriteString("unit", level.Value.Name.Length > 0 ? level.Value.Name : Word(level.Value.Unit));
                break;
            default:
                throw new InvalidOperationException("The cases of a target are closed.");
        }

        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string text)
    {
        if (text.Length > 0)
            json.WriteString(name, text);
    }

    private static string Word<T>(T member)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(member.ToString());

    /// <summary>A length of time as ISO 8601 has it, in seconds and fractions: <c>PT3600S</c>.</summary>
    private static string Length(Duration length)
    {
        var ticks = (long)length.BclCompatibleTicks;
        return string.Create(CultureInfo.InvariantCulture, $"PT{ticks / (decimal)NodaConstants.TicksPerSecond:0.#######}S");
    }

    /// <summary>A fraction as it is: <c>3/4</c>, or a whole number.</summary>
    private static string Exact(Rational value) => value.Denominator.IsOne ? value.Numerator.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{value.Numerator}/{value.Denominator}");
}
