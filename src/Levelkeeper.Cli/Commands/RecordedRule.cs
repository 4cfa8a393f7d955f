namespace Levelkeeper.Cli.Commands;

/// <summary>When a fact from a file that does not say when it was recorded counts as recorded.</summary>
internal enum RecordedRule
{
    /// <summary>When it happened: for history that was kept well, as tickets and probes are.</summary>
    AsHappened,

    /// <summary>When it is read: nothing counts as announced that was not announced to us until now.</summary>
    AsRead,
}
