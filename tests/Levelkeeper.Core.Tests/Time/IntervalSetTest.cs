using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Tests.Time;

public class IntervalSetTest
{
    private static readonly Arbitrary<IntervalSet> Sets =
        (from pairs in Gen.ListOf(from s in Gen.Choose(0, 60) from l in Gen.Choose(0, 9) select new TickInterval(s, s + l))
         select IntervalSet.Of(pairs)).ToArbitrary();

    private static HashSet<long> Ticks(IntervalSet set) => [.. set.SelectMany(i => Enumerable.Range((int)i.Start, (int)i.Length).Select(t => (long)t))];

    [Fact]
    public void Touching_intervals_join_and_empty_ones_vanish()
    {
        var set = IntervalSet.Of(new TickInterval(5, 8), new TickInterval(1, 5), new TickInterval(9, 9));
        set.ShouldBe([new TickInterval(1, 8)]);
    }

    [Fact]
    public void The_end_is_not_inside()
    {
        var set = IntervalSet.Of(new TickInterval(1, 5));
        set.Contains(1).ShouldBeTrue();
        set.Contains(4).ShouldBeTrue();
        set.Contains(5).ShouldBeFalse();
    }

    [Fact]
    public void Sets_of_the_same_instants_are_equal_however_they_were_made()
    {
        var whole = IntervalSet.Of(new TickInterval(1, 5));
        var parts = IntervalSet.Of(new TickInterval(3, 5), new TickInterval(1, 3));
        parts.Equals(whole).ShouldBeTrue();
        parts.GetHashCode().ShouldBe(whole.GetHashCode());
        whole.Equals(IntervalSet.Of(new TickInterval(1, 6))).ShouldBeFalse();
        whole.Equals(null).ShouldBeFalse();
        Enumerable.Range(2, 100).Select(end => IntervalSet.Of(new TickInterval(1, end)).GetHashCode()).Distinct().Count().ShouldBeGreaterThan(90);
    }

    [Fact]
    public void No_set_is_not_an_empty_set()
    {
        Should.Throw<ArgumentNullException>(() => IntervalSet.Empty.Union(null!));
        Should.Throw<ArgumentNullException>(() => IntervalSet.Empty.Intersect((IntervalSet)null!));
        Should.Throw<ArgumentNullException>(() => IntervalSet.Empty.Except(null!));
    }

    [Fact]
    public void Set_operations_agree_with_sets_of_ticks() =>
        Prop.ForAll(Sets, Sets, (a, b) =>
            Ticks(a.Union(b)).SetEquals(Ticks(a).Union(Ticks(b)))
            && Ticks(a.Intersect(b)).SetEquals(Ticks(a).Intersect(Ticks(b)))
            && Ticks(a.Except(b)).SetEquals(Ticks(a).Except(Ticks(b))))
        .Check(Seeds.Config());

    [Fact]
    public void The_parts_are_sorted_disjoint_and_do_not_touch() =>
        Prop.ForAll(Sets, Sets, (a, b) =>
        {
            var union = a.Union(b).Except(a.Intersect(b));
            return union.Zip(union.Skip(1)).All(p => p.First.End < p.Second.Start) && union.All(i => !i.IsEmpty);
        }).Check(Seeds.Config());

    [Fact]
    public void Length_is_additive_over_a_set_and_what_is_outside_it() =>
        Prop.ForAll(Sets, Sets, (a, b) => a.Intersect(b).Length + a.Except(b).Length == a.Length).Check(Seeds.Config());

    [Fact]
    public void Contains_agrees_with_the_ticks() =>
        Prop.ForAll(Sets, Gen.Choose(-1, 80).ToArbitrary(), (a, t) => a.Contains(t) == Ticks(a).Contains(t)).Check(Seeds.Config());
}
