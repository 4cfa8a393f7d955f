using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Facts;
using NodaTime;
using static Levelkeeper.Core.Tests.Measurements.Facts;

namespace Levelkeeper.Core.Tests.Duties;

/// <summary>When a duty was late. It is due on Mondays of October 2025 at noon: on the 6th, 13th, 20th and 27th.</summary>
public sealed class DutyLatenessTests
{
    private static DutyRule Weekly(int grace = 0) => new()
    {
        Duty = "access",
        Recurrence = new DutyRecurrence.EveryWeeks(IsoDayOfWeek.Monday),
        At = new LocalTime(12, 0),
        Zone = DateTimeZone.Utc,
        From = new LocalDate(2025, 10, 1),
        Grace = Duration.FromDays(grace),
    };

    private static Instant Noon(int day) => At(day, 12);

    private static Fact Done(Instant at, bool succeeded = true, string evidence = "", string duty = "access") =>
        Fact(at, new FactData.DutyDone(duty, evidence, succeeded), $"{at}");

    private static string[] Late(DutyRule rule, Instant asOf, params Fact[] facts) =>
        [.. DutyLateness.Of(rule, facts, asOf).Select(l => $"{l.During.StartInstant:dd HH} to {(l.During.End == long.MaxValue ? "now" : $"{l.During.EndInstant:dd HH}")} by {l.DoneBy?.Time.ToString("dd HH", null) ?? "nobody"}")];

    [Fact]
    public void Done_in_time_is_never_late_and_the_instant_at_which_it_is_due_is_in_time()
    {
        Late(Weekly(), Noon(7), Done(Noon(5))).ShouldBeEmpty();
        Late(Weekly(), Noon(7), Done(Noon(6))).ShouldBeEmpty();
    }

    [Fact]
    public void Not_done_it_is_late_from_due_on_until_now() => Late(Weekly(), Noon(8)).ShouldBe(["06 12 to now by nobody"]);

    [Fact]
    public void What_falls_due_now_is_not_late_yet() => Late(Weekly(), Noon(6)).ShouldBeEmpty();

    [Fact]
    public void Done_within_its_grace_it_was_late_until_then() => Late(Weekly(grace: 2), Noon(12), Done(Noon(7))).ShouldBe(["06 12 to 07 12 by 07 12"]);

    [Fact]
    public void A_missed_one_is_late_until_the_next_deed_whichever_occurrence_that_does() =>
        Late(Weekly(), Noon(15), Done(Noon(9))).ShouldBe(["06 12 to 09 12 by 09 12"]);

    [Fact]
    public void Two_in_a_row_that_nobody_did_are_one_lateness() => Late(Weekly(), Noon(16), Done(Noon(15))).ShouldBe(["06 12 to 15 12 by 15 12"]);

    [Fact]
    public void A_deed_makes_good_the_earlier_one_so_the_later_stays_late() =>
        // The deed of the 14th does what was due on the 6th, because its grace reaches so far; what was due on the 13th is done on the 16th.
        Late(Weekly(grace: 9), Noon(19), Done(Noon(14)), Done(Noon(16))).ShouldBe(["06 12 to 16 12 by 16 12"]);

    [Fact]
    public void Each_lateness_stands_by_itself() =>
        Late(Weekly(), Noon(22), Done(Noon(7)), Done(Noon(12)), Done(Noon(21))).ShouldBe(["06 12 to 07 12 by 07 12", "20 12 to 21 12 by 21 12"]);

    [Fact]
    public void A_failed_attempt_a_deed_without_evidence_and_another_duty_end_nothing()
    {
        var rule = Weekly() with { EvidenceRequired = true };
        Late(rule, Noon(12), Done(Noon(7), succeeded: false, evidence: "log"), Done(Noon(8)), Done(Noon(9), evidence: "log", duty: "other"), Done(Noon(10), evidence: "log"))
            .ShouldBe(["06 12 to 10 12 by 10 12"]);
    }

    [Fact]
    public void What_is_done_after_now_is_not_known_yet() => Late(Weekly(), Noon(7), Done(Noon(8))).ShouldBe(["06 12 to now by nobody"]);
}
