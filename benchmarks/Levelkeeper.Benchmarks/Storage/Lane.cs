using System.Diagnostics;

namespace Levelkeeper.Benchmarks.Storage;

/// <summary>One way to take facts in, measured in windows of 200,000, so that several can take turns while the machine is as busy for each.</summary>
/// <param name="callers">How many send at once; each sends its next batch when the one before is acknowledged.</param>
/// <param name="append">Takes a batch in, and says how many of it were there already. Of the numbers and their texts all else is made within the measured time.</param>
/// <param name="sent">Facts that another lane takes in too, each its own; null for facts of its own.</param>
internal sealed class Lane(int callers, Func<int[], byte[][], Task<int>> append, SentFacts? sent = null)
{
    private const int Million = Windows.Million;

    private readonly SentFacts _sent = sent ?? new SentFacts();

    /// <summary>Wall time.</summary>
    public Windows Windows { get; } = new();

    /// <summary>Processor time of this process, all threads.</summary>
    public Windows Processor { get; } = new();

    /// <summary>Takes in the next 200,000 facts, one in a hundred of them sent before.</summary>
    public async Task NextAsync()
    {
        var repeated = _sent.Repetitions;
        // Texts are made before, so that nobody waits for them.
        var batches = Enumerable.Range(0, Windows.Size / SentFacts.Batch).Select(_ => _sent.Next()).Select(n => (Numbers: n, Texts: Array.ConvertAll(n, SentFacts.Text))).ToArray();
        var (next, found) = (-1, 0);
        var (started, processor) = (Stopwatch.GetTimestamp(), ProcessorTime.Now);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(SendAsync)));
        Windows.Add(Stopwatch.GetElapsedTime(started));
        Processor.Add(ProcessorTime.Now - processor);
        if (found != _sent.Repetitions - repeated)
            throw new InvalidOperationException($"{found} of {_sent.Repetitions - repeated} facts that were sent again were found.");

        async Task SendAsync()
        {
            for (var i = Interlocked.Increment(ref next); i < batches.Length; i = Interlocked.Increment(ref next))
                Interlocked.Add(ref found, await append(batches[i].Numbers, batches[i].Texts));
        }
    }

    /// <summary>Takes turns for so many millions each.</summary>
    public static async Task RunAsync(int millions, params Lane[] lanes)
    {
        for (var done = 0; done < millions * Million; done += Windows.Size)
        {
            foreach (var lane in lanes)
                await lane.NextAsync();
        }
    }
}
