namespace Levelkeeper.Cli.Tests.Commands;

public sealed class FormatCommandTest : IDisposable
{
    private const string Untidy = "# the file\n\ntitle:  'A'   # behind\nlevelkeeper: v1\nid: a\n";
    private const string Tidy = "# the file\n\nlevelkeeper: v1\nid: a\ntitle: A  # behind\n";

    private readonly CommandRun _run = new();

    public FormatCommandTest()
    {
        _run.Write("untidy.yaml", Untidy);
        _run.Write("tidy.yaml", Tidy);
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task The_canonical_form_is_printed_and_the_file_left_alone()
    {
        (await _run.Levelkeeper("format", "untidy.yaml")).ShouldBe((0, Tidy, ""));
        _run.Read("untidy.yaml").ShouldBe(Untidy);
    }

    [Fact]
    public async Task A_check_names_the_files_and_exits_with_1()
    {
        (await _run.Levelkeeper("format", "*.yaml", "--check")).ShouldBe((1, "untidy.yaml: not in the canonical form\n", ""));
        (await _run.Levelkeeper("format", "tidy.yaml", "--check")).ShouldBe((0, "", ""));
        (await _run.Levelkeeper("format", "tidy.yaml", "--check", "--write")).Error.ShouldContain("LK5064");
    }

    [Fact]
    public async Task Files_are_written_and_a_broken_one_is_left_as_it_was()
    {
        _run.Write("broken.yaml", "a: [\n");
        var (code, output, error) = await _run.Levelkeeper("format", "*.yaml", "--write");
        (code, output).ShouldBe((2, "untidy.yaml: written\n"));
        error.ShouldContain("broken.yaml");
        _run.Read("untidy.yaml").ShouldBe(Tidy);
        _run.Read("broken.yaml").ShouldBe("a: [\n");
        (await _run.Levelkeeper("format", "untidy.yaml", "tidy.yaml", "--check")).Code.ShouldBe(0);
    }
}
