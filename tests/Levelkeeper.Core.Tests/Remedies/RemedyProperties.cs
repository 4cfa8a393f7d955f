using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Tests.Evaluation;
using Levelkeeper.Core.Time;
using Levelkeeper.Reference;
using NodaTime;

namespace Levelkeeper.Core.Tests.Remedies;

/// <summary>What holds for any agreement and any facts.</summary>
public sealed class RemedyProperties
{
    [Fact]
    public void Percent_tiers_caps_and_the_best_of_several_agree_with_the_reference() => ForAll(200, seed =>
    {
        var random = new Random(seed);
        var promises = Promises(random);
        var (days, fees) = (new List<int>(), new List<Rational>());
        const decimal fee = 1234.56m;
        var change = random.Next(2) == 0 ? new LocalDate(2026, random.Next(1, 13), random.Next(1, 29)) : (LocalDate?)null;
        const int months = 16;
        for (var i = 0; i < months; i++)
        {
            var first = new LocalDate(2026, 1, 1).PlusMonths(i);
            var length = NodaTime.Period.DaysBetween(first, first.PlusMonths(1));
            // A price that changes inside the month counts by days.
            var before = change is not { } date ? length : Math.Clamp(NodaTime.Period.DaysBetween(first, date), 0, length);
            days.Add(length);
            fees.Add((Rational.From(fee) * before + 2000 * (length - before)) / length);
        }

        var down = days.Select(d => random.Next(3) == 0 ? 0 : random.Next(4) == 0 ? random.Next(d * 24 * 60) : random.Next(1500)).ToImmutableArray();
        Rational? cap = random.Next(2) == 0 ? new Rational(random.Next(1, 60_000), 100) : null;
        var expected = new ReferenceCredits(promises, [.. days.Zip(fees)], down, cap).Cents();

        var agreement = Shop.Agreement([.. promises.Select(p => Deal.Uptime(p.Name, 0) with { Target = new(Core.Availability.LevelComparison.AtLeast, p.Target) })]) with
        {
            Currency = "EUR",
            Price = Deal.PriceOf(fee) with { Changes = change is { } at ? [new FeeChange(at, "web", Deal.Fee(2000), Shop.Stated)] : [] },
            Remedies = [.. promises.Select(RemedyOf)],
            MostPerPeriod = cap is { } most ? new Cap.Amount((decimal)most.Numerator / (decimal)most.Denominator) : null,
        };
        // Each month's minutes in one outage somewhere inside it.
        var facts = new List<Fact>();
        for (var i = 0; i < months; i++)
        {
            var start = new LocalDate(2026, 1, 1).PlusMonths(i).AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
            if (down[i] > 0)
                facts.AddRange(Shop.Outage(start + Duration.FromMinutes(random.Next(days[i] * 24 * 60 - down[i])), Duration.FromMinutes(down[i])));
        }

        var end = new LocalDate(2026, 1, 1).PlusMonths(months).AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
        var lines = Deal.Owed(agreement, facts, end).Lines.ToDictionary(l => (l.Remedy.Name, l.Period.Span.Start), l => l.Amount);
        for (var p = 0; p < promises.Length; p++)
        {
            for (var i = 0; i < months; i++)
            {
                var start = new LocalDate(2026, 1, 1).PlusMonths(i).AtStartOfDayInZone(DateTimeZone.Utc).ToInstant().ToUnixTimeTicks();
                lines.GetValueOrDefault((promises[p].Name, start)).ShouldBe(new Rational(expected[p, i], 100), $"{promises[p]} in month {i}, {down[i]} min");
            }
        }
    });

    private static ImmutableArray<ReferencePromise> Promises(Random random)
    {
        return [.. Enumerable.Range(1, random.Next(1, 4)).Select(i => new ReferencePromise(
            $"p{i}", Percent(99m, 99.9m, 98m),
            [Tier(98, 99.95m, 5, 10, 7.77m), Tier(95, 98, 15, 25, 33.33m), Tier(null, 95, 50, 100, 66.67m)],
            random.Next(2) == 0, Percent(100, 30, 45.5m), random.Next(2) == 0 ? Percent(2, 5, 12.5m) : null, random.Next(3) == 0))];

        Rational Percent(params decimal[] of) => Rational.FromPercent(of[random.Next(of.Length)]);

        ReferenceTier Tier(decimal? from, decimal below, params decimal[] pay) => new(from is { } low ? Rational.FromPercent(low) : null, Rational.FromPercent(below), Percent(pay));
    }

    private static Remedy RemedyOf(ReferencePromise promise) => Deal.Remedy(promise.Name, Deal.Missed(promise.Name), new AmountRule
    {
        Clause = Shop.Stated,
        Scale = TierScale.Level,
        Tiers = [.. promise.Tiers.Select(t => new Tier(t.From, t.Below, new Payout.Share(t.Pay), Shop.Stated))],
        TiersAdd = promise.EveryTier,
        PerPeriod = new Cap.Share(promise.CapInMonth),
        Per12Months = promise.CapInYear is { } share ? new Cap.Share(share) : null,
    }) with { EachPays = promise.EachPays };

    [Fact]
    public void No_cap_is_ever_passed() => ForAll(150, seed =>
    {
        var deal = new Deal(seed);
        var agreement = deal.Agreement;
        var lines = Deal.Owed(agreement, deal.Facts).Lines;
        var fees = new FeeSchedule(AgreementVersions.Of(agreement), []);
        foreach (var remedy in agreement.Remedies)
        {
            var rule = ((Benefit.Payment)remedy.Benefit).Amount;
            var own = lines.Where(l => l.Remedy.Name == remedy.Name).ToList();
            foreach (var period in own.GroupBy(l => l.Period.Span))
            {
                if (rule.PerPeriod is { } perPeriod)
                    Sum(period).ShouldBeLessThanOrEqualTo(Size(perPeriod, period.Key));
                if (rule.PerEvent is { } perEvent)
                    Sum(period).ShouldBeLessThanOrEqualTo(Size(perEvent, period.Key) * period.SelectMany(l => l.Events).Distinct().Count());
                if (rule.Per12Months is { } perYear)
                {
                    var year = Back(period.Key.End);
                    Sum(own.Where(l => year.Contains(l.Period.Span.End - 1))).ShouldBeLessThanOrEqualTo(perYear is Cap.Share share ? share.Of * fees.Of("web", year).Amount : Size(perYear, period.Key));
                }
            }
        }

        foreach (var line in lines)
        {
            var month = new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), DateTimeZone.Utc).Containing(line.Arises - Duration.FromTicks(1)).During;
            if (agreement.MostPerPeriod is { } perPeriod)
                Sum(lines.Where(l => month.Contains(l.Arises.ToUnixTimeTicks() - 1))).ShouldBeLessThanOrEqualTo(Size(perPeriod, month));
            var year = Back(line.Arises.ToUnixTimeTicks());
            if (agreement.MostPer12Months is { } perYear)
                Sum(lines.Where(l => year.Contains(l.Arises.ToUnixTimeTicks() - 1))).ShouldBeLessThanOrEqualTo(Size(perYear, year));
        }

        Rational Size(Cap cap, TickInterval span) => cap switch
        {
            Cap.Amount amount => Rational.From(amount.Of),
            Cap.Share share => share.Of * fees.Of("web", span).Amount,
            Cap.PriceOf { Length: TimeAmount.CalendarUnits { Days: var days } } => fees.Of("web", span).Amount * days * NodaConstants.TicksPerDay / span.Intersect(agreement.TermTime).Length,
            _ => throw new InvalidOperationException("Not among the deal's."),
        };

        static TickInterval Back(long end) => new(Instant.FromUnixTimeTicks(end).InUtc().LocalDateTime.PlusMonths(-12).InUtc().ToInstant().ToUnixTimeTicks(), end);
    });

    [Fact]
    public void Every_amount_is_a_multiple_of_the_currencys_smallest_one_and_not_negative() => ForAll(100, seed =>
    {
        var deal = new Deal(seed);
        var unit = MoneyRoundings.MinorUnit(deal.Agreement.Currency);
        foreach (var line in Deal.Owed(deal.Agreement, deal.Facts).Lines)
        {
            foreach (var amount in (Rational[])[line.Amount, line.WouldBe, line.AtMost, line.IfApproved ?? 0])
            {
                (amount / unit).Denominator.IsOne.ShouldBeTrue($"{line.Name}: {amount}");
                amount.Sign.ShouldBeGreaterThanOrEqualTo(0);
            }

            line.AtMost.ShouldBeGreaterThanOrEqualTo(line.Amount);
            (line.State == OwedState.Owed || line.Amount.Sign == 0).ShouldBeTrue(line.Name.ToString());
        }
    });

    [Fact]
    public void More_downtime_never_pays_less() => ForAll(80, seed =>
    {
        var deal = new Deal(seed);
        // What stands together with others may go over to them, what is at once may come first, and what is shared by a cap on everything may be another's: each remedy by itself.
        foreach (var remedy in deal.Agreement.Remedies)
        {
            var rule = ((Benefit.Payment)remedy.Benefit).Amount;
            var alone = deal.Agreement with { Remedies = [remedy], MostPerPeriod = null, MostPer12Months = null };
            var before = Sum(Deal.Owed(alone, deal.Facts).Lines);
            var at = Deal.Start + Duration.FromMinutes(deal.Random.Next(Deal.Months * 28 * 24 * 60));
            var end = at + Duration.FromMinutes(deal.Random.Next(1, 900));
            // The service is down in that time, whatever was said of it; afterwards it is as it was.
            var then = deal.Facts.LastOrDefault(f => f.Time <= end) is { Data: FactData.StateChanged { State: var state } } ? state : ServiceState.Up;
            var after = Deal.Owed(alone, [.. deal.Facts.Where(f => f.Time < at || f.Time > end), Shop.State(at, ServiceState.Down), Shop.State(end, then)]);
            // Clauses by which more can be less: outages that become one are one event, with a cap for each or each rounded; what a cap leaves may be too small to be paid out.
            if (rule.PerEvent is null && !rule.ForEachEvent && (rule.Smallest == 0 || rule.Per12Months is null))
                Sum(after.Lines).ShouldBeGreaterThanOrEqualTo(before, $"{rule.Flat} {at} {end}");
        }
    });

    [Fact]
    public void An_outage_that_is_told_in_two_parts_is_one() => ForAll(60, seed =>
    {
        var deal = new Deal(seed);
        var starts = deal.Facts.Where(f => f.Data is FactData.StateChanged { State: ServiceState.Down }).ToList();
        if (starts.Count == 0)
            return;
        var start = starts[deal.Random.Next(starts.Count)];
        var end = deal.Facts.First(f => f.Time > start.Time).Time;
        var middle = start.Time + Duration.FromTicks(deal.Random.NextInt64((end - start.Time).BclCompatibleTicks));
        var split = deal.Facts.Add(Shop.State(middle, ServiceState.Down) with { Id = "again" });
        Text(Deal.Owed(deal.Agreement, split.OrderBy(f => f.Time))).ShouldBe(Text(Deal.Owed(deal.Agreement, deal.Facts)));
    });

    [Fact]
    public void An_amendment_that_changes_nothing_changes_nothing() => ForAll(60, seed =>
    {
        var deal = new Deal(seed);
        var from = new LocalDate(2026, 1, 1).PlusDays(deal.Random.Next(1, 230));
        var versions = new AgreementVersions(
            new AgreementVersion(deal.Agreement.Term.From, deal.Agreement),
            new AgreementVersion(from, deal.Agreement) { Unchanged = [.. deal.Agreement.Objectives.Select(o => o.Name)] });
        Text(Deal.Owed(versions, deal.Facts)).ShouldBe(Text(Deal.Owed(deal.Agreement, deal.Facts)));
    });

    [Fact]
    public void The_fees_of_the_parts_of_a_span_are_those_of_the_span() => ForAll(200, seed =>
    {
        var deal = new Deal(seed);
        var random = deal.Random;
        var agreement = deal.Agreement with { Price = deal.Agreement.Price with { Fees = [.. deal.Agreement.Price.Fees, new NamedFee("yearly", "Yearly", new Fee(365.25m, CalendarUnit.Year, "", false), "", "", Shop.Stated), new NamedFee("users", "Users", new Fee(3.33m, CalendarUnit.Month, "user", false), "web", "", Shop.Stated)] } };
        var counts = Enumerable.Range(0, 4).Select(i => Shop.Fact($"n{i}", Deal.Start + Duration.FromMinutes(i * random.Next(1, 90_000)), new FactData.UnitsCounted("user", random.Next(100))));
        var fees = new FeeSchedule(AgreementVersions.Of(agreement), counts);
        var cuts = Enumerable.Range(0, 4).Select(_ => Deal.Start.ToUnixTimeTicks() + random.NextInt64((Deal.End - Deal.Start).BclCompatibleTicks)).Order().ToList();
        PeriodRule? rule = random.Next(2) == 0 ? null : new PeriodRule.OwnMonths(new LocalDate(2026, 1, random.Next(1, 29)), 1);
        var whole = Fees(cuts[0], cuts[^1]);
        cuts.Zip(cuts.Skip(1), Fees).Aggregate(Rational.Zero, (sum, f) => sum + f).ShouldBe(whole);

        Rational Fees(long start, long end)
        {
            var (amount, unknown) = fees.Of(null, new TickInterval(start, end), rule);
            unknown.ShouldBeNull();
            return amount;
        }
    });

    [Fact]
    public void Facts_in_any_order_give_the_same_amounts() => ForAll(40, seed =>
    {
        var deal = new Deal(seed);
        Fact[] shuffled = [.. deal.Facts];
        deal.Random.Shuffle(shuffled);
        Text(Deal.Owed(deal.Agreement, shuffled)).ShouldBe(Text(Deal.Owed(deal.Agreement, deal.Facts)));
    });

    [Fact]
    public void Shares_of_a_sum_come_to_the_sum_and_lie_within_a_unit_of_what_is_exact() => ForAll(300, seed =>
    {
        var random = new Random(seed);
        var unit = new Rational(1, 100);
        var weights = Enumerable.Range(0, random.Next(1, 9)).Select(_ => new Rational(random.Next(0, 100_000), 100)).Append(unit).ToImmutableArray();
        var sum = new Rational(random.Next(0, 1_000_000), 100);
        var shares = Limits.Shared(sum, unit, weights);
        Total(shares).ShouldBe(sum);
        foreach (var (share, weight) in shares.Zip(weights))
        {
            var off = share - sum * weight / Total(weights);
            (off < unit && off > -unit).ShouldBeTrue($"{share}");
        }
    });

    [Fact]
    public void The_choice_of_who_pays_for_an_event_is_the_largest_of_all_choices() => ForAll(300, seed =>
    {
        var random = new Random(seed);
        var lines = Enumerable.Range(0, random.Next(1, 9)).Select(i => (Line: Line($"r{i}", $"o{random.Next(6)}", random), Amount: (Rational)random.Next(1, 50))).ToList();
        var outdone = Together.Outdone(lines);
        var kept = lines.Where(l => !outdone.ContainsKey(l.Line.Name)).ToList();
        foreach (var one in kept)
            kept.ShouldAllBe(other => one.Line.Name == other.Line.Name || !Together.Compete(one.Line, other.Line));
        // Every subset that pays no event twice.
        var best = Enumerable.Range(0, 1 << lines.Count).Select(set => lines.Where((_, i) => (set >> i & 1) == 1).ToList())
            .Where(set => set.TrueForAll(a => set.TrueForAll(b => a.Line.Name == b.Line.Name || !Together.Compete(a.Line, b.Line))))
            .Select(set => Total(set.Select(l => l.Amount))).Max();
        Total(kept.Select(l => l.Amount)).ShouldBe(best);
        foreach (var (name, by) in outdone)
            Together.Compete(lines.Single(l => l.Line.Name == name).Line, lines.Single(l => l.Line.Name == by).Line).ShouldBeTrue();
    });

    private static OwedLine Line(string remedy, string objective, Random random)
    {
        var start = random.Next(10);
        return new OwedLine
        {
            Name = new LineName(remedy, "2026-04", ""),
            Remedy = Deal.Remedy(remedy, Deal.Missed(objective), Deal.Rule(new Payout.Fixed(1))) with { EachPays = random.Next(5) == 0 },
            Objective = objective,
            Service = "web",
            Period = new Core.Evaluation.EvaluatedPeriod("2026-04", new TickInterval(0, 100), false),
            State = OwedState.Owed,
            Arises = Instant.FromUnixTimeTicks(100),
            Explanation = new Core.Explanations.Explanation { Title = "x", Derivation = Core.Explanations.Derivation.Narrative },
            Events = [new OwedEvent(OwedEventKind.Outage, "", new TickInterval(start, start + random.Next(1, 4)))],
        };
    }

    private static Rational Sum(IEnumerable<OwedLine> lines) => Total(lines.Select(l => l.Amount));

    private static Rational Total(IEnumerable<Rational> amounts) => amounts.Aggregate(Rational.Zero, (sum, a) => sum + a);

    private static string Text(Owed owed) => string.Join('\n', owed.Lines.Select(l => $"{l.Name} {l.State} {l.Arises} {l.Amount} {l.WouldBe} {l.AtMost} {l.OutdoneBy} {l.CapReached}"));

    private static void ForAll(int times, Action<int> property) => FsCheck.Check.One(Seeds.Config(times), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), property));
}
