using System.Globalization;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Levelkeeper.Server.OpenApi;

/// <summary>The description of the API: OpenAPI 3.1, made from the endpoints. docs/openapi.json is a copy, which a test compares.</summary>
internal static class ApiDocument
{
    private const string Bearer = "token";

    public static void Add(IServiceCollection services) => services.AddOpenApi("v1", static options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Levelkeeper", Version = "v1", Description = "Service level agreements made executable. Errors are application/problem+json (RFC 9457) with a stable code." };
            // Where it is reached, the caller knows.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token, as 'levelkeeper token create' makes it." },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            foreach (var kind in metadata.OfType<Refusals>().SelectMany(static r => r.Kinds))
                Answer(operation, kind);
            if (metadata.OfType<AccessRule>().LastOrDefault() is { Permission: not null })
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
                foreach (var kind in (ProblemKind[])[ProblemKind.NoToken, ProblemKind.OutOfScope, ProblemKind.TooMany])
                    Answer(operation, kind);
            }

            if (metadata.OfType<EventBodies>().Any())
                operation.RequestBody = EventBodies.Describe();
            return Task.CompletedTask;
        });
    });

    public static void Map(IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json").ForAnyone();

    /// <summary>With which problems an operation may answer, besides those of access.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ProblemKind[] kinds) => endpoint.WithMetadata(new Refusals(kinds));

    private static void Answer(OpenApiOperation operation, ProblemKind kind)
    {
        var status = kind.Status.ToString(CultureInfo.InvariantCulture);
        operation.Responses ??= [];
        if (operation.Responses.TryGetValue(status, out var known))
        {
            known.Description = $"{known.Description} {kind.Code}: {kind.Title}";
            return;
        }

        operation.Responses[status] = new OpenApiResponse
        {
            Description = $"{kind.Code}: {kind.Title}",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference("Problem") },
            },
        };
    }

    private sealed record Refusals(ProblemKind[] Kinds);
}
