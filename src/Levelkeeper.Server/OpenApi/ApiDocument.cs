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
    private const string Session = "session";

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
                [Session] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = "__Host-levelkeeper",
                    Description = "The cookie of who has signed in at /sign-in ('levelkeeper' without the prefix by plain HTTP). What changes something brings the header X-Request-Token besides, as /api/v1/me shows it.",
                },
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer(static (schema, context, _) =>
        {
            // What has no value is left out.
            foreach (var property in context.JsonTypeInfo.Properties.Where(static p => p.IsGetNullable))
                schema.Required?.Remove(property.Name);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            foreach (var kinds in metadata.OfType<Refusals>().SelectMany(static r => r.Kinds).GroupBy(static k => k.Status))
                operation.Responses![kinds.Key.ToString(CultureInfo.InvariantCulture)].Description = string.Join(' ', kinds.Select(static k => $"{k.Code}: {k.Title}"));
            if (metadata.OfType<AccessRule>().LastOrDefault() is { Permission: { } permission })
            {
                operation.Security = [By(Bearer, context.Document), By(Session, context.Document)];
                operation.Description += $" Needs the permission {permission}.";
            }

            if (metadata.OfType<AccessRule>().LastOrDefault() is { Callers: Callers.SignedIn })
                operation.Security = [By(Session, context.Document)];
            // Whatever takes a body may get one that cannot be read, or of another kind.
            foreach (var kind in operation.RequestBody is null ? [] : (ProblemKind[])[ProblemKind.BadRequest, ProblemKind.OtherMediaType])
                AddAnswer(operation.Responses!, kind, context.Document);
            if (metadata.OfType<EventBodies>().Any())
                operation.RequestBody = EventBodies.Describe();
            return Task.CompletedTask;
        });
    });

    public static void Map(IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json").ForAnyone();

    /// <summary>With which problems an operation may answer.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params IEnumerable<ProblemKind> kinds)
    {
        ProblemKind[] all = [.. kinds, ProblemKind.NoToken, ProblemKind.OutOfScope, ProblemKind.TooMany];
        foreach (var status in all.Select(static k => k.Status).Distinct().Order())
            endpoint.Produces<Problem>(status, Problem.MediaType);
        return endpoint.WithMetadata(new Refusals(all));
    }

    private static OpenApiSecurityRequirement By(string scheme, OpenApiDocument? document) => new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };

    private static void AddAnswer(OpenApiResponses responses, ProblemKind kind, OpenApiDocument? document) => responses.TryAdd(kind.Status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse
    {
        Description = $"{kind.Code}: {kind.Title}",
        Content = new Dictionary<string, OpenApiMediaType> { [Problem.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(nameof(Problem), document) } },
    });

    private sealed record Refusals(ProblemKind[] Kinds);
}
