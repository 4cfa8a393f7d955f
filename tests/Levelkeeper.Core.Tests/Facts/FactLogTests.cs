using Levelkeeper.Core.Facts;
using static Levelkeeper.Core.Tests.Facts.Some;

namespace Levelkeeper.Core.Tests.Facts;

public class FactLogTests
{
    [Fact]
    public void Sequence_numbers_start_at_one_and_recorded_times_strictly_increase()
    {
        var log = new FactLog();
        log.Append(Fact("a", 0, Status("new")), Minute(5), out var first).ShouldBe(AppendOutcome.Appended);
        log.Append(Fact("b", 0, Status("new")), Minute(5), out var second);
        log.Append(Fact("c", 0, Status("new")), Minute(4), out var third);
        log.Append(Fact("d", 0, Status("new")), Minute(6), out var fourth);

        new[] { first, second, third, fourth }.Select(fact => fact.LogSequence).ShouldBe([1, 2, 3, 4]);
        first.Recorded.ShouldBe(Minute(5));
        second.Recorded.ShouldBe(Minute(5).PlusTicks(1));
        third.Recorded.ShouldBe(Minute(5).PlusTicks(2));
        fourth.Recorded.ShouldBe(Minute(6));
    }

    [Fact]
    public void A_recorded_time_finer_than_a_tick_is_floored()
    {
        new FactLog().Append(Fact("a", 0, Status("new")), Minute(5).PlusNanoseconds(199), out var stamped);
        stamped.Recorded.ShouldBe(Minute(5).PlusTicks(1));
    }

    [Fact]
    public void The_same_fact_again_changes_nothing()
    {
        var log = new FactLog();
        log.Append(Fact("a", 0, Status("new")), Minute(1), out var first);
        log.Append(Fact("a", 0, Status("new")), Minute(2), out var standing).ShouldBe(AppendOutcome.Duplicate);
        standing.ShouldBeSameAs(first);
        log.Count.ShouldBe(1);
        log.ToSet().Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public void Other_content_under_the_same_identity_is_set_aside_and_listed_once()
    {
        var log = new FactLog();
        var first = Fact("a", 0, Status("new"));
        var other = Fact("a", 0, Status("closed"));
        log.Append(first, Minute(1));
        log.Append(Fact("b", 0, Status("open")), Minute(2));
        log.Append(other, Minute(3), out var standing).ShouldBe(AppendOutcome.Conflict);
        log.Append(other, Minute(4)).ShouldBe(AppendOutcome.Conflict);

        standing.Fact.ShouldBeSameAs(first);
        var conflict = log.ToSet().Conflicts.ShouldHaveSingleItem();
        conflict.First.Fact.ShouldBeSameAs(first);
        conflict.Other.ShouldBeSameAs(other);
        conflict.LogSequence.ShouldBe(2);
        FactDiagnostics.Conflict(conflict).ToString().ShouldBe(
            "warning LK2050: The fact 'a' of 'desk' is known with other content (sequence 1); the first stands. (to change a fact, send a 'levelkeeper.fact.corrected.v1' that refers to it)");
    }

    [Fact]
    public void The_same_id_from_another_source_is_another_fact()
    {
        Log(Fact("a", 0, Status("new")), Fact("a", 0, Status("closed"), source: "mail")).Count.ShouldBe(2);
    }

    [Fact]
    public void A_set_does_not_change_when_the_log_goes_on()
    {
        var log = new FactLog();
        for (var i = 0; i < 16; i++)
            log.Append(Fact($"{i}", i, Status("new")), Minute(i));
        var set = log.ToSet();
        for (var i = 16; i < 100; i++)
            log.Append(Fact($"{i}", i, Status("new")), Minute(i));
        set.Count.ShouldBe(16);
        set.Head.ShouldBe(16);
        set.AsEnumerable().Select(fact => fact.Fact.Id).ShouldBe(Enumerable.Range(0, 16).Select(i => $"{i}"));
    }

    [Fact]
    public void As_known_at_a_sequence_cuts_facts_and_conflicts_and_never_changes_afterwards()
    {
        var log = new FactLog();
        log.Append(Fact("a", 0, Status("new")), Minute(1));
        log.Append(Fact("b", 0, Status("open")), Minute(2));
        log.Append(Fact("a", 0, Status("closed")), Minute(3));
        var early = log.ToSet().AsKnownAt(2);
        log.Append(Fact("c", 0, Status("closed")), Minute(4));
        var late = log.ToSet().AsKnownAt(2);

        early.AsEnumerable().ShouldBe(late.AsEnumerable());
        early.Conflicts.ShouldBe(late.Conflicts);
        late.Conflicts.ShouldBeEmpty();
        log.ToSet().AsKnownAt(3).Conflicts.Length.ShouldBe(1);
        log.ToSet().AsKnownAt(0).Count.ShouldBe(0);
        log.ToSet().AsKnownAt(99).Count.ShouldBe(3);
    }

    [Fact]
    public void A_set_from_elsewhere_must_be_in_log_order()
    {
        var facts = Log(Fact("a", 0, Status("new")), Fact("b", 0, Status("open"))).AsEnumerable().ToArray();
        FactSet.Of(facts).Head.ShouldBe(2);
        FactSet.Of(facts).Conflicts.ShouldBeEmpty();
        Should.Throw<ArgumentException>(() => FactSet.Of(facts.Reverse()));
        Should.Throw<ArgumentException>(() => FactSet.Of([facts[0], facts[1] with { LogSequence = facts[0].LogSequence }]));
        Should.Throw<ArgumentException>(() => FactSet.Of([facts[0], facts[1] with { Recorded = facts[0].Recorded }]));
        FactSet.Empty.Head.ShouldBe(0);
    }

    [Fact]
    public void A_set_from_elsewhere_brings_its_conflicts()
    {
        var log = new FactLog();
        log.Append(Fact("a", 0, Status("new")), Minute(1));
        log.Append(Fact("a", 0, Status("closed")), Minute(2));
        var set = log.ToSet();
        FactSet.Of(set.AsEnumerable(), set.Conflicts).Conflicts.ShouldBe(set.Conflicts);
    }

    [Fact]
    public void Keys_are_in_the_order_of_their_128_bit_number()
    {
        FactKey[] ascending = [new(0, 2), new(1, 0), new(1, 1), new(2, 0), new(ulong.MaxValue, 0)];
        ascending.Reverse().Order().ShouldBe(ascending);
    }

    [Fact]
    public void Equality_of_facts_leaves_out_where_they_were_read()
    {
        var fact = Fact("a", 0, new FactData.TicketWorkaround(["mail", "login"]));
        var copy = Fact("a", 0, new FactData.TicketWorkaround(["mail", "login"])) with { Digest = fact.Digest, Place = new("file", 3) };
        _ = fact.Key;
        copy.ShouldBe(fact);
        copy.GetHashCode().ShouldBe(fact.GetHashCode());
        (copy with { Data = new FactData.TicketWorkaround(["mail"]) }).ShouldNotBe(fact);
    }

    [Fact]
    public void A_fact_that_differs_in_any_one_member_is_another()
    {
        var fact = Fact("a", 0, Status("new"));
        Fact[] others =
        [
            fact with { Digest = new FactDigest(fact.Digest.High, fact.Digest.Low + 1) },
            fact with { Time = fact.Time.PlusTicks(1) },
            fact with { Id = "b" },
            fact with { Source = "mail" },
            fact with { Type = "com.example.other" },
            fact with { Subject = "T-2" },
            fact with { Sequence = "2" },
            fact with { Body = "{}" },
            fact with { Address = FactAddress.None with { Service = "web" } },
            fact with { Data = Status("closed") },
        ];
        foreach (var other in others)
            other.ShouldNotBe(fact);
        fact.Equals(null).ShouldBeFalse();
    }

    [Fact]
    public void Addresses_and_data_with_lists_are_equal_by_content_and_differ_by_any_one_member()
    {
        var labels = FactAddress.None.Labels;
        Differs(
            () => new FactAddress("web", "Acme", "sla", labels.Add("queue", "shop")),
            new("mail", "Acme", "sla", labels.Add("queue", "shop")),
            new("web", "Globex", "sla", labels.Add("queue", "shop")),
            new("web", "Acme", "uc", labels.Add("queue", "shop")),
            new("web", "Acme", "sla", labels.Add("queue", "till")));
        Differs(
            () => new FactData.StateChanged(ServiceState.Degraded, ["pay"], ServiceState.Up, "Oslo", 0.5m),
            new(ServiceState.Down, ["pay"], ServiceState.Up, "Oslo", 0.5m),
            new(ServiceState.Degraded, ["login"], ServiceState.Up, "Oslo", 0.5m),
            new(ServiceState.Degraded, ["pay"], null, "Oslo", 0.5m),
            new(ServiceState.Degraded, ["pay"], ServiceState.Up, "Rome", 0.5m),
            new(ServiceState.Degraded, ["pay"], ServiceState.Up, "Oslo", 0.4m));
        Differs(
            () => new FactData.Aggregated("requests", Start, 9, 10, 1.5m, [new HistogramBucket(1, 10)]),
            new("packets", Start, 9, 10, 1.5m, [new HistogramBucket(1, 10)]),
            new("requests", Start.PlusTicks(1), 9, 10, 1.5m, [new HistogramBucket(1, 10)]),
            new("requests", Start, 8, 10, 1.5m, [new HistogramBucket(1, 10)]),
            new("requests", Start, 9, 11, 1.5m, [new HistogramBucket(1, 10)]),
            new("requests", Start, 9, 10, null, [new HistogramBucket(1, 10)]),
            new("requests", Start, 9, 10, 1.5m, [new HistogramBucket(1, 9)]));
        Differs(() => new FactData.TicketChanged(labels.Add("queue", "shop")), new(labels.Add("queue", "till")), new(labels));

        static void Differs<T>(Func<T> make, params T[] others)
            where T : class, IEquatable<T>
        {
            make().Equals(make()).ShouldBeTrue();
            make().GetHashCode().ShouldBe(make().GetHashCode());
            make().Equals(null).ShouldBeFalse();
            foreach (var other in others)
                make().Equals(other).ShouldBeFalse(other.ToString());
        }
    }
}
