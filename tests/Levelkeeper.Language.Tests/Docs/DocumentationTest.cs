using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Tests.Docs;

/// <summary>What the documentation shows is what the program reads.</summary>
public partial class DocumentationTest
{
    private static IEnumerable<MarkdownBlock> Documentation() =>
        Directory.EnumerateFiles(Approved.PathOf("docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(MarkdownBlock.Of);

    [Fact]
    public void The_schema_is_that_of_the_vocabulary() => Approved.Check(JsonSchemaWriter.Write(AgreementVocabulary.Agreement), "docs", "agreement.schema.json");

    [Fact]
    public void The_reference_is_that_of_the_vocabulary() => Approved.Check(ReferenceWriter.Write(AgreementVocabulary.Agreement), "docs", "agreement-language.md");

    [Fact]
    public void Every_agreement_of_the_documentation_is_read_without_complaint()
    {
        var blocks = Documentation().Where(b => b.Info is "yaml agreement" or "yaml fragment").ToList();
        blocks.Count.ShouldBeGreaterThan(5);
        foreach (var block in blocks)
        {
            var text = block.Info == "yaml agreement" ? block.Text : Sample.With(block.Text);
            var (_, diagnostics) = Sample.Read(text, lint: true);
            diagnostics.ShouldBeEmpty($"{block.File}, {block.Heading}");
        }
    }

    [Fact]
    public void Every_lower_level_of_the_documentation_is_read_without_complaint()
    {
        var upper = Sample.With("maintenance: { shop: { allowance: 2 h } }\nobjectives:\n  uptime: { measure: availability, target: at least 99.9 %, degraded: up, excluding: [maintenance] }\n  names: { measure: availability, target: at least 99 %, degraded: up }");
        var folder = new AgreementFolder((name, _, _) => (upper, name), null);
        var blocks = Documentation().Where(b => b.Info == "yaml level").ToList();
        blocks.Count.ShouldBeGreaterThan(4);
        foreach (var block in blocks)
        {
            var own = "levelkeeper: v1\nid: acme\ntitle: Acme\n" + (block.Text.Contains("extends: corporate", StringComparison.Ordinal) ? "" : "extends: corporate.yaml\n") + block.Text;
            var (agreement, diagnostics) = Sample.Read(own, lint: true, folder);
            diagnostics.ShouldBeEmpty($"{block.File}, {block.Heading}");
            agreement.ShouldNotBeNull();
        }
    }

    [Fact]
    public void Every_fact_of_the_documentation_is_read_without_complaint()
    {
        var blocks = Documentation().Where(b => b.Info == "json fact").ToList();
        blocks.ShouldNotBeEmpty();
        foreach (var block in blocks)
        {
            var diagnostics = new DiagnosticBag();
            CloudEventReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(block.Text)), block.File, diagnostics).ToList().ShouldNotBeEmpty();
            diagnostics.ShouldBeEmpty($"{block.File}, {block.Heading}");
        }
    }

    [Fact]
    public void Every_code_in_the_source_has_its_entry_and_every_entry_its_code()
    {
        var page = File.ReadAllText(Approved.PathOf("docs", "diagnostics.md"));
        var described = Entry().Matches(page).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var used = Directory.EnumerateFiles(Approved.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => Code().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);
        used.Except(described).ShouldBeEmpty("these codes lack their entry in docs/diagnostics.md");
        // The commands' own codes are described here, whether or not the command line is built yet.
        described.Except(used).Where(c => !c.StartsWith("LK5", StringComparison.Ordinal) && !c.StartsWith("LK19", StringComparison.Ordinal)).ShouldBeEmpty("these entries describe no code");
    }

    [Fact]
    public void No_code_of_the_agreement_language_is_used_elsewhere()
    {
        var elsewhere = Directory.EnumerateFiles(Approved.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("Levelkeeper.Language", StringComparison.Ordinal) && !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => Code().Matches(File.ReadAllText(f)).Select(m => (m.Groups[1].Value, Path.GetFileName(f))))
            .Where(c => c.Value.StartsWith("LK1", StringComparison.Ordinal));
        elsewhere.ShouldBeEmpty();
    }

    public static TheoryData<string, string, string> FailingSamples() => [.. MarkdownBlock.Of(Approved.PathOf("docs", "diagnostics.md"))
        .Where(b => b.Info is "yaml broken" or "yaml broken whole" or "yaml broken levels" or "yaml broken levels whole" or "yaml broken suppliers")
        .Select(b => (b.Heading[..6], b.Info, b.Text))];

    [Theory]
    [MemberData(nameof(FailingSamples))]
    public void A_failing_sample_fails_with_just_its_code(string code, string info, string text)
    {
        var whole = info.EndsWith("whole", StringComparison.Ordinal) ? text : Sample.With(text);
        // Beside the sample lie itself, and as many levels above one another as one asks for.
        var upper = 0;
        var folder = new AgreementFolder((name, _, _) => (whole, name == "sample.yaml" ? name : $"{++upper}.yaml"), null);
        var (_, diagnostics) = Sample.Read(whole, lint: true, info.Contains("levels", StringComparison.Ordinal) ? folder : null, Suppliers(info));
        diagnostics.Select(d => d.Code).Distinct().ShouldBe([code], string.Join('\n', diagnostics));
    }

    public static TheoryData<string, string, string> NearMisses() => [.. MarkdownBlock.Of(Approved.PathOf("docs", "diagnostics.md"))
        .Where(b => b.Info is "yaml sound" or "yaml sound suppliers")
        .Select(b => (b.Heading[..6], b.Info, b.Text))];

    [Theory]
    [MemberData(nameof(NearMisses))]
    public void A_near_miss_does_not_give_the_code(string code, string info, string text)
    {
        var (agreement, diagnostics) = Sample.Read(Sample.With(text), lint: true, suppliers: Suppliers(info));
        agreement.ShouldNotBeNull(string.Join('\n', diagnostics));
        diagnostics.Select(d => d.Code).ShouldNotContain(code);
    }

    [Fact]
    public void Every_lint_code_has_a_near_miss()
    {
        var missed = NearMisses().Select(s => s.Data.Item1).ToHashSet(StringComparer.Ordinal);
        FailingSamples().Select(s => s.Data.Item1).Where(c => c.StartsWith("LK17", StringComparison.Ordinal) && !missed.Contains(c)).ShouldBeEmpty();
    }

    /// <summary>The supplier agreement of the page, for samples that have a supplier.</summary>
    private static Dictionary<string, Agreement>? Suppliers(string info)
    {
        if (!info.EndsWith("suppliers", StringComparison.Ordinal))
            return null;
        var text = MarkdownBlock.Of(Approved.PathOf("docs", "diagnostics.md")).Single(b => b.Info == "yaml supplier").Text;
        return new Dictionary<string, Agreement> { ["gateway"] = Sample.Good(text) };
    }

    [Fact]
    public void Every_code_of_the_language_has_a_failing_sample()
    {
        var sampled = FailingSamples().Select(s => s.Data.Item1).ToHashSet(StringComparer.Ordinal);
        // LK1001 needs two million characters and LK1808 two hundred amendments: they have tests of their own. LK19xx is about plans of comparison; those and all others are run with the command line's tests.
        Entry().Matches(File.ReadAllText(Approved.PathOf("docs", "diagnostics.md"))).Select(m => m.Groups[1].Value)
            .Where(c => c.StartsWith("LK1", StringComparison.Ordinal) && !c.StartsWith("LK19", StringComparison.Ordinal) && c is not ("LK1001" or "LK1808") && !sampled.Contains(c))
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_key_rings_of_the_documentation_are_read()
    {
        var rings = Documentation().Where(b => b.Info == "yaml keys").ToList();
        rings.ShouldNotBeEmpty();
        foreach (var ring in rings)
        {
            var diagnostics = new DiagnosticBag();
            Levelkeeper.Language.Signatures.KeyRing.Read(ring.Text, ring.File, diagnostics).ShouldNotBeNull().Keys.ShouldNotBeEmpty();
            diagnostics.ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_file_that_is_too_long_is_LK1001() =>
        Sample.Read(Sample.Base + "# " + new string('x', YamlReader.MaxLength)).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1001");

    [Fact]
    public void Links_between_the_pages_lead_to_files_that_are_there()
    {
        foreach (var file in Directory.EnumerateFiles(Approved.PathOf("docs"), "*.md", SearchOption.AllDirectories))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(file)))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal))
                    Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, target)).ShouldBeTrue($"{Path.GetFileName(file)} links to {target}");
            }
        }
    }

    [Fact]
    public void The_samples_and_the_documented_agreements_fit_the_schema()
    {
        var schema = JsonNode.Parse(JsonSchemaWriter.Write(AgreementVocabulary.Agreement))!.AsObject();
        var texts = Directory.EnumerateFiles(Approved.PathOf("samples"), "agreement.yaml", SearchOption.AllDirectories).Select(f => (Name: f, Text: File.ReadAllText(f)))
            .Concat(Documentation().Where(b => b.Info is "yaml agreement" or "yaml fragment").Select(b => (b.File, b.Info == "yaml agreement" ? b.Text : Sample.With(b.Text))))
            .ToList();
        texts.Count.ShouldBeGreaterThan(3);
        foreach (var (name, text) in texts)
            SchemaCheck.Faults(schema, YamlReader.Read(text, name, new DiagnosticBag())!).ShouldBeEmpty(name);
    }

    [Fact]
    public void The_schema_refuses_what_the_reader_refuses()
    {
        var schema = JsonNode.Parse(JsonSchemaWriter.Write(AgreementVocabulary.Agreement))!.AsObject();
        foreach (var text in new[] { Sample.With("title: ~"), Sample.With("levelkeeper: v2"), Sample.With("parties: { provider: Northhost }"), Sample.Uptime("no-dta: up"), Sample.Uptime("no-data: perhaps") })
            SchemaCheck.Faults(schema, YamlReader.Read(text, "a.yaml", new DiagnosticBag())!).ShouldNotBeEmpty(text);
    }

    [GeneratedRegex(@"""(?<code>[A-Z]{2}\d{4})""", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex(@"^(?:\| |#+ )(?<code>LK\d{4})\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
