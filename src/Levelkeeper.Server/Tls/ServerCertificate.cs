using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Levelkeeper.Server.Tls;

/// <summary>The certificate that the server shows, from PEM files: its own, then those between it and its authority. Files that were replaced are read again at the next connection.</summary>
internal sealed class ServerCertificate
{
    private readonly string _file;
    private readonly string? _keyFile;
    private readonly Lock _gate = new();
    private volatile Loaded _loaded;

    /// <summary>A certificate of files.</summary>
    /// <param name="file">The certificates (PEM).</param>
    /// <param name="keyFile">The private key (PEM); null where it is in the same file.</param>
    /// <exception cref="CryptographicException">They do not fit, or are none.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public ServerCertificate(string file, string? keyFile)
    {
        (_file, _keyFile) = (file, keyFile);
        _loaded = Load();
    }

    /// <summary>What is wrong with files; null where nothing is.</summary>
    public static string? ProblemOf(string file, string? keyFile)
    {
        try
        {
            _ = new ServerCertificate(file, keyFile);
            return null;
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            return exception.Message.ReplaceLineEndings(" ");
        }
    }

    /// <summary>Shows it on every connection of Kestrel. TLS 1.2 and 1.3 only.</summary>
    public void Serve(HttpsConnectionAdapterOptions https)
    {
        https.ServerCertificate = _loaded.Certificate;
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.OnAuthenticate = (_, ssl) => (ssl.ServerCertificateSelectionCallback, ssl.ServerCertificate, ssl.ServerCertificateContext) = (null, null, Current());
    }

    private static bool IsOfFiles(Exception exception) => exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

    private SslStreamCertificateContext Current()
    {
        if (Changed() == _loaded.Changed)
            return _loaded.Context;
        lock (_gate)
        {
            if (Changed() == _loaded.Changed)
                return _loaded.Context;
            try
            {
                // Connections on their way still use the one before: it is left to the collector.
                _loaded = Load();
            }
            catch (Exception exception) when (IsOfFiles(exception))
            {
                // One file is new and the other not yet: the one before goes on, and the next connection looks again.
            }

            return _loaded.Context;
        }
    }

    private (DateTime, DateTime) Changed() => (File.GetLastWriteTimeUtc(_file), _keyFile is null ? default : File.GetLastWriteTimeUtc(_keyFile));

    private Loaded Load()
    {
        var changed = Changed();
        var certificate = X509Certificate2.CreateFromPemFile(_file, _keyFile);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(_file);
        return new Loaded(certificate, SslStreamCertificateContext.Create(certificate, all, offline: true), changed);
    }

    private sealed record Loaded(X509Certificate2 Certificate, SslStreamCertificateContext Context, (DateTime, DateTime) Changed);
}
