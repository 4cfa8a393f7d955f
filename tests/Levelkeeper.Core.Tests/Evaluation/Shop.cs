using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Tests.Explanations;
using NodaTime;

namespace Levelkeeper.Core.Tests.Evaluation;

/// <summary>A small agreement on a shop, in UTC, from 2026-01-01 on, and facts about it. Days are days of March 2026; the 2nd is a Monday.</summary>
internal static class Shop
{
    public static readonly Clause Stated = new("objectives.x", new Place("shop.yaml", 7, 1));

    public static Instant At(int day, int hour = 0, int minute = 0) => Instant.FromUtc(2026, 3, 1, 0, 0) + Duration.FromDays(day - 1) + Duration.FromHours(hour) + Duration.FromMinutes(minute);

    public static readonly Instant April = At(32);

    public static BusinessCalendar Office { get; } = new(new CalendarDefinition(
        DateTimeZone.Utc, new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(9, 0), new LocalTime(17, 0))) }));

    public static Agreement Agreement(params ImmutableArray<Objective> objectives) => new()
    {
        Id = "shop-2026",
        Title = "The shop",
        Provider = new Party(PartyRole.Provider, "Hosting", "", []),
        Customer = new Party(PartyRole.Customer, "Acme", "", ["ACME Ltd"]),
        Term = new Term(new LocalDate(2026, 1, 1), null),
        Zone = DateTimeZone.Utc,
        Calendars = ImmutableSortedDictionary<string, BusinessCalendar>.Empty.Add("always", BusinessCalendar.Always).Add("office", Office),
        Services = [Service("web"), Service("cluster") with { Components = ["a", "b"] }],
        Objectives = objectives,
    };

    public static Service Service(string name) => new() { Name = name, Title = name, Clause = Stated };

    public static Objective Objective(Indicator indicator, string service = "web", decimal percent = 99m) => new()
    {
        Name = "x",
        Title = "X",
        Service = service,
        Indicator = indicator,
        Period = new PeriodRule.Calendar(CalendarUnit.Month),
        Target = LevelTarget.AtLeastPercent(percent),
        TargetUnit = QuantityUnit.Share,
        TargetText = $"at least {percent} %",
        Clause = Stated,
        TargetClause = Stated,
        PeriodClause = Stated,
    };

    public static Objective WithTarget(this Objective objective, LevelComparison comparison, Rational bound, QuantityUnit unit = QuantityUnit.Number) =>
        objective with { Target = new LevelTarget(comparison, bound), TargetUnit = unit };

    /// <summary>Up before anything is known and confirmed at once, unless a test says otherwise.</summary>
    public static AvailabilityPolicy Policy { get; } = AvailabilityPolicy.Default with { ConfirmingChecks = 1, Initial = InitialState.Up, ExcusingCauses = ["flood"] };

    public static Indicator.Availability TimeUp(AvailabilityPolicy? policy = null, CombinationKind kind = CombinationKind.All) =>
        new(policy ?? Policy, new ComponentCombination(kind, 1), null);

    public static Indicator.Clock Clock(ClockDefinition definition, ClockStatistic? statistic = null, CountedIn countedIn = CountedIn.Decided) =>
        new(definition, statistic ?? new ClockStatistic.ShareInTime(), countedIn, TicketFilter.All);

    public static Indicator.Values Values(Aggregation aggregation, string metric = "leads") => new(metric, new MeasurementRule { Aggregation = aggregation }, TicketFilter.All);

    public static Fact Fact(string id, Instant time, FactData data, string subject = "web", string source = "monitor", FactAddress? address = null) => new()
    {
        Source = source,
        Id = id,
        Type = FactTypes.Of(data) ?? "com.example.other",
        Subject = subject,
        Time = time,
        Address = address ?? FactAddress.None,
        Data = data,
        Digest = new FactDigest((ulong)time.ToUnixTimeTicks(), (ulong)id.GetHashCode(StringComparison.Ordinal)),
    };

    public static FactAddress OfService(string service, string customer = "", string agreement = "") => FactAddress.None with { Service = service, Customer = customer, Agreement = agreement };

    public static FactAddress Labelled(string label, string value) => FactAddress.None with { Labels = FactAddress.None.Labels.Add(label, value) };

    public static Fact State(Instant time, ServiceState state, string subject = "web") => Fact($"{subject}/{time}/{state}", time, FactData.StateChanged.To(state), subject);

    public static Fact[] Outage(Instant from, Duration length, string subject = "web") => [State(from, ServiceState.Down, subject), State(from + length, ServiceState.Up, subject)];

    public static Fact[] Ticket(string ticket, Instant reported, Instant? resolved, string service = "web", string priority = "P1")
    {
        var report = Fact($"{ticket}/reported", reported, new FactData.TicketReported(priority, "new", "e-mail", Actor.Customer, null), ticket, "desk", OfService(service));
        return resolved is { } at ? [report, Fact($"{ticket}/resolved", at, new FactData.TicketResolved(null), ticket, "desk")] : [report];
    }

    public static Fact Measured(Instant time, decimal value, string member = "", string metric = "leads", string service = "") =>
        Fact($"{metric}/{time}/{member}/{value}", time, new FactData.Measured(metric, value, member, null), "", "crm", service.Length > 0 ? OfService(service) : null);

    /// <summary>The facts, each recorded when it happened (or in order of appending, where several happened at once).</summary>
    public static FactSet Log(params IEnumerable<Fact> facts)
    {
        var log = new FactLog();
        foreach (var fact in facts)
            log.Append(fact, fact.Time);
        return log.ToSet();
    }

    public static AgreementEvaluation Evaluate(Agreement agreement, IEnumerable<Fact> facts, Instant? asOf = null, Instant? from = null, Instant? to = null)
    {
        var now = asOf ?? April;
        var result = Evaluator.Evaluate(agreement, Log(facts).Effective(now), from ?? At(1), to ?? April, now);
        foreach (var objective in result.Objectives)
            AddsUp(objective);
        return result;
    }

    /// <summary>The result of an agreement's only objective for March 2026.</summary>
    public static ObjectiveEvaluation March(Objective objective, IEnumerable<Fact> facts, Instant? asOf = null, Func<Agreement, Agreement>? with = null)
    {
        var agreement = Agreement(objective);
        return Evaluate(with?.Invoke(agreement) ?? agreement, facts, asOf).Objectives.ShouldHaveSingleItem();
    }

    public static void AddsUp(ObjectiveEvaluation evaluation)
    {
        ExplanationArithmetic.Check(evaluation.Explanation).ShouldBeEmpty();
        foreach (var member in evaluation.Members)
            AddsUp(member);
        if (evaluation.Budget is { } budget)
            budget.Remaining.ShouldBe(budget.Allowed - budget.Consumed);
    }
}
