using System.Diagnostics;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Comparison;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Formatting;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Lint;
using Levelkeeper.Language.Yaml;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;
using NodaTime;

namespace Levelkeeper.Language.Tests.Fuzz;

/// <summary>Whatever stands in an agreement, reading it ends soon, takes bounded memory, and throws nothing.</summary>
public class AgreementFuzzTest
{
    private static readonly string[] Long = [File.ReadAllText(Approved.PathOf("samples", "tour", "agreement.yaml")), Contract.Hosting.Text, Contract.Cloud.Text];

    /// <summary>The 45 public agreements: short, many, and with much that was not seen.</summary>
    private static readonly string[] Public =
        [.. Directory.EnumerateFiles(Approved.PathOf("tests", "Levelkeeper.Language.Tests", "PublicSlas"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static readonly string[] Scraps = ["{", "}", "[", "]", ":", "- ", "&a ", "*a", "!x ", "|\n", "'", "\"", "\t", "\0", "\uD800", "\r", "\uFEFF", "# ", "? ", "---\n", "~", "%", "1000000000 h", "0 s", "10000 years", "9999-12-31", "-1", "not not not ", "é", "𝄞"];

    /// <summary>Reads it; what is read without errors is linted, evaluated and printed too.</summary>
    private static void Survive(string text, AgreementFolder? folder = null)
    {
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (agreement, diagnostics) = Sample.Read(text, folder: folder);
        (agreement is not null || diagnostics.HasErrors).ShouldBeTrue("what cannot be read must say why");
        if (agreement is not null)
        {
            AgreementLint.Check(agreement, diagnostics);
            Evaluate(agreement);
            if (LevelReader.Read(text, "a.yaml", folder?.Levels, diagnostics)?.Effective(null, diagnostics) is { } effective)
            {
                EffectiveText.Write(effective, withDefaults: true);
                PlainText.Write(ContractDocument.Of(effective, TextLanguage.Of("ru")!));
            }
        }

        Format(text);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2), text[..Math.Min(200, text.Length)]);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1L << 30);
    }

    /// <summary>What can be read can be formatted, stays formatted, and does not differ from itself.</summary>
    private static void Format(string text)
    {
        var diagnostics = new DiagnosticBag();
        if (AgreementFormat.Format(text, "a.yaml", diagnostics) is not { } formatted)
        {
            diagnostics.HasErrors.ShouldBeTrue();
            return;
        }

        AgreementFormat.Format(formatted, "a.yaml", new DiagnosticBag()).ShouldBe(formatted);
        AgreementComparison.Of(Read(text), Read(formatted)).Differences.Select(d => $"{d.Path}: {d.FirstText} | {d.SecondText}").ShouldBeEmpty();

        static YamlNode.Mapping Read(string text) => (YamlNode.Mapping)YamlReader.Read(text, "a.yaml", new DiagnosticBag())!;
    }

    private static void Evaluate(Agreement agreement)
    {
        var asOf = Instant.FromUtc(2026, 4, 20, 0, 0);
        Evaluator.Evaluate(agreement, new FactLog().ToSet().Effective(asOf), asOf - Duration.FromDays(20), asOf, asOf);
    }

    [Fact]
    public void Every_public_agreement_is_a_seed() => Public.Length.ShouldBe(45);

    [Fact]
    public void Mutated_agreements_give_diagnostics_or_agreements()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("LEVELKEEPER_FUZZ_ROUNDS"), out var more) ? more : 720;
        var random = new Random(20260401 + rounds);
        for (var round = 0; round < rounds; round++)
        {
            var text = new StringBuilder(round % 2 == 0 ? Long[round / 2 % Long.Length] : Public[round / 2 % Public.Length]);
            for (var change = random.Next(1, 6); change > 0; change--)
                Mutate(text, random);
            try
            {
                Survive(text.ToString());
            }
            catch (Exception e) when (e is not ShouldAssertException)
            {
                Assert.Fail($"round {round}: {e}\n\n{text}");
            }
        }
    }

    [Fact]
    public void Mutated_levels_give_diagnostics_or_agreements()
    {
        var random = new Random(20261126);
        for (var round = 0; round < 200; round++)
        {
            var (upper, lower) = (new StringBuilder(Text("corporate.yaml")), new StringBuilder(Text("agreement.yaml")));
            for (var change = random.Next(1, 4); change > 0; change--)
                Mutate(random.Next(2) == 0 ? upper : lower, random);
            try
            {
                Survive(lower.ToString(), new AgreementFolder((name, _, _) => (upper.ToString(), name), null));
            }
            catch (Exception e) when (e is not ShouldAssertException)
            {
                Assert.Fail($"round {round}: {e}\n\n{upper}\n\n{lower}");
            }
        }

        static string Text(string name) => File.ReadAllText(Approved.PathOf("samples", "hosting", name));
    }

    private static void Mutate(StringBuilder text, Random random)
    {
        var at = random.Next(text.Length);
        switch (random.Next(6))
        {
            case 0:
                text[at] = (char)(text[at] ^ (1 << random.Next(8)));
                break;
            case 1:
                text.Insert(at, Scraps[random.Next(Scraps.Length)]);
                break;
            case 2:
                text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at));
                break;
            default:
                var lines = text.ToString().Split('\n').ToList();
                var line = random.Next(lines.Count);
                switch (random.Next(4))
                {
                    case 0: lines.RemoveAt(line); break;
                    case 1: lines.Insert(line, lines[random.Next(lines.Count)]); break;
                    case 2: lines[line] = "  " + lines[line]; break;
                    default:
                        var colon = lines[line].IndexOf(':', StringComparison.Ordinal);
                        if (colon >= 0)
                            lines[line] = lines[line][..(colon + 1)] + " " + Scraps[random.Next(Scraps.Length)];
                        break;
                }

                text.Clear().Append(string.Join('\n', lines));
                break;
        }
    }

    public static TheoryData<string, string> Hostile()
    {
        var many = Enumerable.Range(0, 20_000).ToList();
        return new TheoryData<string, string>
        {
            { "three megabytes", Sample.Base + "# " + new string('x', 3_000_000) },
            { "a huge scalar", Sample.With("title: " + new string('x', 1_900_000)) },
            { "deep lists", Sample.Base + "calendars: " + new string('[', 100_000) },
            { "deep mappings", Sample.Base + "calendars: " + string.Concat(Enumerable.Repeat("{a: ", 50_000)) },
            { "endless not", Sample.Base + "clocks:\n  resolve: { stop: '" + string.Concat(Enumerable.Repeat("not ", 400_000)) + "' }\n" },
            { "endless and", Sample.Base + "clocks:\n  resolve: { stop: '" + string.Join(" and ", Enumerable.Repeat("resolved", 100_000)) + "' }\n" },
            { "endless brackets", Sample.Uptime("combine: " + "'" + new string('(', 1_000_000) + "'") },
            { "an endless number", Sample.Uptime("rounded: " + new string('9', 1_000_000) + " places") },
            { "many unknown keys", string.Concat(many.Select(i => $"objektives{i}: x\n")) },
            { "many calendars", Sample.Base + "calendars:\n" + string.Concat(many.Select(i => $"  c{i}: {{weekly: {{mon: 08:00-09:00}}}}\n")) },
            { "many statuses", Sample.Base + "clocks:\n  resolve: { within: 1 h, pauses: [" + string.Join(',', many) + "] }\n" + Sample.Objective("measure: time to resolve\ntarget: every ticket").Split("objectives:")[1].Insert(0, "x:") },
            { "many conditions", Sample.Base + "clocks:\n  resolve: { within: 1 h, stop: [" + string.Join(',', many.Select(i => $"f is {i}")) + "] }\n" },
            { "many matching rules", Sample.Base + "matching:\n" + string.Concat(many.Select(i => $"- {{when: {{source: '*a*b*c*{i}'}}, service: shop}}\n")) },
            { "many objectives", Sample.Base + string.Concat(many.Take(5_000).Select(i => $"  o{i}: {{measure: avail, target: x}}\n")) },
            { "a long amount of time", Sample.With("term: { from: 2026-01-01, length: " + string.Concat(Enumerable.Repeat("10000 years ", 10_000)) + "}") },
            { "the end of time", Sample.With("term: { from: 9999-12-31, length: 10000 years }") },
            { "hours beyond counting", Sample.Uptime("fresh-for: 1000000000 h") },
            { "an awkward share", Sample.Base + "clocks:\n  resolve: { within: 1 h, warn-at: 33.3333333333333333 % }\n" },
            { "NUL", Sample.Base.Replace("uptime", "up\0time", StringComparison.Ordinal) },
            { "half a pair", Sample.Base.Replace("uptime", "up\uD800time", StringComparison.Ordinal) },
            { "tabs", Sample.Base.Replace("  ", "\t", StringComparison.Ordinal) },
        };
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_agreement_costs_little(string what, string text)
    {
        what.ShouldNotBeEmpty();
        Survive(text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xD800)]
    [InlineData(0xDC00)]
    [InlineData(7)]
    public void A_character_that_ends_or_hides_text_is_refused_at_its_place(int letter)
    {
        var (agreement, diagnostics) = Sample.Read(Sample.Base.Replace("uptime", $"up{(char)letter}time", StringComparison.Ordinal));
        (agreement is null).ShouldBeTrue();
        var refused = diagnostics.ShouldHaveSingleItem();
        refused.Code.ShouldBe("LK1009");
        (refused.Place.Line, refused.Place.Column).ShouldBe((13, 5));
    }
}
