using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Levelkeeper.Language.Vocabulary;

/// <summary>Writes the vocabulary as a JSON Schema (draft 2020-12) for editors. Checked in as <c>docs/agreement.schema.json</c>.</summary>
public static class JsonSchemaWriter
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema's text, with a final line break.</summary>
    public static string Write(Section root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var definitions = new JsonObject();
        // What extends an upper level, and a level that is there to be extended, may leave out what the other one states.
        var inPart = new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["required"] = new JsonArray("extends") },
                new JsonObject { ["required"] = new JsonArray("kind"), ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["enum"] = new JsonArray("corporate") } } }),
        };
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = root.Name,
            ["description"] = root.Summary,
            ["if"] = inPart,
            ["then"] = Shape(new ValueShape.Keys(root, InPart: true), definitions),
            ["else"] = Shape(new ValueShape.Keys(root), definitions),
            ["$defs"] = definitions,
        };
        return schema.ToJsonString(Options).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Describe(Section section, bool inPart, JsonObject definitions)
    {
        var properties = new JsonObject();
        foreach (var key in section.Members)
        {
            var property = Shape(inPart ? ValueShape.AsPart(key.Shape) : key.Shape, definitions);
            if (inPart)
                property = Or(property, "removed", definitions);
            if (NotSeen.IsAllowed(key))
                property = Or(property, NotSeen.Word, definitions);
            property["description"] = key.Default is null ? key.Summary : $"{key.Summary} Default: {key.Default}.";
            properties[key.Name] = property;
        }

        var result = new JsonObject
        {
            ["type"] = "object",
            ["description"] = section.Summary,
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        var required = section.Members.Where(k => k.Required && !inPart).Select(k => (JsonNode)k.Name).ToArray();
        if (required.Length > 0)
            result["required"] = new JsonArray(required);
        return result;
    }

    /// <summary>The same, or a word that every key of its kind may have.</summary>
    private static JsonObject Or(JsonObject property, string word, JsonObject definitions)
    {
        var name = word.Replace(' ', '-');
        if (!definitions.ContainsKey(name))
            definitions[name] = new JsonObject { ["enum"] = new JsonArray(word) };
        if (property["anyOf"] is not JsonArray any)
            property = new JsonObject { ["anyOf"] = any = new JsonArray(property) };
        any.Add((JsonNode)new JsonObject { ["$ref"] = $"#/$defs/{name}" });
        return property;
    }

    private static JsonObject Shape(ValueShape shape, JsonObject definitions)
    {
        switch (shape)
        {
            case ValueShape.Text text:
                var described = new JsonObject { ["type"] = new JsonArray("string", "number") };
                if (text.Pattern is not null)
                    described["pattern"] = text.Pattern;
                if (text.Examples.Length > 0)
                    described["examples"] = new JsonArray([.. text.Examples.Select(e => (JsonNode)e)]);
                return described;
            case ValueShape.OneOf words:
                // YAML editors read an unquoted yes or no as a boolean.
                var values = words.Words.Select(w => (JsonNode)w).ToList();
                if (words.Words.Contains("yes"))
                    values.AddRange([true, false]);
                return new JsonObject { ["enum"] = new JsonArray([.. values]) };
            case ValueShape.ListOf list:
                return new JsonObject { ["anyOf"] = new JsonArray(Shape(list.Item, definitions), new JsonObject { ["type"] = "array", ["items"] = Shape(list.Item, definitions) }) };
            case ValueShape.MapOf map:
                return new JsonObject { ["type"] = "object", ["propertyNames"] = new JsonObject { ["description"] = map.NameOfKey }, ["additionalProperties"] = Shape(map.Value, definitions) };
            case ValueShape.Either either:
                return new JsonObject { ["anyOf"] = new JsonArray([.. either.Shapes.Select(s => (JsonNode)Shape(s, definitions))]) };
            case ValueShape.Keys keys:
                var name = keys.Section.Name.Replace(' ', '-') + (keys.InPart ? "-in-part" : "");
                if (!definitions.ContainsKey(name))
                {
                    definitions[name] = new JsonObject();
                    definitions[name] = Describe(keys.Section, keys.InPart, definitions);
                }

                return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
            default:
                throw new InvalidOperationException("The shapes of a value are closed.");
        }
    }
}
