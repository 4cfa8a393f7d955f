namespace Levelkeeper.Core.Clocks;

/// <content>Clocks that change at some instants, or run on after their ticket has left.</content>
internal static partial class ClockFold
{
    /// <summary>Each cycle by the version under which it started; what starts, by the version in force. The rules for tickets are those in force.</summary>
    private static void ApplyAcrossVersions<TRecorder>(ClockProgram program, ref TicketState ticket, Span<ClockState> clocks, in TicketEvent e, ref TRecorder recorder)
        where TRecorder : IClockRecorder
    {
        if (!program.HasLateness)
        {
            ApplyAcrossVersions(program, ref ticket, clocks, e, [], ref recorder);
            return;
        }

        Span<long> late = stackalloc long[clocks.Length];
        LateSince(program, clocks, e.At, late);
        ApplyAcrossVersions(program, ref ticket, clocks, e, late, ref recorder);
    }

    private static void ApplyAcrossVersions<TRecorder>(
        ClockProgram program, ref TicketState ticket, Span<ClockState> clocks, in TicketEvent e, Span<long> late, ref TRecorder recorder)
        where TRecorder : IClockRecorder
    {
        var version = program.VersionAt(e.At);
        if (ticket.LastAt != long.MinValue && program.VersionAt(ticket.LastAt) != version)
            Enter(program, version, ticket, clocks);
        var kind = Settle(program, version, ref ticket, e);
        ticket.LastKind = kind;
        ticket.LastChanging = e.Changing;
        var fields = ticket.Fields | e.Changing;
        var situation = SituationOf(program, kind, ticket, fields);
        var allowed = AllowedFor(ticket);
        var runsOn = (ticket.Marks & TicketStateMarks.RunsOn) != TicketStateMarks.None;
        // What has not come into being waits, as outside the agreement; what has goes on by its own rules.
        var allowedNext = runsOn ? allowed & ~(ClockActions.Applies | ClockActions.CalmWhileRunning) : allowed;
        var measured = (e.Marks & TicketEventMarks.NotMeasured) == TicketEventMarks.None;
        foreach (var number in program.Order)
        {
            ref var state = ref clocks[number];
            var next = measured ? program.ClockIn(version, number) : null;
            var nextActions = next is null ? ClockActions.CalmOtherwise : program.ActionsOf(next, situation, kind, ticket, fields) & allowedNext;
            var own = state.Phase == ClockPhase.Idle ? next : program.ClockOf(number, state);
            if (own is null)
            {
                RememberStart(ref state, nextActions);
                continue;
            }

            if (kind == TicketEventKind.MergedIn && StartsEarlier(program, number, e, state) is { } start)
            {
                // Up to the merge by the version that it leaves: a breach before it stays.
                if (state.Phase == ClockPhase.Active)
                    Show(own, number, ticket, e.At, Earliest(own.Lateness, late), ref state, ref recorder);
                (own, state.Version) = (start.Clock, start.Version);
            }

            var allowedOwn = state.Phase is ClockPhase.Idle or ClockPhase.Latent ? allowedNext : allowed;
            var lateSince = Earliest(own.Lateness, late);
            if (kind == TicketEventKind.Amended && !runsOn && next is not null && state.Version != version && state.Phase is ClockPhase.Active or ClockPhase.Latent)
            {
                // Up to the amendment by the version that it leaves: a breach before it stays.
                new Step<TRecorder>(own, number, kind, e, ticket, ClockActions.None, lateSince, ref recorder).Leave(ref state);
                lateSince = long.MaxValue;
                if (!state.Is(ClockMarks.Breached))
                {
                    own = next;
                    new Step<TRecorder>(next, number, kind, e, ticket, nextActions, lateSince, ref recorder) { Version = (byte)version }.TakeOver(ref state);
                }
            }

            var actions = ReferenceEquals(own, next) && allowedOwn == allowedNext ? nextActions : program.ActionsOf(own, situation, kind, ticket, fields) & allowedOwn;
            if (IsCalm(state, actions, ticket.Priority) && (state.Phase == ClockPhase.Active || (nextActions & ClockActions.CalmOtherwise) != ClockActions.None))
            {
                RememberStart(ref state, nextActions);
                continue;
            }

            new Step<TRecorder>(own, number, kind, e, ticket, actions, lateSince, ref recorder) { Next = next, NextActions = nextActions, Version = (byte)version }
                .Apply(ref state);
        }
    }

    /// <summary>
    /// A version begins to be in force between two events. A start that held by it all the same before does not begin to hold now.
    /// </summary>
    private static void Enter(ClockProgram program, int version, in TicketState ticket, Span<ClockState> clocks)
    {
        var fields = ticket.Fields | ticket.LastChanging;
        var situation = SituationOf(program, ticket.LastKind, ticket, fields);
        for (var number = 0; number < clocks.Length; number++)
        {
            var clock = program.ClockIn(version, number);
            RememberStart(ref clocks[number], clock is null ? ClockActions.None : program.ActionsOf(clock, situation, ticket.LastKind, ticket, fields));
        }
    }

    /// <summary>The version of the start that a ticket inherits by a merge, when it is another and measures the ticket.</summary>
    private static (CompiledClock Clock, byte Version)? StartsEarlier(ClockProgram program, int number, in TicketEvent merge, in ClockState state)
    {
        if (state.Phase is not (ClockPhase.Active or ClockPhase.Latent) || merge.Value >= state.StartedAt || (merge.Marks & TicketEventMarks.NotMeasuredBefore) != TicketEventMarks.None)
            return null;
        var version = program.VersionAt(merge.Value);
        return version != state.Version && program.ClockIn(version, number) is { } clock ? (clock, (byte)version) : null;
    }
}
