using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Evaluation;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>Which steps of an agreement's escalation matrix come when. Pure: the clocks and results in, the steps out; what was decided before is the caller's to know.</summary>
public static class EscalationPlan
{
    // Somebody who never acknowledges is told again for so long, and no longer.
    private const int MostRepetitions = 100;

    /// <summary>The thread of a ticket: all its clocks are acknowledged together.</summary>
    public static string ThreadOf(string agreement, string ticket) => $"{agreement}/ticket/{ticket}";

    /// <summary>The steps for a cycle of a clock, by when they come.</summary>
    /// <param name="agreement">The agreement whose matrix counts.</param>
    /// <param name="objectives">The objectives that measure the clock: steps may name either.</param>
    /// <param name="clock">The cycle.</param>
    /// <param name="acknowledged">When somebody acknowledged the ticket; ascending.</param>
    /// <param name="until">Repetitions later than this are not listed.</param>
    public static ImmutableArray<PlannedStep> Of(Agreement agreement, IReadOnlyCollection<string> objectives, ClockReading clock, IReadOnlyList<Instant> acknowledged, Instant until)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(clock);
        var thread = ThreadOf(agreement.Id, clock.Ticket);
        // What was acknowledged before this cycle began was another matter.
        var stopped = acknowledged.Where(a => a >= clock.StartedAt).Select(a => (Instant?)a).FirstOrDefault();
        return Planned(agreement, s => s.Of == clock.Clock || objectives.Contains(s.Of), s => ReachedAt(s.At, clock), $"{agreement.Id}/{clock.Clock}/{clock.Ticket}/{clock.Cycle}", thread, Earlier(clock.StoppedAt, stopped), until);
    }

    /// <summary>The thread of an objective in a period.</summary>
    public static string ThreadOf(string agreement, ObjectiveEvaluation result) => $"{agreement}/objective/{SubjectOf(result)}";

    /// <summary>Whether a step of an objective waits for something of the objective itself. Clocks are told of ticket by ticket, when each is late; of the objective that they make up only its budget is.</summary>
    public static bool IsOfObjective(EscalationStep step, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(objective);
        return step.Of == objective.Name && step.At switch
        {
            EscalationPoint.OfBudget or EscalationPoint.OfBurn or EscalationPoint.OfProjection => true,
            EscalationPoint.BeforeUpdate or EscalationPoint.AfterMissedUpdate => false,
            EscalationPoint.AfterBreach => objective.Indicator is not Indicator.Clock,
            EscalationPoint.OfClock or EscalationPoint.BeforeDue => false,
            _ => throw new InvalidOperationException("The cases of a point are closed."),
        };
    }

    /// <summary>The steps for an objective in a period, by when they come.</summary>
    /// <param name="agreement">The agreement whose matrix counts; it has the objective.</param>
    /// <param name="result">The result as it stands now.</param>
    /// <param name="noticedAt">When it was noticed that so much of the budget is used, that it burns too fast, or that the target is missed: asked where a result does not tell; null while it is not.</param>
    /// <param name="burns">How often its budget has begun to burn too fast in the period: each time is told.</param>
    /// <param name="acknowledged">When somebody acknowledged it; ascending.</param>
    /// <param name="until">Repetitions later than this are not listed.</param>
    public static ImmutableArray<PlannedStep> Of(Agreement agreement, ObjectiveEvaluation result, Func<EscalationPoint, Instant?> noticedAt, int burns, IReadOnlyList<Instant> acknowledged, Instant until)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(result);
        var objective = agreement.Objectives.First(o => o.Name == result.Objective);
        var (subject, thread) = ($"{agreement.Id}/{SubjectOf(result)}", ThreadOf(agreement.Id, result));
        var lasting = Planned(agreement, s => IsOfObjective(s, objective) && s.At is not EscalationPoint.OfBurn, s => ReachedAt(s.At, result, noticedAt), subject, thread, First(acknowledged), until);
        // Who took on that it burnt last week has not taken on that it burns again.
        var burnt = Planned(agreement, s => IsOfObjective(s, objective) && s.At is EscalationPoint.OfBurn, s => noticedAt(s.At), $"{subject}/{burns}", thread, First(acknowledged.Where(a => a >= noticedAt(new EscalationPoint.OfBurn()))), until);
        return burnt.IsEmpty ? lasting : [.. lasting.Concat(burnt).OrderBy(s => s.At).ThenBy(s => s.Name, StringComparer.Ordinal)];
    }

    /// <summary>The thread of an outage.</summary>
    public static string ThreadOfOutage(string agreement, string outage) => $"{agreement}/outage/{outage}";

    /// <summary>The steps for the next update on an outage, by when they come.</summary>
    /// <param name="agreement">The agreement whose matrix counts.</param>
    /// <param name="objectives">The objectives that count the outage: steps name one.</param>
    /// <param name="outage">The service and the beginning of the outage.</param>
    /// <param name="last">When the last update was given; before any is, when the outage began.</param>
    /// <param name="due">When the next one is due.</param>
    /// <param name="acknowledged">When somebody acknowledged the outage; ascending.</param>
    /// <param name="until">Repetitions later than this are not listed.</param>
    public static ImmutableArray<PlannedStep> OfUpdate(Agreement agreement, IReadOnlyCollection<string> objectives, string outage, Instant last, Instant due, IReadOnlyList<Instant> acknowledged, Instant until)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        var thread = ThreadOfOutage(agreement.Id, outage);
        return Planned(
            agreement, s => objectives.Contains(s.Of) && s.At is EscalationPoint.BeforeUpdate or EscalationPoint.AfterMissedUpdate,
            s => s.At switch { EscalationPoint.BeforeUpdate { Length: var length } => Later(due - length, last), EscalationPoint.AfterMissedUpdate { Length: var length } => due + length, _ => null },
            $"{thread}/after {InstantPattern.ExtendedIso.Format(last)}", thread, First(acknowledged.Where(a => a >= last)), until);
    }

    /// <summary>The objective, its member and its period.</summary>
    internal static string SubjectOf(ObjectiveEvaluation result) => result.Member.Length > 0 ? $"{result.Objective}/{result.Member}/{result.Period.Label}" : $"{result.Objective}/{result.Period.Label}";

    private static ImmutableArray<PlannedStep> Planned(
        Agreement agreement, Func<EscalationStep, bool> concerns, Func<EscalationStep, Instant?> at, string subject, string thread, Instant? stopped, Instant until)
    {
        var steps = ImmutableArray.CreateBuilder<PlannedStep>();
        foreach (var name in StepNames.Of(agreement.Escalations.Where(concerns)))
        {
            var step = name.Step;
            if (at(step) is not { } first)
                continue;
            var (next, repetition) = (first, 0);
            while (!(next >= stopped) && (repetition == 0 || (next <= until && repetition <= MostRepetitions)))
            {
                var again = repetition == 0 ? "" : $"/{repetition}";
                steps.Add(new PlannedStep($"{subject}/{name.Name}{again}", thread, step, repetition, next, Recipients(agreement, step, next))
                {
                    FormerName = $"{subject}/{step.Clause.Path}{again}",
                    Content = name.Content,
                    PointName = $"{subject}/{name.Point}{again}",
                    OtherName = $"{subject}/{name.Point}, {name.Content}{again}",
                    Company = name.Company,
                });
                if (step.Repeat is not { } repeat)
                    break;
                next += repeat;
                repetition++;
            }
        }

        steps.Sort(static (a, b) => a.At == b.At ? string.CompareOrdinal(a.Name, b.Name) : a.At.CompareTo(b.At));
        return steps.DrainToImmutable();
    }

    private static Instant? ReachedAt(EscalationPoint point, ClockReading clock) => point switch
    {
        EscalationPoint.OfClock { Share: var share } => clock.ReachedAt(share),
        EscalationPoint.BeforeDue { Length: var length } => (clock.PinnedDue ?? clock.Due) is { } due ? Later(due - length, clock.StartedAt) : null,
        EscalationPoint.AfterBreach { Length: var length } => (clock.Verdict == ClockVerdict.Running ? clock.PinnedDue ?? clock.Due : clock.BreachedAt) + length,
        EscalationPoint.OfBudget or EscalationPoint.OfBurn or EscalationPoint.OfProjection or EscalationPoint.BeforeUpdate or EscalationPoint.AfterMissedUpdate => null,
        _ => throw new InvalidOperationException("The cases of a point are closed."),
    };

    private static Instant? ReachedAt(EscalationPoint point, ObjectiveEvaluation result, Func<EscalationPoint, Instant?> noticedAt) => point switch
    {
        EscalationPoint.OfBudget or EscalationPoint.OfBurn or EscalationPoint.OfProjection => noticedAt(point),
        EscalationPoint.AfterBreach { Length: var length } => result.Verdict == Verdict.Breached ? (result.LostAt ?? noticedAt(point)) + length : null,
        EscalationPoint.OfClock or EscalationPoint.BeforeDue or EscalationPoint.BeforeUpdate or EscalationPoint.AfterMissedUpdate => null,
        _ => throw new InvalidOperationException("The cases of a point are closed."),
    };

    /// <summary>Who is told: those whom the step names, each with the one who stands in when it is not reached then.</summary>
    private static ImmutableArray<Recipient> Recipients(Agreement agreement, EscalationStep step, Instant at)
    {
        var sent = OpenFrom(agreement, step.InHoursOf, at) ?? at;
        return [.. step.Tell.Select(key => Recipient(agreement, key, sent)).OfType<Recipient>().DistinctBy(r => r.Person.Key)];
    }

    private static Recipient? Recipient(Agreement agreement, string key, Instant at)
    {
        if (Find(agreement, key) is not { } meant)
            return null;
        var tried = new HashSet<string>(StringComparer.Ordinal);
        for (var person = meant; person is not null && tried.Add(person.Key); person = person.StandsIn is { } next ? Find(agreement, next) : null)
        {
            if (OpenFrom(agreement, person.Hours, at) == at)
                return new Recipient(person, at, person == meant ? null : meant.Key);
        }

        // Nobody is reached now: the one who is meant, as soon as it is.
        return new Recipient(meant, OpenFrom(agreement, meant.Hours, at) ?? at, null);
    }

    /// <summary>The instant itself where the calendar is open, else its next opening; null when it never opens again.</summary>
    private static Instant? OpenFrom(Agreement agreement, string? calendar, Instant at)
    {
        if (calendar is null || !agreement.Calendars.TryGetValue(calendar, out var hours) || hours.IsOpen(at))
            return at;
        return hours.TryNextOpening(at.ToUnixTimeTicks(), out var opening) ? Instant.FromUnixTimeTicks(opening) : null;
    }

    private static Person? Find(Agreement agreement, string key) => agreement.People.FirstOrDefault(p => p.Key == key);

    private static Instant? First(IEnumerable<Instant> instants) => instants.Select(i => (Instant?)i).FirstOrDefault();

    private static Instant? Earlier(Instant? a, Instant? b) => a is null ? b : b is null ? a : Instant.Min(a.Value, b.Value);

    private static Instant Later(Instant a, Instant b) => Instant.Max(a, b);
}
