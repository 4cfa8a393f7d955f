namespace Levelkeeper.Reports.Forms;

/// <summary>How a verdict feels, for colour. Colour is never the only sign: the word and <see cref="VerdictForm.Mark"/> stand beside it.</summary>
public enum Tone
{
    /// <summary>As promised: green.</summary>
    Good,

    /// <summary>Missed: red.</summary>
    Bad,

    /// <summary>May still go wrong: yellow.</summary>
    Warning,

    /// <summary>Says nothing about the service: grey.</summary>
    Quiet,
}
