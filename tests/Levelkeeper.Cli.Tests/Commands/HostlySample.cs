namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>An agreement with a supplier behind it, and the facts of a spring. The numbers are small enough to reckon in the head.</summary>
/// <remarks>
/// March 2026 in Warsaw has 743 hours. The shop was down on 10 March for 17 h of them: 726/743 = 97.71 %, the tier of 25 % of 4,000: 1,000.00. Nine of those hours, from 08:00 to 17:00 UTC, the rack was down too; of it, 550 min of
/// 743 h leave 98.76 %: 30 % of 900: 270.00. Ticket T-1 came during the outage. T-2 was reported on 31 March at 15:10 UTC and resolved on 1 April at 01:00, due at 19:10: March ends at 22:00 UTC, 2 h 50 min late: three
/// started hours, 150.00; by its end 5 h 50 min: six, so April adds 150.00.
/// </remarks>
internal static class HostlySample
{
    public const string Agreement = """
        levelkeeper: v1
        id: hostly-acme
        title: Managed hosting for Acme
        parties:
          provider: { name: Hostly, contact: noc@hostly.example }
          customer: { name: Acme, contact: it@acme.example }
        term: { from: 2026-01-01, length: 12 months }
        zone: Europe/Warsaw
        currency: PLN
        services:
          shop: { title: Online shop, fee: 4000.00 per month, depends-on: [ dc ] }
        suppliers:
          dc: { agreement: suppliers/dc.yaml }
        objectives:
          uptime: { measure: availability, of: shop, target: at least 99.9 % }
          repair: { measure: time to resolve, of: tickets of shop, within: 4 h, target: at least 95 % }
        remedies:
          uptime-credit:
            when: uptime is missed
            credit:
              of: fee of shop
              tiers:
                - { from: 99.0 %, below: 99.9 %, pay: 10 % }
                - { from: 95.0 %, below: 99.0 %, pay: 25 % }
                - { below: 95.0 %, pay: 100 % }
          repair-fine:
            when: repair is missed
            fine: { pay: 50.00 per started hour, reckoned-for: each event, cap-per-event: 500.00 }
            paid: within 15 days
          way-out:
            when: uptime is missed in 2 of 6 months
            entitles: customer to terminate without fee, notice 30 days, within 60 days

        """;

    public const string Supplier = """
        levelkeeper: v1
        id: dc-hostly
        title: Data centre for Hostly
        kind: supplier
        parties:
          provider: { name: Rackspot, contact: claims@rackspot.example }
          customer: { name: Hostly, contact: noc@hostly.example }
        term: { from: 2026-01-01, length: 12 months }
        zone: Europe/Warsaw
        currency: PLN
        services:
          rack: { title: Rack and power, fee: 900.00 per month }
        objectives:
          power: { measure: availability, of: rack, target: at least 99.95 % }
        remedies:
          power-credit:
            when: power is missed
            credit: { of: fee of rack, tiers: [ { from: 99.0 %, below: 99.95 %, pay: 10 % }, { below: 99.0 %, pay: 30 % } ] }
            claim: { within: 30 days, to: claims@rackspot.example }

        """;

    public static string Facts { get; } = string.Concat(
    [
        Event("0", "service.up", "shop", "2025-12-31T00:00:00Z", """{"service":"shop"}"""),
        Event("1", "service.down", "shop", "2026-01-10T08:00:00Z", """{"service":"shop"}"""),
        Event("2", "service.up", "shop", "2026-01-10T09:00:00Z", """{"service":"shop"}"""),
        Event("3", "service.down", "shop", "2026-03-10T08:00:00Z", """{"service":"shop"}"""),
        Event("4", "service.up", "shop", "2026-03-11T01:00:00Z", """{"service":"shop"}"""),
        Event("5", "ticket.reported", "T-1", "2026-03-10T08:10:00Z", """{"service":"shop","priority":"P1"}"""),
        Event("6", "ticket.resolved", "T-1", "2026-03-11T01:00:00Z", "{}"),
        Event("7", "ticket.reported", "T-2", "2026-03-31T15:10:00Z", """{"service":"shop","priority":"P1"}"""),
        Event("8", "ticket.resolved", "T-2", "2026-04-01T01:00:00Z", "{}"),
        Event("r0", "service.up", "rack", "2025-12-31T00:00:00Z", """{"service":"rack"}"""),
        Event("r1", "service.down", "rack", "2026-03-10T07:50:00Z", """{"service":"rack"}"""),
        Event("r2", "service.up", "rack", "2026-03-10T17:00:00Z", """{"service":"rack"}"""),
    ]);

    public static string Event(string id, string type, string subject, string time, string data) =>
        $$"""{"specversion":"1.0","id":"{{id}}","source":"m","type":"levelkeeper.{{type}}.v1","subject":"{{subject}}","time":"{{time}}","data":{{data}}}""" + "\n";

    public static CommandRun Run()
    {
        var run = new CommandRun();
        run.Write("acme.yaml", Agreement);
        run.Write("suppliers/dc.yaml", Supplier);
        run.Write("facts.jsonl", Facts);
        return run;
    }

    public static string[] March(string verb, params string[] more) => [verb, "-a", "acme.yaml", "-f", "facts.jsonl", "-p", "2026-03", "--as-of", "2026-04-10", .. more];
}
