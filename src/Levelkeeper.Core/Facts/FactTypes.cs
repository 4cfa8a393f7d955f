namespace Levelkeeper.Core.Facts;

/// <summary>The wire names of the fact types (CloudEvents <c>type</c>), written out: they never follow a CLR name.</summary>
public static class FactTypes
{
    /// <summary>The prefix of all our types; a version <c>.v1</c> ends each.</summary>
    public const string Prefix = "levelkeeper.";

#pragma warning disable CS1591 // Each constant is documented in docs/facts.md by its own name.
    public const string ServiceUp = "levelkeeper.service.up.v1";
    public const string ServiceDown = "levelkeeper.service.down.v1";
    public const string ServiceDegraded = "levelkeeper.service.degraded.v1";
    public const string ServiceUnknown = "levelkeeper.service.unknown.v1";
    public const string ProbeResult = "levelkeeper.probe.result.v1";
    public const string ObserverStopped = "levelkeeper.observer.stopped.v1";
    public const string ObserverResumed = "levelkeeper.observer.resumed.v1";
    public const string MeasurementWindow = "levelkeeper.measurement.window.v1";
    public const string MaintenanceAnnounced = "levelkeeper.maintenance.announced.v1";
    public const string MaintenanceCancelled = "levelkeeper.maintenance.cancelled.v1";
    public const string OutageUpdated = "levelkeeper.outage.updated.v1";
    public const string ExclusionClaimed = "levelkeeper.exclusion.claimed.v1";
    public const string ExclusionApproved = "levelkeeper.exclusion.approved.v1";
    public const string ExclusionRejected = "levelkeeper.exclusion.rejected.v1";
    public const string TicketReported = "levelkeeper.ticket.reported.v1";
    public const string TicketAcknowledged = "levelkeeper.ticket.acknowledged.v1";
    public const string TicketAssigned = "levelkeeper.ticket.assigned.v1";
    public const string TicketReplied = "levelkeeper.ticket.replied.v1";
    public const string TicketStatus = "levelkeeper.ticket.status.v1";
    public const string TicketPriority = "levelkeeper.ticket.priority.v1";
    public const string TicketChanged = "levelkeeper.ticket.changed.v1";
    public const string TicketWorkaround = "levelkeeper.ticket.workaround.v1";
    public const string TicketResolved = "levelkeeper.ticket.resolved.v1";
    public const string TicketReopened = "levelkeeper.ticket.reopened.v1";
    public const string TicketMerged = "levelkeeper.ticket.merged.v1";
    public const string TicketClosed = "levelkeeper.ticket.closed.v1";
    public const string TicketCancelled = "levelkeeper.ticket.cancelled.v1";
    public const string TicketRated = "levelkeeper.ticket.rated.v1";
    public const string TicketEscalated = "levelkeeper.ticket.escalated.v1";
    public const string TicketDeadlinePinned = "levelkeeper.ticket.deadline-pinned.v1";
    public const string TicketLinked = "levelkeeper.ticket.linked.v1";
    public const string BreachExplained = "levelkeeper.breach.explained.v1";
    public const string BusinessMeasured = "levelkeeper.business.measured.v1";
    public const string RosterJoined = "levelkeeper.roster.joined.v1";
    public const string RosterLeft = "levelkeeper.roster.left.v1";
    public const string DutyDone = "levelkeeper.duty.done.v1";
    public const string ClaimMade = "levelkeeper.claim.made.v1";
    public const string AmountWaived = "levelkeeper.amount.waived.v1";
    public const string GoodwillGiven = "levelkeeper.goodwill.given.v1";
    public const string DisputeOpened = "levelkeeper.dispute.opened.v1";
    public const string DisputeSettled = "levelkeeper.dispute.settled.v1";
    public const string AdjustmentAccepted = "levelkeeper.adjustment.accepted.v1";
    public const string AmountPaid = "levelkeeper.amount.paid.v1";
    public const string InvoiceIssued = "levelkeeper.invoice.issued.v1";
    public const string InvoicePaid = "levelkeeper.invoice.paid.v1";
    public const string UnitsCounted = "levelkeeper.units.counted.v1";
    public const string FactRetracted = "levelkeeper.fact.retracted.v1";
    public const string FactCorrected = "levelkeeper.fact.corrected.v1";
#pragma warning restore CS1591

    /// <summary>The wire name of some data; null for <see cref="FactData.Unknown"/>, whose fact alone knows its type.</summary>
    public static string? Of(FactData data) => data switch
    {
        FactData.StateChanged { State: ServiceState.Up } => ServiceUp,
        FactData.StateChanged { State: ServiceState.Down } => ServiceDown,
        FactData.StateChanged { State: ServiceState.Degraded } => ServiceDegraded,
        FactData.StateChanged => ServiceUnknown,
        FactData.Probed => ProbeResult,
        FactData.ObserverChanged { Watching: false } => ObserverStopped,
        FactData.ObserverChanged => ObserverResumed,
        FactData.Aggregated => MeasurementWindow,
        FactData.MaintenanceAnnounced => MaintenanceAnnounced,
        FactData.MaintenanceCancelled => MaintenanceCancelled,
        FactData.OutageUpdated => OutageUpdated,
        FactData.ExclusionClaimed => ExclusionClaimed,
        FactData.ExclusionDecided { Approved: true } => ExclusionApproved,
        FactData.ExclusionDecided => ExclusionRejected,
        FactData.TicketReported => TicketReported,
        FactData.TicketAcknowledged => TicketAcknowledged,
        FactData.TicketAssigned => TicketAssigned,
        FactData.TicketReplied => TicketReplied,
        FactData.TicketStatus => TicketStatus,
        FactData.TicketPriority => TicketPriority,
        FactData.TicketChanged => TicketChanged,
        FactData.TicketWorkaround => TicketWorkaround,
        FactData.TicketResolved => TicketResolved,
        FactData.TicketReopened => TicketReopened,
        FactData.TicketMerged => TicketMerged,
        FactData.TicketClosed => TicketClosed,
        FactData.TicketCancelled => TicketCancelled,
        FactData.TicketRated => TicketRated,
        FactData.TicketEscalated => TicketEscalated,
        FactData.TicketDeadlinePinned => TicketDeadlinePinned,
        FactData.TicketLinked => TicketLinked,
        FactData.BreachExplained => BreachExplained,
        FactData.Measured => BusinessMeasured,
        FactData.RosterChanged { Joined: true } => RosterJoined,
        FactData.RosterChanged => RosterLeft,
        FactData.DutyDone => DutyDone,
        FactData.ClaimMade => ClaimMade,
        FactData.AmountWaived => AmountWaived,
        FactData.GoodwillGiven => GoodwillGiven,
        FactData.DisputeOpened => DisputeOpened,
        FactData.DisputeSettled => DisputeSettled,
        FactData.AdjustmentAccepted => AdjustmentAccepted,
        FactData.AmountPaid => AmountPaid,
        FactData.InvoiceIssued => InvoiceIssued,
        FactData.InvoicePaid => InvoicePaid,
        FactData.UnitsCounted => UnitsCounted,
        FactData.Retracted => FactRetracted,
        FactData.Corrected => FactCorrected,
        FactData.Unknown => null,
        _ => throw new ArgumentOutOfRangeException(nameof(data), data, "A fact type without a wire name."),
    };
}
