using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>Availability asked minute by minute: what was the service then, and does the minute count. Everything happens on whole minutes.</summary>
public sealed class ReferenceAvailability
{
    private readonly AvailabilityPolicy _policy;
    private readonly ReferencePeriod _period;
    private readonly bool _officeHours;
    private readonly ReferenceMinutes _minutes;
    private readonly ReferenceService _service;
    private readonly ReferenceClaims _claims;
    private readonly List<int> _reports;
    private readonly Instant _countsFrom;
    private readonly Duration _before;
    private readonly JoinedLate _joinedLate;
    private readonly Func<Instant, bool> _wasThere;

    /// <summary>Reads a log.</summary>
    /// <param name="policy">The agreement's decisions.</param>
    /// <param name="log">The facts as they count. Those about the service as a whole ("shop") hold for each component.</param>
    /// <param name="period">The period: a day, a week, a month.</param>
    /// <param name="officeHours">Whether only office hours are agreed.</param>
    /// <param name="components">The components' names.</param>
    /// <param name="needed">How many of them must work.</param>
    /// <param name="joinedLate">What counts of a period of which only a part is under the agreement.</param>
    /// <param name="wasThere">When what is looked at was there; null for always.</param>
    public ReferenceAvailability(
        AvailabilityPolicy policy, ReferenceLog log, ReferencePeriod period, bool officeHours, IReadOnlyList<string> components, int needed, JoinedLate joinedLate, Func<Instant, bool>? wasThere = null)
    {
        _policy = policy;
        _joinedLate = joinedLate;
        _wasThere = wasThere ?? (_ => true);
        _period = period;
        _officeHours = officeHours;
        var facts = log.Facts.Select(f => f.Fact).ToList();
        // Back to where an allowance may have begun, and on until all that is said has expired.
        _before = Duration.FromDays(policy.Maintenance?.AllowancePer?.Rule is PeriodRule.Calendar { Unit: var unit } ? unit switch { CalendarUnit.Month => 32, CalendarUnit.Week => 8, _ => 2 } : 0);
        var around = facts.Select(f => f.Time).Append(period.Start - _before).Append(period.End).ToList();
        _minutes = new ReferenceMinutes(around.Min() - Duration.FromMinutes(2), around.Max() + (policy.Freshness ?? Duration.Zero) + Duration.FromMinutes(2));
        var parts = components.Select(c => new ReferenceComponent([.. facts.Where(f => f.Subject == c || f.Subject == "shop")], policy, _minutes)).ToList();
        _service = new ReferenceService(policy, parts, needed);
        _claims = new ReferenceClaims(policy, log);
        _reports = [.. facts.Where(f => f.Data is FactData.TicketReported { By: Actor.Customer }).Select(f => _minutes.Number(f.Time))];
        var firstNews = parts.Min(p => p.FirstNews);
        _countsFrom = policy.CountsFrom switch
        {
            CountingStart.FirstFact => firstNews ?? Instant.MaxValue,
            CountingStart.FirstFactIfAny => firstNews ?? Instant.MinValue,
            _ => Instant.MinValue,
        };
    }

    /// <summary>Whether any claim waits for a decision.</summary>
    public bool AnyPending => _claims.AnyPending;

    /// <summary>The result for a target of at least so much.</summary>
    /// <param name="target">The target.</param>
    /// <param name="atRiskLeft">The share of the budget left at which a running period is at risk.</param>
    /// <param name="pendingToo">True: as if every claim that waits were approved.</param>
    public ReferenceResult Evaluate(Rational target, Rational atRiskLeft, bool pendingToo = false)
    {
        var worst = Count(_policy.NoData switch { NoDataTreatment.Up => ServiceState.Up, NoDataTreatment.Out => null, _ => ServiceState.Down }, pendingToo);
        var best = Count(_policy.NoData switch { NoDataTreatment.Down => ServiceState.Down, NoDataTreatment.Out => null, _ => ServiceState.Up }, pendingToo);
        var (allowed, lost) = ((1 - target) * worst.Whole, worst.Lost);
        var result = worst.Level is { } lowest && best.Level is { } highest
            ? _period.Running ? new ReferenceResult(Running(), lowest, highest) : ReferenceResult.AtLeast(target, lowest, highest)
            : worst.Level is null && best.Level is null
                ? ReferenceResult.Without(worst.LeftOut + best.LeftOut > 0 ? Verdict.Excused : Verdict.NoActivity)
                : new ReferenceResult(Verdict.InsufficientEvidence, worst.Level, best.Level);
        return result with { Allowed = allowed, Consumed = lost };

        // A perfect rest of the period is what can still come at best.
        Verdict Running() =>
            (best.Whole - best.Lost) / best.Whole < target ? Verdict.Breached
            : (worst.Whole - worst.Lost) / worst.Whole < target ? Verdict.InsufficientEvidence
            : target < 1 && lost >= allowed * (1 - atRiskLeft) ? Verdict.AtRisk
            : Verdict.Met;
    }

    /// <summary>Goes through the minutes with one reading of those of which nobody knows anything.</summary>
    private ReferenceCount Count(ServiceState? unknownAs, bool pendingToo)
    {
        var until = _minutes.Number(Instant.Max(_period.Start, Instant.Min(_period.End, _period.AsOf)));
        var row = _service.All(_minutes.Count, unknownAs);
        ReferenceOutages.Apply(row, _policy, until, _reports);
        var count = new ReferenceCount(_policy);
        var left = int.MaxValue;
        LocalDate? allowanceOf = null;
        for (var minute = _minutes.Number(_period.Start - _before); _minutes.At(minute) < _period.End; minute++)
        {
            var at = _minutes.At(minute);
            if (_policy.Maintenance?.Allowance is { } allowance && AllowancePeriod(at) is var current && current != allowanceOf)
                (left, allowanceOf) = ((int)allowance.TotalMinutes, current);
            if (!IsAgreed(at))
                continue;
            if (_joinedLate != JoinedLate.WholePeriod && !IsUnder(at))
            {
                if (_joinedLate == JoinedLate.RestIsWell && at >= _period.Start)
                    count.Grant(isOver: minute < until);
                continue;
            }

            var inMaintenance = _claims.InMaintenance(at);
            if (minute >= until)
            {
                if (!(inMaintenance && _policy.Maintenance!.Treatment == MaintenanceTreatment.LeavesBoth))
                    count.Rest++;
                continue;
            }

            var now = row[minute];
            var suffers = now.Kind == ReferenceKind.Down || now.Kind == ReferenceKind.Degraded && now.Loss > 0;
            var maintained = inMaintenance && (suffers ? left > 0 : _policy.Maintenance!.Treatment == MaintenanceTreatment.LeavesBoth);
            if (maintained && suffers)
                left--;
            if (at < _period.Start)
                continue;
            if (maintained)
                count.Maintained++;
            else if (suffers && _claims.IsExcused(at, pendingToo))
                count.Excused++;
            else
                count.Add(now);
        }

        return count;
    }

    private bool IsAgreed(Instant at) => at >= _countsFrom && (!_officeHours || _period.IsOfficeOpen(at));

    private bool IsUnder(Instant at) => at >= _period.TermStart && _wasThere(at);

    /// <summary>The first date of the allowance's period; the evaluated period itself where no other is agreed, of which the time before it uses up nothing.</summary>
    private LocalDate? AllowancePeriod(Instant at)
    {
        if (_policy.Maintenance!.AllowancePer is not { } per)
            return at < _period.Start ? LocalDate.MinIsoValue : LocalDate.MaxIsoValue;
        var date = at.InZone(_period.Zone).Date;
        return per.Rule switch
        {
            PeriodRule.Calendar { Unit: CalendarUnit.Day } => date,
            PeriodRule.Calendar { Unit: CalendarUnit.Week } => date.DayOfWeek == IsoDayOfWeek.Monday ? date : date.Previous(IsoDayOfWeek.Monday),
            PeriodRule.Calendar { Unit: CalendarUnit.Month } => new LocalDate(date.Year, date.Month, 1),
            _ => throw new NotSupportedException("The reference knows allowances of a day, a week and a month."),
        };
    }
}

/// <summary>Minutes by what became of them.</summary>
internal sealed class ReferenceCount(AvailabilityPolicy policy)
{
    private long _counted;
    private long _noData;
    private long _granted;
    private decimal _lost;

    /// <summary>Downtime that a claim excuses.</summary>
    public long Excused { get; set; }

    /// <summary>Minutes that maintenance takes out.</summary>
    public long Maintained { get; set; }

    /// <summary>Agreed minutes that have not come yet.</summary>
    public long Rest { get; set; }

    /// <summary>What does not count because somebody announced or claimed it.</summary>
    public long LeftOut => Excused + Maintained;

    /// <summary>What is lost, in minutes.</summary>
    public Rational Lost => Rational.From(_lost);

    /// <summary>All that is agreed so far.</summary>
    public long Agreed => _counted + _noData + _granted
        + (policy.Exclusion == ExclusionTreatment.ExcusesDowntime ? Excused : 0)
        + (policy.Maintenance?.Treatment == MaintenanceTreatment.CountsAsUp ? Maintained : 0);

    /// <summary>All that is agreed in the whole period.</summary>
    public Rational Whole => Agreed + Rest;

    /// <summary>The level; null when there is nothing left to have one.</summary>
    public Rational? Level => _counted + _noData == 0 ? null : (Agreed - Lost) / Agreed;

    /// <summary>Counts a minute that is not under the agreement as one in which all was well.</summary>
    public void Grant(bool isOver)
    {
        if (isOver)
            _granted++;
        else
            Rest++;
    }

    /// <summary>Counts a minute.</summary>
    public void Add(ReferenceMinute minute)
    {
        if (minute.Kind != ReferenceKind.NoData)
            _counted++;
        else if (policy.NoData != NoDataTreatment.Out)
            _noData++;
        _lost += minute.Loss;
    }
}
