using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Prices;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Remedies;

/// <summary>Reads how an amount is reckoned. The forms of its texts have been checked.</summary>
internal sealed class AmountReader(SectionReader root, Agreement agreement, SectionReader reader, RemedyCondition when)
{
    private static readonly Dictionary<string, MoneyRounding> Roundings = new(StringComparer.Ordinal)
    {
        ["half away from zero"] = MoneyRounding.HalfAwayFromZero,
        ["half to even"] = MoneyRounding.HalfToEven,
        ["up"] = MoneyRounding.Up,
        ["down"] = MoneyRounding.Down,
    };

    private UnitCounting Counting => reader.Text("started-units") == "count whole" ? UnitCounting.Started : UnitCounting.ProRata;

    public AmountRule? Read()
    {
        var (pays, hasTiers) = (reader.Has("pay") || reader.IsNotSeen("pay"), reader.Has("tiers") || reader.IsNotSeen("tiers"));
        if (pays == hasTiers)
        {
            root.Diagnostics.Error("LK1436", reader.Place, pays ? $"'{reader.Path}' states both 'pay' and 'tiers'." : $"'{reader.Path}' does not say how much.", "state one of 'pay' and 'tiers'");
            return null;
        }

        var flat = reader.Text("pay") is { } pay ? Paid(pay, reader.PlaceOf("pay")) : null;
        var (tiers, scale) = Tiers();
        var (smallest, tooLittle) = Smallest();
        var percentages = Pays(flat, tiers).Any(p => p is Payout.Share or Payout.PerUnit { Each: Payout.Share } or Payout.AffectedShare);
        return new AmountRule
        {
            Base = Base(),
            Flat = flat,
            Tiers = tiers,
            Scale = scale,
            TiersAdd = reader.Text("apply") == "every tier reached",
            PerEvent = CapOf("cap-per-event"),
            PerPeriod = CapOf("cap-per-period") ?? (percentages && !reader.IsNotSeen("cap-per-period") ? new Cap.Share(1) : null),
            Per12Months = CapOf("cap-per-12-months"),
            CapMeasuredOn = reader.Text("capped-by") == "the invoice" ? CapMeasure.Invoice : CapMeasure.FailedPeriod,
            Smallest = smallest,
            SmallestIsTooLittle = tooLittle,
            ForEachEvent = reader.Text("reckoned-for") == "each event",
            ForEachMember = ForEachMember(tiers, flat, scale),
            Rounding = reader.Text("rounded") is { } rounded && Roundings.TryGetValue(rounded, out var rounding) ? rounding : MoneyRounding.HalfAwayFromZero,
            Clause = reader.Whole(),
        };
    }

    private static IEnumerable<Payout> Pays(Payout? flat, ImmutableArray<Tier> tiers) => tiers.Select(t => t.Pay).Concat(flat is null ? [] : [flat]);

    private AmountBase Base()
    {
        if (reader.Text("of") is not { } text || AmountBaseForm.Parse(text).Base is not { } stated)
            return new AmountBase.FeeOfService("");
        if (stated is AmountBase.FeeOfService { Service: var name } && agreement.Service(name) is null)
            root.Diagnostics.Error("LK1405", reader.PlaceOf("of"), $"There is no service {Diagnostic.Quote(name)}.", $"there are {string.Join(", ", agreement.Services.Select(s => s.Name))}");
        if (stated is AmountBase.FeeNamed { Fee: var fee } && !agreement.Price.Fees.Any(f => f.Name == fee))
            root.Diagnostics.Error("LK1421", reader.PlaceOf("of"), $"There is no fee {Diagnostic.Quote(fee)}.", $"there are {string.Join(", ", agreement.Price.Fees.Select(f => f.Name))}");
        if (stated is AmountBase.GivenBy { Remedy: var given } && root.Node("remedies") is YamlNode.Mapping remedies && remedies.Find(given) is null)
            root.Diagnostics.Error("LK1432", reader.PlaceOf("of"), $"There is no remedy {Diagnostic.Quote(given)}.", "name one of 'remedies'");
        return stated;
    }

    private Payout? Paid(string text, Place place)
    {
        var (payout, currency, _) = PayoutForm.Parse(text, Counting);
        if (payout is Payout.Fixed or Payout.PerUnit { Each: Payout.Fixed })
            PriceReader.CheckCurrency(root, agreement.Currency, currency, place);
        return payout;
    }

    private Cap? CapOf(string key)
    {
        if (reader.Text(key) is not { } text)
            return null;
        var (cap, currency, _) = MoneyForm.ParseCap(text);
        if (cap is Cap.Amount)
            PriceReader.CheckCurrency(root, agreement.Currency, currency, reader.PlaceOf(key));
        return cap;
    }

    private (decimal Amount, bool IsTooLittle) Smallest()
    {
        if (reader.Text("smallest") is not { } text || MoneyForm.ParseSmallest(text).Smallest is not { } smallest)
            return (0, false);
        PriceReader.CheckCurrency(root, agreement.Currency, smallest.Currency, reader.PlaceOf("smallest"));
        return (smallest.Amount, smallest.IsTooLittle);
    }

    private (ImmutableArray<Tier> Tiers, TierScale? Scale) Tiers()
    {
        var tiers = ImmutableArray.CreateBuilder<Tier>();
        TierScale? scale = null;
        var items = reader.Node("tiers") switch { null => [], YamlNode.Sequence list => list.Items, var one => [one] };
        for (var i = 0; i < items.Length; i++)
        {
            if (SectionReader.Open(items[i], RemedyClauses.Tier, $"{reader.Path}.tiers[{i}]", new DiagnosticBag()) is not { } tier || tier.Text("pay") is not { } pay || Paid(pay, tier.PlaceOf("pay")) is not { } payout)
                continue;
            var from = Edge(tier, "from", "above", ref scale);
            var below = Edge(tier, "below", "up-to", ref scale);
            if (from is null && below is null && !EdgeKeys.Any(tier.IsNotSeen))
                root.Diagnostics.Error("LK1437", tier.Place, "The tier has no edge, so it always pays.", "state 'from' or 'above', 'below' or 'up-to', or both; or 'pay' without tiers");
            var read = new Tier(from, below, payout, tier.Whole()) { FromIsOutside = tier.Has("above"), BelowIsInside = tier.Has("up-to") };
            if (from is { } low && below is { } high && (low > high || (low == high && !read.Contains(low))))
                root.Diagnostics.Error("LK1438", tier.Place, $"No result is in the tier: {(read.FromIsOutside ? "above" : "from")} {tier.Text(read.FromIsOutside ? "above" : "from")}, {(read.BelowIsInside ? "up to" : "below")} {tier.Text(read.BelowIsInside ? "up-to" : "below")}.", "'from' and 'up-to' are edges that belong to the tier, 'above' and 'below' are not");
            tiers.Add(read);
        }

        if (scale is { } known && tiers.Count > 0)
            Fits(known);
        return (tiers.DrainToImmutable(), scale);
    }

    /// <summary>Whether each member is reckoned by its own level. The level of an objective that each must reach is the share of those who did, which no table of levels is meant for.</summary>
    private bool ForEachMember(ImmutableArray<Tier> tiers, Payout? flat, TierScale? scale)
    {
        var each = agreement.Objectives.Where(o => when.Objectives.Contains(o.Name) && o.IsForEach).ToList();
        var stated = reader.Text("reckoned-for") == "each member";
        if (stated && each.Count == 0)
            root.Diagnostics.Error("LK1442", reader.PlaceOf("reckoned-for"), $"'{reader.Path}' is reckoned for each member, and none of its objectives is measured by member.", "say 'each: component' or 'each: member of ROSTER' of the objective");
        var byResult = scale is TierScale.Level or TierScale.Time || Pays(flat, tiers).Any(p => p is Payout.LostTime or Payout.PerUnit { Unit: ExcessUnit.OfLevel or ExcessUnit.OfTime });
        if (!stated && !reader.IsNotSeen("reckoned-for") && byResult && each is [var first, ..])
            root.Diagnostics.Error("LK1443", reader.Place, $"'{reader.Path}' is reckoned by levels or times of '{first.Name}', which each member has for itself.", "add 'reckoned-for: each member'");
        return stated;
    }

    private static readonly ImmutableArray<string> EdgeKeys = ["from", "above", "below", "up-to"];

    private Rational? Edge(SectionReader tier, string inside, string outside, ref TierScale? scale)
    {
        if (tier.Has(inside) && tier.Has(outside))
            root.Diagnostics.Error("LK1441", tier.PlaceOf(outside), $"The tier states one edge twice: by '{inside}' and by '{outside}'.", "'from' and 'up-to' are edges that belong to the tier, 'above' and 'below' are not");
        var key = tier.Has(outside) ? outside : inside;
        if (tier.Text(key) is not { } text || TierEdgeForm.Parse(text).Edge is not { } edge)
            return null;
        if (scale is { } known && known != edge.Scale)
            root.Diagnostics.Error("LK1439", tier.PlaceOf(key), $"{Diagnostic.Quote(text)} is an edge of another kind than the tiers before it have.", "all tiers of an amount have edges of one kind");
        scale ??= edge.Scale;
        return edge.Edge;
    }

    /// <summary>Tiers by level need an objective that has such a level; by time, one whose downtime or time can be added up.</summary>
    private void Fits(TierScale scale)
    {
        foreach (var objective in agreement.Objectives.Where(o => when.Objectives.Contains(o.Name)))
        {
            var fits = scale switch
            {
                TierScale.Level => objective.TargetUnit == QuantityUnit.Share,
                TierScale.Time => objective.TargetUnit == QuantityUnit.Ticks || objective.Indicator is Indicator.Availability,
                TierScale.Count or TierScale.DaysLate => true,
                _ => throw new InvalidOperationException($"Unknown scale {scale}."),
            };
            if (!fits)
                root.Diagnostics.Error("LK1440", reader.PlaceOf("tiers"), $"The tiers' edges are not what '{objective.Name}' gives, whose target is {Diagnostic.Quote(objective.TargetText)}.", "state the edges in the unit of the target");
        }
    }
}
