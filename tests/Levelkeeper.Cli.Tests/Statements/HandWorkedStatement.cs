using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>A statement as a page of the documentation works it out by hand: the command that makes it, and the tables under it.</summary>
/// <param name="Page">The page.</param>
/// <param name="Arguments">Of the command <c>levelkeeper statement</c>.</param>
/// <param name="Rows">Those of the tables under it, as texts by the heads of their columns.</param>
internal sealed partial record HandWorkedStatement(string Page, string[] Arguments, List<Dictionary<string, string>> Rows)
{
    private const string Command = "levelkeeper statement ";

    /// <summary>The heads of the first columns of the tables that are compared.</summary>
    private static readonly string[] Heads = ["line", "right", "objective"];

    /// <summary>The statements of a page in its order.</summary>
    public static List<HandWorkedStatement> Of(string page)
    {
        var statements = new List<HandWorkedStatement>();
        string[]? heads = null;
        foreach (var line in File.ReadLines(page))
        {
            if (line.StartsWith(Command, StringComparison.Ordinal))
                statements.Add(new HandWorkedStatement(Path.GetFileName(page), line[Command.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries), []));
            if (!line.StartsWith('|'))
            {
                heads = null;
                continue;
            }

            string[] cells = [.. line.Trim('|').Split('|').Select(c => c.Replace("`", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal).Trim())];
            if (heads is null)
                heads = cells;
            else if (Heads.Contains(heads[0]) && !cells.All(c => c.Length > 0 && c.All(x => x is '-' or ':')))
                statements.LastOrDefault()?.Rows.Add(heads.Zip(cells).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal));
        }

        return statements;
    }

    /// <summary>Holds a statement against the page.</summary>
    public void Check(JsonElement statement)
    {
        var where = $"{Page}, {string.Join(' ', Arguments)}";
        var zone = DateTimeZoneProviders.Tzdb[Text(statement.GetProperty("agreement"), "zone")];
        var lines = RowsOf("line").Where(r => !r["line"].StartsWith("the ", StringComparison.Ordinal)).ToList();
        var made = statement.GetProperty("lines").EnumerateArray().ToList();
        made.Select(l => Text(l, "id")).Order(StringComparer.Ordinal).ShouldBe(lines.Select(r => r["line"]).Order(StringComparer.Ordinal), where);
        foreach (var row in lines)
        {
            var line = made.Single(l => Text(l, "id") == row["line"]);
            foreach (var (head, stated) in row.Skip(1))
                Shown(line, head, zone).ShouldBe(stated, $"{where}: '{head}' of {row["line"]}");
        }

        Total("the provider owes", "by-provider");
        Total("the customer owes", "by-customer");
        var rights = statement.GetProperty("entitlements").EnumerateArray().ToList();
        rights.Select(r => (Text(r, "id"), Text(r, "state"), Local(r, "arises", zone), Local(r, "until", zone)))
            .ShouldBe(RowsOf("right").Select(r => (r["right"], r["state"], r["arises"], r["until"])), where);
        foreach (var row in RowsOf("objective"))
        {
            var result = statement.GetProperty("results").EnumerateArray().Single(r => Text(r, "objective") == row["objective"]);
            Text(result, "verdict").ShouldBe(row["verdict"], $"{where}: {row["objective"]}");
            Levels(result).ShouldBe(Stated(row["level"]), $"{where}: the level of {row["objective"]}");
        }

        void Total(string title, string side) =>
            Text(statement.GetProperty("payable"), side).ShouldBe(RowsOf("line").FirstOrDefault(r => r["line"] == title)?["payable"] ?? "0.00", $"{where}: {title}");
    }

    private IEnumerable<Dictionary<string, string>> RowsOf(string head) => Rows.Where(r => r.Keys.First() == head);

    private static string Shown(JsonElement line, string head, DateTimeZone zone)
    {
        var reckoning = line.TryGetProperty("reckoning", out var owed) ? owed : (JsonElement?)null;
        var standing = Text(line, "standing");
        return head switch
        {
            "standing" => standing == "not-owed" ? Text(reckoning!.Value, "state") : standing,
            "comes to" => standing == "not-owed" && reckoning!.Value.TryGetProperty("would-be", out var would) ? would.GetString()! : Text(line, "computed"),
            "at most" => reckoning is { } r && r.TryGetProperty("at-most", out var most) ? most.GetString()! : "",
            "contested" or "payable" or "before" => Text(line, head),
            "due" => Local(line, "due", zone),
            "claim until" => Local(line, "claim-until", zone),
            _ => throw new InvalidOperationException($"No column '{head}' is known."),
        };
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static string Local(JsonElement of, string name, DateTimeZone zone) => of.GetProperty(name).GetString() is { } text
        ? InstantPattern.ExtendedIso.Parse(text).Value.InZone(zone).LocalDateTime.ToString("uuuu-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : "";

    /// <summary>The bounds of a level, exact; lengths of time in seconds.</summary>
    private static List<decimal[]> Levels(JsonElement result) => result.GetProperty("level").ValueKind == JsonValueKind.Object
        ? [Exact(result.GetProperty("level"))]
        : [.. new[] { "lowest", "highest" }.Select(result.GetProperty).Where(b => b.ValueKind == JsonValueKind.Object).Select(Exact)];

    private static decimal[] Exact(JsonElement quantity) => Lowest(Text(quantity, "exact"), Text(quantity, "unit") == "ticks" ? NodaConstants.TicksPerSecond : 1);

    /// <summary><c>44,470 / 44,520</c>, <c>686 / 743 to 693 / 743</c>, <c>340 s</c>, <c>7</c>; <c>none</c>.</summary>
    private static List<decimal[]> Stated(string level) => level == "none" ? [] : [.. level.Split(" to ").Select(l => Lowest(l.Replace(" s", "", StringComparison.Ordinal), 1))];

    /// <summary>Numerator and denominator in lowest terms.</summary>
    private static decimal[] Lowest(string number, decimal divisor)
    {
        var parts = Blanks().Replace(number, "").Split('/').Select(p => decimal.Parse(p, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)).ToArray();
        var (above, below) = (parts[0], (parts.Length > 1 ? parts[1] : 1) * divisor);
        while (above != decimal.Truncate(above) || below != decimal.Truncate(below))
            (above, below) = (above * 10, below * 10);
        var (a, b) = (above, below);
        while (b != 0)
            (a, b) = (b, a % b);
        return a == 0 ? [0, 1] : [above / a, below / a];
    }

    [GeneratedRegex("[ ,]")]
    private static partial Regex Blanks();
}
