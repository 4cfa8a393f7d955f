using System.Text.RegularExpressions;

namespace Levelkeeper.Server.Tests.Metrics;

/// <summary>What Prometheus is told of agreements.</summary>
public sealed partial class AgreementMetricsTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private string _manager = "";
    private string _operator = "";
    private string _klient = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(prepare: async store =>
        {
            _manager = await SiteAgreement.TokenAsync(store, "maria", "manager");
            _operator = await SiteAgreement.TokenAsync(store, "probe", "operator");
            _klient = await SiteAgreement.TokenAsync(store, "klient", "customer", "Klient");
        });
        await _server.PutInForceAsync("site", "Klient", _manager);
        var facts = Events.Batch(
            SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z"),
            // Half of what 743 hours of March may lose: 22 min 17.4 s.
            SiteAgreement.State("2", "down", "2026-03-02T10:00:00Z"), SiteAgreement.State("3", "up", "2026-03-02T10:22:17.4Z"),
            Ticket("a", "reported", "T-1", "07:00", "customer"), Ticket("b", "replied", "T-1", "08:00", "provider"),
            Ticket("c", "reported", "T-2", "07:30", "customer"),
            Ticket("d", "reported", "T-3", "11:00", "customer"));
        (await _server.PostAsync(facts, "application/cloudevents-batch+json", _operator)).Status.ShouldBe(202);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Target_current_value_budget_state_and_clocks_are_told()
    {
        var samples = Parse((await _server.GetAsync("/metrics", _operator)).Text);
        const string Uptime = "{agreement=\"site\",objective=\"uptime\"}";
        const string Reaction = "{agreement=\"site\",objective=\"reaction\"}";

        samples["levelkeeper_agreements"].ShouldBe(1m);
        samples[$"levelkeeper_objective_target_ratio{Uptime}"].ShouldBe(0.999m);
        // 1,337.4 s of the 37 hours since the month began in Warsaw.
        samples[$"levelkeeper_objective_current_ratio{Uptime}"].ShouldBe(decimal.Round(1 - 1337.4m / (37 * 3600), 9));
        samples[$"levelkeeper_objective_error_budget_remaining_ratio{Uptime}"].ShouldBe(0.5m);
        // Of two that are decided one was in time: a tenth may be late, five tenths are.
        samples[$"levelkeeper_objective_target_ratio{Reaction}"].ShouldBe(0.9m);
        samples[$"levelkeeper_objective_current_ratio{Reaction}"].ShouldBe(0.5m);
        samples[$"levelkeeper_objective_error_budget_remaining_ratio{Reaction}"].ShouldBe(-4m);
        samples["levelkeeper_objective_state{agreement=\"site\",objective=\"reaction\",state=\"at_risk\"}"].ShouldBe(1);
        samples["levelkeeper_objective_state{agreement=\"site\",objective=\"reaction\",state=\"met\"}"].ShouldBe(0);
        samples.Where(s => s.Key.StartsWith("levelkeeper_objective_state", StringComparison.Ordinal)).GroupBy(s => s.Key.Split(",state")[0], StringComparer.Ordinal).ShouldAllBe(g => g.Count() == 6 && g.Sum(s => s.Value) == 1);
        samples["levelkeeper_clocks_open{agreement=\"site\",clock=\"respond\"}"].ShouldBe(2);
        samples["levelkeeper_clocks_late{agreement=\"site\",clock=\"respond\"}"].ShouldBe(1);
        samples["levelkeeper_clocks_breached{agreement=\"site\",clock=\"respond\"}"].ShouldBe(1);
        samples["levelkeeper_clocks_at_risk{agreement=\"site\",clock=\"respond\"}"].ShouldBe(0);
    }

    [Fact]
    public async Task Figures_move_with_time_and_facts()
    {
        await _server.GetAsync("/metrics", _operator);
        _server.Time.Advance(TimeSpan.FromHours(2));
        (await _server.PostAsync(Ticket("e", "replied", "T-2", "13:30", "provider"), token: _operator)).Status.ShouldBe(202);
        var samples = Parse((await _server.GetAsync("/metrics", _operator)).Text);

        samples["levelkeeper_objective_current_ratio{agreement=\"site\",objective=\"uptime\"}"].ShouldBe(decimal.Round(1 - 1337.4m / (39 * 3600), 9));
        samples["levelkeeper_objective_read_timestamp_seconds{agreement=\"site\",objective=\"uptime\"}"].ShouldBe(RunningServer.Noon.ToUnixTimeSeconds() + 7200);
        // T-2 was answered too late, T-3 is due at 15:00: it has used three of its four hours.
        samples["levelkeeper_clocks_open{agreement=\"site\",clock=\"respond\"}"].ShouldBe(1);
        samples["levelkeeper_clocks_late{agreement=\"site\",clock=\"respond\"}"].ShouldBe(0);
        samples["levelkeeper_clocks_breached{agreement=\"site\",clock=\"respond\"}"].ShouldBe(1);
        _server.Time.Advance(TimeSpan.FromMinutes(50));
        Parse((await _server.GetAsync("/metrics", _operator)).Text)["levelkeeper_clocks_at_risk{agreement=\"site\",clock=\"respond\"}"].ShouldBe(1);
    }

    [Fact]
    public async Task There_are_as_many_series_however_many_tickets_there_are()
    {
        // The first scrape is a request that the second tells of.
        await _server.GetAsync("/metrics", _operator);
        var before = Parse((await _server.GetAsync("/metrics", _operator)).Text).Keys.Order(StringComparer.Ordinal).ToList();
        (await _server.PostAsync(Events.Batch(Enumerable.Range(10, 200).Select(i => Ticket($"n{i}", "reported", $"N-{i}", "11:30", "customer"))), "application/cloudevents-batch+json", _operator)).Status.ShouldBe(202);
        var after = Parse((await _server.GetAsync("/metrics", _operator)).Text);

        after.Keys.Order(StringComparer.Ordinal).ShouldBe(before);
        after["levelkeeper_clocks_open{agreement=\"site\",clock=\"respond\"}"].ShouldBe(202);
    }

    [Fact]
    public async Task An_agreement_that_has_ended_is_told_no_more()
    {
        (await _server.SendAsync("POST", "/api/v1/agreements/site/revisions/1/end", """{"text":"over"}""", _manager)).Status.ShouldBe(200);
        (await _server.GetAsync("/metrics", _operator)).Text.ShouldNotContain("agreement=\"site\"");
    }

    [Fact]
    public async Task A_customer_is_not_told_of_all_parties() => (await _server.GetAsync("/metrics", _klient)).Status.ShouldBe(403);

    [Fact]
    public async Task Prometheus_finds_nothing_wrong_with_names_and_form() =>
        (await Promtool.CheckAsync((await _server.GetAsync("/metrics", _operator)).Text, "check", "metrics")).ShouldBe("");

    [Fact]
    public async Task Prometheus_takes_the_alerts_that_the_documentation_shows_and_they_name_what_is_told()
    {
        var told = (await _server.GetAsync("/metrics", _operator)).Text;
        var rules = MarkdownBlock.Of(RepositoryRoot.File("docs", "operations.md")).Single(b => b.Info == "yaml prometheus").Text;
        foreach (var name in Name().Matches(rules).Select(m => m.Value.Replace("_bucket", "", StringComparison.Ordinal)).Distinct())
            told.ShouldContain($"# TYPE {name} ");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, rules);
        (await Promtool.CheckAsync("", "check", "rules", file)).ShouldBe("");
        File.Delete(file);
    }

    private static string Ticket(string id, string type, string ticket, string time, string by) =>
        $$$"""{"specversion":"1.0","id":"{{{id}}}","source":"desk","type":"levelkeeper.ticket.{{{type}}}.v1","subject":"{{{ticket}}}","time":"2026-03-02T{{{time}}}:00Z","data":{"by":"{{{by}}}","service":"site","customer":"Klient"}}""";

    /// <summary>The samples by series. Strict: each line is one that the format knows, each metric is announced before its samples and once, no series comes twice.</summary>
    private static Dictionary<string, decimal> Parse(string text)
    {
        text.ShouldEndWith("\n");
        var (samples, types, helped) = (new Dictionary<string, decimal>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal), "");
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (Help().Match(line) is { Success: true } help)
            {
                helped = help.Groups["name"].Value;
                continue;
            }

            if (Type().Match(line) is { Success: true } type)
            {
                type.Groups["name"].Value.ShouldBe(helped);
                types.Add(helped, type.Groups["type"].Value);
                continue;
            }

            var sample = Sample().Match(line);
            sample.Success.ShouldBeTrue(line);
            var name = sample.Groups["name"].Value;
            (types[helped] == "histogram" ? name.StartsWith(helped, StringComparison.Ordinal) : name == helped).ShouldBeTrue(line);
            samples.Add(line[..line.LastIndexOf(' ')], decimal.Parse(sample.Groups["value"].Value, System.Globalization.CultureInfo.InvariantCulture));
        }

        return samples;
    }

    [GeneratedRegex("^# HELP (?<name>[a-z_]+) [A-Za-z0-9].*[.]$", RegexOptions.ExplicitCapture)]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (?<name>[a-z_]+) (?<type>counter|gauge|histogram)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Type();

    [GeneratedRegex("^(?<name>[a-z_]+)(\\{[a-z_]+=\"([^\"\\\\]|\\\\.)*\"(,[a-z_]+=\"([^\"\\\\]|\\\\.)*\")*\\})? (?<value>-?[0-9]+([.][0-9]+)?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();

    [GeneratedRegex("levelkeeper_[a-z_]+", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
