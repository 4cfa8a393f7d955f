using Levelkeeper.Server.Problems;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Requests;

/// <summary>Bounds the memory that the bodies of all requests on their way take together, which a bound for each times the number of connections would not.</summary>
/// <remarks>Counted are the bytes that have come, until their request is answered. Streams of lines are never held as a whole, and short bodies are bounded by the number of connections: neither is counted.</remarks>
internal sealed class BodyBudget(RequestDelegate next, ServerSettings settings)
{
    private const int NotCounted = 16 * 1024;

    private long _taken;

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength <= NotCounted || request.ContentType?.StartsWith("application/x-ndjson", StringComparison.OrdinalIgnoreCase) == true || HttpMethods.IsGet(request.Method))
        {
            await next(context);
            return;
        }

        var body = new CountedBody(request.Body, this);
        request.Body = body;
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Add(ref _taken, -body.Taken);
            request.Body = body.Inner;
        }
    }

    private void Take(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= settings.BodiesBytes)
            return;
        Interlocked.Add(ref _taken, -bytes);
        throw new ProblemException(ProblemKind.BodiesFull, $"Bodies of {settings.BodiesBytes:N0} bytes are on their way.");
    }

    /// <summary>A body that is counted as it is read.</summary>
    private sealed class CountedBody(Stream inner, BodyBudget budget) : Stream
    {
        public Stream Inner => inner;

        public long Taken { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await inner.ReadAsync(buffer, cancellationToken));

        public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Count(await inner.ReadAsync(buffer.AsMemory(offset, count), cancellationToken));

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read without blocking.");

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Count(int read)
        {
            budget.Take(read);
            Taken += read;
            return read;
        }
    }
}
