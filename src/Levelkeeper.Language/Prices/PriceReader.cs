using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Time;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Prices;

/// <summary>Reads what is paid, when and how.</summary>
internal static class PriceReader
{
    public static Price Read(SectionReader root, Agreement agreement)
    {
        var fees = agreement.Services.Where(s => s.Fee is not null)
            .Select(s => new NamedFee(s.Name, s.Title, s.Fee!, s.Name, "", s.Clause)).ToList();
        if (root.Checked("price", PriceClauses.Price) is not { } price)
            return new Price { Fees = [.. fees] };
        foreach (var (entry, path) in price.Named("fees"))
        {
            if (Fee(root, agreement, entry, path) is { } fee)
                fees.Add(fee);
        }

        var changes = new List<FeeChange>();
        foreach (var change in price.CheckedList("changes", PriceClauses.Change))
        {
            if (change.Date("from") is not { } from)
                continue;
            foreach (var (entry, path) in change.Named("fees"))
            {
                if (!fees.Exists(f => f.Name == entry.Key))
                    root.Diagnostics.Error("LK1421", entry.Place, $"There is no fee {Diagnostic.Quote(entry.Key)} that could change.", fees.Count == 0 ? "name it under 'fees', or as a service's fee" : $"there are {string.Join(", ", fees.Select(f => f.Name))}");
                else if (entry.Value is YamlNode.Scalar amount && FeeIn(root, agreement, amount) is { } fee)
                    changes.Add(new FeeChange(from, entry.Key, fee, new Clause(path, entry.Place)));
            }
        }

        foreach (var tax in price.CheckedList("taxes", PriceClauses.Levy))
        {
            if (tax.Text("amount") is { } amount && MoneyForm.Parse(amount).Money is { Currency: var stated })
                CheckCurrency(root, agreement.Currency, stated, tax.PlaceOf("amount"));
        }

        var billing = price.Text("billed") is { } billed ? BillingForm.Parse(billed).Billing : null;
        return new Price
        {
            Fees = [.. fees],
            Changes = [.. changes.OrderBy(c => c.From)],
            BilledPer = billing?.Per ?? Price.Default.BilledPer,
            InAdvance = billing?.InAdvance ?? false,
            Due = price.Time("due") ?? Price.Default.Due,
            LatePaymentPerYear = price.Text("late-payment") is { } late ? MoneyForm.ParseYearlyRate(late).Rate : null,
        };
    }

    private static NamedFee? Fee(SectionReader root, Agreement agreement, YamlEntry entry, string path)
    {
        var clause = new Clause(path, entry.Place);
        if (entry.Value is YamlNode.Scalar plain)
            return FeeIn(root, agreement, plain) is { } amount ? new NamedFee(entry.Key, entry.Key, amount, "", "", clause) : null;
        if (SectionReader.Open(entry.Value, PriceClauses.Fee, path, new DiagnosticBag()) is not { } section || section.Node("amount") is not YamlNode.Scalar stated || FeeIn(root, agreement, stated) is not { } fee)
            return null;
        var service = section.Text("of") ?? "";
        if (service.Length > 0 && agreement.Service(service) is null)
            root.Diagnostics.Error("LK1405", section.PlaceOf("of"), $"There is no service {Diagnostic.Quote(service)}.", $"there are {string.Join(", ", agreement.Services.Select(s => s.Name))}");
        return new NamedFee(entry.Key, section.Text("title") ?? entry.Key, fee, service, section.Text("plan") ?? "", clause);
    }

    /// <summary>A fee in the agreement's currency; null for what is no fee.</summary>
    public static Fee? FeeIn(SectionReader root, Agreement agreement, YamlNode.Scalar text)
    {
        var (fee, currency, _) = MoneyForm.ParseFee(text.Text);
        if (fee is not null)
            CheckCurrency(root, agreement.Currency, currency, text.Place);
        return fee;
    }

    /// <summary>Money needs a currency, and one alone: every code that an amount names must be the agreement's.</summary>
    public static void CheckCurrency(SectionReader root, string currency, string stated, Place place)
    {
        if (currency.Length == 0 && !root.IsNotSeen("currency"))
            root.Diagnostics.Error("LK1422", place, "An amount of money stands here, but the agreement names no currency.", "add 'currency: EUR' at the top");
        else if (currency.Length > 0 && stated.Length > 0 && stated != currency)
            root.Diagnostics.Error("LK1423", place, $"This amount is in {stated}, the agreement in {currency}: currencies are never mixed.", $"state it in {currency}");
    }
}
