using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Connectors.Channels.Chat;

/// <summary>Writes messages as chats take them. Foreign text cannot mention people, link elsewhere or become markup. Pure.</summary>
internal static class ChatMessage
{
    // Bounds of Slack for the text of a header and of a section; its escapes make one sign up to five.
    private const int LongestHeader = 150;
    private const int LongestSection = 3000;
    private const int LongestLink = 2000;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For Slack: the subject as fallback and header, the text as a section.</summary>
    public static byte[] Slack(Message message) => Write(json =>
    {
        var text = message.Text;
        json.WriteStartObject();
        json.WriteString("text", Escaped(text.Subject, LongestSection));
        json.WriteStartArray("blocks");
        json.WriteStartObject();
        json.WriteString("type", "header");
        json.WriteStartObject("text");
        json.WriteString("type", "plain_text");
        json.WriteString("text", Cut(text.Subject, LongestHeader));
        json.WriteBoolean("emoji", false);
        json.WriteEndObject();
        json.WriteEndObject();
        Section(json, Escaped(text.Plain.TrimEnd(), LongestSection));
        // Text alone makes no link where nothing but our own markup is read.
        if (message.Notification.Link is { } link && Escaped(link.AbsoluteUri.Replace("|", "%7C", StringComparison.Ordinal), int.MaxValue) is { Length: <= LongestLink } address)
            Section(json, $"<{address}|{Escaped(Words(text.Language), LongestHeader)}>");
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>For Teams: an Adaptive Card. Its text runs know no Markdown, unlike its text blocks.</summary>
    public static byte[] Teams(Message message) => Write(json =>
    {
        var text = message.Text;
        json.WriteStartObject();
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteNull("contentUrl");
        json.WriteStartObject("content");
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.5");
        json.WriteString("lang", text.Language.Code);
        if (text.Language.IsRightToLeft)
            json.WriteBoolean("rtl", value: true);
        json.WriteString("fallbackText", text.Subject);
        json.WriteStartArray("body");
        Line(json, text.Subject, isTitle: true);
        foreach (var line in text.Plain.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Line(json, line, isTitle: false);
        json.WriteEndArray();
        if (message.Notification.Link is { } link)
        {
            json.WriteStartArray("actions");
            json.WriteStartObject();
            json.WriteString("type", "Action.OpenUrl");
            json.WriteString("title", Words(text.Language));
            json.WriteString("url", link.AbsoluteUri);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Section(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "section");
        json.WriteStartObject("text");
        json.WriteString("type", "mrkdwn");
        json.WriteString("text", text);
        // Or names with @ and # would become mentions.
        json.WriteBoolean("verbatim", value: true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Words(TextLanguage language) => Text.Words.Phrasebook.Of(language).Say("notice.open");

    private static void Line(Utf8JsonWriter json, string text, bool isTitle)
    {
        json.WriteStartObject();
        json.WriteString("type", "RichTextBlock");
        if (!isTitle)
            json.WriteString("spacing", "Small");
        json.WriteStartArray("inlines");
        json.WriteStartObject();
        json.WriteString("type", "TextRun");
        json.WriteString("text", text);
        if (isTitle)
        {
            json.WriteString("weight", "Bolder");
            json.WriteString("size", "Medium");
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The three signs that Slack reads as markup of links and mentions, escaped as it asks; never cut within an escape.</summary>
    private static string Escaped(string text, int longest)
    {
        var escaped = new StringBuilder(Math.Min(text.Length, LongestSection));
        foreach (var rune in text.EnumerateRunes())
        {
            var sign = rune.Value switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", _ => rune.ToString() };
            if (escaped.Length + sign.Length >= longest)
                return escaped.Append('…').ToString();
            escaped.Append(sign);
        }

        return escaped.ToString();
    }

    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
            return text;
        var end = longest - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(bytes, Options))
            write(json);
        return bytes.WrittenSpan.ToArray();
    }
}
