using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Changes;
using Levelkeeper.Language.Tests.Contract;
using NodaTime;

namespace Levelkeeper.Language.Tests.Changes;

/// <summary>Values that are set in a template, and amendments that are appended to a file.</summary>
public class ChangesTest
{
    private static readonly LocalDate July = new(2026, 7, 1);

    private static (string? Text, DiagnosticBag Diagnostics) Do(Func<List<ClauseSetting>, DiagnosticBag, string?> change, params string[] settings)
    {
        var diagnostics = new DiagnosticBag();
        var read = settings.Select(s => ClauseSetting.Read(s, new Place("--set"), diagnostics)).OfType<ClauseSetting>().ToList();
        return (change(read, diagnostics), diagnostics);
    }

    private static string With(string text, params string[] settings)
    {
        var (result, diagnostics) = Do((s, bag) => AgreementDraft.With(text, "a.yaml", s, bag), settings);
        diagnostics.ShouldBeEmpty();
        return result.ShouldNotBeNull();
    }

    private static string Amend(string text, params string[] settings)
    {
        var (result, diagnostics) = Do((s, bag) => AgreementAmendment.Append(text, "a.yaml", July, "Better", s, bag), settings);
        diagnostics.ShouldBeEmpty();
        return result.ShouldNotBeNull();
    }

    private static Rational Uptime(string text, LocalDate on)
    {
        var diagnostics = new DiagnosticBag();
        var agreement = AgreementReader.Read(text, "a.yaml", diagnostics, null, on).ShouldNotBeNull(string.Join('\n', diagnostics));
        return agreement.Objectives.Single(o => o.Name == "uptime").Target.Bound;
    }

    [Fact]
    public void Values_are_set_where_they_stand_and_comments_stay() =>
        With("""
            levelkeeper: v1
            id: a
            # The sides.
            parties:
              provider: { name: X }  # us
              # them
              customer: { name: Y, contact: c }
            """, "id=b", "parties.customer.name=Acme: the firm", "parties.customer.also-called=[A, B]", "objectives.uptime.target=at least 99 %", "term.from=2026-01-01").ShouldBe("""
            levelkeeper: v1
            id: b

            # The sides.
            parties:
              provider: { name: X }  # us
              # them
              customer: { name: "Acme: the firm", contact: c, also-called: [A, B] }

            term:
              from: 2026-01-01

            objectives:
              uptime:
                target: at least 99 %

            """);

    [Theory]
    [InlineData("at least 99 %", "LK5081")]
    [InlineData("=x", "LK5081")]
    [InlineData("objectives.uptime.tarket=x", "LK5082")]
    [InlineData("objectives..target=x", "LK5082")]
    [InlineData("objectives.uptime.target.more=x", "LK5082")]
    [InlineData("remedies.r.credit.tiers[0].pay=x", "LK5082")]
    [InlineData("remedies.r.credit.tiers.pay=x", "LK5082")]
    [InlineData("objectives.uptime.excluding=[x", "LK5083")]
    public void What_cannot_be_set_is_reported(string setting, string code) =>
        Do((s, bag) => AgreementDraft.With(Sample.Base, "a.yaml", s, bag), setting).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(code);

    [Fact]
    public void An_amendment_is_in_force_from_its_date_and_the_rest_of_the_file_stays_letter_by_letter()
    {
        // Not in the canonical form, and it stays so.
        var text = Sample.Base.Replace("id: sample", "id:    'sample'   # mine", StringComparison.Ordinal) + "\n# at the end\n";
        var amended = Amend(text, "objectives.uptime.target=at least 99.95 %", "objectives.uptime.no-data=down");
        amended.ShouldBe(text + """

            amendments:
              - from: 2026-07-01
                title: Better
                changes:
                  objectives:
                    uptime:
                      target: at least 99.95 %
                      no-data: down

            """);
        Uptime(amended, July.PlusDays(-1)).ShouldBe(new Rational(999, 1000));
        Uptime(amended, July).ShouldBe(new Rational(9995, 10_000));
    }

    [Fact]
    public void A_further_amendment_is_the_last_of_the_list_wherever_the_list_stands()
    {
        var text = """
            amendments:   # all of them
                - from: 2026-02-01
                  changes:
                      objectives: { uptime: { target: at least 99 % } }
                      # still the first

            # about the edition

            """ + Sample.Base;
        var amended = Amend(text, "objectives.uptime.target=at least 99.5 %");
        amended.ShouldStartWith("""
            amendments:   # all of them
                - from: 2026-02-01
                  changes:
                      objectives: { uptime: { target: at least 99 % } }
                      # still the first
                - from: 2026-07-01
                  title: Better
                  changes:
                    objectives:
                      uptime:
                        target: at least 99.5 %

            # about the edition

            """);
        Uptime(amended, July.PlusDays(-1)).ShouldBe(new Rational(99, 100));
        Uptime(amended, July).ShouldBe(new Rational(995, 1000));
    }

    [Theory]
    [InlineData("amendments: [ { from: 2026-02-01, changes: { objectives: { uptime: { target: at least 99 % } } } } ]\n")]
    [InlineData("amendments: { from: 2026-02-01, changes: { objectives: { uptime: { target: at least 99 % } } } }\n")]
    [InlineData("amendments:\n  -\n    # one\n    from: 2026-02-01\n    changes: { objectives: { uptime: { target: at least 99 % } } }\n")]
    public void Where_lines_cannot_be_added_the_file_is_written_anew_and_says_the_same(string list)
    {
        var amended = Amend("# kept\n\n" + Sample.Base + list, "objectives.uptime.target=at least 99.5 %");
        amended.ShouldStartWith("# kept\n");
        Uptime(amended, new LocalDate(2026, 1, 31)).ShouldBe(new Rational(999, 1000));
        Uptime(amended, July.PlusDays(-1)).ShouldBe(new Rational(99, 100));
        Uptime(amended, July).ShouldBe(new Rational(995, 1000));
    }

    [Fact]
    public void A_clause_can_be_taken_away_and_a_big_contract_be_amended_twice()
    {
        var amended = Amend(Amend(Hosting.Text, "maintenance.shop.notice=removed"), "commitments.iso-27001.valid-until=2028-05-31");
        var diagnostics = new DiagnosticBag();
        var agreement = AgreementReader.Read(amended, "a.yaml", diagnostics, null, July).ShouldNotBeNull(string.Join('\n', diagnostics));
        agreement.Commitments.Single(c => c.Name == "iso-27001").ValidUntil.ShouldBe(new LocalDate(2028, 5, 31));
        amended.ShouldStartWith(Hosting.Text);
    }

    [Fact]
    public void Line_ends_of_another_system_are_kept() => Amend(Sample.Base.ReplaceLineEndings("\r\n"), "indemnity=None.").ShouldSatisfyAllConditions(
        t => t.ShouldStartWith(Sample.Base.ReplaceLineEndings("\r\n")),
        t => t.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain('\n'));

    [Theory]
    [InlineData("id=b")]
    [InlineData("kind=internal")]
    [InlineData("amendments=x")]
    public void Who_it_is_cannot_be_amended(string setting) =>
        Do((s, bag) => AgreementAmendment.Append(Sample.Base, "a.yaml", July, "", s, bag), setting).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK5082");
}
