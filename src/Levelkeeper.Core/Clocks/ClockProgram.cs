using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Core.Clocks;

/// <summary>The clocks of an agreement, compiled once: names become small integers and conditions become tables, so that the fold compares no text.</summary>
/// <remarks>
/// Immutable and safe to share between threads. Bounds: 64 clocks, 60 named statuses, 60 named priorities, and 32 different questions about fields; what
/// no condition names takes no place. Beyond a bound <c>Compile</c> reports a diagnostic.
/// </remarks>
public sealed class ClockProgram
{
    private const int TableLimit = 1 << 16;

    private readonly Dictionary<string, byte> _statuses;
    private readonly Dictionary<string, byte> _priorities;
    private readonly Dictionary<(string Field, string? Value), int> _fields;
    private readonly Dictionary<string, int> _clocksByName;

    private ClockProgram(ImmutableArray<ClockDefinition> definitions, TicketPolicies policies, Names names)
    {
        Policies = policies;
        Definitions = definitions;
        _statuses = names.Statuses;
        _priorities = names.Priorities;
        _fields = names.Fields;
        _clocksByName = definitions.Select((d, i) => (d.Name, i)).ToDictionary(p => p.Name, p => p.i);
        FieldBits = _fields.Count;
        StatusCount = _statuses.Count + 1;
        PriorityCount = _priorities.Count + 1;
        ResolvedStatuses = policies.ResolvedStatuses.Aggregate(0UL, (mask, s) => mask | 1UL << _statuses[s]);
        PriorityAfterWorkaround = policies.PriorityAfterWorkaround is { } p ? (int)_priorities[p] : -1;
        Clocks = definitions.Select(d => new CompiledClock(d, this)).ToArray();

        // The clocks on the customer come first within a fact, because their lateness acts on the others.
        Order = Enumerable.Range(0, Clocks.Length).OrderBy(i => Clocks[i].Definition.Party == ClockParty.Customer ? 0 : 1).ThenBy(i => i).ToArray();
        InitialFields = _fields.Where(f => f.Key.Value?.Length == 0).Aggregate(0u, (bits, f) => bits | 1u << f.Value);
        HasLateness = Clocks.Any(c => c.Lateness.Length > 0);
        var size = (long)CompiledClock.KindCount * StatusCount * PriorityCount * 2 << FieldBits;
        HasTable = size <= TableLimit;
        if (HasTable)
        {
            foreach (var clock in Clocks)
                clock.FillTable(this);
        }
    }

    /// <summary>The clocks in the order in which they were given; readings refer to them by name.</summary>
    public ImmutableArray<ClockDefinition> Definitions { get; }

    /// <summary>The rules for tickets.</summary>
    public TicketPolicies Policies { get; }

    internal CompiledClock[] Clocks { get; }

    internal int[] Order { get; }

    internal int FieldBits { get; }

    internal int StatusCount { get; }

    internal int PriorityCount { get; }

    internal ulong ResolvedStatuses { get; }

    internal int PriorityAfterWorkaround { get; }

    internal bool HasTable { get; }

    /// <summary>The questions that a ticket without any field answers with yes.</summary>
    internal uint InitialFields { get; }

    /// <summary>The lateness of a clock on the customer acts on another.</summary>
    internal bool HasLateness { get; }

    internal IEnumerable<(string Field, string? Value, int Bit)> FieldQuestions => _fields.Select(f => (f.Key.Field, f.Key.Value, f.Value));

    /// <summary>Compiles clocks.</summary>
    /// <param name="definitions">The clocks; names must differ.</param>
    /// <param name="policies">The rules for tickets.</param>
    /// <param name="diagnostics">Receives what is wrong: <c>LK4101</c> two clocks of one name, <c>LK4102</c> too many names, <c>LK4103</c> an unknown or unsuitable clock in a lateness rule.</param>
    /// <returns>Null when there are errors.</returns>
    public static ClockProgram? Compile(IEnumerable<ClockDefinition> definitions, TicketPolicies policies, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var clocks = definitions.ToImmutableArray();
        var before = diagnostics.Count;
        foreach (var twice in clocks.GroupBy(c => c.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
            diagnostics.Error("LK4101", PlaceOf(twice.Last()), $"Two clocks are called {Diagnostic.Quote(twice.Key)}.", "Give each clock a name of its own.");
        foreach (var clock in clocks)
        {
            foreach (var rule in clock.Lateness)
            {
                if (!clocks.Any(c => c.Name == rule.Clock && c.Party == ClockParty.Customer))
                    diagnostics.Error("LK4103", PlaceOf(clock), $"There is no clock on the customer called {Diagnostic.Quote(rule.Clock)}.", "Name a clock whose party is the customer.");
                else if (clock.Party == ClockParty.Customer)
                    diagnostics.Error("LK4103", PlaceOf(clock), "The lateness of a clock on the customer acts on clocks of the provider only.", "Take the rule away.");
            }
        }

        var names = Names.Of(clocks, policies);
        if (clocks.Length > 64 || names.Statuses.Count > 60 || names.Priorities.Count > 60 || names.Fields.Count > 32)
        {
            diagnostics.Error(
                "LK4102",
                clocks.IsEmpty ? Place.None : PlaceOf(clocks[0]),
                $"Too many names: {clocks.Length} clocks (at most 64), {names.Statuses.Count} statuses (60), {names.Priorities.Count} priorities (60), {names.Fields.Count} questions about fields (32).",
                "Split the agreement, or ask about fewer statuses, priorities and fields.");
        }

        return diagnostics.Skip(before).Any(d => d.Severity == Severity.Error) ? null : new ClockProgram(clocks, policies, names);
    }

    /// <summary>Compiles clocks that are known to be good; for code, not for input.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static ClockProgram Compile(params IEnumerable<ClockDefinition> definitions)
    {
        var diagnostics = new DiagnosticBag();
        return Compile(definitions, TicketPolicies.Default, diagnostics) ?? throw new ArgumentException(string.Join(Environment.NewLine, diagnostics), nameof(definitions));
    }

    /// <summary>The number of a status; 0 for one that nothing in the agreement names.</summary>
    internal byte StatusNumber(string status) => _statuses.GetValueOrDefault(status);

    /// <summary>The number of a priority; 0 for one that nothing in the agreement names.</summary>
    internal byte PriorityNumber(string priority) => _priorities.GetValueOrDefault(priority);

    /// <summary>The name behind a priority's number; empty for the others.</summary>
    internal string PriorityName(int number) => number == 0 ? "" : _priorities.First(p => p.Value == number).Key;

    /// <summary>The bit of a question about a field; -1 when nobody asks. A null value asks whether it changes now.</summary>
    internal int FieldBit(string field, string? value) => _fields.TryGetValue((field, value), out var bit) ? bit : -1;

    /// <summary>The position of a clock; -1 when there is none of that name.</summary>
    internal int ClockNumber(string name) => _clocksByName.TryGetValue(name, out var number) ? number : -1;

    /// <summary>What is true for a clock after an event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ClockActions ActionsOf(CompiledClock clock, int situation, TicketEventKind kind, in TicketState ticket, uint fields) =>
        HasTable ? clock.Table[situation] : clock.ActionsOf(kind, ticket.Status, ticket.Priority, (ticket.Marks & TicketStateMarks.Resolved) != TicketStateMarks.None, fields);

    /// <summary>The row of the tables for a situation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Situation(TicketEventKind kind, int status, int priority, bool resolved, uint fields) =>
        ((((int)kind * StatusCount + status) * PriorityCount + priority) * 2 + (resolved ? 1 : 0) << FieldBits) + (int)fields;

    private static Place PlaceOf(ClockDefinition clock) => clock.Clauses.IsEmpty ? Place.None : clock.Clauses[0].Place;

    /// <summary>Numbers for every name that a condition, target or calendar mentions.</summary>
    private sealed record Names(Dictionary<string, byte> Statuses, Dictionary<string, byte> Priorities, Dictionary<(string Field, string? Value), int> Fields)
    {
        public static Names Of(ImmutableArray<ClockDefinition> clocks, TicketPolicies policies)
        {
            var names = new Names(new(StringComparer.Ordinal), new(StringComparer.Ordinal), []);
            foreach (var clock in clocks)
            {
                foreach (var condition in (ReadOnlySpan<TicketCondition?>)[clock.Start, clock.Stop, clock.Pause, clock.Resume, clock.Reset, clock.Cancel, clock.AppliesWhen])
                    names.Collect(condition);
                foreach (var priority in clock.Targets.Keys.Concat(clock.Calendars.Keys))
                    Number(names.Priorities, priority);
            }

            foreach (var status in policies.ResolvedStatuses)
                Number(names.Statuses, status);
            if (policies.PriorityAfterWorkaround is { } lowered)
                Number(names.Priorities, lowered);
            return names;
        }

        // Numbers stop at 255 so that a hostile file cannot overflow them; the bound on how many there may be is reported by the caller.
        private static void Number(Dictionary<string, byte> numbers, string name) => numbers.TryAdd(name, (byte)Math.Min(255, numbers.Count + 1));

        private void Collect(TicketCondition? condition)
        {
            switch (condition)
            {
                case null or TicketCondition.Happened or TicketCondition.IsResolved:
                    break;
                case TicketCondition.FieldChanged changed:
                    Fields.TryAdd((changed.Field, null), Fields.Count);
                    break;
                case TicketCondition.FieldIs value:
                    Fields.TryAdd((value.Field, value.Value), Fields.Count);
                    break;
                case TicketCondition.StatusIs status:
                    foreach (var name in status.Statuses)
                        Number(Statuses, name);
                    break;
                case TicketCondition.PriorityIs priority:
                    foreach (var name in priority.Priorities)
                        Number(Priorities, name);
                    break;
                case TicketCondition.All all:
                    foreach (var part in all.Parts)
                        Collect(part);
                    break;
                case TicketCondition.Any any:
                    foreach (var part in any.Parts)
                        Collect(part);
                    break;
                case TicketCondition.Not not:
                    Collect(not.Part);
                    break;
                default:
                    throw new InvalidOperationException("A kind of condition that is not handled.");
            }
        }
    }
}

/// <summary>What is true for a clock in a situation.</summary>
[Flags]
internal enum ClockActions : ushort
{
    None = 0,
    Start = 1,
    Stop = 2,
    Pause = 4,
    Resume = 8,
    Reset = 16,
    Cancel = 32,
    Applies = 64,

    /// <summary>A clock that runs, without marks and with the ticket's priority, stays as it is.</summary>
    CalmWhileRunning = 128,

    /// <summary>A clock that has not begun, or that has ended, stays as it is.</summary>
    CalmOtherwise = 256,
}
