using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>How many cycles of a clock came to which verdict.</summary>
public record struct ClockTally
{
    /// <summary>Stopped in time.</summary>
    public long Met { get; set; }

    /// <summary>Not in time.</summary>
    public long Breached { get; set; }

    /// <summary>Still running or pausing.</summary>
    public long Open { get; set; }

    /// <summary>Cancelled.</summary>
    public long Cancelled { get; set; }
}

/// <summary>Folds the facts of many tickets from memory, for a share such as "95 % within 4 h" over years of records.</summary>
public static class ClockReplay
{
    /// <summary>Counts verdicts over tickets whose events lie one ticket after the other.</summary>
    /// <param name="program">The clocks.</param>
    /// <param name="events">Events grouped by ticket, each group in order.</param>
    /// <param name="ends">Where each ticket's group ends, ascending.</param>
    /// <param name="asOf">The instant; not before any event.</param>
    /// <returns>One tally for each clock, as defined.</returns>
    public static ClockTally[] Count(ClockProgram program, ReadOnlySpan<TicketEvent> events, ReadOnlySpan<int> ends, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(program);
        var tallies = new ClockTally[program.Clocks.Length];
        var clocks = new ClockState[program.Clocks.Length];
        var recorder = new Cycles(tallies);
        var at = asOf.ToUnixTimeTicks();
        var start = 0;
        foreach (var end in ends)
        {
            var ticket = TicketState.Of(program);
            Array.Clear(clocks);
            foreach (ref readonly var e in events[start..end])
                ClockFold.Apply(program, ref ticket, clocks, e, ref recorder);
            ClockFold.AdvanceTo(program, ticket, clocks, at, ref recorder);
            for (var i = 0; i < clocks.Length; i++)
                recorder.Complete(i, clocks[i]);
            start = end;
        }

        return tallies;
    }

    private readonly struct Cycles(ClockTally[] tallies) : IClockRecorder
    {
        public void Begun(int clock)
        {
        }

        public void CountedFrom(int clock, long at)
        {
        }

        public void Stretch(int clock, ClockSegmentKind kind, long start, long end, long open)
        {
        }

        public void Complete(int clock, in ClockState state)
        {
            if (!state.Is(ClockMarks.Shown) || state.Phase is ClockPhase.Idle or ClockPhase.Latent)
                return;
            if (state.Is(ClockMarks.Breached))
                tallies[clock].Breached++;
            else if (state.Phase == ClockPhase.Active)
                tallies[clock].Open++;
            else if (state.Phase == ClockPhase.Cancelled)
                tallies[clock].Cancelled++;
            else
                tallies[clock].Met++;
        }

        public void Forgiven(int clock)
        {
        }
    }
}
