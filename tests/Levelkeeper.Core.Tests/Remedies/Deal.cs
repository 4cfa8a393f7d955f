using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Tests.Evaluation;
using Levelkeeper.Core.Tests.Explanations;
using NodaTime;

namespace Levelkeeper.Core.Tests.Remedies;

/// <summary>An agreement about money in code, on the service <c>web</c> from 1 January 2026 on, in UTC; and a random one. The seed says which.</summary>
internal sealed class Deal
{
    public const int Months = 8;

    public static readonly Instant Start = Instant.FromUtc(2026, 1, 1, 0, 0);

    public static readonly Instant End = Instant.FromUtc(2026, 1 + Months, 1, 0, 0);

    private readonly Random _random;

    public Deal(int seed)
    {
        _random = new Random(seed);
        Agreement = Make();
        Facts = [.. Outages()];
    }

    public Agreement Agreement { get; }

    /// <summary>States of the service on whole minutes, in order of time.</summary>
    public ImmutableArray<Fact> Facts { get; }

    public Random Random => _random;

    public static Owed Owed(Agreement agreement, IEnumerable<Fact> facts, Instant? asOf = null) => Owed(AgreementVersions.Of(agreement), facts, asOf);

    public static Owed Owed(AgreementVersions versions, IEnumerable<Fact> facts, Instant? asOf = null)
    {
        var now = asOf ?? End;
        var known = Shop.Log(facts).Effective(now);
        var owed = RemedyEvaluator.Evaluate(versions, known, Evaluator.Evaluate(versions, known, Start, now, now));
        foreach (var line in owed.Lines)
            ExplanationArithmetic.Check(line.Explanation).ShouldBeEmpty();
        return owed;
    }

    public static Fee Fee(decimal amount) => new(amount, CalendarUnit.Month, "", false);

    public static Price PriceOf(decimal fee) => new() { Fees = [new NamedFee("web", "Web", Fee(fee), "web", "", Shop.Stated)] };

    public static Remedy Remedy(string name, RemedyCondition when, AmountRule amount, PaymentKind kind = PaymentKind.Credit) => new()
    {
        Name = name,
        Title = name,
        When = when,
        WhenText = when.ToString(),
        Benefit = new Benefit.Payment(kind, amount),
        Clause = new Clause($"remedies.{name}", Shop.Stated.Place),
        WhenClause = new Clause($"remedies.{name}.when", Shop.Stated.Place),
    };

    public static RemedyCondition Missed(string objective) => new RemedyCondition.Has(objective, ObjectiveOutcome.Missed);

    public static Objective Uptime(string name, decimal percent, CalendarUnit per = CalendarUnit.Month) =>
        Shop.Objective(Shop.TimeUp(), percent: percent) with { Name = name, Title = name, Period = new PeriodRule.Calendar(per) };

    public static AmountRule Rule(Payout pay) => new() { Flat = pay, Clause = Shop.Stated };

    public T Pick<T>(params T[] from) => from[_random.Next(from.Length)];

    /// <summary>Two or three promises with amounts of any kind and caps of any kind.</summary>
    private Agreement Make()
    {
        Objective[] objectives = [Uptime("a", Pick(99m, 99.5m, 99.9m)), Uptime("b", Pick(98m, 99m, 99.95m), Pick(CalendarUnit.Month, CalendarUnit.Week, CalendarUnit.Quarter)), Uptime("c", Pick(97m, 99.9m))];
        return Shop.Agreement([.. objectives]) with
        {
            Currency = Pick("EUR", "JPY", "KWD"),
            Price = PriceOf(Pick(3000m, 1234.56m, 99.99m)) with { Changes = _random.Next(3) == 0 ? [new FeeChange(new LocalDate(2026, 1 + _random.Next(Months), 1 + _random.Next(28)), "web", Fee(Pick(5000m, 777.77m)), Shop.Stated)] : [] },
            Remedies = [.. objectives.Select(o => Remedy($"for-{o.Name}", Missed(o.Name), Amount(), Pick(PaymentKind.Credit, PaymentKind.Fine)) with { EachPays = _random.Next(3) == 0, Arises = _random.Next(4) == 0 ? RemedyArises.AtOnce : RemedyArises.AtPeriodEnd })],
            MostPerPeriod = _random.Next(3) == 0 ? Pick<Cap>(new Cap.Amount(250.01m), new Cap.Share(new Rational(1, 7))) : null,
            MostPer12Months = _random.Next(3) == 0 ? Pick<Cap>(new Cap.Amount(400), new Cap.Share(new Rational(1, 9))) : null,
        };
    }

    private AmountRule Amount()
    {
        var rule = new AmountRule { Clause = Shop.Stated, Rounding = Pick(Enum.GetValues<MoneyRounding>()), TiersAdd = _random.Next(2) == 0, ForEachEvent = _random.Next(3) == 0 };
        // What is worse pays more: a tier below another pays at least as much.
        rule = _random.Next(3) == 0
            ? rule with { Scale = TierScale.Level, Tiers = [Tier(98, 100, 7.5m), Tier(95, 98, 12.34m), Tier(null, 95, 60)] }
            : rule with
            {
                Flat = Pick<Payout>(
                    new Payout.Fixed(123.45m),
                    new Payout.Share(new Rational(1, 13)),
                    new Payout.LostTime(10) { BeyondTarget = _random.Next(2) == 0 },
                    new Payout.PerUnit(Pick<Payout>(new Payout.Fixed(7.77m), new Payout.Share(new Rational(1, 200))), new ExcessUnit.OfTime(Duration.FromMinutes(Pick(60, 37))) { BeyondTarget = _random.Next(2) == 0 }, Pick(Enum.GetValues<UnitCounting>())),
                    new Payout.PerUnit(new Payout.Fixed(3.21m), new ExcessUnit.OfLevel(new Rational(1, 1000)), Pick(Enum.GetValues<UnitCounting>())),
                    new Payout.FreeTime(new Core.Time.TimeAmount.CalendarUnits(0, 2))),
            };
        return rule with
        {
            PerEvent = _random.Next(3) == 0 ? Pick<Cap>(new Cap.Amount(50), new Cap.Share(new Rational(1, 31))) : null,
            PerPeriod = _random.Next(2) == 0 ? Pick<Cap>(new Cap.Amount(200), new Cap.Share(new Rational(1, 11)), new Cap.PriceOf(new Core.Time.TimeAmount.CalendarUnits(0, 3))) : null,
            Per12Months = _random.Next(3) == 0 ? Pick<Cap>(new Cap.Amount(500), new Cap.Share(new Rational(1, 17))) : null,
            Smallest = _random.Next(4) == 0 ? 5 : 0,
        };

        static Tier Tier(decimal? from, decimal below, decimal percent) => new(from is { } low ? Rational.FromPercent(low) : null, Rational.FromPercent(below), new Payout.Share(Rational.FromPercent(percent)), Shop.Stated);
    }

    private IEnumerable<Fact> Outages()
    {
        var at = Start;
        while (true)
        {
            at += Duration.FromMinutes(_random.Next(60, 60 * 24 * 20));
            var length = Duration.FromMinutes(_random.Next(4) == 0 ? _random.Next(1, 60 * 40) : _random.Next(1, 600));
            if (at + length >= End)
                yield break;
            foreach (var fact in Shop.Outage(at, length))
                yield return fact;
            at += length;
        }
    }
}
