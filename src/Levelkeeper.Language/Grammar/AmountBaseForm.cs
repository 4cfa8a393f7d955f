using Levelkeeper.Core.Remedies;

namespace Levelkeeper.Language.Grammar;

/// <summary>What percentages are of, as people write it: <c>fee of shop</c>, <c>fee of the agreement</c>, <c>fee of the affected users</c>, <c>price of delivery</c>,
/// <c>invoice</c>, <c>what uptime-credit gave</c>.</summary>
public static class AmountBaseForm
{
    /// <summary>Reads it.</summary>
    /// <returns>The base; or null and what is wrong with it.</returns>
    public static (AmountBase? Base, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string problem = "it is 'fee of SERVICE', 'fee of the agreement', 'fee of the affected users', 'price of FEE', 'invoice' or 'what REMEDY gave'";
        return text.Trim() switch
        {
            "invoice" => (new AmountBase.Invoice(), null),
            "fee of the agreement" => (new AmountBase.FeeOfAgreement(), null),
            "fee of the affected users" or "fee of the affected" => (new AmountBase.FeeOfAffected(), null),
            var service when Between(service, "fee of ", "") is { } name => (new AmountBase.FeeOfService(name), null),
            var price when Between(price, "price of ", "") is { } fee => (new AmountBase.FeeNamed(fee), null),
            var given when Between(given, "what ", " gave") is { } remedy => (new AmountBase.GivenBy(remedy), null),
            _ => (null, problem),
        };
    }

    /// <summary>The one word between two others; null where it is not one word.</summary>
    private static string? Between(string text, string before, string after) =>
        text.Length > before.Length + after.Length && text.StartsWith(before, StringComparison.Ordinal) && text.EndsWith(after, StringComparison.Ordinal)
        && text[before.Length..^after.Length] is var word && !word.Contains(' ', StringComparison.Ordinal) ? word : null;
}
