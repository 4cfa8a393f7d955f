namespace Levelkeeper.Simulation.Tests;

/// <summary>Something is not as it must be.</summary>
internal sealed class Violation(string message) : Exception(message)
{
    /// <summary>Throws when something does not hold.</summary>
    public static void Unless(bool holds, FormattableString message)
    {
        if (!holds)
            throw new Violation(FormattableString.Invariant(message));
    }
}
