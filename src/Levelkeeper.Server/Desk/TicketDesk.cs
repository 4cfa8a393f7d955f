using System.Text.Json;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Assertions;
using Levelkeeper.Runtime.Desk;
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
        var ticket = TicketFacts.NewName(viewer.Name, form.Key, served.Now);
        var reported = TicketFacts.Reported(ticket, agreement.Id, form.Service, form.Priority, form.Channel, viewer.SideOn(latest)) with { Time = Queries.Instant("at", form.At) };
        return new TicketReport(ticket, await facts.AppendAsync(viewer, reported, form.Key, cancel));
    }

    /// <summary>Something happens to a ticket that the viewer may know of.</summary>
    public async Task<RecordedFact> ActAsync(Viewer viewer, string ticket, Instant? at, string? key, Func<PartyRole, AssertedFact> act, CancellationToken cancel)
    {
        var agreement = Of(viewer, ticket);
        var fact = act(viewer.SideOn(agreement.Versions.Latest)) with { Time = at };
        var recorded = await facts.AppendAsync(viewer, fact, key, cancel);
        // An acknowledgement stops the escalation of every clock of the ticket.
        if (fact.Type == FactTypes.TicketAcknowledged)
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
            .. live.Agreements.FactsAbout(agreement.Id, ticket).AsEnumerable()
                .Select(f => new LoggedFact(f.LogSequence, InstantPattern.ExtendedIso.Format(f.Recorded), JsonElement.Parse(writer.Write(f.Fact)))),
        ];
    }

    /// <summary>The agreement that takes a ticket in, among those that the viewer may know of.</summary>
    private RegisteredAgreement Of(Viewer viewer, string ticket)
    {
        live.Advance();
        return DeskTicket.Owner(live.Agreements, visible.InForce(viewer), ticket) ?? throw new ProblemException(ProblemKind.NotFound, $"There is no ticket {Diagnostic.Quote(ticket)} here.");
    }
}
