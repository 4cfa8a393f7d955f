using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Levels;
using NodaTime;

namespace Levelkeeper.Language.Tests.Levels;

/// <summary>Corporate, plan, customer: what a lower level states stands, the rest is inherited with its place.</summary>
public class LevelsTest
{
    private const string Corporate = """
        levelkeeper: v1
        id: corporate
        title: Corporate terms
        kind: corporate
        parties:
          provider: { name: Northhost }
        term: { from: 2026-01-01 }
        zone: Europe/Warsaw
        calendars:
          office: { weekly: { mon-fri: 08:00-16:00, sat: 09:00-12:00 } }
        services:
          shop: { title: Shop, essential: [checkout] }
        objectives:
          uptime:
            measure: availability
            of: shop
            target: at least 99.5 %
            excluding: [maintenance]
          reaction:
            measure: time to respond
            of: tickets of shop
            within: { P1: 1 h, else: 8 h }
            target: every ticket
        plans:
          business:
            objectives:
              uptime: { target: at least 99.9 % }
          enterprise:
            extends: business
            objectives:
              reaction: { within: { P1: 15 min } }
        """;

    private const string Head = """
        levelkeeper: v1
        id: acme
        title: Acme
        extends: corporate.yaml
        parties:
          customer: { name: Acme }

        """;

    private static (Agreement? Agreement, DiagnosticBag Diagnostics) Read(string own, LocalDate? on = null, string corporate = Corporate)
    {
        var diagnostics = new DiagnosticBag();
        var folder = new AgreementFolder((name, from, bag) => name == "corporate.yaml" ? (corporate, name) : name == "acme.yaml" ? (own, name) : Missing(name, from, bag), null);
        return (AgreementReader.Read(own, "acme.yaml", diagnostics, folder, on), diagnostics);

        static (string, string)? Missing(string name, Place from, DiagnosticBag bag)
        {
            bag.Error("LK5001", from, $"no {name}");
            return null;
        }
    }

    private static Agreement Good(string own, LocalDate? on = null)
    {
        var (agreement, diagnostics) = Read(own, on);
        diagnostics.ShouldBeEmpty();
        return agreement.ShouldNotBeNull();
    }

    private static LevelTarget Uptime(Agreement agreement) => agreement.Objectives.Single(o => o.Name == "uptime").Target;

    private static string Within(Agreement agreement, string priority)
    {
        var clock = ((Indicator.Clock)agreement.Objectives.Single(o => o.Name == "reaction").Indicator).Definition;
        return (clock.Targets.GetValueOrDefault(priority) ?? clock.DefaultTarget)!.ToString()!;
    }

    private static readonly Rational HalfPercent = new(995, 1000);
    private static readonly Rational TenthPercent = new(999, 1000);

    [Fact]
    public void What_a_lower_level_does_not_state_is_inherited_with_its_place()
    {
        var agreement = Good(Head);
        (agreement.Id, agreement.Kind, agreement.Provider.Name, agreement.Customer!.Name).ShouldBe(("acme", AgreementKind.Customer, "Northhost", "Acme"));
        Uptime(agreement).Bound.ShouldBe(HalfPercent);
        agreement.Objectives[0].TargetClause.Place.ShouldBe(new Place("corporate.yaml", 17, 5));
    }

    [Fact]
    public void What_it_states_comes_over_the_upper_level_key_by_key()
    {
        var agreement = Good(Head + "objectives:\n  uptime: { target: at least 99 % }\n  reaction: { within: { P1: 30 min } }\n");
        Uptime(agreement).Bound.ShouldBe(new Rational(99, 100));
        agreement.Objectives[0].TargetClause.Place.File.ShouldBe("acme.yaml");
        ((Indicator.Availability)agreement.Objectives[0].Indicator).Policy.Maintenance.ShouldNotBeNull();
        Within(agreement, "P1").ShouldBe(Within(Good(Head + "objectives:\n  reaction: { within: { P1: 30 min, else: 8 h } }\n"), "P1"));
        Within(agreement, "P2").ShouldBe(Within(Good(Head), "P2"));
    }

    [Fact]
    public void A_list_and_weekly_hours_are_one_clause_and_stated_anew()
    {
        var agreement = Good(Head + "calendars:\n  office: { weekly: { mon-fri: 10:00-12:00 } }\nservices:\n  shop: { essential: [login] }\n");
        agreement.Service("shop")!.EssentialFunctions.ShouldBe(["login"]);
        // A Saturday morning, open by the upper level's hours.
        agreement.Calendars["office"].IsOpen(Instant.FromUtc(2026, 1, 10, 9, 0)).ShouldBeFalse();
        Good(Head).Calendars["office"].IsOpen(Instant.FromUtc(2026, 1, 10, 9, 0)).ShouldBeTrue();
    }

    [Fact]
    public void What_is_removed_is_gone_and_its_default_holds()
    {
        var agreement = Good(Head + "objectives:\n  uptime: { excluding: removed }\n  reaction: removed\n");
        agreement.Objectives.ShouldHaveSingleItem().Name.ShouldBe("uptime");
        ((Indicator.Availability)agreement.Objectives[0].Indicator).Policy.Maintenance.ShouldBeNull();
        Read(Head + "objectives:\n  leads: removed\n").Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1805");
    }

    [Fact]
    public void A_plan_comes_over_the_base_of_its_level_and_the_customer_over_the_plan()
    {
        Uptime(Good(Head + "plan: business\n")).Bound.ShouldBe(TenthPercent);
        var enterprise = Good(Head + "plan: enterprise\n");
        Uptime(enterprise).Bound.ShouldBe(TenthPercent);
        Within(enterprise, "P1").ShouldNotBe(Within(Good(Head), "P1"));
        Uptime(Good(Head + "plan: enterprise\nobjectives:\n  uptime: { target: at least 95 % }\n")).Bound.ShouldBe(new Rational(95, 100));
    }

    [Fact]
    public void An_amendment_is_in_force_from_its_date_on()
    {
        const string amended = Head + """
            amendments:
              - from: 2026-07-01
                changes:
                  objectives: { uptime: { target: at least 99.9 % } }
              - from: 2026-03-01
                changes:
                  objectives: { uptime: { target: at least 99 % } }
            """;
        Uptime(Good(amended, new LocalDate(2026, 2, 28))).Bound.ShouldBe(HalfPercent);
        Uptime(Good(amended, new LocalDate(2026, 3, 1))).Bound.ShouldBe(new Rational(99, 100));
        Uptime(Good(amended, new LocalDate(2026, 6, 30))).Bound.ShouldBe(new Rational(99, 100));
        Uptime(Good(amended)).Bound.ShouldBe(TenthPercent);
    }

    [Theory]
    [InlineData("plan: gold\n", "LK1804")]
    [InlineData("plans:\n  business: { extends: enterprise }\nplan: business\n", "LK1806")]
    [InlineData("amendments: [ { from: 2026-02-01, changes: { objectvies: {} } } ]\n", "LK1102")]
    [InlineData("amendments: [ { changes: {} } ]\n", "LK1103")]
    public void What_is_wrong_between_levels_is_reported(string lines, string code) =>
        Read(Head + lines).Diagnostics.Select(d => d.Code).Distinct().ShouldBe([code]);

    [Fact]
    public void A_circle_of_levels_a_missing_one_and_too_many_are_reported()
    {
        Read(Head, corporate: Corporate + "\nextends: acme.yaml\n").Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1802");
        Read(Head.Replace("corporate.yaml", "nowhere.yaml", StringComparison.Ordinal)).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK5001");
        var diagnostics = new DiagnosticBag();
        var number = 0;
        AgreementReader.Read(Head, "0.yaml", diagnostics, new AgreementFolder((_, _, _) => (Head, $"{++number}.yaml"), null)).ShouldBeNull();
        diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1803");
        number.ShouldBe(LevelReader.MostLevels - 1);
        Sample.Read(Sample.With("extends: corporate.yaml")).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1801");
    }

    [Fact]
    public void A_corporate_agreement_may_leave_open_what_others_state()
    {
        var diagnostics = new DiagnosticBag();
        AgreementReader.Read(Corporate, "corporate.yaml", diagnostics).ShouldNotBeNull().Kind.ShouldBe(AgreementKind.Corporate);
        diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_in_a_file_that_is_no_agreement_is_not_repeated()
    {
        var (agreement, diagnostics) = Read(Head, corporate: "root:secret: 1\nroot:secret: 2\nkey: [\"hidden\"]\n");
        agreement.ShouldBeNull();
        diagnostics.ShouldHaveSingleItem().ToString().ShouldBe("corporate.yaml: error LK1807: This file is no agreement, and another extends it. (begin the upper level with 'levelkeeper: v1')");
    }

    [Fact]
    public void Two_hundred_amendments_are_read_and_one_more_is_not()
    {
        string Amended(int count) => Head + "amendments:\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"  - {{ from: {new LocalDate(2026, 2, 1).PlusDays(i):uuuu-MM-dd}, changes: {{ objectives: {{ uptime: {{ target: at least 99.{i + 100} % }} }} }} }}\n"));
        var diagnostics = new DiagnosticBag();
        var folder = new AgreementFolder((name, _, _) => (Corporate, name), null);
        LevelReader.Read(Amended(200), "acme.yaml", folder.Levels, diagnostics).ShouldNotBeNull().Dates.Length.ShouldBe(200);
        diagnostics.ShouldBeEmpty();
        LevelReader.Read(Amended(201), "acme.yaml", folder.Levels, diagnostics).ShouldBeNull();
        diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1808");
    }

    [Fact]
    public void A_plan_may_build_on_thousands_of_plans_and_not_on_itself()
    {
        string Plans(int count, string last) => Head + "plan: p0\nplans:\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"  p{i}: {{ extends: p{i + 1} }}\n")) + $"  p{count}: {{ {last} }}\n";
        Read(Plans(3000, "title: Last")).Diagnostics.ShouldBeEmpty();
        Read(Plans(3000, "extends: p7")).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1806");
    }
}
