using Levelkeeper.Connectors.Channels;
using Levelkeeper.Core.Time;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Notifications;
using NodaTime;

namespace Levelkeeper.Connectors.Tests.Channels;

/// <summary>Messages to send.</summary>
internal static class Notices
{
    public static Notification AtRisk(TextLanguage? language = null, string address = "anna@example.test", string name = "Anna Nowak") => new()
    {
        Key = "step:7f3a-1",
        Kind = new NotificationKind.ClockAtRisk(),
        Thread = new NotificationThread(ThreadOf.Ticket, "T-1042", "Payment page is down"),
        AgreementId = "acme-hosting",
        AgreementTitle = "Hosting for Acme",
        Clock = "resolve",
        Target = new NotificationTarget.Within(new TimeAmount.Elapsed(Duration.FromHours(4))),
        Due = Instant.FromUtc(2026, 3, 10, 12, 2),
        Now = Instant.FromUtc(2026, 3, 10, 11, 0),
        Zone = DateTimeZoneProviders.Tzdb["Europe/Warsaw"],
        Link = new Uri("https://sla.example.com/tickets/T-1042?tab=clocks&x=1"),
        Recipient = new NotificationRecipient(name, address, language ?? TextLanguage.English),
    };

    public static Message Message(Notification notification) => new(notification, NotificationWriter.Write(notification));

    public static Message Message(TextLanguage? language = null, string address = "anna@example.test", string name = "Anna Nowak") => Message(AtRisk(language, address, name));
}
