using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;

namespace Levelkeeper.Text.Notifications;

/// <summary>Says a notification in its recipient's language. Pure: the same notification has the same text, to the letter, however often it is said.</summary>
public static class NotificationWriter
{
    /// <summary>The longest subject, in UTF-16 units; a longer one ends with an ellipsis.</summary>
    public const int LongestSubject = 200;

    /// <summary>The longest name, title or other foreign text within a message, in UTF-16 units; a longer one ends with an ellipsis.</summary>
    public const int LongestForeign = 300;

    // Letters of every script stay readable; what could end a text or an attribute is escaped.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The built-in text.</summary>
    public static NotificationText Write(Notification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        var content = new NotificationContent(notification);
        return new NotificationText(notification.Recipient.Language, content.Subject, Plain(content), Html(content));
    }

    /// <summary>What a template of one's own can name: each name with its value, empty where the notification has none. Every notification has the same names.</summary>
    /// <remarks>Values are words of the recipient's language and foreign text, one line each, not escaped for anything.</remarks>
    public static ImmutableSortedDictionary<string, string> Values(Notification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        return new NotificationContent(notification).Named();
    }

    /// <summary>A text as one line: whatever is no visible sign becomes a space, and what is too long ends with an ellipsis.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">How long it may be, in UTF-16 units, the ellipsis included; at least 1.</param>
    public static string Line(string text, int longest)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        var line = new StringBuilder(Math.Min(text.Length, longest) + 2);
        foreach (var rune in text.EnumerateRunes())
        {
            // Line and paragraph separators are no control signs, and break lines all the same.
            var sign = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? new Rune(' ') : rune;
            if (line.Length + sign.Utf16SequenceLength > longest)
            {
                while (line.Length > 0 && (line.Length >= longest || char.IsHighSurrogate(line[^1])))
                    line.Length--;
                return line.Append('…').ToString();
            }

            line.Append(sign.ToString());
        }

        return line.ToString().Trim();
    }

    /// <summary>Text for HTML, made for text and for quoted attributes.</summary>
    internal static string Escaped(string text) => Encoder.Encode(text);

    private static string Plain(NotificationContent content)
    {
        var text = new StringBuilder();
        text.Append(content.Lead).Append("\n\n");
        foreach (var row in content.Rows)
            text.Append(content.Words.Say("pair", ("name", row.Label), ("value", row.Plain))).Append('\n');
        if (content.Link is { } link)
            text.Append('\n').Append(content.Words.Say("pair", ("name", content.Words.Say("notice.open")), ("value", Isolate.Signs(link, content.Words.Language)))).Append('\n');
        return text.Append('\n').Append(content.Words.Say("notice.automatic")).Append('\n').ToString();
    }

    private static string Html(NotificationContent content)
    {
        var language = content.Words.Language;
        var direction = language.IsRightToLeft ? "rtl" : "ltr";
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"").Append(language.Code).Append("\" dir=\"").Append(direction).Append("\">\n<head><meta charset=\"utf-8\"><title>").Append(Escaped(content.Subject)).Append("</title></head>\n");
        // Many mail programs drop html and body: language and direction stand once more where they stay.
        page.Append("<body>\n<div lang=\"").Append(language.Code).Append("\" dir=\"").Append(direction).Append("\" style=\"font-family:sans-serif;line-height:1.5\">\n");
        page.Append("<p>").Append(Escaped(content.Lead)).Append("</p>\n<table role=\"presentation\" cellpadding=\"4\">\n");
        foreach (var row in content.Rows)
            page.Append("<tr><td>").Append(Escaped(row.Label)).Append("</td><td><strong>").Append(row.Html).Append("</strong></td></tr>\n");
        page.Append("</table>\n");
        if (content.Link is { } link)
            page.Append("<p><a href=\"").Append(Escaped(link)).Append("\">").Append(Escaped(content.Words.Say("notice.open"))).Append("</a></p>\n");
        return page.Append("<p><small>").Append(Escaped(content.Words.Say("notice.automatic"))).Append("</small></p>\n</div>\n</body>\n</html>\n").ToString();
    }
}
