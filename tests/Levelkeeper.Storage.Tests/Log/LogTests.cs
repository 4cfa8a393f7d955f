using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Keys;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Tests.Log;

/// <summary>What a fact log must do, on whichever database.</summary>
public abstract class LogTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);

    private readonly string _cache = Directory.CreateTempSubdirectory("levelkeeper-cache-").FullName;
    private readonly List<IAsyncDisposable> _open = [];
    private Func<Database> _database = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<Func<Database>> NewDatabaseAsync();

    protected virtual void Remove()
    {
    }

    public async ValueTask InitializeAsync() => _database = await NewDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Remove();
        Directory.Delete(_cache, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_appended_is_there_after_reopening()
    {
        var (store, writer) = await OpenAsync();
        await writer.AppendAsync([Entry("a"), Entry("b")], Noon, Cancel);
        var head = writer.Head;
        (store, writer) = await ReopenAsync();

        writer.Head.ShouldBe(head with { Epoch = 2 });
        (await TextsAsync(store)).ShouldBe(["a:1", "b:1"]);
    }

    [Fact]
    public async Task Sequence_numbers_count_from_one_without_gaps_whatever_the_batches()
    {
        var (store, writer) = await OpenAsync();
        await writer.AppendAsync([Entry("a")], Noon, Cancel);
        var outcomes = (await writer.AppendAsync([Entry("b"), Entry("a"), Entry("c")], Noon, Cancel)).Outcomes;

        outcomes.Select(o => (o.Outcome, o.Sequence)).ShouldBe([(AppendOutcome.Appended, 2), (AppendOutcome.Duplicate, 1), (AppendOutcome.Appended, 3)]);
        (await store.Log().HeadAsync(Cancel)).Sequence.ShouldBe(3);
    }

    [Fact]
    public async Task The_recorded_time_increases_strictly_though_the_clock_stands_or_is_set_back()
    {
        var (_, writer) = await OpenAsync();
        var first = (await writer.AppendAsync([Entry("a"), Entry("b")], Noon, Cancel)).Outcomes;
        var second = (await writer.AppendAsync([Entry("c")], Noon - Duration.FromHours(1), Cancel)).Outcomes;

        first.Select(o => o.Recorded).ShouldBe([Noon, Noon.PlusTicks(1)]);
        second.Single().Recorded.ShouldBe(Noon.PlusTicks(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_content_again_is_a_duplicate_for_ever(bool cacheIsLost)
    {
        var (_, writer) = await OpenAsync();
        await writer.AppendAsync([Entry("a"), Entry("b")], Noon, Cancel);
        (_, writer) = await ReopenAsync(cacheIsLost);

        var again = (await writer.AppendAsync([Entry("b")], Noon + Duration.FromHours(1), Cancel)).Outcomes.Single();
        again.ShouldBe(new AppendedEntry(AppendOutcome.Duplicate, 2, Noon.PlusTicks(1)));
        writer.Head.Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task Entries_sent_again_in_any_order_and_grouping_are_found_where_they_are()
    {
        var (_, writer) = await OpenAsync();
        string[] ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        foreach (var batch in (Range[])[0..3, 3..4, 4..9])
            await writer.AppendAsync([.. ids[batch].Select(id => Entry(id))], Noon, Cancel);
        foreach (var order in (string[])["abcdefghi", "ihgfedcba", "aiaibhbhddcgcg", "a", "i", "d"])
        {
            var outcomes = (await writer.AppendAsync([.. order.Select(id => Entry($"{id}"))], Noon, Cancel)).Outcomes;
            outcomes.ShouldBe(order.Select(id => new AppendedEntry(AppendOutcome.Duplicate, id - 'a' + 1, Noon.PlusTicks(id - 'a'))));
        }

        (await writer.AppendAsync([Entry("c", 2), Entry("c"), Entry("d", 2), Entry("c", 2)], Noon, Cancel)).Outcomes.Select(o => (o.Outcome, o.Sequence))
            .ShouldBe([(AppendOutcome.Conflict, 10), (AppendOutcome.Duplicate, 3), (AppendOutcome.Conflict, 11), (AppendOutcome.Duplicate, 10)]);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(150)]
    public async Task Ever_new_contents_under_one_identity_are_each_kept_once_and_found_where_they_are(int batch)
    {
        var (_, writer) = await OpenAsync();
        foreach (var versions in Enumerable.Range(1, 300).Chunk(batch))
            await writer.AppendAsync([.. versions.Select(v => Entry("a", v))], Noon, Cancel);
        (_, writer) = await ReopenAsync(cacheIsLost: true);
        foreach (var versions in Enumerable.Range(1, 300).Reverse().Chunk(batch))
            (await writer.AppendAsync([.. versions.Select(v => Entry("a", v))], Noon, Cancel)).Outcomes.Select(o => (o.Outcome, o.Sequence)).ShouldBe(versions.Select(v => (AppendOutcome.Duplicate, (long)v)));
        writer.Head.Sequence.ShouldBe(300);
    }

    [Theory]
    [InlineData("DELETE FROM log_segment WHERE last = 2")]
    [InlineData("DELETE FROM log_segment WHERE last > 1")]
    [InlineData("UPDATE log_segment SET entries = @p0 WHERE last = 2")]
    public async Task What_the_index_knows_and_the_log_no_longer_has_is_an_error_and_not_a_new_fact(string harm)
    {
        var (store, writer) = await OpenAsync();
        foreach (var id in (string[])["a", "b", "c"])
            await writer.AppendAsync([Entry(id)], Noon, Cancel);
        await store.Database.WriteAsync(s => s.ExecuteAsync(harm, Cancel, (byte[])[1, 2, 3]), Cancel);
        await Should.ThrowAsync<InvalidDataException>(() => writer.AppendAsync([Entry("b")], Noon, Cancel));
        (await writer.AppendAsync([Entry("a")], Noon, Cancel)).Outcomes.Single().Outcome.ShouldBe(AppendOutcome.Duplicate);
    }

    [Fact]
    public async Task The_same_identity_with_other_content_is_kept_as_a_conflict_once()
    {
        var (store, writer) = await OpenAsync();
        var outcomes = (await writer.AppendAsync([Entry("a"), Entry("a", 2), Entry("a", 2), Entry("a")], Noon, Cancel)).Outcomes;
        outcomes.Select(o => (o.Outcome, o.Sequence)).ShouldBe([(AppendOutcome.Appended, 1), (AppendOutcome.Conflict, 2), (AppendOutcome.Duplicate, 2), (AppendOutcome.Duplicate, 1)]);

        (_, writer) = await ReopenAsync();
        outcomes = (await writer.AppendAsync([Entry("a", 2), Entry("a", 3)], Noon, Cancel)).Outcomes;
        outcomes.Select(o => (o.Outcome, o.Sequence)).ShouldBe([(AppendOutcome.Duplicate, 2), (AppendOutcome.Conflict, 3)]);
        store = _open.OfType<Store>().Last();
        var segments = await store.Log().SegmentsAsync(cancel: Cancel).ToListAsync(Cancel);
        segments.SelectMany(s => Enumerable.Range(0, s.Count).Select(s.IsConflict)).ShouldBe([false, true, true]);
        (await store.Log().VerifyAsync(Cancel)).Conflicts.ShouldBe(2);
    }

    [Fact]
    public async Task Commits_are_told_in_the_order_of_the_log_with_conflicts_apart()
    {
        var (_, writer) = await OpenAsync();
        var told = new List<CommittedFacts>();
        writer.Committed = told.Add;
        await writer.AppendAsync([Entry("a"), Entry("a", 2), Entry("b")], Noon, Cancel);
        await writer.AppendAsync([Entry("b")], Noon, Cancel);

        var commit = told.ShouldHaveSingleItem();
        commit.Facts.Select(f => (f.Fact.Id, f.LogSequence)).ShouldBe([("a", 1), ("b", 3)]);
        commit.Conflicts.Select(f => (f.Fact.Id, f.LogSequence)).ShouldBe([("a", 2)]);
    }

    [Fact]
    public async Task Without_an_index_an_identity_is_found_where_it_stands_and_not_where_it_is_in_conflict()
    {
        var (store, writer) = await OpenAsync();
        await writer.AppendAsync([Entry("a"), Entry("b"), Entry("c")], Noon, Cancel);
        await writer.AppendAsync([Entry("d"), Entry("b", 2), Entry("e")], Noon, Cancel);
        foreach (var (id, place) in new (string, long?)[] { ("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 6), ("f", null) })
            (await store.Log().PlaceOfAsync(Entry(id).Fact.Key, Cancel)).ShouldBe(place);
    }

    [Fact]
    public async Task The_entries_of_an_entity_are_found_in_the_order_of_the_log()
    {
        var (_, writer) = await OpenAsync();
        await writer.AppendAsync([Entry("a", subject: "T-1"), Entry("b", subject: "T-2"), Entry("c", subject: "T-1")], Noon, Cancel);
        writer.OfEntity("T-1").ShouldBe([1, 3]);
        (_, writer) = await ReopenAsync(cacheIsLost: true);
        writer.OfEntity("T-1").ShouldBe([1, 3]);
        writer.OfEntity("T-3").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_known_at_a_sequence_number_does_not_change_as_the_log_grows()
    {
        var (store, writer) = await OpenAsync();
        for (var i = 0; i < 5; i++)
            await writer.AppendAsync([Entry($"{i}a"), Entry($"{i}b")], Noon, Cancel);

        var segments = await store.Log().SegmentsAsync(after: 2, through: 6, cancel: Cancel).ToListAsync(Cancel);
        segments.Select(s => (s.First, s.Last)).ShouldBe([(3, 4), (5, 6)]);
        (await store.Log().SegmentOfAsync(5, Cancel))!.Last.ShouldBe(6);
        (await store.Log().SegmentOfAsync(11, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task An_owner_that_was_replaced_cannot_commit()
    {
        var (store, paused) = await OpenAsync();
        await paused.AppendAsync([Entry("a")], Noon, Cancel);
        var next = await FactLogWriter.TakeAsync(store, Path.Combine(_cache, "next"), takeOver: true, cancel: Cancel);
        _open.Add(next);

        await Should.ThrowAsync<LogFencedException>(() => paused.AppendAsync([Entry("b")], Noon, Cancel));
        await next.AppendAsync([Entry("c")], Noon, Cancel);
        await Should.ThrowAsync<LogFencedException>(() => paused.AppendAsync([Entry("d")], Noon, Cancel));
        (await TextsAsync(store)).ShouldBe(["a:1", "c:1"]);
    }

    [Fact]
    public async Task A_second_owner_is_refused_until_the_first_lets_go()
    {
        var (store, writer) = await OpenAsync();
        await Should.ThrowAsync<StoreInUseException>(() => FactLogWriter.TakeAsync(store, Path.Combine(_cache, "second"), cancel: Cancel));
        await writer.DisposeAsync();
        var second = await FactLogWriter.TakeAsync(store, Path.Combine(_cache, "second"), cancel: Cancel);
        _open.Add(second);
        (await second.AppendAsync([Entry("a")], Noon, Cancel)).Head.Sequence.ShouldBe(1);
    }

    [Fact]
    public async Task A_commit_that_failed_leaves_nothing_and_can_be_tried_again()
    {
        var (store, writer, faulty) = await OpenFaultyAsync();
        faulty.Next = CommitFault.Before;
        await Should.ThrowAsync<IOException>(() => writer.AppendAsync([Entry("a")], Noon, Cancel));

        (await TextsAsync(store)).ShouldBeEmpty();
        (await writer.AppendAsync([Entry("a")], Noon, Cancel)).Outcomes.Single().Outcome.ShouldBe(AppendOutcome.Appended);
        (await TextsAsync(store)).ShouldBe(["a:1"]);
    }

    [Fact]
    public async Task A_commit_of_which_a_part_fails_takes_effect_in_no_part()
    {
        var (store, writer) = await OpenAsync();
        await writer.AppendAsync([Entry("a")], Noon, Cancel);
        var before = await store.Log().HeadAsync(Cancel);
        // A row where the next segment belongs: its insertion fails after the head was advanced.
        await store.Database.WriteAsync(
            s => s.ExecuteAsync("INSERT INTO log_segment (partition, last, epoch, recorded, chain, entries, bodies) SELECT partition, 2, epoch, recorded, chain, entries, bodies FROM log_segment", Cancel), Cancel);
        await Should.ThrowAsync<System.Data.Common.DbException>(() => writer.AppendAsync([Entry("b")], Noon, Cancel));
        (await store.Log().HeadAsync(Cancel)).ShouldBe(before);
        await Should.ThrowAsync<System.Data.Common.DbException>(() => writer.AppendAsync([Entry("c")], Noon, Cancel));
        (await store.Log().HeadAsync(Cancel)).ShouldBe(before);

        await store.Database.WriteAsync(s => s.ExecuteAsync("DELETE FROM log_segment WHERE last = 2", Cancel), Cancel);
        (await writer.AppendAsync([Entry("c")], Noon, Cancel)).Outcomes.Single().Sequence.ShouldBe(2);
        (await writer.AppendAsync([Entry("d")], Noon, Cancel)).Outcomes.Single().Sequence.ShouldBe(3);
        (await TextsAsync(store)).ShouldBe(["a:1", "c:1", "d:1"]);
        (await store.Log().VerifyAsync(Cancel)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_counts_once()
    {
        var (store, writer, faulty) = await OpenFaultyAsync();
        var told = new List<CommittedFacts>();
        writer.Committed = told.Add;
        faulty.Next = CommitFault.After;
        (await writer.AppendAsync([Entry("a")], Noon, Cancel)).Outcomes.Single().Outcome.ShouldBe(AppendOutcome.Appended);
        (await writer.AppendAsync([Entry("a")], Noon, Cancel)).Outcomes.Single().Outcome.ShouldBe(AppendOutcome.Duplicate);
        told.Count.ShouldBe(1);
        (await store.Log().VerifyAsync(Cancel)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_in_doubt_is_settled_when_the_database_is_back()
    {
        var (store, writer, faulty) = await OpenFaultyAsync();
        var told = new List<CommittedFacts>();
        writer.Committed = told.Add;
        faulty.Next = CommitFault.AfterAndGone;
        await Should.ThrowAsync<IOException>(() => writer.AppendAsync([Entry("a")], Noon, Cancel));
        await Should.ThrowAsync<IOException>(() => writer.AppendAsync([Entry("b")], Noon, Cancel));
        told.ShouldBeEmpty();

        faulty.Unreachable = false;
        (await writer.AppendAsync([Entry("a"), Entry("b")], Noon, Cancel)).Outcomes.Select(o => o.Outcome).ShouldBe([AppendOutcome.Duplicate, AppendOutcome.Appended]);
        told.SelectMany(t => t.Facts).Select(f => (f.Fact.Id, f.LogSequence)).ShouldBe([("a", 1), ("b", 2)]);
        (await TextsAsync(store)).ShouldBe(["a:1", "b:1"]);
        (await store.Log().VerifyAsync(Cancel)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_stands_though_the_log_was_taken_over_before_we_asked()
    {
        var (store, writer, faulty) = await OpenFaultyAsync();
        var told = new List<CommittedFacts>();
        writer.Committed = told.Add;
        faulty.Next = CommitFault.AfterAndGone;
        await Should.ThrowAsync<IOException>(() => writer.AppendAsync([Entry("a")], Noon, Cancel));
        var other = await Store.OpenAsync(_database(), Noon, Cancel);
        _open.Add(other);
        var next = await FactLogWriter.TakeAsync(other, Path.Combine(_cache, "next"), takeOver: true, cancel: Cancel);
        _open.Add(next);
        await next.AppendAsync([Entry("b")], Noon, Cancel);

        faulty.Unreachable = false;
        (await writer.AppendAsync([Entry("a")], Noon, Cancel)).Outcomes.Single().ShouldBe(new AppendedEntry(AppendOutcome.Duplicate, 1, Noon));
        told.ShouldHaveSingleItem().Facts.Single().Fact.Id.ShouldBe("a");
        await Should.ThrowAsync<LogFencedException>(() => writer.AppendAsync([Entry("c")], Noon, Cancel));
        (await TextsAsync(store)).ShouldBe(["a:1", "b:1"]);
    }

    [Fact]
    public async Task A_commit_that_takes_effect_after_we_had_given_it_up_counts_once_and_does_not_fence_us()
    {
        var (store, writer, faulty) = await OpenFaultyAsync();
        var told = new List<CommittedFacts>();
        writer.Committed = told.Add;
        faulty.Next = CommitFault.LandsLater;
        await Should.ThrowAsync<IOException>(() => writer.AppendAsync([Entry("a")], Noon, Cancel));

        (await writer.AppendAsync([Entry("b"), Entry("a")], Noon, Cancel)).Outcomes.Select(o => (o.Outcome, o.Sequence)).ShouldBe([(AppendOutcome.Appended, 2), (AppendOutcome.Duplicate, 1)]);
        told.SelectMany(t => t.Facts).Select(f => (f.Fact.Id, f.LogSequence)).ShouldBe([("a", 1), ("b", 2)]);
        (await store.Log().VerifyAsync(Cancel)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_in_doubt_is_remembered_when_the_next_one_could_not_even_begin()
    {
        var (store, writer, faulty) = await OpenFaultyAsync();
        faulty.Next = CommitFault.LandsLater;
        await Should.ThrowAsync<IOException>(() => writer.AppendAsync([Entry("a")], Noon, Cancel));
        faulty.Busy = true;
        await Should.ThrowAsync<TimeoutException>(() => writer.AppendAsync([Entry("b")], Noon, Cancel));

        (await writer.AppendAsync([Entry("b"), Entry("a")], Noon, Cancel)).Outcomes.Select(o => (o.Outcome, o.Sequence)).ShouldBe([(AppendOutcome.Appended, 2), (AppendOutcome.Duplicate, 1)]);
        (await TextsAsync(store)).ShouldBe(["a:1", "b:1"]);
    }

    [Fact]
    public async Task What_is_durable_but_did_not_reach_the_index_reaches_it_before_the_next_append()
    {
        var cache = Path.Combine(_cache, "gone");
        var failures = 0;
        var store = await Store.OpenAsync(_database(), Noon, Cancel);
        _open.Add(store);
        var options = new KeyIndexOptions { TableEntries = 1, WaitingTables = 1, Report = problem => throw new InvalidOperationException($"Told {++failures}: {problem.Kind}") };
        var writer = await FactLogWriter.TakeAsync(store, cache, cache: options, cancel: Cancel);
        _open.Add(writer);
        var told = new List<string>();
        writer.Committed = commit => told.AddRange(commit.Facts.Select(f => f.Fact.Id));
        Directory.Delete(cache, recursive: true);

        // Each append fills a table that cannot be written. Who is told of it throws, in the midst of indexing what was committed; the sender sends again.
        for (var i = 0; i < 4; i++)
            await AppendPatientlyAsync([Entry($"{i}", subject: "T-1")]);
        failures.ShouldBeGreaterThan(0);
        Directory.CreateDirectory(cache);
        var again = await AppendPatientlyAsync([Entry("0"), Entry("1"), Entry("2"), Entry("3"), Entry("4", subject: "T-1")]);
        again[..4].Select(o => (o.Outcome, o.Sequence)).ShouldBe([(AppendOutcome.Duplicate, 1), (AppendOutcome.Duplicate, 2), (AppendOutcome.Duplicate, 3), (AppendOutcome.Duplicate, 4)]);
        again[4].Sequence.ShouldBe(5);
        writer.OfEntity("T-1").ShouldBe([1, 2, 3, 4, 5]);
        told.ShouldBe(["0", "1", "2", "3", "4"]);

        async Task<AppendedEntry[]> AppendPatientlyAsync(LogEntry[] entries)
        {
            while (true)
            {
                try
                {
                    return (await writer.AppendAsync(entries, Noon, Cancel)).Outcomes;
                }
                catch (InvalidOperationException exception) when (exception.Message.StartsWith("Told", StringComparison.Ordinal))
                {
                }
            }
        }
    }

    [Fact]
    public async Task A_log_that_was_put_back_and_went_on_with_another_cache_misses_no_duplicate_with_the_old_one()
    {
        var (store, writer) = await OpenAsync();
        for (var i = 1; i <= 3; i++)
            await writer.AppendAsync([Entry($"{i}")], Noon, Cancel);
        var copied = writer.Head;
        for (var i = 4; i <= 30; i++)
            await writer.AppendAsync([Entry($"lost {i}")], Noon, Cancel);
        // The files of the database are put back, which gives the store no new identity as a restore would.
        await store.Database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("DELETE FROM log_segment WHERE last > @p0", Cancel, copied.Sequence);
                return await session.ExecuteAsync("UPDATE log_head SET sequence = @p0, recorded = @p1, chain = @p2", Cancel, copied.Sequence, copied.Recorded.ToUnixTimeTicks(), copied.Chain.ToArray());
            },
            Cancel);
        await CloseAsync();

        (store, writer) = await OpenAsync(cacheFolder: Path.Combine(_cache, "elsewhere"));
        for (var i = 4; i <= 40; i++)
            await writer.AppendAsync([Entry($"new {i}")], Noon, Cancel);
        (store, writer) = await ReopenAsync();

        for (var i = 4; i <= 40; i++)
            (await writer.AppendAsync([Entry($"new {i}")], Noon, Cancel)).Outcomes.Single().ShouldSatisfyAllConditions(o => o.Outcome.ShouldBe(AppendOutcome.Duplicate), o => o.Sequence.ShouldBe(i));
        (await writer.AppendAsync([Entry("lost 4")], Noon, Cancel)).Outcomes.Single().Outcome.ShouldBe(AppendOutcome.Appended);
        (await store.Log().VerifyAsync(Cancel)).Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("DELETE FROM log_segment WHERE last = 9", false)]
    [InlineData("DELETE FROM log_segment WHERE last = 9", true)]
    [InlineData("UPDATE log_head SET sequence = 8", true)]
    public async Task A_log_that_does_not_end_where_its_head_says_is_not_appended_to(string harm, bool cacheIsLost)
    {
        var (store, writer) = await OpenAsync();
        for (var i = 1; i <= 9; i++)
            await writer.AppendAsync([Entry($"{i}")], Noon, Cancel);
        await store.Database.WriteAsync(s => s.ExecuteAsync(harm, Cancel), Cancel);
        (await Should.ThrowAsync<InvalidDataException>(() => ReopenAsync(cacheIsLost))).Message.ShouldContain("verify");
    }

    [Theory]
    [InlineData("UPDATE log_segment SET bodies = @p1 WHERE last = @p0", 2, LogFaultKind.Changed, 2)]
    [InlineData("UPDATE log_segment SET entries = @p2 WHERE last = @p0", 2, LogFaultKind.Changed, 2)]
    [InlineData("UPDATE log_segment SET entries = @p4 WHERE last = @p0", 2, LogFaultKind.Changed, 2)]
    [InlineData("UPDATE log_segment SET recorded = recorded + 1 WHERE last = @p0", 2, LogFaultKind.Changed, 2)]
    [InlineData("UPDATE log_segment SET epoch = 9 WHERE last = @p0", 2, LogFaultKind.Changed, 2)]
    [InlineData("DELETE FROM log_segment WHERE last = @p0", 2, LogFaultKind.Missing, 2)]
    [InlineData("DELETE FROM log_segment WHERE last = @p0", 3, LogFaultKind.Missing, 3)]
    [InlineData("UPDATE log_head SET sequence = 2", 0, LogFaultKind.Changed, 3)]
    [InlineData("UPDATE log_head SET chain = @p3", 0, LogFaultKind.Changed, 4)]
    public async Task A_changed_or_missing_row_is_found(string harm, long last, LogFaultKind kind, long sequence)
    {
        var (store, writer) = await OpenAsync();
        foreach (var id in (string[])["a", "b", "c"])
            await writer.AppendAsync([Entry(id)], Noon, Cancel);
        (await store.Log().VerifyAsync(Cancel)).ShouldSatisfyAllConditions(v => v.Faults.ShouldBeEmpty(), v => v.Entries.ShouldBe(3));
        var other = (await store.Log().SegmentOfAsync(3, Cancel))!;
        await store.Database.WriteAsync(s => s.ExecuteAsync(harm, Cancel, last, other.Bodies, other.Entries, new byte[32], (byte[])[.. other.Entries, .. new byte[LogSegment.EntrySize]]), Cancel);

        var fault = (await store.Log().VerifyAsync(Cancel)).Faults[0];
        (fault.Kind, fault.Sequence).ShouldBe((kind, sequence));
    }

    [Fact]
    public async Task An_erased_text_is_gone_and_the_chain_still_verifies()
    {
        var (store, writer) = await OpenAsync();
        await writer.AppendAsync([Entry("a"), Entry("b"), Entry("c")], Noon, Cancel);
        await writer.AppendAsync([Entry("d")], Noon, Cancel);
        (await store.Log().EraseAsync([2, 4, 4, 99], Cancel)).ShouldBe(2);
        (await store.Log().EraseAsync([2], Cancel)).ShouldBe(0);

        (await TextsAsync(store)).ShouldBe(["a:1", "", "c:1", ""]);
        var verification = await store.Log().VerifyAsync(Cancel);
        verification.Faults.ShouldBeEmpty();
        verification.Erased.ShouldBe(2);
        (await writer.AppendAsync([Entry("b")], Noon, Cancel)).Outcomes.Single().Outcome.ShouldBe(AppendOutcome.Duplicate);
    }

    [Fact]
    public async Task Many_callers_at_once_share_commits_and_each_learns_what_became_of_its_own()
    {
        var (store, writer) = await OpenAsync();
        await using var queue = new FactLogQueue(writer, () => Noon);
        _open.Remove(writer);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => queue.AppendAsync([Entry($"{i}"), Entry("shared")], Cancel)));

        answers.Select(a => a[0].Outcome).ShouldAllBe(o => o == AppendOutcome.Appended);
        answers.Count(a => a[1].Outcome == AppendOutcome.Appended).ShouldBe(1);
        answers.Select(a => a[0].Sequence).ShouldBeUnique();
        var verification = await store.Log().VerifyAsync(Cancel);
        verification.Entries.ShouldBe(201);
        verification.Faults.ShouldBeEmpty();
        (await store.Log().SegmentsAsync(cancel: Cancel).CountAsync(Cancel)).ShouldBeLessThan(200);
    }

    [Fact]
    public async Task A_failure_is_told_to_those_who_wait_and_the_queue_goes_on()
    {
        var (_, writer, faulty) = await OpenFaultyAsync();
        await using var queue = new FactLogQueue(writer, () => Noon);
        _open.Remove(writer);
        faulty.Next = CommitFault.Before;
        await Should.ThrowAsync<IOException>(() => queue.AppendAsync([Entry("a")], Cancel));
        (await queue.AppendAsync([Entry("a")], Cancel)).Single().Outcome.ShouldBe(AppendOutcome.Appended);
    }

    [Fact]
    public void Outcomes_are_those_of_the_log_in_memory_whatever_the_batches_and_re_openings()
    {
        var steps = Gen.OneOf(Gen.Constant(-1), Gen.Choose(0, 29)).ListOf().Resize(60);
        Check.One(Seeds.Config(25), Prop.ForAll(Arb.From(steps), given => RunAsync([.. given]).GetAwaiter().GetResult()));

        async Task<bool> RunAsync(List<int> given)
        {
            await CloseAsync();
            _database = await NewDatabaseAsync();
            var (_, writer) = await ReopenAsync(cacheIsLost: true);
            var model = new FactLog();
            var batch = new List<LogEntry>();
            foreach (var step in given.Append(-1))
            {
                // Ten identities with three contents each; -1 ends a batch, two ends in a row re-open the store.
                if (step >= 0)
                {
                    batch.Add(Entry($"{step % 10}", step / 10));
                    continue;
                }

                if (batch.Count == 0)
                    (_, writer) = await ReopenAsync(cacheIsLost: given.Count % 3 == 0, cacheIsDamaged: given.Count % 3 == 1);
                var outcomes = (await writer.AppendAsync(batch, Noon, Cancel)).Outcomes;
                for (var i = 0; i < batch.Count; i++)
                {
                    var expected = model.Append(batch[i].Fact, Noon, out _);
                    // The log in memory tells a conflict again each time; the store keeps it once.
                    if (outcomes[i].Outcome != expected && !(expected == AppendOutcome.Conflict && outcomes[i].Outcome == AppendOutcome.Duplicate))
                        return false;
                }

                batch.Clear();
            }

            var set = model.ToSet();
            var head = await _open.OfType<Store>().Last().Log().HeadAsync(Cancel);
            return head.Sequence == set.Count + set.Conflicts.Length && (await _open.OfType<Store>().Last().Log().VerifyAsync(Cancel)).Faults.Count == 0;
        }
    }

    private static LogEntry Entry(string id, int version = 1, string subject = "")
    {
        var body = Encoding.UTF8.GetBytes($"{id}:{version}");
        return new LogEntry(new Fact { Source = "test", Id = id, Type = "test", Subject = subject, Time = Noon, Data = new FactData.Unknown(), Digest = LogEntry.DigestOf(body) }, body);
    }

    private static async Task<List<string>> TextsAsync(Store store) =>
        [.. (await store.Log().SegmentsAsync(cancel: Cancel).ToListAsync(Cancel)).SelectMany(s => Enumerable.Range(0, s.Count).Select(i => Encoding.UTF8.GetString(s.BodyOf(i).Span)))];

    private async Task<(Store Store, FactLogWriter Writer)> OpenAsync(Func<Database, Database>? wrap = null, string? cacheFolder = null)
    {
        var store = await Store.OpenAsync(wrap is null ? _database() : wrap(_database()), Noon, Cancel);
        _open.Add(store);
        // Tables so small that a few entries are written as files, and merged.
        var writer = await FactLogWriter.TakeAsync(store, cacheFolder ?? _cache, cache: new KeyIndexOptions { TableEntries = 3 }, cancel: Cancel);
        _open.Add(writer);
        return (store, writer);
    }

    private async Task<(Store Store, FactLogWriter Writer, FaultyDatabase Faulty)> OpenFaultyAsync()
    {
        FaultyDatabase? faulty = null;
        var (store, writer) = await OpenAsync(database => faulty = new FaultyDatabase(database));
        return (store, writer, faulty!);
    }

    private async Task<(Store Store, FactLogWriter Writer)> ReopenAsync(bool cacheIsLost = false, bool cacheIsDamaged = false)
    {
        await CloseAsync();
        if (cacheIsLost)
        {
            Directory.Delete(_cache, recursive: true);
            Directory.CreateDirectory(_cache);
        }

        foreach (var file in cacheIsDamaged ? Directory.GetFiles(_cache) : [])
        {
            var bytes = await File.ReadAllBytesAsync(file, Cancel);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bytes, Cancel);
        }

        return await OpenAsync();
    }

    private async Task CloseAsync()
    {
        for (var i = _open.Count - 1; i >= 0; i--)
            await _open[i].DisposeAsync();
        _open.Clear();
    }
}
