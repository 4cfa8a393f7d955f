namespace Levelkeeper.Language.Tests.Contract;

/// <summary>Servers that come and go, stores, requests and a delivery: each by itself, with the rules on outages that public clouds have.</summary>
internal static class Cloud
{
    public const string Text = """
        levelkeeper: v1

        id: cloud-2026
        title: Cloud for Acme

        parties:
          provider: { name: Northhost }
          customer: { name: Acme }

        term: { from: 2026-01-01, until: 2027-12-31 }
        zone: Europe/Warsaw
        currency: EUR

        services:
          servers: { title: Virtual servers, fee: 20.00 per server per month }
          store: { title: Object store, components: [documents, pictures], fee: 90.00 per month }
          line: { title: Access line, fee: 300.00 once }

        maintenance:
          store: { window: Sun 02:00-04:00, notice: 72 h }

        rosters:
          servers: { members: [vm-1, vm-2], joined-late: whole periods only }

        duties:
          delivery: { title: Delivery of the line, every: once on 2026-03-01, at: 17:00, evidence: required }
          test-run: { title: Test of the line, every: week on fri, grace: 24 h }

        objectives:
          each-server:
            title: Every server is up
            measure: availability
            of: servers
            target: at least 99.5 %
            each: member of servers
            members-reaching: 90 %
            shortest-outage: more than 3 min
            full-units: 1 min
            joined-late: rest is well
          stores:
            title: Every store is up
            measure: availability
            of: store
            target: at least 99.9 %
            each: component
            shortest-outage: more than 1 h within 72 h
          requests:
            measure: share of requests
            of: store
            target: at least 99.95 %
            excluding: [maintenance, force-majeure]
            exclusions: leave the period
            joined-late: whole period
            slices: { of: 5 min, bad-above: 5 %, without-requests: left out }
          delivered:
            measure: duty delivery
            of: line
            per: year
            target: always

        remedies:
          server-credit:
            when: each-server is missed
            credit:
              of: fee of the affected
              reckoned-for: each member
              tiers:
                - { from: 99 %, below: 99.5 %, pay: 10 % }
                - { below: 99 %, pay: 30 % }
          late-delivery:
            when: delivered is missed
            fine: { of: fee of line, pay: 2 % per day late, cap-per-event: 50 % }
        """;
}
