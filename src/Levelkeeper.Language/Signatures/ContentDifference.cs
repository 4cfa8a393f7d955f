using System.Collections.Immutable;
using System.Text.Json;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Signatures;

/// <summary>A clause that is not as it was signed.</summary>
/// <param name="Path">Where: the version's first day, the part (clauses, defaults, calendars), and the keys below, with dots.</param>
/// <param name="Signed">As signed; null when it was not there.</param>
/// <param name="Now">As it is; null when it is no longer there.</param>
public sealed record ContentDifference(string Path, string? Signed, string? Now)
{
    /// <summary>Whether it is a default that the edition did not yet spell out then: it says what held without it.</summary>
    public bool IsLaterDefault => Signed is null && Path.Split('.') is [_, "defaults", ..];

    /// <summary>All differences of two contents in canonical form, in the order of their paths.</summary>
    public static ImmutableArray<ContentDifference> Between(string signed, string now)
    {
        using var before = JsonDocument.Parse(signed, new JsonDocumentOptions { MaxDepth = 256 });
        using var after = JsonDocument.Parse(now, new JsonDocumentOptions { MaxDepth = 256 });
        var found = ImmutableArray.CreateBuilder<ContentDifference>();
        Compare("", Node(before.RootElement), Node(after.RootElement), found);
        return found.DrainToImmutable();
    }

    private static void Compare(string path, YamlNode? signed, YamlNode? now, ImmutableArray<ContentDifference>.Builder found)
    {
        if (signed is YamlNode.Mapping before && now is YamlNode.Mapping after)
        {
            foreach (var key in before.Entries.Concat(after.Entries).Select(e => e.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                Compare(path.Length == 0 ? key : $"{path}.{key}", before.Find(key)?.Value, after.Find(key)?.Value, found);
            return;
        }

        var (then, today) = (signed is null ? null : CanonicalText.Of(signed), now is null ? null : CanonicalText.Of(now));
        if (then != today)
            found.Add(new ContentDifference(path.StartsWith("versions.", StringComparison.Ordinal) ? path["versions.".Length..] : path, Plain(signed, then), Plain(now, today)));
    }

    /// <summary>A text without its quotes; anything else as JSON.</summary>
    private static string? Plain(YamlNode? node, string? json) => node is YamlNode.Scalar scalar ? scalar.Text : json;

    internal static YamlNode Node(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => CanonicalText.Text(json.GetString()!),
        JsonValueKind.Array => new YamlNode.Sequence([.. json.EnumerateArray().Select(Node)], Place.None),
        JsonValueKind.Object => CanonicalText.Object(json.EnumerateObject().Select(p => (p.Name, Node(p.Value)))),
        _ => throw new FormatException(),
    };
}
