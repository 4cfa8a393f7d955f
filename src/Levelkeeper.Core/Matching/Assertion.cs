using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Matching;

/// <summary>Who may assert what: a source and the fact types whose word it may give.</summary>
/// <param name="Source">The CloudEvents source it holds for.</param>
/// <param name="Types">Fact types, each a pattern after <c>levelkeeper.</c>: <c>ticket.*</c>, <c>service.*</c>.</param>
/// <param name="Prevails">Whether this is the agreed measuring party: where sources differ, its word stands.</param>
/// <param name="Clause">Its place.</param>
public sealed record Assertion(Glob Source, ImmutableArray<Glob> Types, bool Prevails, Clause Clause)
{
    /// <summary>Whether it lets this source assert this type.</summary>
    public bool Permits(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (!Source.Fits(fact.Source))
            return false;
        var type = fact.Type.StartsWith(FactTypes.Prefix, StringComparison.Ordinal) ? fact.Type[FactTypes.Prefix.Length..] : fact.Type;
        return Types.Any(t => t.Fits(type));
    }
}
