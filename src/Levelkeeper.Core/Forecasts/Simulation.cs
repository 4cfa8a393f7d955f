using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Forecasts;

/// <summary>A month of a simulation.</summary>
/// <param name="Month">The month.</param>
/// <param name="Results">The results whose periods end in it.</param>
/// <param name="Lines">What would have arisen in it.</param>
/// <param name="Entitlements">The rights that would have arisen in it.</param>
public sealed record SimulatedMonth(Period Month, ImmutableArray<ObjectiveEvaluation> Results, ImmutableArray<OwedLine> Lines, ImmutableArray<Entitlement> Entitlements)
{
    /// <summary>What a side would have owed.</summary>
    public Rational By(PartyRole side) => Lines.Where(l => l.By == side).Aggregate(Rational.Zero, (sum, l) => sum + l.Amount);
}

/// <summary>What an agreement would have come to over some of the past, month by month, and the chances of the period that follows.</summary>
/// <param name="Agreement">The agreement as if it had been in force.</param>
/// <param name="Months">The months.</param>
/// <param name="Chances">The chance of a breach by objective.</param>
/// <param name="Trials">How the chances would have told the past.</param>
public sealed record Simulation(Agreement Agreement, ImmutableArray<SimulatedMonth> Months, ImmutableArray<BreachChance> Chances, ImmutableArray<ForecastTrial> Trials)
{
    /// <summary>Simulates an agreement over its term. Every claim is taken to be made, and nothing to be waived or disputed.</summary>
    /// <param name="agreement">The agreement, whose term is the span that is simulated.</param>
    /// <param name="facts">The facts as they count at the term's end.</param>
    /// <param name="cancel">Gives up.</param>
    public static Simulation Of(Agreement agreement, EffectiveFacts facts, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        var versions = AgreementVersions.Of(agreement);
        var term = agreement.TermTime;
        var evaluation = Evaluator.Evaluate(versions, facts, term.StartInstant, term.EndInstant, term.EndInstant, cancel);
        var owed = RemedyEvaluator.Evaluate(versions, facts, evaluation);
        cancel.ThrowIfCancellationRequested();
        var months = new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), agreement.Zone).Touching(term).Select(month => new SimulatedMonth(
            month,
            [.. evaluation.Objectives.Where(r => Ends(r.Period.Span.EndInstant, month))],
            [.. owed.Lines.Where(l => l.State != OwedState.Interim && Ends(l.Arises, month))],
            [.. owed.Entitlements.Where(e => e.State == OwedState.Owed && Ends(e.Arises, month))]));
        return new Simulation(agreement, [.. months], BreachForecast.Of(versions, facts, term, cancel), BreachForecast.Trials(versions, facts, term, cancel));
    }

    private static bool Ends(Instant at, Period month) => at > month.During.StartInstant && at <= month.During.EndInstant;
}
