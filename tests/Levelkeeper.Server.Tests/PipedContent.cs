using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Levelkeeper.Server.Tests;

/// <summary>A body that is sent piece by piece, as a test gives it.</summary>
internal sealed class PipedContent : HttpContent
{
    private readonly Pipe _pipe = new();

    public PipedContent(string type) => Headers.ContentType = new MediaTypeHeaderValue(type);

    public async Task WriteAsync(string text) => await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));

    public void End() => _pipe.Writer.Complete();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        // Each piece leaves at once.
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync();
            foreach (var piece in read.Buffer)
                await stream.WriteAsync(piece);
            await stream.FlushAsync();
            _pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
