using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Levelkeeper.Connectors.Channels.Smtp;

/// <summary>A conversation with a mail server: commands out, replies in, each within its time and its bounds. Encrypted from some point on.</summary>
internal sealed class SmtpConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[SmtpReply.LongestLine];
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Whether nobody on the way can read along.</summary>
    public bool IsEncrypted { get; private set; }

    public static async Task<SmtpConnection> OpenAsync(string host, int port, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellation);
            return new SmtpConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Encrypts all that follows. The certificate must be for the host and come from an authority that is trusted.</summary>
    /// <exception cref="InvalidDataException">Something was said before the encryption that would be taken for said within it.</exception>
    public async Task EncryptAsync(SmtpSettings settings, CancellationToken cancellation)
    {
        // Whoever sits between can add replies behind the one to STARTTLS (the fault of CVE-2011-0411, from the other side).
        if (_start < _end)
            throw new InvalidDataException("the server said something between STARTTLS and the encryption");
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (!settings.Authorities.IsEmpty)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(settings.Authorities.ToArray());
        }

        var encrypted = new SslStream(_stream);
        _stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = settings.Host, CertificateChainPolicy = policy }, cancellation);
        IsEncrypted = true;
    }

    /// <summary>Sends a command and reads its reply.</summary>
    public async Task<SmtpReply> AskAsync(string command, CancellationToken cancellation)
    {
        if (command.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new InvalidOperationException("A command of several lines would be several commands.");
        await WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellation);
        return await ReadReplyAsync(cancellation);
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await _stream.WriteAsync(bytes, cancellation);
        await _stream.FlushAsync(cancellation);
    }

    /// <summary>Reads a reply of one or several lines.</summary>
    /// <exception cref="InvalidDataException">It is none, or too long.</exception>
    /// <exception cref="EndOfStreamException">The server hung up.</exception>
    public async Task<SmtpReply> ReadReplyAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        var code = 0;
        while (true)
        {
            var length = await FillLineAsync(cancellation);
            var line = _buffer.AsSpan(_start, length);
            _start += length;
            if (SmtpReply.Add(line.TrimEnd("\r\n"u8), ref code, lines))
                return new SmtpReply(code, lines);
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Reads until a line feed is there; the length of the line with it.</summary>
    private async Task<int> FillLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (_buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n') is >= 0 and var at)
                return at + 1;
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            if (_end == _buffer.Length)
                throw new InvalidDataException("a line of the server has no end");
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
                throw new EndOfStreamException("the server hung up");
            _end += read;
        }
    }
}
