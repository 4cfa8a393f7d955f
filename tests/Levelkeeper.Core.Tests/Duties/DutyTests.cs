using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Tests.Measurements;
using Levelkeeper.Core.Time;
using NodaTime;
using static Levelkeeper.Core.Tests.Measurements.Facts;

namespace Levelkeeper.Core.Tests.Duties;

public sealed class DutyTests
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    private static readonly DateTimeZone Utc = DateTimeZone.Utc;

    private static DutyRule Rule(DutyRecurrence recurrence, DateTimeZone? zone = null, int hour = 12, int minute = 0, LocalDate? from = null) => new()
    {
        Duty = "back-up", Recurrence = recurrence, At = new LocalTime(hour, minute), Zone = zone ?? Utc, From = from ?? new LocalDate(2025, 1, 1),
    };

    private static string[] Due(DutyRule rule, LocalDate before) =>
        [.. DutySchedule.DueBefore(rule, rule.Zone.AtStartOfDay(before).ToInstant()).Select(occurrence => occurrence.Due.ToString())];

    private static FactData Done(string evidence = "", bool succeeded = true) => new FactData.DutyDone("back-up", evidence, succeeded);

    private static DutyResult Evaluate(DutyRule rule, IReadOnlyList<Fact> facts, Instant? asOf = null, TickInterval? period = null)
    {
        var result = DutyEvaluation.Evaluate(rule, facts, period ?? October, asOf ?? At(60));
        result.Explanation.ShouldAddUp();
        return result;
    }

    // Weekly from Monday 6 October: due on 6, 13, 20, 27 October at noon.
    private static DutyRule Weekly => Rule(new DutyRecurrence.EveryWeeks(IsoDayOfWeek.Monday), from: new LocalDate(2025, 10, 1)) with { Grace = Duration.FromHours(24) };

    [Fact]
    public void Wall_clock_time_is_kept_when_the_clocks_change() =>
        Due(Rule(new DutyRecurrence.EveryDays(), Berlin, 12, from: new LocalDate(2025, 3, 29)), new LocalDate(2025, 4, 1))
            .ShouldBe(["2025-03-29T11:00:00Z", "2025-03-30T10:00:00Z", "2025-03-31T10:00:00Z"]);

    [Fact]
    public void A_due_time_in_the_spring_gap_moves_to_its_end() =>
        Due(Rule(new DutyRecurrence.EveryDays(), Berlin, 2, 30, new LocalDate(2025, 3, 30)), new LocalDate(2025, 3, 31)).ShouldBe(["2025-03-30T01:00:00Z"]);

    [Fact]
    public void A_due_time_in_the_autumn_overlap_is_the_later_one() =>
        Due(Rule(new DutyRecurrence.EveryDays(), Berlin, 2, 30, new LocalDate(2025, 10, 26)), new LocalDate(2025, 10, 27)).ShouldBe(["2025-10-26T01:30:00Z"]);

    [Fact]
    public void The_31st_is_the_last_day_of_a_shorter_month_and_leap_years_have_a_29th() =>
        Due(Rule(new DutyRecurrence.EveryMonths(DayOfMonth.On(31)), from: new LocalDate(2024, 1, 31)), new LocalDate(2024, 5, 1))
            .ShouldBe(["2024-01-31T12:00:00Z", "2024-02-29T12:00:00Z", "2024-03-31T12:00:00Z", "2024-04-30T12:00:00Z"]);

    [Fact]
    public void A_yearly_duty_on_29_February_is_due_on_the_28th_of_other_years() =>
        Due(Rule(new DutyRecurrence.EveryMonths(DayOfMonth.On(29), 12, 2), from: new LocalDate(2023, 1, 1)), new LocalDate(2026, 1, 1))
            .ShouldBe(["2023-02-28T12:00:00Z", "2024-02-29T12:00:00Z", "2025-02-28T12:00:00Z"]);

    // 31 May 2025 is a Saturday, 31 August a Sunday, 30 November a Sunday.
    [Fact]
    public void A_quarterly_duty_is_due_on_the_last_working_day() =>
        Due(Rule(new DutyRecurrence.EveryMonths(DayOfMonth.LastWorkingDay, 3, 5)), new LocalDate(2026, 1, 1))
            .ShouldBe(["2025-02-28T12:00:00Z", "2025-05-30T12:00:00Z", "2025-08-29T12:00:00Z", "2025-11-28T12:00:00Z"]);

    [Fact]
    public void What_is_due_once_is_due_on_its_date_and_never_again()
    {
        var rule = Rule(new DutyRecurrence.Once(new LocalDate(2025, 10, 10)));
        Due(rule, new LocalDate(2026, 1, 1)).ShouldBe(["2025-10-10T12:00:00Z"]);
        Due(rule, new LocalDate(2025, 10, 10)).ShouldBeEmpty();
        Due(rule with { From = new LocalDate(2025, 10, 11) }, new LocalDate(2026, 1, 1)).ShouldBeEmpty();
        Due(rule with { Until = new LocalDate(2025, 10, 10) }, new LocalDate(2026, 1, 1)).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_due_once_is_overdue_until_it_is_done_and_then_done_late()
    {
        var rule = Rule(new DutyRecurrence.Once(new LocalDate(2025, 10, 10))) with { Grace = Duration.FromDays(36_525) };
        var open = Evaluate(rule, [], asOf: At(20)).Occurrences.ShouldHaveSingleItem();
        (open.Outcome, open.IsOverdue).ShouldBe((DutyOutcome.Pending, true));
        Evaluate(rule, [], asOf: At(20)).Value.Number().ShouldBe(0);
        Evaluate(rule, Log((At(15), Done()))).Occurrences.ShouldHaveSingleItem().Outcome.ShouldBe(DutyOutcome.DoneLate);
        Evaluate(rule, Log((At(9), Done()))).Occurrences.ShouldHaveSingleItem().Outcome.ShouldBe(DutyOutcome.Done);
        Evaluate(rule, [], asOf: At(5)).Value.ShouldBeNoActivity();
    }

    [Fact]
    public void Working_days_are_those_of_the_calendar()
    {
        var rule = Rule(new DutyRecurrence.EveryMonths(DayOfMonth.LastWorkingDay), from: new LocalDate(2025, 10, 1)) with { IsWorkingDay = date => date.Day <= 10 };
        Due(rule, new LocalDate(2025, 11, 1)).ShouldBe(["2025-10-10T12:00:00Z"]);
        Due(rule with { Recurrence = new DutyRecurrence.EveryMonths(DayOfMonth.WorkingDay(5)) }, new LocalDate(2025, 11, 1)).ShouldBe(["2025-10-05T12:00:00Z"]);
        Due(rule with { IsWorkingDay = _ => false }, new LocalDate(2025, 11, 1)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_second_week_and_every_third_day_count_from_the_first()
    {
        Due(Rule(new DutyRecurrence.EveryWeeks(IsoDayOfWeek.Monday, 2), from: new LocalDate(2025, 10, 1)), new LocalDate(2025, 11, 1)).ShouldBe(["2025-10-06T12:00:00Z", "2025-10-20T12:00:00Z"]);
        Due(Rule(new DutyRecurrence.EveryDays(3), from: new LocalDate(2025, 10, 27)) with { Until = new LocalDate(2025, 11, 2) }, new LocalDate(2025, 12, 1)).ShouldBe(["2025-10-27T12:00:00Z", "2025-10-30T12:00:00Z"]);
    }

    [Fact]
    public void Done_in_time_late_missed_and_pending()
    {
        var facts = Log((At(6, 12), Done("log 1")), (At(14, 12), Done()), (At(23), Done(succeeded: false)));
        var result = Evaluate(Weekly, facts, asOf: At(25));
        result.Occurrences.Select(occurrence => occurrence.Outcome).ShouldBe([DutyOutcome.Done, DutyOutcome.DoneLate, DutyOutcome.Missed, DutyOutcome.Pending]);
        result.Occurrences[0].Evidence.ShouldBe("log 1");
        result.Value.Number().ShouldBe(new Rational(1, 3));
        result.Volume.ShouldBe(3);
        result.LeftOut.ShouldHaveSingleItem().Reason.ShouldBe("the attempt failed");
        Evaluate(Weekly with { LateCounts = true }, facts, asOf: At(25)).Value.Number().ShouldBe(new Rational(2, 3));
    }

    [Fact]
    public void One_instant_after_the_grace_is_missed()
    {
        var late = Evaluate(Weekly with { Until = new LocalDate(2025, 10, 7) }, Log((At(7, 12) + Duration.FromTicks(1), Done())));
        late.Occurrences.ShouldHaveSingleItem().Outcome.ShouldBe(DutyOutcome.Missed);
        Evaluate(Weekly, [], asOf: At(7, 12)).Occurrences[0].ShouldSatisfyAllConditions(
            occurrence => occurrence.Outcome.ShouldBe(DutyOutcome.Pending), occurrence => occurrence.IsOverdue.ShouldBeTrue());
    }

    [Fact]
    public void Nothing_is_missed_before_its_time_and_nothing_counts_from_the_future()
    {
        var result = Evaluate(Weekly, Log((At(6, 11), Done())), asOf: At(6, 10));
        result.Value.ShouldBeNoActivity();
        result.LeftOut.ShouldHaveSingleItem().Reason.ShouldBe("it lies in the future");
        Evaluate(Weekly, [], asOf: At(6, 12)).Value.ShouldBeNoActivity();
        Evaluate(Weekly, [], asOf: At(6, 12) + Duration.FromTicks(1)).Value.Number().ShouldBe(0);
    }

    [Fact]
    public void A_period_in_which_nothing_is_due_has_no_activity() =>
        Evaluate(Rule(new DutyRecurrence.EveryMonths(DayOfMonth.Last, 12, 12)), []).Value.ShouldBeNoActivity();

    [Fact]
    public void Evidence_where_it_is_required()
    {
        var facts = Log((At(6, 10), Done()), (At(6, 11), Done("report 7")));
        var result = Evaluate(Weekly with { EvidenceRequired = true }, facts, asOf: At(7));
        result.Occurrences[0].Evidence.ShouldBe("report 7");
        result.LeftOut.ShouldHaveSingleItem().Reason.ShouldBe("it has no evidence");
    }

    [Fact]
    public void A_deed_between_two_due_times_makes_good_the_earlier_before_it_counts_for_the_later()
    {
        // On 13 October at 18:00: the 13th is not done, so it is late for it; the 20th is then missed.
        Evaluate(Weekly, Log((At(6), Done()), (At(13, 18), Done()))).Occurrences.Take(3).Select(occurrence => occurrence.Outcome)
            .ShouldBe([DutyOutcome.Done, DutyOutcome.DoneLate, DutyOutcome.Missed]);
        // With the 13th done the same deed is early for the 20th, unless a window forbids that.
        var facts = Log((At(6), Done()), (At(13), Done()), (At(13, 18), Done()));
        Evaluate(Weekly, facts).Occurrences[2].Outcome.ShouldBe(DutyOutcome.Done);
        var result = Evaluate(Weekly with { Window = Duration.FromDays(2) }, facts);
        result.Occurrences[2].Outcome.ShouldBe(DutyOutcome.Missed);
        result.LeftOut.ShouldHaveSingleItem().Reason.ShouldContain("nothing that is due");
    }

    [Fact]
    public void A_window_opens_with_its_first_instant()
    {
        // Two days before Monday the 20th at noon.
        Outcome(At(18, 12)).ShouldBe(DutyOutcome.Done);
        Outcome(At(18, 12) - Duration.FromTicks(1)).ShouldBe(DutyOutcome.Missed);

        static DutyOutcome Outcome(Instant deed) => Evaluate(Weekly with { Window = Duration.FromDays(2) }, Log((deed, Done()))).Occurrences[2].Outcome;
    }

    [Fact]
    public void What_is_due_at_the_first_instant_of_a_period_belongs_to_it_and_at_its_end_to_the_next()
    {
        var midnight = Rule(new DutyRecurrence.EveryDays(), hour: 0, from: new LocalDate(2025, 9, 30));
        var due = Evaluate(midnight, []).Occurrences.Select(occurrence => occurrence.Occurrence.Due).ToArray();
        (due[0], due[^1], due.Length).ShouldBe((At(1), At(31), 31));
    }

    [Fact]
    public void A_deed_after_all_is_done_is_listed_as_one_too_many()
    {
        var result = Evaluate(Weekly, Log((At(6), Done()), (At(13), Done()), (At(20), Done()), (At(27), Done()), (At(30), Done())));
        result.Value.Number().ShouldBe(1);
        result.LeftOut.ShouldHaveSingleItem().Reason.ShouldContain("nothing that is due");
    }

    [Fact]
    public void A_recurrence_of_no_days_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Due(Rule(new DutyRecurrence.EveryDays(0)), new LocalDate(2025, 1, 3)));

    [Fact]
    public void A_deed_does_at_most_one_occurrence() =>
        Evaluate(Weekly with { Grace = Duration.FromDays(30) }, Log((At(28), Done()))).Occurrences.Count(occurrence => occurrence.By is not null).ShouldBe(1);

    [Fact]
    public void What_was_due_before_the_period_is_not_done_again_in_it()
    {
        // Due on 29 September and done late on 30 September and 1 October by a daily deed: the later one is early for 6 October.
        var rule = Weekly with { From = new LocalDate(2025, 9, 29), Grace = Duration.FromDays(3) };
        var result = Evaluate(rule, Log((At(1), Done())));
        result.Occurrences[0].Outcome.ShouldBe(DutyOutcome.Missed);
        result.LeftOut.ShouldHaveSingleItem().Reason.ShouldBe("it did what was due before this period");
    }

    [Fact]
    public void The_weeks_add_up_to_the_month_and_order_does_not_matter() => Prop.ForAll(
        Arb.From(Gen.Choose(0, 31 * 24).ArrayOf()), Arb.From(Gen.Choose(0, 72)), ArbMap.Default.ArbFor<int>(), (hours, grace, seed) =>
        {
            var rule = Rule(new DutyRecurrence.EveryDays(2), from: new LocalDate(2025, 10, 1)) with { Grace = Duration.FromHours(grace) };
            var facts = Log(hours.Select(hour => (At(1, hour), Done())));
            var whole = Evaluate(rule, facts).Occurrences;
            var days = Enumerable.Range(1, 31).SelectMany(day => Evaluate(rule, facts, period: TickInterval.Between(At(day), At(day + 1))).Occurrences);
            days.ShouldBe(whole);
            var shuffled = facts.ToArray();
            new Random(seed).Shuffle(shuffled);
            Evaluate(rule, Sorted(shuffled)).Occurrences.ShouldBe(whole);
            whole.Where(occurrence => occurrence.By is not null).Select(occurrence => occurrence.By!.Value.Id).ShouldBeUnique();
            whole.ShouldAllBe(occurrence => occurrence.By == null
                || (occurrence.By.Value.Time >= occurrence.Occurrence.Opens && occurrence.By.Value.Time <= occurrence.Occurrence.Latest));
            whole.Count(occurrence => occurrence.By is not null).ShouldBe(MostThatCanBeDone(whole, [.. facts.Select(fact => fact.Time)]));
        }).Check(Seeds.Config());

    // The largest number of occurrences that any pairing can do, by augmenting paths.
    private static int MostThatCanBeDone(IReadOnlyList<DutyOccurrenceResult> occurrences, Instant[] deeds)
    {
        var doneBy = Enumerable.Repeat(-1, deeds.Length).ToArray();
        return Enumerable.Range(0, occurrences.Count).Count(occurrence => Augment(occurrence, new bool[deeds.Length]));

        bool Augment(int occurrence, bool[] seen)
        {
            for (var deed = 0; deed < deeds.Length; deed++)
            {
                var (opens, _, latest) = occurrences[occurrence].Occurrence;
                if (seen[deed] || deeds[deed] < opens || deeds[deed] > latest)
                    continue;
                seen[deed] = true;
                if (doneBy[deed] < 0 || Augment(doneBy[deed], seen))
                {
                    doneBy[deed] = occurrence;
                    return true;
                }
            }

            return false;
        }
    }
}
