using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Commitments;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Support;
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

    /// <summary>The language in which it prevails: ISO 639-1.</summary>
    public string Language { get; init; } = "en";

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

    /// <summary>The plan that the customer chose; empty for none.</summary>
    public string Plan { get; init; } = "";

    /// <summary>How far it has come.</summary>
    public AgreementState State { get; init; } = AgreementState.Draft;

    /// <summary>The lawyers' review before anybody signs.</summary>
    public LegalReview LegalReview { get; init; } = LegalReview.None;

    /// <summary>Recorded signatures on paper, in the order of the file.</summary>
    public ImmutableArray<PaperSignature> PaperSignatures { get; init; } = [];

    /// <summary>The ISO 4217 code of every amount; empty when it names no money.</summary>
    public string Currency { get; init; } = "";

    /// <summary>People, roles and teams that are told, decide or act.</summary>
    public ImmutableArray<Person> People { get; init; } = [];

    /// <summary>Suppliers' services behind its own.</summary>
    public ImmutableArray<Supplier> Suppliers { get; init; } = [];

    /// <summary>Where help is asked for, and with which priorities.</summary>
    public SupportTerms Support { get; init; } = SupportTerms.None;

    /// <summary>What is paid, when and how.</summary>
    public Price Price { get; init; } = Price.Default;

    /// <summary>What follows when objectives are missed or exceeded, in the order of the file.</summary>
    public ImmutableArray<Remedy> Remedies { get; init; } = [];

    /// <summary>The most that the provider owes by all remedies together in a period of billing; null for no such cap. A share is of the agreement's fees for it.</summary>
    public Cap? MostPerPeriod { get; init; }

    /// <summary>The same in twelve months.</summary>
    public Cap? MostPer12Months { get; init; }

    /// <summary>True when its remedies are the only ones; false, the default, when the law's remain.</summary>
    public bool RemediesAreTheOnlyOnes { get; init; }

    /// <summary>How long after a period's end its statement is issued when the agreement is silent.</summary>
    public static Time.TimeAmount DefaultStatementTime { get; } = new Time.TimeAmount.BusinessDays(10);

    /// <summary>How long after a period's end its statement is issued.</summary>
    public Time.TimeAmount StatementWithin { get; init; } = DefaultStatementTime;

    /// <summary>How many people it takes to issue a statement.</summary>
    public StatementApproval StatementApproval { get; init; } = StatementApproval.OnePerson;

    /// <summary>Causes that excuse, and who decides.</summary>
    public ImmutableArray<ExclusionRule> Exclusions { get; init; } = [];

    /// <summary>How long statements can be disputed.</summary>
    public DisputeRule Disputes { get; init; } = DisputeRule.Default;

    /// <summary>Who is told, and when, in the order of the file.</summary>
    public ImmutableArray<EscalationStep> Escalations { get; init; } = [];

    /// <summary>Commitments on security, privacy and the like.</summary>
    public ImmutableArray<Commitment> Commitments { get; init; } = [];

    /// <summary>The decisions of which it is known that they were not seen, as in a public agreement of which half is known. What depends on one is not computed, and says so.</summary>
    public ImmutableArray<Clause> NotSeen { get; init; } = [];

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

    /// <summary>The clocks on the customer that act on a clock by their lateness: those of tickets, and those of recurring duties.</summary>
    public IEnumerable<ClockDefinition> ActingOn(ClockDefinition clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return Clocks.Concat(Duties.Where(d => !d.Delays.IsEmpty).Select(d => ClockTemplates.OnDuty(d.Rule.Duty)))
            .Where(c => c.Name != clock.Name && clock.Lateness.Any(l => l.Clock == c.Name));
    }

    /// <summary>The duties of the customer whose lateness excuses what it delays of an objective.</summary>
    public IEnumerable<DutyDefinition> Delaying(string objective) => Duties.Where(d => d.Delays.Contains(objective));

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
public sealed record DutyDefinition(string Title, PartyRole Party, DutyRule Rule)
{
    /// <summary>
    /// The objectives that a customer's lateness with it delays: from due to done their clocks stand still and their downtime is excused. Empty when lateness has no further effect.
    /// </summary>
    public ImmutableArray<string> Delays { get; init; } = [];
}
