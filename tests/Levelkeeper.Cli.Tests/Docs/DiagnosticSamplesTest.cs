using System.Text.RegularExpressions;
using Levelkeeper.Cli.Tests.Design;

namespace Levelkeeper.Cli.Tests.Docs;

/// <summary>Each code of docs/diagnostics.md has a sample that gives it and no other, and most have a near miss that does not; those of agreements are run with the language's tests, those of the API with the server's.</summary>
public sealed partial class DiagnosticSamplesTest
{
    private static readonly string Page = RepositoryRoot.File("docs", "diagnostics.md");
    private static readonly MarkdownBlock[] Blocks = [.. MarkdownBlock.Of(Page)];
    private static readonly SampleRuns Runs = new(Blocks);

    public static TheoryData<string, string> Broken => [.. Blocks.Where(static b => Kind(b, "broken") is not null).Select(static b => (b.Heading[..6], b.Info))];

    public static TheoryData<string, string> Sound => [.. Blocks.Where(static b => Kind(b, "sound") is not null).Select(static b => (b.Heading[..6], b.Info))];

    public static TheoryData<string> Unshowable => [.. UnshowableSamples.All.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_failing_sample_gives_its_code_and_no_other(string code, string info) =>
        (await Runs.Codes(Block(code, info))).Distinct().ShouldBe([code]);

    [Theory]
    [MemberData(nameof(Sound))]
    public async Task A_near_miss_does_not_give_the_code(string code, string info) =>
        (await Runs.Codes(Block(code, info))).ShouldBeEmpty();

    // Too long for a page, or of bytes that a page cannot show, or to be met in code only.
    [Theory]
    [MemberData(nameof(Unshowable))]
    public async Task What_the_page_cannot_show_gives_its_code_too(string code) => (await UnshowableSamples.All[code]()).Distinct().ShouldBe([code]);

    [Fact]
    public void Every_code_has_one_sample()
    {
        var shown = Blocks.Where(static b => Kind(b, "broken") is not null).Select(static b => b.Heading[..6]).ToArray();
        shown.Concat(UnshowableSamples.All.Keys).Order(StringComparer.Ordinal).ShouldBe(
            Entry().Matches(File.ReadAllText(Page)).Select(static m => m.Groups[1].Value).Where(static c => (!c.StartsWith("LK1", StringComparison.Ordinal) || c.StartsWith("LK19", StringComparison.Ordinal)) && !c.StartsWith("LK61", StringComparison.Ordinal)));
    }

    private static MarkdownBlock Block(string code, string info) => Blocks.Single(b => b.Info == info && b.Heading.StartsWith(code, StringComparison.Ordinal));

    private static string? Kind(MarkdownBlock block, string which) =>
        SampleRuns.Kinds.Select(kind => kind.Replace("*", which, StringComparison.Ordinal)).FirstOrDefault(kind => kind == block.Info);

    [GeneratedRegex(@"^### (?<code>LK\d{4})\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();
}
