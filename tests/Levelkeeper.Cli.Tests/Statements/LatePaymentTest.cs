namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>Charges on what was paid late.</summary>
public sealed class LatePaymentTest : IDisposable
{
    // Two outages of an hour each, 500.00 for each, due on 10 March; 8 % a year over 365 days are 0.1096 a day.
    private readonly StatementRun _run = new("""
        services:
          shop: { title: Shop }
        objectives:
          uptime: { measure: availability, target: at least 99.9 %, degraded: down }
        remedies:
          fine: { when: uptime is missed, fine: { pay: 500.00 per hour, reckoned-for: each event }, paid: within 9 days }
        price: { late-payment: 8 % a year }
        """);

    private static readonly string[] Facts =
    [
        "service.up|2026-01-01T00:00:00Z|shop|",
        "service.down|2026-02-03T00:00:00Z|shop|", "service.up|2026-02-03T01:00:00Z|shop|",
        "service.down|2026-02-04T00:00:00Z|shop|", "service.up|2026-02-04T01:00:00Z|shop|",
    ];

    public void Dispose() => _run.Dispose();

    private static string Paid(string amount, string line = "") => $""" amount.paid|2026-03-10T00:00:00Z|f|"agreement":"small","remedy":"fine","period":"2026-02",{line}"amount":{amount} """.Trim();

    private async Task<IEnumerable<(string Id, string Payable)>> Charges(params string[] payments) =>
        (await _run.Of("2026-03", "2026-04-10", [.. Facts, .. payments])).Where(l => l.Id.StartsWith("late/", StringComparison.Ordinal)).Select(l => (l.Id, l.Payable));

    [Fact]
    public async Task A_payment_that_names_no_event_pays_one_line_after_the_other_and_none_twice() =>
        // 600.00 pay the first and 100.00 of the second: 400.00 for 21 days are 1.84.
        (await Charges(Paid("600.00"))).ShouldBe([("late/fine/2026-02/2026-02-04T00:00:00Z/2026-03", "1.84")]);

    [Fact]
    public async Task A_payment_that_names_its_event_pays_no_other() =>
        // 500.00 for 21 days are 2.30.
        (await Charges(Paid("600.00", """ "event":"2026-02-04T00:00:00Z", """))).ShouldBe([("late/fine/2026-02/2026-02-03T00:00:00Z/2026-03", "2.30")]);
}
