using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Matching;

/// <summary>A rule of the agreement that says to which service (and component) a fact belongs.</summary>
/// <param name="Conditions">All must hold: the field's name (<c>source</c>, <c>subject</c>, <c>type</c>, <c>service</c>, <c>customer</c> or a label's name) and what its text must fit, any one of several.</param>
/// <param name="Service">The service it belongs to then.</param>
/// <param name="Component">The component; empty: the fact's subject when the service lists it, else the service as a whole.</param>
/// <param name="Clause">The rule's place.</param>
public sealed record MatchRule(ImmutableArray<(string Field, ImmutableArray<Glob> Fits)> Conditions, string Service, string Component, Clause Clause)
{
    /// <summary>Whether all conditions hold for a fact with an address (a ticket's address is gathered from all its facts).</summary>
    public bool Holds(Fact fact, FactAddress address)
    {
        foreach (var (field, fits) in Conditions)
        {
            var text = FieldOf(field, fact, address);
            if (text.Length == 0 || !fits.Any(g => g.Fits(text)))
                return false;
        }

        return true;
    }

    private static string FieldOf(string field, Fact fact, FactAddress address) => field switch
    {
        "source" => fact.Source,
        "subject" => fact.Subject,
        "type" => fact.Type,
        "service" => address.Service,
        "customer" => address.Customer,
        _ => address.Labels.GetValueOrDefault(field, ""),
    };
}
