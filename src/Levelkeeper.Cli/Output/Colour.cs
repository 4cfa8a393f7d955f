using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Reports.Forms;
using Spectre.Console;

namespace Levelkeeper.Cli.Output;

// 'Text' alone is the product's own namespace here.
using Text = Spectre.Console.Text;

/// <summary>Tones as colours of a terminal.</summary>
internal static class Colour
{
    public static Style Of(Tone tone) => tone switch
    {
        Tone.Good => new Style(Color.Green),
        Tone.Bad => new Style(Color.Red, decoration: Decoration.Bold),
        Tone.Warning => new Style(Color.Yellow),
        Tone.Quiet => new Style(Color.Grey),
        _ => throw new ArgumentOutOfRangeException(nameof(tone)),
    };

    /// <summary>The mark and word of a verdict in its colour.</summary>
    public static Text Of(Verdict verdict) => new($"{VerdictForm.Mark(verdict)} {VerdictForm.Word(verdict)}", Of(VerdictForm.Tone(verdict)));

    /// <summary>Foreign text as one line, so that a fact cannot command the terminal or turn what stands beside it.</summary>
    public static string Safe(string text) => PlainLine.Of(text);
}
