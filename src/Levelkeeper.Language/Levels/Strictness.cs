using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Comparison;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Levels;

/// <summary>
/// The clauses that a level has put under <c>at-least-as-strict</c>: what comes over that level (a lower level, a plan, an amendment) may change them only in the
/// customer's favour.
/// </summary>
/// <remarks>A change that cannot be compared is refused too: nobody has to argue whether it was in the customer's favour. What a level leaves open may be stated.</remarks>
internal sealed class Strictness
{
    /// <summary>The word for all clauses.</summary>
    private const string Everything = "everything";

    private readonly List<(string Path, Place Place)> _protected = [];

    /// <summary>Takes over what a level protects; a path that names no clause is reported.</summary>
    public void Add(YamlNode.Mapping level, DiagnosticBag diagnostics)
    {
        if (level.Find("at-least-as-strict")?.Value is not { } stated)
            return;
        foreach (var item in stated is YamlNode.Sequence list ? list.Items : [stated])
        {
            if (item is not YamlNode.Scalar { Text: var path })
                continue;
            if (path == Everything || ClausePath.Split(path, AgreementVocabulary.Agreement, null, intoLists: true) is not null)
                _protected.Add((path == Everything ? "" : path, item.Place));
            else
                diagnostics.Error("LK1822", item.Place, $"{Diagnostic.Quote(path)} is the path of no clause.", "write the keys with dots between them, such as 'objectives.uptime.target', or 'everything'");
        }
    }

    /// <summary>Reports what a change does to protected clauses that is not in the customer's favour.</summary>
    /// <param name="before">The agreement without the change.</param>
    /// <param name="after">The agreement with it.</param>
    /// <param name="change">What was stated, for its places.</param>
    /// <param name="diagnostics">Takes the complaints.</param>
    public void Check(YamlNode.Mapping before, YamlNode.Mapping after, YamlNode.Mapping change, DiagnosticBag diagnostics)
    {
        if (_protected.Count == 0)
            return;
        foreach (var difference in AgreementComparison.Of(before, after).Differences)
        {
            if (difference.BetterOff is Gain.Nobody or Gain.Customer || difference.WasOpen || _protected.Where(p => Touches(difference.Scope, p.Path)).Select(p => p.Place).FirstOrDefault() is not { Line: > 0 } protector)
                continue;
            var place = PlaceOf(change, difference.Path);
            var what = $"'{difference.Path}' ({Shown(difference.FirstText)} before, {Shown(difference.SecondText)} now)";
            var by = $"which {protector.File}:{protector.Line} forbids";
            if (difference.BetterOff == Gain.Provider)
                diagnostics.Error("LK1820", place, $"This makes {what} worse for the customer, {by}.", "keep the clause of the upper level, or state one that is better for the customer");
            else
                diagnostics.Error("LK1821", place, $"Whether {what} is still as good for the customer cannot be told; {protector.File}:{protector.Line} demands that it is.", "keep the clause of the upper level, or change it so that it can be compared");
        }
    }

    private static string Shown(string text) => text.Length == 0 ? "absent" : Diagnostic.Quote(text);

    /// <summary>Whether a difference lies under a protected path, or takes away what the path is under.</summary>
    private static bool Touches(string difference, string path) => path.Length == 0 || IsUnder(difference, path) || IsUnder(path, difference);

    private static bool IsUnder(string path, string above) =>
        path.StartsWith(above, StringComparison.Ordinal) && (above.Length == 0 || path.Length == above.Length || path[above.Length] is '.' or '[');

    /// <summary>The place of the deepest part of a change on the way to a path.</summary>
    private static Place PlaceOf(YamlNode.Mapping change, string path)
    {
        var (node, place) = ((YamlNode)change, change.Place);
        while (node is YamlNode.Mapping mapping && path.Length > 0)
        {
            // Names may have dots in them: the longest one that fits.
            if (mapping.Entries.Where(e => IsUnder(path, e.Key)).OrderByDescending(e => e.Key.Length).FirstOrDefault() is not { } entry)
                break;
            (node, place) = (entry.Value, entry.Value is YamlNode.Scalar ? entry.Value.Place : entry.Place);
            path = path[entry.Key.Length..].TrimStart('.');
        }

        return place;
    }
}
