using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

public sealed class ObservationRunsTests
{
    private static readonly AvailabilityPolicy Default = AvailabilityPolicy.Default;

    [Fact]
    public void What_confirms_what_is_known_makes_a_run_longer()
    {
        var runs = new ObservationRuns(Default);
        Enumerable.Range(0, 100).Select(i => runs.Add(Seconds.Check(i * 60, true), Seconds.At(i * 60))).Take(4).ShouldBe([true, true, true, false]);
        runs.Count.ShouldBe(3);
        runs.Add(Seconds.Check(6_000, false), Seconds.At(6_000)).ShouldBe(true);
        runs.Count.ShouldBe(4);
    }

    [Fact]
    public void After_a_failed_check_a_run_begins_anew()
    {
        var runs = new ObservationRuns(Default);
        foreach (var at in Enumerable.Range(0, 20))
            runs.Add(Seconds.Check(at, at != 10), Seconds.At(at));
        // Two that confirm and a run, the failed one, and the same again.
        runs.Facts().Select(f => (f.Fact.Time - Seconds.At(0)).TotalSeconds).ShouldBe([0, 1, 2, 10, 11, 12, 13]);
    }

    [Fact]
    public void A_check_that_comes_when_the_last_is_no_longer_fresh_is_told()
    {
        var runs = new ObservationRuns(Default with { Freshness = Duration.FromSeconds(5) });
        foreach (var at in new[] { 0, 5, 10, 15 })
            runs.Add(Seconds.Check(at, true), Seconds.At(at));
        runs.FreshUntil(Seconds.At(15)).ShouldBe(Seconds.At(20));
        runs.FreshUntil(Seconds.At(20)).ShouldBe(Instant.MaxValue);
        runs.Add(Seconds.Check(21, true), Seconds.At(21)).ShouldBe(true);
    }

    [Fact]
    public void A_check_that_comes_late_and_shows_that_something_was_fresh_for_longer_is_told()
    {
        var runs = new ObservationRuns(Default with { Freshness = Duration.FromSeconds(10) });
        foreach (var at in Enumerable.Range(0, 5))
            runs.Add(Seconds.Check(at, true), Seconds.At(at));
        runs.Add(Seconds.Check(8, true), Seconds.At(13)).ShouldBe(false);
        runs.Add(Seconds.Check(12, true), Seconds.At(18)).ShouldBe(true);
    }

    [Fact]
    public void A_failed_check_that_comes_late_into_a_run_asks_for_all_facts()
    {
        var runs = new ObservationRuns(Default);
        foreach (var at in Enumerable.Range(0, 20))
            runs.Add(Seconds.Check(at, true), Seconds.At(at));
        runs.Add(Seconds.Check(7, false), Seconds.At(20)).ShouldBeNull();
    }

    [Fact]
    public void A_check_of_the_future_is_in_no_run()
    {
        var runs = new ObservationRuns(Default);
        foreach (var at in Enumerable.Range(0, 5))
            runs.Add(Seconds.Check(at, true), Seconds.At(at));
        runs.Add(Seconds.Check(100, true), Seconds.At(5)).ShouldBe(true);
        runs.Add(Seconds.Check(6, true), Seconds.At(6)).ShouldBe(true);
    }

    [Fact]
    public void A_failed_check_of_another_part_leaves_runs_as_they_are_however_late_it_comes()
    {
        var runs = new ObservationRuns(Default) { PartOf = f => f.Subject };
        foreach (var at in Enumerable.Range(0, 20))
            runs.Add(Of("web", Seconds.Check(at, true)), Seconds.At(at));
        runs.Add(Of("db", Seconds.Check(7, false)), Seconds.At(20)).ShouldBe(true);
        runs.Add(Of("web", Seconds.Check(20, true)), Seconds.At(20)).ShouldBe(false);
        runs.Add(Of("", Seconds.Check(7, false)), Seconds.At(20)).ShouldBeNull();
        // What is said of the state of the whole is news for each part.
        runs.Add(Of("db", Seconds.Fact(12, new FactData.StateChanged(ServiceState.Down, [], null, "", null), "monitor", "down")), Seconds.At(20)).ShouldBeNull();
        runs.Add(Of("web", Seconds.Check(12, false)), Seconds.At(20)).ShouldBeNull();
    }

    [Fact]
    public void The_timeline_of_each_part_is_that_of_all_its_facts() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed => Holds(seed, "web", "db", "")).Check(Seeds.Config(500));

    [Fact]
    public void The_timeline_of_the_runs_is_that_of_all_facts() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed => Holds(seed, "web")).Check(Seeds.Config(1_000));

    private static StampedFact Of(string part, StampedFact fact) => fact with { Fact = fact.Fact with { Subject = part } };

    private static void Holds(int seed, params string[] parts)
    {
        var random = new Random(seed);
        var policy = RandomLog.Policy(seed) with
        {
            ConfirmingChecks = random.Next(1, 4),
            DowntimeBegins = random.Next(2) == 0 ? DowntimeBegin.FirstFailedCheck : DowntimeBegin.LastGoodCheck,
            PlacesThatConfirm = random.Next(3) == 0 ? random.Next(1, 3) : null,
            ObserverGap = Enum.GetValues<ObserverGap>()[random.Next(Enum.GetValues<ObserverGap>().Length)],
            PreviousState = Enum.GetValues<PreviousStateClaim>()[random.Next(Enum.GetValues<PreviousStateClaim>().Length)],
            Initial = Enum.GetValues<InitialState>()[random.Next(Enum.GetValues<InitialState>().Length)],
        };
        var (runs, all, now, rebuilt) = (new ObservationRuns(policy) { PartOf = f => f.Subject }, new List<StampedFact>(), 0L, 0);
        string[] places = random.Next(2) == 0 ? [""] : ["", "north", "south"];
        string[] functions = random.Next(3) > 0 ? [""] : ["", "login"];
        var news = random.Next(3, 40);
        for (var i = 0; i < 120; i++)
        {
            now += random.Next(random.Next(10) == 0 ? 40 : 4);
            var at = random.Next(15) == 0 ? Math.Max(0, now - random.Next(60)) : random.Next(60) == 0 ? now + random.Next(30) : now;
            var place = places[random.Next(places.Length)];
            FactData data = random.Next(news) switch
            {
                0 => new FactData.Probed(false, null, place, functions[random.Next(functions.Length)]),
                1 => new FactData.StateChanged((ServiceState)random.Next(4), [], random.Next(2) == 0 ? ServiceState.Unknown : null, place, null),
                2 => new FactData.ObserverChanged(random.Next(2) == 0, random.Next(2) == 0 ? "" : place),
                _ => new FactData.Probed(true, null, place, functions[random.Next(functions.Length)]),
            };
            var fact = Seconds.Fact(at, data, random.Next(8) == 0 ? "second" : "monitor", $"{i}") with { LogSequence = i + 1 };
            fact = Of(parts[random.Next(parts.Length)], fact);
            all.Add(fact);
            if (runs.Add(fact, Seconds.At(now)) is null)
            {
                runs.Renew(all, Seconds.At(now));
                rebuilt++;
            }

            foreach (var part in random.Next(6) == 0 ? parts : [])
                Shown(runs.Facts(), part, policy, now).ShouldBe(Shown(all, part, policy, now), $"seed {seed}, {part}, fact {i}, renewed {rebuilt} times");
        }

        var anew = new ObservationRuns(policy) { PartOf = f => f.Subject };
        anew.Renew(all, Seconds.At(now));
        foreach (var part in parts)
            Shown(anew.Facts(), part, policy, now).ShouldBe(Shown(all, part, policy, now), $"seed {seed}, {part}");
        anew.Facts().Select(f => f.LogSequence).ShouldBeInOrder(SortDirection.Ascending);
    }

    /// <summary>What has come to be by an instant: states with the details and the facts from which they begin, and the first news.</summary>
    private static string Shown(IEnumerable<StampedFact> facts, string part, AvailabilityPolicy policy, long now)
    {
        var timeline = ComponentTimeline.Build(facts.Select(f => f.Fact).Where(f => (f.Subject == part || f.Subject.Length == 0) && f.Time <= Seconds.At(now)), policy);
        return $"{timeline.FirstNews}: {string.Join(", ", Enumerable.Range(0, timeline.Count).Select(i => timeline[i]).Select(s => $"{s.Start / Seconds.Tick} {s.State} {string.Join('+', s.LostFunctions)} {s.Evidence?.Id}"))}";
    }
}
