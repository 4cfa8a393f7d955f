using System.Data.Common;
using Levelkeeper.Storage.Audit;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Outbox;

/// <summary>What was decided to be told, and what becomes of it. A step is decided once, in one transaction with its messages; sending is tried until it succeeds or is given up.</summary>
public sealed class OutboxStore
{
    private const string Columns = "id, decision, channel, thread, content, state, attempts, due, made, since, note";

    /// <summary>Nothing waits for as long as this: a message that is due so far ahead was put off by a clock that has been set back since, and is due.</summary>
    public static readonly Duration FarAhead = Duration.FromDays(400);

    private readonly Store _store;

    internal OutboxStore(Store store) => _store = store;

    /// <summary>Writes a decision down with all that follows from it, unless it was made before.</summary>
    /// <param name="decision">Which: the same step of the same clock has the same name for ever.</param>
    /// <param name="detail">On what it rests, as JSON.</param>
    /// <param name="at">When.</param>
    /// <param name="messages">What is to be sent; may be none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False, and nothing is written, when it was made before.</returns>
    public Task<bool> DecideAsync(string decision, byte[] detail, Instant at, IReadOnlyList<Outgoing> messages, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                ArgumentNullException.ThrowIfNull(messages);
                if (await session.ExecuteAsync("INSERT INTO decision (name, at, detail) VALUES (@p0, @p1, @p2) ON CONFLICT (name) DO NOTHING", cancel, decision, at.ToUnixTimeTicks(), detail) == 0)
                    return false;
                foreach (var message in messages)
                {
                    if (message.Decision != decision)
                        throw new ArgumentException($"The message '{message.Id}' follows from '{message.Decision}', not from '{decision}'.", nameof(messages));
                    await session.ExecuteAsync(
                        $"INSERT INTO outgoing ({Columns}) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p7, @p9)",
                        cancel, message.Id, decision, message.Channel, message.Thread, message.Content, (int)OutgoingState.Waiting, 0, message.Due.ToUnixTimeTicks(), message.Made.ToUnixTimeTicks(), "");
                }

                return true;
            },
            cancel);

    /// <summary>When a decision was made; null when it was not.</summary>
    public async Task<Instant?> DecidedAtAsync(string decision, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.FirstAsync("SELECT at FROM decision WHERE name = @p0", r => (Instant?)Instant.FromUnixTimeTicks(r.GetInt64(0)), cancel, decision);
    }

    /// <summary>On what a decision rests, as JSON; null when it was not made.</summary>
    public async Task<byte[]?> DetailOfAsync(string decision, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.FirstAsync("SELECT detail FROM decision WHERE name = @p0", r => r.GetFieldValue<byte[]>(0), cancel, decision);
    }

    /// <summary>Takes messages whose time has come, for sending; nobody else gets them until the lease is over.</summary>
    /// <param name="now">The time.</param>
    /// <param name="lease">For how long; one that is not settled by then becomes doubtful.</param>
    /// <param name="limit">At most so many, those that were due first.</param>
    /// <param name="channel">Only those of this way; null for all. Those of others whose lease is over are left to who sends them.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<IReadOnlyList<Outgoing>> TakeAsync(Instant now, Duration lease, int limit, string? channel = null, CancellationToken cancel = default) =>
        _store.Database.WriteAsync<IReadOnlyList<Outgoing>>(
            async session =>
            {
                await session.ExecuteAsync(
                    "UPDATE outgoing SET state = @p1, note = 'the sender stopped while it was being sent' WHERE state = @p2 AND (due <= @p0 OR due > @p4) AND (channel = @p3 OR @p3 = '')",
                    cancel, now.ToUnixTimeTicks(), (int)OutgoingState.Doubtful, (int)OutgoingState.Sending, channel ?? "", (now + FarAhead).ToUnixTimeTicks());
                var taken = await session.QueryAsync(
                    $"SELECT {Columns} FROM outgoing WHERE state = @p1 AND (due <= @p0 OR due > @p4) AND (channel = @p3 OR @p3 = '') ORDER BY due, id LIMIT @p2",
                    Read, cancel, now.ToUnixTimeTicks(), (int)OutgoingState.Waiting, limit, channel ?? "", (now + FarAhead).ToUnixTimeTicks());
                var until = now + lease;
                var mine = new List<Outgoing>(taken.Count);
                foreach (var message in taken)
                {
                    // Of two senders one gets it.
                    if (await session.ExecuteAsync(
                        "UPDATE outgoing SET state = @p1, attempts = attempts + 1, due = @p2 WHERE id = @p0 AND state = @p3",
                        cancel, message.Id, (int)OutgoingState.Sending, until.ToUnixTimeTicks(), (int)OutgoingState.Waiting) == 1)
                        mine.Add(message with { State = OutgoingState.Sending, Attempts = message.Attempts + 1, Due = until });
                }

                return mine;
            },
            cancel);

    /// <summary>Writes down what came of an attempt.</summary>
    /// <returns>False when somebody else has taken the message meanwhile, because the lease was over.</returns>
    public Task<bool> SettleAsync(Outgoing message, Attempt attempt, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                ArgumentNullException.ThrowIfNull(message);
                ArgumentNullException.ThrowIfNull(attempt);
                return await session.ExecuteAsync(
                    "UPDATE outgoing SET state = @p2, due = @p3, note = @p4 WHERE id = @p0 AND attempts = @p1 AND state IN (@p5, @p6)",
                    cancel, message.Id, message.Attempts, (int)attempt.State, attempt.Due.ToUnixTimeTicks(), attempt.Note, (int)OutgoingState.Sending, (int)OutgoingState.Doubtful) == 1;
            },
            cancel);

    /// <summary>Sends a message again that was given up, or of which nobody knows.</summary>
    /// <param name="id">Which.</param>
    /// <param name="by">Who wants so: then it is tried for as long as a new one. Null when the channel's policy does.</param>
    /// <param name="now">From when on.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when it is neither.</returns>
    public Task<bool> SendAgainAsync(string id, Act? by, Instant now, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                if (await session.ExecuteAsync(
                    "UPDATE outgoing SET state = @p1, due = @p2, since = CASE WHEN @p5 = 1 THEN @p2 ELSE since END WHERE id = @p0 AND state IN (@p3, @p4)",
                    cancel, id, (int)OutgoingState.Waiting, now.ToUnixTimeTicks(), (int)OutgoingState.Dead, (int)OutgoingState.Doubtful, by is null ? 0 : 1) == 0)
                    return false;
                if (by is not null)
                    await AuditTrail.WriteAsync(session, new Audit.Action(by.At, by.Actor, "sent again", $"message/{id}", by.Detail), cancel);
                return true;
            },
            cancel);

    /// <summary>Messages in a state, or all, those made last first.</summary>
    /// <param name="state">Which state; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="channel">Only those of this way; null for all.</param>
    /// <param name="after">Only those that come after this message in the list, by its id; null from the first on.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<Outgoing>> ListAsync(OutgoingState? state, int limit, string? channel = null, string? after = null, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.QueryAsync(
            $"""
            SELECT {Columns} FROM outgoing WHERE (state = @p0 OR @p0 < 0) AND (channel = @p2 OR @p2 = '')
            AND (@p3 = '' OR made < (SELECT made FROM outgoing WHERE id = @p3) OR (made = (SELECT made FROM outgoing WHERE id = @p3) AND id > @p3)) ORDER BY made DESC, id LIMIT @p1
            """, Read, cancel, (int?)state ?? -1, limit, channel ?? "", after ?? "");
    }

    /// <summary>How many messages are in each state in which something is still to happen: all but those that were delivered.</summary>
    public async Task<IReadOnlyDictionary<OutgoingState, long>> CountsAsync(CancellationToken cancel = default)
    {
        OutgoingState[] open = [OutgoingState.Waiting, OutgoingState.Sending, OutgoingState.Doubtful, OutgoingState.Dead];
        await using var session = await _store.Database.ReadAsync(cancel);
        var counts = await session.QueryAsync(
            "SELECT state, count(*) FROM outgoing WHERE state IN (@p0, @p1, @p2, @p3) GROUP BY state", static r => ((OutgoingState)r.GetInt32(0), r.GetInt64(1)), cancel, (int)open[0], (int)open[1], (int)open[2], (int)open[3]);
        return open.ToDictionary(s => s, s => counts.FirstOrDefault(c => c.Item1 == s).Item2);
    }

    /// <summary>When there is something to take next, or a lease is over; null when nothing waits and nothing is being sent.</summary>
    /// <param name="channel">Only of this way; null for all.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<Instant?> NextDueAsync(string? channel = null, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.FirstAsync(
            "SELECT min(due) FROM outgoing WHERE state IN (@p0, @p1) AND (channel = @p2 OR @p2 = '')",
            r => r.IsDBNull(0) ? (Instant?)null : Instant.FromUnixTimeTicks(r.GetInt64(0)), cancel, (int)OutgoingState.Waiting, (int)OutgoingState.Sending, channel ?? "");
    }

    /// <summary>Notes that somebody has seen to it: the chain of the thread stops.</summary>
    public Task AcknowledgeAsync(string thread, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                ArgumentNullException.ThrowIfNull(by);
                await session.ExecuteAsync("INSERT INTO acknowledgement (thread, at, taken_by) VALUES (@p0, @p1, @p2) ON CONFLICT (thread, at) DO NOTHING", cancel, thread, by.At.ToUnixTimeTicks(), by.Actor);
                return await AuditTrail.WriteAsync(session, new Audit.Action(by.At, by.Actor, "acknowledged", thread, by.Detail), cancel);
            },
            cancel);

    /// <summary>Who acknowledged a thread, and when; in order.</summary>
    public async Task<IReadOnlyList<(Instant At, string By)>> AcknowledgementsAsync(string thread, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.QueryAsync("SELECT at, taken_by FROM acknowledgement WHERE thread = @p0 ORDER BY at", r => (Instant.FromUnixTimeTicks(r.GetInt64(0)), r.GetString(1)), cancel, thread);
    }

    private static Outgoing Read(DbDataReader r) => new()
    {
        Id = r.GetString(0),
        Decision = r.GetString(1),
        Channel = r.GetString(2),
        Thread = r.GetString(3),
        Content = r.GetFieldValue<byte[]>(4),
        State = (OutgoingState)r.GetInt32(5),
        Attempts = r.GetInt32(6),
        Due = Instant.FromUnixTimeTicks(r.GetInt64(7)),
        Made = Instant.FromUnixTimeTicks(r.GetInt64(8)),
        Since = Instant.FromUnixTimeTicks(r.GetInt64(9)),
        Note = r.GetString(10),
    };
}
