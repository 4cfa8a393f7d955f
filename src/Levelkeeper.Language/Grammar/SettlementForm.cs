using Levelkeeper.Core.Remedies;

namespace Levelkeeper.Language.Grammar;

/// <summary>When what is owed is settled, as people write it: <c>next invoice</c>, <c>within 15 days</c>, <c>on request</c>.</summary>
public static class SettlementForm
{
    /// <summary>Reads it.</summary>
    /// <returns>The rule; or null and what is wrong with it.</returns>
    public static (Settlement? Settlement, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        switch (text.Trim())
        {
            case "next invoice":
                return (Settlement.NextInvoice, null);
            case "on request":
                return (new Settlement.OnRequest(), null);
            case var other when other.StartsWith("within ", StringComparison.Ordinal):
                var (length, problem) = TimeAmountForm.Parse(other["within ".Length..]);
                return length is null ? (null, problem) : (new Settlement.Within(length), null);
            default:
                return (null, "it is 'next invoice', 'within 15 days' or 'on request'");
        }
    }
}
