using System.Net.Sockets;
using System.Text;

namespace Levelkeeper.Server.Tests;

/// <summary>Bytes as they are, for what no HTTP client would send.</summary>
internal static class RawConnection
{
    /// <summary>Sends them, and reads until the server hangs up or has answered.</summary>
    public static async Task<string> SendAsync(Uri url, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var (answer, buffer) = (new StringBuilder(), new byte[4096]);
        while (await stream.ReadAsync(buffer) is var read and > 0)
        {
            answer.Append(Encoding.UTF8.GetString(buffer.AsSpan(0, read)));
            // The last chunk of an answer, or one without a body.
            if (answer.ToString() is var text && (text.EndsWith("0\r\n\r\n", StringComparison.Ordinal) || text.Contains("Content-Length: 0\r\n", StringComparison.Ordinal)))
                break;
        }

        return answer.ToString();
    }
}
