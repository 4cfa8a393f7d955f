using FsCheck;
using Microsoft.FSharp.Core;

namespace Levelkeeper.Tests;

/// <summary>Properties are tried on the same cases in every run, so that a red run can be repeated; <c>LEVELKEEPER_SEED</c> chooses others (a number, or <c>random</c>), as the long runs do.</summary>
internal static class Seeds
{
    private const ulong Fixed = 20_260_101;

    /// <summary>Throws on the first case that does not hold.</summary>
    public static Config Config()
    {
        var chosen = Environment.GetEnvironmentVariable("LEVELKEEPER_SEED");
        if (chosen == "random")
            return FsCheck.Config.QuickThrowOnFailure;
        // The second number of a generator's state must be odd.
        var rnd = new Rnd(chosen is null ? Fixed : ulong.Parse(chosen), 1);
        return FsCheck.Config.QuickThrowOnFailure.WithReplay(new Replay(rnd, FSharpOption<int>.None));
    }
}
