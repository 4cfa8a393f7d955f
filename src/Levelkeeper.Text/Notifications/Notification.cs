using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Time;
using Levelkeeper.Text.Languages;
using NodaTime;

namespace Levelkeeper.Text.Notifications;

/// <summary>What one person is told once: everything that its text says and that its delivery needs. Immutable; without input or output.</summary>
/// <remarks>Sent again it must be the same value: its key, its instant and its words make the same message, by which a receiver knows it again.</remarks>
public sealed record Notification
{
    /// <summary>The longest key.</summary>
    public const int LongestKey = 128;

    /// <summary>By which it is known again wherever it is sent: 1 to 128 letters A to Z, digits, <c>-</c>, <c>_</c> and <c>:</c>.</summary>
    /// <remarks>Not a full stop: the signature of a webhook joins its parts by them.</remarks>
    /// <exception cref="ArgumentException">It has other signs, none or too many.</exception>
    public required string Key
    {
        get;
        init => field = value is { Length: > 0 and <= LongestKey } && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or ':')
            ? value
            : throw new ArgumentException("A key is 1 to 128 letters A to Z, digits, '-', '_' and ':'.", nameof(value));
    }

    /// <summary>What is told.</summary>
    public required NotificationKind Kind { get; init; }

    /// <summary>What it is about: messages of one thread are shown together.</summary>
    public required NotificationThread Thread { get; init; }

    /// <summary>The agreement's id.</summary>
    public required string AgreementId { get; init; }

    /// <summary>The agreement's title.</summary>
    public required string AgreementTitle { get; init; }

    /// <summary>The customer's name; empty where it is not said.</summary>
    public string Customer { get; init; } = "";

    /// <summary>The objective's name; empty for none.</summary>
    public string Objective { get; init; } = "";

    /// <summary>The clock's name, a standard one (<c>respond</c>, <c>resolve</c>…) or one of the agreement's own; empty for none.</summary>
    public string Clock { get; init; } = "";

    /// <summary>What was promised; null where it is not said.</summary>
    public NotificationTarget? Target { get; init; }

    /// <summary>When it is, or was, due; null where nothing is.</summary>
    public Instant? Due { get; init; }

    /// <summary>How much of the clock's own time is left, where its hours are not all hours; null where it is simply the time until <see cref="Due"/>.</summary>
    public Duration? LeftOfClock { get; init; }

    /// <summary>The instant as of which it is true; also the date of the message.</summary>
    public required Instant Now { get; init; }

    /// <summary>The agreement's zone, in which every time is shown.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>Where more is found; null for none.</summary>
    /// <exception cref="ArgumentException">It is not an absolute address of http or https: no other can be followed safely from a message.</exception>
    public Uri? Link
    {
        get;
        init => field = value is null || (value.IsAbsoluteUri && (value.Scheme == Uri.UriSchemeHttps || value.Scheme == Uri.UriSchemeHttp))
            ? value
            : throw new ArgumentException("A link is an absolute address of http or https.", nameof(value));
    }

    /// <summary>Who is told.</summary>
    public required NotificationRecipient Recipient { get; init; }
}

/// <summary>Who is told.</summary>
/// <param name="Name">The person's name; empty where it is not known.</param>
/// <param name="Address">Where the channel reaches them: an e-mail address; empty where the channel itself is the place.</param>
/// <param name="Language">In which language.</param>
public sealed record NotificationRecipient(string Name, string Address, TextLanguage Language);

/// <summary>What a notification is about.</summary>
/// <param name="Of">What kind of thing.</param>
/// <param name="Id">Its id, unique among its kind; empty only for a test.</param>
/// <param name="Title">What people call it; empty for nothing.</param>
public sealed record NotificationThread(ThreadOf Of, string Id, string Title = "");

/// <summary>What a thread of messages can be about.</summary>
public enum ThreadOf
{
    /// <summary>A ticket.</summary>
    Ticket,

    /// <summary>An outage.</summary>
    Outage,

    /// <summary>An objective in a period.</summary>
    Objective,

    /// <summary>A statement.</summary>
    Statement,

    /// <summary>A test.</summary>
    Test,
}

/// <summary>What was promised. A closed choice.</summary>
public abstract record NotificationTarget
{
    private NotificationTarget()
    {
    }

    /// <summary>Something within a time.</summary>
    /// <param name="Length">The time.</param>
    public sealed record Within(TimeAmount Length) : NotificationTarget;

    /// <summary>A level.</summary>
    /// <param name="Comparison">On which side of it.</param>
    /// <param name="Value">The level.</param>
    public sealed record Level(LevelComparison Comparison, Quantity Value) : NotificationTarget;
}
