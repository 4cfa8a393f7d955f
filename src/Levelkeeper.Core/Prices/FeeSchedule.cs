using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Prices;

/// <summary>What the fees of an agreement come to over any span of time. Exact.</summary>
/// <remarks>
/// A fee per month is spread over the days of each month, one per year over those of each year; a price that changes inside a span counts by days, and so does a
/// span that covers a unit in part. So a whole month costs the month's fee whatever its length, and the parts of a span add up to it. Where the periods are the agreement's own
/// months, months are counted from its start. Fees that are paid once are no part of it.
/// </remarks>
public sealed class FeeSchedule
{
    private readonly AgreementVersions _versions;
    private readonly ImmutableArray<Fact> _facts;

    /// <summary>The fees of an agreement with its amendments.</summary>
    /// <param name="versions">The agreement.</param>
    /// <param name="facts">The facts that belong to it; how many units there are is read from them.</param>
    public FeeSchedule(AgreementVersions versions, IEnumerable<Fact> facts)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(facts);
        _versions = versions;
        _facts = [.. facts.Where(f => f.Data is FactData.UnitsCounted or FactData.Measured)];
    }

    /// <summary>What is paid for a span of time.</summary>
    /// <param name="service">The service; null for the agreement as a whole, with all its services.</param>
    /// <param name="span">The span; only its time under the agreement costs anything.</param>
    /// <param name="rule">The periods that it belongs to, which say where months begin; null for the calendar's.</param>
    /// <param name="among">For what one member or component pays: how many there are. A fee per unit is then that of one, any other is shared equally. Null for what all pay.</param>
    /// <returns>The amount, net; or what must be known and is not.</returns>
    public (Rational Amount, string? Unknown) Of(string? service, TickInterval span, PeriodRule? rule = null, int? among = null)
    {
        var total = Rational.Zero;
        for (var i = 0; i < _versions.All.Length; i++)
        {
            var agreement = _versions.All[i].Agreement;
            var part = span.Intersect(_versions.InForce(i, i)).Intersect(agreement.TermTime);
            if (part.IsEmpty)
                continue;
            foreach (var fee in agreement.Price.Fees.Where(f => (service is null || f.Service == service) && (f.Plan.Length == 0 || f.Plan == agreement.Plan)))
            {
                var (amount, unknown) = Of(agreement, fee, part, rule, among);
                if (unknown is not null)
                    return (0, unknown);
                total += amount;
            }
        }

        return (total, null);
    }

    /// <summary>What one fee of a version comes to over a span.</summary>
    internal (Rational Amount, string? Unknown) Of(Agreement agreement, NamedFee fee, TickInterval span, PeriodRule? rule, int? among = null)
    {
        // Each stretch has one price: the fee as it is from its start on, then each change.
        var total = Rational.Zero;
        var changes = agreement.Price.Changes.Where(c => c.Fee == fee.Name).ToList();
        for (var i = -1; i < changes.Count; i++)
        {
            var from = i < 0 ? long.MinValue : StartOf(agreement, changes[i].From);
            var to = i + 1 < changes.Count ? StartOf(agreement, changes[i + 1].From) : long.MaxValue;
            var stretch = span.Intersect(new TickInterval(from, Math.Max(from, to)));
            var (amount, unknown) = stretch.IsEmpty ? (0, null) : Of(agreement, i < 0 ? fee.Fee : changes[i].NewFee, fee.Service, stretch, rule, among);
            if (unknown is not null)
                return (0, unknown);
            total += amount;
        }

        return (total, null);
    }

    private (Rational Amount, string? Unknown) Of(Agreement agreement, Fee fee, string service, TickInterval span, PeriodRule? rule, int? among)
    {
        var price = Rational.From(fee.Amount);
        if (fee.IsOnce)
            return (0, null);
        if (fee.Per is not { } unit)
        {
            // So much for each of what is counted: what was measured in the span.
            var measured = _facts.Where(f => f.Data is FactData.Measured m && m.Metric == fee.Unit && span.Contains(f.Time.ToUnixTimeTicks()) && IsOf(f, service)).ToList();
            return (price * measured.Aggregate(Rational.Zero, (sum, f) => sum + Rational.From(((FactData.Measured)f.Data).Value)) / (among ?? 1), null);
        }

        if (fee.Unit.Length == 0)
            return (price * Units(agreement, unit, span, rule) / (among ?? 1), null);
        if (among is not null)
            return (price * Units(agreement, unit, span, rule), null);
        var counts = _facts.Where(f => f.Data is FactData.UnitsCounted u && u.Unit == fee.Unit && IsOf(f, service)).OrderBy(f => f.Time).ToList();
        var first = counts.FindLastIndex(f => f.Time.ToUnixTimeTicks() <= span.Start);
        if (first < 0)
            return (0, $"how many of '{fee.Unit}' there were at {span.StartInstant}");
        var total = Rational.Zero;
        for (var i = first; i < counts.Count; i++)
        {
            var from = counts[i].Time.ToUnixTimeTicks();
            var stretch = span.Intersect(new TickInterval(from, i + 1 < counts.Count ? counts[i + 1].Time.ToUnixTimeTicks() : long.MaxValue));
            if (!stretch.IsEmpty)
                total += price * Rational.From(((FactData.UnitsCounted)counts[i].Data).Count) * Units(agreement, unit, stretch, rule);
        }

        return (total, null);
    }

    private static bool IsOf(Fact fact, string service) => fact.Address.Service.Length == 0 || service.Length == 0 || fact.Address.Service == service;

    /// <summary>How many of a unit of the calendar a span is: the share of each that it covers, by days.</summary>
    private static Rational Units(Agreement agreement, CalendarUnit unit, TickInterval span, PeriodRule? rule)
    {
        PeriodRule units = (unit, rule) switch
        {
            (CalendarUnit.Month, PeriodRule.OwnMonths own) => own with { Months = 1 },
            (CalendarUnit.Quarter, PeriodRule.OwnMonths own) => own with { Months = 3 },
            (CalendarUnit.Year, PeriodRule.OwnMonths own) => own with { Months = 12 },
            _ => new PeriodRule.Calendar(unit),
        };
        var total = Rational.Zero;
        foreach (var period in new PeriodCalendar(units, agreement.Zone).Touching(span))
        {
            var part = period.During.Intersect(span);
            total += part == period.During ? 1 : Days(agreement.Zone, part) / NodaTime.Period.DaysBetween(period.FirstDay, period.DayAfter);
        }

        return total;
    }

    /// <summary>How many local days a span is; a day in part counts by its time.</summary>
    internal static Rational Days(DateTimeZone zone, TickInterval span)
    {
        var (first, last) = (span.StartInstant.InZone(zone).Date, span.EndInstant.InZone(zone).Date);
        return NodaTime.Period.DaysBetween(first, last) + Passed(last, span.End) - Passed(first, span.Start);

        // The share of a day that lies before an instant of it.
        Rational Passed(LocalDate day, long at)
        {
            var start = zone.AtStartOfDay(day).ToInstant().ToUnixTimeTicks();
            return at == start ? 0 : new Rational(at - start, zone.AtStartOfDay(day.PlusDays(1)).ToInstant().ToUnixTimeTicks() - start);
        }
    }

    private static long StartOf(Agreement agreement, LocalDate date) => agreement.Zone.AtStartOfDay(date).ToInstant().ToUnixTimeTicks();
}
