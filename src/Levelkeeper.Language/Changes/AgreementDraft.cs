using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Formatting;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Changes;

/// <summary>Agreements made of a template: values are set, comments stay.</summary>
public static class AgreementDraft
{
    /// <summary>A file with other values, in the canonical form.</summary>
    /// <param name="text">The file's text, such as that of a template.</param>
    /// <param name="file">Its name, for places.</param>
    /// <param name="settings">The values; a later one of a path comes over an earlier one.</param>
    /// <param name="diagnostics">Takes what is wrong with the settings; what they mean together is found when the result is read.</param>
    /// <returns>The text; null when a setting cannot be made.</returns>
    public static string? With(string text, string file, IEnumerable<ClauseSetting> settings, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (CommentedFile.Read(text, file, diagnostics) is not { } draft)
            return null;
        var isGood = true;
        foreach (var setting in settings)
        {
            if (setting.Parts(AgreementVocabulary.Agreement, draft.Root, diagnostics) is { } parts && setting.Node(diagnostics) is { } value)
                draft.Set(parts, value);
            else
                isGood = false;
        }

        return isGood ? draft.Write() : null;
    }
}
