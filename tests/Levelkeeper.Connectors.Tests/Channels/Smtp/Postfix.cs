using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Levelkeeper.Connectors.Tests.Channels.Smtp;

/// <summary>A real mail server of its own for the tests: STARTTLS with a certificate of a self-made authority, one user, one mailbox for a whole domain.</summary>
public sealed class Postfix : IAsyncLifetime
{
    public const string User = "desk";
    public const string Password = "s3cret of the desk";

    private const string Program = "/usr/sbin/postfix";
    private const string SaslProgram = "/usr/sbin/saslpasswd2";

    // The user that mailboxes belong to; Debian's nobody.
    private const string Nobody = "65534";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"levelkeeper-mail-{Guid.NewGuid():N}");
    private readonly SelfMadeAuthority _authority = new();
    private bool _isRunning;

    /// <summary>Why it does not run; empty where it does.</summary>
    public string Missing { get; private set; } = "";

    public int Port { get; private set; }

    public X509Certificate2 Authority => _authority.Certificate;

    private string Inbox => Path.Combine(_folder, "mail", "inbox", "new");

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Program) || !File.Exists(SaslProgram))
            Missing = "Postfix and sasl2-bin are not installed.";
        else if (Environment.UserName != "root")
            Missing = "Postfix can only be started by root.";
        if (Missing.Length > 0)
            return;
        Port = FreePort();
        foreach (var part in new[] { "etc/sasl", "spool", "data", "mail/inbox/new", "mail/inbox/cur", "mail/inbox/tmp" })
            Directory.CreateDirectory(Path.Combine(_folder, part));
        // The server's own users must reach what is theirs.
        await Run("chmod", "755", _folder);
        await Run("chown", "-R", Nobody, Path.Combine(_folder, "mail"));
        await Run("chown", "postfix", Path.Combine(_folder, "data"));
        using (var certificate = _authority.Issue("localhost"))
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, "cert.pem"), certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(Path.Combine(_folder, "key.pem"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "etc", "main.cf"), Main());
        await File.WriteAllTextAsync(Path.Combine(_folder, "etc", "master.cf"), Master());
        await File.WriteAllTextAsync(Path.Combine(_folder, "etc", "sasl", "smtpd.conf"), $"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {_folder}/users\nmech_list: PLAIN LOGIN\n");
        await RunWith(Password, SaslProgram, "-p", "-c", "-f", Path.Combine(_folder, "users"), "-u", "mail.example.test", User);
        await Run("chown", "postfix", Path.Combine(_folder, "users"));
        await Run(Program, "-c", Path.Combine(_folder, "etc"), "start");
        _isRunning = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isRunning)
            await Run(Program, "-c", Path.Combine(_folder, "etc"), "stop");
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        _authority.Dispose();
    }

    /// <summary>Does something that sends one mail, and reads it where the server put it.</summary>
    public async Task<string> Arriving(Func<Task> send)
    {
        var arrived = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(Inbox);
        // A maildir's mail is moved into place when it is whole.
        watcher.Renamed += (_, e) => arrived.TrySetResult(e.FullPath);
        watcher.Created += (_, e) => arrived.TrySetResult(e.FullPath);
        watcher.EnableRaisingEvents = true;
        await send();
        var path = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return await File.ReadAllTextAsync(path, Encoding.UTF8);
    }

    private string Main() => $"""
        compatibility_level = 3.6
        queue_directory = {_folder}/spool
        data_directory = {_folder}/data
        mail_owner = postfix
        setgid_group = postdrop
        daemon_directory = /usr/lib/postfix/sbin
        command_directory = /usr/sbin
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = mail.example.test
        mydestination =
        mynetworks =
        alias_maps =
        local_recipient_maps =
        virtual_mailbox_domains = example.test
        virtual_mailbox_base = {_folder}/mail
        virtual_mailbox_maps = static:inbox/
        virtual_uid_maps = static:{Nobody}
        virtual_gid_maps = static:{Nobody}
        smtpd_tls_cert_file = {_folder}/cert.pem
        smtpd_tls_key_file = {_folder}/key.pem
        smtpd_tls_security_level = encrypt
        smtpd_tls_auth_only = yes
        smtpd_sasl_auth_enable = yes
        cyrus_sasl_config_path = {_folder}/etc/sasl
        smtpd_relay_restrictions = permit_sasl_authenticated, reject
        smtpd_recipient_restrictions = permit_sasl_authenticated, reject
        maillog_file = {_folder}/mail.log
        maillog_file_prefixes = {_folder}
        message_size_limit = 100000
        mailbox_size_limit = 0

        """;

    private string Master() => $"""
        127.0.0.1:{Port} inet n - n - - smtpd
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        proxymap unix - - n - - proxymap
        error unix - - n - - error
        virtual unix - n n - - virtual
        anvil unix - - n - 1 anvil
        postlog unix-dgram n - n - 1 postlogd

        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Task Run(string program, params string[] arguments) => RunWith("", program, arguments);

    private static async Task RunWith(string input, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
