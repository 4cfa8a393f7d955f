using System.Text.Json;

namespace Levelkeeper.Cli.Tests.Commands;

public sealed class CommandLineTest : IDisposable
{
    // October 2025 in UTC has 744 h; the shop is down from 10:00 to 11:00 on the 5th: 1 - 1/744 = 99.865... %.
    private const string Agreement = """
        levelkeeper: v1
        id: shop-sla
        title: Web shop
        kind: commitment
        parties:
          provider: { name: Hostly }
        term: { from: 2025-01-01 }
        zone: UTC
        services:
          shop: { title: Shop }
        objectives:
          uptime:
            title: The shop is up
            measure: availability
            of: shop
            per: month
            target: at least 99.9 %
        """;

    private const string Facts = """
        {"specversion":"1.0","id":"1","source":"monitor","type":"levelkeeper.service.up.v1","subject":"shop","time":"2025-09-30T00:00:00Z","service":"shop","data":{}}
        {"specversion":"1.0","id":"2","source":"monitor","type":"levelkeeper.service.down.v1","subject":"shop","time":"2025-10-05T10:00:00Z","service":"shop","data":{}}
        {"specversion":"1.0","id":"3","source":"monitor","type":"levelkeeper.service.up.v1","subject":"shop","time":"2025-10-05T11:00:00Z","service":"shop","data":{}}
        """;

    private readonly CommandRun _run = new();

    public CommandLineTest()
    {
        _run.Write("agreement.yaml", Agreement);
        _run.Write("facts.jsonl", Facts);
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_month_is_evaluated_to_a_table()
    {
        var (code, output, error) = await _run.Levelkeeper("evaluate", "--agreement", "agreement.yaml", "--facts", "facts.jsonl", "--period", "2025-10");
        (code, error).ShouldBe((0, ""));
        output.ShouldContain("99.86 %");
        output.ShouldContain("✗ breached");
        output.ShouldContain("−15 min 21 s"); // 44 min 38.4 s allowed less 60 min, floored
        output.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task An_unknown_option_after_files_is_not_taken_for_one_more_file()
    {
        var (code, output, error) = await _run.Levelkeeper("clocks", "--agreement", "agreement.yaml", "--facts", "facts.jsonl", "--period", "2025-10");
        (code, output).ShouldBe((2, ""));
        error.ShouldContain("There is no option '--period' here.");
    }

    [Fact]
    public async Task An_explanation_names_defaults_by_their_keys_and_shows_a_number_that_is_needed_twice_once()
    {
        var (_, output, _) = await _run.Levelkeeper("explain", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "--objective", "uptime");
        output.ShouldContain("Clause: objectives.uptime.confirmed-after (default)");
        // The period is a part of the agreed time and of the level: its breakdown stands there once.
        output.Split("down: 1 h").Length.ShouldBe(2);
        output.ShouldContain("as above");
    }

    [Fact]
    public async Task A_breach_gives_exit_code_1_only_when_asked() =>
        (await _run.Levelkeeper("evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "--fail-on-breach")).Code.ShouldBe(1);

    [Fact]
    public async Task A_running_month_says_how_fast_its_budget_burns_and_which_alerts_fire()
    {
        string[] running = ["-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "--as-of", "2025-10-05T10:30:00Z"];
        using var json = JsonDocument.Parse((await _run.Levelkeeper(["evaluate", .. running, "-o", "json"])).Output);
        var objective = json.RootElement.GetProperty("evaluations")[0].GetProperty("objectives")[0];
        // Half an hour of 106.5 h, over the 0.1 % that may be lost.
        objective.GetProperty("budget").GetProperty("burn-rate").GetString().ShouldBe("1000/213");
        var alerts = objective.GetProperty("burn-alerts");
        alerts.GetArrayLength().ShouldBe(3);
        (alerts[0].GetProperty("factor").GetString(), alerts[0].GetProperty("long").GetString(), alerts[0].GetProperty("short").GetString()).ShouldBe(("372/25", "PT1H", "PT5M"));
        (alerts[0].GetProperty("long-rate").GetString(), alerts[0].GetProperty("short-rate").GetString()).ShouldBe(("500", "1000"));
        (alerts[0].GetProperty("complete").GetBoolean(), alerts[0].GetProperty("fires").GetBoolean()).ShouldBe((true, true));

        var (_, output, _) = await _run.Levelkeeper(["explain", .. running, "--objective", "uptime"]);
        output.ShouldContain("error budget left");
        output.ShouldContain("14.88 x over 1 h and 5 min: fires");
    }

    [Fact]
    public async Task Programs_get_exact_values_and_stable_keys()
    {
        var (code, output, _) = await _run.Levelkeeper("evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "-o", "json");
        code.ShouldBe(0);
        using var json = JsonDocument.Parse(output);
        var objective = json.RootElement.GetProperty("evaluations")[0].GetProperty("objectives")[0];
        objective.GetProperty("level").GetProperty("exact").GetString().ShouldBe("743/744");
        objective.GetProperty("verdict").GetString().ShouldBe("breached");
        objective.GetProperty("period").GetProperty("to").GetString().ShouldBe("2025-11-01T00:00:00Z");
        objective.GetProperty("outages")[0].GetProperty("counted").GetString().ShouldBe("PT1H");
    }

    [Fact]
    public async Task Equal_input_gives_equal_output()
    {
        string[] arguments = ["evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "-o", "json"];
        (await _run.Levelkeeper(arguments)).Output.ShouldBe((await _run.Levelkeeper(arguments)).Output);
    }

    [Fact]
    public async Task Facts_come_from_standard_input_and_patterns()
    {
        using var run = new CommandRun { StandardInput = Facts };
        run.Write("deep/er/agreement.yaml", Agreement);
        var (code, output, error) = await run.Levelkeeper("evaluate", "-a", "**/*.yaml", "-f", "-", "-p", "2025-10");
        (code, error).ShouldBe((0, ""));
        output.ShouldContain("99.86 %");
    }

    [Fact]
    public async Task A_bad_line_is_named_and_the_rest_is_evaluated()
    {
        _run.Write("facts.jsonl", Facts.Replace("\n", "\n{\"specversion\":\n", StringComparison.Ordinal));
        var (code, output, error) = await _run.Levelkeeper("evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10");
        code.ShouldBe(2);
        error.ShouldContain("facts.jsonl:2");
        output.ShouldContain("99.86 %");
    }

    [Fact]
    public async Task A_missing_file_is_bad_input()
    {
        var (code, output, error) = await _run.Levelkeeper("evaluate", "-a", "nowhere.yaml", "-f", "facts.jsonl");
        code.ShouldBe(2);
        output.ShouldBe("");
        error.ShouldBe("nowhere.yaml: error LK5001: There is no such file.\n");
    }

    [Fact]
    public async Task A_bad_command_line_is_bad_input_and_points_to_help()
    {
        var (code, _, error) = await _run.Levelkeeper("evaluate", "--perod", "2025-10");
        code.ShouldBe(2);
        error.ShouldContain("--agreement");
        error.ShouldContain("'levelkeeper evaluate --help'");
    }

    [Theory]
    [InlineData("lint")]
    [InlineData("evaluate")]
    [InlineData("explain")]
    [InlineData("clocks")]
    [InlineData("import csv")]
    [InlineData("reconcile")]
    [InlineData("calendar batch")]
    [InlineData("reference")]
    [InlineData("schema")]
    public async Task Every_command_has_help_with_examples(string command)
    {
        var (code, output, _) = await _run.Levelkeeper([.. command.Split(' '), "--help"]);
        code.ShouldBe(0);
        output.ShouldContain($"Examples:{Environment.NewLine}");
        output.ShouldContain($"  levelkeeper {command}");
    }

    [Fact]
    public async Task A_page_is_written_as_a_whole_and_leaves_nothing_beside_it()
    {
        (await _run.Levelkeeper("evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "--html", "out/page.html")).Code.ShouldBe(0);
        _run.Read("out/page.html").ShouldEndWith("</html>\n");
        Directory.GetFiles(Path.Combine(_run.Folder, "out")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task An_explanation_names_formula_and_clause()
    {
        var (code, output, error) = await _run.Levelkeeper("explain", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "--objective", "uptime");
        (code, error).ShouldBe((0, ""));
        output.ShouldContain("743 h / 744 h");
        output.ShouldContain("agreement.yaml:12");
        output.ShouldContain("facts.jsonl:2");
    }

    [Fact]
    public async Task An_unknown_objective_is_told_with_those_that_are_there()
    {
        var (code, _, error) = await _run.Levelkeeper("explain", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "--objective", "uptme");
        code.ShouldBe(2);
        error.ShouldContain("there are uptime");
    }

    [Fact]
    public async Task Lint_tells_what_is_wrong_and_where()
    {
        _run.Write("bad.yaml", Agreement.Replace("measure:", "mesure:", StringComparison.Ordinal));
        var (code, output, error) = await _run.Levelkeeper("lint", "agreement.yaml", "bad.yaml");
        code.ShouldBe(2);
        output.ShouldStartWith("agreement.yaml: 0 errors, 1 warning\n");
        error.ShouldContain("LK1702"); // A service without essential functions, and no word on what degraded time is.
        error.ShouldContain("bad.yaml:14");
        error.ShouldContain("did you mean 'measure'?");
    }

    [Fact]
    public async Task Colours_are_for_terminals()
    {
        using var run = new CommandRun { Colours = true, Width = 100 };
        run.Write("agreement.yaml", Agreement);
        run.Write("facts.jsonl", Facts);
        var (_, output, _) = await run.Levelkeeper("evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10");
        output.ShouldContain("\u001b[1;");
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    public async Task A_table_fits_the_width(int width)
    {
        using var run = new CommandRun { Width = width };
        run.Write("agreement.yaml", Agreement);
        run.Write("facts.jsonl", Facts);
        var (_, output, _) = await run.Levelkeeper("evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10");
        output.Split('\n').Max(l => l.Length).ShouldBeLessThanOrEqualTo(width);
    }

    [Fact]
    public async Task A_calendar_answers_case_by_case()
    {
        using var run = new CommandRun
        {
            StandardInput = """{"id":1,"operation":"add","start":"2025-10-03T15:00:00Z","duration_seconds":7200,"timezone":"Europe/Warsaw","weekly":{"mon":[["08:00","18:00"]],"fri":[["08:00","18:00"]]}}""",
        };
        // Friday 17:00 in Warsaw: one hour is left that day, the other is Monday 08:00-09:00, which is 07:00 UTC.
        (await run.Levelkeeper("calendar", "batch")).ShouldBe((0, "{\"id\":1,\"result\":\"2025-10-06T07:00:00Z\"}\n", ""));
    }

    [Fact]
    public async Task A_percentage_of_theirs_stands_beside_ours()
    {
        _run.Write("theirs.csv", "month,uptime\n2025-10,99.87 %\n2025-09,12 %\n");
        var (code, output, error) = await _run.Levelkeeper(
            "reconcile", "-a", "agreement.yaml", "-f", "facts.jsonl", "--against", "theirs.csv", "--objective", "uptime", "--percent", "uptime", "--period-column", "month", "-o", "json");
        (code, error).ShouldBe((0, ""));
        using var json = JsonDocument.Parse(output);
        var comparison = json.RootElement.GetProperty("comparisons")[0];
        comparison.GetProperty("compared").GetInt32().ShouldBe(2);
        comparison.GetProperty("agreeing").GetInt32().ShouldBe(1);
        comparison.GetProperty("differences")[0].GetProperty("subject").GetString().ShouldBe("2025-09");
    }

    [Fact]
    public async Task A_reconciliation_without_a_column_says_what_is_missing()
    {
        var (code, _, error) = await _run.Levelkeeper("reconcile", "-a", "agreement.yaml");
        code.ShouldBe(2);
        error.ShouldContain("--due, --label or --percent");
    }

    // The outage of 5 October 10:00-11:00 UTC is 12:00-13:00 in Warsaw; the month begins at 22:00 UTC of the day before.
    [Fact]
    public async Task People_read_times_on_the_agreement_s_wall_clock_and_programs_in_UTC()
    {
        _run.Write("agreement.yaml", Agreement.Replace("zone: UTC", "zone: Europe/Warsaw", StringComparison.Ordinal));
        string[] arguments = ["-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "--as-of", "2025-11-03"];
        var (_, table, _) = await _run.Levelkeeper(["evaluate", .. arguments]);
        table.ShouldContain("as of 2025-11-03 00:00:00+01:00");
        var (_, tree, _) = await _run.Levelkeeper(["explain", .. arguments, "--objective", "uptime"]);
        tree.ShouldContain("2025-10-05 12:00:00+02:00");
        tree.ShouldNotMatch(@"\d{2}:\d{2}Z");
        var (_, programs, _) = await _run.Levelkeeper(["explain", .. arguments, "--objective", "uptime", "-o", "json"]);
        programs.ShouldContain("\"2025-10-05T10:00:00Z\"");
        programs.ShouldContain("\"2025-09-30T22:00:00Z\"");
        programs.ShouldNotContain("+02:00");
    }
}
