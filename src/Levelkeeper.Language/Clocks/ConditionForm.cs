using System.Collections.Immutable;
using Levelkeeper.Core.Clocks;

namespace Levelkeeper.Language.Clocks;

/// <summary>Reads the conditions of clocks: <c>reported</c>, <c>provider replies</c>, <c>status is waiting or on hold</c>, <c>priority is P1</c>, <c>queue is shop and not resolved</c>.</summary>
/// <remarks>Words of the help desk (statuses, priorities, values) that hold " and " or " or " are put in double quotes.</remarks>
public static class ConditionForm
{
    private static readonly Dictionary<string, TicketCondition> Words = new(StringComparer.Ordinal)
    {
        ["reported"] = TicketCondition.On(TicketHappening.Reported),
        ["reported by customer"] = TicketCondition.On(TicketHappening.ReportedByCustomer),
        ["entered"] = TicketCondition.On(TicketHappening.Entered),
        ["attached"] = TicketCondition.On(TicketHappening.Attached),
        ["acknowledged"] = TicketCondition.On(TicketHappening.Acknowledged),
        ["assigned"] = TicketCondition.On(TicketHappening.Assigned),
        ["customer replies"] = TicketCondition.On(TicketHappening.CustomerReplied),
        ["provider replies"] = TicketCondition.On(TicketHappening.ProviderReplied),
        ["provider notes"] = TicketCondition.On(TicketHappening.ProviderNoted),
        ["automatic reply"] = TicketCondition.On(TicketHappening.AutomaticReplied),
        ["status changes"] = TicketCondition.On(TicketHappening.StatusChanged),
        ["priority changes"] = TicketCondition.On(TicketHappening.PriorityChanged),
        ["workaround given"] = TicketCondition.On(TicketHappening.WorkaroundGiven),
        ["resolved"] = TicketCondition.Resolved,
        ["reopened"] = TicketCondition.On(TicketHappening.Reopened),
        ["closed"] = TicketCondition.On(TicketHappening.Closed),
        ["escalated"] = TicketCondition.On(TicketHappening.Escalated),
        ["rated"] = TicketCondition.On(TicketHappening.Rated),
        ["linked to an outage"] = TicketCondition.On(TicketHappening.Linked),
        ["service recovered"] = TicketCondition.On(TicketHappening.Recovered),
        ["never"] = TicketCondition.Never,
        ["always"] = TicketCondition.Always,
    };

    /// <summary>The longest condition: enough for any list of statuses, and too short for an endless "not not not".</summary>
    private const int Longest = 2_000;

    /// <summary>The words that stand for themselves, for suggestions and the reference.</summary>
    public static IEnumerable<string> KnownWords => Words.Keys;

    /// <summary>Reads a condition; several parts joined by <c>and</c> must all hold.</summary>
    /// <returns>The condition; or null and what is wrong with it.</returns>
    public static (TicketCondition? Condition, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > Longest)
            return (null, $"it is longer than {Longest} characters");
        var parts = ImmutableArray.CreateBuilder<TicketCondition>();
        foreach (var part in Split(text, " and "))
        {
            var (condition, problem) = Part(part.Trim());
            if (condition is null)
                return (null, problem);
            parts.Add(condition);
        }

        return (parts.Count == 1 ? parts[0] : new TicketCondition.All(parts.DrainToImmutable()), null);
    }

    private static (TicketCondition? Condition, string? Problem) Part(string text)
    {
        if (text.StartsWith("not ", StringComparison.Ordinal))
        {
            var (inner, problem) = Part(text[4..].Trim());
            return (inner is null ? null : new TicketCondition.Not(inner), problem);
        }

        if (Words.TryGetValue(text, out var word))
            return (word, null);
        if (text.EndsWith(" changes", StringComparison.Ordinal) && Name(text[..^8]) is { } changed)
            return (new TicketCondition.FieldChanged(changed), null);

        var negative = text.IndexOf(" is not ", StringComparison.Ordinal);
        var positive = text.IndexOf(" is ", StringComparison.Ordinal);
        var at = negative >= 0 ? negative : positive;
        if (at <= 0 || Name(text[..at]) is not { } field)
            return (null, "a condition is one of the known words, or 'status is …', 'priority is …', 'FIELD is …', 'FIELD changes', with 'not' before it and 'and' between several");
        var values = Split(text[(at + (negative >= 0 ? 8 : 4))..], " or ").Select(Unquote).ToImmutableArray();
        if (values.Any(v => v.Length == 0))
            return (null, "after 'is' comes a value");
        TicketCondition result = field switch
        {
            "status" => new TicketCondition.StatusIs(values),
            "priority" => new TicketCondition.PriorityIs(values),
            _ when values.Length == 1 => new TicketCondition.FieldIs(field, values[0]),
            _ => new TicketCondition.Any([.. values.Select(v => (TicketCondition)new TicketCondition.FieldIs(field, v))]),
        };
        return (negative >= 0 ? new TicketCondition.Not(result) : result, null);
    }

    private static string? Name(string text) => text.Length is > 0 and <= 100 && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') ? text : null;

    private static string Unquote(string text)
    {
        text = text.Trim();
        return text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
    }

    private static List<string> Split(string text, string separator)
    {
        var parts = new List<string>();
        var quoted = false;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                quoted = !quoted;
            if (!quoted && string.CompareOrdinal(text, i, separator, 0, separator.Length) == 0)
            {
                parts.Add(text[start..i]);
                i += separator.Length - 1;
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }
}
