using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Runtime.Notifications;
using Levelkeeper.Storage.Outbox;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>Decides the steps of escalations whose time has come: each once, in one transaction with the messages that follow from it.</summary>
/// <remarks>
/// Nobody is told of what is over: a clock that was stopped meanwhile, a period that has ended. After a time in which nothing was decided (the server was down), of a step that
/// repeats only the last time is told, and the others are written down as passed over.
/// </remarks>
/// <param name="outbox">Where decisions and messages are kept.</param>
public sealed class EscalationLoop(OutboxStore outbox)
{
    private const int MostRemembered = 100_000;

    private readonly HashSet<string> _decided = new(StringComparer.Ordinal);

    /// <summary>Decides what has come by the instant of a reading.</summary>
    /// <param name="reading">How the agreement stands.</param>
    /// <param name="facts">Its facts: they say what was acknowledged.</param>
    /// <param name="cancel">Gives up; what is not decided then is decided the next time.</param>
    /// <returns>The steps that were decided now and are told.</returns>
    public async Task<IReadOnlyList<PlannedStep>> RunAsync(LiveReading reading, FactSet facts, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(facts);
        var told = new List<PlannedStep>();
        foreach (var (steps, subject) in Planned(reading, facts, reading.AsOf))
        {
            var come = steps.Where(s => s.At <= reading.AsOf && !_decided.Contains(s.Name)).ToList();
            foreach (var step in come)
            {
                // Of what repeats, only the last is news.
                var passed = come.Exists(s => s.Step == step.Step && s.Repetition > step.Repetition);
                if (await DecideAsync(reading, step, subject, passed, cancel) && !passed)
                    told.Add(step);
            }
        }

        return told;
    }

    /// <summary>When the next step comes after the instant of a reading, if nothing happens; null when none will.</summary>
    public static Instant? NextAfter(LiveReading reading, FactSet facts)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(facts);
        return reading.Versions.Latest.Escalations.IsEmpty
            ? null
            : Planned(reading, facts, Instant.MaxValue).SelectMany(p => p.Steps).Select(s => (Instant?)s.At).Where(at => at > reading.AsOf).Min();
    }

    private static IEnumerable<(ImmutableArray<PlannedStep> Steps, Subject Subject)> Planned(LiveReading reading, FactSet facts, Instant until)
    {
        var agreement = reading.Versions.Latest;
        if (agreement.Escalations.IsEmpty)
            yield break;
        var acknowledged = facts.AsEnumerable().Where(f => f.Fact.Data is FactData.TicketAcknowledged && f.Fact.Time <= reading.AsOf).ToLookup(f => f.Fact.Subject, f => f.Fact.Time, StringComparer.Ordinal);
        foreach (var clock in reading.Clocks.Where(c => c.StoppedAt is null && c.Verdict != ClockVerdict.Cancelled))
        {
            var objectives = agreement.Objectives.Where(o => o.Indicator is Indicator.Clock measured && measured.Definition.Name == clock.Clock).Select(o => o.Name).ToList();
            // Repetitions are listed up to a day on: the next look comes long before.
            var last = until == Instant.MaxValue ? reading.AsOf + Duration.FromDays(1) : until;
            yield return (EscalationPlan.Of(agreement, objectives, clock, [.. acknowledged[clock.Ticket].Order()], last), new Subject(clock.Ticket, clock.Clock, "", clock.PinnedDue ?? clock.Due));
        }

        foreach (var result in reading.Evaluation.Objectives.SelectMany(o => o.Members.Prepend(o)).Where(o => o.Period.Running))
        {
            // When a share of the budget was used no result tells: it is known from the reading on in which it is.
            var last = until == Instant.MaxValue ? reading.AsOf + Duration.FromDays(1) : until;
            var steps = EscalationPlan.Of(agreement, result, share => result.Budget is { Allowed.Sign: > 0 } budget && budget.Consumed >= share * budget.Allowed ? reading.AsOf : null, [], last);
            // A breach of what clocks measure was told of the clock.
            var ofClocks = agreement.Objectives.Any(o => o.Name == result.Objective && o.Indicator is Indicator.Clock);
            yield return ([.. steps.Where(s => !ofClocks || s.Step.At is EscalationPoint.OfBudget)], new Subject("", "", $"{result.Objective}/{result.Period.Label}", null));
        }
    }

    private async Task<bool> DecideAsync(LiveReading reading, PlannedStep step, Subject subject, bool passed, CancellationToken cancel)
    {
        var messages = passed ? [] : Messages(reading, step, subject).ToList();
        var decided = await outbox.DecideAsync(step.Name, Encoding.UTF8.GetBytes(passed ? """{"passed-over":true}""" : "{}"), reading.AsOf, messages, cancel);
        // What is forgotten is asked of the outbox again.
        if (_decided.Count >= MostRemembered)
            _decided.Clear();
        _decided.Add(step.Name);
        return decided;
    }

    private static IEnumerable<Outgoing> Messages(LiveReading reading, PlannedStep step, Subject subject)
    {
        var agreement = reading.Versions.Latest;
        var chain = agreement.Escalations.Where(s => s.Of == step.Step.Of).ToList();
        var (point, share, ticks) = StoredNotice.WordsOf(step.Step.At);
        foreach (var recipient in step.Recipients)
        {
            foreach (var way in step.Step.By.DefaultIfEmpty(EscalationWay.Email))
            {
                var person = recipient.Person;
                yield return new Outgoing
                {
                    Id = KeyOf($"{step.Name}\n{person.Key}\n{way}"),
                    Decision = step.Name,
                    Channel = ChannelOf(way),
                    Thread = step.Thread,
                    Due = Instant.Max(recipient.At, reading.AsOf),
                    Made = reading.AsOf,
                    Content = new StoredNotice
                    {
                        Agreement = agreement.Id,
                        Title = agreement.Title,
                        Customer = agreement.Customer?.Name ?? "",
                        Ticket = subject.Ticket,
                        Clock = subject.Clock,
                        Objective = subject.Objective,
                        Number = chain.FindIndex(s => s.Clause.Path == step.Step.Clause.Path) + 1,
                        Of = chain.Count,
                        Point = point,
                        Share = share,
                        Ticks = ticks,
                        Due = subject.Due?.ToUnixTimeTicks(),
                        Now = reading.AsOf.ToUnixTimeTicks(),
                        Zone = agreement.Zone.Id,
                        Name = person.Name,
                        Address = way == EscalationWay.Email ? person.Email : way == EscalationWay.Phone ? person.Phone : way == EscalationWay.Chat ? person.Chat : "",
                    }.ToJson(),
                };
            }
        }
    }

    private static string ChannelOf(EscalationWay way) => way switch
    {
        EscalationWay.Email => "email",
        EscalationWay.Phone => "phone",
        EscalationWay.Chat => "chat",
        EscalationWay.Webhook => "webhook",
        _ => throw new InvalidOperationException("Unknown way."),
    };

    /// <summary>The same for the same message for ever, whatever is in its name.</summary>
    private static string KeyOf(string name) => $"lk-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}";

    private sealed record Subject(string Ticket, string Clock, string Objective, Instant? Due);
}
