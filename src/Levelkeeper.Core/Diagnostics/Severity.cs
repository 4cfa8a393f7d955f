namespace Levelkeeper.Core.Diagnostics;

/// <summary>How much a <see cref="Diagnostic"/> weighs.</summary>
public enum Severity
{
    /// <summary>Worth knowing; changes nothing.</summary>
    Note,

    /// <summary>The input is usable, but probably not what its author meant.</summary>
    Warning,

    /// <summary>The part of the input at this place cannot be used. The rest is.</summary>
    Error,
}
