using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Storage.Accounts;

namespace Levelkeeper.Runtime.Tests.Access;

/// <summary>Who may know of what, and do what.</summary>
public sealed class ViewerTests
{
    [Fact]
    public void A_customer_sees_its_own_agreements_and_nobody_elses()
    {
        var klient = Viewer("customer", "Klient");
        klient.Sees(Agreement("customer", "Firma", "Klient")).ShouldBeTrue();
        klient.Sees(Agreement("customer", "Firma", "Other")).ShouldBeFalse();
        klient.Sees(Agreement("customer", "Klient", "Other")).ShouldBeFalse();
        klient.SideOn(Agreement("customer", "Firma", "Klient")).ShouldBe(PartyRole.Customer);
    }

    [Theory]
    [InlineData("internal")]
    [InlineData("supplier")]
    public void What_the_provider_agreed_inside_or_with_suppliers_is_not_shown_to_a_customer_of_the_same_name(string kind) =>
        Viewer("customer", "Klient").Sees(Agreement(kind, "Firma", "Klient")).ShouldBeFalse();

    [Fact]
    public void A_customer_without_a_party_sees_nothing() => Viewer("customer").Sees(Agreement("customer", "Firma", "Klient")).ShouldBeFalse();

    [Fact]
    public void The_owners_people_see_all_and_a_teams_people_their_own()
    {
        Viewer("manager").Sees(Agreement("customer", "Firma", "Klient")).ShouldBeTrue();
        Viewer("agent", "Desk").Sees(Agreement("internal", "Desk", "Sales")).ShouldBeTrue();
        Viewer("agent", "Desk").Sees(Agreement("internal", "IT", "Sales")).ShouldBeFalse();
        Viewer("manager").SideOn(Agreement("customer", "Firma", "Klient")).ShouldBe(PartyRole.Provider);
    }

    [Fact]
    public void A_customers_account_gains_no_right_of_the_provider_by_a_role_that_somebody_gave_it_too()
    {
        var both = Viewer("customer operator finance manager", "Klient");
        both.May(Permission.ManageAccounts).ShouldBeFalse();
        both.May(Permission.IssueStatements).ShouldBeFalse();
        both.May(Permission.ReadFacts).ShouldBeFalse();
        both.May(Permission.DisputeStatements).ShouldBeTrue();
        Viewer("customer signatory", "Klient").May(Permission.SignAgreements).ShouldBeTrue();
    }

    [Fact]
    public void An_auditor_reads_everything_and_changes_nothing()
    {
        var auditor = Viewer("auditor");
        Enum.GetValues<Permission>().Where(auditor.May).ShouldBe([Permission.ReadAgreements, Permission.ReadStatements, Permission.ReadFacts, Permission.ReadAudit]);
    }

    [Fact]
    public void Who_runs_the_installation_decides_nothing_of_an_agreement()
    {
        Permission[] decisions = [Permission.DecideExclusions, Permission.ProposeAgreements, Permission.SignAgreements, Permission.ActivateAgreements, Permission.IssueStatements, Permission.SettleStatements, Permission.DisputeStatements];
        decisions.Where(Viewer("operator").May).ShouldBeEmpty();
    }

    [Fact]
    public void Who_belongs_to_a_party_may_nothing_that_shows_all_parties()
    {
        var team = Viewer("manager operator auditor", "Desk");
        RolePermissions.OfTheWhole.Where(team.May).ShouldBeEmpty();
        team.May(Permission.ReadAgreements).ShouldBeTrue();
        RolePermissions.OfTheWhole.Where(Viewer("manager operator auditor").May).Count().ShouldBe(RolePermissions.OfTheWhole.Count);
    }

    [Fact]
    public void A_token_may_never_more_than_its_account()
    {
        var token = Viewer("agent") with { Scope = [Permission.ReadAgreements, Permission.ManageAccounts] };
        Enum.GetValues<Permission>().Where(token.May).ShouldBe([Permission.ReadAgreements]);
    }

    [Fact]
    public void A_role_of_a_later_build_counts_for_nothing() => Enum.GetValues<Permission>().Where(Viewer("superuser").May).ShouldBeEmpty();

    private static Viewer Viewer(string roles, params string[] parties) => Runtime.Access.Viewer.Of(new Account { Name = "x", DisplayName = "X", SecurityStamp = "", Roles = [.. roles.Split(' ')], Parties = [.. parties] });

    private static Agreement Agreement(string kind, string provider, string customer) => AgreementReader.ReadVersions(
        $$"""
        levelkeeper: v1
        id: site
        title: A site
        kind: {{kind}}
        parties:
          provider: { name: {{provider}} }
          customer: { name: {{customer}} }
        zone: Europe/Warsaw
        term: { from: 2026-01-01, length: 12 months }
        services:
          site: { title: The site }
        objectives:
          uptime: { measure: availability, of: site, target: at least 99.9 %, per: month }
        """, "site.yaml", new DiagnosticBag())!.Latest;
}
