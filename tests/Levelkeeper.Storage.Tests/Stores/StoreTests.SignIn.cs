using System.Security.Cryptography;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Backups;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Tests.Stores;

/// <summary>Who is signed in, and what a sign-in needs.</summary>
public abstract partial class StoreTests
{
    [Fact]
    public async Task A_session_is_found_by_its_hash_with_its_account_as_it_is_now()
    {
        var bob = await _store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel);
        var session = Session(1);
        (await _store.Sessions.BeginAsync(session, Anna, Cancel)).ShouldBeTrue();
        await _store.Accounts.WriteAsync(bob with { Roles = ["auditor"] }, Anna, cancel: Cancel);
        await _store.Sessions.TouchAsync(session.Hash, Noon + Duration.FromMinutes(2), Cancel);

        var (found, account) = (await _store.Sessions.FindAsync(session.Hash, Cancel))!.Value;
        found.ShouldBeEquivalentTo(session with { Seen = Noon + Duration.FromMinutes(2) });
        (account with { Roles = [], Parties = [] }).ShouldBe((await _store.Accounts.FindAsync("bob", Cancel))! with { Roles = [], Parties = [] });
        account.Roles.ShouldBe(["auditor"]);
        account.Parties.ShouldBe(Bob.Parties);
        (await _store.Sessions.FindAsync(Session(2).Hash, Cancel)).ShouldBeNull();
        (await _store.Sessions.OfAccountAsync("bob", session.Expires.PlusTicks(-1), Cancel)).Count.ShouldBe(1);
        (await _store.Sessions.OfAccountAsync("bob", session.Expires, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_session_does_not_begin_for_an_account_that_was_disabled_or_whose_stamp_changed_meanwhile()
    {
        var bob = await _store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel);
        bob = await _store.Accounts.WriteAsync(bob with { SecurityStamp = "t" }, Anna, cancel: Cancel);
        (await _store.Sessions.BeginAsync(Session(1), Anna, Cancel)).ShouldBeFalse();
        await _store.Accounts.WriteAsync(bob with { IsDisabled = true }, Anna, cancel: Cancel);
        (await _store.Sessions.BeginAsync(Session(1) with { Stamp = "t" }, Anna, Cancel)).ShouldBeFalse();
        (await _store.Sessions.OfAccountAsync("bob", Noon, Cancel)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("stamp")]
    [InlineData("password")]
    [InlineData("ended")]
    [InlineData("all ended")]
    public async Task What_ends_a_session_ends_it_for_good_and_no_session_of_anybody_else(string how)
    {
        var bob = await _store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel);
        await _store.Accounts.WriteAsync(Bob with { Name = "eve", ExternalId = null }, Anna, cancel: Cancel);
        await _store.Sessions.BeginAsync(Session(1), Anna, Cancel);
        await _store.Sessions.BeginAsync(Session(2) with { Account = "eve" }, Anna, Cancel);
        switch (how)
        {
            case "disabled":
                bob = await _store.Accounts.WriteAsync(bob with { IsDisabled = true }, Anna, cancel: Cancel);
                await _store.Accounts.WriteAsync(bob with { IsDisabled = false }, Anna, cancel: Cancel);
                break;
            case "stamp":
                bob = await _store.Accounts.WriteAsync(bob with { SecurityStamp = "t" }, Anna, cancel: Cancel);
                await _store.Accounts.WriteAsync(bob with { SecurityStamp = "s" }, Anna, cancel: Cancel);
                break;
            case "password":
                (await _store.Accounts.SetPasswordAsync("bob", "other", "s", Anna, Cancel)).ShouldBeTrue();
                break;
            case "ended":
                (await _store.Sessions.EndAsync("eve", Session(1).Hash, Anna, Cancel)).ShouldBeFalse();
                (await _store.Sessions.EndAsync("bob", Session(1).Hash, Anna, Cancel)).ShouldBeTrue();
                (await _store.Sessions.EndAsync("bob", Session(1).Hash, Anna, Cancel)).ShouldBeFalse();
                break;
            default:
                (await _store.Sessions.EndAllAsync("bob", Anna, Cancel)).ShouldBe(1);
                break;
        }

        (await _store.Sessions.FindAsync(Session(1).Hash, Cancel)).ShouldBeNull();
        (await _store.Sessions.FindAsync(Session(2).Hash, Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Sessions_that_are_over_are_dropped_when_another_begins()
    {
        await _store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel);
        await _store.Sessions.BeginAsync(Session(1), Anna, Cancel);
        await _store.Sessions.BeginAsync(Session(2) with { Made = Session(1).Expires, Seen = Session(1).Expires, Expires = Session(1).Expires + Duration.FromHours(1) }, Anna, Cancel);
        (await _store.Sessions.OfAccountAsync("bob", Instant.MinValue + Duration.FromDays(4_000_000), Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_set_up_code_is_used_once_until_it_expires_and_the_newer_one_counts()
    {
        await _store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel);
        var (first, second, later) = (Hash(1), Hash(2), Noon + Duration.FromDays(1));
        (await _store.Accounts.AddSetUpCodeAsync("bob", first, later, Anna, Cancel)).ShouldBeTrue();
        (await _store.Accounts.AddSetUpCodeAsync("bob", second, later, Anna, Cancel)).ShouldBeTrue();
        (await _store.Accounts.AddSetUpCodeAsync("nobody", first, later, Anna, Cancel)).ShouldBeFalse();
        (await _store.Accounts.FindSetUpCodeAsync(first, Noon, Cancel)).ShouldBeNull();
        (await _store.Accounts.FindSetUpCodeAsync(second, later.PlusTicks(-1), Cancel)).ShouldBe("bob");
        (await _store.Accounts.FindSetUpCodeAsync(second, later, Cancel)).ShouldBeNull();

        (await _store.Accounts.UseSetUpCodeAsync(second, "new", "t", later, Cancel)).ShouldBeNull();
        (await _store.Accounts.UseSetUpCodeAsync(second, "new", "t", Noon, Cancel)).ShouldBe("bob");
        (await _store.Accounts.UseSetUpCodeAsync(second, "newer", "u", Noon, Cancel)).ShouldBeNull();
        var bob = (await _store.Accounts.FindAsync("bob", Cancel))!;
        (bob.PasswordHash, bob.SecurityStamp, bob.Version).ShouldBe(("new", "t", 2));
    }

    [Fact]
    public async Task A_disabled_account_gets_no_code_and_loses_the_one_it_has()
    {
        var bob = await _store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel);
        await _store.Accounts.AddSetUpCodeAsync("bob", Hash(1), Noon + Duration.FromDays(1), Anna, Cancel);
        bob = await _store.Accounts.WriteAsync(bob with { IsDisabled = true }, Anna, cancel: Cancel);
        (await _store.Accounts.AddSetUpCodeAsync("bob", Hash(2), Noon + Duration.FromDays(1), Anna, Cancel)).ShouldBeFalse();
        await _store.Accounts.WriteAsync(bob with { IsDisabled = false }, Anna, cancel: Cancel);
        (await _store.Accounts.UseSetUpCodeAsync(Hash(1), "new", "t", Noon, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Failures_of_many_at_once_are_each_counted_and_lock_the_account()
    {
        await _store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel);
        var until = Noon + Duration.FromMinutes(1);
        var locks = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _store.Accounts.CountFailureAsync("bob", n => n == 8 ? until : null, Noon - Duration.FromHours(1), Anna, Cancel)));

        locks.Count(l => l == until).ShouldBe(1);
        var bob = (await _store.Accounts.FindAsync("bob", Cancel))!;
        (bob.FailedSignIns, bob.LockedUntil, bob.Version).ShouldBe((8, until, 1));
        // Long after the lock is over they are forgotten; a sign-in forgets them too.
        await _store.Accounts.CountFailureAsync("bob", _ => null, until.PlusTicks(1), Anna, Cancel);
        bob = (await _store.Accounts.FindAsync("bob", Cancel))!;
        (bob.FailedSignIns, bob.LockedUntil).ShouldBe((1, null));
        await _store.Sessions.BeginAsync(Session(1), Anna, Cancel);
        (await _store.Accounts.FindAsync("bob", Cancel))!.FailedSignIns.ShouldBe(0);
    }

    [Fact]
    public async Task A_failure_of_a_name_that_nobody_has_is_written_down_without_the_name()
    {
        (await _store.Accounts.CountFailureAsync("my password", _ => Noon, Noon, new Act("anonymous", Noon, "from 127.0.0.1"), Cancel)).ShouldBeNull();
        (await _store.Audit.ReadAsync(0, 10, cancel: Cancel)).ShouldHaveSingleItem().Action.ShouldBe(new Audit.Action(Noon, "anonymous", "failed to sign in", "account", "from 127.0.0.1"));
    }

    [Fact]
    public async Task A_copy_of_the_store_signs_nobody_in()
    {
        await _store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel);
        await _store.Sessions.BeginAsync(Session(1), Anna, Cancel);
        await _store.Accounts.AddSetUpCodeAsync("bob", Hash(1), Noon + Duration.FromDays(1), Anna, Cancel);
        await _store.ProtectionKeys.AddAsync("k", "<key/>", Cancel);
        (await _store.ProtectionKeys.ListAsync(Cancel)).ShouldBe(["<key/>"]);
        var target = await NewDatabaseAsync(Path.Combine(_folder, "copy"));
        await StoreCopy.CopyAsync(_store.Database, target, asNewLife: true, Noon, Cancel);
        var copy = await Storage.Store.OpenAsync(target, Noon, Cancel);
        _open.Add(copy);

        (await copy.Accounts.FindAsync("bob", Cancel)).ShouldNotBeNull();
        (await copy.Sessions.FindAsync(Session(1).Hash, Cancel)).ShouldBeNull();
        (await copy.Accounts.FindSetUpCodeAsync(Hash(1), Noon, Cancel)).ShouldBeNull();
        (await copy.ProtectionKeys.ListAsync(Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_of_the_build_before_sign_in_gets_its_tables_and_keeps_its_accounts()
    {
        await _store.Accounts.WriteAsync(Bob, Anna, cancel: Cancel);
        await _store.Database.WriteAsync(
            async session =>
            {
                string[] before = ["store", "audit_head", "audit", "log_head", "log_segment", "document_revision", "document_step", "account", "api_token", "decision", "outgoing", "acknowledgement"];
                foreach (var table in Schema.Tables.Concat(Schema.OfThisLife).Except(before))
                    await session.ExecuteAsync($"DROP TABLE {table}", Cancel);
                return await session.ExecuteAsync("UPDATE schema_version SET version = 1", Cancel);
            },
            Cancel);
        var again = await Storage.Store.OpenAsync(_store.Database, Noon, Cancel);
        (await again.Accounts.FindAsync("bob", Cancel)).ShouldNotBeNull();
        (await again.Sessions.BeginAsync(Session(1), Anna, Cancel)).ShouldBeTrue();
    }

    private static byte[] Hash(int number) => SHA256.HashData([(byte)number]);

    private static SignedIn Session(int number) => new(Hash(number), "bob", "s", "password", "a browser", Noon, Noon + Duration.FromHours(12));
}
