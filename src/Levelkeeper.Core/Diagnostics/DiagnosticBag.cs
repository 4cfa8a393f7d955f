using System.Collections;

namespace Levelkeeper.Core.Diagnostics;

/// <summary>Collects diagnostics while an input is read. Not thread-safe: one reader, one bag.</summary>
/// <remarks>Bounded: after <see cref="Limit"/> entries only the count goes on, so that a hostile input cannot fill memory with complaints.</remarks>
public sealed class DiagnosticBag : IReadOnlyCollection<Diagnostic>
{
    private readonly List<Diagnostic> _items = [];

    /// <summary>The most entries that are kept; later ones are only counted.</summary>
    public const int Limit = 10_000;

    /// <summary>How many entries are kept.</summary>
    public int Count => _items.Count;

    /// <summary>How many were dropped because the bag was full.</summary>
    public long Dropped { get; private set; }

    /// <summary>How many errors were reported, kept or dropped.</summary>
    public long Errors { get; private set; }

    /// <summary>True when at least one error was reported, kept or dropped.</summary>
    public bool HasErrors => Errors > 0;

    /// <summary>Adds one entry.</summary>
    public void Add(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        if (diagnostic.Severity == Severity.Error)
            Errors++;
        if (_items.Count < Limit)
            _items.Add(diagnostic);
        else
            Dropped++;
    }

    /// <summary>Adds an error.</summary>
    public void Error(string code, Place place, string message, string? hint = null) =>
        Add(new Diagnostic(code, Severity.Error, place, message, hint));

    /// <summary>Adds a warning.</summary>
    public void Warning(string code, Place place, string message, string? hint = null) =>
        Add(new Diagnostic(code, Severity.Warning, place, message, hint));

    /// <summary>Adds a note.</summary>
    public void Note(string code, Place place, string message, string? hint = null) =>
        Add(new Diagnostic(code, Severity.Note, place, message, hint));

    /// <summary>In the order in which they were reported.</summary>
    public IEnumerator<Diagnostic> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
