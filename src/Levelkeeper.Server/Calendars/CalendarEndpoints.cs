using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Calendars;

/// <summary>The calendars of an agreement: when they are open, holidays and files that they name included. What they say is clauses of the agreement; files are put by <c>/files</c>.</summary>
internal static class CalendarEndpoints
{
    private const int MostDays = 400;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var calendars = routes.MapGroup("/agreements/{id}/calendars").WithTags("calendars");
        calendars.MapGet("", List).Needs(Permission.ReadAgreements).WithName("list-calendars").WithSummary("The calendars of an agreement, with whether each is open now").Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);
        calendars.MapGet("/{name}", Get).Needs(Permission.ReadAgreements).WithName("get-calendar").WithSummary("When a calendar is open")
            .WithDescription($"'from' and 'to' are days in the calendar's zone, 'to' the first day after; without them the week that begins today. At most {MostDays} days. What is open without a break is one opening.").Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.StoreAway);
        calendars.MapGet("/{name}/due", Due).Needs(Permission.ReadAgreements).WithName("reckon-due").WithSummary("The instant when so much open time has passed")
            .WithDescription("'from' is an instant, 'seconds' the open time. At a closing the due is the closing.").Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.StoreAway);
    }

    private static async Task<Ok<IReadOnlyList<CalendarForm>>> List(HttpContext context, VisibleAgreements visible, ServedStore served, string id, CancellationToken cancel, int? revision = null)
    {
        var agreement = await visible.FindAsync(context.Viewer(), id, revision, cancel);
        return TypedResults.Ok<IReadOnlyList<CalendarForm>>([.. agreement.Versions.Latest.Calendars.Select(c => new CalendarForm(c.Key, c.Value.Zone.Id, c.Value.IsOpen(served.Now), Next(c.Value, served.Now)))]);
    }

    private static async Task<Ok<OpeningsForm>> Get(
        HttpContext context, VisibleAgreements visible, ServedStore served, string id, string name, CancellationToken cancel, [Description("The first day.")] string? from = null, [Description("The first day after.")] string? to = null, int? revision = null)
    {
        var calendar = await FindAsync(context, visible, id, name, revision, cancel);
        var first = from is null ? served.Now.InZone(calendar.Zone).Date : Queries.Day("from", from);
        var end = to is null ? first.PlusDays(7) : Queries.Day("to", to);
        if (first >= end || NodaTime.Period.DaysBetween(first, end) > MostDays)
            throw new ProblemException(ProblemKind.BadParameter, $"From 'from' to 'to' are 1 to {MostDays} days.");
        var (start, stop) = (first.AtStartOfDayInZone(calendar.Zone).ToInstant(), end.AtStartOfDayInZone(calendar.Zone).ToInstant());
        if (start < BusinessCalendar.Earliest || stop > BusinessCalendar.Latest)
            throw new ProblemException(ProblemKind.BadParameter, $"Calendars go from {BusinessCalendar.Earliest.InUtc().Year} to {BusinessCalendar.Latest.InUtc().Year}.");
        var open = calendar.OpenIntervals(start, stop);
        return TypedResults.Ok(new OpeningsForm(name, calendar.Zone.Id, calendar.Between(start.ToUnixTimeTicks(), stop.ToUnixTimeTicks()) / (decimal)TimeSpan.TicksPerSecond, [.. open.Select(o => new OpeningForm(Text(o.StartInstant), Text(o.EndInstant)))]));
    }

    private static async Task<Ok<DueForm>> Due(
        HttpContext context, VisibleAgreements visible, string id, string name, [Description("From when it counts.")] string from, [Description("How many seconds of open time."), Range(0, 1_000_000_000)] long seconds, CancellationToken cancel, int? revision = null)
    {
        var calendar = await FindAsync(context, visible, id, name, revision, cancel);
        var start = Queries.Instant("from", from)!.Value;
        if (seconds is < 0 or > 1_000_000_000 || start < BusinessCalendar.Earliest || start >= BusinessCalendar.Latest)
            throw new ProblemException(ProblemKind.BadParameter, $"'seconds' is 0 to a billion, and calendars go from {BusinessCalendar.Earliest.InUtc().Year} to {BusinessCalendar.Latest.InUtc().Year}.");
        return calendar.TryAdd(start.ToUnixTimeTicks(), seconds * TimeSpan.TicksPerSecond, out var due)
            ? TypedResults.Ok(new DueForm(Text(Instant.FromUnixTimeTicks(due))))
            : throw new ProblemException(ProblemKind.BadParameter, "The calendar is not open for so long.");
    }

    private static async Task<BusinessCalendar> FindAsync(HttpContext context, VisibleAgreements visible, string id, string name, int? revision, CancellationToken cancel) =>
        (await visible.FindAsync(context.Viewer(), id, revision, cancel)).Versions.Latest.Calendars.GetValueOrDefault(name) ?? throw new ProblemException(ProblemKind.NotFound, $"The agreement has no calendar {Diagnostic.Quote(name)}.");

    private static string? Next(BusinessCalendar calendar, Instant now) => !calendar.IsOpen(now) && calendar.TryNextOpening(now.ToUnixTimeTicks(), out var next) ? Text(Instant.FromUnixTimeTicks(next)) : null;

    private static string Text(Instant at) => InstantPattern.ExtendedIso.Format(at);
}

/// <summary>A calendar in a list.</summary>
/// <param name="Name">Its name in the agreement.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="Open">Whether it is open now.</param>
/// <param name="NextOpening">When it opens next; none while it is open, and where it never does again.</param>
public sealed record CalendarForm(string Name, string Zone, bool Open, string? NextOpening);

/// <summary>When a calendar is open.</summary>
/// <param name="Name">Its name in the agreement.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="OpenSeconds">How long it is open in all.</param>
/// <param name="Openings">When, in order.</param>
public sealed record OpeningsForm(string Name, string Zone, decimal OpenSeconds, IReadOnlyList<OpeningForm> Openings);

/// <summary>A time in which a calendar is open.</summary>
/// <param name="From">From when.</param>
/// <param name="To">To when.</param>
public sealed record OpeningForm(string From, string To);

/// <summary>When so much open time has passed.</summary>
/// <param name="Due">The instant.</param>
public sealed record DueForm(string Due);
