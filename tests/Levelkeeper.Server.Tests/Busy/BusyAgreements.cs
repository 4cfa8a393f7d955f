using NodaTime;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>The agreements of a busy provider: one customer each, a site whose components are probed, and a desk.</summary>
internal static class BusyAgreements
{
    private static readonly string[] s_zones = ["Europe/Warsaw", "America/New_York", "Asia/Tokyo", "Australia/Sydney"];

    public static string IdOf(int agreement) => $"busy-{agreement}";

    /// <summary>The text of an agreement.</summary>
    /// <param name="agreement">Which.</param>
    /// <param name="probes">Its components, by the numbers of the probes that check them.</param>
    public static string TextOf(int agreement, IEnumerable<int> probes) => $$"""
        levelkeeper: v1
        id: {{IdOf(agreement)}}
        title: Agreement {{agreement}}
        parties: { provider: { name: Firma }, customer: { name: Customer {{agreement}} } }
        zone: {{s_zones[agreement % s_zones.Length]}}
        term: { from: 2026-01-01, length: 24 months }
        calendars:
          office: { weekly: { mon-fri: 08:00-18:00 } }
        services:
          site: { title: Site, components: [{{string.Join(", ", probes.Select(ComponentOf))}}] }
          desk: { title: Desk }
        people:
          anna: { name: Anna, email: anna@example.org }
          jan: { name: Jan, email: jan@example.org }
        objectives:
          uptime: { measure: availability, of: site, target: at least 99.5 %, per: month, combine: all, degraded: up, fresh-for: 15 min, burn-alerts: 14.4 x over 1 h and 5 min }
          reaction: { measure: time to respond, of: tickets of desk, within: 4 h, calendar: office, target: at least 90 % of at least 1 tickets, per: month }
          fix: { measure: time to resolve, of: tickets of desk, within: 48 h, pauses: waiting, target: at least 80 % of at least 1 tickets, per: month }
        escalation:
          uptime: [ { at: burn alert, tell: anna, by: webhook }, { at: 50 % of budget, tell: jan, by: webhook } ]
          reaction: [ { at: 80 % of clock, tell: anna, by: webhook } ]
          fix: [ { at: 80 % of clock, tell: anna, by: webhook }, { at: breach, tell: jan, by: webhook } ]
        """;

    public static string ComponentOf(int probe) => $"node-{probe}";

    public static string TicketOf(int ticket) => $"T-{ticket}";

    /// <summary>Whose a subject is: probes and tickets are dealt out one by one.</summary>
    public static int OwnerOf(string subject, int agreements) => int.Parse(subject.AsSpan(subject.IndexOf('-', StringComparison.Ordinal) + 1), provider: System.Globalization.CultureInfo.InvariantCulture) % agreements;
}
