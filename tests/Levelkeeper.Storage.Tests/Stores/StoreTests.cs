using System.Text;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Backups;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Handover;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Outbox;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Tests.Stores;

/// <summary>What a store must do beside the log, on whichever database.</summary>
public abstract partial class StoreTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);
    private static readonly Act Anna = new("anna", Noon);

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-store-").FullName;
    private readonly List<Storage.Store> _open = [];
    private Storage.Store _store = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<Database> NewDatabaseAsync(string folder);

    public async ValueTask InitializeAsync() => _store = await NewStoreAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _open)
            await store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Revisions_of_a_document_never_change_and_the_latest_is_found_first()
    {
        await _store.Agreements.AddAsync("hosting", 0, [1], [11], Anna, Cancel);
        await _store.Agreements.AddAsync("hosting", 1, [2], [12], Anna with { At = Noon.PlusTicks(1) }, Cancel);
        await _store.Agreements.AddAsync("desk", 0, [3], [13], Anna, Cancel);

        (await _store.Agreements.FindAsync("hosting", cancel: Cancel))!.Content.ShouldBe([2]);
        (await _store.Agreements.FindAsync("hosting", 1, Cancel))!.Hash.ShouldBe([11]);
        (await _store.Agreements.FindAsync("hosting", 3, Cancel)).ShouldBeNull();
        (await _store.Agreements.ListAsync(cancel: Cancel)).Select(r => (r.Name, r.Revision)).ShouldBe([("desk", 1), ("hosting", 2)]);
        (await _store.Agreements.NamesAsync(cancel: Cancel)).ShouldBe(["desk", "hosting"]);
        (await _store.Agreements.NamesAsync(after: "desk", limit: 1, cancel: Cancel)).ShouldBe(["hosting"]);
        (await _store.Agreements.ListAsync(after: "desk", limit: 1, cancel: Cancel)).Select(r => r.Name).ShouldBe(["hosting"]);
        (await _store.Agreements.RevisionsAsync("hosting", Cancel)).Select(r => r.Made).ShouldBe([Noon, Noon.PlusTicks(1)]);
        (await _store.Files.ListAsync(cancel: Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_handed_over_waits_until_its_outcome_is_noted_once_and_its_text_does_not_stay()
    {
        var (one, other) = (new HandedFact(Guid.NewGuid(), "{\"a\":1}"u8.ToArray(), "anna", "ticket.closed T-1", Noon), new HandedFact(Guid.NewGuid(), "{\"b\":2}"u8.ToArray(), "ben", "", Noon.PlusTicks(1)));
        await _store.Handover.PutAsync(other, Cancel);
        await _store.Handover.PutAsync(one, Cancel);
        (await _store.Handover.WaitingAsync(10, Cancel)).Select(static h => (h.Id, h.Actor, Encoding.UTF8.GetString(h.Body.Span))).ShouldBe([(one.Id, "anna", "{\"a\":1}"), (other.Id, "ben", "{\"b\":2}")]);
        (await _store.Handover.OutcomeAsync(one.Id, Cancel)).ShouldBeNull();

        var outcome = new AppendedEntry(AppendOutcome.Appended, 7, Noon);
        (await _store.Handover.DoneAsync(one, outcome, Noon, Cancel)).ShouldBeTrue();
        (await _store.Handover.DoneAsync(one, outcome, Noon, Cancel)).ShouldBeFalse();
        (await _store.Handover.WaitingAsync(10, Cancel)).Select(static h => h.Id).ShouldBe([other.Id]);
        (await _store.Audit.ReadAsync(0, 10, "fact/7", Cancel)).Select(static e => (e.Action.Actor, e.Action.Verb, e.Action.Detail)).ShouldBe([("anna", "asserted", "ticket.closed T-1")]);
        // Whoever handed it over is told once, and then nothing of it is left.
        (await _store.Handover.OutcomeAsync(one.Id, Cancel)).ShouldBe(outcome);
        (await _store.Handover.OutcomeAsync(one.Id, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_two_who_change_a_document_at_once_the_second_is_refused()
    {
        await _store.Agreements.AddAsync("hosting", 0, [1], [1], Anna, Cancel);
        await Should.ThrowAsync<DocumentChangedException>(() => _store.Agreements.AddAsync("hosting", 0, [2], [2], Anna, Cancel));
        await _store.Agreements.TakeAsync("hosting", 0, 1, "proposed", 7, "{}"u8.ToArray(), Anna, Cancel);
        await Should.ThrowAsync<DocumentChangedException>(() => _store.Agreements.TakeAsync("hosting", 0, 1, "withdrawn", 7, [], Anna, Cancel));

        var at_once = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await _store.Agreements.TakeAsync("hosting", 1, 1, $"step {i}", 8, [], Anna, Cancel);
                return 1;
            }
            catch (DocumentChangedException)
            {
                return 0;
            }
        }));
        at_once.Sum().ShouldBe(1);
        (await _store.Agreements.StepsAsync("hosting", Cancel)).Select(s => (s.Number, s.Known)).ShouldBe([(1, 7), (2, 8)]);
    }

    [Fact]
    public async Task Every_action_is_in_the_audit_trail_with_who_and_when_and_what()
    {
        await _store.Agreements.AddAsync("hosting", 0, [1], [1], Anna, Cancel);
        await _store.Agreements.TakeAsync("hosting", 0, 1, "signed", 0, [], Anna with { Detail = "for the provider" }, Cancel);
        await _store.Accounts.WriteAsync(Bob, Anna, "invited", Cancel);

        var trail = await _store.Audit.ReadAsync(0, 10, cancel: Cancel);
        trail.Select(e => (e.Number, e.Action.Actor, e.Action.Verb, e.Action.Object, e.Action.Detail)).ShouldBe(
        [
            (1, "anna", "revised", "agreement/hosting", "revision 1"),
            (2, "anna", "signed", "agreement/hosting", "revision 1: for the provider"),
            (3, "anna", "invited", "account/bob", ""),
        ]);
        (await _store.Audit.ReadAsync(0, 10, "account/bob", Cancel)).Single().Number.ShouldBe(3);
        (await _store.Audit.ReadAsync(2, 10, cancel: Cancel)).Single().Number.ShouldBe(3);
    }

    [Theory]
    [InlineData("UPDATE audit SET actor = 'mallory' WHERE number = 2", 2)]
    [InlineData("DELETE FROM audit WHERE number = 2", 2)]
    [InlineData("DELETE FROM audit WHERE number = 3", 3)]
    [InlineData("UPDATE audit SET detail = detail || 'x', object = 'agreement/' WHERE number = 1", 1)]
    public async Task A_changed_or_missing_entry_of_the_audit_trail_is_found(string harm, long number)
    {
        for (var i = 0; i < 3; i++)
            await _store.Audit.WriteAsync(new Audit.Action(Noon, "anna", "signed in", $"account/{i}"), Cancel);
        (await _store.Audit.VerifyAsync(Cancel)).ShouldBeNull();
        await _store.Database.WriteAsync(s => s.ExecuteAsync(harm, Cancel), Cancel);
        (await _store.Audit.VerifyAsync(Cancel)).ShouldBe(number);
    }

    [Fact]
    public async Task Actions_of_many_at_once_keep_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _store.Audit.WriteAsync(new Audit.Action(Noon, $"a{i}", "signed in", "x"), Cancel)));
        (await _store.Audit.ReadAsync(0, 100, cancel: Cancel)).Select(e => e.Number).ShouldBe(Enumerable.Range(1, 20).Select(i => (long)i));
        (await _store.Audit.VerifyAsync(Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task An_account_comes_back_as_it_was_written_and_a_stale_change_is_refused()
    {
        var bob = await _store.Accounts.WriteAsync(Bob, Anna, "invited", Cancel);
        var found = (await _store.Accounts.FindAsync("bob", Cancel))!;
        (found.Roles.Single(), string.Join('|', found.Parties)).ShouldBe(("customer", "Acme Ltd|Acme GmbH"));
        (found with { Roles = bob.Roles, Parties = bob.Parties }).ShouldBe(bob);
        await _store.Accounts.WriteAsync(bob with { FailedSignIns = 1, LockedUntil = Noon, IsDisabled = true, PasswordHash = null, Parties = [] }, null, cancel: Cancel);
        await Should.ThrowAsync<DocumentChangedException>(() => _store.Accounts.WriteAsync(bob with { FailedSignIns = 2 }, null, cancel: Cancel));
        await Should.ThrowAsync<DocumentChangedException>(() => _store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel));
        await Should.ThrowAsync<DocumentChangedException>(() => _store.Accounts.WriteAsync(Bob with { Name = "bobby" }, Anna, cancel: Cancel));

        var after = (await _store.Accounts.FindExternalAsync("https://id.example|42", Cancel))!;
        (after.Version, after.FailedSignIns, after.LockedUntil, after.IsDisabled, after.PasswordHash, after.Parties.Length).ShouldBe((2, 1, Noon, true, null, 0));
        (await _store.Accounts.ListAsync(Cancel)).Select(a => a.Name).ShouldBe(["bob"]);
        (await _store.Audit.ReadAsync(0, 10, cancel: Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_kept_by_its_hash_and_can_be_taken_back_once()
    {
        var token = new ApiToken("t1", "bob", "monitoring", [1, 2, 3], ["facts:write"], Noon, Noon + Duration.FromDays(90));
        await _store.Accounts.AddTokenAsync(token, Anna, Cancel);
        await _store.Accounts.TouchTokenAsync("t1", Noon.PlusTicks(5), Cancel);
        (await _store.Accounts.RevokeTokenAsync("t1", Anna, Cancel)).ShouldBeTrue();
        (await _store.Accounts.RevokeTokenAsync("t1", Anna, Cancel)).ShouldBeFalse();

        var found = (await _store.Accounts.FindTokenAsync("t1", Cancel))!;
        (found.Account, found.LastUsed, found.Revoked).ShouldBe(("bob", Noon.PlusTicks(5), Noon));
        found.Scopes.ShouldBe(["facts:write"]);
        (await _store.Accounts.TokensAsync("bob", Cancel)).Count.ShouldBe(1);
        (await _store.Accounts.TokensAsync("eve", Cancel)).ShouldBeEmpty();
        (await _store.Accounts.FindTokenAsync("t2", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_step_is_decided_once_with_all_its_messages_or_not_at_all()
    {
        (await _store.Outbox.DecideAsync("T-1/respond/1/80%", [], Noon, [Message("m1"), Message("m2")], Cancel)).ShouldBeTrue();
        (await _store.Outbox.DecideAsync("T-1/respond/1/80%", [], Noon, [Message("m3")], Cancel)).ShouldBeFalse();
        (await _store.Outbox.DecidedAtAsync("T-1/respond/1/80%", Cancel)).ShouldBe(Noon);
        (await _store.Outbox.DecidedAtAsync("T-1/respond/2/80%", Cancel)).ShouldBeNull();
        // An id that is taken undoes the whole decision.
        await Should.ThrowAsync<System.Data.Common.DbException>(() => _store.Outbox.DecideAsync("other", [], Noon, [Message("m4", "other"), Message("m1", "other")], Cancel));
        (await _store.Outbox.DecidedAtAsync("other", Cancel)).ShouldBeNull();
        (await _store.Outbox.ListAsync(null, 10, cancel: Cancel)).Select(m => m.Id).ShouldBe(["m1", "m2"]);
        (await _store.Outbox.ListAsync(null, 10, after: "m1", cancel: Cancel)).Select(m => m.Id).ShouldBe(["m2"]);
        (await _store.Outbox.ListAsync(null, 10, after: "m2", cancel: Cancel)).ShouldBeEmpty();
        (await _store.Outbox.CountsAsync(Cancel))[OutgoingState.Waiting].ShouldBe(2);
        (await _store.Outbox.CountsAsync(Cancel))[OutgoingState.Dead].ShouldBe(0);
    }

    [Fact]
    public async Task A_message_is_tried_until_it_is_delivered_or_given_up_and_can_be_sent_again()
    {
        var lease = Duration.FromMinutes(1);
        await _store.Outbox.DecideAsync("d", [], Noon, [Message("m1", "d"), Message("m2", "d", Noon + Duration.FromHours(1))], Cancel);
        (await _store.Outbox.NextDueAsync(cancel: Cancel)).ShouldBe(Noon);
        var first = (await _store.Outbox.TakeAsync(Noon, lease, 10, cancel: Cancel)).ShouldHaveSingleItem();
        (await _store.Outbox.TakeAsync(Noon, lease, 10, cancel: Cancel)).ShouldBeEmpty();
        (await _store.Outbox.SettleAsync(first, new Attempt(OutgoingState.Waiting, Noon + Duration.FromSeconds(30), "451 later"), Cancel)).ShouldBeTrue();
        (await _store.Outbox.TakeAsync(Noon + Duration.FromSeconds(29), lease, 10, cancel: Cancel)).ShouldBeEmpty();

        var second = (await _store.Outbox.TakeAsync(Noon + Duration.FromSeconds(30), lease, 10, cancel: Cancel)).ShouldHaveSingleItem();
        (second.Id, second.Attempts).ShouldBe(("m1", 2));
        // Who has an earlier attempt in hand settles nothing.
        (await _store.Outbox.SettleAsync(first, new Attempt(OutgoingState.Delivered, Noon, ""), Cancel)).ShouldBeFalse();
        (await _store.Outbox.SettleAsync(second, new Attempt(OutgoingState.Dead, Noon, "550 no such user"), Cancel)).ShouldBeTrue();
        (await _store.Outbox.ListAsync(OutgoingState.Dead, 10, cancel: Cancel)).Single().Note.ShouldBe("550 no such user");

        (await _store.Outbox.SendAgainAsync("m1", Anna, Noon, Cancel)).ShouldBeTrue();
        (await _store.Outbox.SendAgainAsync("m1", Anna, Noon, Cancel)).ShouldBeFalse();
        (await _store.Outbox.TakeAsync(Noon, lease, 10, cancel: Cancel)).Single().Attempts.ShouldBe(3);
    }

    [Fact]
    public async Task A_message_whose_sender_stopped_in_between_is_doubtful_and_not_sent_again_by_itself()
    {
        await _store.Outbox.DecideAsync("d", [], Noon, [Message("m1", "d")], Cancel);
        await _store.Outbox.TakeAsync(Noon, Duration.FromMinutes(1), 10, cancel: Cancel);
        (await _store.Outbox.TakeAsync(Noon + Duration.FromSeconds(59), Duration.FromMinutes(1), 10, cancel: Cancel)).ShouldBeEmpty();
        (await _store.Outbox.ListAsync(OutgoingState.Sending, 10, cancel: Cancel)).Count.ShouldBe(1);
        (await _store.Outbox.TakeAsync(Noon + Duration.FromSeconds(60), Duration.FromMinutes(1), 10, cancel: Cancel)).ShouldBeEmpty();
        (await _store.Outbox.ListAsync(OutgoingState.Doubtful, 10, cancel: Cancel)).Count.ShouldBe(1);
        (await _store.Outbox.SendAgainAsync("m1", null, Noon, Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_clock_put_off_that_was_ten_years_ahead_is_due_when_the_clock_is_right()
    {
        var ahead = Noon + Duration.FromDays(3_652);
        await _store.Outbox.DecideAsync("d", [], ahead, [Message("m1", "d", ahead), Message("m2", "d", ahead)], Cancel);
        (await _store.Outbox.TakeAsync(ahead, Duration.FromMinutes(1), 1, cancel: Cancel)).ShouldHaveSingleItem().Id.ShouldBe("m1");
        (await _store.Outbox.TakeAsync(Noon, Duration.FromMinutes(1), 10, cancel: Cancel)).ShouldHaveSingleItem().Id.ShouldBe("m2");
        // Who had the other in hand has not said what became of it.
        (await _store.Outbox.ListAsync(OutgoingState.Doubtful, 10, cancel: Cancel)).ShouldHaveSingleItem().Id.ShouldBe("m1");
        // What waits for somebody's hours waits.
        await _store.Outbox.DecideAsync("e", [], Noon, [Message("m3", "e", Noon + Duration.FromDays(30))], Cancel);
        (await _store.Outbox.TakeAsync(Noon, Duration.FromMinutes(1), 10, cancel: Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_sends_by_one_way_leaves_what_is_under_way_by_another_alone()
    {
        await _store.Outbox.DecideAsync("d", [], Noon, [Message("m1", "d"), Message("m2", "d") with { Channel = "chat" }], Cancel);
        await _store.Outbox.TakeAsync(Noon, Duration.FromMinutes(1), 10, cancel: Cancel);
        var over = Noon + Duration.FromMinutes(1);
        (await _store.Outbox.NextDueAsync("chat", Cancel)).ShouldBe(over);
        (await _store.Outbox.NextDueAsync("webhook", Cancel)).ShouldBeNull();
        await _store.Outbox.TakeAsync(over, Duration.FromMinutes(1), 10, "chat", Cancel);
        (await _store.Outbox.ListAsync(OutgoingState.Doubtful, 10, cancel: Cancel)).Single().Id.ShouldBe("m2");
        (await _store.Outbox.ListAsync(OutgoingState.Sending, 10, cancel: Cancel)).Single().Id.ShouldBe("m1");
    }

    [Fact]
    public async Task How_long_a_message_is_tried_counts_from_when_it_was_due_or_when_a_person_sent_it_again()
    {
        var (due, later) = (Noon + Duration.FromDays(2), Noon + Duration.FromDays(5));
        await _store.Outbox.DecideAsync("d", [], Noon, [Message("m1", "d", due)], Cancel);
        var taken = (await _store.Outbox.TakeAsync(due, Duration.FromMinutes(1), 10, cancel: Cancel)).Single();
        taken.Since.ShouldBe(due);
        await _store.Outbox.SettleAsync(taken, new Attempt(OutgoingState.Doubtful, due, ""), Cancel);
        await _store.Outbox.SendAgainAsync("m1", null, later, Cancel);
        taken = (await _store.Outbox.TakeAsync(later, Duration.FromMinutes(1), 10, cancel: Cancel)).Single();
        taken.Since.ShouldBe(due);
        await _store.Outbox.SettleAsync(taken, new Attempt(OutgoingState.Dead, due, ""), Cancel);
        await _store.Outbox.SendAgainAsync("m1", Anna, later, Cancel);
        (await _store.Outbox.TakeAsync(later, Duration.FromMinutes(1), 10, cancel: Cancel)).Single().Since.ShouldBe(later);
    }

    [Fact]
    public async Task Two_senders_never_take_the_same_message()
    {
        await _store.Outbox.DecideAsync("d", [], Noon, [.. Enumerable.Range(0, 50).Select(i => Message($"m{i}", "d"))], Cancel);
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _store.Outbox.TakeAsync(Noon, Duration.FromMinutes(1), 30, cancel: Cancel)));
        taken.SelectMany(t => t).Select(m => m.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task An_acknowledgement_is_kept_with_who_and_when()
    {
        await _store.Outbox.AcknowledgeAsync("ticket/T-1", Anna, Cancel);
        await _store.Outbox.AcknowledgeAsync("ticket/T-1", Anna with { Actor = "bob", At = Noon + Duration.FromHours(1) }, Cancel);
        (await _store.Outbox.AcknowledgementsAsync("ticket/T-1", Cancel)).ShouldBe([(Noon, "anna"), (Noon + Duration.FromHours(1), "bob")]);
        (await _store.Outbox.AcknowledgementsAsync("ticket/T-2", Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_backup_restores_to_the_same_store_in_a_new_life()
    {
        await FillAsync(_store);
        var copy = new SqliteDatabase(Path.Combine(_folder, "backup"));
        var counts = await StoreCopy.CopyAsync(_store.Database, copy, asNewLife: false, Noon, Cancel);
        counts["log_segment"].ShouldBe(1);
        await _store.Agreements.AddAsync("after the backup", 0, [1], [1], Anna, Cancel);

        var target = await NewDatabaseAsync(Path.Combine(_folder, "restored"));
        await StoreCopy.CopyAsync(copy, target, asNewLife: true, Noon, Cancel);
        await copy.DisposeAsync();
        var restored = await Storage.Store.OpenAsync(target, Noon, Cancel);
        _open.Add(restored);

        restored.Id.ShouldBe(_store.Id);
        restored.Incarnation.ShouldNotBe(_store.Incarnation);
        (await restored.Log().HeadAsync(Cancel)).ShouldBe(await _store.Log().HeadAsync(Cancel));
        (await restored.Log().VerifyAsync(Cancel)).Faults.ShouldBeEmpty();
        (await restored.Audit.VerifyAsync(Cancel)).ShouldBeNull();
        (await restored.Agreements.ListAsync(cancel: Cancel)).Select(a => a.Name).ShouldBe(["hosting"]);
        (await restored.Accounts.FindAsync("bob", Cancel))!.Email.ShouldBe("bob@example.org");
        (await restored.Outbox.ListAsync(null, 10, cancel: Cancel)).Single().Content.ShouldBe([5]);
        await using var writer = await FactLogWriter.TakeAsync(restored, Path.Combine(_folder, "cache"), cancel: Cancel);
        (await writer.AppendAsync([Entry("a")], Noon, Cancel)).Outcomes.Single().Outcome.ShouldBe(AppendOutcome.Duplicate);
    }

    [Fact]
    public async Task A_copy_into_a_store_that_holds_something_is_refused_and_changes_nothing()
    {
        await FillAsync(_store);
        var other = await NewStoreAsync();
        await other.Agreements.AddAsync("mine", 0, [1], [1], Anna, Cancel);
        await Should.ThrowAsync<StoreNotEmptyException>(() => StoreCopy.CopyAsync(_store.Database, other.Database, asNewLife: true, Noon, Cancel));
        (await other.Agreements.ListAsync(cancel: Cancel)).Select(a => a.Name).ShouldBe(["mine"]);
        (await other.Audit.VerifyAsync(Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_store_of_a_later_build_is_refused()
    {
        await _store.Database.WriteAsync(s => s.ExecuteAsync("UPDATE schema_version SET version = version + 1", Cancel), Cancel);
        await Should.ThrowAsync<StoreVersionException>(() => Storage.Store.OpenAsync(_store.Database, Noon, Cancel));
    }

    private static Account Bob => new()
    {
        Name = "bob",
        DisplayName = "Bob",
        Email = "bob@example.org",
        Language = "pl",
        Roles = ["customer"],
        Parties = ["Acme Ltd", "Acme GmbH"],
        PasswordHash = "hash",
        SecurityStamp = "s",
        ExternalId = "https://id.example|42",
    };

    private static async Task FillAsync(Storage.Store store)
    {
        await store.Agreements.AddAsync("hosting", 0, [1], [11], Anna, Cancel);
        await store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel);
        await store.Outbox.DecideAsync("d", [], Noon, [Message("m1", "d")], Cancel);
        var cache = Directory.CreateTempSubdirectory("levelkeeper-cache-").FullName;
        await using (var writer = await FactLogWriter.TakeAsync(store, cache, cancel: Cancel))
            await writer.AppendAsync([Entry("a")], Noon, Cancel);
        Directory.Delete(cache, recursive: true);
    }

    private static Outgoing Message(string id, string decision = "T-1/respond/1/80%", Instant? due = null) =>
        new() { Id = id, Decision = decision, Channel = "mail", Thread = "ticket/T-1", Content = [5], Due = due ?? Noon, Made = Noon };

    private static LogEntry Entry(string id)
    {
        var body = Encoding.UTF8.GetBytes(id);
        return new LogEntry(new Fact { Source = "test", Id = id, Type = "test", Time = Noon, Data = new FactData.Unknown(), Digest = LogEntry.DigestOf(body) }, body);
    }

    private async Task<Storage.Store> NewStoreAsync()
    {
        var store = await Storage.Store.OpenAsync(await NewDatabaseAsync(Path.Combine(_folder, $"{_open.Count}")), Noon, Cancel);
        _open.Add(store);
        return store;
    }
}

public sealed class StoreTestsOnSqlite : StoreTests
{
    protected override Task<Database> NewDatabaseAsync(string folder) => Task.FromResult<Database>(new SqliteDatabase(folder));
}

public sealed class StoreTestsOnPostgres : StoreTests
{
    protected override async Task<Database> NewDatabaseAsync(string folder) => new PostgresDatabase(await PostgresServer.SchemaAsync());
}
