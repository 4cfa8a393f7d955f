using Levelkeeper.Core.Calendars;

namespace Levelkeeper.Core.Clocks;

/// <summary>One clock of a <see cref="ClockProgram"/>: conditions as masks, targets and calendars by the priority's number.</summary>
internal sealed class CompiledClock
{
    public static readonly int KindCount = Enum.GetValues<TicketEventKind>().Length;

    private readonly Test _start, _stop, _pause, _resume, _reset, _cancel, _applies;

    public CompiledClock(ClockDefinition definition, ClockProgram program)
    {
        Definition = definition;
        _start = new Test(definition.Start, program);
        _stop = new Test(definition.Stop, program);
        _pause = new Test(definition.Pause, program);
        _resume = new Test(definition.Resume ?? new TicketCondition.Not(definition.Pause), program);
        _reset = new Test(definition.Reset, program);
        _cancel = new Test(definition.Cancel, program);
        _applies = new Test(definition.AppliesWhen, program);
        LongestPause = definition.Pausing.Longest;
        HidesOnly = definition.Pausing.Effect == PauseEffect.HidesOnly;
        Measures = definition.DefaultTarget is null && definition.Targets.IsEmpty;
        Targets = new ClockSpan?[program.PriorityCount];
        OpenTargets = new long[program.PriorityCount];
        Calendars = new BusinessCalendar[program.PriorityCount];
        for (var priority = 0; priority < Targets.Length; priority++)
        {
            var name = program.PriorityName(priority);
            Targets[priority] = priority == 0 ? definition.DefaultTarget : definition.TargetFor(name);
            OpenTargets[priority] = Targets[priority]?.OpenTicks ?? -1;
            Calendars[priority] = priority == 0 ? definition.Calendar : definition.CalendarFor(name);
        }

        PausingLateness = definition.Lateness.Where(r => r.Effect == LatenessEffect.Pauses).Select(r => program.ClockNumber(r.Clock)).ToArray();
        Lateness = definition.Lateness.Where(r => r.Effect != LatenessEffect.Nothing).Select(r => program.ClockNumber(r.Clock)).ToArray();
    }

    public ClockDefinition Definition { get; }

    public ClockSpan?[] Targets { get; }

    /// <summary>Targets in open ticks; -1 for none and for those in days or calendar units.</summary>
    public long[] OpenTargets { get; }

    public BusinessCalendar[] Calendars { get; }

    /// <summary>The clock has no target for any priority: it measures and never breaches.</summary>
    public bool Measures { get; }

    public bool HidesOnly { get; }

    /// <summary>After which a pause ends by itself; null for never.</summary>
    public ClockSpan? LongestPause { get; }

    /// <summary>The clocks on the customer whose lateness acts on this one.</summary>
    public int[] Lateness { get; }

    /// <summary>Those of them while whose lateness this clock stands as paused.</summary>
    public int[] PausingLateness { get; }

    public ClockActions[] Table { get; private set; } = [];

    public ClockActions ActionsOf(TicketEventKind kind, int status, int priority, bool resolved, uint fields)
    {
        var now = new Situation(1u << (int)kind, status, priority, resolved, fields);
        var actions = ClockActions.None;
        if (_start.Holds(now))
            actions |= ClockActions.Start;
        if (_stop.Holds(now))
            actions |= ClockActions.Stop;
        if (_pause.Holds(now))
            actions |= ClockActions.Pause;
        if (_resume.Holds(now))
            actions |= ClockActions.Resume;
        if (_reset.Holds(now))
            actions |= ClockActions.Reset;
        if (_cancel.Holds(now))
            actions |= ClockActions.Cancel;
        if ((Measures || Targets[priority] is not null) && _applies.Holds(now))
            actions |= ClockActions.Applies;
        return actions | Calm(kind, actions);
    }

    /// <summary>Which clocks a fact leaves as they are: most facts leave most of them so, and the fold passes those over.</summary>
    private ClockActions Calm(TicketEventKind kind, ClockActions actions)
    {
        const ClockActions changes = ClockActions.Stop | ClockActions.Reset | ClockActions.Cancel | ClockActions.Pause;
        var calm = ClockActions.None;
        if ((actions & (changes | ClockActions.Applies)) == ClockActions.Applies && kind is not (TicketEventKind.PriorityChanged or >= TicketEventKind.MergedAway) && Lateness.Length == 0)
            calm |= ClockActions.CalmWhileRunning;
        if ((actions & ClockActions.Start) == ClockActions.None
            && kind is not (<= TicketEventKind.ReportedBySystem or TicketEventKind.StatusReopened or TicketEventKind.Reopened or TicketEventKind.Cancelled))
        {
            calm |= ClockActions.CalmOtherwise;
        }

        return calm;
    }

    public void FillTable(ClockProgram program)
    {
        var table = new ClockActions[KindCount * program.StatusCount * program.PriorityCount * 2 << program.FieldBits];
        for (var kind = 0; kind < KindCount; kind++)
        {
            for (var status = 0; status < program.StatusCount; status++)
            {
                for (var priority = 0; priority < program.PriorityCount; priority++)
                {
                    for (var resolved = 0; resolved < 2; resolved++)
                    {
                        for (var fields = 0u; fields < 1u << program.FieldBits; fields++)
                        {
                            table[program.Situation((TicketEventKind)kind, status, priority, resolved == 1, fields)] =
                                ActionsOf((TicketEventKind)kind, status, priority, resolved == 1, fields);
                        }
                    }
                }
            }
        }

        Table = table;
    }

    /// <summary>What is the case after a fact.</summary>
    private readonly record struct Situation(uint Kind, int Status, int Priority, bool Resolved, uint Fields);

    /// <summary>A condition with its names replaced by masks. Slow compared with the table, and needed only to fill it or when it would be too large.</summary>
    private sealed class Test
    {
        private readonly Func<Situation, bool> _holds;

        public Test(TicketCondition condition, ClockProgram program) => _holds = Compile(condition, program);

        public bool Holds(in Situation now) => _holds(now);

        private static Func<Situation, bool> Compile(TicketCondition condition, ClockProgram program)
        {
            switch (condition)
            {
                case TicketCondition.Happened happened:
                    var kinds = Kinds(happened.What);
                    return now => (kinds & now.Kind) != 0;
                case TicketCondition.FieldChanged changed:
                    var changing = 1u << program.FieldBit(changed.Field, null);
                    return now => (changing & now.Fields) != 0;
                case TicketCondition.FieldIs field:
                    var value = 1u << program.FieldBit(field.Field, field.Value);
                    return now => (value & now.Fields) != 0;
                case TicketCondition.StatusIs status:
                    var statuses = status.Statuses.Aggregate(0UL, (mask, name) => mask | 1UL << program.StatusNumber(name));
                    return now => (statuses >> now.Status & 1) != 0;
                case TicketCondition.PriorityIs priority:
                    var priorities = priority.Priorities.Aggregate(0UL, (mask, name) => mask | 1UL << program.PriorityNumber(name));
                    return now => (priorities >> now.Priority & 1) != 0;
                case TicketCondition.IsResolved:
                    return static now => now.Resolved;
                case TicketCondition.All all:
                    var every = all.Parts.Select(p => Compile(p, program)).ToArray();
                    return now => Array.TrueForAll(every, part => part(now));
                case TicketCondition.Any any:
                    var some = any.Parts.Select(p => Compile(p, program)).ToArray();
                    return now => Array.Exists(some, part => part(now));
                case TicketCondition.Not not:
                    var inner = Compile(not.Part, program);
                    return now => !inner(now);
                default:
                    throw new InvalidOperationException("A kind of condition that is not handled.");
            }
        }

        private static uint Kinds(TicketHappening what) => what switch
        {
            TicketHappening.Reported => Bit(TicketEventKind.ReportedByCustomer) | Bit(TicketEventKind.ReportedByProvider) | Bit(TicketEventKind.ReportedBySystem),
            TicketHappening.ReportedByCustomer => Bit(TicketEventKind.ReportedByCustomer),
            TicketHappening.Entered => Bit(TicketEventKind.Entered),
            TicketHappening.Attached => Bit(TicketEventKind.Attached),
            TicketHappening.Acknowledged => Bit(TicketEventKind.Acknowledged),
            TicketHappening.Assigned => Bit(TicketEventKind.Assigned),
            TicketHappening.CustomerReplied => Bit(TicketEventKind.CustomerReplied),
            TicketHappening.ProviderReplied => Bit(TicketEventKind.ProviderReplied),
            TicketHappening.ProviderNoted => Bit(TicketEventKind.ProviderNoted),
            TicketHappening.AutomaticReplied => Bit(TicketEventKind.AutomaticReplied),
            TicketHappening.StatusChanged => Bit(TicketEventKind.StatusChanged) | Bit(TicketEventKind.StatusResolved) | Bit(TicketEventKind.StatusReopened),
            TicketHappening.PriorityChanged => Bit(TicketEventKind.PriorityChanged),
            TicketHappening.FieldsChanged => Bit(TicketEventKind.FieldsChanged),
            TicketHappening.WorkaroundGiven => Bit(TicketEventKind.WorkaroundGiven),
            TicketHappening.Resolved => Bit(TicketEventKind.Resolved) | Bit(TicketEventKind.Closed) | Bit(TicketEventKind.StatusResolved),
            TicketHappening.Reopened => Bit(TicketEventKind.Reopened) | Bit(TicketEventKind.StatusReopened),
            TicketHappening.Closed => Bit(TicketEventKind.Closed),
            TicketHappening.Escalated => Bit(TicketEventKind.Escalated),
            TicketHappening.Rated => Bit(TicketEventKind.Rated),
            TicketHappening.Linked => Bit(TicketEventKind.Linked),
            TicketHappening.Recovered => Bit(TicketEventKind.Recovered),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        private static uint Bit(TicketEventKind kind) => 1u << (int)kind;
    }
}
