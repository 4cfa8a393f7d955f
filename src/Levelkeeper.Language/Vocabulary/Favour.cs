using System.Collections.Immutable;

namespace Levelkeeper.Language.Vocabulary;

/// <summary>
/// Which way a clause moves the bargain when it changes: what the customer gains by. Comparison of agreements and <c>at-least-as-strict</c> are made from it.
/// A closed choice.
/// </summary>
/// <remarks>
/// It speaks of a promise that the provider makes. In a section that is the customer's burden (a duty of the customer, a bonus for the provider) it holds the
/// other way round; the comparison sees to that. Where a change would help one side in one case and the other side in another, the clause is <see cref="Unclear"/>:
/// nobody is named as better off who may not be.
/// </remarks>
public abstract record Favour
{
    private Favour()
    {
    }

    /// <summary>What an absent clause is, where its default is not a value of its own form.</summary>
    public Absence Absent { get; init; }

    /// <summary>See <see cref="OpenIfAbsent"/>.</summary>
    public bool IsOpenIfAbsent { get; init; }

    /// <summary>Absent is the best for the customer: no cap.</summary>
    public Favour BestIfAbsent => this with { Absent = Absence.Best };

    /// <summary>Absent is the worst for the customer: no limit to what maintenance excuses.</summary>
    public Favour WorstIfAbsent => this with { Absent = Absence.Worst };

    /// <summary>Absent is not decided yet: whoever states it first changes nothing that was promised.</summary>
    public Favour OpenIfAbsent => this with { IsOpenIfAbsent = true };

    /// <summary>It names, describes or records; a change leaves the bargain as it was.</summary>
    public static Favour Neutral { get; } = new Naming();

    /// <summary>It matters, and which side gains cannot be told from the clause.</summary>
    public static Favour Unclear { get; } = new Undecided(IsFrame: false);

    /// <summary>It says what the clauses beside it are about: where it differs, they cannot be compared either.</summary>
    public static Favour Frame { get; } = new Undecided(IsFrame: true);

    /// <summary>Its parts decide, each on its own; when it is absent, all of them are at their defaults.</summary>
    public static Favour Parts { get; } = new ByParts();

    /// <summary>The customer gains when the value is greater.</summary>
    public static Favour Greater { get; } = new ByValue(GreaterIsBetter: true);

    /// <summary>The customer gains when the value is smaller.</summary>
    public static Favour Smaller { get; } = new ByValue(GreaterIsBetter: false);

    /// <summary>The customer gains by each entry that is there.</summary>
    public static Favour More { get; } = new ByPresence(MoreIsBetter: true);

    /// <summary>The customer loses by each entry that is there.</summary>
    public static Favour Fewer { get; } = new ByPresence(MoreIsBetter: false);

    /// <summary>Which side carries the burden: the customer gains when it is the provider.</summary>
    public static Favour Side { get; } = new ByOrder(["provider", "customer"]);

    /// <summary>A target: the customer gains when it is harder to reach.</summary>
    public static Favour Target { get; } = new ByMeaning(Meaning.Target);

    /// <summary>What is paid, flat or in tiers: the customer gains when at every result at least as much is paid.</summary>
    public static Favour Payment { get; } = new ByMeaning(Meaning.Payment);

    /// <summary>A condition: the customer gains when it holds in more cases.</summary>
    public static Favour MoreOften { get; } = new ByMeaning(Meaning.Condition);

    /// <summary>A right, with its holder and its terms.</summary>
    public static Favour WiderRight { get; } = new ByMeaning(Meaning.Right);

    /// <summary>Words from the best for the customer to the worst; a value that is none of them cannot be compared.</summary>
    public static Favour BestFirst(params string[] bestFirst) => new ByOrder([.. bestFirst]);

    /// <summary>See <see cref="Neutral"/>.</summary>
    public sealed record Naming : Favour;

    /// <summary>See <see cref="Favour.Unclear"/> and <see cref="Favour.Frame"/>.</summary>
    /// <param name="IsFrame">Whether the clauses beside it are about what it says.</param>
    public sealed record Undecided(bool IsFrame) : Favour;

    /// <summary>See <see cref="Parts"/>.</summary>
    public sealed record ByParts : Favour;

    /// <summary>See <see cref="Greater"/> and <see cref="Smaller"/>.</summary>
    /// <param name="GreaterIsBetter">For the customer.</param>
    public sealed record ByValue(bool GreaterIsBetter) : Favour;

    /// <summary>See <see cref="More"/> and <see cref="Fewer"/>.</summary>
    /// <param name="MoreIsBetter">For the customer.</param>
    public sealed record ByPresence(bool MoreIsBetter) : Favour;

    /// <summary>See <see cref="Favour.BestFirst"/> and <see cref="Side"/>.</summary>
    /// <param name="Order">From the best for the customer to the worst.</param>
    public sealed record ByOrder(ImmutableArray<string> Order) : Favour;

    /// <summary>By what its form says.</summary>
    /// <param name="Of">Which form.</param>
    public sealed record ByMeaning(Meaning Of) : Favour;

    /// <summary>What an absent clause is.</summary>
    public enum Absence
    {
        /// <summary>Its default, where that is a value of its form; else it cannot be compared.</summary>
        Default,

        /// <summary>The best for the customer.</summary>
        Best,

        /// <summary>The worst for the customer.</summary>
        Worst,
    }

    /// <summary>A form that says by itself who gains.</summary>
    public enum Meaning
    {
        /// <summary>A target.</summary>
        Target,

        /// <summary>A payment.</summary>
        Payment,

        /// <summary>A condition.</summary>
        Condition,

        /// <summary>A right.</summary>
        Right,
    }

    /// <summary>What the customer gains by, in words for the reference.</summary>
    public string Says => this switch
    {
        Naming => "",
        Undecided { IsFrame: true } => "depends; the others here too",
        Undecided => "depends",
        ByParts => "by its parts",
        ByValue { GreaterIsBetter: true } => "greater",
        ByValue => "smaller",
        ByPresence { MoreIsBetter: true } => "more",
        ByPresence => "fewer",
        ByOrder words => string.Join(" > ", words.Order.Select(w => $"`{w}`")) + (words.Order.Length == 1 ? " > others" : ""),
        ByMeaning { Of: Meaning.Target } => "harder to reach",
        ByMeaning { Of: Meaning.Payment } => "more at every result",
        ByMeaning { Of: Meaning.Condition } => "in more cases",
        ByMeaning { Of: Meaning.Right } => "wider for the customer",
        _ => throw new InvalidOperationException("The ways to favour a side are closed."),
    };

    /// <summary>As the reference says it.</summary>
    public sealed override string ToString() => Says;
}
