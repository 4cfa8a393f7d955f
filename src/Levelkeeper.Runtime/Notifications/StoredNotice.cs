using System.Text.Json;
using System.Text.Json.Serialization;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Notifications;
using NodaTime;

namespace Levelkeeper.Runtime.Notifications;

/// <summary>A step of an escalation as one person is told of it, in the form in which it waits in the outbox: what is needed to say it, in whatever language, whenever it is sent.</summary>
public sealed record StoredNotice
{
    /// <summary>The agreement's id.</summary>
    public required string Agreement { get; init; }

    /// <summary>The agreement's title.</summary>
    public required string Title { get; init; }

    /// <summary>The customer; empty for none.</summary>
    public string Customer { get; init; } = "";

    /// <summary>The ticket; empty where the step is about an objective.</summary>
    public string Ticket { get; init; } = "";

    /// <summary>The clock; empty where the step is about an objective.</summary>
    public string Clock { get; init; } = "";

    /// <summary>The objective and its period; empty where the step is about a clock.</summary>
    public string Objective { get; init; } = "";

    /// <summary>The service and the beginning of its outage; empty where the step is about no outage.</summary>
    public string Outage { get; init; } = "";

    /// <summary>Which step, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Of how many.</summary>
    public required int Of { get; init; }

    /// <summary>The kind of point: <c>clock</c>, <c>budget</c>, <c>before-due</c>, <c>after-breach</c>, <c>burn</c>, <c>projection</c>, <c>before-update</c>, <c>after-missed-update</c>.</summary>
    public required string Point { get; init; }

    /// <summary>The share of a clock or budget, as a fraction: <c>4/5</c>; empty for the other kinds.</summary>
    public string Share { get; init; } = "";

    /// <summary>Ticks before due or an update, or after the breach or a missed update; 0 for the other kinds.</summary>
    public long Ticks { get; init; }

    /// <summary>When it is due, in ticks since 1970; null where nothing is.</summary>
    public long? Due { get; init; }

    /// <summary>What was known is true as of this instant, in ticks since 1970.</summary>
    public required long Now { get; init; }

    /// <summary>The agreement's zone: the id in the tz database.</summary>
    public required string Zone { get; init; }

    /// <summary>Who is told.</summary>
    public required string Name { get; init; }

    /// <summary>Where the channel reaches them.</summary>
    public string Address { get; init; } = "";

    /// <summary>In which language.</summary>
    public string Language { get; init; } = "en";

    /// <summary>As it is kept.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, NoticeJson.Default.StoredNotice);

    /// <summary>Reads it back; null when it is none.</summary>
    public static StoredNotice? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, NoticeJson.Default.StoredNotice);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The notification that is sent, the same value however often.</summary>
    /// <param name="key">By which it is known again.</param>
    /// <exception cref="FormatException">What it says cannot be read by this build.</exception>
    public Notification ToNotification(string key) => new()
    {
        Key = key,
        Kind = new NotificationKind.EscalationStepTaken(Number, Of, PointOf()),
        Thread = Ticket.Length > 0 ? new NotificationThread(ThreadOf.Ticket, Ticket) : Outage.Length > 0 ? new NotificationThread(ThreadOf.Outage, Outage) : new NotificationThread(ThreadOf.Objective, Objective),
        AgreementId = Agreement,
        AgreementTitle = Title,
        Customer = Customer,
        Clock = Clock,
        Objective = Objective,
        Due = Due is { } due ? Instant.FromUnixTimeTicks(due) : null,
        Now = Instant.FromUnixTimeTicks(Now),
        Zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(Zone) ?? throw new FormatException($"There is no zone '{Zone}' here."),
        Recipient = new NotificationRecipient(Name, Address, TextLanguage.Of(Language) ?? throw new FormatException($"There is no language '{Language}' here.")),
    };

    internal static (string Point, string Share, long Ticks) WordsOf(EscalationPoint point) => point switch
    {
        EscalationPoint.OfClock { Share: var share } => ("clock", share.ToString(), 0),
        EscalationPoint.OfBudget { Share: var share } => ("budget", share.ToString(), 0),
        EscalationPoint.BeforeDue { Length: var length } => ("before-due", "", length.BclCompatibleTicks),
        EscalationPoint.AfterBreach { Length: var length } => ("after-breach", "", length.BclCompatibleTicks),
        EscalationPoint.OfBurn => ("burn", "", 0),
        EscalationPoint.OfProjection => ("projection", "", 0),
        EscalationPoint.BeforeUpdate { Length: var length } => ("before-update", "", length.BclCompatibleTicks),
        EscalationPoint.AfterMissedUpdate { Length: var length } => ("after-missed-update", "", length.BclCompatibleTicks),
        _ => throw new InvalidOperationException("The cases of a point are closed."),
    };

    private EscalationPoint PointOf() => Point switch
    {
        "clock" => new EscalationPoint.OfClock(ShareOf()),
        "budget" => new EscalationPoint.OfBudget(ShareOf()),
        "before-due" => new EscalationPoint.BeforeDue(Duration.FromTicks(Ticks)),
        "after-breach" => new EscalationPoint.AfterBreach(Duration.FromTicks(Ticks)),
        "burn" => new EscalationPoint.OfBurn(),
        "projection" => new EscalationPoint.OfProjection(),
        "before-update" => new EscalationPoint.BeforeUpdate(Duration.FromTicks(Ticks)),
        "after-missed-update" => new EscalationPoint.AfterMissedUpdate(Duration.FromTicks(Ticks)),
        _ => throw new FormatException($"There is no point '{Point}' here."),
    };

    private Rational ShareOf()
    {
        var parts = Share.Split('/');
        return long.TryParse(parts[0], out var numerator) && (parts.Length == 1 ? (long?)1 : parts.Length == 2 && long.TryParse(parts[1], out var denominator) && denominator != 0 ? denominator : null) is { } divisor
            ? new Rational(numerator, divisor)
            : throw new FormatException($"'{Share}' is no fraction.");
    }
}

/// <summary>Its form.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StoredNotice))]
internal sealed partial class NoticeJson : JsonSerializerContext;
