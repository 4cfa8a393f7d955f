using System.Runtime.CompilerServices;
using System.Text;
using Levelkeeper.Connectors.Channels.Smtp;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Notifications;

namespace Levelkeeper.Connectors.Tests.Channels.Smtp;

/// <summary>Mail as it goes over the wire.</summary>
public class MailTextTests
{
    private static readonly Mailbox From = Mailbox.Of("sla@provider.test", "Levelkeeper");

    private static string Mail(Notification notification, Mailbox? to = null) => Encoding.UTF8.GetString(MailText.Write(Notices.Message(notification), From, null, to ?? Mailbox.Of("anna@example.test", "Anna Żak")));

    /// <summary>The approved mails were read with another program's parser: headers, both parts and their words come out as they went in.</summary>
    [Theory]
    [InlineData("en")]
    [InlineData("pl")]
    [InlineData("ru")]
    [InlineData("ar")]
    public void A_mail_is_as_it_was_approved(string code) => Verify(Mail(Notices.AtRisk(TextLanguage.Of(code)!)), $"Mail.{code}");

    [Fact]
    public void Messages_of_a_thread_answer_the_same_id_and_have_their_own()
    {
        var first = Notices.AtRisk();
        var second = first with { Key = "step:7f3a-2", Kind = new NotificationKind.ClockBreached() };
        Header(Mail(first), "References").ShouldBe(Header(Mail(second), "References"));
        Header(Mail(first), "In-Reply-To").ShouldBe(Header(Mail(first), "References"));
        Header(Mail(first), "Message-ID").ShouldNotBe(Header(Mail(second), "Message-ID"));
        Header(Mail(first), "Message-ID").ShouldMatch("^<[0-9a-f]{32}@provider\\.test>$");
        var outage = first with { Thread = first.Thread with { Of = ThreadOf.Outage } };
        Header(Mail(outage), "References").ShouldNotBe(Header(Mail(first), "References"));
        Mail(first with { Kind = new NotificationKind.Test(), Thread = new NotificationThread(ThreadOf.Test, "") }).ShouldNotContain("References");
    }

    [Fact]
    public void No_machine_answers_a_machine() => Header(Mail(Notices.AtRisk()), "Auto-Submitted").ShouldBe("auto-generated");

    [Fact]
    public void A_subject_that_looks_like_an_encoded_word_is_encoded_itself()
    {
        var message = Notices.Message();
        message = message with { Text = message.Text with { Subject = "=?utf-8?B?QkFE?=" } };
        var mail = Encoding.UTF8.GetString(MailText.Write(message, From, null, Mailbox.Of("a@b.test")));
        Header(mail, "Subject").ShouldBe($"=?utf-8?B?{Convert.ToBase64String("=?utf-8?B?QkFE?="u8)}?=");
    }

    [Fact]
    public void A_subject_with_line_breaks_stays_one_header()
    {
        var message = Notices.Message();
        message = message with { Text = message.Text with { Subject = "a\r\nBcc: all@example.test\r\n\r\nbody" } };
        var mail = Encoding.UTF8.GetString(MailText.Write(message, From, null, Mailbox.Of("a@b.test")));
        Header(mail, "Subject").ShouldBe("a  Bcc: all@example.test    body");
    }

    [Fact]
    public void A_name_with_quotes_stays_one_name()
    {
        Header(Mail(Notices.AtRisk(), Mailbox.Of("a@b.test", "Anna \"the\\desk\" <x@y.test>")), "To").ShouldBe("\"Anna \\\"the\\\\desk\\\" <x@y.test>\" <a@b.test>");
    }

    [Fact]
    public void A_space_at_the_end_of_a_line_and_an_equals_sign_survive()
    {
        var message = Notices.Message();
        message = message with { Text = message.Text with { Plain = "a=b \nc\t\n" + new string('x', 100) + "\n" } };
        var mail = Encoding.UTF8.GetString(MailText.Write(message, From, null, Mailbox.Of("a@b.test")));
        mail.ShouldContain("\r\n\r\na=3Db=20\r\nc=09\r\n" + new string('x', 75) + "=\r\n" + new string('x', 25) + "\r\n--=_");
    }

    private static string Header(string mail, string name)
    {
        var head = mail[..mail.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n ", " ", StringComparison.Ordinal);
        return head.Split("\r\n").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 2)..];
    }

    private static void Verify(string output, string name, [CallerFilePath] string test = "")
    {
        var beside = Path.Combine(Path.GetDirectoryName(test)!, name);
        File.Delete($"{beside}.received.eml");
        if (File.Exists($"{beside}.approved.eml") && File.ReadAllText($"{beside}.approved.eml").ReplaceLineEndings("\n") == output.ReplaceLineEndings("\n"))
            return;
        File.WriteAllText($"{beside}.received.eml", output.ReplaceLineEndings("\n"));
        Assert.Fail($"{name}.received.eml differs from the approved file, or there is none: read it, and rename it when it is right.");
    }
}
