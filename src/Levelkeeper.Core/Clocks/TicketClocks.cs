using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>What the clocks need to know about tickets that their own facts do not say.</summary>
public sealed record TicketSurroundings
{
    /// <summary>Nothing.</summary>
    public static TicketSurroundings None { get; } = new();

    /// <summary>When the agreement began to apply to a ticket, by ticket; one that is not here had it from its report on.</summary>
    public ImmutableDictionary<string, Instant> AttachedAt { get; init; } = ImmutableDictionary<string, Instant>.Empty;

    /// <summary>When each outage's component recovered, ascending. A linked ticket shares the first recovery at or after its report.</summary>
    public ImmutableDictionary<string, ImmutableArray<Instant>> Recoveries { get; init; } = ImmutableDictionary<string, ImmutableArray<Instant>>.Empty;
}

/// <summary>Evaluates ticket clocks in one go: facts in, readings out.</summary>
public static class TicketClocks
{
    /// <summary>Reads all clocks of all tickets as of an instant.</summary>
    /// <param name="program">The clocks.</param>
    /// <param name="facts">Facts in any order, duplicates included; those that are not about tickets are left out. Corrections and retractions must have been applied.</param>
    /// <param name="asOf">The instant; facts later than it are left out.</param>
    /// <param name="surroundings">What the facts do not say; null for nothing.</param>
    /// <returns>One reading for each cycle that was ever active, ordered by ticket (ordinal), then clock as defined, then cycle.</returns>
    public static ImmutableArray<ClockReading> Evaluate(ClockProgram program, IEnumerable<Fact> facts, Instant asOf, TicketSurroundings? surroundings = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(facts);
        surroundings ??= TicketSurroundings.None;
        var tickets = new SortedDictionary<string, List<Fact>>(StringComparer.Ordinal);
        var seen = new HashSet<FactKey>();
        foreach (var fact in facts)
        {
            if (fact.Subject.Length == 0 || fact.Time > asOf || !seen.Add(fact.Key))
                continue;
            if (!tickets.TryGetValue(fact.Subject, out var own))
                tickets.Add(fact.Subject, own = []);
            own.Add(fact);
        }

        foreach (var own in tickets.Values)
            own.Sort(Fact.CompareWithinEntity);
        var merges = Merges(tickets);
        var readings = ImmutableArray.CreateBuilder<ClockReading>();
        var reader = new TicketEventReader(program);
        foreach (var (ticket, own) in tickets)
            readings.AddRange(Evaluate(program, reader, ticket, own, merges.GetValueOrDefault(ticket, []), asOf, surroundings));
        return readings.ToImmutable();
    }

    /// <summary>As the other, for clocks that are not compiled.</summary>
    /// <exception cref="ArgumentException">The definitions do not fit together; see <see cref="ClockProgram.Compile(IEnumerable{ClockDefinition}, TicketPolicies, DiagnosticBag)"/>.</exception>
    public static ImmutableArray<ClockReading> Evaluate(
        IEnumerable<ClockDefinition> definitions, IEnumerable<Fact> facts, Instant asOf, TicketPolicies? policies = null, TicketSurroundings? surroundings = null)
    {
        var diagnostics = new DiagnosticBag();
        var program = ClockProgram.Compile(definitions, policies ?? TicketPolicies.Default, diagnostics)
            ?? throw new ArgumentException(string.Join(Environment.NewLine, diagnostics), nameof(definitions));
        return Evaluate(program, facts, asOf, surroundings);
    }

    private static IEnumerable<ClockReading> Evaluate(
        ClockProgram program, TicketEventReader reader, string ticket, List<Fact> facts, List<(Fact Fact, long Start)> merged, Instant asOf, TicketSurroundings surroundings)
    {
        var events = Events(reader, ticket, facts, merged, asOf, surroundings);
        var trace = new ClockTrace(program, ticket, asOf);
        var state = new TicketState { Fields = program.InitialFields };
        var clocks = new ClockState[program.Clocks.Length];
        foreach (var (e, fact) in events)
        {
            trace.Fact = FactReference.To(fact);
            ClockFold.Apply(program, ref state, clocks, e, ref trace);
        }

        trace.Fact = null;
        ClockFold.AdvanceTo(program, state, clocks, asOf.ToUnixTimeTicks(), ref trace);
        return trace.Readings(clocks);
    }

    /// <summary>The ticket's events in order, with what comes from outside: attachment, shared recovery, merged tickets.</summary>
    private static List<(TicketEvent Event, Fact Fact)> Events(
        TicketEventReader reader, string ticket, List<Fact> facts, List<(Fact Fact, long Start)> merged, Instant asOf, TicketSurroundings surroundings)
    {
        var events = new List<(TicketEvent Event, Fact Fact)>();
        var buffer = new List<TicketEvent>(2);
        Fact? report = null;
        foreach (var fact in facts)
        {
            buffer.Clear();
            reader.Read(fact, buffer);
            if (report is null && fact.Data is FactData.TicketReported)
            {
                report = fact;
                var attached = surroundings.AttachedAt.TryGetValue(ticket, out var at) && at > fact.Time ? at : fact.Time;
                if (attached > fact.Time)
                    buffer[0] = buffer[0] with { Marks = buffer[0].Marks | TicketEventMarks.NotYetAttached };
                buffer.Add(new TicketEvent { At = attached.ToUnixTimeTicks(), Kind = TicketEventKind.Attached, Clock = -1 });
            }

            foreach (var e in buffer)
                events.Add((e, fact));
            if (fact.Data is FactData.TicketLinked link && report is not null && surroundings.Recoveries.TryGetValue(link.Outage, out var recoveries))
            {
                var shared = recoveries.FirstOrDefault(r => r >= report.Time, Instant.MaxValue);
                if (shared <= asOf)
                    events.Add((new TicketEvent { At = shared.ToUnixTimeTicks(), Kind = TicketEventKind.Recovered, Clock = -1 }, fact));
            }
        }

        foreach (var (fact, start) in merged)
            events.Add((new TicketEvent { At = fact.Time.ToUnixTimeTicks(), Kind = TicketEventKind.MergedIn, Value = start, Clock = -1 }, fact));
        var last = asOf.ToUnixTimeTicks();
        return [.. events.Where(e => e.Event.At <= last).OrderBy(e => e.Event.At)];
    }

    /// <summary>By surviving ticket: the merging facts, each with the earliest start that it hands on.</summary>
    private static Dictionary<string, List<(Fact Fact, long Start)>> Merges(SortedDictionary<string, List<Fact>> tickets)
    {
        var result = new Dictionary<string, List<(Fact Fact, long Start)>>(StringComparer.Ordinal);
        var starts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (ticket, facts) in tickets)
        {
            if (facts.Find(f => f.Data is FactData.TicketReported) is { } report)
                starts[ticket] = report.Time.ToUnixTimeTicks();
        }

        // In order of time, so that what was merged into a ticket before is handed on with it.
        foreach (var fact in tickets.Values.SelectMany(f => f).Where(f => f.Data is FactData.TicketMerged).Order(Comparer<Fact>.Create(Fact.CompareWithinEntity)))
        {
            var into = ((FactData.TicketMerged)fact.Data).Into;
            if (into == fact.Subject || !starts.TryGetValue(fact.Subject, out var start))
                continue;
            if (!result.TryGetValue(into, out var merged))
                result.Add(into, merged = []);
            merged.Add((fact, start));
            starts[into] = starts.TryGetValue(into, out var own) ? Math.Min(own, start) : start;
        }

        return result;
    }
}
