using System.Text.Json;
using Levelkeeper.Cli.Tests.Commands;
using Levelkeeper.Cli.Tests.Design;

namespace Levelkeeper.Cli.Tests.Samples;

/// <summary>The samples' results beside the columns that somebody else computed.</summary>
public class RealRecordsTest
{
    private static async Task<List<JsonElement>> Reconcile(string sample)
    {
        using var run = new CommandRun();
        var (code, output, _) = await run.Levelkeeper("reconcile", "--with", RepositoryRoot.File("samples", sample, "reconcile.yaml"), "--output", "json");
        code.ShouldBe(0);
        return [.. JsonDocument.Parse(output).RootElement.GetProperty("comparisons").EnumerateArray()];
    }

    private static int Number(JsonElement comparison, string key) => comparison.GetProperty(key).GetInt32();

    [Fact]
    public async Task Every_label_of_the_city_equals_ours()
    {
        // 4,090 closed requests have a due time (counted in the file; the source's own check says the same).
        var label = (await Reconcile("boston-311"))[1];
        Number(label, "compared").ShouldBe(4090);
        Number(label, "agreeing").ShouldBe(4090);
    }

    [Fact]
    public async Task Due_times_are_72_elapsed_hours_when_read_as_the_wall_clock_that_they_are()
    {
        // Counted by an independent program over the file: 3,867 of the 4,090 lie within a second of 72 elapsed hours, 4,072 within a minute.
        var due = (await Reconcile("boston-311"))[0];
        Number(due, "compared").ShouldBe(4090);
        Number(due, "agreeing").ShouldBe(3867);
        due.GetProperty("reasons").EnumerateArray().ShouldNotContain(r => r.GetProperty("reason").GetString() == "moved-by-hand");
    }

    [Fact]
    public async Task The_pages_percentages_are_reproduced_and_what_differs_is_explained()
    {
        var comparisons = await Reconcile("status-page");
        comparisons.Count.ShouldBe(5);
        var compared = comparisons.Sum(c => Number(c, "compared"));
        var agreeing = comparisons.Sum(c => Number(c, "agreeing"));
        compared.ShouldBe(5 * 817);
        (agreeing * 100).ShouldBeGreaterThanOrEqualTo(98 * compared);
        var unexplained = comparisons.SelectMany(c => c.GetProperty("reasons").EnumerateArray()).Where(r => r.GetProperty("reason").GetString() == "moved-by-hand").Sum(r => Number(r, "count"));
        unexplained.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task The_exact_availability_of_a_day_with_an_outage_is_what_a_hand_reckons()
    {
        // 2025-03-10: down from 09:43:49 to 10:29:11, 2,722 s of 86,400: (86,400 - 2,722) / 86,400 = 41,839 / 43,200.
        using var run = new CommandRun();
        var sample = RepositoryRoot.File("samples", "status-page");
        var (code, output, _) = await run.Levelkeeper(
            "evaluate", "--agreement", Path.Combine(sample, "agreement.yaml"), "--map", Path.Combine(sample, "map.yaml"), "--facts", Path.Combine(sample, "probes.csv"),
            "--period", "2025-03-10", "--as-of", "2026-07-01", "--output", "json");
        code.ShouldBe(0);
        var day = JsonDocument.Parse(output).RootElement.GetProperty("evaluations")[0].GetProperty("objectives").EnumerateArray()
            .Single(o => o.GetProperty("objective").GetString() == "day");
        day.GetProperty("level").GetProperty("exact").GetString().ShouldBe("41839/43200");
        day.GetProperty("verdict").GetString().ShouldBe("breached");
    }
}
