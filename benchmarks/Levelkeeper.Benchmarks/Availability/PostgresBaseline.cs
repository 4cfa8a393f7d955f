using System.Diagnostics;
using System.Globalization;
using System.Text;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Benchmarks.Availability;

/// <summary>The question as monitoring systems ask it of their database: one row per event, ordered, with window functions over all of them.</summary>
internal static class PostgresBaseline
{
    /// <summary>Down and not excluded: a running state, and the number of exclusions that are open, over the union of all events.</summary>
    private const string Question = """
        WITH events AS (
          SELECT at, state, 0 AS opens FROM state_history WHERE object = 1
          UNION ALL SELECT starts, NULL, 1 FROM exclusions WHERE object = 1
          UNION ALL SELECT ends, NULL, -1 FROM exclusions WHERE object = 1),
        numbered AS (SELECT at, state, SUM(opens) OVER w AS open, COUNT(state) OVER w AS change, LEAD(at, 1, $END) OVER (ORDER BY at) AS next FROM events WINDOW w AS (ORDER BY at)),
        filled AS (SELECT at, next, open, MAX(state) OVER (PARTITION BY change) AS state FROM numbered)
        SELECT 1 - SUM(CASE WHEN state > 1 AND open = 0 THEN next - at ELSE 0 END)::float8 / $END FROM filled;
        """;

    /// <summary>The best of several runs and the level; null when no database answers.</summary>
    public static (double Microseconds, double Level)? Measure(long[] times, ServiceState[] states, (long From, long To, string Name)[] exclusions, long seconds)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("PGHOST")))
            return null;
        var script = new StringBuilder("CREATE TEMP TABLE state_history (object int, at bigint, state int);\nCREATE TEMP TABLE exclusions (object int, starts bigint, ends bigint);\nCOPY state_history FROM STDIN;\n");
        for (var i = 0; i < times.Length; i++)
            script.Append(CultureInfo.InvariantCulture, $"1\t{times[i]}\t{(states[i] == ServiceState.Down ? 2 : 0)}\n");
        script.Append("\\.\nCOPY exclusions FROM STDIN;\n");
        foreach (var (from, to, _) in exclusions)
            script.Append(CultureInfo.InvariantCulture, $"1\t{from}\t{to}\n");
        script.Append("\\.\nCREATE INDEX ON state_history (object, at);\nANALYZE state_history;\nANALYZE exclusions;\n\\timing on\n");
        for (var i = 0; i < 15; i++)
            script.AppendLine(Question.Replace("$END", seconds.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

        using var psql = Process.Start(new ProcessStartInfo("psql", "-X -q -t -A") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false });
        if (psql is null)
            return null;
        psql.StandardInput.Write(script);
        psql.StandardInput.Close();
        var lines = psql.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        psql.WaitForExit();
        var took = lines.Where(l => l.StartsWith("Time: ", StringComparison.Ordinal)).Select(l => double.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture)).ToArray();
        var level = lines.FirstOrDefault(l => !l.StartsWith("Time: ", StringComparison.Ordinal));
        return took.Length == 0 || level is null ? null : (took.Min() * 1000, double.Parse(level, CultureInfo.InvariantCulture));
    }
}
