using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Commitments;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Prices;
using Levelkeeper.Language.Remedies;
using Levelkeeper.Language.Support;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Agreements;

/// <summary>Reads what stands around the objectives: people, support, price, remedies, exclusions, disputes, escalation, commitments.</summary>
internal static class ContractReader
{
    private static readonly Dictionary<string, AgreementState> States = new(StringComparer.Ordinal)
    {
        ["draft"] = AgreementState.Draft,
        ["proposed"] = AgreementState.Proposed,
        ["reviewed"] = AgreementState.Reviewed,
        ["signed"] = AgreementState.Signed,
        ["active"] = AgreementState.Active,
        ["suspended"] = AgreementState.Suspended,
        ["ended"] = AgreementState.Ended,
    };

    private static readonly Dictionary<string, LapseEffect> Lapses = new(StringComparer.Ordinal)
    {
        ["both are told"] = LapseEffect.BothAreTold,
        ["a breach"] = LapseEffect.Breach,
        ["customer may terminate"] = LapseEffect.CustomerMayTerminate,
    };

    private static readonly Dictionary<string, StatementApproval> Approvals = new(StringComparer.Ordinal)
    {
        ["one person"] = StatementApproval.OnePerson,
        ["two people"] = StatementApproval.TwoPeople,
    };

    /// <summary>The keys that nothing but their shape decides: they are shown, compared and signed, and never computed.</summary>
    private static readonly ImmutableArray<string> ShapeAlone = ["languages", "master", "reviews", "suspensions", "texts", "indemnity", "currency", "plan"];

    public static Agreement Read(SectionReader root, Agreement draft)
    {
        foreach (var key in ShapeAlone)
            root.CheckShape(key);
        var statement = root.Checked("statement", RemedyClauses.Statement);
        draft = draft with
        {
            Plan = root.Text("plan") ?? "",
            State = root.Word("state", States) ?? AgreementState.Draft,
            LegalReview = Review(root),
            PaperSignatures = [.. Papers(root)],
            Currency = root.Text("currency") is { } currency && MoneyForm.IsCode(currency) ? currency : "",
            Suppliers = [.. root.CheckedNamed("suppliers", AgreementVocabulary.Supplier).Select(s => new Supplier(s.Entry.Key, s.Section.Text("agreement") ?? "", s.Section.Text("service") ?? "", new Clause(s.Section.Path, s.Entry.Place)))],
            Commitments = Commitments(root),
            Language = root.Checked("languages", PartyClauses.Languages)?.Text("prevails") ?? "en",
            StatementWithin = statement?.Time("within") ?? Agreement.DefaultStatementTime,
            StatementApproval = statement?.Word("approved-by", Approvals) ?? StatementApproval.OnePerson,
            RemediesAreTheOnlyOnes = root.Word("remedies-are", Exclusive) ?? false,
        };
        Dependencies(root, draft);
        Fees(root, draft);
        var support = new SupportReader(root, draft);
        draft = draft with { People = support.People(), Support = support.Support(), Price = PriceReader.Read(root, draft) };
        var cap = root.Checked("cap", RemedyClauses.Cap);
        return draft with
        {
            MostPerPeriod = Cap("per-billing-period"),
            MostPer12Months = Cap("per-12-months"),
            Remedies = new RemedyReader(root, draft).Read(),
            Exclusions = ExclusionReader.Exclusions(root, draft),
            Disputes = ExclusionReader.Disputes(root),
            Escalations = new SupportReader(root, draft).Escalations(),
        };

        Core.Remedies.Cap? Cap(string key)
        {
            if (cap?.Text(key) is not { } text)
                return null;
            var (read, currency, _) = MoneyForm.ParseCap(text);
            if (read is Core.Remedies.Cap.Amount)
                PriceReader.CheckCurrency(root, draft.Currency, currency, cap.PlaceOf(key));
            return read;
        }
    }

    private static LegalReview Review(SectionReader root) =>
        root.Checked("legal-review", TermClauses.LegalReview) is { } review
            ? new LegalReview(review.YesNo("required") ?? false, review.Text("by") ?? "", review.Date("on"), review.Whole())
            : LegalReview.None;

    private static IEnumerable<PaperSignature> Papers(SectionReader root)
    {
        foreach (var paper in root.CheckedList("signed-on-paper", TermClauses.PaperSignature))
        {
            if (paper.Text("name") is { } name && paper.Date("on") is { } on)
                yield return new PaperSignature(paper.Text("by") == "customer" ? PartyRole.Customer : PartyRole.Provider, name, on, paper.Text("reference") ?? "");
        }
    }

    private static readonly Dictionary<string, bool> Exclusive = new(StringComparer.Ordinal) { ["the only ones"] = true, ["not the only ones"] = false };

    private static ImmutableArray<Commitment> Commitments(SectionReader root) =>
    [
        .. root.CheckedNamed("commitments", CommitmentClauses.Commitment).Select(c => new Commitment
        {
            Name = c.Entry.Key,
            Title = c.Section.Text("title") ?? c.Entry.Key,
            By = c.Section.Text("of") == "customer" ? PartyRole.Customer : PartyRole.Provider,
            ValidUntil = c.Section.Date("valid-until"),
            IsRenewed = c.Section.Has("renewed-every"),
            WarnBefore = c.Section.Time("warn-before") ?? new Core.Time.TimeAmount.CalendarUnits(0, 60),
            WhenLapsed = c.Section.Text("when-lapsed") is { } lapse && Lapses.TryGetValue(lapse, out var effect) ? effect : LapseEffect.BothAreTold,
            MendWithin = c.Section.Time("mend-within"),
            Clause = new Clause(c.Section.Path, c.Entry.Place),
        }),
    ];

    /// <summary>A service depends on services that are there, and none on itself through others.</summary>
    private static void Dependencies(SectionReader root, Agreement agreement)
    {
        var known = agreement.Services.Select(s => s.Name).Concat(agreement.Suppliers.Select(s => s.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var service in agreement.Services)
        {
            foreach (var other in service.DependsOn.Where(d => !known.Contains(d)))
            {
                var near = Suggestion.Closest(other, known);
                root.Diagnostics.Error("LK1460", service.Clause.Place, $"'{service.Clause.Path}' depends on {Diagnostic.Quote(other)}, which is no service here and no supplier's.",
                    near is null ? "describe it under 'services' or 'suppliers'" : $"did you mean '{near}'?");
            }
        }

        foreach (var service in ServiceCycles.Of(agreement.Services))
            root.Diagnostics.Error("LK1461", service.Clause.Place, $"'{service.Name}' depends on itself.", "a service works before those that depend on it");
    }

    private static void Fees(SectionReader root, Agreement agreement)
    {
        foreach (var (entry, _) in root.Named("services"))
        {
            if (entry.Value is YamlNode.Mapping service && service.Find("fee")?.Value is YamlNode.Scalar fee)
                PriceReader.FeeIn(root, agreement, fee);
        }

        if (root.Node("term") is YamlNode.Mapping term && term.Find("termination")?.Value is YamlNode.Mapping early && early.Find("fee")?.Value is YamlNode.Scalar cost
            && MoneyForm.ParseCap(cost.Text) is { Cap: Core.Remedies.Cap.Amount, Currency: var stated })
            PriceReader.CheckCurrency(root, agreement.Currency, stated, cost.Place);
    }
}
