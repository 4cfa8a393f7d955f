using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Contract;

/// <summary>Which defaults decide something where they stand. Some depend on what else is written; one that decides nothing there would contradict the clause that does.</summary>
internal static class ClauseDefaults
{
    /// <summary>The default that holds for a key that nobody wrote; null when nothing is to be decided there.</summary>
    /// <param name="section">The section.</param>
    /// <param name="key">A key that the section does not have.</param>
    /// <param name="written">What is written in the section.</param>
    /// <param name="agreement">The whole agreement.</param>
    public static string? Of(Section section, Key key, YamlNode.Mapping written, YamlNode.Mapping agreement)
    {
        ArgumentNullException.ThrowIfNull(written);
        return $"{section.Name}.{key.Name}" switch
        {
            // A term ends by its last day or by its length; without either it has no end, which 'until' says.
            "term.until" when Has("length") => null,
            "term.length" => null,
            "renewal.notice" or "renewal.times" when !Has("automatic") => null,

            "maintenance.allowance-per" when !Has("allowance") || Says("allowance", " per ") => null,

            "objective.stated-twice" when !Says("target", ", that is ") => null,
            "objective.members-reaching" when !Has("each") => null,
            "objective.short-outages" when !Has("shortest-outage") || Says("shortest-outage", " within ") => null,
            "objective.joined-late" when Has("each") => null,
            "objective.not-yet-due" when Text("counted-in") != "opened" => null,
            "objective.exclusions" when !Has("excluding") => null,
            "objective.combine" when !HasComponents(Text("of"), agreement) || Has("each") => null,
            "objective.joined-late" when MeasureForm.Parse(Text("measure")).Measure is MeasureForm.Requests && !Has("slices") => null,
            // What is due once may be done at any time after it.
            "duty.grace" when Says("every", "once ") => null,
            "objective.burn-alerts" when Has("each") || !HasBurnRate(Text("measure"), Text("target")) => null,
            // The reader's own rule: by the verdict where a clock runs.
            "objective.counted-in" when MeasureForm.Parse(Text("measure")).Measure is MeasureForm.Clock => "decided",

            "clock.resume" when !Has("pause") => null,
            "clock.lateness" when Text("on") != "customer" => null,

            "duty.late" when !Has("grace") && !Says("every", "once ") => null,
            "duty.not-before" when Says("every", "once ") => null,
            "duty.when-late" when Text("of") != "customer" => null,
            "duty.calendar" when !Says("every", "business day") && !Says("every", "working day") => null,

            "commitment.renewed-every" when !Has("valid-until") => null,
            "commitment.warn-before" or "commitment.when-lapsed" or "commitment.mend-within" when !Has("valid-until") && !Has("renewed-every") => null,

            "exclusion.silence" when !Has("decided-within") => null,

            "remedy.by" when Has("entitles") => null,
            "remedy.by" when Has("bonus") || Has("earn-back") => "customer",
            "remedy.paid" or "remedy.together" when Has("entitles") || Has("extension") => null,
            "amount.apply" when !Has("tiers") => null,
            "amount.of" when !Says("pay", "%") && !Says("pay", "affected share") && !Says("tiers", "%", "pay") && !Says("tiers", "affected share", "pay") && !Says("cap-per-event", "%") && !Says("cap-per-period", "%") && !Says("cap-per-12-months", "%") => null,
            "amount.started-units" when !Says("pay", " per ") && !Says("tiers", " per ", "pay") => null,
            "claim.within" or "claim.evidence" or "claim.to" when Text("needed") == "no" => null,

            _ => key.Default,
        };

        bool Has(string name) => written.Find(name) is not null;

        string Text(string name) => written.Find(name)?.Value is YamlNode.Scalar scalar ? scalar.Text : "";

        bool Says(string name, string words, string? only = null) => written.Find(name) is { } entry && Texts(entry.Value, only).Any(t => t.Contains(words, StringComparison.Ordinal));
    }

    /// <summary>As <see cref="Core.Agreements.Objective.HasBurnRate"/> says it of an objective that was read.</summary>
    private static bool HasBurnRate(string measure, string target) =>
        MeasureForm.Parse(measure).Measure is MeasureForm.Availability or MeasureForm.Requests or MeasureForm.Values { Within: not null } or MeasureForm.Values { Aggregation: Aggregation.Share }
        && TargetForm.Parse(target).Target is { Kind: QuantityUnit.Share, Bound: LevelComparison.AtLeast or LevelComparison.MoreThan, Limit: var limit } && limit.Sign > 0 && limit < 1;

    /// <summary>The texts in a value; in its mappings those of one key, where one is named.</summary>
    private static IEnumerable<string> Texts(YamlNode node, string? only) => node switch
    {
        YamlNode.Scalar scalar => [scalar.Text],
        YamlNode.Sequence sequence => sequence.Items.SelectMany(i => Texts(i, only)),
        YamlNode.Mapping mapping => mapping.Entries.Where(e => only is null || e.Key == only).SelectMany(e => Texts(e.Value, only)),
        _ => throw new InvalidOperationException("The cases of a YAML node are closed."),
    };

    private static bool HasComponents(string service, YamlNode.Mapping agreement)
    {
        if (agreement.Find("services")?.Value is not YamlNode.Mapping services)
            return false;
        var of = service.Length > 0 ? services.Find(service) : services.Entries is [var only] ? only : null;
        return of?.Value is YamlNode.Mapping mapping && mapping.Find("components") is not null;
    }
}
