using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>Evaluates ticket clocks in one go: facts in, readings out.</summary>
public static class TicketClocks
{
    /// <summary>Reads all clocks of all tickets as of an instant.</summary>
    /// <param name="program">The clocks.</param>
    /// <param name="facts">Facts in any order, duplicates included; those that are not about tickets are left out. Corrections and retractions must have been applied.</param>
    /// <param name="asOf">The instant; facts later than it are left out.</param>
    /// <param name="surroundings">What the facts do not say; null for nothing.</param>
    /// <param name="only">Which tickets to read, by name; null for all. Those that are not read still hand on their start when they are merged into one that is.</param>
    /// <returns>One reading for each cycle that was ever active, ordered by ticket (ordinal), then clock as defined, then cycle.</returns>
    public static ImmutableArray<ClockReading> Evaluate(
        ClockProgram program, IEnumerable<Fact> facts, Instant asOf, TicketSurroundings? surroundings = null, Func<string, bool>? only = null)
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
        var story = new TicketStory(new TicketEventReader(program));
        foreach (var (ticket, own) in tickets)
        {
            if (only is null || only(ticket))
                readings.AddRange(Evaluate(program, ticket, story.Until(ticket, own, merges, surroundings, asOf.ToUnixTimeTicks(), out _), asOf));
        }

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

    private static IEnumerable<ClockReading> Evaluate(ClockProgram program, string ticket, List<(TicketEvent Event, Fact? Fact)> events, Instant asOf)
    {
        var trace = new ClockTrace(program, ticket, asOf);
        var state = TicketState.Of(program);
        var clocks = new ClockState[program.Clocks.Length];
        foreach (var (e, fact) in events)
        {
            trace.Fact = fact is null ? null : FactReference.To(fact);
            ClockFold.Apply(program, ref state, clocks, e, ref trace);
        }

        trace.Fact = null;
        ClockFold.AdvanceTo(program, state, clocks, asOf.ToUnixTimeTicks(), ref trace);
        return trace.Readings(clocks);
    }

    /// <summary>The merges among some tickets, given with their facts in order.</summary>
    internal static TicketMerges Merges<TFacts>(IReadOnlyDictionary<string, TFacts> tickets)
        where TFacts : IReadOnlyList<Fact>
    {
        var merges = tickets.Values.SelectMany(f => (IEnumerable<Fact>)f).Where(f => f.Data is FactData.TicketMerged).ToList();
        return merges.Count == 0
            ? TicketMerges.None
            : TicketMerges.Of(merges, t => tickets.TryGetValue(t, out var facts) ? TicketStory.ReportOf(facts)?.Time.ToUnixTimeTicks() : null);
    }
}
