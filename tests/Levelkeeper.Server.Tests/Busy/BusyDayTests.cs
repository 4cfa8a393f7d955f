using System.Diagnostics;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>Hours of a busy provider on the real server: everything is taken in once, all is current, each step is decided once and told, and memory does not grow with what has gone by.</summary>
public sealed class BusyDayTests
{
    /// <summary>So many agreements are read anew from the log at the end.</summary>
    private const int Sampled = 20;

    [Fact]
    public async Task A_busy_provider_is_served_for_hours_and_nothing_is_lost_late_or_kept_for_nothing()
    {
        var (scale, clock) = (BusyScale.OfEnvironment(), Stopwatch.StartNew());
        await using var day = await BusyDay.StartAsync(scale);
        await day.RunAsync(h => TestContext.Current.SendDiagnosticMessage($"{h}"));
        var took = clock.Elapsed;

        var sample = new BusySample(day, Sampled);
        (await sample.FindingsAsync()).ShouldBeEmpty($"seed {scale.Seed}");
        sample.Compared.ShouldBeGreaterThan(scale.Tickets / scale.Agreements);

        (await Acknowledged.OfAsync(day.Store.Log())).ShouldBe((day.Acknowledged.Facts, day.Acknowledged.Conflicts));
        (await day.Store.Log().VerifyAsync()).Faults.ShouldBeEmpty();
        day.Acknowledged.Duplicates.ShouldBePositive();
        day.Acknowledged.Conflicts.Count.ShouldBePositive();

        await day.DeliverAllAsync();
        var outbox = OutboxRows.Of(day.Server.StoreFolder);
        outbox.Told.ShouldBePositive();
        outbox.Steps.ShouldBe(outbox.Told);
        outbox.Strays.ShouldBe(0);
        outbox.Delivered.ShouldBe(outbox.Told);
        day.Received.ShouldBeGreaterThanOrEqualTo(outbox.Told);

        var memory = scale.JudgesMemory ? FlatMemory.Of(day.Hours) : null;
        if (Environment.GetEnvironmentVariable("LEVELKEEPER_BUSY_REPORT") is { Length: > 0 } report)
            await File.WriteAllTextAsync(report, BusyReport.Of(day, memory, outbox, sample.Compared, took), TestContext.Current.CancellationToken);
        (memory?.IsFlat ?? true).ShouldBeTrue($"{memory}");
    }

    [Fact]
    public void A_seed_gives_the_same_day_each_time()
    {
        var (one, other) = (new BusyWorld(BusyScale.Quick), new BusyWorld(BusyScale.Quick));
        one.Before().ConvertAll(Text).ShouldBe(other.Before().ConvertAll(Text));
        for (var minute = 0; minute < 30; minute++)
            one.Minute(minute).ConvertAll(Text).ShouldBe(other.Minute(minute).ConvertAll(Text));
        new BusyWorld(BusyScale.Quick with { Seed = 2 }).Before().ConvertAll(Text).ShouldNotBe(new BusyWorld(BusyScale.Quick).Before().ConvertAll(Text));

        static string Text(SentFact fact) => $"{fact.Expected} {System.Text.Encoding.UTF8.GetString(fact.Text)}";
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-5_000_000, true)]
    [InlineData(4_000_000, true)]
    // Five million bytes an hour are 120 in a day: more than a tenth of some 1,060.
    [InlineData(5_000_000, false)]
    // Half a million facts an hour of which a hundred bytes each are kept.
    [InlineData(50_000_000, false)]
    public void Memory_is_flat_when_it_rises_by_less_than_a_tenth_in_a_day_after_it_was_filled(long perHour, bool isFlat)
    {
        // The first hours do not count, nor does what goes up and down.
        var hours = Enumerable.Range(0, 25).Select(h => Hour(h, h <= BusyScale.FillingHours ? h * 200_000_000L : 1_000_000_000L + (h - BusyScale.FillingHours) * perHour + (h % 2 * 20_000_000L)));
        FlatMemory.Of(hours).IsFlat.ShouldBe(isFlat);

        static BusyHour Hour(int hour, long heap) => new(hour, heap, 0, 0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, 0, 0, 0);
    }
}
