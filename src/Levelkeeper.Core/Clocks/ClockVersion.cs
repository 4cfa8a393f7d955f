using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>The clocks of an agreement as they stand from an instant on, until the next version.</summary>
/// <remarks>
/// A clock is the same in several versions when it has the same name. A cycle has the rules and the target of the version in force when it started, also after that version,
/// unless a later one says that running clocks take its target: when the ticket is opened again, its own version says whether it goes on. A calendar that changes is for the caller to join, so that each version's clock has the hours in
/// force at each instant. The rules for tickets are those in force when something happens.
/// </remarks>
/// <param name="From">From when it is in force; of the first version this is not looked at, it covers all time before.</param>
/// <param name="Clocks">The clocks; names must differ.</param>
/// <param name="Policies">The rules for tickets.</param>
public sealed record ClockVersion(Instant From, ImmutableArray<ClockDefinition> Clocks, TicketPolicies Policies);
