using FsCheck;
using Microsoft.FSharp.Core;

namespace Levelkeeper.Tests;

/// <summary>
/// Properties are tried on the same cases in every run, so that a red run can be repeated; <c>LEVELKEEPER_SEED</c> chooses others (a number, or <c>random</c>), as the long runs do.
/// <c>LEVELKEEPER_CASES</c> is the per cent of the cases that are tried; only mutation testing, which runs the tests once for each of thousands of changes, asks for fewer than all.
/// </summary>
internal static class Seeds
{
    private const ulong Fixed = 20_260_101;

    private static readonly int Percent = int.Parse(Environment.GetEnvironmentVariable("LEVELKEEPER_CASES") ?? "100");

    /// <summary>Whether every case is tried.</summary>
    public static bool AllCases => Percent >= 100;

    /// <summary>Throws on the first case that does not hold.</summary>
    public static Config Config(int cases = 100)
    {
        var config = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(Share(cases));
        var chosen = Environment.GetEnvironmentVariable("LEVELKEEPER_SEED");
        if (chosen == "random")
            return config;
        // The second number of a generator's state must be odd.
        var rnd = new Rnd(chosen is null ? Fixed : ulong.Parse(chosen), 1);
        return config.WithReplay(new Replay(rnd, FSharpOption<int>.None));
    }

    /// <summary>How many of so many cases this run tries; at least one.</summary>
    public static int Share(int cases) => Math.Max(1, (int)((long)cases * Percent / 100));
}
