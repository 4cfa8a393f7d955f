using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Storage.Outbox;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>Decides the steps of escalations whose time has come: each once, in one transaction with the messages that follow from it.</summary>
/// <remarks>
/// Nobody is told of what is over: a clock that was stopped meanwhile. After a time in which nothing was decided (the server was down), of a step that repeats only the last
/// time is told, and the others are written down as passed over. What is remembered here only saves questions to the outbox: another process that knows nothing decides nothing
/// twice. One turn at a time.
/// </remarks>
/// <param name="outbox">Where decisions and messages are kept.</param>
public sealed class EscalationLoop(OutboxStore outbox)
{
    private const int MostRemembered = 100_000;

    private readonly HashSet<string> _decided = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Instant>> _acknowledged = new(StringComparer.Ordinal);
    private readonly ObjectiveWatch _objectives = new(outbox);

    /// <summary>Decides what has come by the instant of a reading.</summary>
    /// <param name="reading">How the agreement stands.</param>
    /// <param name="facts">Its facts: they say what was acknowledged.</param>
    /// <param name="cancel">Gives up; what is not decided then is decided the next time.</param>
    public async Task<EscalationTurn> RunAsync(LiveReading reading, FactSet facts, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(facts);
        var agreement = reading.Versions.At(reading.AsOf);
        if (agreement.Escalations.IsEmpty)
            return EscalationTurn.Nothing;
        // The next repetition of whatever repeats is in sight.
        var horizon = reading.AsOf + agreement.Escalations.Max(s => s.Repeat ?? Duration.Zero);
        var acknowledged = new Lazy<ILookup<string, Instant>>(() => facts.AsEnumerable()
            .Where(f => f.Fact.Data is FactData.TicketAcknowledged && f.Fact.Time <= reading.AsOf).ToLookup(f => f.Fact.Subject, f => f.Fact.Time, StringComparer.Ordinal));
        var told = ImmutableArray.CreateBuilder<PlannedStep>();
        Instant? next = null;
        foreach (var matter in Clocks(agreement, reading, horizon).Concat(await _objectives.ReadAsync(agreement, reading, facts, horizon, cancel)).Concat(OutageUpdates.Of(agreement, reading, facts, horizon)))
        {
            var steps = await PlanAsync(matter, reading.AsOf, acknowledged, cancel);
            var come = steps.Where(s => matter.HasCome(s, reading.AsOf) && !_decided.Contains(s.Name)).ToList();
            foreach (var step in come)
            {
                // Of what repeats, only the last is news.
                var passed = come.Exists(s => s.Step == step.Step && s.Repetition > step.Repetition);
                if (await DecideAsync(agreement, reading.AsOf, step, matter, passed, cancel) && !passed)
                    told.Add(step);
            }

            foreach (var step in steps.Where(s => s.At >= reading.AsOf && !_decided.Contains(s.Name)))
                next = Earlier(next, Instant.Max(step.At, reading.AsOf.PlusTicks(1)));
        }

        return new EscalationTurn(told.DrainToImmutable(), next);
    }

    /// <summary>The open clocks: what is stopped or cancelled is over.</summary>
    private static IEnumerable<EscalatedMatter> Clocks(Agreement agreement, LiveReading reading, Instant horizon)
    {
        var objectives = agreement.Objectives.Where(o => o.Indicator is Indicator.Clock).ToLookup(o => ((Indicator.Clock)o.Indicator).Definition.Name, o => o.Name, StringComparer.Ordinal);
        return reading.Clocks.Where(c => c.StoppedAt is null && c.Verdict != ClockVerdict.Cancelled).Select(clock => new EscalatedMatter
        {
            Thread = EscalationPlan.ThreadOf(agreement.Id, clock.Ticket),
            Ticket = clock.Ticket,
            Clock = clock.Clock,
            Due = clock.PinnedDue ?? clock.Due,
            // At its due a clock is not breached yet: what stops it just then still meets it.
            IsBreached = clock.BreachedAt is not null,
            Plan = acknowledged => EscalationPlan.Of(agreement, [.. objectives[clock.Clock]], clock, acknowledged, horizon),
        });
    }

    /// <summary>The steps of a matter, after all that was acknowledged. That is asked for only when there is something to decide.</summary>
    private async Task<ImmutableArray<PlannedStep>> PlanAsync(EscalatedMatter matter, Instant asOf, Lazy<ILookup<string, Instant>> facts, CancellationToken cancel)
    {
        var steps = matter.Plan(_acknowledged.GetValueOrDefault(matter.Thread, []));
        if (!steps.Any(s => matter.HasCome(s, asOf) && !_decided.Contains(s.Name)))
            return steps;
        var noted = await outbox.AcknowledgementsAsync(matter.Thread, cancel);
        ImmutableArray<Instant> acknowledged = [.. noted.Select(a => a.At).Concat(matter.Ticket.Length > 0 ? facts.Value[matter.Ticket] : []).Order()];
        if (acknowledged.IsEmpty)
            return steps;
        if (_acknowledged.Count >= MostRemembered)
            _acknowledged.Clear();
        _acknowledged[matter.Thread] = acknowledged;
        return matter.Plan(acknowledged);
    }

    private async Task<bool> DecideAsync(Agreement agreement, Instant asOf, PlannedStep step, EscalatedMatter matter, bool passed, CancellationToken cancel)
    {
        var isKnown = step.FormerName.Length > 0 && await outbox.DecidedAtAsync(step.FormerName, cancel) is not null;
        var messages = passed ? [] : EscalationMessages.Of(agreement, asOf, step, matter).ToList();
        var decided = !isKnown && await outbox.DecideAsync(step.Name, passed ? """{"passed-over":true}"""u8.ToArray() : "{}"u8.ToArray(), asOf, messages, cancel);
        // What is forgotten is asked of the outbox again.
        if (_decided.Count >= MostRemembered)
            _decided.Clear();
        _decided.Add(step.Name);
        return decided;
    }

    private static Instant Earlier(Instant? a, Instant b) => a is { } other ? Instant.Min(other, b) : b;
}

/// <summary>What a turn of the loop came to.</summary>
/// <param name="Told">The steps that were decided now and are told.</param>
/// <param name="Next">When the next step comes, if nothing happens: the agreement must be read again then. Null when none will.</param>
public sealed record EscalationTurn(ImmutableArray<PlannedStep> Told, Instant? Next)
{
    /// <summary>An agreement that tells nobody.</summary>
    public static EscalationTurn Nothing { get; } = new([], null);
}
