using System.Runtime.CompilerServices;
using Levelkeeper.Cli.Tests.Commands;

namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>
/// A statement with a line of every kind, small enough to be worked out by hand. In March 2026 Berlin has 743 hours. The shop was down for 19 h, one of which is excused: 1 - 18/743 = 97.57 %,
/// 25 % of 2,000 = 500, of which the cap of 700 leaves 200, because January, corrected from half an hour to ten (98.65 %), takes 500. T-1 was 12 h 50 min late: 33.33 x 12.8333 = 427.735;
/// 120 of it are contested. T-2 was 3 h 10 min late: 105.545, to be claimed. Mail lost 7 h in grace: 3 x 300 x 7/743 = 8.479. The invoice was overdue on 19 days of March: 2,000 x 9 % x 19/365 = 9.3699.
/// The provider pays 500 + 200 + 307.74 - 100 (waived) + 50 (goodwill) = 957.74.
/// </summary>
internal sealed class KontorStatement : IDisposable
{
    public CommandRun Run { get; } = new();

    public KontorStatement()
    {
        Run.Write("kontor.yaml", Source("kontor.yaml"));
        Run.Write("kontor.jsonl", Source("kontor.jsonl"));
        // What was known of January when its statement was issued.
        Run.Write("january.jsonl", Source("kontor.jsonl").Replace("2026-01-10T18:00:00Z", "2026-01-10T08:30:00Z", StringComparison.Ordinal));
    }

    public void Dispose() => Run.Dispose();

    /// <summary>The statement of March, after January's was issued.</summary>
    public async Task<string> March(params string[] more)
    {
        await Issue("january.jsonl", "2026-01", "2026-02-10", "january.json");
        var (code, output, error) = await Run.Levelkeeper(["statement", "-a", "kontor.yaml", "-f", "kontor.jsonl", "-p", "2026-03", "--as-of", "2026-04-08", "--issued", "january.json", .. more]);
        code.ShouldBe(0, error);
        return output;
    }

    public async Task Issue(string facts, string period, string asOf, string to) =>
        (await Run.Levelkeeper("statement", "-a", "kontor.yaml", "-f", facts, "-p", period, "--as-of", asOf, "--to", to)).Code.ShouldBe(0);

    public static string Source(string name, [CallerFilePath] string here = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, name));
}
