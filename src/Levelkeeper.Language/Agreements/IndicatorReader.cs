using Levelkeeper.Core.Time;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Language.Clocks;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Agreements;

/// <summary>Reads how an objective's number is measured.</summary>
internal sealed class IndicatorReader(Agreement agreement, IReadOnlyDictionary<string, ServiceMaintenance> maintenance, SectionReader reader, ClockReader clocks, string service, bool serviceKnown)
{
    private static readonly Dictionary<string, CountedIn> CountedInWords = new(StringComparer.Ordinal)
    {
        ["decided"] = CountedIn.Decided,
        ["opened"] = CountedIn.Opened,
        ["stopped"] = CountedIn.Stopped,
    };

    private static readonly Dictionary<string, CountedAs> CountedAsWords = new(StringComparer.Ordinal)
    {
        ["is not counted"] = CountedAs.NotCounted,
        ["counts as met"] = CountedAs.Met,
        ["counts as missed"] = CountedAs.Missed,
    };

    private static readonly Dictionary<string, FirstContactEvidence> FirstContact = new(StringComparer.Ordinal)
    {
        ["stated else derived"] = FirstContactEvidence.StatedElseDerived,
        ["stated"] = FirstContactEvidence.Stated,
        ["derived"] = FirstContactEvidence.Derived,
    };

    private static readonly Dictionary<string, NothingMeasured> NothingWords = new(StringComparer.Ordinal)
    {
        ["no activity"] = NothingMeasured.NoActivity,
        ["zero"] = NothingMeasured.Zero,
    };

    private static readonly Dictionary<string, PercentileMethod> Percentiles = new(StringComparer.Ordinal)
    {
        ["nearest rank"] = PercentileMethod.NearestRank,
        ["interpolated"] = PercentileMethod.LinearInterpolation,
    };

    private static readonly Dictionary<string, TicketPeriod> TicketPeriods = new(StringComparer.Ordinal)
    {
        ["reported"] = TicketPeriod.Reported,
        ["resolved"] = TicketPeriod.Resolved,
    };

    private static readonly Dictionary<string, bool> Quiet = new(StringComparer.Ordinal) { ["good"] = false, ["left out"] = true };

    private static readonly Dictionary<string, bool> Closed = new(StringComparer.Ordinal) { ["is not resolved"] = false, ["is resolved"] = true };

    private static readonly Dictionary<string, StraddlingWindow> Straddling = new(StringComparer.Ordinal)
    {
        ["where they end"] = StraddlingWindow.WhereItEnds,
        ["left out"] = StraddlingWindow.LeftOut,
    };

    private static readonly Dictionary<string, FailedCheck> FailedChecks = new(StringComparer.Ordinal)
    {
        ["left out"] = FailedCheck.LeftOut,
        ["too slow"] = FailedCheck.TooSlow,
    };

    public Indicator? Read(MeasureForm measure)
    {
        MeasureKeys.Check(measure, reader);
        var ofService = measure is MeasureForm.Availability or MeasureForm.Outages or MeasureForm.Requests;
        if ((ofService && service.Length == 0) || (!serviceKnown && measure is MeasureForm.Clock or MeasureForm.Tickets))
        {
            reader.Error("LK1505", "of", $"'{reader.Path}' does not say of which service; the agreement has {agreement.Services.Length}.", "add 'of: SERVICE'");
            return null;
        }

        var policies = new AvailabilityPolicyReader(agreement, maintenance, reader, service);
        return measure switch
        {
            MeasureForm.Availability => new Indicator.Availability(policies.Read(), policies.Combination(), reader.Elapsed("period-length", Duration.FromHours(1)), policies.Joined()),
            MeasureForm.Outages outages => new Indicator.Outages(outages.Indicator, policies.Read(), policies.Combination()),
            MeasureForm.Requests requests => new Indicator.Requests(requests.Metric, Method()) { Exclusions = policies.OfRequests(), JoinedLate = policies.Joined() },
            MeasureForm.Clock clock => Clock(clock),
            MeasureForm.Tickets tickets => Tickets(tickets),
            MeasureForm.Values values => Values(values),
            MeasureForm.Duty duty => Duty(duty),
            _ => throw new InvalidOperationException("The forms of a measure are closed."),
        };
    }

    private Indicator.Duty? Duty(MeasureForm.Duty form)
    {
        if (agreement.Duties.FirstOrDefault(d => d.Rule.Duty == form.DutyName) is { } definition)
            return new Indicator.Duty(definition.Rule);
        var near = Suggestion.Closest(form.DutyName, agreement.Duties.Select(d => d.Rule.Duty));
        reader.Error("LK1506", "measure", $"There is no duty {Diagnostic.Quote(form.DutyName)}.", near is null ? "define it under 'duties'" : $"did you mean '{near}'?");
        return null;
    }

    private RequestMethod Method()
    {
        if (!reader.Has("slices") && reader.Has("joined-late"))
            reader.Error("LK1516", "joined-late", $"'{reader.PathOf("joined-late")}' decides nothing: only intervals can be without requests.", "remove it, or judge requests by 'slices'");
        if (reader.Section("slices", AgreementVocabulary.Slices) is not { } slices || slices.Elapsed("of", Duration.FromSeconds(1)) is not { } interval)
            return new RequestMethod.Ratio();
        var leavesOut = slices.Word("without-requests", Quiet) ?? false;
        return slices.Share("bad-above") is { } rate ? new RequestMethod.Slices(interval, rate) { LeavesOutQuiet = leavesOut } : new RequestMethod.MeanOfIntervals(interval) { LeavesOutQuiet = leavesOut };
    }

    private Indicator.Clock? Clock(MeasureForm.Clock form)
    {
        var clock = agreement.Clocks.FirstOrDefault(c => c.Name == form.ClockName) ?? Standard(form.ClockName);
        if (clock is null)
        {
            var names = agreement.Clocks.Select(c => c.Name).Concat(ClockReader.StandardNames).Distinct().ToList();
            var near = Suggestion.Closest(form.ClockName, names);
            reader.Error("LK1508", "measure", $"There is no clock {Diagnostic.Quote(form.ClockName)}.", near is null ? $"there are {string.Join(", ", names)}" : $"did you mean '{near}'?");
            return null;
        }

        clock = Delayed(clocks.WithTarget(clock, reader));
        if (Compiled(clock) is null)
            return null;
        if (form.Aggregation is null && clock.DefaultTarget is null && clock.Targets.IsEmpty && !ClockReader.HasTarget(reader) && !clocks.SaysTarget(form.ClockName))
        {
            reader.Error("LK1509", "within", $"The clock '{form.ClockName}' has no target.", "add 'within: 4 h', or by priority 'within: { P1: 30 min, else: 4 h }'");
            return null;
        }

        ClockStatistic statistic = form.Aggregation is null ? new ClockStatistic.ShareInTime() : new ClockStatistic.TimeSpent(WithMethod(form.Aggregation));
        var countedIn = reader.Word("counted-in", CountedInWords) ?? CountedIn.Decided;
        if (reader.Has("not-yet-due") && countedIn != CountedIn.Opened)
            reader.Error("LK1522", "not-yet-due", "A ticket that is not due yet belongs to no period but the one in which it was opened.", "say 'counted-in: opened', or remove 'not-yet-due'");
        return new Indicator.Clock(clock, statistic, countedIn, new TicketFilter(reader.Globs("where")))
        {
            Cancelled = reader.Word("cancelled", CountedAsWords) ?? CountedAs.NotCounted,
            NotYetDue = reader.Word("not-yet-due", CountedAsWords) ?? CountedAs.NotCounted,
        };
    }

    /// <summary>The clock as the customer's lateness with recurring duties acts on it.</summary>
    private ClockDefinition Delayed(ClockDefinition clock)
    {
        // 'objectives.NAME': duties name the objectives that they delay.
        var duties = agreement.Delaying(reader.Path[(reader.Path.IndexOf('.', StringComparison.Ordinal) + 1)..]).ToList();
        return clock.Party == ClockParty.Customer || duties.Count == 0
            ? clock
            : clock with
            {
                Lateness = [.. clock.Lateness, .. duties.Select(d => new LatenessRule(ClockTemplates.OnDuty(d.Rule.Duty).Name, LatenessEffect.Pauses))],
                Clauses = [.. clock.Clauses, .. duties.Select(d => d.Rule.Clauses[0])],
            };
    }

    /// <summary>The clock with the customer's clocks that act on it; null after reporting that they ask about too many names.</summary>
    private ClockProgram? Compiled(ClockDefinition clock) => ClockProgram.Compile(
        [clock, .. agreement.ActingOn(clock)],
        agreement.TicketPolicies,
        reader.Diagnostics);

    /// <summary>A standard clock under this agreement: the lateness of its customer clocks acts on it too.</summary>
    private ClockDefinition? Standard(string name) =>
        ClockReader.Standard(name) is { } clock ? clock with { Lateness = clocks.CustomerLateness } : null;

    private Indicator.Tickets? Tickets(MeasureForm.Tickets form)
    {
        TicketIndicator? indicator = form.Words switch
        {
            "first-contact resolution" => new TicketIndicator.FirstContactResolution(reader.Word("first-contact", FirstContact) ?? FirstContactEvidence.StatedElseDerived),
            "escalation rate" => new TicketIndicator.EscalationRate(),
            "self-service share" => reader.Texts("channels") is { IsEmpty: false } channels ? new TicketIndicator.SelfServiceShare(channels) : null,
            "reopen rate" => new TicketIndicator.ReopenRate(),
            "tickets resolved" => new TicketIndicator.Resolved(),
            "tickets reported" => new TicketIndicator.Reported(),
            "satisfaction" => new TicketIndicator.Satisfaction(),
            "share of satisfied" => reader.Share("satisfied-from") is { } limit ? new TicketIndicator.SatisfiedShare(limit) : null,
            "replies per ticket" => new TicketIndicator.MeanReplies(),
            _ => throw new InvalidOperationException("The forms of a measure are closed."),
        };
        if (indicator is null)
        {
            if (form.Words == "self-service share")
                reader.Error("LK1511", "measure", "'self-service share' needs the channels that are self-service.", "add 'channels: [portal, chatbot]'");
            else
                reader.Error("LK1510", "measure", "'share of satisfied' needs the score from which a rating is satisfied.", "add 'satisfied-from: 80 %'");
            return null;
        }

        return new Indicator.Tickets(
            new TicketRule { Indicator = indicator, Period = reader.Word("counted-in", TicketPeriods), SettlesAfter = reader.Elapsed("settles-after"), ClosedCountsAsResolved = reader.Word("closed-ticket", Closed) ?? false, Nothing = Nothing(), Clauses = [reader.Whole()] },
            new TicketFilter(reader.Globs("where")));
    }

    private Indicator.Values? Values(MeasureForm.Values form)
    {
        var unit = Unit(reader.Text("unit") ?? (form.Metric == "latency" ? "ms" : ""));
        var aggregation = form.Within is null ? WithMethod(form.Aggregation!) : Within(form, unit);
        return aggregation is null
            ? null
            : new Indicator.Values(
                form.Metric,
                new MeasurementRule
                {
                    Aggregation = aggregation,
                    Unit = unit,
                    Nothing = Nothing(),
                    Straddling = reader.Word("straddling-windows", Straddling) ?? StraddlingWindow.WhereItEnds,
                    FailedChecks = reader.Word("failed-checks", FailedChecks) ?? FailedCheck.LeftOut,
                    SmallestPossible = SmallestPossible(),
                    Clauses = [reader.Whole()],
                },
                new TicketFilter(reader.Globs("where")));
    }

    private Aggregation.PercentWithin? Within(MeasureForm.Values form, ValueUnit unit)
    {
        if (unit.IsTime && TimeAmountForm.Parse(form.Within!).Amount is TimeAmount.Elapsed limit)
            return new Aggregation.PercentWithin((long)limit.Duration.BclCompatibleTicks);
        if (!unit.IsTime && decimal.TryParse(TimeAmountForm.Words(form.Within!).FirstOrDefault(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return new Aggregation.PercentWithin(Rational.From(number));
        reader.Error("LK1512", "measure", $"{Diagnostic.Quote(form.Within)} is no limit for '{form.Metric}'.", unit.IsTime ? "for example 'share of latency within 200 ms'" : "give a number in the metric's unit");
        return null;
    }

    private decimal? SmallestPossible()
    {
        switch (reader.Text("smallest-possible"))
        {
            case null:
                return 0;
            case "none":
                return null;
            case { Length: <= 20 } text when decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return number;
            case { } text:
                reader.Error("LK1110", "smallest-possible", $"'{reader.PathOf("smallest-possible")}' is a number in the metric's unit, or 'none'; this is {Diagnostic.Quote(text)}.");
                return 0;
        }
    }

    private NothingMeasured Nothing() => reader.Word("nothing-measured", NothingWords) ?? NothingMeasured.NoActivity;

    private static ValueUnit Unit(string name) => name switch
    {
        "ms" => ValueUnit.Time(name, Duration.FromMilliseconds(1)),
        "s" => ValueUnit.Time(name, Duration.FromSeconds(1)),
        "min" => ValueUnit.Time(name, Duration.FromMinutes(1)),
        "h" => ValueUnit.Time(name, Duration.FromHours(1)),
        _ => ValueUnit.Plain(name),
    };

    private Aggregation WithMethod(Aggregation aggregation) =>
        aggregation is Aggregation.Percentile percentile && reader.Word("percentile", Percentiles) is { } method
            ? new Aggregation.Percentile(percentile.Percent, method)
            : aggregation;
}
