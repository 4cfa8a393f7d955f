using System.Text.Json;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Server.Tests.Facts;

/// <summary>What becomes of facts that are sent, on whichever database.</summary>
public abstract class FactIntakeTests
{
    private const string One = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";
    private const string Lines = "application/x-ndjson";

    protected abstract Task<Func<Database>?> NewDatabaseAsync();

    [Fact]
    public async Task An_acknowledged_fact_is_in_the_log()
    {
        await using var server = await StartAsync();
        var answer = await server.PostAsync(Events.Closed("a"));

        answer.Status.ShouldBe(202);
        Counts(answer).ShouldBe((1, 0, 0, 0));
        answer["sequence"].ShouldBe(1);
        (await IdsAsync(server)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_fact_that_is_sent_again_changes_nothing()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Events.Closed("a"));
        var again = await server.PostAsync(Events.Closed("a"));

        again.Status.ShouldBe(202);
        Counts(again).ShouldBe((0, 1, 0, 0));
        again["sequence"].ShouldBe(1);
        (await IdsAsync(server)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Another_content_under_the_same_identity_is_set_aside_and_said_so()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Events.Closed("a", "T-1"));
        var answer = await server.PostAsync(Events.Closed("a", "T-2"));

        Counts(answer).ShouldBe((0, 0, 1, 0));
        var problem = answer.Json.GetProperty("problems")[0];
        problem.GetProperty("code").GetString().ShouldBe("LK2050");
        problem.GetProperty("status").GetInt32().ShouldBe(409);
        (await IdsAsync(server)).ShouldBe(["a"]);
        var aside = await server.GetAsync("/api/v1/facts/conflicts");
        aside.Json.GetProperty("facts").EnumerateArray().Select(f => f.GetProperty("event").GetProperty("subject").GetString()).ShouldBe(["T-2"]);
    }

    [Theory]
    [InlineData(Batch)]
    [InlineData(Lines)]
    public async Task Good_rows_are_kept_and_bad_ones_are_told_with_line_code_and_remedy(string type)
    {
        await using var server = await StartAsync();
        string[] rows = [Events.Closed("a"), """{"specversion":"1.0","id":"b","source":"desk","type":"levelkeeper.ticket.closed.v1","subject":"T-1"}""", Events.Closed("c")];
        var answer = await server.PostAsync(type == Batch ? Events.Batch(rows) : Events.Lines(rows), type);

        answer.Status.ShouldBe(202);
        Counts(answer).ShouldBe((2, 0, 0, 1));
        var problem = answer.Json.GetProperty("problems").EnumerateArray().ShouldHaveSingleItem();
        problem.GetProperty("type").GetString().ShouldBe("urn:levelkeeper:LK2010");
        problem.GetProperty("status").GetInt32().ShouldBe(422);
        problem.GetProperty("severity").GetString().ShouldBe("error");
        problem.GetProperty("line").GetInt32().ShouldBe(2);
        problem.GetProperty("detail").GetString().ShouldBe("The attribute 'time' is missing.");
        problem.GetProperty("hint").GetString()!.ShouldContain("2026-03-02T09:00:00Z");
        (await IdsAsync(server)).ShouldBe(["a", "c"]);
    }

    [Theory]
    [InlineData(One)]
    [InlineData(Batch)]
    [InlineData(Lines)]
    public async Task Where_no_row_is_a_fact_the_answer_is_a_problem(string type)
    {
        await using var server = await StartAsync();
        var answer = await server.PostAsync("""{"specversion":"1.0"}""", type);

        answer.Status.ShouldBe(422);
        answer.Type.ShouldBe("application/problem+json");
        answer.Code.ShouldBe("LK6107");
        answer.Json.GetProperty("receipt").GetProperty("refused").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_batch_that_is_cut_off_keeps_what_came_whole()
    {
        await using var server = await StartAsync();
        var answer = await server.PostAsync($"[{Events.Closed("a")},\n{Events.Closed("b")[..40]}", Batch);

        answer.Status.ShouldBe(202);
        answer["appended"].ShouldBe(1);
        answer["refused"].ShouldBe(1);
        answer.Json.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("LK2023");
    }

    [Fact]
    public async Task An_empty_batch_and_a_stream_without_lines_append_nothing()
    {
        await using var server = await StartAsync();
        foreach (var answer in new[] { await server.PostAsync("[]", Batch), await server.PostAsync("", Lines) })
        {
            answer.Status.ShouldBe(202);
            Counts(answer).ShouldBe((0, 0, 0, 0));
        }
    }

    [Fact]
    public async Task In_binary_mode_attributes_are_headers_and_the_body_is_the_data()
    {
        await using var server = await StartAsync();
        var answer = await server.PostAsync("""{"service":"hosting"}""", "application/json", null, ("ce-specversion", "1.0"), ("ce-id", "a"), ("CE-Source", "d%C3%A9sk"), ("ce-type", "levelkeeper.ticket.closed.v1"), ("ce-subject", "T-1"), ("ce-time", "2026-03-02T09:00:00Z"));

        answer.Status.ShouldBe(202, answer.Text);
        Counts(answer).ShouldBe((1, 0, 0, 0));
        var logged = (await server.GetAsync("/api/v1/facts")).Json.GetProperty("facts")[0].GetProperty("event");
        logged.GetProperty("source").GetString().ShouldBe("désk");
        logged.GetProperty("data").GetProperty("service").GetString().ShouldBe("hosting");
    }

    [Fact]
    public async Task Binary_and_structured_mode_of_one_fact_are_the_same_fact()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Events.Closed("a"));
        var answer = await server.PostAsync([], null, null, ("ce-specversion", "1.0"), ("ce-id", "a"), ("ce-source", "desk"), ("ce-type", "levelkeeper.ticket.closed.v1"), ("ce-subject", "T-1"), ("ce-time", "2026-03-02T09:00:00Z"));

        Counts(answer).ShouldBe((0, 1, 0, 0));
    }

    [Theory]
    [InlineData("""{}, "subject": "T-2" """)]
    [InlineData("""{"a":""")]
    [InlineData("}")]
    public async Task The_data_of_binary_mode_cannot_reach_into_the_envelope(string body)
    {
        await using var server = await StartAsync();
        var answer = await server.PostAsync(body, "application/json", null, ("ce-specversion", "1.0"), ("ce-id", "a"), ("ce-source", "desk"), ("ce-type", "levelkeeper.ticket.closed.v1"), ("ce-subject", "T-1"), ("ce-time", "2026-03-02T09:00:00Z"));

        answer.Status.ShouldBe(422);
        answer.Json.GetProperty("receipt").GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("LK2001");
        (await IdsAsync(server)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_long_stream_is_appended_in_order()
    {
        await using var server = await StartAsync();
        var ids = Enumerable.Range(0, 10_000).Select(static i => $"{i:D5}").ToArray();
        var answer = await server.PostAsync(Events.Lines(ids.Select(static id => Events.Closed(id))), Lines);

        Counts(answer).ShouldBe((10_000, 0, 0, 0));
        answer["sequence"].ShouldBe(10_000);
        (await IdsAsync(server)).ShouldBe(ids);
    }

    [Fact]
    public async Task What_a_stream_has_sent_is_appended_before_it_ends()
    {
        await using var server = await StartAsync();
        using var content = new PipedContent(Lines);
        var posting = server.PostAsync(content);
        await content.WriteAsync(Events.Closed("a") + "\n");
        while ((await IdsAsync(server)).Count == 0)
        {
            // Each request waits for the server; there is nothing else to wait for.
        }

        await content.WriteAsync(Events.Closed("b") + "\n");
        content.End();
        Counts(await posting).ShouldBe((2, 0, 0, 0));
    }

    [Fact]
    public async Task Facts_of_many_senders_at_once_are_each_in_the_log_once()
    {
        await using var server = await StartAsync();
        // Each fact is sent by two, and all at the same time.
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => server.PostAsync(Events.Closed($"{i / 2}"))));

        answers.ShouldAllBe(static a => a.Status == 202);
        answers.Sum(static a => a["appended"]).ShouldBe(100);
        answers.Sum(static a => a["duplicates"]).ShouldBe(100);
        (await IdsAsync(server)).Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 100).Select(static i => $"{i}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_log_is_read_page_by_page_and_by_subject_source_and_type()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Events.Batch(Events.Closed("a", "T-1"), Events.Closed("b", "T-2"), Events.Closed("c", "T-1", "other"), Events.Closed("a", "T-9"), Events.Closed("d", "T-1")), Batch);

        var first = await server.GetAsync("/api/v1/facts?limit=2");
        Ids(first).ShouldBe(["a", "b"]);
        first.Json.GetProperty("more").GetBoolean().ShouldBeTrue();
        var second = await server.GetAsync($"/api/v1/facts?limit=2&after={first["after"]}");
        Ids(second).ShouldBe(["c", "d"]);
        second["after"].ShouldBe(5);
        second.Json.GetProperty("more").GetBoolean().ShouldBeFalse();
        Ids(await server.GetAsync("/api/v1/facts?subject=T-1")).ShouldBe(["a", "c", "d"]);
        Ids(await server.GetAsync("/api/v1/facts?subject=T-1&after=1&limit=1")).ShouldBe(["c"]);
        Ids(await server.GetAsync("/api/v1/facts?subject=T-1&source=desk")).ShouldBe(["a", "d"]);
        Ids(await server.GetAsync("/api/v1/facts?source=other")).ShouldBe(["c"]);
        Ids(await server.GetAsync("/api/v1/facts?type=levelkeeper.ticket.opened.v1")).ShouldBeEmpty();
        Ids(await server.GetAsync("/api/v1/facts/conflicts?subject=T-9")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task An_erased_fact_is_listed_without_its_text()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Events.Batch(Events.Closed("a"), Events.Closed("b")), Batch);
        await server.Open().Store.Log().EraseAsync([1]);

        var facts = (await server.GetAsync("/api/v1/facts")).Json.GetProperty("facts");
        facts[0].TryGetProperty("event", out _).ShouldBeFalse();
        facts[0].GetProperty("sequence").GetInt64().ShouldBe(1);
        facts[1].GetProperty("event").GetProperty("id").GetString().ShouldBe("b");
    }

    [Fact]
    public async Task A_full_queue_sends_callers_away_and_keeps_nothing_of_theirs()
    {
        await using var server = await StartAsync(static s => s with { QueuedFacts = 1 });
        using var gate = new SemaphoreSlim(0);
        server.Open().Log.Committed = _ => gate.Wait();
        // One caller's facts are let in however many they are; the next comes while those wait.
        var first = server.PostAsync(Events.Batch(Events.Closed("a"), Events.Closed("b")), Batch);
        while (server.Open().Queue.Facts == 0)
            await Task.Yield();
        var second = await server.PostAsync(Events.Closed("c"));
        gate.Release();

        second.Status.ShouldBe(429);
        second.Code.ShouldBe("LK6103");
        second.Headers.RetryAfter.ShouldNotBeNull();
        (await first).Status.ShouldBe(202);
        (await IdsAsync(server)).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_caller_that_waits_too_long_for_the_commit_is_told_to_send_again()
    {
        await using var server = await StartAsync();
        using var gate = new SemaphoreSlim(0);
        server.Open().Log.Committed = _ => gate.Wait();
        var posting = server.PostAsync(Events.Closed("a"));
        while (server.Open().Queue.Facts == 0)
            await Task.Yield();
        while (!posting.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        gate.Release(2);
        (await posting).Status.ShouldBe(503);
        (await posting).Code.ShouldBe("LK6105");
        (await server.PostAsync(Events.Closed("a")))["duplicates"].ShouldBe(1);
    }

    [Fact]
    public async Task Facts_are_stamped_with_the_time_at_which_they_came()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Events.Closed("a"));
        server.Time.Advance(TimeSpan.FromHours(1));
        await server.PostAsync(Events.Closed("b"));

        (await server.GetAsync("/api/v1/facts")).Json.GetProperty("facts").EnumerateArray().Select(f => f.GetProperty("recorded").GetString()).ShouldBe(["2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z"]);
    }

    private static (long, long, long, long) Counts(Answer answer) => (answer["appended"], answer["duplicates"], answer["conflicts"], answer["refused"]);

    private static List<string> Ids(Answer answer) => [.. answer.Json.GetProperty("facts").EnumerateArray().Select(static f => f.GetProperty("event").GetProperty("id").GetString()!)];

    private static async Task<List<string>> IdsAsync(RunningServer server)
    {
        var (ids, after, more) = (new List<string>(), 0L, true);
        while (more)
        {
            var page = await server.GetAsync($"/api/v1/facts?limit=1000&after={after}");
            page.Status.ShouldBe(200);
            ids.AddRange(Ids(page));
            (after, more) = (page["after"], page.Json.GetProperty("more").GetBoolean());
        }

        return ids;
    }

    private async Task<RunningServer> StartAsync(Func<ServerSettings, ServerSettings>? change = null) => await RunningServer.StartAsync(await NewDatabaseAsync(), change);
}

public sealed class FactIntakeTestsOnSqlite : FactIntakeTests
{
    protected override Task<Func<Database>?> NewDatabaseAsync() => Task.FromResult<Func<Database>?>(null);
}

public sealed class FactIntakeTestsOnPostgres : FactIntakeTests
{
    protected override async Task<Func<Database>?> NewDatabaseAsync()
    {
        var connection = await PostgresServer.SchemaAsync();
        return () => new PostgresDatabase(connection);
    }
}
