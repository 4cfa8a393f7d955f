using System.Collections.Immutable;
using Levelkeeper.Runtime.Access;

namespace Levelkeeper.Server.Access;

/// <summary>What tokens are made for. A token may never more than its account; a scope narrows that.</summary>
public static class TokenScopes
{
    private static readonly ImmutableSortedDictionary<string, ImmutableHashSet<Permission>> s_scopes = new Dictionary<string, ImmutableHashSet<Permission>>
    {
        ["facts:write"] = [Permission.AppendFacts],
        ["read"] = [Permission.ReadAgreements, Permission.ReadStatements, Permission.ReadFacts, Permission.ReadAudit],
        ["admin"] = [.. Enum.GetValues<Permission>()],
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The names of all scopes.</summary>
    public static IEnumerable<string> Names => s_scopes.Keys;

    /// <summary>What scopes allow together; those that this build does not know allow nothing.</summary>
    public static ImmutableHashSet<Permission> Allow(IEnumerable<string> scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        return [.. scopes.SelectMany(static s => s_scopes.GetValueOrDefault(s, []))];
    }
}
