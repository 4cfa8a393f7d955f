namespace Levelkeeper.Simulation.Tests.Schedules;

/// <summary>What happens next in a world.</summary>
/// <param name="Kind">What.</param>
/// <param name="Salt">What its own chances come from, so that leaving other steps out does not change it.</param>
internal readonly record struct Step(StepKind Kind, int Salt)
{
    public override string ToString() => $"{Kind}({Salt})";
}

/// <summary>The kinds of steps.</summary>
internal enum StepKind
{
    /// <summary>Somebody sends some facts: new, late, again, or other content under a known identity.</summary>
    Send,

    /// <summary>An owner appends what waits.</summary>
    Append,

    /// <summary>An owner appends what waits, and something goes wrong.</summary>
    AppendWithFault,

    /// <summary>An owner appends what waits and is paused in the middle of it.</summary>
    Pause,

    /// <summary>An owner that was paused goes on.</summary>
    Wake,

    /// <summary>Time passes.</summary>
    Tick,

    /// <summary>Somebody sets the clock of a machine, back or on.</summary>
    SetClock,

    /// <summary>Another process takes the log over while its owner still runs.</summary>
    TakeOver,

    /// <summary>Another process asks for the log without wanting to take it over.</summary>
    Ask,

    /// <summary>The owner ends in order, and another starts.</summary>
    Restart,

    /// <summary>A process is killed.</summary>
    Kill,

    /// <summary>The power fails, in the middle of a commit when one is under way.</summary>
    PowerCut,

    /// <summary>The database cannot be reached by a process any more.</summary>
    Lose,

    /// <summary>It can again.</summary>
    Regain,

    /// <summary>Texts of entries are erased.</summary>
    Erase,

    /// <summary>Steps of escalations are decided.</summary>
    Decide,

    /// <summary>Messages are taken, sent and settled.</summary>
    Deliver,

    /// <summary>A person does something that the audit trail keeps.</summary>
    Act,

    /// <summary>The store is copied.</summary>
    Backup,

    /// <summary>The last copy takes the store's place.</summary>
    Restore,

    /// <summary>SQLite moves what is in its write-ahead log into the file; the power may fail in the middle.</summary>
    Checkpoint,

    /// <summary>Everything is evaluated.</summary>
    Evaluate,
}
