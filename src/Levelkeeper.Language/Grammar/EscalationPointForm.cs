using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Language.Grammar;

/// <summary>When a step of an escalation is taken, as people write it: <c>50 % of budget</c>, <c>80 % of clock</c>, <c>30 min before due</c>, <c>breach</c>, <c>1 h after breach</c>, <c>burn alert</c>, <c>projected breach</c>, <c>5 min before update</c>, <c>missed update</c>, <c>15 min after missed update</c>.</summary>
public static class EscalationPointForm
{
    /// <summary>Reads it.</summary>
    /// <returns>The point; or null and what is wrong with it.</returns>
    public static (EscalationPoint? Point, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        if (trimmed == "breach")
            return (new EscalationPoint.AfterBreach(Duration.Zero), null);
        if (trimmed == "burn alert")
            return (new EscalationPoint.OfBurn(), null);
        if (trimmed == "projected breach")
            return (new EscalationPoint.OfProjection(), null);
        if (trimmed == "missed update")
            return (new EscalationPoint.AfterMissedUpdate(Duration.Zero), null);
        if (Before(trimmed, " before update") is { } ahead)
            return Length(ahead) is { } length ? (new EscalationPoint.BeforeUpdate(length), null) : (null, $"'{ahead}' is not a length of elapsed time");
        if (Before(trimmed, " after missed update") is { } overdue)
            return Length(overdue) is { } length ? (new EscalationPoint.AfterMissedUpdate(length), null) : (null, $"'{overdue}' is not a length of elapsed time");
        if (Before(trimmed, " of budget") is { } budget)
            return PercentForm.Parse(budget) is { } share ? (new EscalationPoint.OfBudget(share), null) : (null, $"'{budget}' is not a percentage");
        if (Before(trimmed, " of clock") is { } clock)
            return PercentForm.Parse(clock) is { } share ? (new EscalationPoint.OfClock(share), null) : (null, $"'{clock}' is not a percentage");
        if (Before(trimmed, " before due") is { } early)
            return Length(early) is { } length ? (new EscalationPoint.BeforeDue(length), null) : (null, $"'{early}' is not a length of elapsed time");
        if (Before(trimmed, " after breach") is { } late)
            return Length(late) is { } length ? (new EscalationPoint.AfterBreach(length), null) : (null, $"'{late}' is not a length of elapsed time");
        return (null, "it is '50 % of budget', 'burn alert', 'projected breach', '80 % of clock', '30 min before due', 'breach', '1 h after breach', '5 min before update', 'missed update' or '15 min after missed update'");
    }

    private static string? Before(string text, string ending) => text.EndsWith(ending, StringComparison.Ordinal) ? text[..^ending.Length] : null;

    private static Duration? Length(string text) => TimeAmountForm.Parse(text).Amount is TimeAmount.Elapsed elapsed ? elapsed.Duration : null;
}
