using System.CommandLine;
using System.Text.Json;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Reports.Forms;
using Levelkeeper.Reports.Json;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Assertions;
using Levelkeeper.Runtime.Desk;
using Levelkeeper.Runtime.Escalations;
using NodaTime;
using NodaTime.Text;
using Spectre.Console;

namespace Levelkeeper.Cli.Operators;

/// <summary><c>levelkeeper ticket …</c>: a light desk for those without one. It only appends facts.</summary>
internal static class TicketCommands
{
    public static Command Group(Terminal terminal) => new("ticket", "A light desk for those without one: report a fault, and work on it.")
    {
        new DeskVerb(terminal, "list", "List tickets that are open; with --all the others too.", Permission.ReadAgreements, ListAsync, "levelkeeper ticket list --as anna")
        {
            DeskOptions.Text("--agreement", "Only those of this agreement.", "ID"), new Option<bool>("--all") { Description = "Those that are resolved, closed, cancelled or merged too." }, Inputs.Output(),
        },
        new DeskVerb(terminal, "show", "Print what happened to a ticket, in order.", Permission.ReadAgreements, ShowAsync, "levelkeeper ticket show LK-0198c6e2d54c7f3b8a10 --as anna") { Ticket(), Inputs.Output() },
        new AssertingVerb(terminal, "report", "Report a fault under an agreement.", Permission.ReportTickets, ReportAsync, "levelkeeper ticket report acme --service site --priority P1 --channel telephone --as klaus")
        {
            DeskOptions.Agreement(), DeskOptions.Text("--service", "Which service.", "NAME", required: true), DeskOptions.Text("--priority", "As the agreement names it.", "NAME"), DeskOptions.Text("--channel", "By which channel: portal, telephone.", "NAME"), At("When the customer reported it."),
        },
        Act(terminal, "acknowledge", "Take note; escalations of the ticket stop.", Permission.WorkTickets, static (ticket, _, _) => TicketFacts.Acknowledged(ticket)),
        Act(terminal, "assign", "Give it to somebody.", Permission.WorkTickets, static (ticket, parsed, _) => TicketFacts.Assigned(ticket, parsed.Said("--to"), parsed.Said("--team")), DeskOptions.Text("--to", "To whom.", "NAME"), DeskOptions.Text("--team", "To which team.", "NAME")),
        Act(terminal, "reply", "Record that somebody wrote. What was written stays in the mail.", Permission.ReportTickets, static (ticket, parsed, side) => TicketFacts.Replied(ticket, side, !parsed.GetValue<bool>("--internal")), new Option<bool>("--internal") { Description = "The customer does not see it." }),
        Act(terminal, "status", "Set a new status: clocks may pause in it.", Permission.WorkTickets, static (ticket, parsed, _) => TicketFacts.Status(ticket, parsed.Said("--status")), DeskOptions.Text("--status", "The status, as the agreement names it.", "NAME", required: true)),
        Act(terminal, "priority", "Set a new priority.", Permission.WorkTickets, static (ticket, parsed, _) => TicketFacts.Priority(ticket, parsed.Said("--priority"), parsed.Said("--reason")), DeskOptions.Text("--priority", "The priority, as the agreement names it.", "NAME", required: true), DeskOptions.Text("--reason", "corrected, or impact-changed.", "REASON")),
        Act(terminal, "workaround", "Record that a workaround was given.", Permission.WorkTickets, static (ticket, _, _) => TicketFacts.WorkedAround(ticket)),
        Act(terminal, "resolve", "Record that it is resolved.", Permission.WorkTickets, static (ticket, parsed, _) => TicketFacts.Resolved(ticket, parsed.GetValue<bool>("--first-contact") ? true : null), new Option<bool>("--first-contact") { Description = "The first contact resolved it." }),
        Act(terminal, "reopen", "Open it again.", Permission.ReportTickets, static (ticket, _, _) => TicketFacts.Reopened(ticket)),
        Act(terminal, "close", "Close it.", Permission.WorkTickets, static (ticket, _, _) => TicketFacts.Closed(ticket)),
        Act(terminal, "rate", "Record the customer's score.", Permission.ReportTickets, static (ticket, parsed, _) => TicketFacts.Rated(ticket, parsed.GetValue<decimal?>("--score")!.Value, parsed.GetValue<decimal?>("--best") ?? 5),
            DeskOptions.Number("--score", "The score.", required: true), DeskOptions.Number("--best", "The best that could be given. Default: 5.")),
    };

    private static Argument<string> Ticket() => new("TICKET") { Description = "The ticket." };

    private static Option<string?> At(string description) => DeskOptions.Text("--at", $"{description} 2026-03-02T09:00 (in the agreement's zone) or 2026-03-02T09:00:00Z. Default: now.", "TIME");

    private static AssertingVerb Act(Terminal terminal, string name, string description, Permission permission, Func<string, ParseResult, PartyRole, AssertedFact> act, params Option[] options)
    {
        var verb = new AssertingVerb(terminal, name, description, permission, (OperatorDesk desk, ParseResult parsed, CancellationToken token) => ActAsync(desk, parsed, act, token), $"levelkeeper ticket {name} LK-0198c6e2d54c7f3b8a10{Sample(name)} --as anna") { Ticket(), At("When it happened.") };
        foreach (var option in options)
            verb.Add(option);
        return verb;
    }

    private static string Sample(string name) => name switch { "assign" => " --to ann", "status" => " --status waiting", "priority" => " --priority P2", "rate" => " --score 4", _ => "" };

    private static async Task ActAsync(OperatorDesk desk, ParseResult parsed, Func<string, ParseResult, PartyRole, AssertedFact> act, CancellationToken token)
    {
        var ticket = parsed.Needed("TICKET");
        if (await OwnerAsync(desk, ticket, token) is not { } agreement)
            return;
        var at = Inputs.Time("--at", parsed.Said("--at"), agreement.Versions.Latest.Zone, desk.Diagnostics);
        if (desk.Diagnostics.HasErrors)
            return;
        var fact = act(ticket, parsed, desk.Viewer.SideOn(agreement.Versions.Latest)) with { Time = at };
        // An acknowledgement stops the escalation of every clock of the ticket.
        if (await desk.AssertAsync(fact, parsed.Said("--key"), token) && fact.Type == FactTypes.TicketAcknowledged)
            await desk.Store.Outbox.AcknowledgeAsync(EscalationPlan.ThreadOf(agreement.Id, ticket), desk.By, CancellationToken.None);
    }

    private static async Task<AssertedFact?> ReportAsync(OperatorDesk desk, ParseResult parsed, CancellationToken token)
    {
        if (await desk.AgreementAsync(parsed.Needed("AGREEMENT"), token) is not { } agreement)
            return null;
        var (latest, service) = (agreement.Versions.Latest, parsed.Needed("--service"));
        if (latest.Service(service) is null)
        {
            desk.Diagnostics.Error("LK6087", new Place("--service"), $"The agreement has no service {Diagnostic.Quote(service)}.", string.Join(", ", latest.Services.Select(s => s.Name)));
            return null;
        }

        var at = Inputs.Time("--at", parsed.Said("--at"), latest.Zone, desk.Diagnostics);
        if (desk.Diagnostics.HasErrors)
            return null;
        var ticket = TicketFacts.NewName(desk.Viewer.Name, parsed.Said("--key"), desk.Now);
        desk.Terminal.Say(ticket);
        return TicketFacts.Reported(ticket, agreement.Id, service, parsed.Said("--priority"), parsed.Said("--channel"), desk.Viewer.SideOn(latest)) with { Time = at };
    }

    /// <summary>The agreement that takes a ticket in, among those that the person may know of; null after reporting that there is none (<c>LK6087</c>).</summary>
    private static async Task<RegisteredAgreement?> OwnerAsync(OperatorDesk desk, string ticket, CancellationToken token)
    {
        var owner = DeskTicket.Owner(await desk.LiveAsync(token), await desk.AllInForceAsync(token), ticket);
        if (owner is null)
            desk.Diagnostics.Error("LK6087", new Place("TICKET"), $"There is no ticket {Diagnostic.Quote(ticket)} here.", "'levelkeeper ticket list --all' prints those that there are");
        return owner;
    }

    private static async Task ShowAsync(OperatorDesk desk, ParseResult parsed, CancellationToken token)
    {
        var ticket = parsed.Needed("TICKET");
        if (await OwnerAsync(desk, ticket, token) is not { } agreement)
            return;
        var (facts, writer) = ((await desk.LiveAsync(token)).FactsAbout(agreement.Id, ticket).AsEnumerable().ToList(), new CloudEventWriter());
        if (parsed.GetValue<OutputFormat>("--output") == OutputFormat.Json)
        {
            JsonText.Write(desk.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteString("agreement", agreement.Id);
                json.WriteString("ticket", ticket);
                json.Array("facts", facts, f =>
                {
                    json.WriteNumber("sequence", f.LogSequence);
                    json.WriteString("recorded", InstantPattern.ExtendedIso.Format(f.Recorded));
                    json.WritePropertyName("event");
                    json.WriteRawValue(writer.Write(f.Fact).ToArray());
                });
                json.WriteEndObject();
            });
            return;
        }

        var times = new TimeForm(agreement.Versions.Latest.Zone);
        desk.Terminal.Say($"{ticket}, {agreement.Id}");
        foreach (var fact in facts)
        {
            using var json = JsonDocument.Parse(writer.Write(fact.Fact).ToArray());
            desk.Terminal.Say($"{fact.LogSequence,8}  {times.At(fact.Fact.Time)}  {fact.Fact.Type[FactTypes.Prefix.Length..]}  {(json.RootElement.TryGetProperty("data", out var data) ? data.GetRawText() : "")}");
        }
    }

    private static async Task ListAsync(OperatorDesk desk, ParseResult parsed, CancellationToken token)
    {
        var (only, live) = (parsed.Said("--agreement"), await desk.LiveAsync(token));
        if (only is not null && await desk.InForceAsync(only, token) is null)
            return;
        var agreements = (await desk.AllInForceAsync(token)).Where(a => only is null || a.Id == only).ToDictionary(a => a.Id, StringComparer.Ordinal);
        var tickets = agreements.Values
            .SelectMany(a => DeskTicket.Of(a, live.FactsOf(a.Id)!, desk.Now)).Where(t => t.IsOpen || parsed.GetValue<bool>("--all"))
            .OrderBy(t => t.Reported ?? t.Last).ThenBy(t => t.Ticket, StringComparer.Ordinal).ToList();
        if (parsed.GetValue<OutputFormat>("--output") == OutputFormat.Json)
        {
            JsonText.Write(desk.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.Array("tickets", tickets, t =>
                {
                    json.WriteString("agreement", t.Agreement);
                    json.WriteString("ticket", t.Ticket);
                    json.WriteString("service", t.Service);
                    json.Instant("reported", t.Reported);
                    json.WriteString("priority", t.Priority);
                    json.WriteString("stage", t.Stage);
                    json.Instant("last", t.Last);
                });
                json.WriteEndObject();
            });
            return;
        }

        var table = new Table().RoundedBorder();
        foreach (var column in (string[])["Ticket", "Agreement", "Service", "Priority", "Stage", "Reported", "Last"])
            table.AddColumn(column);
        foreach (var ticket in tickets)
            table.AddRow(Safe(ticket.Ticket), Safe(ticket.Agreement), Safe(ticket.Service), Safe(ticket.Priority), ticket.Stage, At(ticket, ticket.Reported), At(ticket, ticket.Last));
        TableOrRecords.Write(desk.Terminal.Drawing(), table);

        static string Safe(string text) => Markup.Escape(Colour.Safe(text));

        string At(DeskTicket ticket, Instant? at) => at is { } known ? new TimeForm(agreements[ticket.Agreement].Versions.Latest.Zone).At(known) : "";
    }
}
