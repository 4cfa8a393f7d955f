using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using NodaTime;

namespace Levelkeeper.Storage.Log;

/// <summary>Many at once append through one owner: what has come while a commit was on its way goes into the next one together, so that each sync of the disk serves all who wait.</summary>
public sealed class FactLogQueue : IAsyncDisposable
{
    private readonly FactLogWriter _writer;
    private readonly Func<Instant> _now;
    private readonly int _largest;
    private readonly int _roomForFacts;
    private readonly Channel<Waiting> _waiting;
    private readonly Task _loop;
    private int _facts;

    /// <summary>The queue of an owner.</summary>
    /// <param name="writer">The owner; nobody else may append through it. Is disposed of with the queue.</param>
    /// <param name="now">The time that commits are stamped with.</param>
    /// <param name="largest">How many facts go into one commit at most (one caller's go together, even if they are more).</param>
    /// <param name="room">How many callers may wait; the next ones wait to be let in, or are sent away: <see cref="TryAppend"/>.</param>
    /// <param name="roomForFacts">How many facts may wait before callers are sent away; one caller's facts are let in when nothing waits, however many.</param>
    public FactLogQueue(FactLogWriter writer, Func<Instant> now, int largest = 4096, int room = 1024, int roomForFacts = 1 << 17)
    {
        (_writer, _now, _largest, _roomForFacts) = (writer, now, largest, roomForFacts);
        _waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(room) { SingleReader = true });
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>How many facts wait, those of the commit on its way included.</summary>
    public int Facts => Volatile.Read(ref _facts);

    /// <summary>Is told of each commit: how many facts it had, duplicates included, and how long it took; also of one that failed.</summary>
    public Action<int, TimeSpan>? Measured { get; set; }

    /// <summary>Appends facts unless too many wait.</summary>
    /// <param name="entries">At least one.</param>
    /// <param name="appended">Ends when they are durable, as <see cref="AppendAsync"/>.</param>
    /// <returns>False when there is no room, and nothing will be appended.</returns>
    public bool TryAppend(IReadOnlyList<LogEntry> entries, [NotNullWhen(true)] out Task<IReadOnlyList<AppendedEntry>>? appended)
    {
        ArgumentNullException.ThrowIfNull(entries);
        appended = Task.FromResult<IReadOnlyList<AppendedEntry>>([]);
        if (entries.Count == 0)
            return true;
        var waiting = new Waiting(entries, new TaskCompletionSource<IReadOnlyList<AppendedEntry>>(TaskCreationOptions.RunContinuationsAsynchronously));
        var facts = Interlocked.Add(ref _facts, entries.Count);
        if ((facts <= _roomForFacts || facts == entries.Count) && _waiting.Writer.TryWrite(waiting))
        {
            appended = waiting.Done.Task;
            return true;
        }

        Interlocked.Add(ref _facts, -entries.Count);
        appended = null;
        return false;
    }

    /// <summary>Appends facts, once there is room; ends when they are durable.</summary>
    /// <exception cref="LogFencedException">Another owner took the log over.</exception>
    public async Task<IReadOnlyList<AppendedEntry>> AppendAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
            return [];
        var waiting = new Waiting(entries, new TaskCompletionSource<IReadOnlyList<AppendedEntry>>(TaskCreationOptions.RunContinuationsAsynchronously));
        Interlocked.Add(ref _facts, entries.Count);
        try
        {
            await _waiting.Writer.WriteAsync(waiting, cancel);
        }
        catch
        {
            Interlocked.Add(ref _facts, -entries.Count);
            throw;
        }

        // Once it is in the queue it will be appended, whether its caller still waits or not.
        return await waiting.Done.Task;
    }

    /// <summary>Appends what waits, then lets the partition go.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        await _writer.DisposeAsync();
    }

    private async Task LoopAsync()
    {
        var batch = new List<Waiting>();
        var entries = new List<LogEntry>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            entries.Clear();
            while (_waiting.Reader.TryPeek(out var next) && (batch.Count == 0 || entries.Count + next.Entries.Count <= _largest) && _waiting.Reader.TryRead(out next))
            {
                batch.Add(next);
                entries.AddRange(next.Entries);
            }

            var began = Stopwatch.GetTimestamp();
            try
            {
                var appended = await _writer.AppendAsync(entries, _now());
                var start = 0;
                foreach (var waiting in batch)
                {
                    waiting.Done.SetResult(new ArraySegment<AppendedEntry>(appended.Outcomes, start, waiting.Entries.Count));
                    start += waiting.Entries.Count;
                }
            }
            catch (Exception exception)
            {
                // Each caller is told; the queue goes on, because a database that was gone may come back.
                foreach (var waiting in batch)
                    waiting.Done.SetException(exception);
            }
            finally
            {
                Interlocked.Add(ref _facts, -entries.Count);
                Measured?.Invoke(entries.Count, Stopwatch.GetElapsedTime(began));
            }
        }
    }

    private sealed record Waiting(IReadOnlyList<LogEntry> Entries, TaskCompletionSource<IReadOnlyList<AppendedEntry>> Done);
}
