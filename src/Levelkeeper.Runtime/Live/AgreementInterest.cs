using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Runtime.Live;

/// <summary>Which facts an agreement might take in, told by the names in them: never too few, sometimes too many. What it does take in, matching decides.</summary>
internal sealed class AgreementInterest
{
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<Party> _customers = [];
    private readonly bool _anyCustomer;

    public AgreementInterest(AgreementVersions versions)
    {
        foreach (var agreement in versions.All.Select(v => v.Agreement))
        {
            _ids.Add(agreement.Id);
            if (agreement.Customer is { } customer)
                _customers.Add(customer);
            else
                _anyCustomer = true;
            _words.UnionWith(agreement.Services.Select(s => s.Name));
            _words.UnionWith(agreement.Services.SelectMany(s => s.Components));
            _words.UnionWith(agreement.BusinessNames);
            // Whoever is on a roster may be a part of a service, and a rule may look at any field.
            IsOpen |= !agreement.MatchRules.IsEmpty || agreement.Objectives.Any(o => o.ObservedRoster.Length > 0);
        }
    }

    /// <summary>Whether names do not tell, so that every fact must be looked at.</summary>
    public bool IsOpen { get; }

    /// <summary>The names by which it may be meant: services, components, metrics, duties, rosters, objectives.</summary>
    public IReadOnlySet<string> Words => _words;

    /// <summary>The ids by which facts name it.</summary>
    public IReadOnlySet<string> Ids => _ids;

    /// <summary>Whether a fact that names a customer or an agreement may mean it.</summary>
    public bool Admits(FactAddress address) => Admits(address.Customer, address.Agreement);

    /// <summary>The same of names by themselves; empty for none.</summary>
    public bool Admits(string customer, string agreement) =>
        (agreement.Length == 0 || _ids.Contains(agreement)) && (customer.Length == 0 || _anyCustomer || _customers.Exists(c => c.IsCalled(customer)));

    /// <summary>The names of a service of an agreement: its own, and its components'. None for one that the agreement does not have.</summary>
    public static IEnumerable<string> WordsOf(Agreement agreement, string service) => agreement.Service(service) is { } found ? [found.Name, .. found.Components] : [];

    /// <summary>The names in a fact by which it may mean an agreement.</summary>
    public static IEnumerable<string> WordsOf(Fact fact)
    {
        if (fact.Address.Service.Length > 0)
            yield return fact.Address.Service;
        if (fact.Subject.Length > 0)
            yield return fact.Subject;
        if (WordOf(fact.Data) is { Length: > 0 } word)
            yield return word;
    }

    /// <summary>The name in the data of a fact by which it may mean an agreement; empty for none.</summary>
    public static string WordOf(FactData? data) => data switch
    {
        FactData.Measured measured => measured.Metric,
        FactData.Aggregated aggregated => aggregated.Metric,
        FactData.DutyDone duty => duty.Duty,
        FactData.RosterChanged roster => roster.Roster,
        FactData.BreachExplained breach => breach.Objective,
        FactData.TicketChanged changed => changed.Fields.TryGetValue("service", out var service) ? service : "",
        FactData.Corrected corrected => WordOf(corrected.Replacement),
        _ => "",
    };

    /// <summary>Whether a fact about a subject with such names may mean it.</summary>
    public bool MayTake(string subject, FactNames names)
    {
        if (!Admits(names.Customer, names.Agreement))
            return false;
        // Whoever names the agreement means it, and a customer's name alone is enough for what concerns money.
        return IsOpen || names.Agreement.Length > 0 || names is { Customer.Length: > 0, Service.Length: 0 }
            || Knows(names.Service) || Knows(subject) || Knows(names.Word);

        bool Knows(string word) => word.Length > 0 && _words.Contains(word);
    }
}
