using System.Threading.Channels;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>Lets the loop of a queue go on only when it is its turn: each batch stops before it first touches the database, and where else it is told to.</summary>
internal sealed class Turns
{
    /// <summary>So long a loop may take to its next stop; longer means that it hangs.</summary>
    private static readonly TimeSpan s_hangs = TimeSpan.FromMinutes(2);

    // A moment: the batch has stopped there. Null: a batch is done.
    private readonly Channel<Moment?> _signals = Channel.CreateUnbounded<Moment?>();
    private TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _begun;
    private bool _ended;
    private Moment? _stop;

    /// <summary>Where the batch under way has stopped; null when none is under way.</summary>
    public Moment? Stopped { get; private set; }

    /// <summary>Is called by the database before each moment.</summary>
    public Task HoldAsync(Moment moment)
    {
        if (_ended || (_begun && _stop != moment))
            return Task.CompletedTask;
        (_begun, _stop) = (true, null);
        _go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _signals.Writer.TryWrite(moment);
        return _go.Task;
    }

    /// <summary>Is called by the queue when a batch is done.</summary>
    public void Done()
    {
        (_begun, _stop) = (false, null);
        _signals.Writer.TryWrite(null);
    }

    /// <summary>Waits until a batch that was begun has stopped, or is done.</summary>
    /// <returns>True when it is done.</returns>
    public async Task<bool> StopAsync()
    {
        Stopped = await _signals.Reader.ReadAsync().AsTask().WaitAsync(s_hangs);
        return Stopped is null;
    }

    /// <summary>Lets the batch go on, to a moment or to its end.</summary>
    /// <returns>True when it is done.</returns>
    public async Task<bool> GoOnAsync(Moment? to)
    {
        _stop = to;
        _go.SetResult();
        return await StopAsync();
    }

    /// <summary>Stops nobody any more.</summary>
    public void End()
    {
        _ended = true;
        _go.TrySetResult();
    }
}
