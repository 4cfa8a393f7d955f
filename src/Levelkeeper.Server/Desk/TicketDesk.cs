using System.Text.Json;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Facts;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage.Documents;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Desk;

/// <summary>Reports and works on tickets, as facts; and finds out whose a ticket is.</summary>
internal sealed class TicketDesk(VisibleAgreements visible, RecordedFacts facts, LiveService live, ServedStore served)
{
    /// <summary>Reports a fault.</summary>
    public async Task<TicketReport> ReportAsync(Viewer viewer, ReportForm form, CancellationToken cancel)
    {
        var agreement = await visible.FindAsync(viewer, form.Agreement, null, cancel);
        var latest = agreement.Versions.Latest;
        if (latest.Service(form.Service) is null)
            throw new ProblemException(ProblemKind.CannotBeUsed, $"The agreement has no service {Diagnostic.Quote(form.Service)}.", string.Join(", ", latest.Services.Select(s => s.Name)));
        // The same request names the same ticket.
        var ticket = form.Key is { } key ? $"LK-{FactKey.Of(viewer.Name, key).High:x16}" : $"LK-{Guid.CreateVersion7(DateTimeOffset.UnixEpoch + (served.Now - NodaConstants.UnixEpoch).ToTimeSpan()).ToString("N")[..20]}";
        var fact = await facts.AppendAsync(viewer, FactTypes.TicketReported, ticket, Queries.Instant("at", form.At), form.Key, json =>
        {
            json.WriteString("agreement", agreement.Id);
            json.WriteString("service", form.Service);
            RecordedFacts.Member(json, "priority", form.Priority);
            RecordedFacts.Member(json, "channel", form.Channel);
            json.WriteString("by", RevisionForm.Side(viewer.SideOn(latest)));
        }, cancel);
        return new TicketReport(ticket, fact);
    }

    /// <summary>Something happens to a ticket that the viewer may know of.</summary>
    public async Task<RecordedFact> ActAsync(Viewer viewer, string ticket, string type, Instant? at, string? key, Action<Utf8JsonWriter, string> data, CancellationToken cancel)
    {
        var agreement = Of(viewer, ticket);
        var side = RevisionForm.Side(viewer.SideOn(agreement.Versions.Latest));
        var recorded = await facts.AppendAsync(viewer, type, ticket, at, key, json => data(json, side), cancel);
        // An acknowledgement stops the escalation of every clock of the ticket.
        if (type == FactTypes.TicketAcknowledged)
            await visible.Open.Store.Outbox.AcknowledgeAsync(EscalationPlan.ThreadOf(agreement.Id, ticket), new Act(viewer.Name, served.Now), CancellationToken.None);
        return recorded;
    }

    /// <summary>What happened to a ticket that the viewer may know of.</summary>
    public IReadOnlyList<LoggedFact> Read(Viewer viewer, string ticket)
    {
        var agreement = Of(viewer, ticket);
        var writer = new CloudEventWriter();
        return
        [
            .. live.Agreements.FactsOf(agreement.Id)!.AsEnumerable().Where(f => f.Fact.Subject == ticket)
                .Select(f => new LoggedFact(f.LogSequence, InstantPattern.ExtendedIso.Format(f.Recorded), JsonElement.Parse(writer.Write(f.Fact)))),
        ];
    }

    /// <summary>The agreement that takes a ticket in, among those that the viewer may know of.</summary>
    private RegisteredAgreement Of(Viewer viewer, string ticket)
    {
        live.Advance();
        foreach (var agreement in visible.InForce(viewer))
        {
            if (live.Agreements.FactsOf(agreement.Id) is not { } known)
                continue;
            var own = FactSet.Of(known.AsEnumerable().Where(f => f.Fact.Subject == ticket));
            // Whose it is, the matching of the agreement says, as it does for results.
            if (own.Count > 0 && agreement.Versions.All.Any(v => new FactMatcher(v.Agreement).Match(own.Effective(Instant.MaxValue)).Tickets.Any(t => t.Ticket == ticket)))
                return agreement;
        }

        throw new ProblemException(ProblemKind.NotFound, $"There is no ticket {Diagnostic.Quote(ticket)} here.");
    }
}
