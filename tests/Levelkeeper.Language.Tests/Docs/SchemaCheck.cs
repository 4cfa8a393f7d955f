using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Tests.Docs;

/// <summary>As much of JSON Schema as the agreement's schema uses: type, required, properties, additionalProperties, items, enum, pattern, anyOf, if, $ref.</summary>
internal static class SchemaCheck
{
    /// <summary>What does not fit, each with its path; none when the document fits.</summary>
    public static List<string> Faults(JsonObject root, YamlNode document)
    {
        var faults = new List<string>();
        Check(root, root, document, "", faults);
        return faults;
    }

    private static void Check(JsonObject root, JsonObject schema, YamlNode node, string path, List<string> faults)
    {
        if (schema["$ref"] is { } reference)
        {
            Check(root, root["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]!.AsObject(), node, path, faults);
            return;
        }

        if (schema["if"] is JsonObject condition)
        {
            var against = new List<string>();
            Check(root, condition, node, path, against);
            Check(root, schema[against.Count == 0 ? "then" : "else"]!.AsObject(), node, path, faults);
        }

        if (schema["anyOf"] is JsonArray any)
        {
            var tries = any.Select(s => { var found = new List<string>(); Check(root, s!.AsObject(), node, path, found); return found; }).ToList();
            if (tries.All(t => t.Count > 0))
                faults.Add($"{path}: fits none of {any.Count} shapes ({string.Join("; ", tries.Select(t => t[0]))})");
        }

        if (schema["enum"] is JsonArray words && !(node is YamlNode.Scalar word && words.Any(w => w!.ToString() == word.Text)))
            faults.Add($"{path}: is none of {words.ToJsonString()}");
        switch (schema["type"])
        {
            case null when schema["required"] is JsonArray:
                Mapping(root, schema, node, path, faults);
                break;
            case JsonValue type when type.GetValue<string>() == "object":
                Mapping(root, schema, node, path, faults);
                break;
            case JsonValue type when type.GetValue<string>() == "array":
                if (node is YamlNode.Sequence list)
                    list.Items.ToList().ForEach(i => Check(root, schema["items"]!.AsObject(), i, path + "[]", faults));
                else
                    faults.Add($"{path}: must be a list");
                break;
            case JsonArray:
                if (node is not YamlNode.Scalar scalar)
                    faults.Add($"{path}: must be a text or a number");
                else if (schema["pattern"] is { } pattern && !Regex.IsMatch(scalar.Text, pattern.GetValue<string>()))
                    faults.Add($"{path}: '{scalar.Text}' does not fit {pattern}");
                break;
        }
    }

    private static void Mapping(JsonObject root, JsonObject schema, YamlNode node, string path, List<string> faults)
    {
        if (node is not YamlNode.Mapping mapping)
        {
            faults.Add($"{path}: must be a mapping");
            return;
        }

        foreach (var key in schema["required"]?.AsArray() ?? [])
        {
            if (mapping.Find(key!.GetValue<string>()) is null)
                faults.Add($"{path}: lacks {key}");
        }

        foreach (var entry in mapping.Entries)
        {
            if (schema["properties"]?[entry.Key] is JsonObject property)
                Check(root, property, entry.Value, $"{path}.{entry.Key}", faults);
            else if (schema["additionalProperties"] is JsonObject other)
                Check(root, other, entry.Value, $"{path}.{entry.Key}", faults);
            else if (schema["additionalProperties"] is not null)
                faults.Add($"{path}: has no key {entry.Key}");
        }
    }
}
