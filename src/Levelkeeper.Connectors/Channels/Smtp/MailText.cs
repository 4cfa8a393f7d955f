using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Levelkeeper.Text.Notifications;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Connectors.Channels.Smtp;

/// <summary>Writes a message as mail (RFC 5322, MIME): text and page as alternatives. Pure, and the same bytes whenever the same message is written.</summary>
/// <remarks>All of it is ASCII in lines of at most 78 signs, but for addresses that need SMTPUTF8: no server on the way has cause to change it.</remarks>
internal static class MailText
{
    private const int LineLength = 76;

    // RFC 2047 2: lines of at most 76 signs with "=?utf-8?B?" and "?=": in base64 45 bytes, and 39 where the header's name stands before them.
    private const int WordBytes = 45;
    private const int FirstWordBytes = 39;

    private static readonly InstantPattern Date = InstantPattern.CreateWithInvariantCulture("ddd, dd MMM uuuu HH:mm:ss '+0000'");

    /// <summary>The mail.</summary>
    public static byte[] Write(Message message, Mailbox from, Mailbox? replyTo, Mailbox to)
    {
        var (notification, text) = message;
        var boundary = "=_" + Digest("boundary", notification.Key);
        var mail = new StringBuilder(4096);
        Header(mail, "Date", Date.Format(notification.Now));
        Header(mail, "From", Address(from));
        if (replyTo is not null)
            Header(mail, "Reply-To", Address(replyTo));
        Header(mail, "To", Address(to));
        Header(mail, "Subject", Words(text.Subject));
        Header(mail, "Message-ID", MessageId(notification, from));
        if (ThreadId(notification, from) is { } thread)
        {
            // The first message of a thread is not known here: all of them answer one that was never sent.
            Header(mail, "In-Reply-To", thread);
            Header(mail, "References", thread);
        }

        // RFC 3834: nobody's machine answers.
        Header(mail, "Auto-Submitted", "auto-generated");
        Header(mail, "Content-Language", text.Language.Code);
        Header(mail, "MIME-Version", "1.0");
        Header(mail, "Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\"");
        mail.Append("\r\n");
        Part(mail, boundary, "text/plain", text.Plain);
        Part(mail, boundary, "text/html", text.Html);
        mail.Append("--").Append(boundary).Append("--\r\n");
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    /// <summary>The id of a message, from its key alone.</summary>
    public static string MessageId(Notification notification, Mailbox from) => $"<{Digest("message", notification.Key)}@{from.Domain}>";

    /// <summary>The id that all messages of a thread answer; null for a test.</summary>
    public static string? ThreadId(Notification notification, Mailbox from) =>
        notification.Thread.Of == ThreadOf.Test ? null : $"<{Digest($"thread {notification.Thread.Of}", notification.Thread.Id)}@{from.Domain}>";

    private static string Digest(string of, string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{of}\n{text}")).AsSpan(0, 16));

    private static void Header(StringBuilder mail, string name, string value)
    {
        // Whatever wrote the value: a line break within it must fold, or it would begin a header of somebody else's.
        var lines = value.Split("\r\n");
        if (lines.Skip(1).Any(line => !line.StartsWith(' ')) || lines.Any(line => line.AsSpan().ContainsAny('\r', '\n', '\0')))
            throw new InvalidOperationException($"The header {name} would end before its value does.");
        mail.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    private static string Address(Mailbox mailbox) => mailbox.Name.Length == 0 ? mailbox.Address : $"{Phrase(mailbox.Name)}\r\n <{mailbox.Address}>";

    /// <summary>A name before an address: quoted where it is ASCII.</summary>
    private static string Phrase(string name)
    {
        var line = NotificationWriter.Line(name, 100);
        return Ascii.IsValid(line) && line.Length <= 60 && !line.Contains("=?", StringComparison.Ordinal) ? $"\"{line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : Words(line, encodeAlways: true);
    }

    /// <summary>Text of a header: as it is where it is short ASCII, else as encoded words (RFC 2047), one a line.</summary>
    private static string Words(string text, bool encodeAlways = false)
    {
        var line = NotificationWriter.Line(text, 400);
        if (!encodeAlways && Ascii.IsValid(line) && line.Length <= 60 && !line.Contains("=?", StringComparison.Ordinal))
            return line;
        var words = new List<string>();
        var bytes = new List<byte>(WordBytes);
        Span<byte> letter = stackalloc byte[4];
        foreach (var rune in line.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(letter);
            if (bytes.Count + length > (words.Count == 0 ? FirstWordBytes : WordBytes))
                End();
            bytes.AddRange(letter[..length]);
        }

        End();
        return string.Join("\r\n ", words);

        void End()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=");
            bytes.Clear();
        }
    }

    private static void Part(StringBuilder mail, string boundary, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));
        // Quoted-printable stays readable as it stands, but makes three signs of each byte beyond ASCII.
        var quoted = bytes.Count(b => b >= 0x80) * 6 < bytes.Length;
        mail.Append("--").Append(boundary).Append("\r\n");
        mail.Append("Content-Type: ").Append(type).Append("; charset=utf-8\r\n");
        mail.Append("Content-Transfer-Encoding: ").Append(quoted ? "quoted-printable" : "base64").Append("\r\n\r\n");
        if (quoted)
            QuotedPrintable(mail, bytes);
        else
            Base64(mail, bytes);
    }

    private static void Base64(StringBuilder mail, byte[] bytes)
    {
        const int BytesOfLine = LineLength / 4 * 3;
        for (var i = 0; i < bytes.Length; i += BytesOfLine)
            mail.Append(Convert.ToBase64String(bytes, i, Math.Min(BytesOfLine, bytes.Length - i))).Append("\r\n");
    }

    /// <summary>RFC 2045 6.7.</summary>
    private static void QuotedPrintable(StringBuilder mail, byte[] bytes)
    {
        var column = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (b == '\r' && i + 1 < bytes.Length && bytes[i + 1] == '\n')
            {
                mail.Append("\r\n");
                (column, i) = (0, i + 1);
                continue;
            }

            // A space or tab at the end of a line would be lost on the way.
            var isLast = i + 1 == bytes.Length || bytes[i + 1] == '\r';
            var isPlain = b is >= 33 and <= 126 && b != '=' || b is (byte)' ' or (byte)'\t' && !isLast;
            var width = isPlain ? 1 : 3;
            if (column + width > LineLength - 1)
            {
                mail.Append("=\r\n");
                column = 0;
            }

            if (isPlain)
                mail.Append((char)b);
            else
                mail.Append('=').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            column += width;
        }

        if (column > 0)
            mail.Append("\r\n");
    }
}
