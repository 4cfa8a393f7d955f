using Levelkeeper.Connectors.Channels;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Runtime.Notifications;
using Levelkeeper.Runtime.Tests.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Outbox;
using Levelkeeper.Storage.Sql;
using Levelkeeper.Storage.Tests.Log;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Notifications;

/// <summary>From a clock to a mailbox, with every commit on the way going wrong in turn, and the process beginning anew after it.</summary>
public sealed class OnceOnlyTests
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);

    private static readonly AgreementVersions Versions = LiveWorld.Read("desk", """
        parties: { provider: { name: Firma }, customer: { name: Klient } }
        zone: UTC
        term: { from: 2026-01-01, length: 12 months }
        services: { desk: { title: Desk } }
        people:
          anna: { name: Anna, email: anna@example.org }
          jan: { name: Jan, email: jan@example.org }
        objectives:
          reaction: { measure: time to respond, of: tickets of desk, within: 4 h, target: every ticket, per: month }
          uptime: { measure: availability, of: desk, target: at least 99 %, per: rolling 30 days }
        escalation:
          reaction: [ { at: 50 % of clock, tell: anna }, { at: 80 % of clock, tell: anna, repeat: 30 min }, { at: breach, tell: [anna, jan] } ]
          uptime: [ { at: 10 % of budget, tell: jan } ]
        """);

    /// <summary>Half, 80 % and its repetition, the breach; at the last of them a tenth of 7 h 12 min was down.</summary>
    private static readonly Instant[] Looks = [Noon + Duration.FromMinutes(120), Noon + Duration.FromMinutes(192), Noon + Duration.FromMinutes(222), Noon + Duration.FromMinutes(241)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CommitFault.Before)]
    [InlineData(CommitFault.After)]
    [InlineData(CommitFault.AfterAndGone)]
    [InlineData(CommitFault.LandsLater)]
    internal async Task Each_step_is_decided_once_and_every_message_goes_out_whichever_commit_goes_wrong(CommitFault fault)
    {
        var (usual, _, _) = await RunAsync(CommitFault.None, 0);
        usual.Count.ShouldBe(6);
        usual.Values.ShouldAllBe(times => times == 1);
        var commits = 0;
        for (var struck = true; struck; commits++)
        {
            (var sent, var inDoubt, struck) = await RunAsync(fault, commits);
            // The same messages under the same keys as if nothing had gone wrong.
            sent.Keys.Order().ShouldBe(usual.Keys.Order(), $"{fault} at commit {commits}");
            // At least once; twice only where nobody could know whether it had gone out.
            sent.Values.Sum().ShouldBeInRange(6, 6 + inDoubt, $"{fault} at commit {commits}");
        }

        // 5 steps, what was noticed and its stretch, 6 messages taken together or apart and settled one by one: every one of them was struck.
        commits.ShouldBeGreaterThan(15);
    }

    private static async Task<(Dictionary<string, int> Sent, int InDoubt, bool Struck)> RunAsync(CommitFault fault, int commitsBefore)
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-once-").FullName;
        try
        {
            var database = new FaultyDatabase(new SqliteDatabase(folder));
            await using var store = await Store.OpenAsync(database, Noon, Cancel);
            (database.Next, database.CommitsBefore) = (fault, commitsBefore);
            var time = new HandTurnedTime(Noon);
            var sent = new Dictionary<string, int>(StringComparer.Ordinal);
            var channel = new NotificationChannel("email", new ScriptedChannel(message =>
            {
                lock (sent)
                    sent[message.Notification.Key] = sent.GetValueOrDefault(message.Notification.Key) + 1;
                return new Delivery.Delivered("ok");
            }))
            {
                // One at a time: a commit that lands later holds SQLite's one place for writers, and whoever queues behind it waits for the next one to begin.
                AtOnce = 1,
            };
            var inDoubt = 0;
            var loop = new EscalationLoop(store.Outbox);
            foreach (var look in Looks)
            {
                time.Advance(look - time.Now);
                var facts = FactSet.Of(Facts());
                var reading = LiveReading.Of(Versions, facts, look);
                while (!await LivesThrough(async _ => await loop.RunAsync(reading, facts, Cancel)))
                    loop = new EscalationLoop(store.Outbox);
            }

            for (var turns = 0; (await store.Outbox.ListAsync(null, 100, cancel: Cancel)).Any(m => m.State != OutgoingState.Delivered); turns++)
            {
                turns.ShouldBeLessThan(50);
                await LivesThrough(async death => await new NotificationDispatcher(store.Outbox, [channel], time, new Random(1), _ => death.Cancel()).TurnAsync(channel, death.Token));
                inDoubt += (await store.Outbox.ListAsync(OutgoingState.Sending, 100, cancel: Cancel)).Count;
                time.Advance(NotificationDispatcher.Lease);
            }

            (await store.Outbox.ListAsync(null, 100, cancel: Cancel)).Select(m => m.Decision).Distinct().Count().ShouldBe(5);
            return (sent, inDoubt, database.Next == CommitFault.None && fault != CommitFault.None);

            // The process ends where a commit goes wrong; the next one finds the database back.
            async Task<bool> LivesThrough(Func<CancellationTokenSource, Task> work)
            {
                using var death = new CancellationTokenSource();
                try
                {
                    await work(death);
                    return true;
                }
                catch (IOException)
                {
                    return false;
                }
                finally
                {
                    database.Unreachable = false;
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<StampedFact> Facts()
    {
        Fact[] facts =
        [
            LiveWorld.Fact("0", "probe", "service.up", "web", Instant.FromUtc(2026, 1, 1, 0, 0), "\"service\":\"desk\""),
            LiveWorld.Fact("1", "desk", "ticket.reported", "T-1", Noon, "\"service\":\"desk\""),
            LiveWorld.Fact("2", "probe", "service.down", "web", Noon + Duration.FromHours(3), "\"service\":\"desk\""),
        ];
        return facts.Select((f, i) => new StampedFact(f, i + 1, f.Time.PlusTicks(i)));
    }
}
