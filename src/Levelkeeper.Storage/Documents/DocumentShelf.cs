using System.Data.Common;
using Levelkeeper.Storage.Audit;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Documents;

/// <summary>Documents of one kind: agreements, the files that they name, statements. Each has revisions that never change, and a life of steps: proposed, signed, in force; drafted, issued, settled.</summary>
/// <remarks>Two people who change a document at once do not overwrite each other: each says from which revision or step it comes, and the second is refused.</remarks>
public sealed class DocumentShelf
{
    private const string RevisionColumns = "name, revision, content, hash, made, made_by";
    private const string StepColumns = "name, number, revision, step, at, taken_by, known, detail";

    private readonly Store _store;
    private readonly string _kind;

    internal DocumentShelf(Store store, string kind) => (_store, _kind) = (store, kind);

    /// <summary>Puts a revision on the shelf.</summary>
    /// <param name="name">The document's name.</param>
    /// <param name="from">The revision that it comes after; 0 for the first.</param>
    /// <param name="content">What it says.</param>
    /// <param name="hash">What signatures are over.</param>
    /// <param name="by">Who did it, and when; the object is set to the document.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="DocumentChangedException">Another revision was made meanwhile.</exception>
    public Task<DocumentRevision> AddAsync(string name, int from, byte[] content, byte[] hash, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(session => AddAsync(session, name, from, content, hash, by, cancel), cancel);

    /// <summary>Puts a revision on the shelf and takes its first step, both or neither.</summary>
    /// <param name="name">The document's name.</param>
    /// <param name="from">The revision that it comes after; 0 for the first.</param>
    /// <param name="content">What it says.</param>
    /// <param name="hash">What signatures are over.</param>
    /// <param name="step">Which step.</param>
    /// <param name="known">The log's last sequence number then.</param>
    /// <param name="detail">What belongs to the step, as JSON.</param>
    /// <param name="by">Who did it, and when.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="DocumentChangedException">Another revision was made meanwhile.</exception>
    public Task<DocumentRevision> AddAsync(string name, int from, byte[] content, byte[] hash, string step, long known, byte[] detail, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                var revision = await AddAsync(session, name, from, content, hash, by, cancel);
                await TakeAsync(session, name, null, revision.Revision, step, known, detail, by, cancel);
                return revision;
            },
            cancel);

    /// <summary>Takes a step in a document's life.</summary>
    /// <param name="name">The document.</param>
    /// <param name="from">The number of the step before; 0 for the first.</param>
    /// <param name="revision">Of which revision.</param>
    /// <param name="step">Which step.</param>
    /// <param name="known">The log's last sequence number then: what was known.</param>
    /// <param name="detail">What belongs to the step, as JSON: a signature, a reason.</param>
    /// <param name="by">Who did it, and when.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="DocumentChangedException">Another step was taken meanwhile.</exception>
    public Task<DocumentStep> TakeAsync(string name, int from, int revision, string step, long known, byte[] detail, Act by, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(session => TakeAsync(session, name, from, revision, step, known, detail, by, cancel), cancel);

    /// <summary>A revision; the latest when none is named. Null when there is none.</summary>
    public async Task<DocumentRevision?> FindAsync(string name, int? revision = null, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.FirstAsync(
            $"SELECT {RevisionColumns} FROM document_revision WHERE kind = @p0 AND name = @p1 AND (revision = @p2 OR @p2 = 0) ORDER BY revision DESC LIMIT 1", ReadRevision, cancel, _kind, name, revision ?? 0);
    }

    /// <summary>The steps of a document, in order.</summary>
    public async Task<IReadOnlyList<DocumentStep>> StepsAsync(string name, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.QueryAsync($"SELECT {StepColumns} FROM document_step WHERE kind = @p0 AND name = @p1 ORDER BY number", ReadStep, cancel, _kind, name);
    }

    /// <summary>The latest revision of each document, by name, ordinal.</summary>
    /// <param name="after">After this name; empty for the first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<DocumentRevision>> ListAsync(string after = "", int limit = 1000, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.QueryAsync(
            $"""
            SELECT {RevisionColumns} FROM document_revision d WHERE kind = @p0 AND name > @p1
            AND revision = (SELECT max(revision) FROM document_revision l WHERE l.kind = d.kind AND l.name = d.name) ORDER BY name LIMIT @p2
            """, ReadRevision, cancel, _kind, after, limit);
    }

    /// <summary>The names of documents, ordinal, without what they say.</summary>
    /// <param name="after">After this name; empty for the first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<string>> NamesAsync(string after = "", int limit = 1000, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.QueryAsync("SELECT DISTINCT name FROM document_revision WHERE kind = @p0 AND name > @p1 ORDER BY name LIMIT @p2", static r => r.GetString(0), cancel, _kind, after, limit);
    }

    /// <summary>All revisions of a document, in order.</summary>
    public async Task<IReadOnlyList<DocumentRevision>> RevisionsAsync(string name, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.QueryAsync($"SELECT {RevisionColumns} FROM document_revision WHERE kind = @p0 AND name = @p1 ORDER BY revision", ReadRevision, cancel, _kind, name);
    }

    private async Task<DocumentRevision> AddAsync(Session session, string name, int from, byte[] content, byte[] hash, Act by, CancellationToken cancel)
    {
        var last = await session.FirstAsync("SELECT max(revision) FROM document_revision WHERE kind = @p0 AND name = @p1", r => r.IsDBNull(0) ? 0 : r.GetInt32(0), cancel, _kind, name);
        if (last != from)
            throw new DocumentChangedException($"The {_kind} '{name}' has revision {last}; this one was made from {from}.");
        var revision = new DocumentRevision(name, from + 1, content, hash, by.At, by.Actor);
        try
        {
            await session.ExecuteAsync(
                $"INSERT INTO document_revision (kind, {RevisionColumns}) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6)",
                cancel, _kind, name, revision.Revision, content, hash, by.At.ToUnixTimeTicks(), by.Actor);
        }
        catch (DbException exception) when (_store.Database.IsTaken(exception))
        {
            throw new DocumentChangedException($"The {_kind} '{name}' got another revision {revision.Revision} meanwhile.");
        }

        await AuditTrail.WriteAsync(session, Entry("revised", name, revision.Revision, by), cancel);
        return revision;
    }

    private async Task<DocumentStep> TakeAsync(Session session, string name, int? from, int revision, string step, long known, byte[] detail, Act by, CancellationToken cancel)
    {
        var last = await session.FirstAsync("SELECT max(number) FROM document_step WHERE kind = @p0 AND name = @p1", r => r.IsDBNull(0) ? 0 : r.GetInt32(0), cancel, _kind, name);
        if (last != (from ?? last))
            throw new DocumentChangedException($"The {_kind} '{name}' has come to step {last} meanwhile; this one follows step {from}.");
        var taken = new DocumentStep(name, last + 1, revision, step, by.At, by.Actor, known, detail);
        try
        {
            await session.ExecuteAsync(
                $"INSERT INTO document_step (kind, {StepColumns}) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8)",
                cancel, _kind, name, taken.Number, revision, step, by.At.ToUnixTimeTicks(), by.Actor, known, detail);
        }
        catch (DbException exception) when (_store.Database.IsTaken(exception))
        {
            throw new DocumentChangedException($"The {_kind} '{name}' took another step {taken.Number} meanwhile.");
        }

        await AuditTrail.WriteAsync(session, Entry(step, name, revision, by), cancel);
        return taken;
    }

    private Audit.Action Entry(string verb, string name, int revision, Act by) => new(by.At, by.Actor, verb, $"{_kind}/{name}", $"revision {revision}{(by.Detail.Length > 0 ? ": " : "")}{by.Detail}");

    private static DocumentRevision ReadRevision(DbDataReader r) =>
        new(r.GetString(0), r.GetInt32(1), r.GetFieldValue<byte[]>(2), r.GetFieldValue<byte[]>(3), Instant.FromUnixTimeTicks(r.GetInt64(4)), r.GetString(5));

    private static DocumentStep ReadStep(DbDataReader r) =>
        new(r.GetString(0), r.GetInt32(1), r.GetInt32(2), r.GetString(3), Instant.FromUnixTimeTicks(r.GetInt64(4)), r.GetString(5), r.GetInt64(6), r.GetFieldValue<byte[]>(7));
}

/// <summary>Who does something, and when; the store knows what.</summary>
/// <param name="Actor">An account's or a token's name; <c>system</c> for what the product does by itself.</param>
/// <param name="At">When.</param>
/// <param name="Detail">Particulars for the audit trail; never a secret.</param>
public sealed record Act(string Actor, Instant At, string Detail = "");

/// <summary>What a document said from some instant on.</summary>
/// <param name="Name">The document.</param>
/// <param name="Revision">From 1.</param>
/// <param name="Content">What it says.</param>
/// <param name="Hash">What signatures are over.</param>
/// <param name="Made">When it was put on the shelf.</param>
/// <param name="MadeBy">By whom.</param>
public sealed record DocumentRevision(string Name, int Revision, byte[] Content, byte[] Hash, Instant Made, string MadeBy);

/// <summary>A step in a document's life.</summary>
/// <param name="Name">The document.</param>
/// <param name="Number">From 1.</param>
/// <param name="Revision">Of which revision.</param>
/// <param name="Step">Which step.</param>
/// <param name="At">When.</param>
/// <param name="By">By whom.</param>
/// <param name="Known">The log's last sequence number then.</param>
/// <param name="Detail">What belongs to it, as JSON.</param>
public sealed record DocumentStep(string Name, int Number, int Revision, string Step, Instant At, string By, long Known, byte[] Detail);

/// <summary>Somebody else changed the document meanwhile: look at it again and decide anew. Nothing was written.</summary>
public sealed class DocumentChangedException(string message) : Exception(message);
