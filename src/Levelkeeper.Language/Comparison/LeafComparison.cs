using System.Collections.Immutable;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Comparison;

/// <summary>Compares two values of one clause that is not taken apart: texts, words, lists, and values by priority.</summary>
/// <param name="Key">The clause's key.</param>
/// <param name="Shape">The shape of both values.</param>
/// <param name="Currencies">The currency of each agreement; empty when it names none.</param>
/// <param name="InOpenTime">True where hours are a calendar's open time.</param>
internal sealed record LeafComparison(Key Key, ValueShape Shape, (string First, string Second) Currencies, bool InOpenTime)
{
    /// <summary>The name that stands for all priorities that are not named.</summary>
    private const string Else = "else";

    /// <summary>Who gains by the second in place of the first; either may be absent.</summary>
    public Gain Compare(YamlNode? first, YamlNode? second) => Key.Favour switch
    {
        null or Favour.Undecided => Gain.Unclear,
        Favour.Naming => Gain.Nobody,
        Favour.ByPresence { MoreIsBetter: var better } => Lists(first, second, better),
        _ when first is YamlNode.Mapping || second is YamlNode.Mapping => ByPriority(first, second),
        Favour favour => Texts(favour, Text(first), Text(second)),
    };

    /// <summary>The default as a value of its form; null when it is none.</summary>
    public static string? DefaultOf(Key key, ValueShape shape)
    {
        if (key.Default is not { } words || key.Favour is { Absent: not Favour.Absence.Default })
            return null;
        // "unknown: both extremes are computed" is the word 'unknown' and what it means.
        var alone = words.Split(':', ',', ';')[0];
        return Fits(shape, words) ? words : Fits(shape, alone) ? alone : null;
    }

    private static bool Fits(ValueShape shape, string text) => shape switch
    {
        ValueShape.OneOf words => words.Words.Contains(text),
        ValueShape.Text { Problem: { } problem } => problem(text) is null,
        ValueShape.Either either => either.Shapes.Any(s => Fits(s, text)),
        _ => false,
    };

    private static string? Text(YamlNode? node) => node is YamlNode.Scalar scalar ? scalar.Text.Trim() : null;

    private Gain Texts(Favour favour, string? first, string? second)
    {
        if (favour is Favour.ByMeaning { Of: Favour.Meaning.Right })
            return MeaningOrder.Rights(first, second);
        var (one, other) = (first ?? DefaultOf(Key, Shape), second ?? DefaultOf(Key, Shape));
        if (one is null || other is null)
        {
            return favour.Absent switch
            {
                Favour.Absence.Best => one is null ? other is null ? Gain.Nobody : Gain.Provider : Gain.Customer,
                Favour.Absence.Worst => one is null ? other is null ? Gain.Nobody : Gain.Customer : Gain.Provider,
                Favour.Absence.Default => one == other ? Gain.Nobody : Gain.Unclear,
                _ => throw new InvalidOperationException($"Unknown {favour.Absent}."),
            };
        }

        return favour switch
        {
            Favour.ByValue { GreaterIsBetter: var greater } => Gains.OfGreater(ValueOrder.Compare(TextShape(Shape, one), one, other, Currencies, InOpenTime) is { } sign ? greater ? sign : -sign : null),
            Favour.ByOrder { Order: var order } => Order(order, one, other),
            Favour.ByMeaning { Of: Favour.Meaning.Target } => MeaningOrder.Targets(one, other),
            Favour.ByMeaning { Of: Favour.Meaning.Condition } => MeaningOrder.Conditions(one, other),
            _ => one == other ? Gain.Nobody : Gain.Unclear,
        };
    }

    /// <summary>The form of a text where several forms are possible.</summary>
    private static ValueShape TextShape(ValueShape shape, string text) => shape switch
    {
        ValueShape.Either either => either.Shapes.Where(s => s is ValueShape.Text or ValueShape.MapOf).Select(s => TextShape(s, text)).FirstOrDefault(s => Fits(s, text)) ?? shape,
        ValueShape.MapOf map => TextShape(map.Value, text),
        _ => shape,
    };

    private static Gain Order(ImmutableArray<string> order, string first, string second)
    {
        if (first == second)
            return Gain.Nobody;
        var (one, other) = (order.IndexOf(first), order.IndexOf(second));
        // A single word is the best there is: 'always' against any calendar.
        if (order.Length == 1)
            return one == 0 ? Gain.Provider : other == 0 ? Gain.Customer : Gain.Unclear;
        return one < 0 || other < 0 ? Gain.Unclear : Gains.OfGreater(one.CompareTo(other));
    }

    /// <summary>Lists as sets: one that holds the other is more.</summary>
    private Gain Lists(YamlNode? first, YamlNode? second, bool moreIsBetter)
    {
        if (first is null || second is null)
        {
            switch (Key.Favour!.Absent)
            {
                case Favour.Absence.Best when moreIsBetter:
                case Favour.Absence.Worst when !moreIsBetter:
                    // Absent is everything.
                    return (first is null) == moreIsBetter ? Gain.Provider : Gain.Customer;
                case Favour.Absence.Best or Favour.Absence.Worst:
                    break;
                default:
                    return Gain.Unclear;
            }
        }

        var (one, other) = (Items(first), Items(second));
        var (adds, drops) = (!other.IsSubsetOf(one), !one.IsSubsetOf(other));
        return adds == drops ? adds ? Gain.Unclear : Gain.Nobody : adds == moreIsBetter ? Gain.Customer : Gain.Provider;
    }

    private static HashSet<string> Items(YamlNode? node) => node switch
    {
        null => [],
        YamlNode.Sequence list => [.. list.Items.Select(ComparisonWalk.Canonical)],
        _ => [ComparisonWalk.Canonical(node)],
    };

    /// <summary>Values by priority, where a single one stands for all: who gains at every priority.</summary>
    private Gain ByPriority(YamlNode? first, YamlNode? second)
    {
        var names = Names(first).Union(Names(second), StringComparer.Ordinal).Append(Else).Distinct(StringComparer.Ordinal);
        return Gains.All(names.Select(name => Texts(Key.Favour!, At(first, name), At(second, name))));

        static IEnumerable<string> Names(YamlNode? node) => node is YamlNode.Mapping mapping ? mapping.Entries.Select(e => e.Key) : [];

        static string? At(YamlNode? node, string name) => node is YamlNode.Mapping mapping ? Text((mapping.Find(name) ?? mapping.Find(Else))?.Value) : Text(node);
    }
}
