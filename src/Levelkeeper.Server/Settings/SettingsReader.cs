using System.Collections.Immutable;
using System.Net;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Connectors.Channels.Chat;
using Levelkeeper.Connectors.Channels.Smtp;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Server.Settings;

/// <summary>Reads the settings of a server from a file (YAML or JSON) and from the environment.</summary>
public static class SettingsReader
{
    /// <summary>All that can be set.</summary>
    public static ImmutableArray<Setting> All { get; } =
    [
        Setting.Text("data", "data", "The folder of the store (SQLite), and of caches also where the store is PostgreSQL.", static (s, text) => s with { Data = text }),
        Setting.Text("store", "none", "A PostgreSQL store instead: its connection string. A secret.", static (s, text) => s with { Store = text }),
        new Setting("store-file", "none", "A file with that connection string, as secrets are mounted into containers.") { Apply = static (s, text) => ReadSecret(text) is (var secret, null) ? (s with { Store = secret }, null) : (null, "This file cannot be read.") },
        new Setting("urls", "http://127.0.0.1:8400", "The addresses that it listens at, with blanks between them.") { Apply = Urls },
        new Setting("proxies", "none", "The reverse proxies before it, as 10.1.0.5 or 10.1.0.0/16, with blanks between them. What they say of a request (X-Forwarded-For, X-Forwarded-Proto) is believed; only they and this machine may come by plain HTTP.")
        {
            Apply = static (s, text) => Networks(text) is { } networks ? (s.Change(t => t with { Proxies = networks }), null) : (null, $"{Diagnostic.Quote(text)} is no list of addresses and networks, such as 10.1.0.5 10.2.0.0/16."),
        },
        Setting.Text("certificate", "none", "A certificate (PEM), with those between it and its authority, for addresses that begin with https. A new one is taken without a restart.", static (s, text) => s.Change(t => t with { Certificate = text })),
        Setting.Text("certificate-key", "none", "Its private key (PEM).", static (s, text) => s.Change(t => t with { CertificateKey = text })),
        Setting.Whole("request-bytes", 8 << 20, 1024, 1 << 30, "The longest body of a request in bytes, streams of lines apart; so much memory may be taken for each request on its way.", static (s, n) => s with { RequestBytes = (int)n }),
        Setting.Whole("request-seconds", 30, 1, 3600, "How long a request may take, in seconds, streams of lines apart.", static (s, n) => s with { RequestTime = TimeSpan.FromSeconds(n) }),
        Setting.Whole("bodies-bytes", 256 << 20, 1 << 20, 1L << 40, "How many bytes of bodies may be on their way at a time, of all requests together; bodies of up to 16 KiB and streams of lines are not counted.", static (s, n) => s with { BodiesBytes = n }),
        Setting.Whole("stream-bytes", 4L << 30, 1024, 1L << 50, "The longest stream of lines in bytes.", static (s, n) => s with { StreamBytes = n }),
        Setting.Whole("stream-seconds", 3600, 1, 7 * 86400, "How long a stream of lines may take, in seconds.", static (s, n) => s with { StreamTime = TimeSpan.FromSeconds(n) }),
        Setting.Whole("event-bytes", 1 << 20, 1024, 1 << 28, "The longest event in bytes.", static (s, n) => s with { Events = s.Events with { EventBytes = (int)n } }),
        Setting.Whole("event-depth", 64, 1, 256, "How deep objects and arrays of an event may be nested.", static (s, n) => s with { Events = s.Events with { Depth = (int)n } }),
        Setting.Whole("queued-facts", 1 << 17, 1, 1 << 24, "How many facts may wait for their commit before senders are told to come again.", static (s, n) => s with { QueuedFacts = (int)n }),
        Setting.Whole("connections", 2_000, 1, 100_000, "How many connections may be open at a time.", static (s, n) => s with { Connections = (int)n }),
        Setting.Whole("requests-per-second", 1_000, 1, 1_000_000, "How many requests a second a token, or a person who has signed in, may make, on average; ten seconds' worth at once.", static (s, n) => s with { RequestsPerSecond = (int)n }),
        Setting.Whole("strangers-per-minute", 60, 1, 1_000_000, "How many requests without a good token, or to sign in, an address may make in a minute.", static (s, n) => s with { StrangersPerMinute = (int)n }),
        Setting.Whole("session-idle-minutes", 30, 1, 7 * 1440, "After how many minutes in which nothing came by it a session is over.", static (s, n) => s with { SessionIdle = TimeSpan.FromMinutes(n) }),
        Setting.Whole("session-hours", 12, 1, 720, "For how many hours a session lasts at most.", static (s, n) => s with { SessionTime = TimeSpan.FromHours(n) }),
        new Setting("oidc-authority", "none", "An identity provider (OpenID Connect) by which people may sign in: its address, which is the issuer of its tokens.")
        {
            Apply = static (s, text) => Uri.TryCreate(text, UriKind.Absolute, out var authority) && authority.Scheme is "http" or "https" ? (s.Provider(p => p with { Authority = authority }), null) : (null, $"{Diagnostic.Quote(text)} is no address that begins with https."),
        },
        Setting.Text("oidc-client", "none", "What this installation is called there.", static (s, text) => s.Provider(p => p with { Client = text })),
        Setting.Text("oidc-secret", "none", "The installation's secret there. A secret.", static (s, text) => s.Provider(p => p with { Secret = new Secret(text) })),
        FileSetting("oidc-secret-file", "A file with that secret.", static (s, secret) => s.Provider(p => p with { Secret = new Secret(secret) })),
        Setting.Text("oidc-claim", "sub", "Which claim says who somebody is there; of 'email' only one that the provider has verified.", static (s, text) => s.Provider(p => p with { Claim = text })),
        Setting.Text("oidc-scopes", "openid", "What is asked of it, with blanks between; 'openid email' for the claim 'email'.", static (s, text) => s.Provider(p => p with { Scopes = text })),
        Setting.Text("oidc-title", "none", "What people call it; its host when nobody says.", static (s, text) => s.Provider(p => p with { Title = text })),
        new Setting("oidc-networks", "none", "Networks in which it may be though they are not public, as 10.1.0.0/16, with blanks between them; http is allowed then.")
        {
            Apply = static (s, text) => Networks(text) is { } networks ? (s.Provider(p => p with { Networks = networks }), null) : (null, $"{Diagnostic.Quote(text)} is no list of networks, such as 10.1.0.0/16."),
        },
        Setting.Text("mail-host", "none", "The mail server by which people are told; none for no mail.", static (s, text) => s.Channels(c => c with { MailHost = text })),
        Setting.Whole("mail-port", 587, 1, 65535, "Its port.", static (s, n) => s with { Channels = s.Channels with { MailPort = (int)n } }),
        new Setting("mail-security", "starttls", "How the conversation with it is encrypted: starttls, tls or none.")
        {
            Apply = static (s, text) => text switch
            {
                "starttls" => (s.Channels(c => c with { MailSecurity = SmtpSecurity.StartTls }), null),
                "tls" => (s.Channels(c => c with { MailSecurity = SmtpSecurity.Tls }), null),
                "none" => (s.Channels(c => c with { MailSecurity = SmtpSecurity.None }), null),
                _ => (null, $"{Diagnostic.Quote(text)} is not starttls, tls or none."),
            },
        },
        new Setting("mail-from", "none", "The address that mail comes from.") { Apply = static (s, text) => Mailbox.TryRead(text, "Levelkeeper", out var from) ? (s.Channels(c => c with { MailFrom = from }), null) : (null, $"{Diagnostic.Quote(text)} is no e-mail address.") },
        Setting.Text("mail-user", "none", "The user at the mail server.", static (s, text) => s.Channels(c => c with { MailUser = text })),
        Setting.Text("mail-password", "none", "The user's password. A secret.", static (s, text) => s.Channels(c => c with { MailPassword = new Secret(text) })),
        FileSetting("mail-password-file", "A file with that password.", static (s, secret) => s.Channels(c => c with { MailPassword = new Secret(secret) })),
        InDoubt("mail-in-doubt", "send-again", "Mail of which nobody knows whether it went out", static (c, again) => c with { MailAgainInDoubt = again }),
        Setting.Text("webhook-to", "nowhere", "Where notifications are posted as signed CloudEvents. A secret, as many addresses hold a key.", static (s, text) => s.Channels(c => c with { WebhookTo = new Secret(text) })),
        FileSetting("webhook-to-file", "A file with that address.", static (s, secret) => s.Channels(c => c with { WebhookTo = new Secret(secret) })),
        Setting.Text("webhook-secrets", "none", "What they are signed with: whsec_ and base64; several with blanks between them while one is changed. Secrets.", static (s, text) => s.Channels(c => c with { WebhookSecrets = Secrets(text) })),
        FileSetting("webhook-secrets-file", "A file with those.", static (s, secret) => s.Channels(c => c with { WebhookSecrets = Secrets(secret) })),
        InDoubt("webhook-in-doubt", "send-again", "A webhook of which nobody knows whether it was received", static (c, again) => c with { WebhookAgainInDoubt = again }),
        Setting.Text("chat-to", "nowhere", "The incoming webhook of a chat's room. A secret.", static (s, text) => s.Channels(c => c with { ChatTo = new Secret(text) })),
        FileSetting("chat-to-file", "A file with that address.", static (s, secret) => s.Channels(c => c with { ChatTo = new Secret(secret) })),
        new Setting("chat-kind", "slack", "What kind of chat: slack (Mattermost and others too) or teams.")
        {
            Apply = static (s, text) => text is "slack" or "teams" ? (s.Channels(c => c with { ChatKind = text == "teams" ? ChatKind.Teams : ChatKind.Slack }), null) : (null, $"{Diagnostic.Quote(text)} is not slack or teams."),
        },
        InDoubt("chat-in-doubt", "ask", "A chat message of which nobody knows whether it went out (sent again it may stand there twice)", static (c, again) => c with { ChatAgainInDoubt = again }),
        Setting.Text("texts", "none", "A folder of texts of one's own in which people are told, a folder in it for each language; they are read and checked at the start.", static (s, text) => s.Channels(c => c with { TextsFolder = text })),
        new Setting("outgoing-networks", "none", "Networks to which webhooks and chats may go though they are not public, as 10.1.0.0/16, with blanks between them; http is allowed then.")
        {
            Apply = static (s, text) => Networks(text) is { } networks ? (s.Channels(c => c with { OutgoingNetworks = networks }), null) : (null, $"{Diagnostic.Quote(text)} is no list of networks, such as 10.1.0.0/16."),
        },
        new Setting("traces-to", "nowhere", "Where OpenTelemetry traces are sent (OTLP over HTTP), as http://collector:4318.")
        {
            Apply = static (s, text) => Uri.TryCreate(text, UriKind.Absolute, out var to) && to.Scheme is "http" or "https" ? (s.Change(t => t with { TracesTo = to }), null) : (null, $"{Diagnostic.Quote(text)} is no address that begins with http."),
        },
    ];

    /// <summary>Reads the settings. Every mistake is reported; null when there is one.</summary>
    /// <param name="text">The file; null for none.</param>
    /// <param name="file">The name that diagnostics carry.</param>
    /// <param name="variable">A variable of the environment; null when it is not set.</param>
    /// <param name="diagnostics">What is wrong goes here: LK6010, LK6011, and what is wrong with the YAML.</param>
    public static ReadSettings? Read(string? text, string file, Func<string, string?> variable, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var (settings, errors) = (new ReadSettings(static s => s), diagnostics.Errors);
        foreach (var (key, place, value) in text is null ? [] : Entries(text, file, diagnostics))
        {
            if (All.FirstOrDefault(s => s.Key == key) is not { } setting)
                diagnostics.Error("LK6010", place, $"There is no setting {Diagnostic.Quote(key)}.", Suggestion.Closest(key, All.Select(static s => s.Key)) is { } meant ? $"did you mean '{meant}'?" : "docs/operations.md lists them");
            else
                settings = Apply(setting, settings, value, place, diagnostics);
        }

        foreach (var setting in All)
        {
            if (variable(setting.Variable) is { Length: > 0 } value)
                settings = Apply(setting, settings, value, new Place(setting.Variable), diagnostics);
        }

        return diagnostics.Errors > errors ? null : settings;
    }

    private static Setting InDoubt(string key, string usual, string about, Func<Notifications.ChannelSettings, bool, Notifications.ChannelSettings> apply) => new(key, usual, $"{about}: send-again, or ask somebody first.")
    {
        Apply = (settings, text) => text is "send-again" or "ask" ? (settings.Channels(c => apply(c, text == "send-again")), null) : (null, $"{Diagnostic.Quote(text)} is not send-again or ask."),
    };

    private static Setting FileSetting(string key, string about, Func<ReadSettings, string, ReadSettings> apply) => new(key, "none", about)
    {
        Apply = (settings, text) => ReadSecret(text) is ({ } secret, null) ? (apply(settings, secret), null) : (null, "This file cannot be read."),
    };

    private static ImmutableArray<Secret> Secrets(string text) => [.. text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static s => new Secret(s))];

    private static ImmutableArray<IPNetwork>? Networks(string text)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var part in text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPAddress.TryParse(part, out var one))
                networks.Add(new IPNetwork(one, one.GetAddressBytes().Length * 8));
            else if (IPNetwork.TryParse(part, out var network))
                networks.Add(network);
            else
                return null;
        }

        return networks.ToImmutable();
    }

    private static IEnumerable<(string Key, Place Place, string Value)> Entries(string text, string file, DiagnosticBag diagnostics)
    {
        var node = YamlReader.Read(text, file, diagnostics);
        if (node is null)
            yield break;
        if (node is not YamlNode.Mapping mapping)
        {
            diagnostics.Error("LK6011", node.Place, $"The settings are keys with values, not {node.Kind}.");
            yield break;
        }

        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is YamlNode.Scalar scalar)
                yield return (entry.Key, entry.Place, scalar.Text);
            else if (entry.Value is YamlNode.Sequence { Items: var items } && items.All(static i => i is YamlNode.Scalar))
                yield return (entry.Key, entry.Place, string.Join(' ', items.OfType<YamlNode.Scalar>().Select(static i => i.Text)));
            else
                diagnostics.Error("LK6011", entry.Value.Place, $"'{entry.Key}' has one value, not {entry.Value.Kind}.");
        }
    }

    private static ReadSettings Apply(Setting setting, ReadSettings settings, string value, Place place, DiagnosticBag diagnostics)
    {
        var (changed, wrong) = setting.Apply(settings, value);
        if (wrong is not null)
            diagnostics.Error("LK6011", place, $"'{setting.Key}': {wrong}");
        return changed ?? settings;
    }

    private static (ReadSettings? Settings, string? Wrong) Urls(ReadSettings settings, string text)
    {
        var urls = text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var url in urls)
        {
            // '*' and '+' stand for all addresses.
            if (!Uri.TryCreate(url.Replace("//*", "//any", StringComparison.Ordinal).Replace("//+", "//any", StringComparison.Ordinal), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.AbsolutePath != "/" && !url.Contains("://unix:", StringComparison.Ordinal))
                return (null, $"{Diagnostic.Quote(url)} is no address to listen at, such as http://127.0.0.1:8400.");
        }

        return urls.Length == 0 ? (null, "No address is named.") : (settings.Change(s => s with { Urls = urls }), null);
    }

    private static (string? Secret, string? Wrong) ReadSecret(string file)
    {
        try
        {
            return (File.ReadAllText(file).Trim(), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, exception.Message);
        }
    }
}
