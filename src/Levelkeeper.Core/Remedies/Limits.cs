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
/// A cap counts what is paid: each line is rounded first, and rounded down where it would pass a cap else. Lines of one remedy that arise together fill
/// its caps in the order of their events.
/// </remarks>
internal sealed class Limits(FeeSchedule fees, IReadOnlyDictionary<LineName, Rational> final)
{
    private readonly List<Given> _given = [];

    /// <summary>A line that gives something.</summary>
    /// <param name="Line">The line.</param>
    /// <param name="Amount">What it gives.</param>
    /// <param name="Origin">The line of the period in which its event began.</param>
    /// <param name="Invoice">The billing period of the invoice on which it lands.</param>
    private sealed record Given(OwedLine Line, Rational Amount, LineName Origin, TickInterval Invoice);

    /// <summary>Amounts of a line, as far as caps and what was given for the same event leave room for them.</summary>
    /// <param name="Certain">The certain amount.</param>
    /// <param name="Most">What the evidence allows at most.</param>
    /// <param name="IfApproved">If what waits for a decision were approved.</param>
    /// <param name="Steps">What was taken off the certain amount.</param>
    /// <param name="Tree">The tree behind it.</param>
    /// <param name="Left">What the tightest cap leaves; null where there is none. No rounding passes it.</param>
    /// <param name="Reached">Whether a cap in the period or in twelve months was reached.</param>
    /// <param name="Outdone">The line that left nothing, because it gave for the same event; null for none.</param>
    private sealed record Room(Rational Certain, Rational Most, Rational? IfApproved, ImmutableArray<AmountStep> Steps, Explanation Tree, Rational? Left, bool Reached, LineName? Outdone);

    /// <summary>What a remedy gave in the twelve months before an instant, less what was earned back of it.</summary>
    public Rational GivenBy(string remedy, long end, DateTimeZone zone)
    {
        var year = AmountBasis.YearBefore(zone, end);
        return Sum(_given.Where(g => year.Contains(g.Line.Period.Span.End - 1) && g.Line.Remedy.Name == remedy))
            - Sum(_given.Where(g => year.Contains(g.Line.Period.Span.End - 1) && g.Line.Remedy.Benefit is Benefit.Payment { Amount.Base: AmountBase.GivenBy by } && by.Remedy == remedy));
    }

    /// <summary>The lines of candidates that arise at one instant, in their order.</summary>
    public IEnumerable<OwedLine> Settle(List<Candidate> candidates)
    {
        if (candidates.Count == 0)
            return [];
        var before = _given.Count;
        var paying = candidates.Where(c => c.Reach is not null && c.Line.State == OwedState.Owed).ToList();
        var outdone = Together.Outdone([.. paying.Select(c => (c.Line, RoomOf(c, before).Certain)).Where(c => c.Certain.Sign > 0)]);
        var lines = new List<(Candidate Candidate, OwedLine Line)>();
        foreach (var candidate in candidates)
        {
            var line = candidate.Reach is null ? candidate.Line : Settle(candidate, before, outdone.GetValueOrDefault(candidate.Line.Name));
            lines.Add((candidate, line));
            Keep(candidate, line);
        }

        // What they come to among each other is known only now.
        _given.RemoveRange(before, _given.Count - before);
        return Smallest(InTotal(lines));
    }

    private void Keep(Candidate candidate, OwedLine line)
    {
        var amount = final.TryGetValue(line.Name, out var fixedAmount) ? fixedAmount : line.Amount;
        if (amount.Sign > 0)
            _given.Add(new Given(line, amount, candidate.Origin, AmountBasis.InvoiceOf(candidate.Agreement, line.Arises)));
    }

    private OwedLine Settle(Candidate candidate, int before, LineName? outdoneBy)
    {
        var (line, reach, currency) = (candidate.Line, candidate.Reach!, candidate.Agreement.Currency);
        if (reach.Least.Amount.Sign == 0 && reach.Most.Sign == 0)
            return line with { State = line.State == OwedState.Owed ? OwedState.Nothing : line.State, Explanation = Tree(line, reach.Least.Explanation), IfApproved = reach.IfApproved is null ? null : Rational.Zero };
        var room = RoomOf(candidate, before);
        var rounded = Rounded(candidate, room.Certain, room.Left);
        if (outdoneBy is not null)
            return line with { State = OwedState.OutdoneByAnother, OutdoneBy = outdoneBy, WouldBe = rounded, Explanation = Tree(line, reach.Least.Explanation, "Another line gives more for the same event.") };
        var (steps, tree) = (room.Steps, room.Tree);
        if (rounded != room.Certain)
        {
            steps = steps.Add(new AmountStep(AmountStepKind.Rounded, Money(room.Certain), Money(rounded), null, "", candidate.Rule.Clause));
            tree = Parts.Derived("rounded to the currency's smallest amount", Money(rounded), Derivation.Rounded, tree, Parts.Given("smallest amount", Money(MoneyRoundings.MinorUnit(currency))));
        }

        var settled = line with
        {
            Steps = [.. line.Steps, .. steps],
            Explanation = Tree(line, tree),
            AtMost = Rational.Max(rounded, Rounded(candidate, room.Most, room.Left)),
            IfApproved = room.IfApproved is { } approved ? Rounded(candidate, approved, room.Left) : null,
        };
        if (line.State == OwedState.InsufficientEvidence)
            return settled with { Explanation = Tree(line, tree, "The evidence allows that nothing is owed, so nothing is.") };
        if (line.State != OwedState.Owed)
            return settled with { WouldBe = rounded };
        if (room.Certain.Sign > 0 || reach.Least.Amount.Sign == 0)
            return settled with { Amount = rounded, CapReached = room.Reached };
        return room.Outdone is { } better
            ? settled with { State = OwedState.OutdoneByAnother, OutdoneBy = better, WouldBe = Rounded(candidate, reach.Least.Amount, room.Left) }
            : settled with { State = OwedState.CappedToNothing, CapReached = room.Reached };

        Quantity Money(Rational of) => Quantity.Money(of, currency);
    }

    /// <param name="candidate">The candidate.</param>
    /// <param name="before">How many of the lines that were given arose earlier; those after them arise together with it.</param>
    private Room RoomOf(Candidate candidate, int before)
    {
        var (line, rule, reach, agreement) = (candidate.Line, candidate.Rule, candidate.Reach!, candidate.Agreement);
        var steps = ImmutableArray.CreateBuilder<AmountStep>();
        var (certain, most, approved, tree) = (reach.Least.Amount, reach.Most, reach.IfApproved, reach.Least.Explanation);
        var (left, reached) = ((Rational?)null, false);
        LineName? outdone = null;

        if (reach.Caps.PerEvent is { } perEvent)
            Cap(AmountStepKind.CapPerEvent, "cap for one event", perEvent, Sum(_given.Where(g => g.Origin == candidate.Origin)), false);
        if (Earlier(line, before) is { } earlier && earlier.Amount.Sign > 0)
        {
            var rest = Rational.Max(0, certain - earlier.Amount);
            steps.Add(new AmountStep(AmountStepKind.Together, Money(earlier.Amount), Money(rest), null, earlier.Name, line.Remedy.Clause));
            tree = rest.Sign == 0
                ? Parts.Derived("left beyond what was given for the same event", Money(0), Derivation.Product, tree, Parts.Given("none", new Quantity(0, QuantityUnit.Number)))
                : Parts.Derived("left beyond what was given for the same event", Money(rest), Derivation.Difference, tree, Parts.Given(earlier.Name, Money(earlier.Amount)));
            (certain, most, approved) = (rest, Rational.Max(0, most - earlier.Amount), approved is { } all ? Rational.Max(0, all - earlier.Amount) : null);
            outdone = rest.Sign == 0 ? earlier.Largest : null;
        }

        if (reach.Caps.PerPeriod is { } perPeriod)
        {
            var byInvoice = rule.CapMeasuredOn == CapMeasure.Invoice;
            var invoice = AmountBasis.InvoiceOf(agreement, line.Arises);
            Cap(AmountStepKind.CapPerPeriod, "cap in the period", perPeriod, Sum(_given.Where(g => g.Line.Remedy.Name == line.Remedy.Name && (byInvoice ? g.Invoice == invoice : g.Line.Period.Span == line.Period.Span))), true);
        }

        if (reach.Caps.Per12Months is { } perYear)
        {
            var year = AmountBasis.YearBefore(agreement.Zone, line.Period.Span.End);
            Cap(AmountStepKind.CapPer12Months, "cap in twelve months", perYear, Sum(_given.Where(g => g.Line.Remedy.Name == line.Remedy.Name && year.Contains(g.Line.Period.Span.End - 1))), true);
        }

        return new Room(certain, most, approved, steps.ToImmutable(), tree, left, reached, outdone);

        void Cap(AmountStepKind kind, string title, Rational cap, Rational used, bool counts)
        {
            var room = Rational.Max(0, cap - used);
            (most, approved) = (Rational.Min(most, room), approved is { } all ? Rational.Min(all, room) : null);
            left = left is { } tightest ? Rational.Min(tightest, room) : room;
            reached |= counts && certain >= room && certain.Sign > 0;
            if (certain <= room)
                return;
            steps.Add(new AmountStep(kind, Money(cap), Money(used), Money(room), "", rule.Clause));
            var rest = used.Sign == 0 ? Parts.Given(title, Money(cap)) with { Clauses = [rule.Clause] }
                : room.Sign == 0 ? Parts.Given($"left of the {title}", Money(0), "It is used up.")
                : Parts.Derived($"left of the {title}", Money(room), Derivation.Difference, Parts.Given(title, Money(cap)) with { Clauses = [rule.Clause] }, Parts.Given("used of it before", Money(used)));
            tree = Parts.Derived("limited by the " + title, Money(room), Derivation.Minimum, tree, rest);
            certain = room;
        }

        Quantity Money(Rational of) => Quantity.Money(of, agreement.Currency);
    }

    /// <summary>What earlier lines of other objectives of the service gave for an event of this one.</summary>
    private (string Name, Rational Amount, LineName Largest)? Earlier(OwedLine line, int before)
    {
        var same = _given.Take(before).Where(g => Together.Compete(g.Line, line)).ToList();
        return same.Count == 0 ? null : (string.Join(", ", same.Select(g => g.Line.Name.ToString())), Sum(same), same.MaxBy(g => g.Amount)!.Line.Name);
    }

    /// <summary>The caps on everything that the provider owes: what arises at one instant shares what is left, in proportion, and the smallest units that remain go to the largest remainders.</summary>
    private List<(Candidate Candidate, OwedLine Line)> InTotal(List<(Candidate Candidate, OwedLine Line)> lines)
    {
        var (agreement, arises) = (lines[0].Candidate.Agreement, lines[0].Line.Arises);
        var mine = Enumerable.Range(0, lines.Count).Where(i => lines[i].Line is { By: PartyRole.Provider, Amount.Sign: > 0 }).ToList();
        foreach (var (kind, title, cap, span) in Caps())
        {
            if (mine.Count == 0)
                break;
            var (size, unknown) = cap switch
            {
                Cap.Amount amount => (Rational.From(amount.Of), null),
                Cap.Share share => Share(share.Of, span),
                Cap.PriceOf price => fees.Of(null, TickInterval.Between(span.StartInstant, agreement.After(span.StartInstant, price.Length))),
                _ => throw new InvalidOperationException("The cases of a cap are closed."),
            };
            if (unknown is not null)
            {
                // Nobody knows what the cap comes to, so nobody knows what it leaves.
                foreach (var index in mine)
                    lines[index] = (lines[index].Candidate, lines[index].Line with { State = OwedState.NotComputed, Amount = 0, WouldBe = lines[index].Line.Amount, Unknown = unknown, Explanation = Tree(lines[index].Line, Parts.Reason("not computed", $"Not known is {unknown}.")) });
                break;
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
                var clause = Clause.Default("cap");
                lines[index] = (lines[index].Candidate, line with
                {
                    Amount = share,
                    State = share.Sign == 0 ? OwedState.CappedToNothing : line.State,
                    Steps = line.Steps.Add(new AmountStep(kind, Quantity.Money(size, agreement.Currency), Quantity.Money(used, agreement.Currency), Quantity.Money(share, agreement.Currency), "", clause)),
                    AtMost = line.AtMost == line.Amount ? share : Rational.Min(line.AtMost, MoneyRoundings.Round(room, agreement.Currency, MoneyRounding.Down)),
                    Explanation = Tree(line, Parts.Derived($"its share of what is left of the {title}", Quantity.Money(share, agreement.Currency), Derivation.Minimum, line.Explanation.Parts[0], Parts.Given($"its share of what is left of the {title}", Quantity.Money(share, agreement.Currency)))),
                });
            }
        }

        return lines;

        IEnumerable<(AmountStepKind Kind, string Title, Cap Cap, TickInterval Span)> Caps()
        {
            if (agreement.MostPerPeriod is { } perPeriod)
                yield return (AmountStepKind.TotalCapPerPeriod, "cap on everything in the period", perPeriod, AmountBasis.InvoiceOf(agreement, arises - Duration.FromTicks(1)));
            if (agreement.MostPer12Months is { } perYear)
                yield return (AmountStepKind.TotalCapPer12Months, "cap on everything in twelve months", perYear, AmountBasis.YearBefore(agreement.Zone, arises.ToUnixTimeTicks()));
        }

        (Rational Size, string? Unknown) Share(Rational of, TickInterval span)
        {
            var (amount, unknown) = fees.Of(null, span);
            return (of * amount, unknown);
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
            Keep(candidate, kept);
        }

        return result;
    }

    private static Rational Rounded(Candidate candidate, Rational amount, Rational? left)
    {
        var rounded = MoneyRoundings.Round(amount, candidate.Agreement.Currency, candidate.Rule.Rounding);
        return left is { } most && rounded > most ? MoneyRoundings.Round(most, candidate.Agreement.Currency, MoneyRounding.Down) : rounded;
    }

    private static Explanation Tree(OwedLine line, Explanation amount, string remark = "") =>
        Parts.Reason(line.Remedy.Title, $"When: {line.Remedy.WhenText}.{(remark.Length > 0 ? " " + remark : "")}", amount) with { Clauses = [line.Remedy.Clause, line.Remedy.WhenClause], During = line.Period.Span };

    private static Rational Sum(IEnumerable<Given> given) => given.Aggregate(Rational.Zero, (sum, g) => sum + g.Amount);
}
