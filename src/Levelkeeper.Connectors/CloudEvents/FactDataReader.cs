using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>The data of each of our types, member by member. docs/facts.md describes what is read here.</summary>
internal static class FactDataReader
{
    /// <summary>Reads the members of the object that <paramref name="fields"/> has entered; null when the type is none of ours.</summary>
    internal static FactData? Read(EventFields fields, string type, Instant time) => type switch
    {
        FactTypes.ServiceUp => State(fields, ServiceState.Up),
        FactTypes.ServiceDown => State(fields, ServiceState.Down),
        FactTypes.ServiceDegraded => State(fields, ServiceState.Degraded),
        FactTypes.ServiceUnknown => State(fields, ServiceState.Unknown),
        FactTypes.ProbeResult => new FactData.Probed(fields.RequiredBool("good"), fields.Length("latency"), fields.Text("location"), fields.Text("function")),
        FactTypes.ObserverStopped => new FactData.ObserverChanged(false, fields.Text("location")),
        FactTypes.ObserverResumed => new FactData.ObserverChanged(true, fields.Text("location")),
        FactTypes.MeasurementWindow => Window(fields, time),
        FactTypes.MaintenanceAnnounced => Maintenance(fields),
        FactTypes.MaintenanceCancelled => new FactData.MaintenanceCancelled(fields.RequiredText("maintenance")),
        FactTypes.OutageUpdated => new FactData.OutageUpdated(fields.Text("note")),
        FactTypes.ExclusionClaimed => Claim(fields),
        FactTypes.ExclusionApproved => new FactData.ExclusionDecided(fields.RequiredText("exclusion"), true, fields.RequiredText("by"), fields.Text("reason")) { Evidence = fields.Text("evidence") },
        FactTypes.ExclusionRejected => new FactData.ExclusionDecided(fields.RequiredText("exclusion"), false, fields.RequiredText("by"), fields.Text("reason")) { Evidence = fields.Text("evidence") },
        FactTypes.TicketReported => Reported(fields),
        FactTypes.TicketAcknowledged => new FactData.TicketAcknowledged(),
        FactTypes.TicketAssigned => new FactData.TicketAssigned(fields.Text("to"), fields.Text("team")),
        FactTypes.TicketReplied => Replied(fields),
        FactTypes.TicketStatus => new FactData.TicketStatus(fields.RequiredText("status")),
        FactTypes.TicketPriority => Priority(fields),
        FactTypes.TicketChanged => Changed(fields),
        FactTypes.TicketWorkaround => new FactData.TicketWorkaround(fields.Texts("restores")),
        FactTypes.TicketResolved => new FactData.TicketResolved(fields.Bool("first-contact")),
        FactTypes.TicketReopened => new FactData.TicketReopened(),
        FactTypes.TicketMerged => new FactData.TicketMerged(fields.RequiredText("into")),
        FactTypes.TicketClosed => new FactData.TicketClosed(),
        FactTypes.TicketCancelled => new FactData.TicketCancelled(fields.Text("reason"), fields.Bool("agreed-by-both", absent: false)),
        FactTypes.TicketRated => Rated(fields),
        FactTypes.TicketEscalated => new FactData.TicketEscalated(fields.Text("level")),
        FactTypes.TicketDeadlinePinned => new FactData.TicketDeadlinePinned(fields.RequiredText("clock"), fields.RequiredTime("due"), fields.RequiredText("consent")),
        FactTypes.TicketLinked => new FactData.TicketLinked(fields.RequiredText("outage")),
        FactTypes.BreachExplained => new FactData.BreachExplained(fields.RequiredText("objective"), fields.Text("cause"), fields.Text("owner"), fields.Text("comment")),
        FactTypes.BusinessMeasured => new FactData.Measured(fields.RequiredText("metric"), fields.RequiredDecimal("value"), fields.Text("member"), fields.Decimal("of", negative: false)),
        FactTypes.RosterJoined => new FactData.RosterChanged(fields.RequiredText("roster"), fields.RequiredText("member"), true),
        FactTypes.RosterLeft => new FactData.RosterChanged(fields.RequiredText("roster"), fields.RequiredText("member"), false),
        FactTypes.DutyDone => new FactData.DutyDone(fields.RequiredText("duty"), fields.Text("evidence"), fields.Bool("succeeded", absent: true)),
        FactTypes.ClaimMade => new FactData.ClaimMade(Line(fields), fields.RequiredText("by"), fields.Text("evidence")),
        FactTypes.AmountWaived => new FactData.AmountWaived(Line(fields), fields.Decimal("amount", negative: false), fields.RequiredText("by"), fields.RequiredText("approved-by"), fields.RequiredText("reason")),
        FactTypes.GoodwillGiven => Goodwill(fields),
        FactTypes.DisputeOpened => new FactData.DisputeOpened(
            fields.RequiredText("dispute"), Line(fields), fields.Decimal("amount", negative: false), fields.Text("fact-source"), fields.Text("fact-id"), fields.RequiredText("by"), fields.RequiredText("reason")),
        FactTypes.DisputeSettled => new FactData.DisputeSettled(fields.RequiredText("dispute"), NotNegative(fields, "amount"), fields.RequiredText("by"), fields.Text("reason")),
        FactTypes.AdjustmentAccepted => new FactData.AdjustmentAccepted(Line(fields), fields.RequiredText("by")),
        FactTypes.AmountPaid => new FactData.AmountPaid(Line(fields), NotNegative(fields, "amount"), fields.Text("reference")),
        FactTypes.InvoiceIssued => new FactData.InvoiceIssued(fields.RequiredText("invoice"), NotNegative(fields, "amount"), fields.Time("due")),
        FactTypes.InvoicePaid => new FactData.InvoicePaid(fields.RequiredText("invoice"), NotNegative(fields, "amount")),
        FactTypes.UnitsCounted => new FactData.UnitsCounted(fields.RequiredText("unit"), NotNegative(fields, "count")),
        FactTypes.FactRetracted => new FactData.Retracted(fields.RequiredText("source"), fields.RequiredText("id"), fields.RequiredText("reason")),
        _ => null,
    };

    /// <summary>Whether the type is about one ticket, whose name must then be the subject.</summary>
    internal static bool NeedsSubject(string type) => type.StartsWith("levelkeeper.ticket.", StringComparison.Ordinal);

    private static FactData.StateChanged State(EventFields fields, ServiceState state)
    {
        var share = fields.Decimal("affected-share", negative: false);
        if (share > 1)
            fields.Add(FactDiagnostics.OutOfBounds(fields.Place, "affected-share", $"{share}", "between 0 and 1"));
        return new FactData.StateChanged(state, fields.Texts("lost-functions"), fields.Word("previous", EventWords.States), fields.Text("location"), share);
    }

    private static FactData.Aggregated Window(EventFields fields, Instant time)
    {
        var window = new FactData.Aggregated(
            fields.RequiredText("metric"), fields.RequiredTime("start"), fields.Decimal("good", negative: false), fields.Decimal("total", negative: false),
            fields.Decimal("sum"), fields.Histogram("histogram"));
        if (!fields.Failed && window.Start >= time)
            fields.Add(FactDiagnostics.EndsBeforeStart(fields.Place, "data.start", "time"));
        if (window.Good > window.Total)
            fields.Add(FactDiagnostics.OutOfBounds(fields.Place, "good", $"{window.Good}", $"at most 'total', {window.Total}"));
        return window;
    }

    private static FactData.MaintenanceAnnounced Maintenance(EventFields fields)
    {
        var announced = new FactData.MaintenanceAnnounced(fields.RequiredText("maintenance"), fields.RequiredTime("start"), fields.RequiredTime("end"), fields.Text("reason"));
        CheckOrder(fields, announced.Start, announced.End);
        return announced;
    }

    private static FactData.ExclusionClaimed Claim(EventFields fields)
    {
        var claimed = new FactData.ExclusionClaimed(
            fields.RequiredText("exclusion"), fields.RequiredTime("start"), fields.RequiredTime("end"), fields.RequiredText("cause"), fields.Text("reason"), fields.Text("evidence"))
        {
            By = fields.Text("by"),
        };
        CheckOrder(fields, claimed.Start, claimed.End);
        return claimed;
    }

    private static FactData.TicketReported Reported(EventFields fields)
    {
        var (priority, status, channel) = (fields.Text("priority"), fields.Text("status"), fields.Text("channel"));
        var by = fields.Word("by", EventWords.Actors);
        if (by == Actor.Customer)
            fields.MarkRespelt();
        return new FactData.TicketReported(priority, status, channel, by ?? Actor.Customer, fields.Time("entered"));
    }

    private static FactData.TicketReplied Replied(EventFields fields)
    {
        var by = fields.Word("by", EventWords.Actors);
        fields.MissingUnlessSaid("by");
        return new FactData.TicketReplied(by ?? Actor.Customer, fields.Bool("public", absent: true), fields.Bool("automatic", absent: false));
    }

    private static FactData.TicketPriority Priority(EventFields fields)
    {
        var priority = fields.RequiredText("priority");
        var reason = fields.Word("reason", EventWords.PriorityReasons);
        if (reason == PriorityReason.Unstated)
            fields.MarkRespelt();
        return new FactData.TicketPriority(priority, reason ?? PriorityReason.Unstated);
    }

    private static FactData.TicketChanged Changed(EventFields fields)
    {
        var map = fields.Map("fields");
        fields.MissingUnlessSaid("fields");
        return new FactData.TicketChanged(map ?? FactAddress.None.Labels);
    }

    private static FactData.TicketRated Rated(EventFields fields)
    {
        var rated = new FactData.TicketRated(fields.RequiredDecimal("score"), fields.RequiredDecimal("best"));
        if (!fields.Failed && rated.Score > rated.Best)
            fields.Add(FactDiagnostics.OutOfBounds(fields.Place, "score", $"{rated.Score}", $"at most 'best', {rated.Best}"));
        return rated;
    }

    private static LineName Line(EventFields fields) => new(fields.RequiredText("remedy"), fields.RequiredText("period"), fields.Text("event"));

    private static FactData.GoodwillGiven Goodwill(EventFields fields)
    {
        var by = fields.Word("by", EventWords.Parties);
        fields.MissingUnlessSaid("by");
        return new FactData.GoodwillGiven(fields.RequiredText("goodwill"), NotNegative(fields, "amount"), by ?? PartyRole.Provider, fields.RequiredText("approved-by"), fields.RequiredText("reason"));
    }

    /// <summary>A number that must be there and is not below zero.</summary>
    private static decimal NotNegative(EventFields fields, string name) => fields.Require(name) is >= 0 and var node ? fields.Decimal(node, name, negative: false) ?? 0 : 0;

    private static void CheckOrder(EventFields fields, Instant start, Instant end)
    {
        if (!fields.Failed && end <= start)
            fields.Add(FactDiagnostics.EndsBeforeStart(fields.Place, "data.start", "data.end"));
    }
}
