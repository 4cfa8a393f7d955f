using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Tests.Evaluation;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Matching;

public sealed class FactMatcherTests
{
    private static readonly Agreement Plain = Shop.Agreement(Objective(Values(new Aggregation.Count()), service: ""));

    [Fact]
    public void A_state_belongs_to_the_service_or_component_that_its_subject_names()
    {
        var matched = Match(Plain, State(At(2), ServiceState.Down, "web"), State(At(3), ServiceState.Down, "b"));

        matched.OfComponent("web", "").Count.ShouldBe(1);
        matched.OfComponent("cluster", "b").Count.ShouldBe(1);
        matched.OfService("cluster").Count.ShouldBe(1);
        matched.Unmatched.ShouldBeEmpty();
    }

    [Fact]
    public void A_state_of_a_component_that_the_service_does_not_have_is_listed()
    {
        var fact = State(At(2), ServiceState.Down, "c") with { Address = OfService("cluster") };
        Match(Plain, fact).Unmatched.ShouldHaveSingleItem().Reason.ShouldBe("the service 'cluster' has no component 'c'");
    }

    [Fact]
    public void A_state_that_names_a_service_with_components_as_its_subject_is_about_the_service_as_a_whole()
    {
        var matched = Match(Plain, State(At(2), ServiceState.Down, "cluster"));
        matched.OfComponent("cluster", "").Count.ShouldBe(1);
    }

    [Fact]
    public void Maintenance_under_a_name_of_its_own_belongs_to_the_service_that_it_names()
    {
        var fact = Fact("m", At(2), new FactData.MaintenanceAnnounced("M-1", At(3), At(4), ""), "M-1", address: OfService("cluster"));
        Match(Plain, fact).OfComponent("cluster", "").ShouldHaveSingleItem().Fact.ShouldBe(fact);
    }

    [Theory]
    [InlineData("other", "", "", "it names the service 'other', which this agreement does not have")]
    [InlineData("web", "Globex", "", "it names the customer 'Globex'")]
    [InlineData("web", "", "other-agreement", "it names the agreement 'other-agreement'")]
    public void A_fact_of_another_service_customer_or_agreement_is_listed_with_the_reason(string service, string customer, string agreement, string reason)
    {
        var fact = State(At(2), ServiceState.Down) with { Address = OfService(service, customer, agreement) };
        var matched = Match(Plain, fact);
        matched.Unmatched.ShouldHaveSingleItem().ShouldBe(new SetAsideFact(fact, reason));
        matched.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("Acme")]
    [InlineData("acme")]
    [InlineData("ACME Ltd")]
    [InlineData("acme shops")]
    public void A_customer_is_known_by_every_name_of_his_in_any_case(string name)
    {
        var agreement = Plain with { Customer = new Party(PartyRole.Customer, "Acme", "", ["ACME Ltd", "Acme Shops"]) };
        Match(agreement, State(At(2), ServiceState.Down) with { Address = OfService("web", name) }).Unmatched.ShouldBeEmpty();
    }

    [Fact]
    public void The_first_rule_that_holds_decides_before_the_service_that_a_fact_names()
    {
        var agreement = Plain with
        {
            MatchRules =
            [
                Rule("cluster", "b", ("subject", ["web-*"]), ("source", ["MONITOR"])),
                Rule("web", "", ("subject", ["*"])),
            ],
        };
        var matched = Match(agreement, State(At(2), ServiceState.Down, "web-7"), State(At(3), ServiceState.Down, "elsewhere"), State(At(4), ServiceState.Down, "web-8") with { Source = "other" });

        matched.OfComponent("cluster", "b").ShouldHaveSingleItem().Fact.Subject.ShouldBe("web-7");
        matched.OfService("web").Select(f => f.Fact.Subject).ShouldBe(["elsewhere", "web-8"]);
    }

    [Fact]
    public void A_rule_on_a_label_does_not_hold_where_the_label_is_missing()
    {
        var agreement = Plain with { MatchRules = [Rule("web", "", ("queue", ["*"]))] };
        Match(agreement, State(At(2), ServiceState.Down, "x")).Unmatched.Length.ShouldBe(1);
        Match(agreement, State(At(2), ServiceState.Down, "x") with { Address = Labelled("queue", "shop") }).OfService("web").Count.ShouldBe(1);
    }

    [Fact]
    public void A_rule_that_names_no_component_takes_the_subject_where_the_service_lists_it()
    {
        var agreement = Plain with { MatchRules = [Rule("cluster", "", ("source", ["monitor"]))] };
        var matched = Match(agreement, State(At(2), ServiceState.Down, "a"), State(At(3), ServiceState.Down, "cluster"));
        matched.OfComponent("cluster", "a").Count.ShouldBe(1);
        matched.OfComponent("cluster", "").Count.ShouldBe(1);
    }

    [Fact]
    public void A_ticket_belongs_as_a_whole_by_what_all_its_facts_say()
    {
        Fact[] facts =
        [
            Fact("1", At(2), new FactData.TicketReported("P1", "new", "portal", Actor.Customer, null), "T-1", "desk"),
            Fact("2", At(3), new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add("queue", "shop")), "T-1", "desk"),
            Fact("3", At(4), new FactData.TicketPriority("P2", PriorityReason.Unstated), "T-1", "desk"),
        ];
        var ticket = Match(Plain with { MatchRules = [Rule("web", "", ("queue", ["shop"]))] }, facts).Tickets.ShouldHaveSingleItem();

        ticket.Service.ShouldBe("web");
        ticket.Facts.Length.ShouldBe(3);
        ticket.LeftAt.ShouldBeNull();
        ticket.Address.Labels["queue"].ShouldBe("shop");
        ticket.Address.Labels["priority"].ShouldBe("P2");
        ticket.Address.Labels["channel"].ShouldBe("portal");
    }

    [Fact]
    public void A_ticket_that_moves_to_a_service_of_another_agreement_leaves_with_its_history()
    {
        Fact[] facts =
        [
            .. Ticket("T-1", At(2), null),
            Fact("moved", At(3), new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add("service", "foreign")), "T-1", "desk"),
            Fact("later", At(4), new FactData.TicketResolved(null), "T-1", "desk"),
        ];
        var matched = Match(Plain, facts);
        var ticket = matched.Tickets.ShouldHaveSingleItem();

        ticket.Service.ShouldBe("web");
        ticket.LeftAt.ShouldBe(At(3));
        ticket.Seen.Select(f => f.Data.GetType()).ShouldBe([typeof(FactData.TicketReported), typeof(FactData.TicketCancelled)]);
        matched.Count.ShouldBe(3);
    }

    [Fact]
    public void A_ticket_that_comes_back_belongs_again_and_says_when_it_was_away()
    {
        Fact[] facts =
        [
            .. Ticket("T-1", At(2), null),
            Fact("moved", At(3), new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add("service", "foreign")), "T-1", "desk"),
            Fact("back", At(4), new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add("service", "web")), "T-1", "desk"),
        ];
        var ticket = Match(Plain, facts).Tickets.ShouldHaveSingleItem();
        ticket.LeftAt.ShouldBeNull();
        ticket.Turns.Select(t => (t.At.Id, t.Belongs)).ShouldBe([("moved", false), ("back", true)]);
    }

    [Fact]
    public void A_ticket_does_not_leave_because_a_source_that_no_rule_names_speaks_about_it()
    {
        Fact[] facts = [.. Ticket("T-1", At(2), null, service: ""), Fact("rated", At(3), new FactData.TicketRated(4, 5), "T-1", "survey")];
        var ticket = Match(Plain with { MatchRules = [Rule("web", "", ("source", ["desk"]))] }, facts).Tickets.ShouldHaveSingleItem();
        ticket.LeftAt.ShouldBeNull();
        ticket.Turns.ShouldBeEmpty();
    }

    [Fact]
    public void A_ticket_without_a_service_is_listed_fact_by_fact()
    {
        var matched = Match(Plain, Ticket("T-1", At(2), At(3), service: ""));
        matched.Tickets.ShouldBeEmpty();
        matched.Unmatched.Select(u => u.Reason).ShouldBe(["the ticket names no service, and no matching rule holds", "the ticket names no service, and no matching rule holds"]);
    }

    [Theory]
    [InlineData("foreign", "", "", "the ticket names the service 'foreign', which this agreement does not have")]
    [InlineData("web", "Globex", "", "it names the customer 'Globex'")]
    [InlineData("web", "", "other-agreement", "it names the agreement 'other-agreement'")]
    public void A_ticket_that_once_named_another_service_customer_or_agreement_is_not_ours_though_its_later_facts_do_not_say_so(string service, string customer, string agreement, string reason)
    {
        var facts = Ticket("T-1", At(2), At(3));
        facts[0] = facts[0] with { Address = OfService(service, customer, agreement) };
        var matched = Match(Plain, facts);
        matched.Tickets.ShouldBeEmpty();
        matched.Unmatched.Select(u => u.Reason).ShouldBe([reason, reason]);
    }

    [Fact]
    public void A_ticket_keeps_a_label_until_a_later_fact_gives_it_another_value()
    {
        var agreement = Plain with { MatchRules = [Rule("web", "", ("queue", ["shop", "till"]))] };
        var facts = Ticket("T-1", At(2), At(3), service: "");
        facts[0] = facts[0] with { Address = Labelled("queue", "shop") };
        var ticket = Match(agreement, facts).Tickets.ShouldHaveSingleItem();
        ticket.LeftAt.ShouldBeNull();
        ticket.Address.Labels["queue"].ShouldBe("shop");

        facts[1] = facts[1] with { Address = Labelled("queue", "warehouse") };
        Match(agreement, facts).Tickets.ShouldHaveSingleItem().LeftAt.ShouldBe(At(3));
    }

    [Fact]
    public void One_of_several_patterns_is_enough_for_a_rule_and_for_an_assertion()
    {
        var rules = Plain with { MatchRules = [Rule("web", "", ("subject", ["shop-*", "till-*"]))] };
        Match(rules, State(At(2), ServiceState.Down, "till-1")).OfService("web").Count.ShouldBe(1);

        var assertions = Plain with { Assertions = [new Assertion(new Glob("monitor"), [new Glob("ticket.*"), new Glob("service.*")], false, Stated)] };
        Match(assertions, State(At(2), ServiceState.Down)).OfService("web").Count.ShouldBe(1);
    }

    [Fact]
    public void A_type_of_another_make_is_asserted_by_its_whole_name()
    {
        var fact = Fact("1", At(2), new FactData.Unknown()) with { Type = "com.example.other" };
        new Assertion(new Glob("*"), [new Glob("com.example.*")], false, Stated).Permits(fact).ShouldBeTrue();
        new Assertion(new Glob("*"), [new Glob("other")], false, Stated).Permits(fact).ShouldBeFalse();
    }

    [Fact]
    public void The_facts_of_a_component_and_of_a_service_come_in_order_of_time_whatever_their_subjects_are_called()
    {
        var agreement = Plain with { MatchRules = [Rule("cluster", "b", ("subject", ["node-*"]))] };
        var matched = Match(agreement, State(At(5), ServiceState.Down, "node-1"), State(At(3), ServiceState.Down, "node-2"), State(At(6), ServiceState.Down, "a"), State(At(4), ServiceState.Up, "b"));
        matched.OfComponent("cluster", "b").Select(f => f.Fact.Time).ShouldBe([At(3), At(4), At(5)]);
        matched.OfService("cluster").Select(f => f.Fact.Time).ShouldBe([At(3), At(4), At(5), At(6)]);
    }

    [Fact]
    public void Why_a_fact_belongs_nowhere_names_what_it_lacks()
    {
        Reason(State(At(2), ServiceState.Down, "lamp")).ShouldBe("its subject 'lamp' is no service or component of this agreement, and no matching rule holds");
        Reason(State(At(2), ServiceState.Down, "")).ShouldBe("it names no service, and no matching rule holds");
        // The subject of a business number is not what decides whose it is.
        Reason(Measured(At(2), 5, metric: "unheard-of") with { Subject = "crm" }).ShouldBe("it names no service, and no matching rule holds");

        static string Reason(Fact fact) => Match(Plain, fact).Unmatched.ShouldHaveSingleItem().Reason;
    }

    [Fact]
    public void A_ticket_s_name_is_no_service_even_when_one_is_called_so() =>
        Match(Plain, Ticket("web", At(2), null, service: "")).Unmatched.Length.ShouldBe(1);

    [Fact]
    public void Facts_of_tickets_that_name_no_ticket_are_not_taken_for_one() =>
        Match(Plain, Ticket("", At(2), At(3))).Unmatched.Select(u => u.Reason).ShouldBe(["it names no ticket", "it names no ticket"]);

    [Fact]
    public void A_source_may_assert_only_what_the_agreement_lets_it()
    {
        var agreement = Plain with { Assertions = [new Assertion(new Glob("monitor*"), [new Glob("service.*")], true, Stated), new Assertion(new Glob("desk"), [new Glob("ticket.*")], false, Stated)] };
        var allowed = State(At(2), ServiceState.Down);
        var foreign = State(At(3), ServiceState.Up) with { Source = "customer" };
        var matched = Match(agreement, [allowed, foreign, .. Ticket("T-1", At(2), At(3))]);

        matched.OfService("web").ShouldHaveSingleItem().Fact.ShouldBe(allowed);
        matched.Tickets.Length.ShouldBe(1);
        var left = matched.LeftOut.ShouldHaveSingleItem();
        left.Fact.ShouldBe(foreign);
        left.Reason.ShouldContain("'customer' may not assert");
    }

    [Fact]
    public void A_business_number_belongs_to_the_agreement_that_names_its_metric()
    {
        var matched = Match(Plain, Measured(At(2), 5), Measured(At(3), 5, metric: "unheard-of"), Measured(At(4), 1, service: "web"));
        matched.Business("").Count.ShouldBe(2);
        matched.Business("web").Count.ShouldBe(2);
        matched.Business("cluster").Count.ShouldBe(1);
        matched.Unmatched.ShouldHaveSingleItem().Fact.Data.ShouldBe(new FactData.Measured("unheard-of", 5, "", null));
    }

    [Fact]
    public void A_window_of_counts_belongs_to_the_agreement_that_names_its_metric()
    {
        var window = Fact("w", At(3), new FactData.Aggregated("leads", At(2), null, 7, null, []), "");
        Match(Plain, window).Business("").ShouldHaveSingleItem().Fact.ShouldBe(window);
        Match(Plain, window with { Data = new FactData.Aggregated("other", At(2), null, 7, null, []) }).Unmatched.Length.ShouldBe(1);
    }

    [Fact]
    public void Two_agreements_on_one_log_do_not_disturb_each_other()
    {
        var mine = Plain;
        var supplier = Plain with { Id = "uc", Customer = new Party(PartyRole.Customer, "Hosting", "", []), MatchRules = [Rule("web", "", ("subject", ["T-*"]))] };
        Fact[] facts = [.. Ticket("T-1", At(2), At(3)), .. Outage(At(4), Duration.FromHours(1))];
        var log = Log(facts).Effective(April);

        new FactMatcher(supplier).Match(log).Tickets.Length.ShouldBe(1);
        var before = new FactMatcher(mine).Match(log);
        before.Tickets.Length.ShouldBe(1);
        before.OfService("web").Count.ShouldBe(2);
    }

    [Fact]
    public void Every_fact_that_counts_is_used_or_unmatched_or_left_out_and_only_one_of_them() =>
        FsCheck.Check.One(Seeds.Config(300), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            string Pick(params string[] texts) => texts[random.Next(texts.Length)];
            var facts = Enumerable.Range(0, random.Next(30)).Select(i => Fact(
                $"{i}",
                At(1 + random.Next(20)),
                random.Next(6) switch
                {
                    0 => FactData.StateChanged.To(ServiceState.Down),
                    1 => new FactData.TicketReported("P1", "", "", Actor.Customer, null),
                    2 => new FactData.TicketResolved(null),
                    3 => new FactData.Measured(Pick("leads", "other"), 1, "", null),
                    4 => new FactData.Aggregated(Pick("leads", "requests"), At(1), 1, 1, null, []),
                    _ => new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add("service", Pick("web", "cluster", "foreign", ""))),
                },
                Pick("web", "a", "T-1", "T-2", "", "nobody"),
                Pick("monitor", "desk", "stranger"),
                FactAddress.None with { Service = Pick("", "", "web", "foreign"), Customer = Pick("", "", "Acme", "Globex") })).ToList();
            var agreement = Plain with { Assertions = random.Next(2) == 0 ? [] : [new Assertion(new Glob("monitor"), [new Glob("*")], false, Stated), new Assertion(new Glob("desk"), [new Glob("ticket.*")], false, Stated)] };
            var effective = Log(facts).Effective(April);
            var matched = new FactMatcher(agreement).Match(effective);

            var used = matched.Tickets.SelectMany(t => t.Facts)
                .Concat(new[] { "web", "cluster", "" }.SelectMany(matched.OfService))
                .Concat(matched.Business(""))
                .Select(f => f.Fact.Key).ToList();
            used.Count.ShouldBe((int)matched.Count);
            var all = used.Concat(matched.Unmatched.Select(u => u.Fact.Key)).Concat(matched.LeftOut.Select(u => u.Fact.Key)).ToList();
            all.Count.ShouldBe(all.Distinct().Count());
            all.ToHashSet().SetEquals(effective.All.Select(f => f.Fact.Key)).ShouldBeTrue();
            matched.Unmatched.ShouldAllBe(u => u.Reason.Length > 0);
        }));

    private static MatchRule Rule(string service, string component, params (string Field, string[] Fits)[] conditions) =>
        new([.. conditions.Select(c => (c.Field, c.Fits.Select(f => new Glob(f)).ToImmutableArray()))], service, component, Stated);

    private static MatchedFacts Match(Agreement agreement, params Fact[] facts) => new FactMatcher(agreement).Match(Log(facts).Effective(April));
}
