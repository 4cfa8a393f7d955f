namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>What corrected facts do to statements that were issued.</summary>
public sealed class AdjustmentTest : IDisposable
{
    // February has 40,320 minutes; 40.32 may be lost.
    private readonly StatementRun _run = new("""
        services:
          shop: { title: Shop, fee: 100.00 per month }
        objectives:
          uptime: { measure: availability, target: at least 99.9 %, degraded: down }
        remedies:
          credit: { when: uptime is missed, credit: { pay: 10 % } }
        """);

    private static readonly string[] Facts =
    [
        "service.up|2026-01-01T00:00:00Z|shop|",
        "service.down|2026-02-10T03:00:00Z|shop|",
        "service.up|2026-02-10T03:20:00Z|shop|",
    ];

    private const string Earlier = """fact.corrected|2026-03-12T00:00:00Z|shop|"source":"monitor","id":"1","reason":"seen late","time":"2026-02-10T02:30:00Z" """;

    private const string TakenBack = """fact.retracted|2026-04-12T00:00:00Z|shop|"source":"monitor","id":"3","reason":"seen right" """;

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task What_is_owed_only_by_corrected_facts_adjusts_a_statement_on_which_it_had_no_line()
    {
        (await _run.Of("2026-02", "2026-03-10", Facts)).ShouldBeEmpty();
        (await _run.Of("2026-03", "2026-04-10", [.. Facts, Earlier])).ShouldBe([("adjustment/credit/2026-02/2026-03", "payable", "10.00", "10.00")]);
        // Once it is on a statement it is there: April does not owe it again.
        (await _run.Of("2026-04", "2026-05-10", [.. Facts, Earlier])).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_adjustment_is_adjusted_itself_when_the_correction_is_taken_back()
    {
        await _run.Of("2026-02", "2026-03-10", Facts);
        await _run.Of("2026-03", "2026-04-10", [.. Facts, Earlier]);
        (await _run.Of("2026-04", "2026-05-10", [.. Facts, Earlier, TakenBack])).ShouldBe([("adjustment/credit/2026-02/2026-04", "awaits-acceptance", "-10.00", "0.00")]);
    }

    [Fact]
    public async Task A_period_for_which_no_statement_was_issued_is_not_made_up_for_by_a_later_one() =>
        (await _run.Of("2026-03", "2026-04-10", [.. Facts, Earlier])).ShouldBeEmpty();
}
