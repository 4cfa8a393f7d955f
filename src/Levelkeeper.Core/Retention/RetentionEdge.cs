using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Retention;

/// <summary>From when on an agreement still needs the facts of tickets and measurements, told by its clauses and by which of its statements are settled; never too late, often earlier than it would have to be.</summary>
/// <remarks>
/// <para>
/// An open period needs its own facts; those of every period that a condition over a history or a cap in twelve months looks back to; and what those periods themselves began with. So from the end of the last settled statement it goes back to
/// the start of the periods around it, then by the longest look back, then by a month for what straddles. Up to a boundary of statements before that, periods are archived: the statement maker works nothing out of them any more.
/// </para>
/// <para>
/// Facts that go on saying something until another one does (states, maintenance, exclusions, rosters, units, money) are needed until the agreement is over and settled.
/// </para>
/// </remarks>
/// <param name="FactsFrom">Facts of tickets and measurements before may go; null: all are needed.</param>
/// <param name="ArchivedUntil">Up to when periods are archived; null for none.</param>
/// <param name="IsOver">Nothing of the agreement can move any more: facts of every kind may go.</param>
/// <param name="OpenFrom">The end of the last settled statement: what lies after it is open.</param>
/// <param name="Because">What holds the rest, in words.</param>
public sealed record RetentionEdge(Instant? FactsFrom, Instant? ArchivedUntil, bool IsOver, Instant OpenFrom, string Because)
{
    private const int DaysOfMonth = 31;

    /// <summary>Twelve months of a cap, and the month in which they end.</summary>
    private const int DaysOfCaps = 13 * DaysOfMonth;

    /// <summary>The edge of an agreement.</summary>
    /// <param name="versions">The agreement with its amendments.</param>
    /// <param name="settled">The times of the statements that are settled, in any order; see <see cref="SettledStatements"/>.</param>
    /// <param name="asOf">Now.</param>
    /// <param name="before">Facts from then on are kept whatever the agreement says.</param>
    public static RetentionEdge Of(AgreementVersions versions, IEnumerable<TickInterval> settled, Instant asOf, Instant before)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(settled);
        var (zone, term) = (versions.Latest.Zone, versions.TermTime);
        var pays = versions.All.Any(v => !v.Agreement.Remedies.IsEmpty);
        // Without remedies nothing can be owed, and a month is settled when it is over.
        var boundaries = pays ? Run(term, settled) : [term.Start, .. Months(zone, term, asOf)];
        // A term without an end reaches further than an instant can.
        var (until, open) = (Instant.FromUnixTimeTicks(boundaries[^1]), Instant.FromUnixTimeTicks(Math.Min(asOf.ToUnixTimeTicks(), term.End)));
        if (boundaries[^1] >= term.End && term.End <= asOf.ToUnixTimeTicks())
            return new RetentionEdge(before, until, IsOver: true, until, "it is over and settled");
        var held = until < open && pays ? $"no settled statement follows on {Day(until)}" : $"its periods from {Day(until)} on are open";
        if (LookBack(versions) is not { } days)
            return Nothing($"{held}, and a period or a condition of it reaches back to the start of its term");
        var needed = Back(StartOf(Instant.Min(until, asOf)), days);
        var archived = Instant.FromUnixTimeTicks(boundaries.Last(b => b <= Math.Max(Math.Min(needed, before.ToUnixTimeTicks()), term.Start)));
        if (archived <= term.StartInstant)
            return Nothing($"{held}, and with what it looks back to it reaches to the start of its term");
        var from = Instant.Min(before, Instant.FromUnixTimeTicks(Back(StartOf(archived), DaysOfMonth)));
        return from <= term.StartInstant ? Nothing($"{held}, and with what it looks back to it reaches to the start of its term") : new RetentionEdge(from, archived, IsOver: false, until, held);

        RetentionEdge Nothing(string because) => new(null, null, IsOver: false, until, because);

        string Day(Instant at) => NodaTime.Text.LocalDatePattern.Iso.Format(at.InZone(zone).Date);

        long Back(long ticks, int days) => zone.AtStartOfDay(Instant.FromUnixTimeTicks(ticks).InZone(zone).Date.PlusDays(-days)).ToInstant().ToUnixTimeTicks();

        // The first instant of any period of an objective, a limit or an invoice around an instant.
        long StartOf(Instant at) => versions.All.Select(v => v.Agreement)
            .SelectMany(a => a.Objectives.Select(o => o.NotSeen.Contains(o.PeriodClause) ? new PeriodRule.WholeTerm(a.Term.From, a.Term.From.PlusDays(1)) : o.Period)
                .Concat(a.Exclusions.Select(e => e.AtMostPer).OfType<PeriodRule>()).Append(new PeriodRule.Calendar(a.Price.BilledPer)))
            .Select(rule => new PeriodCalendar(rule, zone).Containing(at).During.Start).Append(at.ToUnixTimeTicks()).Min();
    }

    /// <summary>The boundaries of settled statements that follow on each other from the start of the term on, ascending.</summary>
    private static List<long> Run(TickInterval term, IEnumerable<TickInterval> settled)
    {
        var boundaries = new List<long> { term.Start };
        foreach (var statement in settled.OrderBy(s => s.Start).ThenBy(s => s.End))
        {
            if (statement.Start <= boundaries[^1] && statement.End > boundaries[^1])
                boundaries.Add(statement.End);
        }

        return boundaries;
    }

    private static IEnumerable<long> Months(DateTimeZone zone, TickInterval term, Instant asOf)
    {
        var over = new TickInterval(term.Start, Math.Max(term.Start, Math.Min(term.End, asOf.ToUnixTimeTicks())));
        foreach (var boundary in new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), zone).Boundaries(over))
            yield return boundary.ToUnixTimeTicks();
        if (over.End == term.End && !over.IsEmpty)
            yield return over.End;
    }

    /// <summary>How many days before a period facts may still count for it; null for all of the term.</summary>
    private static int? LookBack(AgreementVersions versions)
    {
        var longest = DaysOfMonth;
        foreach (var agreement in versions.All.Select(v => v.Agreement))
        {
            if (agreement.Objectives.Any(o => o.Period is PeriodRule.WholeTerm || o.NotSeen.Contains(o.PeriodClause)))
                return null;
            if (!agreement.Remedies.IsEmpty)
                longest = Math.Max(longest, DaysOfCaps + DaysOfMonth);
            foreach (var remedy in agreement.Remedies)
                longest = Math.Max(longest, DaysOf(remedy.When, agreement) + DaysOfCaps + DaysOfMonth);
        }

        return longest;
    }

    private static int DaysOf(RemedyCondition condition, Agreement agreement) => condition switch
    {
        RemedyCondition.OverHistory history => history.Periods * DaysOf(history.Unit, history, agreement) + DaysOf(history.Of, agreement),
        RemedyCondition.Average average => average.Periods * DaysOf(average.Over, average, agreement),
        RemedyCondition.All all => all.Of.Max(c => DaysOf(c, agreement)),
        RemedyCondition.Any any => any.Of.Max(c => DaysOf(c, agreement)),
        RemedyCondition.Has or RemedyCondition.Level or RemedyCondition.CapReached or RemedyCondition.Lapsed => 0,
        _ => throw new InvalidOperationException("The cases of a condition are closed."),
    };

    private static int DaysOf(CalendarUnit? unit, RemedyCondition condition, Agreement agreement) => unit is { } given
        ? DaysOf(given)
        : condition.Objectives.Select(name => agreement.Objectives.FirstOrDefault(o => o.Name == name)).OfType<Objective>().Select(o => DaysOf(o.Period)).DefaultIfEmpty(DaysOf(CalendarUnit.Year)).Max();

    private static int DaysOf(PeriodRule rule) => rule switch
    {
        PeriodRule.Calendar calendar => DaysOf(calendar.Unit),
        PeriodRule.OwnMonths own => own.Months * DaysOfMonth,
        PeriodRule.Rolling rolling => (int)Math.Min(rolling.Length.TotalDays + 1, DaysOf(CalendarUnit.Year) * 100),
        PeriodRule.RollingDays days => days.Days,
        PeriodRule.RollingMonths months => months.Months * DaysOfMonth,
        PeriodRule.MonthsBack back => back.Months * DaysOfMonth,
        PeriodRule.WholeTerm term => NodaTime.Period.Between(term.Start, term.End, PeriodUnits.Days).Days,
        _ => throw new InvalidOperationException("The cases of a period rule are closed."),
    };

    private static int DaysOf(CalendarUnit unit) => unit switch
    {
        CalendarUnit.Day => 1,
        CalendarUnit.Week => 7,
        CalendarUnit.Month => DaysOfMonth,
        CalendarUnit.Quarter => 92,
        CalendarUnit.HalfYear => 184,
        CalendarUnit.Year => 366,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Unknown unit."),
    };
}
