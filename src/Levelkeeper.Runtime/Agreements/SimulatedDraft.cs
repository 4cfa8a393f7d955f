using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Simulations;
using NodaTime;

namespace Levelkeeper.Runtime.Agreements;

/// <summary>Reads an agreement as it would be had it been in force over a span of the past.</summary>
public static class SimulatedDraft
{
    /// <summary>The latest version of an agreement, with the span as its term.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="file">The name that diagnostics carry.</param>
    /// <param name="files">The files that it may name.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The first day after.</param>
    /// <param name="withGrace">Whether a grace is counted from the first day; else none is.</param>
    /// <param name="diagnostics">What is wrong goes here.</param>
    /// <returns>Null when it cannot be used.</returns>
    public static Agreement? Read(string text, string file, StoredFiles files, LocalDate from, LocalDate to, bool withGrace, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (LevelReader.Read(text, file, files.Folder.Levels, diagnostics)?.Effective(null, diagnostics) is not { } effective || diagnostics.HasErrors)
            return null;
        return AgreementReader.Read(AsIfInForce.Over(effective, from, to, withGrace), diagnostics, files.Folder.Calendars);
    }
}
