using Levelkeeper.Connectors.Channels;
using Levelkeeper.Runtime.Notifications;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Outbox;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Notifications;

/// <summary>What becomes of messages whose channel delivers, refuses, fails, doubts, throws or hangs.</summary>
public sealed class NotificationDispatcherTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-dispatch-").FullName;
    private readonly ScriptedTime _time = new(Noon);
    private readonly List<string> _sent = [];
    private Store _store = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await Store.OpenAsync(new SqliteDatabase(_folder), Noon, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_delivered_is_sent_once()
    {
        await Write("a");
        await Turn(_ => new Delivery.Delivered("250 queued"));
        await Turn(_ => throw new InvalidOperationException("not again"));
        (await Message()).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutgoingState.Delivered), m => m.Note.ShouldBe("250 queued"), m => m.Attempts.ShouldBe(1));
    }

    [Fact]
    public async Task What_is_refused_is_given_up_and_can_be_sent_again_by_somebody()
    {
        await Write("a");
        await Turn(_ => new Delivery.Refused("no such mailbox"));
        (await Message()).State.ShouldBe(OutgoingState.Dead);
        (await _store.Outbox.SendAgainAsync("a", new("ann", Noon), Noon, Cancel)).ShouldBeTrue();
        await Turn(_ => new Delivery.Delivered("ok"));
        (await Message()).State.ShouldBe(OutgoingState.Delivered);
        _sent.ShouldBe(["a", "a"]);
    }

    [Fact]
    public async Task What_fails_is_tried_again_after_waits_that_double_and_is_given_up_after_a_day()
    {
        await Write("a");
        var waits = new List<double>();
        for (var i = 0; i < 200 && (await Message()).State == OutgoingState.Waiting; i++)
        {
            await Turn(_ => new Delivery.Failed("no connection"));
            var next = (await Message()).Due;
            waits.Add((next - _time.Now).TotalSeconds);
            _time.Now = Instant.Max(next, _time.Now);
        }

        (await Message()).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutgoingState.Dead), m => m.Note.ShouldContain("no connection"));
        // Up to a fifth shorter or longer: 30 s, 60 s, 120 s … up to an hour.
        waits[..^1].Zip([30, 60, 120, 240, 480, 960, 1920, 3600, 3600]).ShouldAllBe(w => w.First >= w.Second * 0.8 && w.First <= w.Second * 1.201);
        (_time.Now - Noon).ShouldBeInRange(Duration.FromHours(24), Duration.FromHours(26));
    }

    [Fact]
    public async Task What_failed_while_the_clock_was_ten_years_ahead_is_tried_again_when_it_is_right()
    {
        _time.Now = Noon + Duration.FromDays(3_652);
        await Write("a", at: _time.Now);
        await Turn(_ => new Delivery.Failed("busy", Duration.FromMinutes(20)));
        _time.Now = Noon;
        await Turn(_ => new Delivery.Delivered("ok"));
        (await Message()).State.ShouldBe(OutgoingState.Delivered);
    }

    [Fact]
    public async Task A_receiver_that_asks_to_be_left_alone_is()
    {
        await Write("a");
        await Turn(_ => new Delivery.Failed("busy", Duration.FromMinutes(20)));
        (await Message()).Due.ShouldBe(Noon + Duration.FromMinutes(20));
    }

    [Theory]
    [InlineData(true, OutgoingState.Waiting)]
    [InlineData(false, OutgoingState.Doubtful)]
    public async Task In_doubt_the_channels_policy_decides(bool again, OutgoingState then)
    {
        await Write("a");
        await Turn(_ => new Delivery.Doubtful("no answer after the full stop"), again);
        (await Message()).State.ShouldBe(then);
    }

    [Fact]
    public async Task A_message_that_was_on_its_way_when_the_sender_died_is_in_doubt_and_sent_again_under_the_same_key()
    {
        await Write("a");
        await _store.Outbox.TakeAsync(Noon, Duration.FromMinutes(15), 1, cancel: Cancel);
        await Turn(_ => new Delivery.Delivered("ok"));
        (await Message()).State.ShouldBe(OutgoingState.Sending);
        _time.Now += Duration.FromMinutes(16);
        await Turn(_ => new Delivery.Delivered("ok"));
        await Turn(_ => new Delivery.Delivered("ok"));
        (await Message()).State.ShouldBe(OutgoingState.Delivered);
        _sent.ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_poisoned_message_is_given_up_and_holds_up_no_other()
    {
        await Write("poison", content: "{\"nonsense\":true}"u8.ToArray());
        await Write("zone", content: (Notice() with { Zone = "Europe/Nowhere" }).ToJson());
        await Write("a");
        await Turn(_ => new Delivery.Delivered("ok"));
        (await _store.Outbox.ListAsync(OutgoingState.Dead, 10, cancel: Cancel)).Select(m => m.Id).Order(StringComparer.Ordinal).ShouldBe(["poison", "zone"]);
        _sent.ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_channel_that_throws_leaves_a_doubt()
    {
        await Write("a");
        await Turn(_ => throw new InvalidOperationException("a fault"), again: false);
        (await Message()).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutgoingState.Doubtful), m => m.Note.ShouldContain("InvalidOperationException"));
    }

    [Fact]
    public async Task A_channel_that_hangs_holds_up_no_other_and_what_it_did_not_send_waits_for_the_next_start()
    {
        await Write("a", "chat");
        await Write("b");
        var delivered = new TaskCompletionSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var hanging = new Scripted(async (_, cancel) =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return new Delivery.Delivered("never");
        });
        var quick = new Scripted((_, _) =>
        {
            delivered.SetResult();
            return Task.FromResult<Delivery>(new Delivery.Delivered("ok"));
        });
        var running = new NotificationDispatcher(_store.Outbox, [new NotificationChannel("chat", hanging), new NotificationChannel("email", quick)], _time, new Random(1), _ => { }).RunAsync(stop.Token);
        await delivered.Task.WaitAsync(Cancel);
        await stop.CancelAsync();
        await running;
        (await _store.Outbox.ListAsync(null, 10, cancel: Cancel)).OrderBy(m => m.Id, StringComparer.Ordinal).Select(m => m.State).ShouldBe([OutgoingState.Waiting, OutgoingState.Delivered]);
    }

    [Fact]
    public async Task A_way_that_is_not_set_up_is_seen()
    {
        await Write("a", "phone");
        await new NotificationDispatcher(_store.Outbox, [], _time, new Random(1), _ => { }).TurnAsync(new NotificationChannel("phone", new MissingChannel("phone")), Cancel);
        (await Message()).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutgoingState.Dead), m => m.Note.ShouldBe("No channel 'phone' is set up."));
    }

    private static StoredNotice Notice() => new() { Agreement = "desk", Title = "Desk", Number = 1, Of = 2, Point = "clock", Share = "4/5", Ticket = "T-1", Clock = "respond", Now = Noon.ToUnixTimeTicks(), Zone = "Europe/Warsaw", Name = "Anna", Address = "anna@example.org" };

    private Task Write(string id, string channel = "email", byte[]? content = null, Instant? at = null) => _store.Outbox.DecideAsync(
        $"decision {id}", [], at ?? Noon, [new Outgoing { Id = id, Decision = $"decision {id}", Channel = channel, Thread = "t", Content = content ?? Notice().ToJson(), Due = at ?? Noon, Made = at ?? Noon }], Cancel);

    private async Task<Outgoing> Message() => (await _store.Outbox.ListAsync(null, 10, cancel: Cancel)).Single();

    private Task<int> Turn(Func<Message, Delivery> script, bool again = true)
    {
        var channel = new Scripted((message, _) =>
        {
            _sent.Add(message.Notification.Key);
            return Task.FromResult(script(message));
        });
        return new NotificationDispatcher(_store.Outbox, [], _time, new Random(1), _ => { }).TurnAsync(new NotificationChannel("email", channel) { SendsAgainInDoubt = again }, Cancel);
    }

    private sealed class Scripted(Func<Message, CancellationToken, Task<Delivery>> script) : IChannel
    {
        public Task<Delivery> SendAsync(Message message, CancellationToken cancellation) => script(message, cancellation);
    }

    private sealed class ScriptedTime(Instant start) : TimeProvider
    {
        public Instant Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();
    }
}
