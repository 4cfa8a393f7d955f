using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Reconciliation;
using Levelkeeper.Core.Time;
using Levelkeeper.Language.Reconciliations;
using Levelkeeper.Reports.Forms;
using NodaTime;

namespace Levelkeeper.Cli.Reconciliation;

/// <summary>A figure of theirs beside ours.</summary>
/// <param name="Row">Where theirs stands.</param>
/// <param name="Subject">The ticket or the period.</param>
/// <param name="Ours">As shown.</param>
/// <param name="Theirs">As they wrote it.</param>
/// <param name="Finding">What came of comparing them.</param>
internal sealed record ComparedFigure(Place Row, string Subject, string Ours, string Theirs, Finding Finding);

/// <summary>All figures of one column.</summary>
internal sealed record ComparedColumn(PlannedComparison Plan, ImmutableArray<ComparedFigure> Figures, DateTimeZone Zone)
{
    public ReconciliationSummary Summary { get; } = ReconciliationSummary.Of([.. Figures.Select(f => f.Finding)]);

    /// <summary>What of ours stands beside it.</summary>
    public string OurName => Plan switch
    {
        PlannedComparison.Due due => due.Clock,
        PlannedComparison.Label label => label.Clock,
        PlannedComparison.Percent percent => percent.Objective,
        _ => throw new InvalidOperationException("A kind of comparison that is not handled."),
    };
}

/// <summary>Evaluates what a plan compares and compares it, row by row.</summary>
internal sealed class Reconciler(AgreementVersions agreement, FactSet facts, Instant asOf, ReconciliationPlan plan, DiagnosticBag diagnostics)
{
    private readonly TheirTimes _times = new(plan.Time, agreement.Latest.Zone);
    private readonly Dictionary<Instant, AgreementEvaluation> _evaluations = [];
    private ILookup<string, ClockReading>? _clocks;
    private AgreementEvaluation? _whole;

    public IEnumerable<ComparedColumn> Compare(IReadOnlyList<TheirRow> rows, Action step)
    {
        foreach (var comparison in plan.Comparisons)
        {
            var figures = ImmutableArray.CreateBuilder<ComparedFigure>();
            foreach (var row in rows)
            {
                step();
                // A row without a figure has nothing to compare.
                if (row[comparison.Column].Length > 0 && Figure(comparison, row) is { } figure)
                    figures.Add(figure);
            }

            yield return new ComparedColumn(comparison, figures.ToImmutable(), agreement.Latest.Zone);
        }
    }

    private ComparedFigure? Figure(PlannedComparison comparison, TheirRow row) => comparison switch
    {
        PlannedComparison.Due due => Due(due, row),
        PlannedComparison.Label label => Label(label, row),
        PlannedComparison.Percent percent => Percent(percent, row),
        _ => throw new InvalidOperationException("A kind of comparison that is not handled."),
    };

    private ComparedFigure? Due(PlannedComparison.Due due, TheirRow row)
    {
        var text = row[due.Column];
        if (_times.Read(text) is not { } theirs)
        {
            Bad(row, due.Column, "a time", "see 'times' of the plan: zone, strip, formats");
            return null;
        }

        var ticket = row.Fill(due.Key);
        var reading = Reading(ticket, due.Clock);
        if (reading is null)
            return new ComparedFigure(row.Place, ticket, LevelForm.None, text, NoClock(due.Clock));
        var rules = Rules(reading, theirs);
        return new ComparedFigure(row.Place, ticket, rules.Ours is { } ours ? NumberForm.Iso(ours) : LevelForm.None, NumberForm.Iso(theirs), rules.Compare(due.Tolerance));
    }

    private ComparedFigure? Label(PlannedComparison.Label label, TheirRow row)
    {
        var text = row[label.Column];
        var met = label.Met.Contains(text);
        if (!met && !label.Late.Contains(text))
        {
            Bad(row, label.Column, "one of the labels", $"met: {string.Join(", ", label.Met)}; late: {string.Join(", ", label.Late)}");
            return null;
        }

        var ticket = row.Fill(label.Key);
        var reading = Reading(ticket, label.Clock);
        if (reading is null)
            return new ComparedFigure(row.Place, ticket, LevelForm.None, text, NoClock(label.Clock));
        bool? ours = reading.Verdict switch
        {
            ClockVerdict.Met => true,
            ClockVerdict.Breached => false,
            ClockVerdict.Running or ClockVerdict.Paused or ClockVerdict.Cancelled => null,
            _ => throw new InvalidOperationException("A verdict that is not handled."),
        };
        return new ComparedFigure(row.Place, ticket, Reports.Json.ClockJson.Word(reading.Verdict), text, new LabelComparison(ours, met, reading.StoppedAt, Rules(reading, default)).Compare());
    }

    private ComparedFigure? Percent(PlannedComparison.Percent percent, TheirRow row)
    {
        var text = row[percent.Column];
        var number = text.TrimEnd().TrimEnd('%').TrimEnd();
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            Bad(row, percent.Column, "a percentage", "such as 99.95 or 99.95 %");
            return null;
        }

        ObjectiveEvaluation? ours;
        string subject;
        if (percent.Period.Length > 0)
        {
            subject = row[percent.Period];
            ours = Whole()?.Objectives.FirstOrDefault(o => o.Objective == percent.Objective && o.Period.Label == subject);
        }
        else
        {
            if (_times.Read(row[percent.At]) is not { } at)
            {
                Bad(row, percent.At, "a time", "see 'times' of the plan: zone, strip, formats");
                return null;
            }

            subject = NumberForm.Iso(at);
            ours = At(at).Objectives.LastOrDefault(o => o.Objective == percent.Objective);
        }

        var places = percent.Places ?? (number.Contains('.') ? number.Length - number.IndexOf('.') - 1 : 0);
        if (ours is null)
            return new ComparedFigure(row.Place, subject, LevelForm.None, text, new Finding(DifferenceReason.NoResult, $"the objective '{percent.Objective}' has no such period"));
        var comparison = new LevelComparison
        {
            Ours = ours.Level?.Value,
            Lowest = ours.Lowest?.Value,
            Highest = ours.Highest?.Value,
            Theirs = Rational.FromPercent(value).RoundTo(places + 2, percent.Rounding),
            Places = places,
            Rounding = percent.Rounding,
            AgreedTime = ours.Outages.IsDefaultOrEmpty ? 0 : ours.Period.Span.Length,
            Outages = [.. ours.Outages.Select(o => o.Counted)],
        };
        var finding = comparison.Compare();
        if (!finding.Agrees)
            finding = (comparison with { CountingShortOutages = CountingShortOutages(ours) }).Compare();
        return new ComparedFigure(row.Place, subject, Shown(ours, places, percent.Rounding), text, finding);
    }

    /// <summary>Our level if the objective had no shortest outage: some count a short outage at first and drop it later.</summary>
    private ImmutableArray<Alternative<Rational>> CountingShortOutages(ObjectiveEvaluation ours)
    {
        // A figure for a whole period that an amendment cuts has no counterpart of ours.
        if (ours.Period.Version is not null)
            return [];
        var inForce = agreement.At(ours.Period.Span.StartInstant);
        var objective = inForce.Objectives.First(o => o.Name == ours.Objective);
        if (objective.Indicator is not Indicator.Availability { Policy.ShortestOutage: var shortest } indicator || shortest == Duration.Zero || ours.Level is not { } level)
            return [];
        var other = inForce with { Objectives = [objective with { Indicator = indicator with { Policy = indicator.Policy with { ShortestOutage = Duration.Zero } } }] };
        var end = Instant.FromUnixTimeTicks(Math.Min(ours.Period.Span.End, asOf.ToUnixTimeTicks()));
        var counting = Engine.Evaluate(AgreementVersions.Of(other), Engine.Effective(facts, end), new TickInterval(end.ToUnixTimeTicks() - 1, end.ToUnixTimeTicks()), end).Objectives.LastOrDefault();
        if (counting?.Level is not { } all || all.Value == level.Value)
            return [];
        var shortOnes = counting.Outages.Where(o => o.Span.Length < (long)shortest.BclCompatibleTicks && o.Counted > 0).ToList();
        if (shortOnes.Count == 0)
            return [];
        // Both levels have one denominator, so that the short outages' ticks tell what one of them weighs.
        var weight = (level.Value - all.Value) / shortOnes.Sum(o => o.Counted);
        return
        [
            new(DifferenceReason.ShortOutages, "they count outages that the agreement leaves out as too short", all.Value),
            new(DifferenceReason.ShortOutages, "they count the latest outage, which the agreement leaves out as too short", level.Value - weight * shortOnes[^1].Counted),
        ];
    }

    /// <summary>At the places and by the rounding that are compared, so that equal figures look equal.</summary>
    private static string Shown(ObjectiveEvaluation ours, int places, Rounding rounding) =>
        ours.Level is { } level ? (level.Value * 100).ToString(places, rounding) + " %" : LevelForm.Show(ours);

    private AgreementEvaluation At(Instant at)
    {
        if (!_evaluations.TryGetValue(at, out var evaluation))
            _evaluations[at] = evaluation = Engine.Evaluate(agreement, Engine.Effective(facts, at), new TickInterval(at.ToUnixTimeTicks() - 1, at.ToUnixTimeTicks()), at);
        return evaluation;
    }

    private AgreementEvaluation? Whole()
    {
        if (_whole is null && Commands.Inputs.Span(null, null, null, agreement.Latest.Zone, facts, asOf, diagnostics) is { } span)
            _whole = Engine.Evaluate(agreement, Engine.Effective(facts, asOf), span, asOf);
        return _whole;
    }

    /// <summary>The last cycle of a clock on a ticket. The clock is named by its own name, or by that of the objective that measures it: two may measure one clock.</summary>
    private ClockReading? Reading(string ticket, string clock)
    {
        _clocks ??= Engine.Clocks(agreement, Engine.Effective(facts, asOf), asOf).ToLookup(r => r.Ticket);
        return _clocks[ticket].LastOrDefault(r => r.Clauses.Any(c => c.Path.StartsWith($"objectives.{clock}.", StringComparison.Ordinal)))
            ?? _clocks[ticket].LastOrDefault(r => r.Clock == clock && r.Target is not null)
            ?? _clocks[ticket].LastOrDefault(r => r.Clock == clock);
    }

    private DueComparison Rules(ClockReading reading, Instant theirs) => new()
    {
        Started = reading.CountedFrom,
        Ours = reading.Due,
        Theirs = theirs,
        Target = reading.Target is ClockSpan.OpenTime open ? open.Length : null,
        Paused = reading.Paused,
        Pinned = reading.PinnedDue,
        Calendar = reading.Definition.CalendarFor(reading.Priority),
        OtherCalendars = [.. agreement.Latest.Calendars.Select(c => (c.Key, c.Value))],
        Zone = _times.Zone,
    };

    private static Finding NoClock(string clock) => new(DifferenceReason.NoResult, $"the ticket has no clock '{clock}'");

    private void Bad(TheirRow row, string column, string what, string hint) =>
        diagnostics.Error("LK5055", row.Place, $"{Diagnostic.Quote(row[column])} in {Diagnostic.Quote(column)} is not {what}.", hint);
}
