using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Rosters;
using Levelkeeper.Core.Tests.Measurements;
using Levelkeeper.Core.Time;
using NodaTime;
using static Levelkeeper.Core.Tests.Measurements.Facts;

namespace Levelkeeper.Core.Tests.Rosters;

public sealed class RosterTests
{
    private static readonly PerMemberRule TwentyAppointments = new()
    {
        Measurement = new MeasurementRule { Aggregation = new Aggregation.Sum(), Nothing = NothingMeasured.Zero },
        Target = Quantity.Count(20),
    };

    private static FactData Joins(string member) => new FactData.RosterChanged("team", member, true);

    private static FactData Leaves(string member) => new FactData.RosterChanged("team", member, false);

    private static Roster Team(params (Instant Time, FactData Data)[] changes) => Roster.Of("team", ["Ann", "Bob"], At(-30), Log(changes));

    private static PerMemberResult Measure(Roster roster, IReadOnlyList<Fact> facts, PartialMembership partial = PartialMembership.Prorated)
    {
        var result = PerMember.Measure(TwentyAppointments with { Partial = partial }, roster, facts, October);
        result.Explanation.ShouldAddUp();
        return result;
    }

    [Fact]
    public void Members_come_and_go_and_come_back()
    {
        var members = Team((At(11), Leaves("Bob")), (At(21), Joins("Bob")), (At(31), Joins("Cid")), (At(40), Leaves("Ann"))).MembersDuring(October);
        members.Select(member => member.Member).ShouldBe(["Ann", "Bob", "Cid"]);
        members[0].During.ShouldBe(IntervalSet.Of(October));
        members[1].During.ShouldBe(IntervalSet.Of(TickInterval.Between(At(1), At(11)), TickInterval.Between(At(21), At(32))));
        members[2].During.ShouldBe(IntervalSet.Of(TickInterval.Between(At(31), At(32))));
    }

    [Fact]
    public void Who_left_before_the_period_or_joins_at_its_end_is_no_member_in_it() =>
        Team((At(1), Leaves("Bob")), (At(32), Joins("Cid"))).MembersDuring(October).ShouldHaveSingleItem().Member.ShouldBe("Ann");

    [Fact]
    public void Changes_that_change_nothing_are_shown()
    {
        var roster = Team((At(-40), Leaves("Ann")), (At(2), Joins("Bob")), (At(3), Leaves("Cid")), (At(4), new FactData.RosterChanged("other", "Ann", false)));
        roster.MembersDuring(October).Select(member => member.Member).ShouldBe(["Ann", "Bob"]);
        roster.LeftOut.Length.ShouldBe(3);
    }

    [Fact]
    public void A_target_is_prorated_exactly_by_the_time_on_the_roster()
    {
        // Bob leaves after 10 of 31 days: 20 · 10 / 31.
        var roster = Team((At(11), Leaves("Bob")));
        var result = Measure(roster, Log((At(2), Measured(7, "Bob")), (At(3), Measured(25, "Ann"))));
        result.Members[1].Target!.Value.Value.ShouldBe(new Rational(200, 31));
        result.Members[1].Measured.Value.Number().ShouldBe(7);
        result.Members[0].Target!.Value.Value.ShouldBe(20);
        Measure(roster, [], PartialMembership.FullTarget).Members[1].Target!.Value.Value.ShouldBe(20);
        Measure(roster, [], PartialMembership.WholePeriodOnly).Members.Select(member => member.Target is null).ShouldBe([false, true]);
    }

    [Fact]
    public void What_is_done_off_the_roster_or_by_nobody_of_it_is_left_out()
    {
        var result = Measure(Team((At(11), Leaves("Bob"))), Log((At(11), Measured(7, "Bob")), (At(3), Measured(1, "Eve")), (At(3), Measured(2)), (At(10), Measured(5, "Bob"))));
        result.Members.Select(member => member.Measured.Value.Number()).ShouldBe([0, 5]);
        result.FactsLeftOut.ShouldBe(3);
        result.LeftOut.Select(fact => fact.Reason).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void All_members_or_a_share_of_them()
    {
        var result = Measure(Team((At(2), Joins("Cid"))), Log((At(2), Measured(20, "Ann")), (At(3), Measured(19, "Bob")), (At(4), Measured(30, "Cid"))), PartialMembership.WholePeriodOnly);
        var judged = PerMember.Judge(result, member => member.Measured.Value.Number() >= member.Target!.Value.Value);
        judged.Explanation.ShouldAddUp();
        judged.Share.Number().ShouldBe(new Rational(1, 2));
        judged.All.ShouldBe(false);
        PerMember.Judge(result, _ => true).All.ShouldBe(true);
        var open = PerMember.Judge(result, member => member.Member.Member == "Ann" ? true : null);
        open.Explanation.ShouldAddUp();
        open.Share.Ends().ShouldBe((new Rational(1, 2), 1));
        open.All.ShouldBeNull();
    }

    [Fact]
    public void With_nobody_to_judge_there_is_no_activity()
    {
        var judged = PerMember.Judge(Measure(Roster.Of("team", [], At(1), []), []), _ => true);
        judged.Share.ShouldBeNoActivity();
        judged.All.ShouldBeNull();
    }

    [Fact]
    public void The_members_sums_and_what_is_left_out_are_the_whole() => Prop.ForAll(
        Arb.From(Gen.Choose(0, 40 * 24).Select(hour => hour - 96).Three().ArrayOf()), triples =>
        {
            string[] names = ["Ann", "Bob", "Cid", "Eve", ""];
            var facts = Log(triples.Select(triple => (At(1, triple.Item1), Measured(Math.Abs(triple.Item2), names[Math.Abs(triple.Item3) % 5]))));
            var changes = triples.Select(triple => (At(1, triple.Item2), Math.Abs(triple.Item1) % 2 == 0 ? Joins(names[Math.Abs(triple.Item3) % 3]) : Leaves(names[Math.Abs(triple.Item3) % 3])));
            var result = Measure(Team([.. changes]), facts);
            var whole = facts.Where(fact => October.Contains(fact.Time.ToUnixTimeTicks())).ToArray();
            result.Members.Sum(member => member.Measured.FactsCounted).ShouldBe(whole.Length - result.FactsLeftOut);
            var leftOut = result.LeftOut.Select(fact => fact.Fact.Id).ToHashSet();
            var sum = result.Members.Aggregate(Rational.Zero, (total, member) => total + member.Measured.Value.Number());
            sum.ShouldBe(Rational.From(whole.Where(fact => !leftOut.Contains(fact.Id)).Sum(fact => ((FactData.Measured)fact.Data).Value)));
        }).Check(Seeds.Config());
}
