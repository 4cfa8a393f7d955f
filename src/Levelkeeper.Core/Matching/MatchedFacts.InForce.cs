using System.Collections.Immutable;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Matching;

/// <content>The matching of several versions of an agreement, each in force for a time.</content>
public sealed partial class MatchedFacts
{
    /// <summary>The versions' own, each with the time in which it is in force; empty when there is one. A state that lasts over a change of matching is that which the version in force reads.</summary>
    internal ImmutableArray<(TickInterval During, MatchedFacts Facts)> Parts { get; }

    /// <summary>Facts that belong where the version in force at their time says; one that it does not take in, where the first later version does that takes it in.</summary>
    /// <param name="parts">What each version makes of all facts, and when it is in force: one after the other, without gaps, over all time.</param>
    /// <param name="asOf">The facts' instant: an amendment that is in force later takes no ticket out yet.</param>
    internal static MatchedFacts InForce(ImmutableArray<(TickInterval During, MatchedFacts Facts)> parts, Instant asOf)
    {
        if (parts.Length == 1)
            return parts[0].Facts;
        var result = new Builder { Parts = parts };
        var waiting = new Dictionary<FactKey, SetAsideFact>();
        var taken = new HashSet<FactKey>();
        foreach (var (during, facts) in parts)
        {
            foreach (var ((service, component), list) in facts._components)
            {
                foreach (var fact in list.Where(f => Takes(f.Fact)))
                    result.AddService(service, component, fact);
            }

            foreach (var (service, list) in facts._business)
            {
                foreach (var fact in list.Where(f => Takes(f.Fact)))
                    result.AddBusiness(service, fact);
            }

            foreach (var fact in facts.Tickets.SelectMany(t => t.Facts).Where(f => Takes(f.Fact)))
                taken.Add(fact.Fact.Key);
            foreach (var aside in facts.Unmatched.Where(f => during.Contains(f.Fact.Time.ToUnixTimeTicks())))
                waiting.Add(aside.Fact.Key, aside);
            foreach (var left in facts.LeftOut.Where(f => during.Contains(f.Fact.Time.ToUnixTimeTicks())))
                result.LeaveOut(left.Fact, left.Reason);

            bool Takes(Fact fact) => during.Contains(fact.Time.ToUnixTimeTicks()) || waiting.Remove(fact.Key);
        }

        var leftOut = result.LeftOut.Select(f => f.Fact.Key).ToHashSet();
        foreach (var versions in parts.SelectMany((p, i) => p.Facts.Tickets.Select(t => (Number: i, Ticket: t))).GroupBy(t => t.Ticket.Ticket, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            // Once a version takes it in, all its facts are its own, as of a ticket that leaves the agreement by a fact.
            var facts = versions.SelectMany(v => v.Ticket.Facts).DistinctBy(f => f.Fact.Key).Where(f => !leftOut.Contains(f.Fact.Key)).ToList();
            if (!facts.Exists(f => taken.Contains(f.Fact.Key)))
                continue;
            facts.Sort(static (a, b) => Fact.CompareWithinEntity(a.Fact, b.Fact));
            result.AddTicket(TicketOf(facts, versions.ToDictionary(v => v.Number, v => v.Ticket), parts, asOf));
            foreach (var fact in facts)
                waiting.Remove(fact.Fact.Key);
        }

        foreach (var aside in waiting.Values)
            result.Unmatch(aside.Fact, aside.Reason);
        return result.Build();
    }

    /// <summary>One ticket as the versions make it out.</summary>
    private static MatchedTicket TicketOf(List<EffectiveFact> facts, Dictionary<int, MatchedTicket> byVersion, ImmutableArray<(TickInterval During, MatchedFacts Facts)> parts, Instant asOf)
    {
        var turns = ImmutableArray.CreateBuilder<(Fact, bool)>();
        var turnsAt = ImmutableArray.CreateBuilder<(Instant, bool)>();
        // What each version says after each fact, whether it is in force then or not.
        var said = Enumerable.Range(0, parts.Length).Select(byVersion.ContainsKey).ToArray();
        var turnsOf = byVersion.ToDictionary(v => v.Key, v => v.Value.Turns.ToDictionary(t => t.At.Key, t => t.Belongs));
        var (version, belongs) = (NumberAt(facts[0].Fact), true);
        Fact? leftBy = null;
        Instant? leftByAmendment = null;
        foreach (var (fact, _, _) in facts)
        {
            EnterUntil(NumberAt(fact));
            foreach (var (number, own) in turnsOf)
            {
                if (own.TryGetValue(fact.Key, out var now))
                    said[number] = now;
            }

            if (said[version] == belongs)
                continue;
            turns.Add((fact, belongs = said[version]));
            (leftBy, leftByAmendment) = (belongs ? null : fact, null);
        }

        EnterUntil(parts.Length - 1);
        var last = byVersion[byVersion.Keys.Where(n => facts.Exists(f => parts[n].During.Contains(f.Fact.Time.ToUnixTimeTicks()))).DefaultIfEmpty(byVersion.Keys.Max()).Max()];
        return new MatchedTicket(last.Ticket, last.Service, [.. facts], last.Address, leftBy) { Turns = turns.DrainToImmutable(), TurnsAt = turnsAt.DrainToImmutable(), LeftByAmendment = leftByAmendment };

        int NumberAt(Fact fact)
        {
            var at = fact.Time.ToUnixTimeTicks();
            var number = parts.Length - 1;
            while (number > 0 && parts[number].During.Start > at)
                number--;
            return number;
        }

        void EnterUntil(int number)
        {
            while (version < number)
            {
                version++;
                if (said[version] == belongs)
                    continue;
                var at = Instant.FromUnixTimeTicks(parts[version].During.Start);
                turnsAt.Add((at, belongs = said[version]));
                (leftBy, leftByAmendment) = at > asOf ? (leftBy, leftByAmendment) : (null, belongs ? null : at);
            }
        }
    }
}
