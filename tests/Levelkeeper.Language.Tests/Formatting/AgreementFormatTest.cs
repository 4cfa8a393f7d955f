using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Formatting;
using Levelkeeper.Language.Templates;
using Levelkeeper.Language.Tests.Contract;
using Levelkeeper.Tests;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Tests.Formatting;

public class AgreementFormatTest
{
    private static string Format(string text)
    {
        var diagnostics = new DiagnosticBag();
        var formatted = AgreementFormat.Format(text, "a.yaml", diagnostics);
        diagnostics.ShouldBeEmpty(text);
        return formatted.ShouldNotBeNull();
    }

    [Fact]
    public void Keys_come_in_the_order_of_the_vocabulary_and_names_in_their_own() =>
        Format("""
            title: A sample
            id: 'sample'
            zone: "UTC"
            levelkeeper: v1
            objectives:
                zulu: {target: "at least 99.9 %",   measure: availability}
                alpha:
                    target: every ticket
                    within:
                        P2: 2 h
                        P1: 1 h
                    measure: time to respond
            services: {shop: {fee: 100.00 per month, title: Shop}}
            """).ShouldBe("""
            levelkeeper: v1
            id: sample
            title: A sample
            zone: UTC
            services: { shop: { title: Shop, fee: 100.00 per month } }

            objectives:
              zulu: { measure: availability, target: at least 99.9 % }
              alpha:
                measure: time to respond
                target: every ticket
                within:
                  P2: 2 h
                  P1: 1 h

            """);

    [Fact]
    public void Comments_stay_with_the_line_or_the_key_they_stood_with() =>
        Format("""
            # About the file.

            # About the title.
            title: A sample  # behind the title
            levelkeeper: v1
            objectives:   # behind the objectives

              # First of two.

              # Second of two.
              uptime:
                target: at least 99.9 %   # behind the target
                # about the measure
                measure: availability
                # below the objective
              # below the objectives
            # about the services
            services:
              shop: { title: Shop,
                # inside braces
                fee: 1.00 per month }
            # at the end
            """).ShouldBe("""
            # About the file.

            levelkeeper: v1

            # About the title.
            title: A sample  # behind the title

            # about the services
            services:
              shop:
                title: Shop
                # inside braces
                fee: 1.00 per month

            objectives:  # behind the objectives
              # First of two.

              # Second of two.
              uptime:
                # about the measure
                measure: availability
                target: at least 99.9 %  # behind the target
                # below the objective
              # below the objectives

            # at the end

            """);

    [Fact]
    public void Quotes_stay_only_where_they_say_something() =>
        Format("""
            levelkeeper: "v1"
            id: 'a'
            title: "it's # not a comment"
            people:
              x: { name: 'J. K.', phone: "+48 22", role: "removed", chat: "", email: 'a, b' }
              y: { name: "12", phone: +48 22, role: 'yes' }
            indemnity: |
              One line.
              Another.
            texts: { "a: b": "two\nlines" }
            """).ShouldBe("""
            levelkeeper: v1
            id: a
            title: "it's # not a comment"

            people:
              x: { name: J. K., role: "removed", email: "a, b", phone: +48 22, chat: "" }
              y: { name: "12", role: "yes", phone: +48 22 }

            indemnity: |
              One line.
              Another.

            texts: { "a: b": "two\nlines" }

            """);

    [Fact]
    public void What_does_not_fit_on_a_line_stands_below_each_other()
    {
        var word = new string('x', 60);
        Format($"levelkeeper: v1\nservices:\n  shop: {{ title: {word}, features: [{word}, b] }}\n").ShouldBe($"""
            levelkeeper: v1

            services:
              shop:
                title: {word}
                features: [{word}, b]

            """);
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: &x b")]
    [InlineData("- a")]
    [InlineData("")]
    public void What_cannot_be_read_is_not_formatted(string text)
    {
        var diagnostics = new DiagnosticBag();
        AgreementFormat.Format(text, "a.yaml", diagnostics).ShouldBeNull();
        diagnostics.HasErrors.ShouldBeTrue();
    }

    [Fact]
    public void The_samples_are_in_the_canonical_form()
    {
        foreach (var file in Directory.EnumerateFiles(Approved.PathOf("samples"), "*.yaml", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            if (text.Contains("levelkeeper: v1", StringComparison.Ordinal))
                AgreementFormat.Format(text, file, new DiagnosticBag()).ShouldBe(text, file);
        }
    }

    /// <summary>Every agreement that there is: the samples, those of the documentation, and the big one of the tests.</summary>
    private static List<string> Agreements() =>
    [
        .. Directory.EnumerateFiles(Approved.PathOf("samples"), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText).Where(t => t.Contains("levelkeeper: v1", StringComparison.Ordinal)),
        .. Directory.EnumerateFiles(Approved.PathOf("docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(MarkdownBlock.Of).Where(b => b.Info is "yaml agreement" or "yaml fragment").Select(b => b.Info == "yaml agreement" ? b.Text : Sample.With(b.Text)),
        .. AgreementTemplate.Names.Select(n => AgreementTemplate.Text(n)!),
        Hosting.Text,
        Sample.Base,
    ];

    private static List<(string Path, string Text, bool)> Clauses(string text)
    {
        var read = (YamlNode.Mapping)YamlReader.Read(text, "a.yaml", new DiagnosticBag())!;
        return [.. ContractClause.Of(read).Select(c => (c.Path, c.Text, c.IsDefault))];
    }

    private static void IsKept(string text)
    {
        var formatted = Format(text);
        Clauses(formatted).ShouldBe(Clauses(text));
        Sample.Read(formatted, lint: true).Diagnostics.Select(d => d.Code).Order().ShouldBe(Sample.Read(text, lint: true).Diagnostics.Select(d => d.Code).Order());
        Format(formatted).ShouldBe(formatted);
    }

    [Fact]
    public void Every_agreement_reads_as_the_same_one_and_formatting_twice_changes_nothing()
    {
        var agreements = Agreements();
        agreements.Count.ShouldBeGreaterThan(8);
        foreach (var text in agreements)
            IsKept(text);
    }

    [Fact]
    public void Whatever_the_layout_nothing_is_lost()
    {
        var seed = Environment.GetEnvironmentVariable("LEVELKEEPER_SEED") switch { null => 20_260_101, "random" => Random.Shared.Next(), var chosen => (int)(ulong.Parse(chosen) % int.MaxValue) };
        var random = new Random(seed);
        var agreements = Agreements();
        var (tried, at) = (0, 0);
        for (var round = 0; round < Seeds.Share(300); round++)
        {
            var text = Mutated(agreements[at++ % agreements.Count], random);
            var diagnostics = new DiagnosticBag();
            if (YamlReader.Read(text, "a.yaml", diagnostics) is not YamlNode.Mapping || diagnostics.HasErrors)
                continue;
            tried++;
            try
            {
                var formatted = Format(text);
                Clauses(formatted).ShouldBe(Clauses(text));
                Format(formatted).ShouldBe(formatted);
                formatted.Split('\n').Count(l => l.Contains("# zz", StringComparison.Ordinal)).ShouldBe(text.Split('\n').Count(l => l.Contains("# zz", StringComparison.Ordinal)));
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e.Message}\n\n{text}");
            }
        }

        tried.ShouldBeGreaterThan(Seeds.Share(300) / 2);
    }

    /// <summary>Sections in another order, wider indentation, comments above, behind and inside, empty lines, braces opened over several lines.</summary>
    private static string Mutated(string text, Random random)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').ToList();
        if (random.Next(3) == 0)
            lines = [.. Sections(lines).OrderBy(_ => random.Next()).SelectMany(s => s)];
        if (random.Next(3) == 0)
            lines = [.. lines.Select(l => new string(' ', l.Length - l.TrimStart().Length) + l)];
        for (var change = random.Next(1, 12); change > 0; change--)
        {
            var line = random.Next(lines.Count);
            switch (random.Next(6))
            {
                case 0:
                    lines.Insert(line, new string(' ', random.Next(0, 8)) + $"# zz above {change}");
                    break;
                case 1 when !lines[line].Contains('#', StringComparison.Ordinal) && lines[line].Trim().Length > 0:
                    lines[line] += $"   # zz behind {change}";
                    break;
                case 2:
                    lines.Insert(line, "");
                    break;
                case 3 when !lines[line].Contains('#', StringComparison.Ordinal) && lines[line].IndexOf(", ", StringComparison.Ordinal) is > 0 and var comma && lines[line].Contains('{', StringComparison.Ordinal):
                    lines[line] = lines[line][..(comma + 1)] + $" # zz inside {change}\n" + new string(' ', 20) + lines[line][(comma + 2)..];
                    break;
                case 4 when !lines[line].Contains('#', StringComparison.Ordinal) && lines[line].TrimEnd().EndsWith('}'):
                    lines[line] = lines[line].TrimEnd()[..^1] + $"\n{new string(' ', 16)}# zz last {change}\n{new string(' ', 16)}}}";
                    break;
                default:
                    lines[line] = lines[line].TrimEnd() + new string(' ', random.Next(3));
                    break;
            }

            lines = [.. lines.SelectMany(l => l.Split('\n'))];
        }

        return string.Join('\n', lines) + "\n";
    }

    private static IEnumerable<List<string>> Sections(List<string> lines)
    {
        var section = new List<string>();
        foreach (var line in lines)
        {
            if (line.Length > 0 && line[0] is not (' ' or '#') && section.Count > 0)
            {
                yield return section;
                section = [];
            }

            section.Add(line);
        }

        yield return section;
    }
}
