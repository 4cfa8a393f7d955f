using System.Data.Common;
using Levelkeeper.Storage.Sql;
using Levelkeeper.Storage.Tests.Log;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>Where in its work with the database a process can be stopped.</summary>
internal enum Moment
{
    /// <summary>Before it reads.</summary>
    Reading,

    /// <summary>Before it begins to write.</summary>
    Beginning,

    /// <summary>After the commit, before it has the answer.</summary>
    Committed,
}

/// <summary>The database as a process of the simulation sees it: it can fail, lie, and keep one waiting.</summary>
internal sealed class SimulatedDatabase(Database inner, Disk disk, Counts faults, Mutation mutation) : FaultyDatabase(inner)
{
    private static readonly Dictionary<CommitFault, string> s_names = new()
    {
        [CommitFault.Before] = "error before the commit",
        [CommitFault.After] = "error after the commit",
        [CommitFault.AfterAndGone] = "error after the commit, and the database gone",
        [CommitFault.LandsLater] = "commit that lands or is rolled back after it was given up",
    };

    private int _commits;
    private DiskImage? _earlier;

    /// <summary>The process was killed: nothing reaches the database any more.</summary>
    public bool IsDead { get; set; }

    /// <summary>Is asked before each moment; the process goes on when its task ends.</summary>
    public Func<Moment, Task>? Hold { get; set; }

    /// <summary>Whether a commit that is given up takes effect later.</summary>
    public bool LandsLate { get; set; }

    /// <summary>The power fails within the next commit; from this comes what of it arrives.</summary>
    public Random? PowerFails { get; set; }

    /// <summary>What was on the disk when the power had failed.</summary>
    public DiskImage? Left { get; private set; }

    internal override async Task<DbConnection> ConnectAsync(CancellationToken cancel)
    {
        await HeldAsync(Moment.Reading);
        return await base.ConnectAsync(cancel);
    }

    internal override async Task<Session> BeginAsync(CancellationToken cancel)
    {
        await HeldAsync(Moment.Beginning);
        await disk.EndLateAsync();
        return await base.BeginAsync(cancel);
    }

    internal override async Task CommitAsync(Session session, CancellationToken cancel)
    {
        _commits++;
        if (mutation == Mutation.LyingDatabase && _commits % 4 == 3)
        {
            await session.Transaction!.RollbackAsync(cancel);
            return;
        }

        var (fault, before) = (Next, PowerFails is not null || mutation == Mutation.LyingDisk ? disk.Image() : null);
        try
        {
            await base.CommitAsync(session, cancel);
        }
        catch (IOException) when (fault != CommitFault.None)
        {
            faults.Add(s_names[fault]);
            if (fault == CommitFault.LandsLater)
                disk.Leave(this, LandsLate);
            // Before the commit the transaction is open, and whoever is stopped then keeps all others out: that is a database that is gone, not a fault.
            if (fault != CommitFault.Before)
                await HeldAsync(Moment.Committed);
            throw;
        }

        if (PowerFails is { } random)
        {
            (PowerFails, IsDead) = (null, true);
            Left = (mutation == Mutation.LyingDisk ? _earlier ?? before : before)!.TornInCommit(disk.Image(), random);
            throw new IOException("the power failed");
        }

        _earlier = before;
        await HeldAsync(Moment.Committed);
    }

    private async Task HeldAsync(Moment moment)
    {
        if (Hold is { } hold)
            await hold(moment);
        if (IsDead)
            throw new IOException("the process was killed");
    }
}
