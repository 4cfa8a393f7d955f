using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Audit;

/// <summary>Who did what: one entry for each action of a person or on a person's behalf, in the transaction of the action itself. Only ever appended to, and chained.</summary>
public sealed class AuditTrail
{
    private readonly Store _store;

    internal AuditTrail(Store store) => _store = store;

    /// <summary>Writes an entry for an action that changes nothing in the store itself: a sign-in, an export.</summary>
    public Task WriteAsync(Action action, CancellationToken cancel = default) => _store.Database.WriteAsync(session => WriteAsync(session, action, cancel), cancel);

    /// <summary>Entries in order.</summary>
    /// <param name="after">After this number; 0 for the beginning.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="about">Only those about this object; null for all.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(long after, int limit, string? about = null, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return about is null
            ? await session.QueryAsync("SELECT number, at, actor, verb, object, detail FROM audit WHERE number > @p0 ORDER BY number LIMIT @p1", Read, cancel, after, limit)
            : await session.QueryAsync("SELECT number, at, actor, verb, object, detail FROM audit WHERE number > @p0 AND object = @p2 ORDER BY number LIMIT @p1", Read, cancel, after, limit, about);
    }

    /// <summary>The number of the last order to erase texts of the log; 0 when there is none. Each is written down before a text is gone.</summary>
    public async Task<long> LastErasureAsync(CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.FirstAsync("SELECT COALESCE(MAX(number), 0) FROM audit WHERE verb IN ('ordered erased', 'ordered retention')", r => r.GetInt64(0), cancel);
    }

    /// <summary>The number of the last entry; 0 when there is none.</summary>
    public async Task<long> LastAsync(CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.FirstAsync("SELECT number FROM audit_head", r => r.GetInt64(0), cancel);
    }

    /// <summary>The number of the first entry that was changed or is missing; null when the trail holds.</summary>
    public async Task<long?> VerifyAsync(CancellationToken cancel = default)
    {
        await using var session = await _store.Database.SnapshotAsync(cancel);
        var head = await session.FirstAsync("SELECT number, chain FROM audit_head", r => (Number: r.GetInt64(0), Chain: r.GetFieldValue<byte[]>(1)), cancel);
        await using var command = session.Command("SELECT number, at, actor, verb, object, detail, chain FROM audit ORDER BY number");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var (last, chain) = (0L, Array.Empty<byte>());
        while (await reader.ReadAsync(cancel))
        {
            var entry = Read(reader);
            chain = Chain(chain, entry);
            if (entry.Number != ++last || !chain.AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(6)))
                return last;
        }

        return head.Number == last && (last == 0 || chain.AsSpan().SequenceEqual(head.Chain)) ? null : last + 1;
    }

    internal static async Task<long> WriteAsync(Session session, Action action, CancellationToken cancel)
    {
        // The row of the head is locked until the commit, so that numbers have no gaps and the chain one order.
        var number = await session.FirstAsync("UPDATE audit_head SET number = number + 1 RETURNING number", r => r.GetInt64(0), cancel);
        var before = await session.FirstAsync("SELECT chain FROM audit_head", r => r.GetFieldValue<byte[]>(0), cancel) ?? [];
        var entry = new AuditEntry(number, action);
        var chain = Chain(before, entry);
        await session.ExecuteAsync("UPDATE audit_head SET chain = @p0", cancel, chain);
        await session.ExecuteAsync(
            "INSERT INTO audit (number, at, actor, verb, object, detail, chain) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6)",
            cancel, number, action.At.ToUnixTimeTicks(), action.Actor, action.Verb, action.Object, action.Detail, chain);
        return number;
    }

    private static AuditEntry Read(DbDataReader r) =>
        new(r.GetInt64(0), new Action(Instant.FromUnixTimeTicks(r.GetInt64(1)), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5)));

    private static byte[] Chain(byte[] before, AuditEntry entry)
    {
        var text = new StringBuilder();
        foreach (var part in (string[])[entry.Number.ToString(CultureInfo.InvariantCulture), entry.Action.At.ToUnixTimeTicks().ToString(CultureInfo.InvariantCulture), entry.Action.Actor, entry.Action.Verb, entry.Action.Object, entry.Action.Detail])
            text.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part}");
        return SHA256.HashData([.. before, .. Encoding.UTF8.GetBytes(text.ToString())]);
    }
}

/// <summary>Something that somebody did.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who: an account's or a token's name; <c>system</c> for what the product does by itself.</param>
/// <param name="Verb">What, in the past tense: <c>signed</c>, <c>issued</c>.</param>
/// <param name="Object">To what: a kind and a name, as in <c>agreement/hosting</c>.</param>
/// <param name="Detail">With which particulars, in words; never a secret.</param>
public sealed record Action(Instant At, string Actor, string Verb, string Object, string Detail = "");

/// <summary>An entry of the trail.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Action">What was done.</param>
public sealed record AuditEntry(long Number, Action Action);
