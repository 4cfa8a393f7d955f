using System.Text;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Connectors.Channels.Templates;
using Levelkeeper.Runtime.Notifications;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Outbox;
using Levelkeeper.Storage.Sql;
using Levelkeeper.Storage.Tests.Log;
using Levelkeeper.Text.Languages;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Notifications;

/// <summary>What becomes of messages while channels hang, the store is away, the sender dies, and rows are poisoned.</summary>
public sealed class DispatcherFaultTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-dispatch-").FullName;
    private readonly HandTurnedTime _time = new(Noon);
    private readonly List<Exception> _failures = [];
    private FaultyDatabase _database = null!;
    private Store _store = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = new FaultyDatabase(new SqliteDatabase(_folder));
        _store = await Store.OpenAsync(_database, Noon, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_message_that_hangs_holds_up_no_more_than_its_own_place_in_its_channel()
    {
        foreach (var id in (string[])["a", "b", "c", "d", "e"])
            await Write(id);
        var (others, left) = (new TaskCompletionSource(), 4);
        var channel = new ScriptedChannel(async (message, cancel) =>
        {
            if (message.Notification.Key == "a")
                await Task.Delay(Timeout.Infinite, cancel);
            if (Interlocked.Decrement(ref left) == 0)
                others.SetResult();
            return new Delivery.Delivered("ok");
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = Dispatcher(new NotificationChannel("email", channel) { AtOnce = 2 }).RunAsync(stop.Token);
        await others.Task.WaitAsync(Cancel);
        await stop.CancelAsync();
        await running;
        _failures.ShouldBeEmpty();
        (await States()).ShouldBe([("a", OutgoingState.Waiting), ("b", OutgoingState.Delivered), ("c", OutgoingState.Delivered), ("d", OutgoingState.Delivered), ("e", OutgoingState.Delivered)]);
    }

    [Fact]
    public async Task No_more_are_on_their_way_at_a_time_than_the_channel_may_have()
    {
        for (var i = 0; i < 12; i++)
            await Write($"m{i}");
        var (now, most, all) = (0, 0, new TaskCompletionSource());
        var gate = new SemaphoreSlim(0);
        var sent = 0;
        var channel = new ScriptedChannel(async (_, cancel) =>
        {
            lock (gate)
                most = Math.Max(most, ++now);
            await gate.WaitAsync(cancel);
            lock (gate)
                now--;
            if (Interlocked.Increment(ref sent) == 12)
                all.SetResult();
            return new Delivery.Delivered("ok");
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = Dispatcher(new NotificationChannel("email", channel) { AtOnce = 3 }).RunAsync(stop.Token);
        gate.Release(12);
        await all.Task.WaitAsync(Cancel);
        await stop.CancelAsync();
        await running;
        most.ShouldBeInRange(1, 3);
        channel.Keys.ShouldBeUnique();
    }

    [Fact]
    public async Task A_channel_that_never_comes_back_is_left_and_the_message_is_in_doubt()
    {
        await Write("a");
        var never = new TaskCompletionSource<Delivery>();
        var turn = Turn(new NotificationChannel("email", new ScriptedChannel((_, _) => never.Task)) { SendsAgainInDoubt = false });
        await _time.WaitedForAsync(wait => wait > NotificationDispatcher.OnItsWay, Cancel);
        _time.Advance(NotificationDispatcher.Lease - Duration.FromTicks(1));
        await turn;
        (await Message()).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutgoingState.Doubtful), m => m.Note.ShouldBe("The channel did not come back."));
    }

    [Fact]
    public async Task What_takes_too_long_before_anything_is_sent_is_tried_again()
    {
        await Write("a");
        var turn = Turn(new NotificationChannel("email", new ScriptedChannel(async (_, cancel) =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return new Delivery.Delivered("never");
        })));
        await _time.WaitedForAsync(wait => wait > NotificationDispatcher.OnItsWay, Cancel);
        _time.Advance(Duration.FromTimeSpan(NotificationDispatcher.OnItsWay));
        await turn;
        (await Message()).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutgoingState.Waiting), m => m.Note.ShouldContain("too long"), m => m.Due.ShouldBeGreaterThan(_time.Now));
    }

    [Fact]
    public async Task A_receiver_that_leaves_every_message_in_doubt_is_not_flooded_and_somebody_is_asked_after_a_day()
    {
        await Write("a");
        var channel = new ScriptedChannel(_ => new Delivery.Doubtful("no answer after the full stop"));
        for (var i = 0; i < 200 && (await Message()).State == OutgoingState.Waiting; i++)
        {
            _time.Advance(Duration.Max((await Message()).Due - _time.Now, Duration.Zero));
            await Turn(new NotificationChannel("email", channel));
        }

        (await Message()).State.ShouldBe(OutgoingState.Doubtful);
        // 30 s, 1 min, 2 min … 32 min make about an hour and seven attempts; then one an hour.
        channel.Sent.Count.ShouldBeInRange(25, 40);
        var sent = channel.Sent.Count;
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(Duration.FromHours(10));
            await Turn(new NotificationChannel("email", channel));
        }

        channel.Sent.Count.ShouldBe(sent);
        channel.Sent.Select(m => (m.Notification, m.Text)).Distinct().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(CommitFault.Before)]
    [InlineData(CommitFault.After)]
    internal async Task What_is_known_is_written_down_once_the_store_is_back(CommitFault fault)
    {
        await Write("a");
        var channel = new ScriptedChannel(_ =>
        {
            _database.Next = fault;
            return new Delivery.Delivered("250 queued");
        });
        var turn = Turn(new NotificationChannel("email", channel));
        await _time.WaitedForAsync(wait => wait <= TimeSpan.FromSeconds(1), Cancel);
        _time.Advance(Duration.FromSeconds(1));
        await turn;
        _failures.ShouldHaveSingleItem().ShouldBeOfType<IOException>();
        (await Message()).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutgoingState.Delivered), m => m.Note.ShouldBe("250 queued"));
        _time.Advance(Duration.FromHours(1));
        await Turn(new NotificationChannel("email", channel));
        channel.Sent.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sender_that_dies_between_sending_and_writing_it_down_leaves_a_doubt_that_the_policy_decides(bool again)
    {
        await Write("a");
        using var dies = new CancellationTokenSource();
        var channel = new ScriptedChannel(_ =>
        {
            _database.Next = CommitFault.Before;
            dies.Cancel();
            return new Delivery.Delivered("ok");
        });
        await Turn(new NotificationChannel("email", channel), dies.Token);
        (await Message()).State.ShouldBe(OutgoingState.Sending);

        // While the lease lasts, the other sender may still be at it.
        var next = new ScriptedChannel(_ => new Delivery.Delivered("ok"));
        var policy = new NotificationChannel("email", next) { SendsAgainInDoubt = again };
        _time.Advance(NotificationDispatcher.Lease - Duration.FromTicks(1));
        await Turn(policy);
        next.Sent.ShouldBeEmpty();
        _time.Advance(Duration.FromTicks(1));
        for (var i = 0; i < 3; i++)
            await Turn(policy);
        if (!again)
        {
            next.Sent.ShouldBeEmpty();
            (await Message()).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutgoingState.Doubtful), m => m.Note.ShouldContain("stopped"));
            (await _store.Outbox.SendAgainAsync("a", new Act("anna", _time.Now), _time.Now, Cancel)).ShouldBeTrue();
            await Turn(policy);
        }

        (await Message()).State.ShouldBe(OutgoingState.Delivered);
        // The receiver can know it again: the same key, the same words.
        next.Sent.ShouldHaveSingleItem().ShouldBe(channel.Sent.Single());
    }

    [Theory]
    [InlineData(CommitFault.Before)]
    [InlineData(CommitFault.After)]
    [InlineData(CommitFault.LandsLater)]
    internal async Task A_message_that_could_not_be_taken_for_sure_is_sent_once(CommitFault fault)
    {
        await Write("a");
        var channel = new ScriptedChannel(_ => new Delivery.Delivered("ok"));
        _database.Next = fault;
        await Should.ThrowAsync<IOException>(() => Turn(new NotificationChannel("email", channel)));
        channel.Sent.ShouldBeEmpty();
        for (var i = 0; i < 3; i++)
        {
            await Turn(new NotificationChannel("email", channel));
            _time.Advance(NotificationDispatcher.Lease);
        }

        (await Message()).State.ShouldBe(OutgoingState.Delivered);
        channel.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task While_the_store_is_away_nothing_ends_and_afterwards_it_goes_on()
    {
        await Write("a");
        var delivered = new TaskCompletionSource();
        var channel = new ScriptedChannel(_ =>
        {
            delivered.SetResult();
            return new Delivery.Delivered("ok");
        });
        _database.Unreachable = true;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = Dispatcher(new NotificationChannel("email", channel)).RunAsync(stop.Token);
        await _time.WaitedForAsync(wait => wait <= TimeSpan.FromSeconds(1), Cancel);
        _failures.Count.ShouldBe(1);
        _database.Unreachable = false;
        _time.Advance(Duration.FromSeconds(1));
        await delivered.Task.WaitAsync(Cancel);
        await stop.CancelAsync();
        await running;
        (await Message()).State.ShouldBe(OutgoingState.Delivered);
    }

    [Fact]
    public async Task A_message_that_waited_for_the_morning_is_tried_for_a_day_from_then_on()
    {
        await Write("a", due: Noon + Duration.FromDays(3));
        _time.Advance(Duration.FromDays(3));
        await Turn(new NotificationChannel("email", new ScriptedChannel(_ => new Delivery.Failed("no connection"))));
        (await Message()).State.ShouldBe(OutgoingState.Waiting);
    }

    [Fact]
    public async Task A_dead_letter_that_somebody_sends_again_is_tried_as_long_as_a_new_one()
    {
        await Write("a");
        await Turn(new NotificationChannel("email", new ScriptedChannel(_ => new Delivery.Refused("no such mailbox"))));
        _time.Advance(Duration.FromDays(7));
        (await _store.Outbox.SendAgainAsync("a", new Act("anna", _time.Now), _time.Now, Cancel)).ShouldBeTrue();
        await Turn(new NotificationChannel("email", new ScriptedChannel(_ => new Delivery.Failed("no connection"))));
        (await Message()).State.ShouldBe(OutgoingState.Waiting);
        _time.Advance(Duration.FromMinutes(5));
        await Turn(new NotificationChannel("email", new ScriptedChannel(_ => new Delivery.Delivered("ok"))));
        (await Message()).State.ShouldBe(OutgoingState.Delivered);
    }

    [Fact]
    public async Task Whatever_a_row_says_it_is_given_up_with_a_reason_and_the_next_one_is_sent()
    {
        var good = Encoding.UTF8.GetString(Notice().ToJson());
        string[] poison =
        [
            "", "null", "[]", "{}", "\"text\"", "{\"agreement\":", "\u0000",
            good.Replace("\"share\":\"4/5\"", "\"share\":null", StringComparison.Ordinal),
            good.Replace("\"share\":\"4/5\"", "\"share\":\"4/0\"", StringComparison.Ordinal),
            good.Replace("\"share\":\"4/5\"", "\"share\":\"four fifths\"", StringComparison.Ordinal),
            good.Replace("\"point\":\"clock\"", "\"point\":\"moon\"", StringComparison.Ordinal),
            good.Replace("\"name\":\"Anna\"", "\"name\":null", StringComparison.Ordinal),
            good.Replace("\"zone\":\"Europe/Warsaw\"", "\"zone\":null", StringComparison.Ordinal),
            good.Replace("Europe/Warsaw", "Europe/Nowhere", StringComparison.Ordinal),
            good.Replace("\"language\":\"en\"", "\"language\":\"tlh\"", StringComparison.Ordinal),
            good.Replace($"\"now\":{Noon.ToUnixTimeTicks()}", "\"now\":9223372036854775807", StringComparison.Ordinal),
        ];
        poison.ShouldAllBe(p => p != good);
        for (var i = 0; i < poison.Length; i++)
            await Write($"poison-{i}", content: Encoding.UTF8.GetBytes(poison[i]));
        await Write("no sign of a key", content: Notice().ToJson());
        await Write("good", content: Encoding.UTF8.GetBytes(good));
        var channel = new ScriptedChannel(_ => new Delivery.Delivered("ok"));
        while (await Turn(new NotificationChannel("email", channel)) > 0)
            _failures.ShouldBeEmpty();
        channel.Keys.ShouldBe(["good"]);
        var dead = await _store.Outbox.ListAsync(OutgoingState.Dead, 100, cancel: Cancel);
        dead.Count.ShouldBe(poison.Length + 1);
        dead.ShouldAllBe(m => m.Note.StartsWith("What it says cannot be read by this build") && m.Attempts == 1);
    }

    [Fact]
    public async Task Words_of_ones_own_are_sent_and_those_that_are_wrong_are_noted()
    {
        await Write("a");
        var texts = new OwnTexts([new OwnText("escalation-step", TextLanguage.English, "{{id}}: look at once", null, null)]);
        var channel = new ScriptedChannel(_ => new Delivery.Delivered("ok"));
        await Dispatcher(new NotificationChannel("email", channel), texts).TurnAsync(new NotificationChannel("email", channel), Cancel);
        channel.Sent.Single().Text.Subject.ShouldBe("T-1: look at once");

        await Write("b");
        texts = new OwnTexts([new OwnText("escalation-step", TextLanguage.English, "{{nobody}}", null, null)]);
        await Dispatcher(new NotificationChannel("email", channel), texts).TurnAsync(new NotificationChannel("email", channel), Cancel);
        channel.Sent[^1].Text.Subject.ShouldContain("T-1");
        (await _store.Outbox.ListAsync(OutgoingState.Delivered, 10, cancel: Cancel)).Single(m => m.Id == "b").Note.ShouldStartWith("ok The built-in text was sent:");
    }

    private static StoredNotice Notice() => new() { Agreement = "desk", Title = "Desk", Number = 1, Of = 2, Point = "clock", Share = "4/5", Ticket = "T-1", Clock = "respond", Now = Noon.ToUnixTimeTicks(), Zone = "Europe/Warsaw", Name = "Anna", Address = "anna@example.org" };

    private Task Write(string id, byte[]? content = null, Instant? due = null) => _store.Outbox.DecideAsync(
        $"decision {id}", [], Noon, [new Outgoing { Id = id, Decision = $"decision {id}", Channel = "email", Thread = "t", Content = content ?? Notice().ToJson(), Due = due ?? Noon, Made = Noon }], Cancel);

    private async Task<Outgoing> Message() => (await _store.Outbox.ListAsync(null, 10, cancel: Cancel)).Single();

    private async Task<IEnumerable<(string, OutgoingState)>> States() => (await _store.Outbox.ListAsync(null, 100, cancel: Cancel)).OrderBy(m => m.Id, StringComparer.Ordinal).Select(m => (m.Id, m.State));

    private NotificationDispatcher Dispatcher(NotificationChannel channel, OwnTexts? texts = null) => new(_store.Outbox, [channel], _time, new Random(1), _failures.Add, texts);

    private Task<int> Turn(NotificationChannel channel, CancellationToken? cancel = null) => Dispatcher(channel).TurnAsync(channel, cancel ?? Cancel);
}
