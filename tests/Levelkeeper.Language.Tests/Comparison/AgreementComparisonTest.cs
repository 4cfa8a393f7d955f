using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Comparison;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Tests.Contract;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Tests.Comparison;

/// <summary>Who is better off when one clause stands in place of another.</summary>
public class AgreementComparisonTest
{
    private static YamlNode.Mapping Effective(string text)
    {
        var diagnostics = new DiagnosticBag();
        var effective = LevelReader.Read(text, "a.yaml", null, diagnostics).ShouldNotBeNull().Effective(null, diagnostics);
        diagnostics.ShouldBeEmpty();
        return effective;
    }

    private static AgreementComparison Compare(string first, string second) => AgreementComparison.Of(Effective(first), Effective(second));

    /// <summary>The single difference of two contracts, each the big sample with some words replaced.</summary>
    private static Gain One(string path, string from, string to)
    {
        Hosting.Text.ShouldContain(from);
        var differences = Compare(Hosting.Text, Hosting.Text.Replace(from, to, StringComparison.Ordinal)).Differences;
        var difference = differences.ShouldHaveSingleItem();
        difference.Path.ShouldBe(path);
        // The other way round the other side gains.
        var back = Compare(Hosting.Text.Replace(from, to, StringComparison.Ordinal), Hosting.Text).Differences.ShouldHaveSingleItem();
        back.BetterOff.ShouldBe(difference.BetterOff switch { Gain.Customer => Gain.Provider, Gain.Provider => Gain.Customer, var same => same });
        return difference.BetterOff;
    }

    [Theory]
    [InlineData("objectives.each-server.shortest-outage", "shortest-outage: more than 3 min", "shortest-outage: 3 min", Gain.Customer)]
    [InlineData("objectives.each-server.shortest-outage", "shortest-outage: more than 3 min", "shortest-outage: 4 min", Gain.Provider)]
    [InlineData("objectives.stores.shortest-outage", "more than 1 h within 72 h", "more than 1 h within 96 h", Gain.Customer)]
    [InlineData("objectives.stores.shortest-outage", "more than 1 h within 72 h", "more than 1 h", Gain.Provider)]
    [InlineData("objectives.stores.shortest-outage", "more than 1 h within 72 h", "more than 2 h within 96 h", Gain.Unclear)]
    [InlineData("objectives.each-server.full-units", "full-units: 1 min", "full-units: 30 s", Gain.Customer)]
    [InlineData("objectives.each-server.full-units", "full-units: 1 min", "full-units: 40 s", Gain.Unclear)]
    [InlineData("objectives.each-server.full-units", "            full-units: 1 min\n", "", Gain.Customer)]
    [InlineData("objectives.each-server.joined-late", "joined-late: rest is well", "joined-late: in proportion", Gain.Unclear)]
    [InlineData("objectives.requests.slices.without-requests", ", without-requests: left out", "", Gain.Provider)]
    [InlineData("remedies.server-credit.credit.reckoned-for", "reckoned-for: each member", "reckoned-for: each event", Gain.Unclear)]
    public void The_clauses_of_public_terms_favour_a_side_where_that_is_sure(string path, string from, string to, Gain expected)
    {
        // Read in the file, the lines stand without the indentation of the source.
        (from, to) = (from.Replace("            ", "    ", StringComparison.Ordinal), to.Replace("            ", "    ", StringComparison.Ordinal));
        Cloud.Text.ShouldContain(from);
        var difference = Compare(Cloud.Text, Cloud.Text.Replace(from, to, StringComparison.Ordinal)).Differences.ShouldHaveSingleItem();
        (difference.Path, difference.BetterOff).ShouldBe((path, expected));
    }

    [Fact]
    public void A_promise_for_each_and_one_for_all_cannot_be_compared()
    {
        var differences = Compare(Cloud.Text, Cloud.Text.Replace("target: at least 99.9 %\n    each: component", "target: at least 99.95 %", StringComparison.Ordinal)).Differences;
        differences.Select(d => d.Path).ShouldBe(["objectives.stores.target", "objectives.stores.each"], ignoreOrder: true);
        differences.ShouldAllBe(d => d.BetterOff == Gain.Unclear);
    }

    [Theory]
    // Targets.
    [InlineData("objectives.uptime.target", "target: at least 99.9 %", "target: at least 99.95 %", Gain.Customer)]
    [InlineData("objectives.uptime.target", "target: at least 99.9 %", "target: at least 99.8999 %", Gain.Provider)]
    [InlineData("objectives.uptime.target", "target: at least 99.9 %", "target: more than 99.9 %", Gain.Customer)]
    [InlineData("objectives.reaction.target", "of at least 20 tickets", "of at least 10 tickets", Gain.Customer)]
    [InlineData("objectives.reaction.target", "at least 95 % of at least 20 tickets", "at least 96 % of at least 30 tickets", Gain.Unclear)]
    [InlineData("objectives.reaction.target", "at least 95 % of at least 20 tickets", "every ticket", Gain.Customer)]
    // Times, by priority.
    [InlineData("objectives.reaction.within", "{ P1: 30 min, P2: 2 h, else: 8 h }", "{ P1: 20 min, P2: 2 h, else: 8 h }", Gain.Customer)]
    [InlineData("objectives.reaction.within", "{ P1: 30 min, P2: 2 h, else: 8 h }", "{ P1: 20 min, P2: 3 h, else: 8 h }", Gain.Unclear)]
    [InlineData("objectives.reaction.within", "{ P1: 30 min, P2: 2 h, else: 8 h }", "{ P1: 30 min, else: 8 h }", Gain.Provider)]
    [InlineData("objectives.reaction.within", "else: 8 h }", "else: 1 business day }", Gain.Unclear)]
    // What is excluded and what pauses.
    [InlineData("objectives.uptime.excluding", "[maintenance, customer-caused, force-majeure]", "[maintenance, customer-caused]", Gain.Customer)]
    [InlineData("objectives.uptime.excluding", "[maintenance, customer-caused, force-majeure]", "[maintenance, third-party]", Gain.Unclear)]
    [InlineData("objectives.reaction.pauses", "            pauses: [waiting for customer]\n", "            pauses: [waiting for customer, waiting for supplier]\n", Gain.Provider)]
    // A default against a value.
    [InlineData("objectives.uptime.no-data", "            weight: 60 %\n", "            weight: 60 %\n            no-data: down\n", Gain.Customer)]
    [InlineData("objectives.uptime.no-data", "            weight: 60 %\n", "            weight: 60 %\n            no-data: up\n", Gain.Provider)]
    [InlineData("objectives.uptime.shortest-outage", "            weight: 60 %\n", "            weight: 60 %\n            shortest-outage: 1 min\n", Gain.Provider)]
    [InlineData("objectives.uptime.fresh-for", "            weight: 60 %\n", "            weight: 60 %\n            fresh-for: 1 min\n", Gain.Unclear)]
    // Maintenance.
    [InlineData("maintenance.shop.notice", "notice: 72 h", "notice: 48 h", Gain.Provider)]
    [InlineData("maintenance.shop.allowance", "allowance: 4 h per month", "allowance: 2 h per month", Gain.Customer)]
    [InlineData("maintenance.shop.allowance", "allowance: 4 h per month", "allowance: 12 h per quarter", Gain.Unclear)]
    [InlineData("maintenance.shop.window", "window: Sun 02:00-04:00, ", "", Gain.Provider)]
    // Money.
    [InlineData("services.shop.fee", "4000.00 per month", "3999.99 per month", Gain.Customer)]
    [InlineData("services.shop.fee", "4000.00 per month", "12000.01 per quarter", Gain.Provider)]
    [InlineData("services.shop.fee", "4000.00 per month", "40.00 per user per month", Gain.Unclear)]
    [InlineData("price.fees.set-up", "            set-up: 2000.00 once\n", "", Gain.Customer)]
    [InlineData("price.fees.seats.amount", "amount: 5.00 per user per month", "amount: 6.00 per user per month", Gain.Provider)]
    [InlineData("price.due", "due: 14 days", "due: 30 days", Gain.Customer)]
    [InlineData("price.late-payment", "late-payment: 8 % a year", "late-payment: 9 % a year", Gain.Provider)]
    [InlineData("term.termination.fee", "fee: 30 %", "fee: 500.00", Gain.Unclear)]
    [InlineData("term.termination.notice", "notice: 3 months", "notice: 6 weeks", Gain.Customer)]
    // Remedies.
    [InlineData("remedies.uptime-credit.credit.cap-per-12-months", "              cap-per-12-months: 10000.00\n", "", Gain.Customer)]
    [InlineData("remedies.uptime-credit.claim", "            claim: { within: 30 days }\n", "", Gain.Customer)]
    [InlineData("remedies.uptime-credit.claim.within", "claim: { within: 30 days }", "claim: { within: 15 days }", Gain.Provider)]
    [InlineData("remedies.late-answers.fine.pay", "pay: 50.00 per ticket", "pay: 60.00 per ticket", Gain.Customer)]
    [InlineData("remedies.late-answers.fine.pay", "pay: 50.00 per ticket", "pay: 60.00 EUR per ticket", Gain.Unclear)]
    [InlineData("remedies.late-answers.fine.pay", "pay: 50.00 per ticket", "pay: 2 % per ticket", Gain.Unclear)]
    [InlineData("remedies.way-out.when", "missed in 3 of 6 months", "missed in 2 of 6 months", Gain.Customer)]
    [InlineData("remedies.way-out.when", "missed in 3 of 6 months", "missed in 3 consecutive months", Gain.Provider)]
    [InlineData("remedies.way-out.when", "over 3 months below 99 %", "over 3 months below 98 %", Gain.Provider)]
    [InlineData("remedies.way-out.entitles", "without fee, notice 30 days", "without fee, notice 10 days", Gain.Customer)]
    [InlineData("remedies.way-out.entitles", "customer to terminate without fee", "customer to terminate", Gain.Provider)]
    // A bonus is owed by the customer: what widens it helps the provider.
    [InlineData("remedies.reward.bonus.pay", "bonus: { pay: 1 % }", "bonus: { pay: 2 % }", Gain.Provider)]
    [InlineData("remedies.reward.grace", "grace: 90 days", "grace: 120 days", Gain.Customer)]
    [InlineData("remedies-are", "remedies-are: the only ones", "remedies-are: not the only ones", Gain.Customer)]
    // What takes two people is looked at twice; silence is one person.
    [InlineData("statement.approved-by", "approved-by: two people", "approved-by: one person", Gain.Provider)]
    [InlineData("statement.approved-by", ", approved-by: two people", "", Gain.Provider)]
    // A duty of the customer likewise.
    [InlineData("duties.access.grace", "delays: [reaction] }", "delays: [reaction], grace: 5 h }", Gain.Customer)]
    [InlineData("duties.access.delays", "delays: [reaction] }", "delays: [reaction, uptime] }", Gain.Provider)]
    [InlineData("duties.backup.grace", "evidence: required }", "evidence: required, grace: 5 h }", Gain.Provider)]
    // Exclusions.
    [InlineData("exclusions.customer-caused.silence", "silence: approves", "silence: rejects", Gain.Customer)]
    [InlineData("exclusions.force-majeure.at-most", ", at-most: 24 h per month", "", Gain.Provider)]
    [InlineData("exclusions.force-majeure.decided-by", "decided-by: both", "decided-by: provider", Gain.Provider)]
    // Entries.
    [InlineData("commitments.gdpr", "          gdpr: { about: law, standard: GDPR, evidence: record of processing }\n", "", Gain.Provider)]
    [InlineData("services.shop.capacity.users", "users: 50 users", "users: 80 users", Gain.Customer)]
    [InlineData("services.shop.features", "features: [storefront, checkout]", "features: [checkout, storefront, search]", Gain.Customer)]
    // A list of sections: its items are wholes.
    [InlineData("escalation.reaction", "{ at: 80 % of clock, tell: duty-engineer }", "{ at: 90 % of clock, tell: duty-engineer }", Gain.Unclear)]
    [InlineData("escalation.reaction", "            - { at: 80 % of clock, tell: duty-engineer }\n", "", Gain.Provider)]
    // What only names.
    [InlineData("services.shop.title", "title: Online shop", "title: The shop", Gain.Nobody)]
    [InlineData("services.shop.hours", "team: duty-engineer", "team: duty-engineer\n            hours: office", Gain.Unclear)]
    public void A_changed_clause_names_who_gains(string path, string from, string to, Gain better) => One(path, Unindented(from), Unindented(to)).ShouldBe(better);

    /// <summary>The sample is indented by eight in its source.</summary>
    private static string Unindented(string text) => text.StartsWith("        ", StringComparison.Ordinal) ? text[8..].Replace("\n        ", "\n", StringComparison.Ordinal) : text.Replace("\n        ", "\n", StringComparison.Ordinal);

    private static string Offer(string id, string lines) => Sample.With($"id: {id}\nobjectives:\n  it:\n    measure: availability\n    target: at least 99.9 %\n{lines}");

    [Fact]
    public void Two_decisions_of_which_neither_was_seen_are_not_the_same()
    {
        var compared = Compare(Offer("one", "    no-data: not seen\n"), Offer("other", "    no-data: not seen\n"));
        // Both have an identity of their own, which nobody gains by.
        compared.Differences.ShouldAllBe(d => d.Path == "id");
        compared.NeitherSeen.ShouldBe(["objectives.it.no-data"]);
        compared.BetterOff.ShouldBe(Gain.Unclear);
    }

    [Fact]
    public void What_only_names_may_be_unseen_in_both() =>
        Compare(Offer("one", "    title: not seen\n"), Offer("other", "    title: not seen\n")).ShouldSatisfyAllConditions(c => c.NeitherSeen.ShouldBeEmpty(), c => c.BetterOff.ShouldBe(Gain.Nobody));

    [Fact]
    public void Two_versions_of_one_agreement_leave_the_same_decision_open()
    {
        var compared = Compare(Offer("one", "    no-data: not seen\n"), Offer("one", "    no-data: not seen\n    shortest-outage: 1 min\n"));
        compared.Differences.ShouldHaveSingleItem().Path.ShouldBe("objectives.it.shortest-outage");
        (compared.NeitherSeen.Length, compared.BetterOff).ShouldBe((0, Gain.Provider));
    }

    [Fact]
    public void A_table_of_tiers_of_which_an_edge_was_not_seen_in_both_may_differ()
    {
        static string With(string id) => Offer(id, "currency: EUR\nremedies:\n  credit: { when: it is missed, credit: { tiers: [ { from: not seen, below: 99.9 %, pay: 10 % } ] } }\n");
        Compare(With("one"), With("other")).NeitherSeen.ShouldBe(["remedies.credit.credit.tiers"]);
    }

    [Theory]
    [InlineData("    no-data: down\n", "    no-data: not seen\n", "down", "not seen", Gain.Unclear)]
    [InlineData("", "    no-data: not seen\n", "unknown: both extremes are computed", "not seen", Gain.Unclear)]
    [InlineData("    no-data: not seen\n", "    no-data: up\n", "not seen", "up", Gain.Unclear)]
    [InlineData("    title: not seen\n", "    title: It\n", "not seen", "It", Gain.Nobody)]
    public void A_value_stands_beside_what_was_not_seen(string one, string other, string first, string second, Gain better)
    {
        var difference = Compare(Offer("one", one), Offer("one", other)).Differences.ShouldHaveSingleItem();
        (difference.FirstText, difference.SecondText, difference.BetterOff).ShouldBe((first, second, better));
    }

    [Fact]
    public void An_agreement_differs_from_itself_in_nothing_and_not_by_other_words_for_the_same()
    {
        Compare(Hosting.Text, Hosting.Text).ShouldSatisfyAllConditions(c => c.Differences.ShouldBeEmpty(), c => c.BetterOff.ShouldBe(Gain.Nobody));
        var reworded = Hosting.Text
            .Replace("P1: 30 min, P2: 2 h", "P2: 120 min, P1: 0.5 h", StringComparison.Ordinal)
            .Replace("notice: 72 h", "notice: 4320 min", StringComparison.Ordinal)
            .Replace("target: at least 99.9 %", "target: no less than 99.90 %\n    no-data: unknown", StringComparison.Ordinal)
            .Replace("pay: 10 %", "pay: 10.0 %", StringComparison.Ordinal);
        Compare(Hosting.Text, reworded).Differences.Select(d => d.Path).ShouldBeEmpty();
    }

    private static string Tiers(string lines, string target = "99.9 %") => Hosting.Text
        .Replace("target: at least 99.9 %", $"target: at least {target}", StringComparison.Ordinal)
        .Replace("      tiers:\n        - { from: 99.0 %, below: 99.9 %, pay: 10 % }\n        - { from: 95.0 %, below: 99.0 %, pay: 25 % }\n        - { below: 95.0 %, pay: 100 % }\n", lines, StringComparison.Ordinal);

    [Theory]
    // Every step at least as high, one higher.
    [InlineData("[{ from: 99 %, below: 99.9 %, pay: 10 % }, { from: 95 %, below: 99 %, pay: 30 % }, { below: 95 %, pay: 100 % }]", Gain.Customer)]
    // An edge moved: between 98 and 99 less is paid.
    [InlineData("[{ from: 98 %, below: 99.9 %, pay: 10 % }, { from: 95 %, below: 98 %, pay: 25 % }, { below: 95 %, pay: 100 % }]", Gain.Provider)]
    // Another cut of the same function.
    [InlineData("[{ from: 99 %, below: 99.5 %, pay: 10 % }, { from: 99.5 %, below: 99.9 %, pay: 10 % }, { from: 95 %, below: 99 %, pay: 25 % }, { below: 95 %, pay: 100 % }]", Gain.Nobody)]
    // More near the target, less at the bottom.
    [InlineData("[{ from: 99 %, below: 99.9 %, pay: 20 % }, { from: 95 %, below: 99 %, pay: 25 % }, { below: 95 %, pay: 50 % }]", Gain.Unclear)]
    // A gap at 95 to 96.
    [InlineData("[{ from: 99 %, below: 99.9 %, pay: 10 % }, { from: 96 %, below: 99 %, pay: 25 % }, { below: 95 %, pay: 100 % }]", Gain.Provider)]
    // Tiers that reach above the target pay nothing there.
    [InlineData("[{ from: 99 %, below: 100 %, pay: 10 % }, { from: 95 %, below: 99 %, pay: 25 % }, { below: 95 %, pay: 100 % }]", Gain.Nobody)]
    // Only edges above: the worst one reached pays.
    [InlineData("[{ below: 99.9 %, pay: 10 % }, { below: 99 %, pay: 25 % }, { below: 95 %, pay: 100 % }]", Gain.Nobody)]
    [InlineData("[{ below: 99.9 %, pay: 500.00 }]", Gain.Unclear)]
    public void Tiers_are_compared_at_every_level(string tiers, Gain better)
    {
        var differences = Compare(Hosting.Text, Tiers($"      tiers: {tiers}\n")).Differences;
        if (better == Gain.Nobody)
            differences.ShouldBeEmpty();
        else
            differences.ShouldHaveSingleItem().ShouldSatisfyAllConditions(d => d.Path.ShouldBe("remedies.uptime-credit.credit.tiers"), d => d.BetterOff.ShouldBe(better));
    }

    [Fact]
    public void A_flat_payment_is_compared_with_tiers_where_the_objective_is_missed()
    {
        Compare(Hosting.Text, Tiers("      pay: 100 %\n")).Differences.Select(d => (d.Path, d.BetterOff))
            .ShouldBe([("remedies.uptime-credit.credit.pay", Gain.Customer), ("remedies.uptime-credit.credit.tiers", Gain.Customer)]);
        Compare(Hosting.Text, Tiers("      pay: 5 %\n")).Differences.ShouldAllBe(d => d.BetterOff == Gain.Provider);
        Compare(Hosting.Text, Tiers("      pay: 50 %\n")).Differences.ShouldAllBe(d => d.BetterOff == Gain.Unclear);
    }

    [Fact]
    public void Where_something_else_is_measured_the_clauses_beside_it_cannot_be_compared()
    {
        var other = Hosting.Text.Replace("measure: time to respond", "measure: time to resolve", StringComparison.Ordinal).Replace("P1: 30 min, P2: 2 h", "P1: 20 min, P2: 2 h", StringComparison.Ordinal);
        Compare(Hosting.Text, other).Differences.Select(d => (d.Path, d.BetterOff)).ShouldBe([("objectives.reaction.measure", Gain.Unclear), ("objectives.reaction.within", Gain.Unclear)]);
    }

    [Fact]
    public void A_promise_is_one_difference_and_a_whole_is_better_only_where_nothing_is_worse()
    {
        var without = Sample.Base;
        var with = Sample.With("objectives:\n  uptime:\n    measure: availability\n    target: at least 99.9 %\n    degraded: shown apart\n  reaction:\n    measure: time to respond\n    target: every ticket\n    within: 1 h\n");
        var added = Compare(without, with);
        added.Differences.ShouldHaveSingleItem().Path.ShouldBe("objectives.reaction");
        added.BetterOff.ShouldBe(Gain.Customer);
        Compare(without, with.Replace("99.9 %", "99 %", StringComparison.Ordinal)).BetterOff.ShouldBe(Gain.Unclear);
    }

    [Theory]
    // Elapsed and calendar time meet where one is longer whatever the clocks and months do.
    [InlineData("24 h", "1 day", Gain.Unclear)]
    [InlineData("23 h", "1 day", Gain.Customer)]
    [InlineData("25 h", "1 day", Gain.Provider)]
    [InlineData("30 days", "1 month", Gain.Unclear)]
    [InlineData("26 days", "1 month", Gain.Customer)]
    [InlineData("1 year", "12 months", Gain.Nobody)]
    [InlineData("1 year", "400 days", Gain.Customer)]
    // Three business days are at least two days; how long they are at most, holidays decide.
    [InlineData("40 h", "3 business days", Gain.Customer)]
    [InlineData("60 h", "3 business days", Gain.Unclear)]
    [InlineData("3 business days", "30 days", Gain.Unclear)]
    [InlineData("3 business days", "4 business days", Gain.Customer)]
    public void Lengths_of_time_are_compared_where_one_is_longer_in_every_case(string first, string second, Gain better)
    {
        // The longer the price is locked, the better for the customer.
        string With(string length) => Sample.With($"term: {{ from: 2026-01-01, price-lock: {length} }}");
        Compare(With(first), With(second)).BetterOff.ShouldBe(better);
    }
}
