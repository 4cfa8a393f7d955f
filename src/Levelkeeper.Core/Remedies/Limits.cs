using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Remedies;

/// <summary>What limits amounts beside their own rule: what stands together with them, caps, the smallest amount, rounding. Keeps what was given before; candidates come in order of time.</summary>
/// <remarks>
/// A cap counts what is paid: each line is rounded first, and where the cap is what limits it, rounded down, so that no cap is passed by a rounding.
/// </remarks>
internal sealed class Limits(FeeSchedule fees, IReadOnlyDictionary<LineName, Rational> final)
{
    private const int MonthsOfYear = 12;

    private readonly List<Given> _given = [];

    /// <summary>A line that gives something.</summary>
    private sealed record Given(OwedLine Line, Rational Amount, TickInterval Period, TickInterval Invoice);

    /// <summary>What a remedy gave in the twelve months before an instant, less what was earned back of it.</summary>
    public Rational GivenBy(string remedy, long end, DateTimeZone zone)
    {
        var year = YearBefore(end, zone);
        return Sum(_given.Where(g => year.Contains(g.Period.End - 1) && g.Line.Remedy.Name == remedy))
            - Sum(_given.Where(g => year.Contains(g.Period.End - 1) && g.Line.Remedy.Benefit is Benefit.Payment { Amount.Base: AmountBase.GivenBy by } && by.Remedy == remedy));
    }

    /// <summary>The lines of candidates that arise at one instant, in their order.</summary>
    public IEnumerable<OwedLine> Settle(List<Candidate> candidates)
    {
        if (candidates.Count == 0)
            return [];
        var paying = candidates.Where(c => c.Reach is not null && c.Line.State == OwedState.Owed).ToList();
        var outdone = Together.Outdone([.. paying.Select(c => (c.Line, Room(c).Amount)).Where(c => c.Amount.Sign > 0)]);
        var lines = new List<(Candidate Candidate, OwedLine Line)>();
        foreach (var candidate in candidates)
            lines.Add((candidate, candidate.Reach is null ? candidate.Line : Settle(candidate, outdone.GetValueOrDefault(candidate.Line.Name))));
        return Smallest(InTotal(lines));
    }

    private OwedLine Settle(Candidate candidate, LineName? outdoneBy)
    {
        var (line, reach, currency) = (candidate.Line, candidate.Reach!, candidate.Agreement.Currency);
        if (outdoneBy is not null)
            return line with { State = OwedState.OutdoneByAnother, OutdoneBy = outdoneBy, WouldBe = Rounded(candidate, reach.Least.Amount), Explanation = Tree(line, reach.Least.Explanation, "Another line gives more for the same event.") };
        if (reach.Least.Amount.Sign == 0 && reach.Most.Sign == 0)
            return line with { State = line.State == OwedState.Owed ? OwedState.Nothing : line.State, Explanation = Tree(line, reach.Least.Explanation) };
        var (amount, steps, tree, reached, earlier, unknown) = Room(candidate);
        if (unknown is not null)
            return line with { State = OwedState.NotComputed, Unknown = unknown, Explanation = Tree(line, reach.Least.Explanation, $"Not computed: {unknown}.") };
        var rounded = Rounded(candidate, amount, reached);
        // What limits the certain part limits what the evidence allows at most as well.
        var most = reach.Most == reach.Least.Amount ? rounded : Within(candidate, reach.Most);
        if (rounded != amount)
        {
            steps = steps.Add(new AmountStep(AmountStepKind.Rounded, Money(amount), Money(rounded), null, "", candidate.Rule.Clause));
            tree = Parts.Derived("rounded to the currency's smallest amount", Money(rounded), Derivation.Rounded, tree, Parts.Given("smallest amount", Money(MoneyRoundings.MinorUnit(currency))));
        }

        var settled = line with { Steps = [.. line.Steps, .. steps], Explanation = Tree(line, tree), CapReached = reached, AtMost = Rational.Max(rounded, most), IfApproved = line.IfApproved is { } approved ? Within(candidate, approved) : null };
        if (line.State == OwedState.InsufficientEvidence)
            return settled with { Explanation = Tree(line, tree, "The evidence allows that nothing is owed, so nothing is.") };
        if (line.State != OwedState.Owed)
            return settled with { WouldBe = rounded };
        if (amount.Sign > 0 || reach.Least.Amount.Sign == 0)
            return settled with { Amount = rounded };
        return earlier is { } other ? settled with { State = OwedState.OutdoneByAnother, OutdoneBy = other, WouldBe = Rounded(candidate, reach.Least.Amount) } : settled with { State = OwedState.CappedToNothing };

        Quantity Money(Rational of) => Quantity.Money(of, currency);
    }

    /// <summary>What another amount that it might have come to is as far as it has room.</summary>
    private Rational Within(Candidate candidate, Rational other)
    {
        var reach = candidate.Reach!;
        var limited = Room(candidate with { Reach = reach with { Least = reach.Least with { Amount = other } } });
        return Rounded(candidate, limited.Amount, limited.CapReached);
    }

    /// <summary>An amount as far as it has room.</summary>
    /// <param name="Amount">Exact.</param>
    /// <param name="Steps">What limited it.</param>
    /// <param name="Tree">The same as a tree.</param>
    /// <param name="CapReached">Whether a cap in the period or in twelve months was reached.</param>
    /// <param name="Outdone">The line that left no room, because it gave for the same event; null for none.</param>
    /// <param name="Unknown">What the size of a cap depends on and is not known; null where all is.</param>
    private readonly record struct Limited(Rational Amount, ImmutableArray<AmountStep> Steps, Explanation Tree, bool CapReached, LineName? Outdone, string? Unknown);

    /// <summary>The certain amount as far as caps and what was given for the same event leave room for it.</summary>
    private Limited Room(Candidate candidate)
    {
        var (line, rule, reach, agreement) = (candidate.Line, candidate.Rule, candidate.Reach!, candidate.Agreement);
        var steps = ImmutableArray.CreateBuilder<AmountStep>();
        var (amount, tree, reached) = (reach.Least.Amount, reach.Least.Explanation, false);
        LineName? outdone = null;
        string? unknown = null;

        if (rule.PerEvent is { } perEvent)
            Cap(AmountStepKind.CapPerEvent, "cap for one event", reach.Reckoning.Of(perEvent, reach.Basis.Amount) * (rule.ForEachEvent ? 1 : Math.Max(1, line.Events.Length)), 0, false);
        if (Earlier(line) is { } earlier && earlier.Amount.Sign > 0)
        {
            var rest = Rational.Max(0, amount - earlier.Amount);
            steps.Add(new AmountStep(AmountStepKind.Together, Money(earlier.Amount), Money(rest), null, earlier.Name, line.Remedy.Clause));
            tree = rest.Sign == 0
                ? Parts.Derived("left beyond what was given for the same event", Money(0), Derivation.Product, tree, Parts.Given("none", new Quantity(0, QuantityUnit.Number)))
                : Parts.Derived("left beyond what was given for the same event", Money(rest), Derivation.Difference, tree, Parts.Given(earlier.Name, Money(earlier.Amount)));
            (amount, outdone) = (rest, rest.Sign == 0 ? earlier.Largest : null);
        }

        if (rule.PerPeriod is { } perPeriod)
        {
            var byInvoice = rule.CapMeasuredOn == CapMeasure.Invoice;
            var invoice = RemedyEvaluator.InvoiceOf(agreement, line.Arises);
            Cap(
                AmountStepKind.CapPerPeriod,
                "cap in the period",
                reach.Reckoning.Of(perPeriod, byInvoice ? Known(fees.Of(null, invoice)) : reach.Basis.Amount),
                Sum(_given.Where(g => g.Line.Remedy.Name == line.Remedy.Name && (byInvoice ? g.Invoice == invoice : g.Line.Period.Span == line.Period.Span))),
                true);
        }

        if (rule.Per12Months is { } perYear)
        {
            var year = YearBefore(line.Period.Span.End, agreement.Zone);
            var basis = perYear is Cap.Share ? Known(BasisOf(candidate, year)) : reach.Basis.Amount;
            Cap(AmountStepKind.CapPer12Months, "cap in twelve months", reach.Reckoning.Of(perYear, basis), Sum(_given.Where(g => g.Line.Remedy.Name == line.Remedy.Name && year.Contains(g.Period.End - 1))), true);
        }

        return new Limited(amount, steps.ToImmutable(), tree, reached, outdone, unknown);

        Rational Known((Rational Amount, string? Unknown) price)
        {
            unknown ??= price.Unknown;
            return price.Amount;
        }

        void Cap(AmountStepKind kind, string title, Rational cap, Rational used, bool counts)
        {
            var room = Rational.Max(0, cap - used);
            reached |= counts && amount >= room && amount.Sign > 0;
            if (amount <= room)
                return;
            steps.Add(new AmountStep(kind, Money(cap), Money(used), Money(room), "", rule.Clause));
            var left = used.Sign == 0 ? Parts.Given(title, Money(cap)) with { Clauses = [rule.Clause] }
                : room.Sign == 0 ? Parts.Given($"left of the {title}", Money(0), "It is used up.")
                : Parts.Derived($"left of the {title}", Money(room), Derivation.Difference, Parts.Given(title, Money(cap)) with { Clauses = [rule.Clause] }, Parts.Given("used of it before", Money(used)));
            tree = Parts.Derived("limited by the " + title, Money(room), Derivation.Minimum, tree, left);
            amount = room;
        }

        Quantity Money(Rational of) => Quantity.Money(of, agreement.Currency);
    }

    private (Rational Amount, string? Unknown) BasisOf(Candidate candidate, TickInterval during)
    {
        var service = candidate.Rule.Base switch
        {
            AmountBase.FeeOfService fee => fee.Service.Length > 0 ? fee.Service : candidate.Line.Service,
            AmountBase.FeeOfAgreement or AmountBase.Invoice => "",
            _ => null,
        };
        return service is null ? (candidate.Reach!.Basis.Amount, null) : fees.Of(service.Length == 0 ? null : service, during, candidate.Agreement.Objectives.First(o => o.Name == candidate.Line.Objective).Period);
    }

    /// <summary>What earlier lines of other objectives of the service gave for an event of this one.</summary>
    private (string Name, Rational Amount, LineName Largest)? Earlier(OwedLine line)
    {
        var same = _given.Where(g => Together.Compete(g.Line, line)).ToList();
        return same.Count == 0 ? null : (string.Join(", ", same.Select(g => g.Line.Name.ToString())), Sum(same), same.MaxBy(g => g.Amount)!.Line.Name);
    }

    /// <summary>The caps on everything that the provider owes: what arises at one instant shares what is left, in proportion, and the smallest units that remain go to the largest remainders.</summary>
    private List<(Candidate Candidate, OwedLine Line)> InTotal(List<(Candidate Candidate, OwedLine Line)> lines)
    {
        var (agreement, arises) = (lines[0].Candidate.Agreement, lines[0].Line.Arises);
        var mine = Enumerable.Range(0, lines.Count).Where(i => lines[i].Line is { By: PartyRole.Provider, Amount.Sign: > 0 }).ToList();
        foreach (var (kind, title, cap, span) in Caps())
        {
            var (size, unknown) = cap switch
            {
                Cap.Amount amount => (Rational.From(amount.Of), null),
                Cap.Share share => fees.Of(null, span) is var price ? (share.Of * price.Amount, price.Unknown) : default,
                Cap.PriceOf price => fees.Of(null, TickInterval.Between(span.StartInstant, agreement.After(span.StartInstant, price.Length))),
                _ => throw new InvalidOperationException("The cases of a cap are closed."),
            };
            if (unknown is not null)
            {
                foreach (var index in mine)
                    lines[index] = (lines[index].Candidate, lines[index].Line with { State = OwedState.NotComputed, Unknown = unknown, Amount = 0, WouldBe = lines[index].Line.Amount });
                return lines;
            }

            var used = Sum(_given.Where(g => g.Line.By == PartyRole.Provider && span.Contains(g.Line.Arises.ToUnixTimeTicks() - 1)));
            var room = Rational.Max(0, size - used);
            var total = mine.Aggregate(Rational.Zero, (sum, i) => sum + lines[i].Line.Amount);
            if (total <= room)
                continue;
            var unit = MoneyRoundings.MinorUnit(agreement.Currency);
            foreach (var (index, share) in mine.Zip(Shared(room, unit, [.. mine.Select(i => lines[i].Line.Amount)])))
            {
                var line = lines[index].Line;
                var clause = Clause.Default("remedies");
                lines[index] = (lines[index].Candidate, line with
                {
                    Amount = share,
                    AtMost = line.AtMost == line.Amount ? share : Rational.Min(line.AtMost, room),
                    State = share.Sign == 0 ? OwedState.CappedToNothing : line.State,
                    Steps = line.Steps.Add(new AmountStep(kind, Quantity.Money(size, agreement.Currency), Quantity.Money(used, agreement.Currency), Quantity.Money(share, agreement.Currency), "", clause)),
                    Explanation = Tree(line, Parts.Derived($"its share of what is left of the {title}", Quantity.Money(share, agreement.Currency), Derivation.Minimum, line.Explanation.Parts[0], Parts.Given($"its share of what is left of the {title}", Quantity.Money(share, agreement.Currency)))),
                });
            }
        }

        return lines;

        IEnumerable<(AmountStepKind Kind, string Title, Cap Cap, TickInterval Span)> Caps()
        {
            if (agreement.MostPerPeriod is { } perPeriod)
                yield return (AmountStepKind.TotalCapPerPeriod, "cap on everything in the period", perPeriod, RemedyEvaluator.InvoiceOf(agreement, arises - Duration.FromTicks(1)));
            if (agreement.MostPer12Months is { } perYear)
                yield return (AmountStepKind.TotalCapPer12Months, "cap on everything in twelve months", perYear, YearBefore(arises.ToUnixTimeTicks(), agreement.Zone));
        }
    }

    /// <summary>Shares of a sum in proportion, as multiples of a unit; the units that remain go to the largest remainders, and among equal ones to the earlier.</summary>
    internal static ImmutableArray<Rational> Shared(Rational sum, Rational unit, ImmutableArray<Rational> weights)
    {
        var total = weights.Aggregate(Rational.Zero, (all, w) => all + w);
        var exact = weights.Select(w => sum * w / total / unit).ToList();
        var floors = exact.Select(e => e.Floor()).ToArray();
        var left = (sum / unit).Floor() - floors.Aggregate(System.Numerics.BigInteger.Zero, (all, f) => all + f);
        foreach (var i in Enumerable.Range(0, exact.Count).OrderByDescending(i => exact[i] - new Rational(floors[i], 1)).Take((int)left))
            floors[i]++;
        return [.. floors.Select(f => new Rational(f, 1) * unit)];
    }

    /// <summary>Drops what is too small to be paid out, all lines of a remedy in the period together, and keeps what is given.</summary>
    private List<OwedLine> Smallest(List<(Candidate Candidate, OwedLine Line)> lines)
    {
        var result = new List<OwedLine>();
        foreach (var (candidate, line) in lines)
        {
            var (rule, currency) = (candidate.Rule, candidate.Agreement.Currency);
            var smallest = Rational.From(rule.Smallest);
            var together = lines.Where(l => l.Line.Remedy.Name == line.Remedy.Name).Aggregate(Rational.Zero, (sum, l) => sum + l.Line.Amount);
            var tooSmall = line.Amount.Sign > 0 && (together < smallest || together == smallest && rule.SmallestIsTooLittle);
            var kept = tooSmall
                ? line with { State = OwedState.TooSmall, Amount = 0, WouldBe = line.Amount, Steps = line.Steps.Add(new AmountStep(AmountStepKind.TooSmall, Quantity.Money(smallest, currency), null, null, "", rule.Clause)) }
                : line;
            result.Add(kept);
            var amount = final.TryGetValue(kept.Name, out var fixedAmount) ? fixedAmount : kept.Amount;
            if (amount.Sign > 0)
                _given.Add(new Given(kept, amount, kept.Period.Span, RemedyEvaluator.InvoiceOf(candidate.Agreement, kept.Arises)));
        }

        return result;
    }

    private static Rational Rounded(Candidate candidate, Rational amount, bool limited = false)
    {
        var rounded = MoneyRoundings.Round(amount, candidate.Agreement.Currency, candidate.Rule.Rounding);
        return limited && rounded > amount ? MoneyRoundings.Round(amount, candidate.Agreement.Currency, MoneyRounding.Down) : rounded;
    }

    private static Explanation Tree(OwedLine line, Explanation amount, string remark = "") =>
        Parts.Reason(line.Remedy.Title, $"When: {line.Remedy.WhenText}.{(remark.Length > 0 ? " " + remark : "")}", amount) with { Clauses = [line.Remedy.Clause, line.Remedy.WhenClause], During = line.Period.Span };

    private static Rational Sum(IEnumerable<Given> given) => given.Aggregate(Rational.Zero, (sum, g) => sum + g.Amount);

    private static TickInterval YearBefore(long end, DateTimeZone zone) => new(Instant.FromUnixTimeTicks(end).InZone(zone).LocalDateTime.PlusMonths(-MonthsOfYear).InZoneLeniently(zone).ToInstant().ToUnixTimeTicks(), end);
}
