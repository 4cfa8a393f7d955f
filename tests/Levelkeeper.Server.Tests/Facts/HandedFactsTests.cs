using System.Text;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Handover;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Server.Tests.Facts;

public sealed class HandedFactsTests : IDisposable
{
    private static readonly Instant Noon = RunningServer.Noon;

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-handed-").FullName;

    private SqliteDatabase Database() => new(_folder);

    [Fact]
    public async Task Unreadable_facts_are_set_aside_and_told_and_those_after_them_are_taken()
    {
        // More of them than are taken at once.
        var unreadable = Enumerable.Range(0, 150).Select(i => Handed("""{"specversion":"9.0"}""", $"later-{i:d3}", i)).ToArray();
        var good = Handed(SiteAgreement.State("a", "down", "2026-03-02T11:00:00Z"), "service.down site", 1_000);
        await using var store = await Store.OpenAsync(Database(), Noon);
        foreach (var handed in unreadable.Append(good))
            await store.Handover.PutAsync(handed);

        await using (var server = await RunningServer.StartAsync(Database))
        {
            (await OutcomeAsync(store, server, good)).Outcome.ShouldBe(AppendOutcome.Appended);
            (await store.Handover.WaitingAsync(1_000)).ShouldBeEmpty();
            server.Log.ShouldContain("'anna' handed over (later-000) cannot be read");
            server.Log.ShouldContain("(later-149) cannot be read");
            (await store.Handover.OutcomeAsync(unreadable[0].Id)).ShouldBeNull();
        }

        // Nothing of them is lost: the next start, of a build that may know them, tries again.
        (await store.Handover.TakeUpAgainAsync()).ShouldBe(150);
        (await store.Handover.WaitingAsync(1_000)).Select(h => (h.Id, Encoding.UTF8.GetString(h.Body.Span))).ShouldBe(unreadable.Select(h => (h.Id, """{"specversion":"9.0"}""")));
    }

    [Fact]
    public async Task What_was_set_aside_is_tried_again_when_the_server_starts_again()
    {
        var handed = Handed(SiteAgreement.State("a", "down", "2026-03-02T11:00:00Z"), "service.down site", 0);
        await using var store = await Store.OpenAsync(Database(), Noon);
        await store.Handover.PutAsync(handed);
        (await store.Handover.SetAsideAsync(handed, Noon)).ShouldBeTrue();
        (await store.Handover.SetAsideAsync(handed, Noon)).ShouldBeFalse();
        (await store.Handover.WaitingAsync(10)).ShouldBeEmpty();

        await using var server = await RunningServer.StartAsync(Database);
        (await OutcomeAsync(store, server, handed)).Sequence.ShouldBe(1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static HandedFact Handed(string body, string detail, int after) => new(Guid.NewGuid(), Encoding.UTF8.GetBytes(body), "anna", detail, Noon.PlusTicks(after));

    /// <summary>Waits as the command does that handed it over; the server looks every half second.</summary>
    private static async Task<AppendedEntry> OutcomeAsync(Store store, RunningServer server, HandedFact handed)
    {
        while (true)
        {
            var looks = server.Time.NextTimer;
            if (await store.Handover.OutcomeAsync(handed.Id, TestContext.Current.CancellationToken) is { } outcome)
                return outcome;
            server.Time.Advance(TimeSpan.FromMilliseconds(500));
            await looks.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        }
    }
}
