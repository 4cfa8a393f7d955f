using System.Globalization;
using System.Text.Json;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Language.Comparison;
using Levelkeeper.Language.Yaml;
using Levelkeeper.Reports.Forms;
using Spectre.Console;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Output;

// 'Text' alone is the product's own namespace here.
using Text = Spectre.Console.Text;

/// <summary>Two agreements beside each other, for people and for programs.</summary>
internal static class ComparisonOutput
{
    /// <summary>As tables.</summary>
    public static void Write(Terminal terminal, (string First, string Second) names, AgreementComparison comparison, (ComparedResults First, ComparedResults Second)? results)
    {
        var console = terminal.Drawing();
        if (comparison.Differences.IsEmpty)
        {
            console.Write(new Text(comparison.NeitherSeen.IsEmpty ? "The two agreements say the same.\n" : "What is known of the two agreements is the same.\n"));
        }
        else
        {
            var table = new Table().RoundedBorder();
            table.AddColumn("Clause").AddColumn(new TableColumn(new Text(Colour.Safe(names.First)))).AddColumn(new TableColumn(new Text(Colour.Safe(names.Second)))).AddColumn("Better off", c => c.NoWrap());
            foreach (var difference in comparison.Differences)
                table.AddRow(new Text(Colour.Safe(difference.Path)), Value(difference.First, difference.FirstText), Value(difference.Second, difference.SecondText), new Text(Word(difference.BetterOff)));
            TableOrRecords.Write(console, table);
            if (comparison.Differences.Any(d => (d.First is null && d.FirstText.Length > 0) || (d.Second is null && d.SecondText.Length > 0)))
                console.Write(new Text("In brackets: the default, which holds where nothing is written.\n", Colour.Of(Tone.Quiet)));
            console.Write(new Text(Summary(names, comparison) + "\n"));
        }

        if (!comparison.NeitherSeen.IsEmpty)
            console.Write(new Text(Colour.Safe($"Not seen in either, so they may differ: {string.Join(", ", comparison.NeitherSeen)}\n")));
        if (results is { } both)
            Results(console, names, both);
    }

    private static Text Value(YamlNode? stated, string text) => new(Colour.Safe(stated is not null ? text : text.Length == 0 ? "-" : $"({text})"));

    private static string Summary((string First, string Second) names, AgreementComparison comparison)
    {
        var counts = new[] { Gain.Customer, Gain.Provider, Gain.Unclear, Gain.Nobody }
            .Select(g => (Gain: g, Count: comparison.Differences.Count(d => d.BetterOff == g)))
            .Where(c => c.Count > 0)
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count:N0} {(c.Gain is Gain.Customer or Gain.Provider ? $"better for the {Word(c.Gain)}" : c.Gain == Gain.Nobody ? "to nobody's gain" : Word(c.Gain))}"));
        var whole = comparison.BetterOff switch
        {
            Gain.Customer => $"the customer is better off with {names.Second}",
            Gain.Provider => $"the provider is better off with {names.Second}",
            Gain.Nobody => "both are equally good",
            Gain.Unclear => "as a whole neither can be called the better one",
            _ => throw new InvalidOperationException("The gains are closed."),
        };
        return $"{string.Join(", ", counts)}: {Colour.Safe(whole)}";
    }

    private static string Word(Gain gain) => gain switch
    {
        Gain.Customer => "customer",
        Gain.Provider => "provider",
        Gain.Nobody => "nobody",
        Gain.Unclear => "not comparable",
        _ => throw new ArgumentOutOfRangeException(nameof(gain)),
    };

    private static void Results(IAnsiConsole console, (string First, string Second) names, (ComparedResults First, ComparedResults Second) results)
    {
        console.Write(new Text($"\nOn the same facts, as of {new TimeForm(results.First.Evaluation.Zone).At(results.First.Evaluation.AsOf)}\n", new Style(decoration: Decoration.Bold)));
        var table = new Table().RoundedBorder();
        table.AddColumn("Objective").AddColumn("Period", c => c.NoWrap()).AddColumn(new TableColumn(new Text(Colour.Safe(names.First)))).AddColumn(new TableColumn(new Text(Colour.Safe(names.Second))));
        foreach (var (objective, period, first, second) in Rows(results))
            table.AddRow(new Text(Colour.Safe(objective)), new Text(Colour.Safe(period)), Result(first), Result(second));
        if (results.First.HasRemedies || results.Second.HasRemedies)
            table.AddRow(new Text("owed by all of it"), new Text(""), new Text(results.First.Owed), new Text(results.Second.Owed));
        TableOrRecords.Write(console, table);
    }

    private static Text Result(ObjectiveEvaluation? result) => result is null
        ? new Text("-")
        : new Text($"{VerdictForm.Mark(result.Verdict)} {VerdictForm.Word(result.Verdict)}: {LevelForm.Show(result)}, {Colour.Safe(result.Target)}", Colour.Of(VerdictForm.Tone(result.Verdict)));

    /// <summary>Each objective and period of either, those of the first in its order, then what only the second has.</summary>
    private static IEnumerable<(string Objective, string Period, ObjectiveEvaluation? First, ObjectiveEvaluation? Second)> Rows((ComparedResults First, ComparedResults Second) results)
    {
        var others = results.Second.Evaluation.Objectives.ToDictionary(o => (o.Objective, o.Period.Label));
        foreach (var first in results.First.Evaluation.Objectives)
        {
            others.Remove((first.Objective, first.Period.Label), out var second);
            yield return (first.Objective, first.Period.Label, first, second);
        }

        foreach (var second in results.Second.Evaluation.Objectives.Where(o => others.ContainsKey((o.Objective, o.Period.Label))))
            yield return (second.Objective, second.Period.Label, null, second);
    }

    /// <summary>As JSON.</summary>
    public static void Write(Utf8JsonWriter json, (string First, string Second) names, AgreementComparison comparison, (ComparedResults First, ComparedResults Second)? results)
    {
        json.WriteStartObject();
        json.WriteString("first", names.First);
        json.WriteString("second", names.Second);
        json.WriteString("better-off", Key(comparison.BetterOff));
        json.Array("differences", comparison.Differences, difference =>
        {
            json.WriteString("path", difference.Path);
            Side("first", difference.First, difference.FirstText);
            Side("second", difference.Second, difference.SecondText);
            json.WriteString("better-off", Key(difference.BetterOff));
        });
        json.Array("not-seen-in-either", comparison.NeitherSeen, path => json.WriteString("path", path));
        if (results is { } both)
        {
            json.Array("results", Rows(both), row =>
            {
                json.WriteString("objective", row.Objective);
                json.WriteString("period", row.Period);
                Outcome("first", row.First);
                Outcome("second", row.Second);
            });
            Owed("first-owes", both.First);
            Owed("second-owes", both.Second);
        }

        json.WriteEndObject();

        void Owed(string name, ComparedResults of)
        {
            json.WriteStartObject(name);
            json.WriteString("currency", of.Currency);
            json.Amount("by-provider", of.ByProvider, of.Currency);
            json.Amount("by-customer", of.ByCustomer, of.Currency);
            json.WriteEndObject();
        }

        void Side(string name, YamlNode? stated, string text)
        {
            if (stated is null && text.Length == 0)
            {
                json.WriteNull(name);
                return;
            }

            json.WriteStartObject(name);
            json.WriteString("value", text);
            if (stated is null)
                json.WriteBoolean("default", true);
            else
                json.Place("place", stated.Place);
            json.WriteEndObject();
        }

        void Outcome(string name, ObjectiveEvaluation? result)
        {
            if (result is null)
            {
                json.WriteNull(name);
                return;
            }

            json.WriteStartObject(name);
            json.WriteString("verdict", VerdictForm.Key(result.Verdict));
            json.Quantity("level", result.Level);
            json.WriteString("target", result.Target);
            json.WriteEndObject();
        }
    }

    private static string Key(Gain gain) => Word(gain).Replace(' ', '-');
}
