using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Server.Settings;
using Levelkeeper.Server.Tests.Serving;
using Levelkeeper.Server.Tests.SignIn;
using Levelkeeper.Server.Tls;

namespace Levelkeeper.Server.Tests.Tls;

/// <summary>The server over TLS, with certificates from files; and who may come without.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-tls-").FullName;
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _middle;

    public TlsTests()
    {
        var now = TimeProvider.System.GetUtcNow();
        _root = Authority("CN=test root", _rootKey).CreateSelfSigned(now.AddDays(-1), now.AddDays(10));
        _middle = Authority("CN=test authority", _middleKey).Create(_root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), now.AddDays(-1), now.AddDays(9), RandomNumberGenerator.GetBytes(8));
    }

    private string Certificate => Path.Combine(_folder, "certificate.pem");

    private string Key => Path.Combine(_folder, "key.pem");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _rootKey.Dispose();
        _middleKey.Dispose();
    }

    [Fact]
    public async Task The_server_shows_its_certificate_and_those_up_to_its_authority()
    {
        Write("localhost");
        await using var server = await StartAsync();
        using var client = Client(server);
        // Only the root is trusted: the one between comes from the server.
        using var answer = await client.GetAsync("/healthz");
        ((int)answer.StatusCode).ShouldBe(200);
        answer.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000; includeSubDomains"]);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task TLS_of_today_is_spoken(SslProtocols protocol)
    {
        Write("localhost");
        await using var server = await StartAsync();
        (await HandshakeAsync(server, protocol)).ShouldBe(protocol);
    }

    [Fact]
    public async Task Old_TLS_is_not_spoken()
    {
        Write("localhost");
        await using var server = await StartAsync();
#pragma warning disable CA5397, SYSLIB0039 // That it is refused is what is tested.
        await Should.ThrowAsync<Exception>(() => HandshakeAsync(server, SslProtocols.Tls11));
#pragma warning restore CA5397, SYSLIB0039
    }

    [Fact]
    public async Task A_new_certificate_is_taken_without_a_restart_and_a_broken_one_is_not()
    {
        Write("localhost");
        await using var server = await StartAsync();
        var first = await ShownAsync(server);
        Write("localhost", later: 1);
        var second = await ShownAsync(server);
        second.ShouldNotBe(first);
        // Half of a renewal: a key that is not this certificate's.
        using (var other = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            await File.WriteAllTextAsync(Key, other.ExportPkcs8PrivateKeyPem());
        File.SetLastWriteTimeUtc(Key, File.GetLastWriteTimeUtc(Key).AddSeconds(5));
        (await ShownAsync(server)).ShouldBe(second);
    }

    [Fact]
    public async Task Over_TLS_the_cookies_leave_the_browser_over_TLS_only_and_no_neighbour_can_set_them()
    {
        Write("localhost");
        await using var server = await StartAsync(static store => Browser.AccountAsync(store, "maria"));
        using var handler = Handler();
        using var browser = new Browser(new Uri($"https://localhost:{new Uri(server.Server.Urls.Single()).Port}"), handler);
        var answer = await browser.SignInAsync("maria");
        answer.Status.ShouldBe(303);
        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        cookies.Select(static c => c.Split('=')[0]).Order(StringComparer.Ordinal).ShouldBe(["__Host-levelkeeper", "__Host-levelkeeper-form", "__Host-levelkeeper-known"]);
        cookies.ShouldAllBe(static c => c.Contains("; path=/; secure; samesite=lax; httponly", StringComparison.Ordinal) && !c.Contains("domain", StringComparison.OrdinalIgnoreCase));
        (await browser.GetAsync("/api/v1/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Files_that_are_no_certificate_are_told_at_the_start()
    {
        await File.WriteAllTextAsync(Certificate, "no certificate");
        var (code, _, errors) = await ServerProcess.RunAsync(new Dictionary<string, string> { ["LEVELKEEPER_CERTIFICATE"] = Certificate }, "serve", "--urls", "https://0.0.0.0:0", "--data", Path.Combine(_folder, "data"));
        code.ShouldBe(2);
        errors.ShouldContain("error LK6011");
        errors.ShouldContain("'certificate': ");
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "", true)]
    [InlineData("http://[::]:0", "", true)]
    [InlineData("http://*:0", "", true)]
    [InlineData("http://localhost:0 http://10.0.0.1:0", "", true)]
    [InlineData("http://0.0.0.0:0", "10.0.0.7", false)]
    [InlineData("http://127.0.0.1:0", "", false)]
    [InlineData("http://[::1]:0", "", false)]
    public void Plain_HTTP_is_for_this_machine_and_for_named_proxies(string urls, string proxies, bool isProblem)
    {
        var diagnostics = new DiagnosticBag();
        var read = SettingsReader.Read(null, "", name => name switch { "LEVELKEEPER_URLS" => urls, "LEVELKEEPER_PROXIES" => proxies, _ => null }, diagnostics)!;
        var settings = read.Changes(new ServerSettings { Database = new Storage.Sql.SqliteDatabase(_folder), CacheFolder = "" });
        settings.Problems().Any(static p => p.Contains("is plain HTTP where other machines can reach it", StringComparison.Ordinal)).ShouldBe(isProblem);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("10.1.0.7", true)]
    [InlineData("::ffff:10.1.0.7", true)]
    [InlineData("10.2.0.0", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData(null, true)]
    public void Who_comes_by_plain_HTTP_is_judged_by_the_connection(string? address, bool may) =>
        Proxies.MayComePlainly(address is null ? null : IPAddress.Parse(address), new ServerSettings { Database = new Storage.Sql.SqliteDatabase(_folder), CacheFolder = "", Proxies = [IPNetwork.Parse("10.1.0.0/16")] }).ShouldBe(may);

    [Theory]
    [InlineData("127.0.0.0/8", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.0/8", "198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.0/8", "198.51.100.1, 127.0.0.2", "127.0.0.2")]
    [InlineData("10.0.0.0/8", "203.0.113.9", "127.0.0.1")]
    [InlineData(null, "203.0.113.9", "127.0.0.1")]
    public async Task Where_a_request_comes_from_a_named_proxy_says_and_nobody_else(string? proxies, string forwarded, string address)
    {
        await using var server = await PasswordSignInTests.StartAsync(s => s with { Proxies = proxies is null ? [] : [IPNetwork.Parse(proxies)] });
        using var browser = new Browser(server);
        await browser.GetAsync("/sign-in", ("X-Forwarded-For", forwarded), ("X-Forwarded-Proto", "https"));
        var isBelieved = address != "127.0.0.1";
        browser.Cookies.Keys.ShouldBe([isBelieved ? "__Host-levelkeeper-form" : "levelkeeper-form"]);
        var token = System.Text.RegularExpressions.Regex.Match(browser.Page, "name=\"request-token\" value=\"([^\"]*)\"").Groups[1].Value;
        await browser.PostFormAsync("/sign-in", [("name", "maria"), ("password", "x"), ("request-token", token)], ("X-Forwarded-For", forwarded), ("X-Forwarded-Proto", "https"));
        (await PasswordSignInTests.AuditAsync(server)).ShouldBe([$"anonymous failed to sign in account/maria: from {address}"]);
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private Task<RunningServer> StartAsync(Func<Storage.Store, Task>? prepare = null) => RunningServer.StartAsync(change: s => s with { Urls = ["https://127.0.0.1:0"], Certificate = Certificate, CertificateKey = Key }, prepare: prepare);

    private SocketsHttpHandler Handler() => new() { UseCookies = false, AllowAutoRedirect = false, SslOptions = Options(SslProtocols.None) };

    private HttpClient Client(RunningServer server) => new(Handler()) { BaseAddress = new Uri($"https://localhost:{new Uri(server.Server.Urls.Single()).Port}") };

    private SslClientAuthenticationOptions Options(SslProtocols protocol)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(_root);
        return new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocol, CertificateChainPolicy = policy };
    }

    private async Task<SslProtocols> HandshakeAsync(RunningServer server, SslProtocols protocol)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(server.Server.Urls.Single()).Port);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(Options(protocol));
        return tls.SslProtocol;
    }

    private async Task<string> ShownAsync(RunningServer server)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(server.Server.Urls.Single()).Port);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(Options(SslProtocols.None));
        return tls.RemoteCertificate!.GetSerialNumberString();
    }

    /// <summary>Writes a certificate, the authority's between it and the root, and its key.</summary>
    private void Write(string name, int later = 0)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.Create(_middle.SubjectName, X509SignatureGenerator.CreateForECDsa(_middleKey), now.AddDays(-1), now.AddDays(5), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Certificate, made.ExportCertificatePem() + "\n" + _middle.ExportCertificatePem() + "\n");
        // The files' time need not be finer than a second.
        foreach (var file in (string[])[Key, Certificate])
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(later));
    }
}
