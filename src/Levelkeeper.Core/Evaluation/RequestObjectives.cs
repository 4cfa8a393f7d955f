using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Evaluation;

/// <summary>Objectives on the share of good requests of a service, or of one of its members.</summary>
internal sealed class RequestObjectives
{
    private readonly ObjectiveContext _context;
    private readonly Indicator.Requests _indicator;
    private readonly List<Fact> _facts;
    private readonly ImmutableArray<RequestWindow> _windows;
    private readonly ImmutableArray<MaintenanceWindow> _maintenance;
    private readonly ImmutableArray<Exclusion> _claims;
    private readonly IntervalSet _own;
    private readonly TickInterval _span;

    private RequestObjectives(ObjectiveContext context, Indicator.Requests indicator)
    {
        (_context, _indicator) = (context, indicator);
        var around = context.Member is { Name: var member }
            ? [.. context.Facts.OfComponent(context.Objective.Service, member), .. context.Facts.OfComponent(context.Objective.Service, "")]
            : context.Facts.OfService(context.Objective.Service);
        _facts = [.. (context.Member is { Name: var of } ? context.Facts.OfComponent(context.Objective.Service, of) : around).Select(f => f.Fact)];
        // What cannot be counted was reported when the facts were read; here it only does not count.
        _windows = RequestWindow.From(_facts, indicator.Metric, new DiagnosticBag());
        if (indicator.Method is RequestMethod.Slices)
            _windows = [.. _windows, .. FailedChecks().Select(f => RequestWindow.OfFailedCheck(f.Time))];
        _maintenance = indicator.Exclusions.Maintenance is { } policy ? MaintenanceWindow.From(around.Select(f => f.Original with { Fact = f.Fact }), policy) : [];
        _claims = Exclusion.From(around.Select(f => f.Original with { Fact = f.Fact }), indicator.Exclusions.Causes, context.ExclusionRules);
        _own = indicator.JoinedLate == JoinedLate.WholePeriod ? IntervalSet.Of(context.Passed) : context.CountedTimes;
        // Intervals are counted from where counting begins.
        _span = indicator.JoinedLate != JoinedLate.OwnTime ? context.Passed : _own.IsEmpty ? new TickInterval(context.Passed.Start, context.Passed.Start) : new TickInterval(_own[0].Start, _own[^1].End);
    }

    public static ObjectiveEvaluation Evaluate(ObjectiveContext context, Indicator.Requests indicator)
    {
        var objective = new RequestObjectives(context, indicator);
        var result = objective.Result(pendingToo: false);
        return objective._claims.Any(c => c.Status == ExclusionStatus.Pending) ? result with { IfPendingApproved = objective.Result(pendingToo: true).Verdict } : result;
    }

    private ObjectiveEvaluation Result(bool pendingToo)
    {
        var counted = Excluded(_windows.Where(w => _own.Contains(w.Window.End - 1)), pendingToo);
        var time = Time();
        var result = RequestAvailability.Evaluate(counted.Windows, _span, _context.AsOf, _indicator.Method, time: time);
        var everything = _context.Evaluated.Running ? Excluded(_windows, pendingToo).Windows : [];
        var alerts = BurnRates.Of(_context, _windows.IsEmpty ? null : _windows.Min(w => w.Window.Start), span =>
        {
            var burnt = RequestAvailability.Evaluate(everything, span, _context.AsOf, _indicator.Method, time: time);
            return burnt.Level is null ? (0, 0) : (burnt.Total - burnt.Good, burnt.Total);
        });
        if (result.Level is not { } level)
        {
            return counted.Any
                ? _context.Make(Verdict.Excused, Verdict.Excused, Parts.Reason("no requests", "All that was counted in this period is excluded.", LeftOut(counted))) with { BurnAlerts = alerts }
                : _context.Result(MeasuredValue.NoActivity.Instance, 0, Growth.None, Parts.Reason("no requests", "Nothing was counted in this period.")) with { BurnAlerts = alerts };
        }

        var bound = _context.Objective.Target.Bound;
        var allowed = (1 - bound) * result.Total;
        var consumed = result.Total - result.Good;
        var budget = new BudgetReading(QuantityUnit.Number, allowed, consumed, allowed - consumed, bound == 1 ? null : consumed / result.Total / (1 - bound));
        return _context.Result(new MeasuredValue.Exact(Quantity.Share(level)), result.Requests, Growth.None, Tree(result, level, counted), budget) with { BurnAlerts = alerts };
    }

    private Explanation Tree(RequestAvailability result, Rational level, ExcludedRequests counted)
    {
        var facts = _facts.Where(f => f.Data is FactData.Aggregated window && window.Metric == _indicator.Metric && _own.Contains(f.Time.ToUnixTimeTicks() - 1)).ToList();
        var (good, total) = _indicator.Method switch
        {
            RequestMethod.Ratio => ("good", "all"),
            RequestMethod.MeanOfIntervals => ("sum of the intervals' rates", "intervals"),
            RequestMethod.Slices => ("good intervals", "intervals"),
            _ => throw new InvalidOperationException("The methods are closed."),
        };
        var quiet = Parts.Number(result.Quiet);
        var all = new Quantity(result.Total, QuantityUnit.Number);
        return Parts.Derived(
            $"share of {_indicator.Metric}",
            Quantity.Share(level),
            Derivation.Quotient,
            [
                Parts.Given(good, new Quantity(result.Good, QuantityUnit.Number), "", facts),
                _indicator.Method is RequestMethod.Ratio
                    ? Parts.Given(total, all)
                    : Parts.Derived(total, all, Derivation.Sum, Parts.Given("in which something was counted", all with { Value = result.Total - quiet.Value }), Parts.Given("in which nothing was counted, and which are good", quiet)),
                .. LeftOut(counted),
            ]);
    }

    private ExcludedRequests Excluded(IEnumerable<RequestWindow> windows, bool pendingToo) => ExcludedRequests.Of(
        windows,
        _indicator.Exclusions,
        Accepted(),
        IntervalSet.Of(_claims.Where(c => c.Status == ExclusionStatus.Approved || pendingToo && c.Status == ExclusionStatus.Pending).Select(c => c.During)));

    private IntervalSet Accepted() => IntervalSet.Of(_maintenance.Where(m => m.Status == MaintenanceStatus.Accepted).Select(m => m.During));

    /// <summary>Maintenance that leaves both sides takes its intervals with it, and so does the time in which a member was not there.</summary>
    private RequestTime Time()
    {
        var rest = IntervalSet.Of(_span).Except(_own);
        var left = _indicator.Exclusions.Maintenance is { Treatment: MaintenanceTreatment.LeavesBoth } ? Accepted() : IntervalSet.Empty;
        return _indicator.JoinedLate == JoinedLate.RestIsWell ? new RequestTime(left, rest) : new RequestTime(left.Union(rest), IntervalSet.Empty);
    }

    private ImmutableArray<Explanation> LeftOut(ExcludedRequests counted)
    {
        var exclusions = _indicator.Exclusions;
        var parts = ImmutableArray.CreateBuilder<Explanation>();
        if (counted.Maintained.Sign > 0)
            parts.Add(Parts.Given("requests in planned maintenance, which count otherwise or not at all", new Quantity(counted.Maintained, QuantityUnit.Number)) with { Clauses = [exclusions.MaintenanceClause] });
        if (counted.Excused.Sign > 0)
            parts.Add(Parts.Given("requests that failed and are excused", new Quantity(counted.Excused, QuantityUnit.Number)) with { Clauses = [exclusions.CausesClause] });
        parts.AddRange(_claims.Where(c => c.Status == ExclusionStatus.Invalid || !c.During.Intersect(_span).IsEmpty).Select(c => LeftOutExplanation.Of(c, null, exclusions.CausesClause)));
        parts.AddRange(_maintenance.Where(m => !m.During.Intersect(_span).IsEmpty).Select(m => LeftOutExplanation.Of(m, exclusions.MaintenanceClause)));
        var elsewhere = _context.Member is null ? 0 : _context.Facts.OfComponent(_context.Objective.Service, "").Count(f => f.Fact.Data is FactData.Aggregated window && window.Metric == _indicator.Metric && _own.Contains(f.Fact.Time.ToUnixTimeTicks() - 1));
        if (elsewhere > 0)
            parts.Add(Parts.Reason("windows of the service as a whole", $"{elsewhere} windows name no member: they count for none."));
        return parts.Count == 0 ? [] : [Parts.Reason("what was left out, and why", "", parts.ToImmutable())];
    }

    /// <summary>The failed checks of what is looked at as such: a component or a function that fails does not say that the service did.</summary>
    private IEnumerable<Fact> FailedChecks() =>
        _context.Facts.OfComponent(_context.Objective.Service, _context.Member?.Name ?? "").Select(f => f.Fact).Where(f => f.Data is FactData.Probed { Good: false, Function: "" });
}
