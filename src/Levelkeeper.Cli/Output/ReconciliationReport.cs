using System.Globalization;
using System.Text.Json;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Reconciliation;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Reconciliation;
using Levelkeeper.Reports.Forms;
using Spectre.Console;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Output;

// 'Text' alone is the product's own namespace here.
using Text = Spectre.Console.Text;

/// <summary>What came of a reconciliation, for people and for programs.</summary>
internal static class ReconciliationReport
{
    public static void Write(Terminal terminal, IReadOnlyList<ComparedColumn> columns, int list)
    {
        var console = terminal.Drawing();
        foreach (var column in columns)
        {
            var times = new TimeForm(column.Zone);
            var summary = column.Summary;
            var share = summary.Compared == 0 ? "" : $" ({NumberForm.Percent(new Rational(summary.Agreeing, summary.Compared))})";
            var good = summary.Compared > 0 && summary.Agreeing == summary.Compared;
            console.Write(new Text(string.Create(CultureInfo.InvariantCulture, $"{Colour.Safe(column.OurName)} beside {Colour.Safe(column.Plan.Column)}: {summary.Agreeing:N0} of {summary.Compared:N0} agree{share}\n"), good ? Colour.Of(Tone.Good) : new Style(decoration: Decoration.Bold)));
            if (good)
                continue;
            var table = new Table().RoundedBorder();
            table.AddColumn("Why").AddColumn("Rule").AddColumn("Count", c => c.RightAligned()).AddColumn("For example").AddColumn("Ours").AddColumn("Theirs");
            var groups = column.Figures.Where(f => !f.Finding.Agrees).GroupBy(f => (f.Finding.Reason!.Value, f.Finding.Remark)).OrderBy(g => g.Key.Value).ThenByDescending(g => g.Count()).ThenBy(g => g.Key.Remark, StringComparer.Ordinal);
            foreach (var group in groups)
            {
                var first = true;
                foreach (var figure in group.Take(Math.Max(1, list)))
                {
                    table.AddRow(
                        new Text(first ? Word(group.Key.Value) : ""),
                        new Text(first ? Colour.Safe(group.Key.Remark) : ""),
                        new Text(first ? group.Count().ToString("N0", CultureInfo.InvariantCulture) : ""),
                        new Text($"{Colour.Safe(times.InText(figure.Subject))} (line {figure.Row.Line})"),
                        new Text(times.InText(figure.Ours)),
                        new Text(Colour.Safe(times.InText(figure.Theirs))));
                    first = false;
                }
            }

            if (summary.Compared > 0)
                TableOrRecords.Write(console, table);
        }
    }

    public static void Write(Utf8JsonWriter json, IReadOnlyList<ComparedColumn> columns)
    {
        json.WriteStartObject();
        json.Array("comparisons", columns, column =>
        {
            json.WriteString("column", column.Plan.Column);
            json.WriteString("ours", column.OurName);
            json.WriteNumber("compared", column.Summary.Compared);
            json.WriteNumber("agreeing", column.Summary.Agreeing);
            json.Array("reasons", column.Summary.Differences, r =>
            {
                json.WriteString("reason", Word(r.Reason).Replace(' ', '-'));
                json.WriteNumber("count", r.Count);
            });
            json.Array("differences", column.Figures.Where(f => !f.Finding.Agrees), f =>
            {
                json.WriteString("subject", f.Subject);
                json.Place("row", f.Row);
                json.WriteString("ours", f.Ours);
                json.WriteString("theirs", f.Theirs);
                json.WriteString("reason", Word(f.Finding.Reason!.Value).Replace(' ', '-'));
                json.WriteString("rule", f.Finding.Remark);
            });
        });
        json.WriteEndObject();
    }

    public static string Word(DifferenceReason reason) => reason switch
    {
        DifferenceReason.Zone => "zone",
        DifferenceReason.Calendar => "calendar",
        DifferenceReason.Pause => "pause",
        DifferenceReason.ShortOutages => "short outages",
        DifferenceReason.NoData => "no data",
        DifferenceReason.Rounding => "rounding",
        DifferenceReason.Pinned => "deadline pinned",
        DifferenceReason.NoResult => "no result",
        DifferenceReason.MovedByHand => "moved by hand",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
