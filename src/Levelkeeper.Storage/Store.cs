using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Audit;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Handover;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Outbox;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage;

/// <summary>Where an installation keeps everything: the log of facts, and beside it agreements, statements, people, what is to be sent, and who did what.</summary>
public sealed class Store : IAsyncDisposable
{
    private Store(Database database, Guid id, Guid incarnation) => (Database, Id, Incarnation) = (database, id, incarnation);

    /// <summary>What it is kept in.</summary>
    public Database Database { get; }

    /// <summary>Which store it is; stays the same through backup and restore.</summary>
    public Guid Id { get; }

    /// <summary>Which life of the store: another after each restore, so that what was derived from an earlier life is not believed.</summary>
    public Guid Incarnation { get; }

    /// <summary>Opens a store, makes its tables when there are none, and brings those of an earlier build up to date.</summary>
    /// <param name="database">Where. Is disposed of with the store.</param>
    /// <param name="now">The time that is written down where tables are made.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StoreVersionException">A later build made it.</exception>
    public static async Task<Store> OpenAsync(Database database, Instant now, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await Schema.MigrateAsync(database, now, cancel);
        await using var session = await database.ReadAsync(cancel);
        var (id, incarnation) = await session.FirstAsync("SELECT id, incarnation FROM store", r => (new Guid(r.GetFieldValue<byte[]>(0)), new Guid(r.GetFieldValue<byte[]>(1))), cancel);
        return new Store(database, id, incarnation);
    }

    /// <summary>The log, for reading.</summary>
    /// <param name="partition">Which partition.</param>
    public FactLogReader Log(int partition = 0) => new(this, partition);

    /// <summary>Agreements and what became of them.</summary>
    public DocumentShelf Agreements => new(this, "agreement");

    /// <summary>The files that agreements name: calendars, levels above them, suppliers' agreements, the ring of known keys.</summary>
    public DocumentShelf Files => new(this, "file");

    /// <summary>Statements: drafts and issued ones.</summary>
    public DocumentShelf Statements => new(this, "statement");

    /// <summary>Who may sign in.</summary>
    public AccountRegister Accounts => new(this);

    /// <summary>Who is signed in.</summary>
    public SessionRegister Sessions => new(this);

    /// <summary>What the server protects short-lived texts with.</summary>
    public ProtectionKeys ProtectionKeys => new(this);

    /// <summary>What is to be told, and was.</summary>
    public OutboxStore Outbox => new(this);

    /// <summary>Facts on their way to the owner of the log.</summary>
    public HandoverBox Handover => new(this);

    /// <summary>Who did what.</summary>
    public AuditTrail Audit => new(this);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
