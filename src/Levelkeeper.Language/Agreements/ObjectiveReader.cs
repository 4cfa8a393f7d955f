using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Language.Clocks;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Lint;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Agreements;

/// <summary>Reads one objective: what is measured, over which period, against which target.</summary>
internal sealed class ObjectiveReader(Agreement agreement, IReadOnlyDictionary<string, ServiceMaintenance> maintenance, SectionReader reader, ClockReader clocks)
{
    public Objective? Read(YamlEntry entry)
    {
        var target = Target();
        var period = Period();
        var (service, known) = Service();
        var measure = Measure();
        var (each, eachComponent) = Each(service);
        if (measure is null)
            return null;
        var indicator = new IndicatorReader(agreement, maintenance, reader, clocks, service, known).Read(measure);
        // What was not seen is never compared: the objective is not evaluated.
        if (indicator is not null && reader.IsNotSeen("target"))
            target = new TargetForm(LevelComparison.AtLeast, Rational.Zero, UnitOf(indicator), "", 0);
        if (target is null || period is null || indicator is null || !Fits(target, indicator))
            return null;
        CheckEach(each, eachComponent, indicator);
        if (indicator is Indicator.Availability && target.SmallestVolume > 0)
            reader.Error("LK1520", "target", $"Availability by time has no number that could be at least {target.SmallestVolume}.", "leave 'of at least …' out, or measure 'share of requests'");
        var limit = Limit(target);
        reader.CheckShape("description");
        reader.CheckShape("benchmark-source");
        var objective = new Objective
        {
            Name = entry.Key,
            Title = reader.Text("title") ?? entry.Key,
            Service = service,
            Indicator = indicator,
            Period = period,
            Target = new LevelTarget(target.Bound, limit, reader.Count("rounded", "place", 0, 9)),
            TargetUnit = target.Kind,
            TargetText = reader.Text("target") ?? NotSeen.Word,
            SmallestVolume = target.SmallestVolume,
            AtRiskLeft = reader.Share("at-risk") ?? new Rational(1, 5),
            EachOf = each,
            EachComponent = eachComponent,
            MembersReaching = reader.Share("members-reaching") ?? 1,
            OwesWholeNumber = OwesWholeNumber(indicator, each),
            Weight = reader.Share("weight"),
            Benchmark = Benchmark(target),
            Clause = new Clause(reader.Path, entry.Place),
            TargetClause = reader.Clause("target"),
            PeriodClause = reader.Clause("per"),
        };
        return objective with { BurnAlerts = BurnAlerts(objective) };
    }

    /// <summary>Availability and intervals of requests read the key by their own meaning, and a roster says for itself what a member owes who joins late.</summary>
    private bool OwesWholeNumber(Indicator indicator, string each)
    {
        if (indicator is Indicator.Availability or Indicator.Requests)
            return false;
        if (each.Length > 0 && reader.Has("joined-late"))
            reader.Error("LK1516", "joined-late", $"'{reader.PathOf("joined-late")}' decides nothing where each member is measured.", $"say it of the roster: 'rosters.{each}.joined-late'");
        return reader.Word("joined-late", Joining) ?? false;
    }

    private static readonly Dictionary<string, bool> Joining = new(StringComparer.Ordinal) { ["in proportion"] = false, ["whole period"] = true };

    /// <summary>Null: by default.</summary>
    private ImmutableArray<BurnRateAlert>? BurnAlerts(Objective objective)
    {
        if (!reader.Has("burn-alerts"))
            return null;
        if (!objective.HasBurnRate)
        {
            reader.Error("LK1519", "burn-alerts", $"'{reader.PathOf("burn-alerts")}' decides nothing: {Diagnostic.Quote(objective.TargetText)} has no error budget that could burn.", "burn rates are of availability, requests and shares that must be more than 0 % and may be less than 100 %");
            return null;
        }

        var texts = reader.Texts("burn-alerts");
        if (texts is ["none"])
            return [];
        var alerts = ImmutableArray.CreateBuilder<BurnRateAlert>();
        foreach (var text in texts)
        {
            var (alert, problem) = BurnAlertForm.Parse(text);
            if (alert is not null)
                alerts.Add(alert);
            else
                reader.Error("LK1518", "burn-alerts", $"This is no burn-rate alert: {Diagnostic.Quote(text)}: {problem}.", "for example '14.4 x over 1 h and 5 min', or 'none' alone");
        }

        return alerts.ToImmutable();
    }

    /// <summary>What is usual in the field, in the unit of the target.</summary>
    private Rational? Benchmark(TargetForm target)
    {
        if (reader.Text("benchmark") is not { } text)
            return null;
        var (level, problem) = TargetForm.Parse("at least " + text);
        if (level is { SmallestVolume: 0, Again: null } && level.Kind == target.Kind)
            return level.Limit;
        reader.Error("LK1521", "benchmark", $"{Diagnostic.Quote(text)} is no level like that of the target: {problem ?? "it is of another kind"}.", "for example '99.95 %', '4 h'");
        return null;
    }

    /// <summary>The limit that prevails where the target is stated as a percentage and as a length of time.</summary>
    private Rational Limit(TargetForm target)
    {
        var prevails = reader.Word("stated-twice", Prevailing);
        if (target.Again is not { } again)
        {
            if (prevails is not null)
                reader.Error("LK1516", "stated-twice", "The target is stated once: there is nothing to choose.", "remove 'stated-twice'");
            return target.Limit;
        }

        var agreeing = again.LengthsThatAgree(target.Limit);
        if (prevails is null)
        {
            StatedTwice.Ask(reader, again, agreeing);
            return target.Limit;
        }

        if (prevails == false)
            return target.Limit;
        if (agreeing is [var length, ..])
            return 1 - again.ShareOf(length);
        reader.Error("LK1517", "target", $"The percentage and the time agree for no length of a {again.Per}, so the time cannot prevail.", "say 'stated-twice: the percentage prevails', or mend one of the two");
        return target.Limit;
    }

    private static readonly Dictionary<string, bool> Prevailing = new(StringComparer.Ordinal) { ["the percentage prevails"] = false, ["the time prevails"] = true };

    private bool Fits(TargetForm target, Indicator indicator)
    {
        var unit = UnitOf(indicator);
        if (unit == target.Kind)
            return true;
        reader.Error("LK1501", "target", $"The target is {Words(target.Kind)}, but '{reader.Text("measure")}' gives {Words(unit)}.", unit switch
        {
            QuantityUnit.Share => "for example 'at least 99.9 %'",
            QuantityUnit.Ticks => "for example 'at most 200 ms'",
            QuantityUnit.Number or QuantityUnit.Instant or QuantityUnit.Money => "for example 'at least 10'",
            _ => throw new InvalidOperationException("Unknown unit."),
        });
        return false;
    }

    private TargetForm? Target()
    {
        if (reader.Text("target") is not { } text)
            return null;
        var (target, problem) = TargetForm.Parse(text);
        if (target is null)
            reader.Error("LK1502", "target", $"This is no target: {Diagnostic.Quote(text)}: {problem}.", "for example 'at least 99.9 %', 'at most 200 ms', 'at least 95 % of at least 20 tickets'");
        return target;
    }

    private PeriodRule? Period()
    {
        var text = reader.Text("per") ?? "month";
        var (rule, problem) = PeriodForm.Parse(text, agreement.Term);
        if (rule is null)
        {
            var near = Suggestion.Closest(text, PeriodForm.KnownWords);
            reader.Error("LK1503", "per", $"This is no period: {Diagnostic.Quote(text)}.", near is null || near == text ? problem : $"did you mean '{near}'?");
        }

        return rule;
    }

    private MeasureForm? Measure()
    {
        // How a promised share is measured was not seen: it stands as availability, which is never evaluated then.
        if (reader.IsNotSeen("measure"))
            return new MeasureForm.Availability();
        if (reader.Text("measure") is not { } text)
            return null;
        var (measure, problem) = MeasureForm.Parse(text);
        if (measure is null)
        {
            var near = Suggestion.Closest(text, MeasureForm.KnownForms);
            reader.Error("LK1504", "measure", $"What is measured is not known: {Diagnostic.Quote(text)}.", near is null ? problem : $"did you mean '{near}'?");
        }

        return measure;
    }

    private (string Service, bool Known) Service()
    {
        var text = reader.Text("of");
        if (text is null)
            return agreement.Services is [var only] ? (only.Name, true) : ("", false);
        var name = text.StartsWith("tickets of ", StringComparison.Ordinal) ? text["tickets of ".Length..].Trim() : text;
        if (name is "tickets" or "the agreement")
            return ("", true);
        if (agreement.Service(name) is not null)
            return (name, true);
        var near = Suggestion.Closest(name, agreement.Services.Select(s => s.Name));
        reader.Error("LK1405", "of", $"There is no service {Diagnostic.Quote(name)}.", near is null ? $"there are {string.Join(", ", agreement.Services.Select(s => s.Name))}" : $"did you mean '{near}'?");
        return (name, true);
    }

    private void CheckEach(string roster, bool component, Indicator indicator)
    {
        if (roster.Length == 0 && !component)
            return;
        if (indicator is Indicator.Availability or Indicator.Outages && reader.Has("combine"))
            reader.Error("LK1516", "combine", $"'{reader.PathOf("combine")}' decides nothing where each is measured by itself.", "remove one of the two");
        if (indicator is Indicator.Availability or Indicator.Outages or Indicator.Requests || indicator is Indicator.Values && !component)
            return;
        reader.Error("LK1515", "each", $"'{reader.Text("measure")}' is not measured {(component ? "by component" : "by member")}.", component
            ? "availability, outages and requests are"
            : "availability, outages, requests and measured values are: 'sum of leads', 'p95 of latency', 'ratio of deals'");
    }

    /// <summary>The roster whose members must reach the target each; or whether the components of the service must.</summary>
    private (string Roster, bool Component) Each(string service)
    {
        if (reader.Text("each") is not { } text)
            return ("", false);
        if (text.Trim() == "component")
        {
            if (agreement.Service(service) is { Components.IsEmpty: true })
                reader.Error("LK1530", "each", $"The service '{service}' has no components.", "list them under its 'components'; or name a roster whose members come and go: 'each: member of servers'");
            return ("", true);
        }

        var roster = text.StartsWith("member of ", StringComparison.Ordinal) ? text["member of ".Length..].Trim() : text;
        if (agreement.Rosters.All(r => r.Name != roster))
            reader.Error("LK1513", "each", $"There is no roster {Diagnostic.Quote(roster)}.", agreement.Rosters.IsEmpty ? "define it under 'rosters'" : $"there are {string.Join(", ", agreement.Rosters.Select(r => r.Name))}");
        return (roster, false);
    }

    private static QuantityUnit UnitOf(Indicator indicator) => indicator switch
    {
        Indicator.Availability or Indicator.Requests or Indicator.Duty => QuantityUnit.Share,
        Indicator.Clock { Statistic: ClockStatistic.ShareInTime } => QuantityUnit.Share,
        Indicator.Clock { Statistic: ClockStatistic.TimeSpent { Aggregation: Aggregation.Count } } => QuantityUnit.Number,
        Indicator.Clock => QuantityUnit.Ticks,
        Indicator.Outages { Statistic: OutageIndicator.NumberOfOutages } => QuantityUnit.Number,
        Indicator.Outages => QuantityUnit.Ticks,
        Indicator.Tickets { Rule.Indicator: TicketIndicator.Resolved or TicketIndicator.Reported or TicketIndicator.MeanReplies } => QuantityUnit.Number,
        Indicator.Tickets => QuantityUnit.Share,
        Indicator.Values { Rule.Aggregation: Aggregation.Share or Aggregation.PercentWithin } => QuantityUnit.Share,
        Indicator.Values { Rule: { Aggregation: not Aggregation.Count, Unit.IsTime: true } } => QuantityUnit.Ticks,
        Indicator.Values => QuantityUnit.Number,
        _ => throw new InvalidOperationException("The cases of an indicator are closed."),
    };

    private static string Words(QuantityUnit unit) => unit switch
    {
        QuantityUnit.Share => "a percentage",
        QuantityUnit.Ticks => "a length of time",
        QuantityUnit.Number => "a number",
        QuantityUnit.Instant => "an instant",
        QuantityUnit.Money => "an amount",
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Unknown unit."),
    };
}
