using System.Globalization;
using System.Text;

namespace Levelkeeper.Connectors.Channels.Smtp;

/// <summary>One conversation that hands over one message.</summary>
internal sealed class SmtpSession(SmtpSettings settings, TimeProvider time, CancellationToken cancellation)
{
    private Dictionary<string, string> _offers = [];

    /// <summary>What is being done, for a reason: "While …".</summary>
    public string Stage { get; private set; } = "connecting";

    /// <summary>Whether the server may have taken the message.</summary>
    public bool IsHandedOver { get; private set; }

    public async Task<Delivery> SendAsync(Mailbox to, byte[] mail)
    {
        using var connection = await Within(token => SmtpConnection.OpenAsync(settings.Host, settings.Port, token));
        var outcome = await TalkAsync(connection, to, mail);
        await QuitAsync(connection);
        return outcome;
    }

    private async Task<Delivery> TalkAsync(SmtpConnection connection, Mailbox to, byte[] mail)
    {
        var refusal = await GreetAsync(connection) ?? await SignInAsync(connection) ?? await EnvelopeAsync(connection, to, mail.Length);
        if (refusal is not null)
            return refusal;
        Stage = "sending the message";
        await Within(async token =>
        {
            await connection.WriteAsync(Stuffed(mail), token);
            return true;
        });
        // From here on the server may have all of it, even where this write throws.
        IsHandedOver = true;
        Stage = "waiting for the server to take the message";
        var reply = await Within(
            async token =>
            {
                await connection.WriteAsync(".\r\n"u8.ToArray(), token);
                return await connection.ReadReplyAsync(token);
            },
            settings.AcceptanceTime.ToTimeSpan());
        if (reply.IsPositive)
            return new Delivery.Delivered(reply.Text);
        return reply.Code is >= 300 and < 400 ? new Delivery.Doubtful($"The server's answer to the message has no meaning: {reply.Text}") : Judge(reply);
    }

    private async Task<Delivery?> GreetAsync(SmtpConnection connection)
    {
        if (settings.Security == SmtpSecurity.Tls)
            await EncryptAsync(connection);
        Stage = "greeting";
        var greeting = await Within(connection.ReadReplyAsync);
        if (greeting.Code != 220)
            return Judge(greeting);
        if (await HelloAsync(connection) is { } refusal)
            return refusal;
        if (settings.Security is not (SmtpSecurity.StartTls or SmtpSecurity.StartTlsWhenOffered))
            return null;
        if (!_offers.ContainsKey("STARTTLS"))
            return settings.Security == SmtpSecurity.StartTls ? new Delivery.Failed("The server does not offer STARTTLS, or somebody on the way took the offer away; nothing was sent.") : null;
        Stage = "asking for encryption";
        var ready = await Within(token => connection.AskAsync("STARTTLS", token));
        if (ready.Code != 220)
            return Judge(ready);
        await EncryptAsync(connection);
        // RFC 3207 4.2: what was offered before the encryption may have been somebody else's.
        return await HelloAsync(connection);
    }

    private async Task EncryptAsync(SmtpConnection connection)
    {
        Stage = "encrypting";
        await Within(async token =>
        {
            await connection.EncryptAsync(settings, token);
            return true;
        });
    }

    private async Task<Delivery?> HelloAsync(SmtpConnection connection)
    {
        Stage = "greeting";
        var name = Uri.CheckHostName(settings.ClientName) == UriHostNameType.IPv4 ? $"[{settings.ClientName}]" : settings.ClientName;
        var reply = await Within(token => connection.AskAsync($"EHLO {name}", token));
        if (reply.Code != 250)
            return Judge(reply);
        _offers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in reply.Lines.Skip(1))
        {
            var words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            _offers[words[0]] = words.Length > 1 ? words[1] : "";
        }

        return null;
    }

    private async Task<Delivery?> SignInAsync(SmtpConnection connection)
    {
        if (settings.User.Length == 0)
            return null;
        Stage = "signing in";
        if (!connection.IsEncrypted)
            return new Delivery.Failed("The server does not offer STARTTLS, and a password is never sent without encryption.");
        var ways = _offers.GetValueOrDefault("AUTH", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var password = settings.Password!.Reveal();
        SmtpReply reply;
        if (ways.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            // RFC 4616.
            reply = await Within(token => connection.AskAsync("AUTH PLAIN " + Base64($"\0{settings.User}\0{password}"), token));
        }
        else if (ways.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            reply = await Within(token => connection.AskAsync("AUTH LOGIN", token));
            if (reply.Code == 334)
                reply = await Within(token => connection.AskAsync(Base64(settings.User), token));
            if (reply.Code == 334)
                reply = await Within(token => connection.AskAsync(Base64(password), token));
        }
        else
        {
            return new Delivery.Refused("The server knows none of the ways to sign in that are known here: PLAIN and LOGIN.");
        }

        // The server's words stay out: it may say back what it was told.
        return reply.Code == 235 ? null : Judge(reply.Code, $"{reply.Code}");
    }

    private async Task<Delivery?> EnvelopeAsync(SmtpConnection connection, Mailbox to, int size)
    {
        Stage = "naming sender and recipient";
        var needsUtf8 = to.NeedsUtf8 || settings.From.NeedsUtf8 || settings.ReplyTo is { NeedsUtf8: true };
        if (needsUtf8 && !(_offers.ContainsKey("SMTPUTF8") && _offers.ContainsKey("8BITMIME")))
            return new Delivery.Refused("The server takes no address with letters beyond ASCII (SMTPUTF8).");
        if (_offers.TryGetValue("SIZE", out var most) && long.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 && size > bytes)
            return new Delivery.Refused($"The message has {size} bytes, and the server takes {bytes} at most.");
        var from = $"MAIL FROM:<{settings.From.Address}>" + (_offers.ContainsKey("SIZE") ? $" SIZE={size}" : "") + (needsUtf8 ? " BODY=8BITMIME SMTPUTF8" : "");
        foreach (var command in new[] { from, $"RCPT TO:<{to.Address}>" })
        {
            var reply = await Within(token => connection.AskAsync(command, token));
            if (!reply.IsPositive)
                return Judge(reply);
        }

        var ready = await Within(token => connection.AskAsync("DATA", token));
        return ready.Code == 354 ? null : Judge(ready);
    }

    private async Task QuitAsync(SmtpConnection connection)
    {
        // What became of the message is known: how the conversation ends changes nothing.
        try
        {
            await Within(token => connection.AskAsync("QUIT", token), TimeSpan.FromSeconds(2));
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or InvalidDataException)
        {
            return;
        }
    }

    private Delivery Judge(SmtpReply reply) => Judge(reply.Code, reply.Text);

    private Delivery Judge(int code, string said)
    {
        var why = $"While {Stage} the server said: {said}";
        return code >= 500 ? new Delivery.Refused(why) : new Delivery.Failed(why);
    }

    private Task<T> Within<T>(Func<CancellationToken, Task<T>> step) => Within(step, settings.ReplyTime.ToTimeSpan());

    private async Task<T> Within<T>(Func<CancellationToken, Task<T>> step, TimeSpan longest)
    {
        using var late = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        return await step(either.Token);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>RFC 5321 4.5.2: a line that begins with a full stop gets another.</summary>
    private static byte[] Stuffed(byte[] mail)
    {
        var stuffed = new List<byte>(mail.Length + 16);
        var isLineStart = true;
        foreach (var b in mail)
        {
            if (isLineStart && b == '.')
                stuffed.Add(b);
            stuffed.Add(b);
            isLineStart = b == '\n';
        }

        return [.. stuffed];
    }
}
