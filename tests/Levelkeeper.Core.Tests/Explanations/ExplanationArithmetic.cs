using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Tests.Explanations;

/// <summary>Re-derives each number of an explanation from its parts, and says where that fails.</summary>
/// <remarks>Narrative parts give reasons and take no part in the arithmetic.</remarks>
public static class ExplanationArithmetic
{
    /// <summary>The violations in the tree, each with the path of titles to its node; none when everything adds up.</summary>
    public static IEnumerable<string> Check(Explanation explanation) => Check(explanation, explanation.Title);

    private static IEnumerable<string> Check(Explanation node, string path)
    {
        foreach (var violation in CheckNode(node))
            yield return $"{path}: {violation}";
        foreach (var part in node.Parts)
        {
            foreach (var violation in Check(part, $"{path} / {part.Title}"))
                yield return violation;
        }
    }

    private static IEnumerable<string> CheckNode(Explanation node)
    {
        if (node.Title.Length == 0)
            yield return "has no title";
        if (node.FactCount < node.Facts.Length)
            yield return $"lists {node.Facts.Length} facts but counts {node.FactCount}";
        if (node.Derivation == Derivation.Narrative)
        {
            if (node.Value is not null)
                yield return "is narrative and has a value";
            yield break;
        }

        if (node.Value is not { } value)
        {
            yield return $"is a {node.Derivation} without a value";
            yield break;
        }

        Explanation[] parts = [.. node.Parts.Where(part => part.Derivation != Derivation.Narrative)];
        if (parts.Any(part => part.Value is null))
            yield break; // Reported at the part itself.
        Rational[] numbers = [.. parts.Select(part => part.Value!.Value.Value)];
        var (problem, expected) = Derive(node.Derivation, numbers);
        if (problem is not null)
            yield return problem;
        else if (expected is { } derived && derived != value.Value)
            yield return $"says {value.Value}, but its parts give {derived}";

        if (node.Derivation == Derivation.Rounded && numbers is [var before, var unit] && ((value.Value / unit).Denominator != 1 || (value.Value - before) is var off && (off >= unit || off <= -unit)))
            yield return $"says {value.Value}, which is not {before} rounded to a multiple of {unit}";

        var sameUnit = node.Derivation is Derivation.Sum or Derivation.Minimum or Derivation.Maximum;
        if (sameUnit && value.Unit != QuantityUnit.Instant && parts.Any(part => part.Value!.Value.Unit != value.Unit))
            yield return $"is a {node.Derivation} in {value.Unit} of parts in {string.Join(", ", parts.Select(part => part.Value!.Value.Unit).Distinct())}";
    }

    private static (string? Problem, Rational? Expected) Derive(Derivation derivation, Rational[] parts) => derivation switch
    {
        Derivation.Given => (null, null),
        Derivation.Sum => (null, parts.Aggregate(Rational.Zero, (sum, part) => sum + part)),
        Derivation.Count => (null, parts.Length),
        Derivation.Product => parts.Length > 0 ? (null, parts.Aggregate(Rational.One, (product, part) => product * part)) : ("is a product of nothing", null),
        Derivation.Difference => parts.Length > 0 ? (null, parts.Skip(1).Aggregate(parts[0], (rest, part) => rest - part)) : ("is a difference of nothing", null),
        Derivation.Quotient => parts.Length != 2 ? ($"is a quotient of {parts.Length} parts", null)
            : parts[1].Sign == 0 ? ("divides by zero", null)
            : (null, parts[0] / parts[1]),
        Derivation.Minimum => parts.Length > 0 ? (null, parts.Min()) : ("is the smallest of nothing", null),
        Derivation.Maximum => parts.Length > 0 ? (null, parts.Max()) : ("is the largest of nothing", null),
        Derivation.Rounded => parts.Length == 2 && parts[1].Sign > 0 ? (null, null) : ("is rounded to no unit", null),
        Derivation.Narrative => (null, null),
        _ => ($"has the unknown derivation {derivation}", null),
    };
}
