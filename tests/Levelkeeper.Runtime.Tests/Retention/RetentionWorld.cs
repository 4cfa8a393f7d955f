using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Json;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Runtime.Retention;
using Levelkeeper.Runtime.Tests.Live;
using NodaTime;
using NodaTime.Text;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Runtime.Tests.Retention;

/// <summary>Years of an agreement, month by month: facts come, statements are issued, some late or not at all, lines are contested and claimed.</summary>
internal sealed class RetentionWorld
{
    private const string Common = """
        zone: Europe/Warsaw
        currency: EUR
        term: { from: 2022-01-01, length: 8 years }
        calendars:
          office: { weekly: { mon-fri: 09:00-17:00 } }
        services: { site: { title: Site, components: [web, db], fee: 1000.00 per month }, desk: { title: Desk, fee: 400.00 per month } }

        """;

    /// <summary>Agreements that look back in different ways.</summary>
    public static ImmutableArray<AgreementVersions> Agreements { get; } =
    [
        .. new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // A cap in twelve months, credits earned back, a right over a history, an end to corrections, a limit to what is excused in a quarter.
            ["paid"] = """
                exclusions:
                  force-majeure: { decided-by: customer, at-most: 4 h per quarter }
                objectives:
                  uptime: { measure: availability, of: site, target: at least 99.5 %, per: month, combine: all, degraded: up, excluding: force-majeure }
                  fix: { measure: time to resolve, of: tickets of desk, calendar: office, within: 8 h, target: at least 70 %, per: month }
                remedies:
                  credit: { when: uptime is missed, claim: not needed, credit: { of: fee of site, tiers: [ { below: 99.5 %, pay: 10 % }, { below: 97 %, pay: 30 % } ], cap-per-12-months: 700.00 } }
                  slow: { when: fix is missed in 2 consecutive months, claim: { within: 30 days }, credit: { of: fee of desk, pay: 20 % } }
                  back: { when: uptime is met in 3 consecutive months, bonus: { of: what credit gave, pay: 50 % } }
                  leave: { when: uptime is missed in 3 of 6 months, entitles: customer to terminate without fee }
                disputes: { within: 20 days, finality: 60 days }
                """,
            // Nobody ever says the last word, and what is paid late costs.
            ["endless"] = """
                objectives:
                  uptime: { measure: availability, of: site, target: at least 99 %, per: quarter, combine: all, degraded: up }
                  reaction: { measure: time to respond, of: tickets of site, within: 4 h, target: at least 80 %, per: month }
                remedies:
                  credit: { when: reaction is missed, claim: not needed, credit: { of: fee of site, pay: 5 % } }
                  outage: { when: uptime is missed, claim: not needed, credit: { of: fee of site, pay: 10 % } }
                """,
            // Nothing is ever owed; windows slide.
            ["own"] = """
                objectives:
                  uptime: { measure: availability, of: site, target: at least 99 %, per: rolling 60 days, combine: all, degraded: up }
                  requests: { measure: share of requests, of: site, target: at least 95 %, per: month }
                  orders: { measure: sum of orders, target: at least 10, per: year }
                """,
        }.Select(a => LiveWorld.Read(a.Key, $"parties: {{ provider: {{ name: Firma }}, customer: {{ name: Klient }} }}\n{Common}{a.Value}")),
    ];

    private readonly Random _random;
    private readonly List<StampedFact> _log = [];
    private Instant _recorded;

    public RetentionWorld(int seed)
    {
        _random = new Random(seed);
        Versions = Agreements[_random.Next(Agreements.Length)];
        Age = Duration.FromDays(_random.Next(3) switch { 0 => 90, 1 => 200, _ => 400 });
        foreach (var component in (string[])["web", "db"])
            Add(Start, "service.up", component, "");
    }

    public static Instant Start { get; } = Instant.FromUtc(2021, 12, 31, 23, 0);

    public AgreementVersions Versions { get; }

    /// <summary>How old facts must be to go.</summary>
    public Duration Age { get; }

    public IReadOnlyList<StampedFact> Log => _log;

    public List<IssuedStatement> Issued { get; } = [];

    /// <summary>All that a statement says of itself.</summary>
    public static string Form(Statement statement) => Encoding.UTF8.GetString(JsonText.Bytes(json => StatementJson.Write(json, statement, new StatementProvenance("", "", "", "", 0))));

    /// <summary>As two worlds must agree on it: without what is final and shown only, and without old facts that count for nothing.</summary>
    public static string Form(Statement statement, Instant from) => Form(statement with
    {
        Lines = [.. statement.Lines.Where(l => l is not { Kind: StatementLineKind.Adjustment, Standing: LineStanding.Final })],
        Evaluation = statement.Evaluation with { Unmatched = [.. statement.Evaluation.Unmatched.Where(u => u.Fact.Time >= from)], LeftOut = [.. statement.Evaluation.LeftOut.Where(u => u.Fact.Time >= from)] },
    });

    public static Period Month(int number) => new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), DateTimeZoneProviders.Tzdb["Europe/Warsaw"]).Containing(Start + Duration.FromHours(1) + Duration.FromDays(number * 30.4375 + 10));

    /// <summary>A month passes.</summary>
    /// <param name="number">From 0.</param>
    /// <param name="issues">Makes the statement that is issued; null when none is.</param>
    public void Pass(int number, Func<Period, Instant, Statement> issues)
    {
        var month = Month(number);
        for (var i = _random.Next(3, 12); i > 0; i--)
            Happen(month);
        var now = month.During.EndInstant + Duration.FromDays(_random.Next(1, 12));
        _recorded = Instant.Max(_recorded, now);
        // Somebody forgets a month now and then, and never comes back to it.
        if (_random.Next(40) == 0)
            return;
        Issued.Add(IssuedStatement.Of(issues(month, now), ""));
    }

    private void Happen(Period month)
    {
        var at = month.During.StartInstant + Duration.FromMinutes(_random.Next((int)((month.During.End - month.During.Start) / NodaConstants.TicksPerMinute)));
        var (component, ticket) = (_random.Next(2) == 0 ? "web" : "db", $"T-{month.Label}-{_random.Next(4)}");
        switch (_random.Next(14))
        {
            case 0 or 1:
                Add(at, "service.down", component, "");
                if (_random.Next(8) != 0)
                    Add(at + Duration.FromMinutes(_random.Next(5, 3_000)), "service.up", component, "");
                break;
            case 2 or 3 or 4:
                Add(at, "ticket.reported", ticket, $"\"service\":\"{(_random.Next(2) == 0 ? "site" : "desk")}\"");
                if (_random.Next(4) != 0)
                    Add(at + Duration.FromMinutes(_random.Next(600)), "ticket.replied", ticket, "\"by\":\"provider\"");
                // Some take months, some are never resolved.
                if (_random.Next(6) != 0)
                    Add(at + Duration.FromHours(_random.Next(10) == 0 ? _random.Next(3_000) : _random.Next(40)), "ticket.resolved", ticket, "");
                if (_random.Next(10) == 0)
                    Add(at + Duration.FromDays(_random.Next(60)), "ticket.reopened", ticket, "");
                if (_random.Next(8) == 0)
                    Add(at + Duration.FromDays(_random.Next(20)), "ticket.merged", ticket, $"\"into\":\"T-{month.Label}-{_random.Next(4)}\"");
                break;
            case 5:
                Add(at, "probe.result", component, $"\"good\":{(_random.Next(4) == 0 ? "false" : "true")}");
                break;
            case 6:
                Add(at, "measurement.window", "site", $"\"metric\":\"requests\",\"start\":\"{InstantPattern.ExtendedIso.Format(at - Duration.FromHours(1))}\",\"good\":{_random.Next(90, 101)},\"total\":100");
                break;
            case 7:
                Add(at, "business.measured", "", $"\"metric\":\"orders\",\"value\":{_random.Next(5)}");
                break;
            case 8:
                var name = $"X-{_log.Count}";
                Add(at, "exclusion.claimed", "site", $"\"service\":\"site\",\"exclusion\":\"{name}\",\"start\":\"{InstantPattern.ExtendedIso.Format(at - Duration.FromHours(6))}\",\"end\":\"{InstantPattern.ExtendedIso.Format(at)}\",\"cause\":\"force-majeure\",\"by\":\"provider\",\"evidence\":\"e\"");
                if (_random.Next(3) != 0)
                    Add(at + Duration.FromDays(1), _random.Next(2) == 0 ? "exclusion.approved" : "exclusion.rejected", "site", $"\"service\":\"site\",\"exclusion\":\"{name}\",\"by\":\"customer\",\"reason\":\"r\"");
                break;
            case 9 when Issued.Count > 0 && Issued[^1].Lines.Values.FirstOrDefault(l => l.Line is not null)?.Line is { } line:
                Add(at, "dispute.opened", "", $"\"dispute\":\"D-{_log.Count}\",{Line(line)},\"by\":\"customer\",\"reason\":\"r\"");
                if (_random.Next(3) != 0)
                    Add(at + Duration.FromDays(_random.Next(70)), "dispute.settled", "", $"\"dispute\":\"D-{_log.Count - 1}\",\"amount\":{_random.Next(200)},\"by\":\"provider\"");
                break;
            case 10 when Issued.Count > 0 && Issued[^1].Lines.Values.FirstOrDefault(l => l.Line is not null)?.Line is { } owed:
                Add(at, "claim.made", "", $"{Line(owed)},\"by\":\"customer\"");
                break;
            case 11 when _log.Count > 10:
                // Late word of what was long ago, or that it was otherwise.
                var of = _log[^_random.Next(1, Math.Min(_log.Count, 40))].Fact;
                Add(at, _random.Next(2) == 0 ? "fact.retracted" : "fact.corrected", "", $"\"source\":\"{of.Source}\",\"id\":\"{of.Id}\",\"reason\":\"mistaken\",\"time\":\"{InstantPattern.ExtendedIso.Format(of.Time + Duration.FromMinutes(_random.Next(-300, 300)))}\"");
                break;
            case 12:
                Add(at, "maintenance.announced", component, $"\"maintenance\":\"M-{_log.Count}\",\"start\":\"{InstantPattern.ExtendedIso.Format(at + Duration.FromDays(8))}\",\"end\":\"{InstantPattern.ExtendedIso.Format(at + Duration.FromDays(8) + Duration.FromHours(2))}\"");
                break;
            default:
                Add(at, "service.up", component, "");
                break;
        }
    }

    private static string Line(LineName line) => $"\"remedy\":\"{line.Remedy}\",\"period\":\"{line.Period}\"{(line.Event.Length > 0 ? $",\"event\":\"{line.Event}\"" : "")}";

    private void Add(Instant at, string type, string subject, string data)
    {
        var separator = data.Length > 0 ? "," : "";
        var fact = LiveWorld.Fact($"{_log.Count}", "test", type, subject, at, type.StartsWith("fact.", StringComparison.Ordinal) ? data : $"\"customer\":\"Klient\"{separator}{data}");
        _recorded = Instant.Max(_recorded.PlusTicks(1), at + Duration.FromMinutes(_random.Next(8) == 0 ? _random.Next(30_000) : 1));
        _log.Add(new StampedFact(fact, _log.Count + 1, _recorded));
    }
}
