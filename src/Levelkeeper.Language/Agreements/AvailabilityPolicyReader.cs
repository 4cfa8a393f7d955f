using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Periods;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Agreements;

/// <summary>Reads the decisions by which facts become availability.</summary>
internal sealed class AvailabilityPolicyReader(Agreement agreement, IReadOnlyDictionary<string, ServiceMaintenance> maintenance, SectionReader reader, string service)
{
    private static readonly Dictionary<string, NoDataTreatment> NoData = new(StringComparer.Ordinal)
    {
        ["unknown"] = NoDataTreatment.Bounds,
        ["up"] = NoDataTreatment.Up,
        ["down"] = NoDataTreatment.Down,
        ["out"] = NoDataTreatment.Out,
    };

    private static readonly Dictionary<string, InitialState> Initial = new(StringComparer.Ordinal)
    {
        ["unknown"] = InitialState.NoData,
        ["up"] = InitialState.Up,
        ["down"] = InitialState.Down,
    };

    private static readonly Dictionary<string, DowntimeBegin> Begins = new(StringComparer.Ordinal)
    {
        ["first failed check"] = DowntimeBegin.FirstFailedCheck,
        ["last good check"] = DowntimeBegin.LastGoodCheck,
        ["report"] = DowntimeBegin.CustomerReport,
    };

    private static readonly Dictionary<string, bool> ShortOutages = new(StringComparer.Ordinal) { ["counted once exceeded"] = true, ["never counted"] = false };

    private static readonly Dictionary<string, ObserverGap> Observer = new(StringComparer.Ordinal)
    {
        ["no data"] = ObserverGap.NoDataThenStateResumes,
        ["no data until news"] = ObserverGap.NoDataUntilNews,
        ["state lasts"] = ObserverGap.StateLasts,
    };

    private static readonly Dictionary<string, ExclusionTreatment> Exclusions = new(StringComparer.Ordinal)
    {
        ["excuse the downtime"] = ExclusionTreatment.ExcusesDowntime,
        ["leave the period"] = ExclusionTreatment.LeavesDenominator,
    };

    private static readonly Dictionary<string, CountingStart> Starts = new(StringComparer.Ordinal)
    {
        ["the period"] = CountingStart.PeriodStart,
        ["the first fact"] = CountingStart.FirstFact,
        ["the first fact if any"] = CountingStart.FirstFactIfAny,
    };

    private static readonly Dictionary<string, PreviousStateClaim> Previous = new(StringComparer.Ordinal)
    {
        ["before the first"] = PreviousStateClaim.BeforeFirstOnly,
        ["also unknown between"] = PreviousStateClaim.UnknownAlsoBetween,
        ["ignored"] = PreviousStateClaim.Ignored,
    };

    private static readonly Dictionary<string, JoinedLate> Joining = new(StringComparer.Ordinal)
    {
        ["in proportion"] = JoinedLate.OwnTime,
        ["whole period"] = JoinedLate.WholePeriod,
        ["rest is well"] = JoinedLate.RestIsWell,
    };

    /// <summary>The policy's property that each key decides, so that explanations name the clause.</summary>
    private static readonly (string Key, string Property)[] Decisions =
    [
        ("no-data", nameof(AvailabilityPolicy.NoData)), ("fresh-for", nameof(AvailabilityPolicy.Freshness)), ("before-first", nameof(AvailabilityPolicy.Initial)),
        ("downtime-begins", nameof(AvailabilityPolicy.DowntimeBegins)), ("confirmed-after", nameof(AvailabilityPolicy.ConfirmingChecks)),
        ("shortest-outage", nameof(AvailabilityPolicy.ShortestOutage)), ("short-outages", nameof(AvailabilityPolicy.FirstMinutesCount)),
        ("full-units", nameof(AvailabilityPolicy.OutageUnit)), ("joined-late", AvailabilityPolicy.JoinedLate),
        ("merge-within", nameof(AvailabilityPolicy.FlappingGap)), ("excluding", nameof(AvailabilityPolicy.ExcusingCauses)),
        ("exclusions", nameof(AvailabilityPolicy.Exclusion)), ("degraded", nameof(AvailabilityPolicy.Degraded)),
        ("affected-share", nameof(AvailabilityPolicy.WeighByAffectedShare)), ("prevails", nameof(AvailabilityPolicy.SourcePrecedence)),
        ("observer-gap", nameof(AvailabilityPolicy.ObserverGap)), ("counts-from", nameof(AvailabilityPolicy.CountsFrom)),
        ("previous-state", nameof(AvailabilityPolicy.PreviousState)),
    ];

    public AvailabilityPolicy Read()
    {
        var standard = AvailabilityPolicy.Default;
        var excluding = reader.Texts("excluding");
        var (checks, places) = Confirmation();
        var (degraded, weight) = Degraded();
        var clauses = Decisions.ToImmutableDictionary(d => d.Property, d => reader.Clause(d.Key), StringComparer.Ordinal);
        var own = Maintenance;
        var shortest = ShortestOutage();
        if (excluding.Contains("maintenance"))
            clauses = clauses.SetItem(nameof(AvailabilityPolicy.Maintenance), own?.Clause ?? reader.Clause("excluding"));
        if (agreement.Service(service) is { OperatingHours: not null, Clause: var open })
            clauses = clauses.SetItem(AvailabilityPolicy.OperatingHours, open with { Path = open.Path + ".hours" });
        if (agreement.Service(service) is { EssentialFunctions.IsEmpty: false } named)
            clauses = clauses.SetItem(nameof(AvailabilityPolicy.EssentialFunctions), named.Clause);
        return standard with
        {
            NoData = reader.Word("no-data", NoData) ?? standard.NoData,
            Freshness = reader.Elapsed("fresh-for"),
            Initial = reader.Word("before-first", Initial) ?? standard.Initial,
            DowntimeBegins = reader.Word("downtime-begins", Begins) ?? standard.DowntimeBegins,
            ConfirmingChecks = checks ?? standard.ConfirmingChecks,
            PlacesThatConfirm = places,
            ShortestOutage = shortest?.Length ?? standard.ShortestOutage,
            ShortestOutageIsTooShort = shortest?.IsTooShort ?? standard.ShortestOutageIsTooShort,
            ShortestOutageWithin = shortest?.Within ?? standard.ShortestOutageWithin,
            OutageUnit = reader.Elapsed("full-units", Duration.FromSeconds(1)) ?? standard.OutageUnit,
            FirstMinutesCount = reader.Word("short-outages", ShortOutages) ?? standard.FirstMinutesCount,
            FlappingGap = reader.Elapsed("merge-within") ?? standard.FlappingGap,
            Maintenance = excluding.Contains("maintenance") ? own?.Policy ?? new MaintenancePolicy() : null,
            ExcusingCauses = Causes(excluding),
            Exclusion = reader.Word("exclusions", Exclusions) ?? standard.Exclusion,
            Degraded = degraded ?? standard.Degraded,
            DegradedWeight = weight ?? standard.DegradedWeight,
            EssentialFunctions = [.. agreement.Service(service)?.EssentialFunctions ?? []],
            WeighByAffectedShare = reader.YesNo("affected-share") ?? standard.WeighByAffectedShare,
            PreviousState = reader.Word("previous-state", Previous) ?? standard.PreviousState,
            SourcePrecedence = Precedence(),
            ObserverGap = reader.Word("observer-gap", Observer) ?? standard.ObserverGap,
            CountsFrom = reader.Word("counts-from", Starts) ?? standard.CountsFrom,
            Clauses = clauses,
        };
    }

    public JoinedLate Joined() => reader.Word("joined-late", Joining) ?? JoinedLate.OwnTime;

    /// <summary>What does not count where requests are counted. They have no downtime that an allowance could be of.</summary>
    public RequestExclusions OfRequests()
    {
        var excluding = reader.Texts("excluding");
        var treatment = reader.Word("exclusions", Exclusions) ?? ExclusionTreatment.ExcusesDowntime;
        if (excluding.Contains("maintenance") && Maintenance is { Policy.Allowance: not null })
            reader.Error("LK1531", "excluding", $"The maintenance of '{service}' has an allowance of downtime, which requests do not have.", "exclude it where availability is measured, or take the allowance away");
        return new RequestExclusions(excluding.Contains("maintenance") ? Maintenance?.Policy ?? new MaintenancePolicy() : null, Causes(excluding), treatment)
        {
            MaintenanceClause = Maintenance?.Clause ?? reader.Clause("excluding"),
            CausesClause = reader.Clause("excluding"),
        };
    }

    private ServiceMaintenance? Maintenance => maintenance.GetValueOrDefault(service);

    private static ImmutableSortedSet<string> Causes(ImmutableArray<string> excluding) => [.. excluding.Where(c => c is not ("maintenance" or "nothing"))];

    private OutageLengthForm? ShortestOutage()
    {
        if (reader.Text("shortest-outage") is not { } text)
            return null;
        var (length, problem) = OutageLengthForm.Parse(text);
        if (length is null)
            reader.Error("LK1604", "shortest-outage", $"{Diagnostic.Quote(text)} does not say how long an outage must last to count: {problem}.", "write '15 min', 'more than 3 min' or 'more than 1 h within 72 h'");
        else if (length.Within is not null && reader.Has("short-outages"))
            reader.Error("LK1516", "short-outages", $"'{reader.PathOf("short-outages")}' decides nothing where the downtime of a span is added up: what counts then counts whole.", "remove it, or the span");
        return length;
    }

    public ComponentCombination Combination()
    {
        var components = agreement.Service(service)?.Components.Length ?? 0;
        switch (reader.Text("combine"))
        {
            case null or "all":
                return ComponentCombination.All;
            case "any":
                return new ComponentCombination(CombinationKind.Any, 1);
            case "average":
                return new ComponentCombination(CombinationKind.Average, 0);
            case { } text when text.Split(" of ") is [var some, var all]
                && int.TryParse(some, NumberStyles.None, CultureInfo.InvariantCulture, out var needed)
                && int.TryParse(all, NumberStyles.None, CultureInfo.InvariantCulture, out var total)
                && needed >= 1 && needed <= total && total == components:
                return new ComponentCombination(CombinationKind.AtLeast, needed);
            case { } text:
                var (rule, problem) = CombinationForm.Parse(text, agreement.Service(service)?.Components ?? []);
                if (rule is not null)
                    return new ComponentCombination(CombinationKind.Nested, 0, rule);
                reader.Error("LK1601", "combine", $"{Diagnostic.Quote(text)} does not say how the components of '{service}' combine: {problem}.", $"write 'all', 'any', 'average', 'N of {components}', or 'edge and (web-1 or web-2)'");
                return ComponentCombination.All;
        }
    }

    private (int? Checks, int? Places) Confirmation()
    {
        if (reader.Text("confirmed-after") is not { } text)
            return (null, null);
        var words = TimeAmountForm.Words(text);
        if (words.Count >= 1 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 1000)
        {
            if (words is [_, "check" or "checks"])
                return (count, null);
            if (words is [_, "of", var all, "locations" or "places"] && OfAll(count, all))
                return (1, count);
            if (words is [_, "check" or "checks", "at", var some, "of", var each, "locations" or "places"] && Number(some) is { } places && OfAll(places, each))
                return (count, places);
        }

        reader.Error("LK1602", "confirmed-after", $"{Diagnostic.Quote(text)} does not say when a check is believed.", "write '2 checks', '2 of 3 locations' or '2 checks at 2 of 3 locations'");
        return (null, null);
    }

    private static bool OfAll(int some, string all) => Number(all) is { } total && some >= 1 && some <= total;

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1000 ? number : null;

    private (DegradedTreatment? Treatment, decimal? Weight) Degraded()
    {
        switch (reader.Text("degraded"))
        {
            case null:
                return (null, null);
            case "shown apart":
                return (DegradedTreatment.DownWhenEssentialFunctionLost, null);
            case "down":
                return (DegradedTreatment.Down, null);
            case "up":
                return (DegradedTreatment.Up, null);
            case { } text when PercentForm.Parse(text) is { } weight:
                return (DegradedTreatment.Weighted, Math.Round((decimal)weight.Numerator / (decimal)weight.Denominator, 12));
            case { } text:
                reader.Error("LK1603", "degraded", $"{Diagnostic.Quote(text)} does not say what degraded time is.", "write 'shown apart', 'down', 'up', or its weight as downtime such as '50 %'");
                return (null, null);
        }
    }

    private ImmutableArray<string> Precedence()
    {
        var own = reader.Texts("prevails");
        return own.IsEmpty ? [.. agreement.Assertions.Where(a => a.Prevails && !a.Source.Pattern.Contains('*', StringComparison.Ordinal)).Select(a => a.Source.Pattern)] : own;
    }
}
