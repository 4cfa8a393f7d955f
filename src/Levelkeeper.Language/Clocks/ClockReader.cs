using Levelkeeper.Core.Time;
using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Clocks;

/// <summary>Reads clocks: those of the section <c>clocks</c>, and what an objective says otherwise about one.</summary>
internal sealed class ClockReader(IReadOnlyDictionary<string, BusinessCalendar> calendars)
{
    private static readonly Dictionary<string, Func<ClockDefinition>> Templates = new(StringComparer.Ordinal)
    {
        ["respond"] = () => ClockTemplates.Respond(null),
        ["update"] = () => ClockTemplates.Update(null),
        ["workaround"] = () => ClockTemplates.Workaround(null),
        ["resolve"] = () => ClockTemplates.Resolve(null),
        ["recover"] = () => ClockTemplates.Recover(null),
        ["own"] = () => ClockTemplates.Own(null),
        ["update-interval"] = () => ClockTemplates.UpdateInterval(null),
    };

    private static readonly Dictionary<string, ClockParty> Parties = new(StringComparer.Ordinal) { ["provider"] = ClockParty.Provider, ["customer"] = ClockParty.Customer };

    private static readonly Dictionary<string, PauseEffect> PauseEffects = new(StringComparer.Ordinal) { ["is taken out"] = PauseEffect.TakesTimeOut, ["is only hidden"] = PauseEffect.HidesOnly };

    private static readonly Dictionary<string, PriorityChangePolicy> PriorityChanges = new(StringComparer.Ordinal)
    {
        ["from the start"] = PriorityChangePolicy.FromStart,
        ["from the change"] = PriorityChangePolicy.FromChange,
        ["by its reason"] = PriorityChangePolicy.ByReason,
    };

    private static readonly Dictionary<string, ReopenEffect> ReopenEffects = new(StringComparer.Ordinal)
    {
        ["resumes"] = ReopenEffect.Resumes,
        ["counts"] = ReopenEffect.ResumesAndCounts,
        ["new cycle"] = ReopenEffect.NewCycle,
    };

    private static readonly Dictionary<string, LatenessEffect> LatenessEffects = new(StringComparer.Ordinal)
    {
        ["nothing"] = LatenessEffect.Nothing,
        ["pauses the provider"] = LatenessEffect.Pauses,
        ["extends the provider"] = LatenessEffect.Extends,
    };

    private static readonly Dictionary<string, AttachmentPolicy> Attachments = new(StringComparer.Ordinal)
    {
        ["reported"] = AttachmentPolicy.Retroactive,
        ["entered"] = AttachmentPolicy.Retroactive,
        ["assigned"] = AttachmentPolicy.Retroactive,
        ["attached"] = AttachmentPolicy.FromAttachment,
    };

    /// <summary>Whether the clock counts from the report, and whether pauses before its start are taken out then.</summary>
    private static readonly Dictionary<string, (bool Start, bool Pauses)> CountsBack = new(StringComparer.Ordinal)
    {
        ["no"] = (false, false),
        ["to the report"] = (true, false),
        ["to the report without its pauses"] = (true, true),
    };

    private static readonly Dictionary<string, bool> TemplateNames = Templates.Keys.ToDictionary(k => k, _ => true, StringComparer.Ordinal);

    /// <summary>The most conditions under one key.</summary>
    private const int MostConditions = 50;

    /// <summary>The customer's clocks whose lateness acts on the provider's, once the section <c>clocks</c> was read.</summary>
    public ImmutableArray<LatenessRule> CustomerLateness { get; set; } = [];

    private readonly HashSet<string> _saysTarget = new(StringComparer.Ordinal);

    /// <summary>Whether the section <c>clocks</c> says something about the target of a clock, be it that it was not seen, or something that cannot be read.</summary>
    public bool SaysTarget(string clock) => _saysTarget.Contains(clock);

    /// <summary>The standard clock of a name, without a target; null when there is none.</summary>
    public static ClockDefinition? Standard(string name) => Templates.TryGetValue(name, out var make) ? make() : null;

    /// <summary>The names of the standard clocks.</summary>
    public static IEnumerable<string> StandardNames => Templates.Keys;

    /// <summary>Reads one entry of the section <c>clocks</c>. Its effect on the provider's clocks is given apart, because it belongs to those.</summary>
    public (ClockDefinition? Clock, LatenessEffect Lateness) Read(YamlEntry entry, SectionReader reader)
    {
        if (reader.Has("like") && reader.Word("like", TemplateNames) is null)
            return (null, LatenessEffect.Nothing);
        var clock = Standard(reader.Text("like") ?? entry.Key);
        if (clock is null && (!reader.Has("start") || !reader.Has("stop")))
        {
            reader.Diagnostics.Error("LK1301", entry.Place, $"The clock '{entry.Key}' is no standard clock and does not say what starts and stops it.",
                $"give 'start' and 'stop', or 'like' with one of {string.Join(", ", Templates.Keys)}");
            return (null, LatenessEffect.Nothing);
        }

        clock ??= new ClockDefinition { Name = entry.Key, Start = TicketCondition.Never, Stop = TicketCondition.Never };
        clock = clock with
        {
            Name = entry.Key,
            Party = reader.Word("on", Parties) ?? clock.Party,
            Start = Condition(reader, "start") ?? clock.Start,
            Stop = Condition(reader, "stop") ?? clock.Stop,
            Pause = Condition(reader, "pause") ?? clock.Pause,
            Resume = Condition(reader, "resume") ?? clock.Resume,
            Reset = Condition(reader, "reset") ?? clock.Reset,
            Cancel = Condition(reader, "cancel") ?? clock.Cancel,
            AppliesWhen = Condition(reader, "applies-when") ?? clock.AppliesWhen,
            PriorityChange = reader.Word("priority-change", PriorityChanges) ?? clock.PriorityChange,
            Clauses = [reader.Whole()],
        };

        var effect = reader.Word("paused-time", PauseEffects);
        var longest = Span(reader, "longest-pause", false);
        if (effect is not null || longest is not null)
            clock = clock with { Pausing = new PausePolicy(effect ?? clock.Pausing.Effect, longest ?? clock.Pausing.Longest) };

        var reopened = reader.Word("reopened", ReopenEffects);
        var always = reader.Node("reopened-within") is YamlNode.Scalar { Text: "no limit" };
        var within = always ? null : Span(reader, "reopened-within", false);
        if (reopened is not null || within is not null || always)
        {
            var before = clock.Reopening ?? ReopenPolicy.Default;
            clock = clock with { Reopening = new ReopenPolicy(reopened ?? before.Effect, always ? null : within ?? before.Within) };
        }

        if (reader.Word("start-from", Attachments) is { } attachment)
        {
            clock = clock with
            {
                Attachment = attachment,
                Start = reader.Text("start-from") switch
                {
                    "entered" => TicketCondition.On(TicketHappening.Entered),
                    "assigned" => TicketCondition.On(TicketHappening.Assigned),
                    _ => clock.Start,
                },
            };
        }

        if (reader.Word("counts-back", CountsBack) is { } back)
            clock = clock with { RetroactiveStart = back.Start, RetroactivePause = back.Pauses };

        var statuses = clock.Pause;
        if (HasTarget(reader))
            _saysTarget.Add(entry.Key);
        clock = WithTarget(clock, reader);
        if (reader.Has("pauses") && reader.Has("pause"))
            clock = clock with { Pause = new TicketCondition.Any(statuses, clock.Pause) };
        clock = clock with { Warnings = Warnings(reader) };
        return (clock, reader.Word("lateness", LatenessEffects) ?? LatenessEffect.Nothing);
    }

    /// <summary>A clock with the targets, calendars and pausing statuses that a mapping says (<c>within</c>, <c>calendar</c>, <c>pauses</c>).</summary>
    public ClockDefinition WithTarget(ClockDefinition clock, SectionReader reader)
    {
        var clauses = clock.Clauses;
        var said = reader.YesNo("end-of-day");
        var endOfDay = said ?? clock.Targets.Values.Append(clock.DefaultTarget).Any(t => t is ClockSpan.BusinessDays { Deadline: BusinessDayDeadline.EndOfWorkingDay });
        if (reader.Has("within"))
        {
            var (targets, other) = ByPriority(reader, "within", node => Span(reader, node, reader.PathOf("within"), endOfDay));
            clock = clock with { Targets = targets, DefaultTarget = other };
            clauses = clauses.Add(reader.Clause("within"));
        }
        else if (said is not null)
        {
            clock = clock with
            {
                Targets = clock.Targets.ToImmutableSortedDictionary(t => t.Key, t => Until(t.Value, endOfDay), StringComparer.Ordinal),
                DefaultTarget = clock.DefaultTarget is { } other ? Until(other, endOfDay) : null,
            };
            clauses = clauses.Add(reader.Clause("end-of-day"));
        }

        if (reader.Has("calendar"))
        {
            var (byPriority, other) = ByPriority(reader, "calendar", node => Calendar(reader, node));
            clock = clock with { Calendars = byPriority, Calendar = other ?? BusinessCalendar.Always };
            clauses = clauses.Add(reader.Clause("calendar"));
        }

        if (reader.Has("pauses"))
        {
            var statuses = reader.Texts("pauses");
            clock = clock with { Pause = statuses is ["none"] ? TicketCondition.Never : new TicketCondition.StatusIs(statuses) };
            clauses = clauses.Add(reader.Clause("pauses"));
        }

        return clock with { Clauses = clauses };
    }

    /// <summary>Whether a mapping says something about the target, be it that it was not seen, or something that cannot be read.</summary>
    public static bool HasTarget(SectionReader reader) => reader.IsNotSeen("within") || reader.Node("within") is { } node and not YamlNode.Mapping { Entries: [] };

    private static ClockSpan Until(ClockSpan span, bool endOfDay) =>
        span is ClockSpan.BusinessDays days ? days with { Deadline = Deadline(endOfDay) } : span;

    private static BusinessDayDeadline Deadline(bool endOfDay) => endOfDay ? BusinessDayDeadline.EndOfWorkingDay : BusinessDayDeadline.SameLocalTime;

    private BusinessCalendar? Calendar(SectionReader reader, YamlNode node)
    {
        if (reader.TextOf(node, reader.PathOf("calendar")) is not { } name)
            return null;
        if (calendars.TryGetValue(name, out var calendar))
            return calendar;
        var near = Suggestion.Closest(name, calendars.Keys);
        reader.Diagnostics.Error("LK1302", node.Place, $"There is no calendar {Diagnostic.Quote(name)}.", near is null ? $"define it under 'calendars'; there are {string.Join(", ", calendars.Keys)}" : $"did you mean '{near}'?");
        return null;
    }

    private static (ImmutableSortedDictionary<string, T> ByPriority, T? Else) ByPriority<T>(SectionReader reader, string key, Func<YamlNode, T?> read)
        where T : class
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        if (reader.Node(key) is not YamlNode.Mapping mapping)
            return (result.ToImmutable(), read(reader.Node(key)!));
        T? other = null;
        foreach (var entry in mapping.Entries)
        {
            if (read(entry.Value) is not { } value)
                continue;
            if (entry.Key == "else")
                other = value;
            else
                result[entry.Key] = value;
        }

        return (result.ToImmutable(), other);
    }

    private static TicketCondition? Condition(SectionReader reader, string key)
    {
        if (!reader.Has(key))
            return null;
        var conditions = ImmutableArray.CreateBuilder<TicketCondition>();
        var texts = reader.Texts(key);
        if (texts.Length > MostConditions)
        {
            reader.Error("LK1303", key, $"'{reader.PathOf(key)}' has {texts.Length} conditions; at most {MostConditions} are read.");
            return null;
        }

        foreach (var text in texts)
        {
            var (condition, problem) = ConditionForm.Parse(text);
            if (condition is not null)
            {
                conditions.Add(condition);
                continue;
            }

            var near = Suggestion.Closest(text, ConditionForm.KnownWords);
            reader.Error("LK1303", key, $"'{reader.PathOf(key)}' is not a condition: {Diagnostic.Quote(text)}.", near is null ? problem : $"did you mean '{near}'?");
        }

        return conditions.Count == 1 ? conditions[0] : new TicketCondition.Any(conditions.DrainToImmutable());
    }

    private static ClockSpan? Span(SectionReader reader, string key, bool endOfDay) =>
        reader.Node(key) is { } node ? Span(reader, node, reader.PathOf(key), endOfDay) : null;

    private static ClockSpan? Span(SectionReader reader, YamlNode node, string path, bool endOfDay) => reader.TimeOf(node, path) switch
    {
        null => null,
        TimeAmount.Elapsed elapsed => ClockSpan.Of(elapsed.Duration),
        TimeAmount.BusinessDays days => new ClockSpan.BusinessDays(days.Count, Deadline(endOfDay)),
        TimeAmount.CalendarUnits units => new ClockSpan.CalendarUnits(units.Months, units.Days),
        _ => throw new InvalidOperationException("The cases of a length of time are closed."),
    };

    private static ImmutableArray<ClockWarning> Warnings(SectionReader reader)
    {
        var result = ImmutableArray.CreateBuilder<ClockWarning>();
        foreach (var text in reader.Texts("warn-at"))
        {
            if (PercentForm.Parse(text) is { } share && share.Denominator <= 1_000_000)
                result.Add(new ClockWarning.AtShare((int)share.Numerator, (int)share.Denominator));
            else if (TimeAmountForm.Parse(text).Amount is TimeAmount.Elapsed before)
                result.Add(new ClockWarning.AtOffset(-before.Duration));
            else if (TimeAmountForm.Parse(text).Amount is TimeAmount.BusinessDays days)
                result.Add(new ClockWarning.AtOffset(-Duration.FromDays(days.Count), WholeDaysAreBusinessDays: true));
            else
                reader.Error("LK1304", "warn-at", $"'{reader.PathOf("warn-at")}' takes shares of the target and times before the deadline; this is {Diagnostic.Quote(text)}.", "for example [50 %, 80 %, 30 min, 1 business day]");
        }

        return result.DrainToImmutable();
    }
}
