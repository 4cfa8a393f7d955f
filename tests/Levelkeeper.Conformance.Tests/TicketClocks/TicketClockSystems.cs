using System.Collections.Immutable;
using System.Text.Json;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using NodaTime;
using static Levelkeeper.Core.Clocks.TicketCondition;

namespace Levelkeeper.Conformance.Tests.TicketClocks;

/// <summary>How an agreement states the rules that each of the systems has built in. Nothing is computed here.</summary>
public static class TicketClockSystems
{
    private static readonly TicketCondition Replied = On(TicketHappening.ProviderReplied);
    private static readonly TicketCondition Written = On(TicketHappening.CustomerReplied);
    private static readonly TicketCondition Reported = On(TicketHappening.Reported);

    public static TicketPolicies Policies(TicketClockCase c) => new()
    {
        ResolvedStatuses = c.System switch
        {
            "zammad" or "zammad-2018" => ["closed", "merged", "removed"],
            "glpi" => ["solved", "closed"],
            "rt" => ["resolved", "rejected", "deleted"],
            _ => c.ResolvedStatuses.IsEmpty ? ["Resolved", "Closed", "resolved", "closed"] : c.ResolvedStatuses,
        },
    };

    public static ImmutableArray<ClockDefinition> Clocks(TicketClockCase c)
    {
        var clocks = c.Targets.Select(t => Clock(c, t)).ToList();
        if (c.System == "erpnext")
            clocks.AddRange(WallClocks(c));
        return [.. clocks];
    }

    public static string NameOf(JsonElement target)
    {
        var metric = target.GetProperty("metric").GetString()!;
        return TicketClockCase.Text(target, "kind") is { } kind ? $"{kind}.{metric}" : metric;
    }

    private static ClockDefinition Clock(TicketClockCase c, JsonElement target)
    {
        var name = NameOf(target);
        var metric = target.GetProperty("metric").GetString()!;
        var span = Span(target);
        var clock = c.System switch
        {
            "zammad" => Zammad(c, metric),
            "zammad-2018" => Zammad2018(c, metric),
            "glpi" => Glpi(c, metric, target),
            "frappe-helpdesk" or "erpnext" => Frappe(c, metric),
            "rt" => Rt(metric, target),
            "chatwoot" => Chatwoot(metric),
            "servicenow" => ServiceNow(target),
            _ => throw new NotSupportedException($"The system '{c.System}' is not known."),
        };
        foreach (var (priority, e) in c.Replacements)
        {
            var replaced = e.TryGetProperty("targets", out var list) ? list.EnumerateArray().FirstOrDefault(t => NameOf(t) == name) : e;
            if (replaced.ValueKind == JsonValueKind.Object && Span(replaced) is { } other)
                clock = clock with { Targets = clock.Targets.SetItem(priority, other) };
        }

        return clock with
        {
            Name = name,
            DefaultTarget = span,
            Calendar = c.Calendar,
            AppliesWhen = TicketClockCase.Text(c.Agreement, "applies_when") is { } applies ? Condition(applies) : clock.AppliesWhen,
            Warnings = Warnings(c, target),
        };
    }

    private static ClockSpan? Span(JsonElement target)
    {
        if (target.TryGetProperty("working_days", out var days))
        {
            var end = TicketClockCase.Text(target, "end_of_working_day") == "true";
            return new ClockSpan.BusinessDays(days.GetInt32(), end ? BusinessDayDeadline.EndOfWorkingDay : BusinessDayDeadline.SameLocalTime);
        }

        if (target.TryGetProperty("months", out var months))
            return new ClockSpan.CalendarUnits(months.GetInt32(), 0);
        return target.TryGetProperty("seconds", out var seconds) ? new ClockSpan.OpenTime(Duration.FromSeconds(seconds.GetInt64())) : null;
    }

    private static ImmutableArray<ClockWarning> Warnings(TicketClockCase c, JsonElement target)
    {
        long? offset = target.TryGetProperty("escalation_offset", out var own) ? own.GetInt64()
            : c.Agreement.TryGetProperty("escalation", out var common) ? common.GetProperty("offset_seconds_from_due").GetInt64()
            : target.TryGetProperty("escalation", out var e) ? e.GetProperty("offset_seconds_from_due").GetInt64()
            : null;
        return offset is { } seconds ? [new ClockWarning.AtOffset(Duration.FromSeconds(seconds), WholeDaysAreBusinessDays: true)] : [];
    }

    // Every clock pauses in the pending states; closing pauses too, and opening again goes on. The timer of updates runs from the first unanswered message.
    private static ClockDefinition Zammad(TicketClockCase c, string metric)
    {
        var clock = metric switch
        {
            "first_response" => Make(Reported, FirstResponse(c)),
            "update" => Make(Written, Replied),
            "resolution" => Make(Reported, Resolved) with { Reopening = new ReopenPolicy(ReopenEffect.Resumes, null) },
            _ => throw Unknown(metric),
        };
        return clock with { Pause = new StatusIs(c.PauseStatuses) };
    }

    // The timer of updates runs from the report, and again from every contact.
    private static ClockDefinition Zammad2018(TicketClockCase c, string metric) => metric == "update"
        ? Make(new Any(Reported, Written, Replied), Never) with { Reset = new Any(Written, Replied), Pause = new StatusIs(c.PauseStatuses) }
        : Zammad(c, metric);

    // A recorded first response stands for the messages themselves where a log has both.
    private static TicketCondition FirstResponse(TicketClockCase c) => c.EventTypes.Contains("first_response") ? new FieldIs("first response", "recorded") : Replied;

    // Time to own does not pause. An SLA counts from the report, an OLA from its attachment.
    private static ClockDefinition Glpi(TicketClockCase c, string metric, JsonElement target)
    {
        var clock = metric switch
        {
            "time_to_own" => Make(Reported, On(TicketHappening.Assigned)),
            "time_to_resolve" => Make(Reported, Resolved) with { Pause = new StatusIs(c.PauseStatuses), Reopening = new ReopenPolicy(ReopenEffect.Resumes, null) },
            _ => throw Unknown(metric),
        };
        return clock with { Attachment = TicketClockCase.Text(target, "kind") == "OLA" ? AttachmentPolicy.FromAttachment : AttachmentPolicy.Retroactive };
    }

    // A status that waits for the customer is also a first response; the time while resolved does not count once the ticket is open again.
    private static ClockDefinition Frappe(TicketClockCase c, string metric) => metric switch
    {
        "first_response" => Make(Reported, new Any(Replied, new StatusIs(c.PauseStatuses), Resolved)),
        "resolution" => Make(Reported, Resolved) with
        {
            Pause = new Any(new StatusIs(c.PauseStatuses), new FieldIs("hold", "true")),
            Reopening = new ReopenPolicy(ReopenEffect.Resumes, null),
        },
        _ => throw Unknown(metric),
    };

    // Statistics that this system keeps in wall-clock time, whatever the calendar.
    private static IEnumerable<ClockDefinition> WallClocks(TicketClockCase c) =>
    [
        Make(Written, Replied) with { Name = "wall: response" },
        Make(Reported, Resolved) with { Name = "wall: resolution" },
        Make(Reported, Resolved) with { Name = "wall: resolution without waiting", Pause = Replied, Resume = Written },
        Make(Reported, Resolved) with { Name = "wall: hold", Pause = new StatusIs(c.PauseStatuses) },
    ];

    // Only a customer who is not the owner too starts the response clock. Ignored statuses hide the deadline, and move it only when the queue says so.
    private static ClockDefinition Rt(string metric, JsonElement target)
    {
        var clock = metric switch
        {
            "response" => Make(new Any(On(TicketHappening.ReportedByCustomer), Written), new Any(Replied, Resolved)) with { AppliesWhen = new Not(new FieldIs("owner reported it", "true")) },
            "keep_in_loop" or "keepinloop" => Make(Replied, new Any(Written, Resolved)) with { Reset = Replied },
            "resolution" or "resolve" => Make(Reported, Resolved) with { Reopening = new ReopenPolicy(ReopenEffect.ResumesAndCounts, null) },
            _ => throw Unknown(metric),
        };
        var takesOut = TicketClockCase.Text(target, "exclude_paused_time") == "true";
        return clock with
        {
            Pause = new StatusIs(TicketClockCase.Texts(target, "ignore_on_statuses")),
            Pausing = new PausePolicy(takesOut ? PauseEffect.TakesTimeOut : PauseEffect.HidesOnly),
        };
    }

    // A message before the first response belongs to that one.
    private static ClockDefinition Chatwoot(string metric) => metric switch
    {
        "first_response" => Make(Reported, Replied),
        "next_response" => Make(new All(Written, new FieldIs("answered", "true")), new Any(Replied, Resolved)),
        "resolution" => Make(Reported, Resolved),
        _ => throw Unknown(metric),
    };

    private static ClockDefinition ServiceNow(JsonElement target)
    {
        var start = Condition(TicketClockCase.Text(target, "start") ?? "");
        return Make(start, Optional("stop")) with
        {
            Pause = Optional("pause"),
            Resume = TicketClockCase.Text(target, "resume") is { } resume ? Condition(resume) : null,
            Reset = Optional("reset"),

            // Documented default: cancelled when the start condition is no longer met.
            Cancel = TicketClockCase.Text(target, "cancel") is { } cancel ? Condition(cancel) : new Not(start),
            RetroactiveStart = TicketClockCase.Text(target, "retroactive_start") is not (null or "false"),
            RetroactivePause = TicketClockCase.Text(target, "retroactive_pause") is not (null or "false"),
        };

        TicketCondition Optional(string name) => TicketClockCase.Text(target, name) is { } text ? Condition(text) : Never;
    }

    /// <summary><c>A</c>, <c>A = x</c>, <c>A != x</c>, <c>not A</c>, joined by <c>or</c> and <c>and</c>.</summary>
    private static TicketCondition Condition(string text)
    {
        if (text.Split(" or ") is { Length: > 1 } some)
            return new Any([.. some.Select(Condition)]);
        if (text.Split(" and ") is { Length: > 1 } every)
            return new All([.. every.Select(Condition)]);
        var trimmed = text.Trim();
        if (trimmed.StartsWith("not ", StringComparison.Ordinal))
            return new Not(Condition(trimmed[4..]));
        if (trimmed.StartsWith('!'))
            return new Not(Condition(trimmed[1..]));
        if (trimmed.Split("!=") is [var name, var other])
            return new Not(Equal(name.Trim(), other.Trim()));
        return trimmed.Split('=', StringSplitOptions.RemoveEmptyEntries) is [var field, var value] ? Equal(field.Trim(), value.Trim()) : Equal(trimmed, "true");
    }

    private static TicketCondition Equal(string field, string value) => field switch
    {
        "priority" => new PriorityIs(value),
        "status" or "state" => new StatusIs(value),
        _ => new FieldIs(field, value),
    };

    private static ClockDefinition Make(TicketCondition start, TicketCondition stop) => new() { Name = "", Start = start, Stop = stop };

    private static NotSupportedException Unknown(string metric) => new($"A target of '{metric}' is not known.");
}
