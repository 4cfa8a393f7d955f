using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Remedies;

/// <summary>Reads what follows when objectives are missed or exceeded.</summary>
internal sealed class RemedyReader(SectionReader root, Agreement agreement)
{
    private static readonly Dictionary<string, PartyRole> Roles = new(StringComparer.Ordinal) { ["provider"] = PartyRole.Provider, ["customer"] = PartyRole.Customer };

    private static readonly (string Key, PaymentKind Kind)[] Payments =
    [
        ("credit", PaymentKind.Credit), ("discount", PaymentKind.Discount), ("refund", PaymentKind.Refund),
        ("fine", PaymentKind.Fine), ("bonus", PaymentKind.Bonus), ("earn-back", PaymentKind.EarnBack),
    ];

    public ImmutableArray<Remedy> Read()
    {
        var remedies = ImmutableArray.CreateBuilder<Remedy>();
        var sections = root.CheckedNamed("remedies", RemedyClauses.Remedy).ToList();
        var names = sections.Select(s => s.Entry.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (entry, section) in sections)
        {
            if (section.Text("when") is not { } text || RemedyConditionForm.Parse(text).Condition is not { } when)
                continue;
            Refers(when, section, names);
            if (Benefit(section, when) is { } benefit)
                remedies.Add(Remedy(entry, section, text, when, benefit));
        }

        return remedies.DrainToImmutable();
    }

    private Remedy Remedy(YamlEntry entry, SectionReader section, string text, RemedyCondition when, Benefit benefit)
    {
        var bonus = benefit is Benefit.Payment { Kind: PaymentKind.Bonus or PaymentKind.EarnBack };
        return new Remedy
        {
            Name = entry.Key,
            Title = section.Text("title") ?? entry.Key,
            When = when,
            WhenText = text,
            By = section.Text("by") is { } by && Roles.TryGetValue(by, out var role) ? role : bonus ? PartyRole.Customer : PartyRole.Provider,
            Benefit = benefit,
            Arises = section.Text("arises") == "at once" ? RemedyArises.AtOnce : RemedyArises.AtPeriodEnd,
            Due = section.Text("paid") is { } paid ? SettlementForm.Parse(paid).Settlement ?? Settlement.NextInvoice : Settlement.NextInvoice,
            Claim = Claim(section),
            ClaimIsStated = section.Has("claim") || section.IsNotSeen("claim"),
            EachPays = section.Text("together") == "each pays",
            Grace = section.Time("grace"),
            Clause = new Clause(section.Path, entry.Place),
            WhenClause = section.Clause("when"),
        };
    }

    private static ClaimRule? Claim(SectionReader section)
    {
        if (section.Section("claim", RemedyClauses.Claim) is not { } claim || claim.YesNo("needed") == false)
            return null;
        var window = claim.Text("within") is { } within ? ClaimWindowForm.Parse(within).Window : null;
        return new ClaimRule(window?.Length, claim.Text("evidence") ?? "", claim.Text("to") ?? "", claim.Whole())
        {
            Starts = window?.Starts ?? ClaimStart.PeriodEnd,
            BillingCycles = window?.BillingCycles,
        };
    }

    /// <summary>Everything that a condition names must be there, and a limit be of the kind that the objective gives.</summary>
    private void Refers(RemedyCondition condition, SectionReader section, HashSet<string> remedies)
    {
        var place = section.PlaceOf("when");
        switch (condition)
        {
            case RemedyCondition.Has has:
                Objective(has.Objective, place);
                break;
            case RemedyCondition.Level level:
                Fits(Objective(level.Objective, place), level.Unit, place);
                break;
            case RemedyCondition.Average average:
                Fits(Objective(average.Objective, place), average.Unit, place);
                break;
            case RemedyCondition.OverHistory history:
                Refers(history.Of, section, remedies);
                break;
            case RemedyCondition.CapReached cap when !remedies.Contains(cap.Remedy):
                root.Diagnostics.Error("LK1432", place, $"There is no remedy {Diagnostic.Quote(cap.Remedy)}.", Near(cap.Remedy, remedies));
                break;
            case RemedyCondition.Lapsed lapsed when agreement.Commitments.All(c => c.Name != lapsed.Commitment):
                root.Diagnostics.Error("LK1433", place, $"There is no commitment {Diagnostic.Quote(lapsed.Commitment)}.", Near(lapsed.Commitment, agreement.Commitments.Select(c => c.Name)));
                break;
            case RemedyCondition.All all:
                foreach (var part in all.Of)
                    Refers(part, section, remedies);
                break;
            case RemedyCondition.Any any:
                foreach (var part in any.Of)
                    Refers(part, section, remedies);
                break;
            default:
                break;
        }
    }

    private Objective? Objective(string name, Place place)
    {
        if (agreement.Objectives.FirstOrDefault(o => o.Name == name) is { } objective)
            return objective;
        root.Diagnostics.Error("LK1431", place, $"There is no objective {Diagnostic.Quote(name)}.", Near(name, agreement.Objectives.Select(o => o.Name)));
        return null;
    }

    private void Fits(Objective? objective, QuantityUnit unit, Place place)
    {
        if (objective is not null && objective.TargetUnit != unit)
            root.Diagnostics.Error("LK1434", place, $"The limit is of another kind than '{objective.Name}', whose target is {Diagnostic.Quote(objective.TargetText)}.", "compare a percentage with a percentage, a time with a time");
    }

    private static string? Near(string name, IEnumerable<string> known)
    {
        var all = known.ToList();
        return Suggestion.Closest(name, all) is { } near ? $"did you mean '{near}'?" : all.Count == 0 ? null : $"there are {string.Join(", ", all)}";
    }

    private Benefit? Benefit(SectionReader section, RemedyCondition when)
    {
        var stated = Payments.Select(p => p.Key).Append("extension").Append("entitles").Where(key => section.Has(key) || section.IsNotSeen(key)).ToList();
        if (stated.Count != 1)
        {
            root.Diagnostics.Error("LK1435", section.Place, stated.Count == 0 ? $"'{section.Path}' gives nothing." : $"'{section.Path}' gives several things: {string.Join(", ", stated)}.",
                stated.Count == 0 ? "say 'credit', 'discount', 'refund', 'fine', 'bonus', 'earn-back', 'extension' or 'entitles'" : "make a remedy of each; they may have the same condition");
            return null;
        }

        switch (stated[0])
        {
            case "extension":
                return section.Time("extension") is { } length ? new Benefit.Extension(length) : null;
            case "entitles":
                return section.Text("entitles") is { } right ? EntitlementForm.Parse(right).Right : null;
            case var key:
                var kind = Payments.First(p => p.Key == key).Kind;
                if (section.IsNotSeen(key))
                    return new Benefit.Payment(kind, new AmountRule { Clause = section.Clause(key) });
                return section.Section(key, RemedyClauses.Amount) is { } amount && new AmountReader(root, agreement, amount, when).Read() is { } rule ? new Benefit.Payment(kind, rule) : null;
        }
    }
}
