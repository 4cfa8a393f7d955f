using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Matching;

/// <summary>The parts of services that are observed each on its own: their components, and everybody who ever was on a roster each member of which an objective observes.</summary>
internal sealed class ObservedParts
{
    private readonly Dictionary<string, HashSet<string>> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Service> _services = new(StringComparer.Ordinal);

    /// <summary>Reads who was on the rosters.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="facts">All facts: some say who joined.</param>
    /// <param name="counts">Whether a fact may be read: its source may assert it, and it is about this agreement.</param>
    public ObservedParts(Agreement agreement, EffectiveFacts facts, Func<Fact, bool> counts)
    {
        var rosters = agreement.Objectives.Where(o => o.ObservedRoster.Length > 0).ToLookup(o => o.ObservedRoster, o => o.Service, StringComparer.Ordinal);
        if (rosters.Count == 0)
            return;
        foreach (var roster in agreement.Rosters)
        {
            foreach (var member in roster.Members)
                Add(roster.Name, member);
        }

        foreach (var fact in facts.Entities.SelectMany(e => e.Facts).Select(f => f.Fact))
        {
            if (fact.Data is FactData.RosterChanged change && counts(fact))
                Add(change.Roster, change.Member);
        }

        void Add(string roster, string member)
        {
            foreach (var name in rosters[roster])
            {
                if (agreement.Service(name) is not { } service)
                    continue;
                if (!_members.TryGetValue(name, out var members))
                    _members.Add(name, members = new HashSet<string>(StringComparer.Ordinal));
                members.Add(member);
                _services.TryAdd(member, service);
            }
        }
    }

    /// <summary>Whether anything of a service is observed on its own.</summary>
    public bool AnyOf(Service service) => !service.Components.IsEmpty || AnyMemberOf(service);

    /// <summary>Whether somebody ever was on a roster whose members are parts of a service.</summary>
    public bool AnyMemberOf(Service service) => _members.ContainsKey(service.Name);

    /// <summary>Whether a name is one of them.</summary>
    public bool Has(Service service, string name) => service.Components.Contains(name) || _members.TryGetValue(service.Name, out var members) && members.Contains(name);

    /// <summary>The service that a member is a part of: the first whose roster has it; null for nobody known.</summary>
    public Service? ServiceOfMember(string name) => _services.GetValueOrDefault(name);
}
