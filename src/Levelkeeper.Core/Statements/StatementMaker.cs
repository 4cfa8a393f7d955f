using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Statements;

/// <summary>Makes statements.</summary>
/// <remarks>
/// <para>A line belongs to the statement in whose period it arises; what arises with the last instant of a period belongs to that period.</para>
/// <para>What was issued is never changed. What a line of an earlier statement comes to now, less what was payable by it, is an adjustment. Where those of one statement together lower what the customer was promised, they wait
/// for the customer's acceptance; after the finality term nothing moves. A line that was settled in a dispute moves no more.</para>
/// <para>Waivers, goodwill and settlements are lines of their own, in the first statement that knows of them.</para>
/// <para>Of periods that were archived nothing is worked out: their lines are what was issued, and no later statement speaks of them.</para>
/// </remarks>
public sealed class StatementMaker
{
    private const int DaysOfYear = 365;

    private readonly Agreement _agreement;
    private readonly Period _period;
    private readonly Instant _asOf;
    private readonly ImmutableArray<IssuedStatement> _earlier;
    private readonly ImmutableArray<EffectiveFact> _business;
    private readonly Owed _owed;
    private Instant? _archivedUntil;

    private StatementMaker(Agreement agreement, Period period, Instant asOf, ImmutableArray<IssuedStatement> earlier, ImmutableArray<EffectiveFact> business, Owed owed)
    {
        _agreement = agreement;
        _period = period;
        _asOf = asOf;
        _earlier = earlier;
        _business = business;
        _owed = owed;
    }

    /// <summary>The statement of a period.</summary>
    /// <param name="versions">The agreement with its amendments.</param>
    /// <param name="facts">The facts as they count as of <paramref name="asOf"/>.</param>
    /// <param name="period">The period.</param>
    /// <param name="asOf">The instant as of which it stands.</param>
    /// <param name="earlier">The statements issued before, in any order.</param>
    /// <param name="archivedUntil">Up to when periods are archived: facts of them may be gone. Null for none.</param>
    public static Statement Make(AgreementVersions versions, EffectiveFacts facts, Period period, Instant asOf, IEnumerable<IssuedStatement> earlier, Instant? archivedUntil = null)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(period);
        var evaluation = Evaluator.Evaluate(versions, facts, Instant.FromUnixTimeTicks(versions.TermTime.Start), period.During.EndInstant, asOf);
        return Make(versions, facts, evaluation, period, earlier, archivedUntil);
    }

    /// <summary>The same from results that are there already.</summary>
    /// <param name="versions">The agreement with its amendments.</param>
    /// <param name="facts">The facts as they count.</param>
    /// <param name="evaluation">Its results from the start of the term to the end of the period.</param>
    /// <param name="period">The period.</param>
    /// <param name="earlier">The statements issued before, in any order.</param>
    /// <param name="archivedUntil">Up to when periods are archived; null for none.</param>
    public static Statement Make(AgreementVersions versions, EffectiveFacts facts, AgreementEvaluation evaluation, Period period, IEnumerable<IssuedStatement> earlier, Instant? archivedUntil = null)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentNullException.ThrowIfNull(period);
        ArgumentNullException.ThrowIfNull(earlier);
        ImmutableArray<IssuedStatement> issued = [.. earlier.Where(e => e.Issued < evaluation.AsOf).OrderBy(e => e.Issued)];
        var agreement = versions.At(Instant.FromUnixTimeTicks(period.During.End - 1));
        var owed = RemedyEvaluator.Evaluate(versions, facts, evaluation, Final(agreement, issued, evaluation.AsOf, archivedUntil));
        if (archivedUntil is { } until)
            owed = owed with { Lines = [.. owed.Lines.Where(l => l.Arises > until)] };
        return new StatementMaker(agreement, period, evaluation.AsOf, issued, evaluation.Business, owed) { _archivedUntil = archivedUntil }.Make(evaluation);
    }

    /// <summary>The statements of several periods as of one instant, none issued before.</summary>
    /// <param name="versions">The agreement with its amendments.</param>
    /// <param name="facts">The facts as they count.</param>
    /// <param name="evaluation">Its results from the start of the term to the end of the last period.</param>
    /// <param name="periods">The periods.</param>
    public static IEnumerable<Statement> Make(AgreementVersions versions, EffectiveFacts facts, AgreementEvaluation evaluation, IEnumerable<Period> periods)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentNullException.ThrowIfNull(periods);
        var owed = RemedyEvaluator.Evaluate(versions, facts, evaluation);
        return periods.Select(period => new StatementMaker(versions.At(Instant.FromUnixTimeTicks(period.During.End - 1)), period, evaluation.AsOf, [], evaluation.Business, owed).Make(evaluation));
    }

    /// <summary>Lines that were issued so long ago that nothing moves them any more, with what was owed by them when they were last issued: they go on filling caps with that.</summary>
    private static ImmutableDictionary<LineName, Rational> Final(Agreement agreement, ImmutableArray<IssuedStatement> issued, Instant asOf, Instant? archivedUntil)
    {
        var final = ImmutableDictionary.CreateBuilder<LineName, Rational>();
        foreach (var statement in issued)
        {
            foreach (var line in statement.Lines.Values.Where(l => l.Line is { } name && l.IsOf(name)))
            {
                if (final.ContainsKey(line.Line!.Value) || IsFinal(statement))
                    final[line.Line.Value] = line.Owed;
            }
        }

        return final.ToImmutable();

        bool IsFinal(IssuedStatement statement) => IsArchived(statement, archivedUntil) || agreement.Disputes.Finality is { } finality && agreement.After(statement.Issued, finality) < asOf;
    }

    private static bool IsArchived(IssuedStatement statement, Instant? until) => !statement.During.IsEmpty && statement.During.EndInstant <= until;

    private Statement Make(AgreementEvaluation evaluation)
    {
        var lines = ImmutableArray.CreateBuilder<StatementLine>();
        lines.AddRange(_owed.Lines.Where(l => IsOfPeriod(l.Arises) && StatementOf(l) is null).Select(Remedy));
        lines.AddRange(Accepted([.. _owed.Lines.Select(Adjustment).OfType<StatementLine>(), .. Vanished()]));
        lines.AddRange(Settlements().Where(l => !IsIssued(l.Id)));
        lines.AddRange(Waivers());
        lines.AddRange(Goodwill());
        lines.AddRange(LatePayments());
        return new Statement
        {
            Agreement = _agreement,
            Period = _period,
            AsOf = _asOf,
            Results = [.. evaluation.Objectives.Where(r => IsOfPeriod(r.Period.Span.EndInstant) || r.Period.Span.Contains(_period.During.End))],
            Lines = lines.ToImmutable(),
            Entitlements = [.. _owed.Entitlements.Where(e => IsOfPeriod(e.Arises))],
            Disputes = [.. Disputes()],
            Comments = [.. Facts<FactData.BreachExplained>().Where(f => _period.During.Contains(f.Fact.Fact.Time.ToUnixTimeTicks()))
                .Select(f => new BreachComment(f.Data.Objective, f.Data.Cause, f.Data.Owner, f.Data.Comment, f.Fact.Fact.Time, f.Fact.Fact.Source))],
            Earlier = _earlier,
            Evaluation = evaluation,
        };
    }

    /// <summary>After the period's start and up to its end: what arises with the last instant of a period belongs to it.</summary>
    private bool IsOfPeriod(Instant at) => IssuedStatement.Covers(_period.During, at);

    private bool IsIssued(string id) => _earlier.Any(s => s.Lines.ContainsKey(id));

    /// <summary>The first statement that knew of a line; for one of which none did, the one of whose period it would have been; null where there is none.</summary>
    private IssuedStatement? StatementOf(OwedLine line) => StatementOf(line.Name) ?? _earlier.FirstOrDefault(s => s.Covers(line.Arises));

    private IssuedStatement? StatementOf(LineName line) => _earlier.FirstOrDefault(s => s.Lines.Values.Any(l => l.IsOf(line)));

    /// <summary>What is payable by what was issued of a line.</summary>
    private Rational IssuedOf(LineName line) => _earlier.SelectMany(s => s.Lines.Values).Where(l => l.IsOf(line)).Aggregate(Rational.Zero, (sum, l) => sum + l.Payable);

    private StatementLine Remedy(OwedLine owed)
    {
        var (standing, computed, contested, payable) = Stands(owed);
        return new StatementLine
        {
            Id = owed.Name.ToString(),
            Kind = StatementLineKind.Remedy,
            Line = owed.Name,
            Title = owed.Remedy.Title,
            By = owed.By,
            Form = owed.Kind,
            Standing = standing,
            Computed = computed,
            Contested = contested,
            Payable = payable,
            Arises = owed.Arises,
            Due = owed.Remedy.Due is Settlement.Within within ? _agreement.After(owed.Arises, within.Length) : null,
            Settled = owed.Remedy.Due,
            ClaimUntil = owed.Remedy.Claim is { } claim ? ClaimWindow.End(_agreement, owed, claim) : null,
            Owed = owed,
            Facts = [.. ClaimsOf(owed.Name).Select(f => Reference(f.Fact))],
        };
    }

    private (LineStanding Standing, Rational Computed, Rational Contested, Rational Payable) Stands(OwedLine owed)
    {
        if (owed.State != OwedState.Owed)
            return (owed.State == OwedState.Interim ? LineStanding.Interim : LineStanding.NotOwed, 0, 0, 0);
        // What was contested after the line was issued does not take back what was payable: that is for the settlement.
        var issued = StatementOf(owed)?.Issued;
        var contested = ContestedOf(owed, DisputesOf(owed.Name).Where(d => issued is null || d.Fact.Original.Recorded <= issued));
        if (owed.Remedy.Claim is { } rule && !IsClaimed(owed, rule, out var until))
            return (until < _asOf ? LineStanding.ClaimLapsed : LineStanding.ToBeClaimed, owed.Amount, contested, 0);
        return (contested == owed.Amount && contested.Sign > 0 ? LineStanding.Contested : LineStanding.Payable, owed.Amount, contested, owed.Amount - contested);
    }

    private Rational ContestedOf(OwedLine owed, IEnumerable<(EffectiveFact Fact, FactData.DisputeOpened Data)> disputes)
    {
        var contested = Rational.Min(owed.Amount, disputes.Aggregate(Rational.Zero, (sum, d) => sum + (d.Data.Amount is { } part ? Rational.From(part) : owed.Amount)));
        return contested.Sign > 0 && _agreement.Disputes.UndisputedWaits ? owed.Amount : contested;
    }

    private bool IsClaimed(OwedLine owed, ClaimRule rule, out Instant? until)
    {
        var last = until = ClaimWindow.End(_agreement, owed, rule);
        return ClaimsOf(owed.Name).Any(f => last is null || f.Fact.Original.Recorded <= last);
    }

    private IEnumerable<(EffectiveFact Fact, FactData.ClaimMade Data)> ClaimsOf(LineName line) => Facts<FactData.ClaimMade>().Where(f => Concerns(f.Data.Line, line));

    private IEnumerable<(EffectiveFact Fact, FactData.DisputeOpened Data)> DisputesOf(LineName line) => Facts<FactData.DisputeOpened>().Where(f => Concerns(f.Data.Line, line) && IsInTime(f.Fact, line));

    /// <summary>A dispute counts when it was recorded within its term after the statement, or before there was one.</summary>
    private bool IsInTime(EffectiveFact dispute, LineName line) =>
        StatementOf(line) is not { } statement || dispute.Original.Recorded <= _agreement.After(statement.Issued, _agreement.Disputes.Within);

    private static bool Concerns(LineName named, LineName line) => named == line || named.Event.Length == 0 && named.Remedy == line.Remedy && named.Period == line.Period;

    private StatementLine? Adjustment(OwedLine owed)
    {
        if (StatementOf(owed) is not { } first)
            return null;
        var line = Remedy(owed) with { Kind = StatementLineKind.Adjustment };
        // Shown as long as it is not settled: contested since it was issued.
        var since = ContestedOf(owed, DisputesOf(owed.Name).Where(d => d.Fact.Original.Recorded > first.Issued));
        return Adjusted(owed.Name, line.Payable, line with { Contested = since }, first);
    }

    /// <summary>Lines that were issued and that the facts as they are now do not give at all.</summary>
    private IEnumerable<StatementLine> Vanished()
    {
        var seen = _owed.Lines.Select(l => l.Name).ToHashSet();
        foreach (var statement in _earlier)
        {
            var archived = IsArchived(statement, _archivedUntil);
            foreach (var line in statement.Lines.Values.Where(l => l.Line is { } name && l.IsOf(name) && seen.Add(name) && !archived))
            {
                var name = line.Line!.Value;
                var remedy = _agreement.Remedies.FirstOrDefault(r => r.Name == name.Remedy);
                var template = new StatementLine { Id = "", Kind = StatementLineKind.Adjustment, Line = name, Title = remedy?.Title ?? name.Remedy, By = line.By, Form = (remedy?.Benefit as Benefit.Payment)?.Kind, Standing = LineStanding.Payable, Arises = _asOf };
                if (Adjusted(name, 0, template, statement) is { } adjustment)
                    yield return adjustment;
            }
        }
    }

    private StatementLine? Adjusted(LineName name, Rational now, StatementLine template, IssuedStatement first)
    {
        if (SettledOf(name) is not null)
            return null;
        // What is waived is not owed back when the line gets smaller.
        var (before, waived) = (IssuedOf(name), WaivedOf(name));
        var difference = Rational.Max(0, now - waived) - Rational.Max(0, before - waived);
        if (difference.Sign == 0 && template.Contested.Sign == 0)
            return null;
        var lowers = template.By == PartyRole.Provider ? difference.Sign < 0 : difference.Sign > 0;
        var accepted = Facts<FactData.AdjustmentAccepted>().Where(f => Concerns(f.Data.Line, name) && f.Fact.Fact.Time >= first.Issued).ToList();
        var standing = difference.Sign == 0 ? LineStanding.Contested
            : _agreement.Disputes.Finality is { } finality && _agreement.After(first.Issued, finality) < _asOf ? LineStanding.Final
            : lowers && accepted.Count == 0 ? LineStanding.AwaitsAcceptance
            : LineStanding.Payable;
        return template with
        {
            Id = $"adjustment/{name}/{_period.Label}",
            Standing = standing,
            Computed = difference,
            Payable = standing == LineStanding.Payable ? difference : 0,
            AdjustedStatement = first.Label,
            Before = before,
            DecidedBy = lowers && accepted.Count > 0 ? accepted[^1].Data.By : "",
            Facts = [.. template.Facts, .. accepted.Select(f => Reference(f.Fact))],
        };
    }

    /// <summary>
    /// What one statement's adjustments come to together decides: where they lower what the customer was promised, all of them wait until each that does so is accepted; else none waits, because one follows from the other.
    /// </summary>
    private static IEnumerable<StatementLine> Accepted(List<StatementLine> adjustments)
    {
        foreach (var group in adjustments.GroupBy(a => (a.AdjustedStatement, a.By)))
        {
            var moving = group.Where(IsMoving).ToList();
            var net = moving.Aggregate(Rational.Zero, (sum, a) => sum + a.Computed);
            var waits = (group.Key.By == PartyRole.Provider ? net.Sign < 0 : net.Sign > 0) && moving.Any(a => a.Standing == LineStanding.AwaitsAcceptance);
            foreach (var adjustment in group)
                yield return IsMoving(adjustment) ? adjustment with { Standing = waits ? LineStanding.AwaitsAcceptance : LineStanding.Payable, Payable = waits ? 0 : adjustment.Computed } : adjustment;
        }

        static bool IsMoving(StatementLine adjustment) => adjustment.Standing is not (LineStanding.Final or LineStanding.Contested);
    }

    /// <summary>Those that no issued statement has settled already.</summary>
    private IEnumerable<DisputeReading> Disputes() =>
        from opened in Facts<FactData.DisputeOpened>()
        where !IsIssued($"settlement/{opened.Data.Dispute}")
        let settled = Facts<FactData.DisputeSettled>().Where(s => s.Data.Dispute == opened.Data.Dispute).Select(s => (decimal?)s.Data.Amount).LastOrDefault()
        select new DisputeReading(
            opened.Data.Dispute, opened.Data.Line, opened.Data.Amount is { } part ? Rational.From(part) : null, opened.Data.By, opened.Data.Reason, opened.Fact.Fact.Time,
            _owed.Lines.Any(l => Concerns(opened.Data.Line, l.Name) && IsInTime(opened.Fact, l.Name)), settled is { } amount ? Rational.From(amount) : null);

    /// <summary>What was waived of a line by what was issued; of a remedy's period as a whole it counts for the line only where the waiver names it.</summary>
    private Rational WaivedOf(LineName line) =>
        -_earlier.SelectMany(s => s.Lines.Values).Where(l => l.Kind == StatementLineKind.Waiver && l.Line == line).Aggregate(Rational.Zero, (sum, l) => sum + l.Payable);

    private (EffectiveFact Fact, FactData.DisputeSettled Data)? SettledOf(LineName line) =>
        DisputesOf(line).SelectMany(d => Facts<FactData.DisputeSettled>().Where(s => s.Data.Dispute == d.Data.Dispute)).Cast<(EffectiveFact, FactData.DisputeSettled)?>().LastOrDefault();

    private IEnumerable<StatementLine> Settlements()
    {
        foreach (var (fact, opened) in Facts<FactData.DisputeOpened>())
        {
            if (Facts<FactData.DisputeSettled>().Where(s => s.Data.Dispute == opened.Dispute).Cast<(EffectiveFact Fact, FactData.DisputeSettled Data)?>().LastOrDefault() is not { } settled)
                continue;
            var id = $"settlement/{opened.Dispute}";
            var concerned = _owed.Lines.Where(l => Concerns(opened.Line, l.Name) && IsInTime(fact, l.Name)).ToList();
            if (concerned.Count == 0)
                continue;
            // What was payable before the settlement stays; the settlement makes up the rest.
            var payable = concerned.Aggregate(Rational.Zero, (sum, l) => sum + PayableWithout(l));
            var rest = Rational.From(settled.Data.Amount) - payable;
            yield return new StatementLine
            {
                Id = id,
                Kind = StatementLineKind.Settlement,
                Line = opened.Line,
                Title = concerned[0].Remedy.Title,
                By = concerned[0].By,
                Form = concerned[0].Kind,
                Standing = LineStanding.Payable,
                Computed = rest,
                Payable = rest,
                Arises = settled.Fact.Fact.Time,
                DecidedBy = settled.Data.By,
                Reason = settled.Data.Reason,
                Before = payable,
                Facts = [Reference(fact), Reference(settled.Fact)],
            };
        }
    }

    /// <summary>What is payable by a line without its settlement: by what was issued, where it was, else by this statement.</summary>
    private Rational PayableWithout(OwedLine line) => StatementOf(line.Name) is null ? Stands(line).Payable : IssuedOf(line.Name);

    private IEnumerable<StatementLine> Waivers()
    {
        var waived = new Dictionary<LineName, Rational>();
        foreach (var (fact, data) in Facts<FactData.AmountWaived>())
        {
            var id = $"waiver/{data.Line}/{fact.Fact.Id}";
            var before = waived.GetValueOrDefault(data.Line);
            if (_earlier.Select(s => s.Lines.GetValueOrDefault(id)).FirstOrDefault(l => l is not null) is { } issued)
            {
                waived[data.Line] = before - issued.Payable;
                continue;
            }

            var payable = _owed.Lines.Where(l => Concerns(data.Line, l.Name)).Aggregate(Rational.Zero, (sum, l) => sum + PayableWithout(l))
                + Settlements().Where(l => l.Line is { } settled && Concerns(data.Line, settled)).Aggregate(Rational.Zero, (sum, l) => sum + l.Payable);
            var amount = data.Amount is { } part ? Rational.Min(payable - before, Rational.From(part)) : payable - before;
            if (amount.Sign <= 0 || _owed.Lines.FirstOrDefault(l => Concerns(data.Line, l.Name)) is not { } owed)
                continue;
            waived[data.Line] = before + amount;
            yield return new StatementLine
            {
                Id = id,
                Kind = StatementLineKind.Waiver,
                Line = data.Line,
                Title = owed.Remedy.Title,
                By = owed.By,
                Form = owed.Kind,
                Standing = LineStanding.Payable,
                Computed = -amount,
                Payable = -amount,
                Arises = fact.Fact.Time,
                DecidedBy = $"{data.By}, {data.ApprovedBy}",
                Reason = data.Reason,
                Facts = [Reference(fact)],
            };
        }
    }

    private IEnumerable<StatementLine> Goodwill() =>
        Facts<FactData.GoodwillGiven>().GroupBy(f => f.Data.Goodwill, StringComparer.Ordinal).Select(g => g.Last())
            .Where(f => !IsIssued($"goodwill/{f.Data.Goodwill}") && (IsOfPeriod(f.Fact.Fact.Time) || f.Fact.Fact.Time > _period.During.EndInstant || _earlier.Length > 0))
            .Select(f => new StatementLine
            {
                Id = $"goodwill/{f.Data.Goodwill}",
                Kind = StatementLineKind.Goodwill,
                Title = f.Data.Goodwill,
                By = f.Data.By,
                Standing = LineStanding.Payable,
                Computed = Rational.From(f.Data.Amount),
                Payable = Rational.From(f.Data.Amount),
                Arises = f.Fact.Fact.Time,
                DecidedBy = f.Data.ApprovedBy,
                Reason = f.Data.Reason,
                Facts = [Reference(f.Fact)],
            });

    /// <summary>Charges for the days of the period on which something was overdue: invoices of the customer, and what a statement owes by a date. By the day, over 365 a year.</summary>
    private IEnumerable<StatementLine> LatePayments()
    {
        if (_agreement.Price.LatePaymentPerYear is not { } rate)
            yield break;
        foreach (var (fact, data) in Facts<FactData.InvoiceIssued>().GroupBy(f => f.Data.Invoice, StringComparer.Ordinal).Select(g => g.Last()))
        {
            var due = data.Due ?? _agreement.After(fact.Fact.Time, _agreement.Price.Due);
            var paid = Facts<FactData.InvoicePaid>().Where(p => p.Data.Invoice == data.Invoice).Select(p => (p.Fact, Rational.From(p.Data.Amount))).ToList();
            if (Charge($"late/{data.Invoice}/{_period.Label}", data.Invoice, PartyRole.Customer, Rational.From(data.Amount), due, rate, paid, fact) is { } charge)
                yield return charge;
        }

        var payments = new Payments(Facts<FactData.AmountPaid>(), Facts<FactData.AmountWaived>());
        foreach (var owed in _owed.Lines.Where(l => l.State == OwedState.Owed && l.Remedy.Due is Settlement.Within))
        {
            var line = Remedy(owed);
            if (line.Payable.Sign > 0 && Charge($"late/{owed.Name}/{_period.Label}", line.Title, owed.By, line.Payable, line.Due!.Value, rate, payments.Take(owed.Name, line.Payable), null) is { } charge)
                yield return charge with { Line = owed.Name };
        }
    }

    private StatementLine? Charge(string id, string title, PartyRole by, Rational amount, Instant due, Rational rate, List<(EffectiveFact Fact, Rational Amount)> paid, EffectiveFact? invoice)
    {
        var zone = _agreement.Zone;
        var end = Instant.Min(_asOf, _period.During.EndInstant);
        var (day, last) = (LocalDate.Max(due.InZone(zone).Date, _period.FirstDay.PlusDays(-1)), end.InZone(zone).Date);
        var total = Rational.Zero;
        var left = amount;
        // What is paid on a day is no longer overdue on it; the due day itself is in time.
        for (var next = day.PlusDays(1); next < last || next == last && end < zone.AtStartOfDay(last).ToInstant(); next = next.PlusDays(1))
        {
            left = amount - paid.Where(p => p.Fact.Fact.Time.InZone(zone).Date <= next).Aggregate(Rational.Zero, (sum, p) => sum + p.Amount);
            if (left.Sign <= 0)
                break;
            total += left * rate / DaysOfYear;
        }

        var charge = MoneyRoundings.Round(total, _agreement.Currency, MoneyRounding.HalfAwayFromZero);
        return charge.Sign == 0 || IsIssued(id)
            ? null
            : new StatementLine
            {
                Id = id,
                Kind = StatementLineKind.LatePayment,
                Title = title,
                By = by,
                Standing = LineStanding.Payable,
                Computed = charge,
                Payable = charge,
                Arises = end,
                Due = due,
                Before = amount,
                Facts = [.. invoice is { } of ? [Reference(of)] : ImmutableArray<FactReference>.Empty, .. paid.Select(p => Reference(p.Fact))],
            };
    }

    private IEnumerable<(EffectiveFact Fact, T Data)> Facts<T>()
        where T : FactData
    {
        foreach (var fact in _business)
        {
            if (fact.Fact.Data is T data)
                yield return (fact, data);
        }
    }

    private static FactReference Reference(EffectiveFact fact) => FactReference.To(fact.Fact);
}
