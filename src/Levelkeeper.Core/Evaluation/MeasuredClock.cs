using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>What one version of an agreement measures with a clock.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Service">On the tickets of which service; empty for all.</param>
/// <param name="Where">Which of its tickets.</param>
internal sealed record ClockUse(ClockDefinition Clock, string Service, TicketFilter Where);

/// <summary>A clock through all versions of an agreement, as one program: what batch and live evaluation of it fold.</summary>
/// <remarks>
/// To keep it live: a <see cref="LiveTickets"/> of its <see cref="Program"/>, which is told the facts of the tickets that belong to the agreement, and, when facts or
/// retractions change what it gives, the <see cref="Surroundings(EffectiveFacts)"/>.
/// </remarks>
public sealed class MeasuredClock
{
    private readonly AgreementVersions _versions;
    private readonly ImmutableArray<ClockUse?> _uses;

    internal MeasuredClock(AgreementVersions versions, ImmutableArray<ClockUse?> uses, CalendarInForce calendars)
    {
        (_versions, _uses) = (versions, uses);
        Names = [.. uses.Select(u => u?.Clock.Name).OfType<string>()];
        var diagnostics = new DiagnosticBag();
        Program = ClockProgram.Compile(Clocks(calendars), diagnostics)
            ?? throw new InvalidOperationException($"The clock '{string.Join("', '", Names)}' does not fit together; the language should have refused it: {string.Join(Environment.NewLine, diagnostics)}");
    }

    /// <summary>The clock's names; another one where an amendment has the objective measure another clock.</summary>
    public ImmutableHashSet<string> Names { get; }

    /// <summary>What each version measures; null for one that does not.</summary>
    internal ImmutableArray<ClockUse?> Uses => _uses;

    /// <summary>The clock, and the customer's clocks whose lateness acts on it.</summary>
    public ClockProgram Program { get; }

    /// <summary>The clock that an objective measures, through the versions that have it.</summary>
    /// <param name="versions">The agreement. What it says together must hold: see <see cref="Check"/>.</param>
    /// <param name="objective">The objective's name.</param>
    /// <exception cref="ArgumentException">No version measures a clock under that name.</exception>
    public static MeasuredClock Of(AgreementVersions versions, string objective)
    {
        ArgumentNullException.ThrowIfNull(versions);
        return Of(versions, objective, new CalendarInForce());
    }

    /// <summary>Reports clocks of which the versions together say more than one program holds: <c>LK4102</c>.</summary>
    /// <param name="versions">The agreement, of which each version holds by itself.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static void Check(AgreementVersions versions, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (versions.All.Length == 1)
            return;
        var measured = versions.All.SelectMany(v => v.Agreement.Objectives).Where(o => o.Indicator is Indicator.Clock).Select(o => o.Name).Distinct(StringComparer.Ordinal).Select(o => UsesOf(versions, o));
        var named = versions.All.SelectMany(v => v.Agreement.Clocks).Select(c => c.Name).Distinct(StringComparer.Ordinal)
            .Select(name => versions.All.Select(v => v.Agreement.Clocks.FirstOrDefault(c => c.Name == name) is { } clock ? new ClockUse(clock, "", TicketFilter.All) : null).ToImmutableArray());
        foreach (var uses in measured.Concat(named))
            ClockProgram.Check([.. Written(versions, uses).Select((clocks, i) => new ClockVersion(Instant.MinValue, clocks, versions.All[i].Agreement.TicketPolicies))], diagnostics);
    }

    internal static MeasuredClock Of(AgreementVersions versions, string objective, CalendarInForce calendars)
    {
        var uses = UsesOf(versions, objective);
        return uses.All(u => u is null) ? throw new ArgumentException($"No version measures a clock under the name '{objective}'.", nameof(objective)) : new MeasuredClock(versions, uses, calendars);
    }

    /// <summary>What the tickets' own facts do not say: when they came under the agreement and left it, which versions measure them, and when the outages ended that they are linked to.</summary>
    /// <param name="facts">All facts, of components as of tickets.</param>
    public TicketSurroundings Surroundings(EffectiveFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Surroundings(new VersionedFacts(_versions, facts), facts.AsOf);
    }

    /// <summary>What the tickets' own facts do not say: when they came under the agreement and left it, which versions measure them, when the outages ended that they are linked to, and when the customer was late.</summary>
    internal TicketSurroundings Surroundings(VersionedFacts facts, Instant? asOf = null)
    {
        var tickets = facts.All.Tickets;
        return new TicketSurroundings
        {
            Turns = tickets.SelectMany(t => t.Turns).ToImmutableDictionary(t => t.At.Key, t => t.Belongs),
            TurnsAt = tickets.Where(t => !t.TurnsAt.IsEmpty).ToImmutableDictionary(t => t.Ticket, t => t.TurnsAt, StringComparer.Ordinal),
            NotMeasured = _versions.All.Length == 1 ? ImmutableDictionary<string, IntervalSet>.Empty : NotMeasured(facts),
            Recoveries = Recoveries(facts),
            Late = Late(facts, asOf ?? facts.AsOf),
        };
    }

    /// <summary>When the customer was late with duties that delay clocks: each occurrence by the version in force when it was due.</summary>
    private ImmutableArray<LateDuty> Late(VersionedFacts facts, Instant asOf) =>
    [
        .. Enumerable.Range(0, _versions.All.Length)
            .SelectMany(i => _versions.All[i].Agreement.Duties.Where(d => !d.Delays.IsEmpty)
                .Select(d => new LateDuty(d.Rule.Duty, [.. CustomerLateness.Of(d, facts.Of(i), asOf).Where(t => _versions.InForce(i, i).Contains(t.During.Start))])))
            .GroupBy(d => d.Duty, StringComparer.Ordinal)
            .Select(g => new LateDuty(g.Key, [.. g.SelectMany(d => d.Times).OrderBy(t => t.During.Start)])),
    ];

    /// <summary>The cycles of the clock on the tickets that any version measures.</summary>
    internal ImmutableArray<ClockReading> Read(VersionedFacts facts, Instant asOf)
    {
        var read = MeasuredTickets(facts);
        // All tickets are given, because one that is not read may have been merged into one that is.
        return [.. TicketClocks.Evaluate(Program, facts.All.Tickets.SelectMany(t => t.Facts).Select(f => f.Fact), asOf, Surroundings(facts, asOf), read.Contains).Where(r => Names.Contains(r.Clock))];
    }

    /// <summary>The tickets that any version measures.</summary>
    internal HashSet<string> MeasuredTickets(VersionedFacts facts) => Enumerable.Range(0, _uses.Length).SelectMany(i => Measured(i, facts)).ToHashSet(StringComparer.Ordinal);

    // A clock of which a decision was not seen does not run: its due would be a guess.
    internal static ImmutableArray<ClockUse?> UsesOf(AgreementVersions versions, string objective) =>
        [.. versions.All.Select(v => v.Agreement.Objectives.FirstOrDefault(o => o.Name == objective) is { Indicator: Indicator.Clock clock, NotSeen.IsEmpty: true } o ? new ClockUse(clock.Definition, o.Service, clock.Where) : null)];

    /// <summary>The clock as each version has it, with the customer's clocks whose lateness acts on it.</summary>
    private static ImmutableArray<ImmutableArray<ClockDefinition>> Written(AgreementVersions versions, ImmutableArray<ClockUse?> uses) =>
        [.. uses.Select((use, i) => use is null ? [] : With(use.Clock, versions.All[i].Agreement))];

    private static ImmutableArray<ClockDefinition> With(ClockDefinition clock, Agreement agreement) =>
        [clock, .. agreement.ActingOn(clock)];

    private TicketPolicies PoliciesOf(int version)
    {
        var agreement = _versions.All[version].Agreement;
        return agreement.TicketPolicies with { EssentialFunctions = agreement.Service(_uses[version]?.Service ?? "")?.EssentialFunctions ?? [] };
    }

    private IEnumerable<string> Measured(int version, VersionedFacts facts) => _uses[version] is { } use
        ? facts.Of(version).Tickets.Where(t => (use.Service.Length == 0 || t.Service == use.Service) && use.Where.Fits(t.Address.Labels)).Select(t => t.Ticket)
        : [];

    private ImmutableDictionary<string, IntervalSet> NotMeasured(VersionedFacts facts)
    {
        var spans = facts.All.Tickets.ToDictionary(t => t.Ticket, _ => new List<TickInterval>(), StringComparer.Ordinal);
        for (var i = 0; i < _uses.Length; i++)
        {
            var measured = Measured(i, facts).ToHashSet(StringComparer.Ordinal);
            foreach (var (ticket, own) in spans)
            {
                if (!measured.Contains(ticket))
                    own.Add(_versions.InForce(i, i));
            }
        }

        return spans.Where(s => s.Value.Count > 0).ToImmutableDictionary(s => s.Key, s => IntervalSet.Of(s.Value), StringComparer.Ordinal);
    }

    private ImmutableDictionary<string, ImmutableArray<Instant>> Recoveries(VersionedFacts facts)
    {
        if (_versions.All.Length == 1)
            return OutageRecoveries.Of(_versions.Latest, facts.All);
        var result = new Dictionary<string, IEnumerable<Instant>>(StringComparer.Ordinal);
        for (var i = 0; i < _versions.All.Length; i++)
        {
            var inForce = _versions.InForce(i, i);
            foreach (var (outage, recoveries) in OutageRecoveries.Of(_versions.All[i].Agreement, facts.Of(i)))
                result[outage] = result.GetValueOrDefault(outage, []).Concat(recoveries.Where(r => inForce.Contains(r.ToUnixTimeTicks())));
        }

        return result.ToImmutableDictionary(r => r.Key, r => r.Value.ToImmutableArray(), StringComparer.Ordinal);
    }

    /// <summary>The clocks of each version, with the hours in force at each instant.</summary>
    private ImmutableArray<ClockVersion> Clocks(CalendarInForce calendars)
    {
        var written = Written(_versions, _uses);
        return [.. written.Select((clocks, i) => new ClockVersion(
            i == 0 ? Instant.MinValue : _versions.InForce(i, i).StartInstant,
            written.Length == 1 ? clocks : [.. clocks.Select(c => InForce(c, [.. written.Select(v => v.FirstOrDefault(o => o.Name == c.Name))], calendars))],
            PoliciesOf(i)))];
    }

    private ClockDefinition InForce(ClockDefinition clock, ImmutableArray<ClockDefinition?> through, CalendarInForce calendars)
    {
        var priorities = through.OfType<ClockDefinition>().SelectMany(c => c.Calendars.Keys).Distinct(StringComparer.Ordinal);
        return clock with
        {
            Calendar = Hours(through, c => c.Calendar, calendars),
            Calendars = priorities.ToImmutableSortedDictionary(p => p, p => Hours(through, c => c.CalendarFor(p), calendars), StringComparer.Ordinal),
        };
    }

    private BusinessCalendar Hours(ImmutableArray<ClockDefinition?> through, Func<ClockDefinition, BusinessCalendar> of, CalendarInForce calendars)
    {
        var hours = new List<CalendarFrom>(through.Length);
        BusinessCalendar? last = null;
        for (var i = 0; i < through.Length; i++)
        {
            // A version without the clock still says what the hours mean by which it runs.
            last = through[i] is { } clock ? of(clock) : last is null ? null : SameName(last, i);
            if (last is not null)
                hours.Add(new CalendarFrom(_versions.All[i].From, _versions.InForce(i, i).Start, last));
        }

        return calendars.Of(hours);
    }

    /// <summary>The calendar that a version calls what the version before calls a calendar; the same one when it has none of the name.</summary>
    private BusinessCalendar SameName(BusinessCalendar calendar, int version)
    {
        var name = _versions.All[version - 1].Agreement.Calendars.FirstOrDefault(c => ReferenceEquals(c.Value, calendar)).Key;
        return name is null ? calendar : _versions.All[version].Agreement.Calendars.GetValueOrDefault(name, calendar);
    }
}
