using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Runtime.Access;

/// <summary>What an account may be called and be.</summary>
public static class AccountRules
{
    /// <summary>Checks an account before it is written.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="roles">The roles that it is to have.</param>
    /// <param name="language">The language that it is written to in; null where nothing is said.</param>
    /// <param name="parties">The parties that it is to belong to.</param>
    /// <param name="place">Where diagnostics point to.</param>
    /// <param name="diagnostics">Takes <c>LK6122</c> for each thing that cannot be.</param>
    public static void Check(string name, IEnumerable<string> roles, string? language, IEnumerable<string> parties, Place place, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(roles);
        ArgumentNullException.ThrowIfNull(parties);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '@'))
            diagnostics.Error("LK6122", place, "The name of an account is 1 to 64 lower-case letters, digits, '-', '.' and '@'.", "for example 'a.nowak'");
        foreach (var role in roles.Where(r => RolePermissions.Parse(r) is null))
            diagnostics.Error("LK6122", place, $"{Diagnostic.Quote(role)} is no role.", string.Join(", ", Enum.GetValues<Role>().Select(RolePermissions.NameOf)));
        if (language is not null && TextLanguage.Of(language) is null)
            diagnostics.Error("LK6122", place, $"{Diagnostic.Quote(language)} is no language here.", "en, pl, ru or ar");
        if (parties.Any(p => p.Length == 0 || p.Any(char.IsControl)))
            diagnostics.Error("LK6122", place, "The name of a party is one line of text.");
    }
}
