using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Levels;

namespace Levelkeeper.Language.Tests.Levels;

/// <summary>What an upper level protects, nobody below may make worse for the customer.</summary>
public class StrictnessTest
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
          office: { weekly: { mon-fri: 08:00-16:00 } }
        services:
          shop: { title: Shop }
        maintenance:
          shop: { notice: 72 h }
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
        """;

    private const string Head = "levelkeeper: v1\nid: acme\ntitle: Acme\nextends: corporate.yaml\nparties:\n  customer: { name: Acme }\n";

    private static List<Diagnostic> Read(string strict, string own)
    {
        var diagnostics = new DiagnosticBag();
        AgreementReader.Read(Head + own, "acme.yaml", diagnostics, new AgreementFolder((name, _, _) => ($"{Corporate}\nat-least-as-strict: {strict}\n", name), null));
        return [.. diagnostics];
    }

    [Theory]
    [InlineData("objectives.uptime.target", "objectives: { uptime: { target: at least 99.9 % } }\n", null)]
    [InlineData("objectives.uptime.target", "objectives: { uptime: { target: at least 99 % } }\n", "LK1820")]
    [InlineData("objectives.uptime.target", "objectives: { uptime: { excluding: [maintenance, third-party] } }\n", null)]
    [InlineData("objectives.uptime", "objectives: { uptime: { excluding: [maintenance, third-party] } }\n", "LK1820")]
    [InlineData("everything", "objectives: { uptime: { excluding: [maintenance, third-party] } }\n", "LK1820")]
    [InlineData("[maintenance.shop.notice, objectives.uptime]", "maintenance: { shop: { notice: 48 h } }\n", "LK1820")]
    // A default that a clause above left in force is protected too.
    [InlineData("objectives.uptime", "objectives: { uptime: { shortest-outage: 5 min } }\n", "LK1820")]
    // Taking the objective away takes the clause away.
    [InlineData("objectives.uptime.target", "objectives: { uptime: removed }\n", "LK1820")]
    // Measuring something else empties the target.
    [InlineData("objectives.reaction.target", "objectives: { reaction: { measure: time to resolve } }\n", "LK1821")]
    [InlineData("objectives.reaction", "objectives: { reaction: { within: { P1: 2 business days } } }\n", "LK1821")]
    [InlineData("objectives.reaction", "objectives: { reaction: { within: { P1: 30 min } } }\n", null)]
    // What the upper level leaves open, names and records may be stated.
    [InlineData("everything", "state: signed\ncurrency: PLN\npeople:\n  jk: { name: J. Kowalska }\nservices: { shop: { title: The shop of Acme, fee: 100.00 per month } }\n", null)]
    [InlineData("everything", "currency: PLN\nprice: { fees: { hosting: 100.00 per month } }\n", null)]
    public void A_lower_level_may_change_protected_clauses_only_for_the_better(string strict, string own, string? code) =>
        Read(strict, own).Select(d => d.Code).ShouldBe(code is null ? [] : [code]);

    [Theory]
    [InlineData("plans:\n  lean: { objectives: { uptime: { target: at least 99 % } } }\nplan: lean\n", "LK1820")]
    [InlineData("plans:\n  better: { objectives: { uptime: { target: at least 99.9 % } } }\nplan: better\n", null)]
    [InlineData("amendments:\n  - { from: 2026-06-01, changes: { objectives: { uptime: { target: at least 99 % } } } }\n", "LK1820")]
    [InlineData("amendments:\n  - { from: 2026-06-01, changes: { objectives: { uptime: { target: at least 99.6 % } } } }\n", null)]
    // Better once, then worse than what was reached, though not than the upper level: an amendment changes what is in force.
    [InlineData("amendments:\n  - { from: 2026-06-01, changes: { objectives: { uptime: { target: at least 99.9 % } } } }\n  - { from: 2026-07-01, changes: { objectives: { uptime: { target: at least 99.6 % } } } }\n", "LK1820")]
    public void A_plan_and_an_amendment_likewise(string own, string? code) => Read("objectives.uptime", own).Select(d => d.Code).ShouldBe(code is null ? [] : [code]);

    [Fact]
    public void A_plan_of_the_level_itself_is_held_to_it_before_anybody_chooses_it()
    {
        var diagnostics = new DiagnosticBag();
        AgreementReader.Read(Corporate + "\nat-least-as-strict: everything\nplans:\n  lean: { objectives: { uptime: { target: at least 99 % } } }\n", "corporate.yaml", diagnostics);
        diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1820");
    }

    [Fact]
    public void The_complaint_stands_at_the_changed_line_and_names_the_line_that_forbids_it()
    {
        var complaint = Read("objectives.uptime.target", "objectives:\n  uptime:\n    target: at least 99 %\n").ShouldHaveSingleItem();
        (complaint.Place.File, complaint.Place.Line).ShouldBe(("acme.yaml", 9));
        complaint.Message.ShouldContain("corporate.yaml:26");
        complaint.Message.ShouldContain("99.5 %");
    }

    [Theory]
    [InlineData("objectives.uptime.tarket")]
    [InlineData("the target")]
    public void A_path_of_no_clause_is_reported(string path) => Read(path, "").ShouldHaveSingleItem().Code.ShouldBe("LK1822");
}
