using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Remedies;

/// <summary>Reads exclusions by cause, and how disputes are settled.</summary>
internal static class ExclusionReader
{
    private static readonly Dictionary<string, ExclusionDecider> Deciders = new(StringComparer.Ordinal)
    {
        ["customer"] = ExclusionDecider.Customer,
        ["provider"] = ExclusionDecider.Provider,
        ["both"] = ExclusionDecider.Both,
        ["third party"] = ExclusionDecider.ThirdParty,
    };

    public static ImmutableArray<ExclusionRule> Exclusions(SectionReader root, Agreement agreement) =>
    [
        .. root.CheckedNamed("exclusions", RemedyClauses.Exclusion).Select(e => new ExclusionRule
        {
            Cause = e.Entry.Key,
            ClaimedBy = e.Section.Text("claimed-by") switch { "customer" => PartyRole.Customer, "either" => null, _ => PartyRole.Provider },
            ClaimWithin = e.Section.Time("claim-within"),
            EvidenceRequired = e.Section.Text("evidence") != "not required",
            DecidedBy = e.Section.Text("decided-by") is { } by && Deciders.TryGetValue(by, out var decider) ? decider : ExclusionDecider.Customer,
            DecidedWithin = e.Section.Time("decided-within"),
            SilenceApproves = e.Section.Text("silence") == "approves",
            AtMost = AtMost(e.Section)?.Length,
            AtMostPer = AtMost(e.Section) is { Per: { Length: > 0 } per } ? PeriodOf(root, e.Section, per, agreement) : null,
            Clause = new Clause(e.Section.Path, e.Entry.Place),
        }),
    ];

    private static (NodaTime.Duration Length, string Per)? AtMost(SectionReader section) => section.Text("at-most") is { } most ? TimeInPeriodForm.Parse(most).Amount : null;

    private static PeriodRule? PeriodOf(SectionReader root, SectionReader section, string text, Agreement agreement)
    {
        var (rule, problem) = PeriodForm.Parse(text, agreement.Term);
        // In a rolling period there is no instant at which a limit is whole again.
        if (rule is PeriodRule.Calendar or PeriodRule.OwnMonths)
            return rule;
        root.Diagnostics.Error("LK1503", section.PlaceOf("at-most"), $"This is no period of a limit: {Core.Diagnostics.Diagnostic.Quote(text)}.", problem ?? "write month, quarter, year…");
        return null;
    }

    public static DisputeRule Disputes(SectionReader root) =>
        root.Checked("disputes", RemedyClauses.Disputes) is { } disputes
            ? new DisputeRule(disputes.Time("within") ?? DisputeRule.Default.Within, disputes.Text("undisputed-part") == "waits", disputes.Time("finality"), disputes.Whole())
            : DisputeRule.Default;
}
