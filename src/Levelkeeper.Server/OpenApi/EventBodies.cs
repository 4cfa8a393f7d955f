using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Levelkeeper.Server.OpenApi;

/// <summary>Marks an operation that takes CloudEvents, in any of their forms.</summary>
internal sealed class EventBodies
{
    private const string Example = """
        {"specversion":"1.0","id":"1","source":"desk","type":"levelkeeper.ticket.opened.v1","subject":"T-1","time":"2026-03-02T09:00:00Z","data":{"service":"hosting","customer":"Kontor"}}
        """;

    /// <summary>The forms.</summary>
    public static OpenApiRequestBody Describe() => new()
    {
        Description = "CloudEvents 1.0 of the types in docs/facts.md: one, a batch, or one on each line. In binary mode the attributes are headers ('ce-id', 'ce-source', …) and the body is the data.",
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/cloudevents+json"] = new OpenApiMediaType { Schema = Event(), Example = JsonNode.Parse(Example) },
            ["application/cloudevents-batch+json"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Event() } },
            ["application/x-ndjson"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "One CloudEvent on each line; of any length." } },
            ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "The data of one CloudEvent whose attributes are headers." } },
        },
    };

    private static OpenApiSchema Event() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "specversion", "id", "source", "type", "time" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["specversion"] = new OpenApiSchema { Type = JsonSchemaType.String, Const = "1.0" },
            ["id"] = Text("Unique within the source; the same when it is sent again."),
            ["source"] = Text("Who asserts it."),
            ["type"] = Text("What happened."),
            ["subject"] = Text("The ticket or component that it is about."),
            ["time"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "When it happened." },
            ["data"] = new OpenApiSchema { Type = JsonSchemaType.Object },
        },
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, MinLength = 1, Description = description };
}
