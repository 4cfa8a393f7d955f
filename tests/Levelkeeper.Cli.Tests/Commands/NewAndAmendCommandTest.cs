namespace Levelkeeper.Cli.Tests.Commands;

public sealed class NewAndAmendCommandTest : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    private string[] Files(string folder) => Directory.Exists(Path.Combine(_run.Folder, folder)) ? [.. Directory.EnumerateFiles(Path.Combine(_run.Folder, folder)).Select(Path.GetFileName).Order()!] : [];

    [Fact]
    public async Task A_new_agreement_lints_well_and_is_never_written_over_another()
    {
        (await _run.Levelkeeper("new", "--template", "customer", "--set", "id=acme", "--set", "parties.customer.name=Acme S.A.", "--to", "acme.yaml")).ShouldBe((0, "acme.yaml: written\n", ""));
        (await _run.Levelkeeper("lint", "acme.yaml")).ShouldBe((0, "acme.yaml: good\n", ""));
        _run.Read("acme.yaml").ShouldContain("customer: { name: Acme S.A., contact: it@customer.example }");
        var again = await _run.Levelkeeper("new", "--template", "customer", "--to", "acme.yaml");
        again.Code.ShouldBe(2);
        again.Error.ShouldContain("LK5084");
        _run.Read("acme.yaml").ShouldContain("Acme S.A.");
        (await _run.Levelkeeper("new", "--template", "nothing")).Code.ShouldBe(2);
    }

    [Fact]
    public async Task A_table_makes_an_agreement_of_each_row()
    {
        _run.Write("customers.csv", "id,parties.customer.name,services.shop.fee\nacme,\"Acme, the firm\",1200.00 per month\nglobex,Globex,\n");
        (await _run.Levelkeeper("new", "--template", "customer", "--table", "customers.csv", "--to", "made")).ShouldBe((0, "made/acme.yaml: written\nmade/globex.yaml: written\n", ""));
        _run.Read("made/acme.yaml").ShouldContain("name: \"Acme, the firm\"");
        _run.Read("made/acme.yaml").ShouldContain("fee: 1200.00 per month");
        _run.Read("made/globex.yaml").ShouldContain("fee: 1000.00 per month");
        (await _run.Levelkeeper("lint", "made/*.yaml")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Bad_rows_are_reported_with_their_lines_and_nothing_is_written()
    {
        _run.Write("customers.csv", "id,services.shop.fee\nacme,1200.00 per month\nglobex,much\n,5.00 per month\nacme,7.00 per month\n../out,7.00 per month\ninitech\n");
        var (code, output, error) = await _run.Levelkeeper("new", "--template", "customer", "--table", "customers.csv", "--to", "made");
        (code, output).ShouldBe((2, ""));
        foreach (var line in new[] { 3, 4, 5, 6, 7 })
            error.ShouldContain($"customers.csv:{line}");
        error.ShouldNotContain("customers.csv:2");
        Files("made").ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_agreements_are_amended_at_once()
    {
        await Two();
        var before = _run.Read("a/one.yaml");
        (await _run.Levelkeeper("amend", "a/*.yaml", "--from", "2026-07-01", "--set", "objectives.uptime.target=at least 99.95 %", "--title", "New data centre"))
            .ShouldBe((0, "a/one.yaml: amended from 2026-07-01 on\na/two.yaml: amended from 2026-07-01 on\n", ""));
        _run.Read("a/one.yaml").ShouldStartWith(before);
        (await _run.Levelkeeper("effective", "a/two.yaml", "--on", "2026-06-30")).Output.ShouldContain("target: at least 99.9 %");
        (await _run.Levelkeeper("effective", "a/two.yaml", "--on", "2026-07-01")).Output.ShouldContain("target: at least 99.95 %");
        Files("a").ShouldBe(["one.yaml", "two.yaml"]);
    }

    [Fact]
    public async Task When_one_agreement_cannot_be_amended_none_is()
    {
        await Two();
        _run.Write("a/two.yaml", _run.Read("a/two.yaml") + "\nat-least-as-strict: objectives.uptime\n");
        var before = (_run.Read("a/one.yaml"), _run.Read("a/two.yaml"));
        var (code, output, error) = await _run.Levelkeeper("amend", "a/*.yaml", "--from", "2026-07-01", "--set", "objectives.uptime.target=at least 99.5 %");
        (code, output).ShouldBe((2, ""));
        error.ShouldContain("LK1820");
        error.ShouldContain("No file was changed.");
        (_run.Read("a/one.yaml"), _run.Read("a/two.yaml")).ShouldBe(before);
        (await _run.Levelkeeper("amend", "a/*.yaml", "--from", "July", "--set", "indemnity=None.")).Error.ShouldContain("LK5030");
    }

    private async Task Two()
    {
        await _run.Levelkeeper("new", "--template", "customer", "--set", "id=one", "--to", "a/one.yaml");
        await _run.Levelkeeper("new", "--template", "customer", "--set", "id=two", "--to", "a/two.yaml");
    }
}
