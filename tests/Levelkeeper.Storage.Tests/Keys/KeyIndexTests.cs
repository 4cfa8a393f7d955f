using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Keys;
using static Levelkeeper.Storage.Tests.Keys.KeyFolder;

namespace Levelkeeper.Storage.Tests.Keys;

public sealed class KeyIndexTests
{
    [Fact]
    public void A_key_is_found_where_it_was_added_first()
    {
        using var folder = new KeyFolder();
        using var index = folder.Open(tableEntries: 3);
        // 1 and 2 come again in the same table, in the next one and in memory.
        (int Key, long At)[] added = [(1, 1), (2, 2), (1, 3), (2, 4), (3, 5), (1, 6), (1, 7)];
        foreach (var (key, at) in added)
            index.Add([new KeyEntry(Key(key), at)], at, MarkAt(at));
        index.WaitForBackground();

        index.Through.ShouldBe(6);
        index.TryFind(Key(1), out var first).ShouldBeTrue();
        first.ShouldBe(1);
        All(index, Key(1)).ShouldBe([1, 3, 6, 7]);
        All(index, Key(2)).ShouldBe([2, 4]);
        All(index, Key(3)).ShouldBe([5]);
        All(index, Key(4)).ShouldBeEmpty();
    }

    [Fact]
    public void A_key_that_fills_many_blocks_and_runs_is_found_whole()
    {
        using var folder = new KeyFolder();
        using var index = folder.Open(tableEntries: 1000);
        // Every fourth entry is of another key, so that blocks of 256 begin, end and are filled with the repeated one.
        for (var i = 1; i <= 5500; i++)
            index.Add([i % 4 == 0 ? Entry(i) : new KeyEntry(Key(0), i)], i, MarkAt(i));
        index.WaitForBackground();

        All(index, Key(0)).ShouldBe(Enumerable.Range(1, 5500).Where(i => i % 4 != 0).Select(i => (long)i));
        All(index, Key(400)).ShouldBe([400]);
        index.TryFind(Key(401), out _).ShouldBeFalse();
        index.TryFind(Key(0), out var first).ShouldBeTrue();
        first.ShouldBe(1);
    }

    [Fact]
    public void The_least_and_the_greatest_keys_are_keys_like_others()
    {
        FactKey[] keys = [new(ulong.MaxValue, ulong.MaxValue), new(0, 0), new(ulong.MaxValue, 0), new(0, ulong.MaxValue), new(0, 1), new(1, 0)];
        using var folder = new KeyFolder();
        using var index = folder.Open(tableEntries: 2);
        for (var i = 0; i < keys.Length; i++)
        {
            index.TryFind(keys[i], out _).ShouldBeFalse();
            index.Add([new KeyEntry(keys[i], i + 1)], i + 1, MarkAt(i + 1));
        }

        index.WaitForBackground();
        index.Through.ShouldBe(keys.Length);
        for (var i = 0; i < keys.Length; i++)
            All(index, keys[i]).ShouldBe([i + 1]);
        index.TryFind(new FactKey(0, 2), out _).ShouldBeFalse();
        index.TryFind(new FactKey(ulong.MaxValue, 1), out _).ShouldBeFalse();
    }

    [Fact]
    public void Several_keys_may_stand_at_one_sequence_number_and_some_numbers_have_none()
    {
        using var folder = new KeyFolder();
        using (var index = folder.Open(tableEntries: 4))
        {
            index.Add([new KeyEntry(Key(1), 2), new KeyEntry(Key(2), 2), new KeyEntry(Key(1), 3)], 3, MarkAt(3));
            index.Through.ShouldBe(0);
            index.Add([], 9, MarkAt(9));
            index.WaitForBackground();
            index.Through.ShouldBe(9);
            // Nothing but numbers without an entry fills a table too: a restart need not go over them again.
            index.Add([], 13, MarkAt(13));
            index.WaitForBackground();
            index.Through.ShouldBe(13);
        }

        using var again = folder.Open(tableEntries: 4);
        again.Through.ShouldBe(13);
        again.Added.ShouldBe(13);
        All(again, Key(1)).ShouldBe([2, 3]);
        All(again, Key(2)).ShouldBe([2]);
    }

    [Fact]
    public void What_was_written_is_there_after_a_restart_and_the_rest_is_asked_for()
    {
        using var folder = Filled(to: 25, tableEntries: 10);
        using var index = folder.Open(10);
        folder.Told.ShouldBeEmpty();
        index.Through.ShouldBe(20);
        index.TryFind(Key(21), out _).ShouldBeFalse();
        Fill(index, 21, 25);
        ShouldHold(index, 25);
    }

    [Fact]
    public void Four_runs_become_one_and_four_of_those_again()
    {
        using var folder = Filled(to: 10 * 15, tableEntries: 10);
        folder.Files.Length.ShouldBe(3 + 3);
        using (var index = folder.Open(10))
        {
            Fill(index, 151, 160);
            index.Through.ShouldBe(160);
            ShouldHold(index, 160);
        }

        folder.Files.Length.ShouldBe(1);
        using var again = folder.Open(10);
        ShouldHold(again, 160);
        folder.Told.ShouldBeEmpty();
    }

    [Fact]
    public void No_more_tables_wait_to_be_written_than_may()
    {
        using var folder = new KeyFolder();
        using var index = folder.Open(tableEntries: 1, waitingTables: 2);
        for (var i = 1; i <= 200; i++)
        {
            index.Add([Entry(i)], i, MarkAt(i));
            index.Waiting.ShouldBeLessThanOrEqualTo(2);
        }

        ShouldHold(index, 200);
    }

    [Fact]
    public void A_call_with_more_entries_than_a_table_holds_is_taken_whole()
    {
        using var folder = new KeyFolder();
        using var index = folder.Open(tableEntries: 10);
        index.Add([.. Enumerable.Range(1, 5000).Select(Entry)], 5000, MarkAt(5000));
        ShouldHold(index, 5000);
        index.WaitForBackground();
        index.Through.ShouldBe(5000);
        ShouldHold(index, 5000);
    }

    [Fact]
    public async Task Others_may_look_up_while_one_adds()
    {
        const int Last = 6000;
        using var folder = new KeyFolder();
        using var index = folder.Open(tableEntries: 50);
        var wrong = 0;
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            while (index.Added < Last)
            {
                var known = (int)index.Added;
                var key = random.Next(1, Last + 1);
                if (index.TryFind(Key(key), out var sequence) ? sequence != key : key <= known)
                    Interlocked.Increment(ref wrong);
            }
        })).ToArray();
        for (var i = 1; i <= Last; i++)
            index.Add([Entry(i)], i, MarkAt(i));
        await Task.WhenAll(readers);
        wrong.ShouldBe(0);
        ShouldHold(index, Last);
    }

    [Fact]
    public void Entries_out_of_order_are_refused_and_none_of_them_is_added()
    {
        using var folder = new KeyFolder();
        using var index = folder.Open(10);
        index.Add([Entry(1), Entry(2)], 3, MarkAt(3));
        Should.Throw<ArgumentException>(() => index.Add([Entry(5), Entry(4)], 5, MarkAt(5)));
        Should.Throw<ArgumentException>(() => index.Add([Entry(4), Entry(5)], 4, MarkAt(4)));
        Should.Throw<ArgumentException>(() => index.Add([new KeyEntry(Key(0), 0)], 4, MarkAt(4)));
        index.Added.ShouldBe(3);
        index.TryFind(Key(3), out _).ShouldBeFalse();
        index.TryFind(Key(4), out _).ShouldBeFalse();
        index.TryFind(Key(5), out _).ShouldBeFalse();
    }

    [Fact]
    public void What_is_added_again_is_passed_over()
    {
        using var folder = Filled(to: 20, tableEntries: 10);
        using var index = folder.Open(10);
        index.Add([Entry(5), Entry(6)], 6, MarkAt(6));
        index.Added.ShouldBe(20);
        index.Add([Entry(19), Entry(20), Entry(21)], 21, MarkAt(21));
        index.Add([Entry(21), Entry(22)], 22, MarkAt(22));
        index.Added.ShouldBe(22);
        for (var i = 1; i <= 22; i++)
            All(index, Key(i)).ShouldBe([i]);
    }

    [Fact]
    public void An_owner_that_was_replaced_but_is_not_yet_gone_does_no_harm()
    {
        using var folder = new KeyFolder();
        using var former = folder.Open(10);
        Fill(former, 1, 25);
        using (var present = folder.Open(10))
        {
            for (var i = 21; i <= 300; i++)
            {
                former.Add([Entry(i)], i, MarkAt(i));
                present.Add([Entry(i)], i, MarkAt(i));
            }

            former.WaitForBackground();
            present.WaitForBackground();
            ShouldHold(former, 300);
            ShouldHold(present, 300);
        }

        using var next = folder.Open(10);
        next.Add([.. Enumerable.Range(1, 300).Select(Entry)], 300, MarkAt(300));
        ShouldHold(next, 300);
    }

    [Fact]
    public void A_name_that_could_leave_the_folder_is_refused()
    {
        using var folder = new KeyFolder();
        foreach (var name in new[] { "", "../x", "a.b", "Facts", "*", new string('a', 65) })
            Should.Throw<ArgumentException>(() => folder.Open(10, name: name));
        folder.Open(10, name: new string('a', 64)).Dispose();
    }

    [Fact]
    public void A_closed_index_says_so()
    {
        using var folder = new KeyFolder();
        var index = folder.Open(10);
        index.Dispose();
        index.Dispose();
        Should.Throw<ObjectDisposedException>(() => index.Add([Entry(1)], 1, MarkAt(1)));
        Should.Throw<ObjectDisposedException>(() => index.TryFind(Key(1), out _));
        Should.Throw<ObjectDisposedException>(() => index.FindAll(Key(1), []));
    }

    private static List<long> All(KeyIndex index, FactKey key)
    {
        var all = new List<long>();
        index.FindAll(key, all);
        return all;
    }
}
