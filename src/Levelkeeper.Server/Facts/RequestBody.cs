using System.Buffers;
using Levelkeeper.Server.Problems;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Facts;

/// <summary>The body of a request, read as a whole into memory that is given back.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 4 * 1024;

    private byte[] _bytes;

    private RequestBody(int capacity) => _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Text => _bytes.AsSpan(0, Length);

    public Stream AsStream() => new MemoryStream(_bytes, 0, Length, writable: false, publiclyVisible: true);

    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The longest body that is read, in bytes.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ProblemException">It is longer.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, int limit, CancellationToken cancel)
    {
        if (request.ContentLength > limit)
            throw TooLarge(limit);
        // The length is believed only so far: memory is taken for what comes, not for what is announced.
        var body = new RequestBody((int)Math.Min(request.ContentLength + 1 ?? FirstBytes, 64 * 1024));
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(body._bytes.AsMemory(body.Length), cancel);
                if (read == 0)
                    return body;
                body.Length += read;
                if (body.Length > limit)
                    throw TooLarge(limit);
                if (body.Length == body._bytes.Length)
                    body.Grow();
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _bytes, []));

    private static ProblemException TooLarge(int limit) => new(ProblemKind.TooLarge, $"The body is longer than {limit:N0} bytes.");

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
        Text.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
