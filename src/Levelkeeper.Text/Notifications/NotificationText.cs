using Levelkeeper.Text.Languages;

namespace Levelkeeper.Text.Notifications;

/// <summary>A notification in words.</summary>
/// <param name="Language">Its language.</param>
/// <param name="Subject">One line, without a control sign.</param>
/// <param name="Plain">Plain text; lines end with a line feed.</param>
/// <param name="Html">A page of HTML.</param>
public sealed record NotificationText(TextLanguage Language, string Subject, string Plain, string Html);
