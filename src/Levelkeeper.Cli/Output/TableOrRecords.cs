using Spectre.Console;
using Spectre.Console.Rendering;

namespace Levelkeeper.Cli.Output;

// 'Text' alone is the product's own namespace here.
using Text = Spectre.Console.Text;

/// <summary>Prints a table; on a terminal that is too narrow for its columns, each row as lines of a heading and a value.</summary>
internal static class TableOrRecords
{
    /// <summary>A column that has less than this breaks its words.</summary>
    private const int LeastColumn = 12;

    public static void Write(IAnsiConsole console, Table table)
    {
        if (console.Profile.Width >= LeastColumn * table.Columns.Count)
        {
            console.Write(table);
            return;
        }

        foreach (var row in table.Rows)
        {
            var record = new Grid().AddColumn(new GridColumn().NoWrap().Padding(0, 0, 2, 0)).AddColumn(new GridColumn().Padding(0, 0, 0, 0));
            foreach (var (column, cell) in table.Columns.Zip(row))
            {
                if (cell is not Text { Length: 0 })
                    record.AddRow((IRenderable[])[column.Header, cell]);
            }

            console.Write(record);
            console.Write(new Text("\n"));
        }
    }
}
