using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Comparison;

/// <summary>A clause in which two agreements differ. What is only worded otherwise (60 min and 1 h) is no difference.</summary>
/// <param name="Path">Keys joined by dots; that of an entry (<c>objectives.uptime</c>) where only one agreement has it.</param>
/// <param name="Section">The section that the key belongs to.</param>
/// <param name="Key">The key that decides it.</param>
/// <param name="First">What the first says; null when it does not state it.</param>
/// <param name="Second">What the second says; null when it does not state it.</param>
/// <param name="BetterOff">Who is better off with the second.</param>
public sealed record ClauseDifference(string Path, Section Section, Key Key, YamlNode? First, YamlNode? Second, Gain BetterOff)
{
    /// <summary>True where the first leaves open what the second states: nothing that was promised has changed.</summary>
    public bool WasOpen { get; init; }

    /// <summary>The clauses that it bears on: its own path, or that of its section where it says what the others are about.</summary>
    public string Scope { get; init; } = Path;

    /// <summary>Whether only one of the two has it and it is an entry of several, such as an objective.</summary>
    public bool IsEntry { get; init; }

    /// <summary>The first's value in one line; the default's words where it states none.</summary>
    public string FirstText => TextOf(First);

    /// <summary>The second's value in one line, likewise.</summary>
    public string SecondText => TextOf(Second);

    private string TextOf(YamlNode? value) => value is null && IsEntry ? "" : new ContractClause(Path, Section, Key, value).Text;
}
