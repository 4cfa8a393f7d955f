using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Formatting;
using Levelkeeper.Language.Templates;

namespace Levelkeeper.Language.Tests.Templates;

public class AgreementTemplateTest
{
    /// <summary>Those of public agreements are half known, so lint has its notes on them: PublicSlasTest looks at them.</summary>
    public static TheoryData<string> Names => [.. AgreementTemplate.Names.Where(n => !AgreementTemplate.Text(n)!.StartsWith("# CHECK THE PROVIDER'S PAGE", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_template_has_no_finding_and_is_in_its_canonical_form_with_comments(string name)
    {
        var text = AgreementTemplate.Text(name).ShouldNotBeNull();
        var (agreement, diagnostics) = Sample.Read(text, lint: true);
        diagnostics.ShouldBeEmpty();
        agreement.ShouldNotBeNull().Objectives.ShouldNotBeEmpty();
        AgreementFormat.Format(text, name, new DiagnosticBag()).ShouldBe(text);
        text.Split('\n').Count(l => l.TrimStart().StartsWith('#')).ShouldBeGreaterThan(1);
    }

    [Fact]
    public void There_is_one_for_every_kind_and_the_corporate_one_has_plans()
    {
        AgreementTemplate.Names.Select(n => Sample.Good(AgreementTemplate.Text(n)!).Kind).Distinct().Count().ShouldBe(Enum.GetValues<AgreementKind>().Length);
        foreach (var plan in new[] { "basic", "business", "enterprise" })
            Sample.Good(AgreementTemplate.Text("corporate") + $"plan: {plan}\n").Plan.ShouldBe(plan);
        AgreementTemplate.Text("none").ShouldBeNull();
    }
}
