using Levelkeeper.Text.Notifications;
using NodaTime;

namespace Levelkeeper.Connectors.Channels;

/// <summary>What became of a message. A closed choice. Its texts are for operators, in English, one line each, and hold no secret.</summary>
public abstract record Delivery
{
    /// <summary>The longest reason or reference, in UTF-16 units.</summary>
    public const int LongestText = 300;

    private Delivery()
    {
    }

    /// <summary>The other side took it over.</summary>
    /// <param name="Reference">What the other side calls it; for a search in its logs.</param>
    public sealed record Delivered(string Reference) : Delivery;

    /// <summary>The other side will not take it, now or later, unless somebody changes something.</summary>
    /// <param name="Why">The reason.</param>
    public sealed record Refused(string Why) : Delivery;

    /// <summary>It was not taken over, and trying again later may help.</summary>
    /// <param name="Why">The reason.</param>
    /// <param name="RetryAfter">How long the other side asks to be left alone; null where it does not say. Not negative and at most a day.</param>
    public sealed record Failed(string Why, Duration? RetryAfter = null) : Delivery;

    /// <summary>All of it was sent, and no answer said whether it was taken over: it may have been delivered, and sending it again may deliver it twice.</summary>
    /// <param name="Why">What happened.</param>
    public sealed record Doubtful(string Why) : Delivery;

    /// <summary>A text of the other side as one bounded line of visible ASCII signs: what a server says must not be able to forge lines of a log or a page.</summary>
    internal static string Said(string text)
    {
        var line = NotificationWriter.Line(text, LongestText);
        return string.Create(line.Length, line, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                to[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        });
    }
}
