using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Clocks;

/// <summary>
/// A few random tickets of whole minutes that have to do with one another: merged (in chains and circles, into themselves and into tickets that nobody knows), linked to
/// outages, attached late, leaving and coming back, with customers' clocks, pins, priorities, reopenings; some facts are corrected or taken back. On an amended desk the
/// clocks change once to thrice: others rules and targets, clocks that go and come. The seed says which.
/// </summary>
internal sealed class RandomDesk
{
    private static readonly string[] Outages = ["mail", "web"];

    private readonly Random _random;
    private readonly List<Fact> _facts = [];
    private readonly bool _isAmended;
    private int _number;

    public RandomDesk(int seed, bool isAmended = false)
    {
        _random = new Random(seed);
        _isAmended = isAmended;
        var diagnostics = new DiagnosticBag();
        Program = (isAmended ? ClockProgram.Compile(Versions(), diagnostics) : ClockProgram.Compile(Definitions(), Policies(), diagnostics))!;
        diagnostics.ShouldBeEmpty();
        for (var i = _random.Next(1, 6); i > 0; i--)
            Tell(string.Create(CultureInfo.InvariantCulture, $"T-{i}"));
        foreach (var wrong in _facts.Where(_ => Chance(8)).ToList())
            Amend(wrong);
    }

    public ClockProgram Program { get; }

    public IReadOnlyList<Fact> Facts => _facts;

    public Random Random => _random;

    public bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    /// <summary>When outages ended, as is known at some moment: another answer each time.</summary>
    public ImmutableDictionary<string, ImmutableArray<Instant>> Recoveries() => Outages.Where(_ => !Chance(4)).ToImmutableDictionary(
        o => o, o => Enumerable.Range(0, _random.Next(4)).Select(_ => Minute(0, 6000)).Order().ToImmutableArray());

    /// <summary>When the customer was late with a recurring duty, as is known at some moment; the last time may not have ended.</summary>
    public ImmutableArray<LateDuty> Late()
    {
        var edges = Enumerable.Range(0, _random.Next(6)).Select(_ => _random.Next(0, 5000)).Distinct().Order().Select(m => TicketLog.Monday + Duration.FromMinutes(m)).ToList();
        return
        [
            new LateDuty("access",
            [
                .. edges.Chunk(2).Select(e => e.Length == 2
                    ? new LateTime(TickInterval.Between(e[0], e[1]), Done(e[1]))
                    : new LateTime(new TickInterval(e[0].ToUnixTimeTicks(), long.MaxValue), null)),
            ]),
        ];

        static Fact Done(Instant at) => new() { Source = "desk", Id = $"done {at}", Type = "test", Subject = "", Time = at, Data = new FactData.DutyDone("access", "", true), Digest = default };
    }

    /// <summary>When tickets came under the agreement, by an instant or by facts of theirs.</summary>
    public TicketSurroundings Attachments(TicketSurroundings before, out string ticket)
    {
        var name = Ticket();
        ticket = name;
        if (_isAmended && Chance(3))
            return before with { NotMeasured = Chance(4) ? before.NotMeasured.Remove(name) : before.NotMeasured.SetItem(name, NotMeasured()) };
        if (_isAmended && Chance(3))
            return before with { TurnsAt = Chance(4) ? before.TurnsAt.Remove(name) : before.TurnsAt.SetItem(name, AmendedAt().Select(at => (at, Chance(2))).ToImmutableArray()) };
        if (Chance(2))
            return before with { AttachedAt = Chance(3) ? before.AttachedAt.Remove(name) : before.AttachedAt.SetItem(name, Minute(0, 4000)) };
        var own = _facts.Where(f => f.Subject == name && f.Data is not (FactData.Retracted or FactData.Corrected)).ToList();
        own.Sort(Fact.CompareWithinEntity);
        var belongs = Chance(2);
        return before with
        {
            Turns = before.Turns.RemoveRange(own.Select(f => f.Key)).AddRange(own.Where(_ => Chance(4)).Select(f => KeyValuePair.Create(f.Key, belongs = !belongs))),
        };
    }

    public override string ToString() => string.Join('\n', _facts.Order(Comparer<Fact>.Create(Fact.CompareWithinEntity)).Select(f => $"{f.Subject} {f.Time} {f.Sequence} {f.Data}"));

    private TicketPolicies Policies() => new() { ResolvedStatuses = Chance(3) ? ["done"] : [], PriorityAfterWorkaround = Chance(3) ? "low" : null, Amendment = (AmendmentPolicy)_random.Next(2), Leaving = (LeavingPolicy)_random.Next(2) };

    private ImmutableArray<Instant> AmendedAt() => [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Minute(0, 5000)).Distinct().Order()];

    private IEnumerable<ClockVersion> Versions() => AmendedAt().Prepend(Instant.MinValue).Select(from => new ClockVersion(
        from, [.. Definitions().Where(c => c.Name is "inform" or "duty access" || !Chance(5))], Policies())).ToList();

    private IntervalSet NotMeasured() => IntervalSet.Of(Enumerable.Range(0, 2).Select(_ => Minute(0, 4000)).Select(from => TickInterval.Between(from, from + Duration.FromMinutes(_random.Next(3000)))));

    private Instant Minute(int from, int to) => TicketLog.Monday + Duration.FromMinutes(_random.Next(from, to));

    private ClockSpan Span() => _random.Next(4) switch
    {
        0 => new ClockSpan.BusinessDays(_random.Next(1, 3)),
        1 => new ClockSpan.CalendarUnits(0, 1),
        _ => ClockSpan.Minutes(_random.Next(1, 1500)),
    };

    private ClockDefinition[] Definitions()
    {
        BusinessCalendar Calendar() => Chance(2) ? TicketLog.Office : BusinessCalendar.Always;
        var targets = ImmutableSortedDictionary<string, ClockSpan>.Empty.Add("high", Span());
        return
        [
            ClockTemplates.Resolve(Chance(4) ? null : Span()) with
            {
                Calendar = Calendar(),
                Targets = targets,
                Pause = new TicketCondition.StatusIs("waiting"),
                Pausing = new PausePolicy(Chance(4) ? PauseEffect.HidesOnly : PauseEffect.TakesTimeOut, Chance(3) ? Span() : null),
                PriorityChange = (PriorityChangePolicy)_random.Next(3),
                Reopening = new ReopenPolicy((ReopenEffect)_random.Next(3), Chance(2) ? Span() : null),
                Lateness = [.. Chance(2) ? Rule("inform") : [], .. Chance(2) ? Rule("duty access") : []],
            },
            ClockTemplates.OnCustomer("inform", Span(), "waiting") with { Calendar = Calendar() },
            ClockTemplates.OnDuty("access"),
            ClockTemplates.Respond(Span()) with { Lateness = Chance(3) ? Rule("duty access", Chance(2) ? LatenessEffect.Extends : LatenessEffect.Pauses) : [], Calendar = Calendar(), Start = Chance(2) ? TicketCondition.On(TicketHappening.Entered) : TicketCondition.On(TicketHappening.Reported) },
            (Chance(2) ? ClockTemplates.Update(Span()) : ClockTemplates.UpdateInterval(Span())) with { Calendar = Calendar() },
            ClockTemplates.Recover(Span()) with { Calendar = Calendar(), Attachment = Chance(2) ? AttachmentPolicy.FromAttachment : AttachmentPolicy.Retroactive },
            ClockTemplates.Resolve(Span()) with { Name = "gold", AppliesWhen = new TicketCondition.FieldIs("plan", "gold"), Pause = new TicketCondition.StatusIs("waiting") },
            ClockTemplates.Resolve(Span()) with { Name = "urgent", Start = new TicketCondition.PriorityIs("high"), RetroactiveStart = true, RetroactivePause = Chance(2) },
        ];
    }

    private static ImmutableArray<LatenessRule> Rule(string clock, LatenessEffect effect = LatenessEffect.Pauses) => [new LatenessRule(clock, effect)];

    private string Ticket() => string.Create(CultureInfo.InvariantCulture, $"T-{_random.Next(1, 8)}");

    private void Tell(string ticket)
    {
        var at = Minute(0, 3000);
        if (!Chance(8))
            Add(at, ticket, new FactData.TicketReported(Pick("high", "low", ""), "new", "", Pick(Actor.Customer, Actor.Provider), Chance(3) ? at + Duration.FromMinutes(_random.Next(0, 600)) : null));
        for (var i = _random.Next(0, 10); i > 0; i--)
        {
            at += Duration.FromMinutes(_random.Next(4) switch { 0 => 0, 1 => _random.Next(1, 900), _ => 60 });
            Add(at, ticket, Chance(20) ? new FactData.TicketReported("low", "new", "", Actor.Customer, null) : Happening(at));
        }
    }

    private FactData Happening(Instant at) => _random.Next(20) switch
    {
        0 or 1 => new FactData.TicketStatus("waiting"),
        2 or 3 => new FactData.TicketStatus("open"),
        4 => new FactData.TicketStatus("done"),
        5 or 6 => new FactData.TicketPriority(Pick("high", "low"), (PriorityReason)_random.Next(3)),
        7 or 8 => new FactData.TicketResolved(null),
        9 or 10 => new FactData.TicketReopened(),
        11 => new FactData.TicketReplied(Pick(Actor.Customer, Actor.Provider), true, false),
        12 => new FactData.TicketReplied(Actor.Customer, true, false),
        13 or 14 => new FactData.TicketMerged(Ticket()),
        15 or 16 => new FactData.TicketLinked(Outages[_random.Next(2)]),
        17 => new FactData.TicketDeadlinePinned(Pick("resolve", "recover"), at + Duration.FromMinutes(_random.Next(-300, 2000)), "Ms Ito"),
        18 => new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add("plan", Pick("gold", "basic"))),
        _ => Chance(2) ? new FactData.TicketCancelled("spam", Chance(2)) : new FactData.TicketWorkaround([]),
    };

    private void Amend(Fact wrong)
    {
        var data = Chance(2) ? (FactData)new FactData.Retracted(wrong.Source, wrong.Id, "wrong")
            : new FactData.Corrected(wrong.Source, wrong.Id, "wrong", Chance(2) ? wrong.Time + Duration.FromMinutes(_random.Next(-600, 600)) : null, wrong.Data);
        Add(wrong.Time + Duration.FromMinutes(_random.Next(0, 2000)), wrong.Subject, data);
        if (Chance(4))
            Add(wrong.Time, wrong.Subject, new FactData.Retracted("desk", _facts[^1].Id, "right after all"));
    }

    private T Pick<T>(params T[] from) => from[_random.Next(from.Length)];

    private void Add(Instant at, string ticket, FactData data) => _facts.Add(new Fact
    {
        Source = "desk",
        Id = (++_number).ToString(CultureInfo.InvariantCulture),
        Type = "test",
        Subject = ticket,
        Time = at,
        Sequence = Chance(2) ? _number.ToString("D6", CultureInfo.InvariantCulture) : "",
        Data = data,
        Digest = new FactDigest(0, (ulong)_number),
    });
}
