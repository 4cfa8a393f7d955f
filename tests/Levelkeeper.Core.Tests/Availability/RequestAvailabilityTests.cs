using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

public sealed class RequestAvailabilityTests
{
    private static readonly Duration Minute = Duration.FromMinutes(1);

    [Fact]
    public void The_ratio_is_good_over_total_of_the_windows_that_end_in_the_period() =>
        Evaluate(new RequestMethod.Ratio(), (0, 60, 90, 100), (60, 120, 0, 0), (240, 300, 100, 100), (300, 360, 0, 100)).Level.ShouldBe(new Rational(190, 200));

    [Fact]
    public void The_mean_of_intervals_takes_one_without_requests_as_100_percent() =>
        // (0.9 + 0.5 + 1 + 1 + 1) / 5
        Evaluate(new RequestMethod.MeanOfIntervals(Minute), (0, 60, 90, 100), (60, 120, 1, 2)).Level.ShouldBe(new Rational(88, 100));

    [Fact]
    public void A_slice_is_bad_when_its_error_rate_exceeds_the_limit_or_every_attempt_failed()
    {
        var result = Evaluate(new RequestMethod.Slices(Minute, new Rational(10, 100)), (0, 60, 90, 100), (60, 120, 89, 100), (120, 180, 0, 1));
        result.Level.ShouldBe(new Rational(3, 5));
        Evaluate(new RequestMethod.Slices(Minute, 1), (0, 60, 1, 100), (60, 120, 0, 100)).Level.ShouldBe(new Rational(4, 5));
    }

    [Fact]
    public void A_failed_check_makes_a_slice_bad_even_where_nobody_asked()
    {
        var windows = new[] { new RequestWindow(Seconds.Span(0, 60), 0, 0, CheckFailed: true) };
        RequestAvailability.Evaluate(windows, Seconds.Span(0, 300), Instant.MaxValue, new RequestMethod.Slices(Minute, 1)).Level.ShouldBe(new Rational(4, 5));
    }

    [Fact]
    public void Below_the_smallest_volume_there_is_no_verdict_and_without_requests_no_activity()
    {
        var target = LevelTarget.AtLeastPercent(50);
        RequestAvailability.Evaluate([new RequestWindow(Seconds.Span(0, 60), 9, 9)], Seconds.Span(0, 60), Instant.MaxValue, new RequestMethod.Ratio(), 10).Judge(target).ShouldBe(Verdict.InsufficientEvidence);
        RequestAvailability.Evaluate([], Seconds.Span(0, 60), Instant.MaxValue, new RequestMethod.Ratio(), 10).Judge(target).ShouldBe(Verdict.NoActivity);
    }

    [Fact]
    public void A_window_whose_counts_contradict_each_other_is_reported_and_left_out()
    {
        var diagnostics = new DiagnosticBag();
        var facts = new[]
        {
            Seconds.Fact(60, new FactData.Aggregated("requests", Seconds.At(0), 9, 10, null, [])),
            Seconds.Fact(120, new FactData.Aggregated("requests", Seconds.At(60), 11, 10, null, [])),
            Seconds.Fact(180, new FactData.Aggregated("packets", Seconds.At(120), 1, 1, null, [])),
        };
        RequestWindow.From(facts.Select(f => f.Fact), "requests", diagnostics).Single().Good.ShouldBe(9);
        diagnostics.Single().Code.ShouldBe("LK4004");
    }

    private static RequestAvailability Evaluate(RequestMethod method, params (long Start, long End, long Good, long Total)[] windows) =>
        RequestAvailability.Evaluate(windows.Select(w => new RequestWindow(Seconds.Span(w.Start, w.End), w.Good, w.Total)), Seconds.Span(0, 300), Instant.MaxValue, method);
}
