namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>Files that somebody else sent, names that lead elsewhere, and what must not be written over.</summary>
public sealed class HostileFilesTest : IDisposable
{
    private const string Agreement = """
        levelkeeper: v1
        id: shop-sla
        title: Web shop
        parties:
          provider: { name: Hostly }
          customer: { name: Acme }
        term: { from: 2025-01-01 }
        zone: UTC
        services:
          shop: { title: Shop }
        objectives:
          uptime: { measure: availability, target: at least 99.9 %, degraded: shown apart }

        """;

    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    private string PathOf(string name) => Path.Combine(_run.Folder, name);

    private async Task<string> Lint(string extends)
    {
        _run.Write("a.yaml", $"levelkeeper: v1\nid: a\ntitle: A\nextends: {extends}\n");
        var (code, _, error) = await _run.Levelkeeper("lint", "a.yaml");
        code.ShouldBe(2);
        return error;
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/dev/zero")]
    [InlineData("\"a\\tb\"")]
    public async Task A_name_that_is_not_relative_or_not_seen_is_refused(string name) =>
        (await Lint(name)).ShouldStartWith("a.yaml:4:10: error LK5006");

    [Fact]
    public async Task A_pipe_and_a_device_behind_a_link_and_an_empty_file_are_not_read()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("No pipes in folders here.");
            return;
        }

        File.CreateSymbolicLink(PathOf("zero.yaml"), "/dev/zero");
        _run.Write("empty.yaml", "");
        using var made = System.Diagnostics.Process.Start("mkfifo", PathOf("pipe.yaml"));
        made.WaitForExit();
        foreach (var name in (string[])["zero.yaml", "empty.yaml", "pipe.yaml", "none.yaml", "."])
            (await Lint(name)).ShouldStartWith("a.yaml:4:10: error LK5001", customMessage: name);
    }

    [Fact]
    public async Task A_link_to_a_regular_file_and_a_level_in_the_folder_above_are_read()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Links need rights here.");
            return;
        }

        _run.Write("real.yaml", Agreement);
        File.CreateSymbolicLink(PathOf("link.yaml"), "real.yaml");
        _run.Write("customers/a b.yaml", "levelkeeper: v1\nid: a\ntitle: A\nextends: ../link.yaml\n");
        (await _run.Levelkeeper("lint", "customers/a b.yaml")).ShouldBe((0, "customers/a b.yaml: good\n", ""));
    }

    [Theory]
    [InlineData("a.yaml")]
    [InlineData("./a.yaml")]
    [InlineData("sub/../a.yaml")]
    [InlineData("./././a.yaml")]
    public async Task An_agreement_that_extends_itself_is_told_so_however_it_names_itself(string name) =>
        (await Lint(name)).ShouldContain("LK1802");

    [Fact]
    public async Task A_file_of_the_wrong_encoding_is_not_guessed_at()
    {
        File.WriteAllBytes(PathOf("up.yaml"), [.. "levelkeeper: v1\ntitle: L"u8, 0xE4, .. "den\n"u8]);
        (await Lint("up.yaml")).ShouldStartWith("up.yaml: error LK5005");
    }

    [Fact]
    public async Task Names_and_texts_do_not_command_the_terminal()
    {
        _run.Write("\u001b[31mred.yaml", "title: [\n");
        _run.Write("b.yaml", Agreement.Replace("of: shop", "", StringComparison.Ordinal) + "\"\\e[2J\": x\n\"\\u202Etxt\": x\n");
        foreach (var file in (string[])["\u001b[31mred.yaml", "b.yaml"])
        {
            var (_, output, error) = await _run.Levelkeeper("lint", file);
            (output + error).ShouldNotContain("\u001b");
            (output + error).ShouldNotContain("\u202E");
        }
    }

    [Fact]
    public async Task What_is_read_is_not_written_over()
    {
        _run.Write("a.yaml", Agreement);
        foreach (var to in (string[])["a.yaml", "./a.yaml", "sub/../a.yaml"])
            (await _run.Levelkeeper("render", "a.yaml", "--to", to)).Error.ShouldContain("LK5011");
        _run.Read("a.yaml").ShouldBe(Agreement);
        _run.Write("facts.jsonl", "");
        (await _run.Levelkeeper("evaluate", "-a", "a.yaml", "-f", "facts.jsonl", "-p", "2025-10", "--html", "a.yaml")).Error.ShouldContain("LK5011");
        (await _run.Levelkeeper("render", "a.yaml", "--to", "/dev/null")).Error.ShouldContain("LK5010");
    }

    [Fact]
    public async Task A_file_keeps_its_mode_and_a_link_stays_a_link()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Files have no modes here.");
            return;
        }

        _run.Write("secret.yaml", Agreement);
        File.SetUnixFileMode(PathOf("secret.yaml"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _run.Write("shared.yaml", Agreement.Replace("title: Web", "title:   Web", StringComparison.Ordinal));
        File.CreateSymbolicLink(PathOf("link.yaml"), "shared.yaml");
        (await _run.Levelkeeper("amend", "secret.yaml", "link.yaml", "shared.yaml", "--from", "2026-01-01", "--set", "objectives.uptime.target=at least 99.95 %")).Code.ShouldBe(0);
        File.GetUnixFileMode(PathOf("secret.yaml")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        new FileInfo(PathOf("link.yaml")).LinkTarget.ShouldBe("shared.yaml");
        // Named twice, amended once.
        _run.Read("shared.yaml").Split("99.95").Length.ShouldBe(2);
        (await _run.Levelkeeper("format", "link.yaml", "--write")).Code.ShouldBe(0);
        new FileInfo(PathOf("link.yaml")).LinkTarget.ShouldBe("shared.yaml");
        _run.Read("shared.yaml").ShouldContain("title: Web shop\n");
        Directory.EnumerateFiles(_run.Folder, "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_agreement_and_its_upper_level_are_amended_together_or_not_at_all()
    {
        _run.Write("up.yaml", Agreement + "at-least-as-strict: [objectives.uptime.target]\n");
        const string Own = "levelkeeper: v1\nid: own\ntitle: Own\nextends: up.yaml\n";
        _run.Write("own.yaml", Own);
        string[] amend = ["amend", "*.yaml", "--from", "2026-01-01", "--set", "services.shop.description=A better shop"];
        (await _run.Levelkeeper(amend)).Code.ShouldBe(0);

        // Each alone could: together the lower one takes back what the upper one promises from the same day on.
        _run.Write("up.yaml", Agreement + "at-least-as-strict: [objectives.uptime.target]\n");
        _run.Write("own.yaml", Own + "objectives: { uptime: { target: at least 99.92 % } }\n");
        var (code, _, error) = await _run.Levelkeeper("amend", "up.yaml", "own.yaml", "--from", "2026-01-01", "--set", "objectives.uptime.target=at least 99.95 %");
        (code, error.Contains("With the amendment:", StringComparison.Ordinal)).ShouldBe((2, true), error);
        _run.Read("own.yaml").ShouldNotContain("99.95");
        _run.Read("up.yaml").ShouldNotContain("99.95");
    }

    [Fact]
    public async Task Amending_tells_that_a_signed_agreement_is_to_be_signed_anew()
    {
        _run.Write("a.yaml", Agreement);
        _run.Write("a.yaml.signatures.json", "{}");
        (await _run.Levelkeeper("amend", "a.yaml", "--from", "2026-01-01", "--set", "objectives.uptime.target=at least 99.95 %")).Output
            .ShouldBe("a.yaml: amended from 2026-01-01 on; its signatures are of before, and both sides sign it anew\n");
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData(".hidden")]
    [InlineData("-rf")]
    [InlineData("a b")]
    [InlineData("\"a\nb\"")]
    [InlineData("CON")]
    [InlineData("nul.x")]
    [InlineData("a\u202Eb")]
    public async Task An_id_that_names_no_plain_file_makes_none(string id)
    {
        _run.Write("c.csv", $"id,title\n{id},X\n");
        (await _run.Levelkeeper("new", "--template", "customer", "--table", "c.csv", "--to", "out")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(2), r => r.Error.ShouldContain("LK5087"));
        Directory.EnumerateFiles(_run.Folder, "*.yaml", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_id_of_any_length_that_is_refused_is_no_fault_of_the_program()
    {
        _run.Write("c.csv", $"id,title\n{new string('a', 300)},X\n");
        (await _run.Levelkeeper("new", "--template", "customer", "--table", "c.csv", "--to", "out")).Code.ShouldBe(2);
        (await _run.Levelkeeper("new", "--template", "customer", "--to", new string('a', 300))).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(2), r => r.Error.ShouldContain("LK5010"));
    }

    [Fact]
    public async Task A_table_of_a_spreadsheet_that_writes_semicolons_is_read()
    {
        _run.Write("c.csv", "\uFEFFid;title;services.shop.fee\r\nacme;Hosting for Acme;1200.00 per month\r\n");
        (await _run.Levelkeeper("new", "--template", "customer", "--table", "c.csv", "--to", "out")).Code.ShouldBe(0);
        _run.Read("out/acme.yaml").ShouldContain("fee: 1200.00 per month");
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("{")]
    [InlineData("a: b # c")]
    [InlineData("<script>alert(1)</script>")]
    public async Task Whatever_a_field_says_is_a_text_or_a_diagnostic(string title)
    {
        _run.Write("c.csv", $"id,title\nacme,{title}\n");
        var (code, _, _) = await _run.Levelkeeper("new", "--template", "customer", "--table", "c.csv", "--to", "out");
        code.ShouldBe(title == "{" ? 2 : 0);
        if (code != 0)
            return;
        var (_, page, _) = await _run.Levelkeeper("render", "out/acme.yaml");
        page.ShouldContain(System.Net.WebUtility.HtmlEncode(title).Replace("&#39;", "&#x27;", StringComparison.Ordinal));
        page.ShouldNotContain("<script");
    }

    [Theory]
    [InlineData("render")]
    [InlineData("effective")]
    [InlineData("hash")]
    [InlineData("verify")]
    public async Task A_pattern_that_fits_several_files_takes_none_of_them(string command)
    {
        _run.Write("a.yaml", Agreement);
        _run.Write("b.yaml", Agreement);
        var (code, output, error) = await _run.Levelkeeper(command, "*.yaml");
        (code, output).ShouldBe((2, ""));
        error.ShouldBe("*.yaml: error LK5070: 2 files fit this pattern; one is taken at a time. (name one)\n");
    }

    [Fact]
    public async Task A_link_to_the_folder_above_is_not_walked_for_ever()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Links need rights here.");
            return;
        }

        _run.Write("in/a.yaml", Agreement);
        Directory.CreateSymbolicLink(PathOf("in/up"), "..");
        Directory.CreateSymbolicLink(PathOf("in/again"), "..");
        (await _run.Levelkeeper("lint", "**/*.yaml")).Output.ShouldBe("in/a.yaml: good\n");
    }

    [Fact]
    public async Task Without_a_command_it_tells_how_to_begin()
    {
        var (code, output, error) = await _run.Levelkeeper();
        (code, output).ShouldBe((2, ""));
        error.ShouldContain("levelkeeper new --template customer");
    }

    [Fact]
    public async Task Notes_are_counted()
    {
        (await _run.Levelkeeper("new", "--template", "algolia", "--to", "a.yaml")).Code.ShouldBe(0);
        (await _run.Levelkeeper("lint", "a.yaml")).Output.ShouldStartWith("a.yaml: good, 4 notes");
    }

    [Fact]
    public async Task The_effective_agreement_is_printed_with_what_is_wrong_in_it()
    {
        _run.Write("a.yaml", Agreement.Replace("at least 99.9 %", "nearly always", StringComparison.Ordinal));
        var (code, output, error) = await _run.Levelkeeper("effective", "a.yaml", "--without-defaults");
        (code, output.Contains("target: nearly always", StringComparison.Ordinal)).ShouldBe((2, true));
        error.ShouldStartWith("a.yaml:12:44: error LK1502");
    }

    [Fact]
    public async Task On_a_narrow_terminal_a_row_is_a_record_and_no_word_is_broken()
    {
        using var narrow = new CommandRun { Width = 40 };
        narrow.Write("a.yaml", Agreement);
        narrow.Write("b.yaml", Agreement.Replace("99.9 %", "99.95 %", StringComparison.Ordinal));
        (await narrow.Levelkeeper("compare", "a.yaml", "b.yaml")).Output.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd()).ShouldBe(
            ["Clause      objectives.uptime.target", "a.yaml      at least 99.9 %", "b.yaml      at least 99.95 %", "Better off  customer", "", "1 better for the customer: the customer", "is better off with b.yaml", ""]);
    }
}
