using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Core.Tests.Evaluation;
using Levelkeeper.Core.Tests.Remedies;
using NodaTime;

namespace Levelkeeper.Core.Tests.Statements;

/// <summary>What holds for the statements of any agreement, whatever is known when.</summary>
public sealed class StatementProperties
{
    [Fact]
    public void Adjustments_bring_the_sum_of_all_statements_to_what_the_facts_give_in_the_end() => ForAll(60, seed =>
    {
        var deal = new Deal(seed);
        var random = deal.Random;
        var agreement = deal.Agreement with { Remedies = [.. deal.Agreement.Remedies.Select(r => random.Next(3) == 0 ? r with { Claim = new ClaimRule(null, "", "", Shop.Stated) } : r)] };
        // A third of the facts become known late, up to three months.
        var known = deal.Facts.Select(f => (Fact: f, Recorded: random.Next(3) == 0 ? f.Time + Duration.FromHours(random.Next(90 * 24)) : f.Time)).ToList();
        foreach (var remedy in agreement.Remedies)
        {
            for (var month = 1; month <= 10; month++)
            {
                var at = Instant.FromUtc(2026, month + 1, 5 + random.Next(20), 12, 0);
                known.Add((OfMoney($"claim {remedy.Name} {month}", at, new FactData.ClaimMade(new LineName(remedy.Name, $"2026-{month:D2}", ""), "Acme", "")), at));
            }
        }

        var issued = new List<IssuedStatement>();
        for (var month = 1; month <= 10; month++)
            Issue($"2026-{month:D2}", Instant.FromUtc(2026, month + 1, 10, 0, 0));

        // In the end everything is known, and the customer accepts what is lower than it was told.
        var last = Instant.FromUtc(2026, 12, 20, 0, 0);
        known.RemoveAll(k => k.Fact.Data is FactData.ClaimMade);
        foreach (var line in issued.SelectMany(s => s.Lines.Values).Select(l => l.Line!.Value).Concat(Owed().Lines.Select(l => l.Name)).Distinct())
        {
            known.Add((OfMoney($"claim {line}", last, new FactData.ClaimMade(line, "Acme", "")), last));
            known.Add((OfMoney($"accept {line}", last, new FactData.AdjustmentAccepted(line, "Acme")), last));
        }

        Issue("2026-11", last);
        var expected = Owed().Lines.ToDictionary(l => l.Name, l => l.Amount);
        var sums = issued.SelectMany(s => s.Lines.Values).GroupBy(l => l.Line!.Value).ToDictionary(g => g.Key, g => g.Aggregate(Rational.Zero, (sum, l) => sum + l.Payable));
        foreach (var name in expected.Keys.Concat(sums.Keys).Distinct())
            sums.GetValueOrDefault(name).ShouldBe(expected.GetValueOrDefault(name), name.ToString());

        void Issue(string label, Instant asOf)
        {
            var statement = Make(label, asOf);
            statement.Lines.Select(l => l.Id).ShouldBeUnique();
            statement.PayableBy(PartyRole.Provider).ShouldBe(statement.Lines.Aggregate(Rational.Zero, (sum, l) => sum + l.Payable));
            issued.Add(IssuedStatement.Of(statement, ""));
        }

        Statement Make(string label, Instant asOf) =>
            StatementMaker.Make(AgreementVersions.Of(agreement), Known(asOf), PeriodCalendar.Parse(label, DateTimeZone.Utc, [])!, asOf, issued);

        EffectiveFacts Known(Instant asOf)
        {
            var log = new FactLog();
            foreach (var (fact, recorded) in known.Where(k => k.Recorded <= asOf).OrderBy(k => k.Recorded))
                log.Append(fact, recorded);
            return log.ToSet().Effective(asOf);
        }

        Owed Owed()
        {
            var facts = Known(last);
            return RemedyEvaluator.Evaluate(AgreementVersions.Of(agreement), facts, Evaluator.Evaluate(agreement, facts, Deal.Start, Instant.FromUtc(2026, 12, 1, 0, 0), last));
        }
    });

    private static Fact OfMoney(string id, Instant at, FactData data) => Shop.Fact(id, at, data, "", "desk", Shop.OfService("", agreement: "shop-2026"));

    private static void ForAll(int times, Action<int> property) => FsCheck.Check.One(Seeds.Config(times), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), property));
}
