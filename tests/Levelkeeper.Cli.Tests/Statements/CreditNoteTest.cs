using System.Globalization;
using System.Xml.Linq;

namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>Credit notes of a statement: against the rules of EN 16931-1 and Peppol BIS Billing 3.0 (<see cref="CreditNoteRules"/>), and as a table.</summary>
public sealed class CreditNoteTest : IDisposable
{
    private readonly KontorStatement _kontor = new();

    public void Dispose() => _kontor.Dispose();

    public static TheoryData<string> Rules => [.. CreditNoteRules.All.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_note_keeps_the_rule(string rule)
    {
        foreach (var tax in new[] { "S", "Z", "E", "AE", "O" })
            CreditNoteRules.All[rule](await Note(tax)).ShouldBeTrue($"{rule} with tax {tax}");
    }

    /// <summary>A rule that nothing breaks checks nothing: some element taken away, doubled or changed must break it.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_damaged_note_breaks_the_rule(string rule)
    {
        foreach (var tax in new[] { "S", "E", "AE", "O" })
        {
            var note = await Note(tax);
            if (Damaged(note).Any(damaged => !Holds(rule, damaged)))
                return;
        }

        Assert.Fail($"Nothing breaks {rule}.");
    }

    [Fact]
    public async Task Its_amounts_are_those_of_the_statement_and_the_tax_on_them()
    {
        var note = await Note("S");
        // 957.74 x 19 % = 181.9706.
        Values(note, "LegalMonetaryTotal").ShouldBe(["957.74", "957.74", "1139.71", "1139.71"]);
        note.Descendants(CreditNoteRules.Cbc + "TaxAmount").Select(e => e.Value).ShouldBe(["181.97", "181.97"]);
        note.Root!.Elements(CreditNoteRules.Cac + "CreditNoteLine").Select(l => (l.Element(CreditNoteRules.Cbc + "CreditedQuantity")!.Value, l.Element(CreditNoteRules.Cbc + "LineExtensionAmount")!.Value))
            .ShouldBe([("1", "200.00"), ("1", "307.74"), ("1", "500.00"), ("-1", "-100.00"), ("1", "50.00")]);
    }

    [Fact]
    public async Task It_names_the_invoice_the_agreement_and_the_statement()
    {
        var note = await Note("S");
        Values(note, "BillingReference").ShouldBe(["INV-2026-3", "2026-04-01"]);
        Values(note, "ContractDocumentReference").ShouldBe(["nord-kontor"]);
        var statement = System.Text.Encoding.UTF8.GetBytes(_kontor.Run.Read("march.json"));
        Values(note, "AdditionalDocumentReference").ShouldBe(["nord-kontor/2026-03", $"SHA-256 {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(statement))}"]);
    }

    [Fact]
    public async Task Fines_can_have_a_note_of_their_own_because_their_tax_differs()
    {
        var note = await Note("O", "--form", "fine");
        Values(note, "LegalMonetaryTotal").ShouldBe(["307.74", "307.74", "307.74", "307.74"]);
        note.Descendants(CreditNoteRules.Cac + "PartyTaxScheme").ShouldBeEmpty();
        Values(note, "PaymentTerms").ShouldBe(["Due on 15 April 2026."]);
    }

    [Fact]
    public async Task The_table_has_a_row_for_each_line_that_add_up_to_the_note()
    {
        await _kontor.March("--to", "march.json");
        var (code, output, error) = await _kontor.Run.Levelkeeper("credit-note", "-s", "march.json", "-n", "=CN", "--date", "2026-04-09", "--tax", "S", "--rate", "19", "-o", "csv", "-l", "pl");
        (code, error).ShouldBe((0, ""));
        var rows = StatementOutputTest.Csv(output);
        var net = rows[0].IndexOf("net");
        rows.Skip(1).Sum(r => decimal.Parse(r[net], CultureInfo.InvariantCulture)).ShouldBe(957.74m);
        rows.Skip(1).Select(r => (r[^3], r[^2], r[^1])).Distinct().ShouldBe([("957.74", "181.97", "1139.71")]);
        rows[1][0].ShouldBe("'=CN");
        rows[1][rows[0].IndexOf("description")].ShouldBe("upust (service credit), pozycja uptime-credit/2026-03 rozliczenia");
    }

    [Fact]
    public async Task What_Peppol_needs_and_the_agreement_does_not_say_is_named_with_the_rule_that_asks_for_it()
    {
        _kontor.Run.Write("kontor.yaml", _kontor.Run.Read("kontor.yaml").Replace("endpoint: \"9945:PL5260001246\"", "also-called: Kontor", StringComparison.Ordinal).Replace("country: DE, ", "", StringComparison.Ordinal).Replace("vat-id: DE123456789, ", "", StringComparison.Ordinal));
        await _kontor.March("--to", "march.json");
        var (code, output, error) = await _kontor.Run.Levelkeeper("credit-note", "-s", "march.json", "-n", "CN-1", "--tax", "S", "--rate", "19");
        (code, output).ShouldBe((2, ""));
        error.ShouldContain("'parties.customer.endpoint'");
        error.ShouldContain("PEPPOL-EN16931-R010");
        error.ShouldContain("'parties.provider.country'");
        error.ShouldContain("'parties.provider.vat-id'");
    }

    [Fact]
    public async Task A_statement_whose_lines_were_changed_by_hand_is_refused()
    {
        await _kontor.March("--to", "march.json");
        _kontor.Run.Write("march.json", _kontor.Run.Read("march.json").Replace("\"payable\": \"307.74\"", "\"payable\": \"407.74\"", StringComparison.Ordinal));
        var (code, _, error) = await _kontor.Run.Levelkeeper("credit-note", "-s", "march.json", "-n", "CN-1", "--tax", "O");
        code.ShouldBe(2);
        error.ShouldContain("do not add up");
    }

    private async Task<XDocument> Note(string tax, params string[] more)
    {
        await _kontor.March("--to", "march.json");
        string[] rate = tax == "S" ? ["--rate", "19"] : tax == "E" ? ["--tax-reason", "Exempt by the act"] : [];
        var (code, output, error) = await _kontor.Run.Levelkeeper(["credit-note", "-s", "march.json", "-n", "CN-1", "--date", "2026-04-09", "--tax", tax, "--invoice", "INV-2026-3=2026-04-01", .. rate, .. more]);
        (code, error).ShouldBe((0, ""));
        return XDocument.Parse(output);
    }

    private static IEnumerable<string> Values(XDocument note, string group) => note.Root!.Elements(CreditNoteRules.Cac + group).Descendants().Where(e => !e.HasElements).Select(e => e.Value);

    private static bool Holds(string rule, XDocument note)
    {
        try
        {
            return CreditNoteRules.All[rule](note);
        }
        catch (Exception e) when (e is NullReferenceException or FormatException or InvalidOperationException)
        {
            // What cannot even be read does not keep the rule.
            return false;
        }
    }

    /// <summary>The note with one element taken away, doubled, changed or moved, for each element.</summary>
    private static IEnumerable<XDocument> Damaged(XDocument note)
    {
        var count = note.Descendants().Count();
        for (var i = 1; i < count; i++)
        {
            yield return Changed(i, e => e.Remove());
            yield return Changed(i, e => e.AddAfterSelf(new XElement(e)));
            yield return Changed(i, e => e.Value = decimal.TryParse(e.Value, CultureInfo.InvariantCulture, out var number) ? (number + 1.005m).ToString(CultureInfo.InvariantCulture) : "");
            yield return Changed(i, e => e.Value = $"-{e.Value}");
            yield return Changed(i, e => e.RemoveAttributes());
            yield return Changed(i, e => e.AddFirst(new XElement(e.Parent!)));
            yield return Changed(i, e => e.Parent!.Elements(e.Name).Remove());
            yield return Changed(i, e => e.AddAfterSelf(new XElement(CreditNoteRules.Cbc + "Percent", "0")));
            yield return Changed(i, e => e.AddAfterSelf(new XElement(CreditNoteRules.Cbc + "TaxExemptionReason", "none")));
            yield return Changed(i, e => e.AddAfterSelf(new XElement(CreditNoteRules.Cac + "PartyTaxScheme", new XElement(CreditNoteRules.Cbc + "CompanyID", "DE1"))));
        }

        XDocument Changed(int index, Action<XElement> change)
        {
            var copy = new XDocument(note);
            change(copy.Descendants().ElementAt(index));
            return copy;
        }
    }
}
