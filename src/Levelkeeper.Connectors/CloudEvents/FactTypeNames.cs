using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>All wire names of <see cref="FactTypes"/>.</summary>
internal static class FactTypeNames
{
    internal static readonly ImmutableArray<string> All =
    [
        .. typeof(FactTypes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(static field => field.IsLiteral && field.Name != nameof(FactTypes.Prefix))
            .Select(static field => (string)field.GetRawConstantValue()!)
            .Order(StringComparer.Ordinal),
    ];

    internal static readonly FrozenSet<string> Known = All.ToFrozenSet();
}
