using System.Collections.Immutable;
using System.Numerics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Measurements;

/// <summary>The recurring shapes of explanations of measured numbers. Long lists are cut, and what is cut stays in the sum as one part.</summary>
internal static class Parts
{
    /// <summary>A value that stands for itself.</summary>
    public static Explanation Given(string title, Quantity value, string remark = "", params IEnumerable<Fact> facts)
    {
        ImmutableArray<FactReference> references = [.. facts.Select(FactReference.To)];
        return new Explanation { Title = title, Value = value, Derivation = Derivation.Given, Remark = remark, Facts = references, FactCount = references.Length };
    }

    /// <summary>A number that follows from its parts.</summary>
    public static Explanation Derived(string title, Quantity value, Derivation derivation, params IEnumerable<Explanation> parts) =>
        new() { Title = title, Value = value, Derivation = derivation, Parts = [.. parts] };

    /// <summary>Reasons without a number.</summary>
    public static Explanation Reason(string title, string remark, params IEnumerable<Explanation> parts) =>
        new() { Title = title, Derivation = Derivation.Narrative, Remark = remark, Parts = [.. parts] };

    /// <summary>A sum with the first items as parts and the others as one.</summary>
    /// <param name="title">What is summed.</param>
    /// <param name="total">The sum of all.</param>
    /// <param name="count">How many items there are.</param>
    /// <param name="items">The items, at least the first <see cref="FactTally.ListLimit"/>; read no further than that.</param>
    public static Explanation Sum(string title, Quantity total, long count, IEnumerable<Explanation> items)
    {
        ImmutableArray<Explanation> listed = [.. items.Take(FactTally.ListLimit)];
        if (listed.Length < count)
        {
            var rest = listed.Aggregate(total.Value, static (left, item) => left - item.Value!.Value.Value);
            listed = listed.Add(Given($"the other {count - listed.Length}", total with { Value = rest }));
        }

        return new Explanation { Title = title, Value = total, Derivation = Derivation.Sum, Parts = listed };
    }

    /// <summary>How many there are: the items themselves, or for a long list the first ones and the number of the others.</summary>
    public static Explanation Count(string title, long count, string unit, IEnumerable<Explanation> items)
    {
        ImmutableArray<Explanation> listed = [.. items.Take(FactTally.ListLimit)];
        var counted = new Explanation { Title = title, Value = Quantity.Count(listed.Length, unit), Derivation = Derivation.Count, Parts = listed };
        return listed.Length == count
            ? counted
            : Derived(title, Quantity.Count(count, unit), Derivation.Sum, counted with { Title = "listed" }, Given("the others", Quantity.Count(count - listed.Length, unit)));
    }

    /// <summary>A count that may be larger than any list.</summary>
    public static Quantity Number(BigInteger count, string unit = "") => new(new Rational(count, 1), QuantityUnit.Number, unit);
}
