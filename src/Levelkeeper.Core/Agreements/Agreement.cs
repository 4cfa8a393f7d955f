using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Matching;
using NodaTime;

namespace Levelkeeper.Core.Agreements;

/// <summary>A service level agreement: who promises what to whom, how it is measured and for how long. Immutable; read from a file by the language.</summary>
public sealed record Agreement
{
    /// <summary>Its identity.</summary>
    public required string Id { get; init; }

    /// <summary>As people read it.</summary>
    public required string Title { get; init; }

    /// <summary>What kind it is.</summary>
    public AgreementKind Kind { get; init; }

    /// <summary>Who delivers.</summary>
    public required Party Provider { get; init; }

    /// <summary>Who receives; null for a one-sided commitment.</summary>
    public Party? Customer { get; init; }

    /// <summary>How long it holds.</summary>
    public required Term Term { get; init; }

    /// <summary>The zone of its dates and periods.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>Its calendars by name; <c>always</c> is among them.</summary>
    public required ImmutableSortedDictionary<string, BusinessCalendar> Calendars { get; init; }

    /// <summary>Where its calendars stand, by name; those that nobody wrote are not among them.</summary>
    public ImmutableSortedDictionary<string, Clause> CalendarClauses { get; init; } = ImmutableSortedDictionary<string, Clause>.Empty;

    /// <summary>Its services, in the order of the file.</summary>
    public required ImmutableArray<Service> Services { get; init; }

    /// <summary>The clocks that it names itself, in the order of the file.</summary>
    public ImmutableArray<ClockDefinition> Clocks { get; init; } = [];

    /// <summary>Rules that hold for tickets, whichever clock runs on them.</summary>
    public TicketPolicies TicketPolicies { get; init; } = TicketPolicies.Default;

    /// <summary>Rosters by name.</summary>
    public ImmutableArray<RosterDefinition> Rosters { get; init; } = [];

    /// <summary>Recurring duties.</summary>
    public ImmutableArray<DutyDefinition> Duties { get; init; } = [];

    /// <summary>Where facts belong; the first rule that holds decides.</summary>
    public ImmutableArray<MatchRule> MatchRules { get; init; } = [];

    /// <summary>Who may assert what; empty: every source may assert everything.</summary>
    public ImmutableArray<Assertion> Assertions { get; init; } = [];

    /// <summary>What is promised, in the order of the file.</summary>
    public required ImmutableArray<Objective> Objectives { get; init; }

    /// <summary>The time of the term, in ticks; without an end it reaches to the end of time.</summary>
    public Time.TickInterval TermTime
    {
        get
        {
            var start = Zone.AtStartOfDay(Term.From).ToInstant().ToUnixTimeTicks();
            return new Time.TickInterval(start, Term.Until is { } until ? Math.Max(start, Zone.AtStartOfDay(until).ToInstant().ToUnixTimeTicks()) : long.MaxValue);
        }
    }

    /// <summary>The metrics, duties, rosters and objectives that facts may name to belong to the agreement as a whole.</summary>
    public IEnumerable<string> BusinessNames =>
        Objectives.Select(o => o.Name)
            .Concat(Objectives.Select(o => o.Indicator).OfType<Indicator.Values>().Select(v => v.Metric))
            .Concat(Duties.Select(d => d.Rule.Duty))
            .Concat(Rosters.Select(r => r.Name));

    /// <summary>The service of a name, or null.</summary>
    public Service? Service(string name) => Services.FirstOrDefault(s => s.Name == name);
}

/// <summary>A roster as the agreement states it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Members">Who belongs to it from the start of the term.</param>
/// <param name="Partial">What a member of a part of a period owes.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record RosterDefinition(string Name, ImmutableArray<string> Members, Rosters.PartialMembership Partial, Clause Clause);

/// <summary>A recurring duty as the agreement states it.</summary>
/// <param name="Title">As people read it.</param>
/// <param name="Party">Whose duty it is.</param>
/// <param name="Rule">When it is due and what counts as done.</param>
public sealed record DutyDefinition(string Title, PartyRole Party, DutyRule Rule);
