using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Documents;

namespace Levelkeeper.Server.Tests.Search;

/// <summary>One search over everything that has a name, for those who may see it.</summary>
public sealed class SearchTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private string _manager = "";
    private string _operator = "";
    private string _acme = "";
    private string _finance = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(prepare: async store =>
        {
            _manager = await SiteAgreement.TokenAsync(store, "maria", "manager");
            _operator = await SiteAgreement.TokenAsync(store, "olga", "operator");
            _finance = await SiteAgreement.TokenAsync(store, "fred", "finance");
            _acme = await SiteAgreement.TokenAsync(store, "klaus", "customer", "Acme");
            await store.Accounts.WriteAsync(new Account { Name = "acme-bot", DisplayName = "Bot of Acme", SecurityStamp = "1" }, new Act("test", RunningServer.Noon));
        });
        await _server.PutInForceAsync("acme", "Acme", _manager);
        await _server.PutInForceAsync("zeta", "Zeta", _manager);
        // A proposal that is not in force is an agreement too.
        (await _server.SendAsync("PUT", "/api/v1/agreements/acme-2", SiteAgreement.Text("acme-2", "Acme"), _manager, "application/yaml")).Status.ShouldBe(200);
        var facts = new[] { Ticket("a", "Acme", "ACM-1"), Ticket("b", "Acme", "acm-2"), Ticket("c", "Zeta", "ZET-1"), Ticket("d", "Nobody", "acm-lost"), SiteAgreement.State("e", "up", "2026-01-01T00:00:00Z", "Acme") };
        (await _server.PostAsync(Events.Batch(facts), "application/cloudevents-batch+json", _operator)).Status.ShouldBe(202);
        var both = await SiteAgreement.TokenAsync(_server.Open().Store, "both", "manager finance");
        (await _server.SendAsync("POST", "/api/v1/agreements/acme/statements/2026-02/draft", null, both)).Status.ShouldBe(200);
        (await _server.SendAsync("POST", "/api/v1/agreements/zeta/statements/2026-02/draft", null, both)).Status.ShouldBe(200);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Everything_is_found_by_a_part_of_its_name_in_whatever_case() =>
        (await FindAsync("q=aCm", _manager)).ShouldBe(
        [
            "agreement acme", "agreement acme-2", "statement acme/2026-02", "subject ACM-1", "subject acm-2", "subject acm-lost", "ticket acme/ACM-1", "ticket acme/acm-2",
        ]);

    [Fact]
    public async Task Accounts_are_found_by_those_who_manage_them() => (await FindAsync("q=acme&kind=account", _operator)).ShouldBe(["account acme-bot"]);

    [Fact]
    public async Task A_customer_finds_their_own_alone_and_no_draft()
    {
        (await FindAsync("q=e", _acme)).ShouldBe(["agreement acme", "agreement acme-2", "service acme/site"]);
        (await FindAsync("q=ZET", _acme)).ShouldBeEmpty();
        (await FindAsync("q=acm&kind=ticket", _acme)).ShouldBe(["ticket acme/ACM-1", "ticket acme/acm-2"]);
        (await FindAsync("q=lost", _acme)).ShouldBeEmpty();
        (await FindAsync("q=2026-02", _acme)).ShouldBeEmpty();
        (await FindAsync("q=2026-02", _finance)).ShouldBe(["statement acme/2026-02", "statement zeta/2026-02"]);
    }

    [Fact]
    public async Task Read_in_pages_it_is_the_same_whatever_the_length_of_a_page()
    {
        var all = await FindAsync("q=e", _operator);
        all.Count.ShouldBeGreaterThan(6);
        for (var length = 1; length <= all.Count; length++)
        {
            var read = new List<string>();
            for (string? after = null; ;)
            {
                var page = (await _server.GetAsync($"/api/v1/search?q=e&limit={length}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", _operator)).Json;
                read.AddRange(page.GetProperty("hits").EnumerateArray().Select(Line));
                if (!page.TryGetProperty("after", out var next))
                    break;
                page.GetProperty("hits").GetArrayLength().ShouldBe(length);
                after = next.GetString();
            }

            read.ShouldBe(all, $"pages of {length}");
        }
    }

    [Fact]
    public async Task What_is_found_is_at_its_address()
    {
        foreach (var hit in (await _server.GetAsync("/api/v1/search?q=acm", _manager)).Json.GetProperty("hits").EnumerateArray())
            (await _server.GetAsync(hit.GetProperty("address").GetString()!, _manager)).Status.ShouldBe(200, hit.ToString());
    }

    [Theory]
    [InlineData("q=")]
    [InlineData("q=%20")]
    [InlineData("q=a&limit=0")]
    [InlineData("q=a&limit=201")]
    [InlineData("q=a&kind=person")]
    [InlineData("q=a&after=nowhere")]
    [InlineData("limit=5")]
    public async Task What_cannot_be_asked_is_refused(string query)
    {
        var answer = await _server.GetAsync($"/api/v1/search?{query}", _manager);
        (answer.Status, answer.Code).ShouldBe((400, answer.Code is "LK6100" ? "LK6100" : "LK6108"));
    }

    private async Task<IReadOnlyList<string>> FindAsync(string query, string token) => [.. (await _server.GetAsync($"/api/v1/search?{query}&limit=200", token)).Json.GetProperty("hits").EnumerateArray().Select(Line)];

    private static string Line(System.Text.Json.JsonElement hit) => $"{hit.GetProperty("kind")} {hit.GetProperty("key")}";

    private static string Ticket(string id, string customer, string ticket) =>
        $$$"""{"specversion":"1.0","id":"{{{id}}}","source":"desk","type":"levelkeeper.ticket.reported.v1","subject":"{{{ticket}}}","time":"2026-03-02T09:00:00Z","data":{"service":"site","customer":"{{{customer}}}"}}""";
}
