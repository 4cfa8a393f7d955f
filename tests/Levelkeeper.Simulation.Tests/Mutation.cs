namespace Levelkeeper.Simulation.Tests;

/// <summary>A bug that is put in on purpose, to see that the simulator finds it.</summary>
public enum Mutation
{
    /// <summary>None.</summary>
    None,

    /// <summary>Now and then the database says that it committed, and did not.</summary>
    LyingDatabase,

    /// <summary>The disk says that it synced, and the last commit but one is lost when the power fails.</summary>
    LyingDisk,

    /// <summary>Taking the log over does not advance its epoch.</summary>
    NoFencing,

    /// <summary>A file of the index of facts lacks an entry and looks sound.</summary>
    LostFact,

    /// <summary>A file of the index of entities lacks an entry and looks sound.</summary>
    LostEntity,

    /// <summary>What was erased is still there.</summary>
    TextThatStays,

    /// <summary>Texts that nobody erased are gone.</summary>
    TextThatGoes,

    /// <summary>The database writes another time of recording than it was told.</summary>
    RewrittenSegment,

    /// <summary>The database keeps messages and loses the decision that they follow from.</summary>
    ForgottenDecision,

    /// <summary>A message is written twice, under two ids.</summary>
    DoubledMessage,

    /// <summary>A message that is on its way looks as if it waited.</summary>
    NoLease,

    /// <summary>An entry of the audit trail is written over.</summary>
    RewrittenAction,

    /// <summary>Live evaluation is not told of a commit.</summary>
    CommitNotTold,

    /// <summary>A copy of the store lacks the last segment of the log.</summary>
    ShortCopy,
}
