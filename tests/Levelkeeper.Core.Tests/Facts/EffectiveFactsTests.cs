using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;
using static Levelkeeper.Core.Tests.Facts.Some;

namespace Levelkeeper.Core.Tests.Facts;

public class EffectiveFactsTests
{
    private static readonly Fact Original = Fact("a", 10, Status("open"));

    [Fact]
    public void Facts_are_grouped_by_subject_and_ordered_by_time_sequence_source_and_id()
    {
        var effective = Effective(
            Fact("z", 2, Status("x"), subject: "T-2"),
            Fact("b", 5, Status("x"), source: "desk"),
            Fact("a", 5, Status("x"), source: "desk"),
            Fact("c", 5, Status("x"), source: "chat"),
            Fact("d", 5, Status("x"), source: "desk") with { Sequence = "1" },
            Fact("e", 1, Status("x")));

        effective.Entities.Select(entity => entity.Subject).ShouldBe(["T-1", "T-2"]);
        effective.Of("T-1").Facts.Select(fact => fact.Fact.Id).ShouldBe(["e", "c", "a", "b", "d"]);
        effective.Of("nobody").Facts.ShouldBeEmpty();
    }

    [Fact]
    public void A_retracted_fact_is_left_out_with_its_retraction()
    {
        var effective = Effective(Original, Retraction("r", 20, "a"));
        effective.All.ShouldBeEmpty();
        var left = effective.LeftOut.ShouldHaveSingleItem();
        left.Fact.Fact.ShouldBe(Original);
        left.Reason.ShouldBe(LeftOutReason.Retracted);
        left.Because!.Fact.Id.ShouldBe("r");
        effective.Amendments.ShouldHaveSingleItem().Fact.Id.ShouldBe("r");
    }

    [Fact]
    public void A_correction_replaces_what_it_names_and_the_original_stays_at_hand()
    {
        var fact = Effective(Original, Correction("c", 20, "a", time: 8, data: Status("new"))).All.ShouldHaveSingleItem();
        fact.Fact.Time.ShouldBe(Minute(8));
        fact.Fact.Data.ShouldBe(Status("new"));
        fact.Original.Fact.ShouldBe(Original);
        fact.Corrections.ShouldHaveSingleItem().Fact.Id.ShouldBe("c");
    }

    [Fact]
    public void A_correction_may_arrive_before_the_fact_that_it_refers_to()
    {
        Effective(Correction("c", 20, "a", data: Status("new")), Original).All.ShouldHaveSingleItem().Fact.Data.ShouldBe(Status("new"));
    }

    [Fact]
    public void The_latest_of_several_corrections_decides_by_its_time_not_by_arrival()
    {
        Effective(Correction("c2", 30, "a", data: Status("late")), Original, Correction("c1", 20, "a", data: Status("early")))
            .All.ShouldHaveSingleItem().Fact.Data.ShouldBe(Status("late"));
    }

    [Fact]
    public void Corrections_of_time_and_of_data_both_stand()
    {
        var fact = Effective(Original, Correction("c1", 20, "a", time: 7), Correction("c2", 30, "a", data: Status("new"))).All.ShouldHaveSingleItem();
        fact.Fact.Time.ShouldBe(Minute(7));
        fact.Fact.Data.ShouldBe(Status("new"));
    }

    [Fact]
    public void A_corrected_service_state_takes_the_type_of_its_new_state()
    {
        Effective(Fact("a", 1, FactData.StateChanged.To(ServiceState.Down)), Correction("c", 2, "a", data: FactData.StateChanged.To(ServiceState.Degraded)))
            .All.ShouldHaveSingleItem().Fact.Type.ShouldBe(FactTypes.ServiceDegraded);
    }

    [Fact]
    public void A_retracted_correction_has_no_effect()
    {
        var effective = Effective(Original, Correction("c", 20, "a", data: Status("new")), Retraction("r", 30, "c"));
        effective.All.ShouldHaveSingleItem().Fact.ShouldBe(Original);
        effective.LeftOut.ShouldHaveSingleItem().Fact.Fact.Id.ShouldBe("c");
    }

    [Fact]
    public void A_retracted_retraction_restores_the_fact()
    {
        Effective(Retraction("r2", 30, "r1"), Retraction("r1", 20, "a"), Original).All.ShouldHaveSingleItem().Fact.ShouldBe(Original);
    }

    [Fact]
    public void A_corrected_correction_has_its_corrected_effect()
    {
        var better = new FactData.Corrected("desk", "a", "really", null, Status("right"));
        var fact = Effective(Original, Correction("c", 20, "a", data: Status("wrong")), Correction("cc", 30, "c", data: better)).All.ShouldHaveSingleItem();
        fact.Fact.Data.ShouldBe(Status("right"));
    }

    [Fact]
    public void A_corrected_correction_still_refers_to_the_same_fact()
    {
        var elsewhere = new FactData.Corrected("desk", "b", "really", null, Status("right"));
        var effective = Effective(Original, Fact("b", 11, Status("b")), Correction("c", 20, "a", data: Status("wrong")), Correction("cc", 30, "c", data: elsewhere));
        effective.All.Select(fact => fact.Fact.Data).ShouldBe([Status("right"), Status("b")]);
    }

    [Fact]
    public void A_correction_later_than_a_retraction_reinstates_the_fact()
    {
        var fact = Effective(Original, Retraction("r", 20, "a"), Correction("c", 30, "a", time: 9)).All.ShouldHaveSingleItem();
        fact.Fact.Time.ShouldBe(Minute(9));
        fact.Corrections.Select(by => by.Fact.Id).ShouldBe(["r", "c"]);
    }

    [Fact]
    public void Amendments_that_refer_to_nothing_are_listed()
    {
        var left = Effective(Retraction("r", 20, "nowhere")).LeftOut.ShouldHaveSingleItem();
        left.Reason.ShouldBe(LeftOutReason.RefersToNothing);
        FactDiagnostics.LeftOut(left, Minute(0))!.Message.ShouldBe("The fact 'r' of 'desk' refers to one that is not known: 'nowhere' of 'desk'.");
    }

    [Fact]
    public void Another_source_may_not_amend_unless_the_agreement_says_so()
    {
        var log = Log(Original, Retraction("r", 20, "a", source: "mail"));
        log.Effective(Minute(100)).All.ShouldHaveSingleItem();
        log.Effective(Minute(100)).LeftOut.ShouldHaveSingleItem().Reason.ShouldBe(LeftOutReason.NotPermitted);
        log.Effective(Minute(100), (amendment, target) => amendment.Source == "mail" && target.Source == "desk").All.ShouldBeEmpty();
    }

    [Fact]
    public void Data_of_another_kind_corrects_nothing()
    {
        var effective = Effective(Original, Correction("c", 20, "a", data: new FactData.TicketClosed()));
        effective.All.ShouldHaveSingleItem().Fact.ShouldBe(Original);
        effective.LeftOut.ShouldHaveSingleItem().Reason.ShouldBe(LeftOutReason.OtherKind);
    }

    [Fact]
    public void Amendments_in_a_circle_have_no_effect_and_those_that_lead_into_it_fail_with_them()
    {
        var effective = Effective(
            Retraction("r1", 1, "r2"), Retraction("r2", 2, "r3"), Retraction("r3", 3, "r1"), Retraction("self", 4, "self"), Original, Correction("c", 5, "a", data: Status("new")));
        effective.All.ShouldHaveSingleItem().Fact.Data.ShouldBe(Status("new"));
        effective.LeftOut.Where(left => left.Reason == LeftOutReason.Circular).Select(left => left.Fact.Fact.Id).ShouldBe(["r1", "r2", "r3", "self"]);
    }

    [Fact]
    public void A_chain_of_retractions_as_long_as_the_log_is_settled_without_recursion()
    {
        // An odd number of links.
        var length = Seeds.Share(50_000) * 2 + 1;
        var chain = Enumerable.Range(1, length).Select(i => Retraction($"{i}", i, i == 1 ? "a" : $"{i - 1}"));

        // The last one stands, so the one before does not, and so on down: an odd number of links takes the fact back.
        Effective([Original, .. chain]).All.ShouldBeEmpty();
        Effective([Original, .. chain.SkipLast(1)]).All.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_fact_of_the_future_counts_from_its_time_on()
    {
        var log = Log(Original);
        var before = log.Effective(Minute(10).PlusTicks(-1));
        before.All.ShouldBeEmpty();
        before.LeftOut.ShouldHaveSingleItem().Reason.ShouldBe(LeftOutReason.Future);
        var diagnostics = new DiagnosticBag();
        before.Report(diagnostics);
        diagnostics.ShouldHaveSingleItem().Severity.ShouldBe(Severity.Note);
        log.Effective(Minute(10)).All.ShouldHaveSingleItem();
    }

    [Fact]
    public void An_amendment_counts_as_soon_as_it_is_known_whatever_its_own_time()
    {
        Log(Original, Retraction("r", 500, "a")).Effective(Minute(11)).All.ShouldBeEmpty();
        Log(Original, Retraction("r", 500, "a")).AsKnownAt(1).Effective(Minute(11)).All.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_fact_corrected_into_the_future_waits_for_it()
    {
        Log(Original, Correction("c", 11, "a", time: 60)).Effective(Minute(30)).All.ShouldBeEmpty();
    }

    [Fact]
    public void Unknown_types_are_kept_and_listed()
    {
        Effective(Fact("u", 1, new FactData.Unknown())).LeftOut.ShouldHaveSingleItem().Reason.ShouldBe(LeftOutReason.UnknownType);
    }

    [Fact]
    public void The_effective_view_does_not_depend_on_order_or_repetition()
    {
        var fact = from kind in Gen.Choose(0, 5)
                   from id in Gen.Choose(0, 11)
                   from target in Gen.Choose(0, 11)
                   from source in Gen.Elements("desk", "mail")
                   from minute in Gen.Choose(0, 6)
                   select kind switch
                   {
                       0 => Retraction($"{id}", minute, $"{target}", source),
                       1 => Correction($"{id}", minute, $"{target}", time: minute + 1, source: source),
                       2 => Correction($"{id}", minute, $"{target}", data: Status($"c{id}"), source: source),
                       3 => Correction($"{id}", minute, $"{target}", data: new FactData.Corrected("desk", "0", "x", null, Status($"d{id}")), source: source),
                       _ => Fact($"{id}", minute, Status($"s{id}"), source, subject: $"T-{id % 2}"),
                   };
        var scenario = from facts in fact.ArrayOf(14)
                       let distinct = facts.DistinctBy(each => each.Key).ToArray()
                       from shuffled in Gen.Shuffle(distinct.Concat(distinct.Take(5)).ToArray())
                       select (distinct, shuffled);

        Prop.ForAll(scenario.ToArbitrary(), pair => View(pair.distinct).SequenceEqual(View(pair.shuffled))).Check(Seeds.Config(2000));
    }

    private static IEnumerable<string> View(IEnumerable<Fact> facts)
    {
        var effective = Log(facts).Effective(Minute(5), (amendment, target) => amendment.Source == target.Source || amendment.Source == "desk");
        return
        [
            .. effective.Entities.SelectMany(entity => entity.Facts.Select(fact => $"{entity.Subject} {fact.Fact.Source} {fact.Fact.Id} {fact.Fact.Time} {fact.Fact.Data} < {string.Join(',', fact.Corrections.Select(by => by.Fact.Key))}")),
            .. effective.LeftOut.Select(left => $"{left.Fact.Fact.Key} {left.Reason} {left.Because?.Fact.Key}"),
            .. effective.Amendments.Select(applied => $"{applied.Fact.Key}"),
        ];
    }
}
