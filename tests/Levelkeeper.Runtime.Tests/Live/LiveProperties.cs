using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Live;

/// <summary>Whatever happens, in whatever order it becomes known, and whenever somebody looks: live is what the evaluator reads from all facts.</summary>
public sealed class LiveProperties
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 6, 0, 0);

    [Fact]
    public void Live_equals_the_evaluation_of_all_facts_at_every_instant() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), Holds).Check(Seeds.Config(40));

    [Fact]
    public void So_it_does_for_the_samples_whatever_becomes_of_their_facts_on_the_way() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), HoldsForASample).Check(Seeds.Config(60));

    [Fact]
    public void So_it_does_for_what_probes_tell_again_and_again() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), HoldsForProbes).Check(Seeds.Config(30));

    [Fact]
    public void A_check_that_finds_what_was_found_before_has_nothing_read_anew()
    {
        var (live, log, now) = (new LiveAgreements(), new List<StampedFact>(), Start);
        live.Put("probed", LiveWorld.Probed);
        for (var i = 0; i < 800; i++)
        {
            log.Add(new StampedFact(Check(i, "web", true, "", now), i + 1, now));
            live.Apply([log[^1]]);
            live.AdvanceTo(now, (_, _) => { });
            if (i % 80 == 0)
                LiveWorld.Differences(live, "probed", LiveWorld.Probed, FactSet.Of(log), now).ShouldBeEmpty();
            now += Duration.FromMinutes(1);
        }


        // News are as many checks as confirm, and the first of the run; what is fresh for ten minutes is looked at as often as it would grow stale.
        live.ReadingsOf("probed", "uptime").ShouldBeInRange(3, 90);
        live.ReadingsOf("probed", "lasting").ShouldBe(2);
        var before = live.ReadingsOf("probed", "uptime");
        live.Apply([new StampedFact(Check(800, "web", false, "", now), 801, now)]);
        live.AdvanceTo(now, (_, _) => { });
        live.ReadingsOf("probed", "uptime").ShouldBe(before + 1);
    }

    [Fact]
    public void The_samples_are_there_with_results_of_every_kind()
    {
        var states = LiveWorld.Samples.SelectMany(s => LiveReading.Of(s.Versions, FactSet.Of(Stamped(s.Facts)), s.Facts.Max(f => f.Time)).States().Keys.Select(k => k.Kind)).ToHashSet();
        LiveWorld.Samples.Count.ShouldBe(12);
        new[] { LiveChangeKind.Clock, LiveChangeKind.Objective, LiveChangeKind.Outage, LiveChangeKind.BurnAlert }.Except(states).ShouldBeEmpty();
    }

    /// <summary>The facts of a sample, some late, some twice, some corrected, while time passes and the agreement is put in force again.</summary>
    private static void HoldsForASample(int seed)
    {
        var random = new Random(seed);
        var (name, versions, facts) = LiveWorld.Samples[random.Next(LiveWorld.Samples.Count)];
        var anyOrder = random.Next(4) == 0;
        var arriving = facts.OrderBy(f => anyOrder ? random.Next() : (f.Time - facts[0].Time).TotalHours + (random.Next(4) == 0 ? random.Next(-20, 300) : 0)).ToList();
        var live = new LiveAgreements(new HeldFacts(), quiet: random.Next(3) == 0 ? FactRouter.KeptQuiet : random.Next(3));
        live.Put(name, versions);
        var (log, told, now) = (new FactLog(), new Dictionary<(LiveChangeKind, string), string>(), facts.Min(f => f.Time) - Duration.FromDays(1));
        var looks = random.Next(8, 20);
        for (var i = 0; i < arriving.Count; i++)
        {
            Arrive(arriving[i]);
            if (random.Next(12) == 0)
                Arrive(arriving[random.Next(i + 1)]);
            if (random.Next(20) == 0)
                Arrive(Amendment(arriving[random.Next(i + 1)], random, i));
            if (random.Next(arriving.Count) >= looks)
                continue;
            now = Instant.Max(now + Duration.FromSeconds(random.Next(30_000)), random.Next(3) == 0 ? now : arriving[i].Time);
            if (random.Next(10) == 0)
                live.Put(name, versions);
            live.AdvanceTo(now, Tell);
            LiveWorld.Differences(live, name, versions, log.ToSet(), now).ShouldBeEmpty($"{name}, seed {seed}");
            // Who listened to every change knows how everything stands; what is over is no change any more.
            live.StatesOf(name)!.Where(s => told.GetValueOrDefault(s.Key) != s.Value.State).ShouldBeEmpty($"{name}, seed {seed}");
        }

        void Arrive(Fact fact)
        {
            if (log.Append(fact, Instant.FromUtc(2030, 1, 1, 0, 0), out var stamped) == AppendOutcome.Appended)
                live.Apply([stamped]);
        }

        void Tell(Core.Agreements.AgreementVersions agreement, IReadOnlyList<LiveChange> changes)
        {
            foreach (var change in changes.Where(c => c.Kind != LiveChangeKind.Period))
            {
                change.Before.ShouldNotBe(change.Now);
                told.GetValueOrDefault((change.Kind, change.Subject), "").ShouldBe(change.Before, $"{name}, seed {seed}: {change}");
                told[(change.Kind, change.Subject)] = change.Now;
            }
        }
    }

    /// <summary>Checks of a few components from several places, every minute or so, with failures, gaps, latecomers, repeats and amendments.</summary>
    private static void HoldsForProbes(int seed)
    {
        var random = new Random(seed);
        var (live, log, now) = (new LiveAgreements(), new FactLog(), Start);
        live.Put("probed", LiveWorld.Probed);
        var (told, sent, failing) = (0, new List<Fact>(), random.Next(2, 30));
        for (var i = 0; i < 250; i++)
        {
            now += random.Next(25) == 0 ? Duration.FromMinutes(random.Next(5, 40)) : Duration.FromSeconds(random.Next(60));
            var at = random.Next(20) == 0 ? now - Duration.FromMinutes(random.Next(90)) : random.Next(80) == 0 ? now + Duration.FromMinutes(random.Next(20)) : now;
            var component = random.Next(3) switch { 0 => "web", 1 => "db", _ => random.Next(4) == 0 ? "site" : "web" };
            var fact = random.Next(80) switch
            {
                0 => LiveWorld.Fact($"{i}", "probe", random.Next(2) == 0 ? "observer.stopped" : "observer.resumed", component, at, ""),
                1 => LiveWorld.Fact($"{i}", "probe", random.Next(2) == 0 ? "service.down" : "service.up", component, at, ""),
                2 when sent.Count > 0 => Amendment(sent[random.Next(sent.Count)], random, i),
                3 => LiveWorld.Fact($"{i}", "ops", "maintenance.announced", component, at, $"\"maintenance\":\"M-{i}\",\"start\":\"{NodaTime.Text.InstantPattern.ExtendedIso.Format(at)}\",\"end\":\"{NodaTime.Text.InstantPattern.ExtendedIso.Format(at + Duration.FromMinutes(30))}\""),
                _ => Check(i, component, random.Next(failing) > 0, random.Next(3) == 0 ? "north" : "", at),
            };
            sent.Add(fact);
            if (log.Append(fact, Instant.FromUtc(2030, 1, 1, 0, 0), out var stamped) == AppendOutcome.Appended)
                live.Apply([stamped]);
            if (random.Next(3) == 0)
                live.AdvanceTo(now, (_, _) => told++);
            if (random.Next(12) > 0)
                continue;
            live.AdvanceTo(now, (_, _) => told++);
            LiveWorld.Differences(live, "probed", LiveWorld.Probed, log.ToSet(), now).ShouldBeEmpty($"seed {seed}, fact {i}");
        }

        told.ShouldBePositive();
    }

    private static Fact Check(int number, string component, bool good, string place, Instant at) =>
        LiveWorld.Fact($"check {number}", "probe", "probe.result", component, at, $"\"good\":{(good ? "true" : "false")}{(place.Length > 0 ? $",\"location\":\"{place}\"" : "")}");

    private static Fact Amendment(Fact of, Random random, int number) => LiveWorld.Fact(
        $"amendment {number}", of.Source, random.Next(2) == 0 ? "fact.retracted" : "fact.corrected", "", of.Time,
        $"\"source\":\"{of.Source}\",\"id\":\"{of.Id}\",\"reason\":\"mistaken\",\"time\":\"{NodaTime.Text.InstantPattern.ExtendedIso.Format(of.Time - Duration.FromMinutes(random.Next(3_000)))}\"");

    private static IEnumerable<StampedFact> Stamped(IEnumerable<Fact> facts) => facts.Select((f, i) => new StampedFact(f, i + 1, Instant.FromUtc(2030, 1, 1, 0, 0).PlusTicks(i)));

    private static void Holds(int seed)
    {
        var random = new Random(seed);
        var facts = Facts(random);
        var live = new LiveAgreements(new HeldFacts(), quiet: random.Next(3) == 0 ? FactRouter.KeptQuiet : random.Next(3));
        var late = random.Next(3) == 0 ? "leads" : "";
        foreach (var (id, versions) in LiveWorld.Agreements.Where(a => a.Key != late))
            live.Put(id, versions);
        var (log, now) = (new List<StampedFact>(), Start);
        foreach (var fact in facts)
        {
            var stamped = new StampedFact(fact, log.Count + 1, Instant.FromUtc(2026, 4, 1, 0, 0).PlusTicks(log.Count));
            log.Add(stamped);
            live.Apply([stamped]);
            if (random.Next(4) == 0)
                continue;
            now += Duration.FromSeconds(random.Next(6) == 0 ? random.Next(400_000) : random.Next(9_000));
            live.AdvanceTo(now, (_, _) => { });
            if (late.Length > 0 && random.Next(10) == 0)
            {
                live.Put(late, LiveWorld.Agreements[late]);
                live.AdvanceTo(now, (_, _) => { });
                late = "";
            }

            var all = FactSet.Of(log);
            LiveWorld.Agreements.Keys.Where(id => id != late).SelectMany(id => LiveWorld.Differences(live, id, LiveWorld.Agreements[id], all, now)).ShouldBeEmpty($"seed {seed}");
        }
    }

    /// <summary>Facts of a week, in the order in which they become known: mostly that of time, sometimes late, retracted, corrected, merged.</summary>
    internal static List<Fact> Facts(Random random)
    {
        var facts = new List<Fact>();
        string[] customers = ["", "", "\"customer\":\"Klient\",", "\"customer\":\"Other\",", "\"customer\":\"Nobody\","];
        string[] services = ["", "\"service\":\"site\",", "\"service\":\"site\",", "\"service\":\"desk\",", "\"service\":\"elsewhere\","];
        var time = Start;
        for (var i = 0; i < 40; i++)
        {
            time += Duration.FromSeconds(random.Next(20_000));
            var at = random.Next(5) == 0 ? time - Duration.FromSeconds(random.Next(100_000)) : time;
            var (ticket, id) = ($"T-{random.Next(4)}", $"{i}");
            var address = customers[random.Next(customers.Length)] + services[random.Next(services.Length)];
            facts.Add(random.Next(20) switch
            {
                0 or 1 => Made("desk", "ticket.reported", ticket, address + "\"priority\":\"high\""),
                2 => Made("desk", "ticket.acknowledged", ticket, address + "\"by\":\"ann\""),
                3 => Made("desk", "ticket.resolved", ticket, address + "\"by\":\"ann\""),
                4 => Made("desk", "ticket.changed", ticket, address + "\"fields\":{\"service\":\"desk\"}"),
                5 => Made("desk", "ticket.merged", ticket, $"\"into\":\"T-{random.Next(4)}\""),
                6 or 7 => Made("probe", "service.down", random.Next(3) switch { 0 => "web", 1 => "box-1", _ => "site" }, address.TrimEnd(',')),
                8 or 9 => Made("probe", "service.up", random.Next(3) switch { 0 => "web", 1 => "box-1", _ => "site" }, address.TrimEnd(',')),
                10 => Made("crm", "business.measured", "", "\"metric\":\"leads\",\"value\":2"),
                12 => Made("desk", "ticket.status", ticket, address + "\"status\":\"waiting\""),
                13 => Made("desk", "ticket.linked", ticket, $"\"outage\":\"{random.Next(3) switch { 0 => "web", 1 => "site", _ => "box-1" }}\""),
                14 => Made("crm", "duty.done", "", address + "\"duty\":\"access\""),
                15 => Made("crm", random.Next(3) == 0 ? "roster.left" : "roster.joined", "", $"\"roster\":\"stores\",\"member\":\"{random.Next(3) switch { 0 => "north", 1 => "east", _ => "web" }}\""),
                16 => Made("probe", random.Next(2) == 0 ? "service.down" : "service.up", random.Next(3) switch { 0 => "north", 1 => "east", _ => "till" }, ""),
                17 => Made("desk", "ticket.reopened", ticket, ""),
                18 => Made("ops", "maintenance.announced", random.Next(2) == 0 ? "web" : "site", $"\"maintenance\":\"M-{random.Next(2)}\",\"start\":\"2026-03-0{random.Next(6, 10)}T01:00:00Z\",\"end\":\"2026-03-{random.Next(10, 13)}T05:00:00Z\""),
                11 => Made("desk", "fact.retracted", "", $"\"source\":\"desk\",\"id\":\"{random.Next(40)}\",\"reason\":\"mistaken\""),
                _ => Made("probe", "fact.corrected", "", $"\"source\":\"probe\",\"id\":\"{random.Next(40)}\",\"reason\":\"clock\",\"time\":\"2026-03-0{random.Next(6, 10)}T10:00:00Z\""),
            });

            Fact Made(string source, string type, string subject, string data) => LiveWorld.Fact(id, source, type, subject, at, data.TrimEnd(','));
        }

        return facts;
    }
}
