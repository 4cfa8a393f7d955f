using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Reports.Tests;

/// <summary>Evaluations as the engine gives them, small enough to check by hand: October 2025 in UTC is 744 h; 30 min 12 s down is 1 - 1812/2678400 = 99.932…%.</summary>
internal static class Samples
{
    public static readonly Instant October = Instant.FromUtc(2025, 10, 1, 0, 0);
    public static readonly Instant November = Instant.FromUtc(2025, 11, 1, 0, 0);
    private const long Second = NodaConstants.TicksPerSecond;
    private static readonly long s_down = 1812 * Second;
    private static readonly long s_month = 744L * 3600 * Second;

    public static Clause Clause(int line, string path) => new(path, new Place("agreement.yaml", line, 3));

    public static FactReference Reference(int line) => new("probe", $"p{line}", "service.down", October.Plus(Duration.FromHours(line)), new Place("facts.jsonl", line));

    public static Explanation AvailabilityTree() => new()
    {
        Title = "availability",
        Value = Quantity.Share(1 - new Rational(s_down, s_month)),
        Derivation = Derivation.Difference,
        Clauses = [Clause(12, "objectives.uptime")],
        Parts =
        [
            new Explanation { Title = "all of the agreed time", Value = Quantity.Share(1) },
            new Explanation
            {
                Title = "share of downtime",
                Value = Quantity.Share(new Rational(s_down, s_month)),
                Derivation = Derivation.Quotient,
                Parts =
                [
                    new Explanation
                    {
                        Title = "downtime that counts",
                        Value = Quantity.Ticks(s_down),
                        Derivation = Derivation.Sum,
                        Parts =
                        [
                            new Explanation
                            {
                                Title = "outage of <checkout> & pay",
                                Value = Quantity.Ticks(s_down),
                                During = TickInterval.Between(October + Duration.FromHours(10), October + Duration.FromHours(10) + Duration.FromTicks(s_down)),
                                Facts = [.. Enumerable.Range(1, 5).Select(Reference)],
                                FactCount = 1_204,
                            },
                        ],
                    },
                    new Explanation
                    {
                        Title = "agreed time", Value = Quantity.Ticks(s_month), Clauses = [Clause(8, "services.shop.operating-hours"), Core.Agreements.Clause.Default("objectives.uptime.no-data")],
                        Remark = "Around the clock.",
                    },
                ],
            },
        ],
    };

    public static ObjectiveEvaluation Objective() => new()
    {
        Agreement = "hostly-acme",
        Objective = "uptime",
        Title = "Online shop is available",
        Service = "shop",
        Period = new EvaluatedPeriod("2025-10", TickInterval.Between(October, November), Running: false),
        Verdict = Verdict.Met,
        IfPendingApproved = Verdict.Met,
        Level = Quantity.Share(1 - new Rational(s_down, s_month)),
        Target = "at least 99.9 %",
        Budget = new BudgetReading(QuantityUnit.Ticks, new Rational(s_month, 1000), s_down, new Rational(s_month, 1000) - s_down, new Rational(s_down * 1000, s_month)),
        Outages = [new OutageReading(TickInterval.Between(October + Duration.FromHours(10), October + Duration.FromHours(10) + Duration.FromTicks(s_down)), s_down, 0, false, ["web"])],
        Explanation = AvailabilityTree(),
        Clause = Clause(12, "objectives.uptime"),
    };

    public static ObjectiveEvaluation Breached() => Objective() with
    {
        Objective = "response",
        Title = "Tickets are answered in time",
        Verdict = Verdict.Breached,
        IfPendingApproved = Verdict.Met,
        Level = Quantity.Share(new Rational(18, 20)),
        Target = "at least 95 % of at least 20 tickets",
        Budget = new BudgetReading(QuantityUnit.Number, 1, 2, -1, new Rational(2, 1)),
        Volume = 20,
        Outages = [],
        Explanation = new Explanation
        {
            Title = "share answered in time",
            Value = Quantity.Share(new Rational(18, 20)),
            Derivation = Derivation.Quotient,
            Parts = [new Explanation { Title = "tickets met", Value = Quantity.Count(18, "tickets") }, new Explanation { Title = "tickets decided", Value = Quantity.Count(20, "tickets") }],
        },
        Clause = Clause(20, "objectives.response"),
    };

    public static AgreementEvaluation Agreement(params ImmutableArray<ObjectiveEvaluation> objectives) => new()
    {
        Agreement = "hostly-acme",
        Title = "Managed hosting for Acme",
        Zone = DateTimeZone.Utc,
        AsOf = November + Duration.FromDays(2),
        Objectives = objectives,
        MatchedFacts = 1_204,
        Unmatched = [new SetAsideFact(Fact(7, "service.down"), "no service of the agreement is called 'blog'")],
        LeftOut = [new SetAsideFact(Fact(9, "service.up"), "<script>alert('x')</script> may not assert service.up")],
    };

    public static Fact Fact(int line, string type) => new()
    {
        Source = "probe",
        Id = $"p{line}",
        Type = type,
        Subject = "blog",
        Time = October + Duration.FromHours(line),
        Data = new FactData.Unknown(),
        Digest = new FactDigest(1, (ulong)line),
        Place = new Place("facts.jsonl", line),
    };
}
