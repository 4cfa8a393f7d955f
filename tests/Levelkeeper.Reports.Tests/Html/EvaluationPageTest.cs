using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using Levelkeeper.Reports.Html;
using NodaTime;

namespace Levelkeeper.Reports.Tests.Html;

public class EvaluationPageTest
{
    private static readonly AgreementEvaluation s_evaluation = Samples.Agreement(Samples.Objective(), Samples.Breached());

    private static IDocument Page(params AgreementEvaluation[] evaluations) => new HtmlParser().ParseDocument(EvaluationPage.Write(evaluations));

    [Fact]
    public void A_page_is_as_approved() => Approval.Verify(EvaluationPage.Write([s_evaluation]), "two-objectives");

    [Fact]
    public void No_approved_file_dangles() => Approval.Dangling().ShouldBeEmpty();

    [Fact]
    public void Equal_evaluations_give_equal_pages() => EvaluationPage.Write([s_evaluation]).ShouldBe(EvaluationPage.Write([s_evaluation]));

    [Fact]
    public void Foreign_text_never_becomes_markup()
    {
        const string hostile = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;";
        var objective = Samples.Objective() with
        {
            Title = hostile, Objective = hostile, Service = hostile, Member = hostile, Target = hostile, Period = Samples.Objective().Period with { Label = hostile },
            Clause = Samples.Clause(1, hostile),
            Explanation = new Explanation { Title = hostile, Remark = hostile, Clauses = [Samples.Clause(1, hostile)] },
            Members = [Samples.Objective() with { Member = hostile }],
            Outages = [new OutageReading(new TickInterval(0, 1), 1, 0, false, [hostile])],
        };
        var page = Page(s_evaluation with { Title = hostile, Agreement = hostile, Objectives = [objective], LeftOut = [new SetAsideFact(Samples.Fact(1, hostile), hostile)] });
        page.QuerySelectorAll("script, img").ShouldBeEmpty();
        page.Title.ShouldBe(hostile);
        page.All.SelectMany(e => e.Attributes).ShouldAllBe(a => !a.Name.StartsWith("on", StringComparison.Ordinal));
        page.QuerySelector(".tree .title")!.TextContent.ShouldBe(hostile);
    }

    [Fact]
    public void Every_time_that_is_read_is_on_the_agreement_s_wall_clock()
    {
        var page = Page(s_evaluation with { Zone = DateTimeZoneProviders.Tzdb["America/New_York"] });
        var text = page.Body!.TextContent;
        text.ShouldContain("-04:00");
        text.ShouldNotMatch(@"\d{2}:\d{2}Z");
        page.QuerySelector("time")!.GetAttribute("datetime")!.ShouldEndWith("Z"); // For programs.
    }

    [Fact]
    public void Nothing_is_loaded_from_elsewhere()
    {
        var html = EvaluationPage.Write([s_evaluation]);
        html.ShouldNotContain("url(");
        html.ShouldNotContain("@import");
        Page(s_evaluation).QuerySelectorAll("link, script, img, iframe, [src]").ShouldBeEmpty();
    }

    [Fact]
    public void Every_link_leads_to_a_result_on_the_page()
    {
        var page = Page(s_evaluation, s_evaluation);
        var links = page.QuerySelectorAll("a[href]").Select(a => a.GetAttribute("href")!).ToArray();
        links.Length.ShouldBe(4);
        links.Where(l => page.GetElementById(l[1..]) is null).ShouldBeEmpty();
        links.Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public void The_verdict_is_a_word_and_a_mark_and_not_only_a_colour()
    {
        var cells = Page(s_evaluation).QuerySelectorAll(".result .verdict").Select(c => c.TextContent.Trim());
        cells.ShouldBe(["✓ met", "✗ breached"]);
    }

    [Fact]
    public void Headings_go_down_by_one_and_tables_have_captions()
    {
        foreach (var page in new[] { Page(s_evaluation), Page(s_evaluation, s_evaluation) })
        {
            page.QuerySelectorAll("h1").Length.ShouldBe(1);
            page.QuerySelectorAll("table").ShouldAllBe(t => t.QuerySelector("caption") != null);
            page.QuerySelectorAll("th").ShouldAllBe(t => t.HasAttribute("scope"));
        }
    }

    [Fact]
    public void A_budget_overdrawn_says_by_how_much() =>
        Page(s_evaluation).QuerySelectorAll("#r0-1-0 p").Select(p => p.TextContent).ShouldContain("2 used of 1: 1 too much; burn rate 2.");

    [Fact]
    public void An_outage_that_reaches_over_the_end_is_drawn_inside()
    {
        var objective = Samples.Objective();
        var last = objective.Period.Span.End;
        objective = objective with { Outages = [new OutageReading(new TickInterval(last - 1, last + NodaConstants.TicksPerDay), 1, 0, true, [])] };
        var mark = Page(s_evaluation with { Objectives = [objective] }).QuerySelector("svg .down")!;
        mark.GetAttribute("x").ShouldBe("997.00");
        mark.GetAttribute("width").ShouldBe("3.00");
    }

    [Fact]
    public void A_long_history_opens_misses_and_the_latest_periods_only()
    {
        var days = Enumerable.Range(0, 100).Select(n => Samples.Objective() with
        {
            Period = new EvaluatedPeriod($"day {n}", TickInterval.Between(Samples.October + Duration.FromDays(n), Samples.October + Duration.FromDays(n + 1)), false),
            Verdict = n == 3 ? Verdict.Breached : Verdict.Met,
        });
        var page = Page(Samples.Agreement([.. days]));
        page.QuerySelectorAll(".result-details").Length.ShouldBe(1 + EvaluationPage.LatestPeriods);
        page.QuerySelectorAll("details .results tbody tr").Length.ShouldBe(100);
        page.QuerySelectorAll(".results caption").Select(c => c.TextContent).ShouldBe(["Not met, of 100 periods from day 0 to day 99", "Results from day 0 to day 99"]);
        page.Body!.TextContent.ShouldContain("85 earlier periods without a miss");
        var ids = page.QuerySelectorAll("a.result[href]").Select(a => a.GetAttribute("href")![1..]).ToArray();
        ids.Length.ShouldBe(1 + 15); // the miss stands in both tables
        ids.Where(id => page.GetElementById(id) is null).ShouldBeEmpty();
    }
}
