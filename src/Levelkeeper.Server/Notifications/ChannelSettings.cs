using System.Collections.Immutable;
using System.Net;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Connectors.Channels.Chat;
using Levelkeeper.Connectors.Channels.Outgoing;
using Levelkeeper.Connectors.Channels.Smtp;
using Levelkeeper.Connectors.Channels.Templates;
using Levelkeeper.Connectors.Channels.Webhooks;
using Levelkeeper.Runtime.Notifications;

namespace Levelkeeper.Server.Notifications;

/// <summary>By which ways people are told. A way that is not set up gives up what would go by it, visibly.</summary>
public sealed record ChannelSettings
{
    /// <summary>The mail server; empty for no mail.</summary>
    public string MailHost { get; init; } = "";

    /// <summary>Its port.</summary>
    public int MailPort { get; init; } = 587;

    /// <summary>How the conversation with it is encrypted.</summary>
    public SmtpSecurity MailSecurity { get; init; } = SmtpSecurity.StartTls;

    /// <summary>The address that mail comes from; null for none.</summary>
    public Mailbox? MailFrom { get; init; }

    /// <summary>The user at the mail server; empty where it asks for none.</summary>
    public string MailUser { get; init; } = "";

    /// <summary>The user's password.</summary>
    public Secret? MailPassword { get; init; }

    /// <summary>Where notifications are posted as signed CloudEvents; null for nowhere.</summary>
    public Secret? WebhookTo { get; init; }

    /// <summary>The secrets that they are signed with.</summary>
    public ImmutableArray<Secret> WebhookSecrets { get; init; } = [];

    /// <summary>The incoming webhook of a chat's room; null for none.</summary>
    public Secret? ChatTo { get; init; }

    /// <summary>What kind of chat.</summary>
    public ChatKind ChatKind { get; init; } = ChatKind.Slack;

    /// <summary>Whether mail of which nobody knows whether it went out is sent again by itself; else somebody is asked.</summary>
    public bool MailAgainInDoubt { get; init; } = true;

    /// <summary>The same for webhooks.</summary>
    public bool WebhookAgainInDoubt { get; init; } = true;

    /// <summary>The same for chats. They do not know a message again: one that is sent twice stands there twice.</summary>
    public bool ChatAgainInDoubt { get; init; }

    /// <summary>Networks to which webhooks and chats may go though they are not public; also by http then.</summary>
    public ImmutableArray<IPNetwork> OutgoingNetworks { get; init; } = [];

    /// <summary>The folder of words of one's own; empty for none.</summary>
    public string TextsFolder { get; init; } = "";

    /// <summary>Words of one's own; null for the built-in ones. Who reads the settings reads them from <see cref="TextsFolder"/>.</summary>
    public OwnTexts? Texts { get; init; }

    /// <summary>What does not fit together, for whoever wrote it; empty where all does.</summary>
    public IEnumerable<string> Problems()
    {
        if (MailHost.Length > 0 && MailFrom is null)
            yield return "'mail-host' needs 'mail-from': the address that mail comes from.";
        foreach (var problem in (Mail()?.Problems() ?? []).Concat(Webhook()?.Problems() ?? []).Concat(Chat()?.Problems() ?? []))
            yield return problem;
    }

    /// <summary>All ways that an agreement can name.</summary>
    /// <param name="time">By what waiting is timed.</param>
    internal ImmutableArray<NotificationChannel> Open(TimeProvider time)
    {
        var requests = new OutgoingRequests(
            OutgoingNetworks.IsEmpty ? new OutgoingAddresses() : new OutgoingAddresses { Allowed = OutgoingNetworks, AllowsHttp = true, Ports = [.. Ports()] }, time);
        return
        [
            new NotificationChannel("email", Mail() is { } mail ? new SmtpChannel(mail, time) : new MissingChannel("email")) { SendsAgainInDoubt = MailAgainInDoubt },
            new NotificationChannel("webhook", Webhook() is { } webhook ? new WebhookChannel(webhook, requests) : new MissingChannel("webhook")) { SendsAgainInDoubt = WebhookAgainInDoubt },
            new NotificationChannel("chat", Chat() is { } chat ? new ChatChannel(chat, requests) : new MissingChannel("chat")) { SendsAgainInDoubt = ChatAgainInDoubt },
            new NotificationChannel("phone", new MissingChannel("phone")),
        ];
    }

    private IEnumerable<int> Ports() => new[] { WebhookTo, ChatTo }.OfType<Secret>().Select(t => Uri.TryCreate(t.Reveal(), UriKind.Absolute, out var uri) ? uri.Port : 443).Append(443).Append(8443).Distinct();

    private SmtpSettings? Mail() => MailHost.Length > 0 && MailFrom is not null
        ? new SmtpSettings { Host = MailHost, Port = MailPort, Security = MailSecurity, From = MailFrom, User = MailUser, Password = MailPassword }
        : null;

    private WebhookSettings? Webhook() => WebhookTo is null ? null : new WebhookSettings { Target = WebhookTo, Secrets = WebhookSecrets };

    private ChatSettings? Chat() => ChatTo is null ? null : new ChatSettings(ChatKind, ChatTo);
}
