using System.Text.Json.Nodes;

namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>Statements, bundles, recoveries and simulations as a user makes them. The amounts are reckoned in <see cref="HostlySample"/>.</summary>
public sealed class StatementCommandTest : IDisposable
{
    private readonly CommandRun _run = HostlySample.Run();

    public void Dispose() => _run.Dispose();

    private async Task<string> Done(params string[] arguments)
    {
        var (code, output, error) = await _run.Levelkeeper(arguments);
        (code, error).ShouldBe((0, ""));
        return output;
    }

    private static Dictionary<string, (string Standing, string Computed, string Payable)> Lines(string statement) =>
        JsonNode.Parse(statement)!["lines"]!.AsArray().ToDictionary(l => (string)l!["id"]!, l => ((string)l!["standing"]!, (string)l["computed"]!, (string)l["payable"]!));

    [Fact]
    public async Task The_statement_of_a_month_pays_the_best_for_one_event_and_what_another_event_adds()
    {
        var statement = await Done(HostlySample.March("statement"));
        var lines = Lines(statement);
        lines["uptime-credit/2026-03"].ShouldBe(("payable", "1000.00", "1000.00"));
        lines["repair-fine/2026-03/T-1"].ShouldBe(("not-owed", "0.00", "0.00"));
        lines["repair-fine/2026-03/T-2"].ShouldBe(("payable", "150.00", "150.00"));
        JsonNode.Parse(statement)!["payable"]!["by-provider"]!.GetValue<string>().ShouldBe("1150.00");
        JsonNode.Parse(statement)!["entitlements"]![0]!["until"]!.GetValue<string>().ShouldBe("2026-05-30T22:00:00Z");
    }

    [Fact]
    public async Task The_same_inputs_give_the_same_bytes() =>
        (await Done(HostlySample.March("statement"))).ShouldBe(await Done(HostlySample.March("statement")));

    [Fact]
    public async Task What_goes_on_being_late_adds_to_the_next_month()
    {
        await Done(HostlySample.March("statement", "--to", "march.json"));
        var april = Lines(await Done("statement", "-a", "acme.yaml", "-f", "facts.jsonl", "-p", "2026-04", "--as-of", "2026-05-10", "--issued", "march.json"));
        april.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("repair-fine/2026-04/T-2", ("payable", "150.00", "150.00")));
    }

    [Fact]
    public async Task A_corrected_fact_adjusts_the_next_statement_and_waits_for_the_customer_where_it_takes_something_off()
    {
        await Done(HostlySample.March("statement", "--to", "march.json"));
        _run.Write("facts.jsonl", HostlySample.Facts + HostlySample.Event("9", "fact.corrected", "shop", "2026-04-20T00:00:00Z", """{"source":"m","id":"4","reason":"clock","time":"2026-03-10T10:00:00Z"}"""));
        // The outage ended at 10:00: two hours of 743, 99.73 %, 10 %: 400.00 in the place of 1,000.00. T-1's fine is better now: 650.00 by 13 started hours, capped at 500.00.
        string[] april = ["statement", "-a", "acme.yaml", "-f", "facts.jsonl", "-p", "2026-04", "--as-of", "2026-05-10", "--issued", "march.json"];
        var waiting = Lines(await Done(april));
        waiting["adjustment/uptime-credit/2026-03/2026-04"].ShouldBe(("awaits-acceptance", "-1000.00", "0.00"));
        // Both follow from one correction, which together takes 500.00 off: neither moves alone.
        waiting["adjustment/repair-fine/2026-03/T-1/2026-04"].ShouldBe(("awaits-acceptance", "500.00", "0.00"));
        _run.Write("facts.jsonl", _run.Read("facts.jsonl") + HostlySample.Event("10", "adjustment.accepted", "", "2026-05-02T00:00:00Z", """{"agreement":"hostly-acme","remedy":"uptime-credit","period":"2026-03","by":"A. Nowak"}""").Replace("\"subject\":\"\",", "", StringComparison.Ordinal));
        var accepted = Lines(await Done(april));
        accepted["adjustment/uptime-credit/2026-03/2026-04"].ShouldBe(("payable", "-1000.00", "-1000.00"));
        accepted["adjustment/repair-fine/2026-03/T-1/2026-04"].ShouldBe(("payable", "500.00", "500.00"));
    }

    [Fact]
    public async Task A_bundle_is_recomputed_from_what_lies_in_it_and_says_what_was_changed()
    {
        await Done(HostlySample.March("bundle", "--to", "march.zip"));
        await Done(HostlySample.March("bundle", "--to", "again.zip"));
        File.ReadAllBytes(Path.Combine(_run.Folder, "march.zip")).ShouldBe(File.ReadAllBytes(Path.Combine(_run.Folder, "again.zip")));
        _run.Write("acme.yaml", "gone");
        _run.Write("facts.jsonl", "gone");
        (await Done("verify", "march.zip")).ShouldStartWith("✓ march.zip: recomputed from the agreement and the facts in it, the statement is the same to the last byte.");

        Change("march.zip", "facts.jsonl", text => text.Replace("2026-03-10T08:00:00Z", "2026-03-10T07:00:00Z", StringComparison.Ordinal));
        var (code, output, error) = await _run.Levelkeeper("verify", "march.zip");
        code.ShouldBe(2);
        error.ShouldContain("LK5132: 'facts.jsonl' was changed");
        output.ShouldContain("✗ results[0].outages[0].from: the statement says '2026-03-10T08:00:00Z'; what it was made of gives '2026-03-10T07:00:00Z'");
    }

    [Fact]
    public async Task A_bundle_whose_amount_was_changed_does_not_hold()
    {
        await Done(HostlySample.March("bundle", "--to", "march.zip"));
        Change("march.zip", "statement.json", text => text.Replace("\"payable\": \"1000.00\"", "\"payable\": \"100.00\"", StringComparison.Ordinal));
        var (code, output, _) = await _run.Levelkeeper("verify", "march.zip");
        code.ShouldNotBe(0);
        output.ShouldContain("✗ lines[0].payable: the statement says '100.00'; what it was made of gives '1000.00'");
    }

    [Fact]
    public async Task Of_what_we_pay_that_share_is_a_suppliers_in_which_it_was_down_too()
    {
        var bond = JsonNode.Parse(await Done(HostlySample.March("recover", "--output", "json")))!["suppliers"]![0]!;
        // 9 h of 17 h of 1,000.00.
        ((string)bond["pays"]!, (string)bond["recovers"]!, (string)bond["to-claim"]!, (string)bond["borne"]!).ShouldBe(("529.41", "270.00", "270.00", "259.41"));
        ((string)bond["claims"]![0]!["until"]!).ShouldBe("2026-04-30T22:00:00Z");
    }

    [Theory]
    [InlineData("en", "Claim under a service level agreement")]
    [InlineData("pl", "Reklamacja z umowy o poziomie usług")]
    [InlineData("ru", "Претензия по соглашению об уровне услуг")]
    [InlineData("ar", "مطالبة بموجب اتفاقية مستوى الخدمة")]
    public async Task The_claim_letter_has_the_amount_the_evidence_and_the_last_day(string language, string title)
    {
        var (code, _, error) = await _run.Levelkeeper(HostlySample.March("recover", "--letters", "claims", "--language", language));
        (code, error).ShouldBe((0, "The claim is in claims/dc-2026-03.html\n"));
        var letter = _run.Read("claims/dc-2026-03.html");
        letter.ShouldContain(title);
        letter.ShouldContain("270");
        letter.ShouldContain("2026-03-10 08:50:00");
    }

    [Fact]
    public async Task Drafts_are_simulated_side_by_side_over_the_past()
    {
        _run.Write("bold.yaml", HostlySample.Agreement.Replace("at least 99.9 %", "at least 99.5 %", StringComparison.Ordinal).Replace("below: 99.9 %, pay: 10 %", "below: 99.5 %, pay: 20 %", StringComparison.Ordinal));
        // As if they had been in force in the winter before the term, which the facts do not reach: nothing is known then.
        var simulations = JsonNode.Parse(await Done("simulate", "-a", "acme.yaml", "bold.yaml", "-f", "facts.jsonl", "--from", "2026-01-01", "--to", "2026-05-01", "--output", "json"))!["simulations"]!.AsArray();
        Months(simulations[0]!).ShouldBe(["2026-01 400.00", "2026-02 0.00", "2026-03 1150.00", "2026-04 150.00"]);
        Months(simulations[1]!).ShouldBe(["2026-01 0.00", "2026-02 0.00", "2026-03 1150.00", "2026-04 150.00"]);
        ((string)simulations[0]!["chances"]![0]!["method"]!).ShouldBe("weeks");

        static IEnumerable<string> Months(JsonNode simulation) => simulation["months"]!.AsArray().Select(m => $"{m!["month"]} {m["by-provider"]}");
    }

    [Fact]
    public async Task Two_offers_over_the_same_facts_say_what_each_would_have_paid()
    {
        _run.Write("bold.yaml", HostlySample.Agreement.Replace("below: 99.0 %, pay: 25 %", "below: 99.0 %, pay: 50 %", StringComparison.Ordinal));
        string[] compare = ["compare", "acme.yaml", "bold.yaml", "--facts", "facts.jsonl", "--period", "2026-03", "--as-of", "2026-04-10"];
        var json = JsonNode.Parse(await Done([.. compare, "-o", "json"]))!;
        // 25 % or 50 % of 4,000.00, and 150.00 for T-2.
        ((string)json["first-owes"]!["by-provider"]!, (string)json["second-owes"]!["by-provider"]!).ShouldBe(("1150.00", "2150.00"));
        (await Done(compare)).ShouldContain("2150.00 PLN");
    }

    [Fact]
    public async Task A_statement_is_not_written_over_what_it_is_made_of()
    {
        foreach (var name in new[] { "acme.yaml", "facts.jsonl" })
        {
            var (code, _, error) = await _run.Levelkeeper(HostlySample.March("statement", "--to", name));
            (code, error.Contains("LK5011", StringComparison.Ordinal)).ShouldBe((2, true));
        }

        _run.Read("facts.jsonl").ShouldBe(HostlySample.Facts);
    }

    [Fact]
    public async Task An_outage_of_which_nobody_knows_the_start_began_with_the_agreement()
    {
        _run.Write("acme.yaml", HostlySample.Agreement.Replace("target: at least 99.9 % }", "target: at least 99.9 %, before-first: down }", StringComparison.Ordinal));
        _run.Write("facts.jsonl", HostlySample.Event("1", "service.up", "shop", "2026-01-10T07:00:00Z", """{"service":"shop"}"""));
        string[] january = ["-a", "acme.yaml", "-f", "facts.jsonl", "-p", "2026-01", "--as-of", "2026-02-10"];
        var statement = await Done(["statement", .. january]);
        // Down for 9 days and 8 hours of 744 h: 520/744 = 69.89 %, the tier of 100 %.
        Lines(statement)["uptime-credit/2026-01"].Payable.ShouldBe("4000.00");
        ((string)JsonNode.Parse(statement)!["results"]![0]!["outages"]![0]!["from"]!).ShouldBe("2025-12-31T23:00:00Z");
        await Done(["evaluate", .. january, "-o", "json"]);
        (await _run.Levelkeeper(["evaluate", .. january, "--html", "january.html"])).Code.ShouldBe(0);
    }

    private void Change(string zip, string name, Func<string, string> change)
    {
        using var archive = System.IO.Compression.ZipFile.Open(Path.Combine(_run.Folder, zip), System.IO.Compression.ZipArchiveMode.Update);
        var entry = archive.GetEntry(name)!;
        string text;
        using (var reader = new StreamReader(entry.Open()))
            text = reader.ReadToEnd();
        entry.Delete();
        using var writer = new StreamWriter(archive.CreateEntry(name).Open());
        writer.Write(change(text));
    }
}
