using System.Text;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Contract;

/// <summary>Prints an effective agreement with the origin of each clause. The text is an agreement itself: it reads as the same one.</summary>
public static class EffectiveText
{
    /// <summary>The agreement, each clause with the file and line that it is from.</summary>
    /// <param name="effective">The agreement with its levels laid over each other.</param>
    /// <param name="withDefaults">Whether the defaults that hold are listed at the end.</param>
    public static string Write(YamlNode.Mapping effective, bool withDefaults)
    {
        ArgumentNullException.ThrowIfNull(effective);
        var text = new StringBuilder(YamlText.Write(effective, (_, node) => node.Place.Line > 0 ? $"{node.Place.File}:{node.Place.Line}" : null));
        if (!withDefaults)
            return text.ToString();
        text.Append("\n# What nobody wrote, and holds by the edition's defaults:\n");
        foreach (var clause in ContractClause.Of(effective).Where(c => c.IsDefault))
            text.Append("#   ").Append(clause.Path).Append(": ").Append(clause.Text).Append('\n');
        return text.ToString();
    }
}
