using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Explanations;

/// <summary>How the value of an <see cref="Explanation"/> follows from its parts; each can be re-derived by machine.</summary>
public enum Derivation
{
    /// <summary>A value that stands for itself: read from a fact, a clause or a clock.</summary>
    Given,

    /// <summary>The sum of the parts.</summary>
    Sum,

    /// <summary>The first part less all others.</summary>
    Difference,

    /// <summary>The product of the parts.</summary>
    Product,

    /// <summary>The first part divided by the second.</summary>
    Quotient,

    /// <summary>The smallest of the parts.</summary>
    Minimum,

    /// <summary>The largest of the parts.</summary>
    Maximum,

    /// <summary>How many parts there are.</summary>
    Count,

    /// <summary>The first part, rounded to a multiple of the second.</summary>
    Rounded,

    /// <summary>No number: the parts give the reasons.</summary>
    Narrative,
}

/// <summary>What a number is a number of.</summary>
public enum QuantityUnit
{
    /// <summary>A pure number or a count.</summary>
    Number,

    /// <summary>A fraction of one, shown as a percentage.</summary>
    Share,

    /// <summary>A length of time in ticks of 100 ns.</summary>
    Ticks,

    /// <summary>An instant, in ticks of 100 ns since 1970 UTC.</summary>
    Instant,

    /// <summary>An amount of money; the currency's ISO 4217 code is its name.</summary>
    Money,
}

/// <summary>An exact number with what it is a number of.</summary>
/// <param name="Value">The number.</param>
/// <param name="Unit">What of.</param>
/// <param name="Name">The unit's own name where <see cref="QuantityUnit.Number"/> has one, e.g. <c>ms</c>, <c>tickets</c>; the currency of <see cref="QuantityUnit.Money"/>; else empty.</param>
public readonly record struct Quantity(Rational Value, QuantityUnit Unit, string Name = "")
{
    /// <summary>A length of time.</summary>
    public static Quantity Of(Duration duration) => new((long)duration.BclCompatibleTicks, QuantityUnit.Ticks);

    /// <summary>An instant.</summary>
    public static Quantity Of(Instant instant) => new(instant.ToUnixTimeTicks(), QuantityUnit.Instant);

    /// <summary>A length of time in ticks.</summary>
    public static Quantity Ticks(long ticks) => new(ticks, QuantityUnit.Ticks);

    /// <summary>A count of something.</summary>
    public static Quantity Count(long count, string name = "") => new(count, QuantityUnit.Number, name);

    /// <summary>An amount of money.</summary>
    public static Quantity Money(Rational amount, string currency) => new(amount, QuantityUnit.Money, currency);

    /// <summary>A fraction of one.</summary>
    public static Quantity Share(Rational share) => new(share, QuantityUnit.Share);
}

/// <summary>One node of the tree behind a result: what it is, its value, how it follows from its parts, by which clause and from which facts.</summary>
public sealed record Explanation
{
    /// <summary>What this is, in words that a service manager knows: <c>downtime that counts</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The value; null for a <see cref="Derivation.Narrative"/> node.</summary>
    public Quantity? Value { get; init; }

    /// <summary>How the value follows from <see cref="Parts"/>.</summary>
    public Derivation Derivation { get; init; }

    /// <summary>The nodes it follows from.</summary>
    public ImmutableArray<Explanation> Parts { get; init; } = [];

    /// <summary>The clauses that decided it.</summary>
    public ImmutableArray<Clause> Clauses { get; init; } = [];

    /// <summary>The facts counted here (the first few hundred at most; <see cref="FactCount"/> has the number).</summary>
    public ImmutableArray<FactReference> Facts { get; init; } = [];

    /// <summary>How many facts were counted here, listed or not.</summary>
    public long FactCount { get; init; }

    /// <summary>A sentence more: why something was left out, what is provisional.</summary>
    public string Remark { get; init; } = "";

    /// <summary>The interval of time it is about; null when it is about none.</summary>
    public Time.TickInterval? During { get; init; }

    /// <summary>
    /// Whether another node shows the same: title, value, time and parts, however deep. A formula often needs a number twice; who has read the parts behind it
    /// once need not read them again.
    /// </summary>
    public bool ShowsTheSameAs(Explanation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other))
            return true;
        if (Title != other.Title || Value != other.Value || During != other.During || Derivation != other.Derivation || Parts.Length != other.Parts.Length)
            return false;
        for (var i = 0; i < Parts.Length; i++)
        {
            if (!Parts[i].ShowsTheSameAs(other.Parts[i]))
                return false;
        }

        return true;
    }
}

/// <summary>Points to a fact from an explanation.</summary>
/// <param name="Source">CloudEvents source.</param>
/// <param name="Id">CloudEvents id.</param>
/// <param name="Type">CloudEvents type.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Place">Where it was read from.</param>
public readonly record struct FactReference(string Source, string Id, string Type, Instant Time, Diagnostics.Place Place)
{
    /// <summary>The reference to a fact.</summary>
    public static FactReference To(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return new FactReference(fact.Source, fact.Id, fact.Type, fact.Time, fact.Place);
    }
}
