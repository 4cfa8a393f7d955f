using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Notifications;
using NodaTime;

namespace Levelkeeper.Connectors.Channels.Templates;

/// <summary>The words of somebody's own for a kind of notification in a language. What is null stays as it is built in.</summary>
/// <param name="Kind">The kind's name, such as <c>clock-at-risk</c>.</param>
/// <param name="Language">The language.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Plain">The plain text. Where it is given and <paramref name="Html"/> is not, the page says the same.</param>
/// <param name="Html">What stands in the page; values are escaped. Put ids and names into <c>&lt;bdi&gt;</c>.</param>
public sealed record OwnText(string Kind, TextLanguage Language, string? Subject, string? Plain, string? Html);

/// <summary>A text, and what kept a template from making it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Note">Why the built-in words stand in it; empty where nothing was wrong.</param>
public sealed record WrittenText(NotificationText Text, string Note);

/// <summary>Says notifications in words of one's own where there are such, else in the built-in ones. A template that is wrong never keeps anybody from being told. Immutable.</summary>
public sealed class OwnTexts
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly ImmutableHashSet<string> s_names = Names();

    private readonly FrozenDictionary<(string Kind, string Language), Parts> _parts;

    /// <summary>With these words; of two for the same kind and language the last counts.</summary>
    public OwnTexts(IEnumerable<OwnText> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var parts = new Dictionary<(string, string), Parts>();
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var text in texts)
        {
            var made = new Parts(Read(text.Subject, isHtml: false), Read(text.Plain, isHtml: false), Read(text.Html, isHtml: true));
            parts[(text.Kind, text.Language.Code)] = made;
            problems.AddRange(made.Problems.Select(problem => $"{text.Kind}, {text.Language.Code}: {problem}"));
        }

        _parts = parts.ToFrozenDictionary();
        Problems = problems.ToImmutable();

        OwnTemplate? Read(string? source, bool isHtml) => source is null ? null : OwnTemplate.Read(source, isHtml, s_names);
    }

    /// <summary>What is wrong with the templates, for whoever wrote them; empty where nothing is.</summary>
    public ImmutableArray<string> Problems { get; }

    /// <summary>The text of a notification.</summary>
    public WrittenText Write(Notification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        var builtIn = NotificationWriter.Write(notification);
        if (!_parts.TryGetValue((notification.Kind.Name, builtIn.Language.Code), out var parts))
            return new WrittenText(builtIn, "");
        if (parts.Problems.FirstOrDefault() is { } problem)
            return new WrittenText(builtIn, $"The built-in text was sent: {problem}.");
        var values = NotificationWriter.Values(notification).ToDictionary(value => value.Key, value => (object)value.Value, StringComparer.Ordinal);
        var text = builtIn;
        if (parts.Subject is { } subject)
        {
            if (subject.Write(values) is not { } said || NotificationWriter.Line(said, NotificationWriter.LongestSubject) is not { Length: > 0 } line)
                return new WrittenText(builtIn, "The built-in text was sent: the template of the subject says nothing, or too much.");
            text = text with { Subject = line };
        }

        if (parts.Plain is { } plain)
        {
            if (plain.Write(values) is not { } said || string.IsNullOrWhiteSpace(said))
                return new WrittenText(builtIn, "The built-in text was sent: the template of the text says nothing, or too much.");
            text = text with { Plain = said.ReplaceLineEndings("\n"), Html = Page(text.Language, $"<div style=\"white-space:pre-wrap\">{Encoder.Encode(said)}</div>") };
        }

        if (parts.Html is { } html)
        {
            if (html.Write(values) is not { } said || string.IsNullOrWhiteSpace(said))
                return new WrittenText(builtIn, "The built-in text was sent: the template of the page says nothing, or too much.");
            text = text with { Html = Page(text.Language, said) };
        }

        return new WrittenText(text, "");
    }

    private static string Page(TextLanguage language, string inner)
    {
        var direction = language.IsRightToLeft ? "rtl" : "ltr";
        return new StringBuilder(inner.Length + 200)
            .Append("<!DOCTYPE html>\n<html lang=\"").Append(language.Code).Append("\" dir=\"").Append(direction).Append("\">\n<head><meta charset=\"utf-8\"></head>\n<body>\n<div lang=\"")
            .Append(language.Code).Append("\" dir=\"").Append(direction).Append("\">\n").Append(inner).Append("\n</div>\n</body>\n</html>\n").ToString();
    }

    /// <summary>What is wrong with a template, and in which line of it; null when nothing is.</summary>
    internal static (int Line, string Problem)? ProblemOf(string source, bool isHtml) => OwnTemplate.Read(source, isHtml, s_names) is { Problem: { Length: > 0 } problem, Line: var line } ? (line, problem) : null;

    /// <summary>The names that every notification has.</summary>
    private static ImmutableHashSet<string> Names() => NotificationWriter.Values(new Notification
    {
        Key = "names", Kind = new NotificationKind.Test(), Thread = new NotificationThread(ThreadOf.Test, ""), AgreementId = "", AgreementTitle = "", Now = NodaConstants.UnixEpoch,
        Zone = DateTimeZone.Utc, Recipient = new NotificationRecipient("", "", TextLanguage.English),
    }).Keys.ToImmutableHashSet(StringComparer.Ordinal);

    private sealed record Parts(OwnTemplate? Subject, OwnTemplate? Plain, OwnTemplate? Html)
    {
        public IEnumerable<string> Problems
        {
            get
            {
                if (Subject is { Problem: { Length: > 0 } subject })
                    yield return $"the template of the subject, {subject}";
                if (Plain is { Problem: { Length: > 0 } plain })
                    yield return $"the template of the text, {plain}";
                if (Html is { Problem: { Length: > 0 } html })
                    yield return $"the template of the page, {html}";
            }
        }
    }
}
