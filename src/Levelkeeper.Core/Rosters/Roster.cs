using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Rosters;

/// <summary>Who belongs to a named group, and when: the representatives of a team, the sites of a customer. Immutable.</summary>
/// <remarks>Membership is half-open: the instant of joining is inside, the instant of leaving is not. Names are compared ordinally.</remarks>
public sealed class Roster
{
    private readonly ImmutableSortedDictionary<string, IntervalSet> _members;

    private Roster(string name, ImmutableSortedDictionary<string, IntervalSet> members, ImmutableArray<SetAsideFact> leftOut)
    {
        Name = name;
        _members = members;
        LeftOut = leftOut;
    }

    /// <summary>The roster's name in the agreement.</summary>
    public string Name { get; }

    /// <summary>Changes that changed nothing: a member who joins again, one who leaves without being in, and those before the list of the agreement.</summary>
    public ImmutableArray<SetAsideFact> LeftOut { get; }

    /// <summary>The roster that follows from the agreement's list and the changes since.</summary>
    /// <param name="name">The roster's name; changes of other rosters are passed over.</param>
    /// <param name="initial">The members by the agreement.</param>
    /// <param name="from">Since when that list holds; earlier changes are left out.</param>
    /// <param name="facts">Effective facts in their order; only <see cref="FactData.RosterChanged"/> is read.</param>
    public static Roster Of(string name, IEnumerable<string> initial, Instant from, IReadOnlyList<Fact> facts)
    {
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentNullException.ThrowIfNull(facts);
        var tally = new FactTally();
        var since = new Dictionary<string, long>();
        var times = new Dictionary<string, List<TickInterval>>();
        foreach (var member in initial)
            since[member] = from.ToUnixTimeTicks();
        foreach (var fact in facts)
        {
            if (fact.Data is not FactData.RosterChanged change || change.Roster != name)
                continue;
            var time = fact.Time.ToUnixTimeTicks();
            if (fact.Time < from)
                tally.LeaveOut(fact, "the agreement lists the members as of a later instant");
            else if (change.Joined && !since.TryAdd(change.Member, time))
                tally.LeaveOut(fact, "who joins is a member already");
            else if (!change.Joined && !since.ContainsKey(change.Member))
                tally.LeaveOut(fact, "who leaves is no member");
            else if (!change.Joined && since.Remove(change.Member, out var start))
                Add(change.Member, new TickInterval(start, time));
        }

        foreach (var (member, start) in since)
            Add(member, new TickInterval(start, long.MaxValue));
        return new Roster(name, times.ToImmutableSortedDictionary(member => member.Key, member => IntervalSet.Of(member.Value), StringComparer.Ordinal), tally.LeftOut);

        void Add(string member, TickInterval during)
        {
            if (!times.TryGetValue(member, out var earlier))
                times.Add(member, earlier = []);
            earlier.Add(during);
        }
    }

    /// <summary>The members of a period, in ordinal order, each with the times in the period in which it belonged to the roster; never empty times.</summary>
    public ImmutableArray<RosterMember> MembersDuring(TickInterval period) =>
    [
        .. _members
            .Select(member => new RosterMember(member.Key, member.Value.Intersect(period)))
            .Where(member => !member.During.IsEmpty),
    ];
}

/// <summary>A member and its time on the roster.</summary>
/// <param name="Member">Who.</param>
/// <param name="During">When, inside the period that was asked for.</param>
public sealed record RosterMember(string Member, IntervalSet During);
