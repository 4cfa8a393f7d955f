using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>The clocks of an agreement, compiled once: names become small integers and conditions become tables, so that the fold compares no text.</summary>
/// <remarks>
/// Immutable and safe to share between threads. Bounds: 64 clocks, 256 versions, 60 named statuses, 60 named priorities, and 32 different questions about fields; what
/// no condition names takes no place. Beyond a bound <c>Compile</c> reports a diagnostic.
/// </remarks>
public sealed class ClockProgram
{
    private const int TableLimit = 1 << 16;

    // A clock's state has one byte for the version of its cycle.
    private const int MostVersions = 256;

    private readonly Dictionary<string, byte> _statuses;
    private readonly Dictionary<string, byte> _priorities;
    private readonly Dictionary<(string Field, string? Value), int> _fields;
    private readonly Dictionary<string, int> _clocksByName;

    private readonly long[] _starts;
    private readonly TicketPolicies[] _policies;
    private readonly ulong[] _resolvedStatuses;
    private readonly int[] _prioritiesAfterWorkaround;
    private readonly CompiledClock?[][] _byVersion;

    private ClockProgram(ImmutableArray<ClockVersion> versions, ImmutableArray<ClockDefinition> definitions, Names names)
    {
        Definitions = definitions;
        _statuses = names.Statuses;
        _priorities = names.Priorities;
        _fields = names.Fields;
        _clocksByName = definitions.Select((d, i) => (d.Name, i)).ToDictionary(p => p.Name, p => p.i);
        FieldBits = _fields.Count;
        StatusCount = _statuses.Count + 1;
        PriorityCount = _priorities.Count + 1;
        _starts = [long.MinValue, .. versions.Skip(1).Select(v => v.From.ToUnixTimeTicks())];
        _policies = [.. versions.Select(v => v.Policies)];
        _resolvedStatuses = [.. _policies.Select(p => p.ResolvedStatuses.Aggregate(0UL, (mask, s) => mask | 1UL << _statuses[s]))];
        _prioritiesAfterWorkaround = [.. _policies.Select(policies => policies.PriorityAfterWorkaround is { } p ? (int)_priorities[p] : -1)];
        var compiled = new Dictionary<ClockDefinition, CompiledClock>();
        _byVersion = [.. definitions.Select(d => versions.Select(v => v.Clocks.FirstOrDefault(c => c.Name == d.Name) is { } clock ? Compiled(clock) : null).ToArray())];
        Clocks = definitions.Select(Compiled).ToArray();

        // The clocks on the customer come first within a fact, because their lateness acts on the others.
        Order = Enumerable.Range(0, Clocks.Length).OrderBy(i => Clocks[i].Definition.Party == ClockParty.Customer ? 0 : 1).ThenBy(i => i).ToArray();
        InitialFields = _fields.Where(f => f.Key.Value?.Length == 0).Aggregate(0u, (bits, f) => bits | 1u << f.Value);
        HasLateness = compiled.Values.Any(c => c.Lateness.Length > 0);
        TakeoversAt = [.. versions.Skip(1).Where(v => v.Policies.Amendment == AmendmentPolicy.TakesNewTarget).Select(v => v.From.ToUnixTimeTicks())];
        FollowsTickets = versions.Length > 1 || _policies.Any(p => p.Leaving == LeavingPolicy.ClocksRunOn);
        HasLongestPause = compiled.Values.Any(c => c.LongestPause is not null);
        var size = (long)CompiledClock.KindCount * StatusCount * PriorityCount * 2 << FieldBits;
        HasTable = size <= TableLimit;
        if (HasTable)
        {
            foreach (var clock in compiled.Values)
                clock.FillTable(this);
        }

        CompiledClock Compiled(ClockDefinition definition)
        {
            if (!compiled.TryGetValue(definition, out var clock))
                compiled.Add(definition, clock = new CompiledClock(definition, this));
            return clock;
        }
    }

    /// <summary>The clocks in the order in which they were given, each as the last version has it that has it; readings refer to them by name.</summary>
    public ImmutableArray<ClockDefinition> Definitions { get; }

    /// <summary>The rules for tickets, of the last version.</summary>
    public TicketPolicies Policies => _policies[^1];

    /// <summary>The clocks as the last version has them; all that there is when there is one version.</summary>
    internal CompiledClock[] Clocks { get; }

    /// <summary>The clocks change at some instant.</summary>
    internal bool HasVersions => _starts.Length > 1;

    /// <summary>What a cycle may do depends on more than its clock: on the version in force, or on whether its ticket has left.</summary>
    internal bool FollowsTickets { get; }

    /// <summary>When versions come into force that running clocks go over to, ascending, in ticks.</summary>
    internal ImmutableArray<long> TakeoversAt { get; }

    internal int[] Order { get; }

    internal int FieldBits { get; }

    internal int StatusCount { get; }

    internal int PriorityCount { get; }

    internal bool HasTable { get; }

    /// <summary>The questions that a ticket without any field answers with yes.</summary>
    internal uint InitialFields { get; }

    /// <summary>The lateness of a clock on the customer acts on another.</summary>
    internal bool HasLateness { get; }

    /// <summary>A pause of some clock ends by itself.</summary>
    internal bool HasLongestPause { get; }

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
        return Compile([new ClockVersion(Instant.MinValue, [.. definitions], policies)], diagnostics);
    }

    /// <summary>Compiles clocks that change at some instants.</summary>
    /// <param name="versions">The versions, earliest first; at least one.</param>
    /// <param name="diagnostics">Receives what is wrong, as the other does.</param>
    /// <returns>Null when there are errors.</returns>
    /// <exception cref="ArgumentException">There is no version, or their instants do not ascend.</exception>
    public static ClockProgram? Compile(IEnumerable<ClockVersion> versions, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var all = versions.ToImmutableArray();
        if (all.IsEmpty)
            throw new ArgumentException("There is at least one version.", nameof(versions));
        for (var i = 2; i < all.Length; i++)
        {
            if (all[i].From <= all[i - 1].From)
                throw new ArgumentException($"The version from {all[i].From} does not come after the one from {all[i - 1].From}.", nameof(versions));
        }

        return Check(all, diagnostics) is { } names ? new ClockProgram(all, AllOf(all), names) : null;
    }

    /// <summary>Reports what is wrong with clocks that change at some instants, without compiling them. Null when there are errors.</summary>
    internal static Names? Check(ImmutableArray<ClockVersion> versions, DiagnosticBag diagnostics)
    {
        var before = diagnostics.Count;
        foreach (var version in versions)
            Check(version.Clocks, diagnostics);
        var names = Names.Of(versions);
        var clocks = AllOf(versions);
        if (clocks.Length > 64 || versions.Length > MostVersions || names.Statuses.Count > 60 || names.Priorities.Count > 60 || names.Fields.Count > 32)
        {
            diagnostics.Error(
                "LK4102",
                clocks.IsEmpty ? Place.None : PlaceOf(clocks[0]),
                $"Too many names: {clocks.Length} clocks (at most 64), {names.Statuses.Count} statuses (60), {names.Priorities.Count} priorities (60), {names.Fields.Count} questions about fields (32)"
                    + (versions.Length > 1 ? $", in {versions.Length} versions together ({MostVersions})." : "."),
                "Split the agreement, or ask about fewer statuses, priorities and fields.");
        }

        return diagnostics.Skip(before).Any(d => d.Severity == Severity.Error) ? null : names;
    }

    private static void Check(ImmutableArray<ClockDefinition> clocks, DiagnosticBag diagnostics)
    {
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
    }

    /// <summary>Every clock as the last version has it that has it: those of the last version first.</summary>
    private static ImmutableArray<ClockDefinition> AllOf(ImmutableArray<ClockVersion> versions) =>
        [.. versions.Reverse().SelectMany(v => v.Clocks).DistinctBy(c => c.Name, StringComparer.Ordinal)];

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

    /// <summary>The version in force at a tick.</summary>
    internal int VersionAt(long at)
    {
        var version = _starts.Length - 1;
        while (_starts[version] > at)
            version--;
        return version;
    }

    /// <summary>A clock as a version has it; null when it does not have it.</summary>
    internal CompiledClock? ClockIn(int version, int number) => _byVersion[number][version];

    /// <summary>The clock behind a cycle that has started, as the version has it under which it started.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal CompiledClock ClockOf(int number, in ClockState state) => HasVersions ? _byVersion[number][state.Version]! : Clocks[number];

    /// <summary>The rules for tickets of a version.</summary>
    internal TicketPolicies PoliciesIn(int version) => _policies[version];

    /// <summary>The statuses that mean resolved, as a mask.</summary>
    internal ulong ResolvedStatusesIn(int version) => _resolvedStatuses[version];

    /// <summary>The priority after a workaround; -1 for no change.</summary>
    internal int PriorityAfterWorkaroundIn(int version) => _prioritiesAfterWorkaround[version];

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
    internal sealed record Names(Dictionary<string, byte> Statuses, Dictionary<string, byte> Priorities, Dictionary<(string Field, string? Value), int> Fields)
    {
        public static Names Of(ImmutableArray<ClockVersion> versions)
        {
            var names = new Names(new(StringComparer.Ordinal), new(StringComparer.Ordinal), []);
            foreach (var version in versions)
                names.Collect(version);
            return names;
        }

        private void Collect(ClockVersion version)
        {
            foreach (var clock in version.Clocks)
            {
                foreach (var condition in (ReadOnlySpan<TicketCondition?>)[clock.Start, clock.Stop, clock.Pause, clock.Resume, clock.Reset, clock.Cancel, clock.AppliesWhen])
                    Collect(condition);
                foreach (var priority in clock.Targets.Keys.Concat(clock.Calendars.Keys))
                    Number(Priorities, priority);
            }

            foreach (var status in version.Policies.ResolvedStatuses)
                Number(Statuses, status);
            if (version.Policies.PriorityAfterWorkaround is { } lowered)
                Number(Priorities, lowered);
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
