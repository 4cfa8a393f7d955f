using Levelkeeper.Core.Remedies;

namespace Levelkeeper.Language.Grammar;

/// <summary>What percentages are of, as people write it: <c>fee of shop</c>, <c>fee of the agreement</c>, <c>fee of the affected users</c>, <c>invoice</c>.</summary>
public static class AmountBaseForm
{
    /// <summary>Reads it.</summary>
    /// <returns>The base; or null and what is wrong with it.</returns>
    public static (AmountBase? Base, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string problem = "it is 'fee of SERVICE', 'fee of the agreement', 'fee of the affected users' or 'invoice'";
        return text.Trim() switch
        {
            "invoice" => (new AmountBase.Invoice(), null),
            "fee of the agreement" => (new AmountBase.FeeOfAgreement(), null),
            "fee of the affected users" or "fee of the affected" => (new AmountBase.FeeOfAffected(), null),
            var fee when fee.StartsWith("fee of ", StringComparison.Ordinal) && !fee["fee of ".Length..].Contains(' ', StringComparison.Ordinal) => (new AmountBase.FeeOfService(fee["fee of ".Length..]), null),
            _ => (null, problem),
        };
    }
}
