using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Conformance.Tests.TicketClocks;

/// <summary>A case in our terms: clocks, facts and an instant.</summary>
public sealed class TicketClockCase
{
    private const string Ticket = "T";

    public TicketClockCase(JsonElement json)
    {
        Json = json;
        System = json.GetProperty("system").GetString()!;
        Agreement = json.GetProperty("agreement");
        Calendar = ReadCalendar(Agreement.GetProperty("calendar"));
        ReadEvents(json.GetProperty("events"));
        PauseStatuses = Texts(Agreement, "pause_statuses");
        ResolvedStatuses = Texts(Agreement, "resolved_statuses");
        Targets = [.. Agreement.GetProperty("targets").EnumerateArray()];
    }

    public JsonElement Json { get; }

    public string System { get; }

    public JsonElement Agreement { get; }

    public BusinessCalendar Calendar { get; }

    public ImmutableArray<JsonElement> Targets { get; }

    public ImmutableArray<string> PauseStatuses { get; }

    public ImmutableArray<string> ResolvedStatuses { get; }

    public List<Fact> Facts { get; } = [];

    public HashSet<string> EventTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>Targets that replace those of the same metric from some event on, under the name of a priority.</summary>
    public List<(string Priority, JsonElement Event)> Replacements { get; } = [];

    public Instant Created { get; private set; }

    public Instant AsOf { get; private set; }

    public TicketSurroundings Surroundings { get; private set; } = TicketSurroundings.None;

    public static ImmutableArray<string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(s => s.GetString()!)] : [];

    public static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Plain(value) : null;

    public static Instant Time(string text) => OffsetDateTimePattern.Rfc3339.Parse(text).Value.ToInstant();

    public ImmutableArray<ClockReading> Evaluate(IEnumerable<ClockDefinition> definitions, TicketPolicies policies) => Evaluate(definitions, policies, Facts, AsOf);

    public ImmutableArray<ClockReading> Evaluate(IEnumerable<ClockDefinition> definitions, TicketPolicies policies, IEnumerable<Fact> facts, Instant asOf) =>
        Core.Clocks.TicketClocks.Evaluate(definitions, facts, asOf, policies, Surroundings);

    private static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private static BusinessCalendar ReadCalendar(JsonElement json)
    {
        var diagnostics = new DiagnosticBag();
        var days = new Dictionary<IsoDayOfWeek, ImmutableArray<DayWindow>>();
        string[] names = ["", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        foreach (var day in json.GetProperty("weekly").EnumerateObject())
        {
            days[(IsoDayOfWeek)Array.IndexOf(names, day.Name)] =
                [.. day.Value.EnumerateArray().Select(w => DayWindow.Parse(w[0].GetString(), w[1].GetString(), Place.None, diagnostics)!.Value)];
        }

        diagnostics.ShouldBeEmpty();
        var zone = DateTimeZoneProviders.Tzdb[json.GetProperty("timezone").GetString()!];
        return new BusinessCalendar(new CalendarDefinition(zone, new CalendarVersion
        {
            Hours = new WeeklyHours(days),
            ClosedDates = [.. Texts(json, "holidays").Select(d => LocalDatePattern.Iso.Parse(d).Value)],
        }));
    }

    private void ReadEvents(JsonElement events)
    {
        var at = events.EnumerateArray().Select(e => Text(e, "at")).OfType<string>().Select(Time).First();
        AsOf = at;
        var number = 0;
        foreach (var e in events.EnumerateArray())
        {
            at = Text(e, "at") is { } text ? Time(text) : at;
            AsOf = Instant.Max(AsOf, at);
            EventTypes.Add(e.GetProperty("type").GetString()!);
            foreach (var data in Read(e, at))
                Facts.Add(Fact(at, number++, data, e));
        }
    }

    private static Fact Fact(Instant at, int number, FactData data, JsonElement e) => new()
    {
        Source = "case",
        Id = number.ToString(CultureInfo.InvariantCulture),
        Type = "case",
        Subject = Ticket,
        Time = at,
        Sequence = number.ToString("D6", CultureInfo.InvariantCulture),
        Data = data,
        Digest = new FactDigest(0, (ulong)number),
        Address = data is FactData.TicketReported ? FactAddress.None with { Labels = Fields(e) } : FactAddress.None,
    };

    private static ImmutableSortedDictionary<string, string> Fields(JsonElement e)
    {
        var fields = e.EnumerateObject().Where(p => p.Name is not ("at" or "type")).ToImmutableSortedDictionary(p => p.Name, p => Plain(p.Value));
        return fields.TryGetValue("owner", out var owner) && fields.TryGetValue("by", out var by) && owner == by ? fields.Add("owner reported it", "true") : fields;
    }

    private IEnumerable<FactData> Read(JsonElement e, Instant at)
    {
        var status = Text(e, "status");
        switch (e.GetProperty("type").GetString())
        {
            case "created":
                Created = at;
                yield return new FactData.TicketReported(Text(e, "priority") ?? "", status ?? "", "", Text(e, "by") is "staff" or "agent" or "owner" ? Actor.Provider : Actor.Customer, null);
                break;
            case "customer_message" or "requestor_message" or "customer_reply":
                yield return new FactData.TicketReplied(Actor.Customer, true, false);
                break;
            case "agent_message" or "staff_message" or "agent_reply":
                yield return new FactData.TicketReplied(Actor.Provider, true, false);
                yield return Field("answered", "true");
                break;
            case "internal_note" or "agent_note" or "note" or "comment":
                yield return new FactData.TicketReplied(Actor.Provider, false, false);
                break;
            case "automatic_message" or "auto_reply" or "auto_response":
                yield return new FactData.TicketReplied(Actor.System, true, true);
                break;
            case "first_response":
                yield return Field("first response", "recorded");
                break;
            case "status" or "status_changed":
                yield return new FactData.TicketStatus(status ?? "");
                break;
            case "closed":
                if (System.StartsWith("zammad", StringComparison.Ordinal))
                    yield return new FactData.TicketStatus("closed");
                else
                    yield return new FactData.TicketClosed();
                break;
            case "resolved" or "solved":
                yield return new FactData.TicketResolved(null);
                break;
            case "reopened":
                yield return new FactData.TicketReopened();
                break;
            case "assigned" or "owned" or "taken_into_account":
                yield return new FactData.TicketAssigned("", "");
                break;
            case "priority_changed":
                yield return new FactData.TicketPriority(Text(e, "priority") ?? "", PriorityReason.Unstated);
                yield return new FactData.TicketChanged(Fields(e));
                break;
            case "field_changed" or "fields_changed" or "update":
                if (Text(e, "priority") is { } priority)
                    yield return new FactData.TicketPriority(priority, PriorityReason.Unstated);
                if (status is not null)
                    yield return new FactData.TicketStatus(status);
                yield return new FactData.TicketChanged(Fields(e));
                break;
            case "agreements_attached" or "agreement_attached":
                Surroundings = Surroundings with { AttachedAt = Surroundings.AttachedAt.SetItem(Ticket, at) };
                break;
            case "hold_time_set":
                // The source writes its total of the time on hold into the record: the same as a pause of that length right after the report.
                var length = Duration.FromSeconds(e.GetProperty("business_seconds").GetInt64());
                var held = Calendar.Add(Created, length);
                Facts.Add(Fact(Created, 900_000, Field("hold", "true"), e));
                Facts.Add(Fact(held, 900_001, Field("hold", "false"), e));
                AsOf = Instant.Max(AsOf, held);
                break;
            case "tick" or "evaluated" or "now":
                break;
            case var type when e.TryGetProperty("targets", out _) || e.TryGetProperty("seconds", out _):
                var name = $"{type} {Replacements.Count + 1}";
                Replacements.Add((name, e));
                yield return new FactData.TicketPriority(name, PriorityReason.Unstated);
                break;
            case var type:
                throw new NotSupportedException($"An event of type '{type}' is not known.");
        }
    }

    private static FactData.TicketChanged Field(string name, string value) => new(ImmutableSortedDictionary<string, string>.Empty.Add(name, value));
}
