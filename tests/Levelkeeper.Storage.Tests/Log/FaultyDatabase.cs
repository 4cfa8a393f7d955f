using System.Data.Common;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Storage.Tests.Log;

/// <summary>A database whose next commit goes wrong.</summary>
internal class FaultyDatabase(Database inner) : Database
{
    private Session? _late;

    public CommitFault Next { get; set; }

    /// <summary>So many commits go well before the next fault.</summary>
    public int CommitsBefore { get; set; }

    /// <summary>Reading fails as well, until this is false again.</summary>
    public bool Unreachable { get; set; }

    /// <summary>The next transaction cannot begin, while reading works: the database is busy with an earlier one.</summary>
    public bool Busy { get; set; }

    public override string Name => inner.Name;

    internal override string BytesType => inner.BytesType;

    internal override bool IsTaken(DbException exception) => inner.IsTaken(exception);

    internal override string TextType => inner.TextType;

    internal override IEnumerable<string> AfterSchema => inner.AfterSchema;

    public override Task<IAsyncDisposable> OwnAsync(int partition, CancellationToken cancel) => inner.OwnAsync(partition, cancel);

    public override bool IsPassing(Exception exception) => exception is IOException || inner.IsPassing(exception);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    internal override Task<DbConnection> ConnectAsync(CancellationToken cancel) => Unreachable ? throw new IOException("unreachable") : inner.ConnectAsync(cancel);

    internal override async Task<Session> BeginAsync(CancellationToken cancel)
    {
        if (Unreachable)
            throw new IOException("unreachable");
        if (Busy)
        {
            Busy = false;
            throw new TimeoutException("busy");
        }

        await LandAsync(true, cancel);
        return await inner.BeginAsync(cancel);
    }

    /// <summary>Ends the commit that the server was still at.</summary>
    /// <param name="takesEffect">Whether it takes effect after all.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task LandAsync(bool takesEffect, CancellationToken cancel)
    {
        if (_late is not { } late)
            return;
        _late = null;
        if (takesEffect)
            await inner.CommitAsync(late, cancel);
        await late.DisposeAsync();
    }

    internal override async Task CommitAsync(Session session, CancellationToken cancel)
    {
        var fault = CommitsBefore > 0 ? CommitFault.None : Next;
        if (CommitsBefore > 0)
            CommitsBefore--;
        else
            Next = CommitFault.None;
        switch (fault)
        {
            case CommitFault.Before:
                throw new IOException("before the commit");
            case CommitFault.After:
                await inner.CommitAsync(session, cancel);
                throw new IOException("after the commit");
            case CommitFault.AfterAndGone:
                await inner.CommitAsync(session, cancel);
                Unreachable = true;
                throw new IOException("after the commit, and then gone");
            case CommitFault.LandsLater:
                _late = session.Detach();
                throw new IOException("the connection is gone, the server still at it");
            default:
                await inner.CommitAsync(session, cancel);
                break;
        }
    }
}

internal enum CommitFault
{
    None,
    Before,
    After,
    AfterAndGone,
    LandsLater,
}
