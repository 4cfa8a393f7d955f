using System.Text.RegularExpressions;

namespace Levelkeeper.Server.Tests.Serving;

/// <summary>docs/security.md has every requirement of OWASP ASVS 5.0.0 up to level 2 once, and every test that it names exists.</summary>
public sealed partial class SecurityPageTests
{
    /// <summary>Of each section the requirements of level 1 and 2: in all but few these are the first of it.</summary>
    private const string Sections = """
        1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2
        8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7
        16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
        """;

    private static readonly Match[] Rows = [.. Row().Matches(File.ReadAllText(RepositoryRoot.File("docs", "security.md"))).Cast<Match>()];

    [Fact]
    public void Every_requirement_up_to_level_two_stands_there_once()
    {
        var asked = Sections.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(static s => s.Split(':') is [var section, var count] ? Enumerable.Range(1, int.Parse(count)).Select(n => $"{section}.{n}") : []).ToList();
        // The standard says how many: 70 of level 1 and 183 of level 2.
        asked.Count.ShouldBe(253);
        Rows.SelectMany(static r => r.Groups["ids"].Value.Split(", ").SelectMany(Ids)).ShouldBe(asked);
    }

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var sources = Directory.EnumerateFiles(RepositoryRoot.File("tests"), "*.cs", SearchOption.AllDirectories).Where(static f => !f.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText).ToList();
        var named = Rows.SelectMany(static r => Test().Matches(r.Groups["why"].Value)).ToList();
        named.Count.ShouldBeGreaterThan(100);
        named.Where(t => !sources.Any(s => s.Contains($"class {t.Groups["class"].Value}", StringComparison.Ordinal) && Regex.IsMatch(s, $@"\[(Fact|Theory)\](?:(?!\[(?:Fact|Theory)\])[\s\S])*? {t.Groups["method"].Value}\("))).Select(static t => t.Value).Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void What_is_met_has_a_test_or_a_reason_and_what_is_open_says_what_to_do()
    {
        foreach (var row in Rows)
        {
            row.Groups["is"].Value.ShouldBeOneOf("met", "operator", "n/a", "open");
            row.Groups["why"].Value.Trim().Length.ShouldBeGreaterThan(8, row.Value);
            if (row.Groups["is"].Value == "met")
                (Test().IsMatch(row.Groups["why"].Value) || row.Groups["why"].Value.StartsWith("by ", StringComparison.Ordinal)).ShouldBeTrue(row.Value);
        }
    }

    private static IEnumerable<string> Ids(string text)
    {
        if (text.Split('–') is not [var first, var last])
            return [text];
        var (section, from, to) = (first[..first.LastIndexOf('.')], int.Parse(first.Split('.')[2]), int.Parse(last.Split('.')[2]));
        last.ShouldStartWith($"{section}.");
        return Enumerable.Range(from, to - from + 1).Select(n => $"{section}.{n}");
    }

    [GeneratedRegex(@"^\| (?<ids>\d+\.\d+\.\d+[^|]*?) \| [^|]+ \| (?<is>[^|]+?) \| [^|]* \| (?<why>[^|]+) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<class>[A-Z]\w+)\.(?<method>[A-Z]\w*_\w+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Test();
}
