using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Tests.Clocks;

/// <summary>Facts of one ticket, written down in the order in which they are to count at equal times. Times are minutes after Monday 2025-03-03 00:00 UTC.</summary>
internal sealed class TicketLog(string ticket = "T-1")
{
    public static readonly Instant Monday = Instant.FromUtc(2025, 3, 3, 0, 0);

    public static readonly BusinessCalendar Office = new(new CalendarDefinition(
        DateTimeZone.Utc, new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(9, 0), new LocalTime(17, 0))) }));

    public List<Fact> Facts { get; } = [];

    /// <summary>An instant of the first two weeks: <c>At(2, 9, 30)</c> is Tuesday 09:30.</summary>
    public static Instant At(int day, int hour, int minute = 0) => Monday + Duration.FromMinutes((((day - 1) * 24) + hour) * 60 + minute);

    public TicketLog Reported(Instant at, string priority = "P2", string status = "new", Instant? entered = null) =>
        Add(at, new FactData.TicketReported(priority, status, "", Actor.Customer, entered));

    public TicketLog CustomerWrites(Instant at) => Add(at, new FactData.TicketReplied(Actor.Customer, true, false));

    public TicketLog Replied(Instant at, bool isPublic = true, bool automatic = false) => Add(at, new FactData.TicketReplied(Actor.Provider, isPublic, automatic));

    public TicketLog Status(Instant at, string status) => Add(at, new FactData.TicketStatus(status));

    public TicketLog Priority(Instant at, string priority, PriorityReason reason = PriorityReason.Unstated) => Add(at, new FactData.TicketPriority(priority, reason));

    public TicketLog Resolved(Instant at) => Add(at, new FactData.TicketResolved(null));

    public TicketLog Reopened(Instant at) => Add(at, new FactData.TicketReopened());

    public TicketLog Changed(Instant at, string field, string value) =>
        Add(at, new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add(field, value)));

    public TicketLog Add(Instant at, FactData data)
    {
        var number = Facts.Count;
        Facts.Add(new Fact
        {
            Source = "desk/" + ticket,
            Id = number.ToString(CultureInfo.InvariantCulture),
            Type = "test",
            Subject = ticket,
            Time = at,
            Sequence = number.ToString("D6", CultureInfo.InvariantCulture),
            Data = data,
            Digest = new FactDigest(0, (ulong)number),
        });
        return this;
    }
}
