using System.Runtime.CompilerServices;

namespace Levelkeeper.Core.Clocks;

/// <summary>The one fold behind batch, live and replay: a ticket's state and its clocks after one more event.</summary>
/// <remarks>Events of a ticket come in their order within the entity. Nothing here reads a clock: what happens by itself in time (the end of the longest
/// pause, the lateness of a customer) is worked out when the next event, or the instant of a reading, is reached.</remarks>
internal static partial class ClockFold
{
    /// <summary>Applies one event to a ticket and all its clocks.</summary>
    public static void Apply<TRecorder>(ClockProgram program, ref TicketState ticket, Span<ClockState> clocks, in TicketEvent e, ref TRecorder recorder)
        where TRecorder : IClockRecorder
    {
        if (program.FollowsTickets)
        {
            ApplyAcrossVersions(program, ref ticket, clocks, e, ref recorder);
            return;
        }

        var kind = Settle(program, 0, ref ticket, e);
        var fields = ticket.Fields | e.Changing;
        var situation = SituationOf(program, kind, ticket, fields);
        var allowed = AllowedFor(ticket);
        if (program.HasLateness)
        {
            ApplyWithLateness(program, kind, e, ticket, situation, fields, allowed, clocks, ref recorder);
            return;
        }

        foreach (var number in program.Order)
        {
            var clock = program.Clocks[number];
            var actions = program.ActionsOf(clock, situation, kind, ticket, fields) & allowed;
            ref var state = ref clocks[number];
            if (IsCalm(state, actions, ticket.Priority))
                RememberStart(ref state, actions);
            else
                Act(clock, number, kind, e, ticket, actions, long.MaxValue, ref state, ref recorder);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SituationOf(ClockProgram program, TicketEventKind kind, in TicketState ticket, uint fields) =>
        program.HasTable ? program.Situation(kind, ticket.Status, ticket.Priority, (ticket.Marks & TicketStateMarks.Resolved) != TicketStateMarks.None, fields) : 0;

    /// <summary>What a ticket leaves of the actions: outside the agreement no clock applies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ClockActions AllowedFor(in TicketState ticket) =>
        (ticket.Marks & TicketStateMarks.NotAttached) == TicketStateMarks.None ? (ClockActions)ushort.MaxValue : ~(ClockActions.Applies | ClockActions.CalmWhileRunning);

    /// <summary>Brings the clocks to an instant without an event: what they would show then.</summary>
    public static void AdvanceTo<TRecorder>(ClockProgram program, in TicketState ticket, Span<ClockState> clocks, long at, ref TRecorder recorder)
        where TRecorder : IClockRecorder
    {
        if (program.HasLateness)
        {
            Span<long> late = stackalloc long[clocks.Length];
            LateSince(program, clocks, at, late);
            foreach (var number in program.Order)
            {
                if (clocks[number].Phase != ClockPhase.Active)
                    continue;
                var clock = program.ClockOf(number, clocks[number]);
                var lateSince = Earliest(clock.Lateness, late);
                Show(clock, number, ticket, at, lateSince, ref clocks[number], ref recorder);
                if (!clocks[number].Is(ClockMarks.Held) && lateSince < at)
                    clocks[number].Set(Earliest(clock.PausingLateness, late) < at ? ClockMarks.CustomerLate : ClockMarks.Extended);
            }

            return;
        }

        foreach (var number in program.Order)
        {
            if (clocks[number].Phase == ClockPhase.Active)
                Show(program.ClockOf(number, clocks[number]), number, ticket, at, long.MaxValue, ref clocks[number], ref recorder);
        }
    }

    /// <summary>Whether an event leaves a clock as it is. Most leave most clocks so, and cost no more than this.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsCalm(in ClockState state, ClockActions actions, byte priority) => state.Phase switch
    {
        ClockPhase.Active => (actions & ClockActions.CalmWhileRunning) != ClockActions.None
            && (state.Marks & (ClockMarks.Held | ClockMarks.Pinned | ClockMarks.PauseSpent)) == ClockMarks.None
            && state.Priority == priority,
        ClockPhase.Latent => false,
        _ => (actions & ClockActions.CalmOtherwise) != ClockActions.None,
    };

    /// <summary>The start condition counts when it becomes true, so it is remembered whether it held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void RememberStart(ref ClockState state, ClockActions actions) =>
        state.Marks = (actions & ClockActions.Start) != ClockActions.None ? state.Marks | ClockMarks.StartHeld : state.Marks & ~ClockMarks.StartHeld;

    private static void ApplyWithLateness<TRecorder>(
        ClockProgram program, TicketEventKind kind, in TicketEvent e, in TicketState ticket, int situation, uint fields, ClockActions allowed, Span<ClockState> clocks, ref TRecorder recorder)
        where TRecorder : IClockRecorder
    {
        Span<long> late = stackalloc long[clocks.Length];
        LateSince(program, clocks, e.At, late);
        foreach (var number in program.Order)
        {
            var clock = program.Clocks[number];
            var actions = program.ActionsOf(clock, situation, kind, ticket, fields) & allowed;
            ref var state = ref clocks[number];
            if (IsCalm(state, actions, ticket.Priority))
                RememberStart(ref state, actions);
            else
                Act(clock, number, kind, e, ticket, actions, Earliest(clock.Lateness, late), ref state, ref recorder);
        }
    }

    // Kept out of the loop over the clocks, which is passed through far more often.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Act<TRecorder>(
        CompiledClock clock, int number, TicketEventKind kind, in TicketEvent e, in TicketState ticket, ClockActions actions, long lateSince, ref ClockState state, ref TRecorder recorder)
        where TRecorder : IClockRecorder =>
        new Step<TRecorder>(clock, number, kind, e, ticket, actions, lateSince, ref recorder).Apply(ref state);

    private static void Show<TRecorder>(CompiledClock clock, int number, in TicketState ticket, long at, long lateSince, ref ClockState state, ref TRecorder recorder)
        where TRecorder : IClockRecorder =>
        new Step<TRecorder>(clock, number, TicketEventKind.None, new TicketEvent { At = at }, ticket, ClockActions.None, lateSince, ref recorder).ShowAt(ref state);

    /// <summary>The deadline of an active clock; <see cref="long.MaxValue"/> for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long DueOf(CompiledClock clock, ref ClockState state) =>
        (state.Marks & (ClockMarks.DueKnown | ClockMarks.Pinned)) != ClockMarks.None ? state.Due : ComputeDue(clock, ref state);

    /// <summary>The deadline that the target gives, whatever was pinned.</summary>
    public static long TargetDue(CompiledClock clock, in ClockState state)
    {
        if (clock.Measures)
            return long.MaxValue;
        var calendar = clock.Calendars[state.Priority];
        var target = clock.OpenTargets[state.Priority];
        long due;
        if (target >= 0)
        {
            var left = target - (state.Spent - state.Credit);
            if (left < 0)
                return calendar.TrySubtract(state.Since, -left, out due) ? due : state.StartedAt;
            return calendar.TryAdd(state.Since, left, out due) ? due : long.MaxValue;
        }

        if (clock.Targets[state.Priority] is not { } span || !span.TryFrom(calendar, state.Is(ClockMarks.Breached) ? state.StartedAt : state.Base, out due))
            return long.MaxValue;
        return state.Paused == 0 ? due : calendar.TryAdd(due, state.Paused, out var later) ? later : long.MaxValue;
    }

    private static long ComputeDue(CompiledClock clock, ref ClockState state)
    {
        state.Due = TargetDue(clock, state);
        state.Set(ClockMarks.DueKnown);
        return state.Due;
    }

    /// <summary>Takes an event into the ticket's state and says what it really is: a status can resolve or reopen.</summary>
    private static TicketEventKind Settle(ClockProgram program, int version, ref TicketState ticket, in TicketEvent e)
    {
        var kind = e.Kind;
        ticket.LastAt = e.At;
        ticket.Fields = (ticket.Fields & ~e.FieldMask) | e.Fields;
        if ((e.Marks & TicketEventMarks.SetsPriority) != TicketEventMarks.None)
            ticket.Priority = e.Priority;
        if ((e.Marks & TicketEventMarks.SetsStatus) != TicketEventMarks.None)
        {
            ticket.Status = e.Status;
            if (program.ResolvedStatusesIn(version) is not 0 and var resolving)
            {
                var was = (ticket.Marks & TicketStateMarks.Resolved) != TicketStateMarks.None;
                var now = (resolving >> e.Status & 1) != 0;
                ticket.Marks = now ? ticket.Marks | TicketStateMarks.Resolved : ticket.Marks & ~TicketStateMarks.Resolved;
                if (kind == TicketEventKind.StatusChanged && was != now)
                    kind = now ? TicketEventKind.StatusResolved : TicketEventKind.StatusReopened;
            }
        }

        switch (kind)
        {
            case TicketEventKind.ReportedByCustomer or TicketEventKind.ReportedByProvider or TicketEventKind.ReportedBySystem:
                if ((e.Marks & TicketEventMarks.NotYetAttached) != TicketEventMarks.None)
                    ticket.Marks |= TicketStateMarks.NotAttached;
                break;
            case TicketEventKind.Attached:
                ticket.Marks &= ~(TicketStateMarks.NotAttached | TicketStateMarks.RunsOn);
                break;
            case TicketEventKind.Detached:
                ticket.Marks |= program.PoliciesIn(version).Leaving == LeavingPolicy.ClocksRunOn ? TicketStateMarks.RunsOn : TicketStateMarks.NotAttached;
                break;
            case TicketEventKind.Resolved or TicketEventKind.Closed:
                ticket.Marks |= TicketStateMarks.Resolved;
                break;
            case TicketEventKind.Reopened:
                ticket.Marks &= ~TicketStateMarks.Resolved;
                break;
            case TicketEventKind.WorkaroundGiven when program.PriorityAfterWorkaroundIn(version) is >= 0 and var lowered:
                ticket.Priority = (byte)lowered;
                break;
            default:
                break;
        }

        return kind;
    }

    /// <summary>Since when each clock on the customer is late, as of just before an event; <see cref="long.MaxValue"/> for those that are not.</summary>
    private static void LateSince(ClockProgram program, Span<ClockState> clocks, long at, Span<long> late)
    {
        for (var i = 0; i < clocks.Length; i++)
        {
            late[i] = long.MaxValue;
            ref var state = ref clocks[i];
            if (state.Phase != ClockPhase.Active || program.ClockOf(i, state) is not { Definition.Party: ClockParty.Customer } clock)
                continue;
            if (state.Is(ClockMarks.Breached))
                late[i] = state.Base;
            else if (!state.Is(ClockMarks.Held) && DueOf(clock, ref state) is var due && due < at)
                late[i] = due;
        }
    }

    private static long Earliest(int[] clocks, Span<long> late)
    {
        var earliest = long.MaxValue;
        foreach (var clock in clocks)
            earliest = Math.Min(earliest, late[clock]);
        return earliest;
    }
}
