using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Runtime.Tests.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Outbox;
using Levelkeeper.Storage.Sql;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Runtime.Tests.Escalations;

/// <summary>Whatever happens, in whatever order it becomes known: what is planned matter by matter tells the same people the same at the same instants as a plan of everything at every look.</summary>
public sealed class LiveEscalationProperties
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 6, 0, 0);

    private const string Common = """
        parties: { provider: { name: Firma }, customer: { name: Klient } }
        zone: Europe/Warsaw
        term: { from: 2026-03-01, length: 12 months }
        calendars:
          office: { weekly: { mon-fri: 09:00-17:00 } }
        services: { site: { title: Site, components: [web, db] }, desk: { title: Desk } }
        people:
          anna: { name: Anna, email: anna@example.org, hours: office, stands-in: jan }
          jan: { name: Jan, email: jan@example.org }

        """;

    private static readonly AgreementVersions[] s_desks = [LiveWorld.Read("desk", Desk("4 h", "jan")), LiveWorld.Read("desk", Desk("3 h", "[anna, jan]"))];

    /// <summary>Each has something to itself, so that nothing else has it looked at: in a case a few of them are in force.</summary>
    private static readonly AgreementVersions[] s_others =
    [
        // Tickets that stay where they are: facts of them are applied one by one.
        LiveWorld.Read("plain", Common + """
            objectives:
              fix: { measure: time to resolve, of: tickets of site, within: 5 h, target: at least 50 %, per: week, pauses: waiting }
            escalation:
              fix: [ { at: 40 % of clock, tell: anna }, { at: 1 h before due, tell: jan }, { at: breach, tell: jan, repeat: 1 h } ]
            """),
        // Lateness with a duty, recoveries of outages, pauses that end by themselves.
        LiveWorld.Read("tied", Common + """
            clocks:
              fix: { like: resolve, stop: [resolved, service recovered], pauses: waiting, longest-pause: 3 h }
            duties:
              access: { title: Access, of: customer, every: week on mon, at: 10:00, when-late: excuses what it delays, delays: [fix, uptime] }
            objectives:
              uptime: { measure: availability, of: site, target: at least 99 %, per: week }
              fix: { measure: time to fix, of: tickets of site, within: 6 h, target: at least 80 %, per: week }
            escalation:
              fix: [ { at: 50 % of clock, tell: anna }, { at: breach, tell: jan, repeat: 2 h } ]
            """),
        LiveWorld.Read("rolls", Common + """
            objectives:
              uptime: { measure: availability, of: site, target: at least 95 %, per: rolling 2 days }
            escalation:
              uptime: [ { at: 50 % of budget, tell: anna, repeat: 6 h }, { at: breach, tell: jan } ]
            """),
        LiveWorld.Read("slides", Common + """
            objectives:
              fix: { measure: time to resolve, of: tickets of site, within: 3 h, target: at least 40 %, per: rolling 1 day }
            escalation:
              fix: [ { at: 50 % of budget, tell: jan }, { at: 80 % of budget, tell: anna } ]
            """),
        LiveWorld.Read("counts", Common + """
            objectives:
              reopened: { measure: reopen rate, of: tickets of site, target: at most 10 %, per: week }
              leads: { measure: sum of leads, target: at least 5, per: day }
              mean: { measure: average time to resolve, of: tickets of desk, target: at most 3 h, per: week }
            escalation:
              reopened: [ { at: breach, tell: jan } ]
              leads: [ { at: breach, tell: jan }, { at: 1 h after breach, tell: anna }, { at: projected breach, tell: jan } ]
              mean: [ { at: projected breach, tell: anna } ]
            """),
        LiveWorld.Read("burns", Common + """
            objectives:
              uptime: { measure: availability, of: site, target: at least 99 %, per: week, burn-alerts: 10 x over 1 h and 5 min }
              outages: { measure: number of outages, of: site, target: at most 2, per: week }
            escalation:
              uptime:
                - { at: burn alert, tell: anna }
                - { at: 25 % of budget, tell: jan }
                - { at: projected breach, tell: anna }
                - { at: breach, tell: [anna, jan], repeat: 5 h }
              outages: [ { at: breach, tell: jan } ]
            """),
        LiveWorld.Read("updates", Common.Replace("title: Site,", "title: Site, hours: office,", StringComparison.Ordinal) + """
            maintenance: { site: {} }
            support: { updates: { P1: 15 min, else: 90 min } }
            objectives:
              uptime: { measure: availability, of: site, target: at least 90 %, per: month, excluding: maintenance }
              reaction: { measure: time to respond, of: tickets of site, within: 2 h, target: at least 90 %, per: week }
            escalation:
              uptime: [ { at: 10 min before update, tell: anna }, { at: missed update, tell: jan, repeat: 5 h } ]
            """),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Matter_by_matter_decides_what_a_plan_of_everything_at_every_look_does() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), s => HoldsAsync(s).GetAwaiter().GetResult()).Check(Seeds.Config(20));

    private static string Desk(string within, string tell) => Common + $$"""
        objectives:
          reaction: { measure: time to respond, of: tickets of site, within: {{within}}, calendar: office, target: at least 90 %, per: month }
          fix: { measure: time to resolve, of: tickets of desk, within: 5 h, target: at least 50 %, per: week, pauses: waiting }
          mean: { measure: average time to resolve, of: tickets of desk, target: at most 3 h, per: week }
        escalation:
          reaction:
            - { at: 50 % of clock, tell: {{tell}} }
            - { at: 80 % of clock, tell: anna, repeat: 30 min }
            - { at: 15 min before due, tell: jan }
            - { at: breach, tell: [anna, jan] }
            - { at: 50 % of budget, tell: anna }
            - { at: 90 min after breach, tell: {{tell}}, in-hours-of: office }
          fix: [ { at: 75 % of clock, tell: anna }, { at: breach, tell: jan, repeat: 1 h }, { at: projected breach, tell: jan } ]
          mean: [ { at: projected breach, tell: anna } ]
        amendments:
          - { from: 2026-03-10, title: Otherwise, changes: { objectives: { reaction: { within: 2 h } }, escalation: { fix: [ { at: breach, tell: anna }, { at: 25 % of clock, tell: jan } ] } } }
        """;

    private static async Task HoldsAsync(int seed)
    {
        var random = new Random(seed);
        await using var world = await World.BeginAsync();
        var (time, facts) = (Start, new List<Fact>());
        var chosen = s_others.Append(s_desks[0]).OrderBy(_ => random.Next()).Take(2).ToList();
        var late = chosen[random.Next(2)];
        foreach (var versions in random.Next(3) == 0 ? chosen.Where(v => v != late) : chosen)
            world.Put(versions.Latest.Id, versions);
        for (var i = 0; i < 60; i++)
        {
            time += Duration.FromSeconds(random.Next(12_000));
            var fact = FactOf(random, i, random.Next(6) == 0 ? time + Duration.FromSeconds(random.Next(-80_000, 4_000)) : time, facts);
            facts.Add(fact);
            world.Apply(fact);
            switch (random.Next(40))
            {
                case 0 when chosen.Contains(s_desks[0]):
                    world.Put("desk", s_desks[random.Next(2)]);
                    break;
                case 1:
                    world.Restart(random.Next(2) == 0);
                    break;
                case 2:
                    world.Put(late.Latest.Id, late);
                    break;
                case 3 or 4:
                    await world.AcknowledgeAsync(random);
                    break;
            }

            if (random.Next(3) == 0)
                continue;
            // As the server does: at once after a fact, and whenever something was said to come; now and then it sleeps.
            for (var looks = 0; looks < 40 && world.NextWake is { } wake && wake < time; looks++)
                await world.LookAsync(random.Next(8) == 0 ? time : wake, seed);
            await world.LookAsync(time.PlusTicks(random.Next(1_000, 9_000_000)), seed);
        }

        await world.EndsAlikeAsync(seed);
    }

    private static Fact FactOf(Random random, int number, Instant at, List<Fact> sent)
    {
        var (ticket, component) = ($"T-{random.Next(5)}", random.Next(3) switch { 0 => "web", 1 => "db", _ => "site" });
        var service = random.Next(4) switch { 0 => "", 1 => "\"service\":\"desk\",", _ => "\"service\":\"site\"," };
        return random.Next(26) switch
        {
            0 or 1 or 2 => Made("desk", "ticket.reported", ticket, service + "\"priority\":\"high\""),
            3 => Made("desk", "ticket.replied", ticket, "\"by\":\"provider\""),
            4 or 5 => Made("desk", "ticket.acknowledged", ticket, "\"by\":\"ann\""),
            6 => Made("desk", "ticket.resolved", ticket, "\"by\":\"ann\""),
            7 or 8 => Made("desk", "ticket.status", ticket, $"\"status\":\"{(random.Next(2) == 0 ? "waiting" : "open")}\""),
            9 => Made("desk", "ticket.priority", ticket, $"\"priority\":\"{(random.Next(2) == 0 ? "low" : "high")}\""),
            10 => Made("desk", "ticket.reopened", ticket, ""),
            11 => Made("desk", random.Next(2) == 0 ? "ticket.merged" : "ticket.linked", ticket, random.Next(2) == 0 ? $"\"into\":\"T-{random.Next(5)}\",\"outage\":\"{component}\"" : $"\"outage\":\"{component}\",\"into\":\"T-{random.Next(5)}\""),
            12 => Made("desk", "ticket.changed", ticket, $"\"fields\":{{\"service\":\"{(random.Next(2) == 0 ? "desk" : "site")}\"}}"),
            13 or 14 => Made("probe", "service.down", component, ""),
            15 or 16 => Made("probe", "service.up", component, ""),
            17 => Made("crm", "business.measured", "", "\"metric\":\"leads\",\"value\":2"),
            18 => Made("crm", "duty.done", "", "\"duty\":\"access\""),
            19 or 20 => Made("status", "outage.updated", component, "\"service\":\"site\",\"note\":\"we are on it\""),
            21 => Made("ops", "maintenance.announced", "site", $"\"maintenance\":\"M-{number}\",\"start\":\"{InstantPattern.ExtendedIso.Format(at + Duration.FromMinutes(random.Next(200)))}\",\"end\":\"{InstantPattern.ExtendedIso.Format(at + Duration.FromMinutes(random.Next(200, 900)))}\""),
            22 or 23 when sent.Count > 0 => Amendment(sent[random.Next(sent.Count)]),
            _ => Made("probe", random.Next(2) == 0 ? "service.up" : "service.down", "site", ""),
        };

        Fact Made(string source, string type, string subject, string data) => LiveWorld.Fact($"{number}", source, type, subject, at, data);

        Fact Amendment(Fact of) => LiveWorld.Fact(
            $"{number}", of.Source, random.Next(2) == 0 ? "fact.retracted" : "fact.corrected", "", at,
            $"\"source\":\"{of.Source}\",\"id\":\"{of.Id}\",\"reason\":\"mistaken\",\"time\":\"{InstantPattern.ExtendedIso.Format(of.Time + Duration.FromMinutes(random.Next(-300, 300)))}\"");
    }

    /// <summary>Two stores with the same facts: one is told what is planned matter by matter, the other what a plan of everything says.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-matters-").FullName;
        private readonly List<StampedFact> _log = [];
        private readonly Dictionary<string, AgreementVersions> _agreements = new(StringComparer.Ordinal);
        private Store _store = null!;
        private Store _reference = null!;
        private HeldFacts _facts = new();
        private LiveAgreements _live = null!;
        private LiveEscalations _escalations = null!;
        private EscalationLoop _loop = null!;
        private Instant _now = Start;

        public static async Task<World> BeginAsync()
        {
            var world = new World();
            world._store = await Store.OpenAsync(new SqliteDatabase(Directory.CreateDirectory(Path.Combine(world._folder, "matters")).FullName), Start, Cancel);
            world._reference = await Store.OpenAsync(new SqliteDatabase(Directory.CreateDirectory(Path.Combine(world._folder, "everything")).FullName), Start, Cancel);
            world.Restart(fromSnapshot: false);
            return world;
        }

        /// <summary>When the server would look though nothing happens.</summary>
        public Instant? NextWake => (_live.NextWake, _escalations.NextWake) switch { ({ } a, { } b) => Instant.Max(Instant.Min(a, b), _now), (var a, var b) => a ?? b };

        public void Put(string id, AgreementVersions versions)
        {
            _agreements[id] = versions;
            _live.Put(id, versions);
        }

        public void Apply(Fact fact)
        {
            if (_log.Exists(f => f.Fact.Key == fact.Key))
                return;
            _log.Add(new StampedFact(fact, _log.Count + 1, Instant.FromUtc(2030, 1, 1, 0, 0).PlusTicks(_log.Count)));
            _live.Apply([_log[^1]]);
        }

        /// <summary>Another process goes on, and knows only what is in the stores.</summary>
        public void Restart(bool fromSnapshot)
        {
            using var snapshot = new MemoryStream();
            if (fromSnapshot)
                _live.Save(snapshot, _now, _ => "", (_, _) => { });
            else
                _facts = new HeldFacts();
            snapshot.Position = 0;
            // Hardly a ticket is kept on which all is over.
            _live = new LiveAgreements(_facts, quiet: 1);
            if (fromSnapshot)
                _live.Load(snapshot, (id, _) => _agreements[id]);
            foreach (var (id, versions) in _agreements.Where(a => !_live.Has(a.Key)))
                _live.Put(id, versions);
            _live.Apply(_log);
            (_escalations, _loop) = (new LiveEscalations(_live, _store.Outbox), new EscalationLoop(_reference.Outbox));
        }

        public async Task AcknowledgeAsync(Random random)
        {
            var threads = (await _reference.Outbox.ListAsync(null, 100, cancel: Cancel)).Select(m => m.Thread).Distinct().Order(StringComparer.Ordinal).ToList();
            if (threads.Count == 0)
                return;
            var (thread, by) = (threads[random.Next(threads.Count)], new Act("jan", _now));
            await _store.Outbox.AcknowledgeAsync(thread, by, Cancel);
            await _reference.Outbox.AcknowledgeAsync(thread, by, Cancel);
        }

        public async Task LookAsync(Instant at, int seed)
        {
            _now = Instant.Max(_now, at);
            _live.AdvanceTo(_now, (_, _) => { });
            var (told, expected) = (new List<PlannedStep>(), new List<PlannedStep>());
            foreach (var id in _escalations.Due())
                told.AddRange((await _escalations.RunAsync(id, Cancel)).Told);
            foreach (var (_, versions) in _agreements)
            {
                var facts = FactSet.Of(_log);
                expected.AddRange((await _loop.RunAsync(LiveReading.Of(versions, facts, _now), facts, Cancel)).Told);
            }

            Words(told).ShouldBe(Words(expected), $"seed {seed}, {_now}, after {_log.Count} facts");
        }

        public async Task EndsAlikeAsync(int seed)
        {
            var (sent, expected) = (await MessagesAsync(_store), await MessagesAsync(_reference));
            sent.ShouldBe(expected, $"seed {seed}");
        }

        public async ValueTask DisposeAsync()
        {
            await _store.DisposeAsync();
            await _reference.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }

        private static IEnumerable<string> Words(IEnumerable<PlannedStep> steps) => steps.Select(s => $"{s.Name} at {s.At} to {string.Join(", ", s.Recipients.Select(r => r.Person.Key))}").Order(StringComparer.Ordinal);

        private static async Task<IEnumerable<string>> MessagesAsync(Store store) => (await store.Outbox.ListAsync(null, 100_000, cancel: Cancel))
            .Select(m => $"{m.Id} {m.Decision} {m.Channel} {m.Thread} due {m.Due} made {m.Made}: {System.Text.Encoding.UTF8.GetString(m.Content)}").Order(StringComparer.Ordinal);
    }
}
