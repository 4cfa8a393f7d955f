using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using NodaTime;

namespace Levelkeeper.Connectors.Channels.Smtp;

/// <summary>How mail is handed to a server (RFC 6409).</summary>
public sealed record SmtpSettings
{
    /// <summary>The server's name, by which its certificate is checked.</summary>
    public required string Host { get; init; }

    /// <summary>The port: 587 for submission with STARTTLS, 465 with TLS from the start, 25 between servers.</summary>
    public int Port { get; init; } = 587;

    /// <summary>Whether the conversation is encrypted. Required unless said otherwise.</summary>
    public SmtpSecurity Security { get; init; } = SmtpSecurity.StartTls;

    /// <summary>The address that messages come from.</summary>
    public required Mailbox From { get; init; }

    /// <summary>The address that answers go to; null for <see cref="From"/>.</summary>
    public Mailbox? ReplyTo { get; init; }

    /// <summary>The user; empty for a server that asks for none.</summary>
    public string User { get; init; } = "";

    /// <summary>The password; null where there is no user.</summary>
    public Secret? Password { get; init; }

    /// <summary>The name that this host says it has; <c>localhost</c> where it has none that others know.</summary>
    public string ClientName { get; init; } = "localhost";

    /// <summary>The authorities that the server's certificate may come from; empty for those of the system.</summary>
    public ImmutableArray<X509Certificate2> Authorities { get; init; } = [];

    /// <summary>How long a connection, an encryption or a reply may take. 1 minute; RFC 5321 4.5.3.2 allows up to 5, which makes others wait behind one dead server.</summary>
    public Duration ReplyTime { get; init; } = Duration.FromMinutes(1);

    /// <summary>How long the reply after the whole message may take: servers look for spam there. 5 minutes; too short makes doubts.</summary>
    public Duration AcceptanceTime { get; init; } = Duration.FromMinutes(5);

    /// <summary>What is wrong with the settings, for whoever wrote them; empty where nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
            yield return "The mail server's host is not the name or address of a host.";
        if (Port is < 1 or > 65535)
            yield return "The mail server's port is not between 1 and 65535.";
        if (Uri.CheckHostName(ClientName) is UriHostNameType.Unknown or UriHostNameType.IPv6)
            yield return "The name that this host gives a mail server is not a host name.";
        if ((User.Length > 0) != (Password is not null))
            yield return "A mail user needs a password, and a password a user.";
        if (User.Length > 0 && Security == SmtpSecurity.None)
            yield return "A password is never sent without encryption: use STARTTLS or TLS.";
        // RFC 4616 separates the two by it.
        if (User.Contains('\0', StringComparison.Ordinal) || Password?.Reveal().Contains('\0', StringComparison.Ordinal) == true)
            yield return "A mail user and a password have no NUL sign.";
        if (ReplyTime <= Duration.Zero || AcceptanceTime <= Duration.Zero || ReplyTime > Duration.FromMinutes(10) || AcceptanceTime > Duration.FromMinutes(10))
            yield return "A time to wait for a mail server is more than nothing and at most ten minutes.";
    }
}

/// <summary>Whether a conversation with a mail server is encrypted.</summary>
public enum SmtpSecurity
{
    /// <summary>By STARTTLS (RFC 3207) before anything is said; a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Tls,

    /// <summary>By STARTTLS where the server offers it, else not. Whoever sits between can take the offer away.</summary>
    StartTlsWhenOffered,

    /// <summary>Never: for a server on this host.</summary>
    None,
}
