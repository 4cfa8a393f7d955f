using System.Net.Sockets;
using System.Security.Authentication;

namespace Levelkeeper.Connectors.Channels.Smtp;

/// <summary>Tells people by e-mail, handing each message to a mail server in a conversation of its own (RFC 5321, RFC 6409).</summary>
/// <remarks>
/// A message that is sent again has the same Message-ID and the same bytes. After the full stop that ends it the server may have taken it,
/// whether or not its reply arrives: only there a doubt is possible. Thread-safe.
/// </remarks>
public sealed class SmtpChannel : IChannel
{
    private readonly SmtpSettings _settings;
    private readonly TimeProvider _time;

    /// <summary>A channel to a mail server.</summary>
    /// <param name="settings">How to reach it.</param>
    /// <param name="time">By what its waiting is timed.</param>
    /// <exception cref="ArgumentException">The settings have problems.</exception>
    public SmtpChannel(SmtpSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        if (settings.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(settings));
        (_settings, _time) = (settings, time);
    }

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(Message message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        var recipient = message.Notification.Recipient;
        if (!Mailbox.TryRead(recipient.Address, recipient.Name, out var to))
            return new Delivery.Refused("The recipient's address is not an e-mail address.");
        var session = new SmtpSession(_settings, _time, cancellation);
        try
        {
            return await session.SendAsync(to, MailText.Write(message, _settings.From, _settings.ReplyTo, to));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && !session.IsHandedOver)
        {
            throw;
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or SocketException or AuthenticationException or InvalidDataException)
        {
            var why = $"While {session.Stage}: {Why(fault, cancellation)}.";
            return session.IsHandedOver ? new Delivery.Doubtful(why) : new Delivery.Failed(why);
        }
    }

    private static string Why(Exception fault, CancellationToken cancellation) => fault switch
    {
        OperationCanceledException => cancellation.IsCancellationRequested ? "it was given up" : "no answer came in time",
        SocketException socket => $"the network said {socket.SocketErrorCode}",
        AuthenticationException => $"the encryption failed: {Delivery.Said(fault.Message).TrimEnd('.')}",
        InvalidDataException or EndOfStreamException => fault.Message,
        _ => fault.InnerException is SocketException inner ? $"the network said {inner.SocketErrorCode}" : "the connection broke",
    };
}
