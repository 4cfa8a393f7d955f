using System.Globalization;
using Levelkeeper.Core.Explanations;

namespace Levelkeeper.Reports.Forms;

/// <summary>The facts behind a node of an explanation in one line: the first few with their places, then how many more.</summary>
public static class FactsForm
{
    /// <summary><c>Facts: service.down 2025-10-01 02:00:00Z (facts.jsonl:2), … and 14 more</c>; empty when none was counted.</summary>
    /// <param name="node">The node.</param>
    /// <param name="most">How many are named.</param>
    /// <param name="times">Whose wall clock is shown.</param>
    public static string Of(Explanation node, int most, TimeForm times)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(times);
        var count = Math.Max(node.FactCount, node.Facts.Length);
        if (count == 0)
            return "";
        if (node.Facts.IsEmpty)
            return string.Create(CultureInfo.InvariantCulture, $"Facts: {count:N0}");
        var named = string.Join(", ", node.Facts.Take(most).Select(fact => One(fact, times)));
        var more = count - Math.Min(most, node.Facts.Length);
        return more > 0 ? string.Create(CultureInfo.InvariantCulture, $"Facts: {named} and {more:N0} more") : $"Facts: {named}";
    }

    private static string One(FactReference fact, TimeForm times) =>
        $"{fact.Type} {times.At(fact.Time)} ({(fact.Place.File.Length == 0 ? $"{fact.Source} {fact.Id}" : $"{fact.Place.File}:{fact.Place.Line}")})";
}
