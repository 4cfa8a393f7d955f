using Levelkeeper.Core.Evaluation;

namespace Levelkeeper.Reports.Forms;

/// <summary>The words, keys, marks and tones of verdicts, wherever they are shown.</summary>
public static class VerdictForm
{
    /// <summary>Every verdict, from the one that needs most attention to the one that needs least.</summary>
    public static IReadOnlyList<Verdict> ByUrgency { get; } =
        [Verdict.Breached, Verdict.AtRisk, Verdict.InsufficientEvidence, Verdict.Met, Verdict.Excused, Verdict.NoActivity];

    /// <summary>The word people read: <c>at risk</c>.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Met => "met",
        Verdict.Breached => "breached",
        Verdict.AtRisk => "at risk",
        Verdict.Excused => "excused",
        Verdict.InsufficientEvidence => "insufficient evidence",
        Verdict.NoActivity => "no activity",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>The word programs read: <c>at-risk</c>.</summary>
    public static string Key(Verdict verdict) => Word(verdict).Replace(' ', '-');

    /// <summary>One character that tells verdicts apart without colour.</summary>
    public static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Met => "✓",
        Verdict.Breached => "✗",
        Verdict.AtRisk => "!",
        Verdict.Excused => "–",
        Verdict.InsufficientEvidence => "?",
        Verdict.NoActivity => "·",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>How it feels.</summary>
    public static Tone Tone(Verdict verdict) => verdict switch
    {
        Verdict.Met => Forms.Tone.Good,
        Verdict.Breached => Forms.Tone.Bad,
        Verdict.AtRisk => Forms.Tone.Warning,
        Verdict.Excused or Verdict.InsufficientEvidence or Verdict.NoActivity => Forms.Tone.Quiet,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };
}
