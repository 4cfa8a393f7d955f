using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Runtime.Assertions;

/// <summary>What is said of a line of a statement; each operation uses what it needs.</summary>
/// <param name="Remedy">The remedy of the line.</param>
/// <param name="Period">Its period.</param>
/// <param name="Event">The event of the line; null for one of the whole period.</param>
/// <param name="Amount">An amount; what it is the operation says.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="Dispute">The name of a dispute.</param>
/// <param name="FactSource">The source of a fact that is contested.</param>
/// <param name="FactId">Its id.</param>
/// <param name="ApprovedBy">Who approved a waiver.</param>
public sealed record LineWords(
    string Remedy, string Period, string? Event = null, decimal? Amount = null, string? Reason = null, string? Evidence = null, string? Dispute = null, string? FactSource = null, string? FactId = null, string? ApprovedBy = null);

/// <summary>What is claimed, contested, settled, paid and waived about lines of statements, as facts.</summary>
public static class StatementFacts
{
    /// <summary>Something about a line: <see cref="FactTypes.ClaimMade"/>, <see cref="FactTypes.DisputeOpened"/>, <see cref="FactTypes.AdjustmentAccepted"/>, <see cref="FactTypes.AmountPaid"/>, <see cref="FactTypes.AmountWaived"/>.</summary>
    public static AssertedFact OfLine(string agreement, string type, LineWords line, PartyRole side)
    {
        ArgumentNullException.ThrowIfNull(line);
        return new AssertedFact(type, "", json =>
        {
            json.WriteString("agreement", agreement);
            json.WriteString("remedy", line.Remedy);
            json.WriteString("period", line.Period);
            AssertedFact.Member(json, "event", line.Event);
            if (line.Amount is { } amount)
                json.WriteNumber("amount", amount);
            AssertedFact.Member(json, "reason", line.Reason);
            AssertedFact.Member(json, "evidence", line.Evidence);
            AssertedFact.Member(json, "dispute", line.Dispute);
            AssertedFact.Member(json, "fact-source", line.FactSource);
            AssertedFact.Member(json, "fact-id", line.FactId);
            AssertedFact.Member(json, "approved-by", line.ApprovedBy);
            if (type != FactTypes.AmountPaid)
                json.WriteString("by", AssertedFact.Word(side));
        });
    }

    /// <summary>What a contested line comes to by agreement.</summary>
    public static AssertedFact Settlement(string agreement, string dispute, decimal amount, string? reason, PartyRole side) => new(FactTypes.DisputeSettled, "", json =>
    {
        json.WriteString("agreement", agreement);
        json.WriteString("dispute", dispute);
        json.WriteNumber("amount", amount);
        json.WriteString("by", AssertedFact.Word(side));
        AssertedFact.Member(json, "reason", reason);
    });
}
