using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Levelkeeper.Connectors.Tests.Channels;

/// <summary>A server that follows a script, for what no honest one does. It listens on the loopback address.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Follows the script with whoever connects, one after the other.</summary>
    public ScriptedServer(Func<Conversation, Task> script)
    {
        _listener.Start();
        _running = Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                try
                {
                    await script(new Conversation(client.GetStream(), Heard, _stop.Token));
                }
                catch (IOException)
                {
                    // The other side hung up, which is what some tests are about.
                }
            }
        });
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections { get; private set; }

    /// <summary>All lines that were heard.</summary>
    public List<string> Heard { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }

        _stop.Dispose();
    }

    /// <summary>A conversation of lines.</summary>
    internal sealed class Conversation(Stream stream, List<string> heard, CancellationToken stop)
    {
        private Stream _stream = stream;

        public async Task SayAsync(string lines) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(lines), stop);

        /// <summary>A line without its end, or null where the other side hung up.</summary>
        public async Task<string?> HearAsync()
        {
            var line = new List<byte>();
            var one = new byte[1];
            while (await _stream.ReadAsync(one, stop) == 1)
            {
                if (one[0] == '\n')
                {
                    var text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                    heard.Add(text);
                    return text;
                }

                line.Add(one[0]);
            }

            return null;
        }

        public async Task<string?> AnswerAsync(string answer)
        {
            var line = await HearAsync();
            await SayAsync(answer);
            return line;
        }

        public async Task HearUntilAsync(string last)
        {
            while (await HearAsync() is { } line && line != last)
            {
            }
        }

        public async Task EncryptAsync(X509Certificate2 certificate)
        {
            var encrypted = new SslStream(_stream);
            try
            {
                await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
            }
            catch (System.Security.Authentication.AuthenticationException fault)
            {
                throw new IOException("The other side did not want it.", fault);
            }

            _stream = encrypted;
        }

        /// <summary>Says no more, until the other side hangs up.</summary>
        public async Task HangAsync()
        {
            while (await HearAsync() is not null)
            {
            }
        }
    }
}
