using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Storage.Outbox;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>Decides the steps of matters whose time has come: each once, in one transaction with the messages that follow from it.</summary>
/// <remarks>
/// Nobody is told of what is over: a clock that was stopped meanwhile. After a time in which nothing was decided (the server was down), of a step that repeats only the last
/// time is told, and the others are written down as passed over. What is remembered here only saves questions to the outbox: another process that knows nothing decides nothing
/// twice.
/// </remarks>
/// <param name="outbox">Where decisions and messages are kept.</param>
internal sealed class StepDecider(OutboxStore outbox)
{
    private const int MostRemembered = 100_000;

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>By name and content: after an amendment another step may have the name.</summary>
    private readonly HashSet<(string Name, string Content)> _decided = [];
    private readonly Dictionary<string, ImmutableArray<Instant>> _acknowledged = new(StringComparer.Ordinal);

    /// <summary>How far ahead steps are planned: the next repetition of whatever repeats is in sight.</summary>
    public static Instant HorizonOf(Agreement agreement, Instant asOf) => asOf + agreement.Escalations.Max(s => s.Repeat ?? Duration.Zero);

    /// <summary>The open clocks: what is stopped or cancelled is over.</summary>
    public static IEnumerable<EscalatedMatter> MattersOf(Agreement agreement, IEnumerable<ClockReading> clocks, Instant horizon)
    {
        var objectives = agreement.Objectives.Where(o => o.Indicator is Indicator.Clock).ToLookup(o => ((Indicator.Clock)o.Indicator).Definition.Name, o => o.Name, StringComparer.Ordinal);
        return clocks.Where(c => c.StoppedAt is null && c.Verdict != ClockVerdict.Cancelled).Select(clock => new EscalatedMatter
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

    /// <summary>Decides what has come of a matter.</summary>
    /// <param name="agreement">The agreement whose matrix counts.</param>
    /// <param name="asOf">The instant as of which the matter was read.</param>
    /// <param name="matter">The matter.</param>
    /// <param name="acknowledged">When facts say that somebody acknowledged it; asked for only when there is something to decide.</param>
    /// <param name="cancel">Gives up; what is not decided then is decided the next time.</param>
    public async Task<EscalationTurn> DecideAsync(Agreement agreement, Instant asOf, EscalatedMatter matter, Func<IEnumerable<Instant>> acknowledged, CancellationToken cancel)
    {
        var told = ImmutableArray.CreateBuilder<PlannedStep>();
        var steps = await PlanAsync(matter, asOf, acknowledged, cancel);
        var come = steps.Where(s => matter.HasCome(s, asOf) && !IsDecided(s)).ToList();
        foreach (var step in come)
        {
            // Of what repeats, only the last is news.
            var passed = come.Exists(s => s.Step == step.Step && s.Repetition > step.Repetition);
            if (await DecideAsync(agreement, asOf, step, matter, passed, cancel) && !passed)
                told.Add(step);
        }

        Instant? next = null;
        // One to come that was decided already, because a correction moved it, may hide what repeats after it: then there is more in sight.
        foreach (var step in steps.Where(s => s.At > asOf || (s.At == asOf && !IsDecided(s))))
            next = EscalationTurn.Earlier(next, Instant.Max(step.At, asOf.PlusTicks(1)));
        return new EscalationTurn(told.DrainToImmutable(), next);
    }

    /// <summary>The steps of a matter, after all that was acknowledged. That is asked for only when there is something to decide.</summary>
    private async Task<ImmutableArray<PlannedStep>> PlanAsync(EscalatedMatter matter, Instant asOf, Func<IEnumerable<Instant>> facts, CancellationToken cancel)
    {
        var steps = matter.Plan(_acknowledged.GetValueOrDefault(matter.Thread, []));
        if (!steps.Any(s => matter.HasCome(s, asOf) && !IsDecided(s)))
            return steps;
        var noted = await outbox.AcknowledgementsAsync(matter.Thread, cancel);
        ImmutableArray<Instant> acknowledged = [.. noted.Select(a => a.At).Concat(facts()).Order()];
        if (acknowledged.IsEmpty)
            return steps;
        if (_acknowledged.Count >= MostRemembered)
            _acknowledged.Clear();
        _acknowledged[matter.Thread] = acknowledged;
        return matter.Plan(acknowledged);
    }

    private async Task<bool> DecideAsync(Agreement agreement, Instant asOf, PlannedStep step, EscalatedMatter matter, bool passed, CancellationToken cancel)
    {
        var named = await NamedAsync(step, cancel);
        var decided = named is not null && await outbox.DecideAsync(
            named.Name, JsonSerializer.SerializeToUtf8Bytes(new Detail(passed ? true : null, step.Content), s_json), asOf, passed ? [] : [.. EscalationMessages.Of(agreement, asOf, named, matter)], cancel);
        // What is forgotten is asked of the outbox again.
        if (_decided.Count >= MostRemembered)
            _decided.Clear();
        _decided.Add((step.Name, step.Content));
        return decided;
    }

    private bool IsDecided(PlannedStep step) => _decided.Contains((step.Name, step.Content));

    /// <summary>The step by the name by which it is decided, after all that an agreement was before; null for one that was decided under another.</summary>
    private async Task<PlannedStep?> NamedAsync(PlannedStep step, CancellationToken cancel)
    {
        if (step.FormerName.Length > 0 && await outbox.DecidedAtAsync(step.FormerName, cancel) is not null)
            return null;
        if (step.Company.IsEmpty || await outbox.DetailOfAsync(step.PointName, cancel) is not { } detail || JsonSerializer.Deserialize<Detail>(detail, s_json)?.Step is not { } known)
            return step;
        // It was there alone, and has the name no more since others came.
        if (known == step.Content)
            return step.Name == step.PointName ? step : null;
        return step.Name == step.PointName && step.Company.Contains(known) ? step with { Name = step.OtherName } : step;
    }

    /// <summary>What is written down with a decision.</summary>
    /// <param name="PassedOver">Whether nobody was told, because a later repetition was due already; null when not.</param>
    /// <param name="Step">Whom the step tells, how, in which hours and how often; null where an earlier build decided.</param>
    private sealed record Detail(bool? PassedOver, string? Step);
}

/// <summary>What a turn came to.</summary>
/// <param name="Told">The steps that were decided now and are told.</param>
/// <param name="Next">When the next step comes, if nothing happens: what it is of must be looked at again then. Null when none will.</param>
public sealed record EscalationTurn(ImmutableArray<PlannedStep> Told, Instant? Next)
{
    /// <summary>An agreement that tells nobody.</summary>
    public static EscalationTurn Nothing { get; } = new([], null);

    /// <summary>Both.</summary>
    internal EscalationTurn And(EscalationTurn other) => new([.. Told, .. other.Told], other.Next is { } next ? Earlier(Next, next) : Next);

    internal static Instant Earlier(Instant? a, Instant b) => a is { } other ? Instant.Min(other, b) : b;
}
