using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>How one thing about an agreement stands: what live evaluation keeps, and what a change of it tells.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Subject">Which: see <see cref="LiveChange.Subject"/>.</param>
/// <param name="State">How it stands.</param>
/// <param name="At">Since when, as far as that is known: the deadline of a breach; else the instant of the evaluation.</param>
public readonly record struct LiveState(LiveChangeKind Kind, string Subject, string State, Instant At)
{
    internal static string SubjectOf(string ticket, string clock, int cycle) => $"{clock}/{ticket}/{cycle}";

    internal static string Words(ClockVerdict verdict) => verdict switch
    {
        ClockVerdict.Running => "running",
        ClockVerdict.Paused => "paused",
        ClockVerdict.Met => "met",
        ClockVerdict.Breached => "breached",
        ClockVerdict.Cancelled => "cancelled",
        _ => throw new InvalidOperationException("A verdict that is not handled."),
    };

    internal static string Words(Verdict verdict) => verdict switch
    {
        Verdict.Met => "met",
        Verdict.Breached => "breached",
        Verdict.AtRisk => "at risk",
        Verdict.Excused => "excused",
        Verdict.InsufficientEvidence => "insufficient evidence",
        Verdict.NoActivity => "no activity",
        _ => throw new InvalidOperationException("Unknown verdict."),
    };

    /// <summary>What a clock is, and that it is at risk.</summary>
    internal static IEnumerable<LiveState> Of(ClockReading clock, Instant? atRiskFrom)
    {
        var subject = SubjectOf(clock.Ticket, clock.Clock, clock.Cycle);
        yield return new LiveState(LiveChangeKind.Clock, subject, Words(clock.Verdict), clock.DecidedAt ?? clock.PausedSince ?? clock.AsOf);
        if (atRiskFrom is { } from && from <= clock.AsOf)
            yield return new LiveState(LiveChangeKind.ClockAtRisk, subject, "at risk", from);
    }

    /// <summary>The name of an objective's period. One that ends with the instant at which it is read has another every time: what is followed is the objective.</summary>
    internal static string LabelOf(AgreementVersions versions, string objective, EvaluatedPeriod period)
    {
        if (!versions.All.Any(v => v.Agreement.Objectives.Any(o => o.Name == objective && o.Period.EndsWithItsInstant)))
            return period.Label;
        var part = period.Label.IndexOf(" (", StringComparison.Ordinal);
        return $"rolling{(part < 0 ? "" : period.Label[part..])}";
    }

    /// <summary>What a share of tickets in time is in a period.</summary>
    internal static LiveState Of(string objective, string label, ClockShareVerdict share, Instant asOf) =>
        new(LiveChangeKind.Objective, $"{objective}/{label}", Words(share.Verdict), share.Verdict == Verdict.Breached ? share.LostAt ?? asOf : asOf);

    /// <summary>The shares of an objective's error budget of which somebody is told, ascending. None for a share of tickets in time: what uses its budget up are clocks, which are followed one by one.</summary>
    internal static ImmutableArray<Rational> WatchedShares(AgreementVersions versions, string objective) =>
    [
        .. versions.All.Select(v => v.Agreement).Where(a => a.Objectives.Any(o => o.Name == objective && o.Indicator is not Indicator.Clock))
            .SelectMany(a => a.Escalations).Where(s => s.Of == objective).Select(s => s.At).OfType<EscalationPoint.OfBudget>().Select(p => p.Share).Distinct().Order(),
    ];

    /// <summary>Whether somebody is told that an objective is projected to be missed. Not of a share of tickets in time: it is so just when its verdict says so.</summary>
    internal static bool IsProjectionWatched(AgreementVersions versions, string objective) => versions.All.Select(v => v.Agreement).Any(a =>
        a.Objectives.Any(o => o.Name == objective && o.Indicator is not Indicator.Clock) && a.Escalations.Any(s => s.Of == objective && s.At is EscalationPoint.OfProjection));

    /// <summary>What an objective is in a period, as a whole and for each that must reach it by itself, with its outages, its alerts, and how much of its budget is used.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="label">The name of the period.</param>
    /// <param name="asOf">The instant of the evaluation.</param>
    /// <param name="shares">The shares of the budget that matter, ascending.</param>
    /// <param name="projected">Whether it matters that it is projected to be missed.</param>
    internal static IEnumerable<LiveState> Of(ObjectiveEvaluation objective, string label, Instant asOf, ImmutableArray<Rational> shares, bool projected)
    {
        foreach (var result in objective.Members.Prepend(objective))
        {
            var subject = $"{result.Objective}/{label}{(result.Member.Length > 0 ? "/" : "")}{result.Member}";
            yield return new LiveState(LiveChangeKind.Objective, subject, Words(result.Verdict), result.Verdict == Verdict.Breached ? result.LostAt ?? asOf : asOf);
            if (result.Outages.Any(o => o.Lasting))
                yield return new LiveState(LiveChangeKind.Outage, subject, "down", Instant.FromUnixTimeTicks(result.Outages.Where(o => o.Lasting).Min(o => o.Span.Start)));
            else if (!result.Outages.IsEmpty)
                yield return new LiveState(LiveChangeKind.Outage, subject, "up", Instant.FromUnixTimeTicks(result.Outages.Max(o => o.Span.End)));
            for (var i = 0; i < result.BurnAlerts.Length; i++)
            {
                if (result.BurnAlerts[i].Fires)
                    yield return new LiveState(LiveChangeKind.BurnAlert, $"{subject}/{i}", "fires", asOf);
            }

            if (projected && result.IsProjectedToMiss)
                yield return new LiveState(LiveChangeKind.Projection, subject, "will be missed", asOf);
            if (result.Budget is { Allowed.Sign: > 0 } budget && shares.LastOrDefault(s => budget.Consumed >= s * budget.Allowed, -1) is { Sign: >= 0 } used)
                yield return new LiveState(LiveChangeKind.Budget, subject, $"{used * 100} % used", asOf);
        }
    }
}
