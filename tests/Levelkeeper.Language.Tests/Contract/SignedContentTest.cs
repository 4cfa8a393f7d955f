using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Levelkeeper.Language.Calendars;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Tests.Contract;

/// <summary>What of an agreement is signed, and what changes its hash.</summary>
public class SignedContentTest
{
    private static string Hash(string text, Func<string, string?>? files = null, CalendarFiles? calendars = null)
    {
        var diagnostics = new DiagnosticBag();
        var folder = new AgreementFolder((name, _, _) => files?.Invoke(name) is { } found ? (found, name) : null, calendars);
        var content = SignedContent.Read(text, "a.yaml", diagnostics, folder);
        diagnostics.ShouldBeEmpty();
        return content.ShouldNotBeNull().Hash;
    }

    private static string Changed(string from, string to)
    {
        Hosting.Text.ShouldContain(from);
        return Hosting.Text.Replace(from, to, StringComparison.Ordinal);
    }

    [Fact]
    public void The_canonical_form_of_a_contract_is_as_approved()
    {
        // A reworded default or a new key changes what was signed before: read the difference with that in mind.
        var content = SignedContent.Read(Hosting.Text, "a.yaml", new DiagnosticBag())!;
        using var json = JsonDocument.Parse(content.Canonical);
        var readable = JsonSerializer.Serialize(json.RootElement, new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Approved.Check($"{readable}\n", "tests", "Levelkeeper.Language.Tests", "Contract", "Hosting.canonical.approved.json");
    }

    [Fact]
    public void The_form_is_RFC_8785_and_its_SHA_256_is_the_hash()
    {
        var content = SignedContent.Read(Hosting.Text, "a.yaml", new DiagnosticBag())!;
        using var json = JsonDocument.Parse(content.Canonical);
        Again(json.RootElement).ShouldBe(content.Canonical);
        content.Hash.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.Canonical))));
        content.Hash.Length.ShouldBe(64);

        // Without numbers and without letters that must be escaped RFC 8785 is: keys in ordinal order, no blanks.
        static string Again(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object => $"{{{string.Join(',', element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"\"{p.Name}\":{Again(p.Value)}"))}}}",
            JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(Again))}]",
            JsonValueKind.String => $"\"{element.GetString()}\"",
            _ => throw new InvalidOperationException("Only texts, lists and objects."),
        };
    }

    [Theory]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("\b\t\n\f\r\u0001\u001f", "\"\\b\\t\\n\\f\\r\\u0001\\u001f\"")]
    [InlineData("\u007f</ż€\u2028\U0001F600", "\"\u007f</ż€\u2028\U0001F600\"")] // as they are: RFC 8785, 3.2.2.2
    public void Texts_are_escaped_as_RFC_8785_says(string text, string json) => CanonicalText.Of(new YamlNode.Scalar(text, false, Place.None)).ShouldBe(json);

    [Fact]
    public void Half_a_surrogate_pair_is_escaped_so_that_two_texts_never_have_one_form() =>
        CanonicalText.Of(new YamlNode.Scalar("\udc00\ud800x", false, Place.None)).ShouldBe("\"\\udc00\\ud800x\"");

    [Fact]
    public void Keys_are_in_the_order_of_their_UTF_16_units()
    {
        // The sample of RFC 8785, 3.2.3.
        string[] keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001F600", "\u0080", "\u00f6"];
        var mapping = new YamlNode.Mapping([.. keys.Select(k => new YamlEntry(k, Place.None, new YamlNode.Scalar("", true, Place.None)))], Place.None);
        CanonicalText.Of(mapping).ShouldBe("{\"\\r\":\"\",\"1\":\"\",\"\u0080\":\"\",\"\u00f6\":\"\",\"\u20ac\":\"\",\"\U0001F600\":\"\",\"\ufb33\":\"\"}");
    }

    [Theory]
    [InlineData("id: hostly-acme", "# a remark\nid: 'hostly-acme'   # and another")]
    [InlineData("state: proposed", "state: active")]
    [InlineData("legal-review: { required: yes }", "legal-review: { required: yes, by: Office of the notary, on: 2025-12-01 }")]
    [InlineData("legal-review: { required: yes }", "signed-on-paper: [ { by: customer, name: A. Nowak, on: 2025-12-10 } ]")]
    [InlineData("legal-review: { required: yes }", "suspensions: [ { from: 2026-02-01, until: 2026-02-03, reason: unpaid } ]")]
    [InlineData("findings: [one outage in March]", "findings: [two outages in March]")]
    [InlineData("{ title: Names, fee: 100.00 per month }", "{ fee: 100.00 per month, title: Names }")]
    [InlineData("pauses: [waiting for customer]", "pauses: waiting for customer")]
    [InlineData("taxes: [ { name: VAT, rate: 23 % } ]", "taxes: { rate: 23 %, name: VAT }")]
    [InlineData("indemnity: Each side", "plans: { gold: { objectives: { uptime: { target: at least 99.99 % } } } }\nindemnity: Each side")]
    public void Layout_and_what_says_how_far_it_has_come_do_not_change_the_hash(string from, string to) => Hash(Changed(from, to)).ShouldBe(Hash(Hosting.Text));

    [Theory]
    [InlineData("at least 99.9 %", "at least 99.8 %")]
    [InlineData("weight: 60 %", "weight: 60 %\n    no-data: down")]
    [InlineData("id: hostly-acme", "id: hostly-acme-2")]
    [InlineData("What the sides learn", "What a side learns")]
    [InlineData("{ mon-fri: 08:00-18:00 }", "{ mon-fri: 08:00-17:00 }")]
    [InlineData("holidays: PL", "holidays: DE")]
    [InlineData("every: quarter on first business day", "every: month on 1")]
    [InlineData("features: [storefront, checkout]", "features: [checkout, storefront]")]
    [InlineData("customer-caused, force-majeure]", "force-majeure]")]
    [InlineData("indemnity: Each side", "plans: { gold: { objectives: { uptime: { target: at least 99.99 % } } } }\nplan: gold\nindemnity: Each side")]
    [InlineData("indemnity: Each side", "amendments: [ { from: 2026-06-01, changes: { objectives: { uptime: { target: at least 99.99 % } } } } ]\nindemnity: Each side")]
    public void What_was_agreed_changes_the_hash(string from, string to) => Hash(Changed(from, to)).ShouldNotBe(Hash(Hosting.Text));

    [Fact]
    public void The_date_of_an_amendment_counts_and_one_that_changes_nothing_does_not()
    {
        Hash(Amended("2026-06-01", "99.99")).ShouldNotBe(Hash(Amended("2026-06-02", "99.99")));
        Hash(Amended("2026-06-01", "99.9")).ShouldBe(Hash(Hosting.Text));

        static string Amended(string from, string target) => Hosting.Text + $"\namendments: [ {{ from: {from}, changes: {{ objectives: {{ uptime: {{ target: at least {target} % }} }} }} }} ]\n";
    }

    [Fact]
    public void A_clause_that_moves_to_an_upper_level_leaves_the_hash_and_one_that_changes_there_does_not()
    {
        const string Clause = "indemnity: Each side holds the other harmless from claims of third parties that it caused.\n";
        var below = Changed(Clause, "").Replace("id: hostly-acme", "id: hostly-acme\nextends: corporate.yaml", StringComparison.Ordinal);
        const string Upper = "levelkeeper: v1\nid: corporate\ntitle: Corporate\nkind: corporate\n";
        Hash(below, _ => Upper + Clause).ShouldBe(Hash(Hosting.Text));
        Hash(below, _ => Upper + "indemnity: Nobody.\n").ShouldNotBe(Hash(Hosting.Text));
    }

    [Fact]
    public void The_dates_of_a_calendar_file_count_whatever_else_it_says()
    {
        var text = Changed("holidays: PL }", "holidays: PL, closed-by: shut.ics }");
        Hash(text, null, Closing(24)).ShouldBe(Hash(text, null, Closing(24)));
        Hash(text, null, Closing(24)).ShouldNotBe(Hash(text, null, Closing(23)));

        static CalendarFiles Closing(int day) => (_, _, _, _) => version => version with { ClosedDates = version.ClosedDates.Add(new LocalDate(2026, 12, day)) };
    }

    [Fact]
    public void Defaults_belong_to_it_so_that_another_default_of_an_edition_is_another_content()
    {
        var stated = (YamlNode.Mapping)YamlReader.Read("a: 1\nb: { c: 2 }", "a.yaml", new DiagnosticBag())!;
        Of("none").ShouldBe("""{"b":{"d":"none"},"e":"much"}""");
        Of("some").ShouldNotBe(Of("none"));

        string Of(string words)
        {
            var text = new ValueShape.Text("a text", null, [], null);
            var inner = new Section("inner", "", [new("c", text, "", "nothing"), new("d", text, "", words)]);
            var outer = new Section("outer", "", [new("a", text, "", "little"), new("b", new ValueShape.Keys(inner), ""), new("e", text, "", "much"), new("f", text, "")]);
            return CanonicalText.Of(SignedContent.Defaults(outer, stated));
        }
    }
}
