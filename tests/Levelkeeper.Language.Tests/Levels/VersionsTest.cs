using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Tests.Contract;
using NodaTime;

namespace Levelkeeper.Language.Tests.Levels;

/// <summary>Which version of an agreement is in force from when, and which objectives an amendment leaves as they are.</summary>
public class VersionsTest
{
    private const string Desk = """
        levelkeeper: v1
        id: acme
        title: Acme
        parties:
          provider: { name: Northhost }
          customer: { name: Acme }
        term: { from: 2026-01-01 }
        zone: Europe/Warsaw
        currency: EUR
        calendars:
          office: { weekly: { mon-fri: 08:00-16:00 } }
          night: { weekly: { mon-fri: 22:00-06:00 } }
        services:
          shop: { title: Shop, hours: office, fee: 100.00 EUR per month }
          mail: { title: Mail }
        maintenance:
          shop: { allowance: 4 h }
        clocks:
          resolve: { calendar: night }
        objectives:
          shop-uptime: { measure: availability, of: shop, target: at least 99 %, excluding: [maintenance] }
          mail-uptime: { measure: availability, of: mail, target: at least 99 % }
          reaction: { measure: time to respond, of: tickets of mail, within: 1 h, calendar: office, target: every ticket }
          solution: { measure: time to resolve, of: tickets of mail, within: 8 h, target: every ticket }
        plans:
          gold: { objectives: { mail-uptime: { target: at least 99.9 % } } }

        """;

    private static AgreementVersions Good(string text)
    {
        var diagnostics = new DiagnosticBag();
        var versions = AgreementReader.ReadVersions(text, "a.yaml", diagnostics);
        diagnostics.ShouldBeEmpty();
        return versions.ShouldNotBeNull();
    }

    private static string Amended(string changes, string from = "2026-07-01") => $"{Desk}amendments:\n  - from: {from}\n    changes: {changes}\n";

    private static Rational Target(AgreementVersions versions, LocalDate on, string objective = "mail-uptime") =>
        versions.At(versions.Latest.Zone.AtStartOfDay(on).ToInstant()).Objectives.Single(o => o.Name == objective).Target.Bound;

    [Fact]
    public void Each_date_of_an_amendment_begins_a_version()
    {
        var versions = Good(Desk + """
            amendments:
              - { from: 2026-09-01, changes: { objectives: { mail-uptime: { target: at least 99.8 % } } } }
              - { from: 2026-07-01, changes: { objectives: { mail-uptime: { target: at least 99.5 % } } } }
              - { from: 2026-09-01, changes: { indemnity: None. } }
            """);
        versions.All.Select(v => v.From).ShouldBe([new(2026, 1, 1), new(2026, 7, 1), new(2026, 9, 1)]);
        Target(versions, new(2026, 6, 30)).ShouldBe(Rational.FromPercent(99));
        Target(versions, new(2026, 7, 1)).ShouldBe(Rational.FromPercent(99.5m));
        Target(versions, new(2026, 9, 1)).ShouldBe(Rational.FromPercent(99.8m));
    }

    [Fact]
    public void What_is_amended_before_the_term_starts_is_in_force_from_its_start()
    {
        var versions = Good(Amended("{ objectives: { mail-uptime: { target: at least 99.5 % } } }", from: "2026-01-01"));
        versions.All.ShouldHaveSingleItem().From.ShouldBe(new LocalDate(2026, 1, 1));
        Target(versions, new(2026, 1, 1)).ShouldBe(Rational.FromPercent(99.5m));
    }

    [Fact]
    public void A_corporate_agreement_without_a_term_has_versions_too()
    {
        var versions = Good("levelkeeper: v1\nid: corporate\ntitle: Corporate\nkind: corporate\namendments: [ { from: 1999-07-01, changes: { indemnity: None. } } ]\n");
        versions.All.Select(v => v.From).ShouldBe([new(1999, 6, 30), new(1999, 7, 1)]);
    }

    [Fact]
    public void An_amendment_takes_the_plan_away()
    {
        var versions = Good(Desk + "plan: gold\namendments: [ { from: 2026-07-01, changes: { plan: removed } } ]\n");
        versions.All.Select(v => v.Agreement.Plan).ShouldBe(["gold", ""]);
        Target(versions, new(2026, 7, 1)).ShouldBe(Rational.FromPercent(99));
    }

    [Fact]
    public void What_a_level_lets_nobody_make_worse_is_held_against_every_version()
    {
        // Worse for two months and mended then: the version in between is told all the same.
        var diagnostics = new DiagnosticBag();
        AgreementReader.ReadVersions(Desk + """
            at-least-as-strict: [objectives.mail-uptime.target]
            amendments:
              - { from: 2026-07-01, changes: { objectives: { mail-uptime: { target: at least 98 % } } } }
              - { from: 2026-09-01, changes: { objectives: { mail-uptime: { target: at least 99.5 % } } } }
            """, "a.yaml", diagnostics);
        diagnostics.Select(d => d.Place.Line).Distinct().ShouldHaveSingleItem();
        diagnostics.ShouldHaveSingleItem().Message.ShouldContain("objectives.mail-uptime.target");
    }

    [Fact]
    public void An_amendment_can_choose_another_plan()
    {
        var versions = Good(Amended("{ plan: gold }"));
        versions.All.Select(v => v.Agreement.Plan).ShouldBe(["", "gold"]);
        Target(versions, new(2026, 6, 30)).ShouldBe(Rational.FromPercent(99));
        Target(versions, new(2026, 7, 1)).ShouldBe(Rational.FromPercent(99.9m));
        versions.All[1].Unchanged.Order().ShouldBe(["reaction", "shop-uptime", "solution"]);
    }

    [Fact]
    public void A_plan_that_an_amendment_chooses_and_nobody_defines_is_an_error_with_its_place()
    {
        var diagnostics = new DiagnosticBag();
        AgreementReader.ReadVersions(Amended("{ plan: golden }"), "a.yaml", diagnostics).ShouldBeNull();
        var error = diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Hint).ShouldBe(("LK1804", "did you mean 'gold'?"));
    }

    [Theory]
    [InlineData("{ objectives: { mail-uptime: { target: at least 99.5 % } } }", "mail-uptime")]
    [InlineData("{ objectives: { reaction: { within: 30 min } } }", "reaction")]
    [InlineData("{ services: { shop: { essential: [checkout] } } }", "shop-uptime")]
    [InlineData("{ services: { mail: { components: [a, b] } } }", "mail-uptime, reaction, solution")]
    [InlineData("{ maintenance: { shop: { allowance: 2 h } } }", "shop-uptime")]
    [InlineData("{ calendars: { office: { weekly: { mon-fri: 08:00-18:00 } } } }", "reaction, shop-uptime")]
    [InlineData("{ calendars: { night: { holidays: PL } } }", "solution")] // the calendar of its clock
    [InlineData("{ clocks: { resolve: { paused-time: is only hidden } } }", "solution")]
    [InlineData("{ clocks: { respond: { start-from: entered } } }", "reaction")]
    [InlineData("{ zone: Europe/Berlin }", "mail-uptime, reaction, shop-uptime, solution")]
    [InlineData("{ tickets: { resolved-statuses: [done] } }", "mail-uptime, reaction, shop-uptime, solution")]
    // Where a fact belongs, the version in force at its time says, with a cut or without.
    [InlineData("{ matching: [ { when: { source: probe }, service: mail } ] }", "")]
    [InlineData("{ parties: { customer: { also-called: [ACME] } } }", "")]
    [InlineData("{ assertions: [ { source: probe, may: ['*'] } ] }", "")]
    [InlineData("{ assertions: [ { source: probe, may: ['*'], prevails: yes } ] }", "mail-uptime, shop-uptime")]
    [InlineData("{ parties: { customer: { contact: new@acme.example } } }", "")]
    [InlineData("{ services: { shop: { fee: 120.00 EUR per month, title: The shop } } }", "")]
    [InlineData("{ term: { until: 2027-12-31 } }", "")]
    [InlineData("{ price: { due: 30 days } }", "")]
    [InlineData("{ calendars: { unused: { weekly: { sat: 08:00-16:00 } } } }", "")]
    public void An_amendment_leaves_an_objective_as_it_is_unless_it_changes_what_its_result_depends_on(string changes, string changed)
    {
        var second = Good(Amended(changes)).All[1];
        string.Join(", ", second.Agreement.Objectives.Select(o => o.Name).Where(n => !second.Unchanged.Contains(n)).Order()).ShouldBe(changed);
    }

    [Fact]
    public void Versions_whose_clocks_together_ask_about_too_many_names_are_an_error_and_not_a_crash_later()
    {
        string Statuses(char prefix) => string.Join(", ", Enumerable.Range(0, 31).Select(i => $"{prefix}{i}"));
        var diagnostics = new DiagnosticBag();
        AgreementReader.ReadVersions(Amended($"{{ objectives: {{ solution: {{ pauses: [{Statuses('b')}] }} }} }}").Replace("within: 8 h", $"within: 8 h, pauses: [{Statuses('a')}]", StringComparison.Ordinal), "a.yaml", diagnostics).ShouldBeNull();
        var error = diagnostics.ShouldHaveSingleItem();
        error.Code.ShouldBe("LK4102");
        error.Message.ShouldContain("62 statuses (60)");
        error.Message.ShouldContain("2 versions together");
    }

    [Theory]
    [InlineData("zone: Europe/Warsaw")]
    [InlineData("objectives: { uptime: { target: at least 99.9 % } }")]
    [InlineData("calendars: { office: { weekly: { mon-fri: 08:00-18:00 } } }")]
    [InlineData("indemnity: Nobody holds anybody harmless.")]
    public void An_amendment_that_says_what_was_said_before_leaves_every_objective_as_it_is(string same)
    {
        var versions = Good(Hosting.Text + $"\namendments:\n  - from: 2026-05-17\n    changes: {{ {same} }}\n");
        versions.All.Length.ShouldBe(2);
        versions.All[1].Unchanged.Order().ShouldBe(versions.Latest.Objectives.Select(o => o.Name).Order());
    }

    [Fact]
    public void Calendars_that_say_the_same_in_two_versions_are_one()
    {
        var versions = Good(Amended("{ calendars: { office: { weekly: { mon-fri: 08:00-18:00 } } } }"));
        var (before, after) = (versions.All[0].Agreement.Calendars, versions.All[1].Agreement.Calendars);
        after["night"].ShouldBeSameAs(before["night"]);
        after["always"].ShouldBeSameAs(before["always"]);
        after["office"].ShouldNotBeSameAs(before["office"]);
    }

    [Fact]
    public void What_is_wrong_in_a_version_that_a_later_one_mends_is_told_and_what_all_share_is_told_once()
    {
        var text = (Desk + """
            amendments:
              - { from: 2026-07-01, changes: { objectives: { mail-uptime: { target: at least 99.5 % } } } }
            """).Replace("of: mail, target: at least 99 %", "of: mail, target: at least 199 %", StringComparison.Ordinal).Replace("within: 8 h", "within: soon", StringComparison.Ordinal);
        var diagnostics = new DiagnosticBag();
        AgreementReader.ReadVersions(text, "a.yaml", diagnostics).ShouldBeNull();
        diagnostics.Count(d => d.Message.Contains("199", StringComparison.Ordinal)).ShouldBe(1);
        diagnostics.Count(d => d.Message.Contains("soon", StringComparison.Ordinal)).ShouldBe(1);
    }
}
