using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Lint;
using NodaTime;

namespace Levelkeeper.Language.Tests.Levels;

/// <summary>The sample on three levels, with the supplier agreement behind it.</summary>
public class HostingSampleTest
{
    private static readonly AgreementFolder Folder = new((name, _, _) => (Text(name), name), null);

    private static string Text(string name) => File.ReadAllText(Approved.PathOf("samples", "hosting", name));

    private static Agreement Read(string name, DiagnosticBag diagnostics, LocalDate? on = null) =>
        AgreementReader.Read(Text(name), name, diagnostics, Folder, on).ShouldNotBeNull(string.Join('\n', diagnostics));

    [Fact]
    public void There_is_nothing_to_complain_of()
    {
        var diagnostics = new DiagnosticBag();
        var suppliers = new Dictionary<string, Agreement> { ["payments"] = Read("payments.yaml", diagnostics) };
        foreach (var name in new[] { "agreement.yaml", "corporate.yaml", "payments.yaml" })
            AgreementLint.Check(Read(name, diagnostics), diagnostics, suppliers);
        diagnostics.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("2026-06-30", 9990)]
    [InlineData("2026-07-01", 9993)]
    public void The_amendment_is_in_force_from_July_on(string on, int target)
    {
        var agreement = Read("agreement.yaml", new DiagnosticBag(), NodaTime.Text.LocalDatePattern.Iso.Parse(on).Value);
        agreement.Objectives.Single(o => o.Name == "uptime").Target.Bound.ShouldBe(new Rational(target, 10_000));
        var tiers = agreement.Remedies[0].Benefit.ShouldBeOfType<Benefit.Payment>().Amount.Tiers;
        tiers[0].Below.ShouldBe(new Rational(target, 10_000));
    }

    [Fact]
    public void Each_level_adds_what_it_has_to_say()
    {
        var agreement = Read("agreement.yaml", new DiagnosticBag());
        // The plan's updates, the corporate people, the customer's shop.
        agreement.Plan.ShouldBe("business");
        agreement.Support.Updates.ShouldBe(new Dictionary<string, Duration> { ["P1"] = Duration.FromMinutes(30), ["else"] = Duration.FromHours(4) }, ignoreOrder: true);
        agreement.People.Select(p => p.Key).ShouldBe(["duty-engineer", "service-manager"]);
        agreement.Services.Select(s => s.Name).ShouldBe(["dns", "shop"]);
        // Its weight is the customer's, its target the corporate one.
        var names = agreement.Objectives.Single(o => o.Name == "names");
        (names.Weight, names.TargetClause.Place.File).ShouldBe((new Rational(1, 10), "corporate.yaml"));
    }
}
