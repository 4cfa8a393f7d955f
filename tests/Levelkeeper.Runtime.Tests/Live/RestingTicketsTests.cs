using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Doctor;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Live;

/// <summary>Of tickets on which all is over nothing is kept but what they came to; nobody can tell.</summary>
public sealed class RestingTicketsTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 6, 9, 0);

    private static readonly string[] Ids = ["north", "south"];

    private static readonly Dictionary<string, AgreementVersions> Agreements = Ids.ToDictionary(id => id, id => LiveWorld.Read(id, $$"""
        parties: { provider: { name: Firma }, customer: { name: {{id}} } }
        zone: Europe/Warsaw
        term: { from: 2026-03-01, length: 12 months }
        services: { desk: { title: Desk }, site: { title: Site } }
        objectives:
          reaction: { measure: time to respond, of: tickets of desk, within: 1 h, target: at least 90 %, per: month }
          fix: { measure: time to resolve, of: tickets of desk, within: 3 h, target: at least 50 %, per: week }
          rolling: { measure: time to resolve, of: tickets of site, within: 2 h, target: at least 50 %, per: rolling 2 days }
        """), StringComparer.Ordinal);

    [Fact]
    public void Live_equals_the_evaluation_of_all_facts_whatever_comes_to_tickets_that_rest() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), Holds).Check(Seeds.Config(60));

    [Fact]
    public void A_ticket_rests_when_so_many_others_have_ended_after_it()
    {
        var (live, log) = (new LiveAgreements(new HeldFacts(), quiet: 2), new FactLog());
        live.Put("north", Agreements["north"]);
        for (var i = 0; i < 5; i++)
        {
            Come($"r{i}", "ticket.reported", $"T-{i}", "\"service\":\"desk\",\"customer\":\"north\"", 10 * i);
            Come($"a{i}", "ticket.replied", $"T-{i}", "\"by\":\"provider\"", 10 * i + 1);
            if (i != 1)
                Come($"s{i}", "ticket.resolved", $"T-{i}", "\"by\":\"ann\"", 10 * i + 2);
        }

        // Four have ended, two of them are kept; the open one is not among those that rest.
        live.Rest.ShouldBe(2);
        var told = new List<LiveChange>();
        live.FactsOf("north")!.Count.ShouldBe(14);
        live.TicketsNamed("north", "T-0", "", 9).ShouldBe(["T-0"]);
        Come("o0", "ticket.reopened", "T-0", "", 60, told);
        told.ShouldContain(c => c.Kind == LiveChangeKind.Clock && c.Subject == "resolve/T-0/1" && c.Before == "met" && c.Now == "running");
        told.ShouldNotContain(c => c.Subject == "respond/T-0/1");
        LiveWorld.Differences(live, "north", Agreements["north"], log.ToSet(), Start + Duration.FromMinutes(60)).ShouldBeEmpty();

        void Come(string id, string type, string subject, string data, int minute, List<LiveChange>? changes = null)
        {
            var at = Start + Duration.FromMinutes(minute);
            log.Append(LiveWorld.Fact(id, "desk", type, subject, at, data), Start, out var stamped);
            live.Apply([stamped]);
            live.AdvanceTo(at, (_, c) => changes?.AddRange(c));
        }
    }

    private static void Holds(int seed)
    {
        var random = new Random(seed);
        var (live, log, now, rested) = (new LiveAgreements(new HeldFacts(), random.Next(3)), new FactLog(), Start, 0);
        var (told, sent) = (Ids.ToDictionary(id => id, _ => new Dictionary<(LiveChangeKind, string), string>(), StringComparer.Ordinal), new List<Fact>());
        foreach (var id in Ids)
            live.Put(id, Agreements[id]);
        for (var i = 0; i < 150; i++)
        {
            now += Duration.FromSeconds(random.Next(30) == 0 ? random.Next(200_000) : random.Next(2_000));


            sent.Add(random.Next(60) switch
            {
                0 when sent.Count > 0 => Amendment(sent[random.Next(sent.Count)]),
                1 => Made("ticket.merged", $"\"into\":\"T-{random.Next(12)}\""),
                2 => Made("ticket.linked", "\"outage\":\"site\""),
                3 => Made("ticket.changed", "\"fields\":{\"service\":\"site\"}"),
                < 6 => Made("ticket.acknowledged", "\"by\":\"ann\""),
                < 18 => Made("ticket.resolved", "\"by\":\"ann\""),
                < 22 => Made("ticket.reopened", ""),
                < 34 => Made("ticket.replied", "\"by\":\"provider\""),
                < 37 => Made("ticket.cancelled", ""),
                _ => Made("ticket.reported", $"\"service\":\"{(random.Next(3) == 0 ? "site" : "desk")}\",\"customer\":\"{Ids[random.Next(2)]}\""),
            });
            if (log.Append(sent[^1], Instant.FromUtc(2030, 1, 1, 0, 0), out var stamped) == AppendOutcome.Appended)
                live.Apply([stamped]);
            if (random.Next(3) == 0)
                continue;
            live.AdvanceTo(now, Tell);
            rested += live.Rest;
            if (random.Next(8) == 0)
                live.Put(Ids[0], Agreements[Ids[0]]);
            if (random.Next(4) > 0)
                continue;
            // What rests is left out at first, and brought back by who asks how everything stands.
            live.AdvanceTo(now, Tell);
            LiveDoctor.Compare(live.StandingAt(now, Tell), log.ToSet()).Findings.ShouldBeEmpty($"seed {seed}, fact {i}");
            foreach (var id in Ids)
            {
                LiveWorld.Differences(live, id, Agreements[id], log.ToSet(), now).ShouldBeEmpty($"seed {seed}, fact {i}");
                live.StatesOf(id)!.Where(s => told[id].GetValueOrDefault(s.Key, "") != s.Value.State).ShouldBeEmpty($"seed {seed}, fact {i}");
            }
        }

        rested.ShouldBePositive();

        Fact Made(string type, string data) => LiveWorld.Fact($"{sent.Count}", "desk", type, $"T-{random.Next(12)}", now - Duration.FromSeconds(random.Next(15) == 0 ? random.Next(20_000) : 0), data);

        Fact Amendment(Fact of) => LiveWorld.Fact($"{sent.Count}", "desk", random.Next(2) == 0 ? "fact.retracted" : "fact.corrected", "", now,
            $"\"source\":\"desk\",\"id\":\"{of.Id}\",\"reason\":\"mistaken\",\"time\":\"{NodaTime.Text.InstantPattern.ExtendedIso.Format(of.Time - Duration.FromMinutes(random.Next(300)))}\"");

        void Tell(AgreementVersions agreement, IReadOnlyList<LiveChange> changes)
        {
            foreach (var change in changes.Where(c => c.Kind != LiveChangeKind.Period))
            {
                told[agreement.Latest.Id].GetValueOrDefault((change.Kind, change.Subject), "").ShouldBe(change.Before, $"seed {seed}: {change}");
                told[agreement.Latest.Id][(change.Kind, change.Subject)] = change.Now;
            }
        }
    }
}
