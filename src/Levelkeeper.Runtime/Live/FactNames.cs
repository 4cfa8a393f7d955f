using Levelkeeper.Core.Facts;

namespace Levelkeeper.Runtime.Live;

/// <summary>The names in a fact, beside its subject, by which an agreement may be meant.</summary>
/// <param name="Service">The service that its address names; empty for none.</param>
/// <param name="Customer">The customer.</param>
/// <param name="Agreement">The agreement's id.</param>
/// <param name="Word">A name that its data have: a metric, a duty, a roster, an objective. Of an amendment also its subject. Empty for none.</param>
internal sealed record FactNames(string Service, string Customer, string Agreement, string Word)
{
    /// <summary>No name at all, as most facts about a ticket have after the first.</summary>
    public static FactNames None { get; } = new("", "", "", "");

    /// <summary>The names in a fact: several for an amendment with a subject of its own.</summary>
    public static IEnumerable<FactNames> Of(Fact fact)
    {
        var (address, word) = (fact.Address, AgreementInterest.WordOf(fact.Data));
        if (fact.Data.IsAmendment && fact.Subject.Length > 0)
            yield return new FactNames(address.Service, address.Customer, address.Agreement, fact.Subject);
        yield return new FactNames(address.Service, address.Customer, address.Agreement, word);
    }

    /// <summary>Whether they are those of a fact that is no amendment.</summary>
    public bool AreOf(Fact fact) =>
        fact.Address.Service == Service && fact.Address.Customer == Customer && fact.Address.Agreement == Agreement && !fact.Data.IsAmendment && AgreementInterest.WordOf(fact.Data) == Word;
}
