using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Runtime.Doctor;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Runtime.Tests.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Doctor;

/// <summary>Live evaluation held against a real log.</summary>
public sealed class LiveDoctorTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 6, 12, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-doctor-").FullName;
    private readonly LiveAgreements _live = new();
    private Store _store = null!;
    private FactLogWriter _writer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await Store.OpenAsync(new SqliteDatabase(_folder), Noon, Cancel);
        _writer = await FactLogWriter.TakeAsync(_store, Path.Combine(_folder, "keys"), cancel: Cancel);
        _writer.Committed = committed => _live.Apply(committed.Facts, committed.Conflicts);
        foreach (var id in (string[])["klient", "other"])
            _live.Put(id, LiveWorld.Agreements[id]);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_fed_by_commits_equals_what_the_log_says()
    {
        await AppendAsync("1", "ticket.reported", "T-1", Noon - Duration.FromHours(3), "\"service\":\"site\",\"customer\":\"Klient\"");
        await AppendAsync("2", "service.down", "web", Noon - Duration.FromHours(2), "");
        // The same identity with other content is set aside.
        await AppendAsync("1", "ticket.reported", "T-1", Noon - Duration.FromHours(1), "\"service\":\"site\",\"customer\":\"Klient\"");
        var report = await ExamineAsync(_live, Noon);
        (report.Head, report.Agreements, report.IsHealthy).ShouldBe((3, 2, true));
        report.Compared.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task What_was_replayed_from_the_log_stands_as_what_was_fed_by_commits()
    {
        await AppendAsync("1", "ticket.reported", "T-1", Noon - Duration.FromHours(3), "\"service\":\"site\",\"customer\":\"Klient\"");
        await AppendAsync("1", "ticket.reported", "T-1", Noon - Duration.FromHours(1), "\"service\":\"site\"");
        await AppendAsync("2", "service.down", "web", Noon - Duration.FromHours(2), "");
        var replayed = new LiveAgreements();
        foreach (var id in (string[])["klient", "other"])
            replayed.Put(id, LiveWorld.Agreements[id]);
        (await replayed.ReplayAsync(_store.Log(), 2, Cancel)).Head.ShouldBe(2);
        (await replayed.ReplayAsync(_store.Log(), cancel: Cancel)).Head.ShouldBe(3);
        replayed.Head.ShouldBe(3);
        replayed.Conflicts().Count.ShouldBe(1);
        (await ExamineAsync(replayed, Noon)).IsHealthy.ShouldBeTrue();
        replayed.StatesOf("klient").ShouldBe((await StandingAsync(_live)).Agreements.Single(a => a.Id == "klient").States, ignoreOrder: true);
    }

    [Fact]
    public async Task What_was_lost_on_the_way_is_found()
    {
        _writer.Committed = null;
        await AppendAsync("1", "ticket.reported", "T-1", Noon - Duration.FromHours(3), "\"service\":\"site\",\"customer\":\"Klient\"");
        _writer.Committed = committed => _live.Apply(committed.Facts, committed.Conflicts);
        await AppendAsync("2", "service.down", "web", Noon - Duration.FromHours(2), "");
        // Reported at ten by the clock of Warsaw, within four hours: at one it runs.
        var report = await ExamineAsync(_live, Noon);
        report.Findings.ShouldContain(new DoctorFinding("klient", LiveChangeKind.Clock, "respond/T-1/1", "", "running"));
        report.IsHealthy.ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_erased_is_counted()
    {
        await AppendAsync("1", "ticket.reported", "T-1", Noon - Duration.FromHours(3), "\"service\":\"site\",\"customer\":\"Klient\"");
        await _store.Log().EraseAsync([1], Cancel);
        var report = await ExamineAsync(_live, Noon);
        report.Erased.ShouldBe(1);
        report.Findings.ShouldContain(new DoctorFinding("klient", LiveChangeKind.Clock, "respond/T-1/1", "running", ""));
    }

    private static Task<LiveStanding> StandingAsync(LiveAgreements live) => Task.FromResult(live.StandingAt(Noon, (_, _) => { }));

    private Task<DoctorReport> ExamineAsync(LiveAgreements live, Instant now) => LiveDoctor.ExamineAsync(live, _store.Log(), now, (_, _) => { }, Cancel);

    private Task AppendAsync(string id, string type, string subject, Instant time, string data)
    {
        var fact = LiveWorld.Fact(id, "test", type, subject, time, data);
        return _writer.AppendAsync([new LogEntry(fact, new CloudEventWriter().Write(fact).ToArray())], Noon, Cancel);
    }
}
