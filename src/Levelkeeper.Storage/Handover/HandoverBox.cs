using System.Data.Common;
using Levelkeeper.Storage.Audit;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Handover;

/// <summary>Facts on their way to the owner of the log. Each goes in once (its key is deduplicated by the log), whether the giver, the owner or both die in between.</summary>
public sealed class HandoverBox
{
    /// <summary>Stands where the outcome would: the owner of the log could not read it.</summary>
    private const int SetAside = -1;

    private const string Columns = "id, body, actor, detail, handed, outcome, sequence, recorded";

    private readonly Store _store;

    internal HandoverBox(Store store) => _store = store;

    /// <summary>Hands a fact over: durable from then on.</summary>
    public Task PutAsync(HandedFact fact, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            session =>
            {
                ArgumentNullException.ThrowIfNull(fact);
                return session.ExecuteAsync(
                    $"INSERT INTO handed_fact ({Columns}) VALUES (@p0, @p1, @p2, @p3, @p4, NULL, NULL, NULL)", cancel, fact.Id.ToString("N"), fact.Body.ToArray(), fact.Actor, fact.Detail, fact.At.ToUnixTimeTicks());
            },
            cancel);

    /// <summary>What nobody has taken yet, in the order of handing over.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<HandedFact>> WaitingAsync(int limit, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.QueryAsync($"SELECT {Columns} FROM handed_fact WHERE outcome IS NULL ORDER BY handed, id LIMIT @p0", Read, cancel, limit);
    }

    /// <summary>Notes what became of a fact, with who asserted it in the audit trail; its text is not kept here any longer.</summary>
    /// <returns>False when somebody else has noted it.</returns>
    public Task<bool> DoneAsync(HandedFact fact, AppendedEntry outcome, Instant now, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                ArgumentNullException.ThrowIfNull(fact);
                var noted = await session.ExecuteAsync(
                    "UPDATE handed_fact SET body = @p1, outcome = @p2, sequence = @p3, recorded = @p4 WHERE id = @p0 AND outcome IS NULL",
                    cancel, fact.Id.ToString("N"), Array.Empty<byte>(), (int)outcome.Outcome, outcome.Sequence, outcome.Recorded.ToUnixTimeTicks());
                if (noted == 1 && outcome.Outcome == Core.Facts.AppendOutcome.Appended)
                    await AuditTrail.WriteAsync(session, new Audit.Action(now, fact.Actor, "asserted", $"fact/{outcome.Sequence}", fact.Detail), cancel);
                return noted == 1;
            },
            cancel);

    /// <summary>Sets a fact aside that the owner of the log cannot read, so that it keeps no other waiting. It stays as it was handed over.</summary>
    /// <returns>False when somebody else has taken it, or set it aside.</returns>
    public async Task<bool> SetAsideAsync(HandedFact fact, Instant now, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return await _store.Database.WriteAsync(
            s => s.ExecuteAsync("UPDATE handed_fact SET outcome = @p1, sequence = 0, recorded = @p2 WHERE id = @p0 AND outcome IS NULL", cancel, fact.Id.ToString("N"), SetAside, now.ToUnixTimeTicks()), cancel) == 1;
    }

    /// <summary>Lets those wait again that were set aside: another build may be able to read them.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> TakeUpAgainAsync(CancellationToken cancel = default) =>
        _store.Database.WriteAsync(s => s.ExecuteAsync("UPDATE handed_fact SET outcome = NULL, sequence = NULL, recorded = NULL WHERE outcome = @p0", cancel, SetAside), cancel);

    /// <summary>What became of a fact; null as long as nobody has taken it. Once it is told it is forgotten here.</summary>
    public Task<AppendedEntry?> OutcomeAsync(Guid id, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                var outcome = (await session.FirstAsync($"SELECT {Columns} FROM handed_fact WHERE id = @p0", Read, cancel, id.ToString("N")))?.Outcome;
                if (outcome is not null)
                    await session.ExecuteAsync("DELETE FROM handed_fact WHERE id = @p0", cancel, id.ToString("N"));
                return outcome;
            },
            cancel);

    private static HandedFact Read(DbDataReader r) => new(Guid.ParseExact(r.GetString(0), "N"), r.GetFieldValue<byte[]>(1), r.GetString(2), r.GetString(3), Instant.FromUnixTimeTicks(r.GetInt64(4)))
    {
        Outcome = r.IsDBNull(5) || r.GetInt32(5) == SetAside ? null : new AppendedEntry((Core.Facts.AppendOutcome)r.GetInt32(5), r.GetInt64(6), Instant.FromUnixTimeTicks(r.GetInt64(7))),
    };
}
