using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Matching;

/// <summary>Finds for every fact the service of an agreement that it belongs to. What belongs to none is listed with the reason, never dropped.</summary>
/// <remarks>
/// A fact belongs by the first matching rule that holds; else by the service that it names; else, for facts about a service's state, by a
/// subject that is a service's or component's name; else, for business facts, by the metric, duty or roster that the agreement names. A fact about money belongs
/// to the agreement or customer that it names. A fact
/// that names another agreement or another customer never belongs. A ticket belongs as a whole: its address is gathered from all its facts. A state whose
/// subject is no component of the service that it names, and nobody on a roster whose members are observed each on its own, is listed; what is announced, claimed or counted under such a subject belongs to the service as a whole.
/// </remarks>
public sealed class FactMatcher
{
    private readonly Agreement _agreement;
    private readonly Dictionary<string, Service> _services;
    private readonly Dictionary<string, (Service Service, string Component)> _subjects = new(StringComparer.Ordinal);
    private readonly HashSet<string> _businessNames;

    /// <summary>The matcher of one agreement.</summary>
    public FactMatcher(Agreement agreement)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        _agreement = agreement;
        _services = agreement.Services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        foreach (var service in agreement.Services)
        {
            _subjects.TryAdd(service.Name, (service, ""));
            foreach (var component in service.Components)
                _subjects.TryAdd(component, (service, component));
        }

        _businessNames = [.. agreement.BusinessNames];
    }

    /// <summary>Sorts the facts by service.</summary>
    public MatchedFacts Match(EffectiveFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var result = new MatchedFacts.Builder();
        var parts = new ObservedParts(_agreement, facts, f => NotPermitted(f) is null && NotOurs(f.Address) is null);
        foreach (var entity in facts.Entities)
        {
            var ticket = new List<EffectiveFact>();
            foreach (var fact in entity.Facts)
            {
                if (NotPermitted(fact.Fact) is { } reason)
                    result.LeaveOut(fact.Fact, reason);
                else if (IsOfTicket(fact.Fact.Data))
                    ticket.Add(fact);
                else
                    MatchAlone(fact, parts, result);
            }

            if (ticket.Count > 0)
                MatchTicket(entity.Subject, ticket, parts, result);
        }

        return result.Build();
    }

    /// <summary>The service to which a ticket belongs of which one fact is known, where no rule and no source's right decides; null for none.</summary>
    internal string? ServiceByName(Fact fact)
    {
        var address = Gather(FactAddress.None, fact);
        return NotOurs(address) is null && _services.TryGetValue(address.Service, out var service) ? service.Name : null;
    }

    private string? NotPermitted(Fact fact) =>
        _agreement.Assertions.IsEmpty || _agreement.Assertions.Any(a => a.Permits(fact))
            ? null
            : $"the source '{fact.Source}' may not assert '{fact.Type}' under this agreement";

    private void MatchAlone(EffectiveFact fact, ObservedParts parts, MatchedFacts.Builder result)
    {
        var address = fact.Fact.Address;
        if (NotOurs(address) is { } reason)
        {
            result.Unmatch(fact.Fact, reason);
            return;
        }

        if (IsOfMoney(fact.Fact.Data))
        {
            // What is said about money concerns the agreement that it names; a remedy's name alone would fit the agreement of any customer.
            if (address.Agreement.Length > 0 || address.Customer.Length > 0 && _agreement.Customer is not null)
                result.AddBusiness(address.Service, fact);
            else
                result.Unmatch(fact.Fact, "it is about money and names neither the agreement nor its customer");
            return;
        }

        if (ServiceOf(fact.Fact, address, parts, out var component) is { } service)
        {
            var business = BusinessName(fact.Fact.Data);
            if (business is not null)
                result.AddBusiness(service.Name, fact);
            else if (component.Length > 0 || !parts.AnyOf(service) || !IsOfState(fact.Fact.Data) || fact.Fact.Subject.Length == 0 || fact.Fact.Subject == service.Name)
                result.AddService(service.Name, component, fact);
            else
                result.Unmatch(fact.Fact, $"the service '{service.Name}' has no component {(parts.AnyMemberOf(service) ? "or member " : "")}'{fact.Fact.Subject}'");
            return;
        }

        if ((BusinessName(fact.Fact.Data) ?? (fact.Fact.Data as FactData.Aggregated)?.Metric) is { } name && address.Service.Length == 0 && _businessNames.Contains(name))
        {
            result.AddBusiness("", fact);
            return;
        }

        result.Unmatch(fact.Fact, address.Service.Length > 0
            ? $"it names the service '{address.Service}', which this agreement does not have"
            : fact.Fact.Subject.Length > 0 && BusinessName(fact.Fact.Data) is null ? $"its subject '{fact.Fact.Subject}' is no service or component of this agreement, and no matching rule holds" : "it names no service, and no matching rule holds");
    }

    private void MatchTicket(string subject, List<EffectiveFact> facts, ObservedParts parts, MatchedFacts.Builder result)
    {
        if (subject.Length == 0)
        {
            // Facts of many tickets may stand under the empty name: they are no ticket.
            foreach (var fact in facts)
                result.Unmatch(fact.Fact, "it names no ticket");
            return;
        }

        var address = FactAddress.None;
        Service? service = null;
        var problem = "";
        Fact? left = null;
        var belongs = true;
        var turns = ImmutableArray.CreateBuilder<(Fact, bool)>();
        var voices = new List<Fact>(2);
        foreach (var fact in facts)
        {
            address = Gather(address, fact.Fact);
            problem = NotOurs(address) ?? "";
            if (!voices.Exists(v => v.Source == fact.Fact.Source && v.Type == fact.Fact.Type))
                voices.Add(fact.Fact);
            var now = problem.Length > 0 ? null : ServiceOf(fact.Fact, address, parts, out _) ?? ServiceByAnother(voices, address, parts);
            if (now is not null)
                (service, left) = (now, null);
            else if (service is not null)
                left ??= fact.Fact;
            if (belongs != now is not null)
                turns.Add((fact.Fact, belongs = now is not null));
        }

        if (service is null)
        {
            if (problem.Length == 0)
                problem = address.Service.Length > 0 ? $"the ticket names the service '{address.Service}', which this agreement does not have" : "the ticket names no service, and no matching rule holds";
            foreach (var fact in facts)
                result.Unmatch(fact.Fact, problem);
            return;
        }

        result.AddTicket(new MatchedTicket(subject, service.Name, [.. facts], address, left) { Turns = turns.DrainToImmutable() });
    }

    /// <summary>The service by a rule about sources or types that an earlier fact fits: a ticket does not leave because somebody else speaks about it.</summary>
    private Service? ServiceByAnother(List<Fact> voices, FactAddress address, ObservedParts parts)
    {
        foreach (var voice in voices)
        {
            if (ServiceOf(voice, address, parts, out _) is { } service)
                return service;
        }

        return null;
    }

    private string? NotOurs(FactAddress address)
    {
        if (address.Agreement.Length > 0 && address.Agreement != _agreement.Id)
            return $"it names the agreement '{address.Agreement}'";
        return address.Customer.Length > 0 && _agreement.Customer is { } customer && !customer.IsCalled(address.Customer)
            ? $"it names the customer '{address.Customer}'"
            : null;
    }

    private Service? ServiceOf(Fact fact, FactAddress address, ObservedParts parts, out string component)
    {
        foreach (var rule in _agreement.MatchRules)
        {
            if (rule.Holds(fact, address))
            {
                var named = _services[rule.Service];
                component = rule.Component.Length > 0 ? rule.Component : parts.Has(named, fact.Subject) ? fact.Subject : "";
                return named;
            }
        }

        component = "";
        if (address.Service.Length > 0)
        {
            if (!_services.TryGetValue(address.Service, out var service))
                return null;
            component = parts.Has(service, fact.Subject) ? fact.Subject : "";
            return service;
        }

        if (IsOfTicket(fact.Data))
            return null;
        if (_subjects.TryGetValue(fact.Subject, out var found))
        {
            component = found.Component;
            return found.Service;
        }

        if (parts.ServiceOfMember(fact.Subject) is not { } observed)
            return null;
        component = fact.Subject;
        return observed;
    }

    private static FactAddress Gather(FactAddress before, Fact fact)
    {
        var own = fact.Address;
        var labels = own.Labels.IsEmpty ? before.Labels : before.Labels.SetItems(own.Labels);
        var service = own.Service.Length > 0 ? own.Service : before.Service;
        switch (fact.Data)
        {
            case FactData.TicketChanged changed:
                labels = labels.SetItems(changed.Fields);
                if (changed.Fields.TryGetValue("service", out var other))
                    service = other;
                break;
            case FactData.TicketPriority priority:
                labels = labels.SetItem("priority", priority.Priority);
                break;
            case FactData.TicketReported reported:
                labels = labels.SetItem("priority", reported.Priority).SetItem("channel", reported.Channel);
                break;
        }

        return new FactAddress(service, own.Customer.Length > 0 ? own.Customer : before.Customer, own.Agreement.Length > 0 ? own.Agreement : before.Agreement, labels);
    }

    private static string? BusinessName(FactData data) => data switch
    {
        FactData.Measured measured => measured.Metric,
        FactData.DutyDone duty => duty.Duty,
        FactData.RosterChanged roster => roster.Roster,
        FactData.BreachExplained breach => breach.Objective,
        _ => null,
    };

    /// <summary>A state must be some component's; an announcement, a claim or a count may be the service's under any subject.</summary>
    private static bool IsOfState(FactData data) => data is FactData.StateChanged or FactData.Probed or FactData.ObserverChanged;

    private static bool IsOfMoney(FactData data) => data is
        FactData.ClaimMade or FactData.AmountWaived or FactData.GoodwillGiven or FactData.DisputeOpened or FactData.DisputeSettled or FactData.AdjustmentAccepted
        or FactData.AmountPaid or FactData.InvoiceIssued or FactData.InvoicePaid or FactData.UnitsCounted;

    /// <summary>Whether a fact is about a ticket: such facts belong where their ticket does.</summary>
    public static bool IsOfTicket(FactData data) => data is
        FactData.TicketReported or FactData.TicketAcknowledged or FactData.TicketAssigned or FactData.TicketReplied or FactData.TicketStatus or FactData.TicketPriority
        or FactData.TicketChanged or FactData.TicketWorkaround or FactData.TicketResolved or FactData.TicketReopened or FactData.TicketMerged or FactData.TicketClosed
        or FactData.TicketCancelled or FactData.TicketRated or FactData.TicketEscalated or FactData.TicketDeadlinePinned or FactData.TicketLinked;
}
