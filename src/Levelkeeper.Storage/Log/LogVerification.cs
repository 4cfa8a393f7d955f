namespace Levelkeeper.Storage.Log;

/// <summary>What a check of the log found.</summary>
/// <param name="Head">The head that was checked against.</param>
/// <param name="Entries">How many entries were read.</param>
/// <param name="Conflicts">How many of them were set aside as conflicts.</param>
/// <param name="Erased">How many have no text any more.</param>
/// <param name="Faults">What does not hold, in the order of the log.</param>
public sealed record LogVerification(LogHead Head, long Entries, long Conflicts, long Erased, IReadOnlyList<LogFault> Faults);

/// <summary>Something in the log that does not hold.</summary>
/// <param name="Kind">What.</param>
/// <param name="Sequence">The first entry that it concerns.</param>
/// <param name="Message">In words.</param>
public sealed record LogFault(LogFaultKind Kind, long Sequence, string Message);

/// <summary>In which way the log does not hold.</summary>
public enum LogFaultKind
{
    /// <summary>Something is not what was written.</summary>
    Changed,

    /// <summary>Something that was written is not there.</summary>
    Missing,
}
