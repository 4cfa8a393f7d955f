using Levelkeeper.Server.Problems;

namespace Levelkeeper.Server.Requests;

/// <summary>Work that may take long: two at a time, within the time of a request, and no longer than somebody waits for it.</summary>
internal sealed class BoundedWork(ServerSettings settings, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _places = new(2);

    /// <summary>Does it.</summary>
    /// <exception cref="ProblemException">It took too long: LK6160.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, T> work, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(settings.RequestTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            await _places.WaitAsync(either.Token);
            try
            {
                return await Task.Run(() => work(either.Token), CancellationToken.None);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new ProblemException(ProblemKind.TooMuchWork, $"It was given up after {settings.RequestTime.TotalSeconds:0} seconds.");
        }
    }

    public void Dispose() => _places.Dispose();
}
