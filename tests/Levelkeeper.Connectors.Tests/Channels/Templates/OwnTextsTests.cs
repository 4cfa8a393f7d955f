using Levelkeeper.Connectors.Channels.Templates;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Notifications;

namespace Levelkeeper.Connectors.Tests.Channels.Templates;

/// <summary>Words of one's own, and what becomes of those that are wrong.</summary>
public class OwnTextsTests
{
    private static OwnTexts Texts(string? subject = null, string? plain = null, string? html = null, TextLanguage? language = null) => new([new OwnText("clock-at-risk", language ?? TextLanguage.English, subject, plain, html)]);

    private static Notification Notification(string title = "Payment page is down") => Notices.AtRisk() with { Thread = new NotificationThread(ThreadOf.Ticket, "T-1042", title) };

    [Fact]
    public void Values_stand_where_their_names_are()
    {
        var written = Texts("{{id}} is late on {{clock}}", "Dear {{recipient}},\n{{#if due}}due {{due}}{{else}}no date{{/if}}{{#unless alert}}, no alert{{/unless}}\n{{link}}\n").Write(Notification());
        written.Note.ShouldBe("");
        written.Text.Subject.ShouldBe("T-1042 is late on resolution time");
        written.Text.Plain.ShouldBe("Dear Anna Nowak,\ndue 10 March 2026, 13:02 (Europe/Warsaw, UTC+01:00), no alert\nhttps://sla.example.com/tickets/T-1042?tab=clocks&x=1\n");
    }

    [Fact]
    public void A_page_escapes_every_value()
    {
        var written = Texts(html: "<p title=\"{{title}}\">{{title}}</p>").Write(Notification("<script>\"'x&"));
        written.Text.Html.ShouldContain("<p title=\"&lt;script&gt;&quot;");
        written.Text.Html.ShouldNotContain("<script>");
        written.Text.Html.ShouldNotContain("'x");
        written.Text.Plain.ShouldBe(NotificationWriter.Write(Notification("<script>\"'x&")).Plain);
    }

    [Fact]
    public void A_text_without_a_page_makes_a_page_that_says_the_same()
    {
        var written = Texts(plain: "Hi <{{title}}>", language: TextLanguage.English).Write(Notification("a<b"));
        written.Text.Plain.ShouldBe("Hi <a<b>");
        written.Text.Html.ShouldContain("Hi &lt;a&lt;b&gt;");
    }

    [Fact]
    public void A_page_says_its_direction()
    {
        var arabic = Notices.AtRisk(TextLanguage.Arabic);
        Texts(html: "<p>{{lead}}</p>", language: TextLanguage.Arabic).Write(arabic).Text.Html.ShouldContain("<div lang=\"ar\" dir=\"rtl\">");
    }

    [Fact]
    public void Another_kind_or_language_has_the_built_in_text()
    {
        var texts = Texts("own");
        texts.Write(Notification() with { Kind = new NotificationKind.ClockBreached() }).Text.Subject.ShouldBe("[T-1042] Time limit missed: resolution time");
        texts.Write(Notices.AtRisk(TextLanguage.Polish)).Text.Subject.ShouldBe("[T-1042] Zagrożony limit czasu: czas naprawy");
    }

    [Theory]
    [InlineData("{{nme}}", "line 1: there is no 'nme'")]
    [InlineData("a\n{{#if nme}}x{{/if}}", "line 2: there is no 'nme'")]
    [InlineData("{{{title}}}", "line 1: this is none of")]
    [InlineData("{{{{raw}}}}{{{{/raw}}}}", "line 1: this is none of")]
    [InlineData("{{&title}}", "line 1: this is none of")]
    [InlineData("{{> partial}}", "line 1: this is none of")]
    [InlineData("{{#each this}}{{#each this}}x{{/each}}{{/each}}", "line 1: this is none of")]
    [InlineData("{{#with title}}x{{/with}}", "line 1: this is none of")]
    [InlineData("{{lookup this title}}", "line 1: this is none of")]
    [InlineData("{{title.Length}}", "line 1: this is none of")]
    [InlineData("{{../title}}", "line 1: this is none of")]
    [InlineData("{{title", "line 1: this is none of")]
    [InlineData("\\{{title}}", "line 1: this is none of")]
    [InlineData("{{#if title}}x", "{{#if}} is not ended")]
    [InlineData("{{#if title}}x{{/unless}}", "line 1: nothing is open that {{/unless}} would end")]
    [InlineData("{{else}}", "line 1: {{else}} stands outside of a block")]
    public void A_template_that_is_wrong_gives_the_built_in_text_and_a_note(string template, string problem)
    {
        foreach (var (texts, part) in new[] { (Texts(subject: template), "subject"), (Texts(plain: template), "text"), (Texts(html: template), "page") })
        {
            texts.Problems.ShouldHaveSingleItem().ShouldStartWith($"clock-at-risk, en: the template of the {part}, {problem}");
            var written = texts.Write(Notification());
            written.Text.ShouldBe(NotificationWriter.Write(Notification()));
            written.Note.ShouldStartWith($"The built-in text was sent: the template of the {part}, {problem}");
        }
    }

    [Fact]
    public void A_template_that_is_too_long_or_too_deep_is_not_even_read()
    {
        Texts(plain: new string('x', 16 * 1024 + 1)).Problems.ShouldHaveSingleItem().ShouldEndWith("it is longer than 16384 signs");
        var deep = string.Concat(Enumerable.Repeat("{{#if title}}", 400)) + string.Concat(Enumerable.Repeat("{{/if}}", 400));
        Texts(plain: deep).Problems.ShouldHaveSingleItem().ShouldContain("blocks are more than 8 deep");
    }

    [Fact]
    public void A_text_that_grows_too_long_gives_the_built_in_one_and_a_note()
    {
        var written = Texts(plain: string.Concat(Enumerable.Repeat("{{title}}", 1500))).Write(Notification(new string('t', 290)));
        written.Note.ShouldBe("The built-in text was sent: the template of the text says nothing, or too much.");
        written.Text.ShouldBe(NotificationWriter.Write(Notification(new string('t', 290))));
    }

    [Fact]
    public void A_subject_that_says_nothing_gives_the_built_in_one_and_a_note() => Texts(subject: " {{alert}} ").Write(Notification()).Note.ShouldNotBeEmpty();

    [Fact]
    public void A_subject_of_several_lines_is_one() => Texts(subject: "a\r\nBcc: {{recipient}}").Write(Notification()).Text.Subject.ShouldBe("a  Bcc: Anna Nowak");

    [Fact]
    public void A_value_that_looks_like_a_template_is_none()
    {
        Texts(plain: "{{title}}").Write(Notification("{{link}}")).Text.Plain.ShouldBe("{{link}}");
    }
}
