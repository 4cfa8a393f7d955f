using System.Diagnostics;
using System.Globalization;
using System.Text;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Benchmarks.Availability;

/// <summary>Another way to the same level.</summary>
/// <param name="Microseconds">How long it took.</param>
/// <param name="Level">The availability that it gave, a fraction of one.</param>
/// <param name="Name">What it is.</param>
internal sealed record Baseline(double Microseconds, double Level, string Name);

/// <summary>The question as monitoring systems ask it of their database, in two ways.</summary>
internal static class PostgresBaseline
{
    private const int Runs = 15;

    /// <summary>
    /// A function as Icinga's is described: state changes and the edges of downtimes in one ordered union, a loop with accumulators over it; a downtime counts as up, those that
    /// overlap are counted; the state at the beginning is the last one before it.
    /// </summary>
    private const string Function = """
        CREATE FUNCTION pg_temp.level(wanted int, period_start bigint, period_end bigint) RETURNS float8 LANGUAGE plpgsql STABLE AS $$
        DECLARE
          event record;
          position bigint := period_start;
          current int;
          excused int := 0;
          lost bigint := 0;
        BEGIN
          SELECT state INTO current FROM state_history WHERE object = wanted AND at <= period_start ORDER BY at DESC LIMIT 1;
          current := COALESCE(current, 0);
          FOR event IN
            SELECT at, state, 0 AS change FROM state_history WHERE object = wanted AND at > period_start AND at < period_end
            UNION ALL SELECT GREATEST(starts, period_start), NULL, 1 FROM exclusions WHERE object = wanted AND starts < period_end AND ends > period_start
            UNION ALL SELECT LEAST(ends, period_end), NULL, -1 FROM exclusions WHERE object = wanted AND starts < period_end AND ends > period_start
            UNION ALL SELECT period_end, NULL, 0
            ORDER BY at
          LOOP
            IF current > 1 AND excused = 0 THEN
              lost := lost + event.at - position;
            END IF;
            position := event.at;
            excused := excused + event.change;
            IF event.state IS NOT NULL THEN
              current := event.state;
            END IF;
          END LOOP;
          RETURN 1 - lost::float8 / (period_end - period_start);
        END $$;

        """;

    /// <summary>Window functions: a running state, and the number of exclusions that are open, over the union of all events.</summary>
    private const string Windows = """
        WITH events AS (
          SELECT at, state, 0 AS opens FROM state_history WHERE object = 1
          UNION ALL SELECT starts, NULL, 1 FROM exclusions WHERE object = 1
          UNION ALL SELECT ends, NULL, -1 FROM exclusions WHERE object = 1),
        numbered AS (SELECT at, state, SUM(opens) OVER w AS open, COUNT(state) OVER w AS change, LEAD(at, 1, $END) OVER (ORDER BY at) AS next FROM events WINDOW w AS (ORDER BY at)),
        filled AS (SELECT at, next, open, MAX(state) OVER (PARTITION BY change) AS state FROM numbered)
        SELECT 1 - SUM(CASE WHEN state > 1 AND open = 0 THEN next - at ELSE 0 END)::float8 / $END FROM filled;
        """;

    /// <summary>The best of several runs each, as the client sees them on the machine itself; none when no database answers.</summary>
    public static IReadOnlyList<Baseline> Measure(long[] times, ServiceState[] states, (long From, long To, string Name)[] exclusions, long seconds)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("PGHOST")))
            return [];
        var script = new StringBuilder("CREATE TEMP TABLE state_history (object int, at bigint, state int);\nCREATE TEMP TABLE exclusions (object int, starts bigint, ends bigint);\nCOPY state_history FROM STDIN;\n");
        for (var i = 0; i < times.Length; i++)
            script.Append(CultureInfo.InvariantCulture, $"1\t{times[i]}\t{(states[i] == ServiceState.Down ? 2 : 0)}\n");
        script.Append("\\.\nCOPY exclusions FROM STDIN;\n");
        foreach (var (from, to, _) in exclusions)
            script.Append(CultureInfo.InvariantCulture, $"1\t{from}\t{to}\n");
        script.Append("\\.\nCREATE INDEX ON state_history (object, at);\nANALYZE state_history;\nANALYZE exclusions;\n").Append(Function).Append("\\timing on\n");
        var end = seconds.ToString(CultureInfo.InvariantCulture);
        foreach (var question in (string[])[$"SELECT pg_temp.level(1, 0, {end});", Windows.Replace("$END", end, StringComparison.Ordinal)])
        {
            for (var i = 0; i < Runs; i++)
                script.AppendLine(question);
        }

        using var psql = Process.Start(new ProcessStartInfo("psql", "-X -q -t -A") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false });
        if (psql is null)
            return [];
        psql.StandardInput.Write(script);
        psql.StandardInput.Close();
        var lines = psql.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        psql.WaitForExit();
        var took = lines.Where(IsTime).Select(l => double.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture) * 1000).ToArray();
        var levels = lines.Where(l => !IsTime(l)).Select(l => double.Parse(l, CultureInfo.InvariantCulture)).ToArray();
        return took.Length != 2 * Runs || levels.Length != 2 * Runs
            ? []
            : [
                new Baseline(took[..Runs].Min(), levels[0], "Icinga's algorithm: a plpgsql loop in PostgreSQL"),
                new Baseline(took[Runs..].Min(), levels[Runs], "window functions in PostgreSQL"),
            ];

        static bool IsTime(string line) => line.StartsWith("Time: ", StringComparison.Ordinal);
    }
}
