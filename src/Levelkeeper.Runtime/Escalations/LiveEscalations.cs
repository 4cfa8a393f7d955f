using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Storage.Outbox;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>Decides the steps of the escalations of all agreements in force, as what they are of changes and as their time comes.</summary>
/// <remarks>
/// A ticket is planned anew, from its own facts, when its clocks do not go on as they did, and when its next step comes; the objectives that steps name when one of them was read anew, and when a step of one
/// comes. Nothing else costs anything. What is decided is what <see cref="EscalationLoop"/> decides from a reading of everything, whenever somebody looks. One turn at a time.
/// </remarks>
/// <param name="live">The agreements, kept current by whoever calls.</param>
/// <param name="outbox">Where decisions and messages are kept.</param>
public sealed class LiveEscalations(LiveAgreements live, OutboxStore outbox)
{
    /// <summary>What ends without any news, as that a budget burns too fast, is looked for this often.</summary>
    private static readonly Duration s_betweenLooks = Duration.FromMinutes(1);

    /// <summary>What could not be written down is tried again after this.</summary>
    private static readonly Duration s_afterFailure = Duration.FromSeconds(1);

    private readonly StepDecider _decider = new(outbox);
    private readonly ObjectiveWatch _objectives = new(outbox);
    private readonly Dictionary<string, AgreementPlans> _plans = new(StringComparer.Ordinal);
    private readonly PriorityQueue<AgreementPlans, Instant> _wakes = new();

    /// <summary>When something is to be looked at, though nothing happens; the past when something has happened. Null when nothing is.</summary>
    public Instant? NextWake
    {
        get
        {
            while (_wakes.TryPeek(out var plans, out var at) && !IsQueued(plans, at))
                _wakes.Dequeue();
            return live.HasNews ? Instant.MinValue : _wakes.TryPeek(out _, out var wake) ? wake : null;
        }
    }

    /// <summary>How many tickets were planned.</summary>
    internal int TicketsPlanned { get; private set; }

    /// <summary>How often the objectives of an agreement were looked at.</summary>
    internal int ObjectivesPlanned { get; private set; }

    /// <summary>The agreements of which something is to be looked at, as of the instant to which all were brought. Each is to be run.</summary>
    public IReadOnlyList<string> Due()
    {
        foreach (var news in live.TakeNews())
        {
            if (!_plans.TryGetValue(news.Agreement.Id, out var known) || known.Agreement != news.Agreement)
                _plans[news.Agreement.Id] = known = new AgreementPlans(news.Agreement);
            known.Take(news);
            Queue(known);
        }

        var (due, now) = (new List<string>(), live.AsOf);
        while (_wakes.TryPeek(out var plans, out var at) && at <= now)
        {
            _wakes.Dequeue();
            if (IsQueued(plans, at))
                due.Add(plans.Agreement.Id);
        }

        return due;
    }

    /// <summary>Decides what has come of an agreement.</summary>
    /// <param name="id">The agreement: one that is <see cref="Due"/>.</param>
    /// <param name="cancel">Gives up; what is not decided then is decided the next time.</param>
    public async Task<EscalationTurn> RunAsync(string id, CancellationToken cancel = default)
    {
        if (!_plans.TryGetValue(id, out var plans))
            return EscalationTurn.Nothing;
        var now = live.AsOf;
        var told = ImmutableArray.CreateBuilder<PlannedStep>();
        try
        {
            foreach (var ticket in plans.DueAt(now))
            {
                if (live.Ask(plans.Agreement, (a, asOf) => a.Read(ticket, asOf)) is { } standing)
                    plans.Set(ticket, await TicketAsync(plans.Agreement.Versions, standing, told, cancel));
            }

            if (plans.AreObjectivesDueAt(now) && live.Ask(plans.Agreement, Read) is { } objectives)
                plans.SetObjectives(await ObjectivesAsync(objectives, told, cancel));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            plans.PutOff(now + s_afterFailure);
            throw;
        }
        finally
        {
            plans.Queued = Instant.MaxValue;
            if (live.Ask(plans.Agreement, (a, _) => a) is null)
                _plans.Remove(id);
            else
                Queue(plans);
        }

        return new EscalationTurn(told.DrainToImmutable(), plans.Queued == Instant.MaxValue ? null : plans.Queued);
    }

    private async Task<Instant?> TicketAsync(AgreementVersions versions, TicketStanding ticket, ImmutableArray<PlannedStep>.Builder told, CancellationToken cancel)
    {
        TicketsPlanned++;
        var agreement = versions.At(ticket.AsOf);
        if (agreement.Escalations.IsEmpty)
            return null;
        return await DecideAsync(agreement, ticket.AsOf, StepDecider.MattersOf(agreement, ticket.Clocks, StepDecider.HorizonOf(agreement, ticket.AsOf)), () => ticket.Acknowledged, told, cancel);
    }

    private async Task<Instant?> ObjectivesAsync(ObjectivesRead read, ImmutableArray<PlannedStep>.Builder told, CancellationToken cancel)
    {
        ObjectivesPlanned++;
        if (read.Agreement.Escalations.IsEmpty)
            return null;
        var horizon = StepDecider.HorizonOf(read.Agreement, read.AsOf);
        var matters = await _objectives.ReadAsync(read.Agreement, read.Results, read.AsOf, horizon, cancel);
        var next = await DecideAsync(read.Agreement, read.AsOf, matters.Concat(read.Outages), () => [], told, cancel);
        if (read.Next is { } known)
            next = EscalationTurn.Earlier(next, known);
        return read.Results.Any(r => _objectives.Lasts(read.Agreement, r)) ? EscalationTurn.Earlier(next, read.AsOf + s_betweenLooks) : next;
    }

    private async Task<Instant?> DecideAsync(Agreement agreement, Instant asOf, IEnumerable<EscalatedMatter> matters, Func<IEnumerable<Instant>> acknowledged, ImmutableArray<PlannedStep>.Builder told, CancellationToken cancel)
    {
        Instant? next = null;
        foreach (var matter in matters)
        {
            var turn = await _decider.DecideAsync(agreement, asOf, matter, acknowledged, cancel);
            told.AddRange(turn.Told);
            if (turn.Next is { } at)
                next = EscalationTurn.Earlier(next, at);
        }

        return next;
    }

    /// <summary>The results that steps name, and the outages that last, all of one instant.</summary>
    private ObjectivesRead Read(LiveAgreement live, Instant asOf)
    {
        var (agreement, escalated, end) = (live.Versions.At(asOf), live.Escalated, asOf.PlusTicks(1));
        if (agreement.Escalations.IsEmpty)
            return new ObjectivesRead(agreement, asOf, [], [], null);
        var results = live.ResultsOf(escalated.Objectives, asOf, end, asOf).ToList();
        var running = ObjectiveWatch.RunningOf(results.Where(r => escalated.Results.Contains(r.Objective)));
        var ended = _objectives.Ended(agreement, live.Versions.TermTime, running, asOf, (watched, from, to) => live.ResultsOf(watched, from, to, asOf));
        Instant? next = escalated.MovesUnseen ? asOf + s_betweenLooks : null;
        if (!OutageUpdates.AreWatched(agreement) || !results.Exists(r => r.Period.Running && r.Outages.Any(o => o.Lasting)))
            return new ObjectivesRead(agreement, asOf, [.. running, .. ended], [], next);

        var updates = live.Updates();
        var outages = OutageUpdates.Of(agreement, live.Versions, results, FactSet.Of(updates).Effective(asOf), StepDecider.HorizonOf(agreement, asOf)).ToList();
        next = EscalationTurn.Earlier(next, FactTimes.NextAfter(updates, asOf));
        return new ObjectivesRead(agreement, asOf, [.. running, .. ended], outages, results.Exists(OutageUpdates.MayYetCount) ? EscalationTurn.Earlier(next, asOf + s_betweenLooks) : next);
    }

    private bool IsQueued(AgreementPlans plans, Instant at) => plans.Queued == at && _plans.GetValueOrDefault(plans.Agreement.Id) == plans;

    private void Queue(AgreementPlans plans)
    {
        var wake = plans.Wake;
        if (wake == plans.Queued)
            return;
        plans.Queued = wake;
        if (wake != Instant.MaxValue)
            _wakes.Enqueue(plans, wake);
    }

    /// <param name="Agreement">The agreement whose matrix counts.</param>
    /// <param name="AsOf">As of when.</param>
    /// <param name="Results">The results of the periods that run, and of those that ended last.</param>
    /// <param name="Outages">The outages that last.</param>
    /// <param name="Next">When to look again whatever steps come; null for no such instant.</param>
    private sealed record ObjectivesRead(Agreement Agreement, Instant AsOf, ImmutableArray<ObjectiveEvaluation> Results, IReadOnlyList<EscalatedMatter> Outages, Instant? Next);
}
