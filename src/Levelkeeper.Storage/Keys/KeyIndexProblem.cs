namespace Levelkeeper.Storage.Keys;

/// <summary>What a <see cref="KeyIndex"/> tells about its folder. Nothing is lost by any of them: what a dropped file held is added again from the log.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="File">The file's name, without its folder.</param>
/// <param name="Message">What was seen, in English.</param>
public sealed record KeyIndexProblem(KeyIndexProblemKind Kind, string File, string Message);

/// <summary>The kinds of <see cref="KeyIndexProblem"/>.</summary>
public enum KeyIndexProblemKind
{
    /// <summary>The file is cut short, changed or cannot be read; it was deleted.</summary>
    Damaged,

    /// <summary>The file is of another log, another index or another format; it was deleted.</summary>
    Foreign,

    /// <summary>The file knows of a log that went on differently, as before the log was restored from a copy; it was deleted.</summary>
    OtherPast,

    /// <summary>The file follows on no other, because one before it is missing or reaches into it; it was deleted.</summary>
    Unreachable,

    /// <summary>A merged file holds all that the file holds, because a process ended between writing the one and deleting the other; it was deleted.</summary>
    Superseded,

    /// <summary>A file could not be written; its entries stay in memory, and it is tried again when the next table is full.</summary>
    WriteFailed,

    /// <summary>Files could not be merged; they stay as they are, and it is tried again after the next file is written.</summary>
    MergeFailed,
}
