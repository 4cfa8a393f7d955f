using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Levelkeeper.Storage.Keys;

namespace Levelkeeper.Simulation.Tests;

/// <summary>How the mutations are put into a store: by triggers of its database, and by files of its cache that look sound.</summary>
internal static class Sabotage
{
    /// <summary>The trigger of a mutation; empty for one that is put in elsewhere.</summary>
    public static string Sql(Mutation mutation) => mutation switch
    {
        Mutation.NoFencing => "CREATE TRIGGER IF NOT EXISTS no_fencing AFTER UPDATE OF epoch ON log_head WHEN new.epoch > old.epoch BEGIN UPDATE log_head SET epoch = old.epoch WHERE partition = old.partition; END",
        Mutation.TextThatStays => "CREATE TRIGGER IF NOT EXISTS text_that_stays AFTER UPDATE OF bodies ON log_segment BEGIN UPDATE log_segment SET bodies = old.bodies WHERE last = old.last; END",
        Mutation.TextThatGoes => "CREATE TRIGGER IF NOT EXISTS text_that_goes AFTER INSERT ON log_segment WHEN new.last % 5 = 0 BEGIN UPDATE log_segment SET bodies = zeroblob(length(bodies)) WHERE last = new.last; END",
        Mutation.RewrittenSegment => "CREATE TRIGGER IF NOT EXISTS rewritten_segment AFTER INSERT ON log_segment WHEN new.last % 5 = 0 BEGIN UPDATE log_segment SET recorded = recorded + 1 WHERE last = new.last; END",
        Mutation.ForgottenDecision => "CREATE TRIGGER IF NOT EXISTS forgotten_decision AFTER INSERT ON outgoing BEGIN DELETE FROM decision WHERE name = new.decision; END",
        Mutation.DoubledMessage => "CREATE TRIGGER IF NOT EXISTS doubled_message AFTER INSERT ON outgoing BEGIN INSERT INTO outgoing SELECT id || '-', decision, channel, thread, content, state, attempts, due, made, since, note FROM outgoing WHERE id = new.id; END",
        Mutation.NoLease => "CREATE TRIGGER IF NOT EXISTS no_lease AFTER UPDATE OF state ON outgoing WHEN new.state = 1 BEGIN UPDATE outgoing SET state = 0, due = old.due WHERE id = new.id; END",
        Mutation.RewrittenAction => "CREATE TRIGGER IF NOT EXISTS rewritten_action AFTER INSERT ON audit BEGIN UPDATE audit SET actor = 'eve' WHERE number = new.number; END",
        Mutation.None or Mutation.LyingDatabase or Mutation.LyingDisk or Mutation.LostFact or Mutation.LostEntity or Mutation.CommitNotTold or Mutation.ShortCopy => "",
        _ => throw new InvalidOperationException("Unknown mutation."),
    };

    /// <summary>Makes a file of an index say another key in the place of one of its entries, checksum and all.</summary>
    public static void LoseEntry(string file, Random random)
    {
        var bytes = File.ReadAllBytes(file);
        var count = BitConverter.ToInt64(bytes, 64);
        // The sequence number of an entry stays in its place; of the key only the last bits change, so that the order of keys stays too.
        var at = RunHeader.Length + RunHeader.EntryLength * random.Next((int)count);
        bytes[at + 8] ^= 1;
        SHA256.HashData(bytes.AsSpan(..^SHA256.HashSizeInBytes), bytes.AsSpan(^SHA256.HashSizeInBytes..));
        File.WriteAllBytes(file, bytes);
    }
}
