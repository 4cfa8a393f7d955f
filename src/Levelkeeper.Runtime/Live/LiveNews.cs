using System.Collections.Immutable;
using Levelkeeper.Core.Clocks;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>What of an agreement may have people told otherwise than before.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Tickets">Tickets that changed on which clocks are that a step names, or were until now.</param>
/// <param name="HasObjectives">Whether an objective that a step names was read anew, or what decides when the next update on an outage is due has changed.</param>
internal sealed record LiveNews(LiveAgreement Agreement, IReadOnlyList<LiveTicket> Tickets, bool HasObjectives);

/// <summary>A ticket, read from its facts.</summary>
/// <param name="AsOf">As of when.</param>
/// <param name="Clocks">Its clocks, by name and cycle.</param>
/// <param name="Acknowledged">When facts say that somebody acknowledged it; in the order of the log.</param>
internal sealed record TicketStanding(Instant AsOf, ImmutableArray<ClockReading> Clocks, ImmutableArray<Instant> Acknowledged);
