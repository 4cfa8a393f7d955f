using System.Collections.Immutable;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Matching;

/// <summary>The facts of one agreement, sorted by service; and those that belong nowhere.</summary>
public sealed partial class MatchedFacts
{
    private readonly Dictionary<(string Service, string Component), List<EffectiveFact>> _components;
    private readonly Dictionary<string, List<EffectiveFact>> _business;

    private MatchedFacts(Builder builder)
    {
        _components = builder.Components;
        _business = builder.Business;
        Tickets = [.. builder.Tickets];
        Unmatched = [.. builder.Unmatched];
        LeftOut = [.. builder.LeftOut];
        Parts = builder.Parts;
        Count = Tickets.Sum(t => (long)t.Facts.Length) + _components.Values.Sum(l => (long)l.Count) + _business.Values.Sum(l => (long)l.Count);
    }

    /// <summary>How many facts belong to a service.</summary>
    public long Count { get; }

    /// <summary>Tickets, in ordinal order of their names.</summary>
    public ImmutableArray<MatchedTicket> Tickets { get; }

    /// <summary>Facts that belong to no service, with the reason.</summary>
    public ImmutableArray<SetAsideFact> Unmatched { get; }

    /// <summary>Facts whose source may not assert them.</summary>
    public ImmutableArray<SetAsideFact> LeftOut { get; }

    /// <summary>The facts about a component (empty name: the service as a whole), in the order of facts.</summary>
    public IReadOnlyList<EffectiveFact> OfComponent(string service, string component) => _components.TryGetValue((service, component), out var list) ? list : [];

    /// <summary>All facts about a service and its components, in the order of facts.</summary>
    public IReadOnlyList<EffectiveFact> OfService(string service) =>
        Sorted(_components.Where(c => c.Key.Service == service).SelectMany(c => c.Value));

    /// <summary>The business facts of a service and those of the agreement as a whole, in the order of facts; all of them when the service is empty.</summary>
    public IReadOnlyList<EffectiveFact> Business(string service) =>
        Sorted(_business.Where(b => service.Length == 0 || b.Key.Length == 0 || b.Key == service).SelectMany(b => b.Value));

    private static List<EffectiveFact> Sorted(IEnumerable<EffectiveFact> facts)
    {
        var list = facts.ToList();
        list.Sort(static (a, b) => Fact.CompareWithinEntity(a.Fact, b.Fact));
        return list;
    }

    internal sealed class Builder
    {
        public Dictionary<(string Service, string Component), List<EffectiveFact>> Components { get; } = [];

        public Dictionary<string, List<EffectiveFact>> Business { get; } = new(StringComparer.Ordinal);

        public List<MatchedTicket> Tickets { get; } = [];

        public ImmutableArray<(TickInterval During, MatchedFacts Facts)> Parts { get; init; } = [];

        public List<SetAsideFact> Unmatched { get; } = [];

        public List<SetAsideFact> LeftOut { get; } = [];

        public void AddService(string service, string component, EffectiveFact fact) => Add(Components, (service, component), fact);

        public void AddBusiness(string service, EffectiveFact fact) => Add(Business, service, fact);

        public void AddTicket(MatchedTicket ticket) => Tickets.Add(ticket);

        public void Unmatch(Fact fact, string reason) => Unmatched.Add(new SetAsideFact(fact, reason));

        public void LeaveOut(Fact fact, string reason) => LeftOut.Add(new SetAsideFact(fact, reason));

        public MatchedFacts Build()
        {
            foreach (var list in Components.Values.Concat(Business.Values))
                list.Sort(static (a, b) => Fact.CompareWithinEntity(a.Fact, b.Fact));
            return new MatchedFacts(this);
        }

        private static void Add<TKey>(Dictionary<TKey, List<EffectiveFact>> map, TKey key, EffectiveFact fact)
            where TKey : notnull
        {
            if (!map.TryGetValue(key, out var list))
                map.Add(key, list = []);
            list.Add(fact);
        }
    }
}

/// <summary>A ticket with the service it belongs to.</summary>
/// <param name="Ticket">Its name.</param>
/// <param name="Service">The service; when the ticket left the agreement, the last one it belonged to.</param>
/// <param name="Facts">Its facts in their order.</param>
/// <param name="Address">What its facts together say about where it belongs, with priority, channel and changed fields among the labels.</param>
/// <param name="LeftBy">The fact by which it stopped belonging to any service of the agreement; null while it belongs.</param>
public sealed record MatchedTicket(string Ticket, string Service, ImmutableArray<EffectiveFact> Facts, FactAddress Address, Fact? LeftBy)
{
    /// <summary>The facts by which it came under the agreement (true) or left it (false), in order. Empty when it belonged from its first fact on and never left.</summary>
    public ImmutableArray<(Fact At, bool Belongs)> Turns { get; init; } = [];

    /// <summary>The instants at which an amendment brought it under the agreement (true) or took it out (false), ascending.</summary>
    public ImmutableArray<(Instant At, bool Belongs)> TurnsAt { get; init; } = [];

    /// <summary>When the amendment came by which it stopped belonging to any service of the agreement; null when none did, or it belongs again.</summary>
    public Instant? LeftByAmendment { get; init; }

    private const string LeftReason = "it no longer belongs to the agreement";

    /// <summary>When it stopped belonging to any service of the agreement; null while it belongs.</summary>
    public Instant? LeftAt => LeftBy?.Time ?? LeftByAmendment;

    /// <summary>What the agreement sees of it: the facts until it left, and that it is void from then on. Clocks end with their history; what was breached before stays breached.</summary>
    public IEnumerable<Fact> Seen
    {
        get
        {
            foreach (var fact in Facts)
            {
                if (ReferenceEquals(fact.Fact, LeftBy))
                {
                    yield return Void(fact.Fact);
                    yield break;
                }

                if (LeftByAmendment <= fact.Fact.Time)
                    break;
                yield return fact.Fact;
            }

            if (LeftByAmendment is { } at)
                yield return Void(Facts[0].Fact with { Id = $"{Facts[0].Fact.Id}/amendment", Time = at, Sequence = "" });
        }
    }

    private static Fact Void(Fact fact) => fact with { Type = FactTypes.TicketCancelled, Data = new FactData.TicketCancelled(LeftReason, false), Digest = default, Body = "" };
}
