using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Language.Grammar;

/// <summary>A right as people write it: <c>customer to terminate without fee, notice 30 days</c>, <c>either to renegotiate</c>, <c>customer to terminate, within 60 days</c>.</summary>
public static class EntitlementForm
{
    /// <summary>Reads a right.</summary>
    /// <returns>The right; or null and what is wrong with it.</returns>
    public static (Benefit.Right? Right, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(',');
        if (parts[0].Trim().Split(" to ", 2) is not [var who, var what])
            return (null, "a right is 'customer to terminate', 'provider to renegotiate', 'either to review the service'");
        PartyRole? holder;
        switch (who.Trim())
        {
            case "customer": holder = PartyRole.Customer; break;
            case "provider": holder = PartyRole.Provider; break;
            case "either": holder = null; break;
            default: return (null, $"'{who.Trim()}' is neither 'customer', 'provider' nor 'either'");
        }

        var withoutFee = what.EndsWith(" without fee", StringComparison.Ordinal);
        EntitledTo? to = (withoutFee ? what[..^" without fee".Length] : what).Trim() switch
        {
            "terminate" or "terminate the agreement" => EntitledTo.Terminate,
            "renegotiate" or "renegotiate the agreement" => EntitledTo.Renegotiate,
            "review" or "review the service" => EntitledTo.Review,
            _ => null,
        };
        if (to is not { } right)
            return (null, $"'{what}' is neither 'terminate', 'renegotiate' nor 'review'");
        if (withoutFee && right != EntitledTo.Terminate)
            return (null, "only ending an agreement may cost a fee");
        var result = new Benefit.Right(holder, right, withoutFee, null, null);
        foreach (var part in parts.Skip(1).Select(p => p.Trim()))
        {
            var (length, problem) = TimeAmountForm.Parse(part[(part.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            if (length is null)
                return (null, problem);
            if (part.StartsWith("notice ", StringComparison.Ordinal))
                result = result with { Notice = length };
            else if (part.StartsWith("within ", StringComparison.Ordinal))
                result = result with { Within = length };
            else
                return (null, $"'{part}' is neither 'notice …' nor 'within …'");
        }

        return (result, null);
    }
}
