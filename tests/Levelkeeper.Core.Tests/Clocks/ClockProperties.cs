using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Tests.Clocks;

public sealed class ClockProperties
{
    private static void ForRandomTickets(int tests, Action<RandomTicket> property) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => property(new RandomTicket(seed))).Check(Seeds.Config(tests));

    [Fact]
    public void Agrees_with_the_minute_by_minute_reading() => ForRandomTickets(1500, ticket =>
    {
        var reading = ticket.Read(ticket.AsOf).Single(r => r.Clock == "resolve");
        var reference = ticket.Reference();
        reference.Run(ticket.Known(ticket.AsOf), ticket.AsOf);
        (reading.Verdict, reading.BreachedAt).ShouldBe((reference.Verdict, reference.BreachedAt), ticket.ToString());
        if (reading.StoppedAt is null)
            (reading.Spent, reading.Paused).ShouldBe((Duration.FromMinutes(reference.Spent), Duration.FromMinutes(reference.Paused)), ticket.ToString());
    });

    [Fact]
    public void Shuffled_and_duplicated_facts_give_the_same() => ForRandomTickets(300, ticket =>
    {
        var mixed = ticket.Facts.Concat(ticket.Facts.Where((_, i) => i % 2 == 0)).OrderBy(_ => ticket.Random.Next()).ToList();
        Shown(TicketClocks.Evaluate(ticket.Definitions, mixed, ticket.AsOf)).ShouldBe(Shown(ticket.Read(ticket.AsOf)), ticket.ToString());
    });

    [Fact]
    public void A_decided_verdict_never_changes_as_time_passes_without_new_facts() => ForRandomTickets(60, ticket =>
    {
        var last = ticket.Facts[^1].Time;
        var decided = new Dictionary<(string, int), (ClockVerdict, Instant?)>();
        for (var asOf = last; asOf < last + Duration.FromDays(12); asOf += Duration.FromMinutes(217))
        {
            foreach (var reading in ticket.Read(asOf).Where(r => r.DecidedAt is not null))
            {
                if (decided.TryGetValue((reading.Clock, reading.Cycle), out var before))
                    (reading.Verdict, reading.DecidedAt).ShouldBe(before, ticket.ToString());
                decided[(reading.Clock, reading.Cycle)] = (reading.Verdict, reading.DecidedAt);
            }
        }
    });

    [Fact]
    public void A_clock_is_breached_only_past_its_deadline_and_met_only_up_to_it() => ForRandomTickets(500, ticket =>
    {
        foreach (var reading in ticket.Read(ticket.AsOf))
        {
            // A clock cannot breach while it is paused, not even by a change that puts its deadline into the past.
            if (reading.Verdict == ClockVerdict.Met && reading.Due is { } due && reading.Segments is not [.., { Kind: ClockSegmentKind.Paused }])
                reading.StoppedAt!.Value.ShouldBeLessThanOrEqualTo(due, ticket.ToString());
            if (reading.Verdict == ClockVerdict.Breached)
            {
                (reading.StoppedAt ?? reading.AsOf).ShouldBeGreaterThanOrEqualTo(reading.BreachedAt!.Value, ticket.ToString());
                reading.Due!.Value.ShouldBeLessThanOrEqualTo(reading.BreachedAt.Value, ticket.ToString());
            }
        }
    });

    [Fact]
    public void A_pause_moves_the_deadline_by_its_open_time_however_it_is_split() => ForRandomTickets(500, ticket =>
    {
        var start = TicketLog.Monday + Duration.FromMinutes(ticket.Random.Next(0, 3000));
        var clock = ClockTemplates.Resolve(ClockSpan.Hours(30)) with { Calendar = TicketLog.Office, Pause = new TicketCondition.StatusIs("waiting", "waiting more") };
        var pause = start + Duration.FromMinutes(ticket.Random.Next(0, 900));
        var middle = pause + Duration.FromMinutes(ticket.Random.Next(0, 900));
        var end = middle + Duration.FromMinutes(ticket.Random.Next(0, 900));
        var plain = TicketClocks.Evaluate([clock], new TicketLog().Reported(start).Facts, end)[0].Due!.Value;
        var whole = TicketClocks.Evaluate([clock], new TicketLog().Reported(start).Status(pause, "waiting").Status(end, "open").Facts, end)[0];
        var split = TicketClocks.Evaluate(
            [clock], new TicketLog().Reported(start).Status(pause, "waiting").Status(middle, "open").Status(middle, "waiting more").Status(end, "open").Facts, end)[0];
        split.Due.ShouldBe(whole.Due);
        split.Paused.ShouldBe(whole.Paused);
        whole.Due!.Value.ShouldBeGreaterThanOrEqualTo(plain);
        TicketLog.Office.Between(plain, whole.Due.Value).ShouldBe(TicketLog.Office.Between(pause, end));
    });

    [Fact]
    public void Live_equals_batch_whenever_the_facts_come() => ForRandomTickets(400, ticket =>
    {
        var program = ClockProgram.Compile(ticket.Definitions);
        var reader = new TicketEventReader(program);
        var live = new LiveClocks(program, TicketLog.Monday - Duration.FromDays(1), 1);
        var changes = new List<VerdictChange>();
        var key = (UInt128)7;
        var known = new List<Fact>();
        var now = TicketLog.Monday - Duration.FromDays(1);

        // Some facts arrive late: by then the clock has moved on, and later ones may have been applied.
        foreach (var fact in ticket.Facts.OrderBy(f => f.Time + Duration.FromMinutes(ticket.Random.Next(4) == 0 ? ticket.Random.Next(3000) : 0)))
        {
            now = Instant.Max(now, fact.Time);
            live.AdvanceTo(now, changes);
            var inOrder = known.Count == 0 || Fact.CompareWithinEntity(known.Max(Comparer<Fact>.Create(Fact.CompareWithinEntity))!, fact) < 0;
            known.Add(fact);
            known.Sort(Fact.CompareWithinEntity);
            var events = new List<TicketEvent>();
            foreach (var one in inOrder ? [fact] : known)
                reader.Read(one, events);
            if (inOrder)
                events.ForEach(e => live.TryApply(key, e, changes).ShouldBeTrue());
            else
                live.Refold(key, [.. events], changes);
            Same();
        }

        for (var i = 0; i < 5; i++)
        {
            now += Duration.FromMinutes(ticket.Random.Next(1, 2000));
            live.AdvanceTo(now, changes);
            Same();
        }

        void Same()
        {
            var batch = TicketClocks.Evaluate(program, known, now);
            for (var clock = 0; clock < program.Definitions.Length; clock++)
                live.VerdictOf(key, clock).ShouldBe(batch.LastOrDefault(r => r.Clock == program.Definitions[clock].Name)?.Verdict, $"{program.Definitions[clock].Name} at {now}: {ticket}");
        }
    });

    [Fact]
    public void Every_number_of_an_explanation_follows_from_its_parts() => ForRandomTickets(500, ticket =>
    {
        foreach (var reading in ticket.Read(ticket.AsOf))
            AddsUp(reading.Explain(), ticket.ToString());
    });

    private static void AddsUp(Explanation node, string story)
    {
        if (node.Derivation == Derivation.Sum)
            node.Parts.Aggregate(Rational.Zero, (sum, part) => sum + part.Value!.Value.Value).ShouldBe(node.Value!.Value.Value, $"{node.Title}: {story}");
        else
            node.Derivation.ShouldBeOneOf(Derivation.Given, Derivation.Narrative);
        foreach (var part in node.Parts)
            AddsUp(part, story);
    }

    private static List<string> Shown(ImmutableArray<ClockReading> readings) =>
        [.. readings.Select(r => $"{r.Clock} {r.Cycle} {r.Verdict} {r.StartedAt} {r.StoppedAt} {r.Due} {r.BreachedAt} {r.Spent} {r.Paused} {string.Join(';', r.Segments.Select(s => $"{s.Kind}{s.During}"))}")];
}

/// <summary>A random ticket of whole minutes under a random agreement.</summary>
internal sealed class RandomTicket
{
    private readonly int _high;
    private readonly int _low;
    private readonly bool _fromChange;
    private readonly bool _hidesOnly;
    private readonly bool _counts;
    private readonly TicketLog _log = new();

    public RandomTicket(int seed)
    {
        Random = new Random(seed);
        (_high, _low) = (Random.Next(1, 700), Random.Next(1, 1500));
        (_fromChange, _hidesOnly, _counts) = (Random.Next(2) == 0, Random.Next(4) == 0, Random.Next(3) == 0);
        var at = TicketLog.Monday + Duration.FromMinutes(Random.Next(0, 3000));
        _log.Reported(at, Random.Next(2) == 0 ? "high" : "low");
        for (var i = Random.Next(0, 12); i > 0; i--)
        {
            // A third of the facts share an instant, and many fall on an hour, where windows open and close.
            at += Duration.FromMinutes(Random.Next(3) switch { 0 => 0, 1 => Random.Next(1, 900), _ => 60 - at.InUtc().Minute });
            _ = Random.Next(7) switch
            {
                0 or 1 => _log.Status(at, "waiting"),
                2 or 3 => _log.Status(at, "open"),
                4 => _log.Priority(at, Random.Next(2) == 0 ? "high" : "low"),
                5 => _log.Resolved(at),
                _ => _log.Reopened(at),
            };
        }

        AsOf = at + Duration.FromMinutes(Random.Next(0, 3000));
        var targets = ImmutableSortedDictionary<string, ClockSpan>.Empty.Add("high", ClockSpan.Minutes(_high)).Add("low", ClockSpan.Minutes(_low));
        Definitions =
        [
            ClockTemplates.Resolve(null) with
            {
                Calendar = TicketLog.Office,
                Targets = targets,
                Pause = new TicketCondition.StatusIs("waiting"),
                Pausing = new PausePolicy(_hidesOnly ? PauseEffect.HidesOnly : PauseEffect.TakesTimeOut),
                PriorityChange = _fromChange ? PriorityChangePolicy.FromChange : PriorityChangePolicy.FromStart,
                Reopening = new ReopenPolicy(_counts ? ReopenEffect.ResumesAndCounts : ReopenEffect.Resumes, null),
            },
            ClockTemplates.Resolve(ClockSpan.Minutes(_low)) with
            {
                Name = "other",
                Calendar = TicketLog.Office,
                Pause = new TicketCondition.StatusIs("waiting"),
                Pausing = new PausePolicy(Longest: ClockSpan.Minutes(_high)),
                Reopening = new ReopenPolicy(ReopenEffect.Resumes, new ClockSpan.BusinessDays(1)),
            },
        ];
    }

    public Random Random { get; }

    public ImmutableArray<ClockDefinition> Definitions { get; }

    public Instant AsOf { get; }

    public List<Fact> Facts => _log.Facts;

    public ImmutableArray<ClockReading> Read(Instant asOf) => TicketClocks.Evaluate(Definitions, Facts, asOf);

    public List<Fact> Known(Instant asOf) => [.. Facts.Where(f => f.Time <= asOf)];

    public ReferenceClock Reference() => new(_high, _low, _fromChange, _hidesOnly, _counts);

    public override string ToString() =>
        $"high {_high}, low {_low}, from change {_fromChange}, hides {_hidesOnly}, counts {_counts}, as of {AsOf}\n{string.Join('\n', Facts.Select(f => $"{f.Time} {f.Data}"))}";
}
