using System.Text;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Connectors.Tests.CloudEvents;
using Levelkeeper.Connectors.Csv;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Connectors.Tests;

/// <summary>What the documentation shows is run.</summary>
public class DocumentationTests
{
    [Fact]
    public void Every_type_has_an_example_in_facts_md_that_reads_without_a_complaint()
    {
        var text = File.ReadAllText(Repository.File("docs", "facts.md"));
        var (facts, diagnostics) = Events.Read(Block(text, "json"));
        diagnostics.ShouldBeEmpty();
        facts.Select(fact => fact.Type).Order(StringComparer.Ordinal).ShouldBe(FactTypeNames());
        foreach (var fact in facts)
        {
            fact.Data.ShouldNotBeOfType<FactData.Unknown>();
            text.ShouldContain($"| `{fact.Type["levelkeeper.".Length..^".v1".Length]}` |");
            new CloudEventWriter().Digest(fact).ShouldBe(fact.Digest);
        }
    }

    [Fact]
    public void The_example_of_import_csv_md_does_what_it_says()
    {
        var text = File.ReadAllText(Repository.File("docs", "import-csv.md"));
        var diagnostics = new DiagnosticBag();
        var map = CsvMap.Read(Block(text, "yaml"), "map.yaml", diagnostics);
        diagnostics.ShouldBeEmpty();
        var facts = new List<Fact>();
        var csv = CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(Block(text, "csv"));
        CsvImport.Run(map!, new MemoryStream(csv), "table.csv", facts.Add, null, diagnostics).ShouldBe(new CsvImportResult(3, 4, 1, 0));
        diagnostics.ShouldHaveSingleItem().ToString().ShouldBe("table.csv:2: error LK2512: 'ja?' is not true or false.");
        facts.Select(fact => fact.Id).ShouldBe(["18/reported", "18/resolved", "18/rated", "19/reported"]);
        facts[0].Data.ShouldBe(new FactData.TicketReported("P1", "", "portal", Actor.Customer, null));
        facts[2].Data.ShouldBe(new FactData.TicketRated(4, 5));
        facts[3].Data.ShouldBe(new FactData.TicketReported("P3", "", "portal", Actor.Customer, null));
    }

    private static IEnumerable<string> FactTypeNames() =>
        typeof(FactTypes).GetFields().Where(field => field.IsLiteral && field.Name != nameof(FactTypes.Prefix)).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal);

    private static string Block(string text, string language)
    {
        var from = text.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return text[from..text.IndexOf("```", from, StringComparison.Ordinal)];
    }
}
