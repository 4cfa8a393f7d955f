using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Notifications;
using NodaTime;

namespace Levelkeeper.Text.Tests.Notifications;

/// <summary>What people are told, in each language: the approved texts beside this file were read by eye.</summary>
public class NotificationWriterTest
{
    private static readonly DateTimeZone Warsaw = DateTimeZoneProviders.Tzdb["Europe/Warsaw"];

    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 10, 11, 0);

    public static TheoryData<string> Codes => [.. TextLanguage.All.Select(l => l.Code)];

    /// <summary>One of each kind, with the numbers that ask for other forms: 1, 2, 5, 21, 22.</summary>
    private static IEnumerable<Notification> All(TextLanguage language)
    {
        var ticket = Ticket(language);
        yield return ticket;
        yield return ticket with { Clock = "P1 response", Due = Noon + Duration.FromMinutes(21), LeftOfClock = Duration.FromMinutes(2), Customer = "Kowalski & Synowie" };
        yield return ticket with { Kind = new NotificationKind.ClockBreached(), Now = Noon + Duration.FromHours(3) + Duration.FromMinutes(22) };
        yield return ticket with { Kind = new NotificationKind.EscalationStepTaken(2, 3, new EscalationPoint.OfClock(new Rational(3, 4))) };
        var objective = ticket with
        {
            Thread = new NotificationThread(ThreadOf.Objective, "uptime/2026-03"), Clock = "", Objective = "Website uptime", Due = null,
            Target = new NotificationTarget.Level(LevelComparison.AtLeast, new Quantity(new Rational(9995, 10000), QuantityUnit.Share)),
        };
        yield return objective with { Kind = new NotificationKind.BudgetUsed(new Rational(3, 4)) };
        yield return objective with { Kind = new NotificationKind.BurnAlert(BurnRateAlerts.Default.Alerts[0]) };
        yield return objective with { Kind = new NotificationKind.ObjectiveAtRisk() };
        yield return objective with { Kind = new NotificationKind.ObjectiveBreached() };
        yield return objective with
        {
            Kind = new NotificationKind.UpdateDue(), Thread = new NotificationThread(ThreadOf.Outage, "out-7", "Checkout does not answer"), Objective = "",
            Due = Noon + Duration.FromMinutes(5), Target = new NotificationTarget.Within(new TimeAmount.Elapsed(Duration.FromMinutes(30))),
        };
        yield return ticket with { Kind = new NotificationKind.Acknowledged("Anna Nowak") };
        yield return ticket with { Kind = new NotificationKind.Resolved() };
        yield return objective with { Kind = new NotificationKind.StatementIssued(new LocalDate(2026, 2, 1), new LocalDate(2026, 2, 28)), Thread = new NotificationThread(ThreadOf.Statement, "acme/2026-02"), Objective = "", Target = null };
        yield return objective with { Kind = new NotificationKind.Test(), Thread = new NotificationThread(ThreadOf.Test, ""), Objective = "", Target = null, Link = null };
    }

    private static Notification Ticket(TextLanguage language) => new()
    {
        Key = "n-1",
        Kind = new NotificationKind.ClockAtRisk(),
        Thread = new NotificationThread(ThreadOf.Ticket, "T-1042", "Payment page <down>"),
        AgreementId = "acme-hosting",
        AgreementTitle = "Hosting for Acme",
        Clock = "resolve",
        Target = new NotificationTarget.Within(new TimeAmount.Elapsed(Duration.FromHours(4))),
        Due = Noon + Duration.FromHours(1) + Duration.FromMinutes(2) + Duration.FromSeconds(59),
        Now = Noon,
        Zone = Warsaw,
        Link = new Uri("https://sla.example.com/tickets/T-1042?tab=clocks&x=1"),
        Recipient = new NotificationRecipient("Anna Nowak", "anna@example.com", language),
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_kind_reads_as_it_was_approved(string code)
    {
        var texts = All(TextLanguage.Of(code)!).Select(NotificationWriter.Write);
        Verify(string.Join("--------\n", texts.Select(t => $"{t.Subject}\n\n{t.Plain}")), $"Notifications.{code}", "txt");
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_page_reads_as_it_was_approved(string code) => Verify(NotificationWriter.Write(Ticket(TextLanguage.Of(code)!)).Html, $"Notification.{code}", "html");

    [Fact]
    public void Every_kind_is_among_the_approved_ones()
    {
        var kinds = typeof(NotificationKind).GetNestedTypes(BindingFlags.Public).Order(Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name)));
        All(TextLanguage.English).Select(n => n.Kind.GetType()).Distinct().OrderBy(t => t.Name, StringComparer.Ordinal).ShouldBe(kinds);
    }

    [Fact]
    public void Said_again_it_is_the_same_to_the_letter()
    {
        foreach (var notification in All(TextLanguage.Arabic))
            NotificationWriter.Write(notification with { }).ShouldBe(NotificationWriter.Write(notification));
    }

    [Fact]
    public void A_right_to_left_page_says_its_direction_twice_and_isolates_every_id()
    {
        var html = NotificationWriter.Write(Ticket(TextLanguage.Arabic)).Html;
        html.Split("dir=\"rtl\"").Length.ShouldBe(3);
        html.ShouldContain("<bdi>T-1042</bdi> (<bdi>Payment page &lt;down&gt;</bdi>)");
    }

    [Fact]
    public void A_name_cannot_become_markup_or_a_line_of_its_own()
    {
        var hostile = Ticket(TextLanguage.English) with { Thread = new NotificationThread(ThreadOf.Ticket, "T\r\nBcc: all@example.com", "<script>alert(1)</script>\u2028x\u202Ey"), Clock = "\"><img src=x>\u0000" };
        var text = NotificationWriter.Write(hostile);
        text.Subject.ShouldBe("[T  Bcc: all@example.com] Time limit at risk: \"><img src=x>");
        text.Html.ShouldNotContain("<script");
        text.Html.ShouldNotContain("<img");
        text.Plain.ShouldContain("Ticket: T  Bcc: all@example.com (<script>alert(1)</script> xy)\n");
    }

    [Fact]
    public void A_subject_has_an_end()
    {
        var text = NotificationWriter.Write(Ticket(TextLanguage.English) with { Clock = new string('x', 5000) });
        text.Subject.Length.ShouldBeLessThanOrEqualTo(NotificationWriter.LongestSubject);
        text.Subject.ShouldEndWith("x…");
        text.Plain.Length.ShouldBeLessThan(2000);
        NotificationWriter.Line("ab😀", 3).ShouldBe("ab…");
        NotificationWriter.Line("ab😀", 4).ShouldBe("ab😀");
    }

    /// <summary>Twice at 02:30 in the night of 25 October 2026: at 00:30 and at 01:30 UTC.</summary>
    [Fact]
    public void The_two_hours_of_an_autumn_night_are_told_apart()
    {
        var first = Ticket(TextLanguage.English) with { Due = Instant.FromUtc(2026, 10, 25, 0, 30), Now = Instant.FromUtc(2026, 10, 24, 12, 0) };
        NotificationWriter.Write(first).Plain.ShouldContain("Due: 25 October 2026, 02:30 (Europe/Warsaw, UTC+02:00)");
        NotificationWriter.Write(first with { Due = Instant.FromUtc(2026, 10, 25, 1, 30) }).Plain.ShouldContain("Due: 25 October 2026, 02:30 (Europe/Warsaw, UTC+01:00)");
    }

    [Fact]
    public void At_the_deadline_itself_no_time_is_left()
    {
        var ticket = Ticket(TextLanguage.English);
        NotificationWriter.Write(ticket with { Now = ticket.Due!.Value }).Plain.ShouldContain("Overdue by: 0 seconds");
        NotificationWriter.Write(ticket with { Now = ticket.Due!.Value - Duration.FromTicks(1) }).Plain.ShouldContain("Time left: 0 seconds");
        NotificationWriter.Write(ticket with { Now = ticket.Due!.Value - Duration.FromSeconds(119) }).Plain.ShouldContain("Time left: 1 minute\n");
    }

    /// <summary>1999999/2000000 of a budget is 99.99995 %: rounded it would be all of it.</summary>
    [Fact]
    public void A_budget_is_not_said_to_be_used_up_before_it_is()
    {
        var used = Ticket(TextLanguage.English) with { Kind = new NotificationKind.BudgetUsed(new Rational(1_999_999, 2_000_000)), Clock = "", Objective = "Uptime" };
        NotificationWriter.Write(used).Plain.ShouldContain("Error budget used: 99.99%");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("a\r\nb")]
    [InlineData("ż")]
    public void A_key_that_a_header_could_not_carry_is_refused(string key) => Should.Throw<ArgumentException>(() => Ticket(TextLanguage.English) with { Key = key });

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    public void A_link_that_is_not_of_the_web_is_refused(string link) => Should.Throw<ArgumentException>(() => Ticket(TextLanguage.English) with { Link = new Uri(link) });

    [Fact]
    public void Every_notification_has_the_same_names_for_templates()
    {
        var names = All(TextLanguage.English).Select(n => string.Join(' ', NotificationWriter.Values(n).Keys)).Distinct();
        names.ShouldHaveSingleItem().ShouldBe("acknowledged_by agreement agreement_id alert clock customer direction due id key kind language lead left link now objective outage over period point recipient share step steps subject target ticket title");
    }

    private static void Verify(string output, string name, string extension, [CallerFilePath] string test = "")
    {
        var beside = Path.Combine(Path.GetDirectoryName(test)!, name);
        var (approved, received) = ($"{beside}.approved.{extension}", $"{beside}.received.{extension}");
        File.Delete(received);
        if (File.Exists(approved) && File.ReadAllText(approved, Encoding.UTF8) == output)
            return;
        File.WriteAllText(received, output);
        Assert.Fail($"{Path.GetFileName(received)} differs from the approved file, or there is none: read it, and rename it when it is right.");
    }
}
