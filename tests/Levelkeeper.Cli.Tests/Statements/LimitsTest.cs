namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>Caps, and what stands together.</summary>
public class LimitsTest
{
    private const string Up = "service.up|2026-01-01T00:00:00Z|shop|";

    [Fact]
    public async Task What_the_evidence_allows_at_most_is_capped_like_what_is_certain()
    {
        using var run = new StatementRun("""
            services:
              shop: { title: Shop, fee: 100.00 per month }
            objectives:
              uptime: { measure: availability, target: at least 99.9 %, degraded: down }
            remedies:
              credit: { when: uptime is missed, credit: { pay: 10.00 per hour, cap-per-period: 25.00 } }
            """);
        // 2 h are lost for certain, and 5 h more perhaps: 20.00, at most 70.00, capped at 25.00.
        var line = (await run.Lines("2026-02", "2026-03-10", Up, "service.down|2026-02-10T00:00:00Z|shop|", "service.up|2026-02-10T02:00:00Z|shop|", "service.unknown|2026-02-11T00:00:00Z|shop|", "service.up|2026-02-11T05:00:00Z|shop|")).ShouldHaveSingleItem();
        StatementRun.Text(line, "payable").ShouldBe("20.00");
        StatementRun.Text(line.GetProperty("reckoning"), "at-most").ShouldBe("25.00");
    }

    [Fact]
    public async Task Without_missing_evidence_a_capped_line_could_not_be_more()
    {
        using var run = new StatementRun("""
            services:
              shop: { title: Shop, fee: 100.00 per month }
            objectives:
              uptime: { measure: availability, target: at least 99.9 %, degraded: down }
            remedies:
              credit: { when: uptime is missed, credit: { pay: 50 % } }
            cap: { per-billing-period: 10 % }
            """);
        var line = (await run.Lines("2026-02", "2026-03-10", Up, "service.down|2026-02-10T00:00:00Z|shop|", "service.up|2026-02-10T02:00:00Z|shop|")).ShouldHaveSingleItem();
        StatementRun.Text(line, "payable").ShouldBe("10.00");
        line.GetProperty("reckoning").TryGetProperty("at-most", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_an_earlier_line_gave_for_the_same_event_outdoes_a_later_one_and_no_cap_does()
    {
        using var run = new StatementRun("""
            services:
              shop: { title: Shop }
            objectives:
              month: { measure: availability, target: at least 99.9 %, degraded: down }
              quarter: { measure: availability, per: quarter, target: at least 99.95 %, degraded: down }
            remedies:
              monthly: { when: month is missed, credit: { pay: 80.00 } }
              quarterly: { when: quarter is missed, credit: { pay: 50.00 } }
            """);
        // The outage of February is the quarter's only one: February gave 80.00 for it.
        (await run.Of("2026-03", "2026-04-10", Up, "service.down|2026-02-10T00:00:00Z|shop|", "service.up|2026-02-10T02:00:00Z|shop|")).ShouldBe([("quarterly/2026-Q1", "outdone-by-another", "0.00", "0.00")]);
    }

    [Fact]
    public async Task A_cap_of_a_price_that_nobody_knows_leaves_the_amount_not_computed_and_not_nothing()
    {
        using var run = new StatementRun("""
            services:
              shop: { title: Shop, fee: 100.00 per month }
            price: { fees: { seats: { amount: 5.00 per seat per month } } }
            objectives:
              uptime: { measure: availability, target: at least 99.9 %, degraded: down }
            remedies:
              credit: { when: uptime is missed, credit: { of: fee of shop, pay: 10 % } }
            cap: { per-billing-period: 10 % }
            """);
        var line = (await run.Lines("2026-02", "2026-03-10", Up, "service.down|2026-02-10T00:00:00Z|shop|", "service.up|2026-02-10T02:00:00Z|shop|")).ShouldHaveSingleItem();
        var reckoning = line.GetProperty("reckoning");
        StatementRun.Text(reckoning, "state").ShouldBe("not-computed");
        StatementRun.Text(reckoning, "unknown").ShouldContain("seat");
    }
}
