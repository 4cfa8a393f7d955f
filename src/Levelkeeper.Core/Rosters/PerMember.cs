using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Rosters;

/// <summary>What the target is for a member who was on the roster for a part of the period only.</summary>
public enum PartialMembership
{
    /// <summary>The target times the share of the period spent on the roster, exactly.</summary>
    Prorated,

    /// <summary>Only members of the whole period have a target; the others are shown without one.</summary>
    WholePeriodOnly,

    /// <summary>The full target.</summary>
    FullTarget,
}

/// <summary>An objective that each member has: <em>each representative at least N appointments a month</em>.</summary>
public sealed record PerMemberRule
{
    /// <summary>How each member's number is made. A count or sum usually wants <see cref="NothingMeasured.Zero"/> here.</summary>
    public required MeasurementRule Measurement { get; init; }

    /// <summary>The target of a member of the whole period, in the unit of the result.</summary>
    public required Quantity Target { get; init; }

    /// <summary>What it is for a part of the period. Prorating suits counts and sums; a share or an average should keep the full target.</summary>
    public PartialMembership Partial { get; init; } = PartialMembership.Prorated;

    /// <summary>The clauses that say all this, for the explanation.</summary>
    public ImmutableArray<Clause> Clauses { get; init; } = [];
}

/// <summary>One member's number beside its own target.</summary>
/// <param name="Member">Who, with the time on the roster in the period.</param>
/// <param name="Measured">What it did while on the roster.</param>
/// <param name="Target">Its target; null when it has none.</param>
/// <param name="Explanation">The tree behind both.</param>
public sealed record MemberResult(RosterMember Member, MeasurementResult Measured, Quantity? Target, Explanation Explanation);

/// <summary>All members' numbers over a period.</summary>
/// <param name="Members">In ordinal order of the names.</param>
/// <param name="LeftOut">The first facts of the period that no member's number counts, for each reason.</param>
/// <param name="FactsLeftOut">How many there are.</param>
/// <param name="Explanation">The tree behind it.</param>
public sealed record PerMemberResult(ImmutableArray<MemberResult> Members, ImmutableArray<SetAsideFact> LeftOut, long FactsLeftOut, Explanation Explanation);

/// <summary>How many of the members that have a target meet it.</summary>
/// <param name="Share">Members that meet it / members that have one; a band while some cannot be decided; no activity when nobody has a target.</param>
/// <param name="Met">How many meet it.</param>
/// <param name="Missed">How many miss it.</param>
/// <param name="Undecided">How many cannot be decided.</param>
/// <param name="Explanation">The tree behind it.</param>
public sealed record MembersMeeting(MeasuredValue Share, int Met, int Missed, int Undecided, Explanation Explanation)
{
    /// <summary>Whether all meet it: true, false, or null when that is not decided or nobody has a target.</summary>
    public bool? All => Missed > 0 ? false : Undecided > 0 || Met == 0 ? null : true;

    /// <summary>Counts those who meet their target.</summary>
    /// <param name="members">Those who have a target, each with it and whether it is met; null when that is not decided.</param>
    public static MembersMeeting Of(IEnumerable<(string Member, Quantity Target, bool? Meets)> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var judged = members.ToArray();
        var met = judged.Count(member => member.Meets == true);
        var missed = judged.Count(member => member.Meets == false);
        var undecided = judged.Length - met - missed;
        const string Title = "members that meet their target";
        if (judged.Length == 0)
            return new MembersMeeting(MeasuredValue.NoActivity.Instance, 0, 0, 0, Parts.Reason(Title, "Nobody has a target in this period: no activity."));

        var low = ShareOf("members that meet it", judged.Where(member => member.Meets == true), met);
        if (undecided == 0)
            return new MembersMeeting(new MeasuredValue.Exact(low.Value!.Value), met, missed, 0, low);
        var high = ShareOf("members that meet it or are not decided", judged.Where(member => member.Meets != false), met + undecided);
        var band = Parts.Reason(Title, $"{undecided} cannot be decided, so the result is a band.", low with { Title = Title + ", at least" }, high with { Title = Title + ", at most" });
        return new MembersMeeting(MeasuredValue.Between(low.Value, high.Value), met, missed, undecided, band);

        Explanation ShareOf(string title, IEnumerable<(string Member, Quantity Target, bool? Meets)> meeting, int count) => Parts.Derived(
            Title,
            Quantity.Share(new Rational(count, judged.Length)),
            Derivation.Quotient,
            Parts.Count(title, count, "members", meeting.Select(Node)),
            Parts.Count("members with a target", judged.Length, "members", judged.Select(Node)));

        static Explanation Node((string Member, Quantity Target, bool? Meets) member) => Parts.Given(
            member.Member,
            member.Target,
            member.Meets switch { true => "meets its target", false => "misses its target", null => "not decided" });
    }
}

/// <summary>Measures each member of a roster by itself.</summary>
public static class PerMember
{
    /// <summary>Each member's number and target over a period.</summary>
    /// <remarks>
    /// A <see cref="FactData.Measured"/> counts for the member that it names, if that one was on the roster at the fact's time. Every fact of the period is
    /// counted for one member or left out with a reason, so that the members' sums and what is left out add up to the whole.
    /// </remarks>
    /// <param name="rule">The measurement, the target and what a part of the period does to it.</param>
    /// <param name="roster">Who belongs to it, and when.</param>
    /// <param name="facts">Effective facts of this objective in their order.</param>
    /// <param name="period">The whole period, also while it runs: targets are prorated by it. Facts after now must not be in <paramref name="facts"/>.</param>
    /// <param name="under">The time under the agreement: membership outside it does not count; null for always.</param>
    public static PerMemberResult Measure(PerMemberRule rule, Roster roster, IReadOnlyList<Fact> facts, TickInterval period, TickInterval? under = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentNullException.ThrowIfNull(facts);
        var members = roster.MembersDuring(under is { } agreed ? period.Intersect(agreed) : period);
        var own = members.ToDictionary(member => member.Member, member => (member.During, Facts: new List<Fact>()));
        var tally = new FactTally();
        foreach (var fact in facts)
        {
            var time = fact.Time.ToUnixTimeTicks();
            if (!period.Contains(time))
                continue;
            if (fact.Data is not FactData.Measured { Member.Length: > 0 } measured)
                tally.LeaveOut(fact, "it names no member");
            else if (!own.TryGetValue(measured.Member, out var member))
                tally.LeaveOut(fact, "it names nobody who was on the roster in this period");
            else if (!member.During.Contains(time))
                tally.LeaveOut(fact, "its member was not on the roster then");
            else
                member.Facts.Add(fact);
        }

        ImmutableArray<MemberResult> results = [.. members.Select(member => Result(rule, member, own[member.Member].Facts, period))];
        var tree = Parts.Reason($"each member of {roster.Name}", $"{results.Length} members", results.Take(FactTally.ListLimit).Select(member => member.Explanation).Concat(tally.Reasons()))
            with { Clauses = rule.Clauses, During = period };
        return new PerMemberResult(results, tally.LeftOut, tally.LeftOutCount, tree);
    }

    /// <summary>How many members meet their target.</summary>
    /// <param name="result">The members' numbers.</param>
    /// <param name="meets">Compares one member's number with its target, which is not null; null when that is not decided.</param>
    public static MembersMeeting Judge(PerMemberResult result, Func<MemberResult, bool?> meets)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(meets);
        return MembersMeeting.Of(result.Members.Where(member => member.Target is not null).Select(member => (member.Member.Member, member.Target!.Value, meets(member))));
    }

    private static MemberResult Result(PerMemberRule rule, RosterMember member, List<Fact> facts, TickInterval period)
    {
        var measured = Measurement.Of(rule.Measurement, facts, period);
        var target = Target(rule, member, period);
        var tree = Parts.Reason(member.Member, $"On the roster: {member.During}", measured.Explanation, target);
        return new MemberResult(member, measured, target.Value, tree);
    }

    private static Explanation Target(PerMemberRule rule, RosterMember member, TickInterval period)
    {
        var whole = member.During.Length == period.Length;
        switch (rule.Partial)
        {
            case PartialMembership.WholePeriodOnly when !whole:
                return Parts.Reason("no target", "Only members of the whole period have one.");
            case PartialMembership.Prorated when !whole:
                var share = new Rational(member.During.Length, period.Length);
                return Parts.Derived(
                    "target for the time on the roster",
                    rule.Target with { Value = rule.Target.Value * share },
                    Derivation.Product,
                    Parts.Given("target for the whole period", rule.Target),
                    Parts.Derived(
                        "share of the period on the roster",
                        Quantity.Share(share),
                        Derivation.Quotient,
                        Parts.Sum("time on the roster", Quantity.Ticks(member.During.Length), member.During.Count, member.During.Select(time => Parts.Given("on the roster", Quantity.Ticks(time.Length)) with { During = time })),
                        Parts.Given("length of the period", Quantity.Ticks(period.Length))));
            case PartialMembership.Prorated or PartialMembership.WholePeriodOnly or PartialMembership.FullTarget:
                return Parts.Given("target", rule.Target);
            default:
                throw new ArgumentOutOfRangeException(nameof(rule), rule.Partial, "Unknown rule for a part of the period.");
        }
    }
}
