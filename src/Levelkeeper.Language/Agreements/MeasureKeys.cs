using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Agreements;

/// <summary>Which keys of an objective decide something for what it measures. One that decides nothing is an error: its author believes that it does.</summary>
internal static class MeasureKeys
{
    private static readonly ImmutableHashSet<string> All = ["title", "measure", "of", "per", "target", "at-risk", "rounded", "stated-twice", "each", "members-reaching", "description", "weight", "benchmark", "benchmark-source"];

    private static readonly ImmutableHashSet<string> Clock = ["where", "within", "end-of-day", "calendar", "pauses", "counted-in"];

    private static readonly ImmutableHashSet<string> Tickets = ["where", "channels", "first-contact", "settles-after", "satisfied-from", "nothing-measured", "counted-in", "closed-ticket"];

    private static readonly ImmutableHashSet<string> Values =
        ["where", "unit", "nothing-measured", "percentile", "straddling-windows", "failed-checks", "smallest-possible", "burn-alerts"];

    private static readonly ImmutableHashSet<string> Outages =
    [
        "excluding", "exclusions", "no-data", "fresh-for", "before-first", "previous-state", "confirmed-after", "observer-gap", "downtime-begins", "shortest-outage",
        "short-outages", "full-units", "degraded", "merge-within", "combine", "affected-share", "prevails", "counts-from",
    ];

    private static readonly ImmutableHashSet<string> Availability = Outages.Union(["joined-late", "period-length", "burn-alerts"]);

    private static readonly ImmutableHashSet<string> Requests = ["slices", "burn-alerts", "excluding", "exclusions", "joined-late"];

    /// <summary>Whether a key decides something for what is measured.</summary>
    public static bool Decides(MeasureForm measure, string key) => All.Contains(key) || Own(measure).Contains(key);

    public static void Check(MeasureForm measure, SectionReader reader)
    {
        foreach (var key in AgreementVocabulary.Objective.Members)
        {
            if (reader.Has(key.Name) && !Decides(measure, key.Name))
                reader.Error("LK1516", key.Name, $"'{reader.PathOf(key.Name)}' decides nothing for {Diagnostic.Quote(reader.Text("measure"))}.", "remove it, or measure something else");
        }
    }

    private static ImmutableHashSet<string> Own(MeasureForm measure) => measure switch
    {
        MeasureForm.Clock { Aggregation: not null } => Clock.Add("percentile"),
        MeasureForm.Clock => Clock.Union(["cancelled", "not-yet-due"]),
        // What is counted up is promised in proportion to the time.
        MeasureForm.Tickets { Words: "tickets resolved" or "tickets reported" } => Tickets.Add("joined-late"),
        MeasureForm.Tickets => Tickets,
        MeasureForm.Values { Aggregation: Aggregation.Count or Aggregation.Sum } => Values.Add("joined-late"),
        MeasureForm.Values => Values,
        MeasureForm.Outages { Indicator: OutageIndicator.NumberOfOutages } => Outages.Add("joined-late"),
        MeasureForm.Outages => Outages,
        MeasureForm.Availability => Availability,
        MeasureForm.Requests => Requests,
        MeasureForm.Duty => [],
        _ => throw new InvalidOperationException("The forms of a measure are closed."),
    };
}
