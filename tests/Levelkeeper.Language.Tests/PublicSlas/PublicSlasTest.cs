using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Comparison;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Formatting;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Templates;
using Levelkeeper.Language.Tests.Docs;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;

namespace Levelkeeper.Language.Tests.PublicSlas;

/// <summary>45 public agreements in the agreement language, held against the facts that were seen of them: neither can drift.</summary>
public partial class PublicSlasTest
{
    private static readonly string Folder = Approved.PathOf("tests", "Levelkeeper.Language.Tests", "PublicSlas");

    private static readonly Dictionary<string, JsonElement> Facts = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "public-slas.json"))).RootElement
        .GetProperty("slas").EnumerateArray().ToDictionary(s => s.GetProperty("id").GetString()!, StringComparer.Ordinal);

    public static TheoryData<string> Ids() => [.. Facts.Keys];

    /// <summary>Every file and every template: its text by its id.</summary>
    public static TheoryData<string, string> Texts() =>
    [
        .. Directory.EnumerateFiles(Folder, "*.yaml").Order(StringComparer.Ordinal).Select(f => (Path.GetFileNameWithoutExtension(f), File.ReadAllText(f))),
        .. AgreementTemplate.Names.Where(Facts.ContainsKey).Select(n => (n, AgreementTemplate.Text(n)!)),
    ];

    [Fact]
    public void Each_of_the_45_has_its_file() =>
        Directory.EnumerateFiles(Folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)!).ShouldBe(Facts.Keys, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Texts))]
    public void It_is_read_and_names_provider_source_and_date(string id, string text)
    {
        var agreement = Sample.Good(text);
        agreement.Id.ShouldBe(id);
        agreement.Provider.Name.ShouldBe(Facts[id].GetProperty("provider").GetString());
        foreach (var source in Facts[id].GetProperty("source").EnumerateArray())
            text.ShouldContain($"# Source: {source.GetString()}\n");
        var date = Facts[id].GetProperty("as_of").GetString();
        text.ShouldContain($"as of: {(date == "?" ? "not seen" : date)}\n");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void No_number_of_it_is_of_another_source(string id, string text)
    {
        var known = Numbers(Facts[id].GetRawText()).ToHashSet();
        foreach (var scalar in Scalars(YamlReader.Read(text, id, new DiagnosticBag())!, ""))
        {
            // Our own: the edition, names, the first day. 1 is the unit that something is counted in; 100 % is "all fail" of a minute's requests.
            if (scalar.Path is ".levelkeeper" or ".id" or ".title" or ".term.from" || scalar.Path.EndsWith(".title", StringComparison.Ordinal) || scalar.Path.EndsWith(".of", StringComparison.Ordinal) || scalar.Path.EndsWith(".when", StringComparison.Ordinal))
                continue;
            foreach (var number in Numbers(scalar.Text))
            {
                if (number != 1 && !(number == 100 && scalar.Path.EndsWith(".bad-above", StringComparison.Ordinal)) && !(number == 100 && id == "verizon.akamai") && !(number == 120 && id == "sim_networks") && !(number == 72 && id == "hyperhost") && !(id == "aws.rds.multi_az" && number == 1))
                    known.ShouldContain(number, $"{id}: {scalar.Path} = {scalar.Text}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Its_targets_are_those_that_were_seen(string id, string text)
    {
        // Of objects, the targets of several plans or metrics; a text in one has no number.
        var target = Facts[id].GetProperty("target");
        var seen = target.ValueKind switch
        {
            JsonValueKind.Number => [target.GetDecimal()],
            JsonValueKind.Object => target.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number).Select(p => p.Value.GetDecimal()).ToList(),
            _ => new List<decimal>(),
        };
        var stated = Scalars(YamlReader.Read(text, id, new DiagnosticBag())!, "")
            .Where(s => s.Path.Contains(".objectives.", StringComparison.Ordinal) && (s.Path.EndsWith(".target", StringComparison.Ordinal) || s.Path.EndsWith(".within", StringComparison.Ordinal)))
            .SelectMany(s => Numbers(s.Text)).ToList();
        stated.Distinct().Order().ShouldBe(seen.Concat(Beside(id)).Distinct().Order());
        if (target.ValueKind == JsonValueKind.Null)
            Sample.Good(text).Objectives.ShouldAllBe(o => !o.IsTargetSeen);
        else if (id != "sim_networks" && id != "codeguard" && id != "ntt.gin")
            Sample.Good(text).Objectives.ShouldAllBe(o => o.IsTargetSeen);
    }

    /// <summary>Targets that the facts keep beside the target.</summary>
    private static decimal[] Beside(string id) => id switch
    {
        "digitalocean.app" => [99.9m],
        "sim_networks" => [0.5m, 1],
        "ntt.gin" => [30],
        "cogent" => [2],
        _ => [],
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Its_tiers_are_those_that_were_seen(string id, string text)
    {
        if (Facts[id].GetProperty("credits") is not { ValueKind: JsonValueKind.Object } credits)
            return;
        foreach (var tiers in Mappings(YamlReader.Read(text, id, new DiagnosticBag())!).Select(m => m.Find("tiers")?.Value).OfType<YamlNode.Sequence>())
        {
            var stated = tiers.Items.Cast<YamlNode.Mapping>().ToList();
            if (credits.TryGetProperty("tiers", out var table))
            {
                stated.Select(t => (Edge(t, "from"), Edge(t, "above"), Edge(t, "below"), Edge(t, "up-to"), Edge(t, "pay")))
                    .ShouldBe(table.EnumerateArray().Select(t => (Number(t, "gte"), Number(t, "gt"), Number(t, "lt"), Number(t, "lte"), Number(t, "credit_percent"))));
            }
            else if (credits.TryGetProperty("credit_percents", out var percents) || credits.TryGetProperty("credit_percents_of_installation", out percents))
            {
                stated.Select(t => Edge(t, "pay")).ShouldBe(percents.EnumerateArray().Select(p => (decimal?)p.GetDecimal()));
                stated.ShouldAllBe(t => Text(t, "from") == "not seen" && Text(t, "below") == "not seen");
            }
            else if (id == "ntt.ecl2")
            {
                // The row that pays nothing is the target; each other row reaches down to its edge.
                stated.Where(t => Edge(t, "pay") is not null).Select(t => (Edge(t, "from"), Edge(t, "pay")))
                    .ShouldBe(credits.GetProperty("rows").EnumerateArray().Skip(1).Select(r => (Number(r, "availability_gte"), Number(r, "credit_percent"))));
            }
            else
            {
                id.ShouldBe("schnellno");
                stated.Select(t => Numbers(Text(t, "pay")!).Single()).ShouldBe(credits.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("days").GetDecimal()));
                stated.Select(t => string.Concat(Numbers(Text(t, "from") ?? "").Concat(Numbers(Text(t, "below") ?? Text(t, "up-to") ?? "")).Select(n => $"{n} ")))
                    .ShouldBe(credits.GetProperty("rows").EnumerateArray().Select(r => string.Concat(Numbers(r.GetProperty("outage").GetString()!).Select(n => $"{n} "))));
            }
        }
    }

    [Theory]
    [InlineData("cloudflare.enterprise", "the price of the lost time")]
    [InlineData("twilio.api.2021", "10 %")]
    [InlineData("slack.2015", "100 times the price of the lost time")]
    [InlineData("algolia", "100 times the price of the lost time", "1000 times the price of the lost time")]
    [InlineData("hostingking", "the price of the lost time beyond the target", "10 times the price of the lost time beyond the target")]
    [InlineData("hyperhost", "10 times the price of the lost time")]
    [InlineData("neuralicity", "5 % per full 1 % missed")]
    [InlineData("sap", "2 % per 1 % missed")]
    [InlineData("ovh.us.kms", "5 % per hour beyond the target")]
    [InlineData("codeguard", "5 % per started hour")]
    [InlineData("verizon.akamai", "100 %")]
    [InlineData("digitalocean.droplet", "the price of the lost time")]
    [InlineData("dekopon", "not seen")]
    public void A_credit_without_a_table_is_of_its_model(string id, params string[] pays) =>
        Mappings(YamlReader.Read(File.ReadAllText(Path.Combine(Folder, id + ".yaml")), id, new DiagnosticBag())!)
            .Where(m => m.Find("tiers") is null && m.Find("pay") is not null).Select(m => Text(m, "pay")).Distinct().ShouldBe(pays);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_model_of_a_credit_is_checked(string id)
    {
        var text = File.ReadAllText(Path.Combine(Folder, id + ".yaml"));
        if (Facts[id].GetProperty("credits").ValueKind == JsonValueKind.Null)
            (text.Contains("remedies: not seen\n", StringComparison.Ordinal) || text.Contains("credit: not seen\n", StringComparison.Ordinal)).ShouldBeTrue();
        else
            Mappings(YamlReader.Read(text, id, new DiagnosticBag())!).ShouldContain(m => m.Find("pay") != null);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Its_caps_are_those_that_were_seen(string id, string text)
    {
        var mappings = Mappings(YamlReader.Read(text, id, new DiagnosticBag())!).ToList();
        var caps = mappings.Select(m => Text(m, "cap-per-period")).OfType<string>().ToList();
        if (Facts[id].GetProperty("caps") is not { ValueKind: JsonValueKind.Object } seen)
        {
            caps.ShouldAllBe(c => c == "not seen");
            return;
        }

        var percents = seen.EnumerateObject().Where(p => p.Name.EndsWith("percent", StringComparison.Ordinal)).Select(p => p.Value.GetDecimal().ToString(CultureInfo.InvariantCulture) + " %").ToList();
        if (percents.Count > 0)
            caps.Distinct().ShouldBe(percents);
        if (seen.TryGetProperty("minimum_payout", out var least))
            mappings.Select(m => Text(m, "smallest")).OfType<string>().ShouldBe([$"more than {Numbers(least.GetString()!).Single():0.00} USD"]);
        if (id == "github.enterprise")
            caps.ShouldAllBe(c => c == $"the price of {Numbers(seen.GetProperty("max").GetString()!).Single()} days");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Its_windows_to_claim_are_those_that_were_seen(string id, string text)
    {
        var claims = Mappings(YamlReader.Read(text, id, new DiagnosticBag())!).Select(m => m.Find("claim")?.Value).OfType<YamlNode>().ToList();
        if (Facts[id].GetProperty("claim") is not { ValueKind: JsonValueKind.Object } seen)
        {
            claims.ShouldAllBe(c => c is YamlNode.Scalar && ((YamlNode.Scalar)c).Text == "not seen");
            return;
        }

        claims.ShouldNotBeEmpty();
        var window = seen.GetProperty("window").GetString()!;
        var expected = window.Contains("second billing cycle", StringComparison.Ordinal) ? "the end of the 2nd billing cycle after the incident"
            : window.Contains("becoming aware", StringComparison.Ordinal) ? $"{Length(window)} after becoming aware"
            : Length(window);
        claims.Select(c => Text((YamlNode.Mapping)c, "within")).Distinct().ShouldBe([expected]);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Lint_finds_nothing_but_what_was_not_seen_and_what_is_broken(string id, string text)
    {
        var codes = Sample.Read(text, lint: true).Diagnostics.Select(d => d.Code).Distinct().Order(StringComparer.Ordinal);
        codes.ShouldBe(Expected(id).Order(StringComparer.Ordinal), $"{id}\n{string.Join('\n', Sample.Read(text, lint: true).Diagnostics)}");
    }

    /// <summary>LK1736 is what was not seen, LK1706 a target of 100 %, LK1729 maintenance without bounds, LK1701 a share of tickets without a smallest number, LK1713 to LK1718 a broken table of tiers.</summary>
    private static string[] Expected(string id) => id switch
    {
        // At exactly 99 % nothing is owed; at exactly 99.9 % the target is met and the table pays.
        "github.enterprise" => ["LK1713", "LK1716", "LK1736"],
        // Below 95 % two tiers hold.
        "mongodb.atlas" or "mongodb.data_federation" => ["LK1714", "LK1736"],
        // From 9 to 10 min and from 59 min to 1 h nothing is owed; at 2, 4 and 7 h two tiers hold.
        "schnellno" => ["LK1706", "LK1713", "LK1714", "LK1736"],
        // The window to claim ends before the statement that this language issues by default.
        "cogent" => ["LK1706", "LK1712", "LK1736"],
        "ntt.gin" or "cloudflare.enterprise" or "codeguard" or "verizon.akamai" or "dekopon" => ["LK1706", "LK1736"],
        _ => ["LK1736"],
    };

    [Theory]
    [InlineData("github.enterprise", "LK1713", "at exactly 99 % nothing is owed")]
    [InlineData("github.enterprise", "LK1716", "at exactly 99.9 % the target is met and the table says that it pays")]
    [InlineData("mongodb.atlas", "LK1714", "overlap below 95 %")]
    [InlineData("mongodb.data_federation", "LK1714", "overlap below 95 %")]
    [InlineData("schnellno", "LK1713", "from 9 min on and below 10 min nothing is owed")]
    [InlineData("schnellno", "LK1713", "above 59 min and below 1 h nothing is owed")]
    [InlineData("schnellno", "LK1714", "overlap at exactly 2 h")]
    [InlineData("schnellno", "LK1714", "overlap at exactly 4 h")]
    public void Lint_finds_the_broken_table(string id, string code, string words) =>
        Sample.Read(File.ReadAllText(Path.Combine(Folder, id + ".yaml")), lint: true).Diagnostics.ShouldContain(d => d.Code == code && d.Message.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void Lint_finds_the_table_that_leaves_out_98_49_to_98_5_percent()
    {
        // Of another published table, which is not among the 45.
        var (_, diagnostics) = Sample.Read(Sample.With("""
            currency: EUR
            services:
              shop: { title: Shop, fee: 100.00 per month }
            remedies:
              credit:
                when: uptime is missed
                credit: { tiers: [ { from: 98.5 %, below: 99.9 %, pay: 10 % }, { up-to: 98.49 %, pay: 25 % } ] }

            """), lint: true);
        var found = diagnostics.ShouldHaveSingleItem();
        (found.Code, found.Message).ShouldBe(("LK1713", "The tiers of 'credit' leave a gap: above 98.49 % and below 98.5 % nothing is owed."));
    }

    [Fact]
    public void A_tier_is_void_under_its_cap_or_beyond_its_target_and_a_worse_result_pays_no_less()
    {
        // None of the 45 is broken in these ways; a change of one number breaks it.
        Codes("salesforce", "cap-per-period: 15 %", "cap-per-period: 12 %").ShouldContain("LK1717");
        Codes("azure.functions", "from: 99 %, below: 99.95 %", "from: 99.95 %, below: 99.99 %").ShouldContain("LK1715");
        Codes("azure.functions", "pay: 25 %", "pay: 5 %").ShouldContain("LK1718");

        static IEnumerable<string> Codes(string id, string from, string to)
        {
            var text = File.ReadAllText(Path.Combine(Folder, id + ".yaml"));
            text.ShouldContain(from);
            return Sample.Read(text.Replace(from, to, StringComparison.Ordinal), lint: true).Diagnostics.Select(d => d.Code);
        }
    }

    [Fact]
    public void Ten_ship_as_templates_that_ask_to_check_the_providers_page()
    {
        var ten = AgreementTemplate.Names.Where(Facts.ContainsKey).ToList();
        ten.Count.ShouldBe(10);
        foreach (var name in ten)
        {
            var text = AgreementTemplate.Text(name)!;
            text.ShouldStartWith("# CHECK THE PROVIDER'S PAGE");
            text.ShouldContain("# Source: ");
            Sample.Good(text).Kind.ShouldBe(AgreementKind.Supplier);
        }

        AgreementTemplate.Text("no-such-template").ShouldBeNull();
    }

    [Fact]
    public void What_was_half_seen_is_not_computed()
    {
        var agreement = Sample.Good(File.ReadAllText(Path.Combine(Folder, "salesforce.yaml")));
        agreement.Objectives.ShouldHaveSingleItem().NotSeen.Select(c => c.Path).ShouldBe(["exclusions", "objectives.uptime.measure"], ignoreOrder: true);
        agreement.Remedies.ShouldHaveSingleItem().NotSeen.Select(c => c.Path)
            .ShouldBe(["exclusions", "objectives.uptime.measure", "remedies.credit.credit.of", "services.sales-cloud.fee"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_is_in_its_canonical_form(string id)
    {
        string[][] paths = [["tests", "Levelkeeper.Language.Tests", "PublicSlas", id + ".yaml"], ["src", "Levelkeeper.Language", "Templates", id + ".yaml"]];
        foreach (var path in paths.Where(p => File.Exists(Approved.PathOf(p))))
            Approved.Check(AgreementFormat.Format(File.ReadAllText(Approved.PathOf(path)), id, new DiagnosticBag())!, path);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void It_fits_the_schema(string id, string text)
    {
        var schema = JsonNode.Parse(JsonSchemaWriter.Write(AgreementVocabulary.Agreement))!.AsObject();
        SchemaCheck.Faults(schema, YamlReader.Read(text, id, new DiagnosticBag())!).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Its_contract_says_of_every_decision_that_was_not_seen_that_it_was_not(string id, string text)
    {
        var document = LevelReader.Read(text, id, null, new DiagnosticBag())!.Effective(null, new DiagnosticBag());
        var clauses = ContractClause.Of(document).Where(c => c.Value is YamlNode.Scalar { Quoted: false, Text: "not seen" }).ToList();
        clauses.ShouldNotBeEmpty();
        var values = new ContractValues(Phrasebook.Of(TextLanguage.Of("en")!), document);
        foreach (var clause in clauses)
            values.Sentence(clause).ShouldContain("ot seen", Case.Sensitive, clause.Path);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Nobody_is_named_as_better_off_by_what_was_not_seen(string id)
    {
        var ids = Facts.Keys.ToList();
        var (one, other) = (Effective(id), Effective(ids[(ids.IndexOf(id) + 1) % ids.Count]));
        foreach (var (first, second) in new[] { (one, other), (other, one) })
        {
            foreach (var difference in AgreementComparison.Of(first, second).Differences.Where(d => d.FirstText.Contains("not seen", StringComparison.Ordinal) || d.SecondText.Contains("not seen", StringComparison.Ordinal)))
                (difference.BetterOff is Gain.Unclear || difference.IsEntry).ShouldBeTrue($"{id}: {difference.Path}");
        }

        AgreementComparison.Of(one, one).Differences.ShouldBeEmpty();

        static YamlNode.Mapping Effective(string id) =>
            LevelReader.Read(File.ReadAllText(Path.Combine(Folder, id + ".yaml")), id, null, new DiagnosticBag())!.Effective(null, new DiagnosticBag());
    }

    private static string Length(string words) => Span().Match(words).Value;

    private static decimal? Number(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;

    private static string? Text(YamlNode.Mapping mapping, string key) => (mapping.Find(key)?.Value as YamlNode.Scalar)?.Text;

    private static decimal? Edge(YamlNode.Mapping tier, string key) => Text(tier, key) is { } text && text != "not seen" ? Numbers(text).Single() : null;

    private static List<decimal> Numbers(string text) => [.. Digits().Matches(text).Select(m => decimal.Parse(m.Value, CultureInfo.InvariantCulture))
        .Concat(text.Contains("second billing", StringComparison.Ordinal) ? [2] : [])];

    private static IEnumerable<YamlNode.Mapping> Mappings(YamlNode node) => node switch
    {
        YamlNode.Mapping mapping => mapping.Entries.SelectMany(e => Mappings(e.Value)).Prepend(mapping),
        YamlNode.Sequence list => list.Items.SelectMany(Mappings),
        _ => [],
    };

    private static IEnumerable<(string Path, string Text)> Scalars(YamlNode node, string path) => node switch
    {
        YamlNode.Mapping mapping => mapping.Entries.SelectMany(e => Scalars(e.Value, $"{path}.{e.Key}")),
        YamlNode.Sequence list => list.Items.SelectMany(i => Scalars(i, path)),
        YamlNode.Scalar scalar => [(path, scalar.Text)],
        _ => [],
    };

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\d+ (h|min|days|months|business days)\b")]
    private static partial Regex Span();
}
