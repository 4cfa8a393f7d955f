using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Comparison;

/// <summary>Goes through two agreements along the vocabulary and collects what differs.</summary>
internal sealed class ComparisonWalk(YamlNode.Mapping first, YamlNode.Mapping second)
{
    private static readonly YamlNode.Mapping Nothing = new([], Place.None);

    /// <summary>The keys of an amount that say together what is paid.</summary>
    private static readonly ImmutableArray<string> PaymentKeys = ["pay", "tiers", "apply", "started-units"];

    private readonly ImmutableArray<ClauseDifference>.Builder _differences = ImmutableArray.CreateBuilder<ClauseDifference>();
    private readonly ImmutableArray<string>.Builder _neitherSeen = ImmutableArray.CreateBuilder<string>();

    // Two versions of one agreement leave the same decision open; two agreements may have decided otherwise.
    private readonly bool _sameAgreement = Text(first, "id") == Text(second, "id");
    private readonly (string First, string Second) _currencies = (Text(first, "currency") ?? "", Text(second, "currency") ?? "");
    private (YamlNode.Mapping First, YamlNode.Mapping Second) _remedy = (Nothing, Nothing);

    public ImmutableArray<ClauseDifference> Differences => _differences.ToImmutable();

    /// <summary>The clauses of which neither was seen, so that they may differ.</summary>
    public ImmutableArray<string> NeitherSeen => _neitherSeen.ToImmutable();

    /// <summary>Two sections, key by key.</summary>
    /// <param name="section">Their keys.</param>
    /// <param name="one">The first's.</param>
    /// <param name="other">The second's.</param>
    /// <param name="path">Their path; empty for the document.</param>
    /// <param name="burden">1 when it is the provider's burden, -1 when it is the customer's, 0 when nobody can be named.</param>
    public void Sections(Section section, YamlNode.Mapping one, YamlNode.Mapping other, string path, int burden)
    {
        var (mine, theirs) = (Burden.Of(section, one, first), Burden.Of(section, other, second));
        var within = mine == theirs ? burden * mine : 0;
        if (section.Members.Any(k => k.Favour is Favour.Undecided { IsFrame: true } && (IsNotSeen(one, k) || IsNotSeen(other, k) || !SaysTheSame(section, k, one.Find(k.Name)?.Value, other.Find(k.Name)?.Value))))
            within = 0;
        if (section.Name == "remedy")
            _remedy = (one, other);
        var measure = section.Name == "objective" && Text(other, "measure") is { } text ? MeasureForm.Parse(text).Measure : null;
        var payment = section.Name == "amount" ? Payment(one, other) : Gain.Nobody;
        foreach (var key in section.Members)
        {
            var (a, b) = (one.Find(key.Name)?.Value, other.Find(key.Name)?.Value);
            // Who bears a section may follow from what else it says: a bonus is owed by the customer without a word.
            if ((a is null && b is null) || (key.Favour == Favour.Side && mine == theirs) || (measure is not null && !MeasureKeys.Decides(measure, key.Name) && a is null))
                continue;
            var own = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            if (section.Name == "amount" && PaymentKeys.Contains(key.Name))
            {
                if (SaysTheSame(section, key, a, b))
                    Same(key, a, own);
                else if (payment != Gain.Nobody)
                    Add(section, key, a, b, own, Turn(payment, within));
            }
            else if (section.Name == "remedy" && key.Favour is Favour.ByPresence && (a is null || b is null) && key.Shape is ValueShape.Keys)
            {
                // One form of payment in place of another: which is worth more depends on what the customer pays later.
                Add(section, key, a, b, own, Gain.Unclear);
            }
            else
            {
                // The side that bears it says the same of a duty of either side, and what frames a section stands outside of it.
                Values(section, key, key.Shape, a, b, own, key.Favour == Favour.Side || section.Name == "termination" && key.Name == "by" ? burden : within, (one, other));
            }
        }
    }

    private static bool IsNotSeen(YamlNode.Mapping mapping, Key key) => mapping.Find(key.Name) is { Value: var value } && NotSeen.Is(value);

    /// <summary>Two values under a key. One further entry beside others was not left open: it was not there.</summary>
    private void Values(Section section, Key key, ValueShape shape, YamlNode? a, YamlNode? b, string path, int burden, (YamlNode.Mapping First, YamlNode.Mapping Second) around, bool isFurther = false)
    {
        if (shape is ValueShape.Either { Shapes: [ValueShape.Text { } text, ValueShape.Keys { Section.Name: "fee" }] } fee && text == Forms.FeeForm && (a is YamlNode.Mapping || b is YamlNode.Mapping))
            (shape, a, b) = (fee.Shapes[1], AsFee(a), AsFee(b));
        if ((a is not null && NotSeen.Is(a)) != (b is not null && NotSeen.Is(b)))
        {
            // Of what was not seen nobody can say whom it favours; of what only names, a side never gains.
            Add(section, key, a, b, path, key.Favour is Favour.Naming ? Gain.Nobody : Gain.Unclear);
            return;
        }

        switch (shape)
        {
            case ValueShape.Keys or ValueShape.Either when KeysOf(shape) is { } keys && (a is YamlNode.Mapping || b is YamlNode.Mapping):
                if (a is YamlNode.Mapping one && b is YamlNode.Mapping other)
                    Sections(keys.Section, one, other, path, burden);
                else if (key.Favour == Favour.Parts && (a ?? b) is YamlNode.Mapping)
                    Sections(keys.Section, a as YamlNode.Mapping ?? Nothing, b as YamlNode.Mapping ?? Nothing, path, burden);
                else
                    Presence(section, key, keys.Section, a, b, path, burden, isFurther);
                break;
            case ValueShape.MapOf { OneClause: false } map when a is not YamlNode.Scalar && b is not YamlNode.Scalar:
                var (mine, theirs) = (a as YamlNode.Mapping ?? Nothing, b as YamlNode.Mapping ?? Nothing);
                foreach (var name in mine.Entries.Select(e => e.Key).Union(theirs.Entries.Select(e => e.Key), StringComparer.Ordinal))
                    Values(section, key, map.Value, mine.Find(name)?.Value, theirs.Find(name)?.Value, $"{path}.{name}", burden, around, isFurther: a is not null);
                break;
            default:
                Leaf(section, key, shape, a, b, path, burden, around, isFurther);
                break;
        }
    }

    private static YamlNode? AsFee(YamlNode? node) => node is YamlNode.Scalar ? new YamlNode.Mapping([new YamlEntry("amount", node.Place, node)], node.Place) : node;

    private static ValueShape.Keys? KeysOf(ValueShape shape) => shape as ValueShape.Keys ?? (shape as ValueShape.Either)?.Shapes.OfType<ValueShape.Keys>().FirstOrDefault();

    /// <summary>An entry or a section that only one of the two has, or has as a section.</summary>
    private void Presence(Section section, Key key, Section of, YamlNode? a, YamlNode? b, string path, int burden, bool isFurther)
    {
        if (a is YamlNode.Scalar && b is YamlNode.Scalar && ((YamlNode.Scalar)a).Text == ((YamlNode.Scalar)b).Text)
            return;
        var present = (a as YamlNode.Mapping, b as YamlNode.Mapping) is (null, { } added) ? added : a as YamlNode.Mapping ?? Nothing;
        // 'claim: not needed' and a claim that is not needed are one and the same.
        var (hadIt, hasIt) = (IsThere(a), IsThere(b));
        var gain = key.Favour switch
        {
            null or Favour.Undecided or Favour.ByMeaning => Gain.Unclear,
            Favour.Naming => Gain.Nobody,
            Favour.ByPresence { MoreIsBetter: var better } => hadIt == hasIt ? Gain.Nobody : hasIt == better ? Gain.Customer : Gain.Provider,
            _ => Gain.Unclear,
        };
        if (key.Favour is Favour.ByPresence && hadIt == hasIt)
            return;
        var agreement = b is YamlNode.Mapping ? second : first;
        Add(section, key, a, b, path, Turn(gain, burden * Burden.Of(of, present, agreement)), isFurther, isEntry: key.Shape is ValueShape.MapOf);
    }

    private static bool IsThere(YamlNode? node) => node is YamlNode.Mapping mapping && Text(mapping, "needed") != "no";

    private void Leaf(Section section, Key key, ValueShape shape, YamlNode? a, YamlNode? b, string path, int burden, (YamlNode.Mapping First, YamlNode.Mapping Second) around, bool isFurther)
    {
        if (SaysTheSame(section, key, a, b))
        {
            Same(key, a, path);
            return;
        }

        var leaf = new LeafComparison(key, shape, _currencies, InOpenTime(section, key, around));
        var gain = leaf.Compare(a, b);
        // What is only worded otherwise is no difference; of names and free words, the words are what there is.
        if (gain == Gain.Nobody && key.Favour is not Favour.Naming)
            return;
        Add(section, key, a, b, path, Turn(gain, burden), isFurther, isEntry: key.Shape is ValueShape.MapOf { OneClause: false });
    }

    /// <summary>Two values that read the same are not the same where neither was seen.</summary>
    private void Same(Key key, YamlNode? value, string path)
    {
        if (!_sameAgreement && value is not null && key.Favour is not Favour.Naming && HoldsNotSeen(value))
            _neitherSeen.Add(path);
    }

    private static bool HoldsNotSeen(YamlNode node) => node switch
    {
        YamlNode.Scalar => NotSeen.Is(node),
        YamlNode.Sequence list => list.Items.Any(HoldsNotSeen),
        YamlNode.Mapping mapping => mapping.Entries.Any(e => HoldsNotSeen(e.Value)),
        _ => throw new InvalidOperationException("The cases of a YAML node are closed."),
    };

    /// <summary>Whether hours are open time of a calendar: the targets of clocks, unless both run always.</summary>
    private static bool InOpenTime(Section section, Key key, (YamlNode.Mapping First, YamlNode.Mapping Second) around)
    {
        if (key.Name != "within" || section.Name is not ("clock" or "objective"))
            return false;
        return !IsAlways(around.First) || !IsAlways(around.Second);

        bool IsAlways(YamlNode.Mapping stated) => stated.Find("calendar") is { Value: var calendar } ? calendar is YamlNode.Scalar { Text: "always" } : section.Name == "clock";
    }

    private void Add(Section section, Key key, YamlNode? a, YamlNode? b, string path, Gain gain, bool isFurther = false, bool isEntry = false)
    {
        var parent = path.LastIndexOf('.') is > 0 and var dot ? path[..dot] : "";
        var isFrame = key.Favour is Favour.Undecided { IsFrame: true } || key.Favour == Favour.Side;
        _differences.Add(new ClauseDifference(path, section, key, a, b, gain)
        {
            WasOpen = a is null && ((key.Required && !isEntry) || (key.Favour is { IsOpenIfAbsent: true } && !isFurther)),
            Scope = isFrame ? parent : path,
            IsEntry = isEntry && (a is null || b is null),
        });
    }

    private static Gain Turn(Gain gain, int burden) => burden switch
    {
        1 => gain,
        -1 => gain.Turned(),
        _ => gain == Gain.Nobody ? gain : Gain.Unclear,
    };

    /// <summary>Whether two values are the same text, or one states what is the other's default.</summary>
    private bool SaysTheSame(Section section, Key key, YamlNode? a, YamlNode? b)
    {
        if (section.Name == "objective" && key.Name == "of")
            return ServiceOf(a, first) == ServiceOf(b, second);
        return (a, b) switch
        {
            (null, null) => true,
            (null, { } stated) => Canonical(stated) == LeafComparison.DefaultOf(key, key.Shape),
            ({ } stated, null) => Canonical(stated) == LeafComparison.DefaultOf(key, key.Shape),
            ({ } one, { } other) => Canonical(one) == Canonical(other),
        };
    }

    /// <summary>The service of an objective: 'tickets of shop', 'shop', or the only one.</summary>
    private static string ServiceOf(YamlNode? stated, YamlNode.Mapping agreement)
    {
        const string tickets = "tickets of ";
        if (stated is YamlNode.Scalar { Text: var text })
            return text.StartsWith(tickets, StringComparison.Ordinal) ? text[tickets.Length..].Trim() : text.Trim();
        return agreement.Find("services")?.Value is YamlNode.Mapping { Entries: [var only] } ? only.Key : "";
    }

    /// <summary>A value whose texts are apart where the values are: a list of one is its only item, and the keys of a mapping may stand in any order.</summary>
    internal static string Canonical(YamlNode node) => node switch
    {
        YamlNode.Scalar scalar => scalar.Text.Trim(),
        YamlNode.Sequence { Items: [var only] } => Canonical(only),
        YamlNode.Sequence list => $"[{string.Join('\u001f', list.Items.Select(Canonical))}]",
        YamlNode.Mapping mapping => $"{{{string.Join('\u001f', mapping.Entries.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}\u001e{Canonical(e.Value)}"))}}}",
        _ => throw new InvalidOperationException("The cases of a YAML node are closed."),
    };

    private Gain Payment(YamlNode.Mapping one, YamlNode.Mapping other) =>
        PaymentOrder.Compare(one, other, (MissedBelow(_remedy.First, first), MissedBelow(_remedy.Second, second)), _currencies);

    /// <summary>The level below which a remedy arises, where it arises when one objective of at least so much is missed.</summary>
    private static Rational? MissedBelow(YamlNode.Mapping remedy, YamlNode.Mapping agreement) =>
        Text(remedy, "when") is { } when
        && RemedyConditionForm.Parse(when).Condition is RemedyCondition.Has { Outcome: ObjectiveOutcome.Missed, Objective: var name }
        && (agreement.Find("objectives")?.Value as YamlNode.Mapping)?.Find(name)?.Value is YamlNode.Mapping objective
        && Text(objective, "target") is { } target
        && TargetForm.Parse(target).Target is { Kind: QuantityUnit.Share, Bound: LevelComparison.AtLeast, Limit: var limit }
            ? limit
            : null;

    private static string? Text(YamlNode.Mapping mapping, string key) => mapping.Find(key)?.Value is YamlNode.Scalar scalar ? scalar.Text : null;
}
