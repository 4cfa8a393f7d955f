using System.Runtime.CompilerServices;

namespace Levelkeeper.Core.Clocks;

/// <summary>One event on one clock.</summary>
internal readonly ref struct Step<TRecorder>
    where TRecorder : IClockRecorder
{
    private readonly CompiledClock _clock;
    private readonly int _number;
    private readonly TicketEventKind _kind;
    private readonly ref readonly TicketEvent _event;
    private readonly ref readonly TicketState _ticket;
    private readonly ClockActions _actions;
    private readonly long _lateSince;
    private readonly ref TRecorder _recorder;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Step(
        CompiledClock clock, int number, TicketEventKind kind, in TicketEvent e, in TicketState ticket, ClockActions actions, long lateSince, ref TRecorder recorder)
    {
        _clock = clock;
        Next = clock;
        NextActions = actions;
        _number = number;
        _kind = kind;
        _event = ref e;
        _ticket = ref ticket;
        _actions = actions;
        _lateSince = lateSince;
        _recorder = ref recorder;
    }

    /// <summary>The clock under which another cycle would start; null when the version in force does not have it. The same as that of the cycle unless the version changed.</summary>
    public CompiledClock? Next { get; init; }

    /// <summary>What is true for that clock.</summary>
    public ClockActions NextActions { get; init; }

    /// <summary>The version in force.</summary>
    public byte Version { get; init; }

    private long Now => _event.At;

    /// <summary>While it is, nothing but a pinned deadline is judged: as in a pause, that waits for the end.</summary>
    private bool CustomerIsLate => _lateSince < Now;

    private bool May(ClockActions action) => (_actions & action) != ClockActions.None;

    private bool NextMay(ClockActions action) => (NextActions & action) != ClockActions.None;

    public void Apply(ref ClockState s)
    {
        var starts = NextMay(ClockActions.Start) && !s.Is(ClockMarks.StartHeld);
        ClockFold.RememberStart(ref s, NextActions);
        switch (s.Phase)
        {
            case ClockPhase.Active:
                Continue(ref s);
                break;
            case ClockPhase.Latent:
                Wait(ref s);
                break;
            case ClockPhase.Idle:
                if ((starts && !May(ClockActions.Stop)) || IsRetroactiveReport())
                    Begin(ref s);
                break;
            case ClockPhase.Stopped or ClockPhase.Cancelled:
                if (starts || _kind is TicketEventKind.Cancelled or TicketEventKind.Reopened or TicketEventKind.StatusReopened)
                    AfterEnd(ref s, starts);
                break;
            default:
                throw new InvalidOperationException("A phase that is not handled.");
        }
    }

    /// <summary>Ends the current stretch at the instant, so that the state shows what is true then; for copies that are read.</summary>
    public void ShowAt(ref ClockState s)
    {
        Advance(ref s);
        EndStretch(ref s, Now, pausing: false);
    }

    /// <summary>The last that the version decides from which a cycle goes over to another. A pause goes on over it as one.</summary>
    public void Leave(ref ClockState s)
    {
        if (s.Phase != ClockPhase.Active)
            return;
        Advance(ref s);
        if (!s.Is(ClockMarks.Held))
            EndStretch(ref s, Now, pausing: false);
    }

    /// <summary>A cycle goes over to the version in force, whose clock this is. What is too late by it is so now, not before; a pause too long by it ends now.</summary>
    public void TakeOver(ref ClockState s)
    {
        s.Version = Version;
        ForgetDue(ref s);
        if (s.Phase != ClockPhase.Active)
            return;
        if (s.Is(ClockMarks.Held) && _clock.LongestPause is { } longest && longest.TryFrom(_clock.Calendars[s.Priority], s.Since, out var end) && end <= Now)
        {
            EndStretch(ref s, Now, pausing: false);
            s.Clear(ClockMarks.Held);
            s.Set(ClockMarks.PauseSpent);
        }

        if (May(ClockActions.Applies))
            BreachIfAlreadyLate(ref s);
    }

    private bool IsRetroactiveReport() =>
        _clock.Definition.RetroactiveStart && _kind is TicketEventKind.ReportedByCustomer or TicketEventKind.ReportedByProvider or TicketEventKind.ReportedBySystem;

    /// <summary>Another cycle, under the version in force.</summary>
    private void BeginNext(ref ClockState s)
    {
        if (ReferenceEquals(Next, _clock) && NextActions == _actions)
            Begin(ref s);
        else
            NextStep().Begin(ref s);
    }

    private Step<TRecorder> NextStep() => new(Next!, _number, _kind, _event, _ticket, NextActions, _lateSince, ref _recorder) { Version = Version };

    private void Begin(ref ClockState s)
    {
        s.Version = Version;
        s.StartedAt = s.Base = s.Since = Now;
        s.Spent = s.Paused = s.Credit = s.Due = 0;
        s.Cycle++;
        s.Marks &= ClockMarks.StartHeld | ClockMarks.Before;
        s.Priority = _ticket.Priority;
        _recorder.Begun(_number);
        var awaitsStart = _clock.Definition.RetroactiveStart && !May(ClockActions.Start);
        s.Phase = May(ClockActions.Applies) && !awaitsStart && !May(ClockActions.Stop) ? ClockPhase.Active : ClockPhase.Latent;
        if (s.Phase == ClockPhase.Active)
            ComeIntoBeing(ref s);
        if (May(ClockActions.Pause) && (s.Phase == ClockPhase.Active || KeepsPausesWhileLatent))
            s.Set(ClockMarks.Held);
    }

    private bool KeepsPausesWhileLatent => !_clock.Definition.RetroactiveStart || _clock.Definition.RetroactivePause;

    /// <summary>A clock that has started but does not apply keeps its time, and goes on from there when it does.</summary>
    private void Wait(ref ClockState s)
    {
        var definition = _clock.Definition;
        if (_kind is TicketEventKind.Cancelled or TicketEventKind.MergedAway || (May(ClockActions.Stop) && !definition.RetroactiveStart))
        {
            s.Phase = ClockPhase.Idle;
            s.Cycle--;
            if (_kind == TicketEventKind.Cancelled && (_event.Marks & TicketEventMarks.ByBoth) != TicketEventMarks.None)
                Forgive(ref s);
            return;
        }

        if (_ticket.Priority != s.Priority)
        {
            EndStretch(ref s, Now, pausing: false);
            s.Priority = _ticket.Priority;
            s.Clear(ClockMarks.DueKnown);
        }

        if (_kind == TicketEventKind.MergedIn)
            Inherit(ref s);
        var applies = May(ClockActions.Applies) && (!definition.RetroactiveStart || May(ClockActions.Start)) && !May(ClockActions.Stop);
        if (applies)
        {
            if (definition.Attachment == AttachmentPolicy.FromAttachment && !definition.RetroactiveStart)
            {
                s.StartedAt = s.Base = s.Since = Now;
                s.Spent = s.Paused = s.Credit = 0;
                _recorder.Begun(_number);
                if (s.Version != Version && !IsTakenOver(ref s))
                    return;
            }

            // What was kept so far counts at once: a deadline that it has passed is a breach now, not before, even if it pauses at once.
            EndStretch(ref s, Now, pausing: false);
            s.Phase = ClockPhase.Active;
            ComeIntoBeing(ref s);
            BreachIfAlreadyLate(ref s);
        }

        if (applies || KeepsPausesWhileLatent)
            PauseOrResume(ref s);
    }

    /// <summary>A clock that counts from now on only is one of the version in force. False when all that is to be done was done by that version's rules, or it has no such clock.</summary>
    private bool IsTakenOver(ref ClockState s)
    {
        s.Version = Version;
        if (ReferenceEquals(Next, _clock))
            return true;
        if (Next is not null)
        {
            NextStep().Wait(ref s);
            return false;
        }

        s.Phase = ClockPhase.Idle;
        s.Cycle--;
        return false;
    }

    private void Continue(ref ClockState s)
    {
        Advance(ref s);
        if (_kind is TicketEventKind.Cancelled or TicketEventKind.MergedAway || May(ClockActions.Cancel))
        {
            End(ref s, ClockPhase.Cancelled);
            if (_kind == TicketEventKind.Cancelled && (_event.Marks & TicketEventMarks.ByBoth) != TicketEventMarks.None)
                Forgive(ref s);
            return;
        }

        ChangePriority(ref s);
        if (!May(ClockActions.Applies))
        {
            End(ref s, ClockPhase.Cancelled);
            Complete(ref s);
            Suspend(ref s);
            return;
        }

        if (_kind == TicketEventKind.DeadlinePinned && _event.Clock == _number)
            Pin(ref s);
        else if (_kind == TicketEventKind.MergedIn)
            Inherit(ref s);
        if (May(ClockActions.Reset))
        {
            End(ref s, ClockPhase.Stopped);
            if (NextMay(ClockActions.Start) && !NextMay(ClockActions.Stop))
            {
                Complete(ref s);
                BeginNext(ref s);
            }
        }
        else if (May(ClockActions.Stop))
        {
            End(ref s, ClockPhase.Stopped);
        }
        else
        {
            PauseOrResume(ref s);
        }
    }

    private void AfterEnd(ref ClockState s, bool starts)
    {
        if (_kind == TicketEventKind.Cancelled)
        {
            if ((_event.Marks & TicketEventMarks.ByBoth) != TicketEventMarks.None)
                Forgive(ref s);
            return;
        }

        var reopens = _kind is TicketEventKind.Reopened or TicketEventKind.StatusReopened && s.Phase == ClockPhase.Stopped && !May(ClockActions.Stop);
        if (reopens && _clock.Definition.Reopening is { } policy)
        {
            var late = policy.Within is { } within && within.TryFrom(_clock.Calendars[s.Priority], s.Since, out var latest) && Now > latest;
            if (late || policy.Effect == ReopenEffect.NewCycle)
            {
                if (Next is null)
                    return;
                Complete(ref s);
                BeginNext(ref s);
            }
            else if (!May(ClockActions.Applies))
            {
                // Opened again under no agreement: the verdict stands, and the time is kept in case the agreement applies again.
                Complete(ref s);
                GoOn(ref s, policy.Effect == ReopenEffect.ResumesAndCounts);
                Suspend(ref s);
                s.Clear(ClockMarks.Held | ClockMarks.PauseSpent);
                if (KeepsPausesWhileLatent)
                    PauseOrResume(ref s);
            }
            else
            {
                Reopen(ref s, policy.Effect == ReopenEffect.ResumesAndCounts);
            }
        }
        else if (starts && !NextMay(ClockActions.Stop))
        {
            Complete(ref s);
            BeginNext(ref s);
        }
    }

    private void Reopen(ref ClockState s, bool counts)
    {
        GoOn(ref s, counts);
        s.Phase = ClockPhase.Active;
        s.Clear(ClockMarks.Held | ClockMarks.PauseSpent);
        ForgetDue(ref s);
        ChangePriority(ref s);

        // Judged as it resumes, even if it pauses at once: a pause does not save what is already late.
        BreachIfAlreadyLate(ref s);
        PauseOrResume(ref s);
    }

    /// <summary>Adds up the time since the ticket was resolved.</summary>
    private void GoOn(ref ClockState s, bool counts)
    {
        var open = _clock.Calendars[s.Priority].Between(s.Since, Now);
        if (counts)
            s.Spent += open;
        else
            s.Paused += open;
        _recorder.Stretch(_number, counts ? ClockSegmentKind.Running : ClockSegmentKind.Resolved, s.Since, Now, open);
        s.Since = Now;
    }

    /// <summary>What happens by itself before the event: the longest pause ends, a pinned deadline passes, the customer is late.</summary>
    private void Advance(ref ClockState s)
    {
        if (s.Is(ClockMarks.Pinned) && !s.Is(ClockMarks.Breached) && Now > s.Due)
            Breach(ref s, s.Due);
        if (s.Is(ClockMarks.Held) && _clock.LongestPause is { } longest && longest.TryFrom(_clock.Calendars[s.Priority], s.Since, out var end) && end <= Now)
        {
            EndStretch(ref s, end, pausing: false);
            s.Clear(ClockMarks.Held);
            s.Set(ClockMarks.PauseSpent);
            if (_lateSince >= end && !s.Is(ClockMarks.Breached) && ClockFold.DueOf(_clock, ref s) < end)
                Breach(ref s, end);
        }

        if (CustomerIsLate && !s.Is(ClockMarks.Held))
        {
            // Only a run can pass the deadline; after an earlier look at the same lateness nothing has run.
            if (_lateSince >= s.Since)
                EndStretch(ref s, _lateSince, pausing: true);
            var open = _clock.Calendars[s.Priority].Between(s.Since, Now);
            s.Paused += open;
            _recorder.Stretch(_number, ClockSegmentKind.CustomerLate, s.Since, Now, open);
            s.Since = Now;
            ForgetDue(ref s);
        }
    }

    private void PauseOrResume(ref ClockState s)
    {
        var pause = May(ClockActions.Pause);
        if (!pause && (_clock.Definition.Resume is null || May(ClockActions.Resume)))
            s.Clear(ClockMarks.PauseSpent);
        if (!s.Is(ClockMarks.Held))
        {
            if (!pause || s.Is(ClockMarks.PauseSpent))
                return;
            EndStretch(ref s, Now, pausing: !CustomerIsLate);
            s.Set(ClockMarks.Held);
        }
        else if (!pause && May(ClockActions.Resume))
        {
            EndStretch(ref s, Now, pausing: false);
            s.Clear(ClockMarks.Held);
            if (!CustomerIsLate)
                BreachIfAlreadyLate(ref s);
        }
    }

    /// <summary>Adds up the time since the last change. A run that passes its deadline is a breach; a pause that starts at the deadline does not save it.</summary>
    private void EndStretch(ref ClockState s, long at, bool pausing)
    {
        if (at == s.Since && !pausing)
            return;
        var held = s.Is(ClockMarks.Held);
        var open = at == s.Since ? 0 : _clock.Calendars[s.Priority].Between(s.Since, at);
        var split = long.MaxValue;
        if (!held && s.Phase == ClockPhase.Active && !s.Is(ClockMarks.Breached) && MayBeLate(s, open))
        {
            var due = ClockFold.DueOf(_clock, ref s);
            if (pausing ? at >= due : at > due)
            {
                // A deadline that passed while the customer was late is a breach when that ended, not before.
                Breach(ref s, Math.Max(due, s.Since));
                split = due;
            }
        }

        if (at == s.Since)
            return;

        // A hidden deadline is reckoned before its stretch is added: with all the time spent in closed hours ago, it would read as now.
        if (held && _clock.HidesOnly && s.Phase == ClockPhase.Active && MayBeLate(s, open))
            ClockFold.DueOf(_clock, ref s);
        if (held && !_clock.HidesOnly)
        {
            s.Paused += open;
            ForgetDue(ref s);
            _recorder.Stretch(_number, ClockSegmentKind.Paused, s.Since, at, open);
        }
        else
        {
            s.Spent += open;
            if (split > s.Since && split < at)
            {
                var inTime = _clock.Calendars[s.Priority].Between(s.Since, split);
                _recorder.Stretch(_number, ClockSegmentKind.Running, s.Since, split, inTime);
                _recorder.Stretch(_number, ClockSegmentKind.Running, split, at, open - inTime);
            }
            else
            {
                _recorder.Stretch(_number, held ? ClockSegmentKind.Hidden : ClockSegmentKind.Running, s.Since, at, open);
            }
        }

        s.Since = at;
    }

    /// <summary>Whether a run of this much open time can have reached the deadline. When less than the target is spent, it need not be worked out.</summary>
    private bool MayBeLate(in ClockState s, long open)
    {
        var target = _clock.OpenTargets[s.Priority];
        return target < 0 || s.Is(ClockMarks.Pinned) || s.Spent - s.Credit + open >= target;
    }

    private void End(ref ClockState s, ClockPhase phase)
    {
        var hidden = s.Is(ClockMarks.Held) && _clock.HidesOnly;
        EndStretch(ref s, Now, pausing: false);

        // Hidden by a pause that takes nothing out, yet done too late: late all the same, and dated now.
        if (hidden)
            BreachIfAlreadyLate(ref s);
        s.Phase = phase == ClockPhase.Cancelled && s.Is(ClockMarks.Breached) ? ClockPhase.Stopped : phase;
    }

    /// <summary>After an end because the agreement no longer applies: time goes on being kept in case it applies again.</summary>
    private void Suspend(ref ClockState s)
    {
        if (s.Is(ClockMarks.Breached))
            s.Base = s.StartedAt;
        s.Phase = ClockPhase.Latent;
        s.Clear(ClockMarks.Breached | ClockMarks.DueKnown | ClockMarks.Pinned | ClockMarks.Shown);
        s.Cycle++;
    }

    private void ChangePriority(ref ClockState s)
    {
        var definition = _clock.Definition;
        var fromChange = (_kind == TicketEventKind.PriorityChanged || _ticket.Priority != s.Priority) && definition.PriorityChange switch
        {
            PriorityChangePolicy.FromStart => false,
            PriorityChangePolicy.FromChange => true,
            PriorityChangePolicy.ByReason => (_event.Marks & TicketEventMarks.ImpactChanged) != TicketEventMarks.None || _kind == TicketEventKind.WorkaroundGiven,
            _ => throw new InvalidOperationException("A policy that is not handled."),
        };
        if (_ticket.Priority == s.Priority && !fromChange)
            return;
        EndStretch(ref s, Now, pausing: false);
        var before = s.Priority;
        s.Priority = _ticket.Priority;
        if (s.Is(ClockMarks.Breached))
            return;
        if (fromChange)
        {
            s.Base = Now;
            s.Credit = s.Spent;
            s.Paused = 0;
            _recorder.CountedFrom(_number, Now);
        }
        else if (s.Base != s.StartedAt)
        {
            // A correction after a changed impact: all the time since the start counts again.
            s.Base = s.StartedAt;
            s.Credit = 0;
            _recorder.CountedFrom(_number, s.StartedAt);
            s.Paused = Math.Max(0, _clock.Calendars[before].Between(s.StartedAt, Now) - s.Spent);
        }

        ForgetDue(ref s);
        if (May(ClockActions.Applies) && !CustomerIsLate)
            BreachIfAlreadyLate(ref s);
    }

    private void Pin(ref ClockState s)
    {
        EndStretch(ref s, Now, pausing: false);
        if (s.Is(ClockMarks.Breached))
            return;
        s.Due = _event.Value;
        s.Set(ClockMarks.Pinned);
        BreachIfAlreadyLate(ref s);
    }

    private void Inherit(ref ClockState s)
    {
        if (_event.Value >= s.StartedAt)
            return;
        EndStretch(ref s, Now, pausing: false);
        var open = _clock.Calendars[s.Priority].Between(_event.Value, s.StartedAt);
        _recorder.Stretch(_number, ClockSegmentKind.Inherited, _event.Value, s.StartedAt, open);
        s.Spent += open;
        if (!s.Is(ClockMarks.Breached))
        {
            if (s.Base == s.StartedAt)
                s.Base = _event.Value;
            else
                s.Credit += open;
        }

        s.StartedAt = _event.Value;
        ForgetDue(ref s);
        if (!CustomerIsLate)
            BreachIfAlreadyLate(ref s);
    }

    /// <summary>A deadline that a change has put into the past is a breach now, not before.</summary>
    private void BreachIfAlreadyLate(ref ClockState s)
    {
        var paused = s.Is(ClockMarks.Held) && !s.Is(ClockMarks.Pinned) && !(_clock.HidesOnly && May(ClockActions.Stop));
        if (s.Phase == ClockPhase.Active && !paused && !s.Is(ClockMarks.Breached) && MayBeLate(s, 0) && ClockFold.DueOf(_clock, ref s) < Now)
            Breach(ref s, Now);
    }

    private static void Breach(ref ClockState s, long at)
    {
        s.Base = at;
        s.Set(ClockMarks.Breached | ClockMarks.DueKnown);
    }

    private static void ForgetDue(ref ClockState s)
    {
        if ((s.Marks & (ClockMarks.Pinned | ClockMarks.Breached)) == ClockMarks.None)
            s.Clear(ClockMarks.DueKnown);
    }

    private static void ComeIntoBeing(ref ClockState s)
    {
        s.Set(ClockMarks.Shown);
        s.Told = 0;
    }

    /// <summary>The cycle is over for good; what came of it is remembered until the next one comes into being.</summary>
    private void Complete(ref ClockState s)
    {
        _recorder.Complete(_number, s);
        if (!s.Is(ClockMarks.Shown))
            return;
        var outcome = s.Outcome;
        s.Clear(ClockMarks.Before);
        s.Set(outcome == ClockVerdict.Breached ? ClockMarks.BeforeBreached : outcome == ClockVerdict.Cancelled ? ClockMarks.BeforeCancelled : ClockMarks.BeforeMet);
        s.Told = (byte)(outcome + 1);
    }

    private void Forgive(ref ClockState s)
    {
        if (s.Is(ClockMarks.BeforeBreached))
            s.Marks = (s.Marks & ~ClockMarks.Before) | ClockMarks.BeforeCancelled;
        if (s.Is(ClockMarks.Breached))
            s.Phase = ClockPhase.Cancelled;
        s.Clear(ClockMarks.Breached);
        _recorder.Forgiven(_number);
    }
}
