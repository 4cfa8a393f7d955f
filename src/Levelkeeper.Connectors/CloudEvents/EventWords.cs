using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>The words that stand for closed choices on the wire, written out: they never follow a CLR name.</summary>
internal static class EventWords
{
    internal static readonly ImmutableArray<(string Word, ServiceState Value)> States =
        [("up", ServiceState.Up), ("degraded", ServiceState.Degraded), ("down", ServiceState.Down), ("unknown", ServiceState.Unknown)];

    internal static readonly ImmutableArray<(string Word, Actor Value)> Actors =
        [("customer", Actor.Customer), ("provider", Actor.Provider), ("system", Actor.System)];

    internal static readonly ImmutableArray<(string Word, PriorityReason Value)> PriorityReasons =
        [("unstated", PriorityReason.Unstated), ("corrected", PriorityReason.Corrected), ("impact-changed", PriorityReason.ImpactChanged)];

    internal static readonly ImmutableArray<(string Word, PartyRole Value)> Parties = [("provider", PartyRole.Provider), ("customer", PartyRole.Customer)];

    internal static string Of<T>(ImmutableArray<(string Word, T Value)> words, T value)
        where T : struct
    {
        foreach (var (word, known) in words)
        {
            if (EqualityComparer<T>.Default.Equals(known, value))
                return word;
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, "A choice without a word.");
    }
}
