using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Stores;
using NodaTime;

namespace Levelkeeper.Server.Metrics;

/// <summary>How the agreements in force stand. There are as many figures as there are objectives and clocks, never one for a ticket or a member of a roster.</summary>
internal sealed class AgreementMetrics(LiveService live, ServedStore served) : IMetricSource
{
    /// <summary>Figures that moved are read anew after so long.</summary>
    private static readonly Duration s_fresh = Duration.FromSeconds(15);

    /// <summary>So many objectives are read anew for one scrape at most: what it costs does not grow with the number of agreements.</summary>
    private const int MostRead = 500;

    private static readonly (Verdict Verdict, string State)[] s_states =
    [
        (Verdict.Met, "met"), (Verdict.Breached, "breached"), (Verdict.AtRisk, "at_risk"), (Verdict.Excused, "excused"), (Verdict.InsufficientEvidence, "insufficient_evidence"), (Verdict.NoActivity, "no_activity"),
    ];

    public ValueTask WriteAsync(MetricsText text, CancellationToken cancel)
    {
        if (served.Open is null)
            return ValueTask.CompletedTask;
        var agreements = live.FiguresAt(s_fresh, MostRead);
        text.Metric("levelkeeper_agreements", "gauge", "Agreements in force.").Sample("levelkeeper_agreements", agreements.Count);
        var objectives = agreements.SelectMany(a => a.Objectives.Select(o => (a.Id, Figures: o))).ToList();
        Quantities(text, "levelkeeper_objective_target", "What is promised", objectives.Select(o => (o.Id, o.Figures.Objective, o.Figures.Target)));
        Quantities(text, "levelkeeper_objective_current", "What is measured so far in the period that runs", objectives.Select(o => (o.Id, o.Figures.Objective, o.Figures.Level)));
        Each(text, "levelkeeper_objective_error_budget_remaining_ratio", "The part of the error budget of the period that is left: 1 is all of it, below 0 it is overdrawn.", objectives, o => o.BudgetLeft);
        Each(text, "levelkeeper_objective_read_timestamp_seconds", "As of when the figures of the objective are.", objectives, o => new Rational(o.AsOf.ToUnixTimeTicks(), TimeSpan.TicksPerSecond));
        text.Metric("levelkeeper_objective_state", "gauge", "1 for the state in which the objective is in the period that runs, 0 for the others.");
        foreach (var (id, figures) in objectives)
        {
            foreach (var (verdict, state) in s_states)
                text.Sample("levelkeeper_objective_state", figures.Verdict == verdict ? 1L : 0L, ("agreement", id), ("objective", figures.Objective), ("state", state));
        }

        var clocks = agreements.SelectMany(a => a.Clocks.Select(c => (a.Id, Figures: c))).ToList();
        Each(text, "levelkeeper_clocks_open", "Clocks on tickets that nothing has stopped yet: running, paused or late.", clocks, c => c.Open);
        Each(text, "levelkeeper_clocks_at_risk", "Running clocks that have reached the share of their target from which they are at risk.", clocks, c => c.AtRisk);
        Each(text, "levelkeeper_clocks_late", "Open clocks that are past due.", clocks, c => c.Late);
        Each(text, "levelkeeper_clocks_breached", "Clocks that are known to have missed their deadline, whether open or not. A correction can take one back.", clocks, c => c.Breached);
        return ValueTask.CompletedTask;
    }

    private static void Quantities(MetricsText text, string name, string help, IEnumerable<(string Agreement, string Objective, Quantity? Quantity)> quantities)
    {
        var known = quantities.Where(q => q.Quantity is not null).Select(q => (q.Agreement, q.Objective, Quantity: q.Quantity!.Value)).ToList();
        Of("ratio", "a fraction of one", q => q.Unit == QuantityUnit.Share, q => q.Value);
        Of("seconds", "a length of time", q => q.Unit == QuantityUnit.Ticks, q => q.Value / TimeSpan.TicksPerSecond);
        Of("value", "a count, an amount or a number in a unit of the agreement's own", q => q.Unit is QuantityUnit.Number or QuantityUnit.Money, q => q.Value);

        void Of(string unit, string about, Func<Quantity, bool> isIt, Func<Quantity, Rational> value)
        {
            if (!known.Exists(q => isIt(q.Quantity)))
                return;
            text.Metric($"{name}_{unit}", "gauge", $"{help}: {about}.");
            foreach (var (agreement, objective, quantity) in known.Where(q => isIt(q.Quantity)))
                text.Sample($"{name}_{unit}", value(quantity), ("agreement", agreement), ("objective", objective));
        }
    }

    private static void Each(MetricsText text, string name, string help, IReadOnlyCollection<(string Agreement, ObjectiveFigures Figures)> objectives, Func<ObjectiveFigures, Rational?> value)
    {
        text.Metric(name, "gauge", help);
        foreach (var (agreement, figures) in objectives)
        {
            if (value(figures) is { } known)
                text.Sample(name, known, ("agreement", agreement), ("objective", figures.Objective));
        }
    }

    private static void Each(MetricsText text, string name, string help, IReadOnlyCollection<(string Agreement, ClockFigures Figures)> clocks, Func<ClockFigures, long> value)
    {
        text.Metric(name, "gauge", help);
        foreach (var (agreement, figures) in clocks)
            text.Sample(name, value(figures), ("agreement", agreement), ("clock", figures.Clock));
    }
}
