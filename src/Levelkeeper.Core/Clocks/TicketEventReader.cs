using System.Collections.Immutable;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Clocks;

/// <summary>Turns facts about a ticket into the events of one <see cref="ClockProgram"/>.</summary>
/// <remarks>Immutable; safe to share. Facts that are not about a ticket, and those that no clock can notice, give no event.</remarks>
/// <param name="program">For which clocks.</param>
public sealed class TicketEventReader(ClockProgram program)
{
    /// <summary>When versions come into force that running clocks go over to, ascending, in ticks.</summary>
    internal ImmutableArray<long> TakeoversAt => program.TakeoversAt;

    /// <summary>Reads one fact.</summary>
    /// <param name="fact">The fact, as effective: corrections and retractions have been taken into account.</param>
    /// <param name="into">Receives no event, one, or two: a ticket can be entered later than it was reported.</param>
    public void Read(Fact fact, ICollection<TicketEvent> into)
    {
        ArgumentNullException.ThrowIfNull(fact);
        ArgumentNullException.ThrowIfNull(into);
        var e = new TicketEvent { At = fact.Time.ToUnixTimeTicks(), Clock = -1 };
        switch (fact.Data)
        {
            case FactData.TicketReported reported:
                into.Add(WithFields(e, fact.Address.Labels) with
                {
                    Kind = reported.By switch
                    {
                        Actor.Customer => TicketEventKind.ReportedByCustomer,
                        Actor.Provider => TicketEventKind.ReportedByProvider,
                        Actor.System => TicketEventKind.ReportedBySystem,
                        _ => throw new InvalidOperationException("An actor that is not handled."),
                    },
                    Marks = TicketEventMarks.SetsStatus | TicketEventMarks.SetsPriority,
                    Status = program.StatusNumber(reported.Status),
                    Priority = program.PriorityNumber(reported.Priority),
                });
                into.Add(e with { Kind = TicketEventKind.Entered, At = Math.Max(e.At, reported.Entered?.ToUnixTimeTicks() ?? e.At) });
                break;
            case FactData.TicketAcknowledged:
                into.Add(e with { Kind = TicketEventKind.Acknowledged });
                break;
            case FactData.TicketAssigned:
                into.Add(e with { Kind = TicketEventKind.Assigned });
                break;
            case FactData.TicketReplied replied:
                into.Add(e with { Kind = KindOf(replied) });
                break;
            case FactData.TicketStatus status:
                into.Add(e with { Kind = TicketEventKind.StatusChanged, Marks = TicketEventMarks.SetsStatus, Status = program.StatusNumber(status.Status) });
                break;
            case FactData.TicketPriority priority:
                into.Add(e with
                {
                    Kind = TicketEventKind.PriorityChanged,
                    Priority = program.PriorityNumber(priority.Priority),
                    Marks = TicketEventMarks.SetsPriority | priority.Reason switch
                    {
                        PriorityReason.Unstated => TicketEventMarks.None,
                        PriorityReason.Corrected => TicketEventMarks.Corrects,
                        PriorityReason.ImpactChanged => TicketEventMarks.ImpactChanged,
                        _ => throw new InvalidOperationException("A reason that is not handled."),
                    },
                });
                break;
            case FactData.TicketChanged changed:
                into.Add(WithFields(e, changed.Fields) with { Kind = TicketEventKind.FieldsChanged });
                break;
            case FactData.TicketWorkaround workaround:
                var restores = workaround.Restores.IsDefaultOrEmpty || program.PoliciesIn(program.VersionAt(e.At)).EssentialFunctions.All(f => workaround.Restores.Contains(f, StringComparer.Ordinal));
                into.Add(e with { Kind = restores ? TicketEventKind.WorkaroundGiven : TicketEventKind.WorkaroundPartial });
                break;
            case FactData.TicketResolved:
                into.Add(e with { Kind = TicketEventKind.Resolved });
                break;
            case FactData.TicketReopened:
                into.Add(e with { Kind = TicketEventKind.Reopened });
                break;
            case FactData.TicketMerged:
                into.Add(e with { Kind = TicketEventKind.MergedAway });
                break;
            case FactData.TicketClosed:
                into.Add(e with { Kind = TicketEventKind.Closed });
                break;
            case FactData.TicketCancelled cancelled:
                into.Add(e with { Kind = TicketEventKind.Cancelled, Marks = cancelled.AgreedByBoth ? TicketEventMarks.ByBoth : TicketEventMarks.None });
                break;
            case FactData.TicketRated:
                into.Add(e with { Kind = TicketEventKind.Rated });
                break;
            case FactData.TicketEscalated:
                into.Add(e with { Kind = TicketEventKind.Escalated });
                break;
            case FactData.TicketDeadlinePinned pinned when pinned.Consent.Length > 0 && program.ClockNumber(pinned.Clock) is >= 0 and var clock:
                into.Add(e with { Kind = TicketEventKind.DeadlinePinned, Clock = (short)clock, Value = pinned.Due.ToUnixTimeTicks() });
                break;
            case FactData.TicketLinked:
                into.Add(e with { Kind = TicketEventKind.Linked });
                break;
            default:
                break;
        }
    }

    /// <summary>The customer begins or ends to be late with a recurring duty. No happening of the ticket, so that no condition but the duty's own clock sees it.</summary>
    internal TicketEvent OfDuty(string duty, long at, bool isLate)
    {
        var bit = program.FieldBit(ClockTemplates.FieldOfDuty(duty), ClockTemplates.Late);
        var mask = bit < 0 ? 0 : 1u << bit;
        return new TicketEvent { At = at, Clock = -1, FieldMask = mask, Fields = isLate ? mask : 0 };
    }

    private static TicketEventKind KindOf(FactData.TicketReplied replied) => (replied.By, replied.Automatic, replied.Public) switch
    {
        (Actor.System, _, _) or (_, true, _) => TicketEventKind.AutomaticReplied,
        (Actor.Customer, _, _) => TicketEventKind.CustomerReplied,
        (Actor.Provider, _, true) => TicketEventKind.ProviderReplied,
        (Actor.Provider, _, false) => TicketEventKind.ProviderNoted,
        _ => throw new InvalidOperationException("An actor that is not handled."),
    };

    private TicketEvent WithFields(TicketEvent e, IReadOnlyDictionary<string, string> fields)
    {
        uint mask = 0, values = 0, changing = 0;
        foreach (var (field, asked, bit) in program.FieldQuestions)
        {
            if (!fields.TryGetValue(field, out var value))
                continue;
            if (asked is null)
            {
                changing |= 1u << bit;
                continue;
            }

            mask |= 1u << bit;
            if (value == asked)
                values |= 1u << bit;
        }

        return e with { FieldMask = mask, Fields = values, Changing = changing };
    }
}
