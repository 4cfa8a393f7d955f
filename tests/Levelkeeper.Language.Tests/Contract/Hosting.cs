namespace Levelkeeper.Language.Tests.Contract;

/// <summary>A contract with a bit of everything: the tone that the language aims at.</summary>
internal static class Hosting
{
    public const string Text = """
        levelkeeper: v1
        id: hostly-acme
        title: Managed hosting for Acme
        kind: customer
        state: proposed
        legal-review: { required: yes }
        languages: { prevails: pl, also: [en] }
        master: { title: Framework agreement, reference: F-12/2025, dated: 2025-11-03, prevails: master }

        parties:
          provider: { name: Hostly sp. z o.o., contact: noc@hostly.example, tax-number: PL0000000000 }
          customer: { name: Acme S.A., contact: it@acme.example }

        people:
          duty-engineer: { role: Engineer on duty, email: duty@hostly.example, phone: "+48 22 000 00 00" }
          service-manager: { name: J. Kowalska, email: jk@hostly.example, hours: office, stands-in: duty-engineer }

        term:
          from: 2026-01-01
          length: 12 months
          renewal: { automatic: 12 months, notice: 60 days }
          termination: { by: customer, notice: 3 months, fee: 30 % }
          price-lock: 12 months

        zone: Europe/Warsaw
        currency: PLN

        calendars:
          office: { weekly: { mon-fri: 08:00-18:00 }, holidays: PL }

        services:
          shop:
            title: Online shop
            description: A web shop on two servers.
            features: [storefront, checkout]
            essential: [browse, order, pay]
            depends-on: [dns, payments]
            processing-times: { new user: 1 business day, certificate: 4 h }
            capacity: { requests: 1000 requests per minute, users: 50 users }
            prerequisites: [a browser of the last two years]
            team: duty-engineer
            fee: 4000.00 per month
          dns: { title: Names, fee: 100.00 per month }

        suppliers:
          payments: { agreement: payments.yaml, service: gateway }

        support:
          channels:
            email: { contact: help@hostly.example }
            phone: { contact: "+48 22 000 00 01", hours: office }
          priorities:
            P1: { title: Critical, definition: The shop cannot be used. }
            P2: { title: High, definition: A part cannot be used. }
            P3: { title: Normal, definition: Everything else. }
          matrix:
            high: { high: P1, low: P2 }
            low: { high: P2, low: P3 }
          updates: { P1: 30 min, else: 4 h }

        maintenance:
          shop: { window: Sun 02:00-04:00, notice: 72 h, allowance: 4 h per month }

        duties:
          backup: { title: Nightly back-up, every: day, at: 06:00, evidence: required }
          access: { title: Access for the engineers, of: customer, every: month on 1, when-late: excuses what it delays, delays: [reaction] }

        objectives:
          uptime:
            measure: availability
            of: shop
            target: at least 99.9 %
            excluding: [maintenance, customer-caused, force-majeure]
            weight: 60 %
            benchmark: 99.95 %
            benchmark-source: five offers of 2025
          reaction:
            measure: time to respond
            of: tickets of shop
            calendar: { P1: always, else: office }
            within: { P1: 30 min, P2: 2 h, else: 8 h }
            target: at least 95 % of at least 20 tickets
            pauses: [waiting for customer]
            weight: 40 %

        commitments:
          iso-27001: { title: Information security, about: certification, standard: ISO/IEC 27001, evidence: certificate, valid-until: 2027-05-31, when-lapsed: customer may terminate, mend-within: 60 days }
          gdpr: { about: law, standard: GDPR, evidence: record of processing }

        price:
          fees:
            set-up: 2000.00 once
            seats: { amount: 5.00 per user per month, of: shop, title: Seats }
          billed: month in advance
          due: 14 days
          taxes: [ { name: VAT, rate: 23 % } ]
          late-payment: 8 % a year
          changes:
            - { from: 2027-01-01, fees: { shop: 4200.00 per month } }

        exclusions:
          customer-caused: { definition: What the customer's own changes cause., claim-within: 5 business days, decided-by: customer, decided-within: 10 business days, silence: approves }
          force-majeure: { claimed-by: either, claim-within: 10 days, evidence: report of an authority, decided-by: both, at-most: 24 h per month }

        remedies:
          uptime-credit:
            title: Credit for missed availability
            when: uptime is missed
            credit:
              of: fee of shop
              tiers:
                - { from: 99.0 %, below: 99.9 %, pay: 10 % }
                - { from: 95.0 %, below: 99.0 %, pay: 25 % }
                - { below: 95.0 %, pay: 100 % }
              cap-per-12-months: 10000.00
            claim: { within: 30 days }
          late-answers:
            when: reaction is missed
            fine: { pay: 50.00 per ticket, cap-per-period: 1000.00 PLN, smallest: 10.00 }
            paid: within 15 days
          way-out:
            when: uptime is missed in 3 of 6 months or average of uptime over 3 months below 99 %
            entitles: customer to terminate without fee, notice 30 days
          reward:
            when: uptime is exceeded and reaction is met
            bonus: { pay: 1 % }
            grace: 90 days
        remedies-are: the only ones
        statement: { within: 5 business days, approved-by: two people }

        disputes:
          within: 30 days
          finality: 12 months
          steps:
            - { what: Talks between the service managers, within: 10 business days }
            - { what: Mediation, who: the chamber of commerce, within: 30 days }
          law: Polish law
        indemnity: Each side holds the other harmless from claims of third parties that it caused.

        escalation:
          uptime:
            - { at: 50 % of budget, tell: duty-engineer }
            - { at: 80 % of budget, tell: [duty-engineer, service-manager], by: [email, phone], repeat: 1 h }
          reaction:
            - { at: 80 % of clock, tell: duty-engineer }
            - { at: 1 h after breach, tell: service-manager, in-hours-of: office }

        reviews:
          every: quarter on first business day
          held:
            - { on: 2026-04-01, present: [J. Kowalska, Acme IT], findings: [one outage in March], actions: [ { what: Second database server, owner: J. Kowalska, due: 2026-06-30 } ] }

        texts:
          Confidentiality: What the sides learn of each other stays between them.
        """;
}
