using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Language.Tests.Tickets;

/// <summary>Facts of a help desk about the shop, and what agreements in YAML make of them. Day 1 is Monday, 2 March 2026; the office is open 09:00-17:00 UTC on working days.</summary>
internal sealed class Desk
{
    private const string Top = """
        zone: UTC
        calendars:
          office: { weekly: { mon-fri: 09:00-17:00 } }

        """;

    private readonly List<Fact> _facts = [];

    public static Instant At(int day, int hour, int minute = 0) => Instant.FromUtc(2026, 3, 1, 0, 0) + Duration.FromDays(day) + Duration.FromHours(hour) + Duration.FromMinutes(minute);

    public Desk Reported(Instant at, string priority = "P2", string ticket = "T-1", string service = "shop", Instant? entered = null) =>
        Add(at, new FactData.TicketReported(priority, "new", "", Actor.Customer, entered), ticket, service);

    public Desk Assigned(Instant at) => Add(at, new FactData.TicketAssigned("someone", ""));

    public Desk Status(Instant at, string status) => Add(at, new FactData.TicketStatus(status));

    public Desk Priority(Instant at, string priority, PriorityReason reason = PriorityReason.Unstated) => Add(at, new FactData.TicketPriority(priority, reason));

    public Desk CustomerWrites(Instant at) => Add(at, new FactData.TicketReplied(Actor.Customer, true, false));

    public Desk Replied(Instant at, bool isPublic = true, bool automatic = false) => Add(at, new FactData.TicketReplied(Actor.Provider, isPublic, automatic));

    public Desk Changed(Instant at, string field, string value) => Add(at, new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add(field, value)));

    public Desk Workaround(Instant at, params ImmutableArray<string> restores) => Add(at, new FactData.TicketWorkaround(restores));

    public Desk Resolved(Instant at, string ticket = "T-1") => Add(at, new FactData.TicketResolved(null), ticket);

    public Desk Reopened(Instant at) => Add(at, new FactData.TicketReopened());

    public Desk Merged(Instant at, string from, string into) => Add(at, new FactData.TicketMerged(into), from);

    public Desk Cancelled(Instant at, bool byBoth, string ticket = "T-1") => Add(at, new FactData.TicketCancelled("spam", byBoth), ticket);

    public Desk Pinned(Instant at, Instant due, string consent = "Ms Ito") => Add(at, new FactData.TicketDeadlinePinned("resolve", due, consent));

    public Desk Linked(Instant at, string outage = "shop") => Add(at, new FactData.TicketLinked(outage));

    public Desk DutyDone(Instant at, string duty) => Add(at, new FactData.DutyDone(duty, "", true), "");

    public Desk Checked(Instant at, bool good) => Add(at, new FactData.Probed(good, null, "", ""), "shop");

    /// <summary>The section <c>clocks</c> with one clock that has these lines.</summary>
    public static string Clock(string name, string lines) => $"clocks:\n  {name}:\n{string.Concat(lines.ReplaceLineEndings("\n").Split('\n').Select(l => $"    {l}\n"))}";

    public static Agreement Agreement(string sections) => Sample.Good(Sample.With(Top + sections));

    /// <summary>All cycles of a clock on all tickets.</summary>
    public ImmutableArray<ClockReading> All(string sections, string clock, Instant asOf) =>
        [.. Evaluator.Clocks(Agreement(sections), Known(asOf), asOf).Where(r => r.Clock == clock)];

    /// <summary>The one cycle of the clock <c>resolve</c>, 4 h in office hours unless the lines say otherwise.</summary>
    public ClockReading Resolve(Instant asOf, string lines = "title: it") => Read("resolve", asOf, lines);

    /// <summary>The one cycle of a clock, 4 h in office hours unless the lines say otherwise.</summary>
    public ClockReading Read(string clock, Instant asOf, string lines = "title: it") => All(Standard(clock, lines), clock, asOf).ShouldHaveSingleItem();

    /// <summary>A clock with 4 h in office hours where the lines do not say otherwise.</summary>
    public static string Standard(string clock, string lines)
    {
        var keys = lines.Split('\n').Select(l => l.Split(':')[0]).ToList();
        if (!keys.Contains("within"))
            lines += "\nwithin: 4 h";
        if (!keys.Contains("calendar"))
            lines += "\ncalendar: office";
        return Clock(clock, lines);
    }

    /// <summary>The result of an objective on the clock <c>resolve</c> (4 h, always open) in a month.</summary>
    public ObjectiveEvaluation Objective(string lines, int month, Instant asOf)
    {
        var agreement = Agreement($"objectives:\n  it:\n    measure: time to resolve\n    within: 4 h\n    per: month\n{string.Concat(lines.Split('\n').Select(l => $"    {l}\n"))}");
        return Evaluator.Evaluate(agreement, Known(asOf), Instant.FromUtc(2026, month, 1, 0, 0), Instant.FromUtc(2026, month + 1, 1, 0, 0), asOf).Objectives.ShouldHaveSingleItem();
    }

    /// <summary>The results of an agreement for March.</summary>
    public AgreementEvaluation March(string sections, Instant asOf) =>
        Evaluator.Evaluate(Agreement(sections), Known(asOf), Instant.FromUtc(2026, 3, 1, 0, 0), Instant.FromUtc(2026, 4, 1, 0, 0), asOf);

    private EffectiveFacts Known(Instant asOf)
    {
        var log = new FactLog();
        foreach (var fact in _facts)
            log.Append(fact, fact.Time);
        return log.ToSet().Effective(asOf);
    }

    private Desk Add(Instant at, FactData data, string ticket = "T-1", string service = "")
    {
        var number = _facts.Count;
        _facts.Add(new Fact
        {
            Source = "desk",
            Id = number.ToString(CultureInfo.InvariantCulture),
            Type = FactTypes.Of(data)!,
            Subject = ticket,
            Time = at,
            Sequence = number.ToString("D6", CultureInfo.InvariantCulture),
            Address = FactAddress.None with { Service = service },
            Data = data,
            Digest = new FactDigest(0, (ulong)number),
        });
        return this;
    }
}
