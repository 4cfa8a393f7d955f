using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Runtime.Live.Snapshots;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Live;

/// <summary>What live evaluation keeps, in a file beside a real log: believed when it is whole and of this log, and else not.</summary>
public sealed class SnapshotFileTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 6, 12, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-snapshot-").FullName;
    private Store _store = null!;
    private FactLogWriter _writer = null!;
    private LiveAgreements _live = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Caches => Path.Combine(_folder, "cache");

    private string Written => Path.Combine(Caches, "live-0.snapshot");

    public async ValueTask InitializeAsync()
    {
        _store = await Store.OpenAsync(new SqliteDatabase(_folder), Noon, Cancel);
        _writer = await FactLogWriter.TakeAsync(_store, Caches, cancel: Cancel);
        _live = new LiveAgreements(new LoggedFacts(_store.Log(), _writer));
        _writer.Committed = committed => _live.Apply(committed.Facts, committed.Conflicts);
        _live.Put("klient", LiveWorld.Agreements["klient"]);
        await AppendAsync("1", "ticket.reported", "T-1", "\"service\":\"site\",\"customer\":\"Klient\"");
        await AppendAsync("2", "service.down", "web", "");
        await new SnapshotFile(Caches, _store).SaveAsync(to => _live.Save(to, Noon, id => $"{id} as it is", (_, _) => { }), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_is_gone_on_from_with_what_came_after_it()
    {
        await AppendAsync("3", "service.up", "web", "");
        var (read, refused) = await LoadAsync(_store, Noon);
        (read!.Head, refused).ShouldBe((2, ""));
        await read.ReplayAsync(_store.Log(), cancel: Cancel);
        foreach (var live in (LiveAgreements[])[read, _live])
            live.AdvanceTo(Noon, (_, _) => { });
        read.Head.ShouldBe(3);
        read.StatesOf("klient").ShouldBe(_live.StatesOf("klient")!, ignoreOrder: true);
    }

    [Fact]
    public async Task An_agreement_that_is_not_what_it_was_is_left_to_be_put_in_force_anew()
    {
        var read = await new SnapshotFile(Caches, _store).LoadAsync(new LoggedFacts(_store.Log(), _writer), Noon, (id, state) => state == $"{id} otherwise" ? LiveWorld.Agreements[id] : null, _ => { }, Cancel);
        read!.Has("klient").ShouldBeFalse();
        read.Put("klient", LiveWorld.Agreements["klient"]);
        foreach (var live in (LiveAgreements[])[read, _live])
            live.AdvanceTo(Noon, (_, _) => { });
        read.StatesOf("klient").ShouldBe(_live.StatesOf("klient")!, ignoreOrder: true);
    }

    [Fact]
    public async Task Nothing_is_made_of_one_that_is_not_there() => (await LoadAsync(new SnapshotFile(Path.Combine(_folder, "elsewhere"), _store), Noon)).ShouldBe((null, ""));

    [Fact]
    public async Task One_that_was_changed_is_not_believed_whichever_byte_it_is()
    {
        var whole = await File.ReadAllBytesAsync(Written, Cancel);
        for (var i = 0; i < whole.Length; i += 7)
        {
            whole[i] ^= 0x20;
            await File.WriteAllBytesAsync(Written, whole, Cancel);
            (await LoadAsync(_store, Noon)).ShouldBe((null, "it was changed, or is not whole"));
            whole[i] ^= 0x20;
        }
    }

    [Theory]
    [InlineData(0, "it is cut off")]
    [InlineData(20, "it is cut off")]
    [InlineData(200, "it was changed, or is not whole")]
    public async Task One_that_was_cut_off_is_not_believed(int length, string why)
    {
        await File.WriteAllBytesAsync(Written, (await File.ReadAllBytesAsync(Written, Cancel))[..length], Cancel);
        (await LoadAsync(_store, Noon)).ShouldBe((null, why));
    }

    [Fact]
    public async Task One_of_another_log_with_as_many_entries_is_not_believed()
    {
        var folder = Path.Combine(_folder, "other");
        await using var other = await Store.OpenAsync(new SqliteDatabase(folder), Noon, Cancel);
        await using var writer = await FactLogWriter.TakeAsync(other, Path.Combine(folder, "cache"), cancel: Cancel);
        foreach (var id in (string[])["1", "2"])
            await writer.AppendAsync([Entry(id, "service.down", "web", "")], Noon, Cancel);
        (await LoadAsync(other, Noon)).ShouldBe((null, "it was made from another log, or of texts that were erased since"));
    }

    [Theory]
    [InlineData("ordered erased", "log/1")]
    [InlineData("ordered retention", "log")]
    public async Task One_is_not_believed_once_texts_of_the_log_were_erased_and_whoever_has_read_them_writes_no_other(string verb, string about)
    {
        var file = new SnapshotFile(Caches, _store);
        (await LoadAsync(file, Noon)).Live.ShouldNotBeNull();
        await _store.Audit.WriteAsync(new Storage.Audit.Action(Noon, "ewa", verb, about, "a text"), Cancel);
        (await LoadAsync(_store, Noon)).ShouldBe((null, "it was made from another log, or of texts that were erased since"));
        await Should.ThrowAsync<IOException>(() => file.SaveAsync(to => _live.Save(to, Noon, id => id, (_, _) => { }), Cancel));
        File.Exists(Written).ShouldBeFalse();
    }

    [Fact]
    public async Task One_of_a_time_that_has_not_come_is_not_believed() =>
        (await LoadAsync(_store, Noon - Duration.FromTicks(1))).ShouldBe((null, "it was made at a time that has not come"));

    private Task<(LiveAgreements? Live, string Refused)> LoadAsync(Store store, Instant now) => LoadAsync(new SnapshotFile(Caches, store), now);

    private async Task<(LiveAgreements? Live, string Refused)> LoadAsync(SnapshotFile file, Instant now)
    {
        var refused = "";
        var live = await file.LoadAsync(new LoggedFacts(_store.Log(), _writer), now, (id, state) => state == $"{id} as it is" ? LiveWorld.Agreements[id] : null, why => refused += why, Cancel);
        return (live, refused);
    }

    private Task AppendAsync(string id, string type, string subject, string data) => _writer.AppendAsync([Entry(id, type, subject, data)], Noon, Cancel);

    private static LogEntry Entry(string id, string type, string subject, string data)
    {
        var fact = LiveWorld.Fact(id, "test", type, subject, Noon - Duration.FromHours(3), data);
        return new LogEntry(fact, new CloudEventWriter().Write(fact).ToArray());
    }
}
