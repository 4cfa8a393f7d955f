using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Comparison;

/// <summary>What an amount pays as a function of the result: a step function, whose steps are sums of payments of different kinds.</summary>
/// <remarks>Two of them are compared at every result that lies between, on and beyond the edges of both; payments of different kinds are not weighed against each other.</remarks>
internal sealed class PaymentOrder
{
    private readonly IReadOnlyList<(Rational? From, Rational? Below, Payout Pay)> _tiers;
    private readonly TierScale? _scale;
    private readonly bool _add;
    private readonly Rational? _paidBelow;
    private readonly string _currency;

    private PaymentOrder(IReadOnlyList<(Rational? From, Rational? Below, Payout Pay)> tiers, TierScale? scale, bool add, Rational? paidBelow, string currency) =>
        (_tiers, _scale, _add, _paidBelow, _currency) = (tiers, scale, add, paidBelow, currency);

    /// <summary>Who gains by what the second pays in place of the first.</summary>
    /// <param name="first">The first amount; its forms have been checked.</param>
    /// <param name="second">The second.</param>
    /// <param name="missedBelow">The level below which each arises at all, where it arises when an objective of at least so much is missed; else null.</param>
    /// <param name="currencies">The currency of each agreement; empty when it names none.</param>
    public static Gain Compare(YamlNode.Mapping first, YamlNode.Mapping second, (Rational? First, Rational? Second) missedBelow, (string First, string Second) currencies)
    {
        if (Read(first, missedBelow.First, currencies.First) is not { } one || Read(second, missedBelow.Second, currencies.Second) is not { } other)
            return Gain.Unclear;
        if (one._scale is { } a && other._scale is { } b && a != b)
            return Gain.Unclear;
        var scale = one._scale ?? other._scale;
        var gain = Gain.Nobody;
        foreach (var result in Results(one.Edges().Concat(other.Edges())))
            gain = gain.And(More(one.At(result, scale), other.At(result, scale)));
        return gain;
    }

    private static PaymentOrder? Read(YamlNode.Mapping amount, Rational? missedBelow, string currency)
    {
        if (amount.Entries.Any(e => NotSeen.Is(e.Value)))
            return null;
        var counting = Text(amount, "started-units") == "count whole" ? UnitCounting.Started : UnitCounting.ProRata;
        var tiers = new List<(Rational? From, Rational? Below, Payout Pay)>();
        TierScale? scale = null;
        var stated = currency;
        if (Text(amount, "pay") is { } pay)
        {
            if (Paid(pay) is not { } flat)
                return null;
            tiers.Add((null, null, flat));
        }

        foreach (var item in amount.Find("tiers")?.Value switch { null => [], YamlNode.Sequence list => list.Items, var one => [one] })
        {
            // What belongs to a tier other than its lower edge, and what is only beyond the target, is not weighed.
            if (item is not YamlNode.Mapping tier || tier.Find("above") is not null || tier.Find("up-to") is not null || tier.Entries.Any(e => NotSeen.Is(e.Value)) || Text(tier, "pay") is not { } text || Paid(text) is not { } payout)
                return null;
            var (from, below) = (Edge(tier, "from"), Edge(tier, "below"));
            var of = from?.Scale ?? below?.Scale;
            if (of is null || (scale is { } known && known != of) || (from is not null && below is not null && from.Value.Scale != below.Value.Scale))
                return null;
            scale = of;
            tiers.Add((from?.Edge, below?.Edge, payout));
        }

        return tiers.Count == 0 ? null : new PaymentOrder(tiers, scale, Text(amount, "apply") == "every tier reached", missedBelow, stated);

        Payout? Paid(string text)
        {
            var (payout, own, _) = PayoutForm.Parse(text, counting);
            if (own.Length > 0)
                stated = own;
            return payout is Payout.LostTime { BeyondTarget: true } or Payout.PerUnit { Unit: ExcessUnit.OfTime { BeyondTarget: true } } ? null : payout;
        }

        static (Rational Edge, TierScale Scale)? Edge(YamlNode.Mapping tier, string key) => Text(tier, key) is { } text ? TierEdgeForm.Parse(text).Edge : null;
    }

    private static string? Text(YamlNode.Mapping mapping, string key) => mapping.Find(key)?.Value is YamlNode.Scalar scalar ? scalar.Text : null;

    private IEnumerable<Rational> Edges() => _tiers.SelectMany(t => new[] { t.From, t.Below }).Append(_scale is null or TierScale.Level ? _paidBelow : null).OfType<Rational>();

    /// <summary>A result in each stretch that the edges leave, the edges themselves among them.</summary>
    private static IEnumerable<Rational> Results(IEnumerable<Rational> edges)
    {
        var sorted = edges.Distinct().Order().ToList();
        if (sorted.Count == 0)
            return [Rational.Zero];
        return sorted.Prepend(sorted[0] - 1).SelectMany((edge, i) => i == 0 ? [edge] : i < sorted.Count ? [edge, (edge + sorted[i]) / 2] : new[] { edge, edge + 1 });
    }

    /// <summary>What is paid at a result, by kind of payment.</summary>
    private Dictionary<string, Rational> At(Rational result, TierScale? scale)
    {
        var paid = new Dictionary<string, Rational>(StringComparer.Ordinal);
        if (scale == TierScale.Level && _paidBelow is { } missed && result >= missed)
            return paid;
        // A worse level is a smaller one; more time, events or days late are worse.
        var down = scale is null or TierScale.Level;
        var reached = _tiers.Where(t => (t.From is not { } from || result >= from || (_add && down)) && (t.Below is not { } below || result < below || (_add && !down))).ToList();
        if (!_add && reached.Count > 1)
            reached = [down ? reached.MinBy(t => (t.Below is null, t.Below ?? 0)) : reached.MaxBy(t => (t.From is not null, t.From ?? 0))];
        foreach (var (_, _, pay) in reached)
        {
            var (kind, amount) = Kind(pay);
            paid[kind] = paid.GetValueOrDefault(kind) + amount;
        }

        return paid;
    }

    /// <summary>A payment as so much of a kind; payments of one kind can be compared.</summary>
    private (string Kind, Rational Amount) Kind(Payout pay) => pay switch
    {
        Payout.Fixed fixedAmount => ($"amount {_currency}", Rational.From(fixedAmount.Amount)),
        Payout.Share share => ("share", share.Of),
        Payout.AffectedShare => ("affected", 1),
        Payout.LostTime lost => ("lost time", Rational.From(lost.Times)),
        Payout.FreeTime { Length: TimeAmount.Elapsed free } => ("free hours", (long)free.Duration.BclCompatibleTicks),
        Payout.FreeTime { Length: TimeAmount.BusinessDays free } => ("free business days", free.Count),
        Payout.FreeTime { Length: TimeAmount.CalendarUnits { Months: 0 } free } => ("free days", free.Days),
        Payout.FreeTime { Length: TimeAmount.CalendarUnits { Days: 0 } free } => ("free months", free.Months),
        Payout.FreeTime free => ($"free {free.Length}", 1),
        Payout.PerUnit { Unit: ExcessUnit.OfTime unit, Counting: UnitCounting.ProRata } per => Per(per, "per tick", Rational.One / (long)unit.Length.BclCompatibleTicks),
        Payout.PerUnit { Unit: ExcessUnit.OfLevel unit, Counting: UnitCounting.ProRata } per => Per(per, "per level", Rational.One / unit.Step),
        Payout.PerUnit per => Per(per, $"per {per.Unit} {per.Counting}", 1),
        _ => throw new InvalidOperationException("The cases of a payment are closed."),
    };

    private (string Kind, Rational Amount) Per(Payout.PerUnit per, string unit, Rational times)
    {
        var (kind, amount) = Kind(per.Each);
        return ($"{kind} {unit}", amount * times);
    }

    private static Gain More(Dictionary<string, Rational> first, Dictionary<string, Rational> second) =>
        Gains.All(first.Keys.Union(second.Keys, StringComparer.Ordinal).Select(kind => Gains.OfGreater(second.GetValueOrDefault(kind).CompareTo(first.GetValueOrDefault(kind)))));
}
