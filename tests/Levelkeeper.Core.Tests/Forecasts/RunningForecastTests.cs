using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Forecasts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Tests.Forecasts;

/// <summary>The chance of a breach in a period that runs: what has happened stands, the rest is drawn.</summary>
public sealed class RunningForecastTests
{
    // 744 hours of March: half a percent is 3.72 hours.
    private static readonly Agreement Half = Agreement(Objective(TimeUp(), percent: 99.5m));

    private static readonly Instant Start = On(1, 5);

    [Fact]
    public void What_is_lost_already_counts_with_what_may_come()
    {
        // From Wednesday 18 March on two weeks are drawn, each from ten that begin on a Wednesday. Five of them have an hour on their Monday, one the three hours of 3 March: six of ten are too much beside three lost hours.
        var chance = Running(Half, On(3, 18), [.. Mondays, .. Outage(On(3, 3), Duration.FromHours(3))]);
        chance.Method.ShouldBe(ChanceMethod.Weeks);
        chance.History.ShouldBe(72);
        chance.Period.Label.ShouldBe("2026-03");
        Within(chance.Chance!.Value, Rational.From(1 - 0.4m * 0.4m), Rational.From(0.03m));
    }

    [Fact]
    public void Where_nothing_is_lost_yet_what_is_left_of_the_period_can_be_too_short_to_miss() => Running(Half, On(3, 18), Mondays).Chance.ShouldBe(0);

    [Theory]
    [InlineData(98.6, 1)] // 10.416 h may be lost
    [InlineData(98.5, 0)] // 11.16 h
    public void Of_the_day_that_runs_the_part_that_is_left_is_drawn(double percent, int chance)
    {
        // Each Tuesday two hours are lost: of March's five all ten are by noon of the last day, and a half of two may come.
        var tuesdays = Enumerable.Range(0, 13).SelectMany(week => Outage(On(1, 6) + Duration.FromDays(7 * week), Duration.FromHours(2)));
        Running(Agreement(Objective(TimeUp(), percent: (decimal)percent)), On(3, 31) + Duration.FromHours(12), tuesdays).Chance.ShouldBe(chance);
    }

    [Fact]
    public void The_next_period_is_drawn_as_a_whole_from_the_days_that_are_over()
    {
        var chance = BreachForecast.OfNext(AgreementVersions.Of(Half), Log([Up, .. Mondays]).Effective(On(3, 18) + Duration.FromHours(1)), Past(On(3, 18) + Duration.FromHours(1))).Single();
        (chance.Period.Label, chance.History).ShouldBe(("2026-04", 72));
        // April has 720 hours, 3.6 of which may be lost: of its four Mondays all must be bad ones, in weeks that begin on a Wednesday; the last two days of it are no Monday. Five of ten weeks are.
        Within(chance.Chance!.Value, Rational.From(0.5m * 0.5m * 0.5m * 0.5m), Rational.From(0.02m));
    }

    [Fact]
    public void Half_of_a_period_gone_is_a_trial_of_such_chances()
    {
        // The middle of January comes 11 days after the past begins: too few. Those of February and March come 41 and 70 days after it.
        var trials = BreachForecast.TrialsRunning(AgreementVersions.Of(Half), Log([Up, .. Outage(On(1, 20), Duration.FromHours(5))]).Effective(On(4, 1)), Past(On(4, 1)));
        trials.Select(t => (t.Period.Label, t.Missed)).ShouldBe([("2026-02", false), ("2026-03", false)]);
        // Each draw may have the bad day of January or not.
        trials.ShouldAllBe(t => t.Chance > 0 && t.Chance < 1);
    }

    [Fact]
    public void A_calibration_sets_chances_against_what_came_of_them()
    {
        var period = new Period("p", TickInterval.Between(On(1, 1), On(2, 1)), new LocalDate(2026, 1, 1), new LocalDate(2026, 2, 1));
        var calibration = Calibration.Of(
        [
            new ForecastTrial("x", period, new Rational(1, 10), false), new ForecastTrial("x", period, new Rational(1, 10), true), new ForecastTrial("x", period, 1, true), new ForecastTrial("x", period, new Rational(19, 100), false),
        ]).Single();

        calibration.All.ShouldBe(new CalibrationBand(0, 1, 4, new Rational(139, 400), new Rational(1, 2)));
        calibration.Bands.ShouldBe(
        [
            new CalibrationBand(new Rational(1, 10), new Rational(2, 10), 3, new Rational(13, 100), new Rational(1, 3)),
            new CalibrationBand(new Rational(9, 10), 1, 1, 1, 1),
        ]);
        // (0.01 + 0.81 + 0 + 0.0361) / 4, and 1/2 * 1/2.
        calibration.Brier.ShouldBe(Rational.From(0.8561m) / 4);
        calibration.BrierOfMeanRate.ShouldBe(new Rational(1, 4));
    }

    [Fact]
    public void It_gives_up_when_it_is_told_to()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => BreachForecast.OfRunning(AgreementVersions.Of(Half), Log([Up]).Effective(On(3, 18)), Past(On(3, 18)), cancelled.Token));
        Should.Throw<OperationCanceledException>(() => Simulation.Of(Half with { Term = new Term(new LocalDate(2026, 1, 1), new LocalDate(2026, 3, 1)) }, Log([Up]).Effective(On(3, 18)), cancelled.Token));
    }

    private static Fact Up => State(On(1, 1), ServiceState.Up);

    private static Fact[] Mondays => [.. new[] { On(1, 12), On(1, 19), On(1, 26), On(2, 2), On(2, 9) }.SelectMany(day => Outage(day, Duration.FromHours(1)))];

    private static Instant On(int month, int day) => Instant.FromUtc(2026, month, day, 0, 0);

    private static TickInterval Past(Instant end) => TickInterval.Between(Start, end);

    private static BreachChance Running(Agreement agreement, Instant asOf, IEnumerable<Fact> facts) =>
        BreachForecast.OfRunning(AgreementVersions.Of(agreement), Log([Up, .. facts]).Effective(asOf), Past(asOf)).Single();

    private static void Within(Rational chance, Rational expected, Rational tolerance)
    {
        chance.ShouldBeGreaterThan(expected - tolerance);
        chance.ShouldBeLessThan(expected + tolerance);
    }
}
