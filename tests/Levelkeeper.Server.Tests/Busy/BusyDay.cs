using System.Diagnostics;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Server.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Outbox;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>A busy provider's hours on the real server: its log on SQLite, its live evaluation, escalations, outbox and webhooks. Only time is not real: the run moves it on, a minute at a time, as soon as the server has done what the minute before asked of it.</summary>
internal sealed class BusyDay : IAsyncDisposable
{
    /// <summary>So many facts come in a request.</summary>
    private const int Together = 500;

    /// <summary>So many requests are on their way at once.</summary>
    private const int Senders = 8;

    /// <summary>By this the live evaluation pauses between two turns: the timer that it sets then shows that a turn is over.</summary>
    private static readonly TimeSpan s_betweenTurns = TimeSpan.FromMilliseconds(100);

    /// <summary>A turn that takes longer hangs.</summary>
    private static readonly TimeSpan s_longestTurn = TimeSpan.FromMinutes(10);

    private readonly CountingReceiver _receiver;
    private readonly DiagnosticBag _diagnostics = new();
    private readonly CloudEventReader _reader;
    private readonly List<BusyHour> _hours = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _worked;
    private TimeSpan _lag;
    private TimeSpan _longestLag;
    private TimeSpan _appending;
    private int _minutes;
    private long _sent;
    private string _quiet = "";

    private BusyDay(BusyScale scale, CountingReceiver receiver, RunningServer server)
    {
        (Scale, _receiver, Server, World) = (scale, receiver, server, new BusyWorld(scale));
        _reader = new CloudEventReader("busy", _diagnostics);
    }

    public BusyScale Scale { get; }

    public RunningServer Server { get; }

    public BusyWorld World { get; }

    public LiveService Live => Server.Server.Services.GetRequiredService<LiveService>();

    public Store Store => Server.Open().Store;

    public Instant Now => Instant.FromDateTimeOffset(Server.Time.GetUtcNow());

    /// <summary>What was told of the facts.</summary>
    public Acknowledged Acknowledged { get; } = new();

    /// <summary>What was measured, hour by hour.</summary>
    public IReadOnlyList<BusyHour> Hours => _hours;

    /// <summary>How many messages the receiver got, those that came again included.</summary>
    public long Received => _receiver.Got;

    /// <summary>How long it took until all of before was taken in, the agreements included.</summary>
    public TimeSpan Filling { get; private set; }

    /// <summary>Starts a server with all agreements in force, and the tickets that are open already.</summary>
    public static async Task<BusyDay> StartAsync(BusyScale scale)
    {
        var receiver = await CountingReceiver.StartAsync();
        var server = await RunningServer.StartAsync(
            change: s => s with { Channels = receiver.Channels }, prepare: store => PutInForceAsync(store, scale), start: (BusyScale.Start + Duration.FromTicks(3)).ToDateTimeOffset());
        var day = new BusyDay(scale, receiver, server);
        await server.Time.PendingTimerOf(s_betweenTurns);
        day._quiet = Complaints(server.Log);
        server.Time.Pass(s_betweenTurns);
        await day.TurnAsync(day.World.Before());
        day.Filling = day._clock.Elapsed;
        day.Measure(hour: 0);
        return day;
    }

    /// <summary>Lets all hours pass.</summary>
    /// <param name="each">Is told after each hour what it came to.</param>
    public async Task RunAsync(Action<BusyHour> each)
    {
        for (var hour = 1; hour <= Scale.Hours; hour++)
        {
            for (var minute = 0; minute < 60; minute++)
            {
                await NothingOnItsWayAsync();
                Server.Time.Pass(TimeSpan.FromMinutes(1));
                await TurnAsync(World.Minute(_minutes++));
            }

            each(Measure(hour));
        }
    }

    /// <summary>Lets a little time pass until all messages were delivered.</summary>
    public async Task DeliverAllAsync()
    {
        for (var i = 0; await Waiting() > 0; i++)
        {
            i.ShouldBeLessThan(100_000, Server.Log);
            Server.Time.Advance(TimeSpan.FromSeconds(1));
            await NothingOnItsWayAsync();
        }

        async Task<long> Waiting() => (await Store.Outbox.CountsAsync()) is var counts ? counts[OutgoingState.Waiting] + counts[OutgoingState.Sending] + counts[OutgoingState.Doubtful] : 0;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    private static async Task PutInForceAsync(Store store, BusyScale scale)
    {
        var (register, by) = (new AgreementRegister(store), new Act("busy", BusyScale.Start));
        for (var agreement = 0; agreement < scale.Agreements; agreement++)
        {
            var id = BusyAgreements.IdOf(agreement);
            var own = agreement;
            var proposed = await register.ProposeAsync(id, 0, BusyAgreements.TextOf(agreement, Enumerable.Range(0, scale.Probes).Where(p => p % scale.Agreements == own)), 0, by);
            proposed.Diagnostics.ShouldBeEmpty();
            (await register.ActivateAsync(id, 1, "on paper", 0, by)).Diagnostics.ShouldBeEmpty();
        }
    }

    /// <summary>Appends facts, and waits until all that follows from them and from the time is decided.</summary>
    private async Task TurnAsync(List<SentFact> facts)
    {
        var began = _clock.Elapsed;
        await AppendAsync(facts);
        var acknowledged = _clock.Elapsed;
        _appending += acknowledged - began;
        Server.Time.Fire();
        await Server.Time.PendingTimerOf(s_betweenTurns).WaitAsync(s_longestTurn);
        Live.Agreements.Head.ShouldBe(Acknowledged.Kept);
        var lag = _clock.Elapsed - acknowledged;
        (_lag, _longestLag) = (_lag + lag, lag > _longestLag ? lag : _longestLag);
        Complaints(Server.Log).ShouldBe(_quiet);
    }

    private async Task AppendAsync(List<SentFact> facts)
    {
        var onTheirWay = new List<Task>();
        for (var first = 0; first < facts.Count; first += Together)
        {
            var some = facts.GetRange(first, Math.Min(Together, facts.Count - first));
            var entries = some.ConvertAll(Read);
            if (onTheirWay.Count == Senders)
                onTheirWay.Remove(await Task.WhenAny(onTheirWay));
            onTheirWay.Add(SendAsync(some, entries));
        }

        await Task.WhenAll(onTheirWay);
        _sent += facts.Count;
    }

    private async Task SendAsync(List<SentFact> facts, List<LogEntry> entries)
    {
        var outcomes = await Server.Open().Queue.AppendAsync(entries);
        Acknowledged.Take(facts, entries, outcomes);
    }

    private LogEntry Read(SentFact sent)
    {
        var fact = _reader.ReadOne(sent.Text);
        fact.ShouldNotBeNull(string.Join('\n', _diagnostics));
        return new LogEntry(fact, _reader.Canonical.ToArray());
    }

    /// <summary>What the server has logged that somebody should look at.</summary>
    private static string Complaints(string log) => string.Join('\n', log.Split('\n').Where(static l => !l.Contains("Z info ", StringComparison.Ordinal)));

    /// <summary>A message that is on its way must not be given up only because this time runs faster than the network.</summary>
    private async Task NothingOnItsWayAsync()
    {
        while ((await Store.Outbox.CountsAsync())[OutgoingState.Sending] > 0)
            await Task.Yield();
    }

    private BusyHour Measure(int hour)
    {
        using var process = Process.GetCurrentProcess();
        var (took, worked) = (_clock.Elapsed, process.TotalProcessorTime - _worked);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var heap = GC.GetTotalMemory(forceFullCollection: false);
        process.Refresh();
        var measured = new BusyHour(
            hour, heap, process.WorkingSet64, _sent, took, worked, _appending, hour == 0 ? _lag : _lag / 60, _longestLag, OutboxRows.Of(Server.StoreFolder).Told, World.OpenTickets, World.Tickets);
        _hours.Add(measured);
        // To collect is not the server's work.
        _worked = process.TotalProcessorTime;
        (_sent, _appending, _lag, _longestLag) = (0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        _clock.Restart();
        return measured;
    }
}

/// <summary>What an hour came to.</summary>
/// <param name="Hour">Which; 0 for what was before the watch.</param>
/// <param name="Heap">The managed heap at its end, after a full collection, in bytes.</param>
/// <param name="Resident">The memory of the process then, in bytes.</param>
/// <param name="Facts">How many facts were sent.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Worked">How long the processors worked for it, those of the run itself included.</param>
/// <param name="Appending">How much of that until the facts were acknowledged.</param>
/// <param name="Lag">How long after the last acknowledgement of a minute all that follows from it was decided, on average.</param>
/// <param name="LongestLag">The same, at most.</param>
/// <param name="Steps">How many steps have been decided and told by its end.</param>
/// <param name="Open">How many tickets are open at its end.</param>
/// <param name="Tickets">How many tickets were reported by its end.</param>
internal sealed record BusyHour(int Hour, long Heap, long Resident, long Facts, TimeSpan Took, TimeSpan Worked, TimeSpan Appending, TimeSpan Lag, TimeSpan LongestLag, long Steps, int Open, int Tickets);
