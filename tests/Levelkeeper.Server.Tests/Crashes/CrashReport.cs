using System.Globalization;

namespace Levelkeeper.Server.Tests.Crashes;

/// <summary>Writes down what kills in a row came to, a line for each store.</summary>
internal static class CrashReport
{
    private const string Heading = """
        # The real program killed again and again

        Written by `eng/crashes.sh`. What the run does: [README.md](README.md). A line is there only where everything held: each acknowledged fact in the log once, after every kill, and the log verifies.

        | store | kills | seed | facts acknowledged | in doubt when it was killed, sent again | took, s |
        |---|---|---|---|---|---|

        """;

    // Both stores' tests may run at a time.
    private static readonly SemaphoreSlim s_one = new(1, 1);

    public static async Task AddAsync(string file, string store, int kills, int seed, int acknowledged, int sentAgain, TimeSpan took)
    {
        await s_one.WaitAsync();
        try
        {
            if (!File.Exists(file))
                await File.WriteAllTextAsync(file, Heading);
            await File.AppendAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"| {store} | {kills} | {seed} | {acknowledged:n0} | {sentAgain:n0} | {took.TotalSeconds:f0} |\n"));
        }
        finally
        {
            s_one.Release();
        }
    }
}
