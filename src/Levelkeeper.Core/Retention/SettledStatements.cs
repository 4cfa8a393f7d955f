using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Core.Time;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Retention;

/// <summary>Which issued statements are settled: nothing of them is contested, can be claimed, is to be paid with a charge, waits for acceptance or can be corrected any more.</summary>
public static class SettledStatements
{
    /// <summary>Those that are settled.</summary>
    /// <param name="versions">The agreement with its amendments.</param>
    /// <param name="facts">All facts, as they count as of <paramref name="asOf"/>.</param>
    /// <param name="issued">The statements that were issued.</param>
    /// <param name="asOf">Now.</param>
    /// <param name="limitation">How long after its issue a statement can be corrected where the agreement sets no end to that.</param>
    /// <param name="archivedUntil">Up to when periods were archived before; null for none.</param>
    /// <returns>Their times.</returns>
    public static IReadOnlyList<TickInterval> Of(AgreementVersions versions, EffectiveFacts facts, IReadOnlyList<IssuedStatement> issued, Instant asOf, Duration limitation, Instant? archivedUntil = null)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(issued);
        if (issued.Count == 0)
            return [];
        var last = Instant.Max(versions.TermTime.StartInstant, Instant.FromUnixTimeTicks(Math.Min(asOf.ToUnixTimeTicks(), versions.TermTime.End - 1)));
        var period = new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), versions.Latest.Zone).Containing(last);
        var now = StatementMaker.Make(versions, facts, period, asOf, issued, archivedUntil);
        var owed = RemedyEvaluator.Evaluate(versions, facts, now.Evaluation).Lines;
        return [.. issued.Where(s => !s.During.IsEmpty && (s.During.EndInstant <= archivedUntil || IsSettled(s))).Select(s => s.During)];

        bool IsSettled(IssuedStatement statement)
        {
            var agreement = versions.At(Instant.FromUnixTimeTicks(statement.During.End - 1));
            var rule = agreement.Disputes;
            if (agreement.After(statement.Issued, rule.Within) >= asOf || (rule.Finality is { } finality ? agreement.After(statement.Issued, finality) >= asOf : statement.Issued + limitation >= asOf))
                return false;
            if (now.Disputes.Any(d => d.InTime && statement.Lines.Values.Any(l => l.Line is { } name && Concerns(d.Line, name))))
                return false;
            if (now.Lines.Any(l => l is { Kind: StatementLineKind.Adjustment, Standing: not LineStanding.Final } && l.AdjustedStatement == statement.Label))
                return false;
            return owed.Where(l => l.State == OwedState.Owed && statement.Covers(l.Arises)).All(l => IsClaimedOrLapsed(agreement, l) && IsPaid(agreement, statement, l));
        }

        bool IsClaimedOrLapsed(Agreement agreement, OwedLine line) =>
            line.Remedy.Claim is not { } claim || Said<FactData.ClaimMade>().Any(c => Concerns(c.Line, line.Name)) || ClaimWindow.End(agreement, line, claim) < asOf;

        // What is owed by a date and not paid goes on costing by the day.
        bool IsPaid(Agreement agreement, IssuedStatement statement, OwedLine line) =>
            agreement.Price.LatePaymentPerYear is null || line.Remedy.Due is not Settlement.Within
            || Said<FactData.AmountPaid>().Where(p => Concerns(p.Line, line.Name)).Aggregate(Rational.Zero, (sum, p) => sum + Rational.From(p.Amount))
                >= statement.Lines.Values.Where(l => l.IsOf(line.Name)).Aggregate(Rational.Zero, (sum, l) => sum + l.Payable);

        IEnumerable<T> Said<T>()
            where T : FactData => now.Evaluation.Business.Select(f => f.Fact.Data).OfType<T>();
    }

    private static bool Concerns(LineName named, LineName line) => named == line || (named.Event.Length == 0 && named.Remedy == line.Remedy && named.Period == line.Period);
}
