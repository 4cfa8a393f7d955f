namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>What amounts are counted from: misses, and allowances that are used up.</summary>
public class CountedTest
{
    [Fact]
    public async Task A_duty_that_was_done_late_where_lateness_counts_is_not_among_the_missing()
    {
        using var run = new StatementRun("""
            services:
              shop: { title: Shop }
            duties:
              backup: { every: week on sun, at: "22:00", grace: 3 h, late: counts }
            objectives:
              backups: { measure: duty backup, target: every one }
            remedies:
              missing: { when: backups is missed, fine: { pay: 150.00 per back-up } }
            """);
        // Sundays of February: 1 in time, 8 late by two hours, 15 not at all, 22 in time.
        (await run.Of("2026-02", "2026-03-10", """duty.done|2026-02-01T21:00:00Z|b|"duty":"backup" """, """duty.done|2026-02-09T00:00:00Z|b|"duty":"backup" """, """duty.done|2026-02-22T21:00:00Z|b|"duty":"backup" """))
            .ShouldBe([("missing/2026-02", "payable", "150.00", "150.00")]);
    }

    [Fact]
    public async Task An_allowance_over_a_stated_length_is_used_up_at_its_instant()
    {
        using var run = new StatementRun("""
            services:
              shop: { title: Shop }
            objectives:
              uptime: { measure: availability, per: year, target: "at least 99.99 %, that is 52 min 36 s a year", stated-twice: the time prevails, period-length: 8766 h, degraded: down }
            remedies:
              fine: { when: uptime is missed, fine: { pay: 500.00 }, arises: at once, paid: within 15 days }
            """);
        var line = (await run.Lines("2026-02", "2026-03-10", "service.up|2026-01-01T00:00:00Z|shop|", "service.down|2026-02-10T00:00:00Z|shop|", "service.up|2026-02-10T02:00:00Z|shop|")).ShouldHaveSingleItem();
        (StatementRun.Text(line, "arises"), StatementRun.Text(line, "due")).ShouldBe(("2026-02-10T00:52:36Z", "2026-02-25T00:52:36Z"));
    }
}
