using Levelkeeper.Storage.Keys;
using static Levelkeeper.Storage.Tests.Keys.KeyFolder;

namespace Levelkeeper.Storage.Tests.Keys;

public sealed class KeyIndexDamageTests
{
    [Fact]
    public void A_damaged_file_is_dropped_and_everything_from_there_is_asked_for_again()
    {
        using var folder = Filled(to: 30, tableEntries: 10);
        Flip(folder.Files[1], 200);
        using (var index = folder.Open(10))
        {
            folder.KindsTold.ShouldBe([KeyIndexProblemKind.Damaged, KeyIndexProblemKind.Unreachable]);
            folder.Files.Length.ShouldBe(1);
            index.Through.ShouldBe(10);
            index.Added.ShouldBe(10);
            index.TryFind(Key(11), out _).ShouldBeFalse();
            Fill(index, 11, 30);
            ShouldHold(index, 30);
        }

        folder.Told.Clear();
        using var again = folder.Open(10);
        again.Through.ShouldBe(30);
        folder.Told.ShouldBeEmpty();
    }

    [Fact]
    public void No_byte_of_a_file_can_change_and_no_end_be_missing_unseen()
    {
        using var folder = Filled(to: 10, tableEntries: 10);
        var file = folder.Files.ShouldHaveSingleItem();
        var sound = File.ReadAllBytes(file);
        // Header, ten entries, one filter block, checksum.
        sound.Length.ShouldBe(144 + 240 + 64 + 32);
        for (var i = 0; i < sound.Length; i++)
        {
            byte[] changed = [.. sound];
            changed[i] ^= (byte)(1 << (i % 8));
            ShouldBeDropped(changed);
            ShouldBeDropped(sound[..i]);
        }

        ShouldBeDropped([.. sound, 0]);
        File.WriteAllBytes(file, sound);
        using var index = folder.Open(10);
        ShouldHold(index, 10);

        void ShouldBeDropped(byte[] bytes)
        {
            File.WriteAllBytes(file, bytes);
            folder.Told.Clear();
            using var opened = folder.Open(10);
            opened.Through.ShouldBe(0);
            opened.TryFind(Key(1), out _).ShouldBeFalse();
            File.Exists(file).ShouldBeFalse();
            folder.KindsTold.ShouldHaveSingleItem().ShouldBeOneOf(KeyIndexProblemKind.Damaged, KeyIndexProblemKind.Foreign);
        }
    }

    [Fact]
    public void A_missing_file_is_asked_for_again()
    {
        using var folder = Filled(to: 30, tableEntries: 10);
        File.Delete(folder.Files[0]);
        using var index = folder.Open(10);
        index.Through.ShouldBe(0);
        folder.KindsTold.ShouldBe([KeyIndexProblemKind.Unreachable, KeyIndexProblemKind.Unreachable]);
        Fill(index, 1, 30);
        ShouldHold(index, 30);
    }

    [Fact]
    public void A_run_that_goes_beyond_the_end_of_a_restored_log_is_dropped()
    {
        using var folder = Filled(to: 30, tableEntries: 10);
        using (var whole = folder.Open(10, s => s <= 30 ? MarkAt(s) : null))
            whole.Through.ShouldBe(30);
        folder.Told.ShouldBeEmpty();

        using var index = folder.Open(10, s => s <= 29 ? MarkAt(s) : null);
        folder.KindsTold.ShouldBe([KeyIndexProblemKind.OtherPast]);
        index.Through.ShouldBe(20);
        // The log goes on from 29 with other facts: 30 is free for another key.
        Fill(index, 21, 29);
        index.Add([new(Key(99), 30)], 30, MarkAt(30));
        index.TryFind(Key(30), out _).ShouldBeFalse();
        index.TryFind(Key(99), out var sequence).ShouldBeTrue();
        sequence.ShouldBe(30);
    }

    [Fact]
    public void Runs_of_a_past_that_the_log_no_longer_has_are_dropped_though_it_has_grown_beyond_them()
    {
        using var folder = Filled(to: 30, tableEntries: 10);
        // The log was restored from a copy that ended at 15, and went on elsewhere to 99 with other facts.
        using var index = folder.Open(10, s => s <= 15 ? MarkAt(s) : MarkAt(s) + 1);
        folder.KindsTold.ShouldBe([KeyIndexProblemKind.OtherPast, KeyIndexProblemKind.OtherPast]);
        index.Through.ShouldBe(10);
        index.TryFind(Key(11), out _).ShouldBeFalse();
        folder.Files.Length.ShouldBe(1);
    }

    [Fact]
    public void When_the_log_cannot_be_asked_nothing_is_dropped()
    {
        using var folder = Filled(to: 30, tableEntries: 10);
        Should.Throw<IOException>(() => folder.Open(10, _ => throw new IOException("The database is gone.")));
        folder.Told.ShouldBeEmpty();
        using var index = folder.Open(10);
        index.Through.ShouldBe(30);
        ShouldHold(index, 30);
    }

    [Fact]
    public void The_files_of_another_log_are_dropped()
    {
        using var folder = Filled(to: 20, tableEntries: 10);
        using var index = folder.Open(10, log: LogIdentity + 1);
        folder.KindsTold.ShouldBe([KeyIndexProblemKind.Foreign, KeyIndexProblemKind.Foreign]);
        index.Through.ShouldBe(0);
        index.TryFind(Key(1), out _).ShouldBeFalse();
        folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public void Indexes_of_other_names_share_the_folder_and_leave_each_other_alone()
    {
        using var folder = Filled(to: 10, tableEntries: 10);
        using (var entities = folder.Open(10, name: "facts-of-entities"))
        {
            entities.Through.ShouldBe(0);
            Fill(entities, 1, 20);
        }

        using var facts = folder.Open(10);
        facts.Through.ShouldBe(10);
        using var again = folder.Open(10, name: "facts-of-entities");
        again.Through.ShouldBe(20);
        folder.Told.ShouldBeEmpty();

        // Under a name that it was not written for, a file is foreign.
        File.Copy(folder.Files[0], folder.Files[0].Replace("facts-of-entities", "other", StringComparison.Ordinal));
        using var other = folder.Open(10, name: "other");
        other.Through.ShouldBe(0);
        folder.KindsTold.ShouldBe([KeyIndexProblemKind.Foreign]);
    }

    [Fact]
    public void What_a_crash_left_between_a_merge_and_its_deletions_is_tidied_up()
    {
        using var folder = Filled(to: 30, tableEntries: 10);
        var before = folder.Files.ToDictionary(f => f, File.ReadAllBytes);
        using (var index = folder.Open(10))
            Fill(index, 31, 40);
        folder.Files.Length.ShouldBe(1);
        foreach (var (file, bytes) in before)
            File.WriteAllBytes(file, bytes);
        File.WriteAllBytes(folder.Files[0] + ".tmp", [1, 2, 3]);

        using var again = folder.Open(10);
        folder.KindsTold.ShouldBe([KeyIndexProblemKind.Superseded, KeyIndexProblemKind.Superseded, KeyIndexProblemKind.Superseded]);
        again.Through.ShouldBe(40);
        Directory.EnumerateFiles(folder.Path).Count().ShouldBe(1);
        ShouldHold(again, 40);
    }

    [Fact]
    public void When_the_merged_file_is_damaged_what_it_was_made_of_still_serves()
    {
        using var folder = Filled(to: 30, tableEntries: 10);
        var before = folder.Files.ToDictionary(f => f, File.ReadAllBytes);
        using (var index = folder.Open(10))
            Fill(index, 31, 40);
        Flip(folder.Files[0], 300);
        foreach (var (file, bytes) in before)
            File.WriteAllBytes(file, bytes);

        using var again = folder.Open(10);
        folder.KindsTold.ShouldBe([KeyIndexProblemKind.Damaged]);
        again.Through.ShouldBe(30);
        ShouldHold(again, 30);
    }

    [Fact]
    public void A_disk_that_fails_is_told_and_loses_nothing()
    {
        using var folder = new KeyFolder();
        using var index = folder.Open(10);
        Directory.Delete(folder.Path);
        Fill(index, 1, 10);
        folder.Told.ShouldBeEmpty();
        Fill(index, 11, 11);
        folder.KindsTold.ShouldBe([KeyIndexProblemKind.WriteFailed]);
        // More tables than may wait: it does not wait for a disk that fails.
        Fill(index, 12, 69);
        index.Waiting.ShouldBe(6);
        index.Through.ShouldBe(0);
        ShouldHold(index, 69);

        folder.Told.Clear();
        Directory.CreateDirectory(folder.Path);
        Fill(index, 70, 70);
        index.Waiting.ShouldBe(0);
        index.Through.ShouldBe(70);
        ShouldHold(index, 70);
        folder.Told.ShouldBeEmpty();
    }

    [Fact]
    public void A_merge_that_fails_is_told_leaves_the_runs_and_is_tried_again()
    {
        using var folder = new KeyFolder();
        using var index = folder.Open(10);
        // A folder has the name that the merged file is to get.
        var inTheWay = Path.Combine(folder.Path, $"{Name}.{1:d19}-{40:d19}.run");
        Directory.CreateDirectory(inTheWay);
        Fill(index, 1, 40);
        Fill(index, 41, 41);
        folder.KindsTold.ShouldBe([KeyIndexProblemKind.MergeFailed]);
        folder.Files.Length.ShouldBe(4);
        ShouldHold(index, 41);

        Directory.Delete(inTheWay);
        Fill(index, 42, 51);
        folder.Told.Count.ShouldBe(1);
        folder.Files.Length.ShouldBe(2);
        ShouldHold(index, 51);
    }

    [Fact]
    public void A_file_that_went_bad_after_it_was_opened_is_not_copied_into_one_that_looks_sound()
    {
        using var folder = Filled(to: 30, tableEntries: 10);
        using (var index = folder.Open(10))
        {
            // The sequence number of an entry, which no order gives away.
            Flip(folder.Files[0], 144 + 16);
            Fill(index, 31, 40);
            Fill(index, 41, 41);
            folder.KindsTold.ShouldBe([KeyIndexProblemKind.MergeFailed]);
        }

        using var again = folder.Open(10);
        again.Through.ShouldBe(0);
        Fill(again, 1, 41);
        ShouldHold(again, 41);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(16)]
    public void A_bit_that_flips_in_a_file_that_is_open_hides_no_key(int at)
    {
        using var folder = Filled(to: 600, tableEntries: 600);
        using (var index = folder.Open(600))
        {
            // In the middle of the second of three blocks, in a half of a key or in the sequence number.
            Flip(folder.Files.ShouldHaveSingleItem(), 144 + 24 * (256 + 100) + at);
            var seen = 0;
            for (var i = 1; i <= 600; i++)
            {
                try
                {
                    index.TryFind(Key(i), out var sequence).ShouldBeTrue();
                    sequence.ShouldBe(i);
                }
                catch (InvalidDataException)
                {
                    seen++;
                }
            }

            // The keys of that block, and at most the first of the next one, for which it is read too.
            seen.ShouldBeInRange(256, 257);
        }

        using var again = folder.Open(600);
        folder.KindsTold.ShouldBe([KeyIndexProblemKind.Damaged]);
        again.Through.ShouldBe(0);
    }

    [Fact]
    public void A_file_that_is_cut_short_while_it_is_open_hides_no_key()
    {
        using var folder = Filled(to: 30, tableEntries: 10);
        using var index = folder.Open(10);
        using (var file = new FileStream(folder.Files[1], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
            file.SetLength(200);
        Should.Throw<InvalidDataException>(() => Enumerable.Range(11, 10).Count(i => index.TryFind(Key(i), out _)));
        Should.Throw<InvalidDataException>(() => Enumerable.Range(11, 10).ToList().ForEach(i => index.FindAll(Key(i), [])));
        index.TryFind(Key(1), out _).ShouldBeTrue();
        index.TryFind(Key(30), out _).ShouldBeTrue();
    }

    private static void Flip(string file, int at)
    {
        // In place, as a disk would: an index that has the file open sees it.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = at;
        var flipped = (byte)(stream.ReadByte() ^ 16);
        stream.Position = at;
        stream.WriteByte(flipped);
    }
}
