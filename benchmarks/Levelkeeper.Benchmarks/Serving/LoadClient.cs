using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Levelkeeper.Benchmarks.Serving;

/// <summary>Sends requests over many connections, each one after the other, and as little of its own work as can be: client and server share the machine.</summary>
internal static class LoadClient
{
    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();

    /// <summary>Sends requests; each must be answered with 202.</summary>
    /// <param name="url">The server.</param>
    /// <param name="connections">So many at once.</param>
    /// <param name="requests">Whole requests, headers and all.</param>
    /// <returns>How long all took, and each.</returns>
    public static async Task<(TimeSpan All, TimeSpan[] Each)> SendAsync(Uri url, int connections, byte[][] requests)
    {
        var (next, each) = (-1, new TimeSpan[requests.Length]);
        var clients = new List<TcpClient>();
        for (var i = 0; i < connections; i++)
        {
            var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(url.Host, url.Port);
            clients.Add(client);
        }

        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            var (stream, buffer) = (client.GetStream(), new byte[4096]);
            for (var i = Interlocked.Increment(ref next); i < requests.Length; i = Interlocked.Increment(ref next))
            {
                var sent = Stopwatch.GetTimestamp();
                await stream.WriteAsync(requests[i]);
                var length = 0;
                do
                {
                    var read = await stream.ReadAsync(buffer.AsMemory(length));
                    length = read > 0 ? length + read : throw new InvalidOperationException($"The server hung up: {Encoding.UTF8.GetString(buffer, 0, length)}");
                }
                while (!buffer.AsSpan(0, length).EndsWith(LastChunk));
                if (!buffer.AsSpan(0, length).StartsWith("HTTP/1.1 202 "u8))
                    throw new InvalidOperationException(Encoding.UTF8.GetString(buffer, 0, length));
                each[i] = Stopwatch.GetElapsedTime(sent);
            }
        })));
        var all = Stopwatch.GetElapsedTime(began);
        clients.ForEach(static c => c.Dispose());
        return (all, each);
    }

    /// <summary>A request to append events.</summary>
    public static byte[] Request(string type, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return [.. Encoding.ASCII.GetBytes($"POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\nContent-Length: {bytes.Length}\r\n\r\n"), .. bytes];
    }
}
