using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Remedies;

/// <summary>What one event pays that misses several objectives of one service: the best for who receives, not the sum.</summary>
internal static class Together
{
    /// <summary>How many branches are looked at to find the best choice; beyond that the largest amounts are taken first.</summary>
    private const int MostBranches = 10_000;

    /// <summary>Whether two lines pay for one event: of one side, for different objectives of one service, and neither is agreed to pay beside others. What follows from no objective competes with nothing.</summary>
    public static bool Compete(OwedLine one, OwedLine other) =>
        one.Objective.Length > 0 && other.Objective.Length > 0 && one.By == other.By && one.Service == other.Service && one.Objective != other.Objective && !one.Remedy.EachPays && !other.Remedy.EachPays
        && one.Events.Any(e => other.Events.Any(o => e.IsSameAs(o)));

    /// <summary>The lines that others outdo, each with the largest of those. The lines that stay come to the largest sum that no two of one event can reach.</summary>
    /// <param name="lines">The lines with what each could pay.</param>
    public static Dictionary<LineName, LineName?> Outdone(IReadOnlyList<(OwedLine Line, Rational Amount)> lines)
    {
        var rivals = Enumerable.Range(0, lines.Count).Select(i => Enumerable.Range(0, lines.Count).Where(j => i != j && Compete(lines[i].Line, lines[j].Line)).ToHashSet()).ToList();
        var outdone = new Dictionary<LineName, LineName?>();
        var seen = new HashSet<int>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (rivals[i].Count == 0 || !seen.Add(i))
                continue;
            var cluster = new List<int> { i };
            for (var at = 0; at < cluster.Count; at++)
                cluster.AddRange(rivals[cluster[at]].Where(seen.Add));
            var branches = 0;
            var kept = Best([.. cluster.OrderByDescending(c => lines[c].Amount).ThenBy(c => c)], ref branches).Kept.ToHashSet();
            foreach (var lost in cluster.Where(c => !kept.Contains(c)))
                outdone[lines[lost].Line.Name] = lines[rivals[lost].Where(kept.Contains).MaxBy(k => lines[k].Amount)].Line.Name;
        }

        return outdone;

        // The first either stays, and its rivals go, or goes.
        (Rational Sum, List<int> Kept) Best(List<int> left, ref int branches)
        {
            if (left.Count == 0)
                return (0, []);
            var first = left[0];
            var (sum, kept) = Best([.. left.Skip(1).Where(l => !rivals[first].Contains(l))], ref branches);
            (sum, kept) = (sum + lines[first].Amount, [first, .. kept]);
            if (!left.Any(rivals[first].Contains) || ++branches > MostBranches)
                return (sum, kept);
            var without = Best([.. left.Skip(1)], ref branches);
            return without.Sum > sum ? without : (sum, kept);
        }
    }
}
